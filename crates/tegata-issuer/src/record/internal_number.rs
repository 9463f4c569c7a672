//! The number by which a municipality's own systems know a person.

use core::fmt;

/// Characters of an internal number: what resident registers assign (宛名番号, 15 digits in the national standard),
/// with room for systems that put a prefix before it.
pub const INTERNAL_NUMBER_MAX_CHARS: usize = 20;

/// The internal number (宛名番号): 1 to [`INTERNAL_NUMBER_MAX_CHARS`] letters, digits and hyphens of ASCII.
///
/// It names a person within the municipality alone, so that the audit log names its subjects by it; `Debug` does not
/// show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InternalNumber(String);

impl InternalNumber {
    /// Reads one; `None` for any other text, and for one that looks like an individual number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let fits = (1..=INTERNAL_NUMBER_MAX_CHARS).contains(&text.len()) && text.bytes().all(allowed);
        (fits && !tegata::model::contains_individual_number(text)).then(|| Self(text.to_owned()))
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for InternalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InternalNumber(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_and_hyphens() {
        for text in ["1", "000000000012345", "A-12"] {
            assert_eq!(InternalNumber::parse(text).unwrap().as_str(), text);
        }
        for text in ["", " 1", "１", "a/b", "000000000000000000001", "123456789018", "1234-5678-9018"] {
            assert!(InternalNumber::parse(text).is_none(), "{text}");
        }
    }
}
