//! Why a machine-readable zone was refused.

use core::fmt;

use crate::report::{Code, Failure};

/// Why a machine-readable zone was refused. Never holds anything of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MrzError {
    /// Neither 88 nor 90 characters are left when white space is taken away, or the text is longer than
    /// [`MAX_MRZ_BYTES`](super::MAX_MRZ_BYTES).
    WrongLength,
    /// A character other than `A` to `Z`, `0` to `9` and `<`, at this place counted from 0 without white space.
    InvalidCharacter(usize),
    /// A document of a kind that is not read here, such as a visa.
    UnsupportedDocument,
    /// The check digit of the field is not that of its characters.
    CheckDigit(Field),
    /// The field holds a character, or is empty, as its definition does not allow.
    InvalidValue(Field),
    /// There is no such day.
    InvalidDate(Field),
}

/// A field of a machine-readable zone, as Doc 9303 names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// The document code: the kind of document.
    DocumentCode,
    /// The issuing state or organisation.
    IssuingState,
    /// The name.
    Name,
    /// The document number.
    DocumentNumber,
    /// The nationality.
    Nationality,
    /// The date of birth.
    BirthDate,
    /// The sex.
    Sex,
    /// The date of expiry.
    ExpiryDate,
    /// The personal number or other optional data.
    OptionalData,
    /// Everything the composite check digit covers.
    Composite,
}

impl Field {
    /// The name in reports, `snake_case`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DocumentCode => "document_code",
            Self::IssuingState => "issuing_state",
            Self::Name => "name",
            Self::DocumentNumber => "document_number",
            Self::Nationality => "nationality",
            Self::BirthDate => "birth_date",
            Self::Sex => "sex",
            Self::ExpiryDate => "expiry_date",
            Self::OptionalData => "optional_data",
            Self::Composite => "composite",
        }
    }
}

impl MrzError {
    /// The stable outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::WrongLength => Code::MrzWrongLength,
            Self::InvalidCharacter(_) => Code::MrzInvalidCharacter,
            Self::UnsupportedDocument => Code::MrzUnsupportedDocument,
            Self::CheckDigit(_) => Code::MrzCheckDigit,
            Self::InvalidValue(_) => Code::MrzInvalidValue,
            Self::InvalidDate(_) => Code::MrzInvalidDate,
        }
    }

    /// The field it speaks of.
    #[must_use]
    pub const fn field(&self) -> Option<Field> {
        match self {
            Self::CheckDigit(field) | Self::InvalidValue(field) | Self::InvalidDate(field) => Some(*field),
            Self::WrongLength | Self::InvalidCharacter(_) | Self::UnsupportedDocument => None,
        }
    }
}

impl fmt::Display for MrzError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongLength => f.write_str("not as many characters as a passport or an identity card has"),
            Self::InvalidCharacter(at) => write!(f, "character {at} is none of A to Z, 0 to 9 and <"),
            Self::UnsupportedDocument => f.write_str("the document is neither a passport nor an identity card"),
            Self::CheckDigit(field) => write!(f, "the check digit of {} does not match", field.name()),
            Self::InvalidValue(field) => write!(f, "{} holds what is not allowed there", field.name()),
            Self::InvalidDate(field) => write!(f, "{} is no day of the calendar", field.name()),
        }
    }
}

impl core::error::Error for MrzError {}

impl From<MrzError> for Failure {
    fn from(error: MrzError) -> Self {
        match error.field() {
            Some(field) => Self::of_field(error.code(), field.name()),
            None => Self::new(error.code()),
        }
    }
}
