//! `tegata issue --batch`.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::time::Duration;

use serde_json::json;

use crate::desk::{Desk, numbered};
use crate::run::command;

/// Records of which every seventh is refused, for one of three reasons.
fn records(count: usize) -> String {
    (1..=count)
        .map(|number| match number % 21 {
            0 => "{\n".to_owned(),
            7 => numbered(number).replace("1980-02-17", "1980-02-30"),
            14 => numbered(number).replace("\"birth_date\"", "\"birth-date\""),
            _ => numbered(number),
        })
        .collect()
}

#[test]
fn one_result_a_line_in_the_order_of_the_records() {
    let desk = Desk::new();
    desk.write("records.ndjson", records(150).as_bytes());
    for jobs in [&[][..], &["--jobs", "1"], &["--jobs", "2"], &["--jobs", "7"]] {
        let ran = desk.issue(&[&["--batch", "records.ndjson"][..], jobs].concat()).exits(1);
        assert!(ran.stderr.is_empty(), "{ran:?}");
        let lines = ran.lines();
        assert_eq!(lines.len(), 150);
        let mut texts = BTreeSet::new();
        for (number, line) in (1..).zip(&lines) {
            let failed = |code: &str, field: Option<&str>| json!({ "line": number, "status": "failed", "code": code, "field": field });
            match number % 21 {
                0 => assert_eq!(*line, failed("record-malformed", None)),
                7 => assert_eq!(*line, failed("record-invalid-value", Some("birth_date"))),
                14 => assert_eq!(line["code"], "record-unknown-field"),
                _ => {
                    let names: Vec<_> = line.as_object().unwrap().keys().collect();
                    assert_eq!(names, ["line", "status", "text", "certificate_id"]);
                    assert_eq!((&line["line"], &line["status"]), (&json!(number), &json!("issued")));
                    assert_eq!(line["certificate_id"], format!("RECORD-{number}"));
                    assert!(texts.insert(line["text"].as_str().unwrap().to_owned()));
                }
            }
        }
        let all = desk.verify(&texts.iter().take(5).map(String::as_str).collect::<Vec<_>>()).exits(0);
        assert_eq!(all.lines().len(), 5);
    }
}

#[test]
fn resuming_blank_lines_and_line_ends() {
    let desk = Desk::new();
    let lines_of = |arguments: &[&str], input: &str| -> Vec<u64> {
        let ran = desk.issue_fed(&[&["--batch"][..], arguments, &["-"]].concat(), input.as_bytes()).exits(0);
        ran.lines().iter().map(|line| line["line"].as_u64().unwrap()).collect()
    };
    let records: String = (1..=70).map(numbered).collect();
    assert_eq!(lines_of(&["--from-line", "68"], &records), [68, 69, 70]);
    assert_eq!(lines_of(&["--from-line", "71"], &records), [0; 0]);
    assert_eq!(lines_of(&[], ""), [0; 0]);
    let (one, two) = (numbered(1), numbered(2));
    let odd = format!("\u{feff}{}\r\n\r\n  \n{}", one.trim_end(), two.trim_end());
    assert_eq!(lines_of(&[], &odd), [1, 4]);
    desk.issue(&["--from-line", "0", "--batch", "-"]).is_usage_error("--from-line");
    desk.issue(&["--from-line", "2", "record.json"]).is_usage_error("--batch");
    desk.issue(&["--jobs", "2", "record.json"]).is_usage_error("--batch");
    desk.issue(&["--jobs", "0", "--batch", "-"]).is_usage_error("--jobs");
    desk.issue(&["--batch", "--out", "c", "-"]).is_usage_error("--batch");
    desk.issue(&["--batch", "missing"]).is_usage_error("cannot read missing");
    desk.issue(&["--batch", "."]).is_usage_error("cannot read .");
}

#[test]
fn an_overlong_line_is_one_failed_record() {
    let desk = Desk::new();
    let long = format!("{{\"kind\":\"{}\"}}", "x".repeat(tegata::model::RECORD_MAX_BYTES));
    let input = format!("{}{long}\n{}", numbered(1), numbered(3));
    let lines = desk.issue_fed(&["--batch", "-"], input.as_bytes()).exits(1).lines();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[1], json!({ "line": 2, "status": "failed", "code": "record-too-large", "field": null }));
    assert_eq!(lines[2]["certificate_id"], "RECORD-3");
}

#[test]
fn a_result_does_not_wait_for_the_next_record() {
    let desk = Desk::new();
    let mut child = batch_of(&desk).spawn().unwrap();
    let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (results, take_result) = channel();
    std::thread::spawn(move || BufReader::new(stdout).lines().try_for_each(|line| results.send(line.unwrap())));
    for number in 1..=3 {
        stdin.write_all(numbered(number).as_bytes()).unwrap();
        let line = take_result.recv_timeout(Duration::from_secs(60)).expect("no result while the input is open");
        assert!(line.contains(&format!("RECORD-{number}")), "{line}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_stops_ends_the_batch_in_silence() {
    let desk = Desk::new();
    let mut child = batch_of(&desk).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    drop(child.stdout.take());
    // The command may stop reading at any moment.
    _ = stdin.write_all(records(400).as_bytes());
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(2));
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(stderr, "");
}

fn batch_of(desk: &Desk) -> std::process::Command {
    let mut command = command(desk.path());
    command.args(["issue", "--signer", "key.pem", "--certificate", "signer.pem", "--batch", "-"]);
    command.args(["--issued-at", crate::desk::ISSUED_AT]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}
