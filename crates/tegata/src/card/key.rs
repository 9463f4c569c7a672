//! Keys in files and certificates, and what verifies with them.

use super::object::Fields;
use super::{FileError, FileErrorKind};
use crate::crypto::{Algorithm, CryptoProvider, KeyError, PreparedKey, PublicKey, SignatureError};

/// Bytes of an RSA modulus: all cards have RSA-2048.
const MODULUS_BYTES: usize = 256;

/// A public key and the signature algorithm that belongs to it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct CardPublicKey(PublicKey);

impl CardPublicKey {
    /// Reads a key object: `90` exponent and `91` modulus, or `86` with an uncompressed point. Nothing may follow it.
    pub(super) fn read(mut fields: Fields<'_>) -> Result<Self, FileError> {
        let key = if fields.peek_tag() == Some(0x86) {
            let point = fields.read(0x86)?;
            match point.value().len() {
                65 => PublicKey::P256(point.array()?),
                97 => PublicKey::P384(point.array()?),
                _ => return Err(point.error(FileErrorKind::InvalidValue)),
            }
        } else {
            let exponent: [u8; 3] = fields.read(0x90)?.array()?;
            let modulus = fields.read(0x91)?;
            // A first bit of zero would make it a shorter key.
            if modulus.value().len() != MODULUS_BYTES || modulus.value().first().is_none_or(|first| *first < 0x80) {
                return Err(modulus.error(FileErrorKind::InvalidValue));
            }
            PublicKey::Rsa { modulus: modulus.value().to_vec(), exponent: exponent.to_vec() }
        };
        fields.end()?;
        Ok(Self(key))
    }

    pub(super) const fn new(key: PublicKey) -> Self {
        Self(key)
    }

    /// Bytes of a signature by this key.
    pub(super) fn signature_bytes(&self) -> usize {
        match &self.0 {
            PublicKey::P256(_) => 64,
            PublicKey::P384(_) => 96,
            PublicKey::Rsa { modulus, .. } => modulus.len(),
        }
    }

    /// The hash that goes with the key, within files too.
    pub(super) const fn hash(&self) -> CardHash {
        match &self.0 {
            PublicKey::P256(_) | PublicKey::Rsa { .. } => CardHash::Sha256,
            PublicKey::P384(_) => CardHash::Sha384,
        }
    }

    const fn algorithm(&self) -> Algorithm {
        match &self.0 {
            PublicKey::P256(_) => Algorithm::Es256,
            PublicKey::P384(_) => Algorithm::Es384,
            PublicKey::Rsa { .. } => Algorithm::Rs256,
        }
    }

    /// Readies the key for signatures over messages.
    pub(super) fn prepare(&self, provider: &CryptoProvider) -> Result<Box<dyn PreparedKey>, KeyError> {
        prepare(provider, self.algorithm(), &self.0)
    }

    /// Verifies the signature of the card's face, which is over three digests: with RSA they stand in one
    /// `DigestInfo`, with elliptic curves they are the message.
    pub(super) fn verify_face(
        &self,
        provider: &CryptoProvider,
        groups: [&[&[u8]]; 3],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        let algorithm = match &self.0 {
            PublicKey::Rsa { .. } => Algorithm::Rs256ThreeDigests,
            PublicKey::P256(_) | PublicKey::P384(_) => self.algorithm(),
        };
        let [first, second, third] = groups.map(|group| self.hash().digest(group));
        prepare(provider, algorithm, &self.0)
            .map_err(|_| SignatureError::Invalid)?
            .verify(&[&first, &second, &third], signature)
    }
}

/// The provider's own verifier; where it has none, the pure-Rust one.
fn prepare(provider: &CryptoProvider, algorithm: Algorithm, key: &PublicKey) -> Result<Box<dyn PreparedKey>, KeyError> {
    let verifier = provider.verifier(algorithm);
    #[cfg(feature = "rustcrypto")]
    let verifier = verifier.or_else(|| crate::crypto::rustcrypto::PROVIDER.verifier(algorithm));
    verifier.ok_or(KeyError::WrongKind)?.prepare(key)
}

/// The hash functions that go with keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CardHash {
    Sha256,
    Sha384,
}

impl CardHash {
    /// The digest of the concatenation of the parts.
    pub(super) fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        fn of<D: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            for part in parts {
                digest.update(part);
            }
            digest.finalize().to_vec()
        }
        match self {
            Self::Sha256 => of::<sha2::Sha256>(parts),
            Self::Sha384 => of::<sha2::Sha384>(parts),
        }
    }

    /// Bytes of a digest.
    pub(super) const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
        }
    }
}
