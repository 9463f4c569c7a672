//! The issuing workflow: what a municipality needs to issue certificates and to answer for each of them.
//!
//! An [`application`] comes from an app, a kiosk or the counter; its identity is proven, [matched](matching) with the
//! register, and [`issuing`] makes certificates of the record. [`exchange`] imports and exports records,
//! [`municipality`] holds the settings.
//!
//! [`staff`] has accounts, whose roles are asked for in the transaction of what they do.
//!
//! [`vault`] seals personal data with a key a record. A [`ledger`] keeps records, issues and revocations of
//! municipalities apart from one another, in SQLite or PostgreSQL; each operation stands in an [`audit`] log, in the
//! same transaction. [`backup`] takes a ledger away and brings it back without bringing back what was erased.
//!
//! Nothing here reads a clock or the environment: the time, the keys and the source of randomness are arguments.

pub mod application;
pub mod audit;
pub mod backup;
pub mod exchange;
pub mod issuing;
pub mod ledger;
pub mod matching;
pub mod municipality;
pub mod record;
pub mod retention;
pub mod staff;
pub mod vault;

mod armour;

#[cfg(test)]
mod testing;
