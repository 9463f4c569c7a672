//! Vectors of what an issuer is given: trust files, keys, records and requests.

use serde_json::{Value, json};
use tegata::crypto::rustcrypto;
use tegata::keys::{CertificateRequest, HealthPurposes, Subject, self_signed};
use tegata::model::EXAMPLE_RECORD;
use tegata::x509::to_pem;
use tegata::{Issuer, Profile, Record, Request, Timestamp};

use super::build::{Draft, ISSUED_AT, Seeded, base64, certificate_with_key_info, der, signer};
use super::{Operation, Vector};

const ISSUER_SEED: &str = "tegata vector issuer";
const ISSUED: &str = "2026-01-15T09:00:00Z";
const EXPIRES: &str = "2027-01-15T09:00:00Z";
const CERTIFICATE_ID: &str = "VECTOR0000000001";

pub(super) fn generate() -> Vec<Vector> {
    let mut all = trust();
    all.extend(keys());
    all.extend(records());
    all.extend(profiles());
    all.extend(requests());
    all
}

fn issuer_certificate(purposes: HealthPurposes) -> Vec<u8> {
    let subject = Subject::new("JP", "Tegata test vectors", "Issuer of the vectors").unwrap();
    let request = CertificateRequest::new(subject, purposes);
    let time = |text| Timestamp::parse_rfc3339(text).unwrap();
    let (not_before, not_after) = (time("2026-01-01T00:00:00Z"), time("2028-01-01T00:00:00Z"));
    self_signed(&signer(ISSUER_SEED), &request, not_before, not_after, &Seeded("tegata vector serial")).unwrap()
}

fn vaccinations() -> HealthPurposes {
    HealthPurposes { vaccination: true, ..HealthPurposes::default() }
}

fn key_pem() -> String {
    signer(ISSUER_SEED).to_pkcs8_pem(None, &Seeded("unused")).unwrap().to_string()
}

fn trust() -> Vec<Vector> {
    let certificate = issuer_certificate(vaccinations());
    let pem = to_pem("CERTIFICATE", &certificate);
    let load = |file: &str| Draft::new(Operation::LoadTrust, &[("file", file)]);
    let ed25519 = der(0x30, &[der(0x30, &der(0x06, &[0x2b, 0x65, 0x70])), der(0x03, &[0; 33])].concat());
    let ed25519 = certificate_with_key_info(&ed25519, &super::build::Profile::default());
    vec![
        load(&pem).expect("trust::pem", "RFC 7468", "done", "A certificate in PEM."),
        load(&format!("Issuer of the vectors\r\n{}\n{pem}", pem.replace('\n', "\r\n"))).expect(
            "trust::pem-with-text",
            "RFC 7468 §5.2",
            "done",
            "Two blocks with text around them and foreign line ends.",
        ),
        load("nothing to see here").expect(
            "trust::not-a-list",
            "RFC 7468",
            "trust-unreadable",
            "Text that is no trust data.",
        ),
        load("").expect(
            "trust::empty",
            "RFC 7468",
            "trust-unreadable",
            "An empty file trusts nobody, which nobody means.",
        ),
        load(&to_pem("CERTIFICATE", &certificate[..certificate.len() - 5])).expect(
            "trust::truncated",
            "RFC 5280 §4.1",
            "certificate-malformed",
            "A certificate that ends too early.",
        ),
        load(&to_pem("CERTIFICATE", ed25519.der())).expect(
            "trust::ed25519",
            "RFC 8410",
            "certificate-key-unsupported",
            "A key no health certificate may be signed with.",
        ),
    ]
}

