//! The names of a person.

use super::Personal;
use super::error::{Fault, RecordError};
use super::text::{NAME_MAX_CHARS, check_text};

/// A name in two parts, of which one can be absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The surname (氏), or the whole name of a person who has no given name.
    pub surname: Option<Personal<String>>,
    /// The given name (名).
    pub given: Option<Personal<String>>,
}

impl Name {
    /// A name of both parts.
    #[must_use]
    pub fn new(surname: &str, given: &str) -> Self {
        Self { surname: Some(surname.into()), given: Some(given.into()) }
    }

    /// Surname and given name, as far as there are.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        [&self.surname, &self.given].into_iter().flatten().map(|part| part.expose().as_str())
    }

    fn check(&self, field: &'static str) -> Result<(), RecordError> {
        if self.surname.is_none() && self.given.is_none() {
            return Err(Fault::invalid("has neither surname nor given").at(field));
        }
        check_part(self.surname.as_ref(), || format!("{field}.surname"))?;
        check_part(self.given.as_ref(), || format!("{field}.given"))
    }
}

/// The name of one person in the scripts that a certificate shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// As registered (氏名): kanji, kana or Latin letters.
    pub registered: Name,
    /// In kana (フリガナ).
    pub kana: Option<Name>,
    /// In Latin letters as in the passport (ローマ字氏名).
    pub romanised: Option<Name>,
}

impl Names {
    pub(super) fn check(&self) -> Result<(), RecordError> {
        self.registered.check("name.registered")?;
        if let Some(kana) = &self.kana {
            kana.check("name.kana")?;
        }
        if let Some(romanised) = &self.romanised {
            romanised.check("name.romanised")?;
        }
        Ok(())
    }
}

/// Checks one name, as far as it is there.
pub(super) fn check_part(part: Option<&Personal<String>>, field: impl FnOnce() -> String) -> Result<(), RecordError> {
    part.map_or(Ok(()), |text| check_text(text.expose(), NAME_MAX_CHARS)).map_err(|fault| fault.at(field()))
}
