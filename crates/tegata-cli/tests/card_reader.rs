//! `tegata card read`, with a simulated card in a virtual reader behind a PC/SC service.
// Here a broken expectation must stop the run, so unwrapping and indexing are the right thing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

// The tests of the other commands use the rest of it.
#[expect(dead_code, reason = "shared with the tests of the other commands, which use all of it")]
#[path = "cli/run.rs"]
mod run;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rexpect::session::spawn_command;
use serde_json::json;
use tegata_conformance::canary::Canaries;
use tegata_simulator::{Algorithm, Application, CardRequest, Hierarchy, SimulatedCard};
use tegata_virtual_reader::{Chip, SOCKET_VARIABLE, VirtualReader};
use tempfile::TempDir;

use run::{Ran, command};

/// The number that every published specimen of the card bears.
const NUMBER: &str = "123456789018";
const PIN: &str = "4711";
const PIN_REFERENCE: u16 = 0x0011;
const CHALLENGE: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A reader, and a folder with the PIN in `pin` and code B in `code-b`.
struct Counter {
    reader: VirtualReader,
    folder: TempDir,
}

impl Counter {
    fn new() -> Self {
        Self::with(VirtualReader::start().unwrap())
    }

    fn with(reader: VirtualReader) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pin"), format!("{PIN}\n")).unwrap();
        std::fs::write(folder.path().join("wrong"), "0000\n").unwrap();
        std::fs::write(folder.path().join("code-b"), holder().code_b()).unwrap();
        Self { reader, folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = command(self.path());
        command.args(arguments).env(SOCKET_VARIABLE, self.reader.socket()).stdin(Stdio::null());
        let output = command.output().unwrap();
        let ran = Ran {
            status: output.status.code().expect("ended by a signal"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        for secret in [NUMBER, PIN] {
            assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{ran:?}");
        }
        // The PIN stands nowhere but where it came from.
        for file in tegata_conformance::files(self.path(), &[""]).iter().filter(|file| !file.ends_with("pin")) {
            Canaries::new([PIN]).assert_absent(&file.display().to_string(), &std::fs::read(file).unwrap());
        }
        ran
    }

    /// Reads with the consent given and the PIN in a file of this name.
    fn read(&self, pin: &str, more: &[&str]) -> Ran {
        let read = ["card", "read", "--out", "card", "--consented", "--pin-file", pin];
        self.run(&[&read[..], more].concat())
    }

    /// Expects that nothing was written, not even a folder that is half done.
    #[track_caller]
    fn has_nothing(&self) {
        let mut names: Vec<_> =
            std::fs::read_dir(self.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["code-b", "pin", "wrong"]);
    }
}

fn holder() -> CardRequest {
    CardRequest::from_seed(7).number(NUMBER).and_then(|request| request.pin(PIN)).unwrap()
}

fn hierarchy(algorithm: Algorithm) -> Hierarchy {
    Hierarchy::generate(12, algorithm).unwrap()
}

fn card() -> SimulatedCard {
    hierarchy(Algorithm::P256).issue(&holder()).unwrap()
}

/// Passes commands on, counts them, and is pulled out after so many.
struct Watched<C> {
    chip: C,
    commands: Arc<AtomicU32>,
    removed_after: u32,
}

impl<C: Chip> Chip for Watched<C> {
    fn reset(&mut self) {
        self.chip.reset();
    }

    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        if self.commands.fetch_add(1, Ordering::SeqCst) == self.removed_after {
            return Vec::new();
        }
        self.chip.transmit(command)
    }
}

/// Answers the first command after power came with 6F00, as real cards do.
struct Sleepy {
    chip: SimulatedCard,
    asleep: bool,
}

impl Chip for Sleepy {
    fn reset(&mut self) {
        self.asleep = true;
        self.chip.insert();
    }

    fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        if std::mem::take(&mut self.asleep) { vec![0x6f, 0x00] } else { self.chip.transmit(command) }
    }
}

/// A card of another kind: it has no application that anybody asks for.
struct AnotherCard;

impl Chip for AnotherCard {
    fn reset(&mut self) {}

    fn transmit(&mut self, _: &[u8]) -> Vec<u8> {
        vec![0x6a, 0x82]
    }
}

