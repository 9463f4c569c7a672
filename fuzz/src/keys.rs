//! Keys that were made for fuzzing and protect nothing.

use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use sha2::{Digest as _, Sha256};
use tegata::crypto::PublicKey;

fn key(seed: u8) -> p256::SecretKey {
    p256::SecretKey::from_slice(&[seed; 32]).expect("a scalar")
}

/// A P-256 key in PEM (PKCS#8).
pub(crate) fn pem_of(seed: u8) -> String {
    key(seed).to_pkcs8_pem(LineEnding::LF).expect("it can be written").to_string()
}

/// Its public half in PEM.
pub(crate) fn public_pem_of(seed: u8) -> String {
    key(seed).public_key().to_public_key_pem(LineEnding::LF).expect("it can be written")
}

/// Its public half.
pub(crate) fn public_key_of(seed: u8) -> PublicKey {
    PublicKey::P256(key(seed).public_key().to_sec1_point(false).as_bytes().try_into().expect("a point"))
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
