use proptest::prelude::*;

use super::*;
use crate::codec::cbor::Item;
use crate::format::{SchemaError, SchemaErrorKind};
use crate::model::samples::{CANARIES, any_record, canary, dose};
use crate::model::{MAX_DOSES, Names, RecordFields};
use crate::report::Code;

const META: JpMeta<'static> = JpMeta { certificate_id: "CERT-777", issue_date: date(2026, 3, 31) };

const fn date(year: u16, month: u8, day: u8) -> Date {
    match Date::new(year, month, day) {
        Ok(date) => date,
        Err(_) => panic!("no such day"),
    }
}

fn encode(record: &Record, meta: JpMeta<'_>) -> Vec<u8> {
    let mut encoder = Encoder::new();
    JpPayload::new(record, meta).unwrap().write(&mut encoder);
    encoder.into_bytes()
}

/// Reads, and sees that a mere check says the same.
fn read(bytes: &[u8]) -> Result<Jp, SchemaError> {
    let item = Item::parse(bytes).unwrap();
    let read = decode(item);
    assert_eq!(check(item), read.as_ref().map(|_| ()).map_err(Clone::clone));
    read
}

/// The payload of the sample record, one outer entry replaced or, by `None`, left out.
fn with(key: i64, value: Option<&dyn Fn(&mut Encoder)>) -> Vec<u8> {
    let original = encode(&Record::new(canary()).unwrap(), META);
    let map = Item::parse(&original).unwrap().as_map().unwrap();
    let mut encoder = Encoder::new();
    encoder.map(|out| {
        for (known, item) in map {
            let known = known.as_i64().unwrap();
            if known != key {
                out.int_key(known, |out| copy(item, out));
            }
        }
        if let Some(value) = value {
            out.int_key(key, |out| value(out));
        }
    });
    encoder.into_bytes()
}

fn copy(item: Item<'_>, out: &mut Encoder) {
    if let Some(text) = item.as_text() {
        out.text(&text);
    } else if let Some(number) = item.as_i64() {
        out.int(number);
    } else if let Some(array) = item.as_array() {
        out.array(array.len());
        array.into_iter().for_each(|item| copy(item, out));
    } else {
        out.null();
    }
}

#[track_caller]
fn assert_refused(bytes: &[u8], kind: SchemaErrorKind, field: &str) {
    let error = read(bytes).unwrap_err();
    assert_eq!((error.kind(), error.field()), (kind, field), "{error}");
}

#[test]
fn everything_comes_back() {
    let record = Record::new(canary()).unwrap();
    let read = read(&encode(&record, META)).unwrap();
    assert_eq!(read.record, record);
    assert_eq!((read.certificate_id(), read.issue_date), ("CERT-777", META.issue_date));
}

#[test]
fn the_certificate_id_is_the_records_own_or_new() {
    let record = Record::new(canary()).unwrap();
    for id in ["OTHER-1", "", "A B", "1234-5678-9018", "手形"] {
        let error = JpPayload::new(&record, JpMeta { certificate_id: id, ..META }).unwrap_err();
        assert_eq!((error.code(), error.field()), (Code::ProfileInvalidValue, "certificate_id"));
    }
    let without = Record::new(RecordFields { certificate_id: None, ..canary() }).unwrap();
    assert_eq!(read(&encode(&without, META)).unwrap().certificate_id(), "CERT-777");
}

