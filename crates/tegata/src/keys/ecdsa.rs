//! A signer's public key and signatures, in the forms X.509 wants.

use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier as _};
use sha2::{Digest, Sha256};
use x509_cert::{
    der::asn1::{BitString, ObjectIdentifier},
    spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned},
};

use super::BuildError;
use crate::crypto::{Algorithm, PublicKey, Signer, SigningError};

/// What X.509 says about a signer.
pub(super) struct Identity {
    pub(super) public_key: SubjectPublicKeyInfoOwned,
    pub(super) algorithm: AlgorithmIdentifierOwned,
    /// The leftmost 160 bits of the SHA-256 of the public key (RFC 7093 §2, method 1).
    pub(super) key_id: [u8; 20],
    /// The length of r and of s, in bytes.
    half: usize,
}

impl Identity {
    pub(super) fn of(signer: &dyn Signer) -> Result<Self, BuildError> {
        const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
        const PRIME256V1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
        const SECP384R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
        const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
        const ECDSA_WITH_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");

        let key = signer.public_key();
        let (point, curve, algorithm, half) = match (signer.algorithm(), &key) {
            (Algorithm::Es256, PublicKey::P256(point)) => (point.as_slice(), PRIME256V1, ECDSA_WITH_SHA256, P256_HALF),
            (Algorithm::Es384, PublicKey::P384(point)) => (point.as_slice(), SECP384R1, ECDSA_WITH_SHA384, 48),
            _ => return Err(BuildError::UnsupportedSigner),
        };
        let key_id = key_id(point);
        Ok(Self {
            public_key: SubjectPublicKeyInfoOwned {
                algorithm: AlgorithmIdentifierOwned { oid: EC_PUBLIC_KEY, parameters: Some((&curve).into()) },
                subject_public_key: BitString::from_bytes(point).map_err(|_| BuildError::Encoding)?,
            },
            algorithm: AlgorithmIdentifierOwned { oid: algorithm, parameters: None },
            key_id,
            half,
        })
    }

    /// Whether a signature from outside is this key's. A P-384 one is not checked: building certificates must not
    /// need a provider.
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.half != P256_HALF
            || verifies_p256(self.public_key.subject_public_key.raw_bytes(), message, Signature::from_slice(signature))
    }

    /// Signs, with the signature as X.509 carries it: `Ecdsa-Sig-Value` in a BIT STRING (RFC 3279 §2.2.3).
    pub(super) fn sign(&self, signer: &dyn Signer, message: &[u8]) -> Result<BitString, BuildError> {
        let signature = signer.sign(message)?;
        let der = sequence_of_integers(&signature, self.half)
            .ok_or_else(|| SigningError::new("the signature has a wrong length"))?;
        if !signer.is_in_memory() && !self.verifies(message, &signature) {
            return Err(SigningError::new("the signature does not verify").into());
        }
        BitString::from_bytes(&der).map_err(|_| BuildError::Encoding)
    }
}

/// The leftmost 160 bits of the SHA-256 of a public key (RFC 7093 §2, method 1).
pub(super) fn key_id(point: &[u8]) -> [u8; 20] {
    let hash: [u8; 32] = Sha256::digest(point).into();
    let mut key_id = [0; 20];
    key_id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    key_id
}

/// Whether a certificate request is signed by the P-256 key it is for.
pub(super) fn is_signed_by(point: &[u8], message: &[u8], der: &[u8]) -> bool {
    verifies_p256(point, message, Signature::from_der(der))
}

fn verifies_p256<E>(point: &[u8], message: &[u8], signature: Result<Signature, E>) -> bool {
    match (VerifyingKey::from_sec1_bytes(point), signature) {
        (Ok(key), Ok(signature)) => key.verify(message, &signature).is_ok(),
        _ => false,
    }
}

/// The length of r and of s on P-256, in bytes.
const P256_HALF: usize = 32;

/// `r ‖ s` as `SEQUENCE { r INTEGER, s INTEGER }`, or nothing when it has another length.
fn sequence_of_integers(signature: &[u8], half: usize) -> Option<Vec<u8>> {
    if signature.len() != half * 2 {
        return None;
    }
    let (r, s) = signature.split_at_checked(half)?;
    let contents = [integer(r)?, integer(s)?].concat();
    // Two numbers of at most 49 bytes each: the short form of a length always holds.
    Some([&[0x30, u8::try_from(contents.len()).ok()?], contents.as_slice()].concat())
}

fn integer(number: &[u8]) -> Option<Vec<u8>> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let number = number.get(zeros..)?;
    // A leading zero keeps a number positive, and is the number zero when nothing is left.
    let sign: &[u8] = if number.first().is_none_or(|byte| *byte >= 0x80) { &[0] } else { &[] };
    let length = u8::try_from(sign.len() + number.len()).ok()?;
    Some([&[0x02, length], sign, number].concat())
}

#[cfg(test)]
mod tests {
    use super::sequence_of_integers;

    #[test]
    fn numbers_are_minimal_and_positive() {
        let der = |signature: &[u8]| sequence_of_integers(signature, 2);
        assert_eq!(der(&[1, 2, 3, 4]).unwrap(), [0x30, 8, 2, 2, 1, 2, 2, 2, 3, 4]);
        assert_eq!(der(&[0, 0x80, 0x80, 0]).unwrap(), [0x30, 9, 2, 2, 0, 0x80, 2, 3, 0, 0x80, 0]);
        assert_eq!(der(&[0, 0, 0, 1]).unwrap(), [0x30, 6, 2, 1, 0, 2, 1, 1]);
        assert_eq!(der(&[1, 2, 3]), None);
    }
}
