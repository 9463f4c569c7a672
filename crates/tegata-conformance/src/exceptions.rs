//! Tables of known-broken cases of public suites, each entry with its reason. A case that is
//! listed must fail: one that starts to pass fails the run, so the tables never grow stale.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One entry of a table: a check of a file that is known not to hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    case: String,
    check: String,
    reason: String,
}

/// A table of exceptions and the outcomes seen so far.
#[derive(Debug)]
pub struct Exceptions {
    reasons: BTreeMap<(String, String), String>,
    used: Vec<(String, String)>,
    problems: Vec<String>,
    held: usize,
    excepted: usize,
}

impl Exceptions {
    /// Reads a table.
    ///
    /// # Panics
    /// When it is malformed or an entry has no reason.
    #[must_use]
    pub fn read(json: &str) -> Self {
        let entries: Vec<Entry> = serde_json::from_str(json).unwrap();
        let reasons: BTreeMap<_, _> = entries
            .into_iter()
            .map(|entry| {
                assert!(entry.reason.len() > 10, "{}: an exception needs its reason", entry.case);
                ((entry.case, entry.check), entry.reason)
            })
            .collect();
        Self { reasons, used: Vec::new(), problems: Vec::new(), held: 0, excepted: 0 }
    }

    /// Notes the outcome of a check of a case.
    pub fn note(&mut self, case: &str, check: &str, result: Result<(), String>) {
        let key = (case.to_owned(), check.to_owned());
        let excepted = self.reasons.contains_key(&key);
        match result {
            Ok(()) if excepted => self.problems.push(format!("{case} {check}: holds now; remove its exception")),
            Ok(()) => self.held += 1,
            Err(_) if excepted => self.excepted += 1,
            Err(problem) => self.problems.push(format!("{case} {check}: {problem}")),
        }
        if excepted {
            self.used.push(key);
        }
    }

    /// Ends the run.
    ///
    /// # Panics
    /// When a check failed without an exception, an exception held, or one was never met although
    /// the file it names is there.
    pub fn finish(self, present: impl Fn(&str) -> bool) {
        let mut problems = self.problems;
        for key in self.reasons.keys().filter(|key| present(&key.0) && !self.used.contains(key)) {
            problems.push(format!("{} {}: excepted but never checked", key.0, key.1));
        }
        eprintln!("{} checks held, {} known exceptions", self.held, self.excepted);
        assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    }
}
