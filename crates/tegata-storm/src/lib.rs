//! What tests share in which processes are killed: a private PostgreSQL [`Cluster`], and the [`Account`] of what was
//! acknowledged.
//!
//! Not for anything but tests: a broken expectation panics.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a broken expectation must stop the test")]
#![forbid(unsafe_code)]

mod account;
#[cfg(unix)]
mod cluster;

pub use account::{Account, random_below, rounds};
#[cfg(unix)]
pub use cluster::{APP, Address, Cluster, OWNER};
