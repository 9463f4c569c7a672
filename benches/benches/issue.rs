//! From a record to a certificate's text, beside the signature alone.
#![allow(missing_docs, reason = "criterion's macros make a public function")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tegata::crypto::Signer as _;
use tegata::{Profile, Record, model::EXAMPLE_RECORD};
use tegata_benches::Fixture;

fn issue(criterion: &mut Criterion) {
    let fixture = Fixture::default();
    for profile in [Profile::Dcc, Profile::Jp] {
        let request = fixture.request(profile);
        let message = fixture.issuer.prepare(&fixture.record, &request).unwrap().to_be_signed();
        let signature = fixture.signer.sign(&message).unwrap();
        let mut group = criterion.benchmark_group(format!("issue/{}", profile.name()));
        group.bench_function("signature-alone", |bencher| bencher.iter(|| fixture.signer.sign(black_box(&message))));
        group.bench_function("signature-from-outside", |bencher| {
            bencher.iter(|| {
                let prepared = fixture.issuer.prepare(black_box(&fixture.record), &request).unwrap();
                (prepared.to_be_signed(), prepared.finalise(&signature))
            });
        });
        group.bench_function("whole", |bencher| {
            bencher.iter(|| fixture.issuer.issue(black_box(&fixture.record), &request, &fixture.signer));
        });
        group.finish();
    }
    criterion.bench_function("issue/record-json", |bencher| {
        bencher.iter(|| Record::from_json(black_box(EXAMPLE_RECORD)).is_ok());
    });
}

criterion_group!(benches, issue);
criterion_main!(benches);
