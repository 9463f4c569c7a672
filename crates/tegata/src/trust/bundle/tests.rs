use super::*;
use crate::crypto::rustcrypto::PROVIDER;
use crate::crypto::{PublicKey, RandomError, SecureRandom, Signer as _};
use crate::format::hcert;
use crate::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
use crate::model::{Record, samples};
use crate::report::{Check, Code, Status};
use crate::revocation::{Kind, signature_hash};
use crate::trust::{MAX_CANDIDATES, TrustSet};
use crate::verify::{Policy, Unverified, Verifier};
use crate::x509::{Certificate, HealthUsage};
use crate::{Issuer, Profile, Request};
use proptest::prelude::*;

const DAY: i64 = 86_400;
const ISSUED: i64 = 1_780_000_000;

/// Bytes that are the same in every run and no secret.
struct Fixed(u8);

impl SecureRandom for Fixed {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        buffer.fill(self.0);
        Ok(())
    }
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

struct Party {
    key: SoftwareSigner,
    certificate: Certificate,
}

impl Party {
    fn new(number: u8) -> Self {
        let key = SoftwareSigner::generate(&Fixed(number)).unwrap();
        let subject = Subject::new("JP", "Tests", &format!("Party {number}")).unwrap();
        let purposes = HealthPurposes { vaccination: true, ..HealthPurposes::default() };
        let request = CertificateRequest::new(subject, purposes);
        let dates = (time(ISSUED - 100 * DAY), time(ISSUED + 700 * DAY));
        let der = self_signed(&key, &request, dates.0, dates.1, &Fixed(number)).unwrap();
        Self { key, certificate: Certificate::parse(&der).unwrap() }
    }

    fn anchor(&self) -> Anchor {
        Anchor::from_certificate(&self.certificate, &PROVIDER).unwrap()
    }

    /// The text of a certificate that was issued at [`ISSUED`].
    fn text(&self) -> String {
        let request = Request {
            profile: Profile::Jp,
            issuer: None,
            issued_at: time(ISSUED),
            issue_date: time(ISSUED).date(),
            expires_at: Some(time(ISSUED + 300 * DAY)),
            certificate_id: "TEST1".into(),
            dose: None,
        };
        let issuer = Issuer::new(self.certificate.clone(), &PROVIDER).unwrap();
        let record = Record::new(samples::canary()).unwrap();
        issuer.issue(&record, &request, &self.key).unwrap().text().to_owned()
    }
}

fn trust(parties: &[&Party]) -> TrustSet {
    let mut builder = TrustSet::builder(&PROVIDER);
    for party in parties {
        builder.trust_certificate(&party.certificate).unwrap();
    }
    builder.build()
}

fn draft(sequence: u64, signers: &[&Party]) -> BundleBuilder {
    let mut builder = BundleBuilder::new(sequence, time(ISSUED), time(ISSUED + 30 * DAY)).unwrap();
    assert_eq!(builder.add_signers(&trust(signers)).unwrap(), Vec::<Vec<u8>>::new());
    builder
}

fn sign(builder: BundleBuilder, anchor: &Party) -> Vec<u8> {
    builder.sign(&anchor.certificate, &anchor.key, &PROVIDER).unwrap()
}

fn trust_set(bundle: &TrustBundle) -> TrustSet {
    let mut builder = TrustSet::builder(&PROVIDER);
    assert_eq!(bundle.add_signers(&mut builder), []);
    builder.build()
}

fn code(result: Result<TrustBundle, BundleError>) -> Code {
    result.unwrap_err().code()
}

