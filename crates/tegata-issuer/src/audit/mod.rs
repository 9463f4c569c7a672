//! The audit log: who did what to whose data, when, where from and why; append-only, chained, and its heads signed.
//!
//! Each entry holds the SHA-256 of the one before it, so that an entry cannot be changed, removed or moved without
//! changing every hash after it. Whoever can write the database can compute those hashes anew; therefore the last hash, the
//! *head*, is signed at intervals with a key of the municipality and taken elsewhere ([`SignedHead`]). A log that agrees
//! with a head is unchanged and whole up to it.
//!
//! ```text
//! hash(0) = SHA-256("tegata audit chain 1" 00 ‖ municipality)
//! hash(n) = SHA-256("tegata audit entry 1" 00 ‖ hash(n − 1) ‖ entry(n))
//! ```
//!
//! An entry is deterministic CBOR (RFC 8949 §4.2.1), see `docs/audit-log.cddl`. It holds no personal data but internal
//! numbers (宛名番号), and the names of staff.

mod chain;
mod entry;
mod error;
mod head;
mod operation;
mod reading;
mod verify;

#[cfg(test)]
mod tests;

pub use entry::Entry;
pub use error::AuditError;
pub use head::{Head, SignedHead};
pub use operation::{Operation, Operator, REASON_MAX_CHARS, STAFF_MAX_CHARS};
pub use reading::{MAX_LISTED, keep_head, list, sign_head, verify, verify_for_operator, whole_head};
pub use verify::Verified;

pub(crate) use chain::genesis;
pub(crate) use operation::{Subjects, is_plain, is_same_account};

#[cfg(test)]
pub(crate) use tests::CASES;
