//! Prints the table of `benches/README.md`: whole operations beside the raw signature of the same provider.
//!
//! The operations take turns in short batches, so that whatever slows the machine slows all of them. The fastest batch
//! of each is what counts: everything that disturbs a measurement only ever adds to it.

// A tool for a person at a terminal: printing is its purpose.
#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use tegata::crypto::Signer as _;
use tegata::{Profile, Unverified};
use tegata_benches::{Fixture, Layers};
use tegata_print::{ErrorCorrection, Style, Symbol, read_symbols};

/// How often the operations take turns.
const TURNS: usize = 401;

/// How long a batch takes, in microseconds: long beside the clock's grain, short beside what disturbs the machine.
const BATCH: f64 = 1_000.0;

struct Operation<'a> {
    name: String,
    run: Box<dyn FnMut() + 'a>,
    batch: u32,
    /// Microseconds for one, in the fastest batch so far.
    best: f64,
}

impl<'a> Operation<'a> {
    fn new<T>(name: String, mut run: impl FnMut() -> T + 'a) -> Self {
        let mut run: Box<dyn FnMut() + 'a> = Box::new(move || {
            black_box(run());
        });
        // Warm first, then as often as fills a batch.
        run();
        let started = Instant::now();
        for _ in 0..8 {
            run();
        }
        let one = started.elapsed().as_secs_f64() * 1e6 / 8.0;
        let mut batch = 1;
        while f64::from(batch) * one < BATCH {
            batch *= 2;
        }
        Self { name, run, batch, best: f64::INFINITY }
    }

    fn turn(&mut self) {
        let started = Instant::now();
        for _ in 0..self.batch {
            (self.run)();
        }
        self.best = self.best.min(started.elapsed().as_secs_f64() * 1e6 / f64::from(self.batch));
    }
}

fn main() {
    let fixture = &Fixture::default();
    println!("| profile | operation | µs | ÷ signature check | ÷ signing |\n|---|---|---:|---:|---:|");
    for profile in [Profile::Dcc, Profile::Jp] {
        measure(fixture, profile);
    }
}

fn measure(fixture: &Fixture, profile: Profile) {
    let text = &fixture.text(profile);
    let sign1 = Layers::of(text).sign1;
    let (verifier, key, request) = (fixture.verifier(), fixture.raw_key(), fixture.request(profile));
    let message = sign1.to_be_signed().to_vec();
    let signature = fixture.signer.sign(&message).unwrap();
    let symbol = Symbol::encode(text, ErrorCorrection::Quartile).unwrap();
    let style = Style::default();
    let png = symbol.to_png(&style).unwrap();
    let named = |name: &str| name.to_owned();
    let mut operations = [
        Operation::new(named("signature check alone"), || {
            key.verify(black_box(&sign1.to_be_signed().parts()), sign1.signature())
        }),
        Operation::new(named("signing alone"), || fixture.signer.sign(black_box(&message))),
        Operation::new(named("text → claims, nothing verified"), || Unverified::parse(black_box(text))),
        Operation::new(named("**text → report, key ready**"), || verifier.verify(black_box(text), fixture.now)),
        Operation::new(named("record → text, signature from outside and so checked"), || {
            let prepared = fixture.issuer.prepare(black_box(&fixture.record), &request).unwrap();
            (prepared.to_be_signed(), prepared.finalise(&signature))
        }),
        Operation::new(named("**record → text**"), || {
            fixture.issuer.issue(black_box(&fixture.record), &request, &fixture.signer)
        }),
        Operation::new(format!("text → QR at level Q, version {}", symbol.version()), || {
            Symbol::encode(black_box(text), ErrorCorrection::Quartile)
        }),
        Operation::new(named("QR → PNG"), || black_box(&symbol).to_png(&style)),
        Operation::new(named("PNG → text"), || read_symbols(black_box(&png))),
    ];
    for _ in 0..TURNS {
        operations.iter_mut().for_each(Operation::turn);
    }
    let (checking, signing) = (operations[0].best, operations[1].best);
    for Operation { name, best, .. } in &operations {
        let (profile, to_checking, to_signing) = (profile.name(), best / checking, best / signing);
        println!("| {profile} | {name} | {best:.1} | {to_checking:.2} | {to_signing:.2} |");
    }
}
