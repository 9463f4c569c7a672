//! The whole of a verification, from text to report.

use std::sync::LazyLock;

use serde_json::Value;
use tegata::codec::{base45, zlib};
use tegata::cose::{Prepared, protected_header};
use tegata::crypto::Signer as _;
use tegata::report::Language;
use tegata::{Failure, Inspection, Policy, Report, Unverified, Verifier};

use crate::vectors::{Vectors, signed_bytes};

static VECTORS: LazyLock<Vectors> = LazyLock::new(Vectors::read);

/// A certificate's text, with the signers of the vectors trusted.
///
/// Checksum and signature stop almost every changed text early, so an input may also start further inside: after a
/// first byte `c` stands the signed object, after `p` a payload that is then really signed by a trusted signer.
pub fn verify(data: &[u8]) {
    let vectors = &*VECTORS;
    match data.split_first() {
        Some((b'c', cose)) => check(vectors, &text(cose), None),
        Some((b'p', payload)) => {
            let key_id = vectors.issuer.certificate().key_id();
            let prepared = Prepared { protected: protected_header(-7, &key_id), payload: payload.to_vec() };
            let to_be_signed = prepared.to_be_signed();
            let signature = vectors.signer.sign(&to_be_signed).expect("a key in memory signs");
            check(vectors, &text(&prepared.finalise(&signature)), Some(&to_be_signed));
        }
        _ => {
            if let Ok(text) = core::str::from_utf8(data) {
                check(vectors, text, None);
            }
        }
    }
}

fn text(cose: &[u8]) -> String {
    format!("HC1:{}", base45::encode(&zlib::compress(cose)))
}

/// Verifies in every way there is, and compares. `signed_here` is what a trusted signer signed just now.
fn check(vectors: &Vectors, text: &str, signed_here: Option<&[u8]>) {
    let mut strict = Policy::default();
    strict.strict = true;
    for policy in [Policy::default(), strict] {
        let verifier = Verifier::new(vectors.trust.clone()).with_policy(policy);
        let report = verifier.verify(text, vectors.now);
        for other in &vectors.other_trust {
            let other = Verifier::new(other.clone()).with_policy(policy).verify(text, vectors.now);
            assert_eq!(other.to_json(), report.to_json(), "the providers disagree");
            assert_eq!(format!("{other:?}"), format!("{report:?}"), "the providers disagree");
        }
        genuine_or_refused(vectors, &report, text, signed_here);
        consistent(&report);
        match walk(&verifier, &policy, vectors, text, &report) {
            Ok(()) => assert!(report.is_accepted(), "the street accepts what the report does not"),
            Err(failure) => {
                // The street asks for the signature before anything else; the report lists every failure.
                let listed = report.checks().in_order().iter().any(|(_, check)| check.failure() == Some(&failure));
                assert!(listed || report.failure() == Some(&failure), "the street fails where the report does not");
            }
        }
    }
    inspect(text);
}

/// Nobody forges a signature: what passes was signed by a trusted key. Only then is there content.
fn genuine_or_refused(vectors: &Vectors, report: &Report, text: &str, signed_here: Option<&[u8]>) {
    let genuine = report.checks().signature.passed();
    if genuine {
        let signed = signed_bytes(text).expect("what was verified was read");
        assert!(signed_here == Some(&signed) || vectors.signed.contains(&signed), "a forged certificate is genuine");
    }
    assert!(genuine || !report.is_accepted(), "accepted without a signature");
    let content = (report.content().is_some(), report.unaccepted_content().is_some());
    assert!(genuine || content == (false, false), "content that nobody signed is handed out");
    assert!(!(content.0 && content.1) && (content.0 || !report.is_accepted()));
    for language in [Language::English, Language::Japanese] {
        assert!(genuine || report.summary(language).is_none(), "a forged certificate is summarised");
    }
}

/// Verdict, failure, number and JSON say the same.
fn consistent(report: &Report) {
    for (stage, check) in report.checks().in_order() {
        if let Some(failure) = check.failure() {
            assert_eq!(failure.stage(), stage, "a failure stands under its own stage");
            assert!(failure.field().is_none_or(|field| field.len() <= 60 && field.is_ascii()));
            let _ = (failure.to_string(), failure.message(Language::Japanese));
        }
    }
    assert_eq!(report.is_accepted(), report.failure().is_none());
    assert_eq!(report.is_accepted(), report.number() == 0);
    let _ = format!("{report:?}");

    let json: Value = serde_json::from_str(&report.to_json()).expect("a report is JSON");
    let name = |member: &str| json.get(member).and_then(Value::as_str);
    assert_eq!(name("status"), Some(report.status().name()));
    assert_eq!(name("code"), report.failure().map(|failure| failure.code().name()));
    assert_eq!(name("stage"), report.failure().map(|failure| failure.stage().name()));
    assert_eq!(json.get("payload").is_some(), report.content().is_some());
    assert_eq!(json.get("unaccepted_payload").is_some(), report.unaccepted_content().is_some());
}

/// The one-way street of types.
fn walk(verifier: &Verifier, policy: &Policy, vectors: &Vectors, text: &str, report: &Report) -> Result<(), Failure> {
    let unverified = Unverified::parse(text)?;
    let _ = (unverified.key_id(), unverified.algorithm(), unverified.issuer_hint(), format!("{unverified:?}"));
    let authentic = unverified.authenticate(verifier.trust());
    assert_eq!(authentic.is_ok(), report.checks().signature.passed(), "one rule for what is genuine");
    let authentic = authentic?;
    let _ = (authentic.signer(), authentic.claims(), authentic.unaccepted_content(), format!("{authentic:?}"));
    let accepted = authentic.accept(policy, vectors.now).map_err(|(_, failure)| failure)?;
    assert!(accepted.content().is_some() && accepted.warnings().len() <= 2);
    let _ = format!("{accepted:?}");
    Ok(())
}

/// Looking without verifying.
fn inspect(text: &str) {
    let inspection = Inspection::of(text);
    let json: Value = serde_json::from_str(&inspection.to_json()).expect("an inspection is JSON");
    assert_eq!(json.get("verified"), Some(&Value::Bool(false)));
    let _ = (inspection.claims(), inspection.unauthenticated_payload(), format!("{inspection:?}"));
}
