//! The layers between the text of a certificate and its signed object.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};
use serde_json::Value as Json;
use tegata::codec::cbor::{Item, Value};
use tegata::codec::{base45 as alphabet, json, zlib};

/// Base45 (RFC 9285).
pub fn base45(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    match alphabet::decode(text) {
        Ok(bytes) => assert_eq!(alphabet::encode(&bytes), text, "bytes have one text"),
        Err(error) => {
            let _ = (error.to_string(), error.code());
        }
    }
    assert_eq!(alphabet::decode(&alphabet::encode(data)).as_deref(), Ok(data), "any bytes have a text");
}

/// zlib streams (RFC 1950), under the real bound and one that is met often; another inflater says the same of each.
pub fn inflate(data: &[u8]) {
    for bound in [512, zlib::MAX_INFLATED] {
        let result = zlib::decompress(data, bound);
        // What is told of a header alone is ours.
        if let [first, second, ..] = data
            && first & 0x8f == 8
            && u16::from_be_bytes([*first, *second]) % 31 == 0
            && second & 0x20 == 0
            // Built for fuzzing, the other one does not judge checksums.
            && !matches!(result, Err(zlib::ZlibError::Checksum))
        {
            assert_eq!(result, by_another(data, bound), "two inflaters agree");
        }
        match result {
            Ok(bytes) => {
                assert!(bytes.len() <= bound, "the bound is kept");
                let again = zlib::decompress(&zlib::compress(&bytes), bound);
                assert!(again.is_ok_and(|again| again == bytes), "what was compressed is read back");
            }
            Err(error) => {
                let _ = (error.to_string(), error.code());
            }
        }
    }
}

/// What `miniz_oxide` says of a stream with a right header.
fn by_another(stream: &[u8], bound: usize) -> Result<Vec<u8>, zlib::ZlibError> {
    let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER
        | inflate_flags::TINFL_FLAG_COMPUTE_ADLER32
        | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF
        | inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
    // One byte more than the bound, so that the checksum is judged before the length.
    let mut out = vec![0; bound + 1];
    let (status, read, written) = decompress(&mut DecompressorOxide::new(), stream, &mut out, 0, flags);
    out.truncate(written);
    match status {
        TINFLStatus::Done if written > bound => Err(zlib::ZlibError::TooLarge),
        TINFLStatus::Done if read < stream.len() => Err(zlib::ZlibError::TrailingBytes),
        TINFLStatus::Done => Ok(out),
        TINFLStatus::HasMoreOutput => Err(zlib::ZlibError::TooLarge),
        TINFLStatus::NeedsMoreInput => Err(zlib::ZlibError::Truncated),
        TINFLStatus::Adler32Mismatch => Err(zlib::ZlibError::Checksum),
        _ => Err(zlib::ZlibError::Corrupt),
    }
}

/// The JSON form of a CBOR item.
pub fn cbor_json(data: &[u8]) {
    let Ok(item) = Item::parse(data) else { return };
    let mut written = String::new();
    json::write_json(item, &mut written);
    let read: Json = serde_json::from_str(&written).expect("what is written as JSON is JSON");
    assert!(same_shape(item, &read), "nothing is lost on the way to JSON");
}

/// Texts, truth values and the number of members, all the way down.
fn same_shape(item: Item<'_>, json: &Json) -> bool {
    match (item.value(), json) {
        (Value::Tag(_, content), json) => same_shape(content, json),
        (Value::Map(map), Json::Object(members)) => {
            map.len() == members.len()
                && map.iter().all(|(key, value)| {
                    // Keys that are numbers have another form in JSON; the count above sees to them.
                    key.as_text().is_none_or(|key| members.get(&*key).is_some_and(|json| same_shape(value, json)))
                })
        }
        (Value::Array(array), Json::Array(elements)) => {
            array.len() == elements.len() && array.iter().zip(elements).all(|(item, json)| same_shape(item, json))
        }
        (Value::Text(text), Json::String(json)) => *text == **json,
        (Value::Bytes(bytes), Json::String(json)) => json.len() == 2 * bytes.len(),
        (Value::Unsigned(value), Json::Number(json)) => json.as_u64() == Some(value),
        (Value::Negative(value), Json::Number(json)) => {
            i64::try_from(value).map_or(true, |value| json.as_i64() == Some(-1 - value))
        }
        (Value::Float(value), Json::Number(json)) => json.as_f64().is_some_and(|json| json == value),
        (Value::Float(value), Json::Null) => !value.is_finite(),
        (Value::Bool(value), Json::Bool(json)) => value == *json,
        (Value::Null | Value::Undefined | Value::Simple(_), Json::Null) => true,
        _ => false,
    }
}
