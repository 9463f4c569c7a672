//! Keys in a token, and authorities. The tokens are SoftHSM2's.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::desk::{Desk, ISSUED_AT, NOW, numbered};
use crate::run::command;

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

#[test]
fn an_authority_certifies_a_signer_whose_certificates_verify() {
    let desk = Desk::new();
    let run = |arguments: &[&str]| desk.run(arguments).exits(0);
    run(&["keys", "generate", "--out", "csca-key.pem"]);
    let subject = ["--country", "JP", "--common-name", "CSCA", "--valid-from", "2026-01-01T00:00:00Z"];
    run(&[&["keys", "self-signed", "--authority", "--signer", "csca-key.pem", "--out", "csca.pem"][..], &subject]
        .concat());
    run(&["keys", "generate", "--out", "dsc-key.pem"]);
    run(&["keys", "csr", "--signer", "dsc-key.pem", "--country", "JP", "--common-name", "DSC", "--out", "dsc.csr"]);
    let certify = ["keys", "certify", "--signer", "csca-key.pem", "--certificate", "csca.pem"];
    let dates = ["--valid-from", "2026-01-02T00:00:00Z", "--valid-for", "730d"];
    run(&[&certify[..], &dates, &["--out", "dsc.pem", "dsc.csr"]].concat());
    let inspected = run(&["keys", "inspect", "csca.pem", "dsc.pem"]).lines();
    assert_eq!((&inspected[0]["authority"], &inspected[0]["problems"]), (&json!(true), &json!([])));
    assert_eq!((&inspected[1]["authority"], &inspected[1]["problems"]), (&json!(false), &json!([])));
    assert_eq!(inspected[1]["authority_key_id"], inspected[0]["subject_key_id"]);
    let issue =
        ["issue", "--signer", "dsc-key.pem", "--certificate", "dsc.pem", "--issued-at", ISSUED_AT, "record.json"];
    let text = run(&issue).stdout;
    let verify = ["verify", "--authority", "csca.pem", "--signers", "dsc.pem", "--at", NOW, text.trim_end()];
    assert_eq!(run(&verify).json()["signer"]["trusted_by"], "authority");
    let long = [&certify[..], &["--valid-from", "2026-01-02T00:00:00Z", "--valid-for", "1500d", "dsc.csr"]].concat();
    assert!(desk.run(&long).exits(1).stderr.contains("[authority-ends-first]"));
}

/// A folder with a token in it, and the command run there; nothing where SoftHSM2 is not installed.
struct TokenDesk(Desk);

