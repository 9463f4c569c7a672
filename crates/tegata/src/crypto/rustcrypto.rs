//! The pure-Rust provider, on the RustCrypto crates `p256`, `p384` and `rsa`.
//!
//! Public keys and signatures come from anywhere; every number is checked before it is used.
//! Verification handles public data only and does not run in constant time.

use core::fmt;

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::{BoxedUint, RsaPublicKey, pkcs1v15, pss};
use sha2::{Digest, Sha256, Sha384, Sha512, digest::Output};

use super::{Algorithm, CryptoProvider, KeyError, PreparedKey, PublicKey, SignatureError, SignatureVerifier};

/// Every algorithm of [`Algorithm`], in pure Rust.
pub static PROVIDER: CryptoProvider = CryptoProvider {
    verification: &[
        &Verifier(Algorithm::Es256),
        &Verifier(Algorithm::Es384),
        &Verifier(Algorithm::Ps256),
        &Verifier(Algorithm::Rs256),
        &Verifier(Algorithm::Es256OnP384),
        &Verifier(Algorithm::Rs256ThreeDigests),
        &Verifier(Algorithm::Es512OnP256),
        &Verifier(Algorithm::Ps512),
        &Verifier(Algorithm::Rs512),
    ],
};

/// The shortest RSA modulus prepared, in bits. Keys this short are found among real issuers; whether
/// one below 2048 bits is relied on is the caller's policy.
pub const MIN_RSA_BITS: usize = 1024;

/// The longest RSA modulus prepared, in bits: three document signers in the field have RSA-4096, none
/// has more, and the time of a verification grows with the square of the length.
pub const MAX_RSA_BITS: usize = 4096;

/// The longest public exponent prepared, in bytes. All known keys use 65537; the time of a
/// verification grows with the length of the exponent.
const MAX_RSA_EXPONENT_BYTES: usize = 4;

#[derive(Debug)]
struct Verifier(Algorithm);

impl SignatureVerifier for Verifier {
    fn algorithm(&self) -> Algorithm {
        self.0
    }

    fn prepare(&self, key: &PublicKey) -> Result<Box<dyn PreparedKey>, KeyError> {
        Ok(match (self.0, key) {
            (Algorithm::Es256, PublicKey::P256(point)) => {
                Box::new(P256Key(p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| KeyError::Invalid)?))
            }
            (Algorithm::Es512OnP256, PublicKey::P256(point)) => Box::new(P256Sha512Key(P256Key(
                p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| KeyError::Invalid)?,
            ))),
            (Algorithm::Es384 | Algorithm::Es256OnP384, PublicKey::P384(point)) => Box::new(P384Key {
                key: p384::ecdsa::VerifyingKey::from_sec1_bytes(point).map_err(|_| KeyError::Invalid)?,
                sha256: self.0 == Algorithm::Es256OnP384,
            }),
            (Algorithm::Ps256, PublicKey::Rsa { modulus, exponent }) => {
                let (key, length) = rsa_key(modulus, exponent)?;
                // The salt is exactly as long as the hash, 32 bytes (RFC 8230 §2).
                Box::new(RsaKey { key: pss::VerifyingKey::<Sha256>::new(key), length })
            }
            (Algorithm::Rs256, PublicKey::Rsa { modulus, exponent }) => {
                let (key, length) = rsa_key(modulus, exponent)?;
                Box::new(RsaKey { key: pkcs1v15::VerifyingKey::<Sha256>::new(key), length })
            }
            (Algorithm::Rs256ThreeDigests, PublicKey::Rsa { modulus, exponent }) => {
                let (key, length) = rsa_key(modulus, exponent)?;
                Box::new(RsaKey { key: ThreeDigests(key), length })
            }
            (Algorithm::Ps512, PublicKey::Rsa { modulus, exponent }) => {
                let (key, length) = rsa_key(modulus, exponent)?;
                // The salt is exactly as long as the hash, 64 bytes, as every such certificate has it.
                Box::new(RsaKey { key: pss::VerifyingKey::<Sha512>::new(key), length })
            }
            (Algorithm::Rs512, PublicKey::Rsa { modulus, exponent }) => {
                let (key, length) = rsa_key(modulus, exponent)?;
                Box::new(RsaKey { key: pkcs1v15::VerifyingKey::<Sha512>::new(key), length })
            }
            (
                Algorithm::Es256
                | Algorithm::Es384
                | Algorithm::Ps256
                | Algorithm::Rs256
                | Algorithm::Es256OnP384
                | Algorithm::Es512OnP256
                | Algorithm::Ps512
                | Algorithm::Rs512
                | Algorithm::Rs256ThreeDigests,
                PublicKey::P256(_) | PublicKey::P384(_) | PublicKey::Rsa { .. },
            ) => return Err(KeyError::WrongKind),
        })
    }
}

struct P256Key(p256::ecdsa::VerifyingKey);

impl PreparedKey for P256Key {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        let signature = <&[u8; 64]>::try_from(signature).map_err(|_| SignatureError::Malformed)?;
        // Refuses r and s outside 1..n. A high s is accepted: COSE does not forbid it and issuers send it.
        let signature = p256::ecdsa::Signature::from_slice(signature).map_err(|_| SignatureError::Invalid)?;
        self.0.verify_prehash(&digest::<Sha256>(message), &signature).map_err(|_| SignatureError::Invalid)
    }
}

