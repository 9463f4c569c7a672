//! What a certificate for overseas use takes from the passport.

use tegata::model::{CountryCode, Name, Personal};
use zeroize::Zeroizing;

use super::{Fields, Sealable, SealedError, Writer};

/// Passport-related data (旅券関係情報), stored only with the issue that needed it (B9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassportData {
    /// The romanised name (ローマ字氏名), as in the passport.
    pub romanised: Name,
    /// The nationality (国籍).
    pub nationality: Personal<CountryCode>,
    /// The passport number (旅券番号): capital letters and digits.
    pub number: Personal<String>,
    /// A former surname (旧姓).
    pub former_surname: Option<Personal<String>>,
    /// Another surname (別姓).
    pub other_surname: Option<Personal<String>>,
    /// An alias (別名).
    pub alias: Option<Personal<String>>,
}

impl PassportData {
    const FIELDS: usize = 7;

    pub(super) fn length(&self) -> usize {
        let optional =
            [&self.romanised.surname, &self.romanised.given, &self.former_surname, &self.other_surname, &self.alias];
        let optional: usize = optional.into_iter().flatten().map(|text| text.expose().len()).sum();
        optional + self.number.expose().len()
    }
}

impl Sealable for PassportData {
    const NAME: &'static str = "passport";

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        fn text(text: Option<&Personal<String>>) -> Option<&str> {
            text.map(|text| text.expose().as_str())
        }
        let mut out = Writer::new(Self::FIELDS, self.length());
        out.optional_text(text(self.romanised.surname.as_ref()));
        out.optional_text(text(self.romanised.given.as_ref()));
        out.text(self.nationality.expose().alpha3());
        out.text(self.number.expose());
        out.optional_text(text(self.former_surname.as_ref()));
        out.optional_text(text(self.other_surname.as_ref()));
        out.optional_text(text(self.alias.as_ref()));
        out.finish()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, SealedError> {
        let mut fields = Fields::read(bytes, Self::FIELDS)?;
        let mut optional = || fields.optional_text().map(|text| text.map(Personal::new));
        Ok(Self {
            romanised: Name { surname: optional()?, given: optional()? },
            nationality: Personal::new(CountryCode::parse(&fields.text()?).ok_or(SealedError)?),
            number: Personal::new(fields.text()?.to_string()),
            former_surname: fields.optional_text()?.map(Personal::new),
            other_surname: fields.optional_text()?.map(Personal::new),
            alias: fields.optional_text()?.map(Personal::new),
        })
    }
}
