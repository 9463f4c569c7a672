//! Whole verification with the signer's key ready, beside the signature check alone; loading trust.
#![allow(missing_docs, reason = "criterion's macros make a public function")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::x509::certificates_from;
use tegata::{Profile, TrustSet};
use tegata_benches::{Fixture, Layers, trust_file};

fn verify(criterion: &mut Criterion) {
    let fixture = Fixture::default();
    let verifier = fixture.verifier();
    let key = fixture.raw_key();
    for profile in [Profile::Dcc, Profile::Jp] {
        let text = fixture.text(profile);
        let sign1 = Layers::of(&text).sign1;
        assert!(verifier.verify(&text, fixture.now).is_accepted());
        let mut group = criterion.benchmark_group(format!("verify/{}", profile.name()));
        group.bench_function("signature-alone", |bencher| {
            bencher.iter(|| key.verify(black_box(&sign1.to_be_signed().parts()), sign1.signature()));
        });
        group.bench_function("whole", |bencher| bencher.iter(|| verifier.verify(black_box(&text), fixture.now)));
        let forged = text.replacen("HC1:6", "HC1:7", 1);
        group.bench_function("refused-early", |bencher| {
            bencher.iter(|| verifier.verify(black_box(&forged), fixture.now));
        });
        group.finish();
    }
}

fn trust(criterion: &mut Criterion) {
    let file = trust_file(100);
    criterion.bench_function("trust/load-100", |bencher| {
        bencher.iter(|| {
            let mut trust = TrustSet::builder(&PROVIDER);
            for certificate in &certificates_from(black_box(file.as_bytes())).unwrap() {
                trust.trust_certificate(certificate).unwrap();
            }
            trust.build()
        });
    });
}

criterion_group!(benches, verify, trust);
criterion_main!(benches);
