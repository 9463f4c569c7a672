//! The street of types and the report come to the same verdict, on every vector there is.

use tegata::crypto::CryptoProvider;
use tegata::trust::{MAX_CANDIDATES, Tolerances};
use tegata::x509::Certificate;
use tegata::{Failure, Policy, Report, Stage, Status, Timestamp, TrustSet, Unverified, Verifier};
use tegata_conformance::vectors::{self, Operation, Vector};
use tegata_conformance::{PROVIDERS, corpus, unbase64};

fn policy(vector: &Vector) -> Policy {
    let mut policy = Policy::default();
    policy.strict = vector.flags.iter().any(|flag| flag == "strict");
    for seconds in vector.flags.iter().filter_map(|flag| flag.strip_prefix("skew=")) {
        policy.skew_seconds = seconds.parse().unwrap();
    }
    policy
}

fn trust(vector: &Vector, provider: &CryptoProvider) -> TrustSet {
    let flag = |name: &str| vector.flags.iter().any(|flag| flag == name);
    let mut tolerances = Tolerances::default();
    tolerances.p384_under_es256 = flag("allow-p384-under-es256");
    tolerances.rsa_1024 = flag("allow-rsa-1024");
    tolerances.signer_outlives_authority = flag("allow-signer-outlives-authority");
    let mut trust = TrustSet::tolerant_builder(provider, tolerances);
    for certificate in &vector.authorities {
        trust.trust_authority(&Certificate::parse(&unbase64(certificate)).unwrap()).unwrap();
    }
    for certificate in &vector.signers {
        trust.offer_certificate(&Certificate::parse(&unbase64(certificate)).unwrap()).unwrap();
    }
    for certificate in &vector.trust {
        trust.trust_certificate(&Certificate::parse(&unbase64(certificate)).unwrap()).unwrap();
    }
    trust.build()
}

/// Walks the street; what is shown on the way must be what the report shows.
fn walk(text: &str, trust: &TrustSet, policy: Policy, now: Timestamp, report: &Report) -> Result<(), Failure> {
    let unverified = Unverified::parse(text)?;
    assert_eq!(unverified.key_id(), report.key_id());
    assert!(report.claims().is_none_or(|claims| claims.issuer() == unverified.issuer_hint()));
    let authentic = unverified.authenticate(trust)?;
    assert_eq!(authentic.signer().key_id(), report.signer().unwrap().key_id());
    assert_eq!(authentic.claims().expires_at(), report.claims().unwrap().expires_at());
    let content = authentic.unaccepted_content().map(|content| content.bytes().to_vec());
    let accepted = authentic.accept(&policy, now).map_err(|(authentic, failure)| {
        let reported = report.unaccepted_content().map(|content| content.bytes());
        assert_eq!(authentic.unaccepted_content().map(|content| content.bytes()), reported);
        failure
    })?;
    assert_eq!(accepted.content().map(|content| content.bytes().to_vec()), content);
    assert_eq!(accepted.content().unwrap().bytes(), report.content().unwrap().bytes());
    assert_eq!(accepted.signer().subject(), report.signer().unwrap().subject());
    assert_eq!(accepted.warnings(), report.warnings());
    Ok(())
}

fn agree(name: &str, text: &str, trust: &TrustSet, policy: Policy, now: Timestamp) -> Status {
    let report = Verifier::new(trust.clone()).with_policy(policy).verify(text, now);
    let walked = walk(text, trust, policy, now, &report);
    // Claims are judged on the street only once the signature is genuine, in the report always.
    let failed = walked.as_ref().err();
    let before_claims = failed.is_some_and(|failure| matches!(failure.stage(), Stage::Signer | Stage::Signature));
    if before_claims && report.checks().claims.failure().is_some() {
        let check =
            report.checks().in_order().into_iter().find(|(stage, _)| Some(*stage) == failed.map(Failure::stage));
        assert_eq!(failed, check.and_then(|(_, check)| check.failure()), "{name}");
    } else {
        assert_eq!(failed, report.failure(), "{name}");
    }
    assert_eq!(walked.is_ok(), report.is_accepted(), "{name}");
    report.status()
}

