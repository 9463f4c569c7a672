//! Revocation: which certificates no longer hold although their signatures are genuine.
//!
//! A [`RevocationSet`] is built from what issuers publish and is then only read. It takes the EU's model
//! (DCC revocation, gateway and distribution service): truncated hashes of a certificate's signature or
//! identifier, as exact lists ([`Kind`], batches) or as slices that answer *probably* ([`Slice`]); and
//! whole signers, all of whose certificates are revoked. Its input is untrusted as far as structure goes;
//! who published it is for the caller to know: the signature around a batch is not checked here, that of a
//! [trust bundle](crate::trust::bundle) is.
//!
//! An exact list's hit rejects. A slice's hit is undetermined, for slices answer wrongly once in a while.
//! No hit passes, unless the data says that it is too old to know.
//!
//! ```
//! use tegata::revocation::{Kind, RevocationSet};
//!
//! let mut revocation = RevocationSet::builder();
//! revocation.revoke_signer(b"\x01\x02\x03\x04\x05\x06\x07\x08")?;
//! revocation.revoke(None, Kind::Signature, &[[7; 16]])?;
//! assert_eq!(revocation.build().len(), 2);
//! # Ok::<(), tegata::Failure>(())
//! ```

#[cfg(feature = "lists")]
mod batch;
mod builder;
#[cfg(feature = "lists")]
mod cms;
#[cfg(feature = "lists")]
mod file;
mod hash;
mod slice;
#[cfg(test)]
mod tests;

use core::fmt;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use builder::RevocationSetBuilder;
pub use hash::{Hash, Kind, identifier_hash, signature_hash};
pub use slice::{BloomFilter, HashPrefixes, Slice};

use crate::codec::cbor::Item;
use crate::crypto::Algorithm;
use crate::report::{Check, Code};
use crate::time::Timestamp;
use hash::CertificateHashes;

/// The most hashes, revoked signers and bytes of slices divided by sixteen that a set holds: the EU's network
/// never had a million revoked certificates; this is four times that, in 64 MiB.
pub const MAX_REVOKED: usize = 4 << 20;

/// The most slices of one set. The finest partition of the EU's distribution service has 4,096.
pub const MAX_SLICES: usize = 4_096;

/// The longest key id in revocation data: that of a certificate has eight bytes.
pub const MAX_REVOKED_KEY_ID_BYTES: usize = 64;

/// What is revoked; immutable, shared between threads, cheap to clone.
#[derive(Clone, Default)]
pub struct RevocationSet {
    content: Arc<Content>,
}

#[derive(Default)]
struct Content {
    fresh_until: Option<Timestamp>,
    /// Whose every certificate is revoked, sorted.
    signers: Vec<Box<[u8]>>,
    /// By the key id of the signer.
    by_key_id: BTreeMap<Box<[u8]>, Entries>,
    /// For every signer.
    of_any: Entries,
    len: usize,
}

/// What is revoked of one signer, or of any.
#[derive(Default)]
struct Entries {
    /// For each kind, sorted, without doubles.
    exact: [Vec<Hash>; Kind::ALL.len()],
    slices: Vec<ScopedSlice>,
}

/// A slice and the kinds of hash that it was made of.
struct ScopedSlice {
    kinds: [bool; Kind::ALL.len()],
    slice: Slice,
}

/// A genuine certificate, as far as revocation looks at it.
pub(crate) struct Genuine<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) signature: &'a [u8],
    /// The content and the key that names its profile.
    pub(crate) content: Option<(i64, Item<'a>)>,
}

impl RevocationSet {
    /// A builder of an empty set.
    #[must_use]
    pub fn builder() -> RevocationSetBuilder {
        RevocationSetBuilder::default()
    }

    /// The number of hashes and of revoked signers; what slices hold is not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.content.len
    }

    /// Whether nothing is revoked exactly and there is no slice.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let content = &self.content;
        content.len == 0
            && content.of_any.slices.is_empty()
            && content.by_key_id.values().all(|entries| entries.slices.is_empty())
    }

    /// Until when the absence of a certificate from this data means that it is not revoked; `None` when
    /// the data does not say.
    #[must_use]
    pub fn fresh_until(&self) -> Option<Timestamp> {
        self.content.fresh_until
    }

    /// The key ids of the signers whose every certificate is revoked, sorted.
    pub fn signers(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.content.signers.iter().map(AsRef::as_ref)
    }

    /// Every exact list: the signer's key id (`None`: of any signer), the kind, and the hashes, sorted. In
    /// the order of key ids, those of any signer first, and of kinds.
    pub fn lists(&self) -> impl Iterator<Item = (Option<&[u8]>, Kind, &[Hash])> {
        let keyed = self.content.by_key_id.iter().map(|(key_id, entries)| (Some(key_id.as_ref()), entries));
        core::iter::once((None, &self.content.of_any)).chain(keyed).flat_map(|(key_id, entries)| {
            let lists = Kind::ALL.iter().copied().zip(&entries.exact);
            lists.filter(|(_, hashes)| !hashes.is_empty()).map(move |(kind, hashes)| (key_id, kind, hashes.as_slice()))
        })
    }

    /// Whether there is a slice, whose answers are only probable.
    #[must_use]
    pub fn has_slices(&self) -> bool {
        let content = &self.content;
        !content.of_any.slices.is_empty() || content.by_key_id.values().any(|entries| !entries.slices.is_empty())
    }

    /// The verdict on a certificate that names this key id; `genuine` when its signature is.
    ///
    /// A signer's revocation needs only the key id and is told even of a forgery in its name. Everything
    /// else is asked of genuine certificates alone.
    pub(crate) fn judge(&self, key_id: &[u8], genuine: Option<&Genuine<'_>>, now: Timestamp) -> Check {
        let content = &self.content;
        if content.signers.binary_search_by(|signer| signer.as_ref().cmp(key_id)).is_ok() {
            return Check::Fail(Code::SignerRevoked.into());
        }
        let Some(genuine) = genuine else { return Check::Skipped };
        let mut hashes = CertificateHashes::of(genuine);
        let applicable = [Some(&content.of_any), content.by_key_id.get(key_id)];
        if applicable.into_iter().flatten().any(|entries| entries.has_exactly(&mut hashes)) {
            return Check::Fail(Code::Revoked.into());
        }
        if applicable.into_iter().flatten().any(|entries| entries.has_probably(&mut hashes)) {
            return Check::Undetermined(Code::ProbablyRevoked.into());
        }
        if content.fresh_until.is_some_and(|end| end < now) {
            return Check::Undetermined(Code::RevocationOutdated.into());
        }
        Check::Pass
    }
}

impl Entries {
    fn has_exactly(&self, hashes: &mut CertificateHashes<'_>) -> bool {
        let mut lists = Kind::ALL.iter().zip(&self.exact).filter(|(_, list)| !list.is_empty());
        lists.any(|(kind, list)| hashes.of_kind(*kind).iter().any(|hash| list.binary_search(hash).is_ok()))
    }

    fn has_probably(&self, hashes: &mut CertificateHashes<'_>) -> bool {
        self.slices.iter().any(|scoped| {
            let mut kinds = Kind::ALL.iter().zip(scoped.kinds).filter(|(_, applies)| *applies);
            kinds.any(|(kind, _)| hashes.of_kind(*kind).iter().any(|hash| scoped.slice.may_hold(hash)))
        })
    }
}

/// Says how much there is, not what.
impl fmt::Debug for RevocationSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationSet")
            .field("len", &self.len())
            .field("fresh_until", &self.fresh_until())
            .finish_non_exhaustive()
    }
}
