//! The process that is killed.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tegata_service::demo::Demonstration;

/// `tegata serve`; killed when it is dropped.
pub(crate) struct Served(Child);

/// Where every process writes its log.
pub(crate) fn log_of(demo: &Demonstration) -> PathBuf {
    demo.folder().join("log")
}

impl Served {
    /// Starts it from the files, and waits until it listens: it, and where.
    pub(crate) fn start(demo: &Demonstration) -> (Self, String) {
        let log: File = OpenOptions::new().append(true).create(true).open(log_of(demo)).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_tegata"))
            .args(["serve", "--format", "json", "--settings"])
            .arg(demo.folder().join("service.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let told = BufReader::new(child.stdout.take().unwrap()).lines().next();
        let served = Self(child);
        let told: Value = serde_json::from_str(&told.expect("the service does not start").unwrap()).unwrap();
        assert_eq!(told["status"], "serving");
        (served, told["address"].as_str().unwrap().to_owned())
    }

    /// Ends it as nothing can be heeded: by SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Ends it as an operator does, by SIGTERM; it ends well.
    pub(crate) fn end(mut self) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").arg(&pid).status().unwrap().success());
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Where the test failed; otherwise it has ended already.
        _ = self.0.kill();
        _ = self.0.wait();
    }
}
