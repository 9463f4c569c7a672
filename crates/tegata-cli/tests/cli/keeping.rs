//! Keeping a ledger: the audit log, erasure, backups.

use serde_json::json;

use crate::operators::{FIRST, OFFICE, SECOND, import, municipality, run};

const NUMBER: &str = "000000000012345";

#[test]
fn the_audit_log_is_verified_and_tells_on_changes() {
    let desk = municipality();
    import(&desk, &[FIRST]).exits(0);
    let audit = |command: &str, more: &[&str]| run(&desk, &["audit", command], "kansa", more);
    let verified = audit("verify", &[]).exits(0).json();
    assert_eq!(
        (&verified["status"], &verified["entries"], &verified["heads"]),
        (&json!("accepted"), &json!(1), &json!(0))
    );

    let exported = run(&desk, &["audit", "export-head"], "suzuki", &["--out", "head.txt"]).exits(0).json();
    // The import, and that it was verified: begun, and done.
    assert_eq!(exported["entries"], json!(3));
    import(&desk, &[SECOND]).exits(0);
    let verified = audit("verify", &["--head", "head.txt"]).exits(0).json();
    // Only what was proven counts: the one that is kept beside the log proves nothing.
    assert_eq!((&verified["entries"], &verified["heads"]), (&json!(6), &json!(1)));
    let listed = audit("list", &["--from", "2"]).exits(0);
    let listed: Vec<serde_json::Value> =
        listed.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let operations: Vec<_> = listed.iter().map(|entry| entry["operation"].as_str().unwrap()).collect();
    let verified = ["audit-verify", "audit-verify"];
    assert_eq!(operations, [&verified[..], &["export-head", "export-head", "import"], &verified].concat());
    assert_eq!((&listed[2]["sequence"], &listed[2]["operator"]), (&json!(4), &json!("suzuki")));

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
    assert_eq!(rejected["entry"], json!(3));
    // Nor does what the verifying wrote hide it.
    let rejected = audit("verify", &["--head", "head.txt"]).exits(1).json();
    assert_eq!((&rejected["status"], &rejected["entry"]), (&json!("rejected"), &json!(3)));
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
    let verified = desk.run(&[&["audit", "verify"], &elsewhere[..], &staff].concat()).exits(0).json();
    assert_eq!(verified["entries"], json!(2));
    let again = desk.run(&[&["erase"], &elsewhere[..], &staff, &[NUMBER]].concat()).exits(1).json();
    assert_eq!(again["code"], "ledger-not-found");
}

/// Of one master key with two municipalities, of which one is forgotten at first.
#[test]
fn c3_the_master_key_is_changed_and_backups_from_before_come_back() {
    let desk = municipality();
    let settings = String::from_utf8(desk.read("nerima.toml")).unwrap();
    desk.write("sakai.toml", settings.replace("131202", "271403").as_bytes());
    let office = |settings: &'static str, ledgers: &'static str, key: &'static str| {
        ["--settings", settings, "--ledger", ledgers, "--master-key", key]
    };
    let staff = ["--operator", "root", "--department", "情報課", "--terminal", "server-1", "--reason", "定期更新"];
    desk.run(&[&["municipality", "create"][..], &office("sakai.toml", "ledgers", "master.key")].concat()).exits(0);
    import(&desk, &[FIRST]).exits(0);
    run(&desk, &["backup"], "suzuki", &["--out", "before.backup"]).exits(0);
    let change = |ledgers: &'static str, key: &'static str, more: &[&str]| {
        let command = ["municipality", "change-master-key", "--ledger", ledgers, "--master-key", key];
        desk.run(&[&command[..], &staff, more].concat())
    };
    let export = |ledgers: &'static str, key: &'static str, out: &str| {
        let office = office("nerima.toml", ledgers, key);
        desk.run(&[&["export", "--out", out][..], &office, &staff].concat())
    };
    let (nerima, sakai) = (["--settings", "nerima.toml"], ["--settings", "sakai.toml"]);
    let next = ["--successor", "next.key"];
    // To itself is no change, and a key of its own is no successor.
    let same = change("ledgers", "master.key", &[&nerima[..], &["--successor", "master.key"]].concat()).exits(1).json();
    assert_eq!((&same["code"], &same["field"]), (&json!("ledger-invalid-value"), &json!("master_key")));
    change("ledgers", "master.key", &[&nerima[..], &nerima, &next].concat()).is_usage_error("twice");
    // Out of a token it gets only when somebody says so.
    let sealed = [&nerima[..], &next, &["--master-key-token", "pkcs11:token=desk;object=master"]].concat();
    change("ledgers", "master.key", &sealed).is_usage_error("--successor-unsealed");
    assert!(!desk.path().join("next.key").exists());

    let changed = change("ledgers", "master.key", &[&nerima[..], &next].concat()).exits(0);
    let result = json!({"status": "done", "municipality": "131202", "wrapped": 1, "already": 0});
    assert_eq!(changed.json(), result);
    assert!(changed.stderr.contains("271403"), "{}", changed.stderr);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(desk.path().join("next.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(export("ledgers", "master.key", "old.csv").exits(1).json()["code"], "seal-broken");
    export("ledgers", "next.key", "new.csv").exits(0);
    // The same command, with the one that was forgotten: it goes on.
    let both = change("ledgers", "master.key", &[&nerima[..], &sakai, &next].concat()).exits(0);
    assert!(both.stderr.is_empty(), "{}", both.stderr);
    let wrapped: Vec<_> = both.lines().iter().map(|line| (line["wrapped"].clone(), line["already"].clone())).collect();
    assert_eq!(wrapped, [(json!(0), json!(1)), (json!(0), json!(0))], "of the second nothing was there to be wrapped");

    // What was taken under the old key comes back with it, and goes on with the new one.
    let restore = |key: &'static str| {
        let office = office("nerima.toml", "back", key);
        let journal = ["--journal", "ledgers/131202.journal", "before.backup"];
        desk.run(&[&["restore"][..], &office, &staff, &journal].concat())
    };
    assert_eq!(restore("next.key").exits(1).json()["code"], "seal-broken");
    restore("master.key").exits(0);
    change("back", "master.key", &[&nerima[..], &next].concat()).exits(0);
    export("back", "next.key", "back.csv").exits(0);
    assert_eq!(desk.read("back.csv"), desk.read("new.csv"));
}
