//! The provider for programs that should be small: ES256 by tables, and nothing else.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tegata::crypto::{Algorithm, KeyError, PreparedKey, PublicKey, SignatureError, SignatureVerifier};

use crate::key_table::KeyTable;
use crate::tables::Tables;

/// How many tables are kept.
static KEPT: AtomicUsize = AtomicUsize::new(0);

/// ES256 by a table for each key, made at its second signature, without another provider beside it.
///
/// For the first signature a small table is made and dropped, and so for all where no more tables may be kept: up to
/// [`Tables::MAX_TABLES`] are in the whole process. A [`FastProvider`](crate::FastProvider) over no ES256 verifies by this
/// one.
///
/// A table is trusted when its own checks pass. Where they fail there is nobody else to ask: every signature of the key is
/// invalid then.
#[derive(Clone, Copy, Debug)]
pub struct TablesAlone;

impl SignatureVerifier for TablesAlone {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn prepare(&self, key: &PublicKey) -> Result<Box<dyn PreparedKey>, KeyError> {
        let PublicKey::P256(point) = key else { return Err(KeyError::WrongKind) };
        KeyTable::check_key(point).map_err(|_| KeyError::Invalid)?;
        Ok(Box::new(Key { point: *point, used: AtomicBool::new(false), table: OnceLock::new() }))
    }
}

struct Key {
    /// `04 ‖ x ‖ y`.
    point: [u8; 65],
    /// Whether it has verified.
    used: AtomicBool,
    /// Unset before the second signature and where there was no room, none when it failed a check.
    table: OnceLock<Option<KeyTable>>,
}

impl PreparedKey for Key {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        if self.table.get().is_none() && self.used.swap(true, Ordering::Relaxed) {
            // The counter guards no other memory: no ordering with anything else is needed. Where two threads made a table
            // at a time, either will do.
            if KEPT.fetch_add(1, Ordering::Relaxed) >= Tables::MAX_TABLES
                || self.table.set(KeyTable::new(&self.point).ok()).is_err()
            {
                KEPT.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let small;
        let table = match self.table.get() {
            Some(kept) => kept,
            None => {
                small = KeyTable::small(&self.point).ok();
                &small
            }
        };
        // Without one the machine or the compiled code computes wrongly: nothing can be said of any signature.
        table.as_ref().ok_or(SignatureError::Invalid)?.verify(message, signature)
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        if self.table.get().is_some() {
            KEPT.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests;
