//! What an operator does leaves its trace: every command, and the entries that it leaves in the audit log (D2).

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use tegata::crypto::{RandomError, SecureRandom};
use tegata::model::MunicipalityCode;
use tegata_issuer::ledger::Ledger;
use tegata_issuer::vault::MasterKey;

use crate::desk::Desk;
use crate::operators::{FIRST, OFFICE, SECOND, approve, counter, enter, import, run};
use crate::run::tegata;

/// Every command of operators, and the entries that it leaves when it does what it is for. One entry is of what was done
/// in one transaction; two are of what takes longer.
const TRACES: &[(&str, &[&str])] = &[
    ("account create", &["account-create done"]),
    ("account list", &["account-list done"]),
    ("account revoke", &["account-revoke done"]),
    ("application approve", &["application-approve done"]),
    ("application enter", &["application-enter done"]),
    ("application list", &["application-list done"]),
    ("application reject", &["application-reject done"]),
    ("application show", &["application-show done"]),
    ("audit export-head", &["export-head begun", "export-head done"]),
    ("audit list", &["audit-list begun", "audit-list done"]),
    ("audit verify", &["audit-verify begun", "audit-verify done"]),
    ("backup", &["backup begun", "backup done"]),
    ("erase", &["erase done"]),
    ("export", &["export begun", "export done"]),
    ("import", &["import done"]),
    ("municipality change-master-key", &["master-key-change done"]),
    ("restore", &["restore done"]),
    ("revoke", &["revoke done", "revocation-list begun", "revocation-list done"]),
];

/// Commands that open no ledger, or the log of one begins with; the service's own entries are its requests'.
const WITHOUT: &[&str] = &[
    "card simulate",
    "card verify",
    "completions",
    "decode",
    "demo",
    "issue",
    "keys certify",
    "keys csr",
    "keys generate",
    "keys inspect",
    "keys public",
    "keys sealing",
    "keys self-signed",
    "municipality create",
    "municipality example",
    "municipality set-up-database",
    "municipality show",
    "serve",
    "trust build",
    "trust inspect",
    "trust verify",
    "verify",
];

/// Every command there is, as the help lists them.
fn commands(level: &[&str], found: &mut BTreeSet<String>) {
    let help = tegata(Path::new("."), [level, &["--help"]].concat()).exits(0).stdout;
    let Some((_, listed)) = help.split_once("Commands:\n") else {
        found.insert(level.join(" "));
        return;
    };
    for line in listed.lines().take_while(|line| line.starts_with("  ")) {
        let name = line.split_whitespace().next().unwrap();
        // What is explained over several lines stands further to the right.
        if line.starts_with("   ") || name == "help" {
            continue;
        }
        commands(&[level, &[name]].concat(), found);
    }
}

#[test]
fn d2_no_command_is_without_an_answer_what_it_leaves() {
    let mut there = BTreeSet::new();
    commands(&[], &mut there);
    // Of builds for card readers alone.
    there.remove("card read");
    let known: BTreeSet<String> =
        TRACES.iter().map(|(name, _)| *name).chain(WITHOUT.iter().copied()).map(str::to_owned).collect();
    assert_eq!(there, known);
}

struct Os;

impl SecureRandom for Os {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|_| RandomError)
    }
}

/// The audit log of a folder's ledger: operations, and how they ended.
fn log(desk: &Desk, folder: &str) -> Vec<String> {
    let key = MasterKey::read_file(&desk.path().join("master.key")).unwrap();
    let ledger = Ledger::open_sqlite(&desk.path().join(folder), key, Arc::new(Os)).unwrap();
    let mut entries = Vec::new();
    let mut session = ledger.begin_reading(MunicipalityCode::parse("131202").unwrap()).unwrap();
    session.verify_audit(&[], &mut |entry| entries.push(format!("{} {}", entry.operation, entry.outcome))).unwrap();
    entries
}

