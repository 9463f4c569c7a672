//! Our own vectors and the public corpora through the C libraries as they are shipped, called by a program in C: the
//! same numbers, stages, checks and JSON as in Rust.
//!
//! `cargo xtask test --only c` builds the libraries and the program and then runs this; `surface` says how it finds them.

#[path = "c_library/cards.rs"]
mod cards;
#[path = "c_library/surface.rs"]
mod surface;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use surface::{Answer, ISSUER, KIOSK, Surface};
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::trust::list::{List, ListSigner};
use tegata::{Code, Stage, Status, Timestamp, TrustSet, Verifier};
use tegata_conformance::vectors::{self, Expectation, Operation, Vector};
use tegata_conformance::{cases, corpus, files, unbase64};

/// What no C program does, and why.
const NOT_THROUGH_C: [(Operation, &str); 1] =
    [(Operation::ReadApplication, "kiosks write applications; who reads them issues, in Rust")];

/// The number of an outcome's name.
fn number_of(name: &str) -> i32 {
    Code::ALL.iter().find(|code| code.name() == name).unwrap_or_else(|| panic!("no code is called {name}")).number()
}

fn seconds(time: &str) -> i64 {
    Timestamp::parse_rfc3339(time).unwrap().seconds()
}

/// Every number of the table, as the library has it.
#[test]
fn every_code_has_its_name_stage_and_texts() {
    let Some(mut c) = Surface::start("every_code_has_its_name_stage_and_texts", KIOSK) else { return };
    for code in Code::ALL {
        let answer = c.done("code", &[i64::from(code.number()).into()]);
        let told: Vec<_> = answer.fields.iter().map(|field| surface::text(field)).collect();
        let stage = code.stage().name();
        assert_eq!(told[..2], [code.name(), stage]);
        assert!(told.len() == 6 && told[2..].iter().all(|text| !text.is_empty()), "{}", code.name());
    }
    assert_eq!(c.done("code", &[12_345_i64.into()]).fields, [b"", b""]);
}

/// Texts and images: our vectors, the EU's test data, the images of national issuers. Each has the report that Rust
/// made, with which `dgc_testdata.rs` and its table of exceptions hold the declared expectations.
#[test]
fn every_verification_has_the_report_of_rust() {
    let Some(mut c) = Surface::start("every_verification_has_the_report_of_rust", KIOSK) else { return };
    let expectations: BTreeMap<_, _> =
        vectors::committed().into_iter().map(|vector| (vector.id, vector.expect)).collect();
    let mut lines = Vec::new();
    let count = cases::write(&mut lines);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut trusted = Value::Null;
    for line in std::str::from_utf8(&lines).unwrap().lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        // Files that are given by path are many, and the same for many cases.
        if case["options"]["trust_files"].is_null() || case["options"] != trusted {
            trust(&mut c, &case["options"]);
            trusted = case["options"].clone();
        }
        let id = case["id"].as_str().unwrap();
        let (answers, expected) = verify(&mut c, &case);
        assert_eq!(answers.len(), expected.len(), "{id}");
        for (answer, expected) in answers.iter().zip(&expected) {
            check_report(id, answer, expected);
            *counts.entry(expected["status"].as_str().unwrap().to_owned()).or_default() += 1;
            if let Some(expectation) = expectations.get(id) {
                assert_eq!(seen(answer), *expectation, "{id}");
            }
        }
    }
    eprintln!("{count} cases: {counts:?}");
    assert!(counts.values().sum::<usize>() > 100 && counts["accepted"] > 20, "{counts:?}");
}