#[test]
fn a_bundle_says_what_its_certificates_say() {
    let (anchor, one, two) = (Party::new(1), Party::new(2), Party::new(3));
    let mut builder = draft(7, &[&one, &two]);
    let mut policy = BundlePolicy::default();
    (policy.max_age_seconds, policy.strict) = (Some(3 * 86_400), true);
    builder.policy(policy);
    let bytes = sign(builder, &anchor);
    assert!(UnverifiedBundle::is_meant_by(&bytes));
    assert_eq!(UnverifiedBundle::parse(&bytes).unwrap().key_id(), anchor.anchor().key_id());
    let bundle = TrustBundle::open(&bytes, &[Party::new(9).anchor(), anchor.anchor()]).unwrap();
    assert_eq!((bundle.sequence(), bundle.policy(), bundle.signers()), (7, policy, 2));
    assert_eq!((bundle.issued_at(), bundle.valid_until()), (time(ISSUED), time(ISSUED + 30 * DAY)));
    assert_eq!(bundle.relied_on_until(), time(ISSUED + 3 * DAY));
    assert!(bundle.revocation().is_none());

    let (from_bundle, from_certificates) = (trust_set(&bundle), trust(&[&one, &two]));
    assert_eq!(from_bundle.len(), 2);
    for (bundled, certified) in from_bundle.signers().zip(from_certificates.signers()) {
        assert_eq!(bundled.key_id(), certified.key_id());
        assert_eq!(bundled.public_key(), certified.public_key());
        assert_eq!((bundled.country(), bundled.subject()), (certified.country(), certified.subject()));
        assert_eq!(bundled.usage(), certified.usage());
        assert_eq!((bundled.not_before(), bundled.not_after()), (certified.not_before(), certified.not_after()));
        assert_eq!((bundled.algorithm(), bundled.key_kind()), (certified.algorithm(), certified.key_kind()));
    }
    let report = |trust| Verifier::new(trust).verify(&one.text(), time(ISSUED + DAY)).to_json();
    assert_eq!(report(from_bundle), report(from_certificates));
}

#[test]
fn every_truncation_and_every_changed_byte_is_refused() {
    let (anchor, signer) = (Party::new(1), Party::new(2));
    let mut builder = draft(1, &[&signer]);
    let mut revocation = RevocationSet::builder();
    revocation.revoke_signer(b"leaked").unwrap();
    revocation.revoke(Some(b"a"), Kind::Identifier, &[[1; 16], [2; 16]]).unwrap();
    builder.revocation(revocation.build()).unwrap();
    let bytes = sign(builder, &anchor);
    let anchors = [anchor.anchor()];
    assert!(TrustBundle::open(&bytes, &anchors).is_ok());
    for length in 0..bytes.len() {
        let code = code(TrustBundle::open(&bytes[..length], &anchors));
        assert_eq!(code, Code::BundleMalformed, "{length}");
    }
    for at in 0..bytes.len() {
        for change in [0x01, 0x80, 0x20] {
            let mut changed = bytes.clone();
            changed[at] ^= change;
            let code = code(TrustBundle::open(&changed, &anchors));
            assert!([Code::BundleMalformed, Code::BundleSignature].contains(&code), "{at}");
            // Nor does content that nobody proved make it panic.
            _ = UnverifiedBundle::parse(&changed).and_then(UnverifiedBundle::trust_without_proof);
        }
    }
    let trailing = [bytes.as_slice(), &[0]].concat();
    assert_eq!(code(TrustBundle::open(&trailing, &anchors)), Code::BundleMalformed);
    // Without its tag, or tagged as a CWT, it would be a second file of one signature.
    for other in [bytes[1..].to_vec(), [&[0xd8, 61], bytes.as_slice()].concat()] {
        assert_eq!(code(TrustBundle::open(&other, &anchors)), Code::BundleMalformed);
    }
}

/// A bundle of a payload that is written by hand.
fn of_payload(payload: &[u8], anchor: &Party) -> Vec<u8> {
    let protected = protected_header(-7, &anchor.certificate.key_id());
    let prepared = crate::cose::Prepared { protected: protected.clone(), payload: payload.to_vec() };
    envelope(&protected, payload, &anchor.key.sign(&prepared.to_be_signed()).unwrap())
}

