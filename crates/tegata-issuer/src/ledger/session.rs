//! One operation on one municipality, in one transaction.

use core::fmt;
use std::collections::HashMap;
use std::sync::Arc;

use tegata::model::MunicipalityCode;
use tegata::time::Date;
use tegata::{Code, Timestamp};
use zeroize::Zeroizing;

use super::challenge::UsedChallenge;
use super::connection::{Connection, Mode, Row, Value};
use super::{KeyChange, Ledger, LedgerError, TABLES};
use crate::audit::{Operation, Subjects};
use crate::backup::JournalEntry;
use crate::record::InternalNumber;
use crate::retention::in_japan;
use crate::vault::{MunicipalityKeys, Period, PeriodKey, Place, Sealed};

/// One operation on one municipality, in one transaction.
///
/// It ends with [`commit`](Self::commit) or [`refuse`](Self::refuse). One that is dropped changed nothing, and stands in
/// the audit log as abandoned, for it may have read.
pub struct Session<'l> {
    ledger: &'l Ledger,
    connection: Option<Box<dyn Connection>>,
    mode: Mode,
    municipality: MunicipalityCode,
    /// The municipality that statements speak of: another one in tests alone.
    spoken_of: MunicipalityCode,
    keys: Arc<MunicipalityKeys>,
    periods: HashMap<Period, PeriodKey>,
    operation: Option<(Operation, Timestamp)>,
    /// Whether an entry of an operation that this session reads for stands in the log already.
    announced: bool,
    subjects: Subjects,
    /// Whether something was deleted that must not stay in files.
    pub(crate) erased: bool,
    /// The challenge that the operation uses up, whatever becomes of it.
    pub(super) used: Option<UsedChallenge>,
    /// The number and the hash of the entry that was appended.
    entry: Option<(i64, [u8; 32])>,
    /// What goes into the journal before it is committed.
    pending: Vec<JournalEntry>,
    /// Whether a statement failed, after which there is nothing to commit: PostgreSQL would undo it and say so nowhere.
    failed: bool,
}

impl<'l> Session<'l> {
    pub(super) fn begin(
        ledger: &'l Ledger,
        municipality: MunicipalityCode,
        mode: Mode,
        operation: Option<(Operation, Timestamp)>,
    ) -> Result<Self, LedgerError> {
        let mut connection = ledger.database.take(municipality, mode)?;
        if let Err(error) = connection.begin(municipality, mode) {
            // What others did in it is theirs to keep.
            let kept = connection.is_within().then_some(connection);
            ledger.database.give_back(municipality, mode, kept);
            return Err(error);
        }
        Ok(Self {
            ledger,
            connection: Some(connection),
            mode,
            municipality,
            spoken_of: municipality,
            keys: ledger.keys(municipality),
            periods: HashMap::new(),
            operation,
            announced: false,
            subjects: Subjects::default(),
            erased: false,
            used: None,
            entry: None,
            pending: Vec::new(),
            failed: false,
        })
    }

    /// The municipality.
    #[must_use]
    pub const fn municipality(&self) -> MunicipalityCode {
        self.municipality
    }

    /// Its keys.
    #[must_use]
    pub fn keys(&self) -> &MunicipalityKeys {
        &self.keys
    }

    pub(super) fn shared_keys(&self) -> Arc<MunicipalityKeys> {
        Arc::clone(&self.keys)
    }

    /// Ends the operation. When this returns, everything it did is on the disk, and so is its audit entry.
    ///
    /// # Errors
    /// Where nothing of it was done. After a failure of the connection itself it is unknown whether it was.
    pub fn commit(self) -> Result<(), LedgerError> {
        self.commit_and_scrub().map(drop)
    }

    /// As [`commit`](Self::commit), and says whether nothing that it erased is left in the files of the database. What
    /// was erased is gone in any case; a reader in the way puts off the overwriting of old copies.
    pub(super) fn commit_and_scrub(mut self) -> Result<bool, LedgerError> {
        let sound = if self.failed { Err(LedgerError::AlreadyFailed) } else { Ok(()) };
        let logged = (self.operation.clone(), self.subjects.clone());
        let ready = sound.and_then(|()| self.log(None)).and_then(|()| self.write_journal());
        if let Err(error) = ready {
            (self.operation, self.subjects) = logged;
            // It failed before the entry could stay: that it was tried is said still.
            _ = self.abandon("failed");
            return Err(error);
        }
        if let Err(error) = self.commit_connection() {
            (self.operation, self.subjects) = logged;
            self.erased = false;
            _ = self.end(false);
            _ = self.log_apart("failed");
            return Err(error);
        }
        let Some(mut connection) = self.end(true) else { return Ok(!self.erased) };
        let scrubbed = self.ledger.database.scrub(self.municipality, connection.as_mut());
        self.ledger.database.give_back(self.municipality, self.mode, Some(connection));
        Ok(scrubbed)
    }

