//! X.509 certificates: DER or PEM bytes to the fields that verification needs (RFC 5280, RFC 7468).
//!
//! The input is untrusted and nothing in a parsed [`Certificate`] is: signature, dates and chain are
//! checked elsewhere. Reading is as lenient as the certificates of real issuers require. Accepted
//! besides DER: defaults that are encoded, lengths that are not minimal, empty object identifiers in
//! the extended key usage, a NULL where ECDSA has no parameters, and curve parameters spelled out
//! when they are exactly those of a named curve.
//!
//! Without the feature `rustcrypto`, compressed points are unsupported keys. Without the feature `x509-full`, which
//! `rustcrypto`, `authorities`, `lists` and `issue` bring along, only plain certificates of P-256 keys are read, and of
//! their fields only those that are needed where a signer is trusted directly.

#[cfg(feature = "x509-full")]
mod algorithm;
#[cfg(feature = "x509-full")]
mod certificate;
#[cfg(feature = "x509-full")]
mod curve;
#[cfg(feature = "x509-full")]
mod der;
mod error;
#[cfg(feature = "x509-full")]
mod extensions;
#[cfg(feature = "x509-full")]
mod file;
mod health_usage;
#[cfg(any(test, not(feature = "x509-full")))]
mod lean;
#[cfg(feature = "x509-full")]
mod name;
#[cfg_attr(not(feature = "x509-full"), allow(dead_code, reason = "the plain certificates have few of them"))]
mod oid;
#[cfg(feature = "x509-full")]
pub(crate) mod pem;
#[cfg(feature = "x509-full")]
mod public_key;
#[cfg(feature = "authorities")]
pub(crate) mod signature;
#[cfg(feature = "x509-full")]
mod time;
#[cfg(feature = "x509-full")]
mod usage;

#[cfg(feature = "x509-full")]
pub use algorithm::SignatureAlgorithm;
#[cfg(feature = "x509-full")]
pub use certificate::Certificate;
pub use error::CertificateError;
#[cfg(feature = "x509-full")]
pub use extensions::BasicConstraints;
#[cfg(feature = "x509-full")]
pub use file::{certificates_from, each_certificate_from};
pub use health_usage::HealthUsage;
#[cfg(not(feature = "x509-full"))]
pub use lean::{Certificate, certificates_from};
#[cfg(feature = "x509-full")]
pub use pem::to_pem;
#[cfg(feature = "x509-full")]
pub use usage::{ExtendedKeyUsage, KeyUsage};

/// The longest certificate read, in bytes. The longest of 800 document signers in the field has
/// 2 kB; certificates with long policies reach 10 kB.
pub const MAX_CERTIFICATE_BYTES: usize = 64 * 1024;

#[cfg(test)]
#[cfg(feature = "x509-full")]
mod tests;