#[test]
fn what_is_signed_but_wrong_is_refused_too() {
    let anchor = Party::new(1);
    let anchors = [anchor.anchor()];
    let open = |payload: &[u8]| TrustBundle::open(&of_payload(payload, &anchor), &anchors);
    let good = {
        let bytes = sign(draft(5, &[&Party::new(2)]), &anchor);
        UnverifiedBundle::parse(&bytes).unwrap().sign1.payload().to_vec()
    };
    assert!(open(&good).is_ok());
    for length in 0..good.len() {
        assert_eq!(code(open(&good[..length])), Code::BundleMalformed, "{length}");
    }
    assert_eq!(code(open(&[good.as_slice(), &[0xf6]].concat())), Code::BundleMalformed);
    // 88 01 05: a version from the future, and longer forms of the same numbers.
    assert_eq!(&good[..3], [0x88, 0x01, 0x05]);
    assert_eq!(code(open(&[0x81, 0x02])), Code::BundleVersion);
    let after = |head: &[u8]| open(&[head, &good[3..]].concat());
    assert!(after(&[0x88, 1, 5]).is_ok() && after(&[0x88, 1, 0x18, 24]).is_ok());
    for head in
        [&[0x88, 1, 0x18, 5][..], &[0x88, 1, 0x19, 0, 200], &[0x98, 8, 1, 5], &[0x9f, 1, 5], &[0x88, 0x18, 1, 5]]
    {
        assert_eq!(code(after(head)), Code::BundleMalformed, "{head:x?}");
    }
    assert_eq!(code(after(&[0x88, 2, 5])), Code::BundleVersion);
    assert_eq!(code(after(&[0x87, 1, 5])), Code::BundleMalformed);
    assert_eq!(code(after(&[0x88, 1, 0x20])), Code::BundleMalformed);
    // Every byte of the content changed, and signed: nothing panics, and what is read is in one encoding.
    for at in 0..good.len() {
        for change in [0x01, 0x40, 0xff] {
            let mut changed = good.clone();
            changed[at] ^= change;
            if let Ok(bundle) = open(&changed) {
                let mut again =
                    BundleBuilder::new(bundle.sequence(), bundle.issued_at(), bundle.valid_until()).unwrap();
                again.policy(bundle.policy());
                let mut set = TrustSet::builder(&PROVIDER);
                _ = bundle.add_signers(&mut set);
                _ = set.build();
            }
        }
    }
    // An ordinary certificate of the anchor's key is no bundle.
    let text = anchor.text();
    let cose = hcert::open(&text).unwrap().bytes().to_vec();
    assert_eq!(code(TrustBundle::open(&cose, &anchors)), Code::BundleMalformed);
    let huge = vec![0; MAX_BUNDLE_BYTES + 1];
    assert_eq!(code(TrustBundle::open(&huge, &anchors)), Code::BundleTooLarge);
}

#[test]
fn revocation_in_a_bundle_has_one_order() {
    let anchor = Party::new(1);
    let anchors = [anchor.anchor()];
    let head = |revocation: &[u8]| {
        // Version 1, sequence 1, issued and valid until 1, no policy, no signers, no subjects.
        let payload = [&[0x88, 1, 1, 1, 1, 0x82, 0xf6, 0xf4, 0x80, 0x40][..], revocation].concat();
        TrustBundle::open(&of_payload(&payload, &anchor), &anchors)
    };
    let hash = |byte: u8| [byte; 16];
    let list = |kind: u8, hashes: &[[u8; 16]]| {
        let length = u8::try_from(hashes.len() * 16).unwrap();
        [&[0x83, 0xf6, kind, 0x58, length][..], hashes.as_flattened()].concat()
    };
    let lists = |lists: &[Vec<u8>]| {
        [&[0x83, 0xf6, 0x80, 0x80 + u8::try_from(lists.len()).unwrap()][..], &lists.concat()].concat()
    };
    assert_eq!(head(&[0x83, 0x07, 0x82, 0x41, 1, 0x41, 2, 0x80]).unwrap().revocation().unwrap().len(), 2);
    let two = lists(&[list(0, &[hash(1), hash(2)]), list(1, &[hash(1), hash(2)])]);
    assert_eq!(head(&two).unwrap().revocation().unwrap().len(), 4);
    for wrong in [
        &[0x83, 0xf6, 0x82, 0x41, 2, 0x41, 1, 0x80][..],
        &[0x83, 0xf6, 0x82, 0x41, 1, 0x41, 1, 0x80],
        &[0x83, 0xf6, 0x81, 0x40, 0x80],
        &[0x83, 0xf6, 0x80, 0x80, 0x00],
        &[0x82, 0x80, 0x80],
        &lists(&[list(0, &[hash(2), hash(1)])]),
        &lists(&[list(0, &[hash(1), hash(1)])]),
        &lists(&[list(3, &[hash(1), hash(2)])]),
        &lists(&[list(1, &[hash(1), hash(2)]), list(0, &[hash(1), hash(2)])]),
        &lists(&[list(1, &[hash(1), hash(2)]), list(1, &[hash(3), hash(4)])]),
        &[0x83, 0xf6, 0x80, 0x81, 0x83, 0xf6, 0, 0x41, 1],
        &[0x83, 0xf6, 0x80, 0x81, 0x83, 0xf6, 0, 0x40],
    ] {
        assert_eq!(code(head(wrong)), Code::BundleMalformed, "{wrong:x?}");
    }
}

