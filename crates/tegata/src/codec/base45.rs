//! Base45 (RFC 9285): bytes as text of the characters that a QR code packs best.
//!
//! Decoding is strict: upper case only, no white space, no group out of range. What a scanner put
//! around the text is the caller's to remove.

use core::{fmt, mem};

#[cfg(feature = "outcomes")]
use crate::report::Code;

/// Why a text is not Base45 (RFC 9285 §6).
#[cfg(not(feature = "outcomes"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base45Error {
    #[doc(hidden)]
    Untold,
}

#[cfg(not(feature = "outcomes"))]
impl fmt::Display for Base45Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not base45")
    }
}

/// Why a text is not Base45 (RFC 9285 §6). Offsets count bytes from the start of the text.
#[cfg(feature = "outcomes")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base45Error {
    /// A character that is none of the 45; a lower-case letter is none.
    InvalidCharacter {
        /// Where the character starts.
        offset: usize,
    },
    /// One character is left over, which no encoder makes.
    InvalidLength,
    /// A group of characters stands for more than its bytes can hold.
    NonCanonical {
        /// Where the group starts.
        offset: usize,
    },
}

#[cfg(feature = "outcomes")]
impl Base45Error {
    /// The stable outcome code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::InvalidCharacter { .. } => Code::Base45InvalidCharacter,
            Self::InvalidLength => Code::Base45InvalidLength,
            Self::NonCanonical { .. } => Code::Base45NonCanonical,
        }
    }
}

#[cfg(feature = "outcomes")]
impl fmt::Display for Base45Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidCharacter { offset } => write!(f, "no base45 character at offset {offset}"),
            Self::InvalidLength => f.write_str("length is impossible in base45"),
            Self::NonCanonical { offset } => write!(f, "base45 group out of range at offset {offset}"),
        }
    }
}

impl core::error::Error for Base45Error {}

/// Decodes a text.
///
/// # Errors
/// [`Base45Error`], the first in the text.
pub fn decode(text: &str) -> Result<Vec<u8>, Base45Error> {
    let mut out = Vec::new();
    decode_into(text, &mut out)?;
    Ok(out)
}

/// Decodes a text and appends the bytes; nothing is appended on an error.
///
/// # Errors
/// [`Base45Error`], the first in the text.
pub fn decode_into(text: &str, out: &mut Vec<u8>) -> Result<(), Base45Error> {
    let start = out.len();
    let result = append(text.as_bytes(), out);
    if result.is_err() {
        out.truncate(start);
    }
    result
}

/// Encodes bytes.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    encode_into(bytes, &mut out);
    out
}

/// Encodes bytes and appends the text.
pub fn encode_into(bytes: &[u8], out: &mut String) {
    let (pairs, last) = bytes.as_chunks::<2>();
    let mut text = mem::take(out).into_bytes();
    let start = text.len();
    text.resize(start + pairs.len() * 3, 0);
    let (groups, _) = text.get_mut(start..).unwrap_or_default().as_chunks_mut::<3>();
    for (group, &pair) in groups.iter_mut().zip(pairs) {
        let value = u16::from_be_bytes(pair);
        let rest = value / 45;
        *group = [character(value % 45), character(rest % 45), character(rest / 45)];
    }
    if let &[byte] = last {
        let value = u16::from(byte);
        text.extend([character(value % 45), character(value / 45)]);
    }
    // The alphabet is ASCII, so that nothing is ever lost.
    *out = String::from_utf8(text).unwrap_or_default();
}

fn append(text: &[u8], out: &mut Vec<u8>) -> Result<(), Base45Error> {
    let (groups, last) = text.as_chunks::<3>();
    let start = out.len();
    out.reserve(groups.len() * 2 + 1);
    out.resize(start + groups.len() * 2, 0);
    let (pairs, _) = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<2>();
    // Whether any group is out of range is looked at once, after the last: the loop has no branch.
    let mut all = 0;
    for (pair, group) in pairs.iter_mut().zip(groups) {
        let value = value(group);
        all |= value;
        let [.., high, low] = value.to_be_bytes();
        *pair = [high, low];
    }
    if all > u32::from(u16::MAX) {
        return Err(first_refusal(groups));
    }
    match last {
        [] => Ok(()),
        [low, high] => {
            let value = digit(*low) + digit(*high) * 45;
            out.push(u8::try_from(value).map_err(|_| refusal(last, groups.len() * 3))?);
            Ok(())
        }
        _ => Err(refusal_of_one(last, groups.len() * 3)),
    }
}

/// The number of a group; above 65,535 for one that no encoder makes, for any character that is no digit makes it so.
#[inline]
fn value(group: &[u8; 3]) -> u32 {
    let [low, middle, high] = group.map(digit);
    low + middle * 45 + high * (45 * 45)
}

#[cfg(not(feature = "outcomes"))]
const fn first_refusal(_: &[[u8; 3]]) -> Base45Error {
    Base45Error::Untold
}

#[cfg(not(feature = "outcomes"))]
const fn refusal(_: &[u8], _: usize) -> Base45Error {
    Base45Error::Untold
}

