//! Why a card's file cannot be read.

use core::fmt;

use super::tlv::TlvError;
use super::{Application, FileId};
use crate::report::{Code, Failure};

/// A file that is missing or malformed: which file, which field, and what is wrong; never a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileError {
    application: Application,
    file: FileId,
    field: Option<&'static str>,
    kind: FileErrorKind,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileErrorKind {
    /// It was not handed over, and nothing can be verified without it.
    Missing,
    /// It is longer than [`MAX_FILE_BYTES`](super::MAX_FILE_BYTES).
    TooLarge,
    /// It ends within an object.
    Truncated,
    /// A tag or length of a form that cards do not have.
    Encoding,
    /// Another object than the one that stands there on every card, or objects in another order.
    UnexpectedObject,
    /// An object stands there twice.
    DuplicateObject,
    /// Bytes other than filler follow the last object.
    TrailingBytes,
    /// A text is not UTF-8.
    NotUtf8,
    /// A date is not eight digits or no day of the calendar.
    InvalidDate,
    /// A value has a length or a content that the field does not allow.
    InvalidValue,
    /// The offset table does not say where the fields stand.
    OffsetTable,
}

impl FileErrorKind {
    const fn meaning(self) -> &'static str {
        match self {
            Self::Missing => "is missing",
            Self::TooLarge => "is too large",
            Self::Truncated => "ends within an object",
            Self::Encoding => "has a tag or length of a form that cards do not have",
            Self::UnexpectedObject => "is not the object that belongs there",
            Self::DuplicateObject => "stands there twice",
            Self::TrailingBytes => "is followed by bytes other than filler",
            Self::NotUtf8 => "is not UTF-8",
            Self::InvalidDate => "is no date",
            Self::InvalidValue => "has a value that is not allowed",
            Self::OffsetTable => "does not say where the fields stand",
        }
    }
}

impl From<TlvError> for FileErrorKind {
    fn from(error: TlvError) -> Self {
        match error {
            TlvError::Truncated => Self::Truncated,
            TlvError::LongTag | TlvError::Length => Self::Encoding,
        }
    }
}

impl FileError {
    pub(crate) const fn new(application: Application, file: FileId, field: &'static str, kind: FileErrorKind) -> Self {
        Self { application, file, field: Some(field), kind }
    }

    /// An error of the file as a whole.
    pub(crate) const fn of_file(application: Application, file: FileId, kind: FileErrorKind) -> Self {
        Self { application, file, field: None, kind }
    }

    /// The application the file belongs to.
    #[must_use]
    pub const fn application(&self) -> Application {
        self.application
    }

    /// The file.
    #[must_use]
    pub const fn file(&self) -> FileId {
        self.file
    }

    /// The field's tag as the layout names it (`DF22`), where the error speaks of one.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        self.field
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> FileErrorKind {
        self.kind
    }

    /// The outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self.kind {
            FileErrorKind::Missing => Code::CardFileMissing,
            FileErrorKind::TooLarge => Code::CardFileTooLarge,
            FileErrorKind::Truncated => Code::CardFileTruncated,
            FileErrorKind::Encoding => Code::CardFileEncoding,
            FileErrorKind::UnexpectedObject => Code::CardFileUnexpectedObject,
            FileErrorKind::DuplicateObject => Code::CardFileDuplicateObject,
            FileErrorKind::TrailingBytes => Code::CardFileTrailingBytes,
            FileErrorKind::NotUtf8 => Code::CardFileNotUtf8,
            FileErrorKind::InvalidDate => Code::CardFileInvalidDate,
            FileErrorKind::InvalidValue => Code::CardFileInvalidValue,
            FileErrorKind::OffsetTable => Code::CardFileOffsetTable,
        }
    }

    /// `text-0002 DF22`.
    fn place(&self) -> String {
        let file = format!("{}-{:04x}", self.application.name(), self.file.number());
        match self.field {
            Some(field) => format!("{file} {field}"),
            None => file,
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place(), self.kind.meaning())
    }
}

impl core::error::Error for FileError {}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::of_field(error.code(), error.place())
    }
}
