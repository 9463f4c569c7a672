//! The JSON form of a CBOR item, as people and schemas see a certificate's content.
//!
//! Texts stay verbatim and integers exact in any width. Byte strings become lower-case hex, a tag
//! gives way to its content, and integer keys become decimal text; since
//! [`Item::parse`] refuses a map in which that would make two keys one, nothing is lost. A float
//! with an integral value is written as an integer, which is what the issuers that send such
//! floats mean. What JSON cannot say, such as infinity or undefined, becomes null, and without the feature `outcomes`
//! every number with a fraction or above 2⁵³: the content of a report has none then.
//!
//! The output holds personal data whenever the input does.

mod object;

use super::cbor::{Item, Value};
use super::digits::{write_hex, write_unsigned};
use super::shortest::{is_written, write_float};

pub use object::{Object, write_array};

/// Appends the JSON form (RFC 8259) of a CBOR item, without any white space.
pub fn write_json(item: Item<'_>, out: &mut String) {
    match item.value() {
        Value::Unsigned(value) => write_unsigned(value, out),
        Value::Negative(value) => match value.checked_add(1) {
            Some(magnitude) => {
                out.push('-');
                write_unsigned(magnitude, out);
            }
            None => out.push_str(LEAST_INTEGER),
        },
        Value::Bytes(bytes) => {
            out.push('"');
            write_hex(&bytes, out);
            out.push('"');
        }
        Value::Text(text) => write_json_string(&text, out),
        Value::Array(array) => write_array(out, array.iter(), |out, item| write_json(item, out)),
        Value::Map(map) => {
            out.push('{');
            for (index, (key, value)) in map.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_key(key, out);
                out.push(':');
                write_json(value, out);
            }
            out.push('}');
        }
        Value::Tag(_, content) => write_json(content, out),
        // Minus zero is zero.
        Value::Float(0.0) => out.push('0'),
        Value::Float(value) if is_written(value) => write_float(value, out),
        Value::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Value::Float(_) | Value::Null | Value::Undefined | Value::Simple(_) => out.push_str("null"),
    }
}

/// Appends a text as a JSON string (RFC 8259 §7), quotes included; only what must be escaped is.
pub fn write_json_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | ..0x20))
        && let Some((plain, tail)) = rest.split_at_checked(at)
        && let Some((character, after)) = tail.split_at_checked(1)
    {
        out.push_str(plain);
        write_escape(character, out);
        rest = after;
    }
    out.push_str(rest);
    out.push('"');
}

/// Bytes in lower-case hexadecimal, as they stand in JSON.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    write_hex(bytes, &mut out);
    out
}

/// The one character of a text, escaped.
fn write_escape(character: &str, out: &mut String) {
    match character {
        "\n" => out.push_str("\\n"),
        "\r" => out.push_str("\\r"),
        "\t" => out.push_str("\\t"),
        "\"" | "\\" => {
            out.push('\\');
            out.push_str(character);
        }
        _ => {
            out.push_str("\\u00");
            write_hex(character.as_bytes(), out);
        }
    }
}

/// Map keys are integers or texts, and JSON has only texts.
fn write_key(key: Item<'_>, out: &mut String) {
    match key.value() {
        Value::Text(text) => write_json_string(&text, out),
        _ => {
            out.push('"');
            write_json(key, out);
            out.push('"');
        }
    }
}

/// The least integer of CBOR, −2⁶⁴, whose magnitude no 64-bit number has.
const LEAST_INTEGER: &str = "-18446744073709551616";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codec::cbor::Encoder;

    fn json(bytes: &[u8]) -> String {
        let mut out = String::new();
        write_json(Item::parse(bytes).unwrap(), &mut out);
        out
    }

    #[test]
    fn each_type_has_its_form() {
        let cases: &[(&[u8], &str)] = &[
            (b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615"),
            (b"\x3b\xff\xff\xff\xff\xff\xff\xff\xff", "-18446744073709551616"),
            (b"\x18\x05", "5"),
            (b"\x43\x00\xab\x0f", r#""00ab0f""#),
            (b"\x5f\x41\x01\x41\x02\xff", r#""0102""#),
            (b"\x7f\x61a\x61\"\xff", r#""a\"""#),
            (b"\xc0\x742021-10-08T00:00:00Z", r#""2021-10-08T00:00:00Z""#),
            (b"\xd9\xd9\xf7\xc1\x01", "1"),
            (b"\xf9\x40\x00", "2"),
            (b"\xf9\x3e\x00", "1.5"),
            (b"\xf9\x80\x00", "0"),
            (b"\xfa\x7f\x7f\xff\xff", "340282346638528860000000000000000000000"),
            (b"\xfb\x3f\xb9\x99\x99\x99\x99\x99\x9a", "0.1"),
            (b"\xf9\x7e\x00", "null"),
            (b"\xf9\xfc\x00", "null"),
            (b"\xf4", "false"),
            (b"\xf5", "true"),
            (b"\xf6", "null"),
            (b"\xf7", "null"),
            (b"\xf0", "null"),
            (b"\x80", "[]"),
            (b"\xbf\xff", "{}"),
            (b"\x9f\x01\x82\x02\x03\xff", "[1,[2,3]]"),
            (b"\xa3\x01\x02\x20\x03\x61k\xa0", r#"{"1":2,"-1":3,"k":{}}"#),
        ];
        for (bytes, expected) in cases {
            assert_eq!(json(bytes), *expected);
        }
    }

    #[test]
    fn control_characters_are_escaped() {
        let text: String = (0..=0x20_u8).map(char::from).chain("\"\\/\u{7f}\u{2028}接種🙂".chars()).collect();
        let mut out = String::new();
        write_json_string(&text, &mut out);
        assert!(!out.bytes().any(|byte| byte < 0x20));
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }

    proptest! {
        #[test]
        fn strings_read_back(text in any::<String>()) {
            let mut out = String::new();
            write_json_string(&text, &mut out);
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }

        #[test]
        fn floats_read_back(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            let mut encoder = Encoder::new();
            encoder.float(value);
            let read: Option<f64> = json(&encoder.into_bytes()).parse().ok();
            prop_assert_eq!(read, value.is_finite().then_some(value));
        }

        #[test]
        fn whatever_parses_is_json(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(item) = Item::parse(&bytes) {
                let mut out = String::new();
                write_json(item, &mut out);
                prop_assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok());
            }
        }
    }
}
