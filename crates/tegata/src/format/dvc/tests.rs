//! Tests of the digital vaccination certificate: its three shapes, its rules, and what is issued.

use super::*;
use crate::codec::cbor::{Encoder, Item};
use crate::format::SchemaErrorKind as Kind;
use crate::time::Timestamp;

const STAMARIL: &str = "YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0";

/// A text map of the newest shape, with fields replaced or (by `None`) left out.
fn versioned(changes: &[(&str, Option<&str>)]) -> Vec<u8> {
    let fields = [
        ("v", "1"),
        ("d", "2026-05-01"),
        ("n", "TEGATA HANAKO"),
        ("dob", "1980-02-17"),
        ("s", "female"),
        ("nt", "JPN"),
        ("vx.vp", STAMARIL),
        ("vx.dv", "2026-04-20"),
        ("vx.bo", "LOT-1"),
        ("vx.is", "JPN"),
    ];
    let value = |field: &str, default: &'static str| {
        let changed = changes.iter().find(|(name, _)| *name == field);
        changed.map_or(Some(default.to_owned()), |(_, value)| value.map(str::to_owned))
    };
    let extra = changes.iter().filter(|(name, _)| fields.iter().all(|(known, _)| known != name));
    let all: Vec<(String, String)> = fields
        .iter()
        .filter_map(|(name, default)| Some(((*name).to_owned(), value(name, default)?)))
        .chain(extra.filter_map(|(name, value)| Some(((*name).to_owned(), value.as_ref()?.to_string()))))
        .collect();
    let mut encoder = Encoder::new();
    encoder.map(|map| {
        for (name, text) in all.iter().filter(|(name, _)| !name.contains('.')) {
            map.text_key(name, |value| value.text(text));
        }
        map.text_key("vx", |value| {
            value.map(|dose| {
                for (name, text) in all.iter().filter_map(|(name, text)| Some((name.strip_prefix("vx.")?, text))) {
                    dose.text_key(name, |value| value.text(text));
                }
            });
        });
    });
    encoder.into_bytes()
}

fn refusal(bytes: &[u8]) -> (Kind, String) {
    let error = check(Item::parse(bytes).unwrap(), None).unwrap_err();
    (error.kind(), error.field().to_owned())
}

#[test]
fn the_newest_shape() {
    let bytes = versioned(&[("id", Some("TZ1234567")), ("dt", Some("PPN")), ("gn", Some("TEGATA TARO"))]);
    let dvc = check(Item::parse(&bytes).unwrap(), None).unwrap();
    assert_eq!(
        (dvc.shape, &*dvc.name, dvc.nationality.as_deref()),
        (DvcShape::Versioned, "TEGATA HANAKO", Some("JPN"))
    );
    assert_eq!((dvc.document_type.as_deref(), dvc.document_number.as_deref()), (Some("PPN"), Some("TZ1234567")));
    assert_eq!(dvc.dose.product.unwrap().name, Some("STAMARIL"));
    // Yellow fever counts from the tenth day after, across the end of a month.
    assert_eq!(dvc.dose.valid_from, Some(Date::new(2026, 4, 30).unwrap()));
    assert_eq!(format!("{dvc:?}{:?}", dvc.dose), "Dvc { shape: Versioned, .. }DvcDose { .. }");
}

#[test]
fn every_required_field_of_the_newest_shape() {
    for field in ["n", "dob", "s", "nt", "vx.vp", "vx.dv", "vx.bo", "v"] {
        assert_eq!(refusal(&versioned(&[(field, None)])), (Kind::MissingField, field.into()), "{field}");
        assert_eq!(
            refusal(&versioned(&[(field, Some(" "))])).0,
            if field == "v" { Kind::UnknownVersion } else { Kind::MissingField }
        );
    }
    // A clinician or an issuing authority: one of the two must be there.
    assert_eq!(refusal(&versioned(&[("vx.is", None)])), (Kind::MissingField, "vx.is".into()));
    assert!(check(Item::parse(&versioned(&[("vx.is", None), ("vx.cn", Some("Dr. X"))])).unwrap(), None).is_ok());
    for (field, value) in [("dob", "1980"), ("dob", "1980-02-30"), ("d", "soon"), ("vx.dv", "2026-13-01")] {
        assert_eq!(refusal(&versioned(&[(field, Some(value))])), (Kind::InvalidValue, field.into()));
    }
}

