//! What is wrong with an audit log.

use core::fmt;

use tegata::{Code, Failure};

/// What is wrong with an audit log or a head of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditError {
    /// A text of an operation is empty, too long, has control characters, or holds what looks like an individual number.
    InvalidText {
        /// Which text.
        field: &'static str,
    },
    /// An entry is not the one that was written.
    Changed {
        /// Its number in the log, from 1.
        sequence: u64,
    },
    /// The entry of this number is missing, or another stands in its place.
    Missing {
        /// Its number in the log, from 1.
        sequence: u64,
    },
    /// The log ends before a head.
    CutOff {
        /// The number of the head's entry.
        sequence: u64,
    },
    /// The entry of a head has another hash than the head says.
    HeadMismatch {
        /// The number of the head's entry.
        sequence: u64,
    },
    /// Not a signed head, or the head of another municipality's log.
    HeadMalformed,
    /// The head was not signed by the key.
    HeadSignature,
    /// The key did not sign the head.
    Signing,
}

impl AuditError {
    /// The stable outcome code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::InvalidText { .. } => Code::LedgerInvalidValue,
            Self::Changed { .. } => Code::AuditEntryChanged,
            Self::Missing { .. } => Code::AuditEntryMissing,
            Self::CutOff { .. } => Code::AuditCutOff,
            Self::HeadMismatch { .. } => Code::AuditHeadMismatch,
            Self::HeadMalformed => Code::AuditHeadMalformed,
            Self::HeadSignature => Code::AuditHeadSignature,
            Self::Signing => Code::SigningFailed,
        }
    }

    /// The number of the entry it is about.
    #[must_use]
    pub const fn sequence(self) -> Option<u64> {
        match self {
            Self::Changed { sequence }
            | Self::Missing { sequence }
            | Self::CutOff { sequence }
            | Self::HeadMismatch { sequence } => Some(sequence),
            Self::InvalidText { .. } | Self::HeadMalformed | Self::HeadSignature | Self::Signing => None,
        }
    }
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidText { field } => write!(f, "the audit log does not take this text as {field}"),
            Self::Changed { sequence } => write!(f, "entry {sequence} of the audit log was changed"),
            Self::Missing { sequence } => write!(f, "entry {sequence} of the audit log is missing or out of place"),
            Self::CutOff { sequence } => write!(f, "the audit log ends before entry {sequence}, whose hash is known"),
            Self::HeadMismatch { sequence } => write!(f, "entry {sequence} of the audit log is not that of the head"),
            Self::HeadMalformed => f.write_str("not a signed head of this audit log"),
            Self::HeadSignature => f.write_str("the head was not signed by this key"),
            Self::Signing => f.write_str("the key did not sign the head"),
        }
    }
}

impl core::error::Error for AuditError {}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::InvalidText { field } => Self::of_field(error.code(), field),
            _ => match error.sequence() {
                Some(sequence) => Self::of_field(error.code(), format!("entry {sequence}")),
                None => Self::new(error.code()),
            },
        }
    }
}
