//! Our own vectors and the public corpora through the C surface: the same verdict, stage, code and JSON as in Rust.

// Here a broken expectation must stop the run, so unwrapping and indexing are the right thing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod surface;

use surface::{Gathering, Key, VerifyingCards, check_mrz, code_name, code_stage, issue, read_card, verify_list};
use tegata::crypto::rustcrypto;
use tegata::trust::Tolerances;
use tegata::x509::Certificate;
use tegata::{Report, Timestamp, TrustSet, Verifier};
use tegata_c_issuer::{
    IssueRequest, Policy, TEGATA_ALLOW_P384_UNDER_ES256, TEGATA_ALLOW_RSA_1024, TEGATA_ALLOW_SIGNER_OUTLIVES_AUTHORITY,
    TEGATA_CARD_SURFACE_APPLICATION, TEGATA_CARD_TEXT_APPLICATION, TEGATA_PROFILE_DCC, TEGATA_PROFILE_DVC,
    TEGATA_PROFILE_JP,
};
use tegata_conformance::dgc::Case;
use tegata_conformance::vectors::{Expectation, Operation, Vector, committed, run};
use tegata_conformance::{corpus, files, unbase64, unhex};

/// What is no business of this surface.
const NOT_THROUGH_C: [(Operation, &str); 1] =
    [(Operation::ReadApplication, "a kiosk writes applications; the issuing service, in Rust, reads them")];