#[test]
fn a_dose_is_not_after_the_issue() {
    let late = versioned(&[("vx.dv", Some("2026-05-02"))]);
    assert_eq!(refusal(&late), (Kind::InvalidValue, "vx.dv".into()));
    assert!(check(Item::parse(&versioned(&[("vx.dv", Some("2026-05-01"))])).unwrap(), None).is_ok());
    // Without a day of issue, the time of issue decides; where it is a day later, so may the dose be.
    let undated = versioned(&[("d", None), ("vx.dv", Some("2026-05-02"))]);
    let at = |text: &str| Some(Timestamp::parse_rfc3339(text).unwrap());
    assert!(check(Item::parse(&undated).unwrap(), at("2026-05-01T20:00:00Z")).is_ok());
    assert!(check(Item::parse(&undated).unwrap(), at("2026-04-30T20:00:00Z")).is_err());
}

#[test]
fn what_is_unknown_is_not_wrong() {
    let template = refusal(&versioned(&[("v", Some("2"))]));
    assert_eq!(template, (Kind::UnknownVersion, "v".into()));
    let product = refusal(&versioned(&[("vx.vp", Some("a3K3X00000XXXXXXXX"))]));
    assert_eq!(product, (Kind::UnknownProduct, "vx.vp".into()));
    for known in ["1.0", "1.2.3"] {
        assert!(check(Item::parse(&versioned(&[("v", Some(known))])).unwrap(), None).is_ok());
    }
}

/// The shapes of 2024 and 2025, in which the dose is `v`.
fn nested(doses: Option<usize>, fields: &[(&str, &str)], dose: &[(&str, &str)]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.map(|map| {
        for (name, text) in fields {
            map.text_key(name, |value| value.text(text));
        }
        map.text_key("v", |value| {
            if let Some(count) = doses {
                value.array(count);
            }
            for _ in 0..doses.unwrap_or(1) {
                value.map(|map| dose.iter().for_each(|(name, text)| map.text_key(name, |value| value.text(text))));
            }
        });
    });
    encoder.into_bytes()
}

#[test]
fn the_older_shapes() {
    let person = [("n", "Aulo Agerio"), ("dob", "1955-08"), ("ntl", "CL"), ("nid", "16337361-9"), ("ndt", "NI")];
    let dose =
        [("vp", "XM0N24"), ("dt", "2024-08-23T00:00:00"), ("bo", "123"), ("vls", "2024-09-02"), ("vle", "2034-01-01")];
    for count in [None, Some(1)] {
        let bytes = nested(count, &person, &dose);
        let dvc = check(Item::parse(&bytes).unwrap(), None).unwrap();
        assert_eq!((dvc.shape, dvc.nationality.as_deref()), (DvcShape::Nested, Some("CL")));
        assert_eq!(dvc.dose.valid_from.map(|date| date.to_string()).as_deref(), Some("2024-09-02"));
        assert_eq!(dvc.dose.valid_until.map(|date| date.to_string()).as_deref(), Some("2034-01-01"));
    }
    assert_eq!(refusal(&nested(Some(2), &person, &dose)), (Kind::EntryCount, "v".into()));
    assert_eq!(refusal(&nested(Some(0), &person, &dose)), (Kind::EntryCount, "v".into()));
    assert_eq!(refusal(&nested(None, &person, &dose[1..])), (Kind::MissingField, "v.vp".into()));
    assert_eq!(refusal(&nested(None, &person[1..], &dose)), (Kind::MissingField, "n".into()));
    assert_eq!(refusal(&[0x80]), (Kind::WrongType, String::new()));
}

