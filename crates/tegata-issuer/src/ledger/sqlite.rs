//! SQLite: one file a municipality, in one folder.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::{DirBuilder, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, OpenFlags, ToSql};
use tegata::model::MunicipalityCode;

use super::connection::{Column, Connection, Database, Mode, Row, Value};
use super::together::{Group, MAX_WAIT, undone};
use super::{LedgerError, schema};
use crate::audit::genesis;

/// How long a writer waits for the others of its municipality.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long an erasure waits for readers before it leaves old copies in the log to whoever ends next.
const SCRUB_PATIENCE: Duration = Duration::from_millis(200);
/// Connections that are kept open for each municipality: two cores keep no more busy with reading.
const KEPT_CONNECTIONS: usize = 4;
/// `Tgta`, so that the files are known for what they are (`PRAGMA application_id`).
const APPLICATION_ID: i64 = 0x5467_7461;

/// The folder with the files.
pub(super) struct Sqlite {
    folder: PathBuf,
    municipalities: Mutex<HashMap<MunicipalityCode, Arc<Slot>>>,
    /// How long a part may take that others follow.
    max_wait: Duration,
}

/// The connections of one municipality.
#[derive(Default)]
struct Slot {
    state: Mutex<State>,
    writer_ended: Condvar,
    /// For those who write together: a writer has ended, or hands over.
    turn: Condvar,
}

#[derive(Default)]
struct State {
    free: Vec<Box<dyn Connection>>,
    writing: bool,
    /// How many wait to write together.
    waiting: usize,
    /// The connection within a transaction that the next of them goes on with.
    handed_over: Option<Box<dyn Connection>>,
    /// Whose parts of the transaction are done.
    group: Option<Group>,
    /// When the one who writes began.
    part_began: Option<Instant>,
    /// Whether old copies of what was erased are in the log still, because a reader was in the way.
    unscrubbed: bool,
}

impl Slot {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing of it is left half done by a thread that ended early.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sqlite {
    pub(super) fn open(folder: &Path) -> Result<Self, LedgerError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|error| unavailable(error.kind().to_string()))?;
        Ok(Self { folder: folder.to_owned(), municipalities: Mutex::default(), max_wait: MAX_WAIT })
    }

    /// With another limit on the time of a part, so that no test depends on it.
    #[cfg(test)]
    pub(super) fn waiting_for(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// The file of a municipality: its code alone, so that nothing in a name leads out of the folder.
    fn path(&self, municipality: MunicipalityCode) -> PathBuf {
        self.folder.join(format!("{municipality}.ledger"))
    }

    fn slot(&self, municipality: MunicipalityCode) -> Arc<Slot> {
        let mut slots = self.municipalities.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(municipality).or_default())
    }

    /// Waits until nobody writes, or until the one who does hands over to whoever writes together.
    fn wait<'s>(
        turn: &Condvar,
        mut state: MutexGuard<'s, State>,
        together: bool,
    ) -> (MutexGuard<'s, State>, Result<(), LedgerError>) {
        let begun = Instant::now();
        while state.writing && !(together && state.handed_over.is_some()) {
            let Some(left) = PATIENCE.checked_sub(begun.elapsed()) else { return (state, Err(LedgerError::Busy)) };
            state = turn.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        (state, Ok(()))
    }

    fn connect(&self, municipality: MunicipalityCode) -> Result<SqliteConnection, LedgerError> {
        if !self.exists(municipality)? {
            return Err(LedgerError::NotFound);
        }
        let connection = SqliteConnection::open(&self.path(municipality))?;
        let version = connection.pragma("user_version")?;
        let application = connection.pragma("application_id")?;
        match (application, version) {
            (APPLICATION_ID, schema::VERSION) => Ok(connection),
            (APPLICATION_ID, version) if version > schema::VERSION => Err(LedgerError::VersionUnsupported),
            _ => Err(LedgerError::Corrupt { place: "file header" }),
        }
    }
}

