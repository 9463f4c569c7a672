//! The two places in memory through which bytes come in and go out.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::draft::Draft;
use tegata::Verifier;

/// Everything that one instance of a module keeps.
#[derive(Debug, Default)]
pub(crate) struct Instance {
    /// What the script wrote.
    pub(crate) input: Vec<u8>,
    /// What it may read.
    pub(crate) output: String,
    /// The verifier that is being made.
    pub(crate) draft: Option<Draft>,
    /// By their numbers; a number that was freed is given out again.
    pub(crate) verifiers: Vec<Option<Verifier>>,
    #[cfg(feature = "everything")]
    pub(crate) card: Option<crate::card::Card>,
}

/// The instance, of which a module has one: the lock is never waited for.
pub(crate) fn instance() -> MutexGuard<'static, Instance> {
    static INSTANCE: Mutex<Instance> = Mutex::new(Instance {
        input: Vec::new(),
        output: String::new(),
        draft: None,
        verifiers: Vec::new(),
        #[cfg(feature = "everything")]
        card: None,
    });
    INSTANCE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Instance {
    /// The input, whose memory is given back with it: for files, which may be large.
    pub(crate) fn take_input(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.input)
    }
}

/// Makes room for so many bytes of input and says where; null when there is no memory.
pub fn input(length: usize) -> *mut u8 {
    let input = &mut instance().input;
    // The last one may have been about a person.
    input.fill(0);
    input.clear();
    if input.try_reserve_exact(length).is_err() {
        return core::ptr::null_mut();
    }
    input.resize(length, 0);
    input.as_mut_ptr()
}

/// Where the last output is, in UTF-8.
#[must_use]
pub fn output() -> *const u8 {
    instance().output.as_ptr()
}

/// How many bytes the last output has.
#[must_use]
pub fn output_length() -> usize {
    instance().output.len()
}
