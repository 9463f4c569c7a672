//! The work whose instructions are budgeted in `budgets.toml`: every stage, and the whole.
//!
//! A stage is readied once, outside the measurement, and then run: its inputs, keys and tables are warm. To budget
//! something more, add a line to [`STAGES`] and run `cargo run --release -p tegata-benches --bin budgets -- --write`.

use std::hint::black_box;

use tegata::codec::cbor::Item;
use tegata::codec::{base45, zlib};
use tegata::cose::Sign1;
use tegata::crypto::rustcrypto;
use tegata::{Profile, Unverified};
use tegata_print::{ErrorCorrection, Symbol};
use tegata_simulator::Algorithm as CardAlgorithm;

use crate::{Fixture, Layers, cards};

/// Readied work.
pub type Work = Box<dyn FnMut()>;

/// A stage: its name and how its work is readied.
pub type Stage = (&'static str, fn() -> Work);

/// Every budgeted stage, in the order of the table.
pub const STAGES: &[Stage] = &[
    ("base45-decode", || on_layers(|layers| base45::decode(black_box(&layers.base45)).is_ok())),
    ("base45-encode", || on_layers(|layers| base45::encode(black_box(&layers.compressed)).len())),
    ("inflate", || on_layers(|layers| zlib::decompress(black_box(&layers.compressed), zlib::MAX_INFLATED).is_ok())),
    ("deflate", || on_layers(|layers| zlib::compress(black_box(&layers.cose)).len())),
    // The copy is part of the count: parsing takes the bytes it keeps.
    ("cose-parse", || on_layers(|layers| Sign1::parse(black_box(&layers.cose).clone()).is_ok())),
    ("cbor-validate", || on_layers(|layers| Item::parse(black_box(layers.sign1.payload())).is_ok())),
    ("open-dcc", || open(Profile::Dcc)),
    ("open-jp", || open(Profile::Jp)),
    ("verify-without-signature-dcc", || verify_without_signature(Profile::Dcc)),
    ("verify-without-signature-jp", || verify_without_signature(Profile::Jp)),
    ("verify-dcc", || verify(Profile::Dcc)),
    ("verify-jp", || verify(Profile::Jp)),
    ("issue-without-signature-dcc", || issue_without_signature(Profile::Dcc)),
    ("issue-without-signature-jp", || issue_without_signature(Profile::Jp)),
    ("issue-dcc", || issue(Profile::Dcc)),
    ("issue-jp", || issue(Profile::Jp)),
    ("card-rsa", || cards::verify(CardAlgorithm::Rsa2048, &rustcrypto::PROVIDER)),
    ("card-rsa-signatures", || cards::signatures(CardAlgorithm::Rsa2048, &rustcrypto::PROVIDER)),
    ("card-rsa-native", || cards::verify(CardAlgorithm::Rsa2048, &tegata_native::PROVIDER)),
    ("card-rsa-native-signatures", || cards::signatures(CardAlgorithm::Rsa2048, &tegata_native::PROVIDER)),
    ("card-p256", || cards::verify(CardAlgorithm::P256, &rustcrypto::PROVIDER)),
    ("card-p256-signatures", || cards::signatures(CardAlgorithm::P256, &rustcrypto::PROVIDER)),
    ("card-p256-native", || cards::verify(CardAlgorithm::P256, &tegata_native::PROVIDER)),
    ("card-p256-native-signatures", || cards::signatures(CardAlgorithm::P256, &tegata_native::PROVIDER)),
    ("qr-encode-q", || {
        let text = Fixture::default().text(Profile::Dcc);
        Box::new(move || drop(black_box(Symbol::encode(black_box(&text), ErrorCorrection::Quartile))))
    }),
];

/// A stage, another one that is a part of it, and the most the whole may take, in percent of that part.
pub const SHARES: &[(&str, &str, u64)] = &[
    ("card-rsa", "card-rsa-signatures", 105),
    ("card-rsa-native", "card-rsa-native-signatures", 105),
    ("card-p256", "card-p256-signatures", 105),
    ("card-p256-native", "card-p256-native-signatures", 105),
];

/// Work on the layers of an EU certificate.
fn on_layers<T>(work: impl Fn(&Layers) -> T + 'static) -> Work {
    let layers = Layers::of(&Fixture::default().text(Profile::Dcc));
    Box::new(move || drop(black_box(work(&layers))))
}

/// From text to claims.
fn open(profile: Profile) -> Work {
    let text = Fixture::default().text(profile);
    Box::new(move || drop(black_box(Unverified::parse(black_box(&text)))))
}

/// Everything a verification does beside the arithmetic of the signature: every check, the content's included.
fn verify_without_signature(profile: Profile) -> Work {
    let fixture = Fixture::default();
    let (text, verifier, now) = (fixture.text(profile), fixture.verifier_without_arithmetic(), fixture.now);
    assert!(verifier.verify(&text, now).is_accepted());
    Box::new(move || drop(black_box(verifier.verify(black_box(&text), now))))
}

fn verify(profile: Profile) -> Work {
    let fixture = Fixture::default();
    let (text, verifier, now) = (fixture.text(profile), fixture.verifier(), fixture.now);
    assert!(verifier.verify(&text, now).is_accepted());
    Box::new(move || drop(black_box(verifier.verify(black_box(&text), now))))
}

/// From a record to a text, with a signer that only copies a signature.
fn issue_without_signature(profile: Profile) -> Work {
    let fixture = Fixture::default();
    let (request, signer) = (fixture.request(profile), fixture.signer_without_arithmetic());
    Box::new(move || drop(black_box(fixture.issuer.issue(black_box(&fixture.record), &request, &signer))))
}

fn issue(profile: Profile) -> Work {
    let fixture = Fixture::default();
    let request = fixture.request(profile);
    Box::new(move || drop(black_box(fixture.issuer.issue(black_box(&fixture.record), &request, &fixture.signer))))
}
