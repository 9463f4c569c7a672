use std::time::{Duration, Instant};

use ciborium::Value as Oracle;
use proptest::prelude::*;

use super::*;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

fn refusal(bytes: &[u8]) -> (CborErrorKind, usize) {
    let error = Item::parse(bytes).unwrap_err();
    (error.kind(), error.offset())
}

fn kind(text: &str) -> CborErrorKind {
    refusal(&hex(text)).0
}

/// Compares an item with what another library read from the same bytes.
fn same(item: Item<'_>, oracle: &Oracle) -> bool {
    match (item.value(), oracle) {
        (Value::Unsigned(ours), Oracle::Integer(theirs)) => i128::from(ours) == i128::from(*theirs),
        (Value::Negative(ours), Oracle::Integer(theirs)) => -1 - i128::from(ours) == i128::from(*theirs),
        (Value::Bytes(ours), Oracle::Bytes(theirs)) => *ours == **theirs,
        (Value::Text(ours), Oracle::Text(theirs)) => *ours == **theirs,
        (Value::Float(ours), Oracle::Float(theirs)) => ours == *theirs || ours.is_nan() && theirs.is_nan(),
        (Value::Bool(ours), Oracle::Bool(theirs)) => ours == *theirs,
        (Value::Null | Value::Undefined, Oracle::Null) => true,
        (Value::Array(ours), Oracle::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (Value::Map(ours), Oracle::Map(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours.0, &theirs.0) && same(ours.1, &theirs.1))
        }
        // The other library turns big numbers into integers.
        (Value::Tag(2 | 3, _), _) => true,
        (Value::Tag(ours, content), Oracle::Tag(theirs, oracle)) => ours == *theirs && same(content, oracle),
        _ => false,
    }
}

/// Checks everything that must hold of bytes that were accepted.
fn check_accepted(bytes: &[u8], item: Item<'_>) {
    assert_eq!(item.bytes(), bytes);
    if let Ok(oracle) = ciborium::from_reader::<Oracle, _>(bytes) {
        assert!(same(item, &oracle), "{bytes:02x?}");
    }
    let _ = format!("{item:?} {:?}", item.value());
}

#[test]
fn reads_and_finds() {
    let bytes = b"\xa4\x01\x18\x2a\x62dn\xf9\x40\x00\x20\x82\x40\xf6\x7f\x61a\x60\x61b\xff\xc1\xc2\x07";
    let item = Item::parse(bytes).unwrap();
    let map = item.as_map().unwrap();
    assert_eq!(map.len(), 4);
    assert_eq!(map.get_int(1).unwrap().as_i64(), Some(42));
    assert!(matches!(map.get_text("dn").unwrap().value(), Value::Float(2.0)));
    let array = map.get_int(-1).unwrap().as_array().unwrap();
    assert_eq!((array.len(), array.is_empty()), (2, false));
    assert_eq!(array.iter().next().unwrap().as_bytes().as_deref(), Some(&b""[..]));
    assert!(array.iter().last().unwrap().is_null());
    let tagged = map.get_text("ab").unwrap();
    assert_eq!(tagged.as_i64(), None);
    assert_eq!(tagged.untag().as_i64(), Some(7));
    assert_eq!(tagged.bytes(), b"\xc1\xc2\x07");
    assert_eq!(tagged.offset_in(bytes), bytes.len() - 3);
    assert!(map.get_int(2).is_none() && map.get_text("1").is_none() && map.get_text("d").is_none());
    check_accepted(bytes, item);
}