impl TokenDesk {
    #[allow(clippy::print_stdout, reason = "the runner reads what was skipped")]
    fn new() -> Option<Self> {
        if !Path::new(MODULE).is_file() {
            println!("skipped: SoftHSM2 is not installed");
            return None;
        }
        let desk = Desk::new();
        std::fs::create_dir(desk.path().join("tokens")).unwrap();
        desk.write("softhsm2.conf", format!("directories.tokendir = {}/tokens\n", desk.path().display()).as_bytes());
        let made = Command::new("softhsm2-util")
            .args(["--init-token", "--free", "--label", "desk", "--pin", "271828", "--so-pin", "31415926"])
            .env("SOFTHSM2_CONF", desk.path().join("softhsm2.conf"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        desk.write("pin", b"271828\n");
        desk.write("wrong", b"000000\n");
        Some(Self(desk))
    }

    /// The exit status, and what was printed.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = command(self.0.path());
        let command = command.args(arguments).env("SOFTHSM2_CONF", self.0.path().join("softhsm2.conf"));
        let output = command.stdin(Stdio::null()).output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }
}

fn uri(key: &str, pin: &str) -> String {
    format!("pkcs11:token=desk;object={key}?module-path={MODULE}&pin-source=file:{pin}")
}

#[test]
fn c3_a_master_key_sealed_by_a_token() {
    let Some(desk) = TokenDesk::new() else { return };
    let settings = desk.run(&["municipality", "example"]).1;
    desk.0.write("nerima.toml", settings.as_bytes());
    let (key, wrong, other) = (uri("master", "pin"), uri("master", "wrong"), uri("other", "pin"));
    let office = |token: Option<&str>, rest: &[&str]| {
        let office = ["--settings", "nerima.toml", "--ledger", "ledgers", "--master-key", "master.key"];
        let token = token.map(|uri| ["--master-key-token", uri]);
        desk.run(&[rest, &office, token.as_ref().map_or(&[][..], |token| &token[..])].concat())
    };
    let (status, _, stderr) = office(Some(&key), &["municipality", "create", "--new-master-key"]);
    assert_eq!(status, 0, "{stderr}");
    let file = std::fs::read_to_string(desk.0.path().join("master.key")).unwrap();
    assert!(file.starts_with("-----BEGIN TEGATA SEALED MASTER KEY-----\n"), "{file}");
    let staff = ["--operator", "sato", "--department", "d", "--terminal", "t", "--reason", "r"];
    let export = [&["export", "--out", "records.csv"][..], &staff].concat();
    // The file alone opens nothing, nor does it with another key, or without the PIN.
    for (token, code) in
        [(None, "[master-key-sealed]"), (Some(&*wrong), "[token-pin-wrong]"), (Some(&*other), "[token-key-not-found]")]
    {
        let (status, _, stderr) = office(token, &export);
        assert!(status != 0 && stderr.contains(code), "{code}: {status} {stderr}");
        assert!(!desk.0.path().join("records.csv").exists());
    }
    let (status, _, stderr) = office(Some(&key), &export);
    assert_eq!(status, 0, "{stderr}");
    // A successor is sealed by another key, and opens what the first one did; from there on in a file of its own.
    let staff_of_change = [&["municipality", "change-master-key", "--settings", "nerima.toml"][..], &staff].concat();
    let change = |(old, token): (&str, Option<&str>), (new, successor): (&str, Option<&str>)| {
        let mut arguments = staff_of_change.clone();
        arguments.extend(["--ledger", "ledgers", "--master-key", old, "--successor", new]);
        arguments.extend(token.into_iter().flat_map(|uri| ["--master-key-token", uri]));
        match successor {
            Some(uri) => arguments.extend(["--successor-token", uri]),
            None => arguments.push("--successor-unsealed"),
        }
        desk.run(&arguments)
    };
    let next = uri("next", "pin");
    let (status, _, stderr) = change(("master.key", Some(&key)), ("next.key", Some(&next)));
    assert_eq!(status, 0, "{stderr}");
    let file = std::fs::read_to_string(desk.0.path().join("next.key")).unwrap();
    assert!(file.starts_with("-----BEGIN TEGATA SEALED MASTER KEY-----\n"), "{file}");
    let (status, _, stderr) = change(("next.key", Some(&key)), ("plain.key", None));
    assert!(status == 1 && stderr.contains("[seal-broken]"), "{stderr}");
    let (status, _, stderr) = change(("next.key", Some(&next)), ("plain.key", None));
    assert_eq!(status, 0, "{stderr}");
    let office_with =
        |key| ["export", "--settings", "nerima.toml", "--ledger", "ledgers", "--out", "again.csv", "--master-key", key];
    let (status, _, stderr) = desk.run(&[&office_with("plain.key")[..], &staff].concat());
    assert_eq!(status, 0, "{stderr}");
    // The PIN stands nowhere but in its file.
    let pins = tegata_conformance::canary::Canaries::new(["271828\n", "271828 ", "31415926"]);
    for file in tegata_conformance::files(desk.0.path(), &[""]) {
        if !file.ends_with("pin") {
            pins.assert_absent(&file.display().to_string(), &std::fs::read(&file).unwrap());
        }
    }
    // The key that is there seals another file too.
    std::fs::remove_file(desk.0.path().join("master.key")).unwrap();
    std::fs::remove_dir_all(desk.0.path().join("ledgers")).unwrap();
    assert_eq!(office(Some(&key), &["municipality", "create", "--new-master-key"]).0, 0);
}

#[test]
fn a_thousand_certificates_by_a_key_in_a_token() {
    let Some(token) = TokenDesk::new() else { return };
    let (desk, run) = (&token.0, |arguments: &[&str]| token.run(arguments));
    let (key, wrong) = (uri("dsc", "pin"), uri("dsc", "wrong"));
    assert_eq!(run(&["keys", "generate", "--signer", &key]).0, 0);
    let subject =
        ["--country", "JP", "--common-name", "T", "--valid-from", "2026-01-01T00:00:00Z", "--out", "token.pem"];
    assert_eq!(run(&[&["keys", "self-signed", "--signer", &key][..], &subject].concat()).0, 0);
    let records: String = (1..=1_000).map(numbered).collect();
    desk.write("records.ndjson", records.as_bytes());
    let issue = |key: &str| {
        run(&[
            "issue",
            "--signer",
            key,
            "--certificate",
            "token.pem",
            "--issued-at",
            ISSUED_AT,
            "--batch",
            "records.ndjson",
        ])
    };
    let (status, stdout, stderr) = issue(&key);
    assert_eq!(status, 0, "{stderr}");
    let lines: Vec<serde_json::Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() == 1_000 && lines.iter().all(|line| line["status"] == "issued"));
    let texts: Vec<_> = lines.iter().step_by(200).filter_map(|line| line["text"].as_str()).collect();
    desk.run(&[&["verify", "--trust", "token.pem", "--at", NOW][..], &texts].concat()).exits(0);
    let (status, stdout, stderr) = issue(&wrong);
    assert!(status == 1 && stdout.is_empty() && stderr.contains("[token-pin-wrong]"), "{stderr}");
    assert!(!stderr.contains("000000") && !stderr.contains("pin-source"));
    let (status, _, stderr) = issue("pkcs11:token=desk?module-path=x&pin-value=271828");
    assert!(status == 1 && stderr.contains("[token-uri-invalid]") && !stderr.contains("271828"), "{stderr}");
}
