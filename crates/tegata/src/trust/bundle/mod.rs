//! Trust bundles: everything a verifier needs, in one small file signed by an anchor it pins.
//!
//! A bundle holds the signers, what is revoked, how old it may get, and a sequence number: a
//! COSE_Sign1 (RFC 9052) over deterministic CBOR, in the form of `docs/trust-bundle.cddl`. It is
//! untrusted until an [`Anchor`] proved its signature; only then its content is read. Keys stay
//! numbers until a certificate needs them, so that loading takes less than a few verifications.
//!
//! A verifier keeps the bundle it has and replaces it by a newer one alone: [`BundleStore`] refuses what is
//! not signed, older than what it holds, or past its date, and goes on with what it has.
//!
//! ```
//! # #[cfg(feature = "rustcrypto")] {
//! use tegata::crypto::rustcrypto;
//! use tegata::trust::bundle::{Anchor, BundleStore};
//! use tegata::x509::certificates_from;
//! use tegata::{Code, Timestamp};
//!
//! let anchors = certificates_from(include_bytes!("../../../examples/data/signer.pem"))?;
//! let mut store = BundleStore::new(vec![Anchor::from_certificate(&anchors[0], &rustcrypto::PROVIDER)?]);
//! let now = Timestamp::parse_rfc3339("2026-06-01T00:00:00Z")?;
//! let refusal = store.update(b"what the network gave", now).unwrap_err();
//! assert_eq!(refusal.code(), Code::BundleMalformed);
//! assert!(store.current().is_none());
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod anchor;
#[cfg(feature = "issue")]
mod build;
mod content;
mod error;
mod reader;
mod store;
#[cfg(test)]
#[cfg(all(feature = "issue", feature = "rustcrypto"))]
mod tests;

use core::fmt;

pub use anchor::Anchor;
#[cfg(feature = "issue")]
pub use build::{BundleBuilder, PreparedBundle};
pub use error::BundleError;
pub use store::BundleStore;

use super::{TrustPeriod, TrustSetBuilder};
#[cfg(feature = "issue")]
use crate::codec::cbor::Encoder;
use crate::cose::{AlgorithmId, Sign1};
use crate::report::Failure;
use crate::revocation::RevocationSet;
use crate::time::Timestamp;
pub(super) use content::BundledSigner;
use reader::Reader;

/// The largest bundle. 100,000 signers take 12 MB; a million revoked certificates take 16 MB.
pub const MAX_BUNDLE_BYTES: usize = 32 << 20;

/// The content type in the protected header, so that nothing else an anchor signs passes for a bundle.
pub const CONTENT_TYPE: &str = "application/tegata-trust-bundle";

/// What a bundle asks of those who verify with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BundlePolicy {
    /// How many seconds after its issue a bundle may be relied on; `None` for as long as it is valid.
    pub max_age_seconds: Option<u32>,
    /// Whether certificates must lie within their signers' validity, see [`Policy`](crate::Policy).
    pub strict: bool,
}

/// A bundle that was taken apart but not verified. Nothing of its content can be read from it.
pub struct UnverifiedBundle {
    sign1: Sign1,
    algorithm: i64,
}

impl UnverifiedBundle {
    /// Whether bytes are meant as a bundle, sound or not: a tagged COSE_Sign1.
    #[must_use]
    pub fn is_meant_by(bytes: &[u8]) -> bool {
        bytes.starts_with(&[0xd2, 0x84])
    }

    /// Takes a bundle's signed structure apart.
    ///
    /// # Errors
    /// [`BundleError`], when it is too large or not in the one encoding a bundle has.
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleError> {
        if bytes.len() > MAX_BUNDLE_BYTES {
            return Err(BundleError::TooLarge);
        }
        let malformed = BundleError::malformed("");
        let sign1 = Sign1::parse(bytes.to_vec()).map_err(|_| malformed)?;
        let (Some(AlgorithmId::Int(algorithm)), Some(key_id)) = (sign1.algorithm(), sign1.key_id()) else {
            return Err(BundleError::malformed("protected"));
        };
        // There is one encoding; any other would be a second file of the same signature.
        read_protected_header(sign1.protected(), algorithm, key_id)?;
        read_envelope(&sign1)?;
        Ok(Self { sign1, algorithm })
    }

    /// The key id of the anchor that is said to have signed. Not verified, and not what decides: every
    /// anchor is tried.
    #[must_use]
    pub fn key_id(&self) -> &[u8] {
        self.sign1.key_id().unwrap_or_default()
    }

    /// Checks that one of the anchors signed, and only then reads the content.
    ///
    /// # Errors
    /// [`BundleError::Signature`] when none did, and the errors of the content; without the feature `outcomes`, one error
    /// for all.
    pub fn authenticate(self, anchors: &[Anchor]) -> Result<TrustBundle, BundleError> {
        let message = self.sign1.to_be_signed();
        if anchors.iter().any(|anchor| anchor.has_signed(self.algorithm, &message.parts(), self.sign1.signature())) {
            content::read(self.sign1.payload())
        } else {
            Err(BundleError::Signature)
        }
    }

    /// Trusts the content **without any proof**, as a file of certificates is trusted that the caller
    /// names: the signature is not checked, and so neither whence the bundle comes nor that it is whole.
    ///
    /// # Errors
    /// The errors of the content.
    pub fn trust_without_proof(self) -> Result<TrustBundle, BundleError> {
        content::read(self.sign1.payload())
    }
}

/// Says nothing of the content.
impl fmt::Debug for UnverifiedBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedBundle").finish_non_exhaustive()
    }
}

