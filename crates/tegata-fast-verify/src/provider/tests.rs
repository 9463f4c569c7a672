use std::sync::atomic::AtomicUsize;

use tegata_es256_cases::{Case, random};

use super::*;
use crate::signed::{Signed, signed};

/// Counts what it is asked; whether it answers as it should is settable.
#[derive(Debug)]
struct Ordinary {
    asked: &'static AtomicUsize,
    lies: bool,
}

struct OrdinaryKey {
    key: p256::ecdsa::VerifyingKey,
    asked: &'static AtomicUsize,
    lies: bool,
}

impl SignatureVerifier for Ordinary {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn prepare(&self, key: &PublicKey) -> Result<Box<dyn PreparedKey>, KeyError> {
        let PublicKey::P256(point) = key else { return Err(KeyError::WrongKind) };
        let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| KeyError::Invalid)?;
        Ok(Box::new(OrdinaryKey { key, asked: self.asked, lies: self.lies }))
    }
}

impl fmt::Debug for OrdinaryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrdinaryKey")
    }
}

impl PreparedKey for OrdinaryKey {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        use p256::ecdsa::signature::Verifier as _;
        self.asked.fetch_add(1, Ordering::Relaxed);
        let right = p256::ecdsa::Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify(&message.concat(), &signature).is_ok());
        if right != self.lies { Ok(()) } else { Err(SignatureError::Invalid) }
    }
}

/// Another algorithm, which nothing here prepares.
#[derive(Debug)]
struct Other;

impl SignatureVerifier for Other {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es384
    }

    fn prepare(&self, _: &PublicKey) -> Result<Box<dyn PreparedKey>, KeyError> {
        Err(KeyError::WrongKind)
    }
}

/// A provider of its own for a test, over one that counts; leaked, as a `static` would be.
fn provider(tables: Tables, lies: bool) -> (&'static FastProvider, &'static AtomicUsize) {
    let asked: &'static AtomicUsize = Box::leak(Box::default());
    let ordinary: &'static Ordinary = Box::leak(Box::new(Ordinary { asked, lies }));
    let verification: &'static [&'static dyn SignatureVerifier] =
        Box::leak(Box::<[&dyn SignatureVerifier; 2]>::new([ordinary, &Other]));
    let ordinary: &'static CryptoProvider = Box::leak(Box::new(CryptoProvider { verification }));
    (Box::leak(Box::new(FastProvider::over(ordinary, tables))), asked)
}

fn prepare(provider: &'static FastProvider, key: &PublicKey) -> Box<dyn PreparedKey> {
    provider.provider().verifier(Algorithm::Es256).unwrap().prepare(key).unwrap()
}

#[test]
fn the_ordinary_provider_decides_until_there_is_a_table() {
    let (provider, asked) = provider(Tables::at_most(10, 3), false);
    let Signed { key, message, signature } = signed(1);
    let key = prepare(provider, &key);
    assert_eq!(provider.tables_in_use(), 0);
    for round in 1..=10 {
        key.verify(&[&message[..7], b"", &message[7..]], &signature).unwrap();
        assert_eq!(key.verify(&[&message, b"x"], &signature), Err(SignatureError::Invalid));
        assert_eq!(asked.load(Ordering::Relaxed), (2 * round).min(3));
    }
    assert_eq!(key.verify(&[&message], &signature[1..]), Err(SignatureError::Malformed));
    assert_eq!(provider.tables_in_use(), 1);
    drop(key);
    assert_eq!(provider.tables_in_use(), 0);
}

