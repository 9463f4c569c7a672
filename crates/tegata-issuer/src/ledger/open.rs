//! Opening a ledger, and beginning sessions.

use core::fmt;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tegata::crypto::SecureRandom;
use tegata::model::MunicipalityCode;
use tegata::{Code, Timestamp};

use super::connection::{Database, Mode, Value};
use super::postgres::Postgres;
use super::sqlite::Sqlite;
use super::{LedgerError, Session};
use crate::audit::Operation;
use crate::backup::Journal;
use crate::vault::{MasterKey, MunicipalityKeys};

/// What became of the period keys of a municipality when the master key was changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyChange {
    /// How many were wrapped anew.
    pub wrapped: u64,
    /// How many the new key had wrapped before.
    pub already: u64,
    /// Whether no old copy of what was wrapped anew is left in the files of the database. In SQLite a reader in the way
    /// puts that off until it ends; in PostgreSQL it is the vacuum's, of which nothing is known here.
    pub scrubbed: bool,
}

/// The ledgers of one or more municipalities. Shared freely between threads.
pub struct Ledger {
    pub(super) database: Box<dyn Database>,
    pub(super) random: Arc<dyn SecureRandom>,
    pub(super) journal: Journal,
    master_key: MasterKey,
    keys: Mutex<HashMap<MunicipalityCode, Arc<MunicipalityKeys>>>,
}

impl Ledger {
    /// Opens the folder of ledgers in SQLite; it is made, open to its owner alone, if it is missing. The journal of
    /// erasures and revocations is kept in it too, beside the databases.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`]. A municipality's file is opened by the first session on it.
    pub fn open_sqlite(
        folder: &Path,
        master_key: MasterKey,
        random: Arc<dyn SecureRandom>,
    ) -> Result<Self, LedgerError> {
        let database = Sqlite::open(folder)?;
        Ok(Self::over(Box::new(database), Journal::in_folder(folder), master_key, random))
    }

    /// Opens the ledgers in a PostgreSQL database that [`postgres::set_up`](super::postgres::set_up) prepared, by a
    /// connection string of libpq (`host=/run/postgresql dbname=tegata user=tegata_app`).
    ///
    /// The journal of erasures and revocations is kept in a folder, which must not be on the same disk only, and which
    /// several nodes share.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`], also for a host that is reached over a network, since these connections are not
    /// encrypted; [`LedgerError::NotSeparated`] when the role could pass over the separation of municipalities;
    /// [`LedgerError::VersionUnsupported`].
    pub fn open_postgres(
        connection: &str,
        journal_folder: &Path,
        master_key: MasterKey,
        random: Arc<dyn SecureRandom>,
    ) -> Result<Self, LedgerError> {
        let database = Postgres::open(connection)?;
        Ok(Self::over(Box::new(database), Journal::in_folder(journal_folder), master_key, random))
    }

    pub(super) fn over(
        database: Box<dyn Database>,
        journal: Journal,
        master_key: MasterKey,
        random: Arc<dyn SecureRandom>,
    ) -> Self {
        Self { database, random, journal, master_key, keys: Mutex::default() }
    }

    /// Makes the empty ledger of a municipality, and its journal where there is none.
    ///
    /// # Errors
    /// [`LedgerError::Duplicate`] where there is a ledger, [`LedgerError::Journal`].
    pub fn create(&self, municipality: MunicipalityCode) -> Result<(), LedgerError> {
        self.database.create(municipality)?;
        self.journal.create(municipality).map_err(|_| LedgerError::Journal)
    }

