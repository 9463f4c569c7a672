//! QR symbols: encoded, drawn, and read back from the picture.
#![allow(missing_docs, reason = "criterion's macros make a public function")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tegata::Profile;
use tegata_benches::Fixture;
use tegata_print::{ErrorCorrection, Style, Symbol, read_symbols};

fn symbol(criterion: &mut Criterion) {
    let fixture = Fixture::default();
    for profile in [Profile::Dcc, Profile::Jp] {
        let text = fixture.text(profile);
        let symbol = Symbol::encode(&text, ErrorCorrection::Quartile).unwrap();
        let style = Style::default();
        let png = symbol.to_png(&style).unwrap();
        assert_eq!(read_symbols(&png).unwrap()[0].text(), text);
        let mut group = criterion.benchmark_group(format!("symbol/{}", profile.name()));
        group.bench_function("encode-q", |bencher| {
            bencher.iter(|| Symbol::encode(black_box(&text), ErrorCorrection::Quartile));
        });
        group.bench_function("png", |bencher| bencher.iter(|| black_box(&symbol).to_png(&style)));
        group.bench_function("svg", |bencher| bencher.iter(|| black_box(&symbol).to_svg(&style)));
        group.bench_function("read", |bencher| bencher.iter(|| read_symbols(black_box(&png)).is_ok()));
        group.finish();
    }
}

criterion_group!(benches, symbol);
criterion_main!(benches);
