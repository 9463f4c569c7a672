//! The byte formats below any certificate: bytes in, bytes out. Everything read here is hostile
//! until proven otherwise, so every reader is bounded by named limits and none of them panics.

mod adler32;
pub mod base45;
pub mod cbor;
#[cfg(any(test, feature = "issue"))]
mod deflate;
pub(crate) mod digits;
mod huffman;
mod inflate;
pub mod json;
#[cfg(any(feature = "issue", feature = "lists"))]
pub(crate) mod json_tree;
mod shortest;
pub mod zlib;
