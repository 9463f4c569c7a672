//! A strict reader of deterministic CBOR (RFC 8949 §4.2.1): shortest heads, definite lengths, and
//! what is expected or nothing. The general reader takes what issuers send; a bundle has one
//! encoding, and this reads it in one pass.

use super::BundleError;
use crate::codec::cbor::Major;
use crate::time::Timestamp;

/// Reads items one after another; `field` names the part in errors.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    #[cfg(feature = "outcomes")]
    field: &'static str,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            #[cfg(feature = "outcomes")]
            field: "",
        }
    }

    /// Names what is read from here on.
    #[cfg(feature = "outcomes")]
    pub(super) const fn field(&mut self, field: &'static str) -> &mut Self {
        self.field = field;
        self
    }

    #[cfg(not(feature = "outcomes"))]
    pub(super) const fn field(&mut self, _: &'static str) -> &mut Self {
        self
    }

    #[cfg(feature = "outcomes")]
    pub(super) const fn malformed(&self) -> BundleError {
        BundleError::malformed(self.field)
    }

    #[cfg(not(feature = "outcomes"))]
    #[expect(clippy::unused_self, reason = "it would name the field")]
    pub(super) const fn malformed(&self) -> BundleError {
        BundleError::Untold
    }

    /// Nothing may follow.
    pub(super) const fn end(&self) -> Result<(), BundleError> {
        if self.rest.is_empty() { Ok(()) } else { Err(BundleError::malformed("")) }
    }

    /// What is left to be read.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next item's major type and argument, in its shortest form.
    fn head(&mut self) -> Result<(u8, u64), BundleError> {
        let malformed = self.malformed();
        let (&initial, rest) = self.rest.split_first().ok_or(malformed)?;
        let width = match initial & 0x1f {
            small @ 0..24 => {
                self.rest = rest;
                return Ok((initial >> 5, u64::from(small)));
            }
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return Err(malformed),
        };
        let (argument, rest) = rest.split_at_checked(width).ok_or(malformed)?;
        self.rest = rest;
        let argument = argument.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let least = match width {
            1 => 24,
            2 => 1 << 8,
            4 => 1 << 16,
            _ => 1 << 32,
        };
        if argument < least { Err(malformed) } else { Ok((initial >> 5, argument)) }
    }

    fn argument(&mut self, major: Major) -> Result<u64, BundleError> {
        match self.head()? {
            (found, argument) if found == major.number() => Ok(argument),
            _ => Err(self.malformed()),
        }
    }

    pub(super) fn unsigned(&mut self) -> Result<u64, BundleError> {
        self.argument(Major::Unsigned)
    }

    pub(super) fn integer(&mut self) -> Result<i64, BundleError> {
        let malformed = self.malformed();
        let (major, argument) = self.head()?;
        let argument = i64::try_from(argument).map_err(|_| malformed)?;
        match major {
            0 => Ok(argument),
            1 => Ok(-1 - argument),
            _ => Err(malformed),
        }
    }

    pub(super) fn time(&mut self) -> Result<Timestamp, BundleError> {
        let malformed = self.malformed();
        Timestamp::from_seconds(self.integer()?).map_err(|_| malformed)
    }

    pub(super) fn boolean(&mut self) -> Result<bool, BundleError> {
        match self.rest.split_first() {
            Some((&value @ (0xf4 | 0xf5), rest)) => {
                self.rest = rest;
                Ok(value == 0xf5)
            }
            _ => Err(self.malformed()),
        }
    }

    /// Whether null is next; it is passed over then.
    pub(super) const fn null(&mut self) -> bool {
        match self.rest {
            [0xf6, rest @ ..] => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Null, or what `read` reads.
    pub(super) fn optional<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, BundleError>,
    ) -> Result<Option<T>, BundleError> {
        if self.null() { Ok(None) } else { read(self).map(Some) }
    }

    fn string(&mut self, major: Major) -> Result<&'a [u8], BundleError> {
        let length = self.argument(major)?;
        let malformed = self.malformed();
        let length = usize::try_from(length).map_err(|_| malformed)?;
        let (string, rest) = self.rest.split_at_checked(length).ok_or(malformed)?;
        self.rest = rest;
        Ok(string)
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], BundleError> {
        self.string(Major::Bytes)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, BundleError> {
        let text = self.string(Major::Text)?;
        core::str::from_utf8(text).map_err(|_| self.malformed())
    }

    /// The number of an array's items, which cannot be more than there are bytes left.
    pub(super) fn array(&mut self) -> Result<usize, BundleError> {
        let count = self.argument(Major::Array)?;
        usize::try_from(count).ok().filter(|count| *count <= self.rest.len()).ok_or(self.malformed())
    }

    /// The head of an array of exactly so many items.
    pub(super) fn array_of(&mut self, count: usize) -> Result<(), BundleError> {
        if self.array()? == count { Ok(()) } else { Err(self.malformed()) }
    }

    /// Whether an array is next.
    #[cfg(feature = "x509-full")]
    pub(super) fn is_at_array(&self) -> bool {
        self.rest.first().is_some_and(|initial| initial >> 5 == Major::Array.number())
    }
}
