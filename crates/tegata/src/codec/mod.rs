//! The byte formats below any certificate: bytes in, bytes out. Everything read here is hostile
//! until proven otherwise, so every reader is bounded by named limits and none of them panics.

pub mod base45;
pub mod cbor;
mod deflate;
mod inflate;
pub mod json;
#[cfg(any(feature = "issue", feature = "lists"))]
pub(crate) mod json_tree;
pub mod zlib;
