//! Payload profiles: what stands in the signed content, and how a record becomes one.
//!
//! Each profile has its place in the health certificate claim (−260): [`dcc`] under 1, [`jp`] under
//! −392, [`dvc`] under −6, [`ddcc`] under 3 and 4, [`health_link`] under 5; the last two are only read. All but the first two are behind the feature
//! `profiles`. To issue, a payload is prepared from a record, which says whatever cannot be expressed,
//! and is then written; to verify, an item that was parsed is read into a typed view. Reading is
//! of untrusted input: it never panics, and its errors name fields of the specification only.

pub(crate) mod content;
pub mod dcc;
#[cfg(feature = "profiles")]
pub mod ddcc;
#[cfg(feature = "profiles")]
pub mod dvc;
mod error;
pub mod hcert;
#[cfg(feature = "profiles")]
pub mod health_link;
pub mod jp;
mod profile;
mod uvci;

pub use error::{ProfileError, ProfileErrorKind, SchemaError, SchemaErrorKind};
pub use profile::Profile;
pub use uvci::{Uvci, UvciError, uvci_check_character};
