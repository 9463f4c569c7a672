use core::fmt;

use crate::crypto::{CryptoProvider, PublicKey};
use crate::report::{Code, Failure};
use crate::trust::keys::SignerKeys;
use crate::trust::{MIN_RSA_BITS, Tolerances};
use crate::x509::Certificate;

/// Whose signature makes a bundle one to rely on: a key that the verifier pins.
///
/// Of a certificate only key and key id are taken. Whether and how long it is an anchor is the caller's
/// decision, and a bundle has dates of its own.
pub struct Anchor {
    key_id: Box<[u8]>,
    keys: SignerKeys,
}

impl Anchor {
    /// Pins a certificate's key.
    ///
    /// # Errors
    /// [`Code::CertificateKeyUnsupported`] when the provider cannot verify with it, or it is too short.
    pub fn from_certificate(certificate: &Certificate, provider: &CryptoProvider) -> Result<Self, Failure> {
        Self::from_public_key(certificate.public_key()?, &certificate.key_id(), provider)
    }

    /// Pins a key; the key id is what its publisher names it by.
    ///
    /// # Errors
    /// As [`Anchor::from_certificate`].
    pub fn from_public_key(key: &PublicKey, key_id: &[u8], provider: &CryptoProvider) -> Result<Self, Failure> {
        if key.rsa_bits().is_some_and(|bits| bits < MIN_RSA_BITS) {
            return Err(Code::CertificateKeyUnsupported.into());
        }
        let keys = SignerKeys::new(key.clone(), provider, Tolerances::default())?;
        keys.prepare()?;
        Ok(Self { key_id: key_id.into(), keys })
    }

    /// The key id.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        &self.key_id
    }

    /// Whether this key signed the message; the key fixes the algorithm.
    pub(super) fn has_signed(&self, algorithm: i64, message: &[&[u8]], signature: &[u8]) -> bool {
        match self.keys.for_cose_algorithm(algorithm) {
            Some(Ok(key)) => key.verify(message, signature).is_ok(),
            Some(Err(_)) | None => false,
        }
    }
}

impl fmt::Debug for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Anchor").field("keys", &self.keys).finish_non_exhaustive()
    }
}
