//! What a municipality keeps of a person: the row of the record as types.
//!
//! A [`Resident`] is a person in the register with what only matching needs, a [`Vaccination`] one dose of theirs, an
//! [`Issue`] the history of one certificate with the passport data it was issued with. An individual number (個人番号)
//! stands in none of them: it is a [`NumberHash`](tegata::model::NumberHash), or nothing.
//!
//! What the ledger shows to its database is in the outer fields (the internal number, keyed hashes, the certificate
//! ID and dates of issues); everything else stands in a type that is [`Sealable`], and goes there encrypted.

mod channel;
mod decision;
mod internal_number;
mod issue;
mod passport;
mod resident;
mod sealable;
mod vaccination;
mod voucher;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

pub use channel::Channel;
pub use decision::{Authority, CheckedEvidence, Decision, Document, MAX_DOCUMENTS};
pub use internal_number::{INTERNAL_NUMBER_MAX_CHARS, InternalNumber};
pub use issue::{Issue, IssueDetails, RevocationHandle};
pub use passport::PassportData;
pub use resident::{ADDRESS_MAX_CHARS, Flags, REGISTERED_NAME_MAX_CHARS, Resident, ResidentDetails};
pub use sealable::{Sealable, SealedError};
pub use vaccination::{Given, PLACE_MAX_CHARS, Vaccination};
pub use voucher::VoucherNumber;

pub(crate) use sealable::{Fields, Writer};