#[test]
fn what_is_read_verifies() {
    let counter = Counter::new();
    for algorithm in [Algorithm::Rsa2048, Algorithm::P256, Algorithm::P384] {
        let hierarchy = hierarchy(algorithm);
        let card = hierarchy.issue(&holder()).unwrap();
        let inserted = counter.reader.insert(card).unwrap();
        let more = ["--number", "--surface", "--code-b-file", "code-b", "--challenge", CHALLENGE];
        let result = counter.read("pin", &more).exits(0).json();
        let members: Vec<_> = result.as_object().unwrap().keys().collect();
        assert_eq!(members, ["status", "dir", "files", "reader", "consented_at", "responses"]);
        assert!(result["reader"].as_str().unwrap().contains("Tegata virtual reader"), "{result}");

        let card = inserted.remove().unwrap();
        let dir = counter.path().join("card");
        for (application, ids) in [(Application::Text, &[1, 2, 3, 4, 5, 7][..]), (Application::Surface, &[1, 2, 4])] {
            for id in ids {
                let physical = if (application, *id) == (Application::Text, 1) { "-physical" } else { "" };
                let path = dir.join(format!("{}-{id:04x}{physical}.bin", application.name()));
                assert_eq!(std::fs::read(&path).unwrap(), card.physical_file(application, *id).unwrap(), "{path:?}");
                assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            }
        }
        assert_eq!(std::fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(std::fs::read_dir(&dir).unwrap().count(), result["files"].as_array().unwrap().len());

        std::fs::write(counter.path().join("authorities.json"), hierarchy.authorities_json()).unwrap();
        for application in ["text", "surface"] {
            let verify = ["card", "verify", "--dir", "card", "--authorities", "authorities.json"];
            let response = result["responses"][application].as_str().unwrap();
            let more = ["--application", application, "--challenge", CHALLENGE, "--response", response];
            let verdict = counter.run(&[&verify[..], &more].concat()).exits(0).json();
            assert_eq!((&verdict["status"], &verdict["checks"]["presence"]), (&json!("accepted"), &json!("pass")));
            let number = if application == "text" { "pass" } else { "skipped" };
            assert_eq!(verdict["checks"]["number_digest"], number);
        }
        std::fs::remove_dir_all(dir).unwrap();
    }
}

#[test]
fn without_the_number_and_for_people() {
    let counter = Counter::new();
    let _inserted = counter.reader.insert(Sleepy { chip: card(), asleep: true }).unwrap();
    // An empty folder is as good as none.
    std::fs::create_dir(counter.path().join("card")).unwrap();
    let shown = counter.read("pin", &["--format", "human"]).exits(0);
    assert!(shown.stdout.contains("tegata card verify --dir card") && shown.stderr.is_empty(), "{shown:?}");
    assert!(!counter.path().join("card/text-0001-physical.bin").exists());
    // Nothing is overwritten, and no card is asked.
    counter.read("pin", &[]).is_usage_error("is there already");
    let listed = counter.run(&["card", "read", "--list-readers"]).exits(0).json();
    assert_eq!(listed["readers"].as_array().unwrap().len(), 2);
    counter.run(&["card", "read", "--list-readers", "--format", "human"]).exits(0);
}

#[test]
fn a_wrong_pin_and_a_blocked_one() {
    let counter = Counter::new();
    let inserted = counter.reader.insert(card()).unwrap();
    for tries_left in [2, 1] {
        let wrong = counter.read("wrong", &[]).exits(1);
        let result = wrong.json();
        assert_eq!((&result["status"], &result["code"]), (&json!("failed"), &json!("pin-wrong")));
        assert_eq!((&result["stage"], &result["field"]), (&json!("reader"), &json!("pin")));
        assert_eq!(result["tries_left"], tries_left);
        assert!(wrong.stderr.contains(&format!("{tries_left} tries left")), "{wrong:?}");
        counter.has_nothing();
    }
    // The last try is not spent, be the PIN right or wrong, unless that is asked for.
    for pin in ["pin", "wrong"] {
        let last = counter.read(pin, &[]).exits(1).json();
        assert_eq!((&last["code"], last.get("tries_left")), (&json!("pin-last-try"), None));
    }
    assert_eq!(counter.read("wrong", &["--last-try"]).exits(1).json()["code"], "pin-blocked");
    for more in [&[][..], &["--last-try"]] {
        assert_eq!(counter.read("pin", more).exits(1).json()["code"], "pin-blocked");
    }
    counter.has_nothing();

    let mut card = inserted.remove().unwrap();
    assert_eq!(card.tries_left(Application::Text, PIN_REFERENCE), Some(0));
    card.set_tries_left(Application::Text, PIN_REFERENCE, 1);
    let inserted = counter.reader.insert(card).unwrap();
    counter.read("pin", &["--last-try"]).exits(0);
    // The right one gives all tries back.
    assert_eq!(inserted.remove().unwrap().tries_left(Application::Text, PIN_REFERENCE), Some(3));
}

#[test]
fn a_card_pulled_out_at_any_command() {
    let counter = Counter::new();
    let commands = Arc::new(AtomicU32::new(0));
    let watched = |removed_after| {
        commands.store(0, Ordering::SeqCst);
        Watched { chip: card(), commands: Arc::clone(&commands), removed_after }
    };
    let inserted = counter.reader.insert(watched(u32::MAX)).unwrap();
    counter.read("pin", &["--number"]).exits(0);
    drop(inserted);
    std::fs::remove_dir_all(counter.path().join("card")).unwrap();
    let all = commands.load(Ordering::SeqCst);
    assert!(all > 20, "{all}");
    for removed_after in [0, 1, 2, 5, 6, 9, all / 2, all - 1] {
        let inserted = counter.reader.insert(watched(removed_after)).unwrap();
        let result = counter.read("pin", &["--number"]).exits(1).json();
        assert_eq!((&result["code"], &result["stage"]), (&json!("card-removed"), &json!("reader")), "{removed_after}");
        counter.has_nothing();
        drop(inserted);
    }
}

#[test]
fn another_card_no_card_and_no_reader() {
    let counter = Counter::new();
    counter.read("pin", &["--wait", "0"]).is_usage_error("no card in the reader");
    counter.read("pin", &["--wait", "0", "--reader", "none such"]).is_usage_error("no reader is called so");
    let inserted = counter.reader.insert(AnotherCard).unwrap();
    let result = counter.read("pin", &[]).exits(1).json();
    assert_eq!((&result["code"], &result["field"]), (&json!("application-not-found"), &json!("text")));
    drop(inserted);
    counter.has_nothing();

    let counter = Counter::with(VirtualReader::start_without_reader().unwrap());
    counter.read("pin", &[]).is_usage_error("no card reader is connected");
    let listed = counter.run(&["card", "read", "--list-readers"]).exits(0).json();
    assert_eq!(listed, json!({ "status": "done", "readers": [] }));
    let Counter { reader, folder } = counter;
    let socket = reader.socket().to_owned();
    drop(reader);
    assert!(!socket.exists(), "the service has ended");
    let mut alone = command(folder.path());
    alone.args(["card", "read", "--list-readers"]).env(SOCKET_VARIABLE, socket).stdin(Stdio::null());
    let output = alone.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("PC/SC service"));
}