fn keys() -> Vec<Vector> {
    let pem = key_pem();
    let encrypted = signer(ISSUER_SEED).to_pkcs8_pem(Some(b"correct horse"), &Seeded("tegata vector salt")).unwrap();
    let load = |input: &[(&str, &str)]| Draft::new(Operation::LoadKey, input);
    // A P-384 key in SEC 1 form; RFC 5915.
    let p384 = [der(0x02, &[1]), der(0x04, &[7; 48]), der(0xa0, &der(0x06, &[0x2b, 0x81, 0x04, 0x00, 0x22]))].concat();
    let p384 = to_pem("EC PRIVATE KEY", &der(0x30, &p384));
    vec![
        load(&[("key", &pem)]).expect("key::pkcs8", "RFC 5958", "done", "A plain PKCS#8 key."),
        load(&[("key", encrypted.as_str()), ("passphrase", "correct horse")]).expect(
            "key::encrypted",
            "RFC 8018",
            "done",
            "An encrypted key with its passphrase.",
        ),
        load(&[("key", encrypted.as_str())]).expect(
            "key::no-passphrase",
            "RFC 8018",
            "key-passphrase-required",
            "An encrypted key without a passphrase.",
        ),
        load(&[("key", encrypted.as_str()), ("passphrase", "wrong horse")]).expect(
            "key::wrong-passphrase",
            "RFC 8018",
            "key-passphrase-wrong",
            "An encrypted key with another passphrase.",
        ),
        load(&[("key", "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n")]).expect(
            "key::truncated",
            "RFC 5958",
            "key-malformed",
            "A key that ends too early.",
        ),
        load(&[("key", &p384)]).expect(
            "key::p384",
            "HCERT 1.1.1 §3.3",
            "key-unsupported",
            "P-384 may not issue: not every verifier takes it.",
        ),
    ]
}

/// An issue of a record with everything else as it should be.
fn issue(record: &str, profile: &str) -> Draft {
    issue_with(record, profile, &[])
}

fn issue_with(record: &str, profile: &str, other: &[(&str, &str)]) -> Draft {
    let certificate = base64(&issuer_certificate(vaccinations()));
    let key = key_pem();
    let mut input = vec![
        ("record", record),
        ("profile", profile),
        ("certificate", certificate.as_str()),
        ("key", key.as_str()),
        ("expires_at", EXPIRES),
        ("certificate_id", CERTIFICATE_ID),
    ];
    for (name, value) in other {
        input.retain(|(existing, _)| existing != name);
        input.push((name, value));
    }
    Draft::new(Operation::Issue, &input).at(ISSUED)
}

/// The example record with an edit.
fn edited(edit: impl FnOnce(&mut Value)) -> String {
    let mut record: Value = serde_json::from_str(EXAMPLE_RECORD).unwrap();
    edit(&mut record);
    record.to_string()
}

/// The example's person, vaccinated against yellow fever.
fn yellow_fever() -> String {
    edited(|record| {
        record["sex"] = json!("female");
        let dose = &mut record["doses"][0];
        for (member, value) in [
            ("date", "2025-12-24"),
            ("disease", "1D47"),
            ("vaccine_kind", "生ワクチン"),
            ("manufacturer", "Sanofi Pasteur"),
            ("product", "STAMARIL"),
            ("lot", "YF-0001"),
        ] {
            dose[member] = json!(value);
        }
        let dose = dose.clone();
        record["doses"] = json!([dose]);
    })
}

/// The text that issuing gives: it is the same in every run.
fn issued_text(profile: Profile) -> String {
    let certificate = tegata::x509::Certificate::parse(&issuer_certificate(vaccinations())).unwrap();
    let request = Request {
        profile,
        issuer: None,
        issued_at: Timestamp::from_seconds(ISSUED_AT).unwrap(),
        issue_date: Timestamp::from_seconds(ISSUED_AT).unwrap().date(),
        expires_at: Some(Timestamp::parse_rfc3339(EXPIRES).unwrap()),
        certificate_id: CERTIFICATE_ID.into(),
        dose: None,
    };
    let record = Record::from_json(EXAMPLE_RECORD).unwrap();
    let issued = Issuer::new(certificate, &rustcrypto::PROVIDER)
        .unwrap()
        .issue(&record, &request, &signer(ISSUER_SEED))
        .unwrap();
    issued.text().to_owned()
}

