//! Tests that could not run: how they say so, and which of them continuous integration lets pass.
//!
//! A test that cannot run appends one line `name: reason` to the file that the environment variable
//! `TEGATA_SKIP_LOG` names, and returns. The name is the test's own. Without the variable, it prints
//! `TEGATA-SKIPPED name: reason` to standard error.

use std::collections::BTreeMap;
use std::path::Path;

/// The environment variable that names the log.
pub(crate) const LOG_VARIABLE: &str = "TEGATA_SKIP_LOG";

/// The committed list, one `name: reason` a line; `#` starts a comment.
const ALLOWED: &str = include_str!("../allowed-skips.txt");

/// One thing that did not run, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skip {
    /// The test or step.
    pub(crate) name: String,
    /// Why it did not run.
    pub(crate) reason: String,
}

/// The skips that are not failures, by name.
pub(crate) struct AllowedSkips(BTreeMap<String, String>);

impl AllowedSkips {
    /// The committed list.
    pub(crate) fn committed() -> Result<Self, String> {
        Self::parse(ALLOWED)
    }

    /// A list of the form of the committed one.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut allowed = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = index + 1;
            let skip = parse_line(line).ok_or(format!("allowed-skips.txt line {number}: not `name: reason`"))?;
            if skip.reason.is_empty() {
                return Err(format!("allowed-skips.txt line {number}: a skip needs a reason"));
            }
            if allowed.insert(skip.name, skip.reason).is_some() {
                return Err(format!("allowed-skips.txt line {number}: named twice"));
            }
        }
        Ok(Self(allowed))
    }

    /// Whether a skip of this name is let pass.
    pub(crate) fn allows(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

/// Reads the log the tests wrote; each name counts once, as processes may repeat it.
pub(crate) fn read_log(path: &Path) -> Vec<Skip> {
    // No log means that no test had anything to say.
    parse_log(&std::fs::read_to_string(path).unwrap_or_default())
}

fn parse_log(text: &str) -> Vec<Skip> {
    let mut skips: Vec<Skip> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let skip = parse_line(line)
            .unwrap_or_else(|| Skip { name: line.trim().to_owned(), reason: "no reason was given".into() });
        if !skips.iter().any(|known| known.name == skip.name) {
            skips.push(skip);
        }
    }
    skips
}

/// The separator is a colon and a space, so that names may be paths such as `trust::lists`.
fn parse_line(line: &str) -> Option<Skip> {
    let (name, reason) = line.trim().split_once(": ")?;
    (!name.is_empty()).then(|| Skip { name: name.trim().to_owned(), reason: reason.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skip(name: &str, reason: &str) -> Skip {
        Skip { name: name.into(), reason: reason.into() }
    }

    #[test]
    fn the_committed_list_parses() {
        AllowedSkips::committed().unwrap();
    }

    #[test]
    fn the_list_has_comments_names_and_reasons() {
        let allowed = AllowedSkips::parse("# why\n\nwasm: no target: here\ncorpora::dsc: absent\n").unwrap();
        assert!(allowed.allows("wasm") && allowed.allows("corpora::dsc"));
        assert!(!allowed.allows("corpora") && !allowed.allows("# why"));
    }

    #[test]
    fn a_list_without_reasons_or_with_doubles_is_refused() {
        assert!(AllowedSkips::parse("wasm").is_err());
        assert!(AllowedSkips::parse("wasm:").is_err());
        assert!(AllowedSkips::parse("wasm: a\nwasm: b").is_err());
    }

    #[test]
    fn the_log_counts_each_name_once_and_keeps_odd_lines() {
        let log = "corpora::dsc: no folder\n\ncorpora::dsc: no folder\nodd\n";
        assert_eq!(parse_log(log), [skip("corpora::dsc", "no folder"), skip("odd", "no reason was given")]);
    }
}
