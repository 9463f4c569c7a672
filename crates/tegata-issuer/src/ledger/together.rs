//! Writers in SQLite who share a commit: while others wait for their turn, a transaction goes from hand to hand, each
//! one's part within a savepoint, and is synchronised once. Nobody is told that a part is done before all of it is on
//! the disk, and nobody reads it before.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::LedgerError;

/// Parts of one transaction at most.
const MAX_PARTS: usize = 16;
/// How long the first waits before the part that goes on is the last; and how long a part may take that is followed by
/// another, for whoever hands over waits for all of the next one. Where signing takes longer, as with a token, nobody
/// waits for another.
pub(super) const MAX_WAIT: Duration = Duration::from_millis(5);

/// Those whose parts are done and not committed.
pub(super) struct Group {
    outcome: Arc<Outcome>,
    parts: usize,
    since: Instant,
}

impl Default for Group {
    fn default() -> Self {
        Self { outcome: Arc::default(), parts: 0, since: Instant::now() }
    }
}

impl Group {
    /// Whether another part may follow the one that is done now.
    pub(super) fn has_room(&self, max_wait: Duration) -> bool {
        self.parts + 1 < MAX_PARTS && self.since.elapsed() < max_wait
    }

    /// One more whose part is done, and what it waits for.
    pub(super) fn join(&mut self) -> Arc<Outcome> {
        self.parts += 1;
        Arc::clone(&self.outcome)
    }

    /// Tells everybody.
    pub(super) fn end(self, result: Result<(), LedgerError>) {
        self.outcome.end(result);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Whatever became of the one who went on, nobody waits for ever.
        self.outcome.end(Err(undone()));
    }
}

/// Of a transaction that somebody else's part took with it.
pub(super) fn undone() -> LedgerError {
    LedgerError::Unavailable { reason: "the transaction was undone".into() }
}

/// What became of a transaction.
#[derive(Default)]
pub(super) struct Outcome {
    result: Mutex<Option<Result<(), LedgerError>>>,
    ended: Condvar,
}

impl Outcome {
    /// Says it, once.
    fn end(&self, result: Result<(), LedgerError>) {
        self.result.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(result);
        self.ended.notify_all();
    }

    /// Waits until it is known. Whoever goes on with the transaction ends it, or gives the connection back.
    pub(super) fn wait(&self) -> Result<(), LedgerError> {
        let mut result = self.result.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(result) = &*result {
                return result.clone();
            }
            result = self.ended.wait(result).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_is_told() {
        let mut group = Group::default();
        let outcome = group.join();
        group.end(Ok(()));
        assert_eq!(outcome.wait(), Ok(()));
        let mut group = Group::default();
        let outcome = group.join();
        drop(group);
        assert_eq!(outcome.wait(), Err(undone()));
    }
}