#[test]
fn the_street_and_the_report_agree_on_every_vector() {
    let mut seen = std::collections::BTreeMap::new();
    let vectors: Vec<_> =
        vectors::committed().into_iter().filter(|vector| vector.operation == Operation::Verify).collect();
    for (vector, (_, provider)) in vectors.iter().flat_map(|vector| PROVIDERS.iter().map(move |it| (vector, it))) {
        let now = Timestamp::parse_rfc3339(&vector.now).unwrap();
        let (text, trust) = (&vector.input["text"], trust(vector, provider));
        let status = agree(&vector.id, text, &trust, policy(vector), now);
        assert_eq!(status.name(), vector.expect.status, "{}", vector.id);
        *seen.entry(status.name()).or_insert(0) += 1;
        // Under other circumstances as well, for which no vector names an outcome.
        let mut strict = policy(vector);
        strict.strict = true;
        for (what, now) in [("early", "2000-01-01T00:00:00Z"), ("late", "2100-01-01T00:00:00Z")] {
            let now = Timestamp::parse_rfc3339(now).unwrap();
            agree(&format!("{} {what}", vector.id), text, &trust, policy(vector), now);
        }
        agree(&format!("{} strictly", vector.id), text, &trust, strict, now);
        let nobody = TrustSet::default();
        let status = agree(&format!("{} of nobody", vector.id), text, &nobody, policy(vector), now);
        assert_eq!(status, Status::Rejected, "{}", vector.id);
    }
    assert!(["accepted", "rejected", "undetermined"].iter().all(|status| seen[status] > 0), "{seen:?}");
}

#[test]
fn the_street_and_the_report_agree_on_real_certificates() {
    let Some(folder) = corpus("street on real certificates", "dgc-testdata") else { return };
    let mut seen = std::collections::BTreeMap::new();
    for path in tegata_conformance::files(&folder, &[".json"]) {
        let case = tegata_conformance::json(&path);
        let (Some(text), Some(certificate)) = (case["PREFIX"].as_str(), case["TESTCTX"]["CERTIFICATE"].as_str()) else {
            continue;
        };
        let certificate = Certificate::parse(&unbase64(certificate)).ok();
        let now = Timestamp::parse_rfc3339("2021-06-01T00:00:00Z").unwrap();
        for (_, provider) in PROVIDERS.iter() {
            let mut trust = TrustSet::builder(provider);
            // A key that cannot be trusted leaves the set empty, which is a case as well.
            let _ = certificate.as_ref().map(|certificate| trust.trust_certificate(certificate));
            let status = agree(&path.display().to_string(), text, &trust.build(), Policy::default(), now);
            *seen.entry(status.name()).or_insert(0) += 1;
        }
    }
    assert!(seen["accepted"] > 50 && seen["rejected"] > 50, "{seen:?}");
}

#[test]
fn a_certificate_given_again_counts_once() {
    let vector = vectors::committed().into_iter().find(|vector| vector.id == "accepted::dcc").unwrap();
    let certificate = Certificate::parse(&unbase64(&vector.trust[0])).unwrap();
    for (_, provider) in PROVIDERS.iter() {
        let mut builder = TrustSet::builder(provider);
        for _ in 0..3 * MAX_CANDIDATES {
            builder.trust_certificate(&certificate).unwrap();
        }
        let trust = builder.build();
        assert_eq!((trust.len(), trust.is_empty()), (1, false));
        assert_eq!(trust.signers().next().unwrap().subject(), certificate.subject());
        let now = Timestamp::parse_rfc3339(&vector.now).unwrap();
        assert_eq!(agree(&vector.id, &vector.input["text"], &trust, Policy::default(), now), Status::Accepted);
    }
}

#[test]
fn what_look_up_needs_is_there_before_anything_is_verified() {
    let vector = tegata_conformance::json(&tegata_conformance::vectors::folder().join("accepted/dcc.json"));
    let unverified = Unverified::parse(vector["input"]["text"].as_str().unwrap()).unwrap();
    assert_eq!(unverified.algorithm(), Some(tegata::cose::AlgorithmId::Int(-7)));
    assert_eq!(unverified.key_id().map(<[u8]>::len), Some(8));
    assert_eq!(unverified.issuer_hint(), Some("JP"));
    assert_eq!(format!("{unverified:?}"), "Unverified { .. }");
}
