//! `tegata serve`: the demonstration's commands work as they are printed, and the service ends when it is told to.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::desk::Desk;
use crate::run::tegata;

const TEGATA: &str = env!("CARGO_BIN_EXE_tegata");

/// A service that runs, ended when it is dropped.
struct Served(Child);

impl Served {
    fn demo() -> (Self, Value) {
        let mut child = Command::new(TEGATA)
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--format", "json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(next()["status"], "serving");
        let told = next();
        (Self(child), told)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Where the test failed; otherwise it has ended already.
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

#[test]
fn the_demonstrations_commands_work_as_they_are_printed() {
    if !Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success()) {
        println!("skipped: curl is not installed");
        return;
    }
    let (mut served, told) = Served::demo();
    let folder = told["folder"].as_str().unwrap().to_owned();
    let commands: Vec<_> = told["commands"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let path = format!("{}:{}", Path::new(TEGATA).parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut answers = Vec::new();
    for command in commands.iter().filter(|line| !line.starts_with('#')) {
        let ran = Command::new("sh").args(["-c", command]).env("PATH", &path).output().unwrap();
        assert!(ran.status.success(), "{command}: {}", String::from_utf8_lossy(&ran.stderr));
        answers.push(String::from_utf8(ran.stdout).unwrap());
    }
    assert!(answers[0].contains("HC1:") && answers[1].contains("HC1:"), "{answers:?}");
    assert!(answers[2].contains("refer-to-counter"), "{}", answers[2]);
    assert!(answers[3].contains("131202") && !answers[3].contains("271403"), "{}", answers[3]);
    assert!(answers[4].contains("pass"), "{}", answers[4]);
    let [.., shown, approved] = answers.as_slice() else { panic!("the counter is missing") };
    assert!(shown.contains("\"warnings\":[\"protected\"]") && approved.contains("HC1:"), "{shown} {approved}");

    // What was issued is genuine.
    let issued: Value = serde_json::from_str(&answers[0]).unwrap();
    let desk = Desk::new();
    desk.write("certificate.txt", issued["certificates"][0]["text"].as_str().unwrap().as_bytes());
    let bundle = (format!("{folder}/trust.bundle"), format!("{folder}/anchor.pem"));
    desk.run(&["verify", "--trust", &bundle.0, "--anchor", &bundle.1, "certificate.txt"]).exits(0);

    #[cfg(unix)]
    {
        let pid = served.0.id().to_string();
        assert!(Command::new("kill").arg(&pid).status().unwrap().success());
        let ended = served.0.wait().unwrap();
        let mut log = String::new();
        served.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert!(ended.success(), "{log}");
        assert!(!Path::new(&folder).exists(), "the folder is left");
        assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
        assert!(!log.contains("123456789018") && !log.contains("手形"), "{log}");
    }
}

#[test]
fn settings_are_refused_with_the_field() {
    let desk = Desk::new();
    let example = desk.run(&["serve", "--example"]).exits(0).stdout;
    desk.write("service.toml", example.as_bytes());
    let ran = desk.run(&["serve", "--settings", "service.toml", "--check"]).exits(1);
    assert!(ran.stderr.contains("tls.certificate"), "{ran:?}");
    desk.write("service.toml", example.replace("roles", "rolls").as_bytes());
    let ran = desk.run(&["serve", "--settings", "service.toml"]).exits(1);
    assert!(ran.stderr.contains("service-settings-malformed"), "{ran:?}");
}

#[test]
fn the_interface_is_described_without_a_service() {
    let document = tegata(Path::new("."), ["serve", "--openapi"]).exits(0).stdout;
    let document: Value = serde_json::from_str(&document).unwrap();
    assert!(document["paths"].as_object().unwrap().contains_key("/v1/public/trust-bundle"));
}