#[cfg(feature = "issue")]
mod issuing {
    use super::*;
    use crate::format::ProfileErrorKind;
    use crate::model::{BirthDate, CountryCode, Kind as Use, Record, RecordFields, Sex, samples};

    fn meta() -> DvcMeta {
        DvcMeta { issuer: CountryCode::JAPAN, issue_date: Date::new(2026, 5, 1).unwrap(), dose: None }
    }

    fn fields() -> RecordFields {
        let mut fields = samples::canary();
        let mut dose = samples::dose();
        dose.product = "Stamaril".into();
        dose.manufacturer = "Sanofi Pasteur".into();
        fields.doses = vec![dose];
        fields.sex = Some(Sex::Female.into());
        fields.guardian = Some("TEGATA GUARDIAN".into());
        fields
    }

    fn refused(fields: RecordFields, meta: DvcMeta) -> (ProfileErrorKind, String) {
        let record = Record::new(fields).unwrap();
        let error = DvcPayload::new(&record, meta).unwrap_err();
        (error.kind(), error.field().to_owned())
    }

    #[test]
    fn what_is_issued_is_read_back() {
        let record = Record::new(fields()).unwrap();
        let payload = DvcPayload::new(&record, meta()).unwrap();
        let mut encoder = Encoder::new();
        payload.write(&mut encoder);
        let bytes = encoder.into_bytes();
        let dvc = check(Item::parse(&bytes).unwrap(), None).unwrap();
        assert_eq!(
            (&*dvc.name, &*dvc.birth_date, dvc.sex.as_deref()),
            ("SEKIMORI TAROU", "1977-07-07", Some("female"))
        );
        assert_eq!(
            (dvc.document_number.as_deref(), dvc.guardian.as_deref()),
            (Some("XK7777777"), Some("TEGATA GUARDIAN"))
        );
        assert_eq!((&*dvc.dose.product_code, dvc.dose.issuer.as_deref()), (STAMARIL, Some("JPN")));
        assert_eq!(dvc.dose.valid_from, payload.valid_from());
        assert!(payload.not_carried().iter().any(|path| path == "name.kana"));
        for canary in samples::CANARIES {
            assert!(!format!("{payload:?}").contains(canary));
        }
    }

    #[test]
    fn what_cannot_be_issued() {
        let with = |edit: fn(&mut RecordFields)| {
            let mut fields = fields();
            edit(&mut fields);
            refused(fields, meta())
        };
        let domestic = with(|fields| {
            fields.kind = Use::Domestic;
            (fields.name.romanised, fields.nationality, fields.passport_number) = (None, None, None);
        });
        assert_eq!(domestic, (ProfileErrorKind::MissingField, "name.romanised".into()));
        let partial = with(|fields| fields.birth_date = BirthDate::Year(1977).into());
        assert_eq!(partial, (ProfileErrorKind::InvalidValue, "birth_date".into()));
        let covid = with(|fields| fields.doses = vec![samples::dose()]);
        assert_eq!(covid, (ProfileErrorKind::UnknownProduct, "doses[0].product".into()));
        // A product that is coded, but not one the international certificate covers.
        let bcg = with(|fields| fields.doses.iter_mut().for_each(|dose| dose.product = "a3K3X000006MihxUAC".into()));
        assert_eq!(bcg, (ProfileErrorKind::UnknownProduct, "doses[0].product".into()));
        let early = DvcMeta { issue_date: Date::new(2025, 9, 18).unwrap(), ..meta() };
        assert_eq!(refused(fields(), early), (ProfileErrorKind::InvalidValue, "issue_date".into()));
        let none = DvcMeta { dose: Some(1), ..meta() };
        assert_eq!(refused(fields(), none), (ProfileErrorKind::InvalidValue, "doses".into()));
    }
}
