#![cfg(feature = "issue")]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::record_json::{DOSE_FIELDS, NAME_FIELDS, NAMES_FIELDS, RECORD_FIELDS};
use super::samples::{CANARIES, any_record, canary};
use super::*;
use crate::report::Code;

const NUMBER: &str = "1234-5678-9018";

fn example() -> Value {
    serde_json::from_str(EXAMPLE_RECORD).unwrap()
}

fn schema() -> Value {
    serde_json::from_str(RECORD_SCHEMA).unwrap()
}

fn read(json: &Value) -> Result<Record, RecordError> {
    Record::from_json(&json.to_string())
}

/// The example with one value replaced, or removed when it is `None`.
fn with(pointer: &str, value: Option<Value>) -> Value {
    let mut json = example();
    match value {
        Some(value) => {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            match json.pointer_mut(parent).unwrap() {
                Value::Object(object) => drop(object.insert(name.into(), value)),
                Value::Array(array) => array[name.parse::<usize>().unwrap()] = value,
                _ => unreachable!(),
            }
        }
        None => {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            json.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
        }
    }
    json
}

/// `/doses/1/lot` as `doses[1].lot`.
fn path(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        match part.parse::<usize>() {
            Ok(index) => path += &format!("[{index}]"),
            Err(_) if path.is_empty() => path += part,
            Err(_) => path += &format!(".{part}"),
        }
    }
    path
}

#[track_caller]
fn assert_refused(json: &Value, code: Code, field: &str) {
    let error = read(json).unwrap_err();
    assert_eq!((error.code(), error.field()), (code, field), "{error}");
}

/// Every text field of the record, with its longest length.
const TEXT_FIELDS: &[(&str, usize)] = &[
    ("/name/registered/surname", NAME_MAX_CHARS),
    ("/name/registered/given", NAME_MAX_CHARS),
    ("/name/kana/surname", NAME_MAX_CHARS),
    ("/name/kana/given", NAME_MAX_CHARS),
    ("/name/romanised/surname", NAME_MAX_CHARS),
    ("/name/romanised/given", NAME_MAX_CHARS),
    ("/former_surname", NAME_MAX_CHARS),
    ("/other_surname", NAME_MAX_CHARS),
    ("/alias", NAME_MAX_CHARS),
    ("/passport_number", PASSPORT_NUMBER_MAX_CHARS),
    ("/doses/1/disease", DISEASE_MAX_CHARS),
    ("/doses/1/vaccine_kind", TEXT_MAX_CHARS),
    ("/doses/1/manufacturer", TEXT_MAX_CHARS),
    ("/doses/1/product", TEXT_MAX_CHARS),
    ("/doses/1/lot", LOT_MAX_CHARS),
    ("/certificate_id", CERTIFICATE_ID_MAX_CHARS),
    ("/issuer", TEXT_MAX_CHARS),
];

#[test]
fn the_example_is_read_and_written_alike() {
    let record = Record::from_json(EXAMPLE_RECORD).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&record.to_json()).unwrap(), example());
    assert_eq!(record.newest_dose(), 2);
}

#[test]
fn texts_have_bounds_and_hold_no_individual_number() {
    for (pointer, max) in TEXT_FIELDS {
        let field = path(pointer);
        assert!(read(&with(pointer, Some(json!("A".repeat(*max))))).is_ok(), "{field}");
        assert_refused(&with(pointer, Some(json!("A".repeat(max + 1)))), Code::RecordInvalidValue, &field);
        for text in ["", " ", "\u{0}", "A\u{202e}B", "A\n"] {
            assert_refused(&with(pointer, Some(json!(text))), Code::RecordInvalidValue, &field);
        }
        for number in ["123456789018", NUMBER] {
            assert_refused(&with(pointer, Some(json!(number))), Code::RecordIndividualNumber, &field);
        }
        for wrong in [json!(1), json!([]), json!({}), json!(true)] {
            assert_refused(&with(pointer, Some(wrong)), Code::RecordInvalidValue, &field);
        }
    }
    let spaced = with("/doses/0/lot", Some(json!("１２３４　５６７８　９０１８")));
    assert_refused(&spaced, Code::RecordIndividualNumber, "doses[0].lot");
}

