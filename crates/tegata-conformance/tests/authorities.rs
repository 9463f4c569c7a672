//! Signers trusted through authorities, along the street of types and at other times.

use tegata::crypto::rustcrypto::PROVIDER;
use tegata::trust::{MAX_AUTHORITIES, MAX_PATH_SIGNATURES, TrustedBy};
use tegata::x509::Certificate;
use tegata::{Code, Policy, Timestamp, TrustSet, Unverified, Verifier};
use tegata_conformance::unbase64;
use tegata_conformance::vectors::{Vector, committed};

fn vector(id: &str) -> Vector {
    committed().into_iter().find(|vector| vector.id == id).unwrap_or_else(|| panic!("{id}"))
}

fn certificates(list: &[String]) -> Vec<Certificate> {
    list.iter().map(|text| Certificate::parse(&unbase64(text)).unwrap()).collect()
}

fn trust(vector: &Vector) -> TrustSet {
    let mut builder = TrustSet::builder(&PROVIDER);
    certificates(&vector.authorities).iter().for_each(|authority| builder.trust_authority(authority).unwrap());
    certificates(&vector.signers).iter().for_each(|signer| builder.offer_certificate(signer).unwrap());
    builder.build()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

#[test]
fn the_street_of_types_refuses_what_the_report_refuses() {
    for vector in committed().iter().filter(|vector| vector.id.starts_with("authority::") && vector.flags.is_empty()) {
        let (trust, now) = (trust(vector), at(&vector.now));
        let outcome = Unverified::parse(&vector.input["text"])
            .unwrap()
            .authenticate(&trust)
            .and_then(|authentic| authentic.accept(&Policy::default(), now).map_err(|(_, failure)| failure));
        let code = outcome.as_ref().err().map(|failure| failure.code().name());
        assert_eq!(code, vector.expect.code.as_deref(), "{}", vector.id);
        if let Ok(accepted) = outcome {
            assert_eq!(accepted.signer().trusted_by(), TrustedBy::Authority);
        }
    }
}

#[test]
fn an_authority_is_judged_at_the_time_of_each_verification() {
    // The authority ended at 2026-05-01T00:00:00Z, its signer a month before.
    let vector = vector("authority::expired");
    let verifier = Verifier::new(trust(&vector));
    let code = |verifier: &Verifier, now: &str| {
        verifier.verify(&vector.input["text"], at(now)).failure().map(|failure| failure.code())
    };
    assert_eq!(code(&verifier, "2026-05-01T00:00:00Z"), None);
    assert_eq!(code(&verifier, "2026-05-01T00:00:01Z"), Some(Code::AuthorityExpired));
    let mut policy = Policy::default();
    policy.skew_seconds = 60;
    let lenient = verifier.with_policy(policy);
    assert_eq!(code(&lenient, "2026-05-01T00:01:00Z"), None);
    assert_eq!(code(&lenient, "2026-05-01T00:01:01Z"), Some(Code::AuthorityExpired));
}

#[test]
fn trusted_directly_a_signer_needs_no_authority() {
    let vector = vector("authority::forged");
    let signer = &certificates(&vector.signers)[0];
    for offer_first in [false, true] {
        let mut builder = TrustSet::builder(&PROVIDER);
        if offer_first {
            builder.offer_certificate(signer).unwrap();
        }
        builder.trust_certificate(signer).unwrap();
        builder.offer_certificate(signer).unwrap();
        let set = builder.build();
        assert_eq!((set.len(), set.refused().len()), (1, 0));
        assert_eq!(set.signers().next().unwrap().trusted_by(), TrustedBy::Direct);
        let report = Verifier::new(set).verify(&vector.input["text"], at(&vector.now));
        assert!(report.is_accepted());
    }
}

#[test]
fn who_is_refused_is_told_with_the_reason() {
    let vector = vector("authority::other-country");
    let set = trust(&vector);
    let refused: Vec<_> = set.refused().collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].key_id(), certificates(&vector.signers)[0].key_id());
    assert_eq!(refused[0].failure().code(), Code::AuthorityCountryMismatch);
    assert_eq!(refused[0].failure().field(), Some("countryName"));
}

#[test]
fn a_search_ends_among_namesakes() {
    // Authorities of one name, none of which signed: the right one comes after more than are tried.
    let forged = vector("authority::forged-without-key-id");
    let (wrong, signer) = (&certificates(&forged.authorities)[0], &certificates(&forged.signers)[0]);
    let mut builder = TrustSet::builder(&PROVIDER);
    for serial in 0..=u8::try_from(MAX_PATH_SIGNATURES).unwrap() {
        // Other bytes, the same name: a changed end of its own signature, which nobody looks at.
        let mut der = wrong.der().to_vec();
        *der.last_mut().unwrap() ^= serial;
        builder.trust_authority(&Certificate::parse(&der).unwrap()).unwrap();
    }
    builder.offer_certificate(signer).unwrap();
    let set = builder.build();
    assert_eq!(set.refused().next().unwrap().failure().code(), Code::PathSignatureInvalid);
    const { assert!(MAX_PATH_SIGNATURES < MAX_AUTHORITIES) };
}
