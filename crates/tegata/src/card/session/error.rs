//! Why a card was not read.

use core::fmt;

use crate::card::{Application, FileId};
use crate::report::{Code, Failure};

/// What was presented to the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyReference {
    /// The PIN of four digits (暗証番号).
    Pin,
    /// Code A (照合番号A).
    CodeA,
    /// Code B (照合番号B).
    CodeB,
    /// The date of birth within code B, which opens the age record.
    BirthDate,
}

impl KeyReference {
    /// The word for outputs: `pin`, `code-a`, `code-b`, `birth-date`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::CodeA => "code-a",
            Self::CodeB => "code-b",
            Self::BirthDate => "birth-date",
        }
    }
}

/// Why a card was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// The card was removed, or the reader failed.
    Removed,
    /// The card does not have the application: another kind of card.
    NoSuchApplication(Application),
    /// The card does not have a file that every such card has.
    NoSuchFile(Application, FileId),
    /// The card does not have a key reference that every such card has.
    NoSuchKeyReference(KeyReference),
    /// What was presented is wrong.
    Wrong {
        /// What was presented.
        reference: KeyReference,
        /// How many tries are left.
        tries_left: u8,
    },
    /// No tries are left.
    Blocked(KeyReference),
    /// One try is left, and the request does not allow to use it. Nothing was sent.
    LastTry(KeyReference),
    /// What was presented does not open this file.
    NotOpened(Application, FileId),
    /// The card answered with a status that it should not give here.
    UnexpectedStatus(u16),
    /// The answer is shorter than a status or longer than was asked for.
    MalformedAnswer,
    /// A file or the dialogue did not come to an end.
    Endless,
}

impl ReadError {
    /// The outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Removed => Code::CardRemoved,
            Self::NoSuchApplication(_) => Code::ApplicationNotFound,
            Self::NoSuchFile(..) | Self::NoSuchKeyReference(_) => Code::CardFileNotFound,
            Self::Wrong { .. } => Code::PinWrong,
            Self::Blocked(_) => Code::PinBlocked,
            Self::LastTry(_) => Code::PinLastTry,
            Self::NotOpened(..) => Code::CardFileNotOpened,
            Self::UnexpectedStatus(_) => Code::CardAnswerUnexpected,
            Self::MalformedAnswer => Code::CardAnswerMalformed,
            Self::Endless => Code::CardTooManyCommands,
        }
    }

    /// What the error speaks of: a file or a key reference.
    fn place(&self) -> Option<String> {
        match self {
            Self::NoSuchApplication(application) => Some(application.name().to_owned()),
            Self::NoSuchFile(application, file) | Self::NotOpened(application, file) => {
                Some(format!("{}-{:04x}", application.name(), file.number()))
            }
            Self::NoSuchKeyReference(reference)
            | Self::Wrong { reference, .. }
            | Self::Blocked(reference)
            | Self::LastTry(reference) => Some(reference.name().to_owned()),
            Self::Removed | Self::UnexpectedStatus(_) | Self::MalformedAnswer | Self::Endless => None,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place() {
            write!(f, "{place}: ")?;
        }
        match self {
            Self::Removed => f.write_str("card was removed"),
            Self::NoSuchApplication(_) => f.write_str("card does not have this application"),
            Self::NoSuchFile(..) => f.write_str("card does not have this file"),
            Self::NoSuchKeyReference(_) => f.write_str("card does not have this key reference"),
            Self::Wrong { tries_left, .. } => write!(f, "wrong, {tries_left} tries left"),
            Self::Blocked(_) => f.write_str("blocked"),
            Self::LastTry(_) => f.write_str("one try left, nothing was sent"),
            Self::NotOpened(..) => f.write_str("not opened by what was presented"),
            Self::UnexpectedStatus(status) => write!(f, "unexpected status {status:04X}"),
            Self::MalformedAnswer => f.write_str("answer has a wrong length"),
            Self::Endless => f.write_str("reading did not come to an end"),
        }
    }
}

impl core::error::Error for ReadError {}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error.place() {
            Some(place) => Self::of_field(error.code(), place),
            None => Self::new(error.code()),
        }
    }
}

/// Digits are no PIN or code: of a wrong number, or not all digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialError;

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the digits of a PIN or code")
    }
}

impl core::error::Error for CredentialError {}
