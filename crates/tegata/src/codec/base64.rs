//! Base64 (RFC 4648 §4), as PEM and JSON files carry it.

use base64ct::{Base64, Encoding as _};

/// Encodes with padding, on one line.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}
