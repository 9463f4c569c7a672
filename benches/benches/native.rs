//! Each provider's signature checks and signing, and what the native one adds to a call of its library.
#![allow(missing_docs, reason = "criterion's macros make a public function")]

use std::hint::black_box;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use criterion::{Criterion, criterion_group, criterion_main};
use tegata::Profile;
use tegata::crypto::{Algorithm, PublicKey, Signer as _, rustcrypto};
use tegata_benches::Fixture;
use tegata_native::NativeSigner;

fn providers(criterion: &mut Criterion) {
    let fixture = Fixture::default();
    let request = fixture.request(Profile::Jp);
    let message = fixture.issuer.prepare(&fixture.record, &request).unwrap().to_be_signed();
    let signer = NativeSigner::new(&fixture.signer).unwrap();
    let signature = signer.sign(&message).unwrap();
    let PublicKey::P256(point) = signer.public_key() else { panic!("an issuer's key is of P-256") };

    let mut group = criterion.benchmark_group("provider/verify");
    let library = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).unwrap();
    group.bench_function("library-alone", |bencher| {
        bencher.iter(|| library.verify_sig(black_box(&message), &signature).unwrap());
    });
    for (name, provider) in [("native", &tegata_native::PROVIDER), ("rustcrypto", &rustcrypto::PROVIDER)] {
        let key = provider.verifier(Algorithm::Es256).unwrap().prepare(&signer.public_key()).unwrap();
        let (head, tail) = message.split_at(60);
        group.bench_function(name, |bencher| {
            bencher.iter(|| key.verify(&[black_box(head), tail], &signature).unwrap());
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("provider/issue");
    group.bench_function("signature-alone", |bencher| bencher.iter(|| signer.sign(black_box(&message))));
    group.bench_function("whole", |bencher| {
        bencher.iter(|| fixture.issuer.issue(black_box(&fixture.record), &request, &signer).unwrap());
    });
    group.finish();
}

criterion_group!(benches, providers);
criterion_main!(benches);
