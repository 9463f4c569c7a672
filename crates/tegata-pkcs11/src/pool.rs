//! Sessions: one for each thread that signs at a time.

use std::sync::{Condvar, Mutex, PoisonError};

use cryptoki::{
    error::{Error, RvError},
    session::Session,
};

use crate::token::Token;

/// The sessions with a token that nobody uses at the moment.
///
/// The first one, which logged in, is among them; while any is open the login holds.
#[derive(Debug)]
pub(crate) struct Pool {
    token: Token,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Debug)]
struct State {
    idle: Vec<Session>,
    /// Sessions open, in use or idle.
    open: usize,
}

impl Pool {
    pub(crate) fn new(token: Token, first: Session) -> Self {
        Self { token, state: Mutex::new(State { idle: vec![first], open: 1 }), returned: Condvar::new() }
    }

    /// Does something with a session of its own. After a failure the session is not used again, for
    /// it may be in the middle of something.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&Session) -> Result<T, Error>) -> Result<T, Error> {
        let session = self.take()?;
        let result = act(&session);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // The last session carries the login: it is kept, whatever happened.
        if result.is_ok() || state.open == 1 {
            state.idle.push(session);
        } else {
            state.open -= 1;
        }
        drop(state);
        self.returned.notify_one();
        result
    }

    fn take(&self) -> Result<Session, Error> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(session) = state.idle.pop() {
                return Ok(session);
            }
            match self.token.session(false) {
                Ok(session) => {
                    state.open += 1;
                    return Ok(session);
                }
                // The token has no more: one of those in use comes back.
                Err(Error::Pkcs11(RvError::SessionCount, _)) if state.open > 0 => {
                    state = self.returned.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                Err(error) => return Err(error),
            }
        }
    }
}
