//! What a run came to: the tests counted, the table of the steps, and the closing line.

use std::fmt;

use crate::skips::{AllowedSkips, Skip};

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Every command succeeded.
    Passed,
    /// A command failed; which one, and how.
    Failed(String),
    /// It did not run; why.
    Skipped(String),
}

impl Outcome {
    /// One word for it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Skipped(_) => "skipped",
        }
    }
}

/// What Rust's test runner said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TestCounts {
    /// Tests that passed, those included that logged a skip.
    pub(crate) passed: usize,
    /// Tests that failed.
    pub(crate) failed: usize,
    /// Tests that are marked `ignore`, or logged that they could not run.
    pub(crate) skipped: Vec<Skip>,
    /// How many of `skipped` are marked `ignore`: the runner does not count these as passed.
    ignored: usize,
}

impl TestCounts {
    /// Takes one line of the runner's output into account; lines of any other kind change nothing.
    pub(crate) fn read_line(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.read_result(counts);
        } else if let Some((name, rest)) = line.strip_prefix("test ").and_then(|test| test.rsplit_once(" ... ignored"))
        {
            let reason = rest.strip_prefix(", ").unwrap_or("marked ignore");
            self.skipped.push(Skip { name: name.to_owned(), reason: reason.to_owned() });
            self.ignored += 1;
        }
    }

    fn read_result(&mut self, counts: &str) {
        // "ok. 3 passed; 0 failed; …": each count precedes its word.
        let words: Vec<&str> = counts.split([' ', ';']).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let [number, word] = pair else { continue };
            let Ok(number) = number.parse::<usize>() else { continue };
            match *word {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                _ => {}
            }
        }
    }

    /// Tests that really ran and passed.
    fn really_passed(&self) -> usize {
        self.passed.saturating_sub(self.skipped.len().saturating_sub(self.ignored))
    }
}

/// One step's result.
#[derive(Clone, Debug)]
pub(crate) struct StepResult {
    /// The step.
    pub(crate) name: String,
    /// How it ended.
    pub(crate) outcome: Outcome,
    /// How long it took.
    pub(crate) seconds: f64,
    /// Its tests, if it is a step that runs tests.
    pub(crate) tests: Option<TestCounts>,
}