    /// Whether there is a ledger of the municipality.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    pub fn exists(&self, municipality: MunicipalityCode) -> Result<bool, LedgerError> {
        self.database.exists(municipality)
    }

    /// Reads a row of the municipality's ledger, so that whoever looks after it knows that others can.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] where the municipality has no ledger, also any more; [`LedgerError::Unavailable`].
    pub fn is_readable(&self, municipality: MunicipalityCode) -> Result<(), LedgerError> {
        // A file that was opened before can still be read when it is gone.
        if !self.exists(municipality)? {
            return Err(LedgerError::NotFound);
        }
        let mut connection = self.database.take(municipality, Mode::Read)?;
        let mut rows = 0;
        let read = connection.begin(municipality, Mode::Read).and_then(|()| {
            let chain = "SELECT sequence FROM chain WHERE municipality = ?1";
            connection.query(chain, &[Value::Text(municipality.as_str())], &mut |mut row| {
                rows += 1;
                row.integer().map(|_| ())
            })
        });
        let ended = connection.rollback();
        let sound = read.is_ok() && ended.is_ok();
        self.database.give_back(municipality, Mode::Read, sound.then_some(connection));
        read.and(ended)?;
        if rows == 1 { Ok(()) } else { Err(LedgerError::Corrupt { place: "chain" }) }
    }

    /// Begins an operation. Other writers of this municipality wait until the session has ended, so that nothing slow
    /// belongs in between.
    ///
    /// # Errors
    /// [`LedgerError::Busy`] when its turn does not come for half a minute, [`LedgerError::NotFound`] where the
    /// municipality has no ledger, [`LedgerError::Unavailable`].
    pub fn begin(
        &self,
        municipality: MunicipalityCode,
        operation: Operation,
        now: Timestamp,
    ) -> Result<Session<'_>, LedgerError> {
        Session::begin(self, municipality, Mode::Write, Some((operation, now)))
    }

    /// As [`Ledger::begin`], for short operations that many do at a time: where others wait for their turn with such, it
    /// is committed together with them, and acknowledged with them. One that is refused undoes nothing of theirs.
    ///
    /// # Errors
    /// As [`Ledger::begin`].
    pub fn begin_together(
        &self,
        municipality: MunicipalityCode,
        operation: Operation,
        now: Timestamp,
    ) -> Result<Session<'_>, LedgerError> {
        Session::begin(self, municipality, Mode::WriteTogether, Some((operation, now)))
    }

    /// Begins a session that leaves no audit entry, and reads and writes no personal data: challenges, accounts,
    /// revocations. What is personal answers [`LedgerError::NotLogged`].
    ///
    /// # Errors
    /// As [`Ledger::begin`].
    pub fn begin_quiet(&self, municipality: MunicipalityCode) -> Result<Session<'_>, LedgerError> {
        Session::begin(self, municipality, Mode::Write, None)
    }

    /// As [`Ledger::begin_quiet`], for giving out challenges alone: what is committed survives a failure of power from
    /// the next commit of another kind on. A challenge that is lost is asked for again; that one was used belongs to
    /// the operation that used it.
    ///
    /// # Errors
    /// As [`Ledger::begin`].
    pub fn begin_challenge(&self, municipality: MunicipalityCode) -> Result<Session<'_>, LedgerError> {
        Session::begin(self, municipality, Mode::WriteAhead, None)
    }

    /// Begins a session on the state of this moment that writes nothing, for as long as it takes: nobody waits for it.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] where the municipality has no ledger, [`LedgerError::Unavailable`].
    pub fn begin_reading(&self, municipality: MunicipalityCode) -> Result<Session<'_>, LedgerError> {
        Session::begin(self, municipality, Mode::Read, None)
    }

    /// The keys of a municipality: its hashes of numbers among them.
    #[must_use]
    pub fn keys(&self, municipality: MunicipalityCode) -> Arc<MunicipalityKeys> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(self.master_key.municipality(municipality));
        Arc::clone(keys.entry(municipality).or_insert_with(new))
    }

    /// The journal of erasures and revocations, which is kept beside the database and is no part of a backup.
    #[must_use]
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Wraps everything of a municipality with another master key, a [successor](MasterKey::successor) of this one, in
    /// one transaction: the period keys alone, so that it takes no longer for a city than for a village. Afterwards the
    /// ledger opens with the new key alone, and a backup from before with this one. This one goes on with the new key;
    /// another process that has the ledger open is to be started anew, and makes nothing new until then.
    ///
    /// What is wrapped with the new key already stays as it is, so that a change that was interrupted between two
    /// municipalities is begun again with both.
    ///
    /// # Errors
    /// [`LedgerError::InvalidValue`] for this key itself, and for one that is no successor: nothing would be found with
    /// it any more. Those of sessions; nothing has changed then.
    pub fn change_master_key(
        &self,
        municipality: MunicipalityCode,
        new: &MasterKey,
        operation: Operation,
        now: Timestamp,
    ) -> Result<KeyChange, LedgerError> {
        let new = Arc::new(new.municipality(municipality));
        let mut session = self.begin(municipality, operation, now)?;
        // Those of now, when nobody else changes them.
        let old = session.shared_keys();
        if !old.finds_what(&new) || old.wraps_as(&new) {
            session.refuse(Code::LedgerInvalidValue)?;
            return Err(LedgerError::InvalidValue { field: "master_key" });
        }
        let mut change = session.wrap_period_keys(&new)?;
        // Whoever waits for this session goes on with the new key.
        self.set_keys(municipality, new);
        change.scrubbed = session.commit_and_scrub().inspect_err(|_| self.set_keys(municipality, old))?;
        Ok(change)
    }

    fn set_keys(&self, municipality: MunicipalityCode, new: Arc<MunicipalityKeys>) {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(municipality, new);
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").finish_non_exhaustive()
    }
}

/// A ledger is shared between threads.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Ledger>();
};
