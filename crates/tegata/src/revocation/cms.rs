//! The content of a CMS SignedData (RFC 5652 §5), out of DER or of the BER with indefinite lengths that the
//! gateway's libraries write. The signature is not looked at.

use crate::report::Code;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const OID: u8 = 0x06;
const OCTET_STRING: u8 = 0x04;
const CONSTRUCTED_OCTET_STRING: u8 = 0x24;
const EXPLICIT: u8 = 0xa0;
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/// How deep elements of indefinite length may be nested; the content stands at the sixth.
const MAX_DEPTH: u8 = 12;

/// The signed content.
pub(super) fn content(bytes: &[u8]) -> Result<Vec<u8>, Code> {
    read(bytes).ok_or(Code::RevocationUnreadable)
}

fn read(bytes: &[u8]) -> Option<Vec<u8>> {
    let (content_info, _) = expect(bytes, SEQUENCE)?;
    let (kind, rest) = expect(content_info, OID)?;
    let (explicit, _) = expect(rest, EXPLICIT).filter(|_| kind == SIGNED_DATA)?;
    let (signed_data, _) = expect(explicit, SEQUENCE)?;
    let (_, rest) = expect(signed_data, INTEGER)?;
    let (_, rest) = expect(rest, SET)?;
    let (encapsulated, _) = expect(rest, SEQUENCE)?;
    let (_, rest) = expect(encapsulated, OID)?;
    let (explicit, _) = expect(rest, EXPLICIT)?;
    match element(explicit, MAX_DEPTH)? {
        (OCTET_STRING, content, _) => Some(content.to_vec()),
        (CONSTRUCTED_OCTET_STRING, mut pieces, _) => {
            let mut content = Vec::new();
            while !pieces.is_empty() && !pieces.starts_with(&[0, 0]) {
                let (piece, rest) = expect(pieces, OCTET_STRING)?;
                content.extend_from_slice(piece);
                pieces = rest;
            }
            Some(content)
        }
        _ => None,
    }
}

/// The value of the first element, which must have this tag, and what follows the element.
fn expect(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    element(bytes, MAX_DEPTH).filter(|(found, ..)| *found == tag).map(|(_, value, rest)| (value, rest))
}

/// The first element's tag and value, and what follows it. The value of an element of indefinite length is
/// without the two zero bytes at its end.
fn element(bytes: &[u8], depth: u8) -> Option<(u8, &[u8], &[u8])> {
    let [tag, first, rest @ ..] = bytes else { return None };
    let length = match *first {
        short @ 0..0x80 => usize::from(short),
        0x80 => return indefinite(rest, depth).map(|(value, rest)| (*tag, value, rest)),
        long => {
            let (octets, rest) =
                rest.split_at_checked(usize::from(long & 0x7f)).filter(|(octets, _)| octets.len() <= 4)?;
            let length = octets.iter().fold(0_u32, |length, octet| length << 8 | u32::from(*octet));
            let (value, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            return Some((*tag, value, rest));
        }
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((*tag, value, rest))
}

/// The value up to the two zero bytes that end it, and what follows them.
fn indefinite(bytes: &[u8], depth: u8) -> Option<(&[u8], &[u8])> {
    let depth = depth.checked_sub(1)?;
    let mut rest = bytes;
    loop {
        if let [0, 0, after @ ..] = rest {
            let length = bytes.len().checked_sub(rest.len())?;
            return Some((bytes.get(..length)?, after));
        }
        (_, _, rest) = element(rest, depth)?;
    }
}
