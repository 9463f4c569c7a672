//! PostgreSQL: one database for many nodes, which keeps municipalities apart by itself.
//!
//! The tables belong to one role and the program logs in as another, which owns nothing and cannot pass over row-level
//! security; [`Ledger::open_postgres`](super::Ledger::open_postgres) refuses any other. Each transaction says whose it is
//! (`SET LOCAL tegata.municipality`), and the policies of every table show and take that municipality's rows alone; where
//! nothing was said, none.
//!
//! What is deleted is overwritten by the database's own vacuum, later, and stays in its write-ahead log until that is
//! recycled: sealed, under a row key that was deleted with it. The keys of whole years make it unreadable in any case.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, SimpleQueryMessage, Statement};
use tegata::model::MunicipalityCode;

use super::connection::{Column, Connection, Database, Mode, Row, Value};
use super::postgres_tls::Route;
use super::{LedgerError, schema};
use crate::audit::genesis;

/// Connections that are kept open.
const KEPT_CONNECTIONS: usize = 8;

/// Makes the tables in a database, and gives the program's role what it needs. To be run once, as the role that shall
/// own the tables; the program's role exists already.
///
/// # Errors
/// [`LedgerError::Duplicate`] where they are there, [`LedgerError::InvalidValue`] for a name that is no plain name of
/// a role (letters, digits and underscores), [`LedgerError::Unavailable`].
pub fn set_up(connection: &str, role: &str) -> Result<(), LedgerError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if role.len() > 63 || !role.bytes().all(plain) || role.bytes().next().is_none_or(|first| first.is_ascii_digit()) {
        return Err(LedgerError::InvalidValue { field: "role" });
    }
    let mut client = Route::parse(connection)?.connect().map_err(|error| failed(&error))?;
    let sql = format!("BEGIN;\n{}COMMIT;", schema::postgres(role));
    client.batch_execute(&sql).map_err(|error| match error.code() {
        Some(code) if *code == SqlState::DUPLICATE_SCHEMA => LedgerError::Duplicate,
        _ => failed(&error),
    })
}

/// The database.
pub(super) struct Postgres {
    route: Route,
    free: Mutex<Vec<Box<dyn Connection>>>,
}

impl Postgres {
    pub(super) fn open(connection: &str) -> Result<Self, LedgerError> {
        let database = Self { route: Route::parse(connection)?, free: Mutex::default() };
        let mut connection = database.connect()?;
        connection.check_version()?;
        connection.check_separation()?;
        database.free().push(Box::new(connection));
        Ok(database)
    }

    fn connect(&self) -> Result<PostgresConnection, LedgerError> {
        let mut client = self.route.connect().map_err(|error| failed(&error))?;
        // Whatever the server's defaults are: what was acknowledged is on the disk.
        let settings = "SET search_path TO tegata; SET synchronous_commit TO on; SET lock_timeout TO '30s';";
        client.batch_execute(settings).map_err(|error| failed(&error))?;
        Ok(PostgresConnection { client, statements: HashMap::new(), within: false })
    }

