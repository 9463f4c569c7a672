use core::fmt;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    Content, Entries, Hash, Kind, MAX_REVOKED, MAX_REVOKED_KEY_ID_BYTES, MAX_SLICES, RevocationSet, ScopedSlice, Slice,
};
use crate::report::{Code, Failure};
use crate::time::Timestamp;

/// Collects what is revoked into a [`RevocationSet`].
#[derive(Default)]
pub struct RevocationSetBuilder {
    content: Content,
    by_key_id: BTreeMap<Box<[u8]>, Entries>,
    /// Hashes, signers, and slices by the room they take.
    size: usize,
    slices: usize,
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
        let size = hashes.len();
        let entries = self.entries(key_id, size)?;
        if let Some(list) = entries.exact.get_mut(kind.index()) {
            list.extend_from_slice(hashes);
        }
        Ok(())
    }

    /// Adds a slice that was made of hashes of these kinds, of the signers with this key id or, for
    /// `None`, of any.
    ///
    /// # Errors
    /// As [`RevocationSetBuilder::revoke_signer`], and [`Code::RevocationTooLarge`] beyond [`MAX_SLICES`].
    pub fn add_slice(&mut self, key_id: Option<&[u8]>, kinds: &[Kind], slice: Slice) -> Result<(), Failure> {
        if self.slices >= MAX_SLICES {
            return Err(Code::RevocationTooLarge.into());
        }
        let entries = self.entries(key_id, slice.size().div_ceil(size_of::<Hash>()))?;
        let mut applies = [false; Kind::ALL.len()];
        for (applies, kind) in applies.iter_mut().zip(Kind::ALL) {
            *applies = kinds.contains(kind);
        }
        entries.slices.push(ScopedSlice { kinds: applies, slice });
        self.slices += 1;
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
        let keyed = set.content.by_key_id.iter().map(|(key_id, entries)| (Some(key_id.as_ref()), entries));
        for (key_id, entries) in core::iter::once((None, &set.content.of_any)).chain(keyed) {
            for scoped in &entries.slices {
                let kinds: Vec<_> =
                    Kind::ALL.iter().zip(scoped.kinds).filter(|(_, on)| *on).map(|(kind, _)| *kind).collect();
                self.add_slice(key_id, &kinds, scoped.slice.clone())?;
            }
        }
        if let Some(time) = set.fresh_until() {
            self.fresh_until(time);
        }
        Ok(())
    }

    /// The set.
    #[must_use]
    pub fn build(self) -> RevocationSet {
        let Self { mut content, mut by_key_id, .. } = self;
        content.signers.sort_unstable();
        content.signers.dedup();
        for entries in by_key_id.values_mut().chain([&mut content.of_any]) {
            for list in &mut entries.exact {
                list.sort_unstable();
                list.dedup();
                content.len += list.len();
            }
        }
        content.len += content.signers.len();
        content.by_key_id = by_key_id;
        RevocationSet { content: Arc::new(content) }
    }

    fn entries(&mut self, key_id: Option<&[u8]>, size: usize) -> Result<&mut Entries, Failure> {
        key_id.map_or(Ok(()), check_key_id)?;
        self.grow(size)?;
        Ok(match key_id {
            Some(key_id) => self.by_key_id.entry(key_id.into()).or_default(),
            None => &mut self.content.of_any,
        })
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
