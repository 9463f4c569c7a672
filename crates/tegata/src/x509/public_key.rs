use super::{
    CertificateError, algorithm,
    curve::{self, Curve},
    der::{Element, tag},
    oid,
};
use crate::crypto::PublicKey;

/// Reads `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7, RFC 5480 §2, RFC 4055 §1.2).
///
/// The structure is checked here; whether the numbers make a good key is the crypto provider's to say.
pub(super) fn parse(info: &Element<'_>) -> Result<PublicKey, CertificateError> {
    let mut info = info.contents("subjectPublicKeyInfo");
    let mut algorithm = info.expect(tag::SEQUENCE)?.contents("subjectPublicKeyInfo.algorithm");
    let key = info.expect(tag::BIT_STRING)?;
    info.end()?;
    let kind = algorithm.expect(tag::OID)?.value;
    let parameters = if algorithm.is_empty() { None } else { Some(algorithm.any()?) };
    algorithm.end()?;
    let bytes = key.octets_of_bits("subjectPublicKey")?;
    match (kind, parameters) {
        (oid::EC_PUBLIC_KEY, Some(parameters)) => point(curve::parse(&parameters)?, bytes, &key),
        (oid::RSA_ENCRYPTION, _) => rsa(&key),
        (oid::RSASSA_PSS, None) => rsa(&key),
        (oid::RSASSA_PSS, Some(parameters)) if algorithm::is_pss_sha256(&parameters) => rsa(&key),
        _ => Err(CertificateError::KeyUnsupported),
    }
}

fn point(curve: Curve, encoded: &[u8], key: &Element<'_>) -> Result<PublicKey, CertificateError> {
    let malformed = CertificateError::Malformed { field: "subjectPublicKey", offset: key.offset };
    let uncompressed = match encoded.first() {
        Some(4) => None,
        Some(2 | 3) => Some(decompress(curve, encoded, malformed)?),
        _ => return Err(malformed),
    };
    let encoded = uncompressed.as_deref().unwrap_or(encoded);
    match curve {
        Curve::P256 => encoded.try_into().map(PublicKey::P256),
        Curve::P384 => encoded.try_into().map(PublicKey::P384),
    }
    .map_err(|_| malformed)
}

/// A compressed point (SEC 1 §2.3.4), uncompressed.
#[cfg(feature = "rustcrypto")]
fn decompress(curve: Curve, encoded: &[u8], malformed: CertificateError) -> Result<Box<[u8]>, CertificateError> {
    match curve {
        Curve::P256 => {
            p256::ecdsa::VerifyingKey::from_sec1_bytes(encoded).map(|key| key.to_sec1_point(false).to_bytes())
        }
        Curve::P384 => {
            p384::ecdsa::VerifyingKey::from_sec1_bytes(encoded).map(|key| key.to_sec1_point(false).to_bytes())
        }
    }
    .map_err(|_| malformed)
}

/// Uncompressing needs a square root in the field of the curve, which only the arithmetic crates have.
#[cfg(not(feature = "rustcrypto"))]
fn decompress(_: Curve, _: &[u8], _: CertificateError) -> Result<Box<[u8]>, CertificateError> {
    Err(CertificateError::KeyUnsupported)
}

/// `RSAPublicKey` (RFC 8017 §A.1.1).
fn rsa(key: &Element<'_>) -> Result<PublicKey, CertificateError> {
    let mut bits = key.contents("subjectPublicKey");
    bits.skip_octet()?; // the number of unused bits, zero
    let mut numbers = bits.expect(tag::SEQUENCE)?.contents("subjectPublicKey");
    bits.end()?;
    let modulus = numbers.expect(tag::INTEGER)?.positive("subjectPublicKey")?.to_vec();
    let exponent = numbers.expect(tag::INTEGER)?.positive("subjectPublicKey")?.to_vec();
    numbers.end()?;
    Ok(PublicKey::Rsa { modulus, exponent })
}
