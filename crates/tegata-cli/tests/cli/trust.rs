//! `tegata trust`, and trust through authorities.

use serde_json::{Value, json};
use tegata_conformance::unbase64;
use tegata_conformance::vectors::{Vector, committed};
use tempfile::TempDir;

use crate::run::tegata;

fn vector(id: &str) -> Vector {
    committed().into_iter().find(|vector| vector.id == id).unwrap_or_else(|| panic!("{id}"))
}

/// A folder with a list and its signer.
fn folder(vector: &Vector) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["file", "signer"] {
        std::fs::write(folder.path().join(name), &vector.input[name]).unwrap();
    }
    folder
}

fn strings(arguments: &[&str]) -> Vec<String> {
    arguments.iter().map(|&argument| argument.to_owned()).collect()
}

const MEMBERS: [&str; 12] = [
    "source",
    "status",
    "format",
    "signature",
    "entries",
    "usable",
    "expired",
    "duplicates",
    "dropped",
    "countries",
    "usages",
    "algorithms",
];

fn members(result: &Value) -> Vec<&str> {
    result.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_list_is_verified_and_counted() {
    let folder = folder(&vector("list-signature::did"));
    let ran = tegata(folder.path(), strings(&["trust", "verify", "file", "--signer", "signer"]));
    let result = ran.json();
    assert_eq!((ran.status, members(&result)), (0, MEMBERS.to_vec()));
    let expected = json!({
        "source": "file", "status": "accepted", "format": "gdhcn-did", "signature": "pass", "entries": 1,
        "usable": 1, "expired": 0, "duplicates": 0, "dropped": [], "countries": { "JP": 1 },
        "usages": { "DSC": 1 }, "algorithms": { "ES256": 1 },
    });
    assert_eq!(result, expected);
    let later = ["trust", "verify", "file", "--signer", "signer", "--at", "2030-01-01T00:00:00Z"];
    assert_eq!(tegata(folder.path(), strings(&later)).json()["expired"], 1);
}

#[test]
fn to_inspect_is_not_to_verify() {
    let folder = folder(&vector("list-signature::did-other-signer"));
    let inspected = tegata(folder.path(), strings(&["trust", "inspect", "file"]));
    assert_eq!((inspected.status, &inspected.json()["signature"]), (0, &json!("not-checked")));
    let verified = tegata(folder.path(), strings(&["trust", "verify", "file", "--signer", "signer"]));
    let result = verified.json();
    assert_eq!((verified.status, &result["status"], &result["signature"]), (1, &json!("rejected"), &json!("fail")));
    assert_eq!(result["code"], "list-signature-invalid");
}

#[test]
fn what_drops_is_named_and_what_is_no_list_is_rejected() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("list"), &vector("list::other-usage").input["file"]).unwrap();
    std::fs::write(folder.path().join("nothing"), "no list").unwrap();
    let ran = tegata(folder.path(), strings(&["trust", "inspect", "list", "nothing"]));
    let results: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((ran.status, results.len()), (1, 2));
    assert_eq!(results[0]["dropped"][0]["code"], "list-other-usage");
    assert_eq!(results[0]["usable"], 0);
    assert_eq!((&results[1]["status"], &results[1]["format"]), (&json!("rejected"), &Value::Null));
    assert_eq!(results[1]["code"], "trust-unreadable");
    let missing = tegata(folder.path(), strings(&["trust", "inspect", "absent", "list"]));
    assert_eq!((missing.status, missing.stdout.lines().count()), (2, 1));
    let bad_signer = tegata(folder.path(), strings(&["trust", "verify", "list", "--signer", "nothing"]));
    assert_eq!(bad_signer.status, 2);
}

#[test]
fn people_are_told_in_both_languages() {
    let folder = folder(&vector("list-signature::did"));
    for (language, verified, inspected) in [("en", "GENUINE", "not verified"), ("ja", "真正", "未検証")] {
        let human = ["--format", "human", "--lang", language];
        let verify = [&["trust", "verify", "file", "--signer", "signer"][..], &human].concat();
        let ran = tegata(folder.path(), strings(&verify));
        assert!(ran.status == 0 && ran.stdout.contains(verified), "{}", ran.stdout);
        let inspect = [&["trust", "inspect", "file"][..], &human].concat();
        let ran = tegata(folder.path(), strings(&inspect));
        assert!(ran.status == 0 && ran.stdout.contains(inspected), "{}", ran.stdout);
    }
}

#[test]
fn authorities_and_signers_are_given_apart() {
    let vector = vector("authority::trusted");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("root.der"), unbase64(&vector.authorities[0])).unwrap();
    std::fs::write(folder.path().join("pool.der"), unbase64(&vector.signers[0])).unwrap();
    std::fs::write(folder.path().join("text"), &vector.input["text"]).unwrap();
    let verify = |options: &[&str]| {
        let arguments = [&["verify", "--at", vector.now.as_str()][..], options, &["text"]].concat();
        tegata(folder.path(), strings(&arguments))
    };
    let ran = verify(&["--authority", "root.der", "--signers", "pool.der"]);
    assert_eq!((ran.status, &ran.json()["signer"]["trusted_by"]), (0, &json!("authority")));
    let ran = verify(&["--signers", "pool.der"]);
    assert_eq!((ran.status, &ran.json()["code"]), (1, &json!("untrusted-signer")));
    assert!(ran.stderr.contains("[untrusted-signer]"), "{}", ran.stderr);
    let ran = verify(&["--authority", "root.der"]);
    assert_eq!((ran.status, &ran.json()["code"]), (1, &json!("unknown-signer")));
    // The list's authorities serve the pool too.
    let list = json!([{ "certificateType": "CSCA", "rawData": vector.authorities[0] }]);
    std::fs::write(folder.path().join("list"), list.to_string()).unwrap();
    let ran = verify(&["--authority", "list", "--signers", "pool.der"]);
    assert_eq!(ran.status, 0);
}
