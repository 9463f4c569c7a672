//! Exporting a municipality's records.

use std::io::{self, Write};

use tegata::Timestamp;

use super::import::Progress;
use super::row::PastIssue;
use super::{Encoding, RowWriter};
use crate::audit::Operation;
use crate::ledger::{Ledger, LedgerError, Session};
use crate::municipality::Municipality;

/// People between two reports of progress.
const PROGRESS_PERSONS: u64 = 1_000;

/// What was exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exported {
    /// People.
    pub persons: u64,
    /// Rows, without the first.
    pub rows: u64,
    /// Fields in which 〓 stands for a character that CP932 has no code for.
    pub replaced: u64,
}

/// Why an export came to nothing. What is in the output then is not a whole file.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExportError {
    /// The output cannot be written.
    Output(io::Error),
    /// The ledger did not do its part.
    Ledger(LedgerError),
}

impl std::fmt::Display for ExportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Output(_) => f.write_str("the file cannot be written"),
            Self::Ledger(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ExportError {}

impl From<LedgerError> for ExportError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

/// Writes everybody's records, without any individual number (C5). The audit log says so twice: that it began, before
/// the first record is read, and how it ended and of how many people. It ended well once `output` is flushed: where that
/// is a file, flushing should see to it that it is on the disk. Others go on meanwhile. `progress` is called now and then.
///
/// # Errors
/// [`ExportError`].
pub fn export<W: Write>(
    ledger: &Ledger,
    settings: &Municipality,
    output: W,
    encoding: Encoding,
    operation: Operation,
    now: Timestamp,
    progress: &mut dyn FnMut(Progress),
) -> Result<Exported, ExportError> {
    let mut undertaking = ledger.undertake(settings.code(), operation, now)?;
    let written = write(undertaking.session(), settings, output, encoding, progress);
    match &written {
        Ok(_) => undertaking.done()?,
        // What it failed with says more than that this cannot be written either.
        Err(ExportError::Ledger(error)) => _ = undertaking.failed(Some(error.code())),
        Err(ExportError::Output(_)) => _ = undertaking.failed(None),
    }
    written
}

fn write<W: Write>(
    session: &mut Session<'_>,
    settings: &Municipality,
    output: W,
    encoding: Encoding,
    progress: &mut dyn FnMut(Progress),
) -> Result<Exported, ExportError> {
    let mut writer = RowWriter::new(output, settings.code(), encoding).map_err(ExportError::Output)?;
    let mut persons = 0_u64;
    let mut failed = None;
    let shown = session.each_resident(&mut |session, resident| {
        let vaccinations = session.vaccinations_of(&resident)?;
        let issues = session.issues_of(&resident.internal_number)?;
        let issues: Vec<_> = issues
            .into_iter()
            .rev()
            .map(|issue| PastIssue {
                certificate_id: issue.certificate_id,
                issue_date: issue.issue_date,
                passport: issue.details.passport,
            })
            .collect();
        writer.person(&resident, &vaccinations, &issues).map_err(|error| {
            failed = Some(error);
            LedgerError::Unavailable { reason: "the output".into() }
        })?;
        persons += 1;
        if persons.is_multiple_of(PROGRESS_PERSONS) {
            progress(Progress { rows: writer.rows(), bytes: 0 });
        }
        Ok(())
    });
    if let Some(error) = failed {
        return Err(ExportError::Output(error));
    }
    shown?;
    let (rows, replaced) = writer.finish().map_err(ExportError::Output)?;
    progress(Progress { rows, bytes: 0 });
    Ok(Exported { persons, rows, replaced })
}