#[cfg(not(feature = "outcomes"))]
const fn refusal_of_one(_: &[u8], _: usize) -> Base45Error {
    Base45Error::Untold
}

/// The first of the groups that is out of range; there is one.
#[cfg(feature = "outcomes")]
#[cold]
fn first_refusal(groups: &[[u8; 3]]) -> Base45Error {
    let mut bad = groups.iter().enumerate().filter(|(_, group)| value(group) > u32::from(u16::MAX));
    bad.next().map_or(Base45Error::InvalidLength, |(index, group)| refusal(group, index * 3))
}

/// What is wrong with a group whose value is too large.
#[cfg(feature = "outcomes")]
fn refusal(group: &[u8], offset: usize) -> Base45Error {
    match group.iter().position(|&byte| digit(byte) == NO_DIGIT) {
        Some(at) => Base45Error::InvalidCharacter { offset: offset + at },
        None => Base45Error::NonCanonical { offset },
    }
}

/// What is wrong with one character that is left over.
#[cfg(feature = "outcomes")]
fn refusal_of_one(last: &[u8], offset: usize) -> Base45Error {
    match refusal(last, offset) {
        Base45Error::NonCanonical { .. } => Base45Error::InvalidLength,
        invalid_character => invalid_character,
    }
}

#[inline]
fn digit(character: u8) -> u32 {
    // The table has an entry for every byte, so the fallback and its check vanish.
    DIGITS.get(usize::from(character)).copied().unwrap_or(NO_DIGIT)
}

#[inline]
fn character(digit: u16) -> u8 {
    // Callers pass remainders and quotients below 45.
    ALPHABET.get(usize::from(digit)).copied().unwrap_or_default()
}

/// The alphabet (RFC 9285 §4.2, table 1), which is that of QR alphanumeric mode.
const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Marks bytes outside the alphabet: so large that no group which holds one is in range.
const NO_DIGIT: u32 = 1 << 16;

static DIGITS: [u32; 256] = digits();

#[expect(clippy::indexing_slicing, clippy::as_conversions, reason = "evaluated at compile time only")]
const fn digits() -> [u32; 256] {
    let mut table = [NO_DIGIT; 256];
    let mut digit = 0_u32;
    while (digit as usize) < ALPHABET.len() {
        table[ALPHABET[digit as usize] as usize] = digit;
        digit += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_rfc_9285() {
        for (bytes, text) in [
            (&b"AB"[..], "BB8"),
            (b"Hello!!", "%69 VD92EX0"),
            (b"base-45", "UJCLQE7W581"),
            (b"ietf!", "QED8WEX0"),
            (b"", ""),
        ] {
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text).as_deref(), Ok(bytes));
        }
    }

    #[test]
    fn each_fault_is_named_with_its_place() {
        use Base45Error::{InvalidCharacter, InvalidLength, NonCanonical};
        for (text, error) in [
            ("BB", NonCanonical { offset: 0 }),
            ("BB8a00", InvalidCharacter { offset: 3 }),
            ("BB80a0", InvalidCharacter { offset: 4 }),
            ("BB800a", InvalidCharacter { offset: 5 }),
            ("BB8a0", InvalidCharacter { offset: 3 }),
            ("BB8:::a", NonCanonical { offset: 3 }),
            ("BB80é", InvalidCharacter { offset: 4 }),
            ("BB8\n", InvalidCharacter { offset: 3 }),
            ("BB8 b", InvalidCharacter { offset: 4 }),
            ("BB80", InvalidLength),
            ("0", InvalidLength),
            // 65535 is FGW; one more is out of range, and so is 256 in two characters.
            ("BB8GGW", NonCanonical { offset: 3 }),
            (":::", NonCanonical { offset: 0 }),
            ("BB8V5", NonCanonical { offset: 3 }),
            ("GGW!", NonCanonical { offset: 0 }),
        ] {
            assert_eq!(decode(text), Err(error), "{text}");
        }
        assert_eq!(decode("FGW"), Ok(vec![0xff, 0xff]));
        assert_eq!(decode("U5"), Ok(vec![0xff]));
    }

    #[test]
    fn appending_leaves_what_was_there() {
        let mut bytes = vec![1];
        decode_into("BB8", &mut bytes).unwrap();
        assert!(decode_into("BB8x", &mut bytes).is_err());
        assert_eq!(bytes, b"\x01AB");
        let mut text = String::from("HC1:");
        encode_into(b"AB", &mut text);
        assert_eq!(text, "HC1:BB8");
    }

    proptest! {
        #[test]
        fn agrees_with_another_encoder(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let text = encode(&bytes);
            prop_assert_eq!(&text, &base45::encode(&bytes));
            prop_assert_eq!(decode(&text), Ok(bytes));
        }

        #[test]
        fn what_decodes_is_canonical_and_agrees(text in "[0-9A-Z $%*+./:-]{0,12}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(&encode(&bytes), &text);
                prop_assert_eq!(base45::decode(&text).ok(), Some(bytes));
            }
        }

        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
