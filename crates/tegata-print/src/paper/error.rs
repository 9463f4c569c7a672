//! Why a certificate cannot be put on paper.

use core::fmt;

use tegata::{Code, Failure};

use crate::SymbolError;

/// Why a certificate cannot be put on paper. Never holds anything of the certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PaperError {
    /// The certificate was not accepted.
    NotAccepted(Failure),
    /// The content is no vaccination of a profile that has a paper form.
    NotPrintable,
    /// A value holds what looks like an individual number.
    IndividualNumber {
        /// The path of the field.
        field: String,
    },
    /// The text of the certificate does not fit into a symbol.
    Symbol(SymbolError),
    /// The bytes of a typeface cannot be read.
    TypefaceUnreadable,
    /// No typeface has the characters of the paper's own words: none is for Japanese.
    TypefaceNotJapanese,
    /// The licence bits of a typeface (`OS/2` `fsType`) forbid to embed it, or it cannot be subset.
    TypefaceNotEmbeddable,
    /// What is said of the office is empty, longer than [`MAX_OFFICE_CHARACTERS`](super::MAX_OFFICE_CHARACTERS), or
    /// holds a control character or what looks like an individual number.
    InvalidOffice,
    /// The document is not what PDF/A-2a and PDF/UA-1 demand, which no certificate brings about.
    Document,
}

impl PaperError {
    /// The outcome this error is reported as.
    #[must_use]
    pub fn failure(&self) -> Failure {
        match self {
            Self::NotAccepted(failure) => failure.clone(),
            Self::NotPrintable => Code::UnknownProfile.into(),
            Self::IndividualNumber { field } => Failure::of_field(Code::RecordIndividualNumber, field.clone()),
            Self::Symbol(error) => error.code().into(),
            Self::TypefaceUnreadable | Self::TypefaceNotJapanese | Self::TypefaceNotEmbeddable => {
                Failure::of_field(Code::ApiMisuse, "typeface")
            }
            Self::InvalidOffice => Failure::of_field(Code::ApiMisuse, "office"),
            Self::Document => Code::InternalError.into(),
        }
    }
}

impl fmt::Display for PaperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAccepted(failure) => write!(f, "certificate was not accepted: {}", failure.code().name()),
            Self::NotPrintable => f.write_str("content is no vaccination that has a paper form"),
            Self::IndividualNumber { field } => write!(f, "{field} holds what looks like an individual number"),
            Self::Symbol(error) => error.fmt(f),
            Self::TypefaceUnreadable => f.write_str("typeface cannot be read"),
            Self::TypefaceNotJapanese => f.write_str("typeface lacks the characters of Japanese"),
            Self::TypefaceNotEmbeddable => f.write_str("typeface cannot be embedded"),
            Self::InvalidOffice => f.write_str("office is empty, too long, not plain text or not in the typeface"),
            Self::Document => f.write_str("document cannot be written"),
        }
    }
}

impl core::error::Error for PaperError {}
