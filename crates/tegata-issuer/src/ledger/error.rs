//! Why the ledger did not do what it was asked.

use core::fmt;
use std::borrow::Cow;

use tegata::{Code, Failure};

use crate::audit::AuditError;
use crate::vault::VaultError;

/// Why the ledger did not do what it was asked. It holds no value of any row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LedgerError {
    /// The database cannot be opened, reached, read or written.
    Unavailable {
        /// What the database said, as the name of its kind of error.
        reason: Cow<'static, str>,
    },
    /// Others used the ledger for longer than is waited.
    Busy,
    /// The ledger was written by a newer version.
    VersionUnsupported,
    /// The database, or a row of it, is not what was written.
    Corrupt {
        /// The table, or the part of the database.
        place: &'static str,
    },
    /// There is an entry of this identifier already.
    Duplicate,
    /// The database role could pass over the separation of municipalities.
    NotSeparated {
        /// What it may do that it should not.
        right: &'static str,
    },
    /// There is no such entry in this municipality's ledger.
    NotFound,
    /// A value to be kept is empty, too long, or holds what looks like an individual number.
    InvalidValue {
        /// The field.
        field: &'static str,
    },
    /// The operator has no account that is in force (D1).
    AccountNotActive,
    /// The operator's account has no role that may do this (D1).
    RoleMissing,
    /// A session that leaves no audit entry was asked for personal data.
    NotLogged,
    /// A statement of the session failed before, so that there is nothing to commit.
    AlreadyFailed,
    /// Sealing or opening failed.
    Vault(VaultError),
    /// The audit log does not go on.
    Audit(AuditError),
    /// The journal of erasures and revocations cannot be written.
    Journal,
}

impl LedgerError {
    /// The stable outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Unavailable { .. } => Code::LedgerUnavailable,
            Self::Busy => Code::LedgerBusy,
            Self::VersionUnsupported => Code::LedgerVersionUnsupported,
            Self::Corrupt { .. } => Code::LedgerCorrupt,
            Self::Duplicate => Code::LedgerDuplicate,
            Self::NotSeparated { .. } => Code::LedgerNotSeparated,
            Self::NotFound => Code::LedgerNotFound,
            Self::InvalidValue { .. } => Code::LedgerInvalidValue,
            Self::AccountNotActive => Code::AccountNotActive,
            Self::RoleMissing => Code::RoleMissing,
            Self::NotLogged | Self::AlreadyFailed => Code::ApiMisuse,
            Self::Vault(error) => error.code(),
            Self::Audit(error) => error.code(),
            Self::Journal => Code::JournalUnavailable,
        }
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { reason } => write!(f, "the ledger is not available: {reason}"),
            Self::Busy => f.write_str("the ledger was in use by others for too long"),
            Self::VersionUnsupported => f.write_str("the ledger was written by a newer version"),
            Self::Corrupt { place } => write!(f, "the ledger holds what was never written: {place}"),
            Self::Duplicate => f.write_str("the ledger has an entry of this identifier already"),
            Self::NotSeparated { right } => write!(f, "the database role could pass over the separation: {right}"),
            Self::NotFound => f.write_str("the ledger has no such entry"),
            Self::InvalidValue { field } => write!(f, "the ledger does not take this value of {field}"),
            Self::AccountNotActive => f.write_str("the operator has no account that is in force"),
            Self::RoleMissing => f.write_str("the operator's account has no role that may do this"),
            Self::NotLogged => f.write_str("a session without an audit entry was asked for personal data"),
            Self::AlreadyFailed => f.write_str("a statement of the session failed before, and nothing is committed"),
            Self::Vault(error) => error.fmt(f),
            Self::Audit(error) => error.fmt(f),
            Self::Journal => f.write_str("the journal of erasures and revocations cannot be read or written"),
        }
    }
}

impl core::error::Error for LedgerError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Vault(error) => Some(error),
            Self::Audit(error) => Some(error),
            _ => None,
        }
    }
}

impl From<VaultError> for LedgerError {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

impl From<AuditError> for LedgerError {
    fn from(error: AuditError) -> Self {
        Self::Audit(error)
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::InvalidValue { field } => Self::of_field(error.code(), field),
            LedgerError::Corrupt { place } => Self::of_field(error.code(), place),
            LedgerError::NotSeparated { right } => Self::of_field(error.code(), right),
            _ => Self::new(error.code()),
        }
    }
}