impl Database for Sqlite {
    fn exists(&self, municipality: MunicipalityCode) -> Result<bool, LedgerError> {
        self.path(municipality).try_exists().map_err(|error| unavailable(error.kind().to_string()))
    }

    fn create(&self, municipality: MunicipalityCode) -> Result<(), LedgerError> {
        let path = self.path(municipality);
        if self.exists(municipality)? {
            return Err(LedgerError::Duplicate);
        }
        // Made under another name and then renamed: a ledger is whole or not there.
        let new = path.with_extension(format!("new{}", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let remove = |_: &LedgerError| _ = std::fs::remove_file(&new);
        options.open(&new).map_err(|error| unavailable(error.kind().to_string()))?;
        let made = (|| {
            let connection = SqliteConnection::open(&new)?;
            let sql = format!(
                "BEGIN IMMEDIATE;\n{}INSERT INTO chain VALUES ('{municipality}', 0, x'{}');\nPRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {};\nCOMMIT;",
                schema::sqlite(),
                hex(&genesis(municipality)),
                schema::VERSION
            );
            connection.connection.execute_batch(&sql).map_err(failed)?;
            // Nothing may stay in a log that belongs to the old name.
            connection.connection.pragma_update(None, "journal_mode", "DELETE").map_err(failed)?;
            drop(connection);
            std::fs::hard_link(&new, &path).map_err(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => LedgerError::Duplicate,
                kind => unavailable(kind.to_string()),
            })
        })();
        made.inspect_err(remove)?;
        std::fs::remove_file(&new).map_err(|error| unavailable(error.kind().to_string()))?;
        sync_folder(&self.folder)
    }

    fn take(&self, municipality: MunicipalityCode, mode: Mode) -> Result<Box<dyn Connection>, LedgerError> {
        let slot = self.slot(municipality);
        let mut state = slot.state();
        if mode == Mode::WriteTogether {
            state.waiting += 1;
            let (waited, turn) = Self::wait(&slot.turn, state, true);
            state = waited;
            state.waiting -= 1;
            turn?;
            if let Some(connection) = state.handed_over.take() {
                state.part_began = Some(Instant::now());
                return Ok(connection);
            }
        } else if mode.writes() {
            let (waited, turn) = Self::wait(&slot.writer_ended, state, false);
            state = waited;
            turn?;
        }
        if mode.writes() {
            state.writing = true;
            state.part_began = Some(Instant::now());
        }
        if let Some(connection) = state.free.pop() {
            return Ok(connection);
        }
        drop(state);
        match self.connect(municipality) {
            Ok(connection) => Ok(Box::new(connection)),
            Err(error) => {
                self.give_back(municipality, mode, None);
                Err(error)
            }
        }
    }

    fn commit(
        &self,
        municipality: MunicipalityCode,
        mode: Mode,
        mut connection: Box<dyn Connection>,
    ) -> (Option<Box<dyn Connection>>, Result<(), LedgerError>) {
        let slot = self.slot(municipality);
        let mut state = slot.state();
        // The next part will hardly be faster than this one, and this one's author waits for it.
        let quick = state.part_began.is_some_and(|began| began.elapsed() < self.max_wait);
        let room = state.group.as_ref().is_none_or(|group| group.has_room(self.max_wait));
        let next = mode == Mode::WriteTogether && state.waiting > 0 && quick && room;
        if next && connection.hand_over().is_ok() {
            let outcome = state.group.get_or_insert_default().join();
            state.handed_over = Some(connection);
            drop(state);
            slot.turn.notify_one();
            return (None, outcome.wait());
        }
        let group = state.group.take();
        drop(state);
        let done = connection.commit();
        if let Some(group) = group {
            group.end(done.clone());
        }
        (Some(connection), done)
    }

    fn scrub(&self, municipality: MunicipalityCode, connection: &mut dyn Connection) -> bool {
        let scrubbed = connection.scrub(SCRUB_PATIENCE).is_ok();
        if !scrubbed {
            self.slot(municipality).state().unscrubbed = true;
        }
        scrubbed
    }

    #[cfg(test)]
    fn waiting(&self, municipality: MunicipalityCode) -> usize {
        self.slot(municipality).state().waiting
    }

    fn give_back(&self, municipality: MunicipalityCode, mode: Mode, mut connection: Option<Box<dyn Connection>>) {
        let slot = self.slot(municipality);
        let mut state = slot.state();
        if let Some(group) = mode.writes().then(|| state.group.take()).flatten() {
            // This one wrote nothing; what others did is there, or went with the connection.
            drop(state);
            let within = connection.as_mut().filter(|connection| connection.is_within());
            let done = within.map_or_else(|| Err(undone()), |connection| connection.commit());
            if done.is_err() {
                connection = None;
            }
            group.end(done);
            state = slot.state();
        }
        if let Some(connection) = &mut connection
            && core::mem::take(&mut state.unscrubbed)
        {
            // This may have been the reader in the way.
            drop(state);
            let scrubbed = connection.scrub(Duration::ZERO).is_ok();
            state = slot.state();
            state.unscrubbed |= !scrubbed;
        }
        if let Some(connection) = connection.filter(|_| state.free.len() < KEPT_CONNECTIONS) {
            state.free.push(connection);
        }
        if mode.writes() {
            state.writing = false;
            drop(state);
            slot.writer_ended.notify_one();
            slot.turn.notify_one();
        }
    }
}

/// One connection to one file.
pub(super) struct SqliteConnection {
    connection: rusqlite::Connection,
    synchronous: Synchronous,
    /// Whether what is done now is one of several parts of a transaction.
    part: bool,
    /// Whether other parts of it are done.
    shared: bool,
    /// Whether SQLite undid a transaction with the parts of others.
    lost: bool,
}

/// When the log is synchronised (`PRAGMA synchronous`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Synchronous {
    /// At every commit.
    Full,
    /// Before pages move from the log to the file. One log has the commits of all connections in their order, so that a
    /// later full one takes earlier ones along.
    Normal,
}

