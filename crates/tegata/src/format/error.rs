//! Why a content does not fit its specification, and why a record does not fit a profile.

use core::fmt;

use crate::model::{RecordError, RecordErrorKind};
use crate::report::{Code, Failure};
use crate::untold::{Path, told_apart};

/// Why a content does not fit its specification. Names the field by the specification's words,
/// never by the input's, and holds no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    kind: SchemaErrorKind,
    field: Path,
}

told_apart! {
    /// What is wrong with a content.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub enum SchemaErrorKind {
        /// A required field is missing.
        MissingField,
        /// A field is of the wrong type.
        WrongType,
        /// A field holds a value that is not allowed.
        InvalidValue,
        /// There is not exactly one entry.
        EntryCount,
        /// The content is of a version that is not known here.
        UnknownVersion,
        /// The catalogue has no product of this code.
        #[cfg(feature = "profiles")]
        UnknownProduct,
        /// The content is a link to a certificate that is kept elsewhere.
        #[cfg(feature = "profiles")]
        Link,
    }
}

impl SchemaError {
    pub(crate) fn new(kind: SchemaErrorKind, field: impl Into<Path>) -> Self {
        Self { kind, field: field.into() }
    }

    pub(crate) fn missing(field: impl Into<Path>) -> Self {
        Self::new(SchemaErrorKind::MissingField, field)
    }

    pub(crate) fn wrong_type(field: impl Into<Path>) -> Self {
        Self::new(SchemaErrorKind::WrongType, field)
    }

    pub(crate) fn invalid(field: impl Into<Path>) -> Self {
        Self::new(SchemaErrorKind::InvalidValue, field)
    }

    /// Whether this leaves a content undetermined: it is not known to be wrong, only not known to be right.
    #[cfg(feature = "outcomes")]
    pub(crate) const fn is_undetermined(&self) -> bool {
        match self.kind {
            SchemaErrorKind::UnknownVersion => true,
            #[cfg(feature = "profiles")]
            SchemaErrorKind::UnknownProduct | SchemaErrorKind::Link => true,
            _ => false,
        }
    }

    /// Which it is, is not told.
    #[cfg(not(feature = "outcomes"))]
    pub(crate) const fn is_undetermined(&self) -> bool {
        false
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> SchemaErrorKind {
        self.kind
    }

    /// The path of the field, such as `v[0].dn`; empty for the content as a whole.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The code of the outcome table.
    #[cfg(feature = "outcomes")]
    #[must_use]
    pub const fn code(&self) -> Code {
        match self.kind {
            SchemaErrorKind::MissingField => Code::SchemaMissingField,
            SchemaErrorKind::WrongType => Code::SchemaWrongType,
            SchemaErrorKind::InvalidValue => Code::SchemaInvalidValue,
            SchemaErrorKind::EntryCount => Code::SchemaEntryCount,
            SchemaErrorKind::UnknownVersion => Code::UnknownProfile,
            #[cfg(feature = "profiles")]
            SchemaErrorKind::UnknownProduct => Code::ProductNotInCatalogue,
            #[cfg(feature = "profiles")]
            SchemaErrorKind::Link => Code::HealthLink,
        }
    }
}

/// A content that was read holds a record that is not allowed.
impl From<RecordError> for SchemaError {
    fn from(error: RecordError) -> Self {
        Self::new(error.kind().into(), error.into_field())
    }
}

#[cfg(not(feature = "outcomes"))]
impl From<RecordErrorKind> for SchemaErrorKind {
    fn from(_: RecordErrorKind) -> Self {
        Self::Untold
    }
}

#[cfg(feature = "outcomes")]
impl From<RecordErrorKind> for SchemaErrorKind {
    fn from(kind: RecordErrorKind) -> Self {
        match kind {
            RecordErrorKind::MissingField => Self::MissingField,
            RecordErrorKind::WrongType => Self::WrongType,
            _ => Self::InvalidValue,
        }
    }
}

#[cfg(not(feature = "outcomes"))]
impl From<SchemaError> for Failure {
    fn from(_: SchemaError) -> Self {
        Self::new(Code::Untold)
    }
}

#[cfg(feature = "outcomes")]
impl From<SchemaError> for Failure {
    fn from(error: SchemaError) -> Self {
        let code = error.code();
        if error.field.is_empty() { Self::new(code) } else { Self::of_field(code, error.field) }
    }
}

#[cfg(not(feature = "outcomes"))]
impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the content does not fit its specification")
    }
}

#[cfg(feature = "outcomes")]
impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = if self.field.is_empty() { "the content" } else { &*self.field };
        let reason = match self.kind {
            SchemaErrorKind::MissingField => "is missing",
            SchemaErrorKind::WrongType => "is of the wrong type",
            SchemaErrorKind::InvalidValue => "holds a value that is not allowed",
            SchemaErrorKind::EntryCount => "does not hold exactly one entry",
            SchemaErrorKind::UnknownVersion => "is of a version that is not known",
            #[cfg(feature = "profiles")]
            SchemaErrorKind::UnknownProduct => "is no product of the catalogue",
            #[cfg(feature = "profiles")]
            SchemaErrorKind::Link => "is a link to a certificate that is kept elsewhere",
        };
        write!(f, "{field} {reason}")
    }
}

impl core::error::Error for SchemaError {}

/// Why a record does not fit a profile. Names the field of the record and holds no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileError {
    kind: ProfileErrorKind,
    field: String,
}

/// What keeps a record out of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileErrorKind {
    /// The profile needs a field that the record does not have.
    MissingField,
    /// A field of the record cannot be expressed in the profile.
    InvalidValue,
    /// The vaccine catalogue has no code for what the field names.
    UnknownProduct,
}

impl ProfileError {
    pub(crate) fn new(kind: ProfileErrorKind, field: impl Into<String>) -> Self {
        Self { kind, field: field.into() }
    }

    pub(crate) fn missing(field: impl Into<String>) -> Self {
        Self::new(ProfileErrorKind::MissingField, field)
    }

    pub(crate) fn invalid(field: impl Into<String>) -> Self {
        Self::new(ProfileErrorKind::InvalidValue, field)
    }

    pub(crate) fn unknown_product(field: impl Into<String>) -> Self {
        Self::new(ProfileErrorKind::UnknownProduct, field)
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> ProfileErrorKind {
        self.kind
    }

    /// The path of the record's field, such as `doses[2].product`.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The code of the outcome table.
    #[cfg(feature = "outcomes")]
    #[must_use]
    pub const fn code(&self) -> Code {
        match self.kind {
            ProfileErrorKind::MissingField => Code::ProfileMissingField,
            ProfileErrorKind::InvalidValue => Code::ProfileInvalidValue,
            ProfileErrorKind::UnknownProduct => Code::UnknownProduct,
        }
    }
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match self.kind {
            ProfileErrorKind::MissingField => "is missing, and the profile needs it",
            ProfileErrorKind::InvalidValue => "cannot be expressed in the profile",
            ProfileErrorKind::UnknownProduct => "has no code in the vaccine catalogue",
        };
        write!(f, "{} {reason}", self.field)
    }
}

impl core::error::Error for ProfileError {}
