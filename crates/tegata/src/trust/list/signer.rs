use super::{Object, Signature, json, jwk};
use crate::codec::json_tree::Json;
use crate::crypto::{Algorithm, CryptoProvider, PublicKey};
use crate::report::{Code, Failure};
use crate::x509::{certificates_from, signature};

/// The keys of one who signs lists, pinned by the caller: never taken from the list, never fetched.
#[derive(Clone, Debug)]
pub struct ListSigner {
    keys: Vec<PublicKey>,
}

impl ListSigner {
    /// Reads a certificate (DER or PEM), a JSON Web Key Set, a single JWK, or a DID document with its keys.
    ///
    /// # Errors
    /// [`Code::TrustUnreadable`] when it is none of these; else the failure of the first key that cannot be
    /// read.
    pub fn read(bytes: &[u8]) -> Result<Self, Failure> {
        let text = core::str::from_utf8(bytes).ok().map(|text| text.trim_start_matches('\u{feff}').trim());
        let keys = match text {
            Some(text) if text.starts_with('{') => keys_in(&json(text)?)?,
            _ => {
                let certificates = certificates_from(bytes)?;
                certificates
                    .iter()
                    .map(|certificate| Ok(certificate.public_key()?.clone()))
                    .collect::<Result<_, Failure>>()?
            }
        };
        if keys.is_empty() { Err(Code::TrustUnreadable.into()) } else { Ok(Self { keys }) }
    }

    /// The keys, in the order they stand.
    #[must_use]
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// Whether one of the keys signed a message, ES256.
    pub(super) fn verify(
        &self,
        message: &[u8],
        signature: &Signature,
        provider: &CryptoProvider,
    ) -> Result<(), Failure> {
        let fixed = match signature {
            Signature::Fixed(bytes) => Some(bytes.clone()),
            Signature::Der(bytes) => signature::fixed_length(bytes, 32),
        };
        let fixed = fixed.filter(|bytes| bytes.len() == 64).ok_or(Code::ListSignatureMalformed)?;
        let verifier = provider.verifier(Algorithm::Es256).ok_or(Code::CertificateKeyUnsupported)?;
        for key in &self.keys {
            let prepared = verifier.prepare(key);
            if prepared.is_ok_and(|key| key.verify(&[message], &fixed).is_ok()) {
                return Ok(());
            }
        }
        Err(Code::ListSignatureInvalid.into())
    }
}

fn keys_in(value: &Json) -> Result<Vec<PublicKey>, Failure> {
    let document = Object::of(value).ok_or(Code::TrustUnreadable)?;
    let key = |jwk: Object<'_>| jwk::key_of(jwk).map(|(key, _)| key);
    match (document.get("verificationMethod"), document.get("keys")) {
        (Some(Json::Array(methods)), _) => {
            let jwks = methods.iter().filter_map(|method| Object::of(method)?.get("publicKeyJwk").and_then(Object::of));
            jwks.map(key).collect()
        }
        (None, Some(Json::Array(keys))) => keys.iter().filter_map(Object::of).map(key).collect(),
        (None, None) if document.has("kty") => key(document).map(|key| vec![key]),
        _ => Err(Code::TrustUnreadable.into()),
    }
}
