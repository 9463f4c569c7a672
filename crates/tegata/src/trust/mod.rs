//! Who may sign what: the trust set a verifier is given.
//!
//! A [`TrustSet`] is built once from what the caller trusts, with every key checked and prepared,
//! and is then only read. Signers are trusted directly, or (feature `authorities`) through an authority that issued
//! their certificate (`TrustSetBuilder::trust_authority`). A signer's own dates are judged with the
//! certificate's, under `validity`; those of its authorities at the time of each verification.
//!
//! Lists of signers as others publish them are read by the module `list` (feature `lists`).

use std::sync::Arc;

use crate::crypto::CryptoProvider;
#[cfg(feature = "authorities")]
use crate::report::Failure;
use crate::revocation::RevocationSet;

mod builder;
pub mod bundle;
mod country;
mod keys;
#[cfg(feature = "lists")]
pub mod list;
#[cfg(feature = "authorities")]
mod path;
mod period;
#[cfg(feature = "authorities")]
mod refused;
mod signer;

pub use builder::TrustSetBuilder;
pub(crate) use country::same_country;
#[cfg(feature = "authorities")]
pub use path::{MAX_PATH_CERTIFICATES, MAX_PATH_SIGNATURES};
pub(crate) use period::TrustPeriod;
#[cfg(feature = "authorities")]
pub use refused::RefusedSigner;
pub use signer::{TrustedBy, TrustedSigner};

/// The most signers a set holds. All signers of the EU's gateway and the WHO's network together
/// are under 2,000; fifty times that leaves room and keeps memory bounded.
pub const MAX_SIGNERS: usize = 100_000;

/// The most authorities. The EU and the WHO together have under 400.
#[cfg(feature = "authorities")]
pub const MAX_AUTHORITIES: usize = 10_000;

/// The most signers of one key id. Key ids are eight bytes of a hash, so honest clashes are rare
/// (one in the public lists); the cap keeps a hostile list from making verification slow. One more
/// is refused when trust is loaded, so that none is passed over in silence later.
pub const MAX_CANDIDATES: usize = 8;

/// RSA keys below this length are refused unless the caller allows them (RFC 8230 §6.1).
pub const MIN_RSA_BITS: usize = 2048;

/// RSA keys below this length are refused even then: anybody can break them.
const MIN_TOLERATED_RSA_BITS: usize = 1024;

/// What a caller tolerates for the sake of certificates that were really issued. Each is off
/// unless switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tolerances {
    /// Take `ES256` made with a P-384 key and SHA-256, as a few issuers do.
    pub p384_under_es256: bool,
    /// Take signatures of RSA keys of 1024 to 2047 bits.
    pub rsa_1024: bool,
    /// Take a signer's certificate that ends after its authority's, as a few of the WHO's network do.
    pub signer_outlives_authority: bool,
}

/// The signers a verifier trusts; immutable, shared between threads.
#[derive(Clone, Debug, Default)]
pub struct TrustSet {
    /// Sorted by key id.
    signers: Vec<Arc<TrustedSigner>>,
    revocation: Option<RevocationSet>,
    /// Sorted by key id.
    #[cfg(feature = "authorities")]
    refused: Arc<[RefusedSigner]>,
}

impl TrustSet {
    /// A builder that prepares keys with this provider and tolerates nothing.
    #[must_use]
    pub fn builder(provider: &CryptoProvider) -> TrustSetBuilder<'_> {
        Self::tolerant_builder(provider, Tolerances::default())
    }

    /// A builder that prepares keys with this provider and tolerates what is said.
    #[must_use]
    pub const fn tolerant_builder(provider: &CryptoProvider, tolerances: Tolerances) -> TrustSetBuilder<'_> {
        TrustSetBuilder::new(provider, tolerances)
    }

    /// The same with what is revoked: whoever verifies against this set checks it.
    #[must_use]
    pub fn with_revocation(self, revocation: RevocationSet) -> Self {
        Self { revocation: Some(revocation), ..self }
    }

    /// What is revoked; `None` where there is no such data.
    #[must_use]
    pub const fn revocation(&self) -> Option<&RevocationSet> {
        self.revocation.as_ref()
    }

    /// Every signer, sorted by key id.
    pub fn signers(&self) -> impl ExactSizeIterator<Item = &TrustedSigner> {
        self.signers.iter().map(AsRef::as_ref)
    }

    /// The signers that were offered and are not trusted, sorted by key id. What they signed fails with
    /// the reason given here.
    #[cfg(feature = "authorities")]
    pub fn refused(&self) -> impl ExactSizeIterator<Item = &RefusedSigner> {
        self.refused.iter()
    }

    /// Why no signer of this key id is trusted, where one was offered.
    #[cfg(feature = "authorities")]
    pub(crate) fn why_refused(&self, key_id: &[u8]) -> Option<&Failure> {
        let index = self.refused.binary_search_by(|refused| refused.key_id().cmp(key_id)).ok()?;
        self.refused.get(index).map(RefusedSigner::failure)
    }

    /// The number of signers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.signers.len()
    }

    /// Whether no one is trusted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.signers.is_empty()
    }

    /// The signers with a key id; the builder keeps them to [`MAX_CANDIDATES`].
    pub(crate) fn candidates(&self, key_id: &[u8]) -> impl Iterator<Item = &Arc<TrustedSigner>> {
        let start = self.signers.partition_point(|signer| *signer.key_id < *key_id);
        self.signers.get(start..).unwrap_or_default().iter().take_while(move |signer| *signer.key_id == *key_id)
    }
}