    fn free(&self) -> MutexGuard<'_, Vec<Box<dyn Connection>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Database for Postgres {
    fn exists(&self, municipality: MunicipalityCode) -> Result<bool, LedgerError> {
        match self.take(municipality, Mode::Read) {
            Ok(mut connection) => {
                let begun = connection.begin(municipality, Mode::Read);
                let sound = connection.rollback().is_ok();
                self.give_back(municipality, Mode::Read, sound.then_some(connection));
                match begun {
                    Ok(()) => Ok(true),
                    Err(LedgerError::NotFound) => Ok(false),
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    fn create(&self, municipality: MunicipalityCode) -> Result<(), LedgerError> {
        let mut connection = self.connect()?;
        let sql = format!(
            "BEGIN; SET LOCAL tegata.municipality = '{municipality}'; \
             INSERT INTO chain VALUES ('{municipality}', 0, '\\x{}'); COMMIT;",
            genesis(municipality).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        );
        connection.client.batch_execute(&sql).map_err(|error| failed(&error))
    }

    fn take(&self, _: MunicipalityCode, _: Mode) -> Result<Box<dyn Connection>, LedgerError> {
        let free = self.free().pop();
        match free {
            Some(connection) if connection.is_usable() => Ok(connection),
            _ => Ok(Box::new(self.connect()?)),
        }
    }

    fn give_back(&self, _: MunicipalityCode, _: Mode, connection: Option<Box<dyn Connection>>) {
        let mut free = self.free();
        if let Some(connection) = connection.filter(|_| free.len() < KEPT_CONNECTIONS) {
            free.push(connection);
        }
    }
}

/// One connection.
struct PostgresConnection {
    client: Client,
    /// What was prepared before.
    statements: HashMap<&'static str, Statement>,
    /// Whether a transaction goes on.
    within: bool,
}

impl PostgresConnection {
    fn check_version(&mut self) -> Result<(), LedgerError> {
        let row = self.client.query_one("SELECT version FROM version", &[]).map_err(|error| failed(&error))?;
        match row.try_get::<_, i64>(0) {
            Ok(schema::VERSION) => Ok(()),
            Ok(version) if version > schema::VERSION => Err(LedgerError::VersionUnsupported),
            _ => Err(LedgerError::Corrupt { place: "version" }),
        }
    }

    /// That the role cannot pass over the policies, and that every table has one.
    fn check_separation(&mut self) -> Result<(), LedgerError> {
        const CHECKS: [(&str, &str); 4] = [
            ("superuser", "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"),
            ("bypassrls", "SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user"),
            (
                "owner of tables",
                "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'tegata'::regnamespace \
                 AND pg_has_role(current_user, relowner, 'MEMBER'))",
            ),
            (
                "table without row-level security",
                "SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'tegata'::regnamespace AND relkind = 'r' \
                 AND relname <> 'version' AND NOT (relrowsecurity AND relforcerowsecurity))",
            ),
        ];
        for (right, sql) in CHECKS {
            let row = self.client.query_one(sql, &[]).map_err(|error| failed(&error))?;
            if !matches!(row.try_get(0), Ok(false)) {
                return Err(LedgerError::NotSeparated { right });
            }
        }
        Ok(())
    }

    fn statement(&mut self, sql: &'static str) -> Result<Statement, LedgerError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&sql.replace('?', "$")).map_err(|error| failed(&error))?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }
}

impl Connection for PostgresConnection {
    fn begin(&mut self, municipality: MunicipalityCode, mode: Mode) -> Result<(), LedgerError> {
        // A code is six digits, so that it can stand in the statement; all of it is one exchange with the server.
        let (kind, lock) = match mode {
            Mode::Read => ("ISOLATION LEVEL REPEATABLE READ READ ONLY", ""),
            Mode::Write | Mode::WriteTogether | Mode::WriteAhead => {
                ("ISOLATION LEVEL READ COMMITTED READ WRITE", " FOR UPDATE")
            }
        };
        // One log has the commits of all connections in their order: a later one that waits for the disk takes this
        // one along.
        let ahead = if mode == Mode::WriteAhead { "SET LOCAL synchronous_commit TO off; " } else { "" };
        let sql = format!(
            "BEGIN {kind}; {ahead}SET LOCAL tegata.municipality = '{municipality}'; \
             SELECT sequence FROM chain WHERE municipality = '{municipality}'{lock}"
        );
        self.within = true;
        let answer = self.client.simple_query(&sql).map_err(|error| failed(&error))?;
        if answer.iter().any(|message| matches!(message, SimpleQueryMessage::Row(_))) {
            Ok(())
        } else {
            Err(LedgerError::NotFound)
        }
    }

    fn commit(&mut self) -> Result<(), LedgerError> {
        self.within = false;
        self.client.batch_execute("COMMIT").map_err(|error| failed(&error))
    }

    fn rollback(&mut self) -> Result<(), LedgerError> {
        if !core::mem::take(&mut self.within) {
            return Ok(());
        }
        self.client.batch_execute("ROLLBACK").map_err(|error| failed(&error))
    }

    fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, LedgerError> {
        let statement = self.statement(sql)?;
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| -> &(dyn ToSql + Sync) { value }).collect();
        self.client.execute(&statement, &values).map_err(|error| failed(&error))
    }

    fn query(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Row) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let statement = self.statement(sql)?;
        let mut rows = self.client.query_raw(&statement, values).map_err(|error| failed(&error))?;
        while let Some(row) = rows.next().map_err(|error| failed(&error))? {
            let column = |(index, column): (usize, &postgres::Column)| match *column.type_() {
                Type::INT8 => row.try_get::<_, Option<i64>>(index).map(|value| value.map(Column::Integer)),
                Type::TEXT => row.try_get::<_, Option<String>>(index).map(|value| value.map(Column::Text)),
                _ => row.try_get::<_, Option<Vec<u8>>>(index).map(|value| value.map(Column::Bytes)),
            };
            let columns = row.columns().iter().enumerate().map(column);
            let columns = columns.map(|value| value.map(|value| value.unwrap_or(Column::Null)));
            let columns: Result<Vec<_>, _> = columns.collect();
            each(Row::new(columns.map_err(|_| LedgerError::Corrupt { place: "type" })?))?;
        }
        Ok(())
    }

    fn is_usable(&self) -> bool {
        !self.client.is_closed()
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn core::error::Error + Sync + Send>> {
        match (self, kind) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Integer(number), &Type::INT8) => number.to_sql(kind, out),
            (Self::Text(text), &Type::TEXT) => text.to_sql(kind, out),
            (Self::Bytes(bytes), &Type::BYTEA) => bytes.to_sql(kind, out),
            _ => Err("a value of another type than the statement's".into()),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    to_sql_checked!();
}

/// What PostgreSQL said, as its code alone: its messages quote values.
fn failed(error: &postgres::Error) -> LedgerError {
    let busy = [SqlState::LOCK_NOT_AVAILABLE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE];
    match error.code() {
        Some(code) if *code == SqlState::UNIQUE_VIOLATION => LedgerError::Duplicate,
        Some(code) if busy.contains(code) => LedgerError::Busy,
        // Such as a zero byte, which no text here may have.
        Some(code) if *code == SqlState::CHARACTER_NOT_IN_REPERTOIRE => LedgerError::InvalidValue { field: "text" },
        Some(code) => unavailable(format!("postgresql: {}", code.code())),
        None if error.is_closed() => unavailable("postgresql closed the connection"),
        None => unavailable("postgresql cannot be reached, or refused the statement"),
    }
}

pub(super) fn unavailable(reason: impl Into<Cow<'static, str>>) -> LedgerError {
    LedgerError::Unavailable { reason: reason.into() }
}
