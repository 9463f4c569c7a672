//! No name, date or number of a person in anything that is printed for debugging, logged or told
//! as an error. One unmistakable person is sent everywhere, and then searched for.

use core::fmt::{Debug, Display};

use ciborium::Value;
use tegata::codec::cbor::Item;
use tegata::codec::{base45, zlib};
use tegata::cose::Sign1;
use tegata::format::dcc::{self, DccMeta, DccPayload, Strictness};
use tegata::format::jp::{self, JpMeta, JpPayload};
use tegata::format::{SchemaError, Uvci};
use tegata::model::{CountryCode, EXAMPLE_RECORD, Personal, Record, RecordError};
use tegata::report::Language;
use tegata::time::Date;
use tegata::{Code, Inspection, Profile, Unverified, Verifier};
use tegata_conformance::forge::{Forge, cose_of, envelope, is_accepted, payload_of, read, time, write};

/// Texts of nobody who exists, each in one field of the record below.
const CANARIES: &[&str] = &[
    "瓊瓊杵",
    "咲耶媛",
    "ニニギヅラ",
    "サクヤビメ",
    "QUETZALI",
    "XOCHIMIL",
    "旧鸚鵡",
    "別鸚鵡",
    "鸚鵡丸",
    "1903-08-09",
    "ZQ7654321",
    "LOTQXZ77",
    "CERTQXZ88",
];

/// A number with the right check digit: the one of specimen cards.
const INDIVIDUAL_NUMBER: &str = "123456789018";

const RECORD: &str = r#"{
    "kind": "overseas",
    "name": {
        "registered": {"surname": "瓊瓊杵", "given": "咲耶媛"},
        "kana": {"surname": "ニニギヅラ", "given": "サクヤビメ"},
        "romanised": {"surname": "QUETZALI", "given": "XOCHIMIL"}
    },
    "former_surname": "旧鸚鵡",
    "other_surname": "別鸚鵡",
    "alias": "鸚鵡丸",
    "birth_date": "1903-08-09",
    "nationality": "JPN",
    "passport_number": "ZQ7654321",
    "doses": [{
        "date": "2021-06-22", "number": 1, "series": 2, "disease": "RA01",
        "vaccine_kind": "メッセンジャーRNA(mRNA)ワクチン", "manufacturer": "ファイザー", "product": "コミナティ",
        "lot": "LOTQXZ77", "country": "JPN"
    }],
    "certificate_id": "CERTQXZ88",
    "issuer": "Municipality of Sekisho, Japan"
}"#;

fn record() -> Record {
    Record::from_json(RECORD).unwrap()
}

/// What of the person a text gives away.
fn found(text: &str) -> Vec<&'static str> {
    CANARIES.iter().copied().chain([INDIVIDUAL_NUMBER]).filter(|canary| text.contains(canary)).collect()
}

fn silent_text(text: &str, what: &str) {
    assert!(found(text).is_empty(), "{what} shows {:?}", found(text));
    // Bytes are as telling as text.
    for canary in CANARIES {
        let list = format!("{:?}", canary.as_bytes());
        assert!(!text.contains(&list[1..list.len() - 1]), "{what} shows bytes of {canary}");
    }
}

fn silent(value: &impl Debug, what: &str) {
    silent_text(&format!("{value:?}"), what);
    silent_text(&format!("{value:#?}"), what);
}

fn silent_error(error: &(impl Debug + Display), what: &str) {
    silent(error, what);
    let text = error.to_string();
    silent_text(&text, what);
    assert!(!text.is_empty() && !text.contains('\n'), "{what} is not one line");
}

#[test]
fn the_search_finds() {
    assert_eq!(found(RECORD), CANARIES);
    assert_eq!(found(&record().to_json()), CANARIES);
    assert_eq!(found(&format!("{:?}", INDIVIDUAL_NUMBER)), [INDIVIDUAL_NUMBER]);
}

