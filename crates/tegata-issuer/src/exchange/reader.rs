//! Reading a file.

use std::borrow::Cow;
use std::io::Read;

use csv_core::ReadRecordResult;
use tegata::model::{CountryCode, IndividualNumber, MunicipalityCode, NumberHash, Personal};
use zeroize::Zeroizing;

use super::row::{PastIssue, Row};
use super::{Column, Encoding, RowError, RowErrorKind, field};
use crate::record::{
    ADDRESS_MAX_CHARS, Flags, Given, InternalNumber, PLACE_MAX_CHARS, PassportData, REGISTERED_NAME_MAX_CHARS,
    Resident, ResidentDetails, Vaccination, VoucherNumber,
};

/// Bytes of one row without its quotes and separators: every column at its longest takes a tenth of it.
pub const MAX_ROW_BYTES: usize = 65_536;

/// Bytes read at a time.
const BUFFER_BYTES: usize = 1 << 16;

/// Fields of a row, of which no file has more than twice the columns there are.
const MAX_FIELDS: usize = 64;

/// Reads the rows of a file. Its buffers are wiped on drop.
///
/// It gives rows and errors in the order of the file and goes on after an error of a row, so that all of them can be
/// told at once; after an error of the first row, the encoding or the input there is nothing more.
pub struct RowReader<R, H> {
    input: R,
    hash: H,
    municipality: MunicipalityCode,
    parser: csv_core::Reader,
    buffer: Zeroizing<Vec<u8>>,
    /// What of the buffer is not parsed yet.
    unread: core::ops::Range<usize>,
    bytes_read: u64,
    /// Line feeds before what is not parsed yet.
    lines: u64,
    row: Zeroizing<Vec<u8>>,
    ends: [usize; MAX_FIELDS],
    encoding: Encoding,
    /// The column of each field.
    columns: Vec<Column>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Begin,
    Rows,
    End,
}

/// Why there is no row.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The row is wrong.
    Row(RowError),
    /// The input cannot be read.
    Input(std::io::Error),
}

impl From<RowError> for ReadError {
    fn from(error: RowError) -> Self {
        Self::Row(error)
    }
}

/// What the parser came to.
enum Parsed {
    Row { line: u64, fields: usize },
    TooLong { line: u64, fields: bool },
    End,
}

impl<R: Read, H: Fn(&IndividualNumber) -> NumberHash> RowReader<R, H> {
    /// A reader of a municipality's file. `hash` makes the keyed hash that is left of an individual number.
    pub fn new(input: R, municipality: MunicipalityCode, hash: H) -> Self {
        Self {
            input,
            hash,
            municipality,
            parser: csv_core::Reader::new(),
            buffer: Zeroizing::new(vec![0; BUFFER_BYTES]),
            unread: 0..0,
            bytes_read: 0,
            lines: 0,
            row: Zeroizing::new(vec![0; MAX_ROW_BYTES]),
            ends: [0; MAX_FIELDS],
            encoding: Encoding::Utf8,
            columns: Vec::new(),
            state: State::Begin,
        }
    }

    /// The file's encoding; known once a row was read.
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Bytes of the file that were read so far, for a display of progress.
    pub const fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    fn read_row(&mut self) -> Result<Option<Row>, ReadError> {
        if self.state == State::Begin {
            // Whatever goes wrong here, no row can be understood afterwards.
            self.state = State::End;
            self.read_columns()?;
            self.state = State::Rows;
        }
        if self.state == State::End {
            return Ok(None);
        }
        let (line, fields) = match self.parse()? {
            Parsed::End => {
                self.state = State::End;
                return Ok(None);
            }
            Parsed::TooLong { line, fields } => {
                let kind = if fields { RowErrorKind::FieldCount } else { RowErrorKind::TooLong };
                return Err(RowError { line, column: None, kind }.into());
            }
            Parsed::Row { line, fields } => (line, fields),
        };
        if fields != self.columns.len() {
            return Err(RowError { line, column: None, kind: RowErrorKind::FieldCount }.into());
        }
        let values = Values { line, encoding: self.encoding, columns: &self.columns, row: &self.row, ends: &self.ends };
        Ok(Some(values.read(self.municipality, &self.hash)?))
    }

