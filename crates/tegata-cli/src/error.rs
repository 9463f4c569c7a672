//! What ends a command early, and with which exit status.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

#[cfg(feature = "pcsc")]
use tegata::card::session::ReadError;
use tegata::{Code, Failure};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Accepted, or done.
    Done,
    /// Rejected or undetermined, malformed input included.
    NotAccepted,
    /// A usage error, or a file that cannot be opened or written.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::NotAccepted => 1,
            Exit::Usage => 2,
        })
    }
}

/// An error a command cannot go on after.
#[derive(Debug)]
pub(crate) enum Error {
    /// A file cannot be opened, read or written. Names the file and the system's reason.
    File { name: String, action: &'static str, reason: std::io::Error },
    /// The program that read standard output stopped reading. It knows, so nothing is said.
    ReaderGone,
    /// Options that do not fit together, or a value that cannot be used.
    Usage(String),
    /// Input that the library refused; names the file it came from.
    Refused { source: String, failure: Failure },
    /// A card in a reader that was not read.
    #[cfg(feature = "pcsc")]
    CardNotRead { reader: String, error: ReadError },
}

impl Error {
    pub(crate) fn file(path: &Path, action: &'static str, reason: std::io::Error) -> Self {
        Self::File { name: path.display().to_string(), action, reason }
    }

    pub(crate) fn refused(source: impl Into<String>, failure: impl Into<Failure>) -> Self {
        Self::Refused { source: source.into(), failure: failure.into() }
    }

    /// The failure's stable code, where there is one.
    pub(crate) const fn code(&self) -> Option<Code> {
        match self {
            Self::Refused { failure, .. } => Some(failure.code()),
            #[cfg(feature = "pcsc")]
            Self::CardNotRead { error, .. } => Some(error.code()),
            Self::File { .. } | Self::ReaderGone | Self::Usage(_) => None,
        }
    }

    /// The JSON of an input that was refused; `None` for errors of usage, which have no result.
    pub(crate) fn to_json(&self) -> Option<serde_json::Value> {
        match self {
            Self::Refused { source, failure } => Some(refused_json(source, failure)),
            #[cfg(feature = "pcsc")]
            Self::CardNotRead { reader, error } => {
                let mut result = refused_json(reader, &Failure::from(*error));
                if let (ReadError::Wrong { tries_left, .. }, Some(members)) = (error, result.as_object_mut()) {
                    members.insert("tries_left".into(), (*tries_left).into());
                }
                Some(result)
            }
            Self::File { .. } | Self::ReaderGone | Self::Usage(_) => None,
        }
    }

    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Refused { .. } => Exit::NotAccepted,
            #[cfg(feature = "pcsc")]
            Self::CardNotRead { .. } => Exit::NotAccepted,
            Self::File { .. } | Self::ReaderGone | Self::Usage(_) => Exit::Usage,
        }
    }
}

fn refused_json(source: &str, failure: &Failure) -> serde_json::Value {
    serde_json::json!({
        "status": "failed", "code": failure.code().name(), "field": failure.field(),
        "stage": failure.stage().name(), "message": failure.message(tegata::report::Language::English),
        "source": source,
    })
}

/// A refused record of an application of ours is the caller's to correct.
impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::refused("input", code)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { name, action, reason } => write!(f, "cannot {action} {name}: {reason}"),
            Self::ReaderGone => f.write_str("standard output was closed"),
            Self::Usage(message) => f.write_str(message),
            Self::Refused { source, failure } => write!(f, "{source}: {failure} [{}]", failure.code().name()),
            #[cfg(feature = "pcsc")]
            Self::CardNotRead { reader, error } => write!(f, "{reader}: {error} [{}]", error.code().name()),
        }
    }
}