#[test]
fn required_fields() {
    for pointer in [
        "/kind",
        "/name",
        "/name/registered",
        "/name/romanised",
        "/birth_date",
        "/nationality",
        "/passport_number",
        "/doses",
        "/doses/2/date",
        "/doses/2/number",
        "/doses/2/disease",
        "/doses/2/vaccine_kind",
        "/doses/2/manufacturer",
        "/doses/2/product",
        "/doses/2/lot",
        "/doses/2/country",
        "/issuer",
    ] {
        assert_refused(&with(pointer, None), Code::RecordMissingField, &path(pointer));
        assert_refused(&with(pointer, Some(Value::Null)), Code::RecordMissingField, &path(pointer));
    }
    for pointer in ["/name/kana", "/former_surname", "/doses/0/series", "/name/kana/given"] {
        assert!(read(&with(pointer, None)).is_ok(), "{pointer}");
        assert!(read(&with(pointer, Some(Value::Null))).is_ok(), "{pointer}");
    }
}

#[test]
fn wrong_values() {
    for (pointer, value) in [
        ("/kind", json!("travel")),
        ("/kind", json!(1)),
        ("/name", json!("手形花子")),
        ("/name/registered", json!("手形花子")),
        ("/name/registered", json!({})),
        ("/birth_date", json!("1980-02-30")),
        ("/birth_date", json!("17.2.1980")),
        ("/birth_date", json!(1980)),
        ("/nationality", json!("JP")),
        ("/nationality", json!("ZZZ")),
        ("/passport_number", json!("tk0000000")),
        ("/doses", json!([])),
        ("/doses", json!({})),
        ("/doses", json!(vec![example()["doses"][0].clone(); MAX_DOSES + 1])),
        ("/doses/0", json!("first")),
        ("/doses/0/date", json!("2021-6-22")),
        ("/doses/0/date", json!("1980-02-16")),
        ("/doses/0/number", json!(0)),
        ("/doses/0/number", json!(256)),
        ("/doses/0/number", json!(-1)),
        ("/doses/0/number", json!(1.5)),
        ("/doses/0/number", json!("1")),
        ("/doses/0/series", json!(0)),
        ("/doses/0/disease", json!("コロナ")),
        ("/doses/0/country", json!("XXA")),
        ("/doses/0/country", json!("Japan")),
        ("/certificate_id", json!("A B")),
    ] {
        assert_refused(&with(pointer, Some(value)), Code::RecordInvalidValue, &path(pointer));
    }
    assert!(read(&with("/doses", Some(json!(vec![example()["doses"][0].clone(); MAX_DOSES])))).is_ok());
}

#[test]
fn domestic_records_refuse_passport_data() {
    let mut json = with("/kind", Some(json!("domestic")));
    for field in ["name.romanised", "nationality", "passport_number"] {
        assert_refused(&json, Code::RecordInvalidValue, field);
        match field {
            "name.romanised" => json["name"]["romanised"] = Value::Null,
            _ => json[field] = Value::Null,
        }
    }
    assert!(read(&json).is_ok());
}

#[test]
fn unknown_and_repeated_fields() {
    for (pointer, field) in
        [("/address", ""), ("/name/x", "name"), ("/name/kana/x", "name.kana"), ("/doses/1/x", "doses[1]")]
    {
        let error = read(&with(pointer, Some(json!("x")))).unwrap_err();
        assert_eq!((error.code(), error.field()), (Code::RecordUnknownField, field));
        assert!(matches!(error.kind(), RecordErrorKind::UnknownField { member } if member > 1));
    }
    for (from, to, field) in [
        ("\"issuer\":", "\"issuer\":\"A\",\"issuer\":", "issuer"),
        ("\"lot\": \"EY0573\"", "\"lot\":\"A\",\"lot\":\"A\"", "doses[1].lot"),
        ("\"given\": \"ハナコ\"", "\"given\":\"A\",\"\\u0067iven\":\"A\"", "name.kana.given"),
    ] {
        let error = Record::from_json(&EXAMPLE_RECORD.replacen(from, to, 1)).unwrap_err();
        assert_eq!(
            (error.code(), error.field(), error.kind()),
            (Code::RecordMalformed, field, RecordErrorKind::DuplicateField)
        );
    }
}