    /// The first row: which encoding, and which column each field is.
    fn read_columns(&mut self) -> Result<(), ReadError> {
        let error = |line, column, kind| ReadError::Row(RowError { line, column, kind });
        let (line, fields) = match self.parse()? {
            Parsed::Row { line, fields } => (line, fields),
            Parsed::TooLong { line, .. } => return Err(error(line, None, RowErrorKind::TooLong)),
            Parsed::End => return Err(error(1, None, RowErrorKind::Empty)),
        };
        self.encoding = Encoding::of_first_row((0..fields).map(|index| slice(&self.row, &self.ends, index)));
        for index in 0..fields {
            let name = self.encoding.decode(slice(&self.row, &self.ends, index));
            let name = name.ok_or_else(|| error(line, None, RowErrorKind::Encoding))?;
            let name = name.trim_start_matches('\u{feff}').trim();
            let column = Column::ALL.iter().copied().find(|column| column.header() == name);
            let column = column.ok_or_else(|| error(line, None, RowErrorKind::ColumnUnknown(index + 1)))?;
            if self.columns.contains(&column) {
                return Err(error(line, Some(column), RowErrorKind::ColumnTwice));
            }
            self.columns.push(column);
        }
        let missing = Column::ALL.iter().find(|column| column.is_required() && !self.columns.contains(column));
        missing.map_or(Ok(()), |column| Err(error(line, Some(*column), RowErrorKind::ColumnMissing)))
    }

    /// One row into the buffer.
    fn parse(&mut self) -> Result<Parsed, ReadError> {
        let line = self.skip_line_ends()?;
        let (mut written, mut fields) = (0, 0);
        // A row that does not fit is read to its end all the same, over itself.
        let mut too_long = None;
        loop {
            self.fill()?;
            let input = self.buffer.get(self.unread.clone()).unwrap_or_default();
            let output = self.row.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(fields..).unwrap_or_default();
            let (result, taken, bytes, ended) = self.parser.read_record(input, output, ends);
            self.lines += count_line_feeds(input.get(..taken).unwrap_or_default());
            self.unread.start += taken;
            written += bytes;
            fields += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => {
                    too_long = Some(false);
                    written = 0;
                }
                ReadRecordResult::OutputEndsFull => {
                    too_long = Some(true);
                    fields = 0;
                }
                ReadRecordResult::Record => {
                    return Ok(match too_long {
                        Some(fields) => Parsed::TooLong { line, fields },
                        None => Parsed::Row { line, fields },
                    });
                }
                ReadRecordResult::End => return Ok(Parsed::End),
            }
        }
    }

    /// Passes over the line ends before a row, and says in which line it begins.
    fn skip_line_ends(&mut self) -> Result<u64, ReadError> {
        loop {
            self.fill()?;
            let input = self.buffer.get(self.unread.clone()).unwrap_or_default();
            let ends = input.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if ends == 0 {
                return Ok(self.lines + 1);
            }
            self.lines += count_line_feeds(input.get(..ends).unwrap_or_default());
            self.unread.start += ends;
        }
    }

    /// Reads on, if nothing is left of what was read.
    fn fill(&mut self) -> Result<(), ReadError> {
        if self.unread.is_empty() {
            let read = self.read_input()?;
            self.unread = 0..read;
            self.bytes_read += u64::try_from(read).unwrap_or(u64::MAX);
        }
        Ok(())
    }

    fn read_input(&mut self) -> Result<usize, ReadError> {
        loop {
            match self.input.read(&mut self.buffer) {
                Ok(read) => return Ok(read),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.state = State::End;
                    return Err(ReadError::Input(error));
                }
            }
        }
    }
}

impl<R: Read, H: Fn(&IndividualNumber) -> NumberHash> Iterator for RowReader<R, H> {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read_row().transpose()
    }
}

