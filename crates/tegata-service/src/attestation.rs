//! The hook for what a phone's platform says of the app that calls.

use core::fmt;

/// What a platform's attestation is judged by: Play Integrity, App Attest and their like sign a statement that a genuine
/// build of an app runs on a device that is not tampered with.
///
/// **Software alone cannot prove which app called** (A9): a key in an app can be taken out of it, and a token then comes
/// from elsewhere. A platform's attestation raises that hurdle to the security of the phone, and ends there too. The
/// statements are the platforms' own and are verified by an implementation that the service's operator brings; without
/// one, an app is whoever holds its registered key or certificate.
pub trait PlatformAttestation: Send + Sync + fmt::Debug {
    /// Judges a statement, as the app sent it in the header `Tegata-Attestation` (base64url), for a client's request.
    /// The statement must be bound to the SHA-256 of the request's body, as its nonce or client data hash.
    ///
    /// # Errors
    /// [`AttestationRefused`] for one that is not genuine, not of this app, or for another request.
    fn judge(&self, client: &str, statement: &[u8], body_hash: &[u8; 32]) -> Result<(), AttestationRefused>;
}

/// A statement that does not prove that the registered app called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttestationRefused;

impl fmt::Display for AttestationRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the platform's attestation does not prove that the registered app called")
    }
}

impl core::error::Error for AttestationRefused {}

/// The longest statement, in bytes. Those of the platforms have some kilobytes.
pub const MAX_ATTESTATION_BYTES: usize = 16_384;
