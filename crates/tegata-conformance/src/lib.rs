//! Runs every vector suite through every surface: the public corpora of the field, found at
//! `../shared/corpora` beside the repository or where `TEGATA_CORPORA` points, and our own vectors
//! in `test-vectors/`. A suite that is absent is skipped, by name and with the reason.

use std::path::{Path, PathBuf};

pub use corpus::{corpus, root, skip};
pub use providers::PROVIDERS;
use serde_json::Value;

pub mod canary;
pub mod cases;
mod corpus;
pub mod dgc;
pub mod es256;
pub mod exceptions;
pub mod forge;
pub mod photo;
pub mod providers;
pub mod vectors;

/// Reads a JSON file.
#[must_use]
pub fn json(path: &Path) -> Value {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file below a folder with one of these endings, sorted.
#[must_use]
pub fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().to_lowercase();
            if path.is_dir() {
                open.push(path);
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Bytes of hexadecimal text, in either case.
#[must_use]
pub fn unhex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2), "odd number of hexadecimal digits");
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Lower-case hexadecimal text.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Base64 text, standard alphabet, with padding.
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    use base64ct::{Base64, Encoding as _};
    Base64::encode_string(bytes)
}

/// Bytes of base64 text, standard alphabet, padding and line ends tolerated.
#[must_use]
pub fn unbase64(text: &str) -> Vec<u8> {
    use base64ct::{Base64Unpadded, Encoding as _};
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '=').collect();
    Base64Unpadded::decode_vec(&text).unwrap()
}