impl<R, H> core::fmt::Debug for RowReader<R, H> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RowReader").field("encoding", &self.encoding).finish_non_exhaustive()
    }
}

/// The bytes of a field. The parser counts the ends from the row's beginning.
fn slice<'a>(row: &'a [u8], ends: &[usize], index: usize) -> &'a [u8] {
    let start = index.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied());
    let range = start.zip(ends.get(index).copied()).map(|(start, end)| start..end);
    range.and_then(|range| row.get(range)).unwrap_or_default()
}

fn count_line_feeds(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u64::MAX)
}

/// The fields of one row.
struct Values<'a> {
    line: u64,
    encoding: Encoding,
    columns: &'a [Column],
    row: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Values<'a> {
    fn read(
        &self,
        municipality: MunicipalityCode,
        hash: &impl Fn(&IndividualNumber) -> NumberHash,
    ) -> Result<Row, RowError> {
        self.required(Column::Municipality, |field| match MunicipalityCode::parse(field) {
            None => Err(RowErrorKind::Invalid("is not six digits with a check digit")),
            Some(code) if code != municipality => Err(RowErrorKind::OtherMunicipality),
            Some(_) => Ok(()),
        })?;
        let resident = Resident {
            internal_number: self.required(Column::InternalNumber, |field| {
                InternalNumber::parse(field).ok_or(RowErrorKind::Invalid("is not letters, digits and hyphens"))
            })?,
            number: self.optional(Column::IndividualNumber, |field| field::number_hash(field, hash))?,
            details: ResidentDetails {
                voucher: self.required(Column::Voucher, |field| {
                    VoucherNumber::parse(field).ok_or(RowErrorKind::Invalid("is not ten digits"))
                })?,
                name: self.required(Column::Name, |field| personal(field, REGISTERED_NAME_MAX_CHARS))?,
                kana: self.optional(Column::Kana, |field| personal(field, REGISTERED_NAME_MAX_CHARS))?,
                birth_date: self.required(Column::BirthDate, field::birth_date)?,
                sex: self.required(Column::Sex, field::sex)?,
                address: self.required(Column::Address, |field| personal(field, ADDRESS_MAX_CHARS))?,
                flags: Flags {
                    moved_out: self.flag(Column::MovedOut)?,
                    deceased: self.flag(Column::Deceased)?,
                    protected: self.flag(Column::Protected)?,
                },
            },
        };
        Ok(Row { line: self.line, resident, vaccination: self.vaccination()?, issue: self.issue()? })
    }

    fn vaccination(&self) -> Result<Option<Vaccination>, RowError> {
        let given = self.required(Column::Status, field::status)?;
        let number = self.optional(Column::DoseNumber, field::dose_number)?;
        if !given {
            // What was not given has neither a day nor a lot.
            for column in [Column::DoseDate, Column::VaccineKind, Column::Manufacturer, Column::Product, Column::Lot] {
                self.absent(column)?;
            }
            for column in [Column::Country, Column::Venue, Column::Doctor] {
                self.absent(column)?;
            }
            let Some(number) = number else {
                self.absent(Column::Disease)?;
                return Ok(None);
            };
            // There is no product to tell it, and the national system's files do not.
            let disease = self.optional(Column::Disease, field::disease)?.unwrap_or_default();
            return Ok(Some(Vaccination { disease, number, given: None }));
        }
        let number = number.ok_or(self.error(Column::DoseNumber, RowErrorKind::Missing))?;
        let product = self.required(Column::Product, field::vaccine_text)?;
        let disease = match self.optional(Column::Disease, field::disease)? {
            Some(disease) => disease,
            None => field::disease_of(&product).map_err(|kind| self.error(Column::Disease, kind))?,
        };
        let given = Given {
            date: self.required(Column::DoseDate, field::date)?,
            vaccine_kind: self.required(Column::VaccineKind, field::vaccine_text)?,
            manufacturer: self.required(Column::Manufacturer, field::vaccine_text)?,
            product,
            lot: self.required(Column::Lot, field::lot)?,
            country: self.optional(Column::Country, field::country)?.unwrap_or(CountryCode::JAPAN),
            venue: self.optional(Column::Venue, |field| personal(field, PLACE_MAX_CHARS))?,
            doctor: self.optional(Column::Doctor, |field| personal(field, PLACE_MAX_CHARS))?,
        };
        Ok(Some(Vaccination { disease, number, given: Some(given) }))
    }

    fn issue(&self) -> Result<Option<PastIssue>, RowError> {
        const PASSPORT: [Column; 6] = [
            Column::Romanised,
            Column::Nationality,
            Column::PassportNumber,
            Column::FormerSurname,
            Column::OtherSurname,
            Column::Alias,
        ];
        let Some(certificate_id) = self.optional(Column::CertificateId, field::certificate_id)? else {
            self.absent(Column::IssueDate)?;
            PASSPORT.into_iter().try_for_each(|column| self.absent(column))?;
            return Ok(None);
        };
        let issue_date = self.required(Column::IssueDate, field::date)?;
        let other = |column| self.optional(column, |field| personal(field, tegata::model::NAME_MAX_CHARS));
        let has_passport = PASSPORT.into_iter().any(|column| self.bytes(column).is_some_and(|field| !field.is_empty()));
        let passport = if has_passport {
            Some(PassportData {
                romanised: self.required(Column::Romanised, field::romanised)?,
                nationality: self.required(Column::Nationality, field::country)?.into(),
                number: self.required(Column::PassportNumber, field::passport_number)?,
                former_surname: other(Column::FormerSurname)?,
                other_surname: other(Column::OtherSurname)?,
                alias: other(Column::Alias)?,
            })
        } else {
            None
        };
        Ok(Some(PastIssue { certificate_id, issue_date, passport }))
    }

    fn bytes(&self, column: Column) -> Option<&'a [u8]> {
        let index = self.columns.iter().position(|known| *known == column)?;
        Some(slice(self.row, self.ends, index))
    }

    /// A field without the spaces around it; `None` where the column is not there or the field is empty.
    fn value(&self, column: Column) -> Result<Option<Decoded<'a>>, RowError> {
        let Some(bytes) = self.bytes(column) else { return Ok(None) };
        let text = self.encoding.decode(bytes).ok_or(self.error(column, RowErrorKind::Encoding))?;
        let text = Decoded(text);
        Ok((!text.as_str().is_empty()).then_some(text))
    }

    fn required<T>(&self, column: Column, read: impl FnOnce(&str) -> Result<T, RowErrorKind>) -> Result<T, RowError> {
        self.optional(column, read)?.ok_or(self.error(column, RowErrorKind::Missing))
    }

    fn optional<T>(
        &self,
        column: Column,
        read: impl FnOnce(&str) -> Result<T, RowErrorKind>,
    ) -> Result<Option<T>, RowError> {
        let value = self.value(column)?;
        value.map(|value| read(value.as_str()).map_err(|kind| self.error(column, kind))).transpose()
    }

    fn flag(&self, column: Column) -> Result<bool, RowError> {
        Ok(self.optional(column, field::flag)?.unwrap_or(false))
    }

    fn absent(&self, column: Column) -> Result<(), RowError> {
        match self.value(column)? {
            Some(_) => Err(self.error(column, RowErrorKind::NotAllowed)),
            None => Ok(()),
        }
    }

    const fn error(&self, column: Column, kind: RowErrorKind) -> RowError {
        RowError { line: self.line, column: Some(column), kind }
    }
}

/// A field's characters, wiped on drop where they had to be copied.
struct Decoded<'a>(Cow<'a, str>);

impl Decoded<'_> {
    fn as_str(&self) -> &str {
        self.0.trim()
    }
}

impl Drop for Decoded<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(text) = &mut self.0 {
            zeroize::Zeroize::zeroize(text);
        }
    }
}

fn personal(field: &str, max_chars: usize) -> Result<Personal<String>, RowErrorKind> {
    field::text(field, max_chars).map(Personal::from)
}