/// Gathers trust as a case's options say.
fn trust(c: &mut Surface, options: &Value) {
    let flags = [("allowP384UnderEs256", 1), ("allowRsa1024", 2), ("allowSignerOutlivesAuthority", 4)];
    let tolerances: i64 = flags.iter().filter(|(name, _)| options[name] == true).map(|(_, flag)| flag).sum();
    c.done("begin", &[tolerances.into()]);
    let list = |name: &str| -> Vec<Vec<u8>> {
        let listed = options[name].as_array().into_iter().flatten();
        listed.map(|file| unbase64(file.as_str().unwrap())).collect()
    };
    let mut signers = list("trust");
    let anchors = list("anchors");
    // A bundle comes last, and has an anchor.
    let bundle = if anchors.is_empty() { None } else { signers.pop() };
    for path in options["trust_files"].as_array().into_iter().flatten() {
        signers.push(std::fs::read(path.as_str().unwrap()).unwrap());
    }
    for (call, files) in [
        ("add-signers", signers),
        ("add-authorities", list("authorities")),
        ("offer-signers", list("signers")),
        ("add-revocation", list("revocation")),
    ] {
        for file in files {
            c.done(call, &[file.into()]);
        }
    }
    if let Some(bundle) = bundle {
        c.done("open-bundle", &[bundle.into(), anchors[0].as_slice().into()]);
    }
    let strict = options["strict"] == true;
    c.done("build", &[strict.into(), options["skewSeconds"].as_i64().unwrap_or(0).into()]);
}

/// What the library says to the text or to each certificate in the image of a case, and what Rust said.
fn verify(c: &mut Surface, case: &Value) -> (Vec<Answer>, Vec<Value>) {
    // The library takes whole seconds: from a clock that shows parts of one, the next.
    let clock = case["now"].as_str().unwrap();
    let now = seconds(clock) + i64::from(clock.contains('.'));
    if let Some(text) = case["text"].as_str() {
        return (vec![c.call("verify-text", &[text.into(), now.into()])], vec![case["expected"].clone()]);
    }
    let image = match case["image"].as_str() {
        Some(image) => unbase64(image),
        None => std::fs::read(case["image_file"].as_str().unwrap()).unwrap(),
    };
    // Beside a certificate, other symbols are not looked at.
    let mut expected = case["expected"].as_array().unwrap().clone();
    if expected.iter().any(|report| report["code"] != "missing-prefix") {
        expected.retain(|report| report["code"] != "missing-prefix");
    }
    let answers: Vec<_> = (0..expected.len())
        .map(|index| {
            let mut answer = c.call("verify-image", &[image.as_slice().into(), index.into(), now.into()]);
            let count: usize = surface::text(&answer.fields.pop().unwrap()).parse().unwrap();
            let none_found = expected[index]["stage"] == "prefix" && count == 0;
            assert!(none_found || count == expected.len(), "{}: {count} certificates", case["id"]);
            answer
        })
        .collect();
    (answers, expected)
}

/// That number, status, code, stage, checks and JSON agree with each other and with Rust's report.
fn check_report(id: &str, answer: &Answer, expected: &Value) {
    let json: Value = serde_json::from_str(answer.text(5)).unwrap();
    assert_eq!(json, *expected, "{id}");
    let status = expected["status"].as_str().unwrap();
    assert_eq!(answer.text(0), status_number(status), "{id}");
    assert_eq!(answer.text(1), answer.number.to_string(), "{id}");
    let range = match status {
        "accepted" => 0..=0,
        "rejected" => 1000..=1899,
        _ => 1900..=1999,
    };
    assert!(range.contains(&answer.number), "{id}: {}", answer.number);
    // A certificate is handed out where it is accepted, and nowhere else.
    assert_eq!(answer.text(6), if status == "accepted" { "1" } else { "0" }, "{id}");
    let (code, stage) = (answer.text(3), answer.text(4));
    assert_eq!(expected["code"].as_str().unwrap_or_default(), code, "{id}");
    assert_eq!(expected["stage"].as_str().unwrap_or_default(), stage, "{id}");
    let first = if code.is_empty() { 0 } else { number_of(code) };
    assert_eq!(answer.text(2), first.to_string(), "{id}");
    check_checks(id, &answer.checks(7), &expected["checks"], first, answer.number);
}

