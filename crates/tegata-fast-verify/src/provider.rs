//! The provider: another provider, with tables for the ES256 keys that are used again.

use core::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use tegata::crypto::{Algorithm, CryptoProvider, KeyError, PreparedKey, PublicKey, SignatureError, SignatureVerifier};

use crate::alone::TablesAlone;
use crate::key_table::KeyTable;
use crate::tables::{Budget, Permit, Tables};

/// An ordinary provider whose ES256 verifies known keys by tables.
///
/// The ordinary provider decides the first signatures of each key; then, within what [`Tables`]
/// allows, the key gets its table. All other algorithms are the ordinary provider's. A table that
/// fails a check, or that disagrees with the ordinary provider about the signature at which it is
/// made, is thrown away, and its key stays with the ordinary provider.
///
/// Where the ordinary provider has no ES256, [`TablesAlone`] verifies in its stead, within the limit of
/// its own.
///
/// It is meant to stand in a `static`, whose tables are then those of the whole process.
#[derive(Debug)]
pub struct FastProvider {
    ordinary: &'static CryptoProvider,
    tables: Tables,
    budget: OnceLock<Arc<Budget>>,
    verification: OnceLock<Vec<&'static dyn SignatureVerifier>>,
    provider: OnceLock<CryptoProvider>,
}

impl FastProvider {
    /// Tables over another provider.
    #[must_use]
    pub const fn over(ordinary: &'static CryptoProvider, tables: Tables) -> Self {
        Self { ordinary, tables, budget: OnceLock::new(), verification: OnceLock::new(), provider: OnceLock::new() }
    }

    /// The provider to pass on, with every algorithm of the ordinary one, and ES256.
    pub fn provider(&'static self) -> &'static CryptoProvider {
        self.provider.get_or_init(|| {
            let others = self.ordinary.verification.iter().copied();
            let others = others.filter(|verifier| verifier.algorithm() != Algorithm::Es256);
            let all = || core::iter::once::<&'static dyn SignatureVerifier>(self).chain(others).collect();
            CryptoProvider { verification: self.verification.get_or_init(all) }
        })
    }

    /// How many tables there are now; that of the base point, and those of [`TablesAlone`], not counted.
    #[must_use]
    pub fn tables_in_use(&self) -> usize {
        self.budget.get().map_or(0, |budget| budget.used())
    }

    fn budget(&self) -> &Arc<Budget> {
        self.budget.get_or_init(|| Arc::new(Budget::new(self.tables)))
    }
}

impl SignatureVerifier for FastProvider {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn prepare(&self, key: &PublicKey) -> Result<Box<dyn PreparedKey>, KeyError> {
        let PublicKey::P256(point) = key else { return Err(KeyError::WrongKind) };
        let Some(ordinary) = self.ordinary.verifier(Algorithm::Es256) else { return TablesAlone.prepare(key) };
        let key = FastKey {
            point: *point,
            ordinary: ordinary.prepare(key)?,
            after: self.tables.after(),
            uses: AtomicU32::new(0),
            budget: Arc::clone(self.budget()),
            table: OnceLock::new(),
        };
        if self.tables.after() == 0 {
            key.make_table(|_| true);
        }
        Ok(Box::new(key))
    }
}

/// A key that gets its table when it has been used often enough.
struct FastKey {
    /// `04 ‖ x ‖ y`.
    point: [u8; 65],
    ordinary: Box<dyn PreparedKey>,
    after: u32,
    uses: AtomicU32,
    budget: Arc<Budget>,
    /// Unset before the table is due, none when it failed a check: then it is never made again.
    table: OnceLock<Option<(KeyTable, Permit)>>,
}

impl FastKey {
    /// Makes the table if there is room, and keeps it if it stands the test. While one thread does,
    /// others go on without.
    fn make_table(&self, stands: impl FnOnce(&KeyTable) -> bool) {
        let Some(permit) = self.budget.permit() else {
            // Keys may be dropped meanwhile: it is tried again later.
            self.uses.store(0, Ordering::Relaxed);
            return;
        };
        let table = KeyTable::new(&self.point).ok().filter(stands);
        // Where two threads made one at a time, either will do.
        let _ = self.table.set(table.map(|table| (table, permit)));
    }

    fn verify_ordinarily(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        let verdict = self.ordinary.verify(message, signature);
        // Exactly one thread sees each count.
        if self.table.get().is_none() && self.uses.fetch_add(1, Ordering::Relaxed).wrapping_add(1) == self.after {
            self.make_table(|table| table.verify(message, signature).is_ok() == verdict.is_ok());
        }
        verdict
    }
}

impl PreparedKey for FastKey {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        match self.table.get() {
            Some(Some((table, _))) => table.verify(message, signature),
            _ => self.verify_ordinarily(message, signature),
        }
    }
}

impl fmt::Debug for FastKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedKey(P-256)")
    }
}

#[cfg(test)]
mod tests;
