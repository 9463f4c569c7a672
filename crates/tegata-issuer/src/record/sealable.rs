//! How personal values are written before they are encrypted.

use std::borrow::Cow;
use std::fmt;

use tegata::codec::cbor::{ArrayIter, Encoder, Item};
use tegata::model::{BirthDate, Personal};
use tegata::time::Date;
use zeroize::Zeroizing;

/// A value that the ledger stores encrypted: to bytes that are wiped on drop, and back.
pub trait Sealable: Sized {
    /// What it is, as a word that is bound to the encrypted bytes: a value of one kind cannot be put in another's place.
    const NAME: &'static str;

    /// The bytes to encrypt: an array of deterministic CBOR (RFC 8949 §4.2.1), its fields in the order of the type.
    fn to_bytes(&self) -> Zeroizing<Vec<u8>>;

    /// Reads the bytes that [`to_bytes`](Self::to_bytes) made.
    ///
    /// # Errors
    /// [`SealedError`] when they are any others: what was decrypted was not written by this version.
    fn from_bytes(bytes: &[u8]) -> Result<Self, SealedError>;
}

/// What was decrypted is not what this version writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedError;

impl fmt::Display for SealedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a stored record is not in the form of this version")
    }
}

impl std::error::Error for SealedError {}

/// Bytes of the head of an array or an item of less than 64 KiB, and of every number and date.
const HEAD: usize = 12;

/// Writes the fields of a value, in one piece of memory.
pub(crate) struct Writer {
    encoder: Encoder,
    /// What was reserved. A buffer that grew would leave copies behind that nobody wipes; a test build notices.
    #[cfg(test)]
    reserved: usize,
}

impl Writer {
    /// For so many fields, whose texts take so many bytes.
    pub(crate) fn new(fields: usize, texts: usize) -> Self {
        let reserved = texts + HEAD * (fields + 1);
        let mut encoder = Encoder::with_capacity(reserved);
        encoder.array(fields);
        Self {
            encoder,
            #[cfg(test)]
            reserved,
        }
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.encoder.text(text);
    }

    pub(crate) fn optional_text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.encoder.text(text),
            None => self.encoder.null(),
        }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.encoder.bytes(bytes);
    }

    pub(crate) fn optional_bytes(&mut self, bytes: Option<&[u8]>) {
        match bytes {
            Some(bytes) => self.encoder.bytes(bytes),
            None => self.encoder.null(),
        }
    }

    pub(crate) fn number(&mut self, number: i64) {
        self.encoder.int(number);
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.encoder.bool(flag);
    }

    /// As its days since 1970.
    pub(crate) fn date(&mut self, date: Date) {
        self.encoder.int(date.days_since_epoch());
    }

    pub(crate) fn birth_date(&mut self, date: &Personal<BirthDate>) {
        self.encoder.text(&Zeroizing::new(date.expose().to_text()));
    }

    pub(crate) fn finish(self) -> Zeroizing<Vec<u8>> {
        let bytes = Zeroizing::new(self.encoder.into_bytes());
        #[cfg(test)]
        assert!(bytes.len() <= self.reserved, "a stored value outgrew its buffer");
        bytes
    }
}

/// Reads the fields of a value in their order.
pub(crate) struct Fields<'a>(ArrayIter<'a>);

impl<'a> Fields<'a> {
    /// An array of exactly so many fields.
    pub(crate) fn read(bytes: &'a [u8], fields: usize) -> Result<Self, SealedError> {
        let item = Item::parse(bytes).map_err(|_| SealedError)?;
        let array = item.as_array().filter(|array| array.len() == fields).ok_or(SealedError)?;
        Ok(Self(array.iter()))
    }

    fn next(&mut self) -> Result<Item<'a>, SealedError> {
        self.0.next().ok_or(SealedError)
    }

    pub(crate) fn text(&mut self) -> Result<Cow<'a, str>, SealedError> {
        self.next()?.as_text().ok_or(SealedError)
    }

    pub(crate) fn optional_text(&mut self) -> Result<Option<String>, SealedError> {
        let item = self.next()?;
        if item.is_null() { Ok(None) } else { Ok(Some(item.as_text().ok_or(SealedError)?.into_owned())) }
    }

    pub(crate) fn bytes(&mut self) -> Result<Cow<'a, [u8]>, SealedError> {
        self.next()?.as_bytes().ok_or(SealedError)
    }

    pub(crate) fn optional_bytes(&mut self) -> Result<Option<Cow<'a, [u8]>>, SealedError> {
        let item = self.next()?;
        if item.is_null() { Ok(None) } else { Ok(Some(item.as_bytes().ok_or(SealedError)?)) }
    }

    pub(crate) fn number(&mut self) -> Result<i64, SealedError> {
        self.next()?.as_i64().ok_or(SealedError)
    }

    pub(crate) fn flag(&mut self) -> Result<bool, SealedError> {
        match self.next()?.value() {
            tegata::codec::cbor::Value::Bool(flag) => Ok(flag),
            _ => Err(SealedError),
        }
    }

    pub(crate) fn date(&mut self) -> Result<Date, SealedError> {
        Date::from_days_since_epoch(self.number()?).map_err(|_| SealedError)
    }

    pub(crate) fn birth_date(&mut self) -> Result<Personal<BirthDate>, SealedError> {
        BirthDate::parse(&self.text()?).map(Personal::new).map_err(|_| SealedError)
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&mut self, values: &[T], name: impl Fn(T) -> &'static str) -> Result<T, SealedError> {
        let text = self.text()?;
        values.iter().copied().find(|value| name(*value) == text).ok_or(SealedError)
    }
}