#[test]
fn text_that_is_no_record() {
    for text in ["", "{", "[1,", "{\"kind\":}", "nul", "\u{feff}{}", "{} {}", "\"\\ud800\""] {
        let error = Record::from_json(text).unwrap_err();
        assert!(matches!(error.kind(), RecordErrorKind::Malformed { .. }), "{text}");
        assert_eq!((error.code(), error.field()), (Code::RecordMalformed, ""));
    }
    assert_eq!(Record::from_json(&"[".repeat(100_000)).unwrap_err().code(), Code::RecordMalformed);
    for text in ["1", "[]", "null", "\"x\"", "1e999", "true"] {
        assert!(Record::from_json(text).is_err(), "{text}");
    }
    assert_eq!(Record::from_json(&" ".repeat(RECORD_MAX_BYTES + 1)).unwrap_err().code(), Code::RecordTooLarge);
}

#[test]
fn the_schema_describes_the_reader() {
    let schema = schema();
    let keys = |pointer: &str| {
        let object = schema.pointer(pointer).unwrap().as_object().unwrap();
        object.keys().map(String::as_str).collect::<Vec<_>>()
    };
    assert_eq!(keys("/properties"), RECORD_FIELDS);
    assert_eq!(keys("/properties/name/properties"), NAMES_FIELDS);
    assert_eq!(keys("/$defs/name/properties"), NAME_FIELDS);
    assert_eq!(keys("/$defs/dose/properties"), DOSE_FIELDS);
    for closed in ["", "/properties/name", "/$defs/name", "/$defs/dose"] {
        assert_eq!(schema.pointer(&format!("{closed}/additionalProperties")), Some(&json!(false)), "{closed}");
    }
    for (pointer, max) in TEXT_FIELDS {
        let name = pointer.rsplit('/').next().unwrap();
        let object = match *pointer {
            _ if pointer.starts_with("/name/") => "/$defs/name",
            _ if pointer.starts_with("/doses/") => "/$defs/dose",
            _ => "",
        };
        assert_eq!(schema.pointer(&format!("{object}/properties/{name}/maxLength")), Some(&json!(max)), "{pointer}");
    }
    assert_eq!(schema.pointer("/properties/doses/maxItems"), Some(&json!(MAX_DOSES)));
    let required = |pointer: &str| schema.pointer(pointer).unwrap().as_array().unwrap().clone();
    for field in required("/required") {
        assert_eq!(
            read(&with(&format!("/{}", field.as_str().unwrap()), None)).unwrap_err().code(),
            Code::RecordMissingField
        );
    }
    for field in DOSE_FIELDS {
        let optional = read(&with(&format!("/doses/0/{field}"), None)).is_ok();
        assert_eq!(!optional, required("/$defs/dose/required").contains(&json!(field)), "{field}");
    }
}

/// Every example in the schema is a value the reader takes.
#[test]
fn the_examples_of_the_schema_are_read() {
    let schema = schema();
    let mut tried = 0;
    for (object, target) in
        [("", ""), ("/$defs/dose", "/doses/1"), ("/$defs/name", "/name/kana"), ("/properties/name", "/name")]
    {
        for (field, property) in schema.pointer(&format!("{object}/properties")).unwrap().as_object().unwrap() {
            assert!(property["description"].is_string(), "{field}");
            for value in property["examples"].as_array().into_iter().flatten() {
                read(&with(&format!("{target}/{field}"), Some(value.clone()))).unwrap();
                tried += 1;
            }
        }
    }
    assert!(tried >= 20, "{tried}");
}

#[test]
fn nothing_prints_personal_data() {
    let fields = canary();
    let record = Record::new(fields.clone()).unwrap();
    let printed = format!("{fields:#?} {record:?} {:?} {:?} {:?}", fields.name, fields.doses, fields.birth_date);
    let json = record.to_json();
    for canary in CANARIES {
        assert!(!printed.contains(canary), "{canary}");
        assert!(json.contains(canary), "{canary} is in the record");
    }
    for (pointer, _) in TEXT_FIELDS {
        for wrong in [format!("CANARY {NUMBER}"), "CANARY\u{0}".into(), "CANARY".repeat(20)] {
            let error = read(&with(pointer, Some(json!(wrong)))).unwrap_err();
            let printed = format!("{error} {error:?}");
            assert!(!printed.contains("CANARY") && !printed.contains("5678"), "{printed}");
        }
    }
    let mut unknown = example();
    unknown["CANARY"] = json!(1);
    let error = read(&unknown).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("CANARY"));
}

proptest! {
    #[test]
    fn json_round_trip(record in any_record()) {
        prop_assert_eq!(Record::from_json(&record.to_json()), Ok(record));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,80}") {
        let _ = Record::from_json(&text);
    }
}
