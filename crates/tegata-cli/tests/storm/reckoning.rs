//! What was acknowledged, held against ledgers, audit logs, certificates and the service's own log.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;
use tegata::crypto::rustcrypto;
use tegata::model::MunicipalityCode;
use tegata::{Status, TrustSet, Verifier};
use tegata_issuer::audit::Operation;
use tegata_service::demo::Demonstration;
use tegata_service::settings::LedgerPlace;
use tegata_storm::Account;

use crate::client::Key;
use crate::people::{self, Person, TOWNS};
use crate::{now, served};

/// Looks through everything that is left; how often something was granted, the first time and again.
pub(crate) fn settle(demo: &Demonstration, account: &Account<Key>, people: &[Person]) -> u64 {
    let issued = issued(demo, people);
    let all: Vec<String> = issued.values().flatten().cloned().collect();
    // Everybody asked until they were answered: nobody has more than they were told of.
    account.settle(&all, 0);
    for ((index, _), id, answer) in account.iter() {
        let person = &people[*index];
        assert!(issued[index].iter().any(|known| known == id), "somebody else was issued with {id}");
        genuine(demo, person, id, answer);
    }
    let granted = logged(demo, &all);
    for (code, file) in TOWNS {
        audit_verify(demo, code, file);
    }
    log(demo);
    granted
}

/// The IDs of every certificate in the ledgers, by person.
fn issued(demo: &Demonstration, people: &[Person]) -> BTreeMap<usize, Vec<String>> {
    let ledger = people::ledger(demo);
    let of = |person: &Person| {
        // Whoever looks at what a person has is in the log.
        let mut session = ledger.begin(person.municipality, Operation::automatic("test", "storm"), now()).unwrap();
        let issues = session.issues_of(&person.internal_number).unwrap();
        assert!(session.applications().unwrap().is_empty(), "an application waits");
        session.commit().unwrap();
        (person.index, issues.into_iter().map(|issue| issue.certificate_id).collect())
    };
    people.iter().map(of).collect()
}

/// The certificate is the person's own, and of this ID.
fn genuine(demo: &Demonstration, person: &Person, id: &str, answer: &[u8]) {
    let answer: Value = serde_json::from_slice(answer).unwrap();
    let (_, file) = TOWNS.into_iter().find(|(code, _)| *code == person.municipality.as_str()).unwrap();
    let pem = std::fs::read(demo.folder().join(format!("{file}-signer.pem"))).unwrap();
    let mut trust = TrustSet::builder(&rustcrypto::PROVIDER);
    for certificate in tegata::x509::certificates_from(&pem).unwrap() {
        trust.trust_certificate(&certificate).unwrap();
    }
    let report = Verifier::new(trust.build()).verify(answer["certificates"][0]["text"].as_str().unwrap(), now());
    assert_eq!(report.status(), Status::Accepted);
    let payload = report.to_json();
    let name = format!("[[\"{}\",\"{}\"]]", person.name[0], person.name[1]);
    assert!(payload.contains(&name) && payload.contains(id), "the certificate {id} is another one's");
}

/// Every certificate is in one entry of an audit log, and nothing ended otherwise than done; how often.
fn logged(demo: &Demonstration, issued: &[String]) -> u64 {
    let ledger = people::ledger(demo);
    let (mut named, mut granted) = (Vec::new(), 0);
    for (code, _) in TOWNS {
        let mut session = ledger.begin_reading(MunicipalityCode::parse(code).unwrap()).unwrap();
        let mut look = |entry: tegata_issuer::audit::Entry| {
            if entry.operation == "apply" {
                let ended = ["done", "challenge-not-valid"].contains(&entry.outcome.as_str());
                assert!(ended, "{} ended as {}", entry.operation, entry.outcome);
                granted += u64::from(entry.outcome == "done");
                named.extend(entry.objects);
            }
        };
        session.verify_audit(&[], &mut look).unwrap();
    }
    assert_eq!(named.len(), issued.len(), "a certificate is in the log twice or not at all");
    assert_eq!(named.iter().collect::<BTreeSet<_>>(), issued.iter().collect());
    granted
}

/// As an operator looks at it.
fn audit_verify(demo: &Demonstration, code: &str, file: &str) {
    let folder = demo.folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tegata"));
    command.args(["audit", "verify", "--format", "json", "--settings"]).arg(folder.join(format!("{file}.toml")));
    command.args(["--operator", "root", "--department", "情報課", "--terminal", "server-1", "--reason", "点検"]);
    command.arg("--master-key").arg(folder.join("master.key")).arg("--ledger");
    match &demo.settings().ledger.as_ref().unwrap().place {
        LedgerPlace::Folder(ledgers) => command.arg(ledgers),
        LedgerPlace::Postgres { connection, journals } => command.arg(connection).arg("--journals").arg(journals),
    };
    let ran = command.output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let result: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!((&result["status"], &result["municipality"]), (&"accepted".into(), &code.into()));
}

/// The service's log has no panic and no fault of ours, and nobody's data.
fn log(demo: &Demonstration) {
    let log = String::from_utf8(std::fs::read(served::log_of(demo)).unwrap()).unwrap();
    for line in log.lines() {
        // A line may be cut off where the process was killed.
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        assert_ne!(line["level"], "ERROR", "{line}");
        assert!(!line["code"].as_str().is_some_and(|code| code.starts_with("internal")), "{line}");
    }
    for canary in Person::CANARIES {
        assert!(!log.contains(canary), "{canary}");
    }
}
