//! Why something cannot be sealed or opened.

use core::fmt;

use tegata::crypto::RandomError;
use tegata::{Code, Failure};

/// Why something cannot be sealed or opened. It names no key and nothing of what was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VaultError {
    /// The master key's file cannot be read or written.
    KeyFileUnavailable,
    /// The file holds no master key.
    KeyFileMalformed,
    /// A device sealed the file, and none was given to open it.
    KeyFileSealed,
    /// Others than its owner may read the master key's file.
    KeyFileExposed,
    /// The device that the master key's file is sealed by did not do its part.
    Device {
        /// Its outcome code.
        code: Code,
    },
    /// Sealed data does not open: it was changed, belongs to another place, or another master key sealed it.
    DoesNotOpen,
    /// The data to seal is longer than [`MAX_SEALED_BYTES`](super::MAX_SEALED_BYTES).
    TooLong,
    /// The source of randomness failed.
    Random,
}

impl VaultError {
    /// The stable outcome code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::KeyFileUnavailable => Code::MasterKeyUnavailable,
            Self::KeyFileMalformed => Code::MasterKeyMalformed,
            Self::KeyFileSealed => Code::MasterKeySealed,
            Self::KeyFileExposed => Code::MasterKeyExposed,
            Self::Device { code } => code,
            Self::DoesNotOpen => Code::SealBroken,
            Self::TooLong => Code::ApiMisuse,
            Self::Random => Code::InternalError,
        }
    }
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyFileUnavailable => "the file of the master key cannot be read or written",
            Self::KeyFileMalformed => "the file holds no master key",
            Self::KeyFileSealed => "a device sealed the file of the master key, and none was given to open it",
            Self::KeyFileExposed => "others than its owner may read the file of the master key",
            Self::Device { .. } => "the device of the master key did not do its part",
            Self::DoesNotOpen => "sealed data does not open under this master key and in this place",
            Self::TooLong => "data is longer than may be sealed",
            Self::Random => "the source of randomness failed",
        })
    }
}

impl core::error::Error for VaultError {}

impl From<RandomError> for VaultError {
    fn from(_: RandomError) -> Self {
        Self::Random
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        Self::new(error.code())
    }
}
