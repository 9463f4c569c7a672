//! WHO's own certificates: every sample decodes to what its publisher unpacked, and what we issue is
//! read by a decoder that shares nothing with ours.

use ciborium::Value as Cbor;
use serde_json::Value;
use tegata::model::{EXAMPLE_RECORD, Record};
use tegata::report::Language;
use tegata::{Inspection, Profile, Request, Status};
use tegata_conformance::forge::{Forge, time};
use tegata_conformance::{corpus, files, json};

/// JSON as it is compared: keys sorted, absent and null the same, numbers by value.
fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let keys = ours.keys().chain(theirs.keys());
            keys.into_iter()
                .all(|key| same(ours.get(key).unwrap_or(&Value::Null), theirs.get(key).unwrap_or(&Value::Null)))
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        (Value::Number(ours), Value::Number(theirs)) => ours.as_f64() == theirs.as_f64(),
        _ => ours == theirs,
    }
}

#[test]
fn the_samples_decode_to_their_content() {
    let Some(folder) = corpus("the_samples_decode_to_their_content", "dvc") else { return };
    let mut seen = 0;
    for path in files(&folder, &[".txt"]) {
        let stem = path.file_stem().unwrap().to_string_lossy().replace("Contents", "");
        let unpacked = json(&folder.join(format!("{stem}Unpacked.json")));
        let text = std::fs::read_to_string(&path).unwrap();
        let inspection = Inspection::of(text.trim_end());
        let ours: Value = serde_json::from_str(&inspection.to_json()).unwrap();
        let contents = &unpacked["contents"];
        let expected = if contents["-260"].is_null() { contents } else { &contents["-260"]["-6"] };
        assert!(same(&ours["unauthenticated_payload"], expected), "{stem}: {}", ours["unauthenticated_payload"]);
        if !contents["1"].is_null() {
            assert_eq!(ours["claims"]["issuer"], contents["1"], "{stem}");
        }
        for check in ["prefix", "base45", "compression", "cose", "claims"] {
            assert_eq!(ours["checks"][check], "pass", "{stem}: {check}");
        }
        // One sample's product is of no catalogue of WHO's certificates: not decided. The rest are well-formed.
        let schema = if stem == "DVCTest3QR" { "undetermined" } else { "pass" };
        assert_eq!(ours["checks"]["schema"], schema, "{stem}");
        seen += 1;
    }
    assert_eq!(seen, 6);
}

/// A map's value under a text key, by the general library.
fn get<'a>(map: &'a Cbor, key: &str) -> &'a Cbor {
    let entries = map.as_map().unwrap();
    &entries.iter().find(|(name, _)| name.as_text() == Some(key)).unwrap_or_else(|| panic!("no {key}")).1
}

fn at(map: &Cbor, key: i64) -> &Cbor {
    let entries = map.as_map().unwrap();
    let same = |name: &Cbor| name.as_integer().is_some_and(|number| i128::from(number) == i128::from(key));
    &entries.iter().find(|(name, _)| same(name)).unwrap_or_else(|| panic!("no {key}")).1
}

fn yellow_fever() -> Record {
    let mut record: Value = serde_json::from_str(EXAMPLE_RECORD).unwrap();
    let mut dose = record["doses"][0].clone();
    for (member, value) in
        [("product", "Stamaril"), ("manufacturer", "Sanofi Pasteur"), ("date", "2025-12-30"), ("lot", "YF-1")]
    {
        dose[member] = value.into();
    }
    record["doses"] = Value::Array(vec![dose]);
    record["sex"] = "female".into();
    Record::from_json(&record.to_string()).unwrap()
}

#[test]
fn what_is_issued_is_read_by_a_general_library() {
    let forge = Forge::new();
    let request = Request { expires_at: None, ..Forge::request(Profile::Dvc) };
    let issued = forge.issuer.issue(&yellow_fever(), &request, &forge.signer).unwrap();
    let compressed = base45::decode(issued.text().strip_prefix("HC1:").unwrap()).unwrap();
    let mut cose = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(&*compressed), &mut cose).unwrap();
    let Cbor::Tag(18, signed) = ciborium::from_reader::<Cbor, _>(&*cose).unwrap() else { panic!("no COSE_Sign1") };
    let payload = signed.as_array().unwrap()[2].as_bytes().unwrap().clone();
    let claims: Cbor = ciborium::from_reader(&*payload).unwrap();
    let content = at(at(&claims, -260), -6);
    for (key, value) in
        [("v", "1"), ("d", "2026-01-15"), ("n", "TEGATA HANAKO"), ("s", "female"), ("nt", "JPN"), ("dt", "PPN")]
    {
        assert_eq!(get(content, key).as_text(), Some(value), "{key}");
    }
    let dose = get(content, "vx");
    for (key, value) in [("dv", "2025-12-30"), ("bo", "YF-1"), ("is", "JPN")] {
        assert_eq!(get(dose, key).as_text(), Some(value), "{key}");
    }
    assert!(get(dose, "vp").as_text().unwrap().starts_with("YellowFeverProduct"));
    // Ten days after the dose, and without an end.
    assert_eq!(at(&claims, 5).as_integer().map(i128::from), Some(i128::from(time("2026-01-09T00:00:00Z").seconds())));
    assert!(claims.as_map().unwrap().iter().all(|(key, _)| key.as_integer().is_none_or(|key| i128::from(key) != 4)));

    let report = forge.verifier.verify(issued.text(), time("2026-06-01T00:00:00Z"));
    assert_eq!(report.status(), Status::Accepted, "{report:?}");
    let lines = report.summary(Language::Japanese).unwrap();
    assert!(lines.lines().iter().any(|line| line.value().contains("黄熱ワクチン")));
    let early = forge.verifier.verify(issued.text(), time("2026-01-15T09:00:00Z"));
    assert_eq!(early.status(), Status::Accepted, "it counts since 9 January");
}

/// An end of validity can be left out of a certificate of WHO's alone.
#[test]
fn other_profiles_need_an_end() {
    let forge = Forge::new();
    let record = Record::from_json(EXAMPLE_RECORD).unwrap();
    for profile in [Profile::Jp, Profile::Dcc] {
        let request = Request { expires_at: None, ..Forge::request(profile) };
        let failure = forge.issuer.issue(&record, &request, &forge.signer).unwrap_err();
        assert_eq!((failure.code().name(), failure.field()), ("invalid-period", Some("expires_at")));
    }
}
