//! ES256 by tables beside `ring` and the pure-Rust provider: one key, 300 keys in turn, making a table.
#![allow(missing_docs, reason = "criterion's macros make a public function")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};
use tegata::crypto::{Algorithm, PreparedKey, PublicKey, RandomError, SecureRandom, Signer as _, rustcrypto};
use tegata::keys::SoftwareSigner;
use tegata_fast_verify::KeyTable;

/// As long as what health certificates sign.
const MESSAGE: [u8; 300] = [0xA5; 300];

/// As many signers as a large trust list has in use.
const SIGNERS: u64 = 300;

struct Signed {
    point: [u8; 65],
    signature: [u8; 64],
}

/// The same key for the same seed.
struct Seed(u64);

impl SecureRandom for Seed {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        for (counter, chunk) in (0_u64..).zip(buffer.chunks_mut(32)) {
            let block = Sha256::new().chain_update(self.0.to_be_bytes()).chain_update(counter.to_be_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

impl Signed {
    fn by_key(seed: u64) -> Self {
        let signer = SoftwareSigner::generate(&Seed(seed)).unwrap();
        let PublicKey::P256(point) = signer.public_key() else { panic!("the signer has a key of another kind") };
        Self { point, signature: signer.sign(&MESSAGE).unwrap().try_into().unwrap() }
    }

    fn table(&self) -> KeyTable {
        KeyTable::new(&self.point).unwrap()
    }

    fn ordinary(&self) -> Box<dyn PreparedKey> {
        rustcrypto::PROVIDER.verifier(Algorithm::Es256).unwrap().prepare(&PublicKey::P256(self.point)).unwrap()
    }

    fn ring(&self) -> UnparsedPublicKey<[u8; 65]> {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.point)
    }
}

fn one_key(criterion: &mut Criterion) {
    let signed = Signed::by_key(0);
    let (table, ordinary, ring) = (signed.table(), signed.ordinary(), signed.ring());
    let mut group = criterion.benchmark_group("es256/one-key");
    group.bench_function("table", |bencher| {
        bencher.iter(|| table.verify(black_box(&[&MESSAGE]), &signed.signature).unwrap());
    });
    group.bench_function("ring", |bencher| {
        bencher.iter(|| ring.verify(black_box(&MESSAGE), &signed.signature).unwrap());
    });
    group.bench_function("p256", |bencher| {
        bencher.iter(|| ordinary.verify(black_box(&[&MESSAGE]), &signed.signature).unwrap());
    });
    group.finish();
    criterion.bench_function("es256/make-table", |bencher| bencher.iter(|| black_box(&signed).table()));
}

fn keys_in_turn(criterion: &mut Criterion) {
    let signed: Vec<_> = (0..SIGNERS).map(Signed::by_key).collect();
    let tables: Vec<_> = signed.iter().map(Signed::table).collect();
    let ring: Vec<_> = signed.iter().map(Signed::ring).collect();
    let mut group = criterion.benchmark_group("es256/300-keys-in-turn");
    group.bench_function("table", |bencher| {
        let mut turn = signed.iter().zip(&tables).cycle();
        bencher.iter(|| {
            let (signed, table) = turn.next().unwrap();
            table.verify(black_box(&[&MESSAGE]), &signed.signature).unwrap();
        });
    });
    group.bench_function("ring", |bencher| {
        let mut turn = signed.iter().zip(&ring).cycle();
        bencher.iter(|| {
            let (signed, ring) = turn.next().unwrap();
            ring.verify(black_box(&MESSAGE), &signed.signature).unwrap();
        });
    });
    group.finish();
}

criterion_group!(benches, one_key, keys_in_turn);
criterion_main!(benches);