#[test]
fn only_newer_signed_bundles_in_force_replace_the_one_in_use() {
    let (anchor, thief) = (Party::new(1), Party::new(4));
    let mut store = BundleStore::new(vec![anchor.anchor()]);
    let now = time(ISSUED + DAY);
    let bundle = |sequence| sign(draft(sequence, &[&Party::new(2)]), &anchor);
    assert_eq!(store.update(&bundle(10), now).unwrap().sequence(), 10);
    let refusals = [
        (bundle(9), now, Code::BundleOlder),
        (sign(draft(11, &[&thief]), &thief), now, Code::BundleSignature),
        (bundle(11)[..100].to_vec(), now, Code::BundleMalformed),
        (bundle(11), time(ISSUED + 31 * DAY), Code::BundleExpired),
    ];
    for (bytes, now, code) in refusals {
        assert_eq!(store.update(&bytes, now).unwrap_err().code(), code);
        assert_eq!((store.current().unwrap().sequence(), store.sequence()), (10, Some(10)));
    }
    // The same again, a newer one, and one that says that the clock is wrong.
    for (sequence, now) in [(10, now), (12, now), (13, time(ISSUED - DAY))] {
        assert_eq!(store.update(&bundle(sequence), now).unwrap().sequence(), sequence);
    }

    let mut resumed = BundleStore::new(vec![anchor.anchor()]);
    assert_eq!(resumed.resume(13, Some(&bundle(12))).unwrap_err(), BundleError::Older);
    assert_eq!((resumed.current().is_none(), resumed.sequence()), (true, Some(13)));
    assert_eq!(resumed.update(&bundle(12), now).unwrap_err(), BundleError::Older);
    resumed.resume(5, Some(&bundle(14))).unwrap();
    assert_eq!((resumed.current().unwrap().sequence(), resumed.sequence()), (14, Some(14)));
    assert_eq!(resumed.resume(20, None), Ok(()));
    assert_eq!((resumed.current().unwrap().sequence(), resumed.sequence()), (14, Some(20)));
}

#[test]
fn a_bundle_too_old_for_its_policy_is_not_taken() {
    let anchor = Party::new(1);
    let mut builder = draft(1, &[]);
    builder.policy(BundlePolicy { max_age_seconds: Some(3600), ..BundlePolicy::default() });
    let bytes = sign(builder, &anchor);
    let anchors = [anchor.anchor()];
    assert!(TrustBundle::accept(&bytes, &anchors, None, time(ISSUED + 3600)).is_ok());
    assert_eq!(code(TrustBundle::accept(&bytes, &anchors, None, time(ISSUED + 3601))), Code::BundleExpired);
    assert!(TrustBundle::open(&bytes, &anchors).is_ok());
}

#[test]
fn outside_its_time_a_bundle_decides_nothing() {
    let (anchor, signer, stranger) = (Party::new(1), Party::new(2), Party::new(3));
    let bytes = sign(draft(1, &[&signer]), &anchor);
    let trust = trust_set(&TrustBundle::open(&bytes, &[anchor.anchor()]).unwrap());
    let text = signer.text();
    let verdict = |text: &str, at: i64, skew: u32| {
        let policy = Policy { skew_seconds: skew, ..Policy::default() };
        let report = Verifier::new(trust.clone()).with_policy(policy).verify(text, time(at));
        let street = Unverified::parse(text).unwrap().authenticate(&trust);
        let street = street.and_then(|genuine| genuine.accept(&policy, time(at)).map_err(|(_, failure)| failure));
        if report.checks().signer.failure().is_none_or(|failure| failure.code() != Code::UnknownSigner) {
            assert_eq!(street.is_ok(), report.is_accepted());
            assert_eq!(street.err().map(|failure| failure.code()), report.failure().map(Failure::code));
        }
        (report.status(), report.failure().map(Failure::code))
    };
    assert_eq!(verdict(&text, ISSUED, 0), (Status::Accepted, None));
    assert_eq!(verdict(&text, ISSUED + 30 * DAY, 0), (Status::Accepted, None));
    assert_eq!(verdict(&text, ISSUED + 30 * DAY + 1, 0), (Status::Undetermined, Some(Code::TrustTooOld)));
    assert_eq!(verdict(&text, ISSUED + 30 * DAY + 1, 1), (Status::Accepted, None));
    assert_eq!(verdict(&text, ISSUED - 60, 59).1, Some(Code::ClockBeforeTrust));
    assert_eq!(verdict(&text, ISSUED - 60, 60), (Status::Accepted, None));
    // A forgery is one however old the data is.
    let late = ISSUED + 31 * DAY;
    assert_eq!(verdict(&stranger.text(), late, 0), (Status::Rejected, Some(Code::UnknownSigner)));
    let sign1 = hcert::open(&text).unwrap();
    let forged = envelope(sign1.protected(), sign1.payload(), &[1; 64]);
    let forged = hcert::close(&forged);
    assert_eq!(verdict(&forged, late, 0), (Status::Rejected, Some(Code::SignatureInvalid)));
}

