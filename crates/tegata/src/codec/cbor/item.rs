//! Navigation over validated bytes. Nothing here returns an error: the validating pass has
//! excluded every one. Where the types still demand an answer for the impossible, it is an empty or
//! undefined one.

use super::head::{Head, Major};
use super::keys::{FEW, Packed};
use super::reader::{self, BREAK};
use super::{Bytes, CborError, Limits, Text, float};
use core::fmt;

/// One CBOR data item inside bytes that were validated whole.
///
/// `Debug` prints the kind and the length only, never content.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    /// From the item's head to the end of the validated bytes; where the item ends is found only
    /// when somebody asks.
    tail: &'a [u8],
}

impl<'a> Item<'a> {
    /// Validates `bytes` as exactly one data item within the default [`Limits`].
    ///
    /// # Errors
    /// [`CborError`] when not well-formed (RFC 8949), beyond the limits, with text that is not
    /// UTF-8, with a key twice in a map, or followed by more bytes.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CborError> {
        Self::parse_with_limits(bytes, &Limits::default())
    }

    /// Validates `bytes` as exactly one data item within the limits given.
    ///
    /// # Errors
    /// As [`Item::parse`].
    pub fn parse_with_limits(bytes: &'a [u8], limits: &Limits) -> Result<Self, CborError> {
        reader::validate(bytes, limits)?;
        Ok(Self { tail: bytes })
    }

    /// For bytes that passed [`Item::parse`] before.
    pub(crate) const fn from_validated(bytes: &'a [u8]) -> Self {
        Self { tail: bytes }
    }

    /// Where in the validated bytes this item starts.
    pub(crate) const fn offset_in(self, validated: &[u8]) -> usize {
        validated.len().saturating_sub(self.tail.len())
    }

    /// What the item is.
    #[must_use]
    pub fn value(self) -> Value<'a> {
        let Ok((head, rest)) = Head::read(self.tail) else {
            return Value::Undefined;
        };
        match (head.major, head.argument()) {
            (Major::Unsigned, Some(value)) => Value::Unsigned(value),
            (Major::Negative, Some(value)) => Value::Negative(value),
            (Major::Bytes, len) => Value::Bytes(string(len, rest)),
            (Major::Text, len) => Value::Text(text(string(len, rest))),
            (Major::Array, len) => Value::Array(Array(Entries { len, tail: rest })),
            (Major::Map, len) => Value::Map(Map(Entries { len, tail: rest })),
            (Major::Tag, Some(number)) => Value::Tag(number, Item { tail: rest }),
            (Major::Simple, Some(bits)) => simple(head, bits),
            (Major::Unsigned | Major::Negative | Major::Tag | Major::Simple, None) => Value::Undefined,
        }
    }

    /// The encoded item as received.
    #[must_use]
    pub fn bytes(self) -> &'a [u8] {
        let len = self.tail.len().saturating_sub(skip(self.tail).len());
        self.tail.get(..len).unwrap_or_default()
    }

    /// The text; `None` when of another type. Owned only when sent in pieces.
    #[must_use]
    pub fn as_text(self) -> Option<Text<'a>> {
        match Head::read(self.tail) {
            Ok((head, rest)) if head.major == Major::Text => Some(text(string(head.argument(), rest))),
            _ => None,
        }
    }

    /// Whether the item is a text.
    #[must_use]
    pub(crate) fn has_text(self) -> bool {
        matches!(self.tail.first(), Some(0x60..=0x7f))
    }

    /// The byte string; `None` when of another type. Owned only when sent in pieces.
    #[must_use]
    pub fn as_bytes(self) -> Option<Bytes<'a>> {
        match Head::read(self.tail) {
            Ok((head, rest)) if head.major == Major::Bytes => Some(string(head.argument(), rest)),
            _ => None,
        }
    }

    /// The integer; `None` when of another type or outside the range of `i64`.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        let (head, _) = Head::read(self.tail).ok()?;
        let argument = i64::try_from(head.argument()?).ok()?;
        match head.major {
            Major::Unsigned => Some(argument),
            Major::Negative => Some(-1 - argument),
            _ => None,
        }
    }

    /// The unsigned integer; `None` when of another type.
    #[must_use]
    pub(crate) fn as_u64(self) -> Option<u64> {
        match Head::read(self.tail) {
            Ok((head, _)) if head.major == Major::Unsigned => head.argument(),
            _ => None,
        }
    }

    /// The map; `None` when of another type.
    #[must_use]
    pub fn as_map(self) -> Option<Map<'a>> {
        match Head::read(self.tail) {
            Ok((head, rest)) if head.major == Major::Map => Some(Map(Entries { len: head.argument(), tail: rest })),
            _ => None,
        }
    }

    /// The array; `None` when of another type.
    #[must_use]
    pub fn as_array(self) -> Option<Array<'a>> {
        match Head::read(self.tail) {
            Ok((head, rest)) if head.major == Major::Array => Some(Array(Entries { len: head.argument(), tail: rest })),
            _ => None,
        }
    }

    /// Whether the item is other than a number that takes a fraction or an exponent to be written.
    #[cfg(not(feature = "outcomes"))]
    pub(super) fn is_plain(self) -> bool {
        match self.value() {
            Value::Float(value) => !value.is_finite() || crate::codec::shortest::is_whole(value),
            _ => true,
        }
    }

    /// Whether the item is null or undefined.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self.tail.first(), Some(&(NULL | UNDEFINED)))
    }

    /// The item without any tags around it (RFC 8949 §3.4).
    #[must_use]
    pub fn untag(self) -> Self {
        let mut item = self;
        while let Ok((head, rest)) = Head::read(item.tail)
            && head.major == Major::Tag
        {
            item = Self { tail: rest };
        }
        item
    }
}

