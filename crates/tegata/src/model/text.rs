//! What text a record may hold.

use super::error::{Fault, RecordError, RecordErrorKind};
use super::individual_number::contains_individual_number;
use crate::untold::{Path, told_apart};

/// Characters of a surname or given name, and of a former or other surname or alias. Registered
/// foreign names are the longest; the resident register's own column holds 100.
pub const NAME_MAX_CHARS: usize = 100;
/// Characters of a vaccine kind, manufacturer, product or issuer: what EU DCC 1.3 allows a text.
pub const TEXT_MAX_CHARS: usize = 80;
/// Characters of a certificate ID: what EU DCC 1.3 allows a `ci`.
pub const CERTIFICATE_ID_MAX_CHARS: usize = 80;

/// What keeps a text out of a record, as the end of a sentence that begins with the field's name: it is blank, longer
/// than so many characters, holds a control or an invisible character, or what looks like an individual number. `None`
/// for a text that may stand in one.
#[cfg(feature = "outcomes")]
#[must_use]
pub fn text_fault(text: &str, max_chars: usize) -> Option<&'static str> {
    check_text(text, max_chars).err().map(TextFault::reason)
}

told_apart! {
    /// What keeps a text out of a record.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum TextFault {
        Blank,
        TooLong,
        ControlCharacter,
        NotPrintableAscii,
        IndividualNumber,
    }
}

impl TextFault {
    #[cfg(feature = "outcomes")]
    const fn reason(self) -> &'static str {
        match self {
            Self::Blank => "is blank",
            Self::TooLong => "is too long",
            Self::ControlCharacter => "holds a control character",
            Self::NotPrintableAscii => "holds a character other than printable ASCII",
            Self::IndividualNumber => "holds what looks like an individual number",
        }
    }

    pub(crate) fn at(self, field: impl Into<Path>) -> RecordError {
        Fault::from(self).at(field)
    }
}

#[cfg(not(feature = "outcomes"))]
impl From<TextFault> for Fault {
    fn from(_: TextFault) -> Self {
        Self::new(RecordErrorKind::InvalidValue, "")
    }
}

#[cfg(feature = "outcomes")]
impl From<TextFault> for Fault {
    fn from(fault: TextFault) -> Self {
        let kind = match fault {
            TextFault::IndividualNumber => RecordErrorKind::IndividualNumber,
            _ => RecordErrorKind::InvalidValue,
        };
        Self::new(kind, fault.reason())
    }
}

/// What a text of a record must fulfil.
#[derive(Clone, Copy)]
pub(crate) enum TextRule {
    /// As [`check_text`], of so many characters.
    Free(usize),
    /// As [`check_identifier`], of so many characters.
    Identifier(usize),
}

impl TextRule {
    pub(crate) fn check(self, text: &str) -> Result<(), TextFault> {
        match self {
            Self::Free(max_chars) => check_text(text, max_chars),
            Self::Identifier(max_chars) => check_identifier(text, max_chars),
        }
    }
}

/// Checks free text: not blank, no longer than allowed, free of control characters and of what
/// looks like an individual number.
pub(crate) fn check_text(text: &str, max_chars: usize) -> Result<(), TextFault> {
    check_length(text, max_chars)?;
    // Most texts are short and ASCII, which is quicker to see.
    let control =
        if text.is_ascii() { text.bytes().any(|byte| byte.is_ascii_control()) } else { text.chars().any(is_control) };
    if control {
        return Err(TextFault::ControlCharacter);
    }
    check_individual_number(text)
}

/// Checks an identifier: printable ASCII without spaces, and as [`check_text`] does.
pub(crate) fn check_identifier(text: &str, max_chars: usize) -> Result<(), TextFault> {
    check_length(text, max_chars)?;
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(TextFault::NotPrintableAscii);
    }
    check_individual_number(text)
}

fn check_length(text: &str, max_chars: usize) -> Result<(), TextFault> {
    if text.chars().all(char::is_whitespace) {
        return Err(TextFault::Blank);
    }
    if has_more_chars(text, max_chars) {
        return Err(TextFault::TooLong);
    }
    Ok(())
}

/// Whether a text has more characters than so many.
pub(crate) fn has_more_chars(text: &str, chars: usize) -> bool {
    // No text has more characters than bytes, and each has one byte that does not continue it.
    text.len() > chars && text.bytes().filter(|byte| byte & 0xc0 != 0x80).nth(chars).is_some()
}

fn check_individual_number(text: &str) -> Result<(), TextFault> {
    if contains_individual_number(text) { Err(TextFault::IndividualNumber) } else { Ok(()) }
}

/// Controls, and the invisible characters that make text read other than it is stored.
fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> Option<&'static str> {
        check_text(text, 5).err().map(TextFault::reason)
    }

    #[test]
    fn free_text() {
        for text in ["a", "手形花子", "手形　花", "O’Neil", "葛\u{e0100}城"] {
            assert_eq!(check_text(text, 6), Ok(()), "{text}");
        }
        for text in ["", " ", "　", "\t"] {
            assert_eq!(reason(text), Some("is blank"));
        }
        assert_eq!(reason("手形花子です"), Some("is too long"));
        for text in ["a\0", "a\nb", "a\u{85}", "a\u{202e}b", "a\u{200b}b", "\u{feff}a"] {
            assert_eq!(reason(text), Some("holds a control character"), "{text:?}");
        }
    }

    #[test]
    fn identifiers() {
        assert_eq!(check_identifier("JPN90000120211209200002", 80), Ok(()));
        assert!(check_identifier("A B", 80).is_err());
        assert!(check_identifier("手形", 80).is_err());
        assert!(check_identifier("1234-5678-9018", 80).is_err());
    }
}
