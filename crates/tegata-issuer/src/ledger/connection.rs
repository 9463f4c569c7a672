//! What the ledger asks of a database: the same few statements of SQL in either.
//!
//! A statement is a constant. Its values stand in it as `?1`, `?2`, which PostgreSQL knows as `$1`, `$2`; nothing else
//! in a statement is a question mark. There are three types: integers of 64 bits, texts and bytes.

use std::time::Duration;

use tegata::model::MunicipalityCode;

use super::LedgerError;

/// A value that goes into a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A value that comes out of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Column {
    pub(crate) fn as_value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Integer(number) => Value::Integer(*number),
            Self::Text(text) => Value::Text(text),
            Self::Bytes(bytes) => Value::Bytes(bytes),
        }
    }
}

/// A row, taken column by column in the order of the statement.
#[derive(Debug)]
pub(crate) struct Row {
    columns: std::vec::IntoIter<Column>,
    /// Where it is from, for errors.
    place: &'static str,
}

impl Row {
    pub(super) fn new(columns: Vec<Column>) -> Self {
        Self { columns: columns.into_iter(), place: "row" }
    }

    /// Names the table for errors.
    pub(crate) const fn of(mut self, place: &'static str) -> Self {
        self.place = place;
        self
    }

    const fn corrupt(&self) -> LedgerError {
        LedgerError::Corrupt { place: self.place }
    }

    pub(crate) fn column(&mut self) -> Result<Column, LedgerError> {
        self.columns.next().ok_or(LedgerError::Corrupt { place: self.place })
    }

    pub(crate) fn integer(&mut self) -> Result<i64, LedgerError> {
        match self.column()? {
            Column::Integer(number) => Ok(number),
            _ => Err(self.corrupt()),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String, LedgerError> {
        match self.column()? {
            Column::Text(text) => Ok(text),
            _ => Err(self.corrupt()),
        }
    }

    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>, LedgerError> {
        match self.column()? {
            Column::Bytes(bytes) => Ok(bytes),
            _ => Err(self.corrupt()),
        }
    }

    pub(crate) fn hash(&mut self) -> Result<[u8; 32], LedgerError> {
        <[u8; 32]>::try_from(self.bytes()?.as_slice()).map_err(|_| self.corrupt())
    }

    pub(crate) fn optional_integer(&mut self) -> Result<Option<i64>, LedgerError> {
        match self.column()? {
            Column::Null => Ok(None),
            Column::Integer(number) => Ok(Some(number)),
            _ => Err(self.corrupt()),
        }
    }

    pub(crate) fn optional_text(&mut self) -> Result<Option<String>, LedgerError> {
        match self.column()? {
            Column::Null => Ok(None),
            Column::Text(text) => Ok(Some(text)),
            _ => Err(self.corrupt()),
        }
    }

    pub(crate) fn optional_bytes(&mut self) -> Result<Option<Vec<u8>>, LedgerError> {
        match self.column()? {
            Column::Null => Ok(None),
            Column::Bytes(bytes) => Ok(Some(bytes)),
            _ => Err(self.corrupt()),
        }
    }

    /// All columns that are left.
    pub(crate) fn into_columns(self) -> Vec<Column> {
        self.columns.collect()
    }
}

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Read one state of the ledger, whatever others write meanwhile.
    Read,
    /// Write, after every other writer of the municipality has ended.
    Write,
    /// Write as well, and share the commit with those whose turn is next: short operations that many do at a time.
    WriteTogether,
    /// Write as well, but what is committed is on the disk only with the next commit of a [`Write`](Mode::Write), by
    /// whomever: for what means nothing to anybody before that.
    WriteAhead,
}

impl Mode {
    /// Whether others of the municipality that write have to wait.
    pub(crate) const fn writes(self) -> bool {
        !matches!(self, Self::Read)
    }
}

/// One connection to a database, or to a municipality's file.
pub(crate) trait Connection: Send {
    /// Begins a transaction that sees one municipality alone.
    fn begin(&mut self, municipality: MunicipalityCode, mode: Mode) -> Result<(), LedgerError>;

    /// Ends the transaction; what it wrote is on the disk when this returns, as far as its mode says so.
    fn commit(&mut self) -> Result<(), LedgerError>;

    /// Ends the transaction as if it had never been.
    fn rollback(&mut self) -> Result<(), LedgerError>;

    /// Runs a statement and says how many rows it concerned.
    fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, LedgerError>;

    /// Runs a query and gives out its rows one by one.
    fn query(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Row) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError>;

    /// After an erasure: what was deleted shall not stay in files of the database. Waits so long for those in the way.
    fn scrub(&mut self, _patience: Duration) -> Result<(), LedgerError> {
        Ok(())
    }

    /// Ends the part of a transaction that is this session's own, which others go on with.
    fn hand_over(&mut self) -> Result<(), LedgerError> {
        Ok(())
    }

    /// Whether the transaction that others went on with is still there.
    fn is_within(&self) -> bool {
        false
    }

    /// Whether it is still of use after it was not used for a while.
    fn is_usable(&self) -> bool {
        true
    }
}

/// Where connections come from.
pub(crate) trait Database: Send + Sync {
    /// Whether the municipality has a ledger here.
    fn exists(&self, municipality: MunicipalityCode) -> Result<bool, LedgerError>;

    /// Makes an empty ledger for a municipality; none is touched that is there.
    fn create(&self, municipality: MunicipalityCode) -> Result<(), LedgerError>;

    /// A connection for one transaction, for writing once every other writer of this process gave its own back.
    fn take(&self, municipality: MunicipalityCode, mode: Mode) -> Result<Box<dyn Connection>, LedgerError>;

    /// Commits the transaction of a connection that was taken; when this returns, what it wrote is on the disk, as far as
    /// its mode says so. No connection comes back where others went on with it.
    fn commit(
        &self,
        _municipality: MunicipalityCode,
        _mode: Mode,
        mut connection: Box<dyn Connection>,
    ) -> (Option<Box<dyn Connection>>, Result<(), LedgerError>) {
        let done = connection.commit();
        (Some(connection), done)
    }

    /// Overwrites what a transaction that was committed erased, in the files of the database: whether nothing of it is
    /// left there. Where the database's own vacuum does it, nobody knows.
    fn scrub(&self, _municipality: MunicipalityCode, _connection: &mut dyn Connection) -> bool {
        false
    }

    /// How many wait to write together.
    #[cfg(test)]
    fn waiting(&self, _municipality: MunicipalityCode) -> usize {
        0
    }

    /// Takes a connection back; `None` for one that is of no use any more.
    fn give_back(&self, municipality: MunicipalityCode, mode: Mode, connection: Option<Box<dyn Connection>>);
}
