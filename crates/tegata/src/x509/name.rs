//! Names (RFC 5280 §4.1.2.4) as text.
//!
//! The order and escapes are those of RFC 4514: the most specific attribute first. Characters that
//! could disturb or disguise a line of output are escaped too.

use crate::codec::digits::write_hex;

use super::{
    CertificateError,
    der::{Element, tag},
    oid,
};

/// A name as text, and its first country.
pub(super) struct Name {
    pub(super) text: String,
    pub(super) country: Option<String>,
}

/// Reads `Name`; `field` says which one in errors.
pub(super) fn parse(name: &Element<'_>, field: &'static str) -> Result<Name, CertificateError> {
    let mut country = None;
    let mut relative_names = Vec::new();
    let mut sequence = name.contents(field);
    while !sequence.is_empty() {
        let mut set = sequence.expect(tag::SET)?.contents(field);
        let mut text = String::new();
        while !set.is_empty() {
            let mut attribute = set.expect(tag::SEQUENCE)?.contents(field);
            let kind = attribute.expect(tag::OID)?.value;
            let value = attribute.any()?;
            attribute.end()?;
            if !text.is_empty() {
                text.push('+');
            }
            let decoded = string(&value);
            render(&mut text, kind, decoded.as_deref(), &value);
            if kind == oid::COUNTRY && country.is_none() {
                country = decoded;
            }
        }
        relative_names.push(text);
    }
    relative_names.reverse();
    Ok(Name { text: relative_names.join(","), country })
}

fn render(text: &mut String, kind: &[u8], decoded: Option<&str>, value: &Element<'_>) {
    match label(kind) {
        Some(label) => text.push_str(label),
        None => text.push_str(&oid::dotted(kind).unwrap_or_else(|| "?".into())),
    }
    text.push('=');
    match decoded {
        Some(decoded) => escape(text, decoded),
        // RFC 4514 §2.4: what is no string is shown as its encoding.
        None => {
            text.push('#');
            for byte in value.encoded {
                write_hex(&[*byte], text);
            }
        }
    }
}

/// The short names of RFC 4514 §3 and those of OpenSSL that certificates in the field need.
fn label(kind: &[u8]) -> Option<&'static str> {
    Some(match kind {
        [0x55, 4, 3] => "CN",
        [0x55, 4, 4] => "SN",
        [0x55, 4, 5] => "serialNumber",
        [0x55, 4, 6] => "C",
        [0x55, 4, 7] => "L",
        [0x55, 4, 8] => "ST",
        [0x55, 4, 9] => "STREET",
        [0x55, 4, 10] => "O",
        [0x55, 4, 11] => "OU",
        [0x55, 4, 12] => "title",
        [0x55, 4, 42] => "GN",
        [0x55, 4, 97] => "organizationIdentifier",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 1] => "UID",
        [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25] => "DC",
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1] => "emailAddress",
        _ => return None,
    })
}

/// The characters of a string type, or nothing when it is none or is not encoded as its type says.
fn string(value: &Element<'_>) -> Option<String> {
    match value.tag {
        tag::UTF8_STRING | tag::PRINTABLE_STRING | tag::IA5_STRING | tag::NUMERIC_STRING | tag::VISIBLE_STRING => {
            core::str::from_utf8(value.value).ok().map(str::to_owned)
        }
        // Software has always written Latin-1 here.
        tag::T61_STRING => Some(value.value.iter().copied().map(char::from).collect()),
        tag::BMP_STRING => {
            let (units, []) = value.value.as_chunks::<2>() else { return None };
            char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit))).collect::<Result<_, _>>().ok()
        }
        tag::UNIVERSAL_STRING => {
            let (units, []) = value.value.as_chunks::<4>() else { return None };
            units.iter().map(|unit| char::from_u32(u32::from_be_bytes(*unit))).collect()
        }
        _ => None,
    }
}

fn escape(text: &mut String, value: &str) {
    let last = value.chars().count().saturating_sub(1);
    for (position, character) in value.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => text.extend(['\\', character]),
            ' ' if position == 0 || position == last => text.push_str("\\ "),
            '#' if position == 0 => text.push_str("\\#"),
            _ if character.is_control() || reorders(character) => {
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    text.push('\\');
                    write_hex(&[byte], text);
                }
            }
            _ => text.push(character),
        }
    }
}

/// Whether a character changes the direction or place of those around it (Unicode UAX #9), or ends a line.
const fn reorders(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::super::der::Reader;

    fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
        [&[tag, u8::try_from(value.len()).unwrap()], value].concat()
    }

    fn attribute(kind: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
        tlv(0x30, &[tlv(6, kind), tlv(tag, value)].concat())
    }

    fn name(relative_names: &[Vec<u8>]) -> super::Name {
        let der = tlv(0x30, &relative_names.iter().flat_map(|name| tlv(0x31, name)).collect::<Vec<_>>());
        super::parse(&Reader::new(&der, "test").any().unwrap(), "test").unwrap()
    }

    #[test]
    fn most_specific_first() {
        let name = name(&[
            attribute(&[0x55, 4, 6], 0x13, b"AT"),
            attribute(&[0x55, 4, 10], 0x0c, "Ämter, Wien".as_bytes()),
            [attribute(&[0x55, 4, 3], 0x13, b"DSC 1"), attribute(&[0x55, 4, 5], 0x13, b"7")].concat(),
        ]);
        assert_eq!(name.text, "CN=DSC 1+serialNumber=7,O=Ämter\\, Wien,C=AT");
        assert_eq!(name.country.as_deref(), Some("AT"));
    }

    #[test]
    fn string_types() {
        let common_name = |tag, value: &[u8]| name(&[attribute(&[0x55, 4, 3], tag, value)]).text;
        assert_eq!(common_name(0x14, &[0xc4]), "CN=Ä");
        assert_eq!(common_name(0x1e, &[0x6f, 0x22, 0xd8, 0x3d, 0xde, 0x00]), "CN=漢😀");
        assert_eq!(common_name(0x1c, &[0, 0, 0x6f, 0x22]), "CN=漢");
        assert_eq!(common_name(0x0c, &[0xc4]), "CN=#0c01c4", "not UTF-8");
        assert_eq!(common_name(0x1e, &[0xd8, 0x3d]), "CN=#1e02d83d", "half a surrogate pair");
        assert_eq!(common_name(0x04, &[1]), "CN=#040101", "no string");
        assert_eq!(name(&[attribute(&[0x2a, 3], 0x0c, b"x")]).text, "1.2.3=x");
    }

    #[test]
    fn nothing_disturbs_a_line() {
        let common_name = |value: &str| name(&[attribute(&[0x55, 4, 3], 0x0c, value.as_bytes())]).text;
        assert_eq!(common_name(" a b "), "CN=\\ a b\\ ");
        assert_eq!(common_name("#1"), "CN=\\#1");
        assert_eq!(common_name("a\n\u{1b}[2Jb\u{202e}c"), "CN=a\\0a\\1b[2Jb\\e2\\80\\aec");
        assert_eq!(common_name("\\\"+,;<>"), "CN=\\\\\\\"\\+\\,\\;\\<\\>");
    }
}