impl SqliteConnection {
    fn open(path: &Path) -> Result<Self, LedgerError> {
        // Without the flag to create: a mistyped code makes no ledger.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = rusqlite::Connection::open_with_flags(path, flags).map_err(failed)?;
        connection.busy_timeout(PATIENCE).map_err(failed)?;
        // Full: the log is synchronised at every commit. What is deleted is overwritten. Sorting happens in memory,
        // so that no temporary file is written. Definitions in a file that somebody changed run no functions. The log
        // goes over into the file at 16 MB: a page that many applications change is then moved once.
        let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; \
                        PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; \
                        PRAGMA cache_size = -65536; PRAGMA mmap_size = 0; PRAGMA wal_autocheckpoint = 4000;";
        connection.execute_batch(settings).map_err(failed)?;
        // A statement is prepared once, whatever its values are.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self { connection, synchronous: Synchronous::Full, part: false, shared: false, lost: false })
    }

    fn pragma(&self, name: &str) -> Result<i64, LedgerError> {
        self.connection.pragma_query_value(None, name, |row| row.get(0)).map_err(failed)
    }
}

impl Synchronous {
    const fn pragma(self) -> &'static str {
        match self {
            Self::Full => "PRAGMA synchronous = FULL",
            Self::Normal => "PRAGMA synchronous = NORMAL",
        }
    }
}