impl fmt::Debug for P256Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedKey(P-256)")
    }
}

/// A key of P-256 under SHA-512 in place of the SHA-256 that belongs to the curve.
struct P256Sha512Key(P256Key);

impl PreparedKey for P256Sha512Key {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        let signature = <&[u8; 64]>::try_from(signature).map_err(|_| SignatureError::Malformed)?;
        let signature = p256::ecdsa::Signature::from_slice(signature).map_err(|_| SignatureError::Invalid)?;
        let P256Sha512Key(P256Key(key)) = self;
        key.verify_prehash(&digest::<Sha512>(message), &signature).map_err(|_| SignatureError::Invalid)
    }
}

impl fmt::Debug for P256Sha512Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedKey(P-256, SHA-512)")
    }
}

struct P384Key {
    key: p384::ecdsa::VerifyingKey,
    /// SHA-256 in place of the SHA-384 that belongs to the curve.
    sha256: bool,
}

impl PreparedKey for P384Key {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        let signature = <&[u8; 96]>::try_from(signature).map_err(|_| SignatureError::Malformed)?;
        let signature = p384::ecdsa::Signature::from_slice(signature).map_err(|_| SignatureError::Invalid)?;
        let verified = if self.sha256 {
            self.key.verify_prehash(&digest::<Sha256>(message), &signature)
        } else {
            self.key.verify_prehash(&digest::<Sha384>(message), &signature)
        };
        verified.map_err(|_| SignatureError::Invalid)
    }
}

impl fmt::Debug for P384Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedKey(P-384)")
    }
}

struct RsaKey<K> {
    key: K,
    /// The length of the modulus in bytes, which every signature has (RFC 8017 §8.1.2, §8.2.2).
    length: usize,
}

impl PreparedKey for RsaKey<pss::VerifyingKey<Sha256>> {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        if signature.len() != self.length {
            return Err(SignatureError::Malformed);
        }
        let signature = pss::Signature::try_from(signature).map_err(|_| SignatureError::Malformed)?;
        self.key.verify_prehash(&digest::<Sha256>(message), &signature).map_err(|_| SignatureError::Invalid)
    }
}

impl PreparedKey for RsaKey<pss::VerifyingKey<Sha512>> {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        if signature.len() != self.length {
            return Err(SignatureError::Malformed);
        }
        let signature = pss::Signature::try_from(signature).map_err(|_| SignatureError::Malformed)?;
        self.key.verify_prehash(&digest::<Sha512>(message), &signature).map_err(|_| SignatureError::Invalid)
    }
}

impl PreparedKey for RsaKey<pkcs1v15::VerifyingKey<Sha256>> {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        if signature.len() != self.length {
            return Err(SignatureError::Malformed);
        }
        let signature = pkcs1v15::Signature::try_from(signature).map_err(|_| SignatureError::Malformed)?;
        self.key.verify_prehash(&digest::<Sha256>(message), &signature).map_err(|_| SignatureError::Invalid)
    }
}

impl PreparedKey for RsaKey<pkcs1v15::VerifyingKey<Sha512>> {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        if signature.len() != self.length {
            return Err(SignatureError::Malformed);
        }
        let signature = pkcs1v15::Signature::try_from(signature).map_err(|_| SignatureError::Malformed)?;
        self.key.verify_prehash(&digest::<Sha512>(message), &signature).map_err(|_| SignatureError::Invalid)
    }
}

/// A key for [`Algorithm::Rs256ThreeDigests`].
struct ThreeDigests(RsaPublicKey);

/// `DigestInfo` (RFC 8017 §9.2) that names SHA-256, up to the three digests: its two lengths are those of 96 bytes.
const THREE_DIGESTS_PREFIX: [u8; 19] =
    [0x30, 0x71, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x60];

impl PreparedKey for RsaKey<ThreeDigests> {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        if signature.len() != self.length {
            return Err(SignatureError::Malformed);
        }
        let scheme = rsa::Pkcs1v15Sign { hash_len: Some(96), prefix: Box::new(THREE_DIGESTS_PREFIX) };
        self.key.0.verify(scheme, &message.concat(), signature).map_err(|_| SignatureError::Invalid)
    }
}

impl<K> fmt::Debug for RsaKey<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedKey(RSA)")
    }
}

/// A checked RSA key and the length of its signatures in bytes.
fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Result<(RsaPublicKey, usize), KeyError> {
    let (modulus, exponent) = (without_leading_zeros(modulus), without_leading_zeros(exponent));
    if modulus.len() > MAX_RSA_BITS / 8 {
        return Err(KeyError::TooLong);
    }
    if exponent.len() > MAX_RSA_EXPONENT_BYTES || exponent == [1] {
        return Err(KeyError::Invalid);
    }
    let (n, e) = (BoxedUint::from_be_slice_vartime(modulus), BoxedUint::from_be_slice_vartime(exponent));
    // Checks that both are odd, that e is at least 3 and less than n, and the length of n.
    let key = RsaPublicKey::new_with_size_limits(n, e, MIN_RSA_BITS..=MAX_RSA_BITS).map_err(|_| KeyError::Invalid)?;
    Ok((key, modulus.len()))
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// The hash of the concatenation of the parts, without concatenating them.
fn digest<D: Digest>(parts: &[&[u8]]) -> Output<D> {
    let mut digest = D::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize()
}
