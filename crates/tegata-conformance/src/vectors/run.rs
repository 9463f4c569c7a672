//! Running a vector through the Rust library.

use tegata::application::Application;
use tegata::crypto::CryptoProvider;
use tegata::keys::SoftwareSigner;
use tegata::mrz::TravelDocument;
use tegata::trust::Tolerances;
use tegata::trust::bundle::{Anchor, TrustBundle};
use tegata::trust::list::{List, ListSigner};
use tegata::x509::Certificate;
use tegata::{
    Code, Failure, Issuer, Policy, Profile, Record, Report, Request, RevocationSet, Timestamp, TrustSet, Verifier,
};

use super::{Expectation, Operation, Vector, card_run};
use crate::unbase64;

/// What came out of a vector.
#[derive(Debug)]
pub struct Outcome {
    /// The outcome in the form vectors expect it.
    pub seen: Expectation,
    /// The report, where there was a verification.
    pub report: Option<Report>,
}

/// Runs a vector with a crypto provider.
#[must_use]
pub fn run(vector: &Vector, provider: &CryptoProvider) -> Outcome {
    match vector.operation {
        Operation::Verify => verified(verify(vector, &vector.input["text"], provider)),
        Operation::VerifyImage => {
            let symbols = tegata_print::read_symbols(&unbase64(&vector.input["image"]));
            verified(match symbols {
                Ok(symbols) => verify(vector, symbols[0].text(), provider),
                Err(error) => Report::not_a_certificate(Failure::new(error.code())),
            })
        }
        Operation::VerifyWithTrustData => verified(verify(vector, &vector.input["text"], provider)),
        Operation::AcceptBundle => done(accept_bundle(vector, provider)),
        Operation::LoadRevocation => done(revocation(&vector.input["file"]).map(|_| ())),
        Operation::LoadTrust => done(load_trust(vector, provider)),
        Operation::VerifyList => verify_list(vector, provider),
        Operation::LoadKey => done(load_key(vector).map(|_| ())),
        Operation::Issue => done(issue(vector, provider)),
        Operation::VerifyCard => Outcome { seen: card_run::verify(vector, provider), report: None },
        Operation::ReadCard => done(card_run::read(vector)),
        Operation::LoadAuthorities => done(card_run::load_authorities(vector, provider)),
        Operation::ParseMrz => done(parse_mrz(vector)),
        Operation::ReadApplication => done(read_application(vector)),
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

fn verify(vector: &Vector, text: &str, provider: &CryptoProvider) -> Report {
    let flag = |name: &str| vector.flags.iter().any(|flag| flag == name);
    let mut tolerances = Tolerances::default();
    tolerances.p384_under_es256 = flag("allow-p384-under-es256");
    tolerances.rsa_1024 = flag("allow-rsa-1024");
    tolerances.signer_outlives_authority = flag("allow-signer-outlives-authority");
    let mut policy = Policy::default();
    policy.strict = flag("strict");
    for seconds in vector.flags.iter().filter_map(|flag| flag.strip_prefix("skew=")) {
        policy.skew_seconds = seconds.parse().unwrap();
    }
    let mut trust = TrustSet::tolerant_builder(provider, tolerances);
    for certificate in &vector.trust {
        trust.trust_certificate(&Certificate::parse(&unbase64(certificate)).unwrap()).unwrap();
    }
    for certificate in &vector.authorities {
        trust.trust_authority(&Certificate::parse(&unbase64(certificate)).unwrap()).unwrap();
    }
    for certificate in &vector.signers {
        trust.offer_certificate(&Certificate::parse(&unbase64(certificate)).unwrap()).unwrap();
    }
    let mut revocation = RevocationSet::builder();
    if let Some(bundle) = vector.input.get("bundle") {
        let bundle = TrustBundle::open(&unbase64(bundle), &[anchor(vector, provider)]).unwrap();
        assert_eq!(bundle.add_signers(&mut trust), []);
        policy.strict |= bundle.policy().strict;
        bundle.revocation().into_iter().for_each(|set| revocation.add_set(set).unwrap());
    }
    if let Some(file) = vector.input.get("revocation") {
        revocation.add_file(&unbase64(file)).unwrap();
    }
    let mut trust = trust.build();
    let revocation = revocation.build();
    if !revocation.is_empty() || revocation.fresh_until().is_some() {
        trust = trust.with_revocation(revocation);
    }
    Verifier::new(trust).with_policy(policy).verify(text, now(vector))
}

fn anchor(vector: &Vector, provider: &CryptoProvider) -> Anchor {
    let certificate = Certificate::parse(&unbase64(&vector.input["anchor"])).unwrap();
    Anchor::from_certificate(&certificate, provider).unwrap()
}

fn accept_bundle(vector: &Vector, provider: &CryptoProvider) -> Result<(), Failure> {
    let previous = vector.input.get("previous").map(|number| number.parse().unwrap());
    TrustBundle::accept(&unbase64(&vector.input["file"]), &[anchor(vector, provider)], previous, now(vector))?;
    Ok(())
}

fn revocation(file: &str) -> Result<RevocationSet, Failure> {
    let mut builder = RevocationSet::builder();
    builder.add_file(&unbase64(file))?;
    Ok(builder.build())
}

fn parse_mrz(vector: &Vector) -> Result<(), Failure> {
    TravelDocument::parse(&vector.input["mrz"], now(vector).date())?;
    Ok(())
}

fn read_application(vector: &Vector) -> Result<(), Failure> {
    Application::decode(&unbase64(&vector.input["application"]))?;
    Ok(())
}

/// A file of which nothing can be used is an error.
fn load_trust(vector: &Vector, provider: &CryptoProvider) -> Result<(), Failure> {
    let mut trust = TrustSet::builder(provider);
    let list = List::read(vector.input["file"].as_bytes())?;
    let dropped = trust.trust_list(&list);
    match dropped.last() {
        Some(last) if dropped.len() == list.len() => Err(last.failure().clone()),
        _ => Ok(()),
    }
}

fn verify_list(vector: &Vector, provider: &CryptoProvider) -> Outcome {
    let signer = ListSigner::read(vector.input["signer"].as_bytes()).unwrap();
    let result = List::read(vector.input["file"].as_bytes()).and_then(|list| list.verify_signature(&signer, provider));
    let mut outcome = done(result);
    outcome.seen.status = match &outcome.seen.code {
        None => "accepted".into(),
        Some(code) if code == Code::ListSignatureNotChecked.name() => "undetermined".into(),
        Some(_) => "rejected".into(),
    };
    outcome
}

fn load_key(vector: &Vector) -> Result<SoftwareSigner, Failure> {
    let passphrase = vector.input.get("passphrase").map(String::as_bytes);
    Ok(SoftwareSigner::from_bytes(vector.input["key"].as_bytes(), passphrase)?)
}

fn issue(vector: &Vector, provider: &CryptoProvider) -> Result<(), Failure> {
    let input = &vector.input;
    let certificate = Certificate::parse(&unbase64(&input["certificate"])).unwrap();
    let signer = load_key(vector)?;
    let record = Record::from_json(&input["record"])?;
    let request = Request {
        profile: match input["profile"].as_str() {
            "jp" => Profile::Jp,
            "dcc" => Profile::Dcc,
            "dvc" => Profile::Dvc,
            other => panic!("unknown profile {other}"),
        },
        issuer: input.get("issuer").cloned(),
        issued_at: now(vector),
        issue_date: now(vector).date(),
        expires_at: input.get("expires_at").map(|time| Timestamp::parse_rfc3339(time).unwrap()),
        certificate_id: input["certificate_id"].clone(),
        dose: input.get("dose").map(|dose| dose.parse().unwrap()),
    };
    let issued = Issuer::new(certificate, provider)?.issue(&record, &request, &signer)?;
    match input.get("text") {
        // Issuing is deterministic, byte for byte.
        Some(text) if issued.text() != text => Err(Code::InternalError.into()),
        _ => Ok(()),
    }
}