#[test]
fn missing_and_mistyped() {
    for (key, field) in [
        (key::VERSION, "version"),
        (key::KIND, "kind"),
        (key::NAME, "name"),
        (key::BIRTH_DATE, "birth_date"),
        (key::NATIONALITY, "nationality"),
        (key::PASSPORT_NUMBER, "passport_number"),
        (key::VACCINES, "vaccines"),
        (key::DOSES, "doses"),
        (key::CERTIFICATE_ID, "certificate_id"),
        (key::ISSUE_DATE, "issue_date"),
        (key::ISSUER, "issuer"),
    ] {
        assert_refused(&with(key, None), SchemaErrorKind::MissingField, field);
        assert_refused(&with(key, Some(&|out| out.null())), SchemaErrorKind::MissingField, field);
        assert_refused(&with(key, Some(&|out| out.bool(true))), SchemaErrorKind::WrongType, field);
        assert_refused(&with(key, Some(&|out| out.float(1.0))), SchemaErrorKind::WrongType, field);
    }
    for (key, field) in
        [(key::FORMER_SURNAME, "former_surname"), (key::OTHER_SURNAME, "other_surname"), (key::ALIAS, "alias")]
    {
        assert!(read(&with(key, None)).is_ok());
        assert_refused(&with(key, Some(&|out| out.unsigned(1))), SchemaErrorKind::WrongType, field);
    }
    assert_refused(&[0x80], SchemaErrorKind::WrongType, "");
}

#[test]
fn wrong_values() {
    let text = |text: &'static str| move |out: &mut Encoder| out.text(text);
    assert_refused(&with(key::KIND, Some(&|out| out.unsigned(2))), SchemaErrorKind::InvalidValue, "kind");
    assert_refused(&with(key::KIND, Some(&|out| out.unsigned(0))), SchemaErrorKind::InvalidValue, "name.romanised");
    for (key, value, field) in [
        (key::BIRTH_DATE, "1980-02-30", "birth_date"),
        (key::BIRTH_DATE, "2021-06-23", "doses[0].date"),
        (key::NATIONALITY, "JP", "nationality"),
        (key::PASSPORT_NUMBER, "tk", "passport_number"),
        (key::ALIAS, "", "alias"),
        (key::ALIAS, "１２３４　５６７８　９０１８", "alias"),
        (key::ISSUER, "123456789018", "issuer"),
        (key::CERTIFICATE_ID, "手形", "certificate_id"),
    ] {
        assert_refused(&with(key, Some(&text(value))), SchemaErrorKind::InvalidValue, field);
    }
    assert_refused(
        &with(key::ISSUE_DATE, Some(&|out| out.int(3_000_000))),
        SchemaErrorKind::InvalidValue,
        "issue_date",
    );
    assert_refused(&with(key::NAME, Some(&|out| out.array(0))), SchemaErrorKind::MissingField, "name.registered");
    let empty_name = |out: &mut Encoder| {
        out.array(1);
        out.array(0);
    };
    assert_refused(&with(key::NAME, Some(&empty_name)), SchemaErrorKind::InvalidValue, "name.registered");
    let number_as_name = |out: &mut Encoder| {
        out.array(1);
        out.array(1);
        out.unsigned(1);
    };
    assert_refused(&with(key::NAME, Some(&number_as_name)), SchemaErrorKind::WrongType, "name.registered.surname");
}

/// Writes doses of the given elements, of the sample's form unless changed.
fn doses(count: usize, change: usize, value: &dyn Fn(&mut Encoder)) -> Vec<u8> {
    let dose = |out: &mut Encoder| {
        out.array(6);
        for index in 0..6 {
            match index {
                _ if index == change => value(out),
                0 => out.unsigned(0),
                1 => out.int(18_800),
                2 | 3 => out.unsigned(2),
                4 => out.text("LOT"),
                _ => out.text("JPN"),
            }
        }
    };
    with(
        key::DOSES,
        Some(&|out| {
            out.array(count);
            (0..count).for_each(|_| dose(out));
        }),
    )
}

