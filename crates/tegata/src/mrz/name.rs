//! Names (Doc 9303-3 §4.6).

use super::error::{Field, MrzError};
use super::text::{FILLER, trimmed};
use crate::model::{Name, Personal};

/// The primary identifier is the surname, what follows two fillers the given names; single fillers part the components,
/// which are joined by spaces here. Two fillers further on part components too: some states write them so.
pub(super) fn read(field: &[u8]) -> Result<Name, MrzError> {
    let invalid = MrzError::InvalidValue(Field::Name);
    if field.first() == Some(&FILLER) || field.iter().any(u8::is_ascii_digit) {
        return Err(invalid);
    }
    let text = Personal::new(trimmed(field));
    let (surname, given) = match text.expose().split_once("<<") {
        Some((surname, given)) => (surname, Some(given)),
        None => (text.expose().as_str(), None),
    };
    let part = |text: &str| {
        let components: Vec<&str> = text.split('<').filter(|component| !component.is_empty()).collect();
        Personal::new(components.join(" "))
    };
    Ok(Name { surname: Some(part(surname)), given: given.map(part) })
}

/// Both parts as they are written, already transliterated, cut where they do not fit: at least the first letter of the
/// given names stays (Doc 9303-4 §4.2.3).
pub(super) fn write(surname: &str, given: Option<&str>, length: usize) -> String {
    let Some(given) = given else { return filled(surname, length) };
    let most = length.saturating_sub(3);
    let surname: String = surname.chars().take(most).collect();
    // Between the two parts exactly two fillers may stand.
    filled(&format!("{}<<{given}", surname.trim_end_matches('<')), length)
}

fn filled(text: &str, length: usize) -> String {
    text.chars().chain(core::iter::repeat('<')).take(length).collect()
}