/// A bundle whose content the caller relies on.
#[derive(Clone, Debug)]
pub struct TrustBundle {
    sequence: u64,
    issued_at: Timestamp,
    valid_until: Timestamp,
    policy: BundlePolicy,
    signers: Vec<BundledSigner>,
    revocation: Option<RevocationSet>,
}

impl TrustBundle {
    /// Opens a bundle that was accepted before, such as the one a device keeps: the signature is checked
    /// again, dates are not. A bundle that meanwhile grew too old makes verdicts undetermined.
    ///
    /// # Errors
    /// As [`UnverifiedBundle::parse`] and [`UnverifiedBundle::authenticate`].
    pub fn open(bytes: &[u8], anchors: &[Anchor]) -> Result<Self, BundleError> {
        UnverifiedBundle::parse(bytes)?.authenticate(anchors)
    }

    /// Opens a new bundle, to replace the one of the sequence number `previous`.
    ///
    /// A clock before the bundle's issue is no reason to refuse it, for then the clock is wrong; verdicts
    /// say so. Nor is the same sequence number: it is the same bundle again.
    ///
    /// # Errors
    /// As [`TrustBundle::open`], [`BundleError::Older`] and [`BundleError::Expired`]. A build without the feature
    /// `outcomes` has one error for all of these, so that an older bundle cannot be told from a forged one.
    pub fn accept(
        bytes: &[u8],
        anchors: &[Anchor],
        previous: Option<u64>,
        now: Timestamp,
    ) -> Result<Self, BundleError> {
        let bundle = Self::open(bytes, anchors)?;
        if previous.is_some_and(|previous| bundle.sequence < previous) {
            return Err(BundleError::Older);
        }
        if bundle.relied_on_until() < now {
            return Err(BundleError::Expired);
        }
        Ok(bundle)
    }

    /// The number that grows with every bundle of a publisher.
    #[must_use]
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// When it was issued.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// The end of its validity.
    #[must_use]
    pub const fn valid_until(&self) -> Timestamp {
        self.valid_until
    }

    /// Until when verdicts may rely on it: its validity, or its greatest age if that is sooner.
    #[must_use]
    pub fn relied_on_until(&self) -> Timestamp {
        let oldest = self.policy.max_age_seconds.map(|age| self.issued_at.saturating_add_seconds(i64::from(age)));
        oldest.map_or(self.valid_until, |oldest| oldest.min(self.valid_until))
    }

    /// What it asks of those who verify with it.
    #[must_use]
    pub const fn policy(&self) -> BundlePolicy {
        self.policy
    }

    /// What is revoked; `None` where the bundle has no such data.
    #[must_use]
    pub const fn revocation(&self) -> Option<&RevocationSet> {
        self.revocation.as_ref()
    }

    /// The number of signers.
    #[must_use]
    pub fn signers(&self) -> usize {
        self.signers.len()
    }

    /// Adds the signers to a trust set. A signer that cannot be used is left out and reported by its key
    /// id. Revocation is not part of it: see
    /// [`TrustSet::with_revocation`](super::TrustSet::with_revocation).
    pub fn add_signers(&self, builder: &mut TrustSetBuilder<'_>) -> Vec<(Vec<u8>, Failure)> {
        let period = TrustPeriod { from: self.issued_at, until: self.relied_on_until() };
        let added = self.signers.iter().map(|signer| (signer, builder.trust_bundled(signer, period)));
        added.filter_map(|(signer, result)| Some((signer.key_id.to_vec(), result.err()?))).collect()
    }
}

/// Refuses a protected header that is not `{1: algorithm, 3: content type, 4: key id}` in its one encoding.
fn read_protected_header(bytes: &[u8], algorithm: i64, key_id: &[u8]) -> Result<(), BundleError> {
    let (map, fields) = bytes.split_first().ok_or(BundleError::malformed("protected"))?;
    let mut reader = Reader::new(fields);
    reader.field("protected");
    let is_it = *map == 0xa3
        && reader.unsigned()? == 1
        && reader.integer()? == algorithm
        && reader.unsigned()? == 3
        && reader.text()? == CONTENT_TYPE
        && reader.unsigned()? == 4
        && reader.bytes()? == key_id
        && reader.rest().is_empty();
    if is_it { Ok(()) } else { Err(reader.malformed()) }
}

/// Refuses a structure that is not the tagged COSE_Sign1 with an empty unprotected header, in its one encoding.
fn read_envelope(sign1: &Sign1) -> Result<(), BundleError> {
    let malformed = BundleError::malformed("");
    let mut reader = Reader::new(sign1.bytes().strip_prefix(&[0xd2, 0x84]).ok_or(malformed)?);
    reader.bytes()?;
    let mut reader = Reader::new(reader.rest().strip_prefix(&[0xa0]).ok_or(malformed)?);
    reader.bytes()?;
    reader.bytes()?;
    reader.end()
}

/// The protected header `{1: algorithm, 3: content type, 4: key id}`.
#[cfg(feature = "issue")]
fn protected_header(algorithm: i64, key_id: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.map(|header| {
        header.int_key(1, |value| value.int(algorithm));
        header.int_key(3, |value| value.text(CONTENT_TYPE));
        header.int_key(4, |value| value.bytes(key_id));
    });
    encoder.into_bytes()
}

/// The tagged COSE_Sign1 with an empty unprotected header.
#[cfg(feature = "issue")]
fn envelope(protected: &[u8], payload: &[u8], signature: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.tag(18);
    encoder.array(4);
    encoder.bytes(protected);
    encoder.map(|_| ());
    encoder.bytes(payload);
    encoder.bytes(signature);
    encoder.into_bytes()
}
