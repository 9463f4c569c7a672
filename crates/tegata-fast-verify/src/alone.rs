//! The provider for programs that should be small: ES256 by tables, and nothing else.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use tegata::crypto::{Algorithm, KeyError, PreparedKey, PublicKey, SignatureError, SignatureVerifier};

use crate::key_table::KeyTable;
use crate::tables::Tables;

/// How many tables are kept.
static KEPT: AtomicUsize = AtomicUsize::new(0);

/// ES256 by a table for each key, made at its first signature, without another provider beside it.
///
/// It keeps up to [`Tables::MAX_TABLES`] of them in the whole process; when no more may be kept, one is made for each
/// verification and dropped. A [`FastProvider`](crate::FastProvider) over no ES256 does the same, with a limit of its own.
#[derive(Clone, Copy, Debug)]
pub struct TablesAlone;

impl SignatureVerifier for TablesAlone {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn prepare(&self, key: &PublicKey) -> Result<Box<dyn PreparedKey>, KeyError> {
        let PublicKey::P256(point) = key else { return Err(KeyError::WrongKind) };
        KeyTable::check_key(point).map_err(|_| KeyError::Invalid)?;
        Ok(Box::new(Key { point: *point, table: OnceLock::new() }))
    }
}

struct Key {
    /// `04 ‖ x ‖ y`.
    point: [u8; 65],
    /// Unset before the first signature and where there was no room, none when it failed a check.
    table: OnceLock<Option<KeyTable>>,
}

impl PreparedKey for Key {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        if let Some(kept) = self.table.get() {
            // Without a table the machine or the compiled code computes wrongly: nothing can be said of any signature.
            return kept.as_ref().ok_or(SignatureError::Invalid)?.verify(message, signature);
        }
        let table = KeyTable::new(&self.point).ok();
        let verdict = table.as_ref().ok_or(SignatureError::Invalid)?.verify(message, signature);
        // The counter guards no other memory: no ordering with anything else is needed. Where two threads made a table at
        // a time, either will do.
        if KEPT.fetch_add(1, Ordering::Relaxed) >= Tables::MAX_TABLES || self.table.set(table).is_err() {
            KEPT.fetch_sub(1, Ordering::Relaxed);
        }
        verdict
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
