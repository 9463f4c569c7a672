//! `tegata issue` for one record.

use serde_json::json;

use crate::desk::{Desk, ISSUED_AT, example};

#[test]
fn the_text_stands_alone_on_standard_output() {
    let desk = Desk::new();
    for arguments in [&["record.json"][..], &["--format", "human", "record.json"], &["--image", "none", "record.json"]]
    {
        let ran = desk.issue(arguments).exits(0);
        assert!(ran.stdout.starts_with("HC1:") && ran.stdout.ends_with('\n'), "{ran:?}");
        assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (1, ""));
    }
    let with_mark = [b"\xef\xbb\xbf", example().to_string().as_bytes()].concat();
    assert!(desk.issue_fed(&["-"], &with_mark).exits(0).stdout.starts_with("HC1:"));
}

#[test]
fn json_when_asked_for() {
    let desk = Desk::new();
    let issued = desk.issue(&["--format", "json", "--out", "certificate", "record.json"]).exits(0).json();
    let names: Vec<_> = issued.as_object().unwrap().keys().collect();
    assert_eq!(names, ["status", "text", "certificate_id", "not_carried", "images"]);
    assert_eq!(issued["status"], "issued");
    assert_eq!(issued["not_carried"], json!([]));
    assert_eq!(issued["images"], json!(["certificate.png"]));
    let verified = desk.verify(&[issued["text"].as_str().unwrap()]).exits(0).json();
    assert_eq!(verified["payload"]["11"], issued["certificate_id"]);
}

#[test]
fn schema_and_example() {
    let desk = Desk::new();
    for more in [&[][..], &["--format", "json"], &["--lang", "ja"]] {
        let schema = desk.run(&[&["issue", "--print-schema"][..], more].concat()).exits(0).stdout;
        assert_eq!(schema, tegata::model::RECORD_SCHEMA);
        let example = desk.run(&[&["issue", "--print-example"][..], more].concat()).exits(0).stdout;
        desk.issue_fed(&["-"], example.as_bytes()).exits(0);
    }
}

#[test]
fn times() {
    let desk = Desk::new();
    let claims = |arguments: &[&str]| {
        let text = desk.issue(&[arguments, &["record.json"]].concat()).exits(0).stdout;
        desk.run(&["decode", text.trim_end()]).exits(0).json()["claims"].clone()
    };
    assert_eq!(claims(&[])["expires_at"], "2027-01-15T09:00:00Z");
    assert_eq!(claims(&[])["issued_at"], ISSUED_AT);
    assert_eq!(claims(&["--valid-for", "2w"])["expires_at"], "2026-01-29T09:00:00Z");
    assert_eq!(claims(&["--expires", "2026-12-31T23:59:59+09:00"])["expires_at"], "2026-12-31T14:59:59Z");
    desk.issue(&["--expires", "2026-12-31T00:00:00Z", "--valid-for", "1d", "record.json"]).is_usage_error("--expires");
    desk.issue(&["--expires", "tomorrow", "record.json"]).is_usage_error("RFC 3339");
    desk.issue(&["--valid-for", "1y", "record.json"]).is_usage_error("365d");
}

#[test]
fn images_beside_the_base() {
    let desk = Desk::new();
    for (kind, name) in [("png", "paper/c.v1.png"), ("svg", "paper/c.v1.svg")] {
        std::fs::create_dir_all(desk.path().join("paper")).unwrap();
        let text = desk.issue(&["--out", "paper/c.v1", "--image", kind, "record.json"]).exits(0).stdout;
        assert!(!desk.read(name).is_empty());
        if kind == "png" {
            let found = desk.verify(&[name]).exits(0).json();
            assert_eq!((&found["source"], &found["index"]), (&json!(name), &json!(0)));
            let told = desk.verify(&[text.trim_end()]).exits(0).json();
            assert_eq!(found["payload"], told["payload"]);
        }
    }
    desk.issue(&["--image", "png", "record.json"]).is_usage_error("--out");
    desk.issue(&["--out", "no/such/folder/c", "record.json"]).is_usage_error("no/such/folder/c.png");
    desk.issue(&["--out", "c", "--module-size", "0", "record.json"]).exits(2);
}

#[test]
fn paper() {
    let desk = Desk::new();
    desk.issue(&["--pdf", "c.pdf", "--font", "no-such.ttf", "record.json"]).is_usage_error("no-such.ttf");
    desk.issue(&["--pdf", "c.pdf", "--font", "record.json", "record.json"]).is_usage_error("typeface cannot be read");
    desk.issue(&["--font", "a.ttf", "record.json"]).is_usage_error("--pdf");
    desk.issue(&["--batch", "--pdf", "c.pdf", "record.json"]).is_usage_error("--pdf");
    let printed = desk.issue(&["--format", "json", "--pdf", "c.pdf", "--office", "手形市健康課", "record.json"]);
    if printed.stderr.contains("fonts-noto-cjk") {
        tegata_conformance::skip("issue::paper", "no Japanese typeface is installed");
        return;
    }
    let printed = printed.exits(0).json();
    assert_eq!(printed["pdf"], json!({"file": "c.pdf", "pages": 1, "substitutions": []}));
    assert!(desk.read("c.pdf").starts_with(b"%PDF-"));
    let mut record = example();
    record["name"]["registered"] = json!({"surname": "手形\u{e000}"});
    let ran = desk.issue_fed(&["--format", "json", "--pdf", "c.pdf", "-"], record.to_string().as_bytes()).exits(0);
    assert!(ran.stderr.contains("name.registered") && !ran.stderr.contains("手形"), "{ran:?}");
    assert_eq!(ran.json()["pdf"]["substitutions"][0]["missing_characters"], 1);
    desk.issue(&["--pdf", "c.pdf", "--office", "", "record.json"]).is_usage_error("--office");
}

