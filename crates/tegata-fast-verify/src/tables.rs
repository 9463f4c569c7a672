//! How many tables there may be, and when a key gets one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::key_table::TABLE_BYTES;

/// How many tables a provider keeps at most, and after how many verifications a key gets one.
///
/// A key whose table would be one too many is verified by the ordinary provider, as before its table
/// was made. Dropping a prepared key frees its table for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tables {
    at_most: usize,
    after: u32,
}

impl Tables {
    /// Over a portable provider such as RustCrypto's: up to [`MAX_TABLES`](Self::MAX_TABLES), each
    /// after 3 verifications. By then the ordinary provider has lost about as much time against a
    /// table as making it takes. So whatever follows, the loss is at most twice the least possible.
    pub const OVER_PORTABLE: Self = Self::at_most(Self::MAX_TABLES, 3);

    /// Over a provider on assembly, such as ring or AWS-LC: up to [`MAX_TABLES`](Self::MAX_TABLES),
    /// each after 30 verifications, for the same reason.
    pub const OVER_ASSEMBLY: Self = Self::at_most(Self::MAX_TABLES, 30);

    /// As many tables as the ready choices allow: 1,024, more than the health certificate signers of
    /// any published trust list, in 32 MB.
    pub const MAX_TABLES: usize = 1024;

    /// At most `count` tables of [`TABLE_BYTES`] each, and one for a key
    /// after it has verified `verifications` signatures with the ordinary provider; with 0, when the
    /// key is prepared.
    #[must_use]
    pub const fn at_most(count: usize, verifications: u32) -> Self {
        Self { at_most: count, after: verifications }
    }

    /// The memory that all tables take when there are as many as may be, in bytes, that of the base
    /// point not counted.
    #[must_use]
    pub const fn max_bytes(self) -> usize {
        self.at_most.saturating_mul(TABLE_BYTES)
    }

    /// The verifications before a key gets its table.
    pub(crate) const fn after(self) -> u32 {
        self.after
    }
}

/// Counts the tables of one provider.
#[derive(Debug)]
pub(crate) struct Budget {
    at_most: usize,
    used: AtomicUsize,
}

impl Budget {
    pub(crate) const fn new(tables: Tables) -> Self {
        Self { at_most: tables.at_most, used: AtomicUsize::new(0) }
    }

    /// Room for one table, kept until the permit is dropped.
    pub(crate) fn permit(self: &Arc<Self>) -> Option<Permit> {
        // The counter guards no other memory: no ordering with anything else is needed.
        let take = |used: usize| (used < self.at_most).then_some(used.saturating_add(1));
        self.used.try_update(Ordering::Relaxed, Ordering::Relaxed, take).ok()?;
        Some(Permit(Arc::clone(self)))
    }

    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

/// Room for one table.
#[derive(Debug)]
pub(crate) struct Permit(Arc<Budget>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.used.fetch_sub(1, Ordering::Relaxed);
    }
}
