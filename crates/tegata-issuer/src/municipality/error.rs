//! Why settings cannot be used.

use core::fmt;

use tegata::report::{Code, Failure};

/// Why settings cannot be used. It names the field and never shows a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsError {
    /// Neither TOML nor JSON of this form: a name that is not known, a value of another type, a name that is missing.
    Malformed {
        /// The line, from 1; `None` where the reader does not say.
        line: Option<usize>,
    },
    /// A value is not allowed.
    Invalid {
        /// The field's name.
        field: &'static str,
        /// What is wrong, as the end of a sentence that begins with the field.
        reason: &'static str,
    },
}

impl SettingsError {
    pub(super) const fn invalid(field: &'static str, reason: &'static str) -> Self {
        Self::Invalid { field, reason }
    }

    /// The outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Malformed { .. } => Code::SettingsMalformed,
            Self::Invalid { .. } => Code::SettingsInvalidValue,
        }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { line: Some(line) } => {
                write!(f, "line {line}: a name is not known, missing or given twice, or a value is of another type")
            }
            Self::Malformed { line: None } => f.write_str("the settings are neither TOML nor JSON, or too long"),
            Self::Invalid { field, reason } => write!(f, "{field} {reason}"),
        }
    }
}

impl std::error::Error for SettingsError {}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Malformed { line: None } => Self::new(error.code()),
            SettingsError::Malformed { line: Some(line) } => Self::of_field(error.code(), format!("line {line}")),
            SettingsError::Invalid { field, .. } => Self::of_field(error.code(), field),
        }
    }
}
