//! Writing the machine-readable zone of a passport.

use super::check_digit::check_digit;
use super::document::Sex;
use super::error::{Field, MrzError};
use super::text::FILLER;
use super::{StateCode, name, td3, years};
use crate::model::transliteration::transliterate;
use crate::model::{BirthDate, Name, Personal};
use crate::time::Date;

/// What stands in the machine-readable zone of a passport, to be written: for demonstrations and tests, and to print
/// beside a certificate what a reader expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passport {
    /// Who issues it.
    pub issuing_state: StateCode,
    /// The name, in Latin letters of any kind: it is transliterated as Doc 9303-3 §6 says. A surname must be there; a
    /// person with one name has it as the surname.
    pub name: Name,
    /// The number, one to nine of `A` to `Z` and `0` to `9`.
    pub number: Personal<String>,
    /// The nationality.
    pub nationality: Personal<StateCode>,
    /// The date of birth; of the year only the last two digits are written.
    pub birth_date: Personal<BirthDate>,
    /// The sex.
    pub sex: Sex,
    /// The last day on which the passport is valid.
    pub expiry_date: Date,
    /// At most fourteen of `A` to `Z` and `0` to `9`; empty if there is none.
    pub personal_number: Personal<String>,
}

impl Passport {
    /// The two lines of 44 characters, parted by a line feed.
    ///
    /// A name that does not fit is cut at the end; of the given names at least the first letter stays.
    ///
    /// # Errors
    /// [`MrzError::InvalidValue`] with the field that cannot be written: a name without Latin letters, a number too long or
    /// of other characters.
    pub fn to_mrz(&self) -> Result<Personal<String>, MrzError> {
        let latin = |part: &Personal<String>| {
            transliterate(part.expose()).map(Personal::new).map_err(|_| MrzError::InvalidValue(Field::Name))
        };
        let surname = latin(self.name.surname.as_ref().ok_or(MrzError::InvalidValue(Field::Name))?)?;
        let given = self.name.given.as_ref().map(latin).transpose()?;
        let names =
            Personal::new(name::write(surname.expose(), given.as_ref().map(|part| part.expose().as_str()), td3::NAME));
        let number = field(self.number.expose(), 9, Field::DocumentNumber)?;
        if self.number.expose().is_empty() {
            return Err(MrzError::InvalidValue(Field::DocumentNumber));
        }
        let optional = field(self.personal_number.expose(), 14, Field::OptionalData)?;
        let with_digit = |text: &str| {
            let mut text = text.to_owned();
            text.push(char::from(check_digit(&[text.as_bytes()])));
            Personal::new(text)
        };
        let number = with_digit(number.expose());
        let birth = with_digit(&years::birth_field(*self.birth_date.expose()));
        let expiry = with_digit(&years::date_field(self.expiry_date));
        let optional = with_digit(optional.expose());
        let parts = [&number, &birth, &expiry, &optional].map(|part| part.expose().as_bytes());
        let composite = char::from(check_digit(&parts));
        let state = |code: &StateCode| code.as_field().map(char::from).iter().collect::<String>();
        Ok(Personal::new(format!(
            "P<{}{}\n{}{}{}{}{}{}{composite}",
            state(&self.issuing_state),
            names.expose(),
            number.expose(),
            state(self.nationality.expose()),
            birth.expose(),
            self.sex.character(),
            expiry.expose(),
            optional.expose(),
        )))
    }
}

/// The text with fillers up to a length.
fn field(text: &str, length: usize, name: Field) -> Result<Personal<String>, MrzError> {
    if text.len() > length || !text.bytes().all(|character| matches!(character, b'A'..=b'Z' | b'0'..=b'9')) {
        return Err(MrzError::InvalidValue(name));
    }
    let fillers = core::iter::repeat_n(char::from(FILLER), length - text.len());
    Ok(Personal::new(text.chars().chain(fillers).collect()))
}