/// Signer options, other arguments, and the code and field they are refused with.
type Refusal<'a> = (&'a [&'a str], &'a [&'a str], &'a str, Option<&'a str>);

#[test]
fn a_failure_prints_no_text_and_says_why_in_json() {
    let desk = Desk::new();
    desk.signer("other-key.pem", "other.pem", &["--usage", "test"]);
    let mut without_birth_date = example();
    without_birth_date.as_object_mut().unwrap().remove("birth_date");
    desk.write("incomplete.json", without_birth_date.to_string().as_bytes());
    desk.write("garbage", b"\xff\xfe\x00");
    let own = ["--signer", "key.pem", "--certificate", "signer.pem"];
    let cases: [Refusal<'_>; 8] = [
        (&own, &["incomplete.json"], "record-missing-field", Some("birth_date")),
        (&own, &["garbage"], "record-malformed", None),
        (&own, &["--issuer", "AT", "record.json"], "issuer-not-signer-country", Some("issuer")),
        (&own, &["--expires", "2030-01-01T00:00:00Z", "record.json"], "signer-ends-first", Some("expires_at")),
        (
            &["--signer", "other-key.pem", "--certificate", "signer.pem"],
            &["record.json"],
            "key-certificate-mismatch",
            None,
        ),
        (&["--signer", "other-key.pem", "--certificate", "other.pem"], &["record.json"], "signer-key-usage", None),
        (&["--signer", "garbage", "--certificate", "signer.pem"], &["record.json"], "key-malformed", None),
        (&["--signer", "key.pem", "--certificate", "garbage"], &["record.json"], "trust-unreadable", None),
    ];
    for (signer, arguments, code, field) in cases {
        let issue = [&["issue", "--issued-at", ISSUED_AT][..], signer, arguments].concat();
        let ran = desk.run(&issue).exits(1);
        assert!(ran.stdout.is_empty() && ran.stderr.contains(&format!("[{code}]")), "{ran:?}");
        let result = desk.run(&[&issue[..], &["--format", "json", "--out", "none"]].concat()).exits(1).json();
        assert_eq!((&result["status"], &result["code"]), (&json!("failed"), &json!(code)));
        assert_eq!(result["field"], json!(field));
        assert!(!desk.path().join("none.png").exists());
    }
    for (signer, certificate, record) in [
        ("missing", "signer.pem", "record.json"),
        ("key.pem", "missing", "record.json"),
        ("key.pem", "signer.pem", "missing"),
    ] {
        let issue = ["issue", "--format", "json", "--signer", signer, "--certificate", certificate, record];
        desk.run(&issue).is_usage_error("cannot read missing");
    }
    desk.run(&["issue", "--certificate", "signer.pem", "record.json"]).is_usage_error("--signer");
    desk.run(&["issue", "--signer", "key.pem", "record.json"]).is_usage_error("--certificate");
    desk.issue(&[]).is_usage_error("RECORD");
}

#[test]
fn a_single_dose_profile_says_what_it_leaves_out() {
    let desk = Desk::new();
    let ran = desk.issue(&["--profile", "dcc", "record.json"]).exits(0);
    assert_eq!(ran.stdout.lines().count(), 1);
    let result = desk.issue(&["--profile", "dcc", "--format", "json", "record.json"]).exits(0).json();
    let not_carried: Vec<_> = result["not_carried"].as_array().unwrap().iter().map(|f| f.as_str().unwrap()).collect();
    assert!(not_carried.contains(&"passport_number") && not_carried.contains(&"doses[0]"), "{not_carried:?}");
    let warned: Vec<_> = ran.stderr.lines().map(|line| line.rsplit(' ').next().unwrap()).collect();
    assert_eq!(warned, not_carried);
    let first = desk.issue(&["--profile", "dcc", "--dose", "1", "record.json"]).exits(0).stdout;
    let verified = desk.verify(&[first.trim_end()]).exits(0).json();
    assert_eq!((&verified["hcert_key"], &verified["payload"]["v"][0]["dn"]), (&json!(1), &json!(1)));
    desk.issue(&["--dose", "1", "record.json"]).is_usage_error("--dose");
    desk.issue(&["--profile", "dcc", "--dose", "0", "record.json"]).is_usage_error("--dose");
    let absent = desk.issue(&["--profile", "dcc", "--dose", "9", "--format", "json", "record.json"]).exits(1).json();
    assert_eq!(absent["stage"], "profile");
}
