//! Keys of authorities, municipalities and cards. They protect nothing: the seed gives them away.

use chacha20::rand_core::Rng;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use serde_json::{Value, json};

use crate::algorithm::Algorithm;
use crate::error::SimulatorError;
use crate::random::Seed;
use crate::tlv;

const RSA_BITS: usize = 2048;
const RSA_MODULUS_BYTES: usize = RSA_BITS / 8;
/// 65537, as all keys of real cards have it.
const RSA_EXPONENT: [u8; 3] = [1, 0, 1];

#[derive(Clone)]
pub(crate) enum SimulatorKey {
    Rsa(Box<RsaPrivateKey>),
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
}

impl SimulatorKey {
    pub(crate) fn generate(algorithm: Algorithm, seed: &Seed) -> Result<Self, SimulatorError> {
        let mut generator = seed.generator();
        Ok(match algorithm {
            Algorithm::Rsa2048 => {
                let key = RsaPrivateKey::new(&mut generator, RSA_BITS).map_err(|_| SimulatorError::Key)?;
                Self::Rsa(Box::new(key))
            }
            // Not one draw in 2^32 is outside the order of the curve; then the next is taken.
            Algorithm::P256 => loop {
                let mut scalar = [0; 32];
                generator.fill_bytes(&mut scalar);
                if let Ok(key) = p256::ecdsa::SigningKey::from_slice(&scalar) {
                    break Self::P256(key);
                }
            },
            Algorithm::P384 => loop {
                let mut scalar = [0; 48];
                generator.fill_bytes(&mut scalar);
                if let Ok(key) = p384::ecdsa::SigningKey::from_slice(&scalar) {
                    break Self::P384(key);
                }
            },
        })
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa(_) => Algorithm::Rsa2048,
            Self::P256(_) => Algorithm::P256,
            Self::P384(_) => Algorithm::P384,
        }
    }

    /// The public key as files and certificates hold it.
    pub(crate) fn object(&self) -> Result<Vec<u8>, SimulatorError> {
        match self {
            Self::Rsa(key) => {
                let mut object = tlv::short_object(0x90, &RSA_EXPONENT)?;
                object.extend(tlv::short_object(0x91, &modulus(key)?)?);
                Ok(object)
            }
            Self::P256(_) | Self::P384(_) => tlv::short_object(0x86, &self.point()),
        }
    }

    /// The public key as a list of authorities has it: `rsa` or `ec`, and its numbers in hex.
    pub(crate) fn json(&self) -> Result<(&'static str, Value), SimulatorError> {
        Ok(match self {
            Self::Rsa(key) => ("rsa", json!({"n": hex(&modulus(key)?), "e": hex(&RSA_EXPONENT)})),
            Self::P256(_) | Self::P384(_) => {
                let curve = if matches!(self, Self::P256(_)) { "P-256" } else { "P-384" };
                let point = self.point();
                let coordinates = point.get(1..).unwrap_or_default();
                let (x, y) = coordinates.split_at(coordinates.len() / 2);
                ("ec", json!({"curve": curve, "x": hex(x), "y": hex(y)}))
            }
        })
    }

    /// A signature over the message with the key's own hash.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SimulatorError> {
        let digest = self.algorithm().digest(message);
        match self {
            Self::Rsa(key) => rsa_sign(key, &sha256_digest_info(&digest)?),
            Self::P256(_) | Self::P384(_) => self.sign_prehash(&digest),
        }
    }

    /// The signature of a card's face, over the digests of its three groups of objects: with RSA all three stand
    /// in one `DigestInfo` that names SHA-256; with elliptic curves they are the message.
    pub(crate) fn sign_groups(&self, groups: [&[u8]; 3]) -> Result<Vec<u8>, SimulatorError> {
        let digests: Vec<u8> = groups.into_iter().flat_map(|group| self.algorithm().digest(group)).collect();
        match self {
            Self::Rsa(key) => rsa_sign(key, &sha256_digest_info(&digests)?),
            Self::P256(_) | Self::P384(_) => self.sign(&digests),
        }
    }

    /// What a card makes of a `DigestInfo` it is handed; `None` for anything but one of the key's own hash.
    pub(crate) fn sign_digest_info(&self, info: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(key) => {
                info.strip_prefix(&DIGEST_INFO_SHA256).filter(|digest| digest.len() == 32)?;
                rsa_sign(key, info).ok()
            }
            Self::P256(_) => {
                let digest = info.strip_prefix(&DIGEST_INFO_SHA256).filter(|digest| digest.len() == 32)?;
                self.sign_prehash(digest).ok()
            }
            Self::P384(_) => {
                let digest = info.strip_prefix(&DIGEST_INFO_SHA384).filter(|digest| digest.len() == 48)?;
                self.sign_prehash(digest).ok()
            }
        }
    }

    /// The uncompressed point; nothing for RSA.
    fn point(&self) -> Vec<u8> {
        match self {
            Self::Rsa(_) => Vec::new(),
            Self::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Self::P384(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        }
    }

    fn sign_prehash(&self, digest: &[u8]) -> Result<Vec<u8>, SimulatorError> {
        match self {
            Self::Rsa(_) => Err(SimulatorError::Key),
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign_prehash(digest).map_err(|_| SimulatorError::Key)?;
                Ok(signature.to_bytes().to_vec())
            }
            Self::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign_prehash(digest).map_err(|_| SimulatorError::Key)?;
                Ok(signature.to_bytes().to_vec())
            }
        }
    }
}

/// Everything of `DigestInfo` (RFC 8017 §9.2, notes) before a digest of SHA-256.
const DIGEST_INFO_SHA256: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
/// The same for SHA-384.
const DIGEST_INFO_SHA384: [u8; 19] =
    [0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30];

/// A `DigestInfo` that names SHA-256 and carries these bytes, one digest or three.
fn sha256_digest_info(digests: &[u8]) -> Result<Vec<u8>, SimulatorError> {
    let mut info = DIGEST_INFO_SHA256;
    let length = u8::try_from(digests.len()).map_err(|_| SimulatorError::Key)?;
    let outer = length.checked_add(17).filter(|outer| *outer < 0x80).ok_or(SimulatorError::Key)?;
    let [_, outer_length, .., inner_length] = &mut info;
    (*outer_length, *inner_length) = (outer, length);
    Ok([&info, digests].concat())
}

fn rsa_sign(key: &RsaPrivateKey, digest_info: &[u8]) -> Result<Vec<u8>, SimulatorError> {
    key.sign(Pkcs1v15Sign::new_unprefixed(), digest_info).map_err(|_| SimulatorError::Key)
}

fn modulus(key: &RsaPrivateKey) -> Result<Vec<u8>, SimulatorError> {
    let bytes = key.n().to_be_bytes_trimmed_vartime();
    if bytes.len() == RSA_MODULUS_BYTES { Ok(bytes.into_vec()) } else { Err(SimulatorError::Key) }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
