//! Erasing a person.

use std::collections::HashSet;

use super::{LedgerError, Session};
use crate::backup::JournalEntry;
use crate::record::InternalNumber;
use crate::vault::Lookup;

/// What was erased with a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Erased {
    /// Whether the person stood in the register.
    pub resident: bool,
    /// How many doses.
    pub vaccinations: u64,
    /// How many issues lost whose they were and the passport data. Their certificate IDs stay, so that none is given
    /// out twice and each can be revoked.
    pub issues: u64,
    /// How many applications that waited.
    pub applications: u64,
}

impl Erased {
    /// Whether there was anything.
    #[must_use]
    pub const fn anything(&self) -> bool {
        self.resident || self.vaccinations + self.issues + self.applications > 0
    }
}

impl Session<'_> {
    /// Erases a person: the row keys are destroyed, in the database and its log, and the journal sees to it that a
    /// backup from before brings nothing back. The audit log keeps that it was done.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] when there is nothing of such a person.
    pub fn erase(&mut self, subject: &InternalNumber) -> Result<Erased, LedgerError> {
        self.touch(Some(subject))?;
        let erased = self.erase_rows(subject.as_str())?;
        if !erased.anything() {
            return Err(LedgerError::NotFound);
        }
        let hash = self.keys().lookup_hash(Lookup::InternalNumber, subject.as_str().as_bytes());
        let erased_at = self.now()?.seconds();
        self.journal(JournalEntry::Erasure { subject: *hash.as_bytes(), erased_at });
        Ok(erased)
    }

    /// Erases again whoever has one of these hashes, after restoring; says how many there were.
    pub(crate) fn erase_again(&mut self, subjects: &HashSet<[u8; 32]>) -> Result<u64, LedgerError> {
        const KNOWN: &str = "SELECT internal_number FROM resident WHERE municipality = ?1 \
                             UNION SELECT internal_number FROM issue \
                             WHERE municipality = ?1 AND internal_number IS NOT NULL \
                             UNION SELECT internal_number FROM application \
                             WHERE municipality = ?1 AND internal_number IS NOT NULL";
        let keys = self.ledger().keys(self.municipality());
        let mut found = Vec::new();
        if !subjects.is_empty() {
            self.each(KNOWN, &[], &mut |row| {
                let number = row.of("internal_number").text()?;
                let hash = keys.lookup_hash(Lookup::InternalNumber, number.as_bytes());
                if subjects.contains(hash.as_bytes()) {
                    found.push(number);
                }
                Ok(())
            })?;
        }
        let mut count = 0;
        for number in found {
            count += u64::from(self.erase_rows(&number)?.anything());
        }
        self.touch_unnamed(count)?;
        Ok(count)
    }

    fn erase_rows(&mut self, subject: &str) -> Result<Erased, LedgerError> {
        const VOUCHER: &str = "SELECT voucher_hash FROM resident WHERE municipality = ?1 AND internal_number = ?2";
        const RESIDENT: &str = "DELETE FROM resident WHERE municipality = ?1 AND internal_number = ?2";
        // Another person of the same voucher number is a mistake in the register, and their doses are not ours to erase.
        const VACCINATIONS: &str = "DELETE FROM vaccination WHERE municipality = ?1 AND voucher_hash = ?2 AND NOT EXISTS \
                                    (SELECT 1 FROM resident WHERE municipality = ?1 AND voucher_hash = ?2)";
        const ISSUES: &str = "UPDATE issue SET internal_number = NULL, wrapped_key = NULL, sealed = NULL \
                              WHERE municipality = ?1 AND internal_number = ?2";
        const APPLICATIONS: &str = "DELETE FROM application WHERE municipality = ?1 AND internal_number = ?2";
        const ANSWERS: &str = "DELETE FROM idempotency WHERE municipality = ?1 AND internal_number = ?2";
        let voucher = self.row("resident", VOUCHER, &[subject.into()])?.map(|mut row| row.bytes()).transpose()?;
        let resident = self.execute(RESIDENT, &[subject.into()])? > 0;
        let vaccinations = match &voucher {
            Some(voucher) => self.execute(VACCINATIONS, &[voucher.into()])?,
            None => 0,
        };
        let issues = self.execute(ISSUES, &[subject.into()])?;
        let applications = self.execute(APPLICATIONS, &[subject.into()])?;
        self.execute(ANSWERS, &[subject.into()])?;
        self.erased = true;
        Ok(Erased { resident, vaccinations, issues, applications })
    }
}
