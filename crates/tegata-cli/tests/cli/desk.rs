//! A folder with a signer, and certificates issued there.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::run::{Ran, tegata, tegata_fed};

/// When certificates are issued, and a moment at which they are valid.
pub(crate) const ISSUED_AT: &str = "2026-01-15T09:00:00Z";
pub(crate) const NOW: &str = "2026-06-01T00:00:00Z";
/// A moment after their end.
pub(crate) const LATER: &str = "2027-06-01T00:00:00Z";

/// A folder with `key.pem` and `signer.pem`.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(desk.path().join("tmp")).unwrap();
        desk.signer("key.pem", "signer.pem", &[]);
        desk.write("record.json", example().to_string().as_bytes());
        desk
    }

    /// Makes another signer.
    pub(crate) fn signer(&self, key: &str, certificate: &str, more: &[&str]) {
        self.run(&["keys", "generate", "--out", key]).exits(0);
        let mut arguments = vec!["keys", "self-signed", "--signer", key, "--country", "JP", "--common-name", "Test"];
        arguments.extend(["--valid-from", "2026-01-01T00:00:00Z", "--out", certificate]);
        arguments.extend(more);
        self.run(&arguments).exits(0);
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path().join(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        tegata(self.path(), arguments)
    }

    pub(crate) fn fed(&self, arguments: &[&str], input: &[u8]) -> Ran {
        tegata_fed(self.path(), arguments, input)
    }

    /// `issue` with this desk's signer and time.
    pub(crate) fn issue(&self, arguments: &[&str]) -> Ran {
        self.issue_fed(arguments, b"")
    }

    pub(crate) fn issue_fed(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let signer = ["issue", "--signer", "key.pem", "--certificate", "signer.pem", "--issued-at", ISSUED_AT];
        self.fed(&[&signer[..], arguments].concat(), input)
    }

    /// The text of a certificate of the example record.
    pub(crate) fn text(&self) -> String {
        self.issue(&["record.json"]).exits(0).stdout.trim_end().to_owned()
    }

    /// `verify` with this desk's signer trusted, at [`NOW`].
    pub(crate) fn verify(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["verify", "--trust", "signer.pem", "--at", NOW][..], arguments].concat())
    }
}

/// The example record, as the command prints it.
pub(crate) fn example() -> Value {
    serde_json::from_str(tegata::model::EXAMPLE_RECORD).unwrap()
}

/// The example record with another certificate ID, on one line.
pub(crate) fn numbered(number: usize) -> String {
    let mut record = example();
    record["certificate_id"] = json!(format!("RECORD-{number}"));
    format!("{record}\n")
}