/// The whole run.
pub(crate) struct Summary {
    results: Vec<StepResult>,
    refused: Vec<Skip>,
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Summary {
    /// Adds up. Under continuous integration (`ci`) a skip that is not allowed counts as a failure.
    pub(crate) fn new(results: Vec<StepResult>, allowed: &AllowedSkips, ci: bool) -> Self {
        let mut summary = Self { results: Vec::new(), refused: Vec::new(), passed: 0, failed: 0, skipped: 0 };
        for result in &results {
            match (&result.outcome, &result.tests) {
                (Outcome::Skipped(reason), _) => {
                    summary.skip(&Skip { name: result.name.clone(), reason: reason.clone() }, allowed, ci);
                }
                (outcome, Some(tests)) => {
                    summary.passed += tests.really_passed();
                    // A step can fail beside its tests: by not compiling, or by a crash.
                    let besides = usize::from(matches!(outcome, Outcome::Failed(_)));
                    summary.failed += tests.failed.max(besides);
                    for skip in &tests.skipped {
                        summary.skip(skip, allowed, ci);
                    }
                }
                (Outcome::Passed, None) => summary.passed += 1,
                (Outcome::Failed(_), None) => summary.failed += 1,
            }
        }
        summary.results = results;
        summary
    }

    fn skip(&mut self, skip: &Skip, allowed: &AllowedSkips, ci: bool) {
        if ci && !allowed.allows(&skip.name) {
            self.failed += 1;
            self.refused.push(skip.clone());
        } else {
            self.skipped += 1;
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.results.iter().map(|result| result.name.len()).max().unwrap_or(0);
        for result in &self.results {
            let (name, word) = (&result.name, result.outcome.word());
            write!(f, "{name:<width$}  {word:<7}  {:>6.1} s", result.seconds)?;
            if let Some(tests) = &result.tests {
                write!(f, "  {} tests passed, {} failed", tests.really_passed(), tests.failed)?;
            }
            match &result.outcome {
                Outcome::Passed => writeln!(f)?,
                Outcome::Failed(reason) | Outcome::Skipped(reason) => writeln!(f, "  {reason}")?,
            }
            for skip in result.tests.iter().flat_map(|tests| &tests.skipped) {
                writeln!(f, "{:width$}  skipped: {}: {}", "", skip.name, skip.reason)?;
            }
        }
        for skip in &self.refused {
            writeln!(f, "not allowed to be skipped here: {}: {}", skip.name, skip.reason)?;
        }
        let seconds: f64 = self.results.iter().map(|result| result.seconds).sum();
        writeln!(f, "{:.1} minutes", seconds / 60.0)?;
        writeln!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Whether a printed summary closes without a failure.
pub(crate) fn ended_well(summary: &str) -> bool {
    summary.lines().next_back().is_some_and(|line| line.contains(" passed, 0 failed, "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
        running 4 tests\n\
        test codec::tests::a ... ok\n\
        test codec::tests::b ... FAILED\n\
        test codec::tests::c ... ignored\n\
        test src/lib.rs - verify (line 12) ... ignored, needs a reader\n\
        a line some test printed: test result\n\
        test result: FAILED. 1 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.03s\n\
        \n\
        test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 1.00s; merged doctests compilation took 0.50s\n";

    fn counts(output: &str) -> TestCounts {
        let mut counts = TestCounts::default();
        output.lines().for_each(|line| counts.read_line(line));
        counts
    }

    fn skip(name: &str) -> Skip {
        Skip { name: name.into(), reason: "no folder".into() }
    }

    fn result(name: &str, outcome: Outcome, tests: Option<TestCounts>) -> StepResult {
        StepResult { name: name.into(), outcome, seconds: 1.5, tests }
    }

    fn closing(results: Vec<StepResult>, ci: bool) -> String {
        let allowed = AllowedSkips::parse("wasm: a reason").unwrap();
        Summary::new(results, &allowed, ci).to_string().lines().next_back().unwrap().to_owned()
    }

    #[test]
    fn test_runners_add_up() {
        let counts = counts(OUTPUT);
        assert_eq!((counts.passed, counts.failed), (13, 1));
        assert_eq!(counts.skipped[0], Skip { name: "codec::tests::c".into(), reason: "marked ignore".into() });
        assert_eq!(counts.skipped[1].name, "src/lib.rs - verify (line 12)");
        assert_eq!(counts.skipped[1].reason, "needs a reader");
        assert_eq!(counts.really_passed(), 13);
    }

    #[test]
    fn a_test_that_logged_a_skip_did_not_pass() {
        let mut counts = counts("test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
        counts.skipped.push(skip("corpora::dsc"));
        assert_eq!(counts.really_passed(), 4);
        let results = vec![result("test", Outcome::Passed, Some(counts))];
        assert_eq!(closing(results, false), "4 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn steps_without_tests_count_as_one() {
        let results = vec![
            result("fmt", Outcome::Passed, None),
            result("deny", Outcome::Failed("exit status: 1".into()), None),
            result("wasm", Outcome::Skipped("no target".into()), None),
        ];
        assert_eq!(closing(results, false), "1 passed, 1 failed, 1 skipped");
    }

    #[test]
    fn tests_that_do_not_compile_are_one_failure_and_failed_tests_are_not_counted_twice() {
        let failed = || Outcome::Failed("exit status: 101".into());
        assert_eq!(closing(vec![result("test", failed(), Some(counts("")))], false), "0 passed, 1 failed, 0 skipped");
        let results = vec![result("test", failed(), Some(counts(OUTPUT)))];
        assert_eq!(closing(results, false), "13 passed, 1 failed, 2 skipped");
    }

    #[test]
    fn continuous_integration_refuses_skips_that_are_not_listed() {
        let results =
            || vec![skipped_step("wasm"), skipped_step("deny"), result("test", Outcome::Passed, Some(logged()))];
        assert_eq!(closing(results(), false), "0 passed, 0 failed, 3 skipped");
        assert_eq!(closing(results(), true), "0 passed, 2 failed, 1 skipped");
        let allowed = AllowedSkips::parse("wasm: a reason").unwrap();
        let text = Summary::new(results(), &allowed, true).to_string();
        assert!(text.contains("not allowed to be skipped here: deny: absent"));
        assert!(!text.contains("here: wasm"));
    }

    fn skipped_step(name: &str) -> StepResult {
        result(name, Outcome::Skipped("absent".into()), None)
    }

    fn logged() -> TestCounts {
        TestCounts { passed: 1, skipped: vec![skip("corpora::dsc")], ..TestCounts::default() }
    }

    #[test]
    fn the_closing_line_decides() {
        assert!(ended_well("fmt passed\n12 passed, 0 failed, 1 skipped\n"));
        assert!(!ended_well("12 passed, 10 failed, 1 skipped\n"));
        assert!(!ended_well(""));
    }
}