fn records() -> Vec<Vector> {
    let no = |record: &str, id: &str, code: &str, why: &str| {
        issue(record, "jp").expect(&format!("record::{id}"), "record schema", code, why)
    };
    let (jp, dcc) = (issued_text(Profile::Jp), issued_text(Profile::Dcc));
    let certificate = tegata::x509::Certificate::parse(&issuer_certificate(vaccinations())).unwrap();
    vec![
        issue_with(EXAMPLE_RECORD, "jp", &[("text", &jp)]).expect(
            "issue::jp",
            "JP profile",
            "done",
            "The example record, byte for byte the same in every run.",
        ),
        issue_with(EXAMPLE_RECORD, "dcc", &[("text", &dcc)]).expect(
            "issue::dcc",
            "EU DCC schema 1.3.0",
            "done",
            "The same as an EU certificate of its latest dose.",
        ),
        Draft::verify(&jp, &[&certificate]).expect(
            "accepted::jp",
            "JP profile",
            "accepted",
            "What was issued is accepted: full content.",
        ),
        Draft::verify(&dcc, &[&certificate]).expect(
            "accepted::dcc-issued",
            "EU DCC schema 1.3.0",
            "accepted",
            "What was issued is accepted: EU certificate.",
        ),
        issue_with(&yellow_fever(), "dvc", &[]).expect(
            "issue::dvc",
            "WHO smart-icvp ICVPMin",
            "done",
            "A yellow fever vaccination as WHO's certificate.",
        ),
        issue_with(EXAMPLE_RECORD, "dvc", &[]).expect(
            "issue::dvc-of-covid",
            "WHO smart-icvp ICVPMin",
            "unknown-product",
            "WHO's certificate is for the products of its catalogue alone.",
        ),
        no("{", "not-json", "record-malformed", "Text that is no JSON."),
        no(
            r#"{"kind":"domestic","kind":"overseas"}"#,
            "duplicate-member",
            "record-malformed",
            "A member twice: two readers could see different ones.",
        ),
        no(
            &edited(|r| _ = r.as_object_mut().unwrap().remove("birth_date")),
            "no-birth-date",
            "record-missing-field",
            "A record without a date of birth.",
        ),
        no(
            &edited(|r| r["address"] = json!("somewhere")),
            "address",
            "record-unknown-field",
            "An address does not belong into a certificate.",
        ),
        no(
            &edited(|r| r["doses"][0]["date"] = json!("2021-02-30")),
            "impossible-date",
            "record-invalid-value",
            "There is no 30 February.",
        ),
        no(
            &edited(|r| r["kind"] = json!("domestic")),
            "passport-data-in-domestic",
            "record-invalid-value",
            "A certificate for use in Japan carries no passport data.",
        ),
        no(&edited(|r| r["doses"] = json!([])), "no-doses", "record-invalid-value", "Nothing to certify."),
        no(
            &edited(|r| r["doses"][2]["date"] = json!("2026-01-16")),
            "dose-after-issue",
            "record-invalid-value",
            "A dose of tomorrow.",
        ),
        no(
            &edited(|r| r["doses"][0]["lot"] = json!("123456789018")),
            "individual-number",
            "record-individual-number",
            "A lot number that is an individual number.",
        ),
        no(
            &edited(|r| r["alias"] = json!("１２３４－５６７８－９０１８")),
            "individual-number-disguised",
            "record-individual-number",
            "The same in full-width digits and groups.",
        ),
        no(
            &format!("{}{EXAMPLE_RECORD}", " ".repeat(600_000)),
            "too-large",
            "record-too-large",
            "More than any record holds.",
        ),
    ]
}

