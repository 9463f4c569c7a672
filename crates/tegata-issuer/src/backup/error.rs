//! Why a backup cannot be taken or brought back.

use core::fmt;

use tegata::{Code, Failure};

use crate::ledger::LedgerError;

/// Why a backup cannot be taken or brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BackupError {
    /// The backup's file cannot be read or written.
    Unavailable,
    /// Not a backup of this version, or not the whole of one.
    Malformed,
    /// The backup was changed, or another master key or municipality belongs to it.
    Changed,
    /// The municipality has a ledger here already.
    TargetNotEmpty,
    /// The journal cannot be read or written.
    JournalUnavailable,
    /// The journal was changed, or lacks lines that were there when the backup was taken.
    JournalChanged,
    /// The ledger failed, or its audit log is not whole.
    Ledger(LedgerError),
}

impl BackupError {
    /// The stable outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Unavailable | Self::Malformed => Code::BackupMalformed,
            Self::Changed => Code::BackupChanged,
            Self::TargetNotEmpty => Code::BackupTargetNotEmpty,
            Self::JournalUnavailable => Code::JournalUnavailable,
            Self::JournalChanged => Code::JournalChanged,
            Self::Ledger(error) => error.code(),
        }
    }
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unavailable => "the backup cannot be read or written",
            Self::Malformed => "not a whole backup",
            Self::Changed => "the backup was changed, or another master key or municipality belongs to it",
            Self::TargetNotEmpty => "the municipality has a ledger already",
            Self::JournalUnavailable => "the journal of erasures and revocations cannot be read or written",
            Self::JournalChanged => "the journal of erasures and revocations was changed, or lacks lines",
            Self::Ledger(error) => return error.fmt(f),
        })
    }
}

impl core::error::Error for BackupError {}

impl From<LedgerError> for BackupError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Ledger(error) => error.into(),
            other => Self::new(other.code()),
        }
    }
}
