//! The municipality's side.

use core::fmt;
#[cfg(feature = "server")]
use std::path::Path;

use p256::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _};
use rustls::crypto::hpke::{EncapsulatedSecret, HpkePrivateKey, HpkePublicKey};
use sha2::{Digest as _, Sha256};
use tegata::codec::cbor::Encoder;
use tegata::cose::Prepared;
use tegata::crypto::{Algorithm, Signer as _};
use tegata::keys::{SoftwareSigner, public_key_info};
use tegata::model::MunicipalityCode;
use zeroize::{Zeroize as _, Zeroizing};

use super::message::{SealedAnswer, SealedRequest, hash};
use super::{INFO, SealedError, suite};

/// The content type in the protected header, so that nothing else that a key signs passes for an answer.
pub(super) const CONTENT_TYPE: &str = "application/tegata-sealed-answer";

/// Labels of header parameters (RFC 9052 §3.1).
const ALGORITHM: i64 = 1;
pub(super) const CONTENT_TYPE_LABEL: i64 = 3;

/// The keys of a municipality: the one that opens requests, and the one that signs answers.
pub struct SealingKeys {
    municipality: MunicipalityCode,
    opening: HpkePrivateKey,
    signing: SoftwareSigner,
    in_use: KeysInUse,
}

/// Which keys a municipality's sealed requests are opened with, and its answers signed: by the fingerprints of their
/// public halves, to be compared with what kiosks have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeysInUse {
    /// The municipality.
    pub municipality: MunicipalityCode,
    /// The [fingerprint](key_fingerprint) of the key that requests are sealed to.
    pub sealing: String,
    /// The fingerprint of the key that answers are signed with.
    pub answer: String,
}

/// The fingerprint of a public key (`SubjectPublicKeyInfo`, DER): SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn key_fingerprint(public_key_info: &[u8]) -> String {
    Sha256::digest(public_key_info).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A request that was opened.
pub struct Opened {
    pub(crate) content: Zeroizing<Vec<u8>>,
    municipality: MunicipalityCode,
    request: [u8; 32],
}

impl Opened {
    /// What is in it, which nobody on the way has changed.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.content
    }

    /// The municipality that it was sealed for.
    #[must_use]
    pub const fn municipality(&self) -> MunicipalityCode {
        self.municipality
    }
}

impl SealingKeys {
    /// Reads the files: each a P-256 key in PEM, the first PKCS#8.
    #[cfg(feature = "server")]
    pub(crate) fn read(municipality: MunicipalityCode, opening: &Path, signing: &Path) -> Result<Self, SealedError> {
        let read =
            |path, field| std::fs::read_to_string(path).map(Zeroizing::new).map_err(|_| SealedError::Key { field });
        Self::from_pem(municipality, &read(opening, "key")?, &read(signing, "answer_key")?)
    }

    /// The key that opens requests (PKCS#8, PEM) and the one that signs answers (PKCS#8 or SEC1, PEM), both P-256.
    ///
    /// # Errors
    /// [`SealedError::Key`].
    pub fn from_pem(municipality: MunicipalityCode, opening: &str, signing: &str) -> Result<Self, SealedError> {
        let key = p256::SecretKey::from_pkcs8_pem(opening.trim()).map_err(|_| SealedError::Key { field: "key" })?;
        let signing = SoftwareSigner::from_pem(signing, None);
        let signing = signing.ok().filter(|signer| signer.algorithm() == Algorithm::Es256);
        let unusable = SealedError::Key { field: "answer_key" };
        let signing = signing.ok_or(unusable)?;
        let sealing = key.public_key().to_public_key_der().map_err(|_| SealedError::Key { field: "key" })?;
        let answer = public_key_info(&signing).map_err(|_| unusable)?;
        // One key for two purposes would be a key for neither.
        if sealing.as_bytes() == answer {
            return Err(unusable);
        }
        let in_use =
            KeysInUse { municipality, sealing: key_fingerprint(sealing.as_bytes()), answer: key_fingerprint(&answer) };
        let mut bytes = key.to_bytes();
        // It wipes what it is given.
        let opening = HpkePrivateKey::from(bytes.to_vec());
        bytes.as_mut_slice().zeroize();
        Ok(Self { municipality, opening, signing, in_use })
    }

    /// Which keys these are.
    #[must_use]
    pub const fn in_use(&self) -> &KeysInUse {
        &self.in_use
    }

    /// The municipality that a message is addressed to, which is not certain before it is opened.
    ///
    /// # Errors
    /// [`SealedError::Malformed`].
    pub fn addressee(message: &[u8]) -> Result<MunicipalityCode, SealedError> {
        Ok(SealedRequest::decode(message)?.municipality)
    }

    /// Opens a request.
    ///
    /// # Errors
    /// [`SealedError::Malformed`], and [`SealedError::NotOpened`] where it was changed or is for another municipality.
    pub fn open(&self, message: &[u8]) -> Result<Opened, SealedError> {
        let sealed = SealedRequest::decode(message)?;
        if sealed.municipality != self.municipality {
            return Err(SealedError::NotOpened);
        }
        let associated = SealedRequest::associated(sealed.municipality);
        let encapsulated = EncapsulatedSecret(sealed.encapsulated);
        let content = suite().open(&encapsulated, INFO, &associated, &sealed.ciphertext, &self.opening);
        let content = content.map(Zeroizing::new).map_err(|_| SealedError::NotOpened)?;
        Ok(Opened { content, municipality: self.municipality, request: hash(message) })
    }

    /// Seals the answer to a request, to the key that stood in it, and signs it over the request's hash. The
    /// key is an uncompressed point of P-256.
    ///
    /// # Errors
    /// [`SealedError::Malformed`] where the key is no such point, [`SealedError::Failed`].
    pub fn answer(&self, opened: &Opened, key: &[u8], content: &[u8]) -> Result<Vec<u8>, SealedError> {
        let associated = SealedAnswer::associated(self.municipality, &opened.request);
        let key = HpkePublicKey(key.to_vec());
        let (encapsulated, ciphertext) = suite()
            .seal(INFO, &associated, content, &key)
            .map_err(|_| SealedError::Malformed { field: "answer_key" })?;
        let payload = SealedAnswer {
            municipality: self.municipality,
            request: opened.request,
            encapsulated: encapsulated.0,
            ciphertext,
        };
        let mut protected = Encoder::new();
        protected.map(|header| {
            header.int_key(ALGORITHM, |value| value.int(Algorithm::Es256.cose_id()));
            header.int_key(CONTENT_TYPE_LABEL, |value| value.text(CONTENT_TYPE));
        });
        let prepared = Prepared { protected: protected.into_bytes(), payload: payload.encode() };
        let signature = self.signing.sign(&prepared.to_be_signed()).map_err(|_| SealedError::Failed)?;
        Ok(prepared.finalise(&signature))
    }
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKeys").field("municipality", &self.municipality).finish_non_exhaustive()
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened(..)")
    }
}
