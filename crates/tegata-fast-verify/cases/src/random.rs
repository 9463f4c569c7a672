//! Random signatures, and what becomes of them by small changes.

use p256::ecdsa::signature::hazmat::PrehashSigner as _;

use super::{Case, Numbers, encoded, joined, scalar};

/// Signatures of one key: the key's number chooses it.
const PER_KEY: usize = 50;

/// `PER_KEY` signatures and mutations by each key of a range; repeatable.
pub fn random(keys: core::ops::Range<usize>) -> impl Iterator<Item = Case> {
    keys.flat_map(|number| {
        let mut numbers = Numbers::new(&format!("key {number}"));
        let secret = numbers.scalar();
        let signer = p256::ecdsa::SigningKey::from_slice(&secret.to_bytes()).unwrap();
        let key = encoded(p256::ProjectivePoint::GENERATOR * secret);
        (0..PER_KEY / 2)
            .flat_map(|_| {
                let hash = numbers.bytes();
                let signature: p256::ecdsa::Signature = signer.sign_prehash(&hash).unwrap();
                let case = Case::new("random", key, hash, signature.to_bytes().into());
                assert!(case.valid);
                let mutation = mutated(&case, &mut numbers);
                [case, mutation]
            })
            .collect::<Vec<_>>()
    })
}

fn mutated(case: &Case, numbers: &mut Numbers) -> Case {
    let Case { mut key, mut hash, mut signature, .. } = case.clone();
    let bit = |numbers: &mut Numbers| 1_u8 << numbers.below(8);
    let (r, s): ([u8; 32], [u8; 32]) = (signature[..32].try_into().unwrap(), signature[32..].try_into().unwrap());
    let negated = |number: [u8; 32]| (-scalar(number).unwrap()).to_bytes().into();
    let about = match numbers.below(9) {
        0 => {
            hash[numbers.below(32)] ^= bit(numbers);
            "a bit of the hash is wrong"
        }
        1 => {
            signature[numbers.below(32)] ^= bit(numbers);
            "a bit of r is wrong"
        }
        2 => {
            signature[32 + numbers.below(32)] ^= bit(numbers);
            "a bit of s is wrong"
        }
        3 => {
            signature = joined(s, r);
            "r and s are exchanged"
        }
        4 => {
            // Still a signature.
            signature = joined(r, negated(s));
            "s is negated"
        }
        5 => {
            signature = joined(negated(r), s);
            "r is negated"
        }
        6 => {
            key[1 + numbers.below(64)] ^= bit(numbers);
            "a bit of the key is wrong"
        }
        7 => {
            // Still a point of the curve.
            let point = p256::PublicKey::from_sec1_bytes(&key).unwrap().to_projective();
            key = encoded(-point);
            "the key is negated"
        }
        _ => {
            hash = numbers.bytes();
            "the hash is another"
        }
    };
    Case::new(about, key, hash, signature)
}
