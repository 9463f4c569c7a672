use core::fmt;

use crate::report::Code;

/// Why a certificate, or a file of certificates, was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateError {
    /// Neither a DER certificate nor PEM text with at least one.
    NotACertificate,
    #[cfg(feature = "x509-full")]
    /// Longer than [`MAX_CERTIFICATE_BYTES`](super::MAX_CERTIFICATE_BYTES).
    TooLarge,
    #[cfg(feature = "x509-full")]
    /// A PEM block has no end or is not Base64.
    PemMalformed {
        /// The line of the file, from 1, where the block begins.
        line: usize,
    },
    #[cfg(feature = "x509-full")]
    /// Not the structure of RFC 5280.
    Malformed {
        /// The field of RFC 5280 §4.1.
        field: &'static str,
        /// Bytes from the start of the certificate.
        offset: usize,
    },
    #[cfg(feature = "x509-full")]
    /// The subject's public key is neither P-256, P-384 nor RSA, or its parameters are not supported.
    KeyUnsupported,
    /// Without the feature `x509-full`: not one of the plain certificates that are read then. It may be a good one.
    BeyondLean,
}

impl CertificateError {
    /// The stable outcome code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::NotACertificate => Code::TrustUnreadable,
            #[cfg(feature = "x509-full")]
            Self::TooLarge | Self::PemMalformed { .. } | Self::Malformed { .. } => Code::CertificateMalformed,
            #[cfg(feature = "x509-full")]
            Self::KeyUnsupported => Code::CertificateKeyUnsupported,
            Self::BeyondLean => Code::CertificateKeyUnsupported,
        }
    }
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotACertificate => f.write_str("neither a DER certificate nor PEM text that holds one"),
            #[cfg(feature = "x509-full")]
            Self::TooLarge => f.write_str("certificate is larger than is supported"),
            #[cfg(feature = "x509-full")]
            Self::PemMalformed { line } => write!(f, "PEM block that begins in line {line} is malformed"),
            #[cfg(feature = "x509-full")]
            Self::Malformed { field, offset } => write!(f, "certificate is malformed: {field} at byte {offset}"),
            Self::BeyondLean => f.write_str("certificate cannot be read without the feature x509-full"),
            #[cfg(feature = "x509-full")]
            Self::KeyUnsupported => f.write_str("certificate's key is not of a supported kind"),
        }
    }
}

impl core::error::Error for CertificateError {}
