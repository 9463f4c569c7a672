//! A process that is killed while it issues: every certificate it acknowledged is there once, no request was done twice,
//! and the log is whole.
//!
//! The process is this test's own program, started again with [`worker`] alone.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tegata_storm::{Account, random_below, rounds};

use super::*;

/// Threads of the worker; each serves every fourth request.
const THREADS: u32 = 4;
/// What the worker is told: where the ledger is, and with which request each thread begins.
const LEDGER: &str = "TEGATA_KILLED_LEDGER";
const JOURNALS: &str = "TEGATA_KILLED_JOURNALS";
const BEGIN: &str = "TEGATA_KILLED_BEGIN";

fn open(ledger: &str, journals: &Path) -> Ledger {
    let random = Arc::new(OsRandom);
    if ledger.contains('=') {
        Ledger::open_postgres(ledger, journals, master_key(), random).unwrap()
    } else {
        Ledger::open_sqlite(Path::new(ledger), master_key(), random).unwrap()
    }
}

/// Issues until it is killed, and says so after each commit. A request that was done before is answered as then.
#[test]
fn worker() {
    let (Ok(ledger), Ok(begin)) = (std::env::var(LEDGER), std::env::var(BEGIN)) else { return };
    let ledger = open(&ledger, Path::new(&std::env::var(JOURNALS).unwrap()));
    let begin: Vec<u32> = begin.split(' ').map(|number| number.parse().unwrap()).collect();
    std::thread::scope(|scope| {
        for first in begin {
            let ledger = &ledger;
            scope.spawn(move || {
                for request in (first..).step_by(usize::try_from(THREADS).unwrap()) {
                    let id = serve(ledger, request);
                    // Written at once as one line, so that a line is whole or not there.
                    std::io::stdout().lock().write_all(format!("acknowledged {request} {id}\n").as_bytes()).unwrap();
                }
            });
        }
    });
}

fn serve(ledger: &Ledger, request: u32) -> String {
    let key = format!("k-{request}");
    let key = IdempotencyKey { client: "app-1", key: &key, body_hash: [1; 32] };
    // A challenge is used with what it is used for, or not at all.
    let challenge = [&[9; 28][..], &request.to_be_bytes()].concat();
    let binding = ChallengeBinding { session: "s-1", channel: Channel::App };
    let mut quiet = ledger.begin_challenge(here()).unwrap();
    let end = now().saturating_add_seconds(86_400);
    match quiet.put_challenge(&challenge, binding, now(), end) {
        Ok(()) => quiet.commit().unwrap(),
        Err(error) => {
            assert_eq!(error, LedgerError::Duplicate);
            // Open, it would keep the next one waiting.
            drop(quiet);
        }
    }
    let mut session = ledger.begin_together(here(), operation("issue"), now()).unwrap();
    if let Replay::Answered(id) = session.begin_request(&key).unwrap() {
        session.commit().unwrap();
        return String::from_utf8(id.to_vec()).unwrap();
    }
    assert!(
        session.use_challenge(&challenge, binding, None).unwrap(),
        "the challenge of {request} was used for nothing"
    );
    // Letters alone: digits can look like an individual number, which no identifier may.
    let mut random = [0; 16];
    getrandom::fill(&mut random).unwrap();
    let random: String = random.iter().map(|byte| char::from(b'a' + byte % 26)).collect();
    let id = format!("C-{request}-{random}");
    let resident = person(request);
    session.put_resident(&resident, until()).unwrap();
    session.record_issue(&issue(&id, &resident), until()).unwrap();
    session.finish_request(&key, id.as_bytes(), Some(&resident.internal_number), end).unwrap();
    session.commit().unwrap();
    id
}

fn start(ledger: &str, journals: &Path, begin: &[u32]) -> Child {
    let begin: Vec<String> = begin.iter().map(u32::to_string).collect();
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "ledger::tests::killed::worker", "--nocapture", "--quiet"])
        .env(LEDGER, ledger)
        .env(JOURNALS, journals)
        .env(BEGIN, begin.join(" "))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// Kills the worker again and again, and looks at what is left.
pub(super) fn kill(ledger: &str, journals: &Path) {
    let mut account = Account::new();
    for round in 0..rounds() {
        let begin: Vec<u32> =
            (0..THREADS).map(|thread| (thread..).step_by(4).find(|request| !account.knows(request)).unwrap()).collect();
        let mut child = start(ledger, journals, &begin);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let after = Duration::from_millis(random_below(512));
        let mut stop = None;
        let mut killed = false;
        let before = account.len();
        // After the kill, what it had still said is read to the end.
        while let Some(Ok(line)) = lines.next() {
            let Some(line) = line.strip_prefix("acknowledged ") else { continue };
            let (request, id) = line.split_once(' ').unwrap();
            account.acknowledge(request.parse::<u32>().unwrap(), id, id.as_bytes());
            let stop = *stop.get_or_insert_with(|| Instant::now() + after);
            if !killed && Instant::now() >= stop {
                child.kill().unwrap();
                killed = true;
            }
        }
        assert!(killed, "round {round}: the worker ended by itself");
        child.wait().unwrap();
        assert!(account.len() > before, "round {round}");
    }

    let ledger = open(ledger, journals);
    let mut reading = ledger.begin_reading(here()).unwrap();
    let mut logged = 0;
    reading.verify_audit(&[], &mut |entry| logged += usize::from(entry.subject_count == 1)).unwrap();
    let (mut issued, mut requests) = (Vec::new(), std::collections::BTreeSet::new());
    reading
        .each("SELECT certificate_id, internal_number FROM issue WHERE municipality = ?1", &[], &mut |mut row| {
            issued.push(row.text()?);
            let request = row.text()?;
            assert!(requests.insert(request.clone()), "request {request} was done twice");
            Ok(())
        })
        .unwrap();
    println!("{} acknowledged, {} issued, in {} rounds", account.len(), issued.len(), rounds());
    for (request, id, _) in account.iter() {
        assert!(id.starts_with(&format!("C-{request}-")), "request {request} was answered with another one's");
    }
    // What was done and not acknowledged any more: at most one for each thread and round, and each in the log.
    account.settle(&issued, usize::try_from(THREADS * rounds()).unwrap());
    assert!(logged >= issued.len());
}

#[test]
fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path().to_str().unwrap(), folder.path()).create(here()).unwrap();
    kill(folder.path().to_str().unwrap(), folder.path());
}
