//! Appending to the chain.

use sha2::{Digest as _, Sha256};
use tegata::Timestamp;
use tegata::model::MunicipalityCode;

use super::operation::{Operation, Subjects};
use super::{Entry, Head};
use crate::ledger::{LedgerError, Session};

/// What the chain of a municipality begins with.
pub(crate) fn genesis(municipality: MunicipalityCode) -> [u8; 32] {
    let hash = Sha256::new().chain_update(b"tegata audit chain 1\0").chain_update(municipality.as_str());
    hash.finalize().into()
}

/// The hash of an entry after another.
pub(super) fn link(before: &[u8; 32], entry: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(b"tegata audit entry 1\0").chain_update(before).chain_update(entry).finalize().into()
}

impl Session<'_> {
    /// Appends an entry to the log.
    pub(crate) fn append_audit(
        &mut self,
        operation: &Operation,
        subjects: &Subjects,
        outcome: &str,
        now: Timestamp,
    ) -> Result<(i64, [u8; 32]), LedgerError> {
        const PUT: &str = "INSERT INTO audit (municipality, sequence, entry, hash) VALUES (?1, ?2, ?3, ?4)";
        const MOVE: &str = "UPDATE chain SET sequence = ?2, hash = ?3 WHERE municipality = ?1";
        let (sequence, before) = self.end_of_chain()?;
        let sequence = sequence + 1;
        let entry = Entry::encode(self.municipality(), sequence, now, operation, subjects, outcome);
        let hash = link(&before, &entry);
        let number = i64::try_from(sequence).map_err(|_| LedgerError::Corrupt { place: "chain" })?;
        self.execute(PUT, &[number.into(), (&entry).into(), hash.as_slice().into()])?;
        if self.execute(MOVE, &[number.into(), hash.as_slice().into()])? != 1 {
            return Err(LedgerError::Corrupt { place: "chain" });
        }
        Ok((number, hash))
    }

    /// Whether an entry stands in the log.
    pub(crate) fn has_entry(&mut self, sequence: i64, hash: &[u8; 32]) -> Result<bool, LedgerError> {
        const HASH: &str = "SELECT hash FROM audit WHERE municipality = ?1 AND sequence = ?2";
        Ok(match self.row("audit", HASH, &[sequence.into()])? {
            Some(mut row) => row.hash()? == *hash,
            None => false,
        })
    }

    /// The last entry's number and hash; 0 where there is none.
    pub(super) fn end_of_chain(&mut self) -> Result<(u64, [u8; 32]), LedgerError> {
        const END: &str = "SELECT sequence, hash FROM chain WHERE municipality = ?1";
        let corrupt = LedgerError::Corrupt { place: "chain" };
        let Some(mut row) = self.row("chain", END, &[])? else { return Err(corrupt) };
        Ok((u64::try_from(row.integer()?).map_err(|_| corrupt)?, row.hash()?))
    }

    /// The head of the log as it is now, to be signed.
    ///
    /// # Errors
    /// Those of reading.
    pub fn audit_head(&mut self, now: Timestamp) -> Result<Head, LedgerError> {
        let (sequence, hash) = self.end_of_chain()?;
        Ok(Head { municipality: self.municipality(), sequence, hash, time: now })
    }

    /// Keeps a signed head with the log it is of, beside the copy that is taken elsewhere.
    ///
    /// # Errors
    /// [`LedgerError::Duplicate`] when there is a head of this entry already.
    pub fn put_audit_head(&mut self, head: &super::SignedHead) -> Result<(), LedgerError> {
        const PUT: &str = "INSERT INTO audit_head (municipality, sequence, signed) VALUES (?1, ?2, ?3)";
        let sequence = i64::try_from(head.unverified().sequence).map_err(|_| LedgerError::NotFound)?;
        self.execute(PUT, &[sequence.into(), head.as_bytes().into()]).map(drop)
    }
}
