//! A file of one outer object with its fields in a fixed order, and errors that say where.

use super::tlv::{Object, Reader, Tag};
use super::{Application, FileError, FileErrorKind, FileId};
use crate::time::Date;

/// What follows the outer object up to the end of the file.
const FILLER: u8 = 0xff;

/// A file that is being read.
#[derive(Clone, Copy)]
pub(super) struct FileReader<'a> {
    application: Application,
    file: FileId,
    bytes: &'a [u8],
}

impl<'a> FileReader<'a> {
    pub(super) const fn new(application: Application, file: FileId, bytes: &'a [u8]) -> Self {
        Self { application, file, bytes }
    }

    pub(super) const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub(super) const fn error(&self, field: &'static str, kind: FileErrorKind) -> FileError {
        FileError::new(self.application, self.file, field, kind)
    }

    /// The fields of the outer object, which is followed by nothing but filler.
    pub(super) fn outer(&self, tag: Tag) -> Result<Fields<'a>, FileError> {
        Ok(self.outer_object(tag)?.fields())
    }

    /// The outer object, which is followed by nothing but filler.
    pub(super) fn outer_object(&self, tag: Tag) -> Result<Field<'a>, FileError> {
        let field = tag_name(tag);
        let mut reader = Reader::new(self.bytes);
        let object = self.expect(&mut reader, tag, None)?;
        if !is_filler(reader.rest()) {
            return Err(self.error(field, FileErrorKind::TrailingBytes));
        }
        Ok(Field { file: *self, name: field, object })
    }

    /// The fields at the top of a file, in no outer object, up to the filler.
    pub(super) const fn top(&self, outer: &'static str) -> Fields<'a> {
        Fields { file: *self, outer, reader: Reader::new(self.bytes), last: None }
    }

    fn expect(&self, reader: &mut Reader<'a>, tag: Tag, last: Option<Tag>) -> Result<Object<'a>, FileError> {
        let field = tag_name(tag);
        // A wrong tag says more than what its length leads to.
        match reader.peek_tag() {
            Some(found) if found != tag => {
                let kind =
                    if Some(found) == last { FileErrorKind::DuplicateObject } else { FileErrorKind::UnexpectedObject };
                Err(self.error(field, kind))
            }
            _ => reader.read().map_err(|error| self.error(field, error.into())),
        }
    }
}

/// The objects within another, read in the order of the layout.
pub(super) struct Fields<'a> {
    file: FileReader<'a>,
    outer: &'static str,
    reader: Reader<'a>,
    last: Option<Tag>,
}

impl<'a> Fields<'a> {
    /// The next object, which must have this tag.
    pub(super) fn read(&mut self, tag: Tag) -> Result<Field<'a>, FileError> {
        let object = self.file.expect(&mut self.reader, tag, self.last)?;
        self.last = Some(tag);
        Ok(Field { file: self.file, name: tag_name(tag), object })
    }

    /// The next object where objects of one tag may follow each other.
    pub(super) fn read_again(&mut self, tag: Tag) -> Result<Field<'a>, FileError> {
        self.last = None;
        self.read(tag)
    }

    pub(super) fn peek_tag(&self) -> Option<Tag> {
        self.reader.peek_tag()
    }

    /// The bytes from the next object on to the end of the outer object.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.reader.rest()
    }

    /// That nothing follows.
    pub(super) fn end(self) -> Result<(), FileError> {
        if self.reader.rest().is_empty() {
            return Ok(());
        }
        let repeated = self.last.is_some() && self.reader.peek_tag() == self.last;
        let kind = if repeated { FileErrorKind::DuplicateObject } else { FileErrorKind::TrailingBytes };
        Err(self.file.error(self.outer, kind))
    }

    /// Whether nothing but filler follows.
    pub(super) fn only_filler_follows(&self) -> bool {
        is_filler(self.reader.rest())
    }
}

/// An object with its name and its file's.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    file: FileReader<'a>,
    name: &'static str,
    object: Object<'a>,
}