#[test]
fn the_model_prints_nothing() {
    let record = record();
    let fields = record.fields();
    silent(&record, "Record");
    silent(fields, "RecordFields");
    silent(&fields.name, "Names");
    silent(&fields.name.registered, "Name");
    silent(&fields.former_surname, "Personal");
    silent(&fields.birth_date, "Personal<BirthDate>");
    silent(fields.birth_date.expose(), "BirthDate");
    silent(&fields.nationality, "Personal<CountryCode>");
    silent(&fields.doses, "Dose");
    silent(&Personal::new(RECORD.to_owned()), "Personal<String>");
    assert!(!format!("{:?}", CountryCode::JAPAN).contains("JPN"));
}

#[test]
fn payloads_print_nothing() {
    let record = record();
    let id = record.fields().certificate_id.as_deref().unwrap();
    let meta = JpMeta { certificate_id: id, issue_date: Date::new(2026, 1, 15).unwrap() };
    silent(&meta, "JpMeta");
    silent(&JpPayload::new(&record, meta).unwrap(), "JpPayload");
    let meta = DccMeta { certificate_id: id, dose: None };
    silent(&meta, "DccMeta");
    let (payload, not_carried) = DccPayload::new(&record, meta).unwrap();
    silent(&payload, "DccPayload");
    silent(&not_carried, "NotCarried");
    silent(&Uvci::new(CountryCode::JAPAN, id).unwrap(), "Uvci");
}

/// Every item of a tree, printed.
fn silent_items(item: Item<'_>) {
    silent(&item, "Item");
    silent(&item.value(), "Value");
    silent(&item.untag(), "Item");
    if let Some(array) = item.as_array() {
        silent(&array, "Array");
        silent(&array.iter(), "ArrayIter");
        array.iter().for_each(silent_items);
    }
    if let Some(map) = item.as_map() {
        silent(&map, "Map");
        silent(&map.iter(), "MapIter");
        for (key, value) in map.iter() {
            silent_items(key);
            silent_items(value);
        }
    }
}

#[test]
fn a_certificate_prints_nothing_at_any_step() {
    let forge = Forge::new();
    for profile in [Profile::Jp, Profile::Dcc] {
        let request = Forge::request(profile);
        let prepared = forge.issuer.prepare(&record(), &request).unwrap();
        silent(&prepared, "Prepared");
        let issued = forge.issuer.issue(&record(), &request, &forge.signer).unwrap();
        silent(&issued, "Issued");
        silent(&forge.issuer, "Issuer");
        silent(&forge.signer, "SoftwareSigner");
        silent(&forge.verifier, "Verifier");
        let text = issued.text();
        let cose = cose_of(text);
        let sign1 = Sign1::parse(cose.clone()).unwrap();
        silent(&sign1, "Sign1");
        silent(&sign1.to_be_signed(), "ToBeSigned");
        silent(&sign1.headers(), "headers");
        silent_items(Item::parse(&cose).unwrap());
        silent_items(Item::parse(sign1.payload()).unwrap());

        let report = forge.verify(text);
        assert!(is_accepted(&report, "canary"));
        silent(&report, "Report");
        silent(&report.content(), "content");
        silent(&report.claims(), "Claims");
        silent(&report.checks(), "Checks");
        for language in [Language::English, Language::Japanese] {
            let summary = report.summary(language).unwrap();
            silent(&summary, "Summary");
            summary.lines().iter().for_each(|line| silent(line, "Line"));
            let shown: Vec<_> = summary.lines().iter().map(|line| line.value()).collect();
            assert!(found(&shown.join("\n")).contains(&"QUETZALI"), "a summary is for showing");
        }
        // The one place where the person is shown: the JSON of what was accepted.
        let json = report.to_json();
        let carried: &[&str] = match profile {
            Profile::Jp => CANARIES,
            _ => &["瓊瓊杵", "咲耶媛", "QUETZALI", "XOCHIMIL", "1903-08-09", "CERTQXZ88"],
        };
        assert_eq!(found(&json), carried);

        match profile {
            Profile::Jp => {
                let jp = jp::decode(report.content().unwrap()).unwrap();
                silent(&jp, "Jp");
            }
            _ => {
                let dcc = dcc::check(report.content().unwrap(), Strictness::Strict, None).unwrap();
                silent(&dcc, "Dcc");
                silent(&dcc.name, "DccName");
                silent(&dcc.entry, "Entry");
                let dcc::Entry::Vaccination(entry) = &dcc.entry else { panic!("not a vaccination") };
                silent(entry, "Vaccination");
            }
        }

        let unverified = Unverified::parse(text).unwrap();
        silent(&unverified, "Unverified");
        let authentic = unverified.authenticate(forge.verifier.trust()).unwrap();
        silent(&authentic, "Authentic");
        let policy = tegata::Policy::default();
        let (authentic, failure) = authentic.accept(&policy, time("2100-01-01T00:00:00Z")).unwrap_err();
        silent_error(&failure, "Failure");
        silent(&authentic, "Authentic");
        let accepted = authentic.accept(&policy, tegata_conformance::forge::now()).unwrap();
        silent(&accepted, "Accepted");
        silent(&accepted.content(), "content");

        let inspection = Inspection::of(text);
        silent(&inspection, "Inspection");
        assert_eq!(found(&inspection.to_json()), carried, "looking is for developers, and says it is unverified");
    }
}