impl fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Item({}, {} bytes)", self.value().kind(), self.bytes().len())
    }
}

/// What a data item is (RFC 8949 §3.1). `Debug` prints the kind only.
#[derive(Clone)]
pub enum Value<'a> {
    /// An unsigned integer.
    Unsigned(u64),
    /// A negative integer: `n` stands for −1 − n.
    Negative(u64),
    /// A byte string; owned only when sent in pieces.
    Bytes(Bytes<'a>),
    /// A text string; owned only when sent in pieces.
    Text(Text<'a>),
    /// An array.
    Array(Array<'a>),
    /// A map.
    Map(Map<'a>),
    /// A tag's number and its content.
    Tag(u64, Item<'a>),
    /// A float of any of the three widths.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// Null.
    Null,
    /// Undefined.
    Undefined,
    /// Any other simple value: 0 to 19 and 32 to 255.
    Simple(u8),
}

impl Value<'_> {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Unsigned(_) | Self::Negative(_) => "integer",
            Self::Bytes(_) => "byte string",
            Self::Text(_) => "text",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
            Self::Tag(..) => "tag",
            Self::Float(_) => "float",
            Self::Bool(_) => "boolean",
            Self::Null => "null",
            Self::Undefined => "undefined",
            Self::Simple(_) => "simple value",
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({})", self.kind())
    }
}

/// The items of an array, in order.
#[derive(Clone, Copy)]
pub struct Array<'a>(Entries<'a>);

impl<'a> Array<'a> {
    /// The items in order.
    #[must_use]
    pub const fn iter(self) -> ArrayIter<'a> {
        ArrayIter(self.0.cursor())
    }

    /// The number of items; walks over them when the length is indefinite.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.len.and_then(|len| usize::try_from(len).ok()).unwrap_or_else(|| self.iter().count())
    }

    /// Whether there are no items.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }
}

impl fmt::Debug for Array<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Array({} items)", self.len())
    }
}

