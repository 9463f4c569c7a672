//! Why settings cannot be used.

use core::fmt;

use tegata::report::{Code, Failure};

/// Why the settings of the service cannot be used. It names the field and never shows a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsError {
    /// No TOML of this form: a name that is not known, a value of another type, a name that is missing.
    Malformed {
        /// The line, from 1; `None` where the reader does not say.
        line: Option<usize>,
    },
    /// A value is not allowed.
    Invalid {
        /// The field's name, with the index of an entry, as `client[2].certificate`.
        field: String,
        /// What is wrong, as the end of a sentence that begins with the field.
        reason: &'static str,
    },
}

impl SettingsError {
    pub(crate) fn invalid(field: impl Into<String>, reason: &'static str) -> Self {
        Self::Invalid { field: field.into(), reason }
    }

    /// The outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Malformed { .. } => Code::ServiceSettingsMalformed,
            Self::Invalid { .. } => Code::ServiceSettingsInvalidValue,
        }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { line: Some(line) } => {
                write!(f, "line {line}: a name is not known, missing or given twice, or a value is of another type")
            }
            Self::Malformed { line: None } => f.write_str("the settings are no TOML of this form, or too long"),
            Self::Invalid { field, reason } => write!(f, "{field} {reason}"),
        }
    }
}

impl core::error::Error for SettingsError {}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        let code = error.code();
        match error {
            SettingsError::Malformed { line: None } => Self::new(code),
            SettingsError::Malformed { line: Some(line) } => Self::of_field(code, format!("line {line}")),
            SettingsError::Invalid { field, reason } => Self::of_field(code, format!("{field} {reason}")),
        }
    }
}
