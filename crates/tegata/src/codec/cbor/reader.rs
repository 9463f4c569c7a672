//! The validating pass: everything that [`Item`](super::Item) later relies on is checked here.

#[cfg(not(feature = "outcomes"))]
use super::Item;
use super::head::{Head, Major};
use super::keys::{Key, Keys};
use super::{Bytes, CborError, CborErrorKind, Limits};

/// The byte that ends an indefinite length.
pub(super) const BREAK: u8 = 0xff;

/// How deep the dates of the claims are. A build that tells little leaves it to others to write fractions that are deeper.
#[cfg(not(feature = "outcomes"))]
const FRACTIONS: u8 = Limits::DEFAULT_MAX_DEPTH - 1;

/// Checks that the input is exactly one acceptable data item.
pub(super) fn validate(input: &[u8], limits: &Limits) -> Result<(), CborError> {
    let mut reader = Reader { input_len: input.len(), rest: input, items_left: limits.max_items };
    reader.item(limits.max_depth)?;
    if reader.rest.is_empty() { Ok(()) } else { Err(reader.error(CborErrorKind::TrailingBytes)) }
}

struct Reader<'a> {
    input_len: usize,
    rest: &'a [u8],
    items_left: u32,
}

impl<'a> Reader<'a> {
    fn offset(&self) -> usize {
        self.input_len - self.rest.len()
    }

    fn error(&self, kind: CborErrorKind) -> CborError {
        CborError::new(kind, self.offset())
    }

    /// Reads a head and counts an item. Nothing is consumed on an error, so that errors name the
    /// offset of the item.
    fn head(&mut self) -> Result<(Head, &'a [u8]), CborError> {
        let (head, rest) = Head::read(self.rest).map_err(|kind| self.error(kind))?;
        self.items_left = self.items_left.checked_sub(1).ok_or_else(|| self.error(CborErrorKind::TooLarge))?;
        Ok((head, rest))
    }

    /// One data item. The recursion is as deep as `depth_left` says, at most 255.
    fn item(&mut self, depth_left: u8) -> Result<(), CborError> {
        // Small numbers and short ASCII texts, which most items are, without the general way.
        if let (&[initial, ref rest @ ..], Some(items_left)) = (self.rest, self.items_left.checked_sub(1)) {
            let after = match initial {
                0x00..=0x17 | 0x20..=0x37 => Some(rest),
                0x60..=0x77 => rest
                    .split_at_checked((initial & 0x1f).into())
                    .filter(|(text, _)| text.is_ascii())
                    .map(|(_, rest)| rest),
                _ => None,
            };
            if let Some(after) = after {
                (self.rest, self.items_left) = (after, items_left);
                return Ok(());
            }
        }
        let (head, rest) = self.head()?;
        match head.major {
            Major::Unsigned | Major::Negative => self.rest = rest,
            Major::Bytes | Major::Text => drop(self.string(head, rest)?),
            Major::Array | Major::Map | Major::Tag => {
                let depth_left = depth_left.checked_sub(1).ok_or_else(|| self.error(CborErrorKind::TooDeep))?;
                match head.major {
                    Major::Array => self.array(head, rest, depth_left)?,
                    Major::Map => self.map(head, rest, depth_left)?,
                    _ => {
                        self.rest = rest;
                        self.item(depth_left)?;
                    }
                }
            }
            Major::Simple if head.is_break() => return Err(self.error(CborErrorKind::Malformed)),
            #[cfg(not(feature = "outcomes"))]
            Major::Simple if depth_left < FRACTIONS && !Item::from_validated(self.rest).is_plain() => {
                return Err(self.error(CborErrorKind::Malformed));
            }
            Major::Simple => self.rest = rest,
        }
        Ok(())
    }