impl<'a> IntoIterator for Array<'a> {
    type Item = Item<'a>;
    type IntoIter = ArrayIter<'a>;

    fn into_iter(self) -> ArrayIter<'a> {
        self.iter()
    }
}

/// Iterates over an [`Array`].
#[derive(Clone)]
pub struct ArrayIter<'a>(Cursor<'a>);

impl<'a> Iterator for ArrayIter<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        self.0.next()
    }
}

impl fmt::Debug for ArrayIter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ArrayIter")
    }
}

/// The entries of a map, in the order they were sent. No key occurs twice.
#[derive(Clone, Copy)]
pub struct Map<'a>(Entries<'a>);

impl<'a> Map<'a> {
    /// The keys and values in the order they were sent.
    #[must_use]
    pub const fn iter(self) -> MapIter<'a> {
        MapIter(self.0.cursor())
    }

    /// The number of entries; walks over them when the length is indefinite.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.len.and_then(|len| usize::try_from(len).ok()).unwrap_or_else(|| self.iter().count())
    }

    /// Whether there are no entries.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }

    /// The value of an integer key, in whatever width it was sent.
    #[must_use]
    pub fn get_int(self, key: i64) -> Option<Item<'a>> {
        self.iter().find(|(candidate, _)| candidate.as_i64() == Some(key)).map(|(_, value)| value)
    }

    /// The value of a text key.
    #[must_use]
    pub fn get_text(self, key: &str) -> Option<Item<'a>> {
        self.iter().find(|(candidate, _)| candidate.is_text(key)).map(|(_, value)| value)
    }
}

/// A map whose entries were gone through once, so that looking up many keys passes over each value
/// once only. The same keys are found as in the map itself.
#[derive(Clone, Copy)]
pub(crate) struct MapIndex<'a> {
    #[cfg(feature = "outcomes")]
    map: Map<'a>,
    keys: [Packed; FEW],
    values: [Item<'a>; FEW],
    /// Whether every key is among `keys`: always, where maps that have others are not read.
    #[cfg(feature = "outcomes")]
    complete: bool,
}

impl<'a> Map<'a> {
    /// Goes through the entries once.
    pub(crate) fn index(self) -> MapIndex<'a> {
        let mut index = MapIndex {
            #[cfg(feature = "outcomes")]
            map: self,
            keys: [Packed::NONE; FEW],
            values: [Item { tail: &[] }; FEW],
            #[cfg(feature = "outcomes")]
            complete: true,
        };
        let mut slots = index.keys.iter_mut().zip(&mut index.values);
        for (key, value) in self {
            // Long keys, and keys after the first few, are looked up in the map.
            let Some((packed, (key_slot, value_slot))) = key.packed().zip(slots.next()) else {
                #[cfg(feature = "outcomes")]
                {
                    index.complete = false;
                }
                break;
            };
            (*key_slot, *value_slot) = (packed, value);
        }
        index
    }
}

impl<'a> MapIndex<'a> {
    /// As [`Map::get_int`].
    #[inline]
    pub(crate) fn get_int(&self, key: i64) -> Option<Item<'a>> {
        #[cfg(not(feature = "outcomes"))]
        return self.find(Packed::int(key));
        #[cfg(feature = "outcomes")]
        self.find(Packed::int(key)).or_else(|| if self.complete { None } else { self.map.get_int(key) })
    }

    /// As [`Map::get_text`].
    #[inline]
    pub(crate) fn get_text(&self, key: &str) -> Option<Item<'a>> {
        #[cfg(not(feature = "outcomes"))]
        return self.find(Packed::text(key.as_bytes()));
        #[cfg(feature = "outcomes")]
        self.find(Packed::text(key.as_bytes())).or_else(|| if self.complete { None } else { self.map.get_text(key) })
    }

    #[inline]
    fn find(&self, key: Option<Packed>) -> Option<Item<'a>> {
        let at = self.keys.iter().position(|candidate| Some(*candidate) == key)?;
        self.values.get(at).copied()
    }
}

