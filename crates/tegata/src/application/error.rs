//! Why something is no application.

use core::fmt;

use crate::codec::cbor::CborError;
use crate::report::{Code, Failure};

/// An application that cannot be made or read: which field, and what is wrong; never a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplicationError {
    kind: ApplicationErrorKind,
    field: &'static str,
}

/// What is wrong with an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApplicationErrorKind {
    /// It is longer than [`MAX_APPLICATION_BYTES`](super::MAX_APPLICATION_BYTES).
    TooLarge,
    /// It is not one well-formed CBOR item.
    Malformed,
    /// It is of a version that is not known.
    Version,
    /// A field is missing.
    Missing,
    /// There is a field that is not known.
    Unknown,
    /// A field is of another type.
    WrongType,
    /// A field holds a value that is not allowed.
    InvalidValue,
    /// A field may not stand in an application of this channel and kind.
    NotAllowed,
}

impl ApplicationErrorKind {
    const fn meaning(self) -> &'static str {
        match self {
            Self::TooLarge => "is too large",
            Self::Malformed => "is not well-formed",
            Self::Version => "is of a version that is not known",
            Self::Missing => "is missing",
            Self::Unknown => "has a field that is not known",
            Self::WrongType => "is of another type",
            Self::InvalidValue => "has a value that is not allowed",
            Self::NotAllowed => "may not stand in an application of this channel and kind",
        }
    }
}

impl ApplicationError {
    pub(super) const fn new(kind: ApplicationErrorKind, field: &'static str) -> Self {
        Self { kind, field }
    }

    pub(super) const fn missing(field: &'static str) -> Self {
        Self::new(ApplicationErrorKind::Missing, field)
    }

    pub(super) const fn invalid(field: &'static str) -> Self {
        Self::new(ApplicationErrorKind::InvalidValue, field)
    }

    pub(super) const fn wrong_type(field: &'static str) -> Self {
        Self::new(ApplicationErrorKind::WrongType, field)
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> ApplicationErrorKind {
        self.kind
    }

    /// The field; empty when the error is of the message as a whole.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// The outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self.kind {
            ApplicationErrorKind::TooLarge => Code::ApplicationTooLarge,
            ApplicationErrorKind::Malformed => Code::ApplicationMalformed,
            ApplicationErrorKind::Version => Code::ApplicationVersionUnsupported,
            ApplicationErrorKind::Missing => Code::ApplicationMissingField,
            ApplicationErrorKind::Unknown => Code::ApplicationUnknownField,
            ApplicationErrorKind::WrongType => Code::ApplicationWrongType,
            ApplicationErrorKind::InvalidValue => Code::ApplicationInvalidValue,
            ApplicationErrorKind::NotAllowed => Code::ApplicationFieldNotAllowed,
        }
    }
}

impl From<CborError> for ApplicationError {
    fn from(_: CborError) -> Self {
        Self::new(ApplicationErrorKind::Malformed, "")
    }
}

impl fmt::Display for ApplicationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = if self.field.is_empty() { "application" } else { self.field };
        write!(f, "{field} {}", self.kind.meaning())
    }
}

impl core::error::Error for ApplicationError {}

impl From<ApplicationError> for Failure {
    fn from(error: ApplicationError) -> Self {
        match error.field {
            "" => Self::new(error.code()),
            field => Self::of_field(error.code(), field),
        }
    }
}
