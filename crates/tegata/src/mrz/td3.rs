//! Passports (Doc 9303-4 §4.2).

use super::check_digit::check_digit;
use super::document::{Format, Sex, TravelDocument, document_code};
use super::error::{Field, MrzError};
use super::text::{FILLER, take, take_one, trimmed};
use super::{StateCode, name, years};
use crate::time::Date;

/// Two lines of 44.
pub(super) const LENGTH: usize = 88;

/// Characters of the name.
pub(super) const NAME: usize = 39;

/// Reads the two lines in a row.
pub(super) fn read(characters: &[u8], reference: Date) -> Result<TravelDocument, MrzError> {
    let mut rest = characters;
    let kind = take(&mut rest, 2)?;
    let state = take(&mut rest, 3)?;
    let names = take(&mut rest, NAME)?;
    let (number, number_digit) = (take(&mut rest, 9)?, take_one(&mut rest)?);
    let nationality = take(&mut rest, 3)?;
    let (birth, birth_digit) = (take(&mut rest, 6)?, take_one(&mut rest)?);
    let sex = take_one(&mut rest)?;
    let (expiry, expiry_digit) = (take(&mut rest, 6)?, take_one(&mut rest)?);
    let (optional, optional_digit) = (take(&mut rest, 14)?, take_one(&mut rest)?);
    let composite = take_one(&mut rest)?;

    if kind.first() != Some(&b'P') {
        return Err(MrzError::UnsupportedDocument);
    }
    let empty = optional.iter().all(|character| *character == FILLER);
    for (field, characters, digit) in [
        (Field::DocumentNumber, number, number_digit),
        (Field::BirthDate, birth, birth_digit),
        (Field::ExpiryDate, expiry, expiry_digit),
        // Where there is no personal number, its check digit may be a filler.
        (Field::OptionalData, optional, if empty && optional_digit == FILLER { b'0' } else { optional_digit }),
    ] {
        if check_digit(&[characters]) != digit {
            return Err(MrzError::CheckDigit(field));
        }
    }
    let digits = [[number_digit], [birth_digit], [expiry_digit], [optional_digit]];
    let [number_digit, birth_digit, expiry_digit, optional_digit] = &digits;
    let covered: [&[u8]; 8] =
        [number, number_digit, birth, birth_digit, expiry, expiry_digit, optional, optional_digit];
    if check_digit(&covered) != composite {
        return Err(MrzError::CheckDigit(Field::Composite));
    }

    let number = trimmed(number);
    if number.is_empty() {
        return Err(MrzError::InvalidValue(Field::DocumentNumber));
    }
    Ok(TravelDocument {
        format: Format::Td3,
        document_code: document_code(kind)?,
        issuing_state: StateCode::read(state, Field::IssuingState)?,
        number: number.into(),
        name: name::read(names)?,
        name_may_be_truncated: names.last() != Some(&FILLER),
        nationality: StateCode::read(nationality, Field::Nationality)?.into(),
        birth_date: years::birth_date(birth, reference)?.map(Into::into),
        sex: Sex::read(sex)?,
        expiry_date: years::expiry_date(expiry, reference)?,
        optional_data: trimmed(optional).into(),
        more_optional_data: String::new().into(),
    })
}
