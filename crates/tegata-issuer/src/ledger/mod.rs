//! The ledger: records, issues, revocations and the audit log of municipalities, each apart from the others.
//!
//! A [`Session`] is one operation on one municipality in one transaction, and the only way to read or write. It is
//! begun with the [`Operation`](crate::audit::Operation) that somebody does, and whatever becomes of it stands in the audit log:
//! [`Session::commit`] writes the entry in the same transaction, [`Session::refuse`] leaves nothing but the entry.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use tegata::crypto::{RandomError, SecureRandom};
//! # struct Os;
//! # impl SecureRandom for Os { fn fill(&self, b: &mut [u8]) -> Result<(), RandomError> { getrandom::fill(b).map_err(|_| RandomError) } }
//! use std::sync::Arc;
//! use tegata::Timestamp;
//! use tegata::model::MunicipalityCode;
//! use tegata_issuer::audit::{Operation, Operator};
//! use tegata_issuer::ledger::Ledger;
//! use tegata_issuer::record::InternalNumber;
//! use tegata_issuer::vault::MasterKey;
//!
//! let folder = tempfile::tempdir()?;
//! let ledger = Ledger::open_sqlite(folder.path(), MasterKey::generate(&Os)?, Arc::new(Os))?;
//! let municipality = MunicipalityCode::parse("131202").ok_or("no municipality")?;
//! ledger.create(municipality)?;
//!
//! let clerk = Operator::new("sato", "市民課", "counter-3")?;
//! let now = Timestamp::parse_rfc3339("2026-11-21T09:00:00+09:00")?;
//! let mut session = ledger.begin(municipality, Operation::new("look-up", clerk, "電話照会")?, now)?;
//! let found = session.resident(&InternalNumber::parse("4711").ok_or("no number")?)?;
//! session.commit()?;
//! assert!(found.is_none());
//! # Ok(())
//! # }
//! ```
//!
//! **SQLite** (the default) keeps a file a municipality, with a write-ahead log and full synchronisation: what
//! [`Session::commit`] acknowledged survives a loss of power. **PostgreSQL** serves several nodes; there the separation
//! of municipalities is enforced a second time, by row-level security (see [`postgres`]). Both run the same statements.
//!
//! What takes longer than a transaction, such as an export, is an [`Undertaking`]: its beginning and its end stand in the
//! log, the first before anything is read.
//!
//! Writing sessions of one municipality run one after another, on PostgreSQL too: the audit log is one chain. Those of
//! [`Ledger::begin_together`] share the commit in SQLite, if several wait. Verify cards and sign certificates before a
//! session is begun, not within.

mod account;
mod application;
mod challenge;
mod connection;
mod erase;
mod error;
mod idempotency;
mod issue;
mod open;
pub mod postgres;
mod postgres_tls;
mod resident;
mod revocation;
mod schema;
mod session;
mod sqlite;
mod staff_session;
mod together;
mod undertaking;
mod vaccination;

#[cfg(test)]
pub(crate) mod tests;

pub use account::Account;
pub use application::{StoredApplication, WaitingApplication};
pub use challenge::{ChallengeBinding, MAX_CHALLENGE_BYTES};
pub use erase::Erased;
pub use error::LedgerError;
pub use idempotency::{IdempotencyKey, Replay};
pub use open::{KeyChange, Ledger};
pub use revocation::{REASON_MAX_CHARS, Revocation};
pub use session::Session;
pub(crate) use staff_session::StaffSession;
pub use undertaking::Undertaking;

pub(crate) use connection::{Column, Row, Value};
pub(crate) use schema::TABLES;
