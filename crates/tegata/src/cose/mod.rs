//! COSE_Sign1 (RFC 9052 §4.2): one signer, one payload, and the exact bytes that were signed.
//!
//! [`Sign1::parse`] takes a received structure apart without checking its signature: what it
//! returns is unverified. The received bytes are kept, and [`Sign1::to_be_signed`] frames them
//! as they came, since an issuer's encoding cannot be reproduced. For issuing, [`Prepared`] gives
//! the bytes to sign and takes the signature, so that a key in a device signs as one in memory does.

mod headers;
#[cfg(feature = "issue")]
mod prepared;
mod sign1;
#[cfg(test)]
mod tests;
mod to_be_signed;

use core::fmt;

pub use headers::AlgorithmId;
#[cfg(feature = "issue")]
pub use prepared::{Prepared, protected_header};
pub use sign1::Sign1;
pub use to_be_signed::ToBeSigned;

use crate::codec::cbor::CborError;
#[cfg(feature = "outcomes")]
use crate::codec::cbor::CborErrorKind;
use crate::report::{Code, Failure};

/// The tag of a CBOR Web Token (RFC 8392 §6).
const TAG_CWT: u64 = 61;
/// The tag of COSE_Sign1 (RFC 9052 §2, table 1).
const TAG_SIGN1: u64 = 18;

/// Header labels (RFC 9052 §3.1, table 3).
mod label {
    pub(super) const ALGORITHM: i64 = 1;
    pub(super) const CRITICAL: i64 = 2;
    pub(super) const CONTENT_TYPE: i64 = 3;
    pub(super) const KEY_ID: i64 = 4;
}

/// Why bytes are not one acceptable COSE_Sign1 structure.
#[cfg(not(feature = "outcomes"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CoseError {
    #[doc(hidden)]
    Untold,
}

#[cfg(not(feature = "outcomes"))]
impl CoseError {
    const CRITICAL_HEADER: Self = Self::Untold;

    const fn wrong_structure(_: &'static str) -> Self {
        Self::Untold
    }

    const fn wrong_type(_: &'static str) -> Self {
        Self::Untold
    }
}

#[cfg(not(feature = "outcomes"))]
impl From<CoseError> for Failure {
    fn from(_: CoseError) -> Self {
        Self::new(Code::Untold)
    }
}

#[cfg(not(feature = "outcomes"))]
impl From<CborError> for CoseError {
    fn from(_: CborError) -> Self {
        Self::Untold
    }
}

#[cfg(not(feature = "outcomes"))]
impl fmt::Display for CoseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not one acceptable COSE_Sign1 structure")
    }
}

/// Why bytes are not one acceptable COSE_Sign1 structure.
#[cfg(feature = "outcomes")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CoseError {
    /// Not acceptable CBOR; the offset counts from the start of the structure, or of the content of
    /// a protected header that was sent in pieces.
    Cbor(CborError),
    /// CBOR, but not the structure of RFC 9052 §4.2.
    WrongStructure {
        /// The part that is wrong.
        field: &'static str,
    },
    /// A header parameter is of a type that RFC 9052 §3.1 does not give it.
    WrongType {
        /// The parameter's name in RFC 9052.
        field: &'static str,
    },
    /// The `crit` parameter lists a label that is not understood here (RFC 9052 §3.1).
    CriticalHeader,
}

#[cfg(feature = "outcomes")]
impl CoseError {
    const CRITICAL_HEADER: Self = Self::CriticalHeader;

    const fn wrong_structure(field: &'static str) -> Self {
        Self::WrongStructure { field }
    }

    const fn wrong_type(field: &'static str) -> Self {
        Self::WrongType { field }
    }

    /// The stable outcome code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Cbor(error) => match error.kind() {
                CborErrorKind::Truncated => Code::CoseTruncated,
                CborErrorKind::Malformed => Code::CoseMalformed,
                CborErrorKind::TooDeep => Code::CoseTooDeep,
                CborErrorKind::TooLarge => Code::CoseTooLarge,
                CborErrorKind::DuplicateKey => Code::CoseDuplicateKey,
                CborErrorKind::TrailingBytes => Code::CoseTrailingBytes,
                CborErrorKind::NotUtf8 => Code::CoseNotUtf8,
            },
            Self::WrongStructure { .. } | Self::WrongType { .. } => Code::CoseWrongStructure,
            Self::CriticalHeader => Code::CoseCriticalHeader,
        }
    }
}

#[cfg(feature = "outcomes")]
impl From<CoseError> for Failure {
    fn from(error: CoseError) -> Self {
        match error {
            CoseError::WrongStructure { field } | CoseError::WrongType { field } => Self::of_field(error.code(), field),
            CoseError::Cbor(_) | CoseError::CriticalHeader => Self::new(error.code()),
        }
    }
}

#[cfg(feature = "outcomes")]
impl From<CborError> for CoseError {
    fn from(error: CborError) -> Self {
        Self::Cbor(error)
    }
}

#[cfg(feature = "outcomes")]
impl fmt::Display for CoseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cbor(error) => error.fmt(f),
            Self::WrongStructure { field } => write!(f, "not a COSE_Sign1 structure: {field} is wrong"),
            Self::WrongType { field } => write!(f, "cose header {field} is of the wrong type"),
            Self::CriticalHeader => f.write_str("cose header crit demands a header that is not understood"),
        }
    }
}

impl core::error::Error for CoseError {
    #[cfg(feature = "outcomes")]
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Cbor(error) => Some(error),
            Self::WrongStructure { .. } | Self::WrongType { .. } | Self::CriticalHeader => None,
        }
    }
}
