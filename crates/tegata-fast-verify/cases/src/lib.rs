//! ES256 signatures for testing verifiers: random ones and their mutations, and ones made so that a
//! verification with tables meets each exceptional case. What each must give, the `p256` crate says.

mod exceptional;
mod random;

pub use exceptional::{EXCEPTIONS, Exception, TEETH_OF_KEYS, at_every_position, exceptional, large_x};
pub use random::random;

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use p256::elliptic_curve::PrimeField as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{ProjectivePoint, Scalar};
use sha2::{Digest as _, Sha256};

/// One signature over one hash.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is made for.
    pub about: String,
    /// `04 ‖ x ‖ y`.
    pub key: [u8; 65],
    /// The hash of a message.
    pub hash: [u8; 32],
    /// r‖s.
    pub signature: [u8; 64],
    /// What `p256` says.
    pub valid: bool,
}

impl Case {
    /// A case with the verdict of `p256`.
    #[must_use]
    pub fn new(about: impl Into<String>, key: [u8; 65], hash: [u8; 32], signature: [u8; 64]) -> Self {
        Self { about: about.into(), key, hash, signature, valid: verdict(&key, &hash, &signature) }
    }

    /// The case as bytes, 162 of them, for verifiers in other languages.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.key[..], &self.hash, &self.signature, &[u8::from(self.valid)]].concat()
    }
}

/// What `p256` says.
#[must_use]
pub fn verdict(key: &[u8; 65], hash: &[u8; 32], signature: &[u8; 64]) -> bool {
    let Ok(key) = p256::ecdsa::VerifyingKey::from_sec1_bytes(key) else { return false };
    let Ok(signature) = p256::ecdsa::Signature::from_slice(signature) else { return false };
    key.verify_prehash(hash, &signature).is_ok()
}

/// Repeatable numbers, each as good as a random one.
pub struct Numbers {
    seed: String,
    count: u64,
}

impl Numbers {
    /// The numbers of a seed.
    #[must_use]
    pub fn new(seed: &str) -> Self {
        Self { seed: seed.to_owned(), count: 0 }
    }

    /// The next 32 bytes.
    pub fn bytes(&mut self) -> [u8; 32] {
        self.count += 1;
        Sha256::digest(format!("{} {}", self.seed, self.count)).into()
    }

    /// The next number below 2³².
    pub fn below(&mut self, bound: usize) -> usize {
        let bytes = self.bytes();
        usize::try_from(u32::from_be_bytes(bytes[..4].try_into().unwrap())).unwrap() % bound
    }

    /// The next scalar.
    pub fn scalar(&mut self) -> Scalar {
        loop {
            if let Some(scalar) = scalar(self.bytes()) {
                return scalar;
            }
        }
    }
}

/// A canonical scalar.
fn scalar(bytes: [u8; 32]) -> Option<Scalar> {
    Scalar::from_repr(bytes.into()).into()
}

fn encoded(point: ProjectivePoint) -> [u8; 65] {
    point.to_affine().to_sec1_point(false).as_bytes().try_into().unwrap()
}

fn x_of(point: ProjectivePoint) -> [u8; 32] {
    encoded(point)[1..33].try_into().unwrap()
}

fn joined(r: [u8; 32], s: [u8; 32]) -> [u8; 64] {
    [r, s].concat().try_into().unwrap()
}