    fn array(&mut self, head: Head, rest: &'a [u8], depth_left: u8) -> Result<(), CborError> {
        let mut left = self.count(head, rest, 1)?;
        self.rest = rest;
        while self.another(&mut left) {
            self.item(depth_left)?;
        }
        Ok(())
    }

    fn map(&mut self, head: Head, rest: &'a [u8], depth_left: u8) -> Result<(), CborError> {
        let mut left = self.count(head, rest, 2)?;
        self.rest = rest;
        let mut keys = Keys::new();
        while self.another(&mut left) {
            let offset = self.offset();
            let key = self.key()?;
            keys.insert(key, offset)?;
            self.item(depth_left)?;
        }
        keys.finish()
    }

    /// The declared number of entries, refused at once when the input cannot hold them.
    fn count(&self, head: Head, rest: &[u8], items_per_entry: u64) -> Result<Option<u64>, CborError> {
        let Some(count) = head.argument() else {
            return Ok(None);
        };
        let least = usize::try_from(count.saturating_mul(items_per_entry)).unwrap_or(usize::MAX);
        if least > rest.len() {
            return Err(self.error(CborErrorKind::Truncated));
        }
        Ok(Some(count))
    }

    /// Whether the array or map goes on; consumes the "break" that ends an indefinite one.
    fn another(&mut self, left: &mut Option<u64>) -> bool {
        match (left, self.rest) {
            (Some(0), _) => false,
            (Some(left), _) => {
                *left -= 1;
                true
            }
            #[cfg(feature = "outcomes")]
            (None, [BREAK, rest @ ..]) => {
                self.rest = rest;
                false
            }
            (None, _) => true,
        }
    }

    fn key(&mut self) -> Result<Key<'a>, CborError> {
        let (head, rest) = self.head()?;
        match (head.major, head.argument()) {
            (Major::Unsigned, Some(argument)) => {
                self.rest = rest;
                Ok(Key::unsigned(argument))
            }
            (Major::Negative, Some(argument)) => {
                self.rest = rest;
                Ok(Key::negative(argument))
            }
            (Major::Text, _) => self.string(head, rest).map(Key::text),
            _ => Err(self.error(CborErrorKind::Malformed)),
        }
    }

    /// A string of either type; its content.
    #[cfg(not(feature = "outcomes"))]
    fn string(&mut self, head: Head, rest: &'a [u8]) -> Result<Bytes<'a>, CborError> {
        self.definite_string(head.major, head.argument().unwrap_or_default(), rest).map(super::Whole)
    }

    /// A string of either type; its content, pieces joined.
    #[cfg(feature = "outcomes")]
    fn string(&mut self, head: Head, rest: &'a [u8]) -> Result<Bytes<'a>, CborError> {
        use std::borrow::Cow;

        if let Some(len) = head.argument() {
            return self.definite_string(head.major, len, rest).map(Cow::Borrowed);
        }
        self.rest = rest;
        let mut joined = Vec::new();
        loop {
            if let [BREAK, rest @ ..] = self.rest {
                self.rest = rest;
                return Ok(Cow::Owned(joined));
            }
            let (piece, rest) = self.head()?;
            match piece.argument() {
                Some(len) if piece.major == head.major => {
                    joined.extend_from_slice(self.definite_string(piece.major, len, rest)?);
                }
                _ => return Err(self.error(CborErrorKind::Malformed)),
            }
        }
    }

    fn definite_string(&mut self, major: Major, len: u64, rest: &'a [u8]) -> Result<&'a [u8], CborError> {
        let split = usize::try_from(len).ok().and_then(|len| rest.split_at_checked(len));
        let (content, rest) = split.ok_or_else(|| self.error(CborErrorKind::Truncated))?;
        // Most texts are short and ASCII, which is quicker to see than UTF-8.
        if major == Major::Text && !content.is_ascii() && core::str::from_utf8(content).is_err() {
            return Err(self.error(CborErrorKind::NotUtf8));
        }
        self.rest = rest;
        Ok(content)
    }
}