impl Connection for SqliteConnection {
    fn begin(&mut self, _: MunicipalityCode, mode: Mode) -> Result<(), LedgerError> {
        if self.lost {
            return Err(undone());
        }
        if self.is_within() {
            self.execute("SAVEPOINT part", &[])?;
            self.part = true;
            return Ok(());
        }
        let (sql, synchronous) = match mode {
            Mode::Read => ("BEGIN DEFERRED", self.synchronous),
            Mode::Write | Mode::WriteTogether => ("BEGIN IMMEDIATE", Synchronous::Full),
            Mode::WriteAhead => ("BEGIN IMMEDIATE", Synchronous::Normal),
        };
        if self.synchronous != synchronous {
            // It can be set between transactions alone.
            self.execute(synchronous.pragma(), &[])?;
            self.synchronous = synchronous;
        }
        self.execute(sql, &[]).map(drop)
    }

    fn commit(&mut self) -> Result<(), LedgerError> {
        (self.part, self.shared) = (false, false);
        self.execute("COMMIT", &[]).map(drop)
    }

    fn rollback(&mut self) -> Result<(), LedgerError> {
        if core::mem::take(&mut self.part) {
            // As it does by itself where the disk is full.
            self.lost = !self.is_within();
            if !self.lost {
                self.execute("ROLLBACK TO part", &[])?;
                self.execute("RELEASE part", &[])?;
            }
            return Ok(());
        }
        if self.shared {
            // There is nothing in it but the parts of others.
            self.lost = !self.is_within();
            return Ok(());
        }
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.execute("ROLLBACK", &[]).map(drop)
    }

    fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, LedgerError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let changed = statement.execute(rusqlite::params_from_iter(values)).map_err(failed)?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    fn query(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Row) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let column = |index| match row.get_ref(index).map_err(failed)? {
                ValueRef::Null => Ok(Column::Null),
                ValueRef::Integer(number) => Ok(Column::Integer(number)),
                ValueRef::Text(text) => String::from_utf8(text.to_vec())
                    .map(Column::Text)
                    .map_err(|_| LedgerError::Corrupt { place: "text" }),
                ValueRef::Blob(bytes) => Ok(Column::Bytes(bytes.to_vec())),
                ValueRef::Real(_) => Err(LedgerError::Corrupt { place: "type" }),
            };
            each(Row::new((0..columns).map(column).collect::<Result<_, LedgerError>>()?))?;
        }
        Ok(())
    }

    fn hand_over(&mut self) -> Result<(), LedgerError> {
        if !self.is_within() {
            return Err(undone());
        }
        if core::mem::take(&mut self.part) {
            self.execute("RELEASE part", &[])?;
        }
        self.shared = true;
        Ok(())
    }

    fn is_within(&self) -> bool {
        !self.connection.is_autocommit()
    }

    fn scrub(&mut self, patience: Duration) -> Result<(), LedgerError> {
        // The log still has the pages as they were before. Where a reader is in the way, whoever ends next sees to it;
        // nobody waits for a backup to end.
        self.connection.busy_timeout(patience).map_err(failed)?;
        let busy = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        self.connection.busy_timeout(PATIENCE).map_err(failed)?;
        if busy.map_err(failed)? == 0 { Ok(()) } else { Err(LedgerError::Busy) }
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// What SQLite said, without the part of its messages that may quote.
fn failed(error: rusqlite::Error) -> LedgerError {
    let extended = error.sqlite_error().map(|error| error.extended_code);
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LedgerError::Busy,
        Some(ErrorCode::ConstraintViolation)
            if matches!(extended, Some(SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE)) =>
        {
            LedgerError::Duplicate
        }
        Some(ErrorCode::ConstraintViolation) => LedgerError::Corrupt { place: "constraint" },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => LedgerError::Corrupt { place: "file" },
        Some(code) => unavailable(format!("sqlite: {code:?}")),
        None => unavailable("sqlite refused the statement"),
    }
}

fn unavailable(reason: impl Into<Cow<'static, str>>) -> LedgerError {
    LedgerError::Unavailable { reason: reason.into() }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sees to it that a new name is on the disk.
fn sync_folder(folder: &Path) -> Result<(), LedgerError> {
    #[cfg(unix)]
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| unavailable(error.kind().to_string()))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
