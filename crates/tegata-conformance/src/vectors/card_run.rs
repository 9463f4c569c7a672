//! Running the vectors about cards through the Rust library.

use tegata::card::session::{Consent, Pin, Progress, ReadRequest, begin};
use tegata::card::{
    Answered, AnyHierarchy, Application, CardChecks, CardFiles, CardVerifier, Challenge, FileId, Hierarchy,
};
use tegata::crypto::CryptoProvider;
use tegata::{Failure, Status, Timestamp};

use super::{Expectation, Vector};
use crate::{unbase64, unhex};

/// Names of the files in a vector's input.
pub(super) const FILES: [&str; 7] = ["0001", "0002", "0003", "0004", "0005", "0006", "0007"];

pub(super) fn verify(vector: &Vector, provider: &CryptoProvider) -> Expectation {
    let verifier = verifier(vector, provider).unwrap();
    let files = match files(vector) {
        Ok(files) => files,
        Err(failure) => return expectation(Status::Rejected, Some(&failure)),
    };
    let challenge = vector.input.get("challenge").map(|hex| Challenge::from_bytes(unhex(hex).try_into().unwrap()));
    let response = vector.input.get("response").map(|hex| unhex(hex));
    let answered =
        challenge.as_ref().zip(response.as_ref()).map(|(challenge, response)| Answered { challenge, response });
    match files.application() {
        Application::Text => {
            let report = verifier.verify_text(&files, answered);
            judge(report.checks(), report.status(), report.failure(), report.hierarchy())
        }
        Application::Surface => {
            let report = verifier.verify_surface(&files, answered);
            judge(report.checks(), report.status(), report.failure(), report.hierarchy())
        }
    }
}

fn judge(checks: &CardChecks, status: Status, failure: Option<&Failure>, hierarchy: Option<Hierarchy>) -> Expectation {
    for (stage, check) in checks.in_order() {
        assert!(check.failure().is_none_or(|failure| failure.stage() == stage), "a code of another stage");
    }
    assert!(status == Status::Rejected || hierarchy.is_some());
    expectation(status, failure)
}

fn expectation(status: Status, failure: Option<&Failure>) -> Expectation {
    Expectation {
        status: status.name().into(),
        stage: failure.map(|failure| failure.stage().name().into()),
        code: failure.map(|failure| failure.code().name().into()),
    }
}

fn verifier(vector: &Vector, provider: &CryptoProvider) -> Result<CardVerifier<AnyHierarchy>, Failure> {
    let mut verifier = CardVerifier::any(provider)?;
    if vector.flags.iter().any(|flag| flag == "accept-test-cards") {
        verifier = verifier.accepting_test_cards();
    }
    match vector.input.get("authorities") {
        Some(authorities) => Ok(verifier.with_authorities(authorities)?),
        None => Ok(verifier),
    }
}

fn files(vector: &Vector) -> Result<CardFiles, Failure> {
    let application = match vector.input["application"].as_str() {
        "text" => Application::Text,
        "surface" => Application::Surface,
        other => panic!("unknown application {other}"),
    };
    let mut files = CardFiles::new(application);
    for (name, number) in FILES.into_iter().zip(1..) {
        if let Some(bytes) = vector.input.get(name) {
            files.insert(FileId::new(number).unwrap(), unbase64(bytes))?;
        }
    }
    Ok(files)
}

pub(super) fn load_authorities(vector: &Vector, provider: &CryptoProvider) -> Result<(), Failure> {
    verifier(vector, provider).map(|_| ())
}

/// The card answers as the vector says, and is removed after the last answer.
pub(super) fn read(vector: &Vector) -> Result<(), Failure> {
    let pin = Pin::from_digits(vector.input["pin"].as_bytes()).unwrap();
    let consent = Consent::given_at(Timestamp::parse_rfc3339(&vector.now).unwrap());
    let mut answers = vector.input["answers"].split_whitespace();
    let mut progress = begin(consent, ReadRequest::text(pin.into()));
    loop {
        progress = match (progress, answers.next()) {
            (Progress::Send(exchange), Some(answer)) => exchange.answer(&unhex(answer)),
            (Progress::Send(exchange), None) => exchange.removed(),
            (Progress::Done(result), _) => return Ok(result.map(|_| ())?),
        };
    }
}
