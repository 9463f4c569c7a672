//! Bringing a backup back.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

use tegata::Timestamp;
use tegata::model::MunicipalityCode;

use super::BackupError;
use super::frame::{Frame, FrameReader};
use super::journal::{self, JournalEntry};
use crate::audit::Operation;
use crate::ledger::{Column, Ledger, TABLES, Value};
use crate::retention::Removed;

/// Which journal says what happened after the backup.
#[derive(Clone, Copy, Debug)]
pub enum JournalUse<'a> {
    /// The one beside the database that is restored into, where it stayed or was put back; it must be there.
    Beside,
    /// A copy, which then goes on beside the database.
    Copy(&'a Path),
    /// None: it is lost. Whoever was erased after the backup is there again, and what was revoked is valid again, until
    /// that is done anew.
    Lost,
}

/// What was brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Restored {
    /// When the backup was taken.
    pub taken_at: Timestamp,
    /// How many rows of all tables it had.
    pub rows: u64,
    /// How many entries its audit log has; it is whole.
    pub audit_entries: u64,
    /// How many people were erased again.
    pub erased: u64,
    /// How many certificates were revoked again.
    pub revoked: u64,
    /// What is kept no longer since the backup was taken, and was removed again.
    pub removed: Removed,
}

impl Ledger {
    /// Brings a municipality's ledger back from a backup, all or nothing, does again what the journal has from after it,
    /// and removes what is kept no longer.
    ///
    /// The audit log of the backup is verified and goes on with the entry of this operation; a head that was signed
    /// between the backup and now tells on the gap, as it should.
    ///
    /// # Errors
    /// [`BackupError`]; [`BackupError::TargetNotEmpty`] where there is a ledger, or a journal other than the copy;
    /// [`BackupError::JournalUnavailable`] where there is no journal. Nothing has changed then, except that
    /// there may be an empty ledger.
    pub fn restore(
        &self,
        municipality: MunicipalityCode,
        input: &mut dyn Read,
        journal: JournalUse<'_>,
        operation: Operation,
        now: Timestamp,
    ) -> Result<Restored, BackupError> {
        let keys = self.keys(municipality);
        let (mut reader, header) = FrameReader::begin(input, keys.backup_mac())?;
        if header.municipality != municipality {
            return Err(BackupError::Changed);
        }
        let journalled = match journal {
            JournalUse::Beside => Some(self.journal().read(&keys)?),
            JournalUse::Copy(path) if !path.is_file() => return Err(BackupError::JournalUnavailable),
            JournalUse::Copy(path) => Some(journal::read_file(&keys, path)?),
            JournalUse::Lost => None,
        };
        let since = match &journalled {
            Some(journalled) => journalled.after(header.journal).ok_or(BackupError::JournalChanged)?,
            None => &[],
        };
        if !self.exists(municipality)? {
            self.create(municipality)?;
        }
        let mut session = self.begin(municipality, operation, now)?;
        if session.audit_head(now)?.sequence != 0 || !session.is_empty()? {
            // It is not for this operation to leave an entry there.
            session.forget();
            return Err(BackupError::TargetNotEmpty);
        }
        let filled = (|| {
            session
                .connection()?
                .execute("DELETE FROM chain WHERE municipality = ?1", &[municipality.as_str().into()])?;
            let mut rows = 0;
            loop {
                match reader.next()? {
                    Frame::Row { table, columns } => {
                        let table = TABLES.get(table).ok_or(BackupError::Malformed)?;
                        if columns.first() != Some(&Column::Text(municipality.as_str().to_owned())) {
                            return Err(BackupError::Changed);
                        }
                        let values: Vec<Value<'_>> = columns.iter().map(Column::as_value).collect();
                        session.connection()?.execute(table.insert, &values)?;
                        rows += 1;
                    }
                    Frame::End { rows: written } if written == rows => break,
                    Frame::End { .. } => return Err(BackupError::Malformed),
                }
            }
            reader.end()?;
            let audit_entries = session.verify_audit(&[], &mut drop)?.entries;
            session.find_period_keys()?;
            let mut subjects = HashSet::new();
            let mut revoked = 0;
            for (_, entry) in since {
                match entry {
                    JournalEntry::Erasure { subject, .. } => _ = subjects.insert(*subject),
                    JournalEntry::Revocation { .. } => revoked += u64::from(session.put_revocation(entry)?),
                    JournalEntry::AccountRevocation { name, revoked_at } => {
                        session.revoke_account_at(name, *revoked_at)?;
                    }
                    JournalEntry::AccountChange { name, .. } => session.disable_account(name)?,
                    JournalEntry::ApplicationEnd { application_id, .. } => session.end_application(application_id)?,
                }
            }
            let erased = session.erase_again(&subjects)?;
            let removed = session.apply_retention()?;
            Ok(Restored { taken_at: header.taken_at, rows, audit_entries, erased, revoked, removed })
        })();
        let restored = match filled {
            Ok(restored) => restored,
            Err(error) => {
                session.forget();
                return Err(error);
            }
        };
        if let JournalUse::Copy(path) = journal
            && let Err(error) = self.journal().take_over(path, municipality)
        {
            // Without an entry, so that what was made stays empty, and the right journal can still be given.
            session.forget();
            return Err(error);
        }
        session.commit()?;
        Ok(restored)
    }
}