#[test]
fn doses_of_a_wrong_form() {
    let unchanged = |out: &mut Encoder| out.null();
    assert!(read(&doses(MAX_DOSES, 9, &unchanged)).is_ok());
    assert_refused(&doses(MAX_DOSES + 1, 9, &unchanged), SchemaErrorKind::InvalidValue, "doses");
    assert_refused(&doses(0, 9, &unchanged), SchemaErrorKind::InvalidValue, "doses");
    // A series can be null; nothing else can.
    assert!(read(&doses(1, 3, &unchanged)).is_ok());
    for (index, field) in ["vaccine", "date", "number", "series", "lot", "country"].into_iter().enumerate() {
        let wrong = doses(2, index, &|out| out.bool(false));
        assert_refused(&wrong, SchemaErrorKind::WrongType, &format!("doses[0].{field}"));
    }
    for (index, value, field) in [
        (0, 1, "doses[0].vaccine"),
        (1, 3_000_000, "doses[0].date"),
        (2, 0, "doses[0].number"),
        (2, 256, "doses[0].number"),
        (3, 0, "doses[0].series"),
    ] {
        assert_refused(&doses(1, index, &|out| out.unsigned(value)), SchemaErrorKind::InvalidValue, field);
    }
    assert_refused(&doses(1, 5, &|out| out.text("XXA")), SchemaErrorKind::InvalidValue, "doses[0].country");
    assert_refused(&doses(1, 5, &|out| out.text("ZZZ")), SchemaErrorKind::InvalidValue, "doses[0].country");
    let short = |out: &mut Encoder| {
        out.array(1);
        out.array(1);
        out.unsigned(0);
    };
    assert_refused(&with(key::DOSES, Some(&short)), SchemaErrorKind::MissingField, "doses[0].date");
    assert_refused(&with(key::VACCINES, Some(&short)), SchemaErrorKind::WrongType, "vaccines[0].disease");
}

#[test]
fn later_additions_are_passed_over() {
    let plain = read(&encode(&Record::new(canary()).unwrap(), META)).unwrap();
    assert_eq!(read(&with(99, Some(&|out| out.bool(true)))).unwrap(), plain);
    let longer_name = |out: &mut Encoder| {
        out.array(4);
        for _ in 0..3 {
            out.array(3);
            out.text("A");
            out.null();
            out.text("more");
        }
        out.text("more");
    };
    let read_name = read(&with(key::NAME, Some(&longer_name))).unwrap().record.into_fields().name;
    let name = Name { surname: Some("A".into()), given: None };
    assert_eq!(read_name, Names { registered: name.clone(), kana: Some(name.clone()), romanised: Some(name) });

    let error = read(&with(key::VERSION, Some(&|out| out.unsigned(2)))).unwrap_err();
    assert_eq!((error.code(), error.field()), (Code::UnknownProfile, "version"));
}

/// Seven doses for overseas use, every name given, of two products: what real cards had at most.
fn seven_doses() -> Record {
    let doses = (1..=7_u8).map(|number| Dose {
        date: Date::from_days_since_epoch(18_800 + 170 * i64::from(number)).unwrap(),
        number,
        manufacturer: if number < 4 { "ファイザー" } else { "武田/モデルナ" }.into(),
        product: if number < 4 { "コミナティ" } else { "スパイクバックス" }.into(),
        lot: format!("{}{:04}", ["EX", "FF", "30"][usize::from(number) % 3], 3617 * u32::from(number) % 10_000),
        ..dose()
    });
    Record::new(RecordFields {
        doses: doses.collect(),
        other_surname: None,
        alias: None,
        certificate_id: Some("URN:UVCI:01:JP:132213A7K2M9Q4X8T1".into()),
        ..canary()
    })
    .unwrap()
}

#[test]
fn seven_doses_fit_a_printed_code() {
    /// Characters of a version 27 symbol at error correction level Q in alphanumeric mode:
    /// (808 codewords × 8 − 17 bits of header) at 11 bits a pair (ISO/IEC 18004).
    const CAPACITY: usize = 1172;
    /// CWT claims, COSE headers and an ES256 signature, neither of which compresses.
    const ENVELOPE: usize = 110;
    let record = seven_doses();
    let id = record.fields().certificate_id.clone().unwrap();
    let payload = encode(&record, JpMeta { certificate_id: &id, ..META });
    let mut signed = payload.clone();
    // Bytes that do not compress, by the middle bits of a linear congruential generator.
    let mut state = 1_u32;
    signed.extend((0..ENVELOPE).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[1]
    }));
    let compressed = miniz_oxide::deflate::compress_to_vec_zlib(&signed, 9);
    let characters = "HC1:".len() + compressed.len() / 2 * 3 + compressed.len() % 2 * 2;
    println!("payload {} bytes, compressed with its envelope {}, text {characters}", payload.len(), compressed.len());
    assert!(characters <= CAPACITY, "{characters}");
}

