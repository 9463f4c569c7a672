//! Running a vector through the Rust library.

use tegata::crypto::rustcrypto;
use tegata::keys::SoftwareSigner;
use tegata::mrz::TravelDocument;
use tegata::trust::Tolerances;
use tegata::x509::{Certificate, certificates_from};
use tegata::{Code, Failure, Issuer, Policy, Profile, Record, Report, Request, Timestamp, TrustSet, Verifier};

use super::{Expectation, Operation, Vector};
use crate::unbase64;

/// What came out of a vector.
#[derive(Debug)]
pub struct Outcome {
    /// The outcome in the form vectors expect it.
    pub seen: Expectation,
    /// The report, where there was a verification.
    pub report: Option<Report>,
}

/// Runs a vector.
#[must_use]
pub fn run(vector: &Vector) -> Outcome {
    match vector.operation {
        Operation::Verify => verified(verify(vector, &vector.input["text"])),
        Operation::VerifyImage => {
            let symbols = tegata_print::read_symbols(&unbase64(&vector.input["image"]));
            verified(match symbols {
                Ok(symbols) => verify(vector, symbols[0].text()),
                Err(error) => Report::not_a_certificate(Failure::new(error.code())),
            })
        }
        Operation::LoadTrust => done(load_trust(vector)),
        Operation::LoadKey => done(load_key(vector).map(|_| ())),
        Operation::Issue => done(issue(vector)),
        Operation::ParseMrz => done(parse_mrz(vector)),
    }
}

fn verified(report: Report) -> Outcome {
    let seen = Expectation {
        status: report.status().name().into(),
        stage: report.failure().map(|failure| failure.stage().name().into()),
        code: report.failure().map(|failure| failure.code().name().into()),
    };
    Outcome { seen, report: Some(report) }
}

fn done(result: Result<(), Failure>) -> Outcome {
    let failure = result.err();
    let seen = Expectation {
        status: if failure.is_none() { "done".into() } else { "failed".into() },
        stage: failure.as_ref().map(|failure| failure.stage().name().into()),
        code: failure.as_ref().map(|failure| failure.code().name().into()),
    };
    Outcome { seen, report: None }
}

fn now(vector: &Vector) -> Timestamp {
    Timestamp::parse_rfc3339(&vector.now).unwrap()
}

fn verify(vector: &Vector, text: &str) -> Report {
    let flag = |name: &str| vector.flags.iter().any(|flag| flag == name);
    let mut tolerances = Tolerances::default();
    tolerances.p384_under_es256 = flag("allow-p384-under-es256");
    tolerances.rsa_1024 = flag("allow-rsa-1024");
    let mut policy = Policy::default();
    policy.strict = flag("strict");
    for seconds in vector.flags.iter().filter_map(|flag| flag.strip_prefix("skew=")) {
        policy.skew_seconds = seconds.parse().unwrap();
    }
    let mut trust = TrustSet::tolerant_builder(&rustcrypto::PROVIDER, tolerances);
    for certificate in &vector.trust {
        trust.trust_certificate(&Certificate::parse(&unbase64(certificate)).unwrap()).unwrap();
    }
    Verifier::new(trust.build()).with_policy(policy).verify(text, now(vector))
}

fn parse_mrz(vector: &Vector) -> Result<(), Failure> {
    TravelDocument::parse(&vector.input["mrz"], now(vector).date())?;
    Ok(())
}

fn load_trust(vector: &Vector) -> Result<(), Failure> {
    let mut trust = TrustSet::builder(&rustcrypto::PROVIDER);
    let certificates = certificates_from(vector.input["file"].as_bytes())?;
    certificates.iter().try_for_each(|certificate| trust.trust_certificate(certificate))
}

fn load_key(vector: &Vector) -> Result<SoftwareSigner, Failure> {
    let passphrase = vector.input.get("passphrase").map(String::as_bytes);
    Ok(SoftwareSigner::from_bytes(vector.input["key"].as_bytes(), passphrase)?)
}

fn issue(vector: &Vector) -> Result<(), Failure> {
    let input = &vector.input;
    let certificate = Certificate::parse(&unbase64(&input["certificate"])).unwrap();
    let signer = load_key(vector)?;
    let record = Record::from_json(&input["record"])?;
    let request = Request {
        profile: match input["profile"].as_str() {
            "jp" => Profile::Jp,
            "dcc" => Profile::Dcc,
            other => panic!("unknown profile {other}"),
        },
        issuer: input.get("issuer").cloned(),
        issued_at: now(vector),
        issue_date: now(vector).date(),
        expires_at: Timestamp::parse_rfc3339(&input["expires_at"]).unwrap(),
        certificate_id: input["certificate_id"].clone(),
        dose: input.get("dose").map(|dose| dose.parse().unwrap()),
    };
    let issued = Issuer::new(certificate, &rustcrypto::PROVIDER)?.issue(&record, &request, &signer)?;
    match input.get("text") {
        // Issuing is deterministic, byte for byte.
        Some(text) if issued.text() != text => Err(Code::InternalError.into()),
        _ => Ok(()),
    }
}
