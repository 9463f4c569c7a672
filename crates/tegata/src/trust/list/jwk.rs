//! JSON Web Keys (RFC 7517, RFC 7518 §6) as real lists write them.
//!
//! Software of the WHO's network writes numbers with the sign byte of its language, so that coordinates
//! have 33 bytes, and `UNKNOWN CURVE` for P-384. Numbers are therefore compared as numbers, and the key is
//! taken from the certificate wherever there is one.

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};

use super::{Dropped, Entries, List, ListEntry, ListFormat, Object, Role, Seal, usage_of};
use crate::codec::json_tree::Json;
use crate::crypto::PublicKey;
use crate::report::{Code, Failure};
use crate::x509::Certificate;

/// Reads the members of a JSON Web Key Set.
pub(super) fn read_set(keys: &[Json]) -> List {
    let mut entries = Entries::default();
    for key in keys {
        entries.add(|place| {
            let jwk = Object::of(key).ok_or_else(|| Dropped::new(place, Code::ListEntryMalformed))?;
            let id = jwk.text("kid").map_or_else(|| place.clone(), str::to_owned);
            let (key, certificate) = key_of(jwk).map_err(|failure| Dropped::new(id.clone(), failure))?;
            let key_id = match (jwk.text("kid"), &certificate) {
                (Some(kid), _) => key_id(kid),
                (None, Some(certificate)) => certificate.key_id().to_vec(),
                (None, None) => Vec::new(),
            };
            Ok(ListEntry {
                id,
                key_id,
                role: Role::Unstated,
                usage: certificate.as_ref().map_or("DSC", usage_of).into(),
                country: certificate.as_ref().and_then(|certificate| certificate.country()).map(str::to_owned),
                key,
                certificate,
            })
        });
    }
    entries.finish(ListFormat::Jwks, Seal::None)
}

/// The bytes of a key id: Base64 in either alphabet, padded or not; what is not Base64 stands for itself.
pub(super) fn key_id(kid: &str) -> Vec<u8> {
    base64(kid).unwrap_or_else(|| kid.as_bytes().to_vec())
}

/// Base64 in either alphabet, padded or not.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let url: String = text
        .trim_end_matches('=')
        .chars()
        .map(|character| match character {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    Base64UrlUnpadded::decode_vec(&url).ok()
}

/// A JWK's key and certificate. The certificate's key counts, and the JWK's must be the same number.
pub(super) fn key_of(jwk: Object<'_>) -> Result<(PublicKey, Option<Certificate>), Failure> {
    let Some(certificate) = certificate(jwk)? else { return Ok((bare_key(jwk)?, None)) };
    let key = certificate.public_key()?.clone();
    if !is_same(jwk, &key)? {
        return Err(Code::ListKeyMismatch.into());
    }
    Ok((key, Some(certificate)))
}

/// The first certificate of `x5c`, whose key the JWK is about (RFC 7517 §4.7).
fn certificate(jwk: Object<'_>) -> Result<Option<Certificate>, Failure> {
    let malformed = || Failure::of_field(Code::ListEntryMalformed, "x5c");
    match jwk.get("x5c") {
        None if jwk.repeats("x5c") => Err(malformed()),
        None => Ok(None),
        Some(Json::Array(chain)) => match chain.first() {
            Some(Json::Text(text)) => {
                let der = Base64::decode_vec(text).map_err(|_| malformed())?;
                Ok(Some(Certificate::parse(&der)?))
            }
            _ => Err(malformed()),
        },
        Some(_) => Err(malformed()),
    }
}

/// Whether a JWK says the same key as a certificate. A curve it names must be the certificate's, unless the
/// name is of no curve at all.
fn is_same(jwk: Object<'_>, key: &PublicKey) -> Result<bool, Failure> {
    let same = |name: &'static str, number: &[u8]| -> Result<bool, Failure> {
        Ok(member(jwk, name)?.as_slice() == without_leading_zeros(number))
    };
    let curve = |own: &str| !matches!(jwk.text("crv"), Some(crv @ ("P-256" | "P-384" | "P-521")) if crv != own);
    let point = |own: &str, point: &[u8]| -> Result<bool, Failure> {
        let coordinates = point.get(1..).unwrap_or_default();
        let (x, y) = coordinates.split_at_checked(coordinates.len() / 2).unwrap_or_default();
        Ok(jwk.text("kty") == Some("EC") && curve(own) && same("x", x)? && same("y", y)?)
    };
    match key {
        PublicKey::P256(bytes) => point("P-256", bytes),
        PublicKey::P384(bytes) => point("P-384", bytes),
        PublicKey::Rsa { modulus, exponent } => {
            Ok(jwk.text("kty") == Some("RSA") && same("n", modulus)? && same("e", exponent)?)
        }
    }
}

/// The key of a JWK without a certificate.
fn bare_key(jwk: Object<'_>) -> Result<PublicKey, Failure> {
    match (jwk.text("kty"), jwk.text("crv")) {
        (Some("EC"), Some("P-256")) => Ok(PublicKey::P256(point::<65>(jwk)?)),
        (Some("EC"), Some("P-384")) => Ok(PublicKey::P384(point::<97>(jwk)?)),
        (Some("RSA"), _) => Ok(PublicKey::Rsa { modulus: member(jwk, "n")?, exponent: member(jwk, "e")? }),
        (Some(_), _) => Err(Code::CertificateKeyUnsupported.into()),
        (None, _) => Err(Failure::of_field(Code::ListEntryMalformed, "kty")),
    }
}

/// `04 ‖ x ‖ y`, which has `N` bytes.
fn point<const N: usize>(jwk: Object<'_>) -> Result<[u8; N], Failure> {
    let half = N / 2;
    let mut point = vec![4];
    for name in ["x", "y"] {
        let number = member(jwk, name)?;
        let padding = half.checked_sub(number.len()).ok_or(Failure::of_field(Code::ListEntryMalformed, name))?;
        point.resize(point.len() + padding, 0);
        point.extend(number);
    }
    point.try_into().map_err(|_| Code::ListEntryMalformed.into())
}

/// A number, big-endian without leading zeros.
fn member(jwk: Object<'_>, name: &'static str) -> Result<Vec<u8>, Failure> {
    let bytes = jwk.text(name).and_then(base64).ok_or(Failure::of_field(Code::ListEntryMalformed, name))?;
    Ok(without_leading_zeros(&bytes).to_vec())
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}