#[test]
fn integers_of_every_width() {
    for value in [0, 23, 24, 255, 256, 65_535, 65_536, 0xffff_ffff, 0x1_0000_0000, i64::MAX] {
        for value in [value, -1 - value] {
            let mut encoder = Encoder::new();
            encoder.int(value);
            let bytes = encoder.into_bytes();
            assert_eq!(Item::parse(&bytes).unwrap().as_i64(), Some(value));
        }
    }
    // The same 5 in each of its five encodings, and what does not fit an i64.
    for text in ["05", "1805", "190005", "1a00000005", "1b0000000000000005"] {
        assert_eq!(Item::parse(&hex(text)).unwrap().as_i64(), Some(5));
    }
    assert_eq!(Item::parse(&hex("1b8000000000000000")).unwrap().as_i64(), None);
    assert_eq!(Item::parse(&hex("3b7fffffffffffffff")).unwrap().as_i64(), Some(i64::MIN));
    assert_eq!(Item::parse(&hex("3b8000000000000000")).unwrap().as_i64(), None);
}

/// RFC 8949 appendix A: the floats, in both directions.
#[test]
fn floats_of_appendix_a() {
    let floats: &[(f64, &str)] = &[
        (0.0, "f90000"),
        (-0.0, "f98000"),
        (1.0, "f93c00"),
        (1.1, "fb3ff199999999999a"),
        (1.5, "f93e00"),
        (65504.0, "f97bff"),
        (100_000.0, "fa47c35000"),
        (3.402_823_466_385_288_6e38, "fa7f7fffff"),
        (1.0e300, "fb7e37e43c8800759c"),
        (5.960_464_477_539_063e-8, "f90001"),
        (0.000_061_035_156_25, "f90400"),
        (-4.0, "f9c400"),
        (-4.1, "fbc010666666666666"),
        (f64::INFINITY, "f97c00"),
        (f64::NEG_INFINITY, "f9fc00"),
    ];
    for (value, text) in floats {
        let mut encoder = Encoder::new();
        encoder.float(*value);
        let bytes = encoder.into_bytes();
        assert_eq!(bytes, hex(text));
        assert!(
            matches!(Item::parse(&bytes).unwrap().value(), Value::Float(read) if read.to_bits() == value.to_bits())
        );
    }
    for (text, value) in [("fa7f800000", f64::INFINITY), ("fb7ff0000000000000", f64::INFINITY)] {
        assert!(matches!(Item::parse(&hex(text)).unwrap().value(), Value::Float(read) if read == value));
    }
    for text in ["f97e00", "fa7fc00000", "fb7ff8000000000000", "f9fe01"] {
        assert!(matches!(Item::parse(&hex(text)).unwrap().value(), Value::Float(read) if read.is_nan()));
    }
    let mut encoder = Encoder::new();
    encoder.float(-f64::NAN);
    assert_eq!(encoder.into_bytes(), hex("f97e00"));
}

#[test]
fn every_half_float_survives() {
    for bits in 0..=u16::MAX {
        let value = float::from_half(bits);
        if !value.is_nan() {
            assert_eq!(float::to_half(value), Some(bits));
            if value.is_finite() {
                // A neighbour is no half float.
                assert_eq!(float::to_half(f64::from_bits(value.to_bits() ^ 1)), None);
            }
        }
    }
    for exact_no_more in [65_519.0, 65_520.0, 65_536.0, 2.0_f64.powi(-25), 1.5 * 2.0_f64.powi(-24), 2049.0] {
        assert_eq!(float::to_half(exact_no_more), None);
    }
}

