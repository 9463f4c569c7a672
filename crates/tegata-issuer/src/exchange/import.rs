//! Importing a file into the ledger.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::io::Read;

use tegata::model::Kind;
use tegata::{Code, Failure, Timestamp};

use super::reader::ReadError;
use super::row::{PastIssue, Row};
use super::{Column, Encoding, RowError, RowErrorKind, RowReader};
use crate::audit::Operation;
use crate::ledger::{Ledger, LedgerError, Session};
use crate::municipality::{Municipality, japan_date};
use crate::record::{Channel, InternalNumber, Issue, IssueDetails, Resident, Sealable as _};

/// How many errors of rows are told; there are seldom more reasons than that.
pub const MAX_ROW_ERRORS: usize = 100;

/// Rows between two reports of progress.
const PROGRESS_ROWS: u64 = 1_000;

/// How far an import or export has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Rows read or written, without the first.
    pub rows: u64,
    /// Bytes of the file read; of an export 0.
    pub bytes: u64,
}

/// What was imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// Rows, without the first.
    pub rows: u64,
    /// People that were put into the register, or in place of what stood there.
    pub persons: u64,
    /// Doses that were put into the record, or in place of what stood there.
    pub vaccinations: u64,
    /// Certificates that were not known before.
    pub issues: u64,
    /// Certificates that were passed over, since whoever they were issued to was erased.
    pub erased_issues: u64,
    /// The file's encoding.
    pub encoding: Encoding,
}

/// Why nothing was imported.
#[derive(Debug)]
#[non_exhaustive]
pub enum ImportError {
    /// Rows are wrong: these, in their order, at most [`MAX_ROW_ERRORS`].
    Rows(Vec<RowError>),
    /// The file cannot be read.
    Input(std::io::Error),
    /// The ledger did not do its part.
    Ledger(LedgerError),
}

impl std::fmt::Display for ImportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rows(errors) => match errors.first() {
                Some(first) => write!(f, "nothing was imported: {first} (and {} more)", errors.len() - 1),
                None => f.write_str("nothing was imported"),
            },
            Self::Input(_) => f.write_str("nothing was imported: the file cannot be read"),
            Self::Ledger(error) => write!(f, "nothing was imported: {error}"),
        }
    }
}

impl std::error::Error for ImportError {}

impl From<LedgerError> for ImportError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

/// Imports a municipality's file in one transaction: all of it, or nothing.
///
/// People and doses that are there already are replaced, and kept for the municipality's retention from today.
/// `progress` is called now and then. Beside its buffers it keeps 16 bytes a person, to notice rows that contradict one
/// another.
///
/// # Errors
/// [`ImportError`]; then the ledger has nothing but an audit entry of the attempt.
pub fn import<R: Read>(
    ledger: &Ledger,
    settings: &Municipality,
    input: R,
    operation: Operation,
    now: Timestamp,
    progress: &mut dyn FnMut(Progress),
) -> Result<Imported, ImportError> {
    let keys = ledger.keys(settings.code());
    let mut reader = RowReader::new(input, settings.code(), |number: &_| keys.number_hash(number));
    let mut session = ledger.begin(settings.code(), operation, now)?;
    let mut import = Import::new(settings, now);
    let mut errors = Vec::new();
    let read = loop {
        let row = match reader.next() {
            None => break Ok(()),
            Some(Ok(row)) => row,
            Some(Err(ReadError::Input(error))) => break Err(ImportError::Input(error)),
            Some(Err(ReadError::Row(error))) => {
                errors.push(error);
                if errors.len() == MAX_ROW_ERRORS {
                    break Ok(());
                }
                continue;
            }
        };
        import.imported.rows += 1;
        // After an error nothing will count any more; the other rows are read to tell theirs.
        if errors.is_empty() {
            match import.put(&mut session, row) {
                Ok(()) => {}
                Err(PutError::Row(error)) => errors.push(error),
                Err(PutError::Ledger(error)) => break Err(error.into()),
            }
        }
        if import.imported.rows.is_multiple_of(PROGRESS_ROWS) {
            progress(Progress { rows: import.imported.rows, bytes: reader.bytes_read() });
        }
    };
    let outcome = match (&read, errors.first()) {
        (Ok(()), None) => None,
        (Ok(()), Some(error)) => Some(error.kind.code()),
        (Err(ImportError::Ledger(error)), _) => Some(error.code()),
        (Err(_), _) => Some(Code::ImportRowMalformed),
    };
    match outcome {
        None => session.commit()?,
        Some(code) => session.refuse(code)?,
    }
    read?;
    progress(Progress { rows: import.imported.rows, bytes: reader.bytes_read() });
    if errors.is_empty() {
        Ok(Imported { encoding: reader.encoding(), ..import.imported })
    } else {
        Err(ImportError::Rows(errors))
    }
}