/// That the checks are those of the JSON, that the first which did not pass is the one that is named, and that the
/// number is that of the first which failed or, without one, of the first which could not be decided.
fn check_checks(id: &str, checks: &[(&str, &str, i32)], json: &Value, first: i32, number: i32) {
    assert_eq!(checks.len(), json.as_object().unwrap().len(), "{id}");
    for ((stage, result, code), (name, shown)) in checks.iter().zip(json.as_object().unwrap()) {
        let result = ["skipped", "pass", "fail", "undetermined"][result.parse::<usize>().unwrap()];
        assert_eq!((*stage, result), (name.as_str(), shown.as_str().unwrap()), "{id}");
        assert_eq!(*code == 0, matches!(result, "skipped" | "pass"), "{id}: {stage}");
    }
    let codes = |wanted: &str| checks.iter().find(|(_, result, _)| *result == wanted).map(|(.., code)| *code);
    let not_passed = checks.iter().find(|(.., code)| *code != 0).map_or(0, |(.., code)| *code);
    assert_eq!(not_passed, first, "{id}");
    assert_eq!(codes("2").or(codes("3")).unwrap_or(0), number, "{id}");
}

fn status_number(status: &str) -> &'static str {
    match status {
        "accepted" => "0",
        "rejected" => "1",
        _ => "2",
    }
}

fn seen(answer: &Answer) -> Expectation {
    let status = ["accepted", "rejected", "undetermined"][answer.text(0).parse::<usize>().unwrap()];
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Expectation { status: status.into(), stage: some(answer.text(4)), code: some(answer.text(3)) }
}

/// The vectors that are no verification of a certificate.
#[test]
fn every_other_vector_has_its_outcome() {
    let test = "every_other_vector_has_its_outcome";
    let (Some(mut c), Some(mut issuer)) = (Surface::start(test, KIOSK), Surface::start(test, ISSUER)) else { return };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for vector in vectors::committed() {
        let seen = match vector.operation {
            Operation::Verify | Operation::VerifyImage | Operation::VerifyWithTrustData => continue,
            operation if NOT_THROUGH_C.iter().any(|(not, _)| *not == operation) => continue,
            Operation::VerifyCard => cards::verify(&mut c, &vector),
            Operation::VerifyList => {
                let mut seen = done(call(&mut c, &mut issuer, &vector));
                seen.status = match seen.code.as_deref() {
                    None => Status::Accepted.name().into(),
                    Some("list-signature-not-checked") => Status::Undetermined.name().into(),
                    Some(_) => Status::Rejected.name().into(),
                };
                seen
            }
            _ => done(call(&mut c, &mut issuer, &vector)),
        };
        assert_eq!(seen, vector.expect, "{}", vector.id);
        *counts.entry(format!("{:?}", vector.operation)).or_default() += 1;
    }
    eprintln!("{counts:?}");
    assert!(counts.len() >= 10, "{counts:?}");
}

/// The number that a vector's calls end with.
fn call(c: &mut Surface, issuer: &mut Surface, vector: &Vector) -> i32 {
    let input = |name: &str| vector.input[name].as_str();
    let now = seconds(&vector.now);
    match vector.operation {
        Operation::LoadTrust => {
            c.done("begin", &[0_i64.into()]);
            c.call("add-signers", &[input("file").into()]).number
        }
        Operation::AcceptBundle => {
            c.done("begin", &[0_i64.into()]);
            let previous = vector.input.get("previous").map_or("", String::as_str);
            let (bundle, anchor) = (unbase64(input("file")), unbase64(input("anchor")));
            c.call("accept-bundle", &[bundle.into(), anchor.into(), previous.into(), now.into()]).number
        }
        Operation::LoadRevocation => {
            c.done("begin", &[0_i64.into()]);
            c.call("add-revocation", &[unbase64(input("file")).into()]).number
        }
        Operation::VerifyList => c.call("list-verify", &[input("file").into(), input("signer").into()]).number,
        Operation::LoadAuthorities => {
            let authorities = vector.input.get("authorities").map_or("", String::as_str);
            c.call("card-verifier-new", &[0_i64.into(), authorities.into()]).number
        }
        Operation::ReadCard => cards::read(c, vector),
        Operation::ParseMrz => c.call("mrz-check", &[input("mrz").into(), now.into()]).number,
        Operation::LoadKey => load_key(issuer, vector),
        Operation::Issue => issue(issuer, vector),
        _ => unreachable!("{}", vector.id),
    }
}

