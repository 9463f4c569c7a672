//! Our own vectors through the command: the same stage and code as everywhere else.

use serde_json::json;
use tegata_conformance::unbase64;
use tegata_conformance::vectors::{Expectation, Operation, Vector, committed};
use tempfile::TempDir;

use crate::run::{Ran, tegata};

/// What cannot be said on the command line.
const NOT_BY_COMMAND: [(&str, &str); 2] = [
    (
        "profile::certificate-id",
        "the command makes certificate IDs itself, and a record's own are checked with the record",
    ),
    ("bundle::expired", "the command keeps no bundle; one past its date makes its verdicts undetermined"),
];

#[test]
fn every_vector_has_its_outcome() {
    let vectors = committed();
    assert!(vectors.len() > 100);
    let problems: Vec<_> = vectors
        .iter()
        .filter(|vector| NOT_BY_COMMAND.iter().all(|(id, _)| *id != vector.id))
        .filter_map(|vector| problem(vector).err())
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Runs a vector in a folder of its own.
fn problem(vector: &Vector) -> Result<(), String> {
    let place = Place { folder: tempfile::tempdir().unwrap() };
    let (ran, expected_status) = match vector.operation {
        Operation::Verify | Operation::VerifyImage | Operation::VerifyWithTrustData => verify(vector, &place),
        Operation::AcceptBundle => return accept_bundle(vector, &place),
        Operation::LoadRevocation => return load_revocation(vector, &place),
        Operation::Issue => issue(vector, &place),
        Operation::LoadKey => load_key(vector, &place),
        Operation::VerifyList => verify_list(vector, &place),
        Operation::LoadTrust => return load_trust(vector, &place),
        // No command is about cards yet.
        Operation::VerifyCard | Operation::ReadCard | Operation::LoadAuthorities => return Ok(()),
        // No command reads passports.
        Operation::ParseMrz | Operation::ReadApplication => return Ok(()),
    };
    let result = ran.json();
    let text = |name: &str| result[name].as_str().map(str::to_owned);
    let seen = Expectation {
        // A key is shown, a certificate issued: that is how these are done.
        status: match text("status").as_deref() {
            None | Some("issued") => "done".into(),
            Some(status) => status.into(),
        },
        stage: text("stage"),
        code: text("code"),
    };
    if seen == vector.expect && ran.status == expected_status {
        return Ok(());
    }
    Err(format!("{}: expected {:?}, was {:?}, exit status {}", vector.id, vector.expect, seen, ran.status))
}

struct Place {
    folder: TempDir,
}

impl Place {
    fn file(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.folder.path().join(name), bytes).unwrap();
        name.to_owned()
    }

    fn run(&self, arguments: &[String]) -> Ran {
        tegata(self.folder.path(), arguments)
    }
}

fn strings(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(|&argument| argument.to_owned()).collect()
}

fn verify(vector: &Vector, place: &Place) -> (Ran, i32) {
    let mut arguments = strings(&["verify", "--at", &vector.now]);
    for (index, certificate) in vector.trust.iter().enumerate() {
        let file = place.file(&format!("{index}.der"), &unbase64(certificate));
        arguments.extend(["--trust".into(), file]);
    }
    for (option, certificates) in [("--authority", &vector.authorities), ("--signers", &vector.signers)] {
        for (index, certificate) in certificates.iter().enumerate() {
            let file = place.file(&format!("{}-{index}.der", &option[2..]), &unbase64(certificate));
            arguments.extend([option.to_owned(), file]);
        }
    }
    for flag in &vector.flags {
        arguments.push(format!("--{flag}"));
    }
    for (input, option) in [("bundle", "--trust"), ("anchor", "--anchor"), ("revocation", "--revocation")] {
        if let Some(file) = vector.input.get(input) {
            arguments.extend([option.into(), place.file(input, &unbase64(file))]);
        }
    }
    arguments.push(match vector.operation {
        Operation::VerifyImage => place.file("image", &unbase64(&vector.input["image"])),
        _ => place.file("text", vector.input["text"].as_bytes()),
    });
    (place.run(&arguments), i32::from(vector.expect.status != "accepted"))
}

