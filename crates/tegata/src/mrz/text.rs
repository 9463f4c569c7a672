//! From what was scanned or typed to the characters of the zone.

use zeroize::Zeroizing;

use super::error::MrzError;

/// The longest text that is looked at, in bytes: a TD1 in full-width forms with a line end has 276.
pub const MAX_MRZ_BYTES: usize = 1024;

/// The characters in a row, nothing but `A` to `Z`, `0` to `9` and `<`.
///
/// # Errors
/// [`MrzError::WrongLength`] and [`MrzError::InvalidCharacter`].
pub(super) fn characters(text: &str) -> Result<Zeroizing<Vec<u8>>, MrzError> {
    if text.len() > MAX_MRZ_BYTES {
        return Err(MrzError::WrongLength);
    }
    let mut characters = Zeroizing::new(Vec::with_capacity(MAX_MRZ_BYTES));
    for character in text.chars().filter(|character| !character.is_whitespace()) {
        let character = match character {
            // Full-width ASCII lies this far from ASCII.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0),
            other => Some(other),
        };
        let byte = character.and_then(|character| u8::try_from(character).ok()).map(|byte| byte.to_ascii_uppercase());
        let allowed = byte.filter(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'<'));
        let place = characters.len();
        characters.push(allowed.ok_or(MrzError::InvalidCharacter(place))?);
    }
    Ok(characters)
}

/// So many characters from the front of those that are left.
///
/// # Errors
/// [`MrzError::WrongLength`] when there are fewer; the length was checked before, so there never are.
pub(super) fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], MrzError> {
    let (field, behind) = rest.split_at_checked(length).ok_or(MrzError::WrongLength)?;
    *rest = behind;
    Ok(field)
}

/// One character.
pub(super) fn take_one(rest: &mut &[u8]) -> Result<u8, MrzError> {
    let (first, behind) = rest.split_first().ok_or(MrzError::WrongLength)?;
    *rest = behind;
    Ok(*first)
}

/// The characters without the fillers behind them. Fillers between others stay: they stand for spaces and hyphens.
pub(super) fn trimmed(field: &[u8]) -> String {
    let end = field.iter().rposition(|character| *character != FILLER).map_or(0, |last| last + 1);
    field.iter().take(end).map(|character| char::from(*character)).collect()
}

/// What fills the places that hold nothing.
pub(super) const FILLER: u8 = b'<';
