//! Why the service does not start.

use core::fmt;

use tegata::report::{Code, Failure};

/// Why the service does not start, or stopped.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServiceError {
    /// A certificate or key for TLS cannot be used.
    Credentials {
        /// Which one, as the settings call it.
        field: &'static str,
        /// What is wrong, as the end of a sentence that begins with the field.
        reason: &'static str,
    },
    /// The parts do not go together.
    Parts {
        /// The field of the settings.
        field: String,
        /// What is wrong, as the end of a sentence that begins with the field.
        reason: &'static str,
    },
    /// The address cannot be listened on, or the runtime cannot be started.
    Listen {
        /// Which one, as the settings call it.
        field: &'static str,
        /// The system's reason.
        reason: std::io::Error,
    },
    /// A file cannot be read or written.
    File {
        /// Its name.
        name: String,
        /// The system's reason.
        reason: std::io::Error,
    },
    /// What the library refused.
    Refused {
        /// The file, or the field of the settings.
        source: String,
        /// Why.
        failure: Failure,
    },
}

impl ServiceError {
    /// The outcome code; `None` where it is the system that refused.
    #[must_use]
    pub const fn code(&self) -> Option<Code> {
        match self {
            Self::Credentials { .. } => Some(Code::ServiceCredentials),
            Self::Parts { .. } => Some(Code::ServiceSettingsInvalidValue),
            Self::Listen { .. } | Self::File { .. } => None,
            Self::Refused { failure, .. } => Some(failure.code()),
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credentials { field, reason } => write!(f, "{field} {reason}"),
            Self::Parts { field, reason } => write!(f, "{field} {reason}"),
            Self::Listen { field, reason } => write!(f, "{field} cannot be listened on: {reason}"),
            Self::File { name, reason } => write!(f, "{name} cannot be read or written: {reason}"),
            Self::Refused { source, failure } => write!(f, "{source}: {failure}"),
        }
    }
}

impl core::error::Error for ServiceError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Listen { reason, .. } | Self::File { reason, .. } => Some(reason),
            Self::Refused { failure, .. } => Some(failure),
            Self::Credentials { .. } | Self::Parts { .. } => None,
        }
    }
}
