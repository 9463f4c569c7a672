//! Codes of states and organisations.

use core::fmt;

use zeroize::Zeroize;

use super::error::{Field, MrzError};
use super::text::FILLER;
use crate::model::CountryCode;

/// The code of an issuing state or a nationality, one to three letters (Doc 9303-3 §5). It need not be a known one:
/// specimens say `UTO`.
///
/// `Debug` shows no letter, because a nationality is personal data.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StateCode([u8; 3]);

impl StateCode {
    /// Reads one to three capital letters, with or without fillers behind them. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_field(text.as_bytes())
    }

    /// The letters, without fillers.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII gets in; the alternative is never taken.
        core::str::from_utf8(&self.0).unwrap_or_default().trim_end_matches('<')
    }

    /// The country, or the kind of person without an ordinary nationality; `None` for a code nobody has.
    ///
    /// German documents say `D`, which stands for `DEU`.
    #[must_use]
    pub fn country(&self) -> Option<CountryCode> {
        CountryCode::parse(if self.as_str() == "D" { "DEU" } else { self.as_str() })
    }

    pub(super) fn from_field(field: &[u8]) -> Option<Self> {
        let mut code = [FILLER; 3];
        let letters = field.iter().take_while(|character| **character != FILLER).count();
        let fillers = field.iter().skip(letters).all(|character| *character == FILLER);
        if field.len() > code.len() || letters == 0 || !fillers {
            return None;
        }
        for (to, from) in code.iter_mut().zip(field) {
            *to = *from;
        }
        code.iter().all(|character| character.is_ascii_uppercase() || *character == FILLER).then_some(Self(code))
    }

    pub(super) fn read(field: &[u8], name: Field) -> Result<Self, MrzError> {
        Self::from_field(field).ok_or(MrzError::InvalidValue(name))
    }

    pub(super) const fn as_field(&self) -> &[u8; 3] {
        &self.0
    }
}

impl fmt::Debug for StateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateCode(..)")
    }
}

impl Zeroize for StateCode {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}