/// Runs the commands in the order of a municipality's life, and looks at the log after each.
#[test]
fn d2_every_command_of_operators_leaves_its_entries() {
    let desk = counter();
    let mut seen = BTreeSet::from(["account create"]);
    assert_eq!(log(&desk, "ledgers"), ["account-create done", "account-create done"]);
    let mut left = |name: &'static str, folder: &str, act: &dyn Fn() -> serde_json::Value| {
        let before = if desk.path().join(folder).exists() { log(&desk, folder).len() } else { 0 };
        let result = act();
        let after = log(&desk, folder);
        let (_, expected) = TRACES.iter().find(|(known, _)| *known == name).unwrap();
        let skipped = if name == "restore" { after.len() - expected.len() } else { before };
        assert_eq!(after[skipped..], **expected, "{name}");
        seen.insert(name);
        result
    };
    let done = |command: &[&str], who, more: &[&str]| {
        let ran = run(&desk, command, who, more).exits(0);
        ran.lines().into_iter().next().unwrap_or_default()
    };
    left("import", "ledgers", &|| import(&desk, &[FIRST, SECOND]).exits(0).json());
    left("account list", "ledgers", &|| done(&["account", "list"], "root", &[]));
    let entered = left("application enter", "ledgers", &|| enter(&desk, "sato", &[]).exits(0).json());
    left("application list", "ledgers", &|| done(&["application", "list"], "suzuki", &[]));
    let id = entered["application"].as_str().unwrap();
    left("application show", "ledgers", &|| done(&["application", "show"], "suzuki", &[id]));
    let issued = left("application approve", "ledgers", &|| {
        approve(&desk, "suzuki", &entered["application"], &[]).exits(0).json()
    });
    let entered = left("application enter", "ledgers", &|| enter(&desk, "sato", &[]).exits(0).json());
    let id = entered["application"].as_str().unwrap();
    left("application reject", "ledgers", &|| done(&["application", "reject"], "suzuki", &[id]));
    let certificate = issued["certificate_id"].as_str().unwrap();
    left("revoke", "ledgers", &|| done(&["revoke"], "suzuki", &["--list", "revoked.json", certificate]));
    left("export", "ledgers", &|| done(&["export"], "sato", &["--out", "records-out.csv"]));
    left("audit verify", "ledgers", &|| done(&["audit", "verify"], "kansa", &[]));
    left("audit list", "ledgers", &|| done(&["audit", "list"], "kansa", &[]));
    left("audit export-head", "ledgers", &|| done(&["audit", "export-head"], "kansa", &["--out", "head"]));
    left("backup", "ledgers", &|| done(&["backup"], "root", &["--out", "first.backup"]));
    let office = ["--settings", "nerima.toml", "--ledger", "back", "--master-key", "master.key"];
    let staff = ["--operator", "root", "--department", "情報課", "--terminal", "server-1", "--reason", "復旧"];
    left("restore", "back", &|| {
        let restore = ["--journal", "ledgers/131202.journal", "first.backup"];
        desk.run(&[&["restore"][..], &office, &staff, &restore].concat()).exits(0).json()
    });
    left("erase", "ledgers", &|| done(&["erase"], "suzuki", &["000000000012345"]));
    left("account revoke", "ledgers", &|| done(&["account", "revoke"], "root", &["sato"]));
    left("municipality change-master-key", "ledgers", &|| {
        done(&["municipality", "change-master-key"], "root", &["--successor", "next.key"])
    });
    assert_eq!(seen, TRACES.iter().map(|(name, _)| *name).collect());
}

/// What came to nothing is not said to be done.
#[test]
fn d2_d3_what_fails_is_logged_as_failed() {
    let desk = counter();
    import(&desk, &[FIRST]).exits(0);
    let ends = |ran: crate::run::Ran, status: i32| {
        ran.exits(status);
        let log = log(&desk, "ledgers");
        log[log.len() - 2..].to_vec()
    };
    desk.write("head", b"there");
    let head = run(&desk, &["audit", "export-head"], "kansa", &["--out", "head"]);
    assert_eq!(ends(head, 2), ["export-head begun", "export-head failed"]);
    let list = run(&desk, &["revoke"], "suzuki", &["--list", "no/such/folder/revoked.json"]);
    assert_eq!(ends(list, 2), ["revocation-list begun", "revocation-list failed"]);
    std::fs::rename(desk.path().join("ledgers/131202.journal"), desk.path().join("away")).unwrap();
    let backup = run(&desk, &["backup"], "root", &["--out", "b.backup"]);
    assert_eq!(ends(backup, 1), ["backup begun", "backup journal-unavailable"]);
    assert!(!desk.path().join("b.backup").exists());
    std::fs::rename(desk.path().join("away"), desk.path().join("ledgers/131202.journal")).unwrap();
    // Another key's certificate: what it would sign proves nothing.
    desk.signer("other-key.pem", "other.pem", &[]);
    std::fs::copy(desk.path().join("other.pem"), desk.path().join("signer.pem")).unwrap();
    let head = run(&desk, &["audit", "export-head"], "kansa", &["--out", "head-2"]);
    assert_eq!(ends(head, 1), ["export-head begun", "export-head audit-head-signature"]);
    // Without a name, a department, a terminal and a reason nothing is shown.
    for command in [["account", "list"], ["application", "list"], ["audit", "list"], ["audit", "verify"]] {
        desk.run(&[&command[..], &OFFICE].concat()).is_usage_error("--operator");
    }
}
