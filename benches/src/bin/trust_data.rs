//! What trust data costs: run under `valgrind --tool=callgrind --toggle-collect='*measured*'`, which counts the
//! instructions of one piece of work. `verify` has one signer and no revocation; `verify-all` a bundle of 800
//! signers and a Bloom filter of a million certificates; `load` opens such a bundle and makes a trust set of it;
//! `ten` verifies ten certificates. A second argument `dcc` takes an EU certificate in place of a full one.

use std::hint::black_box;

use tegata::crypto::rustcrypto::PROVIDER;

use tegata::revocation::{Kind, Slice};
use tegata::trust::bundle::{Anchor, BundleBuilder, TrustBundle};
use tegata::{Profile, RevocationSet, TrustSet, Verifier};
use tegata_benches::{Fixture, signer_and_certificate};

const SIGNERS: u64 = 800;
const REVOKED: u32 = 1_000_000;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let is = |name: &str| arguments.iter().any(|argument| argument == name);
    let fixture = Fixture::default();
    let profile = if is("dcc") { Profile::Dcc } else { Profile::Jp };
    let issued = fixture.issuer.issue(&fixture.record, &fixture.request(profile), &fixture.signer).unwrap();
    let (bytes, anchor) = bundle(&fixture);
    eprintln!("{} bytes", bytes.len());
    let load = || {
        let bundle = TrustBundle::open(&bytes, std::slice::from_ref(&anchor)).unwrap();
        let mut builder = TrustSet::builder(&PROVIDER);
        assert!(bundle.add_signers(&mut builder).is_empty());
        builder.build()
    };
    let plain = fixture.verifier();
    let mut revocation = RevocationSet::builder();
    revocation.add_slice(None, Kind::ALL, Slice::parse(&filter()).unwrap()).unwrap();
    let all = Verifier::new(load()).with_revocation(revocation.build());
    for verifier in [&plain, &all] {
        assert!(verifier.verify(issued.text(), fixture.now).is_accepted());
    }
    if is("load") {
        measured(|| _ = black_box(load()));
    } else if is("ten") {
        measured(|| (0..10).for_each(|_| _ = black_box(plain.verify(issued.text(), fixture.now))));
    } else {
        let verifier = if is("verify-all") { &all } else { &plain };
        measured(|| _ = black_box(verifier.verify(issued.text(), fixture.now)));
    }
}

#[inline(never)]
fn measured(work: impl FnOnce()) {
    work();
}

/// A bundle of the fixture's signer and made-up ones.
fn bundle(fixture: &Fixture) -> (Vec<u8>, Anchor) {
    let (key, certificate) = signer_and_certificate(1_000);
    let mut trust = TrustSet::builder(&PROVIDER);
    for certificate in [signer_and_certificate(0).1]
        .iter()
        .chain(&(1..SIGNERS).map(|seed| signer_and_certificate(seed).1).collect::<Vec<_>>())
    {
        trust.trust_certificate(certificate).unwrap();
    }
    let issued_at = fixture.now.saturating_add_seconds(-86_400);
    let mut builder = BundleBuilder::new(1, issued_at, fixture.now.saturating_add_seconds(86_400)).unwrap();
    assert!(builder.add_signers(&trust.build()).unwrap().is_empty());
    let bytes = builder.sign(&certificate, &key, &PROVIDER).unwrap();
    (bytes, Anchor::from_certificate(&certificate, &PROVIDER).unwrap())
}

/// A filter as full as one of a million certificates at one wrong answer in a thousand: half its bits are set.
fn filter() -> Vec<u8> {
    let words = REVOKED / 1000 * 14_378 / 32;
    let mut out = vec![0, 1, 10, 0];
    out.extend(0.001_f32.to_be_bytes());
    for number in [REVOKED, REVOKED, words] {
        out.extend(number.to_be_bytes());
    }
    let mut state = 1_u32;
    for _ in 0..words {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        out.extend((state ^ (state >> 16)).to_be_bytes());
    }
    out
}