#[test]
fn with_0_the_table_is_made_at_once() {
    let (provider, asked) = provider(Tables::at_most(10, 0), false);
    let Signed { key, message, signature } = signed(1);
    let key = prepare(provider, &key);
    assert_eq!(provider.tables_in_use(), 1);
    key.verify(&[&message], &signature).unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[test]
fn no_more_tables_are_made_than_allowed() {
    let (provider, asked) = provider(Tables::at_most(2, 1), false);
    let signed: Vec<_> = (1..=4).map(signed).collect();
    let mut keys: Vec<_> = signed.iter().map(|signed| prepare(provider, &signed.key)).collect();
    for _ in 0..3 {
        for (key, signed) in keys.iter().zip(&signed) {
            key.verify(&[&signed.message], &signed.signature).unwrap();
        }
    }
    assert_eq!(provider.tables_in_use(), 2);
    // Two keys were asked about once, the two others always.
    assert_eq!(asked.load(Ordering::Relaxed), 2 + 2 * 3);
    // Room that is given back is used.
    keys.remove(0);
    for _ in 0..2 {
        keys[2].verify(&[&signed[3].message], &signed[3].signature).unwrap();
    }
    assert_eq!(provider.tables_in_use(), 2);
    assert_eq!(asked.load(Ordering::Relaxed), 2 + 2 * 3 + 1);
}

#[test]
fn a_table_that_disagrees_is_never_used() {
    let (provider, asked) = provider(Tables::at_most(10, 2), true);
    let Signed { key, message, signature } = signed(1);
    let key = prepare(provider, &key);
    for round in 1..=5 {
        // The ordinary provider is wrong about everything, and its word counts all the same.
        assert_eq!(key.verify(&[&message], &signature), Err(SignatureError::Invalid));
        assert_eq!(asked.load(Ordering::Relaxed), round);
    }
    assert_eq!(provider.tables_in_use(), 0);
}

#[test]
fn threads_share_a_key_and_the_limit() {
    let (provider, _) = provider(Tables::at_most(3, 2), false);
    let signed: Vec<_> = (1..=5).map(signed).collect();
    let keys: Vec<_> = signed.iter().map(|signed| prepare(provider, &signed.key)).collect();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    for (key, signed) in keys.iter().zip(&signed) {
                        key.verify(&[&signed.message], &signed.signature).unwrap();
                        key.verify(&[&signed.message[1..]], &signed.signature).unwrap_err();
                        assert!(provider.tables_in_use() <= 3);
                    }
                }
            });
        }
    });
    assert_eq!(provider.tables_in_use(), 3);
}

#[test]
fn every_other_algorithm_is_the_ordinary_providers() {
    let (provider, _) = provider(Tables::OVER_PORTABLE, false);
    let algorithms: Vec<_> = provider.provider().verification.iter().map(|verifier| verifier.algorithm()).collect();
    assert_eq!(algorithms, [Algorithm::Es256, Algorithm::Es384]);
    let es256 = provider.provider().verifier(Algorithm::Es256).unwrap();
    assert_eq!(es256.prepare(&PublicKey::P384([4; 97])).unwrap_err(), KeyError::WrongKind);
    assert_eq!(es256.prepare(&PublicKey::P256([4; 65])).unwrap_err(), KeyError::Invalid);
}

/// A provider without ES256, as a small build may have.
static ALONE: CryptoProvider = CryptoProvider { verification: &[&Other] };

#[test]
fn without_an_ordinary_provider_tables_verify_alone() {
    static FAST: FastProvider = FastProvider::over(&ALONE, Tables::at_most(1, 0));
    let es256 = FAST.provider().verifier(Algorithm::Es256).unwrap();
    assert_eq!(es256.prepare(&PublicKey::P384([4; 97])).unwrap_err(), KeyError::WrongKind);
    assert_eq!(es256.prepare(&PublicKey::P256([4; 65])).unwrap_err(), KeyError::Invalid);
    let Signed { key, message, signature } = signed(1);
    // Each verifies once, so that none gets a table to keep: those are counted in the whole process, which another test
    // looks at.
    prepare(&FAST, &key).verify(&[&message], &signature).unwrap();
    assert_eq!(prepare(&FAST, &key).verify(&[&message, b"!"], &signature), Err(SignatureError::Invalid));
    assert_eq!(FAST.tables_in_use(), 0);
}

#[test]
fn debug_output_names_no_key() {
    let (provider, _) = provider(Tables::OVER_PORTABLE, false);
    let key = prepare(provider, &signed(1).key);
    assert_eq!(format!("{key:?}"), "PreparedKey");
    let case: Case = random(0..1).next().unwrap();
    assert_eq!(format!("{:?}", KeyTable::new(&case.key).unwrap()), "KeyTable(P-256)");
}

#[test]
fn the_ready_limits_are_what_they_say() {
    assert_eq!(Tables::OVER_PORTABLE.max_bytes(), 32 << 20);
    assert_eq!(Tables::OVER_ASSEMBLY.max_bytes(), 32 << 20);
}
