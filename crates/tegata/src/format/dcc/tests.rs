use std::borrow::Cow;

use proptest::prelude::*;

use super::*;
use crate::codec::cbor::{Encoder, Item};
use crate::format::{ProfileError, SchemaError, SchemaErrorKind, Uvci};
use crate::model::catalogue::Catalogue;
use crate::model::samples::{CANARIES, any_record, canary, dose};
use crate::model::{CountryCode, Dose, Kind, Name, Names, Record, RecordFields};
use crate::report::Code;
use crate::time::{Date, Timestamp};

const ID: &str = "URN:UVCI:01:JP:TEGATA0000001#9";
const META: DccMeta<'static> = DccMeta { certificate_id: ID, dose: None };

/// A small JSON-like value, to build payloads that no issuer should make.
#[derive(Clone)]
enum Raw {
    Text(&'static str),
    Number(u64),
    Float(f64),
    Null,
    Tagged(u64, &'static str),
    Array(Vec<Raw>),
    Map(Vec<(&'static str, Raw)>),
}

impl Raw {
    fn write(&self, out: &mut Encoder) {
        match self {
            Self::Text(text) => out.text(text),
            Self::Number(number) => out.unsigned(*number),
            Self::Float(number) => out.float(*number),
            Self::Null => out.null(),
            Self::Tagged(tag, text) => {
                out.tag(*tag);
                out.text(text);
            }
            Self::Array(items) => {
                out.array(items.len());
                items.iter().for_each(|item| item.write(out));
            }
            Self::Map(entries) => out.map(|map| {
                for (key, value) in entries {
                    map.text_key(key, |out| value.write(out));
                }
            }),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = Encoder::new();
        self.write(&mut out);
        out.into_bytes()
    }

    /// Itself with the field at a path such as `v/0/dn` replaced, added, or removed.
    fn with(&self, path: &str, value: Option<Self>) -> Self {
        let mut whole = self.clone();
        whole.set(path, value);
        whole
    }

    fn set(&mut self, path: &str, value: Option<Self>) {
        let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
        match (self, rest) {
            (Self::Array(items), Some(rest)) => items[first.parse::<usize>().unwrap()].set(rest, value),
            (Self::Map(entries), Some(rest)) => {
                entries.iter_mut().find(|(key, _)| *key == first).unwrap().1.set(rest, value);
            }
            (Self::Map(entries), None) => {
                entries.retain(|(key, _)| *key != first);
                let key: &'static str = KEYS.iter().find(|key| **key == first).unwrap();
                entries.extend(value.map(|value| (key, value)));
            }
            _ => panic!("no such path"),
        }
    }
}

const KEYS: &[&str] = &[
    "ver", "nam", "fn", "fnt", "gn", "gnt", "dob", "v", "t", "r", "tg", "vp", "mp", "ma", "dn", "sd", "dt", "co", "is",
    "ci", "tt", "nm", "sc", "tr", "tc", "fr", "df", "du", "meta",
];

fn text_map(entries: &[(&'static str, &'static str)]) -> Vec<(&'static str, Raw)> {
    entries.iter().map(|(key, text)| (*key, Raw::Text(text))).collect()
}

fn certificate(group: &'static str, entry: Vec<(&'static str, Raw)>) -> Raw {
    Raw::Map(vec![
        ("ver", Raw::Text("1.3.0")),
        ("nam", Raw::Map(text_map(&[("fn", "手形"), ("fnt", "TEGATA"), ("gn", "花子"), ("gnt", "HANAKO")]))),
        ("dob", Raw::Text("1980-02-17")),
        (group, Raw::Array(vec![Raw::Map(entry)])),
    ])
}

fn vaccination() -> Raw {
    let mut entry = text_map(&[
        ("tg", "840539006"),
        ("vp", "1119349007"),
        ("mp", "EU/1/20/1528"),
        ("ma", "ORG-100030215"),
        ("dt", "2021-06-22"),
        ("co", "JP"),
        ("is", "Municipality of Sekisho, Japan"),
        ("ci", ID),
    ]);
    entry.extend([("dn", Raw::Number(1)), ("sd", Raw::Number(2))]);
    certificate("v", entry)
}

fn test_entry() -> Raw {
    let entry = [
        ("tg", "840539006"),
        ("tt", "LP6464-4"),
        ("nm", "a test"),
        ("sc", "2021-06-22T12:00:00Z"),
        ("tr", "260415000"),
        ("tc", "a centre"),
        ("co", "JP"),
        ("is", "Municipality of Sekisho, Japan"),
        ("ci", ID),
    ];
    certificate("t", text_map(&entry))
}

fn recovery() -> Raw {
    let entry = [
        ("tg", "840539006"),
        ("fr", "2021-06-22"),
        ("df", "2021-07-01"),
        ("du", "2022-01-01"),
        ("co", "JP"),
        ("is", "Municipality of Sekisho, Japan"),
        ("ci", ID),
    ];
    certificate("r", text_map(&entry))
}

fn verdict(raw: &Raw, strictness: Strictness) -> Result<EntryKind, SchemaError> {
    verdict_at(raw, strictness, None)
}

fn verdict_at(raw: &Raw, strictness: Strictness, at: Option<Timestamp>) -> Result<EntryKind, SchemaError> {
    check(Item::parse(&raw.bytes()).unwrap(), strictness, at).map(|dcc| dcc.entry.kind())
}

#[track_caller]
fn assert_refused(raw: &Raw, kind: SchemaErrorKind, field: &str) {
    for strictness in [Strictness::Strict, Strictness::Lenient] {
        let error = verdict(raw, strictness).unwrap_err();
        assert_eq!((error.kind(), error.field()), (kind, field), "{strictness:?} {error}");
    }
}

/// Refused strictly, let pass leniently.
#[track_caller]
fn assert_tolerated(raw: &Raw, kind: SchemaErrorKind, field: &str) {
    let error = verdict(raw, Strictness::Strict).unwrap_err();
    assert_eq!((error.kind(), error.field()), (kind, field), "{error}");
    verdict(raw, Strictness::Lenient).unwrap();
}

#[track_caller]
fn assert_accepted(raw: &Raw) {
    for strictness in [Strictness::Strict, Strictness::Lenient] {
        verdict(raw, strictness).unwrap();
    }
}

use SchemaErrorKind::{EntryCount, InvalidValue, MissingField, WrongType};

#[test]
fn the_three_kinds() {
    for (raw, kind) in
        [(vaccination(), EntryKind::Vaccination), (test_entry(), EntryKind::Test), (recovery(), EntryKind::Recovery)]
    {
        assert_eq!(verdict(&raw, Strictness::Strict), Ok(kind));
        assert_eq!(verdict(&raw, Strictness::Lenient), Ok(kind));
    }
    let bytes = vaccination().bytes();
    let dcc = check(Item::parse(&bytes).unwrap(), Strictness::Strict, None).unwrap();
    assert_eq!(dcc.name.surname_transliterated, Some(Cow::Borrowed("TEGATA")));
    assert_eq!((dcc.entry.country(), dcc.entry.certificate_id()), ("JP", ID));
    let Entry::Vaccination(entry) = dcc.entry else { panic!("a vaccination") };
    assert_eq!((entry.dose_number, entry.series_doses, &*entry.date), (1, 2, "2021-06-22"));
}

#[test]
fn required_fields() {
    for (raw, group, fields) in [
        (vaccination(), "v", &["tg", "vp", "mp", "ma", "dn", "sd", "dt", "co", "is", "ci"][..]),
        (test_entry(), "t", &["tg", "tt", "sc", "tr", "co", "is", "ci"]),
        (recovery(), "r", &["tg", "fr", "co", "is", "df", "du", "ci"]),
    ] {
        for field in fields {
            let path = format!("{group}/0/{field}");
            assert_refused(&raw.with(&path, None), MissingField, &format!("{group}[0].{field}"));
            let wrong = raw.with(&path, Some(Raw::Array(vec![])));
            assert_refused(&wrong, WrongType, &format!("{group}[0].{field}"));
        }
        for field in ["ver", "nam", "dob"] {
            assert_refused(&raw.with(field, None), MissingField, field);
            assert_refused(&raw.with(field, Some(Raw::Number(1))), WrongType, field);
        }
        assert_refused(&raw.with("nam/fnt", None).with("nam/gnt", None), MissingField, "nam.fnt");
        assert_refused(&raw.with(group, None), EntryCount, "");
        assert_refused(&raw.with(group, Some(Raw::Text("x"))), WrongType, group);
        assert_refused(&raw.with(group, Some(Raw::Array(vec![Raw::Number(1)]))), WrongType, &format!("{group}[0]"));
    }
    assert_refused(&Raw::Array(vec![]), WrongType, "");
}

#[test]
fn exactly_one_entry() {
    let Raw::Map(entries) = recovery() else { panic!("a map") };
    let other = entries.into_iter().find(|(key, _)| *key == "r").unwrap().1;
    let Raw::Array(two) = &other else { panic!("an array") };
    assert_refused(&vaccination().with("r", Some(other.clone())), EntryCount, "");
    assert_refused(&recovery().with("r", Some(Raw::Array([two.clone(), two.clone()].concat()))), EntryCount, "");
    assert_refused(&vaccination().with("v", Some(Raw::Array(vec![]))), EntryCount, "");
    assert_tolerated(&vaccination().with("t", Some(Raw::Array(vec![]))), EntryCount, "");
    assert_tolerated(&vaccination().with("t", Some(Raw::Null)), WrongType, "t");
}

#[test]
fn names() {
    assert_accepted(&vaccination().with("nam/fn", None));
    assert_accepted(&vaccination().with("nam/gn", None).with("nam/gnt", None));
    for text in ["Tegata", "TEGATA HANAKO", "TEGATA1", "手形", "É"] {
        assert_refused(&vaccination().with("nam/fnt", Some(Raw::Text(text))), InvalidValue, "nam.fnt");
        assert_refused(&vaccination().with("nam/gnt", Some(Raw::Text(text))), InvalidValue, "nam.gnt");
    }
    // A given name that no one can compare.
    assert_refused(&vaccination().with("nam/gnt", None), InvalidValue, "nam.gnt");
    assert_refused(&vaccination().with("nam/gnt", Some(Raw::Text(""))), InvalidValue, "nam.gnt");
    assert_accepted(&vaccination().with("nam/gnt", Some(Raw::Text(""))).with("nam/gn", Some(Raw::Text(""))));
    // Only since 1.3.2 is gnt alone enough.
    let given_only = vaccination().with("nam/fnt", None).with("nam/fn", None);
    assert_tolerated(&given_only, MissingField, "nam.fnt");
    assert_accepted(&given_only.with("ver", Some(Raw::Text("1.3.2"))));
    assert_tolerated(&vaccination().with("nam/fn", Some(Raw::Null)), WrongType, "nam.fn");
}

#[test]
fn versions() {
    for version in ["1.0.0", "1.2.1", "1.3.0", "1.3.3"] {
        assert_accepted(&vaccination().with("ver", Some(Raw::Text(version))));
    }
    for version in ["1.0.4", "1.3.20", "1.9.0"] {
        assert_tolerated(&vaccination().with("ver", Some(Raw::Text(version))), InvalidValue, "ver");
    }
    for version in ["", "1", "1.3", "1.3.0.0", "0.9.0", "1.3.x", "1.3.", "a1.3.0", "1.3.+1", "１.3.0"] {
        assert_refused(&vaccination().with("ver", Some(Raw::Text(version))), InvalidValue, "ver");
    }
    // A version of the future is not wrong, only unknown.
    assert_refused(&vaccination().with("ver", Some(Raw::Text("2.0.0"))), SchemaErrorKind::UnknownVersion, "ver");
    // What later versions brought is not in earlier ones.
    let old = vaccination().with("ver", Some(Raw::Text("1.0.0")));
    assert_tolerated(&old.with("dob", Some(Raw::Text("1980"))), InvalidValue, "dob");
    assert_tolerated(&old.with("dob", Some(Raw::Text(""))), InvalidValue, "dob");
    assert_tolerated(&old.with("v/0/dn", Some(Raw::Number(10))), InvalidValue, "v[0].dn");
    let long = "a text of more than fifty and less than eighty characters, as here";
    assert_tolerated(&old.with("v/0/is", Some(Raw::Text(long))), InvalidValue, "v[0].is");
    assert_accepted(&vaccination().with("v/0/is", Some(Raw::Text(long))));
    let old = test_entry().with("ver", Some(Raw::Text("1.2.1"))).with("t/0/tc", None);
    assert_tolerated(&old, MissingField, "t[0].tc");
    assert_accepted(&test_entry().with("t/0/tc", None));
}

#[test]
fn birth_dates() {
    for text in ["", "1980", "1980-02", "1900-01-01", "2021-06-22"] {
        assert_accepted(&vaccination().with("dob", Some(Raw::Text(text))));
    }
    for text in ["1980-02-17T00:00:00", "1980-02-17T00:00:00.000Z", "1980-02-17 00:00:00+09:00"] {
        assert_tolerated(&vaccination().with("dob", Some(Raw::Text(text))), InvalidValue, "dob");
    }
    for text in ["1980-00", "1980-00-00", "1980-02-00", "1980-00-17"] {
        assert_tolerated(&vaccination().with("dob", Some(Raw::Text(text))), InvalidValue, "dob");
    }
    assert_tolerated(&vaccination().with("dob", Some(Raw::Tagged(0, "1980-02-17T00:00:00Z"))), WrongType, "dob");
    for text in [
        " ",
        "1899-12-31",
        "2100-01-01",
        "1980-02-30",
        "1980-13",
        "1980-2-17",
        "19800217",
        "17.02.1980",
        "XX-XX-1980",
        "1980-02-17T",
        "1980-02-17x",
        "1980-02-17Tnoon",
        "1980-XX-XX",
        "1980-00-32",
        "1980-00-1",
        "1980-00-00-00",
        "198-00-00",
        "1980-13-00",
    ] {
        assert_refused(&vaccination().with("dob", Some(Raw::Text(text))), InvalidValue, "dob");
    }
    let issued = |text| Some(Timestamp::parse_rfc3339(text).unwrap());
    for (birth, at, allowed) in [
        ("1980-02-17", "1980-02-17T00:00:00Z", true),
        ("1980-02-17", "1980-02-16T23:59:59Z", false),
        ("1980-02", "1980-02-01T00:00:00Z", true),
        ("1980-02", "1980-01-31T23:59:59Z", false),
        ("1980", "1979-12-31T23:59:59Z", false),
        ("", "1900-01-01T00:00:00Z", true),
    ] {
        let raw = vaccination().with("dob", Some(Raw::Text(birth)));
        for strictness in [Strictness::Strict, Strictness::Lenient] {
            assert_eq!(verdict_at(&raw, strictness, issued(at)).is_ok(), allowed, "{birth} {at}");
        }
    }
}

#[test]
fn dates_of_entries() {
    for (raw, field) in
        [(vaccination(), "v/0/dt"), (recovery(), "r/0/fr"), (recovery(), "r/0/df"), (recovery(), "r/0/du")]
    {
        let path = field.replacen('/', "[", 1).replacen('/', "].", 1);
        for text in ["2021-06-22T00:00:00", "2021-06-22T12:00:00Z", "2021-06-22T12:00:00.123+02:00"] {
            assert_tolerated(&raw.with(field, Some(Raw::Text(text))), InvalidValue, &path);
        }
        for text in ["", "2021-06", "2021-06-31", "22.06.2021", "2021-06-22Tx", "2021-06-22T12:00:00Z and more of it"] {
            assert_refused(&raw.with(field, Some(Raw::Text(text))), InvalidValue, &path);
        }
        assert_tolerated(&raw.with(field, Some(Raw::Tagged(0, "2021-06-22T00:00:00Z"))), WrongType, &path);
    }
    for text in ["2021-06-22T12:00:00+02:00", "2021-06-22T12:00:00.5Z"] {
        assert_accepted(&test_entry().with("t/0/sc", Some(Raw::Text(text))));
    }
    for text in ["2021-06-22T12:00:00", "2021-06-22T12:00", "2021-06-22", "2021-06-22T12:00:00+0200"] {
        assert_tolerated(&test_entry().with("t/0/sc", Some(Raw::Text(text))), InvalidValue, "t[0].sc");
    }
    for text in ["", "noon", "2021-06-31T12:00:00Z", "12:00:00Z"] {
        assert_refused(&test_entry().with("t/0/sc", Some(Raw::Text(text))), InvalidValue, "t[0].sc");
    }
}

#[test]
fn dose_numbers() {
    for number in [1, 9, 10, 255] {
        assert_accepted(&vaccination().with("v/0/dn", Some(Raw::Number(number))));
    }
    assert_tolerated(&vaccination().with("v/0/dn", Some(Raw::Float(1.0))), WrongType, "v[0].dn");
    assert_tolerated(&vaccination().with("v/0/sd", Some(Raw::Float(2.0))), WrongType, "v[0].sd");
    for number in [0.0, 1.5, -1.0, f64::NAN, f64::INFINITY, 1e300] {
        let raw = vaccination().with("v/0/sd", Some(Raw::Float(number)));
        assert_eq!(verdict(&raw, Strictness::Lenient).unwrap_err().kind(), InvalidValue, "{number}");
    }
    assert_refused(&vaccination().with("v/0/dn", Some(Raw::Number(0))), InvalidValue, "v[0].dn");
    assert_refused(&vaccination().with("v/0/dn", Some(Raw::Text("1"))), WrongType, "v[0].dn");
}

#[test]
fn codes_that_issuers_leave_out() {
    for field in ["vp", "mp", "ma", "co"] {
        let path = format!("v[0].{field}");
        let raw = vaccination().with(&format!("v/0/{field}"), Some(Raw::Null));
        assert_tolerated(&raw, WrongType, &path);
        let raw = vaccination().with(&format!("v/0/{field}"), Some(Raw::Text("")));
        verdict(&raw, Strictness::Lenient).unwrap();
    }
    assert_tolerated(&vaccination().with("v/0/co", Some(Raw::Text(""))), InvalidValue, "v[0].co");
    assert_refused(&vaccination().with("v/0/co", Some(Raw::Text("jp"))), InvalidValue, "v[0].co");
    assert_accepted(&vaccination().with("meta", Some(Raw::Map(vec![]))));
    assert_accepted(&vaccination().with("v/0/meta", Some(Raw::Number(1))));
}

fn encode(payload: &DccPayload<'_>) -> Vec<u8> {
    let mut out = Encoder::new();
    payload.write(&mut out);
    out.into_bytes()
}

fn issue(fields: RecordFields) -> Result<(Vec<u8>, NotCarried), ProfileError> {
    let record = Record::new(fields).unwrap();
    DccPayload::new(&record, META).map(|(payload, not_carried)| (encode(&payload), not_carried))
}

#[test]
fn issuing_the_newest_dose() {
    let (bytes, not_carried) = issue(canary()).unwrap();
    let dcc = check(Item::parse(&bytes).unwrap(), Strictness::Strict, None).unwrap();
    assert_eq!((&*dcc.version, &*dcc.birth_date), (ISSUED_VERSION, "1977-07-07"));
    assert_eq!(dcc.name.surname.as_deref(), Some("関守"));
    assert_eq!(dcc.name.surname_transliterated.as_deref(), Some("SEKIMORI"));
    assert_eq!(dcc.name.given.as_deref(), Some("太郎"));
    assert_eq!(dcc.name.given_transliterated.as_deref(), Some("TAROU"));
    let Entry::Vaccination(entry) = dcc.entry else { panic!("a vaccination") };
    assert_eq!((&*entry.disease, &*entry.vaccine), ("840539006", "1119349007"));
    assert_eq!((&*entry.product, &*entry.manufacturer), ("EU/1/20/1528", "ORG-100030215"));
    assert_eq!((entry.dose_number, entry.series_doses, &*entry.date), (2, 2, "2021-07-13"));
    assert_eq!((&*entry.country, &*entry.certificate_id), ("JP", ID));
    assert_eq!(
        not_carried.iter().collect::<Vec<_>>(),
        [
            "kind",
            "name.kana",
            "former_surname",
            "other_surname",
            "alias",
            "nationality",
            "passport_number",
            "certificate_id",
            "doses[0]",
            "doses[1].lot"
        ]
    );
    assert!(not_carried.contains("doses[0].lot") && not_carried.contains("name.kana.given"));
    assert!(!not_carried.contains("doses[1]") && !not_carried.contains("name"));
    let older = DccMeta { dose: Some(0), ..META };
    let record = Record::new(canary()).unwrap();
    let (payload, not_carried) = DccPayload::new(&record, older).unwrap();
    assert!(not_carried.contains("doses[1]") && !not_carried.contains("doses[0]"));
    assert_eq!(
        check(Item::parse(&encode(&payload)).unwrap(), Strictness::Strict, None).map(|dcc| dcc.version.into_owned()),
        Ok(ISSUED_VERSION.into())
    );
}

#[test]
fn what_cannot_be_issued() {
    let refused = |fields: RecordFields, code: Code, field: &str| {
        let error = issue(fields).unwrap_err();
        assert_eq!((error.code(), error.field()), (code, field), "{error}");
    };
    let with_dose = |dose: Dose| RecordFields { doses: vec![dose], ..canary() };
    refused(with_dose(Dose { series: None, ..dose() }), Code::ProfileMissingField, "doses[0].series");
    for (unknown, field) in [
        (Dose { disease: "1D47".into(), ..dose() }, "disease"),
        (Dose { disease: "RA99".into(), ..dose() }, "disease"),
        (Dose { product: "新製品".into(), ..dose() }, "product"),
        (Dose { product: "ダイチロナ".into(), ..dose() }, "product"),
        (Dose { manufacturer: "新会社".into(), ..dose() }, "manufacturer"),
        (Dose { vaccine_kind: "新種類".into(), ..dose() }, "vaccine_kind"),
    ] {
        refused(with_dose(unknown), Code::UnknownProduct, &format!("doses[0].{field}"));
    }
    for (contradictory, field) in [
        (Dose { manufacturer: "モデルナ".into(), ..dose() }, "manufacturer"),
        (Dose { vaccine_kind: "組換えタンパクワクチン".into(), ..dose() }, "vaccine_kind"),
    ] {
        refused(with_dose(contradictory), Code::ProfileInvalidValue, &format!("doses[0].{field}"));
    }
    let born =
        |text: &str| RecordFields { birth_date: crate::model::BirthDate::parse(text).unwrap().into(), ..canary() };
    refused(born("1899-12-31"), Code::ProfileInvalidValue, "birth_date");
    let named = |registered: Name, romanised: Name| RecordFields {
        name: Names { registered, kana: None, romanised: Some(romanised) },
        ..canary()
    };
    let no_given = Name { surname: Some("TEGATA".into()), given: None };
    refused(named(Name::new("手形", "花子"), no_given), Code::ProfileMissingField, "name.romanised.given");
    refused(
        named(Name::new("手形", "花子"), Name::new("手形", "HANAKO")),
        Code::ProfileInvalidValue,
        "name.romanised.surname",
    );
    refused(
        named(Name::new(&"手".repeat(81), "花子"), Name::new("T", "H")),
        Code::ProfileInvalidValue,
        "name.registered.surname",
    );
    refused(
        named(Name::new("手形", "花子"), Name::new("T", &"Æ".repeat(41))),
        Code::ProfileInvalidValue,
        "name.romanised.given",
    );

    let record = Record::new(canary()).unwrap();
    for (meta, field) in [
        (DccMeta { certificate_id: "", ..META }, "certificate_id"),
        (DccMeta { certificate_id: "1234-5678-9018", ..META }, "certificate_id"),
        (DccMeta { dose: Some(2), ..META }, "doses"),
    ] {
        let error = DccPayload::new(&record, meta).unwrap_err();
        assert_eq!((error.code(), error.field()), (Code::ProfileInvalidValue, field));
    }
}

#[test]
fn domestic_records_need_a_latin_name() {
    let domestic = |registered| RecordFields {
        kind: Kind::Domestic,
        name: Names { registered, kana: None, romanised: None },
        nationality: None,
        passport_number: None,
        ..canary()
    };
    let error = issue(domestic(Name::new("手形", "花子"))).unwrap_err();
    assert_eq!((error.code(), error.field()), (Code::ProfileMissingField, "name.romanised.surname"));
    let (bytes, _) = issue(domestic(Name::new("Musterfrau-Gößinger", "Gabriele"))).unwrap();
    let dcc = check(Item::parse(&bytes).unwrap(), Strictness::Strict, None).unwrap();
    assert_eq!(dcc.name.surname_transliterated.as_deref(), Some("MUSTERFRAU<GOESSINGER"));
    // A person with one name alone.
    let (bytes, _) = issue(domestic(Name { surname: None, given: Some("Hanako".into()) })).unwrap();
    check(Item::parse(&bytes).unwrap(), Strictness::Strict, None).unwrap();
}

#[test]
fn what_codes_do_not_give_back_is_named() {
    let issued = |dose: Dose| issue(RecordFields { doses: vec![dose], ..canary() }).unwrap().1;
    let plain = issued(dose());
    assert!(!plain.iter().any(|path| path.starts_with("doses[0].") && path != "doses[0].lot"));
    assert!(issued(Dose { product: "コミナティ(5-11歳)".into(), ..dose() }).contains("doses[0].product"));
    assert!(issued(Dose { disease: "RA01.0".into(), ..dose() }).contains("doses[0].disease"));
    let takeda = Dose {
        vaccine_kind: "組換えタンパクワクチン".into(),
        manufacturer: "武田".into(),
        product: "ヌバキソビッド".into(),
        ..dose()
    };
    let not_carried = issued(takeda);
    assert!(not_carried.contains("doses[0].manufacturer") && !not_carried.contains("doses[0].product"));
    let kosovo = Dose { country: CountryCode::parse("XKX").unwrap(), ..dose() };
    assert!(issued(kosovo).contains("doses[0].country"));
}

#[test]
fn nothing_prints_personal_data() {
    let record = Record::new(canary()).unwrap();
    let (payload, not_carried) = DccPayload::new(&record, META).unwrap();
    let bytes = encode(&payload);
    let dcc = check(Item::parse(&bytes).unwrap(), Strictness::Strict, None).unwrap();
    let Entry::Vaccination(entry) = &dcc.entry else { panic!("a vaccination") };
    let uvci = Uvci::new(CountryCode::JAPAN, "TEGATA0000001").unwrap();
    let mut printed = format!("{payload:?} {META:?} {dcc:#?} {:?} {entry:?} {not_carried:?} {uvci:?}", dcc.name);
    for wrong in ["dob", "nam/fnt", "v/0/dt", "v/0/dn"] {
        let error =
            verdict(&vaccination().with(wrong, Some(Raw::Text("関守 SEKIMORI"))), Strictness::Lenient).unwrap_err();
        printed += &format!("{error} {error:?}");
    }
    for canary in CANARIES.iter().chain(&["TEGATA0000001", "2021-07-13"]) {
        assert!(!printed.contains(canary), "{canary}: {printed}");
    }
}

/// What the certificate says, as fields of a record, to be compared one by one.
fn read_back(dcc: &Dcc<'_>, index: usize) -> Vec<(String, Option<String>)> {
    let catalogue = Catalogue::builtin();
    let Entry::Vaccination(entry) = &dcc.entry else { panic!("a vaccination") };
    let owned = |text: &Option<Cow<'_, str>>| text.as_ref().map(|text| text.clone().into_owned());
    let product = catalogue.product_by_eu_code(&entry.product).unwrap();
    let kind = catalogue.kind_by_eu_code(&entry.vaccine).unwrap();
    // `J07BX03` is any COVID-19 vaccine; the product then tells the kind.
    let kind = if kind.id == product.disease { product.kind } else { kind.id };
    let at = |name: &str| format!("doses[{index}].{name}");
    vec![
        ("name.registered.surname".into(), owned(&dcc.name.surname)),
        ("name.registered.given".into(), owned(&dcc.name.given)),
        ("name.romanised.surname".into(), dcc.name.surname_transliterated.as_ref().map(|text| text.replace('<', " "))),
        ("name.romanised.given".into(), dcc.name.given_transliterated.as_ref().map(|text| text.replace('<', " "))),
        ("birth_date".into(), Some(dcc.birth_date.to_string())),
        ("issuer".into(), Some(entry.issuer.to_string())),
        ("certificate_id".into(), Some(entry.certificate_id.to_string())),
        (at("date"), Some(entry.date.to_string())),
        (at("number"), Some(entry.dose_number.to_string())),
        (at("series"), Some(entry.series_doses.to_string())),
        (at("country"), CountryCode::from_alpha2(&entry.country).map(|code| code.to_string())),
        (at("disease"), catalogue.disease_by_snomed(&entry.disease).map(|disease| disease.icd11.to_owned())),
        (at("vaccine_kind"), Some(kind.to_owned())),
        (at("product"), Some(product.id.to_owned())),
        (at("manufacturer"), catalogue.maker_by_eu_code(&entry.manufacturer).map(|maker| maker.id.to_owned())),
    ]
}

/// Every field of a record that has a value, words for vaccines as their row of the catalogue.
fn fields_of(record: &Record) -> Vec<(String, String)> {
    let catalogue = Catalogue::builtin();
    let fields = record.fields();
    let mut all: Vec<(String, Option<String>)> = vec![
        ("kind".into(), Some(fields.kind.name().to_owned())),
        ("former_surname".into(), fields.former_surname.as_ref().map(|text| text.expose().clone())),
        ("other_surname".into(), fields.other_surname.as_ref().map(|text| text.expose().clone())),
        ("alias".into(), fields.alias.as_ref().map(|text| text.expose().clone())),
        ("birth_date".into(), Some(fields.birth_date.expose().to_text())),
        ("nationality".into(), fields.nationality.as_ref().map(|code| code.expose().to_string())),
        ("passport_number".into(), fields.passport_number.as_ref().map(|text| text.expose().clone())),
        ("certificate_id".into(), fields.certificate_id.clone()),
        ("issuer".into(), Some(fields.issuer.clone())),
    ];
    let names = [
        ("registered", Some(&fields.name.registered)),
        ("kana", fields.name.kana.as_ref()),
        ("romanised", fields.name.romanised.as_ref()),
    ];
    for (script, name) in names {
        let Some(name) = name else { continue };
        all.push((format!("name.{script}.surname"), name.surname.as_ref().map(|text| text.expose().clone())));
        all.push((format!("name.{script}.given"), name.given.as_ref().map(|text| text.expose().clone())));
    }
    for (index, dose) in fields.doses.iter().enumerate() {
        let row = |id: Option<&'static str>, text: &str| Some(id.map_or_else(|| text.to_owned(), str::to_owned));
        let mut push = |name: &str, value| all.push((format!("doses[{index}].{name}"), value));
        push("date", Some(dose.date.to_string()));
        push("number", Some(dose.number.to_string()));
        push("series", dose.series.map(|series| series.to_string()));
        push("disease", Some(dose.disease.clone()));
        push("vaccine_kind", row(catalogue.kind_by_name(&dose.vaccine_kind).map(|row| row.id), &dose.vaccine_kind));
        push("manufacturer", row(catalogue.maker_by_name(&dose.manufacturer).map(|row| row.id), &dose.manufacturer));
        push("product", row(catalogue.product_by_name(&dose.product).map(|row| row.id), &dose.product));
        push("lot", Some(dose.lot.clone()));
        push("country", Some(dose.country.to_string()));
    }
    all.into_iter().filter_map(|(field, value)| value.map(|value| (field, value))).collect()
}

proptest! {
    #[test]
    fn each_field_is_carried_or_named(record in any_record()) {
        for index in 0..record.fields().doses.len() {
            let Ok((payload, not_carried)) = DccPayload::new(&record, DccMeta { dose: Some(index), ..META }) else {
                continue;
            };
            let bytes = encode(&payload);
            let dcc = check(Item::parse(&bytes).unwrap(), Strictness::Strict, None).unwrap();
            let read = read_back(&dcc, index);
            for (field, value) in fields_of(&record) {
                let carried = read.iter().any(|(path, read)| *path == field && read.as_ref() == Some(&value));
                prop_assert!(carried != not_carried.contains(&field), "{} carried: {}", field, carried);
            }
        }
    }

    #[test]
    fn damaged_bytes_do_not_panic(position in any::<prop::sample::Index>(), byte: u8) {
        for raw in [vaccination(), test_entry(), recovery()] {
            let mut bytes = raw.bytes();
            let position = position.index(bytes.len());
            bytes[position] = byte;
            if let Ok(item) = Item::parse(&bytes) {
                let _ = check(item, Strictness::Lenient, Some(Timestamp::MAX));
                let _ = check(item, Strictness::Strict, None);
            }
        }
    }

    #[test]
    fn no_date_text_panics(text in "\\PC{0,30}|[0-9T:Z+.-]{0,30}") {
        let _ = date::birth_date(&text, true);
        let _ = date::is_date_time(&text, true);
        prop_assert_eq!(date::date(&text, false), Date::parse(&text).ok());
    }
}