impl Item<'_> {
    /// The key in one word, when it is an integer or a text in one piece and short enough.
    fn packed(self) -> Option<Packed> {
        let (head, rest) = Head::read(self.tail).ok()?;
        let argument = head.argument()?;
        match head.major {
            Major::Unsigned => Packed::unsigned(argument),
            Major::Negative => Packed::negative(argument),
            Major::Text => Packed::text(rest.get(..usize::try_from(argument).ok()?)?),
            _ => None,
        }
    }

    fn is_text(self, text: &str) -> bool {
        match Head::read(self.tail) {
            Ok((head, rest)) if head.major == Major::Text => *string(head.argument(), rest) == *text.as_bytes(),
            _ => false,
        }
    }
}

impl fmt::Debug for Map<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Map({} entries)", self.len())
    }
}

impl<'a> IntoIterator for Map<'a> {
    type Item = (Item<'a>, Item<'a>);
    type IntoIter = MapIter<'a>;

    fn into_iter(self) -> MapIter<'a> {
        self.iter()
    }
}

/// Iterates over a [`Map`].
#[derive(Clone)]
pub struct MapIter<'a>(Cursor<'a>);

impl<'a> Iterator for MapIter<'a> {
    type Item = (Item<'a>, Item<'a>);

    fn next(&mut self) -> Option<(Item<'a>, Item<'a>)> {
        let key = self.0.next()?;
        let value = Item { tail: skip(key.tail) };
        // The cursor goes on after the value.
        self.0.rest = value.tail;
        Some((key, value))
    }
}

impl fmt::Debug for MapIter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MapIter")
    }
}

/// The declared number of entries, `None` when indefinite, and the bytes from the first one on.
#[derive(Clone, Copy)]
struct Entries<'a> {
    len: Option<u64>,
    tail: &'a [u8],
}

impl<'a> Entries<'a> {
    const fn cursor(self) -> Cursor<'a> {
        Cursor { left: self.len, rest: self.tail, started: false }
    }
}

/// Walks over items, passing over the last one only when the next is wanted.
#[derive(Clone)]
struct Cursor<'a> {
    left: Option<u64>,
    /// From the last item returned, or from the first when there was none.
    rest: &'a [u8],
    started: bool,
}

impl<'a> Cursor<'a> {
    fn next(&mut self) -> Option<Item<'a>> {
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(1)?;
        }
        if self.started {
            self.rest = skip(self.rest);
        }
        self.started = true;
        if self.rest.is_empty() || self.left.is_none() && self.rest.first() == Some(&BREAK) {
            // Stays at the end when asked again.
            (self.left, self.rest) = (Some(0), &[]);
            return None;
        }
        Some(Item { tail: self.rest })
    }
}

const NULL: u8 = 0xf6;
const UNDEFINED: u8 = 0xf7;

fn simple<'a>(head: Head, bits: u64) -> Value<'a> {
    match (head.float_width(), bits) {
        (Some(16), _) => Value::Float(u16::try_from(bits).map_or(f64::NAN, float::from_half)),
        (Some(32), _) => Value::Float(u32::try_from(bits).map_or(f64::NAN, |bits| f32::from_bits(bits).into())),
        (Some(_), _) => Value::Float(f64::from_bits(bits)),
        (None, 20) => Value::Bool(false),
        (None, 21) => Value::Bool(true),
        (None, 22) => Value::Null,
        (None, 23) => Value::Undefined,
        (None, _) => u8::try_from(bits).map_or(Value::Undefined, Value::Simple),
    }
}

/// The content of a string whose head is passed.
#[cfg(not(feature = "outcomes"))]
fn string(len: Option<u64>, rest: &[u8]) -> Bytes<'_> {
    super::Whole(len.and_then(|len| rest.get(..usize::try_from(len).ok()?)).unwrap_or_default())
}

