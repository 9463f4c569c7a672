//! The fuzz targets and how cargo-fuzz is started.

use std::path::Path;

use crate::steps::Invocation;

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

/// Builds every target.
pub(crate) fn build() -> Invocation {
    instrumented(&["fuzz", "build", "--fuzz-dir", "fuzz"])
}

/// Runs a target: new inputs are kept in a folder below `corpora`, the committed seeds are only read.
pub(crate) fn run(target: &str, corpora: &Path, seconds: u32, progress: Progress) -> Invocation {
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
        target,
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
pub(crate) enum Progress {
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
        assert_eq!(bins.collect::<Vec<_>>(), TARGETS);
        for target in TARGETS {
            assert!(std::fs::read_dir(root.join(seeds(target))).unwrap().next().is_some(), "{target}");
        }
    }
}
