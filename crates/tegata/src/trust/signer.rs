//! One signer of a trust set.

use core::fmt;

use super::keys::SignerKeys;
#[cfg(feature = "authorities")]
use super::path::Window;
use super::period::TrustPeriod;
use crate::crypto::{Algorithm, KeyError, PreparedKey, PublicKey};
#[cfg(feature = "authorities")]
use crate::report::Code;
use crate::report::Failure;
use crate::time::Timestamp;
use crate::x509::HealthUsage;

/// How a signer came to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TrustedBy {
    /// The caller named the signer itself.
    Direct,
    /// The caller named an authority, and that issued the signer's certificate.
    Authority,
}

impl TrustedBy {
    /// The stable name, as in the JSON of every surface.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Authority => "authority",
        }
    }
}

/// One signer, its key ready to verify.
pub struct TrustedSigner {
    pub(super) key_id: Box<[u8]>,
    pub(super) algorithm: Algorithm,
    pub(super) keys: SignerKeys,
    pub(super) too_weak: bool,
    pub(super) country: Option<String>,
    pub(super) subject: String,
    pub(super) usage: HealthUsage,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    #[cfg(feature = "authorities")]
    pub(super) trusted_by: TrustedBy,
    /// When the data that names this signer may be relied on; `None` for always.
    pub(super) period: Option<TrustPeriod>,
    /// For each path to a trusted authority, when its authorities are valid; none for direct trust.
    #[cfg(feature = "authorities")]
    pub(super) authorities: Vec<Window>,
}

impl TrustedSigner {
    /// The key id by which certificates name this signer.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        &self.key_id
    }

    /// The algorithm of the signer's key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The kind of the signer's key, such as `P-256` or `RSA-2048`.
    #[must_use]
    pub fn key_kind(&self) -> String {
        self.public_key().kind()
    }

    /// The country (C) of the signer certificate's subject.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        self.country.as_deref()
    }

    /// The distinguished name of the signer certificate's subject; empty for a key without a certificate.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What the signer may sign.
    #[must_use]
    pub const fn usage(&self) -> HealthUsage {
        self.usage
    }

    /// Start of the signer certificate's validity; [`Timestamp::MIN`] for a key without a certificate.
    #[must_use]
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// End of the signer certificate's validity; [`Timestamp::MAX`] for a key without a certificate.
    #[must_use]
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// How the signer came to be trusted.
    #[must_use]
    #[cfg(feature = "authorities")]
    pub const fn trusted_by(&self) -> TrustedBy {
        self.trusted_by
    }

    /// How the signer came to be trusted.
    #[must_use]
    #[cfg(not(feature = "authorities"))]
    pub const fn trusted_by(&self) -> TrustedBy {
        TrustedBy::Direct
    }

    /// Whether the authorities of any path are all valid at a time between these two.
    #[cfg(feature = "authorities")]
    pub(crate) fn authorities_in_force(&self, earliest: Timestamp, latest: Timestamp) -> Result<(), Failure> {
        let in_force = |window: &Window| window.not_before <= latest && earliest <= window.not_after;
        if self.trusted_by == TrustedBy::Direct || self.authorities.iter().any(in_force) {
            return Ok(());
        }
        let all_begin_later = self.authorities.iter().all(|window| window.not_before > latest);
        Err(if all_begin_later { Code::AuthorityNotYetValid } else { Code::AuthorityExpired }.into())
    }

    /// Without a path there are no authorities.
    #[cfg(not(feature = "authorities"))]
    pub(crate) const fn authorities_in_force(&self, _: Timestamp, _: Timestamp) -> Result<(), Failure> {
        Ok(())
    }

    /// Whether the key is too short to be relied on, and the caller did not allow it.
    pub(crate) const fn is_too_weak(&self) -> bool {
        // Only RSA keys can be.
        cfg!(feature = "x509-full") && self.too_weak
    }

    /// The prepared key for the algorithm a signed object names, if it is one of this signer's. A key
    /// out of a bundle is prepared now; an error says that it is no valid one.
    pub(crate) fn key_for(&self, cose_algorithm: i64) -> Option<Result<&dyn PreparedKey, KeyError>> {
        self.keys.for_cose_algorithm(cose_algorithm)
    }

    /// When the data that names this signer may be relied on; `None` for always.
    pub(crate) const fn period(&self) -> Option<&TrustPeriod> {
        self.period.as_ref()
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        self.keys.public()
    }
}

impl fmt::Debug for TrustedSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustedSigner")
            .field("algorithm", &self.algorithm)
            .field("country", &self.country)
            .field("trusted_by", &self.trusted_by())
            .finish_non_exhaustive()
    }
}