/// The content of a string whose head is passed.
#[cfg(feature = "outcomes")]
fn string(len: Option<u64>, rest: &[u8]) -> Bytes<'_> {
    use std::borrow::Cow;

    if let Some(len) = len {
        let content = usize::try_from(len).ok().and_then(|len| rest.get(..len));
        return Cow::Borrowed(content.unwrap_or_default());
    }
    Cow::Owned(Cursor { left: None, rest, started: false }.into_pieces().fold(Vec::new(), |mut joined, piece| {
        joined.extend_from_slice(piece);
        joined
    }))
}

#[cfg(feature = "outcomes")]
impl<'a> Cursor<'a> {
    /// The contents of the definite strings walked over.
    fn into_pieces(mut self) -> impl Iterator<Item = &'a [u8]> {
        core::iter::from_fn(move || {
            let (head, rest) = Head::read(self.next()?.tail).ok()?;
            rest.get(..usize::try_from(head.argument()?).ok()?)
        })
    }
}

#[cfg(not(feature = "outcomes"))]
fn text(bytes: Bytes<'_>) -> Text<'_> {
    super::Whole(core::str::from_utf8(bytes.0).unwrap_or_default())
}

#[cfg(feature = "outcomes")]
fn text(bytes: Bytes<'_>) -> Text<'_> {
    use std::borrow::Cow;

    // Validated before, piece by piece, so that neither fallback is ever taken.
    match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(core::str::from_utf8(bytes).unwrap_or_default()),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).unwrap_or_default()),
    }
}

/// What follows the first data item of validated bytes.
fn skip(tail: &[u8]) -> &[u8] {
    let mut rest = tail;
    let mut pending = 1_u64;
    while pending > 0 {
        let Some((&initial, after)) = rest.split_first() else {
            return &[];
        };
        pending -= 1;
        let short = initial & 0x1f;
        rest = match initial {
            // Heads of one byte, which most are.
            0x00..=0x17 | 0x20..=0x37 | 0xe0..=0xf7 => after,
            0x40..=0x57 | 0x60..=0x77 => after.get(usize::from(short)..).unwrap_or_default(),
            0x80..=0x97 => {
                pending = pending.saturating_add(u64::from(short));
                after
            }
            0xa0..=0xb7 => {
                pending = pending.saturating_add(u64::from(short) * 2);
                after
            }
            0xc0..=0xd7 => {
                pending = pending.saturating_add(1);
                after
            }
            _ => skip_long_head(rest, &mut pending),
        };
    }
    rest
}

/// What follows a head of several bytes, and the string it begins; how many items an array, a map or
/// a tag goes on with is added to `pending`.
fn skip_long_head<'a>(tail: &'a [u8], pending: &mut u64) -> &'a [u8] {
    let Ok((head, after)) = Head::read(tail) else {
        return &[];
    };
    match (head.major, head.argument()) {
        (Major::Unsigned | Major::Negative | Major::Simple, _) => after,
        (Major::Bytes | Major::Text, Some(len)) => {
            usize::try_from(len).ok().and_then(|len| after.get(len..)).unwrap_or_default()
        }
        (Major::Array, Some(len)) => {
            *pending = pending.saturating_add(len);
            after
        }
        (Major::Map, Some(len)) => {
            *pending = pending.saturating_add(len.saturating_mul(2));
            after
        }
        (Major::Tag, _) => {
            *pending = pending.saturating_add(1);
            after
        }
        (Major::Bytes | Major::Text | Major::Array | Major::Map, None) => skip_to_break(after),
    }
}

/// What follows the "break" of an indefinite length. Recursion is bounded by the validated depth.
fn skip_to_break(rest: &[u8]) -> &[u8] {
    let mut rest = rest;
    loop {
        match rest {
            [] => return &[],
            [BREAK, after @ ..] => return after,
            _ => rest = skip(rest),
        }
    }
}
