//! Keys that issue: loading and making them, and asking for their certificates.
//!
//! A [`SoftwareSigner`] keeps its key in memory; anything else that signs, such as a token, takes part
//! by implementing [`Signer`](crate::crypto::Signer). [`self_signed`] and [`certificate_request`] work
//! with either. Key files are untrusted: size, structure and the cost of their encryption are bounded.
//!
//! ```
//! use tegata::crypto::{RandomError, SecureRandom};
//! use tegata::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
//! use tegata::{time::Timestamp, x509::Certificate};
//!
//! struct Os;
//! impl SecureRandom for Os {
//!     fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
//!         getrandom::fill(buffer).map_err(|_| RandomError)
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn core::error::Error>> {
//! let signer = SoftwareSigner::generate(&Os)?;
//! let purposes = HealthPurposes { vaccination: true, ..HealthPurposes::default() };
//! let request = CertificateRequest::new(Subject::new("JP", "Example City", "Signer 1")?, purposes);
//! let not_before = Timestamp::parse_rfc3339("2026-04-01T00:00:00Z")?;
//! let not_after = Timestamp::parse_rfc3339("2028-04-01T00:00:00Z")?;
//! let der = self_signed(&signer, &request, not_before, not_after, &Os)?;
//! assert!(Certificate::parse(&der)?.health_usage().allows_vaccination());
//! # Ok(())
//! # }
//! ```
//!
//! What wiping cannot reach: the caller's copies of key files and passphrases, the keys that
//! decrypt a key file, and memory the operating system has written to disk.

mod certificate;
mod certify;
mod ecdsa;
mod error;
mod problem;
mod profile;
mod read;
mod software;
mod write;

pub use certificate::{certificate_request, public_key_info, self_signed, self_signed_authority};
pub use certify::{Certification, MAX_REQUEST_BYTES};
pub use error::{BuildError, KeyFileError};
pub use problem::{ProfileProblem, profile_problems};
pub use profile::{CertificateRequest, HealthPurposes, Subject};
pub use read::{MAX_KEY_FILE_BYTES, MAX_PBKDF2_ITERATIONS, MAX_SCRYPT_COST};
pub use software::SoftwareSigner;

// They check signatures with the pure-Rust provider.
#[cfg(test)]
#[cfg(feature = "rustcrypto")]
mod tests;