    /// Ends the session with an entry that says of the operation that it has begun.
    pub(super) fn announce(self) -> Result<(), LedgerError> {
        self.close("begun")
    }

    /// Ends the session with nothing but an entry of this outcome.
    pub(super) fn close(mut self, outcome: &'static str) -> Result<(), LedgerError> {
        self.abandon(outcome)
    }

    /// Lets a session read what an entry was written for.
    pub(super) fn announced(&mut self) {
        self.announced = true;
    }

    /// Takes over, for the entry, whom another session has read data of.
    pub(super) fn concerns_those_of(&mut self, other: &mut Session<'_>) {
        self.subjects = core::mem::take(&mut other.subjects);
    }

    /// Ends the operation without any effect but its audit entry, which says why.
    ///
    /// # Errors
    /// Where the entry cannot be written.
    pub fn refuse(mut self, outcome: Code) -> Result<(), LedgerError> {
        self.abandon(outcome.name())
    }

    /// Undoes everything and writes the entry alone.
    fn abandon(&mut self, outcome: &'static str) -> Result<(), LedgerError> {
        let (municipality, mode) = (self.municipality, self.mode);
        self.erased = false;
        self.pending.clear();
        self.failed = false;
        let logged = (self.operation.clone(), self.subjects.clone());
        let result = (|| {
            let connection = self.connection()?;
            connection.rollback()?;
            if self.operation.is_some() {
                let connection = self.connection()?;
                connection.begin(municipality, mode)?;
                self.log_alone(outcome)?;
            }
            Ok(())
        })();
        _ = self.end(result.is_ok());
        match result {
            // Such as when somebody else's part took the transaction with it.
            Err(error @ LedgerError::Unavailable { .. }) if logged.0.is_some() => {
                (self.operation, self.subjects) = logged;
                self.log_apart(outcome).map_err(|_| error)
            }
            result => result,
        }
    }

    /// Writes the entry, and what stays of an operation that came to nothing.
    fn log_alone(&mut self, outcome: &'static str) -> Result<(), LedgerError> {
        self.use_up_challenge()?;
        self.log(Some(outcome))?;
        self.commit_connection()
    }

    /// Says of an operation whose transaction was lost, and with it the entry, that it was tried: in a transaction that
    /// is shared with nobody.
    fn log_apart(&mut self, outcome: &'static str) -> Result<(), LedgerError> {
        let Some(operation) = self.operation.take() else { return Ok(()) };
        let mut session = Session::begin(self.ledger, self.municipality, Mode::Write, Some(operation))?;
        session.subjects = core::mem::take(&mut self.subjects);
        session.used = self.used.take();
        let result = match self.entry.take().map_or(Ok(false), |(sequence, hash)| session.has_entry(sequence, &hash)) {
            // The connection failed after the transaction was committed.
            Ok(true) => Ok(()),
            Ok(false) => session.log_alone(outcome),
            Err(error) => Err(error),
        };
        // Tried once: what fails again is not tried for ever.
        session.operation = None;
        _ = session.end(result.is_ok());
        result
    }

    fn commit_connection(&mut self) -> Result<(), LedgerError> {
        self.connection()?;
        let Some(connection) = self.connection.take() else { return Ok(()) };
        // What is to be scrubbed afterwards is handed over to nobody.
        let mode = if self.erased { Mode::Write } else { self.mode };
        let (connection, done) = self.ledger.database.commit(self.municipality, mode, connection);
        self.connection = connection;
        done
    }

    /// Appends the audit entry, once.
    fn log(&mut self, outcome: Option<&'static str>) -> Result<(), LedgerError> {
        let Some((operation, now)) = self.operation.take() else { return Ok(()) };
        let subjects = core::mem::take(&mut self.subjects);
        self.entry = Some(self.append_audit(&operation, &subjects, outcome.unwrap_or("done"), now)?);
        Ok(())
    }

    /// Notes an erasure or a revocation for the journal.
    pub(crate) fn journal(&mut self, entry: JournalEntry) {
        self.pending.push(entry);
    }

    /// The journal is on the disk before the database is: what is restored afterwards is erased and revoked again,
    /// whether or not this commit was the last thing that happened.
    fn write_journal(&mut self) -> Result<(), LedgerError> {
        let pending = core::mem::take(&mut self.pending);
        if pending.is_empty() {
            return Ok(());
        }
        self.ledger.journal.append(&self.keys, &pending).map_err(|_| LedgerError::Journal)
    }

