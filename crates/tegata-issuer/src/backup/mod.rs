//! Backups: a municipality's ledger taken away whole, and brought back without what was erased since.
//!
//! A backup is one file, the same for SQLite and PostgreSQL, so that a ledger moves from one to the other by it. It is
//! taken from the state of one moment while others go on working, and holds what the database holds: personal
//! data sealed, and no key that would open it. A hash keyed by the municipality shows that it is whole and unchanged.
//!
//! What is erased or revoked after a backup stands in the [`Journal`], a file beside the database that is no part of any
//! backup. Restoring does both again: a backup brings nobody back.

mod error;
mod export;
mod frame;
mod journal;
mod restore;

#[cfg(test)]
mod tests;

pub use error::BackupError;
pub use export::Exported;
pub use journal::Journal;
pub use restore::{JournalUse, Restored};

pub(crate) use journal::JournalEntry;

#[cfg(test)]
pub(crate) use tests::CASES;