impl<'a> Field<'a> {
    pub(super) const fn value(&self) -> &'a [u8] {
        self.object.value()
    }

    pub(super) const fn whole(&self) -> &'a [u8] {
        self.object.whole()
    }

    pub(super) const fn offset(&self) -> usize {
        self.object.offset()
    }

    pub(super) const fn error(&self, kind: FileErrorKind) -> FileError {
        self.file.error(self.name, kind)
    }

    pub(super) fn fields(&self) -> Fields<'a> {
        Fields { file: self.file, outer: self.name, reader: self.object.objects(), last: None }
    }

    /// The fields within a part of the value.
    pub(super) const fn fields_of(&self, part: Reader<'a>) -> Fields<'a> {
        Fields { file: self.file, outer: self.name, reader: part, last: None }
    }

    /// The value, if it has this length.
    pub(super) fn array<const N: usize>(&self) -> Result<[u8; N], FileError> {
        self.value().try_into().map_err(|_| self.error(FileErrorKind::InvalidValue))
    }

    /// Text that is not empty and holds no control characters.
    pub(super) fn text(&self) -> Result<&'a str, FileError> {
        let text = core::str::from_utf8(self.value()).map_err(|_| self.error(FileErrorKind::NotUtf8))?;
        if text.is_empty() || text.chars().any(char::is_control) {
            return Err(self.error(FileErrorKind::InvalidValue));
        }
        Ok(text)
    }

    /// `YYYYMMDD`.
    pub(super) fn date(&self) -> Result<Date, FileError> {
        let wrong = self.error(FileErrorKind::InvalidDate);
        let digits: [u8; 8] = self.value().try_into().map_err(|_| wrong)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(wrong);
        }
        let [y1, y2, y3, y4, m1, m2, d1, d2] = digits.map(|digit| digit - b'0');
        let year = [y1, y2, y3, y4].into_iter().fold(0, |year: u16, digit| year * 10 + u16::from(digit));
        Date::new(year, m1 * 10 + m2, d1 * 10 + d2).map_err(|_| wrong)
    }

    /// One digit of JIS X 0303.
    pub(super) fn sex(&self) -> Result<super::Sex, FileError> {
        let [digit] = self.array()?;
        super::Sex::from_digit(digit).ok_or(self.error(FileErrorKind::InvalidValue))
    }

    /// A table of 16-bit offsets that must say where these fields stand.
    pub(super) fn points_to(&self, fields: &[Field<'_>]) -> Result<(), FileError> {
        let offsets = self.value().chunks(2).map(|chunk| match chunk {
            [high, low] => Some(usize::from(u16::from_be_bytes([*high, *low]))),
            _ => None,
        });
        if offsets.eq(fields.iter().map(|field| Some(field.offset()))) {
            Ok(())
        } else {
            Err(self.error(FileErrorKind::OffsetTable))
        }
    }
}

fn is_filler(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == FILLER)
}

/// The tags of the layout as errors name them.
const fn tag_name(tag: Tag) -> &'static str {
    match tag {
        0x86 => "86",
        0x90 => "90",
        0x91 => "91",
        0x5f37 => "5F37",
        0x5f4e => "5F4E",
        0x7f21 => "7F21",
        0xdf11 => "DF11",
        0xdf12 => "DF12",
        0xdf13 => "DF13",
        0xdf21 => "DF21",
        0xdf22 => "DF22",
        0xdf23 => "DF23",
        0xdf24 => "DF24",
        0xdf25 => "DF25",
        0xdf26 => "DF26",
        0xdf27 => "DF27",
        0xdf28 => "DF28",
        0xdf29 => "DF29",
        0xdf2a => "DF2A",
        0xdf31 => "DF31",
        0xdf32 => "DF32",
        0xdf33 => "DF33",
        0xdf41 => "DF41",
        0xdf42 => "DF42",
        0xdf43 => "DF43",
        0xdf51 => "DF51",
        0xdf52 => "DF52",
        0xff10 => "FF10",
        0xff20 => "FF20",
        0xff30 => "FF30",
        0xff40 => "FF40",
        0xff50 => "FF50",
        _ => "object",
    }
}
