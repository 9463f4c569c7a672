//! Revocation: which certificates no longer hold although their signatures are genuine.
//!
//! A [`RevocationSet`] is built from what issuers publish and is then only read. It takes the EU's model
//! (DCC revocation, gateway and distribution service): truncated hashes of a certificate's signature or
//! identifier, as exact lists ([`Kind`], batches) or (feature `lists`) as slices that answer *probably*; and
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
#[cfg(feature = "lists")]
mod slice;
#[cfg(test)]
mod tests;

use core::fmt;
use std::sync::Arc;

pub use builder::RevocationSetBuilder;
pub use hash::{Hash, Kind, identifier_hash, signature_hash};
#[cfg(feature = "lists")]
use slice::ScopedSlice;
#[cfg(feature = "lists")]
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
#[cfg(feature = "lists")]
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
    /// Sorted by key id, those of any signer first, and by kind; none is empty.
    lists: Vec<List>,
    /// Sorted by key id, those of any signer first.
    #[cfg(feature = "lists")]
    slices: Vec<ScopedSlice>,
    len: usize,
}

/// What is revoked exactly of one signer, or of any.
pub(crate) struct List {
    pub(crate) key_id: Option<Box<[u8]>>,
    pub(crate) kind: Kind,
    /// Sorted, without doubles.
    pub(crate) hashes: Vec<Hash>,
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

    /// A set of what is sorted and without doubles: signers by their key ids, lists by key id and kind, hashes.
    pub(crate) fn of_sorted(fresh_until: Option<Timestamp>, signers: Vec<Box<[u8]>>, lists: Vec<List>) -> Self {
        let len = signers.len() + lists.iter().map(|list| list.hashes.len()).sum::<usize>();
        let content = Content {
            fresh_until,
            signers,
            lists,
            #[cfg(feature = "lists")]
            slices: Vec::new(),
            len,
        };
        Self { content: Arc::new(content) }
    }

    /// The number of hashes and of revoked signers; what slices hold is not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.content.len
    }

    /// Whether nothing is revoked exactly and there is no slice.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.content.len == 0 && !self.has_slices()
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
        self.content.lists.iter().map(|list| (list.key_id.as_deref(), list.kind, list.hashes.as_slice()))
    }

    /// Whether there is a slice, whose answers are only probable.
    #[must_use]
    #[cfg(feature = "lists")]
    pub fn has_slices(&self) -> bool {
        !self.content.slices.is_empty()
    }

    /// Whether there is a slice: without the feature `lists` there is none.
    #[must_use]
    #[cfg(not(feature = "lists"))]
    pub const fn has_slices(&self) -> bool {
        false
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
        for scope in [None, Some(key_id)] {
            let mut lists = of_scope(&content.lists, scope, |list| list.key_id.as_deref());
            if lists.any(|list| hashes.of_kind(list.kind).iter().any(|hash| list.hashes.binary_search(hash).is_ok())) {
                return Check::Fail(Code::Revoked.into());
            }
        }
        #[cfg(feature = "lists")]
        for scope in [None, Some(key_id)] {
            if of_scope(&content.slices, scope, |scoped| scoped.key_id.as_deref())
                .any(|scoped| scoped.may_hold(&mut hashes))
            {
                return Check::Undetermined(Code::ProbablyRevoked.into());
            }
        }
        if content.fresh_until.is_some_and(|end| end < now) {
            return Check::Undetermined(Code::RevocationOutdated.into());
        }
        Check::Pass
    }
}

/// The part of a list, sorted by key id, that is about one signer or, for `None`, about any.
fn of_scope<'c, T>(
    sorted: &'c [T],
    key_id: Option<&[u8]>,
    key_id_of: impl Fn(&T) -> Option<&[u8]>,
) -> impl Iterator<Item = &'c T> {
    let start = sorted.partition_point(|entry| key_id_of(entry) < key_id);
    sorted.get(start..).unwrap_or_default().iter().take_while(move |entry| key_id_of(entry) == key_id)
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