fn load_key(issuer: &mut Surface, vector: &Vector) -> i32 {
    let passphrase = vector.input.get("passphrase").map_or("", String::as_str);
    issuer.call("key-load", &[vector.input["key"].as_str().into(), passphrase.into()]).number
}

/// In the order in which Rust does it, which is the order of what can be wrong.
fn issue(issuer: &mut Surface, vector: &Vector) -> i32 {
    let given = |name: &str| vector.input.get(name).map_or("", String::as_str);
    let key = load_key(issuer, vector);
    if key != 0 {
        return key;
    }
    let made = issuer.call("issuer-new", &[unbase64(given("certificate")).into()]).number;
    if made != 0 {
        return made;
    }
    let profile: i64 = match given("profile") {
        "jp" => 1,
        "dcc" => 2,
        "dvc" => 4,
        other => panic!("unknown profile {other}"),
    };
    let now = Timestamp::parse_rfc3339(&vector.now).unwrap();
    let expires_at = vector.input.get("expires_at").map_or(0, |time| seconds(time));
    // The library counts doses from 1.
    let dose = vector.input.get("dose").map_or(0, |dose| dose.parse::<i64>().unwrap() + 1);
    let day = now.date().to_string();
    let request = [
        given("record").into(),
        profile.into(),
        dose.into(),
        now.seconds().into(),
        expires_at.into(),
        (&day).into(),
        given("certificate_id").into(),
        given("issuer").into(),
    ];
    let answer = issuer.call("issue", &request);
    if let (0, Some(text)) = (answer.number, vector.input.get("text")) {
        // Issuing is deterministic, byte for byte.
        assert_eq!(answer.text(0), text, "{}", vector.id);
    }
    answer.number
}

fn done(number: i32) -> Expectation {
    let code = Code::ALL.iter().find(|code| code.number() == number);
    assert_eq!(code.is_none(), number == 0, "{number}");
    Expectation {
        status: if number == 0 { "done".into() } else { "failed".into() },
        stage: code.map(|code| code.stage().name().into()),
        code: code.map(|code| code.name().into()),
    }
}

/// The library for backends verifies as the one for kiosks does: it holds the same calls.
#[test]
fn the_library_for_backends_verifies_too() {
    let test = "the_library_for_backends_verifies_too";
    let (Some(mut kiosk), Some(mut issuer)) = (Surface::start(test, KIOSK), Surface::start(test, ISSUER)) else {
        return;
    };
    let vectors = vectors::committed();
    let texts = vectors.iter().filter(|vector| vector.operation == Operation::Verify);
    for vector in texts.step_by(7) {
        let now = seconds(&vector.now);
        let [one, other] = [&mut kiosk, &mut issuer].map(|c| {
            c.done("begin", &[0_i64.into()]);
            for certificate in &vector.trust {
                c.call("add-signers", &[unbase64(certificate).into()]);
            }
            c.done("build", &[0_i64.into(), 0_i64.into()]);
            c.call("verify-text", &[vector.input["text"].as_str().into(), now.into()])
        });
        assert_eq!((one.number, one.fields), (other.number, other.fields), "{}", vector.id);
    }
}

/// WHO's own samples, whose keys nobody has published: opened, and then no signer is known.
#[test]
fn the_samples_of_the_who_have_the_reports_of_rust() {
    let test = "the_samples_of_the_who_have_the_reports_of_rust";
    let (Some(folder), Some(mut c)) = (corpus(test, "dvc"), Surface::start(test, KIOSK)) else { return };
    c.done("begin", &[0_i64.into()]);
    c.done("build", &[0_i64.into(), 0_i64.into()]);
    let verifier = Verifier::new(TrustSet::builder(&PROVIDER).build());
    let now = Timestamp::parse_rfc3339("2026-01-01T00:00:00Z").unwrap();
    let samples = files(&folder, &[".txt"]);
    assert_eq!(samples.len(), 6);
    for path in samples {
        let text = std::fs::read_to_string(&path).unwrap();
        let report = verifier.verify(text.trim_end(), now);
        let answer = c.call("verify-text", &[text.trim_end().into(), now.seconds().into()]);
        check_report(&path.display().to_string(), &answer, &serde_json::from_str(&report.to_json()).unwrap());
        assert_eq!((answer.number, answer.text(4)), (report.number(), Stage::Signer.name()), "{}", path.display());
    }
}

