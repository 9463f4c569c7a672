//! A signer's public key, prepared at once or when it is first needed.

use core::fmt;
use std::sync::OnceLock;

use super::Tolerances;
use crate::crypto::{Algorithm, CryptoProvider, KeyError, PreparedKey, PublicKey, SignatureVerifier};
use crate::report::Code;

/// A public key and, for every algorithm it may be used with, what verifies with it.
pub(super) struct SignerKeys {
    public: PublicKey,
    main: Slot,
    /// For an algorithm that the caller tolerates with this key.
    #[cfg(feature = "x509-full")]
    tolerated: Option<Slot>,
}

struct Slot {
    algorithm: Algorithm,
    verifier: Option<&'static dyn SignatureVerifier>,
    prepared: OnceLock<Result<Box<dyn PreparedKey>, KeyError>>,
}

impl SignerKeys {
    /// Finds the provider's verifiers for a key; the key decides which. Nothing is prepared yet.
    ///
    /// # Errors
    /// [`Code::CertificateKeyUnsupported`] when the provider has none.
    pub(super) fn new(public: PublicKey, provider: &CryptoProvider, tolerances: Tolerances) -> Result<Self, Code> {
        #[cfg(not(feature = "x509-full"))]
        let (main, Tolerances { .. }) = (Algorithm::Es256, tolerances);
        #[cfg(feature = "x509-full")]
        let (main, tolerated) = match &public {
            PublicKey::P256(_) => (Algorithm::Es256, None),
            PublicKey::P384(_) => (Algorithm::Es384, tolerances.p384_under_es256.then_some(Algorithm::Es256OnP384)),
            PublicKey::Rsa { .. } => (Algorithm::Ps256, None),
        };
        let slot = |algorithm| match provider.verifier(algorithm) {
            Some(verifier) => Ok(Slot { algorithm, verifier: Some(verifier), prepared: OnceLock::new() }),
            None => Err(Code::CertificateKeyUnsupported),
        };
        Ok(Self {
            main: slot(main)?,
            #[cfg(feature = "x509-full")]
            tolerated: tolerated.map(slot).transpose()?,
            public,
        })
    }

    /// Prepares the key now for every algorithm.
    ///
    /// # Errors
    /// [`Code::CertificateKeyUnsupported`] when it is no valid key.
    pub(super) fn prepare(&self) -> Result<(), Code> {
        for slot in self.slots() {
            slot.prepared(&self.public).map_err(|_| Code::CertificateKeyUnsupported)?;
        }
        Ok(())
    }

    /// The algorithms, that of the key first.
    #[cfg(feature = "x509-full")]
    fn slots(&self) -> impl Iterator<Item = &Slot> {
        core::iter::once(&self.main).chain(self.tolerated.as_ref())
    }

    /// The algorithm; with these keys none other is tolerated.
    #[cfg(not(feature = "x509-full"))]
    fn slots(&self) -> impl Iterator<Item = &Slot> {
        core::iter::once(&self.main)
    }

    /// The algorithm that belongs to the key.
    pub(super) const fn algorithm(&self) -> Algorithm {
        self.main.algorithm
    }

    pub(super) const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// What verifies signatures that name this algorithm; `None` when the key is for others.
    pub(super) fn for_cose_algorithm(&self, number: i64) -> Option<Result<&dyn PreparedKey, KeyError>> {
        self.slots().find(|slot| slot.algorithm.cose_id() == number).map(|slot| slot.prepared(&self.public))
    }
}

impl Slot {
    /// The prepared key, prepared now if it is needed for the first time.
    fn prepared(&self, public: &PublicKey) -> Result<&dyn PreparedKey, KeyError> {
        let prepared = self.prepared.get_or_init(|| self.verifier.ok_or(KeyError::WrongKind)?.prepare(public));
        prepared.as_deref().map_err(|error| *error)
    }
}

#[cfg(test)]
impl SignerKeys {
    /// A key that was prepared elsewhere.
    pub(super) fn of_prepared(public: PublicKey, algorithm: Algorithm, prepared: Box<dyn PreparedKey>) -> Self {
        let prepared = OnceLock::from(Ok(prepared));
        Self {
            public,
            main: Slot { algorithm, verifier: None, prepared },
            #[cfg(feature = "x509-full")]
            tolerated: None,
        }
    }
}

impl fmt::Debug for SignerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKeys({})", self.public.kind())
    }
}
