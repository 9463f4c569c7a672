use core::fmt;

#[cfg(feature = "outcomes")]
use crate::report::Code;

/// Why a bundle was refused: a build without the feature `outcomes` does not tell a forged one from one that is older,
/// expired or of a form that is read elsewhere.
#[cfg(not(feature = "outcomes"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BundleError {
    #[doc(hidden)]
    Untold,
}

#[cfg(not(feature = "outcomes"))]
#[allow(non_upper_case_globals, reason = "they stand for the variants")]
impl BundleError {
    pub(super) const TooLarge: Self = Self::Untold;
    pub(super) const Version: Self = Self::Untold;
    pub(super) const Signature: Self = Self::Untold;
    pub(super) const Older: Self = Self::Untold;
    pub(super) const Expired: Self = Self::Untold;

    pub(super) const fn malformed(_: &'static str) -> Self {
        Self::Untold
    }
}

#[cfg(not(feature = "outcomes"))]
impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("trust bundle cannot be used")
    }
}

/// Why a bundle was refused. A build without the feature `outcomes` has none of these variants, and does not tell.
#[cfg(feature = "outcomes")]
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

#[cfg(feature = "outcomes")]
impl BundleError {
    pub(super) const fn malformed(field: &'static str) -> Self {
        Self::Malformed { field }
    }

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

#[cfg(feature = "outcomes")]
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
