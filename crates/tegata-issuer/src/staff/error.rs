//! Why staff may not.

use core::fmt;

use tegata::{Code, Failure};

use crate::audit::AuditError;
use crate::ledger::LedgerError;

/// Why an account cannot log in, or cannot do something to accounts. It names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StaffError {
    /// There is no such account, it is revoked, or the password is another: it is not told which.
    LoginRefused,
    /// There is no such session, it has ended, or it is of another terminal.
    SessionEnded,
    /// The new password is too short, too long, too simple, or the one before.
    PasswordNotAllowed,
    /// The password is one that another person set, and is to be changed first.
    PasswordToChange,
    /// Nobody changes the rights of their own account.
    OwnRights,
    /// There is no randomness.
    Random,
    /// The ledger did not do its part; [`LedgerError::RoleMissing`] among others.
    Ledger(LedgerError),
}

impl StaffError {
    /// The outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::LoginRefused => Code::LoginRefused,
            Self::SessionEnded => Code::SessionEnded,
            Self::PasswordNotAllowed => Code::PasswordNotAllowed,
            Self::PasswordToChange => Code::PasswordToChange,
            Self::OwnRights => Code::OwnRights,
            Self::Random => Code::InternalError,
            Self::Ledger(error) => error.code(),
        }
    }
}

impl fmt::Display for StaffError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoginRefused => f.write_str("the account or the password is not right"),
            Self::SessionEnded => f.write_str("there is no such session, or it has ended"),
            Self::PasswordNotAllowed => f.write_str("the new password is not allowed"),
            Self::PasswordToChange => f.write_str("the password is to be changed first"),
            Self::OwnRights => f.write_str("nobody changes the rights of their own account"),
            Self::Random => f.write_str("there is no randomness"),
            Self::Ledger(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for StaffError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Ledger(error) => Some(error),
            _ => None,
        }
    }
}

impl From<LedgerError> for StaffError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<AuditError> for StaffError {
    fn from(error: AuditError) -> Self {
        Self::Ledger(error.into())
    }
}

impl From<StaffError> for Failure {
    fn from(error: StaffError) -> Self {
        match error {
            StaffError::Ledger(error) => error.into(),
            other => Self::new(other.code()),
        }
    }
}
