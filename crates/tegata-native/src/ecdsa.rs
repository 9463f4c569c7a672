//! ECDSA on P-256 and P-384 (FIPS 186-5 §6.4.2, RFC 9053 §2.1).

use core::fmt;

use aws_lc_rs::digest::{self, Context};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA512_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_FIXED,
    EcdsaVerificationAlgorithm, ParsedPublicKey,
};
use tegata::crypto::{KeyError, PreparedKey, SignatureError};

/// The hash of the concatenation of the parts of a message, without concatenating them.
pub(crate) fn hash(algorithm: &'static digest::Algorithm, parts: &[&[u8]]) -> digest::Digest {
    let mut context = Context::new(algorithm);
    for part in parts {
        context.update(part);
    }
    context.finish()
}

/// An ES256 key.
pub(crate) fn es256(point: &[u8; 65]) -> Result<Box<dyn PreparedKey>, KeyError> {
    Ok(Box::new(P256Key(parse(&ECDSA_P256_SHA256_FIXED, point)?)))
}

/// An ES384 key.
pub(crate) fn es384(point: &[u8; 97]) -> Result<Box<dyn PreparedKey>, KeyError> {
    Ok(Box::new(P384Key(parse(&ECDSA_P384_SHA384_FIXED, point)?)))
}

/// A P-384 key that signs SHA-256 hashes.
pub(crate) fn es256_on_p384(point: &[u8; 97]) -> Result<Box<dyn PreparedKey>, KeyError> {
    Ok(Box::new(OtherHashKey::<96> { key: parse(&ECDSA_P384_SHA256_ASN1, point)?, digest: &digest::SHA256 }))
}

/// A P-256 key that signs SHA-512 hashes.
pub(crate) fn es512_on_p256(point: &[u8; 65]) -> Result<Box<dyn PreparedKey>, KeyError> {
    Ok(Box::new(OtherHashKey::<64> { key: parse(&ECDSA_P256_SHA512_ASN1, point)?, digest: &digest::SHA512 }))
}

/// Checks that the coordinates are less than p and the point is on the curve. Compressed and hybrid points and DER,
/// which the library would read as well, are no form of [`PublicKey`](tegata::crypto::PublicKey).
fn parse(algorithm: &'static EcdsaVerificationAlgorithm, point: &[u8]) -> Result<ParsedPublicKey, KeyError> {
    if point.first() != Some(&UNCOMPRESSED) {
        return Err(KeyError::Invalid);
    }
    ParsedPublicKey::new(algorithm, point).map_err(|_| KeyError::Invalid)
}

/// The first byte of an uncompressed point (SEC 1 §2.3.3).
const UNCOMPRESSED: u8 = 4;

struct P256Key(ParsedPublicKey);

impl PreparedKey for P256Key {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        let signature = <&[u8; 64]>::try_from(signature).map_err(|_| SignatureError::Malformed)?;
        self.0.verify_digest_sig(&hash(&digest::SHA256, message), signature).map_err(|_| SignatureError::Invalid)
    }
}

impl fmt::Debug for P256Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedKey(P-256)")
    }
}

struct P384Key(ParsedPublicKey);

impl PreparedKey for P384Key {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        let signature = <&[u8; 96]>::try_from(signature).map_err(|_| SignatureError::Malformed)?;
        let digest = hash(&digest::SHA384, message);
        self.0.verify_digest_sig(&digest, signature).map_err(|_| SignatureError::Invalid)
    }
}

impl fmt::Debug for P384Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedKey(P-384)")
    }
}

/// A key under another hash than belongs to its curve, with signatures of `N` bytes. The library has these pairs with
/// signatures in DER alone.
struct OtherHashKey<const N: usize> {
    key: ParsedPublicKey,
    digest: &'static digest::Algorithm,
}

impl<const N: usize> PreparedKey for OtherHashKey<N> {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        let signature = <&[u8; N]>::try_from(signature).map_err(|_| SignatureError::Malformed)?;
        let signature = to_der(signature).ok_or(SignatureError::Invalid)?;
        self.key.verify_digest_sig(&hash(self.digest, message), &signature).map_err(|_| SignatureError::Invalid)
    }
}

impl<const N: usize> fmt::Debug for OtherHashKey<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if N == 64 { "PreparedKey(P-256, SHA-512)" } else { "PreparedKey(P-384)" })
    }
}

/// `r ‖ s` as `Ecdsa-Sig-Value`, `SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 §2.2.3). Numbers of at most 49 bytes
/// keep every length in its short form.
fn to_der(signature: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let mut der = vec![0x30, 0];
    for number in [r, s] {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let number = number.get(zeros..)?;
        // A leading zero keeps a number positive, and is the number zero when nothing is left.
        let sign: &[u8] = if number.first().is_none_or(|byte| *byte >= 0x80) { &[0] } else { &[] };
        der.extend_from_slice(&[0x02, u8::try_from(sign.len() + number.len()).ok()?]);
        der.extend_from_slice(sign);
        der.extend_from_slice(number);
    }
    let length = u8::try_from(der.len() - 2).ok()?;
    *der.get_mut(1)? = length;
    Some(der)
}

#[cfg(test)]
mod tests {
    use super::to_der;

    #[test]
    fn numbers_are_minimal_and_positive() {
        let mut signature = [0; 96];
        (signature[47], signature[95]) = (0x7F, 0x80);
        assert_eq!(to_der(&signature).unwrap(), [0x30, 7, 2, 1, 0x7F, 2, 2, 0, 0x80]);
        assert_eq!(to_der(&[0; 96]).unwrap(), [0x30, 6, 2, 1, 0, 2, 1, 0]);
        let longest = to_der(&[0xFF; 96]).unwrap();
        assert_eq!((longest.len(), &longest[..5]), (104, &[0x30, 102, 2, 49, 0][..]));
        assert_eq!(longest[53..56], [2, 49, 0]);
    }
}
