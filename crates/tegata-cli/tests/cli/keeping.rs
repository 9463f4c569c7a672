//! Keeping a ledger: the audit log, erasure, backups.

use serde_json::json;

use crate::operators::{FIRST, OFFICE, SECOND, import, municipality, run};

const NUMBER: &str = "000000000012345";

#[test]
fn the_audit_log_is_verified_and_tells_on_changes() {
    let desk = municipality();
    import(&desk, &[FIRST]).exits(0);
    let audit = |command: &str, more: &[&str]| desk.run(&[&["audit", command], &OFFICE[..], more].concat());
    let verified = audit("verify", &[]).exits(0).json();
    assert_eq!(
        (&verified["status"], &verified["entries"], &verified["heads"]),
        (&json!("accepted"), &json!(1), &json!(0))
    );

    let exported = run(&desk, &["audit", "export-head"], "suzuki", &["--out", "head.txt"]).exits(0).json();
    assert_eq!(exported["entries"], json!(1));
    import(&desk, &[SECOND]).exits(0);
    let verified = audit("verify", &["--head", "head.txt"]).exits(0).json();
    // Only what was proven counts: the one that is kept beside the log proves nothing.
    assert_eq!((&verified["entries"], &verified["heads"]), (&json!(3), &json!(1)));
    let listed = audit("list", &["--from", "2"]).exits(0);
    let listed: Vec<serde_json::Value> =
        listed.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let operations: Vec<_> = listed.iter().map(|entry| entry["operation"].as_str().unwrap()).collect();
    assert_eq!(operations, ["export-head", "import"]);
    assert_eq!((&listed[0]["sequence"], &listed[0]["operator"]), (&json!(2), &json!("suzuki")));

    // A head that somebody else signed, and a file that is none.
    desk.run(&["keys", "generate", "--out", "other.pem"]).exits(0);
    let other = ["--country", "JP", "--common-name", "Other", "--out", "other-cert.pem"];
    desk.run(&[&["keys", "self-signed", "--signer", "other.pem"], &other[..]].concat()).exits(0);
    let refused = audit("verify", &["--head", "head.txt", "--certificate", "other-cert.pem"]).exits(1).json();
    assert_eq!((&refused["stage"], &refused["code"]), (&json!("audit"), &json!("audit-head-signature")));
    let refused = audit("verify", &["--head", "signer.pem"]).exits(1).json();
    assert_eq!(refused["code"], "audit-head-malformed");

    // The log of a ledger that was made anew is not the one whose head was signed.
    std::fs::remove_file(desk.path().join("ledgers/131202.ledger")).unwrap();
    for rest in ["-wal", "-shm"] {
        _ = std::fs::remove_file(desk.path().join(format!("ledgers/131202.ledger{rest}")));
    }
    desk.run(&[&["municipality", "create"], &OFFICE[..]].concat()).exits(0);
    let rejected = audit("verify", &["--head", "head.txt"]).exits(1).json();
    assert_eq!((&rejected["status"], &rejected["code"]), (&json!("rejected"), &json!("audit-cut-off")));
    assert_eq!(rejected["entry"], json!(1));
}

#[test]
fn nobody_who_was_erased_comes_back() {
    let desk = municipality();
    import(&desk, &[FIRST, SECOND]).exits(0);
    let backed_up = run(&desk, &["backup"], "suzuki", &["--out", "first.backup"]).exits(0).json();
    assert_eq!(backed_up["audit_entries"], json!(1));
    // An existing file is not written over.
    run(&desk, &["backup"], "suzuki", &["--out", "first.backup"]).exits(2);

    let erased = run(&desk, &["erase"], "suzuki", &[NUMBER]).exits(0).json();
    assert_eq!((&erased["resident"], &erased["vaccinations"]), (&json!(true), &json!(2)));
    let again = run(&desk, &["erase"], "suzuki", &[NUMBER]).exits(1).json();
    assert_eq!((&again["stage"], &again["code"]), (&json!("ledger"), &json!("ledger-not-found")));
    run(&desk, &["erase"], "suzuki", &["123456789018"]).exits(2);
    let expired = run(&desk, &["erase"], "suzuki", &["--expired"]).exits(0).json();
    assert_eq!(expired["residents"], json!(0));

    let elsewhere = ["--settings", "nerima.toml", "--ledger", "new", "--master-key", "master.key"];
    let staff = ["--operator", "suzuki", "--department", "情報課", "--terminal", "server-1", "--reason", "障害復旧"];
    let restore = |more: &[&str]| desk.run(&[&["restore"], &elsewhere[..], &staff, more, &["first.backup"]].concat());
    let refused = run(&desk, &["restore"], "suzuki", &["first.backup"]).exits(1).json();
    assert_eq!(refused["code"], "backup-target-not-empty");
    let restored = restore(&["--journal", "ledgers/131202.journal"]).exits(0).json();
    assert_eq!((&restored["erased"], &restored["audit_entries"]), (&json!(1), &json!(1)));
    let verified = desk.run(&[&["audit", "verify"], &elsewhere[..]].concat()).exits(0).json();
    assert_eq!(verified["entries"], json!(2));
    let again = desk.run(&[&["erase"], &elsewhere[..], &staff, &[NUMBER]].concat()).exits(1).json();
    assert_eq!(again["code"], "ledger-not-found");
}
