use core::fmt;

use crate::report::Code;

/// Why a bundle was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BundleError {
    /// Not a bundle, or not in the one encoding it has.
    Malformed {
        /// The part as `docs/trust-bundle.cddl` names it; empty for the whole.
        field: &'static str,
    },
    /// Larger than [`MAX_BUNDLE_BYTES`](super::MAX_BUNDLE_BYTES), or its parts larger than what they may be.
    TooLarge,
    /// Of a version that is not known here.
    Version,
    /// No anchor signed it.
    Signature,
    /// Its sequence number is below that of the bundle in use.
    Older,
    /// Its validity, or its greatest age, has passed.
    Expired,
}

impl BundleError {
    /// The stable outcome code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Malformed { .. } => Code::BundleMalformed,
            Self::TooLarge => Code::BundleTooLarge,
            Self::Version => Code::BundleVersion,
            Self::Signature => Code::BundleSignature,
            Self::Older => Code::BundleOlder,
            Self::Expired => Code::BundleExpired,
        }
    }

    /// The part that is wrong; empty where the error is of the whole.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Malformed { field } => field,
            Self::TooLarge | Self::Version | Self::Signature | Self::Older | Self::Expired => "",
        }
    }
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { field: "" } => f.write_str("trust bundle is malformed"),
            Self::Malformed { field } => write!(f, "trust bundle is malformed: {field}"),
            Self::TooLarge => f.write_str("trust bundle is too large"),
            Self::Version => f.write_str("trust bundle is of an unknown version"),
            Self::Signature => f.write_str("trust bundle is not signed by an anchor"),
            Self::Older => f.write_str("trust bundle is older than the one in use"),
            Self::Expired => f.write_str("trust bundle is past its date"),
        }
    }
}

impl core::error::Error for BundleError {}
