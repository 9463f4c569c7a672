//! The stages between a text and its claims, each alone.
#![allow(missing_docs, reason = "criterion's macros make a public function")]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use tegata::codec::cbor::Item;
use tegata::codec::{base45, zlib};
use tegata::cose::Sign1;
use tegata::{Profile, Unverified};
use tegata_benches::{Fixture, Layers};

fn stages(criterion: &mut Criterion) {
    let fixture = Fixture::default();
    for profile in [Profile::Dcc, Profile::Jp] {
        let text = fixture.text(profile);
        let layers = Layers::of(&text);
        let mut group = criterion.benchmark_group(format!("decode/{}", profile.name()));
        let mut buffer = Vec::with_capacity(layers.compressed.len());
        group.bench_function("base45", |bencher| {
            bencher.iter(|| {
                buffer.clear();
                base45::decode_into(black_box(&layers.base45), &mut buffer)
            });
        });
        group.bench_function("inflate", |bencher| {
            bencher.iter(|| zlib::decompress(black_box(&layers.compressed), zlib::MAX_INFLATED));
        });
        group.bench_function("cose", |bencher| {
            bencher.iter_batched(|| layers.cose.clone(), |cose| Sign1::parse(black_box(cose)), BatchSize::SmallInput);
        });
        group.bench_function("cbor", |bencher| bencher.iter(|| Item::parse(black_box(layers.sign1.payload())).is_ok()));
        // All of the above and the claims.
        group.bench_function("whole", |bencher| bencher.iter(|| Unverified::parse(black_box(&text))));
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