#[test]
fn nothing_prints_personal_data() {
    let record = Record::new(canary()).unwrap();
    let payload = JpPayload::new(&record, META).unwrap();
    let printed = format!("{payload:?} {:?} {META:?}", read(&encode(&record, META)).unwrap());
    let error = JpPayload::new(&record, JpMeta { certificate_id: "OTHER-関守", ..META }).unwrap_err();
    let printed = format!("{printed} {error} {error:?}");
    let error = read(&with(key::ISSUER, Some(&|out| out.text("関守 123456789018")))).unwrap_err();
    let printed = format!("{printed} {error} {error:?}");
    for canary in CANARIES {
        assert!(!printed.contains(canary), "{printed}");
    }
}

#[test]
fn no_dose_is_after_the_issue() {
    let record = Record::new(canary()).unwrap();
    let last = record.fields().doses.iter().map(|dose| dose.date).max().unwrap();
    let eve = Date::from_days_since_epoch(last.days_since_epoch() - 1).unwrap();
    let error = JpPayload::new(&record, JpMeta { issue_date: eve, ..META }).unwrap_err();
    assert!(error.field().starts_with("doses[") && error.field().ends_with("].date"), "{error}");
    let error = read(&with(key::ISSUE_DATE, Some(&|out| out.int(0)))).unwrap_err();
    assert_eq!((error.kind(), error.field()), (SchemaErrorKind::InvalidValue, "doses[0].date"));
}

proptest! {
    #[test]
    fn any_record_comes_back(record in any_record()) {
        let id = record.fields().certificate_id.clone().unwrap_or_else(|| "CERT-777".into());
        let issue_date = record.fields().doses.iter().map(|dose| dose.date).max().unwrap();
        let read = read(&encode(&record, JpMeta { certificate_id: &id, issue_date })).unwrap();
        prop_assert_eq!(read.issue_date, issue_date);
        prop_assert_eq!(read.certificate_id(), &id);
        let mut fields = read.record.into_fields();
        fields.certificate_id.clone_from(&record.fields().certificate_id);
        prop_assert_eq!(&fields, record.fields());
    }

    #[test]
    fn damaged_bytes_do_not_panic(position in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = encode(&Record::new(canary()).unwrap(), META);
        let position = position.index(bytes.len());
        bytes[position] = byte;
        if let Ok(item) = Item::parse(&bytes) {
            let _ = decode(item);
        }
    }
}

#[test]
fn the_text_is_hardly_longer_than_with_codes_made_to_measure() {
    for doses in 1..=8_u8 {
        let one = |number: u8| {
            let date = Date::from_days_since_epoch(18_800 + 150 * i64::from(number)).unwrap();
            Dose { date, number, lot: format!("EX{}", 1009 * u32::from(number)), ..dose() }
        };
        let record = Record::new(RecordFields { doses: (1..=doses).map(one).collect(), ..canary() }).unwrap();
        // Claims and headers, a key id and a signature, none of which repeats, around it.
        let around: Vec<u8> = (0_u32..110).map(|n| u8::try_from(n * n * 31 % 251).unwrap()).collect();
        let signed = [&around[..30], &encode(&record, META), &around[30..]].concat();
        let [ours, usual] =
            [crate::codec::zlib::compress(&signed).len(), miniz_oxide::deflate::compress_to_vec_zlib(&signed, 6).len()];
        eprintln!("{doses} doses: {} bytes, {ours} deflated, {usual} at the usual level", signed.len());
        assert!(ours * 100 <= usual * 102, "{doses} doses: {ours} bytes, not {usual}");
    }
}