#[test]
fn tests_and_recoveries_print_nothing() {
    let text = |text: &str| Value::Text(text.into());
    let map =
        |entries: &[(&str, &str)]| Value::Map(entries.iter().map(|(key, value)| (text(key), text(value))).collect());
    let common = [("tg", "840539006"), ("co", "JP"), ("is", "瓊瓊杵"), ("ci", "CERTQXZ88")];
    let test =
        [("tt", "LP6464-4"), ("nm", "鸚鵡丸"), ("sc", "2021-06-01T00:00:00Z"), ("tr", "260415000"), ("tc", "旧鸚鵡")];
    let recovery = [("fr", "2021-01-01"), ("df", "2021-02-01"), ("du", "2021-08-01")];
    for (group, own) in [("t", &test[..]), ("r", &recovery)] {
        let entry = map(&[&common[..], own].concat());
        let content = Value::Map(vec![
            (text("ver"), text("1.3.0")),
            (text("nam"), map(&[("fn", "瓊瓊杵"), ("fnt", "QUETZALI"), ("gn", "咲耶媛"), ("gnt", "XOCHIMIL")])),
            (text("dob"), text("1903-08-09")),
            (text(group), Value::Array(vec![entry])),
        ]);
        let bytes = write(&content);
        let dcc = dcc::check(Item::parse(&bytes).unwrap(), Strictness::Strict, None).unwrap();
        silent(&dcc, group);
        match &dcc.entry {
            dcc::Entry::Test(test) => silent(test, "Test"),
            dcc::Entry::Recovery(recovery) => silent(recovery, "Recovery"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_rejected_certificate_shows_nothing() {
    let forge = Forge::new();
    let stranger = Forge::of(2);
    for profile in [Profile::Jp, Profile::Dcc] {
        let issued = forge.issuer.issue(&record(), &Forge::request(profile), &forge.signer).unwrap();
        let cose = cose_of(issued.text());
        let mut forged = cose.clone();
        *forged.last_mut().unwrap() ^= 1;
        let mut texts = vec![("a changed signature", envelope(&forged))];
        // Every field of the person, changed by a single bit.
        for canary in CANARIES {
            let Some(position) = cose.windows(canary.len()).position(|window| window == canary.as_bytes()) else {
                continue;
            };
            let mut forged = cose.clone();
            forged[position + canary.len() - 1] ^= 1;
            texts.push(("a changed field", envelope(&forged)));
        }
        let payload = payload_of(issued.text());
        texts.push(("signed by a stranger", envelope(&stranger.sign(&payload))));
        texts.push(("not compressed", tegata_conformance::forge::raw_envelope(&cose)));
        texts.push(("cut off", envelope(&cose[..cose.len() - 1])));
        texts.push(("more after it", envelope(&[&cose[..], b"\0"].concat())));
        texts.push(("no base45", format!("{}_", issued.text())));
        texts.push(("another prefix", issued.text().replacen("HC1", "HC2", 1)));
        texts.push(("the record itself", RECORD.to_owned()));
        texts.push(("the record after HC1:", format!("HC1:{RECORD}")));
        texts.push(("the record unpacked", envelope(RECORD.as_bytes())));
        for (name, text) in &texts {
            let report = forge.verify(text);
            assert!(!is_accepted(&report, name));
            silent_text(&report.to_json(), name);
            silent(&report, name);
            silent_error(report.failure().unwrap(), name);
            silent(&Inspection::of(text), name);
            if let Err(failure) = Unverified::parse(text) {
                silent_error(&failure, name);
            }
        }
        // Genuine but expired is told apart: its content is shown, under a name that says so.
        let report = forge.verifier.verify(issued.text(), time("2100-01-01T00:00:00Z"));
        assert!(!report.is_accepted());
        let mut json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
        let content = json.as_object_mut().unwrap().remove("unaccepted_payload").unwrap();
        assert!(found(&content.to_string()).contains(&"QUETZALI"));
        silent_text(&json.to_string(), "all but the unaccepted payload");
        silent(&report, "an expired certificate");
        let nobody = Verifier::new(tegata::TrustSet::default()).verify(issued.text(), tegata_conformance::forge::now());
        silent_text(&nobody.to_json(), "nobody is trusted");
    }
}

/// Every text of a JSON tree, as a pointer.
fn texts(value: &serde_json::Value, path: &str, out: &mut Vec<String>) {
    match value {
        serde_json::Value::String(_) => out.push(path.to_owned()),
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| texts(item, &format!("{path}/{at}"), out));
        }
        serde_json::Value::Object(members) => {
            members.iter().for_each(|(name, member)| texts(member, &format!("{path}/{name}"), out));
        }
        _ => {}
    }
}

#[test]
fn an_individual_number_is_refused_in_every_text_and_never_shown() {
    for source in [RECORD, EXAMPLE_RECORD] {
        let tree: serde_json::Value = serde_json::from_str(source).unwrap();
        let mut paths = Vec::new();
        texts(&tree, "", &mut paths);
        assert!(paths.len() > 15);
        for path in paths {
            for number in ["123456789018", "1234-5678-9018", "１２３４５６７８９０１８", "No.123456789018;"]
            {
                let mut changed = tree.clone();
                *changed.pointer_mut(&path).unwrap() = number.into();
                let error = Record::from_json(&changed.to_string()).unwrap_err();
                silent_error(&error, &path);
                assert!(!error.to_string().contains(number), "{path}: {error}");
                assert!(!error.field().is_empty() && error.code().stage() == tegata::Stage::Record, "{path}");
                // Where only dates or codes may stand, or only ASCII, that is what is told.
                let of_a_form = ["/kind", "date", "country", "nationality", "disease", "passport_number", "_id"];
                let expected = Code::RecordIndividualNumber;
                let excused = of_a_form.iter().any(|name| path.ends_with(name));
                assert!(
                    error.code() == expected || excused && error.code() == Code::RecordInvalidValue,
                    "{path} {number}"
                );
            }
        }
    }
    // The struct is checked as the JSON is.
    let with = |change: fn(&mut tegata::model::RecordFields)| {
        let mut fields = record().into_fields();
        change(&mut fields);
        Record::new(fields).unwrap_err()
    };
    for error in [
        with(|fields| fields.name.registered.surname = Some(INDIVIDUAL_NUMBER.into())),
        with(|fields| fields.name.registered.given = Some(INDIVIDUAL_NUMBER.into())),
        with(|fields| fields.name.kana.as_mut().unwrap().surname = Some(INDIVIDUAL_NUMBER.into())),
        with(|fields| fields.name.romanised.as_mut().unwrap().given = Some(INDIVIDUAL_NUMBER.into())),
        with(|fields| fields.former_surname = Some(INDIVIDUAL_NUMBER.into())),
        with(|fields| fields.other_surname = Some(INDIVIDUAL_NUMBER.into())),
        with(|fields| fields.alias = Some(INDIVIDUAL_NUMBER.into())),
        with(|fields| fields.passport_number = Some(INDIVIDUAL_NUMBER.into())),
        with(|fields| fields.certificate_id = Some(INDIVIDUAL_NUMBER.into())),
        with(|fields| fields.issuer = INDIVIDUAL_NUMBER.into()),
        with(|fields| fields.doses[0].disease = INDIVIDUAL_NUMBER.into()),
        with(|fields| fields.doses[0].vaccine_kind = INDIVIDUAL_NUMBER.into()),
        with(|fields| fields.doses[0].manufacturer = INDIVIDUAL_NUMBER.into()),
        with(|fields| fields.doses[0].product = INDIVIDUAL_NUMBER.into()),
        with(|fields| fields.doses[0].lot = INDIVIDUAL_NUMBER.into()),
    ] {
        assert_eq!(error.code(), Code::RecordIndividualNumber, "{error}");
        silent_error(&error, "Record::new");
    }
}

#[test]
fn no_error_of_a_record_tells_a_value() {
    let tree: serde_json::Value = serde_json::from_str(RECORD).unwrap();
    let mut paths = Vec::new();
    texts(&tree, "", &mut paths);
    let canary = "瓊瓊杵QUETZALI";
    let long = canary.repeat(200);
    let mut kinds = std::collections::BTreeSet::new();
    let mut told = |error: RecordError, what: &str| {
        silent_error(&error, what);
        kinds.insert(error.code().name());
    };
    for path in &paths {
        for value in [
            serde_json::json!(format!("{canary}\u{7}")),
            serde_json::json!(long),
            serde_json::json!([canary]),
            serde_json::json!({ canary: canary }),
            serde_json::json!(123_456_789_018_u64),
            serde_json::json!(""),
        ] {
            let mut changed = tree.clone();
            *changed.pointer_mut(path).unwrap() = value.clone();
            told(Record::from_json(&changed.to_string()).unwrap_err(), path);
        }
        let (parent, name) = path.rsplit_once('/').unwrap();
        let mut changed = tree.clone();
        let parent = if parent.is_empty() { &mut changed } else { changed.pointer_mut(parent).unwrap() };
        let members = parent.as_object_mut().unwrap();
        members.insert(canary.into(), INDIVIDUAL_NUMBER.into());
        told(Record::from_json(&changed.to_string()).unwrap_err(), path);
        // Twice the same member, which only text can have.
        let member = format!("\"{name}\":");
        let doubled = RECORD.replacen(&member, &format!("{member} \"{canary}\", {member}"), 1);
        let doubled = if doubled == RECORD {
            RECORD.replacen(&format!("\"{name}\": "), &format!("\"{name}\": \"{canary}\", \"{name}\": "), 1)
        } else {
            doubled
        };
        told(Record::from_json(&doubled).unwrap_err(), path);
    }
    for length in (0..RECORD.len()).filter(|length| RECORD.is_char_boundary(*length)) {
        told(Record::from_json(&RECORD[..length]).unwrap_err(), "cut off");
    }
    told(Record::from_json(&" ".repeat(tegata::model::RECORD_MAX_BYTES + 1)).unwrap_err(), "too large");
    let mut missing = tree.clone();
    missing.as_object_mut().unwrap().remove("issuer");
    told(Record::from_json(&missing.to_string()).unwrap_err(), "missing");
    let mut number = tree;
    number["alias"] = INDIVIDUAL_NUMBER.into();
    told(Record::from_json(&number.to_string()).unwrap_err(), "an individual number");
    let every: Vec<_> = Code::ALL.iter().filter(|code| code.stage() == tegata::Stage::Record).collect();
    assert!(every.iter().all(|code| kinds.contains(code.name())), "{kinds:?}");
}

#[test]
fn no_error_of_a_content_or_a_layer_tells_a_value() {
    let forge = Forge::new();
    for profile in [Profile::Jp, Profile::Dcc] {
        let issued = forge.issuer.issue(&record(), &Forge::request(profile), &forge.signer).unwrap();
        let payload = payload_of(issued.text());
        // Every byte of the payload, spoilt and signed all the same: whatever is said of it.
        for position in 0..payload.len() {
            for byte in [0x00, 0x40, 0x60, 0xff, payload[position] ^ 1, payload[position] ^ 0x20] {
                let mut changed = payload.clone();
                changed[position] = byte;
                let report = Verifier::verify(
                    &forge.verifier,
                    &envelope(&forge.sign(&changed)),
                    tegata_conformance::forge::now(),
                );
                silent(&report, "Report");
                for failure in report.failure().into_iter().chain(report.warnings()) {
                    silent_error(failure, "Failure");
                    silent_text(&failure.message(Language::Japanese), "message");
                }
                let Ok(item) = Item::parse(&changed).map_err(|error| silent_error(&error, "CborError")) else {
                    continue;
                };
                let content = item.as_map().and_then(|map| map.get_int(-260)).and_then(Item::as_map);
                let Some((_, content)) = content.and_then(|map| map.iter().next()) else { continue };
                let told = |error: SchemaError| silent_error(&error, "SchemaError");
                let _ = dcc::check(content, Strictness::Strict, None).map_err(told);
                let _ = dcc::check(content, Strictness::Lenient, None).map_err(told);
                let _ = jp::decode(content).map_err(told);
            }
        }
        let cose = cose_of(issued.text());
        for length in 0..cose.len() {
            silent_error(&Sign1::parse(cose[..length].to_vec()).unwrap_err(), "CoseError");
        }
        silent_error(&zlib::decompress(&cose, zlib::MAX_INFLATED).unwrap_err(), "ZlibError");
        silent_error(&base45::decode(RECORD).unwrap_err(), "Base45Error");
        // A content with a canary for a key, and for a whole.
        for content in [
            Value::Text("瓊瓊杵".into()),
            Value::Map(vec![(Value::Text("瓊瓊杵".into()), Value::Text("QUETZALI".into()))]),
        ] {
            let bytes = write(&content);
            let item = Item::parse(&bytes).unwrap();
            silent_error(&dcc::check(item, Strictness::Strict, None).unwrap_err(), "SchemaError");
            silent_error(&jp::decode(item).unwrap_err(), "SchemaError");
        }
        assert!(read(&payload).is_map());
    }
}

#[test]
fn no_error_of_issuing_tells_a_value() {
    let forge = Forge::new();
    let with = |change: fn(&mut tegata::model::RecordFields)| {
        let mut fields = record().into_fields();
        change(&mut fields);
        let record = Record::new(fields).unwrap();
        let failure = forge.issuer.issue(&record, &Forge::request(Profile::Dcc), &forge.signer).unwrap_err();
        silent_error(&failure, "Failure");
        let meta = DccMeta { certificate_id: "瓊瓊杵", dose: None };
        silent_error(&DccPayload::new(&record, meta).unwrap_err(), "ProfileError");
        failure.code()
    };
    let codes = [
        with(|fields| fields.name.romanised.as_mut().unwrap().surname = Some("瓊瓊杵".into())),
        with(|fields| fields.doses[0].product = "瓊瓊杵QUETZALI".into()),
        with(|fields| fields.doses[0].series = None),
        with(|fields| fields.certificate_id = Some("CERTQXZ88?!".into())),
    ];
    assert_eq!(
        codes,
        [Code::ProfileInvalidValue, Code::UnknownProduct, Code::ProfileMissingField, Code::ProfileInvalidValue]
    );
    let meta = JpMeta { certificate_id: "QUETZALI", issue_date: Date::new(2026, 1, 15).unwrap() };
    silent_error(&JpPayload::new(&record(), meta).unwrap_err(), "ProfileError");
    silent_error(&Uvci::new(CountryCode::JAPAN, "瓊瓊杵").unwrap_err(), "UvciError");
}