#[test]
fn revoked_certificates_are_rejected_on_every_way() {
    let (anchor, one, two) = (Party::new(1), Party::new(2), Party::new(3));
    let texts = [one.text(), two.text()];
    let hash = signature_hash(crate::crypto::Algorithm::Es256, hcert::open(&texts[0]).unwrap().signature());
    let by_hash =
        |builder: &mut crate::revocation::RevocationSetBuilder| builder.revoke(None, Kind::Signature, &[hash]);
    let by_signer =
        |builder: &mut crate::revocation::RevocationSetBuilder| builder.revoke_signer(&one.certificate.key_id());
    type Revoke<'a> = &'a dyn Fn(&mut crate::revocation::RevocationSetBuilder) -> Result<(), Failure>;
    let ways: [(Revoke<'_>, Code); 2] = [(&by_hash, Code::Revoked), (&by_signer, Code::SignerRevoked)];
    for (revoke, expected) in ways {
        let mut revocation = RevocationSet::builder();
        revoke(&mut revocation).unwrap();
        let mut builder = draft(1, &[&one, &two]);
        builder.revocation(revocation.build()).unwrap();
        let bundle = TrustBundle::open(&sign(builder, &anchor), &[anchor.anchor()]).unwrap();
        let trust = trust_set(&bundle).with_revocation(bundle.revocation().unwrap().clone());
        let now = time(ISSUED + DAY);
        let report = Verifier::new(trust.clone()).verify(&texts[0], now);
        assert_eq!(report.checks().revocation, Check::Fail(expected.into()));
        assert_eq!((report.status(), report.failure().unwrap().code()), (Status::Rejected, expected));
        let genuine = Unverified::parse(&texts[0]).unwrap().authenticate(&trust).unwrap();
        assert_eq!(genuine.accept(&Policy::default(), now).unwrap_err().1.code(), expected);
        let report = Verifier::new(trust.clone()).verify(&texts[1], now);
        assert_eq!((report.status(), &report.checks().revocation), (Status::Accepted, &Check::Pass));
        assert!(
            Unverified::parse(&texts[1]).unwrap().authenticate(&trust).unwrap().accept(&Policy::default(), now).is_ok()
        );
        // What a verifier is given takes the place of what its trust set had.
        let nothing = Verifier::new(trust).with_revocation(RevocationSet::default());
        assert!(nothing.verify(&texts[0], now).is_accepted());
    }
    let without = Verifier::new(trust(&[&one]));
    assert_eq!(without.verify(&texts[0], time(ISSUED + DAY)).checks().revocation, Check::Skipped);
}

#[test]
fn filters_do_not_go_into_a_bundle() {
    let mut filters = RevocationSet::builder();
    let list = [0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 4, 1, 2, 3, 4];
    filters.add_slice(None, Kind::ALL, crate::revocation::Slice::parse(&list).unwrap()).unwrap();
    let refusal = draft(1, &[]).revocation(filters.build()).unwrap_err();
    assert_eq!(refusal.code(), Code::RevocationNotExact);
}

#[test]
fn a_key_off_its_curve_is_found_out_when_it_is_needed() {
    let (anchor, signer) = (Party::new(1), Party::new(2));
    let bytes = sign(draft(1, &[&signer]), &anchor);
    let mut bundle = TrustBundle::open(&bytes, &[anchor.anchor()]).unwrap();
    let PublicKey::P256(point) = &mut bundle.signers[0].key else { panic!("another kind") };
    point[64] ^= 1;
    let report = Verifier::new(trust_set(&bundle)).verify(&signer.text(), time(ISSUED));
    assert_eq!((report.status(), report.failure().unwrap().code()), (Status::Rejected, Code::SignerKeyInvalid));
}

#[test]
fn publishing_demands_the_anchors_key_and_sound_dates() {
    let (anchor, other) = (Party::new(1), Party::new(2));
    let refusal = draft(1, &[]).sign(&anchor.certificate, &other.key, &PROVIDER).unwrap_err();
    assert_eq!(refusal.code(), Code::KeyCertificateMismatch);
    let prepared = draft(1, &[]).prepare(&anchor.certificate, &PROVIDER).unwrap();
    let signature = other.key.sign(&prepared.to_be_signed()).unwrap();
    assert_eq!(prepared.finalise(&signature).unwrap_err().code(), Code::SigningFailed);
    let refusal = BundleBuilder::new(1, time(10), time(9)).unwrap_err();
    assert_eq!(refusal.code(), Code::InvalidPeriod);
    // Whoever opens it, the content is as signed; without a proof only when the caller says so.
    let bytes = sign(draft(3, &[&other]), &anchor);
    assert_eq!(code(TrustBundle::open(&bytes, &[])), Code::BundleSignature);
    assert_eq!(code(TrustBundle::open(&bytes, &[other.anchor()])), Code::BundleSignature);
    assert_eq!(UnverifiedBundle::parse(&bytes).unwrap().trust_without_proof().unwrap().sequence(), 3);
}

/// Signers without certificates, as many as are asked for.
fn made_up(count: u16) -> Vec<(Vec<u8>, String)> {
    let signer = |number: u16| {
        let key = SoftwareSigner::generate(&Fixed(u8::try_from(number % 200 + 1).unwrap())).unwrap();
        let mut encoder = Encoder::new();
        let PublicKey::P256(point) = key.public_key() else { panic!("another kind") };
        encoder.array(6);
        encoder.bytes(&u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        encoder.bytes(&point[1..]);
        encoder.text("JP");
        encoder.unsigned(2);
        encoder.int(ISSUED - 100 * DAY);
        encoder.int(ISSUED + 100 * DAY + i64::from(number));
        (encoder.into_bytes(), format!("C=JP, O=Ministry of Tests, OU=Division {}, CN=Signer {number}", number % 40))
    };
    (0..count).map(signer).collect()
}

#[test]
fn eight_hundred_signers_stay_below_a_hundred_kilobytes() {
    let anchor = Party::new(1);
    let mut builder = draft(1, &[]);
    builder.signers = made_up(800);
    let bytes = sign(builder, &anchor);
    assert!(bytes.len() < 100_000, "{} bytes", bytes.len());
    let bundle = TrustBundle::open(&bytes, &[anchor.anchor()]).unwrap();
    assert_eq!(trust_set(&bundle).len(), 800);
}

#[test]
fn too_many_namesakes_are_left_out_and_reported() {
    let anchor = Party::new(1);
    let mut builder = draft(1, &[]);
    builder.signers = made_up(20);
    for (encoded, _) in &mut builder.signers {
        // 86 48, then the key id.
        encoded[2..10].fill(7);
    }
    let bundle = TrustBundle::open(&sign(builder, &anchor), &[anchor.anchor()]).unwrap();
    let mut set = TrustSet::builder(&PROVIDER);
    let left_out = bundle.add_signers(&mut set);
    assert_eq!(left_out.len(), 20 - MAX_CANDIDATES);
    assert!(left_out.iter().all(|(key_id, why)| *key_id == [7; 8] && why.code() == Code::TrustTooLarge));
    assert_eq!(set.build().len(), MAX_CANDIDATES);
}

#[test]
fn debug_shows_nothing_of_the_content() {
    let (anchor, signer) = (Party::new(1), Party::new(2));
    let bytes = sign(draft(1, &[&signer]), &anchor);
    let unverified = UnverifiedBundle::parse(&bytes).unwrap();
    assert_eq!(format!("{unverified:?}"), "UnverifiedBundle { .. }");
    let bundle = unverified.authenticate(&[anchor.anchor()]).unwrap();
    let shown = format!("{bundle:?} {:?}", anchor.anchor());
    assert!(!shown.contains("Party"), "{shown}");
}

prop_compose! {
    fn bundled()(
        key_id in prop::collection::vec(any::<u8>(), 1..20),
        kind in 0_u8..3,
        byte in any::<u8>(),
        country in prop::option::of("[A-Z]{2}"),
        usage in 0_u8..8,
        dates in (-1_000_000_000_i64..5_000_000_000, -1_000_000_000_i64..5_000_000_000),
        subject in "[ -~あ-ん]{0,40}",
    ) -> BundledSigner {
        let key = match kind {
            0 => PublicKey::P256([&[4][..], &[byte; 64]].concat().try_into().unwrap()),
            1 => PublicKey::P384([&[4][..], &[byte; 96]].concat().try_into().unwrap()),
            _ => PublicKey::Rsa { modulus: [&[0x80][..], &[byte; 255]].concat(), exponent: vec![1, 0, 1] },
        };
        let (test, vaccination, recovery) = (usage & 1 != 0, usage & 2 != 0, usage & 4 != 0);
        BundledSigner {
            key_id: key_id.into(),
            key,
            country: country.map(Into::into),
            usage: HealthUsage { restricted: usage != 0, test, vaccination, recovery },
            not_before: time(dates.0),
            not_after: time(dates.1),
            subject: subject.into(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(
        sequence in any::<u64>(),
        validity in 0_i64..1_000_000_000,
        max_age in prop::option::of(any::<u32>()),
        strict in any::<bool>(),
        signers in prop::collection::vec(bundled(), 0..12),
        lists in prop::collection::vec((prop::option::of(prop::collection::vec(any::<u8>(), 1..9)), 0_usize..3, prop::collection::vec(any::<[u8; 16]>(), 1..20)), 0..6),
        revoked in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..9), 0..4),
        fresh in prop::option::of(0_i64..4_000_000_000),
    ) {
        let mut builder = BundleBuilder::new(sequence, time(ISSUED), time(ISSUED + validity)).unwrap();
        builder.policy(BundlePolicy { max_age_seconds: max_age, strict });
        let mut set = TrustSet::builder(&PROVIDER);
        let period = TrustPeriod { from: time(0), until: time(1) };
        for signer in &signers {
            set.trust_bundled(signer, period).unwrap();
        }
        let set = set.build();
        builder.add_signers(&set).unwrap();
        let mut revocation = RevocationSet::builder();
        for (key_id, kind, hashes) in &lists {
            revocation.revoke(key_id.as_deref(), Kind::ALL[*kind], hashes).unwrap();
        }
        for key_id in &revoked {
            revocation.revoke_signer(key_id).unwrap();
        }
        if let Some(fresh) = fresh {
            revocation.fresh_until(time(fresh));
        }
        let revocation = revocation.build();
        builder.revocation(revocation.clone()).unwrap();
        let bytes = builder.encode();
        let bundle = content::read(&bytes).unwrap();
        prop_assert_eq!((bundle.sequence, bundle.issued_at, bundle.valid_until), (sequence, time(ISSUED), time(ISSUED + validity)));
        prop_assert_eq!(bundle.policy, BundlePolicy { max_age_seconds: max_age, strict });
        prop_assert_eq!(bundle.signers(), set.len());
        let read = bundle.revocation.as_ref().unwrap();
        prop_assert_eq!(read.lists().collect::<Vec<_>>(), revocation.lists().collect::<Vec<_>>());
        prop_assert_eq!(read.signers().collect::<Vec<_>>(), revocation.signers().collect::<Vec<_>>());
        prop_assert_eq!(read.fresh_until(), revocation.fresh_until());
        // And written again, it is the same to the last byte.
        let mut again = BundleBuilder::new(sequence, bundle.issued_at, bundle.valid_until).unwrap();
        again.policy(bundle.policy);
        let mut set = TrustSet::builder(&PROVIDER);
        prop_assert_eq!(bundle.add_signers(&mut set), []);
        again.add_signers(&set.build()).unwrap();
        again.revocation(read.clone()).unwrap();
        prop_assert_eq!(again.encode(), bytes);
    }

    #[test]
    fn no_content_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        _ = content::read(&bytes);
        _ = content::read(&[&[0x88, 1, 1, 1, 1, 0x82, 0xf6, 0xf4][..], &bytes].concat());
    }
}
