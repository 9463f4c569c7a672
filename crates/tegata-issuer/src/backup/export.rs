//! Taking a backup.

use std::io::Write;

use tegata::Timestamp;
use tegata::model::MunicipalityCode;

use super::BackupError;
use super::frame::{FrameWriter, Header};
use crate::audit::Operation;
use crate::ledger::{Ledger, LedgerError, Session, TABLES};

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// How many rows of all tables.
    pub rows: u64,
    /// How many entries of the audit log; the one about this backup comes after.
    pub audit_entries: u64,
}

impl Ledger {
    /// Writes a backup of a municipality's ledger, as it is at one moment. Others go on meanwhile. The audit log says when
    /// it began, and how it ended: well once `out` is flushed, which should see to it that it is on the disk.
    ///
    /// # Errors
    /// [`BackupError::Unavailable`] when `out` cannot be written, and those of reading.
    pub fn back_up(
        &self,
        municipality: MunicipalityCode,
        out: &mut dyn Write,
        operation: Operation,
        now: Timestamp,
    ) -> Result<Exported, BackupError> {
        // While nobody else writes, journal and ledger are of the same state; the reading session then keeps it.
        let journal = |session: &mut Session<'_>| {
            let read = self.journal().read(session.keys());
            Ok(read.map(|journal| journal.end()))
        };
        let (journal, mut undertaking) = self.undertake_after(municipality, operation, now, journal)?;
        let written = journal.and_then(|journal| {
            let header = Header { municipality, taken_at: now, journal };
            write(undertaking.session(), out, &header)
        });
        match &written {
            Ok(_) => undertaking.done()?,
            // What it failed with says more than that this cannot be written either.
            Err(BackupError::Unavailable) => _ = undertaking.failed(None),
            Err(error) => _ = undertaking.failed(Some(error.code())),
        }
        written
    }
}

fn write(reading: &mut Session<'_>, out: &mut dyn Write, header: &Header) -> Result<Exported, BackupError> {
    let audit_entries = reading.audit_head(header.taken_at)?.sequence;
    let mut writer = FrameWriter::begin(out, reading.keys().backup_mac(), header)?;
    let mut rows = 0;
    // Challenges and sessions of staff are of the moment: one that came back could be used a second time.
    let of_the_moment = ["challenge", "staff_session"];
    for (number, table) in (0..).zip(TABLES).filter(|(_, table)| !of_the_moment.contains(&table.name)) {
        let mut failed = None;
        let read = reading.each(table.select, &[], &mut |row| {
            rows += 1;
            writer.row(number, &row.into_columns()).map_err(|error| {
                failed = Some(error);
                LedgerError::Unavailable { reason: "the backup cannot be written".into() }
            })
        });
        match (failed, read) {
            (Some(error), _) => return Err(error),
            (None, read) => read?,
        }
    }
    // It flushes, too.
    writer.end(rows)?;
    Ok(Exported { rows, audit_entries })
}
