//! Verifying a log.

use std::collections::BTreeMap;

use super::chain::{genesis, link};
use super::{AuditError, Entry, Head, SignedHead};
use crate::ledger::{LedgerError, Session};

/// A log that is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// How many entries it has.
    pub entries: u64,
    /// The hash of the last.
    pub hash: [u8; 32],
    /// How many heads it agrees with: those kept with it, and those given.
    pub heads: usize,
}

impl Session<'_> {
    /// Verifies the audit log of the municipality: that every entry is there, in its place and unchanged, and that it
    /// agrees with every head kept with it and given. `each` is shown the entries in order as they prove sound.
    ///
    /// The heads that are given are believed: [`SignedHead::verify`] comes first. Those kept with the log are
    /// believed too, for they can but refuse it: who can forge one can as well delete it.
    ///
    /// # Errors
    /// [`LedgerError::Audit`] with the first entry that is wrong.
    pub fn verify_audit(&mut self, given: &[Head], each: &mut dyn FnMut(Entry)) -> Result<Verified, LedgerError> {
        const ENTRIES: &str = "SELECT sequence, entry, hash FROM audit WHERE municipality = ?1 ORDER BY sequence";
        let municipality = self.municipality();
        let mut heads: BTreeMap<u64, Vec<[u8; 32]>> = BTreeMap::new();
        for head in self.kept_heads()?.iter().chain(given) {
            if head.municipality != municipality {
                return Err(AuditError::HeadMalformed.into());
            }
            heads.entry(head.sequence).or_default().push(head.hash);
        }
        let agree = |sequence: u64, hash: &[u8; 32]| match heads.get(&sequence) {
            Some(known) if known.iter().any(|known| known != hash) => Err(AuditError::HeadMismatch { sequence }),
            _ => Ok(()),
        };
        let end = self.end_of_chain()?;
        let (mut sequence, mut hash) = (0, genesis(municipality));
        agree(sequence, &hash)?;
        self.each(ENTRIES, &[], &mut |row| {
            let mut row = row.of("audit");
            let expected = sequence + 1;
            if u64::try_from(row.integer()?) != Ok(expected) {
                return Err(AuditError::Missing { sequence: expected }.into());
            }
            let changed = AuditError::Changed { sequence: expected };
            let bytes = row.bytes()?;
            let entry = Entry::decode(&bytes).ok_or(changed)?;
            if entry.sequence != expected {
                return Err(AuditError::Missing { sequence: expected }.into());
            }
            let linked = link(&hash, &bytes);
            if entry.municipality != municipality || linked != row.hash()? {
                return Err(changed.into());
            }
            agree(expected, &linked)?;
            (sequence, hash) = (expected, linked);
            each(entry);
            Ok(())
        })?;
        let furthest = heads.keys().next_back().copied().unwrap_or(0).max(end.0);
        if furthest > sequence {
            return Err(AuditError::CutOff { sequence: furthest }.into());
        }
        if end != (sequence, hash) {
            return Err(AuditError::Changed { sequence }.into());
        }
        Ok(Verified { entries: sequence, hash, heads: heads.values().map(Vec::len).sum() })
    }

    /// The heads that are kept with the log.
    fn kept_heads(&mut self) -> Result<Vec<Head>, LedgerError> {
        const HEADS: &str = "SELECT signed FROM audit_head WHERE municipality = ?1 ORDER BY sequence";
        let rows = self.rows("audit_head", HEADS, &[])?;
        rows.into_iter().map(|mut row| Ok(*SignedHead::parse(&row.bytes()?)?.unverified())).collect()
    }
}
