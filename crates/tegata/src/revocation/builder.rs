use core::fmt;
use std::sync::Arc;

use super::{Content, Hash, Kind, List, MAX_REVOKED, MAX_REVOKED_KEY_ID_BYTES, RevocationSet};
#[cfg(feature = "lists")]
use super::{MAX_SLICES, ScopedSlice, Slice};
use crate::report::{Code, Failure};
use crate::time::Timestamp;

/// Collects what is revoked into a [`RevocationSet`].
#[derive(Default)]
pub struct RevocationSetBuilder {
    /// Not sorted yet, nor without doubles.
    content: Content,
    /// Hashes, signers, and slices by the room they take.
    size: usize,
}

impl RevocationSetBuilder {
    /// Revokes every certificate of the signers with this key id.
    ///
    /// # Errors
    /// [`Code::RevocationUnreadable`] for a key id that none can be, [`Code::RevocationTooLarge`] beyond
    /// [`MAX_REVOKED`]; the set is as before.
    pub fn revoke_signer(&mut self, key_id: &[u8]) -> Result<(), Failure> {
        check_key_id(key_id)?;
        self.grow(1)?;
        self.content.signers.push(key_id.into());
        Ok(())
    }

    /// Revokes the certificates with these hashes: of the signers with this key id or, for `None`, of
    /// any signer.
    ///
    /// # Errors
    /// As [`RevocationSetBuilder::revoke_signer`].
    pub fn revoke(&mut self, key_id: Option<&[u8]>, kind: Kind, hashes: &[Hash]) -> Result<(), Failure> {
        key_id.map_or(Ok(()), check_key_id)?;
        self.grow(hashes.len())?;
        if !hashes.is_empty() {
            append(&mut self.content.lists, List { key_id: key_id.map(Into::into), kind, hashes: hashes.to_vec() });
        }
        Ok(())
    }

    /// Adds a slice that was made of hashes of these kinds, of the signers with this key id or, for
    /// `None`, of any.
    ///
    /// # Errors
    /// As [`RevocationSetBuilder::revoke_signer`], and [`Code::RevocationTooLarge`] beyond [`MAX_SLICES`].
    #[cfg(feature = "lists")]
    pub fn add_slice(&mut self, key_id: Option<&[u8]>, kinds: &[Kind], slice: Slice) -> Result<(), Failure> {
        if self.content.slices.len() >= MAX_SLICES {
            return Err(Code::RevocationTooLarge.into());
        }
        key_id.map_or(Ok(()), check_key_id)?;
        self.grow(slice.size().div_ceil(size_of::<Hash>()))?;
        // Each once, however often it is given.
        let kinds = Kind::ALL.iter().copied().filter(|kind| kinds.contains(kind)).collect();
        self.content.slices.push(ScopedSlice { key_id: key_id.map(Into::into), kinds, slice });
        Ok(())
    }

    /// Says until when a certificate that is not in this data counts as not revoked. Of several times
    /// the earliest holds.
    pub fn fresh_until(&mut self, time: Timestamp) {
        self.content.fresh_until = Some(self.content.fresh_until.map_or(time, |known| known.min(time)));
    }

    /// Adds everything another set holds.
    ///
    /// # Errors
    /// As [`RevocationSetBuilder::revoke_signer`]; what fitted is in the set.
    pub fn add_set(&mut self, set: &RevocationSet) -> Result<(), Failure> {
        set.signers().try_for_each(|key_id| self.revoke_signer(key_id))?;
        set.lists().try_for_each(|(key_id, kind, hashes)| self.revoke(key_id, kind, hashes))?;
        #[cfg(feature = "lists")]
        for scoped in &set.content.slices {
            self.add_slice(scoped.key_id.as_deref(), &scoped.kinds, scoped.slice.clone())?;
        }
        if let Some(time) = set.fresh_until() {
            self.fresh_until(time);
        }
        Ok(())
    }

    /// The set.
    #[must_use]
    pub fn build(self) -> RevocationSet {
        let mut content = self.content;
        content.signers.sort_unstable();
        content.signers.dedup();
        // Bundles bring them sorted. Those of one key id and kind stay as they came: what sorts is quick where much is sorted.
        let is_after = |one: &List, next: &List| (&one.key_id, one.kind) > (&next.key_id, next.kind);
        if content.lists.iter().zip(content.lists.iter().skip(1)).any(|(one, next)| is_after(one, next)) {
            content.lists.sort_by(|one, other| (&one.key_id, one.kind).cmp(&(&other.key_id, other.kind)));
            let lists = Vec::with_capacity(content.lists.len());
            for list in core::mem::replace(&mut content.lists, lists) {
                append(&mut content.lists, list);
            }
        }
        content.len = content.signers.len();
        for list in &mut content.lists {
            list.hashes.sort_unstable();
            list.hashes.dedup();
            content.len += list.hashes.len();
        }
        #[cfg(feature = "lists")]
        content.slices.sort_by(|one, other| one.key_id.cmp(&other.key_id));
        RevocationSet { content: Arc::new(content) }
    }

    fn grow(&mut self, size: usize) -> Result<(), Failure> {
        match self.size.checked_add(size) {
            Some(size) if size <= MAX_REVOKED => {
                self.size = size;
                Ok(())
            }
            _ => Err(Code::RevocationTooLarge.into()),
        }
    }
}

/// Appends a list, to the last one where that is of the same signer and kind.
fn append(lists: &mut Vec<List>, list: List) {
    match lists.last_mut() {
        Some(last) if last.key_id == list.key_id && last.kind == list.kind => {
            last.hashes.extend_from_slice(&list.hashes)
        }
        _ => lists.push(list),
    }
}

fn check_key_id(key_id: &[u8]) -> Result<(), Failure> {
    if key_id.is_empty() || key_id.len() > MAX_REVOKED_KEY_ID_BYTES {
        return Err(Failure::of_field(Code::RevocationUnreadable, "kid"));
    }
    Ok(())
}

/// Says how much there is, not what.
impl fmt::Debug for RevocationSetBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationSetBuilder").field("size", &self.size).finish_non_exhaustive()
    }
}
