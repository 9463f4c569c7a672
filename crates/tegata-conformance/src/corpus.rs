//! Where the public test data is, and what is said where it is not. The peers of cards use this file too.

use std::path::{Path, PathBuf};

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// A folder of the public corpora, or `None` after saying that the test is skipped.
#[must_use]
pub fn corpus(test: &str, folder: &str) -> Option<PathBuf> {
    let base = match std::env::var_os("TEGATA_CORPORA") {
        Some(path) => PathBuf::from(path),
        None => root().join("../shared/corpora"),
    };
    let path = base.join(folder);
    if path.is_dir() {
        return Some(path);
    }
    skip(test, &format!("the public corpus {folder} is not here; see test-vectors/README.md"));
    None
}

/// Says that a test is skipped: to the runner's log (`TEGATA_SKIP_LOG`) or, without one, to a person.
pub fn skip(test: &str, reason: &str) {
    use std::io::Write as _;
    match std::env::var_os("TEGATA_SKIP_LOG") {
        Some(path) => {
            let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
            file.and_then(|mut file| writeln!(file, "{test}: {reason}")).unwrap();
        }
        None => eprintln!("TEGATA-SKIPPED {test}: {reason}"),
    }
}