/// What is known of the file so far.
struct Import<'a> {
    settings: &'a Municipality,
    now: Timestamp,
    imported: Imported,
    hasher: RandomState,
    /// A hash of the internal number of everybody in the file, and of their data.
    persons: HashMap<u64, u64>,
}

enum PutError {
    Row(RowError),
    Ledger(LedgerError),
}

impl From<LedgerError> for PutError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl<'a> Import<'a> {
    fn new(settings: &'a Municipality, now: Timestamp) -> Self {
        let imported =
            Imported { rows: 0, persons: 0, vaccinations: 0, issues: 0, erased_issues: 0, encoding: Encoding::Utf8 };
        Self { settings, now, imported, hasher: RandomState::new(), persons: HashMap::new() }
    }

    fn put(&mut self, session: &mut Session<'_>, row: Row) -> Result<(), PutError> {
        let Row { line, resident, vaccination, issue } = row;
        let error = |column, kind| PutError::Row(RowError { line, column, kind });
        let retain_until = self.settings.retain_until(japan_date(self.now));
        if self.is_new(&resident).map_err(|kind| error(None, kind))? {
            let holders = session.residents_by_voucher(&resident.details.voucher)?;
            if holders.iter().any(|holder| holder.internal_number != resident.internal_number) {
                return Err(error(Some(Column::Voucher), RowErrorKind::Taken));
            }
            session.put_resident(&resident, retain_until)?;
            self.imported.persons += 1;
        }
        if let Some(vaccination) = vaccination {
            session.put_vaccination(&resident.details.voucher, &vaccination, retain_until).map_err(
                |fault| match fault {
                    LedgerError::InvalidValue { .. } => error(Some(Column::Disease), RowErrorKind::Missing),
                    fault => PutError::Ledger(fault),
                },
            )?;
            self.imported.vaccinations += 1;
        }
        if let Some(issue) = issue {
            self.put_issue(session, &resident.internal_number, issue).map_err(|fault| {
                fault.map_or(error(Some(Column::CertificateId), RowErrorKind::Taken), PutError::Ledger)
            })?;
        }
        Ok(())
    }

    /// Whether the person was not in the file before.
    fn is_new(&mut self, resident: &Resident) -> Result<bool, RowErrorKind> {
        let name = self.hasher.hash_one(resident.internal_number.as_str());
        let number = resident.number.as_ref().map(|hash| *hash.as_bytes());
        let data = self.hasher.hash_one((resident.details.to_bytes().as_slice(), number));
        match self.persons.insert(name, data) {
            None => Ok(true),
            Some(before) if before == data => Ok(false),
            Some(_) => Err(RowErrorKind::Contradiction),
        }
    }

    /// `None` as an error says that the certificate ID is another person's.
    fn put_issue(
        &mut self,
        session: &mut Session<'_>,
        person: &InternalNumber,
        issue: PastIssue,
    ) -> Result<(), Option<LedgerError>> {
        let retain_until = self.settings.retain_until(japan_date(self.now));
        match session.issue_by_certificate_id(&issue.certificate_id).map_err(Some)? {
            Some(known) if known.internal_number == *person => {
                return session.keep_issue(&known, retain_until).map_err(Some);
            }
            Some(_) => return Err(None),
            None if session.was_issued(&issue.certificate_id).map_err(Some)? => {
                self.imported.erased_issues += 1;
                return Ok(());
            }
            None => {}
        }
        let PastIssue { certificate_id, issue_date, passport } = issue;
        let kind = if passport.is_some() { Kind::Overseas } else { Kind::Domestic };
        // Nine hours before midnight of UTC the day begins in Japan. Of whom issued it then, the counter is certain.
        let issued_at = issue_date.midnight().saturating_add_seconds(-9 * 3_600);
        let issue = Issue {
            certificate_id,
            internal_number: person.clone(),
            issued_at,
            issue_date,
            expires_at: None,
            channel: Channel::Counter,
            kind,
            texts: Vec::new(),
            details: IssueDetails { passport, decision: None },
        };
        match session.record_issue(&issue, retain_until) {
            Ok(()) => {}
            Err(LedgerError::Duplicate) => return Err(None),
            Err(error) => return Err(Some(error)),
        }
        self.imported.issues += 1;
        Ok(())
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Rows(errors) => {
                errors.first().map_or(Self::new(Code::ImportRowMalformed), |first| (*first).into())
            }
            ImportError::Input(_) => Self::new(Code::ImportRowMalformed),
            ImportError::Ledger(error) => error.into(),
        }
    }
}
