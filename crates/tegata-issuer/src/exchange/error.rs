//! Why a file is not imported.

use core::fmt;

use tegata::report::{Code, Failure};

use super::Column;

/// What is wrong with a row: the line, the column and the kind of fault, never a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The line in which the row begins, from 1.
    pub line: u64,
    /// The column; `None` where the fault is of the row as a whole.
    pub column: Option<Column>,
    /// What is wrong.
    pub kind: RowErrorKind,
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowErrorKind {
    /// The bytes are not of the file's encoding.
    Encoding,
    /// The row is longer than [`MAX_ROW_BYTES`](super::MAX_ROW_BYTES).
    TooLong,
    /// The row has another number of fields than the first one.
    FieldCount,
    /// The first row lacks a column.
    ColumnMissing,
    /// The first row has a name that is not known; which field it is, from 1.
    ColumnUnknown(usize),
    /// The first row has a column twice.
    ColumnTwice,
    /// There is no first row.
    Empty,
    /// A value is missing.
    Missing,
    /// A value is not of the form that the column has; the reason, as the end of a sentence that begins with the column.
    Invalid(&'static str),
    /// A value stands where none may.
    NotAllowed,
    /// The row belongs to another municipality.
    OtherMunicipality,
    /// The person's data differ from those in another row of the person.
    Contradiction,
    /// The value belongs to another person: a voucher number or a certificate ID that was given twice.
    Taken,
}

impl RowErrorKind {
    /// The outcome code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Encoding => Code::ImportEncoding,
            Self::TooLong | Self::FieldCount => Code::ImportRowMalformed,
            Self::ColumnMissing | Self::ColumnUnknown(_) | Self::ColumnTwice | Self::Empty => Code::ImportHeader,
            Self::Missing => Code::ImportMissingValue,
            Self::Invalid(_) | Self::NotAllowed => Code::ImportInvalidValue,
            Self::OtherMunicipality => Code::ImportOtherMunicipality,
            Self::Contradiction | Self::Taken => Code::ImportContradiction,
        }
    }
}

impl fmt::Display for RowErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => f.write_str("is not in the file's encoding"),
            Self::TooLong => f.write_str("is too long"),
            Self::FieldCount => f.write_str("has another number of fields than the first row"),
            Self::ColumnMissing => f.write_str("has no column in the first row"),
            Self::ColumnUnknown(field) => write!(f, "has a name that is not known (field {field})"),
            Self::ColumnTwice => f.write_str("has two columns in the first row"),
            Self::Empty => f.write_str("has no first row"),
            Self::Missing => f.write_str("is missing"),
            Self::Invalid(reason) => f.write_str(reason),
            Self::NotAllowed => f.write_str("may not stand in this row"),
            Self::OtherMunicipality => f.write_str("is of another municipality"),
            Self::Contradiction => f.write_str("differs from another row of the same person"),
            Self::Taken => f.write_str("belongs to another person"),
        }
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = self.column.map_or("the row", Column::header);
        write!(f, "line {}: {column} {}", self.line, self.kind)
    }
}

impl std::error::Error for RowError {}

impl From<RowError> for Failure {
    fn from(error: RowError) -> Self {
        let place = match error.column {
            Some(column) => format!("line {}, {}", error.line, column.header()),
            None => format!("line {}", error.line),
        };
        Self::of_field(error.kind.code(), place)
    }
}