    /// Gives the connection back, or keeps it for a moment more where files are to be scrubbed.
    fn end(&mut self, sound: bool) -> Option<Box<dyn Connection>> {
        let mut connection = self.connection.take()?;
        // What goes on within a transaction then is the part of others, which does not depend on this one.
        let sound = connection.rollback().is_ok() && (sound || connection.is_within());
        if sound && self.erased {
            return Some(connection);
        }
        self.ledger.database.give_back(self.municipality, self.mode, sound.then_some(connection));
        None
    }

    pub(crate) fn connection(&mut self) -> Result<&mut dyn Connection, LedgerError> {
        match &mut self.connection {
            Some(connection) => Ok(connection.as_mut()),
            None => Err(LedgerError::Unavailable { reason: "the session has ended".into() }),
        }
    }

    pub(crate) const fn ledger(&self) -> &'l Ledger {
        self.ledger
    }

    /// What every reading and writing of personal data begins with.
    pub(crate) fn touch(&mut self, subject: Option<&InternalNumber>) -> Result<(), LedgerError> {
        if self.operation.is_none() && !self.announced {
            return Err(LedgerError::NotLogged);
        }
        if let Some(subject) = subject {
            self.subjects.add(subject);
        }
        Ok(())
    }

    /// Whom this session has read of.
    pub(crate) fn concerns(&mut self, subjects: Subjects) -> Result<(), LedgerError> {
        self.touch(None)?;
        self.subjects = subjects;
        Ok(())
    }

    /// The application or certificate that the audit entry names: one that there is.
    pub(crate) fn touch_object(&mut self, id: &str) {
        self.subjects.add_object(id);
    }

    /// So many more people whom the audit entry does not name.
    pub(crate) fn touch_unnamed(&mut self, count: u64) -> Result<(), LedgerError> {
        self.touch(None)?;
        self.subjects.add_unnamed(count);
        Ok(())
    }

    /// What is done, and by whom; a quiet session has none.
    pub(crate) fn operation(&self) -> Result<&Operation, LedgerError> {
        self.operation.as_ref().map(|(operation, _)| operation).ok_or(LedgerError::NotLogged)
    }

    /// The time of the operation; a quiet session has none.
    pub(crate) fn now(&self) -> Result<Timestamp, LedgerError> {
        self.operation.as_ref().map(|(_, now)| *now).ok_or(LedgerError::NotLogged)
    }

    /// Runs a statement whose first value, `?1`, is the municipality.
    pub(crate) fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, LedgerError> {
        if self.failed {
            // SQLite may have ended the transaction, and would write this one for itself.
            return Err(LedgerError::AlreadyFailed);
        }
        let municipality = self.spoken_of;
        let result = self.connection()?.execute(sql, &with(&municipality, values));
        self.failed |= result.is_err();
        result
    }

    /// Runs a query whose first value, `?1`, is the municipality.
    pub(crate) fn each(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Row) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let municipality = self.spoken_of;
        let result = self.connection()?.query(sql, &with(&municipality, values), each);
        self.failed |= result.is_err();
        result
    }

    /// The rows of such a query that are few.
    pub(crate) fn rows(
        &mut self,
        place: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, LedgerError> {
        let mut rows = Vec::new();
        self.each(sql, values, &mut |row| {
            rows.push(row.of(place));
            Ok(())
        })?;
        Ok(rows)
    }

    /// The row of such a query that has one at most.
    pub(crate) fn row(
        &mut self,
        place: &'static str,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<Option<Row>, LedgerError> {
        Ok(self.rows(place, sql, values)?.into_iter().next())
    }

    /// Seals data for a row that is kept until a date.
    pub(super) fn seal(
        &mut self,
        table: &'static str,
        row: &[u8],
        retain_until: Date,
        data: &[u8],
    ) -> Result<Sealed, LedgerError> {
        let period = Period::of(retain_until);
        if !self.periods.contains_key(&period) {
            let key = self.find_or_make_period_key(period)?;
            self.periods.insert(period, key);
        }
        let random = Arc::clone(&self.ledger.random);
        let key = self.periods.get(&period).ok_or(LedgerError::Corrupt { place: "period_key" })?;
        Ok(key.seal(Place { table, row }, data, &*random)?)
    }

    /// Opens what was sealed for a row that is kept until a date, given in days since 1970.
    pub(super) fn open(
        &mut self,
        table: &'static str,
        row: &[u8],
        retain_until: i64,
        wrapped_key: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, LedgerError> {
        let corrupt = LedgerError::Corrupt { place: table };
        let date = Date::from_days_since_epoch(retain_until).map_err(|_| corrupt)?;
        let period = Period::of(date);
        if !self.periods.contains_key(&period) {
            let key = self.find_period_key(period)?.ok_or(LedgerError::Corrupt { place: "period_key" })?;
            self.periods.insert(period, key);
        }
        let key = self.periods.get(&period).ok_or(LedgerError::Corrupt { place: "period_key" })?;
        Ok(key.open(Place { table, row }, wrapped_key, sealed)?)
    }

    fn find_period_key(&mut self, period: Period) -> Result<Option<PeriodKey>, LedgerError> {
        const FIND: &str = "SELECT wrapped FROM period_key WHERE municipality = ?1 AND period = ?2";
        let Some(mut row) = self.row("period_key", FIND, &[i64::from(period.year()).into()])? else {
            return Ok(None);
        };
        Ok(Some(self.keys.open_period_key(period, &row.bytes()?)?))
    }

    fn find_or_make_period_key(&mut self, period: Period) -> Result<PeriodKey, LedgerError> {
        if let Some(key) = self.find_period_key(period)? {
            return Ok(key);
        }
        // Where another master key has taken this one's place, a process that goes on with this one makes nothing new.
        self.find_period_keys()?;
        let keys = Arc::clone(&self.keys);
        self.make_period_key(period, &keys)
    }

    fn make_period_key(&mut self, period: Period, keys: &MunicipalityKeys) -> Result<PeriodKey, LedgerError> {
        const PUT: &str = "INSERT INTO period_key (municipality, period, wrapped) VALUES (?1, ?2, ?3)";
        let (key, wrapped) = keys.new_period_key(period, &*self.ledger.random)?;
        self.execute(PUT, &[i64::from(period.year()).into(), (&wrapped).into()])?;
        Ok(key)
    }

    /// Whether nothing was ever written. The chain's own row is there from the beginning.
    pub(crate) fn is_empty(&mut self) -> Result<bool, LedgerError> {
        let mut rows = 0;
        for table in TABLES.iter().filter(|table| table.name != "chain") {
            self.each(table.any, &[], &mut |_| {
                rows += 1;
                Ok(())
            })?;
        }
        Ok(rows == 0)
    }

    /// Opens every period key: whether this master key is the ledger's.
    pub(crate) fn find_period_keys(&mut self) -> Result<(), LedgerError> {
        const ALL: &str = "SELECT period, wrapped FROM period_key WHERE municipality = ?1";
        for mut row in self.rows("period_key", ALL, &[])? {
            let year = u16::try_from(row.integer()?).map_err(|_| LedgerError::Corrupt { place: "period_key" })?;
            self.keys.open_period_key(Period::of_year(year), &row.bytes()?)?;
        }
        Ok(())
    }

    /// Ends the session as if it had never been, without an audit entry: of an operation that cannot have read anything.
    pub(crate) fn forget(mut self) {
        self.operation = None;
    }

    /// Wraps every period key with other keys, unless they have wrapped it already.
    pub(super) fn wrap_period_keys(&mut self, new: &MunicipalityKeys) -> Result<KeyChange, LedgerError> {
        const ALL: &str = "SELECT period, wrapped FROM period_key WHERE municipality = ?1";
        const PUT: &str = "UPDATE period_key SET wrapped = ?3 WHERE municipality = ?1 AND period = ?2";
        let mut change = KeyChange::default();
        let rows = self.rows("period_key", ALL, &[])?;
        if rows.is_empty() {
            // Otherwise nothing would tell a process that goes on with the old key that it is not the ledger's.
            let this_year = Period::of(in_japan(self.now()?).date());
            self.make_period_key(this_year, new)?;
        }
        for mut row in rows {
            let (year, wrapped) = (row.integer()?, row.bytes()?);
            let period = u16::try_from(year).map_err(|_| LedgerError::Corrupt { place: "period_key" })?;
            let period = Period::of_year(period);
            match self.keys.open_period_key(period, &wrapped) {
                Ok(key) => {
                    let wrapped = new.wrap_period_key(&key, &*self.ledger.random)?;
                    self.execute(PUT, &[year.into(), (&wrapped).into()])?;
                    change.wrapped += 1;
                }
                Err(error) => {
                    new.open_period_key(period, &wrapped).map_err(|_| error)?;
                    change.already += 1;
                }
            }
        }
        // The old wrapping must not stay in files.
        self.erased = true;
        Ok(change)
    }

    /// Makes the statements of this session speak of another municipality, without changing what the database was
    /// told: what remains is the database's own separation.
    #[cfg(test)]
    pub(crate) fn speak_of(&mut self, municipality: MunicipalityCode) {
        self.spoken_of = municipality;
    }
}

fn with<'v>(municipality: &'v MunicipalityCode, values: &[Value<'v>]) -> Vec<Value<'v>> {
    let mut all = Vec::with_capacity(values.len() + 1);
    all.push(Value::Text(municipality.as_str()));
    all.extend_from_slice(values);
    all
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        if self.connection.is_some() {
            // There is nobody to tell; what was read and not logged is the worst that can come of it, on a database
            // that fails.
            _ = self.abandon("abandoned");
        }
    }
}

impl fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({})", self.municipality)
    }
}
