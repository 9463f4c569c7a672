use tegata::crypto::CryptoProvider;

use super::*;
use crate::signed::signed;

fn kept() -> usize {
    KEPT.load(Ordering::Relaxed)
}

/// One test, since there is one limit.
#[test]
fn every_signature_is_verified_by_table_within_the_limit_and_beyond() {
    let provider = CryptoProvider { verification: &[&TablesAlone] };
    let es256 = provider.verifier(Algorithm::Es256).unwrap();
    assert_eq!(es256.prepare(&PublicKey::P256([4; 65])).unwrap_err(), KeyError::Invalid);
    let signed: Vec<_> = (1..=3).map(signed).collect();
    let mut keys: Vec<_> = signed.iter().map(|signed| es256.prepare(&signed.key).unwrap()).collect();
    assert_eq!(kept(), 0);
    // Room for two.
    let others = Tables::MAX_TABLES - 2;
    KEPT.store(others, Ordering::Relaxed);
    for round in 0..3 {
        for (place, (key, signed)) in keys.iter().zip(&signed).enumerate() {
            key.verify(&[&signed.message], &signed.signature).unwrap();
            // The first is verified by a small table, which is not kept.
            assert_eq!(kept() - others, if round == 0 { place.min(2) } else { 2 });
            key.verify(&[&signed.message, b"!"], &signed.signature).unwrap_err();
            assert_eq!(key.verify(&[&signed.message], b"short"), Err(SignatureError::Malformed));
            assert_eq!(kept() - others, if round == 0 { (place + 1).min(2) } else { 2 });
        }
    }
    // One that is dropped makes room, where it had a table.
    drop(keys.remove(2));
    assert_eq!(kept() - others, 2);
    drop(keys.remove(1));
    assert_eq!(kept() - others, 1);
    drop(keys);
    assert_eq!(kept(), others);
    KEPT.store(0, Ordering::Relaxed);
}
