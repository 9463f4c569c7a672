//! The EU Digital COVID Certificate (DCC), under hcert key 1: eu-dcc-schema 1.0.0 to 1.3.3.
//!
//! A certificate holds one vaccination, test or recovery. [`check`] reads any of them, strictly as
//! the schema says or leniently as real issuers write; [`DccPayload`] issues a vaccination.

mod check;
mod date;
mod issue;
#[cfg(feature = "outcomes")]
mod read;
mod schema;
#[cfg(feature = "outcomes")]
mod view;

pub(crate) use check::validate;
#[cfg(feature = "outcomes")]
pub use check::{Strictness, check};
pub use issue::{DccMeta, DccPayload, ISSUED_VERSION, NotCarried};
pub use schema::EntryKind;
#[cfg(feature = "outcomes")]
pub use view::{Dcc, DccName, Entry, Recovery, Test, Vaccination};

/// The key of this profile within the health certificate claim (−260).
pub const HCERT_KEY: i64 = 1;

#[cfg(test)]
mod tests;