/// The documents of the WHO's network: the proof of each, and what can be used of it.
#[test]
fn published_lists_are_taken_as_in_rust() {
    let test = "published_lists_are_taken_as_in_rust";
    let (Some(folder), Some(mut c)) = (corpus(test, "gdhcn"), Surface::start(test, KIOSK)) else { return };
    let publisher = std::fs::read(folder.join("signer.did.json")).unwrap();
    let signer = ListSigner::read(&publisher).unwrap();
    let mut genuine = 0;
    for path in files(&folder, &[".did.json"]).iter().filter(|path| !path.ends_with("signer.did.json")) {
        let name = path.display();
        let file = std::fs::read(path).unwrap();
        let list = List::read(&file).unwrap();
        let proof = list.verify_signature(&signer, &PROVIDER).map_or_else(|failure| failure.code().number(), |()| 0);
        assert_eq!(
            c.call("list-verify", &[file.as_slice().into(), publisher.as_slice().into()]).number,
            proof,
            "{name}"
        );
        genuine += usize::from(proof == 0);
        let mut builder = TrustSet::builder(&PROVIDER);
        let dropped = builder.trust_list(&list);
        let usable = list.len() > dropped.len() + list.references().len();
        c.done("begin", &[0_i64.into()]);
        assert_eq!(c.call("add-signers", &[file.as_slice().into()]).number == 0, usable, "{name}");
        let built = c.done("build", &[0_i64.into(), 0_i64.into()]);
        assert_eq!(built.text(0), builder.build().len().to_string(), "{name}");
    }
    assert!(genuine >= 6, "{genuine}");
    authorities_and_signers(&mut c, &folder);
}

/// Signers that are offered and chain to an authority, or do not.
fn authorities_and_signers(c: &mut Surface, folder: &Path) {
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let (authorities, signers) = (read("all-SCA.did.json"), read("all-DSC.did.json"));
    for tolerances in [0_i64, 4] {
        let mut tolerated = tegata::trust::Tolerances::default();
        tolerated.signer_outlives_authority = tolerances == 4;
        let mut builder = TrustSet::tolerant_builder(&PROVIDER, tolerated);
        builder.trust_authorities(&List::read(&authorities).unwrap());
        builder.offer_list(&List::read(&signers).unwrap());
        let set = builder.build();
        c.done("begin", &[tolerances.into()]);
        c.done("add-authorities", &[authorities.as_slice().into()]);
        c.done("offer-signers", &[signers.as_slice().into()]);
        let built = c.done("build", &[0_i64.into(), 0_i64.into()]);
        assert_eq!((built.text(0), built.text(1)), (&*set.len().to_string(), &*set.refused().len().to_string()));
    }
}

/// PNG and SVG are those that Rust draws.
#[test]
fn codes_are_drawn_as_in_rust() {
    use tegata_print::{ErrorCorrection, Style, Symbol};
    let Some(mut c) = Surface::start("codes_are_drawn_as_in_rust", KIOSK) else { return };
    let issued = vectors::committed().into_iter().filter(|vector| vector.id.starts_with("issue::"));
    let texts: Vec<_> = issued.filter_map(|vector| vector.input.get("text").cloned()).collect();
    assert!(!texts.is_empty());
    for text in texts {
        let symbol = Symbol::encode(&text, ErrorCorrection::Quartile).unwrap();
        let answer = c.done("qr", &[(&text).into()]);
        assert!(answer.fields[0] == symbol.to_png(&Style::default()).unwrap());
        assert!(answer.text(1) == symbol.to_svg(&Style::default()));
    }
}
