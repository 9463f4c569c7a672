//! What only shows on a terminal, driven through one: prompts and the progress line; and Ctrl-C.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use rexpect::session::{PtySession, spawn_command};

use crate::desk::{Desk, ISSUED_AT, numbered};
use crate::run::command;

const TIMEOUT_MS: u64 = 60_000;

const SIGNED: [&str; 6] = ["--signer", "key.pem", "--certificate", "signer.pem", "--issued-at", ISSUED_AT];

fn on_terminal(command: Command) -> PtySession {
    spawn_command(command, Some(TIMEOUT_MS)).unwrap()
}

/// Runs a line of shell with `$0` for the command.
fn shell(desk: &Desk, line: &str) -> PtySession {
    let mut shell = Command::new("sh");
    shell.current_dir(desk.path()).env("LC_ALL", "C.UTF-8").args(["-c", line]).arg(env!("CARGO_BIN_EXE_tegata"));
    on_terminal(shell)
}

/// Has a key made whose passphrase is typed twice, and what the terminal showed in between.
fn new_key(desk: &Desk, first: &str, second: &str) -> (PtySession, String) {
    let mut keys = command(desk.path());
    keys.args(["keys", "generate", "--encrypt", "--out", "locked.pem"]);
    let mut terminal = on_terminal(keys);
    terminal.exp_string("Passphrase for the new key: ").unwrap();
    terminal.send_line(first).unwrap();
    let shown = terminal.exp_string("Once more: ").unwrap();
    terminal.send_line(second).unwrap();
    (terminal, shown)
}

#[test]
fn a_new_passphrase_is_asked_for_twice_and_not_shown() {
    let desk = Desk::new();
    let (mut terminal, shown) = new_key(&desk, "opensesame", "opensesame");
    let shown = shown + &terminal.exp_eof().unwrap();
    assert!(!shown.contains("opensesame"), "{shown}");
    assert!(String::from_utf8(desk.read("locked.pem")).unwrap().contains("ENCRYPTED PRIVATE KEY"));

    // The key is of use only to who knows the passphrase.
    for (passphrase, words) in [("mistaken", "key-passphrase-wrong"), ("opensesame", "\"key\":\"P-256\"")] {
        let mut terminal = shell(&desk, "\"$0\" keys inspect --format json locked.pem 2>&1; echo ended");
        terminal.exp_string("Passphrase of locked.pem: ").unwrap();
        terminal.send_line(passphrase).unwrap();
        let shown = terminal.exp_string("ended").unwrap();
        assert!(shown.contains(words) && !shown.contains(passphrase), "{shown}");
    }
}

#[test]
fn two_different_passphrases_make_no_key() {
    let desk = Desk::new();
    let (mut terminal, _) = new_key(&desk, "opensesame", "opensesam");
    terminal.exp_string("error: the two passphrases differ").unwrap();
    assert!(!desk.path().join("locked.pem").exists());
}

#[test]
fn a_batch_shows_its_progress_on_a_terminal_alone() {
    let desk = Desk::new();
    let records: String =
        (1..=60).map(|number| if number == 9 { "{}\n".to_owned() } else { numbered(number) }).collect();
    desk.write("records.ndjson", records.as_bytes());
    let batch = format!("\"$0\" issue {} --batch records.ndjson", SIGNED.join(" "));
    let mut terminal = shell(&desk, &format!("{batch} > out.ndjson"));
    terminal.exp_string("60 records, 1 failed, ").unwrap();
    terminal.exp_string(" a second").unwrap();
    terminal.exp_eof().unwrap();
    assert_eq!(String::from_utf8(desk.read("out.ndjson")).unwrap().lines().count(), 60);
    // Results and progress on one terminal would mix.
    let mut terminal = shell(&desk, &batch);
    let shown = terminal.exp_eof().unwrap();
    assert!(!shown.contains(" a second") && shown.contains("RECORD-60"), "{shown}");
}

#[test]
fn an_interrupted_batch_leaves_whole_lines_and_goes_on_where_it_stopped() {
    let desk = Desk::new();
    let records: String = (1..=50).map(numbered).collect();
    for signal in ["INT", "TERM"] {
        let mut batch = command(desk.path());
        batch.arg("issue").args(SIGNED).args(["--batch", "-"]);
        let mut child = batch.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        stdin.write_all(records.as_bytes()).unwrap();
        // Once some results are there; the input stays open, so the batch would wait for more.
        let mut results = vec![0; 2000];
        stdout.read_exact(&mut results).unwrap();
        Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().unwrap();
        stdout.read_to_end(&mut results).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
        drop(stdin);

        let results = String::from_utf8(results).unwrap();
        assert!(results.ends_with('\n'), "{signal}: {results}");
        let last: serde_json::Value = serde_json::from_str(results.lines().last().unwrap()).unwrap();
        let next = last["line"].as_u64().unwrap() + 1;
        let rest = desk.issue_fed(&["--from-line", &next.to_string(), "--batch", "-"], records.as_bytes()).exits(0);
        let lines: Vec<_> = results.lines().chain(rest.stdout.lines()).collect();
        assert_eq!(lines.len(), 50);
        for (number, line) in (1..).zip(lines) {
            assert!(line.contains(&format!("\"certificate_id\":\"RECORD-{number}\"")), "{line}");
        }
    }
}
