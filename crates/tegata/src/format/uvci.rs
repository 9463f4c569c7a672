//! Unique vaccination certificate identifiers (UVCI) of the EU, with their check character.

use core::fmt;

use crate::model::{CERTIFICATE_ID_MAX_CHARS, CountryCode, contains_individual_number};

/// A UVCI of version 01, option 3 (eHealth Network, vaccination proof guidelines, annex 2):
/// `URN:UVCI:01:<country>:<opaque>#<check>`.
///
/// Other issuers' identifiers take many forms; this type is for making them. Identifiers are the
/// same when they differ only in case, see [`Uvci::is`].
#[derive(Clone, PartialEq, Eq)]
pub struct Uvci(String);

/// Why no identifier can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UvciError {
    /// The country has no two-letter code.
    Country,
    /// The opaque part is empty, or holds something other than capital letters, digits, `/` and
    /// `:`, or looks like an individual number.
    Opaque,
    /// The identifier would be longer than a certificate ID may be.
    TooLong,
}

impl Uvci {
    /// Makes the identifier of a country's issuer from a part that says nothing about the person.
    ///
    /// # Errors
    /// [`UvciError`] when the parts do not fit the form.
    pub fn new(country: CountryCode, opaque: &str) -> Result<Self, UvciError> {
        let country = country.alpha2().ok_or(UvciError::Country)?;
        if opaque.is_empty() || contains_individual_number(opaque) {
            return Err(UvciError::Opaque);
        }
        let mut text = format!("URN:UVCI:01:{country}:{opaque}");
        let check = uvci_check_character(&text).ok_or(UvciError::Opaque)?;
        text.push('#');
        text.push(check);
        if text.len() > CERTIFICATE_ID_MAX_CHARS { Err(UvciError::TooLong) } else { Ok(Self(text)) }
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text is this identifier: ASCII case does not count.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.0.eq_ignore_ascii_case(text)
    }
}

/// An identifier leads to a person, so that it does not print.
impl fmt::Debug for Uvci {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Uvci(..)")
    }
}

impl fmt::Display for UvciError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Country => "the country of the certificate id has no two-letter code",
            Self::Opaque => "the opaque part of the certificate id holds a character that is not allowed",
            Self::TooLong => "the certificate id is too long",
        })
    }
}

impl core::error::Error for UvciError {}

/// The Luhn-mod-N check character of everything before the `#`, over the 38 characters of the EU
/// alphabet in the order letters, digits, `/`, `:`. `None` when another character occurs.
#[must_use]
pub fn uvci_check_character(text: &str) -> Option<char> {
    const ALPHABET: &[u8; 38] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:";
    let base = ALPHABET.len();
    let mut sum = 0;
    // From the right, every other value counts twice and by the sum of its two digits.
    for (index, byte) in text.bytes().rev().enumerate() {
        let value = ALPHABET.iter().position(|character| *character == byte)?;
        let weighted = if index % 2 == 0 { 2 * value } else { value };
        sum = (sum + weighted / base + weighted % base) % base;
    }
    ALPHABET.get((base - sum) % base).map(|byte| char::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_characters_of_issued_certificates() {
        for (text, check) in [
            ("URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813", 'B'),
            ("URN:UVCI:01:DK:B986830007345F99AE898FB82C6C61F2", 'A'),
            ("URN:UVCI:01:SE:EHM/V12907267LAJW", 'E'),
        ] {
            assert_eq!(uvci_check_character(text), Some(check), "{text}");
        }
        assert_eq!(uvci_check_character("urn:uvci"), None);
    }

    #[test]
    fn a_check_character_finds_any_one_wrong_character() {
        let text = "URN:UVCI:01:JP:TEGATA0000001";
        let check = uvci_check_character(text).unwrap();
        for (index, original) in text.char_indices() {
            for other in ('A'..='Z').chain('0'..='9').filter(|other| *other != original) {
                let mut changed = text.to_owned();
                changed.replace_range(index..=index, &other.to_string());
                assert_ne!(uvci_check_character(&changed), Some(check), "{changed}");
            }
        }
    }

    #[test]
    fn making_one() {
        let id = Uvci::new(CountryCode::JAPAN, "TEGATA0000001").unwrap();
        assert_eq!(id.as_str(), "URN:UVCI:01:JP:TEGATA0000001#9");
        assert!(id.is("urn:uvci:01:jp:tegata0000001#9"));
        assert!(!id.is("URN:UVCI:01:JP:TEGATA0000002#T"));
        assert_eq!(format!("{id:?}"), "Uvci(..)");
        for opaque in ["", "abc", "A B", "A#B", "123456789018", "手形"] {
            assert_eq!(Uvci::new(CountryCode::JAPAN, opaque), Err(UvciError::Opaque), "{opaque}");
        }
        assert_eq!(Uvci::new(CountryCode::JAPAN, &"A".repeat(64)), Err(UvciError::TooLong));
        assert_eq!(Uvci::new(CountryCode::parse("XXA").unwrap(), "A"), Err(UvciError::Country));
    }
}