fn issue(vector: &Vector, place: &Place) -> (Ran, i32) {
    let input = &vector.input;
    let mut arguments = strings(&["issue", "--format", "json", "--issued-at", &vector.now]);
    arguments.extend(strings(&["--profile", &input["profile"], "--expires", &input["expires_at"]]));
    arguments.extend(["--signer".into(), place.file("key", input["key"].as_bytes())]);
    arguments.extend(["--certificate".into(), place.file("certificate", &unbase64(&input["certificate"]))]);
    if let Some(passphrase) = input.get("passphrase") {
        arguments.extend(["--passphrase-file".into(), place.file("passphrase", passphrase.as_bytes())]);
    }
    if let Some(issuer) = input.get("issuer") {
        arguments.extend(strings(&["--issuer", issuer]));
    }
    if let Some(dose) = input.get("dose") {
        // The command counts from 1.
        arguments.extend(["--dose".into(), (dose.parse::<u32>().unwrap() + 1).to_string()]);
    }
    // The command makes certificate IDs itself, unless the record brings one.
    let mut record = input["record"].clone();
    if record.starts_with('{') && !record.contains("\"certificate_id\"") {
        record.replace_range(..1, &format!("{{\"certificate_id\":{},", json!(input["certificate_id"])));
    }
    arguments.push(place.file("record", record.as_bytes()));
    let ran = place.run(&arguments);
    if let Some(text) = input.get("text") {
        assert_eq!(ran.json()["text"], *text, "{}: issuing is deterministic", vector.id);
    }
    (ran, i32::from(vector.expect.status != "done"))
}

fn load_key(vector: &Vector, place: &Place) -> (Ran, i32) {
    let mut arguments = strings(&["keys", "inspect"]);
    if let Some(passphrase) = vector.input.get("passphrase") {
        arguments.extend(["--passphrase-file".into(), place.file("passphrase", passphrase.as_bytes())]);
    }
    arguments.push(place.file("key", vector.input["key"].as_bytes()));
    (place.run(&arguments), i32::from(vector.expect.status != "done"))
}

fn accept_bundle(vector: &Vector, place: &Place) -> Result<(), String> {
    let input = &vector.input;
    let bundle = place.file("bundle", &unbase64(&input["file"]));
    let anchor = place.file("anchor", &unbase64(&input["anchor"]));
    let mut arguments = strings(&["verify", "--trust", &bundle, "--anchor", &anchor]);
    if let Some(previous) = input.get("previous") {
        arguments.extend(strings(&["--minimum-sequence", previous]));
    }
    loaded(vector, place, arguments)
}

fn load_revocation(vector: &Vector, place: &Place) -> Result<(), String> {
    let file = place.file("revocation", &unbase64(&vector.input["file"]));
    loaded(vector, place, strings(&["verify", "--revocation", &file]))
}

/// Verifies a text that is none, to see whether what the arguments name was loaded.
fn loaded(vector: &Vector, place: &Place, mut arguments: Vec<String>) -> Result<(), String> {
    arguments.push("HC1:".into());
    let ran = place.run(&arguments);
    let as_expected = match &vector.expect.code {
        None => ran.status == 1 && ran.json()["stage"] == "compression",
        Some(code) => ran.status == 2 && ran.stdout.is_empty() && ran.stderr.contains(&format!("[{code}]")),
    };
    if as_expected { Ok(()) } else { Err(format!("{}: expected {:?}, was {ran:?}", vector.id, vector.expect)) }
}

fn verify_list(vector: &Vector, place: &Place) -> (Ran, i32) {
    let (file, signer) = (vector.input["file"].as_bytes(), vector.input["signer"].as_bytes());
    let (file, signer) = (place.file("list", file), place.file("signer", signer));
    (
        place.run(&strings(&["trust", "verify", &file, "--signer", &signer])),
        i32::from(vector.expect.status != "accepted"),
    )
}

/// Trust that cannot be loaded is no verdict on a certificate: a usage error that names the code.
fn load_trust(vector: &Vector, place: &Place) -> Result<(), String> {
    let file = place.file("trust", vector.input["file"].as_bytes());
    let ran = place.run(&strings(&["verify", "--trust", &file, "HC1:"]));
    let as_expected = match &vector.expect.code {
        None => ran.status == 1 && ran.json()["stage"] == "compression",
        Some(code) => ran.status == 2 && ran.stdout.is_empty() && ran.stderr.contains(&format!("[{code}]")),
    };
    if as_expected { Ok(()) } else { Err(format!("{}: expected {:?}, was {ran:?}", vector.id, vector.expect)) }
}
