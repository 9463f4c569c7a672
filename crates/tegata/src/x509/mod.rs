//! X.509 certificates: DER or PEM bytes to the fields that verification needs (RFC 5280, RFC 7468).
//!
//! The input is untrusted and nothing in a parsed [`Certificate`] is: signature, dates and chain are
//! checked elsewhere. Reading is as lenient as the certificates of real issuers require. Accepted
//! besides DER: defaults that are encoded, lengths that are not minimal, empty object identifiers in
//! the extended key usage, a NULL where ECDSA has no parameters, and curve parameters spelled out
//! when they are exactly those of a named curve.
//!
//! Without the feature `rustcrypto`, compressed points are unsupported keys.

mod algorithm;
mod certificate;
mod curve;
mod der;
mod error;
mod extensions;
mod file;
mod name;
mod oid;
pub(crate) mod pem;
mod public_key;
pub(crate) mod signature;
mod time;
mod usage;

pub use algorithm::SignatureAlgorithm;
pub use certificate::{Certificate, MAX_CERTIFICATE_BYTES};
pub use error::CertificateError;
pub use extensions::BasicConstraints;
pub use file::{certificates_from, each_certificate_from};
pub use pem::to_pem;
pub use usage::{ExtendedKeyUsage, HealthUsage, KeyUsage};

#[cfg(test)]
mod tests;