#[test]
fn nothing_is_sent_before_consent_and_a_pin_that_can_be_one() {
    let counter = Counter::new();
    let commands = Arc::new(AtomicU32::new(0));
    let chip = Watched { chip: card(), commands: Arc::clone(&commands), removed_after: u32::MAX };
    let _inserted = counter.reader.insert(chip).unwrap();
    counter.run(&["card", "read", "--out", "card", "--pin-file", "pin"]).is_usage_error("--consented");
    std::fs::write(counter.path().join("wrong"), "47a1").unwrap();
    counter.read("wrong", &[]).is_usage_error("four digits");
    counter.read("wrong", &["--surface", "--code-b-file", "pin"]).is_usage_error("four digits");
    counter.read("pin", &["--surface", "--code-b-file", "pin"]).is_usage_error("fourteen digits");
    counter.read("no-such-file", &[]).is_usage_error("no-such-file");
    for mistaken in [&["--pin", "4712"][..], &["--pin-fd", "0"], &["4712"]] {
        assert_eq!(counter.read("pin", mistaken).status, 2);
    }
    assert_eq!(commands.load(Ordering::SeqCst), 0);
    counter.has_nothing();
}

#[test]
fn at_a_terminal_consent_and_pin_are_asked_for() {
    let counter = Counter::new();
    let _inserted = counter.reader.insert(card()).unwrap();
    let at_terminal = |more: &[&str]| {
        let mut command = command(counter.path());
        command.args(["card", "read", "--out", "card"]).args(more);
        command.env(SOCKET_VARIABLE, counter.reader.socket());
        spawn_command(command, Some(60_000)).unwrap()
    };
    let mut refused = at_terminal(&["--number"]);
    refused.exp_string("the individual number").unwrap();
    refused.exp_string("consent? [y/N] ").unwrap();
    refused.send_line("n").unwrap();
    refused.exp_string("did not consent").unwrap();
    refused.exp_eof().unwrap();
    counter.has_nothing();

    let mut wrong = at_terminal(&[]);
    wrong.exp_string("[y/N] ").unwrap();
    wrong.send_line("y").unwrap();
    wrong.exp_string("PIN (four digits, 3 tries left): ").unwrap();
    wrong.send_line("0000").unwrap();
    wrong.exp_string("2 tries left [pin-wrong]").unwrap();
    wrong.exp_eof().unwrap();

    let mut right = at_terminal(&["--surface"]);
    right.exp_string("[y/N] ").unwrap();
    right.send_line("y").unwrap();
    right.exp_string("PIN (four digits, 2 tries left): ").unwrap();
    right.send_line(PIN).unwrap();
    right.exp_string("Code B (fourteen digits, 10 tries left): ").unwrap();
    right.send_line(std::str::from_utf8(&holder().code_b()).unwrap()).unwrap();
    let shown = right.exp_string("tegata card verify --dir card").unwrap();
    assert!(!shown.contains(PIN), "{shown}");
    right.exp_eof().unwrap();
    assert!(counter.path().join("card/surface-0002.bin").exists());
}
