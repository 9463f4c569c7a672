//! How often a login may fail.

use core::fmt;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use tegata::{Code, Timestamp};

use crate::problem::Problem;

/// Failures of one account after which it waits.
const OF_ACCOUNT: u32 = 5;
/// Failures at one terminal after which it waits: people share it.
const OF_TERMINAL: u32 = 20;
/// The first wait, which doubles with each failure.
const FIRST_WAIT_SECONDS: i64 = 15;
/// The longest wait.
const LONGEST_WAIT_SECONDS: i64 = 15 * 60;
/// After so long without a try, failures are forgotten.
const FORGET_SECONDS: i64 = 60 * 60;
/// How many accounts and terminals are remembered. More are not tried within the time, but by an attack.
const MAX_REMEMBERED: usize = 100_000;

/// Who failed to log in lately, on this node.
#[derive(Default)]
pub(crate) struct Throttle {
    failed: Mutex<HashMap<[u8; 32], Failed>>,
}

#[derive(Clone, Copy, Debug)]
struct Failed {
    times: u32,
    last: i64,
    not_before: i64,
}

/// A login that is being tried: one that failed, unless it is said to have succeeded.
pub(crate) struct Attempt {
    account: [u8; 32],
    terminal: [u8; 32],
}

impl Throttle {
    /// Begins to try, unless the account or the terminal has to wait. The try counts as failed from now on, so that many
    /// at one time are many.
    ///
    /// # Errors
    /// [`Code::LoginDelayed`] with the time to wait; for a name of no account alike.
    pub(crate) fn begin(
        &self,
        municipality: &str,
        name: &str,
        terminal: &str,
        now: Timestamp,
    ) -> Result<Attempt, Problem> {
        let now = now.seconds();
        // Case and spaces make no other account; nor more tries.
        let name: String = name.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).take(200).collect();
        let account = key(&["account", municipality, &name]);
        let at_terminal = key(&["terminal", terminal]);
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = [(account, OF_ACCOUNT), (at_terminal, OF_TERMINAL)];
        let waits = keys.iter().filter_map(|(key, _)| Some(failed.get(key)?.not_before.saturating_sub(now)));
        if let Some(seconds) = waits.max().filter(|seconds| *seconds > 0) {
            let seconds = u64::try_from(seconds).unwrap_or_default();
            return Err(Problem::new(Code::LoginDelayed).retry_after(seconds));
        }
        if failed.len() >= MAX_REMEMBERED {
            failed.retain(|_, failed| failed.not_before > now);
        }
        for (key, free) in keys {
            let known = failed.get(&key).filter(|known| now.saturating_sub(known.last) < FORGET_SECONDS);
            let times = known.map_or(0, |known| known.times).saturating_add(1);
            let wait = match times.checked_sub(free) {
                None => 0,
                Some(beyond) => FIRST_WAIT_SECONDS.saturating_mul(1 << beyond.min(16)).min(LONGEST_WAIT_SECONDS),
            };
            failed.insert(key, Failed { times, last: now, not_before: now.saturating_add(wait) });
        }
        Ok(Attempt { account, terminal: at_terminal })
    }

    /// The account's holder is there: what failed before is forgotten. What failed at the terminal is not, but for this
    /// try, or whoever has an account of their own could go on with others'.
    pub(crate) fn succeeded(&self, attempt: &Attempt) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.remove(&attempt.account);
        if let Some(at_terminal) = failed.get_mut(&attempt.terminal) {
            at_terminal.times = at_terminal.times.saturating_sub(1);
            if at_terminal.times < OF_TERMINAL {
                at_terminal.not_before = 0;
            }
        }
    }
}

fn key(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    hash.finalize().into()
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn d1_an_account_waits_longer_with_each_failure() {
        let throttle = Throttle::default();
        let mut now = 0;
        let mut attempt = |name: &str, seconds: i64| {
            now += seconds;
            throttle.begin("131202", name, &format!("terminal-{now}"), at(now)).is_ok()
        };
        for _ in 0..5 {
            assert!(attempt("sato", 0));
        }
        // Written otherwise, it is the same account; others wait for nothing.
        assert!(!attempt("sato", 0) && !attempt(" SATO", 14) && attempt("suzuki", 0));
        assert!(attempt("sato", 1) && !attempt("sato", 29) && attempt("sato", 1));
        for _ in 0..20 {
            assert!(!attempt("sato", 59));
            assert!(attempt("sato", 900));
        }
        assert!(!attempt("sato", 899) && attempt("sato", 1));
        // An hour later all is forgotten.
        for _ in 0..5 {
            assert!(attempt("sato", 3600));
        }
    }

    #[test]
    fn d1_whoever_logs_in_is_forgiven_and_the_terminal_is_not() {
        let throttle = Throttle::default();
        let begin = |name: &str| throttle.begin("131202", name, "counter-3", at(0));
        for index in 0..19 {
            assert!(begin(&format!("name-{index}")).is_ok());
            for _ in 0..3 {
                throttle.succeeded(&begin("sato").ok().unwrap());
            }
        }
        assert!(begin("ito").is_ok());
        let problem = begin("ito").err().unwrap();
        assert_eq!(problem.code(), Code::LoginDelayed);
        assert!(throttle.begin("131202", "ito", "counter-4", at(0)).is_ok());
        assert!(throttle.begin("131202", "ito", "counter-3", at(15)).is_ok());
    }
}
