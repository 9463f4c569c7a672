//! The form of a backup: a line of text, then frames of deterministic CBOR, each after its length in four bytes
//! (big-endian), and at the end a hash of everything.
//!
//! ```text
//! header  = [ 1, municipality, taken at, journal lines, journal hash ]
//! row     = [ number of the table, columns … ]
//! end     = [ null, number of rows ]
//! hash    = 32 bytes: HMAC-SHA-256 over everything before, with a key of the municipality
//! ```

use std::io::{Read, Write};

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use tegata::Timestamp;
use tegata::codec::cbor::{ArrayIter, Encoder, Item, Value as Cbor};
use tegata::model::MunicipalityCode;

use super::BackupError;
use super::journal::Position;
use crate::ledger::{Column, TABLES};
use crate::vault::MAX_SEALED_BYTES;

/// The first bytes of the file.
const MAGIC: &[u8] = b"TEGATA LEDGER BACKUP 1\n";
/// The longest frame: a row with the longest sealed data.
const MAX_FRAME_BYTES: usize = MAX_SEALED_BYTES + 4096;

/// What a backup begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) municipality: MunicipalityCode,
    pub(super) taken_at: Timestamp,
    pub(super) journal: Position,
}

/// One frame.
#[derive(Debug)]
pub(super) enum Frame {
    Row { table: usize, columns: Vec<Column> },
    End { rows: u64 },
}

/// Writes a backup.
pub(super) struct FrameWriter<'a> {
    out: &'a mut dyn Write,
    mac: Hmac<Sha256>,
}

impl<'a> FrameWriter<'a> {
    pub(super) fn begin(out: &'a mut dyn Write, mac: Hmac<Sha256>, header: &Header) -> Result<Self, BackupError> {
        let mut writer = Self { out, mac };
        writer.bytes(MAGIC)?;
        let mut encoder = Encoder::new();
        encoder.array(5);
        encoder.unsigned(1);
        encoder.text(header.municipality.as_str());
        encoder.int(header.taken_at.seconds());
        encoder.unsigned(header.journal.lines);
        encoder.bytes(&header.journal.hash);
        writer.frame(&encoder.into_bytes())?;
        Ok(writer)
    }

    pub(super) fn row(&mut self, table: u64, columns: &[Column]) -> Result<(), BackupError> {
        let mut encoder = Encoder::with_capacity(512);
        encoder.array(columns.len() + 1);
        encoder.unsigned(table);
        for column in columns {
            match column {
                Column::Null => encoder.null(),
                Column::Integer(number) => encoder.int(*number),
                Column::Text(text) => encoder.text(text),
                Column::Bytes(bytes) => encoder.bytes(bytes),
            }
        }
        self.frame(&encoder.into_bytes())
    }

    pub(super) fn end(mut self, rows: u64) -> Result<(), BackupError> {
        let mut encoder = Encoder::new();
        encoder.array(2);
        encoder.null();
        encoder.unsigned(rows);
        self.frame(&encoder.into_bytes())?;
        let hash = self.mac.finalize().into_bytes();
        self.out.write_all(&hash).and_then(|()| self.out.flush()).map_err(|_| BackupError::Unavailable)
    }

    fn frame(&mut self, content: &[u8]) -> Result<(), BackupError> {
        let length = u32::try_from(content.len()).map_err(|_| BackupError::Malformed)?;
        self.bytes(&length.to_be_bytes())?;
        self.bytes(content)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.mac.update(bytes);
        self.out.write_all(bytes).map_err(|_| BackupError::Unavailable)
    }
}

/// Reads a backup. What it gives out is not to be relied on before [`end`](Self::end).
pub(super) struct FrameReader<'a> {
    input: &'a mut dyn Read,
    mac: Hmac<Sha256>,
}

impl<'a> FrameReader<'a> {
    pub(super) fn begin(input: &'a mut dyn Read, mac: Hmac<Sha256>) -> Result<(Self, Header), BackupError> {
        let mut reader = Self { input, mac };
        let mut magic = [0; MAGIC.len()];
        reader.bytes(&mut magic)?;
        if magic != *MAGIC {
            return Err(BackupError::Malformed);
        }
        let header = read_header(&reader.frame()?).ok_or(BackupError::Malformed)?;
        Ok((reader, header))
    }

    pub(super) fn next(&mut self) -> Result<Frame, BackupError> {
        read_frame(&self.frame()?).ok_or(BackupError::Malformed)
    }

    /// Checks the hash, and that nothing follows it.
    pub(super) fn end(self) -> Result<(), BackupError> {
        let expected: [u8; 32] = self.mac.finalize().into_bytes().into();
        let mut hash = [0; 32];
        self.input.read_exact(&mut hash).map_err(|_| BackupError::Malformed)?;
        if !bool::from(expected.ct_eq(&hash)) {
            return Err(BackupError::Changed);
        }
        match self.input.read(&mut [0]) {
            Ok(0) => Ok(()),
            _ => Err(BackupError::Malformed),
        }
    }

    fn frame(&mut self) -> Result<Vec<u8>, BackupError> {
        let mut length = [0; 4];
        self.bytes(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| BackupError::Malformed)?;
        if length > MAX_FRAME_BYTES {
            return Err(BackupError::Malformed);
        }
        let mut content = vec![0; length];
        self.bytes(&mut content)?;
        Ok(content)
    }

    fn bytes(&mut self, bytes: &mut [u8]) -> Result<(), BackupError> {
        self.input.read_exact(bytes).map_err(|_| BackupError::Malformed)?;
        self.mac.update(bytes);
        Ok(())
    }
}

fn read_header(bytes: &[u8]) -> Option<Header> {
    let mut fields = Item::parse(bytes).ok()?.as_array().filter(|fields| fields.len() == 5)?.iter();
    (fields.next()?.as_i64()? == 1).then_some(())?;
    Some(Header {
        municipality: MunicipalityCode::parse(&fields.next()?.as_text()?)?,
        taken_at: Timestamp::from_seconds(fields.next()?.as_i64()?).ok()?,
        journal: Position {
            lines: u64::try_from(fields.next()?.as_i64()?).ok()?,
            hash: fields.next()?.as_bytes()?.as_ref().try_into().ok()?,
        },
    })
}

fn read_frame(bytes: &[u8]) -> Option<Frame> {
    let array = Item::parse(bytes).ok()?.as_array()?;
    let mut fields = array.iter();
    let kind = fields.next()?;
    if kind.is_null() {
        let rows = u64::try_from(fields.next()?.as_i64()?).ok()?;
        return (array.len() == 2).then_some(Frame::End { rows });
    }
    let table = usize::try_from(kind.as_i64()?).ok()?;
    let columns = read_columns(fields)?;
    (columns.len() == TABLES.get(table)?.columns.split(',').count()).then_some(Frame::Row { table, columns })
}

fn read_columns(fields: ArrayIter<'_>) -> Option<Vec<Column>> {
    let column = |item: Item<'_>| match item.value() {
        Cbor::Text(text) => Some(Column::Text(text.into_owned())),
        Cbor::Bytes(bytes) => Some(Column::Bytes(bytes.into_owned())),
        _ if item.is_null() => Some(Column::Null),
        _ => item.as_i64().map(Column::Integer),
    };
    fields.map(column).collect()
}
