//! What the tests of several modules share.

use tegata::crypto::{RandomError, SecureRandom};

/// The operating system's source of randomness.
#[derive(Debug)]
pub(crate) struct OsRandom;

impl SecureRandom for OsRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|_| RandomError)
    }
}