/// RFC 8949 appendix A: everything else, as JSON says it.
#[test]
fn appendix_a() {
    let vectors: &[(&str, &str)] = &[
        ("00", "0"),
        ("17", "23"),
        ("1818", "24"),
        ("1864", "100"),
        ("1903e8", "1000"),
        ("1a000f4240", "1000000"),
        ("1b000000e8d4a51000", "1000000000000"),
        ("1bffffffffffffffff", "18446744073709551615"),
        ("c249010000000000000000", r#""010000000000000000""#),
        ("3bffffffffffffffff", "-18446744073709551616"),
        ("20", "-1"),
        ("3863", "-100"),
        ("3903e7", "-1000"),
        ("f0", "null"),
        ("f8ff", "null"),
        ("c074323031332d30332d32315432303a30343a30305a", r#""2013-03-21T20:04:00Z""#),
        ("c11a514b67b0", "1363896240"),
        ("c1fb41d452d9ec200000", "1363896240.5"),
        ("d74401020304", r#""01020304""#),
        ("d818456449455446", r#""6449455446""#),
        ("d82076687474703a2f2f7777772e6578616d706c652e636f6d", r#""http://www.example.com""#),
        ("40", r#""""#),
        ("60", r#""""#),
        ("6161", r#""a""#),
        ("62225c", r#""\"\\""#),
        ("62c3bc", r#""ü""#),
        ("63e6b0b4", r#""水""#),
        ("64f0908591", r#""𐅑""#),
        ("80", "[]"),
        ("8301820203820405", "[1,[2,3],[4,5]]"),
        (
            "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
            "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]",
        ),
        ("a0", "{}"),
        ("a201020304", r#"{"1":2,"3":4}"#),
        ("a26161016162820203", r#"{"a":1,"b":[2,3]}"#),
        ("826161a161626163", r#"["a",{"b":"c"}]"#),
        ("5f42010243030405ff", r#""0102030405""#),
        ("7f657374726561646d696e67ff", r#""streaming""#),
        ("9fff", "[]"),
        ("9f018202039f0405ffff", "[1,[2,3],[4,5]]"),
        ("83018202039f0405ff", "[1,[2,3],[4,5]]"),
        ("83019f0203ff820405", "[1,[2,3],[4,5]]"),
        ("bf61610161629f0203ffff", r#"{"a":1,"b":[2,3]}"#),
        ("826161bf61626163ff", r#"["a",{"b":"c"}]"#),
        ("bf6346756ef563416d7421ff", r#"{"Fun":true,"Amt":-2}"#),
    ];
    for (text, json) in vectors {
        let bytes = hex(text);
        let item = Item::parse(&bytes).unwrap();
        let mut out = String::new();
        crate::codec::json::write_json(item, &mut out);
        assert_eq!(out, *json);
        check_accepted(&bytes, item);
    }
}

/// RFC 8949 appendix F: what is not well-formed, and what this reader refuses besides.
#[test]
fn what_is_not_well_formed() {
    use CborErrorKind::{Malformed, NotUtf8, TrailingBytes, Truncated};
    let cases: &[(&str, CborErrorKind)] = &[
        ("", Truncated),
        ("18", Truncated),
        ("19ff", Truncated),
        ("1a000000", Truncated),
        ("1b00000000000000", Truncated),
        ("41", Truncated),
        ("5bffffffffffffffff010203", Truncated),
        ("7a00000001", Truncated),
        ("81", Truncated),
        ("818181", Truncated),
        ("a1", Truncated),
        ("a101", Truncated),
        ("a20102", Truncated),
        ("c0", Truncated),
        ("5f4100", Truncated),
        ("9f0102", Truncated),
        ("bf0102", Truncated),
        ("1c", Malformed),
        ("3d", Malformed),
        ("5e", Malformed),
        ("fc", Malformed),
        ("1f", Malformed),
        ("3f", Malformed),
        ("df00", Malformed),
        ("ff", Malformed),
        ("81ff", Malformed),
        ("a1ff00", Malformed),
        ("a100ff", Malformed),
        ("c1ff", Malformed),
        ("bf00ff", Malformed),
        ("9f81ff", Malformed),
        ("5f00ff", Malformed),
        ("5f6100ff", Malformed),
        ("7f4100ff", Malformed),
        ("5f5f4100ffff", Malformed),
        ("f800", Malformed),
        ("f818", Malformed),
        ("f81f", Malformed),
        // Keys of other types.
        ("a1400000", Malformed),
        ("a1f500", Malformed),
        ("a1c00000", Malformed),
        ("a1f93c0000", Malformed),
        ("a18000", Malformed),
        ("0000", TrailingBytes),
        ("80ff", TrailingBytes),
        ("61ff", NotUtf8),
        ("62c328", NotUtf8),
        // Each piece must be UTF-8, not only the whole.
        ("7f61c361bcff", NotUtf8),
        ("63eda080", NotUtf8),
    ];
    for (text, expected) in cases {
        assert_eq!(kind(text), *expected, "{text}");
    }
}

#[test]
fn the_offset_is_that_of_the_item() {
    use CborErrorKind::{DuplicateKey, Malformed, NotUtf8, TrailingBytes, Truncated};
    assert_eq!(refusal(&hex("820162ff00")), (NotUtf8, 2));
    assert_eq!(refusal(&hex("8201190a")), (Truncated, 2));
    assert_eq!(refusal(&hex("82011c")), (Malformed, 2));
    assert_eq!(refusal(&hex("a201020103")), (DuplicateKey, 3));
    assert_eq!(refusal(&hex("820102f6")), (TrailingBytes, 3));
    let shown = Item::parse(&hex("820162ff00")).unwrap_err().to_string();
    assert_eq!(shown, "cbor text is not utf-8 at offset 2");
}

#[test]
fn every_truncation_is_seen() {
    let bytes = hex("bf01820203613a5f41014102ff20c074323031332d30332d32315432303a30343a30305a\
        62646e fb3ff199999999999a 656e65737473 a16161a16162 9f7f6161ff f6 ff 19012c 1b0000000100000000 ff");
    check_accepted(&bytes, Item::parse(&bytes).unwrap());
    for len in 0..bytes.len() {
        assert_eq!(refusal(&bytes[..len]).0, CborErrorKind::Truncated, "{len}");
    }
}

#[test]
fn duplicate_keys_in_each_disguise() {
    for text in [
        "a201000100",
        "a2010018 0100",
        "a2190001001b000000000000000100",
        "a220003800 00",
        "a2616100616100",
        "a261610078016100",
        "a262616200 7f61616162ff00",
        "bf01000200180100ff",
        // An integer and the text that JSON makes of it.
        "a20100613100",
        "a261310001 00",
        "a220 00 622d31 00",
        "a200007f6130ff00",
        "a21bffffffffffffffff00 743138343436373434303733373039353531363135 00",
        "a23bffffffffffffffff00 752d3138343436373434303733373039353531363136 00",
        // Deep inside.
        "81a101a2010001f6",
    ] {
        assert_eq!(kind(text), CborErrorKind::DuplicateKey, "{text}");
    }
    for text in [
        // Texts that look like numbers but are not what JSON writes.
        "a20100 62303100",
        "a20100 622b3100",
        "a20000 622d3000",
        "a20100 62312000",
        "a20100 2000",
        "a2613100 616100",
        // The same key in two maps.
        "82a10100a10100",
        "a101a10100",
    ] {
        check_accepted(&hex(text), Item::parse(&hex(text)).unwrap());
    }
}

#[test]
fn depth_and_number_are_bounded() {
    let nested = |head: &str, depth: usize, end: &str| hex(&(head.repeat(depth) + end));
    let deepest = usize::from(Limits::DEFAULT_MAX_DEPTH);
    for (head, end) in [("81", "00"), ("a100", "00"), ("c1", "00"), ("9f", "")] {
        let close = if head == "9f" { "ff".repeat(deepest) } else { end.into() };
        assert!(Item::parse(&nested(head, deepest, &close)).is_ok());
        assert_eq!(refusal(&nested(head, deepest + 1, end)).0, CborErrorKind::TooDeep);
        assert_eq!(refusal(&nested(head, 1_000_000, end)).0, CborErrorKind::TooDeep);
        let all = Limits { max_depth: u8::MAX, max_items: u32::MAX };
        let bomb = nested(head, 1_000_000, end);
        assert_eq!(Item::parse_with_limits(&bomb, &all).unwrap_err().kind(), CborErrorKind::TooDeep);
    }
    let full = usize::try_from(Limits::DEFAULT_MAX_ITEMS).unwrap() - 1;
    let array = |len: usize| [&b"\x9f"[..], &vec![0; len], b"\xff"].concat();
    assert!(Item::parse(&array(full)).is_ok());
    assert_eq!(refusal(&array(full + 1)).0, CborErrorKind::TooLarge);
    let pieces = [&b"\x5f"[..], &b"\x40".repeat(full + 1), b"\xff"].concat();
    assert_eq!(refusal(&pieces).0, CborErrorKind::TooLarge);
}

#[test]
fn declared_lengths_cost_nothing() {
    let start = Instant::now();
    for head in ["9b", "bb", "5b", "7b"] {
        for len in ["ffffffffffffffff", "8000000000000000", "7fffffffffffffff", "00000000ffffffff"] {
            assert_eq!(kind(&format!("{head}{len}0000")), CborErrorKind::Truncated);
        }
    }
    assert!(start.elapsed() < Duration::from_millis(100));
}

#[test]
fn maps_of_many_keys_take_bounded_time() {
    let limits = Limits { max_depth: 2, max_items: 1_000_000 };
    let map = |keys: &[u32], text: bool| {
        let mut bytes = vec![0xbf];
        for key in keys {
            match text {
                true => bytes.extend(format!("\x68{key:08x}\0").bytes()),
                false => bytes.extend([&b"\x1a"[..], &key.to_be_bytes(), b"\0"].concat()),
            }
        }
        bytes.push(0xff);
        bytes
    };
    // A fixed permutation of 100 000 keys.
    let mut keys: Vec<u32> = (0..100_000_u32).map(|n| n.wrapping_mul(2_654_435_761)).collect();
    for text in [false, true] {
        let bytes = map(&keys, text);
        let start = Instant::now();
        let item = Item::parse_with_limits(&bytes, &limits).unwrap();
        assert_eq!(item.as_map().unwrap().len(), keys.len());
        assert!(start.elapsed() < Duration::from_secs(2));
    }
    for (from, to) in [(0, 99_999), (15, 16), (16, 17), (0, 15), (500, 90_000)] {
        let kept = keys[to];
        keys[to] = keys[from];
        for text in [false, true] {
            let bytes = map(&keys, text);
            let error = Item::parse_with_limits(&bytes, &limits).unwrap_err();
            let entry = if text { 10 } else { 6 };
            assert_eq!((error.kind(), error.offset()), (CborErrorKind::DuplicateKey, 1 + to * entry));
        }
        keys[to] = kept;
    }
}

#[test]
fn debug_never_shows_content() {
    let mut encoder = Encoder::new();
    encoder.map(|map| {
        map.text_key("CANARY", |value| {
            value.array(3);
            value.text("CANARY");
            value.bytes(b"CANARY");
            value.tag(0);
            value.text("CANARY");
        });
        assert!(!format!("{map:?}").contains("CANARY"));
    });
    assert_eq!(format!("{encoder:?}"), format!("Encoder({} bytes)", 1 + 7 + 1 + 7 + 7 + 8));
    let bytes = encoder.into_bytes();
    let item = Item::parse(&bytes).unwrap();
    let map = item.as_map().unwrap();
    let array = map.get_text("CANARY").unwrap().as_array().unwrap();
    let mut shown = format!("{item:?} {:?} {map:?} {array:?} {:?} {:?}", item.value(), map.iter(), array.iter());
    for item in array {
        shown += &format!("{item:?} {:?}", item.value());
    }
    assert!(!shown.contains("CANARY") && !shown.contains("67"), "{shown}");
    assert!(shown.starts_with("Item(map, 31 bytes) Value(map) Map(1 entries) Array(3 items)"), "{shown}");
}

#[test]
fn maps_are_written_in_order() {
    let mut encoder = Encoder::new();
    encoder.map(|map| {
        map.text_key("b", Encoder::null);
        map.int_key(-1, |value| value.bool(true));
        map.text_key("aa", |value| value.unsigned(1));
        map.int_key(100, |value| value.map(|_| ()));
        map.int_key(10, |value| value.array(0));
        map.text_key("b", |value| value.bool(false));
    });
    // The order of RFC 8949 §4.2.1's example; of the key written twice, the last value.
    assert_eq!(encoder.into_bytes(), hex("a5 0a80 1864a0 20f5 6162f4 62616101"));
}

/// Bytes that are often CBOR: a valid encoding with a few bytes changed.
fn nearly_cbor() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>());
    (tree(), prop::collection::vec(change, 0..3)).prop_map(|(tree, changes)| {
        let mut bytes = Vec::new();
        ciborium::into_writer(&tree, &mut bytes).unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes
    })
}

/// What both libraries can say.
fn tree() -> impl Strategy<Value = Oracle> {
    let leaf = prop_oneof![
        any::<u64>().prop_map(Oracle::from),
        any::<i64>().prop_map(Oracle::from),
        (-300..300_i64).prop_map(Oracle::from),
        any::<f64>().prop_map(Oracle::from),
        any::<f32>().prop_map(|value| Oracle::from(f64::from(value))),
        any::<bool>().prop_map(Oracle::from),
        Just(Oracle::Null),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Oracle::from),
        any::<String>().prop_map(Oracle::from),
    ];
    leaf.prop_recursive(4, 60, 20, |inner| {
        let key = prop_oneof![
            (-30..30_i64).prop_map(|key| key.to_string()),
            any::<i64>().prop_map(|key| key.to_string()),
            "[a-z]{0,3}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..20).prop_map(Oracle::Array),
            prop::collection::hash_map(key, inner.clone(), 0..40)
                .prop_map(|map| Oracle::Map(map.into_iter().map(|(key, value)| (map_key(key), value)).collect())),
            (4..u64::MAX, inner).prop_map(|(tag, content)| Oracle::Tag(tag, Box::new(content))),
        ]
    })
}

/// Decimal text becomes an integer, so that no map gets a key twice.
fn map_key(text: String) -> Oracle {
    text.parse::<i64>().map_or(Oracle::Text(text), Oracle::from)
}

fn encode(tree: &Oracle, encoder: &mut Encoder) {
    match tree {
        Oracle::Integer(value) => match i64::try_from(*value) {
            Ok(value) => encoder.int(value),
            Err(_) => encoder.unsigned(u64::try_from(*value).unwrap()),
        },
        Oracle::Bytes(value) => encoder.bytes(value),
        Oracle::Text(value) => encoder.text(value),
        Oracle::Float(value) => encoder.float(*value),
        Oracle::Bool(value) => encoder.bool(*value),
        Oracle::Null => encoder.null(),
        Oracle::Tag(number, content) => {
            encoder.tag(*number);
            encode(content, encoder);
        }
        Oracle::Array(items) => {
            encoder.array(items.len());
            items.iter().for_each(|item| encode(item, encoder));
        }
        Oracle::Map(entries) => encoder.map(|map| {
            for (key, value) in entries {
                match key {
                    Oracle::Text(key) => map.text_key(key, |encoder| encode(value, encoder)),
                    _ => map.int_key(key.as_integer().unwrap().try_into().unwrap(), |encoder| encode(value, encoder)),
                }
            }
        }),
        _ => unreachable!(),
    }
}

/// The same tree with its maps in the order of their encoded keys.
fn sorted(tree: &Oracle) -> Oracle {
    match tree {
        Oracle::Tag(number, content) => Oracle::Tag(*number, Box::new(sorted(content))),
        Oracle::Array(items) => Oracle::Array(items.iter().map(sorted).collect()),
        Oracle::Map(entries) => {
            let mut entries: Vec<_> = entries.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            entries.sort_by_key(|(key, _)| {
                let mut bytes = Vec::new();
                ciborium::into_writer(key, &mut bytes).unwrap();
                bytes
            });
            Oracle::Map(entries)
        }
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn reads_what_another_library_writes(tree in tree()) {
        let mut bytes = Vec::new();
        ciborium::into_writer(&tree, &mut bytes).unwrap();
        let item = Item::parse(&bytes).unwrap();
        prop_assert!(same(item, &tree));
        prop_assert_eq!(item.bytes(), &*bytes);
        for len in 0..bytes.len() {
            prop_assert_eq!(Item::parse(&bytes[..len]).unwrap_err().kind(), CborErrorKind::Truncated);
        }
    }

    #[test]
    fn another_library_reads_what_is_written(tree in tree()) {
        let mut encoder = Encoder::new();
        encode(&tree, &mut encoder);
        let bytes = encoder.into_bytes();
        prop_assert!(same(Item::parse(&bytes).unwrap(), &sorted(&tree)));
        let read: Oracle = ciborium::from_reader(&*bytes).unwrap();
        // Written anew by the other library, in shortest forms as well, the bytes are the same.
        let mut again = Vec::new();
        ciborium::into_writer(&read, &mut again).unwrap();
        prop_assert_eq!(again, bytes);
    }

    #[test]
    fn changed_bytes_are_refused_or_agree(bytes in nearly_cbor()) {
        if let Ok(item) = Item::parse(&bytes) {
            check_accepted(&bytes, item);
        }
    }

    #[test]
    fn random_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        if let Ok(item) = Item::parse(&bytes) {
            check_accepted(&bytes, item);
        }
        // Navigation is total even over bytes that were never validated.
        let mut out = String::new();
        let item = Item::from_validated(&bytes);
        let _ = (item.untag().as_i64(), item.as_text(), item.as_bytes(), item.bytes().len());
        if let Some(map) = item.as_map() {
            out.extend(map.iter().take(100).map(|(key, value)| format!("{key:?}{value:?}")));
        }
    }
}

#[test]
fn every_short_input_is_answered() {
    for first in 0..=u8::MAX {
        for second in 0..=u8::MAX {
            for bytes in [&[first][..], &[first, second], &[0x81, first, second], &[0xbf, first, second, 0xff]] {
                if let Ok(item) = Item::parse(bytes) {
                    check_accepted(bytes, item);
                }
            }
        }
    }
}

#[test]
fn an_index_finds_what_the_map_holds() {
    let long = "a key of many letters";
    // A few keys, exactly as many as an index has, and more; with long ones and ones in pieces in between.
    for count in [0, 1, 5, 15, 16, 17, 40] {
        for odd in [None, Some(0), Some(3), Some(39)] {
            let mut bytes = vec![0xbf];
            for key in 0..count {
                if odd == Some(key) {
                    bytes.push(0x60 + 21);
                    bytes.extend(long.as_bytes());
                    bytes.extend([0x18, 77]);
                    // "dn" in two pieces.
                    bytes.extend([0x7f, 0x61, b'd', 0x61, b'n', 0xff, 0x18, 78]);
                }
                bytes.extend(if key % 2 == 0 { [0x18, key] } else { [0x38, key] });
                bytes.extend([0x81, 0x18, key]);
            }
            bytes.push(0xff);
            let map = Item::parse(&bytes).unwrap().as_map().unwrap();
            let index = map.index();
            let content = |item: Option<Item<'_>>| item.map(|item| item.bytes().to_vec());
            for key in -45..45 {
                assert_eq!(content(index.get_int(key)), content(map.get_int(key)), "{count} {odd:?} {key}");
            }
            for key in [i64::MIN, i64::MAX, 1 << 56, -(1 << 56) - 1] {
                assert!(index.get_int(key).is_none() && map.get_int(key).is_none());
            }
            for key in [long, "dn", "d", "", "1", "x"] {
                assert_eq!(content(index.get_text(key)), content(map.get_text(key)), "{count} {odd:?} {key}");
            }
        }
    }
}

#[test]
fn an_index_tells_texts_from_numbers() {
    let bytes = b"\xa3\x01\x02\x20\x03\x61\x01\x04";
    let index = Item::parse(bytes).unwrap().as_map().unwrap().index();
    let number = |item: Option<Item<'_>>| item.and_then(Item::as_i64);
    assert_eq!(
        [number(index.get_int(1)), number(index.get_int(-1)), number(index.get_text("\u{1}"))],
        [Some(2), Some(3), Some(4)]
    );
    assert!(index.get_text("1").is_none() && index.get_int(-2).is_none() && index.get_text("\0\u{1}").is_none());
}
