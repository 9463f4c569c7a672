//! Why a record was refused.

use core::fmt;

#[cfg(feature = "outcomes")]
use crate::codec::digits::write_unsigned;
#[cfg(feature = "outcomes")]
use crate::report::Code;
use crate::untold::Path;

/// Why a record was refused, and at which field. Never holds anything of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordError {
    field: Path,
    fault: Fault,
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordErrorKind {
    /// Not well-formed JSON (RFC 8259).
    #[cfg(feature = "outcomes")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
    },
    /// A required field is missing.
    MissingField,
    /// An object holds a field that is not known. Its name is not shown, for it is input.
    #[cfg(feature = "outcomes")]
    UnknownField {
        /// Which member of the object it is, from 1.
        member: usize,
    },
    /// An object holds a field twice.
    DuplicateField,
    /// A field is not of the JSON type it must have.
    WrongType,
    /// A field holds a value that is not allowed.
    InvalidValue,
    /// A field holds what looks like an individual number.
    IndividualNumber,
    /// The whole record is longer than is allowed.
    TooLarge,
}

/// A fault, before it is known where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: RecordErrorKind,
    /// What is wrong, as the end of a sentence that starts with the field's name.
    #[cfg(feature = "outcomes")]
    pub(crate) reason: &'static str,
}

impl Fault {
    pub(crate) const MISSING: Self = Self::new(RecordErrorKind::MissingField, "is missing");

    pub(crate) const fn invalid(reason: &'static str) -> Self {
        Self::new(RecordErrorKind::InvalidValue, reason)
    }

    #[cfg(feature = "outcomes")]
    pub(crate) const fn new(kind: RecordErrorKind, reason: &'static str) -> Self {
        Self { kind, reason }
    }

    #[cfg(not(feature = "outcomes"))]
    pub(crate) const fn new(kind: RecordErrorKind, _: &'static str) -> Self {
        Self { kind }
    }

    pub(crate) fn at(self, field: impl Into<Path>) -> RecordError {
        RecordError { field: field.into(), fault: self }
    }
}

/// The path of a field within another, such as `name.kana`.
#[cfg(feature = "outcomes")]
pub(crate) fn path_within(parent: &str, field: &str) -> Path {
    let mut path = String::from(parent);
    path.push('.');
    path.push_str(field);
    path.into()
}

/// The path of a field within another, which is not told.
#[cfg(not(feature = "outcomes"))]
pub(crate) fn path_within<P: Copy, F: Copy>(_: P, _: F) -> Path {
    Path
}

/// The path of a field of a list's element, such as `doses[2].lot`; without a field, of the element itself.
#[cfg(feature = "outcomes")]
pub(crate) fn path_in_list(list: &str, index: usize, field: &str) -> Path {
    let mut path = String::from(list);
    path.push('[');
    write_unsigned(u64::try_from(index).unwrap_or(u64::MAX), &mut path);
    path.push(']');
    if !field.is_empty() {
        path.push('.');
        path.push_str(field);
    }
    path.into()
}

/// The path of a field of a list's element, which is not told.
#[cfg(not(feature = "outcomes"))]
pub(crate) fn path_in_list<F: Copy>(_: &str, _: usize, _: F) -> Path {
    Path
}

impl RecordError {
    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> RecordErrorKind {
        self.fault.kind
    }

    /// The path of the field, such as `doses[2].lot`; empty for the record as a whole.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    pub(crate) fn into_field(self) -> Path {
        self.field
    }

    /// What is wrong, as the end of a sentence that starts with the field's name.
    #[cfg(feature = "outcomes")]
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.fault.reason
    }

    /// The code of the outcome table.
    #[cfg(feature = "outcomes")]
    #[must_use]
    pub const fn code(&self) -> Code {
        match self.fault.kind {
            RecordErrorKind::Malformed { .. } | RecordErrorKind::DuplicateField => Code::RecordMalformed,
            RecordErrorKind::MissingField => Code::RecordMissingField,
            RecordErrorKind::UnknownField { .. } => Code::RecordUnknownField,
            RecordErrorKind::WrongType | RecordErrorKind::InvalidValue => Code::RecordInvalidValue,
            RecordErrorKind::IndividualNumber => Code::RecordIndividualNumber,
            RecordErrorKind::TooLarge => Code::RecordTooLarge,
        }
    }
}

#[cfg(not(feature = "outcomes"))]
impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the record cannot be certified")
    }
}

#[cfg(feature = "outcomes")]
impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = if self.field.is_empty() { "the record" } else { &*self.field };
        write!(f, "{field} {}", self.fault.reason)?;
        match self.fault.kind {
            RecordErrorKind::Malformed { line, column } => write!(f, " (line {line}, column {column})"),
            RecordErrorKind::UnknownField { member } => write!(f, " (member {member})"),
            _ => Ok(()),
        }
    }
}

impl core::error::Error for RecordError {}
