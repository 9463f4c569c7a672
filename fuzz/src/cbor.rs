//! CBOR (RFC 8949), read and written again.

use tegata::codec::cbor::{Encoder, Item, Map, Value};

/// One data item.
pub fn cbor(data: &[u8]) {
    let item = match Item::parse(data) {
        Ok(item) => item,
        Err(error) => {
            assert!(error.offset() <= data.len());
            let _ = (error.kind(), error.to_string());
            return;
        }
    };
    assert_eq!(item.bytes(), data, "what was read is the whole input");
    let _ = format!("{item:?}");

    let copied = encoded(item);
    let again = Item::parse(&copied).expect("what was encoded here is read");
    assert!(same(item, again), "encoding anew changes no value");
    assert_eq!(encoded(again), copied, "deterministic encoding has one form");
}

fn encoded(item: Item<'_>) -> Vec<u8> {
    let mut encoder = Encoder::new();
    copy(item, &mut encoder);
    encoder.into_bytes()
}

/// Writes an item anew. What the encoder has no words for, since no certificate needs it, becomes null.
fn copy(item: Item<'_>, encoder: &mut Encoder) {
    match item.value() {
        Value::Unsigned(value) => encoder.unsigned(value),
        Value::Negative(value) => match i64::try_from(value) {
            Ok(value) => encoder.int(-1 - value),
            Err(_) => encoder.null(),
        },
        Value::Bytes(bytes) => encoder.bytes(&bytes),
        Value::Text(text) => encoder.text(&text),
        Value::Array(array) => {
            encoder.array(array.len());
            array.iter().for_each(|element| copy(element, encoder));
        }
        Value::Map(map) => encoder.map(|entries| {
            for (key, value) in map.iter() {
                if let Some(text) = key.as_text() {
                    entries.text_key(&text, |encoder| copy(value, encoder));
                } else if let Some(number) = key.as_i64() {
                    entries.int_key(number, |encoder| copy(value, encoder));
                }
            }
        }),
        Value::Tag(tag, content) => {
            encoder.tag(tag);
            copy(content, encoder);
        }
        Value::Float(value) => encoder.float(value),
        Value::Bool(value) => encoder.bool(value),
        Value::Null | Value::Undefined | Value::Simple(_) => encoder.null(),
    }
}

/// Whether `copy` made the second from the first.
fn same(original: Item<'_>, copy: Item<'_>) -> bool {
    match (original.value(), copy.value()) {
        (Value::Negative(value), copied) if i64::try_from(value).is_err() => matches!(copied, Value::Null),
        (Value::Undefined | Value::Simple(_), copied) => matches!(copied, Value::Null),
        (Value::Unsigned(a), Value::Unsigned(b)) | (Value::Negative(a), Value::Negative(b)) => a == b,
        (Value::Bytes(a), Value::Bytes(b)) => a == b,
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Null, Value::Null) => true,
        (Value::Tag(a, inner), Value::Tag(b, copied)) => a == b && same(inner, copied),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(element, copied)| same(element, copied))
        }
        (Value::Map(a), Value::Map(b)) => same_map(a, b),
        _ => false,
    }
}

/// Every key that can be looked up is found with its own value, in both maps.
fn same_map(original: Map<'_>, copy: Map<'_>) -> bool {
    let mut found = 0;
    for (key, value) in original.iter() {
        let (own, copied) = match (key.as_text(), key.as_i64()) {
            (Some(text), _) => (original.get_text(&text), copy.get_text(&text)),
            (None, Some(number)) => (original.get_int(number), copy.get_int(number)),
            // A number beyond 64 bits with a sign, which has no look-up and no copy.
            (None, None) => continue,
        };
        let (Some(own), Some(copied)) = (own, copied) else { return false };
        if own.bytes() != value.bytes() || !same(value, copied) {
            return false;
        }
        found += 1;
    }
    found == copy.len()
}
