//! Writing the deterministic encoding (RFC 8949 §4.2.1).

use core::{fmt, mem};

use super::float;
use super::head::{HeadBytes, Major};

/// Writes CBOR in deterministic encoding: shortest forms, definite lengths, map keys sorted by
/// their encoded bytes, however they were written.
///
/// It writes what it is told: after [`array`](Self::array) exactly that many items, after
/// [`tag`](Self::tag) and as the value of a key exactly one. `Debug` prints the length only.
#[derive(Default)]
pub struct Encoder {
    out: Vec<u8>,
}

impl Encoder {
    /// An encoder that has written nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { out: Vec::new() }
    }

    /// An encoder that writes that many bytes without moving what it wrote: what is to be wiped leaves no copy behind.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self { out: Vec::with_capacity(bytes) }
    }

    /// What was written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// An unsigned integer.
    pub fn unsigned(&mut self, value: u64) {
        self.head(HeadBytes::new(Major::Unsigned, value));
    }

    /// An integer of either sign.
    pub fn int(&mut self, value: i64) {
        match u64::try_from(value) {
            Ok(value) => self.unsigned(value),
            // The complement of a negative number is −1 − value, the argument that CBOR wants.
            Err(_) => self.head(HeadBytes::new(Major::Negative, (!value).unsigned_abs())),
        }
    }

    /// A byte string.
    pub fn bytes(&mut self, value: &[u8]) {
        self.head(HeadBytes::of_len(Major::Bytes, value.len()));
        self.out.extend_from_slice(value);
    }

    /// A text string.
    pub fn text(&mut self, value: &str) {
        self.head(HeadBytes::of_len(Major::Text, value.len()));
        self.out.extend_from_slice(value.as_bytes());
    }

    /// True or false.
    pub fn bool(&mut self, value: bool) {
        self.head(HeadBytes::new(Major::Simple, if value { 21 } else { 20 }));
    }

    /// Null.
    pub fn null(&mut self) {
        self.head(HeadBytes::new(Major::Simple, 22));
    }

    /// A float in the shortest of the three widths that is exact; every NaN as `f97e00`.
    pub fn float(&mut self, value: f64) {
        if let Some(half) = float::to_half(value) {
            self.out.push(0xf9);
            self.out.extend_from_slice(&half.to_be_bytes());
        } else if let Some(single) = float::to_single(value) {
            self.out.push(0xfa);
            self.out.extend_from_slice(&single.to_be_bytes());
        } else {
            self.out.push(0xfb);
            self.out.extend_from_slice(&value.to_be_bytes());
        }
    }

    /// A tag's number; its content is the next item written.
    pub fn tag(&mut self, number: u64) {
        self.head(HeadBytes::new(Major::Tag, number));
    }

    /// The head of an array; its items are the next `len` items written.
    pub fn array(&mut self, len: usize) {
        self.head(HeadBytes::of_len(Major::Array, len));
    }

    /// The head of a map whose `len` keys and values are the next items written, by a caller who writes each key once
    /// and in the order of their encoded bytes. Nothing is buffered, unlike in [`map`](Self::map).
    pub fn map_in_order(&mut self, len: usize) {
        self.head(HeadBytes::of_len(Major::Map, len));
    }

    /// A map of the entries that the closure writes, in any order. Of a key written twice, the last
    /// value stands.
    pub fn map(&mut self, entries: impl FnOnce(&mut MapEncoder<'_>)) {
        // The entries are written into a buffer of their own and copied over in order.
        let mut body = Self { out: Vec::with_capacity(USUAL_BYTES) };
        let mut map = MapEncoder { body: &mut body, entries: Vec::with_capacity(USUAL_ENTRIES) };
        entries(&mut map);
        let mut spans = mem::take(&mut map.entries);
        let key_of = |span: &Span| body.out.get(span.start..span.key_end).unwrap_or_default();
        // The sort is stable: writings of one key stay in order, and the last is first from behind.
        spans.sort_by(|left, right| key_of(left).cmp(key_of(right)));
        spans.reverse();
        spans.dedup_by(|left, right| key_of(left) == key_of(right));
        self.head(HeadBytes::of_len(Major::Map, spans.len()));
        for span in spans.iter().rev() {
            self.out.extend_from_slice(body.out.get(span.start..span.end).unwrap_or_default());
        }
    }

    /// An item that is encoded already, in deterministic encoding.
    #[cfg(feature = "issue")]
    pub(crate) fn encoded(&mut self, item: &[u8]) {
        self.out.extend_from_slice(item);
    }

    fn head(&mut self, head: HeadBytes) {
        self.out.extend_from_slice(head.as_slice());
    }
}

/// What a map of a certificate usually takes, so that it is written without growing step by step.
const USUAL_BYTES: usize = 256;
const USUAL_ENTRIES: usize = 14;

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoder({} bytes)", self.out.len())
    }
}

/// Where in the buffer an entry stands.
struct Span {
    start: usize,
    key_end: usize,
    end: usize,
}

/// Writes the entries of one map; see [`Encoder::map`].
pub struct MapEncoder<'a> {
    body: &'a mut Encoder,
    entries: Vec<Span>,
}

impl MapEncoder<'_> {
    /// An entry with an integer key; the closure writes its value, exactly one item.
    pub fn int_key(&mut self, key: i64, value: impl FnOnce(&mut Encoder)) {
        self.entry(|encoder| encoder.int(key), value);
    }

    /// An entry with a text key; the closure writes its value, exactly one item.
    pub fn text_key(&mut self, key: &str, value: impl FnOnce(&mut Encoder)) {
        self.entry(|encoder| encoder.text(key), value);
    }

    fn entry(&mut self, key: impl FnOnce(&mut Encoder), value: impl FnOnce(&mut Encoder)) {
        let start = self.body.out.len();
        key(self.body);
        let key_end = self.body.out.len();
        value(self.body);
        self.entries.push(Span { start, key_end, end: self.body.out.len() });
    }
}

impl fmt::Debug for MapEncoder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MapEncoder({} entries)", self.entries.len())
    }
}
