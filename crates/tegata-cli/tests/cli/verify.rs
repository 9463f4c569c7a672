//! `tegata verify` and `tegata decode`.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::desk::{Desk, LATER, NOW};
use crate::run::command;

const CHECKS: [&str; 11] = [
    "prefix",
    "base45",
    "compression",
    "cose",
    "claims",
    "signer",
    "signature",
    "schema",
    "validity",
    "key_usage",
    "revocation",
];

#[test]
fn the_json_of_an_accepted_certificate() {
    let desk = Desk::new();
    let result = desk.verify(&[&desk.text()]).exits(0).json();
    let names: Vec<_> = result.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "source",
            "index",
            "status",
            "format",
            "stage",
            "code",
            "message",
            "checks",
            "signer",
            "claims",
            "hcert_key",
            "payload"
        ]
    );
    assert_eq!((&result["status"], &result["format"]), (&json!("accepted"), &json!("hcert")));
    assert_eq!((&result["stage"], &result["code"], &result["message"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(result["checks"].as_object().unwrap().keys().collect::<Vec<_>>(), CHECKS);
    for check in CHECKS {
        assert_eq!(result["checks"][check], if check == "revocation" { "skipped" } else { "pass" });
    }
    let signer: Vec<_> = result["signer"].as_object().unwrap().keys().collect();
    assert_eq!(signer, ["key_id", "algorithm", "country", "subject", "trusted_by"]);
    assert_eq!((&result["signer"]["trusted_by"], &result["signer"]["country"]), (&json!("direct"), &json!("JP")));
    let claims = json!({ "issuer": "JP", "issued_at": "2026-01-15T09:00:00Z", "not_before": null, "expires_at": "2027-01-15T09:00:00Z" });
    assert_eq!(result["claims"], claims);
}

#[test]
fn the_json_of_certificates_not_accepted() {
    let desk = Desk::new();
    desk.signer("other-key.pem", "other.pem", &[]);
    let text = desk.text();
    let at = |trust: &[&str], time: &str| desk.run(&[&["verify"][..], trust, &["--at", time, &text]].concat());
    let expired = at(&["--trust", "signer.pem"], LATER).exits(1).json();
    assert_eq!((&expired["stage"], &expired["code"]), (&json!("validity"), &json!("expired")));
    assert!(expired.get("payload").is_none() && expired["unaccepted_payload"]["8"] == "TK0000000");
    assert_eq!(expired["checks"]["signature"], "pass");

    for trust in [&[][..], &["--trust", "other.pem"]] {
        let unknown = at(trust, NOW).exits(1);
        // Without any trust, a person is told on standard error.
        assert_eq!(unknown.stderr.contains("--trust"), trust.is_empty());
        let unknown = unknown.json();
        assert_eq!((&unknown["stage"], &unknown["code"]), (&json!("signer"), &json!("unknown-signer")));
        assert!(unknown.get("payload").is_none() && unknown.get("unaccepted_payload").is_none());
        assert_eq!(
            (&unknown["checks"]["validity"], &unknown["checks"]["key_usage"]),
            (&json!("pass"), &json!("skipped"))
        );
    }
    let both = at(&["--trust", "other.pem", "--trust", "signer.pem"], NOW).exits(0).json();
    assert_eq!(both["status"], "accepted");
}

#[test]
fn times_and_skew() {
    let desk = Desk::new();
    let text = desk.text();
    let at = |time: &str, skew: &[&str]| {
        desk.run(&[&["verify", "--trust", "signer.pem", "--at", time, &text][..], skew].concat())
    };
    for time in ["2026-06-01T09:00:00+09:00", "2026-06-01T00:00:00.123456789Z", "2026-06-01t00:00:00z"] {
        at(time, &[]).exits(0);
    }
    at("2026-01-15T09:00:00Z", &[]).exits(0);
    at("2027-01-15T08:59:59.999999999Z", &[]).exits(0);
    assert_eq!(at("2026-01-15T08:59:59.999999999Z", &[]).exits(1).json()["code"], "not-yet-valid");
    at("2026-01-15T08:59:00Z", &["--skew", "60"]).exits(0);
    assert_eq!(at("2027-01-15T09:00:01Z", &[]).exits(1).json()["code"], "expired");
    at("2027-01-15T09:00:01Z", &["--skew", "60"]).exits(0);
    at("2027-01-15T09:02:00Z", &["--skew", "60"]).exits(1);
    for time in
        ["2026-06-01", "now", "2026-06-01T00:00:00", "2026-06-01T00:00:00.1234567890Z", "2026-02-30T00:00:00Z", ""]
    {
        at(time, &[]).is_usage_error("--at");
    }
    for skew in ["-1", "1.5", "99999999999", "x"] {
        assert_eq!(at(NOW, &["--skew", skew]).exits(2).stdout, "");
    }
}

#[test]
fn inputs_of_every_kind() {
    let desk = Desk::new();
    let text = desk.text();
    desk.issue(&["--out", "picture", "record.json"]).exits(0);
    desk.write("text.txt", text.as_bytes());
    desk.write("windows.txt", format!("\u{feff}{text}\r\n").as_bytes());
    desk.write("HC1.dat", &desk.read("picture.png"));
    let three = format!("{text}\n\n{}\n{text}\n", &text[..100]);
    desk.write("several.txt", three.as_bytes());
    for input in ["text.txt", "windows.txt", "picture.png", "HC1.dat", &text] {
        let result = desk.verify(&[input]).exits(0).json();
        assert_eq!(result["source"], if input == text { "text" } else { input });
    }
    for content in [text.as_bytes(), &desk.read("picture.png")] {
        let arguments = ["verify", "--trust", "signer.pem", "--at", NOW, "-"];
        let result = desk.fed(&arguments, content).exits(0).json();
        assert_eq!((&result["source"], &result["index"]), (&json!("-"), &json!(0)));
    }
    let results = desk.verify(&["several.txt", "text.txt"]).exits(1).lines();
    let places: Vec<_> =
        results.iter().map(|r| (r["source"].as_str().unwrap(), r["index"].as_u64().unwrap())).collect();
    assert_eq!(places, [("several.txt", 0), ("several.txt", 1), ("several.txt", 2), ("text.txt", 0)]);
    let verdicts: Vec<_> = results.iter().map(|r| r["status"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["accepted", "rejected", "accepted", "accepted"]);
}

#[test]
fn what_is_no_certificate_is_rejected_with_its_json() {
    let desk = Desk::new();
    let blank: &[u8] = include_bytes!("blank.png");
    desk.write("blank.png", blank);
    desk.write("half.png", &blank[..blank.len() / 2]);
    desk.write("binary", b"\xff\xfe\x00\x01");
    desk.write("empty", b"");
    desk.write("prose.txt", b"Dear Sir or Madam,\nplease find enclosed nothing.\n");
    for (input, stage, code) in [
        ("blank.png", "prefix", "no-code-found"),
        ("half.png", "prefix", "image-unreadable"),
        ("binary", "prefix", "missing-prefix"),
        ("empty", "prefix", "missing-prefix"),
        ("-", "prefix", "missing-prefix"),
        ("prose.txt", "prefix", "missing-prefix"),
        ("hc1:6bf", "prefix", "missing-prefix"),
        ("HC2:6BF", "prefix", "unsupported-prefix"),
        ("HC1:", "compression", "not-compressed"),
    ] {
        for verb in ["verify", "decode"] {
            let ran = desk.run(&[verb, input]).exits(1);
            let result = ran.json();
            assert_eq!((&result["stage"], &result["code"]), (&json!(stage), &json!(code)), "{verb} {input}");
        }
    }
}

#[test]
fn the_worst_input_gives_the_exit_status() {
    let desk = Desk::new();
    desk.write("good.txt", desk.text().as_bytes());
    desk.write("bad.txt", b"HC1:NCF");
    for (inputs, status, results) in [
        (&["good.txt", "good.txt"][..], 0, 2),
        (&["good.txt", "bad.txt", "good.txt"], 1, 3),
        (&["missing", "bad.txt", "good.txt"], 2, 2),
        (&["bad.txt", "missing", "good.txt"], 2, 2),
        (&["good.txt", "."], 2, 1),
    ] {
        let ran = desk.verify(inputs).exits(status);
        assert_eq!(ran.lines().len(), results);
        assert_eq!(desk.run(&[&["decode"][..], inputs].concat()).exits(status).lines().len(), results);
    }
    desk.verify(&["missing"]).is_usage_error("cannot read missing");
    desk.verify(&[]).is_usage_error("INPUT");
    for trust in ["missing", ".", "bad.txt", "key.pem"] {
        assert_eq!(desk.run(&["verify", "--trust", trust, "good.txt"]).exits(2).stdout, "");
    }
}

#[test]
fn decoding_needs_no_trust_and_says_so() {
    let desk = Desk::new();
    let text = desk.text();
    let result = desk.run(&["decode", &text]).exits(0).json();
    let names: Vec<_> = result.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "source",
            "index",
            "verified",
            "format",
            "layers",
            "protected",
            "unprotected",
            "claims",
            "hcert_key",
            "unauthenticated_payload",
            "checks"
        ]
    );
    assert_eq!((&result["verified"], &result["protected"]["alg"]), (&json!(false), &json!("ES256")));
    assert_eq!(result["layers"]["base45_characters"], text.len() - 4);
    assert_eq!(
        result["checks"].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["prefix", "base45", "compression", "cose", "claims", "schema"]
    );
    let human = desk.run(&["decode", "--format", "human", &text]).exits(0).stdout;
    assert!(human.starts_with("NOT VERIFIED"), "{human}");
}

#[test]
fn for_people_the_verdict_comes_first_and_lines_are_short() {
    let desk = Desk::new();
    let text = desk.text();
    for (language, accepted, rejected) in [("en", "✔ ACCEPTED", "✘ REJECTED"), ("ja", "✔ 有効", "✘ 受入不可")]
    {
        let human = ["--format", "human", "--lang", language];
        let good = desk.verify(&[&human[..], &[&text]].concat()).exits(0).stdout;
        assert!(good.starts_with(accepted) && good.contains("HANAKO") && !good.contains('✘'), "{good}");
        let bad = desk.run(&[&["verify"][..], &human, &[&text]].concat()).exits(1).stdout;
        assert!(bad.starts_with(rejected) && !bad.contains("HANAKO"), "{bad}");
        for line in good.lines().chain(bad.lines()) {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 82, "{line}");
            assert!(!line.contains('\u{1b}'), "colour without a terminal: {line}");
        }
    }
}

#[test]
fn a_reader_that_stops_is_no_news() {
    let desk = Desk::new();
    let mut child = command(desk.path())
        .args(["decode", &desk.text()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    // It may have been faster than the reader was at stopping.
    assert!(matches!(output.status.code(), Some(0 | 2)));
    assert_eq!(output.stderr, b"");
}