#[test]
fn every_vector_has_its_outcome() {
    let mut ran = 0;
    let mut problems = Vec::new();
    for vector in committed() {
        if NOT_THROUGH_C.iter().any(|(operation, _)| *operation == vector.operation) {
            continue;
        }
        ran += 1;
        let seen = outcome(&vector);
        if seen != vector.expect {
            problems.push(format!("{}: expected {:?}, was {seen:?}", vector.id, vector.expect));
        }
    }
    eprintln!("{ran} vectors");
    assert!(ran > 100);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn outcome(vector: &Vector) -> Expectation {
    let input = |name: &str| vector.input[name].as_str();
    let now = seconds(&vector.now);
    match vector.operation {
        Operation::Verify | Operation::VerifyImage | Operation::VerifyWithTrustData => verify(vector),
        Operation::LoadTrust => done(Gathering::new(0).add_signers(input("file").as_bytes())),
        Operation::AcceptBundle => {
            let previous = vector.input.get("previous").map(|number| number.parse().unwrap());
            let (file, anchor) = (unbase64(input("file")), unbase64(input("anchor")));
            done(Gathering::new(0).accept_bundle(&file, &anchor, previous, now).map(|_| ()))
        }
        Operation::LoadRevocation => done(Gathering::new(0).add_revocation(&unbase64(input("file")))),
        Operation::VerifyList => {
            let mut seen = done(verify_list(input("file").as_bytes(), input("signer").as_bytes()));
            seen.status = match seen.code.as_deref() {
                None => "accepted".into(),
                Some("list-signature-not-checked") => "undetermined".into(),
                Some(_) => "rejected".into(),
            };
            seen
        }
        Operation::LoadAuthorities => {
            done(VerifyingCards::new(false, vector.input.get("authorities").map(String::as_str)).map(|_| ()))
        }
        Operation::VerifyCard => verify_card(vector),
        Operation::ReadCard => {
            let answers: Vec<_> = input("answers").split_whitespace().map(unhex).collect();
            done(read_card(input("pin"), now, &answers))
        }
        Operation::ParseMrz => done(check_mrz(input("mrz"), now)),
        Operation::LoadKey => done(key(vector).map(|_| ())),
        Operation::Issue => done(issued(vector)),
        Operation::ReadApplication => unreachable!("left out above"),
    }
}

fn flag(vector: &Vector, name: &str) -> bool {
    vector.flags.iter().any(|flag| flag == name)
}

fn verify(vector: &Vector) -> Expectation {
    let mut tolerances = 0;
    for (name, tolerance) in [
        ("allow-p384-under-es256", TEGATA_ALLOW_P384_UNDER_ES256),
        ("allow-rsa-1024", TEGATA_ALLOW_RSA_1024),
        ("allow-signer-outlives-authority", TEGATA_ALLOW_SIGNER_OUTLIVES_AUTHORITY),
    ] {
        tolerances += if flag(vector, name) { tolerance } else { 0 };
    }
    let skew = vector.flags.iter().find_map(|flag| flag.strip_prefix("skew="));
    let policy = Policy {
        size: size_of::<Policy>(),
        skew_seconds: skew.map_or(0, |seconds| seconds.parse().unwrap()),
        strict: u32::from(flag(vector, "strict")),
    };
    let mut trust = Gathering::new(tolerances);
    vector.trust.iter().for_each(|certificate| trust.add_signers(&unbase64(certificate)).unwrap());
    vector.authorities.iter().for_each(|certificate| trust.add_authorities(&unbase64(certificate)).unwrap());
    vector.signers.iter().for_each(|certificate| trust.offer_signers(&unbase64(certificate)).unwrap());
    if let Some(bundle) = vector.input.get("bundle") {
        trust.open_bundle(&unbase64(bundle), &unbase64(&vector.input["anchor"])).unwrap();
    }
    if let Some(file) = vector.input.get("revocation") {
        trust.add_revocation(&unbase64(file)).unwrap();
    }
    let verifier = trust.verifier(Some(policy));
    let now = seconds(&vector.now);
    let verdict = match vector.input.get("image") {
        Some(image) => verifier.image(&unbase64(image), 0, now).0,
        None => verifier.text(&vector.input["text"], now),
    };
    verifier.free();
    let in_rust = run(vector, &rustcrypto::PROVIDER).report.unwrap();
    assert_eq!(verdict.json, in_rust.to_json(), "{}", vector.id);
    assert_eq!(verdict.number, in_rust.number(), "{}", vector.id);
    Expectation { status: verdict.status.into(), stage: code_stage(verdict.code), code: code_name(verdict.code) }
}

fn verify_card(vector: &Vector) -> Expectation {
    let authorities = vector.input.get("authorities").map(String::as_str);
    let verifier = VerifyingCards::new(flag(vector, "accept-test-cards"), authorities).unwrap();
    let application = match vector.input["application"].as_str() {
        "text" => TEGATA_CARD_TEXT_APPLICATION,
        _ => TEGATA_CARD_SURFACE_APPLICATION,
    };
    let numbered = (1..=7).map(|number| (number, format!("{number:04}")));
    let given = numbered.filter_map(|(number, name)| Some((number, unbase64(vector.input.get(&name)?))));
    let files: Vec<_> = given.collect();
    let answered = vector.input.get("challenge").zip(vector.input.get("response"));
    let answered = answered.map(|(challenge, response)| (unhex(challenge), unhex(response)));
    let (number, json) = verifier.verify(application, &files, answered);
    let status = if number == 0 { "accepted" } else { "rejected" };
    if let Some(json) = json {
        assert!(json.starts_with(&format!("{{\"status\":\"{status}\"")), "{}", vector.id);
    }
    Expectation { status: status.into(), stage: code_stage(number), code: code_name(number) }
}

fn key(vector: &Vector) -> Result<Key, i32> {
    Key::load(vector.input["key"].as_bytes(), vector.input.get("passphrase").map(String::as_str))
}

fn issued(vector: &Vector) -> Result<(), i32> {
    let input = &vector.input;
    let given = |name: &str| input.get(name).map(String::as_str).unwrap_or_default();
    let date = Timestamp::parse_rfc3339(&vector.now).unwrap().date().to_string();
    let (id, issuer) = (given("certificate_id"), given("issuer"));
    let request = IssueRequest {
        size: size_of::<IssueRequest>(),
        profile: match given("profile") {
            "jp" => TEGATA_PROFILE_JP,
            "dcc" => TEGATA_PROFILE_DCC,
            "dvc" => TEGATA_PROFILE_DVC,
            other => panic!("unknown profile {other}"),
        },
        dose: input.get("dose").map_or(0, |dose| dose.parse::<u32>().unwrap() + 1),
        issued_at: seconds(&vector.now),
        expires_at: input.get("expires_at").map_or(0, |time| seconds(time)),
        issue_date: date.as_ptr().cast(),
        issue_date_length: date.len(),
        certificate_id: id.as_ptr().cast(),
        certificate_id_length: id.len(),
        issuer: issuer.as_ptr().cast(),
        issuer_length: issuer.len(),
    };
    let text = issue(&unbase64(&input["certificate"]), key(vector)?, &input["record"], &request)?;
    // Issuing is deterministic, byte for byte.
    assert!(input.get("text").is_none_or(|expected| *expected == text), "{}", vector.id);
    Ok(())
}

fn done(result: Result<(), i32>) -> Expectation {
    let code = result.err();
    Expectation {
        status: if code.is_none() { "done".into() } else { "failed".into() },
        stage: code.and_then(code_stage),
        code: code.and_then(code_name),
    }
}

fn seconds(time: &str) -> i64 {
    Timestamp::parse_rfc3339(time).unwrap().seconds()
}

/// The EU's test data: texts and images.
#[test]
fn the_test_data_of_the_eu_has_the_same_reports() {
    let Some(base) = corpus("c-dgc-testdata", "dgc-testdata") else { return };
    let mut cases = 0;
    for path in files(&base, &[".json"]) {
        let Some(case) = Case::read(&base, &path) else { continue };
        let Some(input) = case.input() else { continue };
        let mut tolerances = Tolerances::default();
        tolerances.p384_under_es256 = true;
        let (mut trust, mut gathering) = (
            TrustSet::tolerant_builder(&rustcrypto::PROVIDER, tolerances),
            Gathering::new(TEGATA_ALLOW_P384_UNDER_ES256),
        );
        if let Some(certificate) = &input.certificate {
            trust.trust_certificate(certificate).unwrap();
            gathering.add_signers(certificate.der()).unwrap();
        }
        let (in_rust, through_c) = (Verifier::new(trust.build()), gathering.verifier(None));
        // The C surface takes whole seconds.
        let now = Timestamp::from_seconds(input.now.seconds()).unwrap();
        let (report, verdict) = (in_rust.verify(&input.text, now), through_c.text(&input.text, now.seconds()));
        same(case.name(), &report, &verdict);
        if let Some(image) = case.image() {
            image_of(case.name(), &image, &in_rust, &through_c, now);
        }
        through_c.free();
        cases += 1;
    }
    eprintln!("{cases} cases");
    assert!(cases > 0, "the suite is empty");
}

/// Images of national issuers, with the signers that many countries publish.
#[test]
fn images_of_national_issuers_have_the_same_reports() {
    let Some(images) = corpus("c-images", "dcc-quality-assurance") else { return };
    let Some(signers) = corpus("c-images", "dsc") else { return };
    let (mut trust, mut gathering) = (TrustSet::builder(&rustcrypto::PROVIDER), Gathering::new(0));
    let mut count = 0;
    for path in files(&signers, &[".der", ".crt", ".cer", ".pem"]) {
        let file = std::fs::read(path).unwrap();
        for certificate in tegata::x509::certificates_from(&file).unwrap() {
            let certificate: Certificate = certificate;
            trust.trust_certificate(&certificate).unwrap();
        }
        gathering.add_signers(&file).unwrap();
        count += 1;
    }
    let (in_rust, through_c) = (Verifier::new(trust.build()), gathering.verifier(None));
    assert_eq!(through_c.signers, count);
    let now = Timestamp::parse_rfc3339("2021-07-01T12:00:00Z").unwrap();
    for path in files(&images, &[".png", ".jpeg", ".jpg"]) {
        let image = std::fs::read(&path).unwrap();
        image_of(&path.display().to_string(), &image, &in_rust, &through_c, now);
    }
    through_c.free();
}

fn image_of(name: &str, image: &[u8], in_rust: &Verifier, through_c: &surface::Verifying, now: Timestamp) {
    let (verdict, count) = through_c.image(image, 0, now.seconds());
    match tegata_print::read_certificates(image) {
        Ok(texts) => {
            assert_eq!(count, texts.len(), "{name}");
            same(name, &in_rust.verify(&texts[0], now), &verdict);
        }
        Err(error) => same(name, &Report::not_a_certificate(tegata::Failure::new(error.code())), &verdict),
    }
}

fn same(name: &str, report: &Report, verdict: &surface::Verdict) {
    assert_eq!(report.to_json(), verdict.json, "{name}");
    assert_eq!(report.number(), verdict.number, "{name}");
    assert_eq!(report.status().name(), verdict.status, "{name}");
}

/// Trust lists as they are published.
#[test]
fn published_lists_load_as_in_rust() {
    let Some(base) = corpus("c-lists", "gdhcn") else { return };
    let mut read = 0;
    for path in files(&base, &[""]) {
        let file = std::fs::read(&path).unwrap();
        let mut gathering = Gathering::new(0);
        let loaded = gathering.add_signers(&file);
        let mut trust = TrustSet::builder(&rustcrypto::PROVIDER);
        match tegata::trust::list::List::read(&file) {
            Err(failure) => assert_eq!(loaded, Err(failure.code().number()), "{}", path.display()),
            Ok(list) => {
                let dropped = trust.trust_list(&list);
                if list.len() > dropped.len() + list.references().len() {
                    assert_eq!(loaded, Ok(()), "{}", path.display());
                    assert_eq!(gathering.verifier(None).signers, trust.build().len(), "{}", path.display());
                    read += 1;
                } else {
                    assert!(loaded.is_err(), "{}", path.display());
                }
            }
        }
    }
    assert!(read > 0, "no list was read");
}
