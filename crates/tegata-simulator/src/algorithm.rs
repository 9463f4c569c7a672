//! The signature algorithms a hierarchy can have.

use sha2::{Digest, Sha256, Sha384};

/// What the keys of a hierarchy and its cards are, and how they sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSA with 2048 bits, RSASSA-PKCS1-v1_5 and SHA-256, as on today's cards.
    Rsa2048,
    /// ECDSA on P-256 with SHA-256; signatures are r ‖ s.
    P256,
    /// ECDSA on P-384 with SHA-384; signatures are r ‖ s.
    P384,
}

impl Algorithm {
    /// The digest that goes with the keys: SHA-256, or SHA-384 with P-384.
    pub(crate) fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa2048 | Self::P256 => Sha256::digest(data).to_vec(),
            Self::P384 => Sha384::digest(data).to_vec(),
        }
    }
}
