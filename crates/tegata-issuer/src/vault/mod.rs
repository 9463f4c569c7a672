//! Sealing of personal data: a key a row, under a key a retention period, under the master key.
//!
//! ```text
//! master key (a file, plain or sealed by a device; never in a database)
//!  ├─ wrapping key of a municipality       derived: HMAC-SHA-256
//!  │   └─ period key                       random; wrapped, one a municipality and year in which retention ends
//!  │       └─ row key                      random, for one sealing; wrapped beside the sealed data
//!  │           └─ personal data            AES-256-GCM, bound to municipality, table, row and period
//!  └─ look-up keys of a municipality       derived: hashes of individual numbers, voucher numbers, passwords …
//! ```
//!
//! Whoever destroys a wrapped row key makes that row unreadable, and whoever destroys a wrapped period key every row
//! whose retention ended in that year, in every copy that was taken without the keys; a backup has them with it. A
//! sealed row that is moved to another place, another person or another municipality does not open there. The length of
//! the data is not hidden.
//!
//! The input of [`PeriodKey::open`] comes from a database and is untrusted.

mod derive;
mod error;
mod lookup;
mod master_key;
mod seal;
#[cfg(test)]
mod tests;

pub use error::VaultError;
pub use lookup::{Lookup, LookupHash};
pub use master_key::{KeyDevice, MASTER_KEY_BYTES, MasterKey, MunicipalityKeys};
pub use seal::{MAX_SEALED_BYTES, Period, PeriodKey, Place, Sealed};
