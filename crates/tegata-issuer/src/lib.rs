//! The issuing workflow: what a municipality needs to issue certificates and to answer for each of them.
//!
//! [`vault`] seals personal data with a key a record. A [`ledger`] keeps records, issues and revocations of
//! municipalities apart from one another, in SQLite or PostgreSQL; each operation stands in an [`audit`] log, in the
//! same transaction. [`backup`] takes a ledger away and brings it back without bringing back what was erased.
//!
//! Nothing here reads a clock or the environment: the time, the keys and the source of randomness are arguments.

pub mod audit;
pub mod backup;
pub mod exchange;
pub mod ledger;
pub mod matching;
pub mod record;
pub mod retention;
pub mod vault;

mod armour;

#[cfg(test)]
mod testing;
