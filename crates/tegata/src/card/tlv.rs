//! BER-TLV as card files hold it: tags of one or two bytes, definite lengths that need not be minimal.
//!
//! A length below 0x80 is one byte, else `81 xx` or `82 xx xx`; real cards write `82 00 9F`, so a DER reader
//! would refuse them. Nothing here recurses or allocates. Source: ISO/IEC 7816-4 §5.2.2.

use core::fmt;

/// A tag of one or two bytes as a number: `0x90`, `0xDF21`.
pub type Tag = u16;

/// One object: its tag, its value, and where it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Object<'a> {
    tag: Tag,
    whole: &'a [u8],
    value: &'a [u8],
    offset: usize,
}

impl<'a> Object<'a> {
    /// The tag.
    #[must_use]
    pub const fn tag(&self) -> Tag {
        self.tag
    }

    /// The object with its header, as signatures cover it.
    #[must_use]
    pub const fn whole(&self) -> &'a [u8] {
        self.whole
    }

    /// The value without the header.
    #[must_use]
    pub const fn value(&self) -> &'a [u8] {
        self.value
    }

    /// Where the header begins, in bytes from the start of what the first reader was given.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Reads the objects within the value.
    #[must_use]
    pub const fn objects(&self) -> Reader<'a> {
        Reader { rest: self.value, offset: self.offset + (self.whole.len() - self.value.len()) }
    }
}

impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Object({:04X}, {} bytes)", self.tag, self.value.len())
    }
}

/// Reads objects one after the other.
#[derive(Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// Reads from the start of a file.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, offset: 0 }
    }

    /// What has not been read yet.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Where the next object begins.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Reads the next object; after an error nothing was read.
    ///
    /// # Errors
    /// [`TlvError`] when header or value are cut off or of a form that cards do not have.
    pub fn read(&mut self) -> Result<Object<'a>, TlvError> {
        let start = self.rest;
        let (tag, rest) = read_tag(start)?;
        let (length, rest) = read_length(rest)?;
        let (value, rest) = rest.split_at_checked(length).ok_or(TlvError::Truncated)?;
        let size = start.len() - rest.len();
        let whole = start.get(..size).ok_or(TlvError::Truncated)?;
        let object = Object { tag, whole, value, offset: self.offset };
        self.rest = rest;
        self.offset += size;
        Ok(object)
    }

    /// The tag of the next object, without reading it.
    #[must_use]
    pub fn peek_tag(&self) -> Option<Tag> {
        read_tag(self.rest).ok().map(|(tag, _)| tag)
    }
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({} bytes from {})", self.rest.len(), self.offset)
    }
}

/// Why an object cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlvError {
    /// The bytes end within an object.
    Truncated,
    /// A tag of more than two bytes.
    LongTag,
    /// An indefinite length, or one written with more than two bytes.
    Length,
}

impl fmt::Display for TlvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "ends within an object",
            Self::LongTag => "has a tag of more than two bytes",
            Self::Length => "has a length of a form that cards do not have",
        })
    }
}

impl core::error::Error for TlvError {}

/// The bits of a first byte that say that the tag goes on.
const LONG_TAG: u8 = 0x1f;

fn read_tag(bytes: &[u8]) -> Result<(Tag, &[u8]), TlvError> {
    match bytes {
        [first, rest @ ..] if first & LONG_TAG != LONG_TAG => Ok((Tag::from(*first), rest)),
        [first, second, rest @ ..] if second & 0x80 == 0 => Ok((Tag::from_be_bytes([*first, *second]), rest)),
        [_, _, ..] => Err(TlvError::LongTag),
        _ => Err(TlvError::Truncated),
    }
}

fn read_length(bytes: &[u8]) -> Result<(usize, &[u8]), TlvError> {
    match bytes {
        [length @ 0..=0x7f, rest @ ..] | [0x81, length, rest @ ..] => Ok((usize::from(*length), rest)),
        [0x82, high, low, rest @ ..] => Ok((usize::from(u16::from_be_bytes([*high, *low])), rest)),
        [] | [0x81 | 0x82, ..] => Err(TlvError::Truncated),
        _ => Err(TlvError::Length),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_form_of_length() {
        for header in [&b"\xdf\x21\x02"[..], b"\xdf\x21\x81\x02", b"\xdf\x21\x82\x00\x02"] {
            let bytes = [header, b"ab", b"\xff"].concat();
            let mut reader = Reader::new(&bytes);
            let object = reader.read().unwrap();
            assert_eq!((object.tag(), object.value(), object.offset()), (0xdf21, &b"ab"[..], 0));
            assert_eq!(object.whole(), [header, b"ab"].concat());
            assert_eq!((reader.rest(), reader.offset()), (&b"\xff"[..], header.len() + 2));
        }
        let object = Reader::new(b"\x90\x03\x01\x00\x01").read().unwrap();
        assert_eq!((object.tag(), object.value()), (0x90, &b"\x01\x00\x01"[..]));
    }

    #[test]
    fn other_forms_are_refused() {
        for (bytes, error) in [
            (&b"\xdf\x21\x80\x00\x00"[..], TlvError::Length),
            (b"\xdf\x21\x83\x00\x00\x00", TlvError::Length),
            (b"\xdf\x21\xff", TlvError::Length),
            (b"\xdf\x81\x01\x00", TlvError::LongTag),
            (b"", TlvError::Truncated),
            (b"\xdf", TlvError::Truncated),
            (b"\xdf\x21", TlvError::Truncated),
            (b"\xdf\x21\x81", TlvError::Truncated),
            (b"\xdf\x21\x82\x00", TlvError::Truncated),
            (b"\xdf\x21\x01", TlvError::Truncated),
            (b"\xdf\x21\x82\xff\xff\x00", TlvError::Truncated),
        ] {
            let mut reader = Reader::new(bytes);
            assert_eq!(reader.read(), Err(error), "{bytes:x?}");
            assert_eq!(reader.rest(), bytes, "nothing is read when reading fails");
        }
    }

    #[test]
    fn offsets_count_from_the_first_reader() {
        let bytes = b"\xff\x20\x08\xdf\x22\x01a\xdf\x23\x01b";
        let mut objects = Reader::new(bytes).read().unwrap().objects();
        assert_eq!(objects.read().unwrap().offset(), 3);
        assert_eq!(objects.read().unwrap().offset(), 7);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut reader = Reader::new(&bytes);
            while let Ok(object) = reader.read() {
                prop_assert!(!object.whole().is_empty());
                prop_assert!(object.whole().ends_with(object.value()));
                prop_assert_eq!(&bytes[object.offset()..][..object.whole().len()], object.whole());
            }
        }
    }
}
