//! Tests of the trust set and its builder.

use super::*;
use crate::crypto::SignatureError;
use crate::crypto::rustcrypto;
use crate::crypto::{Algorithm, PreparedKey};
use crate::crypto::{RandomError, SecureRandom};
use crate::format::hcert;
use crate::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
use crate::verify::Verifier;

/// Bytes that are no secret.
struct Ones;

impl SecureRandom for Ones {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        buffer.fill(1);
        Ok(())
    }
}

/// A key that takes exactly one signature.
#[derive(Debug)]
struct Takes(u8);

impl PreparedKey for Takes {
    fn verify(&self, _: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        if signature == [self.0] { Ok(()) } else { Err(SignatureError::Invalid) }
    }
}

const KEY_ID: [u8; 8] = *b"one kid!";

/// A signer whose key takes the signature of this one byte.
fn signer(key_id: [u8; 8], byte: u8) -> TrustedSigner {
    TrustedSigner {
        key_id: key_id.into(),
        algorithm: Algorithm::Es256,
        keys: SignerKeys::of_prepared(PublicKey::P256([4; 65]), Algorithm::Es256, Box::new(Takes(byte))),
        too_weak: false,
        country: None,
        subject: format!("signer {byte}"),
        usage: HealthUsage::default(),
        not_before: Timestamp::from_seconds(0).unwrap(),
        not_after: Timestamp::from_seconds(4_000_000_000).unwrap(),
        trusted_by: TrustedBy::Direct,
        period: None,
        authorities: Vec::new(),
    }
}

/// A set of these signers, and how many of them there was no room for.
fn set(signers: Vec<TrustedSigner>) -> (TrustSet, usize) {
    let mut builder = TrustSet::builder(&rustcrypto::PROVIDER);
    let mut refused = 0;
    for signer in signers {
        let der = signer.subject.clone().into_bytes();
        match builder.has_room_for(&signer.key_id, &der) {
            Ok(true) => builder.insert(&der, signer),
            Ok(false) => {}
            Err(failure) => {
                assert_eq!(failure.code(), Code::TrustTooLarge);
                refused += 1;
            }
        }
    }
    (builder.build(), refused)
}

/// A certificate of this key id and the signature of one byte.
fn text(byte: u8) -> String {
    // {1: -7, 4: key id}, claims {-260: {99: {}}}.
    let protected = [&b"\xa2\x01\x26\x04\x48"[..], &KEY_ID].concat();
    let payload = b"\xa1\x39\x01\x03\xa1\x18\x63\xa0";
    let cose = [&b"\x84\x4d"[..], &protected, b"\xa0\x48", payload, &[0x41, byte]].concat();
    hcert::close(&cose)
}

/// The byte of the signer that verified, if any did.
fn verified(trust: &TrustSet, byte: u8) -> Option<String> {
    let report = Verifier::new(trust.clone()).verify(&text(byte), Timestamp::from_seconds(1_000_000_000).unwrap());
    report.checks().signature.passed().then(|| report.signer().unwrap().subject().to_owned())
}

#[test]
fn every_signer_of_one_key_id_is_tried_up_to_the_cap() {
    let most = u8::try_from(MAX_CANDIDATES).unwrap();
    let mut signers: Vec<_> = (0..most + 3).map(|byte| signer(KEY_ID, byte)).collect();
    signers.extend([signer(*b"one kid ", 1), signer(*b"one kid\"", 2)]);
    let (trust, refused) = set(signers);
    assert_eq!((trust.candidates(&KEY_ID).count(), refused), (MAX_CANDIDATES, 3));
    for byte in 0..most {
        assert_eq!(verified(&trust, byte), Some(format!("signer {byte}")));
    }
    assert_eq!(verified(&trust, 200), None);
}

