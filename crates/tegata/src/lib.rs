//! Issue and verify vaccination certificates that nobody can forge.

pub mod codec;
pub mod cose;
pub mod crypto;
pub mod format;
pub mod model;
pub mod report;
pub mod time;
pub mod x509;
