//! RSASSA-PSS and RSASSA-PKCS1-v1_5 with SHA-256 and SHA-512 (RFC 8017 §8, RFC 8230 §2).

use core::fmt;

use aws_lc_rs::digest::{self, SHA256, SHA512};
use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
};
use tegata::crypto::rustcrypto::{MAX_RSA_BITS, MIN_RSA_BITS};
use tegata::crypto::{Algorithm, KeyError, PreparedKey, PublicKey, SignatureError};

use crate::ecdsa::hash;
use crate::portable;

/// A PS256 key. The salt is exactly as long as the hash, 32 bytes, which is the library's default.
pub(crate) fn ps256(modulus: &[u8], exponent: &[u8]) -> Result<Box<dyn PreparedKey>, KeyError> {
    prepare(Algorithm::Ps256, &RSA_PSS_2048_8192_SHA256, &SHA256, modulus, exponent)
}

/// An RS256 key.
pub(crate) fn rs256(modulus: &[u8], exponent: &[u8]) -> Result<Box<dyn PreparedKey>, KeyError> {
    prepare(Algorithm::Rs256, &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, &SHA256, modulus, exponent)
}

/// A PS512 key. The salt is exactly as long as the hash, 64 bytes.
pub(crate) fn ps512(modulus: &[u8], exponent: &[u8]) -> Result<Box<dyn PreparedKey>, KeyError> {
    prepare(Algorithm::Ps512, &RSA_PSS_2048_8192_SHA512, &SHA512, modulus, exponent)
}

/// An RS512 key.
pub(crate) fn rs512(modulus: &[u8], exponent: &[u8]) -> Result<Box<dyn PreparedKey>, KeyError> {
    prepare(Algorithm::Rs512, &RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, &SHA512, modulus, exponent)
}

fn prepare(
    algorithm: Algorithm,
    parameters: &'static RsaParameters,
    digest: &'static digest::Algorithm,
    modulus: &[u8],
    exponent: &[u8],
) -> Result<Box<dyn PreparedKey>, KeyError> {
    let (n, e) = (without_leading_zeros(modulus), without_leading_zeros(exponent));
    check(n, e)?;
    if u32::try_from(bits(n)).is_ok_and(|bits| bits >= parameters.min_modulus_len()) {
        // The key was checked above; the library itself looks at its numbers with the first signature only.
        let key = RsaPublicKeyComponents { n, e }.to_parsed_public_key(parameters).map_err(|_| KeyError::Invalid)?;
        return Ok(Box::new(RsaKey { key, digest, length: n.len() }));
    }
    portable(algorithm, &PublicKey::Rsa { modulus: n.to_vec(), exponent: e.to_vec() })
}

/// The longest public exponent prepared, in bytes, as with the pure-Rust provider.
const MAX_RSA_EXPONENT_BYTES: usize = 4;

/// Checks that a modulus and an exponent without leading zeros are odd and of the lengths prepared. An exponent is
/// at least 3; that it is less than the modulus follows from their lengths.
fn check(modulus: &[u8], exponent: &[u8]) -> Result<(), KeyError> {
    if bits(modulus) > MAX_RSA_BITS {
        return Err(KeyError::TooLong);
    }
    let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
    let good = bits(modulus) >= MIN_RSA_BITS
        && is_odd(modulus)
        && exponent.len() <= MAX_RSA_EXPONENT_BYTES
        && is_odd(exponent)
        && exponent != [1];
    if good { Ok(()) } else { Err(KeyError::Invalid) }
}

/// The length in bits of a number without leading zeros.
fn bits(number: &[u8]) -> usize {
    let zeros = number.first().map_or(0, |byte| byte.leading_zeros());
    (number.len() * 8).saturating_sub(usize::try_from(zeros).unwrap_or(0))
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

struct RsaKey {
    key: ParsedPublicKey,
    digest: &'static digest::Algorithm,
    /// The length of the modulus in bytes, which every signature has (RFC 8017 §8.1.2, §8.2.2).
    length: usize,
}

impl PreparedKey for RsaKey {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        if signature.len() != self.length {
            return Err(SignatureError::Malformed);
        }
        self.key.verify_digest_sig(&hash(self.digest, message), signature).map_err(|_| SignatureError::Invalid)
    }
}

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedKey(RSA)")
    }
}
