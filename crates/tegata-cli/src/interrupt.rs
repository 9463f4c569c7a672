//! Ending at an interrupt (Ctrl-C, SIGTERM) between two writes, never inside one.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// Held while something is written that must not be cut short.
static WRITING: Mutex<()> = Mutex::new(());

/// How long a write may take once the command is to end. Whoever reads the results may have stopped.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a shell reports for a command ended by Ctrl-C: 128 and the number of the signal.
const INTERRUPTED: i32 = 130;

/// From now on an interrupt waits for [`unbroken`] writes.
pub(crate) fn between_lines() {
    // Without the handler an interrupt ends the command as it ends any other.
    _ = ctrlc::set_handler(|| {
        let asked = Instant::now();
        let mut writing = WRITING.try_lock();
        while matches!(writing, Err(TryLockError::WouldBlock)) && asked.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
            writing = WRITING.try_lock();
        }
        std::process::exit(INTERRUPTED);
    });
}

/// Keeps an interrupt waiting until the guard is dropped.
pub(crate) fn unbroken() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}
