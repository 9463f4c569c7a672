//! The fuzz targets and how cargo-fuzz is started.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::runner;
use crate::steps::Invocation;
use crate::workspace::Workspace;

/// The manifest of the fuzzing workspace.
pub(crate) const MANIFEST: &str = "fuzz/Cargo.toml";

/// The targets, as `fuzz/Cargo.toml` names them.
pub(crate) const TARGETS: &[&str] = &[
    "application",
    "base45",
    "c_handles",
    "card_files",
    "card_session",
    "card_tlv",
    "cbor",
    "cbor_json",
    "certificate",
    "certificate_file",
    "certificate_request",
    "client_token",
    "cose",
    "dcc_payload",
    "device_body",
    "fast_verify",
    "image",
    "inflate",
    "jp_payload",
    "key_file",
    "mrz",
    "providers",
    "record_json",
    "record_text",
    "records_csv",
    "revocation",
    "sealed",
    "service_settings",
    "settings",
    "signature",
    "time",
    "token_uri",
    "trust_bundle",
    "trust_file",
    "trust_list",
    "verify",
    "who_payload",
];

/// No certificate text or file of ours is longer than some kilobytes; longer inputs only slow the search.
const MAX_INPUT: &str = "-max_len=65536";

/// One execution that takes longer than this is a defect in itself.
const TIMEOUT: &str = "-timeout=10";

/// The binary that is whichever target a variable names.
const ANY: &str = "any";

/// The variable.
const CHOSEN: &str = "TEGATA_FUZZ_TARGET";

/// Builds the one binary that is every target: each of its own would be linked with everything anew.
pub(crate) fn build_any() -> Invocation {
    instrumented(&["fuzz", "build", "--fuzz-dir", "fuzz", ANY])
}

/// Runs every target for some seconds, as many at a time as there are cores, and shows the output of those that found a
/// defect. True when none did.
pub(crate) fn run_all(workspace: &Workspace, seconds: u32) -> Result<bool, String> {
    let corpora = workspace.state_dir().join("smoke");
    let (next, defects) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let workers = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let work = || {
        while let Some(target) = TARGETS.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut run = run(ANY, target, &corpora, seconds, Progress::Silent);
            run.environment.push((CHOSEN, (*target).to_owned()));
            let output = runner::command(workspace, &run)?.output().map_err(|error| error.to_string())?;
            let said = String::from_utf8_lossy(&output.stderr);
            if output.status.success() {
                let executed = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
                println!("{target:<20} {:>9} executions", executed.unwrap_or("unknown").trim());
            } else {
                defects.fetch_add(1, Ordering::Relaxed);
                println!("{target}: {}; {CHOSEN}={target} runs it again\n{said}", output.status);
            }
        }
        Ok::<_, String>(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a thread panicked".to_owned())?)
    })?;
    Ok(defects.into_inner() == 0)
}

/// Runs a target in a binary of its own.
pub(crate) fn run_one(target: &str, corpora: &Path, seconds: u32) -> Invocation {
    run(target, target, corpora, seconds, Progress::Shown)
}

/// Runs a target: new inputs are kept in a folder below `corpora`, the committed seeds are only read.
fn run(binary: &str, target: &str, corpora: &Path, seconds: u32, progress: Progress) -> Invocation {
    let corpus = corpora.join(target);
    let time = format!("-max_total_time={seconds}");
    let verbosity = match progress {
        Progress::Shown => "-verbosity=1",
        Progress::Silent => "-verbosity=0",
    };
    let mut run = instrumented(&[
        "fuzz",
        "run",
        "--fuzz-dir",
        "fuzz",
        binary,
        &corpus.to_string_lossy(),
        &seeds(target),
        "--",
        &time,
        MAX_INPUT,
        TIMEOUT,
        verbosity,
        "-print_final_stats=1",
        "-print_funcs=0",
    ]);
    run.folder = Some(corpus);
    run
}

/// Whether libFuzzer reports each input it keeps; defects are reported always.
enum Progress {
    /// For counting and for a person who watches.
    Shown,
    /// For logs.
    Silent,
}

/// The committed seeds of a target.
fn seeds(target: &str) -> String {
    format!("fuzz/seeds/{target}")
}

/// The sanitizer and coverage flags belong to nightly compilers; this lets a stable one take them.
/// Nothing built so is ever shipped.
fn instrumented(arguments: &[&str]) -> Invocation {
    Invocation::cargo(arguments).with("RUSTC_BOOTSTRAP", "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_that_of_the_manifest_and_each_target_has_seeds() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let manifest = std::fs::read_to_string(root.join(MANIFEST)).unwrap();
        let bins = manifest.split("[[bin]]").skip(1).map(|table| {
            let line = table.lines().find(|line| line.starts_with("name = ")).unwrap();
            line.split('"').nth(1).unwrap().to_owned()
        });
        assert_eq!(bins.collect::<Vec<_>>(), [TARGETS, &[ANY]].concat());
        for target in TARGETS {
            assert!(std::fs::read_dir(root.join(seeds(target))).unwrap().next().is_some(), "{target}");
        }
    }
}