#[test]
fn other_key_ids_are_not_tried() {
    let (trust, _) =
        set(vec![signer(*b"one kid ", 7), signer(*b"one kid\"", 7), signer([0; 8], 7), signer([0xff; 8], 7)]);
    assert_eq!(trust.candidates(&KEY_ID).count(), 0);
    assert_eq!(verified(&trust, 7), None);
    assert_eq!(trust.candidates(&[]).count(), 0);
    assert_eq!(trust.candidates(&KEY_ID[..7]).count(), 0);
}

#[test]
fn the_same_certificate_counts_once_against_the_cap() {
    let mut signers: Vec<_> = (0..3 * MAX_CANDIDATES).map(|_| signer(KEY_ID, 1)).collect();
    signers.push(signer(KEY_ID, 2));
    let (trust, refused) = set(signers);
    assert_eq!((trust.len(), refused), (2, 0));
    assert_eq!(verified(&trust, 2).as_deref(), Some("signer 2"));
}

#[test]
fn a_set_holds_so_many_and_no_more() {
    let key = SoftwareSigner::generate(&Ones).unwrap();
    let request = CertificateRequest::new(Subject::new("JP", "Tests", "Tests").unwrap(), HealthPurposes::default());
    let (from, to) = (Timestamp::from_seconds(0).unwrap(), Timestamp::from_seconds(1_000_000).unwrap());
    let certificate = Certificate::parse(&self_signed(&key, &request, from, to, &Ones).unwrap()).unwrap();
    let mut builder = TrustSet::builder(&rustcrypto::PROVIDER);
    builder.offered_count = MAX_SIGNERS - 1;
    assert_eq!(builder.trust_certificate(&certificate), Ok(()));
    // What is there already needs no room.
    assert_eq!(builder.trust_certificate(&certificate), Ok(()));
    let other = signer(KEY_ID, 1);
    assert_eq!(builder.has_room_for(&other.key_id, b"other"), Err(Code::TrustTooLarge.into()));
    assert_eq!(builder.build().len(), 1);
}

#[test]
fn signers_in_any_order_are_as_those_in_order() {
    let id = |number: u16| -> [u8; 8] { (u64::from(number) << 16).to_be_bytes() };
    // Each number of a thousand once, in an order that runs through them in large steps, then every third again.
    let once = (0..1_000_u16).map(|step| (step * 7) % 1_000);
    let again = (0..1_000_u16).step_by(3).rev();
    let shuffled: Vec<_> =
        once.map(|number| signer(id(number), 1)).chain(again.map(|number| signer(id(number), 2))).collect();
    let mut sorted: Vec<_> = (0..1_000_u16)
        .flat_map(|number| {
            [1, 2].into_iter().filter(move |byte| *byte == 1 || number % 3 == 0).map(move |byte| (number, byte))
        })
        .map(|(number, byte)| signer(id(number), byte))
        .collect();
    let twice = signer(id(500), 1);
    let (shuffled, refused) = set(shuffled.into_iter().chain([twice]).collect());
    sorted.push(signer(id(999), 1));
    let (sorted, none) = set(sorted);
    assert_eq!((refused, none), (0, 0));
    let told = |trust: &TrustSet| -> Vec<_> {
        trust.signers().map(|signer| (signer.key_id().to_vec(), signer.subject().to_owned())).collect()
    };
    assert_eq!(told(&shuffled), told(&sorted));
    assert_eq!(shuffled.len(), 1_334);
    assert_eq!(shuffled.candidates(&id(999)).count(), 2);
}

#[test]
fn there_is_no_more_room_for_who_comes_late() {
    let most = u8::try_from(MAX_CANDIDATES).unwrap();
    let later = [0xFF; 8];
    let signers = (0..most - 1).map(|byte| signer(KEY_ID, byte)).chain([signer(later, 0)]);
    let late = (most - 2..most + 3).map(|byte| signer(KEY_ID, byte));
    let (trust, refused) = set(signers.chain(late).collect());
    // One was there already, one had room.
    assert_eq!((trust.candidates(&KEY_ID).count(), refused), (MAX_CANDIDATES, 3));
    assert_eq!(verified(&trust, most - 1), Some(format!("signer {}", most - 1)));
}
