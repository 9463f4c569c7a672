//! What was acknowledged, held against what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

/// How often a process is killed: a few times in the tests, and more in `cargo xtask soak`.
#[must_use]
pub fn rounds() -> u32 {
    std::env::var("TEGATA_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3)
}

/// A random number from zero to below a limit that is not zero.
#[must_use]
pub fn random_below(limit: u64) -> u64 {
    getrandom::u64().unwrap() % limit
}

/// What a request was answered.
struct Acknowledgement {
    certificate_id: String,
    answer: Vec<u8>,
}

/// What was acknowledged: to each request one certificate, and one answer.
pub struct Account<R> {
    requests: BTreeMap<R, Acknowledgement>,
}

impl<R: Ord + Debug> Account<R> {
    /// Of nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { requests: BTreeMap::new() }
    }

    /// Takes note of an answer: the certificate's ID, and all of it as it came. True where it is the request's first.
    ///
    /// # Panics
    /// Where the request was answered before, and not alike.
    pub fn acknowledge(&mut self, request: R, certificate_id: &str, answer: &[u8]) -> bool {
        let now = Acknowledgement { certificate_id: certificate_id.to_owned(), answer: answer.to_vec() };
        match self.requests.get(&request) {
            Some(known) => {
                let alike = known.certificate_id == now.certificate_id && known.answer == now.answer;
                assert!(alike, "{request:?} was answered twice, and not alike");
                false
            }
            None => self.requests.insert(request, now).is_none(),
        }
    }

    /// Whether a request was answered.
    #[must_use]
    pub fn knows(&self, request: &R) -> bool {
        self.requests.contains_key(request)
    }

    /// How many requests were answered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether none was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Every request with the ID and the answer that it got.
    pub fn iter(&self) -> impl Iterator<Item = (&R, &str, &[u8])> {
        self.requests.iter().map(|(request, one)| (request, one.certificate_id.as_str(), one.answer.as_slice()))
    }

    /// Holds the account against the IDs of every certificate in the ledgers: each ID is there once, each acknowledged
    /// certificate is among them and is one request's alone, and no more than so many are there that nobody was told of.
    ///
    /// # Panics
    /// Where it is otherwise.
    pub fn settle(&self, issued: &[String], untold: usize) {
        let there: BTreeSet<&str> = issued.iter().map(String::as_str).collect();
        assert_eq!(there.len(), issued.len(), "a certificate ID is there twice");
        let told: BTreeSet<&str> = self.requests.values().map(|one| one.certificate_id.as_str()).collect();
        assert_eq!(told.len(), self.requests.len(), "two requests were answered with one certificate");
        for (request, one) in &self.requests {
            assert!(there.contains(one.certificate_id.as_str()), "the acknowledged certificate of {request:?} is lost");
        }
        assert!(there.len() - told.len() <= untold, "{} issued, {} acknowledged", there.len(), told.len());
    }
}

impl<R: Ord + Debug> Default for Account<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> Debug for Account<R> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Account").field("requests", &self.requests.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    fn ids(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    fn of(requests: &[(u32, &str)]) -> Account<u32> {
        let mut account = Account::new();
        for (request, id) in requests {
            assert!(account.acknowledge(*request, id, id.as_bytes()));
        }
        account
    }

    #[test]
    fn a_good_account_settles() {
        let mut account = of(&[(1, "A"), (2, "B")]);
        assert!(!account.acknowledge(2, "B", b"B"));
        account.settle(&ids("B A"), 0);
        account.settle(&ids("B A C"), 1);
    }

    #[test]
    fn what_is_lost_doubled_untold_or_answered_otherwise_is_found() {
        let settles = |requests: &'static [(u32, &str)], issued, untold| {
            catch_unwind(move || of(requests).settle(&ids(issued), untold)).is_ok()
        };
        assert!(!settles(&[(1, "A"), (2, "B")], "A", 0), "lost");
        assert!(!settles(&[(1, "A"), (2, "B")], "A C", 1), "lost, and another one is there");
        assert!(!settles(&[(1, "A")], "A A", 1), "there twice");
        assert!(!settles(&[(1, "A"), (2, "A")], "A B", 1), "one for two");
        assert!(!settles(&[(1, "A")], "A B", 0), "done twice");
        assert!(catch_unwind(|| of(&[(1, "A")]).acknowledge(1, "B", b"A")).is_err());
        assert!(catch_unwind(|| of(&[(1, "A")]).acknowledge(1, "A", b"B")).is_err());
    }
}
