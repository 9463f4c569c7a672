use super::{
    CertificateError,
    der::{Element, tag},
    oid,
};

/// How a certificate is signed, of the ways this library can check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// `ecdsa-with-SHA256` (RFC 5758 §3.2). The signature is DER, not r‖s.
    EcdsaSha256,
    /// `ecdsa-with-SHA384` (RFC 5758 §3.2). The signature is DER, not r‖s.
    EcdsaSha384,
    /// `ecdsa-with-SHA512` (RFC 5758 §3.2). The signature is DER, not r‖s.
    EcdsaSha512,
    /// `sha256WithRSAEncryption` (RFC 4055 §5).
    RsaPkcs1Sha256,
    /// `sha512WithRSAEncryption` (RFC 4055 §5).
    RsaPkcs1Sha512,
    /// `id-RSASSA-PSS` with SHA-256, MGF1-SHA-256 and a salt of 32 bytes (RFC 4055 §3.1).
    RsaPssSha256,
    /// `id-RSASSA-PSS` with SHA-512, MGF1-SHA-512 and a salt of 64 bytes (RFC 4055 §3.1).
    RsaPssSha512,
    /// Any other.
    Unsupported,
}

/// Reads `AlgorithmIdentifier` of a signature.
///
/// The parameters of ECDSA must be absent; a NULL, as Japan's passport authority writes, is the one
/// deviation accepted.
pub(super) fn parse(identifier: &Element<'_>, field: &'static str) -> Result<SignatureAlgorithm, CertificateError> {
    let mut reader = identifier.contents(field);
    let kind = reader.expect(tag::OID)?.value;
    let parameters = if reader.is_empty() { None } else { Some(reader.any()?) };
    reader.end()?;
    Ok(match kind {
        oid::ECDSA_WITH_SHA256 if absent_or_null(parameters.as_ref()) => SignatureAlgorithm::EcdsaSha256,
        oid::ECDSA_WITH_SHA384 if absent_or_null(parameters.as_ref()) => SignatureAlgorithm::EcdsaSha384,
        oid::ECDSA_WITH_SHA512 if absent_or_null(parameters.as_ref()) => SignatureAlgorithm::EcdsaSha512,
        oid::SHA256_WITH_RSA if absent_or_null(parameters.as_ref()) => SignatureAlgorithm::RsaPkcs1Sha256,
        oid::SHA512_WITH_RSA if absent_or_null(parameters.as_ref()) => SignatureAlgorithm::RsaPkcs1Sha512,
        oid::RSASSA_PSS if parameters.as_ref().is_some_and(is_pss_sha256) => SignatureAlgorithm::RsaPssSha256,
        oid::RSASSA_PSS if parameters.as_ref().is_some_and(is_pss_sha512) => SignatureAlgorithm::RsaPssSha512,
        _ => SignatureAlgorithm::Unsupported,
    })
}

/// Whether `RSASSA-PSS-params` (RFC 4055 §3.1) mean SHA-256, MGF1-SHA-256 and a salt of 32 bytes.
pub(super) fn is_pss_sha256(parameters: &Element<'_>) -> bool {
    is_pss(parameters, oid::SHA256, 32)
}

/// Whether `RSASSA-PSS-params` (RFC 4055 §3.1) mean SHA-512, MGF1-SHA-512 and a salt of 64 bytes.
fn is_pss_sha512(parameters: &Element<'_>) -> bool {
    is_pss(parameters, oid::SHA512, 64)
}

/// Whether `RSASSA-PSS-params` mean this hash, MGF1 with it, and a salt of this many bytes.
fn is_pss(parameters: &Element<'_>, hash_oid: &[u8], salt_bytes: u32) -> bool {
    let read = || -> Result<bool, CertificateError> {
        if parameters.tag != tag::SEQUENCE {
            return Ok(false);
        }
        let mut reader = parameters.contents("RSASSA-PSS-params");
        // The defaults of the first three are SHA-1, MGF1-SHA-1 and 20.
        let Some(hash) = reader.optional(tag::context_constructed(0))? else { return Ok(false) };
        let Some(mask) = reader.optional(tag::context_constructed(1))? else { return Ok(false) };
        let Some(salt) = reader.optional(tag::context_constructed(2))? else { return Ok(false) };
        let trailer = match reader.optional(tag::context_constructed(3))? {
            Some(trailer) => trailer.contents("trailerField").expect(tag::INTEGER)?.small("trailerField")?,
            None => 1,
        };
        reader.end()?;
        let mut mask = mask.contents("maskGenAlgorithm").expect(tag::SEQUENCE)?.contents("maskGenAlgorithm");
        let mgf1 = mask.expect(tag::OID)?.value == oid::MGF1;
        let salt = salt.contents("saltLength").expect(tag::INTEGER)?.small("saltLength")?;
        Ok(mgf1
            && is_hash(&mask.expect(tag::SEQUENCE)?, hash_oid)?
            && is_hash(&hash.contents("hashAlgorithm").expect(tag::SEQUENCE)?, hash_oid)?
            && salt == salt_bytes
            && trailer == 1)
    };
    read().unwrap_or(false)
}

fn is_hash(identifier: &Element<'_>, hash_oid: &[u8]) -> Result<bool, CertificateError> {
    let mut reader = identifier.contents("hashAlgorithm");
    let kind = reader.expect(tag::OID)?.value;
    let parameters = if reader.is_empty() { None } else { Some(reader.any()?) };
    Ok(kind == hash_oid && absent_or_null(parameters.as_ref()))
}

fn absent_or_null(parameters: Option<&Element<'_>>) -> bool {
    parameters.is_none_or(|parameters| parameters.tag == tag::NULL && parameters.value.is_empty())
}
