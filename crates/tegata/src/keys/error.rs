use core::fmt;

use crate::{crypto::SigningError, report::Code};

/// Why a key file was refused, or could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFileError {
    /// Not a private key, or a damaged one.
    Malformed {
        /// What is wrong.
        reason: &'static str,
    },
    /// The key is encrypted and no passphrase was given.
    PassphraseRequired,
    /// The passphrase does not open the key.
    PassphraseWrong,
    /// The key is not of the kind that issues.
    UnsupportedKey {
        /// What it is.
        kind: &'static str,
    },
    /// The key is encrypted in a way that is not supported.
    UnsupportedEncryption {
        /// What about the encryption.
        reason: &'static str,
    },
    /// The source of randomness failed while a key was written.
    Random,
    /// The key could not be encoded, which is a fault of this library.
    Encoding,
}

impl KeyFileError {
    /// The stable outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Malformed { .. } => Code::KeyMalformed,
            Self::PassphraseRequired => Code::KeyPassphraseRequired,
            Self::PassphraseWrong => Code::KeyPassphraseWrong,
            Self::UnsupportedKey { .. } | Self::UnsupportedEncryption { .. } => Code::KeyUnsupported,
            Self::Random | Self::Encoding => Code::InternalError,
        }
    }
}

impl fmt::Display for KeyFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { reason } => write!(f, "key file is malformed: {reason}"),
            Self::PassphraseRequired => f.write_str("key is encrypted and no passphrase was given"),
            Self::PassphraseWrong => f.write_str("passphrase does not open the key"),
            Self::UnsupportedKey { kind } => {
                write!(f, "key is {kind}: only a P-256 key may issue, because every verifier must support it")
            }
            Self::UnsupportedEncryption { reason } => {
                write!(
                    f,
                    "encryption of the key is not supported: {reason} (openssl pkcs8 -topk8 writes a form that is)"
                )
            }
            Self::Random => f.write_str("the source of randomness failed"),
            Self::Encoding => f.write_str("key could not be encoded"),
        }
    }
}

impl core::error::Error for KeyFileError {}

/// Why a certificate or a request for one was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// A part of the subject's name is not allowed.
    InvalidSubject {
        /// The attribute: `country`, `organization` or `common name`.
        attribute: &'static str,
    },
    /// The validity would end before it begins, or begin before 1970, which X.509 software handles badly.
    InvalidPeriod,
    /// The authority's certificate may not issue document signers.
    UnsuitableAuthority {
        /// The field that says so.
        field: &'static str,
    },
    /// The certificate would begin before its authority's or end after it.
    OutsideAuthority,
    /// The authority's key is not the one of its certificate.
    AuthorityKeyMismatch,
    /// The certificate request cannot be read.
    MalformedRequest,
    /// The key a certificate is requested for is not P-256.
    UnsupportedRequestKey,
    /// The certificate request is not signed by its own key.
    RequestSignature,
    /// The signer is neither P-256 nor P-384, or its algorithm is not the one of its key.
    UnsupportedSigner,
    /// The key or its device did not sign, or returned no signature of its algorithm.
    Signing(SigningError),
    /// The source of randomness failed.
    Random,
    /// The certificate could not be encoded, which is a fault of this library.
    Encoding,
}

impl BuildError {
    /// The stable outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::InvalidSubject { .. } => Code::RequestInvalid,
            Self::InvalidPeriod => Code::InvalidPeriod,
            Self::UnsuitableAuthority { .. } => Code::AuthorityUnsuitable,
            Self::OutsideAuthority => Code::AuthorityEndsFirst,
            Self::AuthorityKeyMismatch => Code::KeyCertificateMismatch,
            Self::MalformedRequest => Code::CertificateRequestMalformed,
            Self::RequestSignature => Code::CertificateRequestSignature,
            Self::UnsupportedSigner | Self::UnsupportedRequestKey => Code::KeyUnsupported,
            Self::Signing(_) => Code::SigningFailed,
            Self::Random | Self::Encoding => Code::InternalError,
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidSubject { attribute } => write!(f, "subject's {attribute} is not allowed"),
            Self::InvalidPeriod => f.write_str("validity ends before it begins, or begins before 1970"),
            Self::UnsuitableAuthority { field } => write!(f, "authority may not issue signers: {field}"),
            Self::OutsideAuthority => f.write_str("validity is not within that of the authority"),
            Self::AuthorityKeyMismatch => f.write_str("signing key is not the one of the authority's certificate"),
            Self::MalformedRequest => f.write_str("certificate request cannot be read"),
            Self::UnsupportedRequestKey => {
                f.write_str("requested key is not on p-256, the only curve every verifier must support")
            }
            Self::RequestSignature => f.write_str("certificate request is not signed by its own key"),
            Self::UnsupportedSigner => f.write_str("signer is neither ES256 on P-256 nor ES384 on P-384"),
            Self::Signing(error) => error.fmt(f),
            Self::Random => f.write_str("the source of randomness failed"),
            Self::Encoding => f.write_str("certificate could not be encoded"),
        }
    }
}

impl core::error::Error for BuildError {}

impl From<SigningError> for BuildError {
    fn from(error: SigningError) -> Self {
        Self::Signing(error)
    }
}
