//! CBOR (RFC 8949): one validating pass over untrusted bytes, then navigation that cannot fail;
//! and a writer that is deterministic by construction.
//!
//! [`Item::parse`] turns bytes into exactly one checked data item: well-formed, within
//! [`Limits`], text in UTF-8, no key twice in a map, nothing after it. It borrows the input and
//! allocates only for maps of many keys and for strings sent in pieces. What the items mean is not
//! checked here. [`Encoder`] writes the deterministic encoding of RFC 8949 §4.2.1.
//!
//! ```
//! use tegata::codec::cbor::{Encoder, Item};
//!
//! let mut encoder = Encoder::new();
//! encoder.map(|map| map.text_key("dn", |value| value.unsigned(2)));
//! let bytes = encoder.into_bytes();
//!
//! let item = Item::parse(&bytes)?;
//! let dose = item.as_map().and_then(|map| map.get_text("dn")).and_then(Item::as_i64);
//! assert_eq!(dose, Some(2));
//! # Ok::<(), tegata::codec::cbor::CborError>(())
//! ```

mod encoder;
mod float;
mod head;
mod item;
mod keys;
mod reader;
#[cfg(test)]
mod tests;
#[cfg(not(feature = "outcomes"))]
mod whole;

use core::fmt;
#[cfg(feature = "outcomes")]
use std::borrow::Cow;

use crate::untold::told_apart;
pub use encoder::{Encoder, MapEncoder};
pub(crate) use head::{HeadBytes, Major};
pub(crate) use item::MapIndex;
pub use item::{Array, ArrayIter, Item, Map, MapIter, Value};
#[cfg(not(feature = "outcomes"))]
pub use whole::Whole;

/// A text string: owned only when sent in pieces.
#[cfg(feature = "outcomes")]
pub type Text<'a> = Cow<'a, str>;

/// A byte string: owned only when sent in pieces.
#[cfg(feature = "outcomes")]
pub type Bytes<'a> = Cow<'a, [u8]>;

/// A text string. Without the feature `outcomes`, strings in pieces are not read.
#[cfg(not(feature = "outcomes"))]
pub type Text<'a> = Whole<'a, str>;

/// A byte string. Without the feature `outcomes`, strings in pieces are not read.
#[cfg(not(feature = "outcomes"))]
pub type Bytes<'a> = Whole<'a, [u8]>;

/// How much structure [`Item::parse_with_limits`] lets the input have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many arrays, maps and tags may be nested in one another.
    pub max_depth: u8,
    /// How many data items there may be in all: keys, values, tags and the pieces of strings sent
    /// in pieces included.
    pub max_items: u32,
}

impl Limits {
    /// The deepest certificate known, an EU certificate, nests six levels: claims, subclaims,
    /// certificate, list of doses, dose, tag of a date.
    pub const DEFAULT_MAX_DEPTH: u8 = 16;
    /// A quarter of the bytes that inflating may yield (64 KiB): certificates average more than
    /// five bytes an item, and the largest known has fewer than 200 items.
    ///
    pub const DEFAULT_MAX_ITEMS: u32 = 16 * 1024;
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_depth: Self::DEFAULT_MAX_DEPTH, max_items: Self::DEFAULT_MAX_ITEMS }
    }
}

/// Why bytes are not one acceptable CBOR data item, and where. It never holds any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CborError {
    kind: CborErrorKind,
    #[cfg(feature = "outcomes")]
    offset: usize,
}

impl CborError {
    #[cfg(feature = "outcomes")]
    pub(crate) const fn new(kind: CborErrorKind, offset: usize) -> Self {
        Self { kind, offset }
    }

    #[cfg(not(feature = "outcomes"))]
    pub(crate) const fn new(kind: CborErrorKind, _: usize) -> Self {
        Self { kind }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(self) -> CborErrorKind {
        self.kind
    }

    /// Where the offending data item starts, in bytes from the start of the input.
    #[cfg(feature = "outcomes")]
    #[must_use]
    pub const fn offset(self) -> usize {
        self.offset
    }

    /// The same error seen from an input that holds this one from `start` on.
    #[cfg(feature = "outcomes")]
    pub(crate) const fn shifted(self, start: usize) -> Self {
        Self { kind: self.kind, offset: self.offset.saturating_add(start) }
    }

    #[cfg(not(feature = "outcomes"))]
    pub(crate) const fn shifted(self, _: usize) -> Self {
        self
    }
}

impl fmt::Display for CborError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        #[cfg(feature = "outcomes")]
        write!(f, " at offset {}", self.offset)?;
        Ok(())
    }
}

impl core::error::Error for CborError {}

told_apart! {
    /// What [`CborError`] is about.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[non_exhaustive]
    pub enum CborErrorKind {
        /// The input ends within a data item.
        Truncated,
        /// Not well-formed (RFC 8949 §5.3.1 and appendix C), or a map key that is neither an integer
        /// nor text: no health certificate uses one, and it would have no JSON form.
        Malformed,
        /// Nested deeper than [`Limits::max_depth`].
        TooDeep,
        /// More data items than [`Limits::max_items`].
        TooLarge,
        /// A map holds a key twice (RFC 8949 §5.6), in whatever encodings, or an integer key and the
        /// text key that reads the same in JSON.
        DuplicateKey,
        /// Bytes follow the data item.
        TrailingBytes,
        /// A text string, or one piece of it, is not UTF-8 (RFC 8949 §3.1).
        NotUtf8,
    }
}

#[cfg(not(feature = "outcomes"))]
impl fmt::Display for CborErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not one acceptable cbor item")
    }
}

#[cfg(feature = "outcomes")]
impl fmt::Display for CborErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "cbor ends too early",
            Self::Malformed => "cbor is not well-formed",
            Self::TooDeep => "cbor is nested too deeply",
            Self::TooLarge => "cbor holds too many items",
            Self::DuplicateKey => "cbor map holds a key twice",
            Self::TrailingBytes => "bytes follow the cbor item",
            Self::NotUtf8 => "cbor text is not utf-8",
        })
    }
}