fn profiles() -> Vec<Vector> {
    let no = |record: &str, id: &str, code: &str, why: &str| {
        issue(record, "dcc").expect(&format!("profile::{id}"), "EU DCC schema 1.3.0", code, why)
    };
    let each_dose = |member: &str, value: Value| {
        edited(|record| {
            for dose in record["doses"].as_array_mut().unwrap() {
                dose[member] = value.clone();
            }
        })
    };
    let domestic = edited(|record| {
        let members = record.as_object_mut().unwrap();
        members.insert("kind".into(), json!("domestic"));
        for member in ["nationality", "passport_number"] {
            members.remove(member);
        }
        members["name"].as_object_mut().unwrap().remove("romanised");
    });
    vec![
        no(
            &domestic,
            "no-romanised-name",
            "profile-missing-field",
            "A name in kanji alone is not transliterated by guessing.",
        ),
        no(
            &each_dose("series", Value::Null).replace("\"series\":null,", "").replace(",\"series\":null", ""),
            "no-series",
            "profile-missing-field",
            "An EU certificate says of how many doses the series is.",
        ),
        no(
            &each_dose("product", json!("未知のワクチン")),
            "unknown-product",
            "unknown-product",
            "A product the catalogue does not know has no code.",
        ),
        issue_with(EXAMPLE_RECORD, "dcc", &[("certificate_id", "not a valid id")]).expect(
            "profile::certificate-id",
            "EU DCC UVCI",
            "profile-invalid-value",
            "A certificate ID that fits no identifier of the EU.",
        ),
        issue_with(EXAMPLE_RECORD, "dcc", &[("certificate_id", "URN:UVCI:01:FR:VECTOR1#K")]).expect(
            "profile::foreign-identifier",
            "EU DCC UVCI",
            "profile-invalid-value",
            "An identifier of another country.",
        ),
        issue_with(EXAMPLE_RECORD, "dcc", &[("dose", "7")]).expect(
            "profile::no-such-dose",
            "EU DCC schema 1.3.0",
            "profile-invalid-value",
            "A dose the record does not have.",
        ),
    ]
}

fn requests() -> Vec<Vector> {
    let jp = |other: &[(&str, &str)]| issue_with(EXAMPLE_RECORD, "jp", other);
    let tests = HealthPurposes { test: true, ..HealthPurposes::default() };
    let tests_only = base64(&issuer_certificate(tests));
    let other_key = signer("tegata vector other issuer").to_pkcs8_pem(None, &Seeded("unused")).unwrap().to_string();
    let huge = edited(|record| {
        let doses = record["doses"].as_array_mut().unwrap();
        let one = doses[0].clone();
        for number in 0..100 {
            let mut dose = one.clone();
            dose["number"] = json!(number + 1);
            dose["lot"] = json!(super::build::base64(&number.to_string().repeat(5).into_bytes()));
            dose["product"] = json!(format!("製品{}", number * 7919 % 10007));
            doses.push(dose);
        }
    });
    const SPEC: &str = "HCERT 1.1.1 §3.3.1";
    vec![
        jp(&[("expires_at", ISSUED)]).expect(
            "issue::ends-before-it-begins",
            SPEC,
            "invalid-period",
            "Valid for no time at all.",
        ),
        jp(&[("expires_at", "2028-01-01T00:00:01Z")]).expect(
            "issue::signer-ends-first",
            SPEC,
            "signer-ends-first",
            "A second longer than the signer.",
        ),
        jp(&[]).at("2025-12-31T23:59:59Z").expect(
            "issue::signer-not-yet-valid",
            SPEC,
            "signer-not-yet-valid",
            "A second before the signer's certificate begins.",
        ),
        jp(&[("certificate", &tests_only)]).expect(
            "issue::signer-for-tests",
            "HCERT 1.1.1 §3.3",
            "signer-key-usage",
            "A signer for test results.",
        ),
        jp(&[("key", &other_key)]).expect(
            "key::of-another-certificate",
            "RFC 5280",
            "key-certificate-mismatch",
            "A key and a certificate that do not belong together.",
        ),
        jp(&[("issuer", "AT")]).expect(
            "issue::another-country",
            "HCERT 1.1.1 §3.2",
            "issuer-not-signer-country",
            "Every verifier would refuse it.",
        ),
        issue(&huge, "jp").expect(
            "issue::too-large",
            "ISO/IEC 18004 table 7",
            "certificate-too-large",
            "More doses than a QR code holds.",
        ),
    ]
}
