//! The names of a person.

use super::Personal;

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
