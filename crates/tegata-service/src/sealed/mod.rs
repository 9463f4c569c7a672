//! Messages that a certificate centre (証明書交付センター) hands on and cannot open.
//!
//! A kiosk seals its request to the municipality it is addressed to, with HPKE (RFC 9180, base mode: DHKEM of P-256 with
//! HKDF-SHA256, HKDF-SHA256, AES-256-GCM). The answer is sealed to a key that the kiosk made for this one request, and
//! signed by the municipality, over the hash of the request. Whoever stands between learns which municipality is asked,
//! and when; what is asked and answered it neither reads nor changes.
//!
//! ```cddl
//! sealed-request = {
//!     1: 1,               ; version
//!     2: tstr,            ; the municipality's code, for whoever hands it on
//!     3: bstr .size 65,   ; the encapsulated key
//!     4: bstr             ; the ciphertext: aad is `["tegata sealed request", municipality]`
//! }
//! sealed-answer = COSE_Sign1 of content type "application/tegata-sealed-answer" over [
//!     1,                  ; version
//!     tstr,               ; the municipality's code
//!     bstr .size 32,      ; SHA-256 of the sealed request, as it came
//!     bstr .size 65,      ; the encapsulated key
//!     bstr                ; the ciphertext: aad is `["tegata sealed answer", municipality, hash]`
//! ]
//! ```
//!
//! Inside is JSON. A request is an object with `answer_key` (the key for the answer: an uncompressed point of P-256,
//! base64url), `terminal` (the kiosk, for the audit log), and either `challenge` or `application` with `request_key`
//! (what `Idempotency-Key` is elsewhere), each as the body of the kiosk's own endpoints. The answer is an object with the
//! one member `challenge`, `application` or `problem`.
//!
//! A [`Recipient`] is what a kiosk knows of a municipality. How it comes to it is for whoever installs the kiosk: a centre
//! that could choose the keys could read along.

#[cfg(feature = "server")]
pub(crate) mod envelope;
mod keys;
mod message;
mod recipient;
#[cfg(test)]
mod tests;

pub use keys::{KeysInUse, Opened, SealingKeys, key_fingerprint};
#[cfg(feature = "server")]
pub(crate) use recipient::point;
pub use recipient::{AwaitedAnswer, Recipient};

use core::fmt;

use rustls::crypto::aws_lc_rs::hpke::DH_KEM_P256_HKDF_SHA256_AES_256;
use rustls::crypto::hpke::Hpke;
use tegata::{Code, Failure};

/// The longest sealed request, in bytes: the longest application in base64, and what is around it.
pub const MAX_SEALED_REQUEST_BYTES: usize = 65_536;

/// The longest sealed answer, in bytes: some papers.
pub const MAX_SEALED_ANSWER_BYTES: usize = 16 << 20;

/// The media type of both.
#[cfg(feature = "server")]
pub(crate) const MEDIA_TYPE: &str = "application/cbor";

/// Bytes of a public key, and of an encapsulated one: an uncompressed point of P-256.
pub(crate) const POINT_BYTES: usize = 65;

/// Bytes that the AEAD adds.
const TAG_BYTES: usize = 16;

/// What keys are derived with (RFC 9180 §5.1, `info`).
const INFO: &[u8] = b"tegata sealed 1";

/// The algorithms.
fn suite() -> &'static dyn Hpke {
    DH_KEM_P256_HKDF_SHA256_AES_256
}

/// Why a sealed message is of no use. It holds nothing of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealedError {
    /// It is not of the documented form.
    Malformed {
        /// The part that is wrong.
        field: &'static str,
    },
    /// It was changed, or sealed for another recipient.
    NotOpened,
    /// It was not signed by the municipality, or is the answer to another request.
    NotTheAnswer,
    /// A key cannot be used.
    Key {
        /// Which one.
        field: &'static str,
    },
    /// Sealing or signing failed.
    Failed,
}

impl SealedError {
    /// The stable outcome code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::Malformed { .. } => Code::SealedMalformed,
            Self::NotOpened => Code::SealedNotOpened,
            Self::NotTheAnswer => Code::SealedAnswerInvalid,
            Self::Key { .. } => Code::KeyUnsupported,
            Self::Failed => Code::SigningFailed,
        }
    }
}

impl fmt::Display for SealedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { field } => write!(f, "the sealed message is malformed: {field} is wrong"),
            Self::NotOpened => f.write_str("the sealed message was changed, or is for another recipient"),
            Self::NotTheAnswer => f.write_str("this is not the municipality's answer to the request"),
            Self::Key { field } => write!(f, "the key cannot be used: {field}"),
            Self::Failed => f.write_str("sealing or signing failed"),
        }
    }
}

impl core::error::Error for SealedError {}

impl From<SealedError> for Failure {
    fn from(error: SealedError) -> Self {
        match error {
            SealedError::Malformed { field } | SealedError::Key { field } => Self::of_field(error.code(), field),
            SealedError::NotOpened | SealedError::NotTheAnswer | SealedError::Failed => Self::new(error.code()),
        }
    }
}
