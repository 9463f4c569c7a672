//! `tegata keys`.

use std::process::{Command, Stdio};

use serde_json::json;

use crate::desk::Desk;
use crate::run::{Ran, command};

#[test]
fn a_key_is_for_its_owner_alone_and_is_not_overwritten() {
    let desk = Desk::new();
    let made = desk.run(&["keys", "generate", "--out", "new.pem"]).exits(0);
    assert_eq!(made.json(), json!({ "status": "done", "file": "new.pem", "key": "P-256", "encrypted": false }));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| std::fs::metadata(desk.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("new.pem"), 0o600);
        std::fs::set_permissions(desk.path().join("new.pem"), PermissionsExt::from_mode(0o644)).unwrap();
        desk.run(&["keys", "generate", "--out", "new.pem", "--force"]).exits(0);
        assert_eq!(mode("new.pem"), 0o600);
    }
    let before = desk.read("new.pem");
    desk.run(&["keys", "generate", "--out", "new.pem"]).is_usage_error("--force");
    assert_eq!(desk.read("new.pem"), before);
    desk.run(&["keys", "generate", "--out", "new.pem", "--force"]).exits(0);
    assert_ne!(desk.read("new.pem"), before);
    desk.run(&["keys", "generate", "--out", "no/folder/key.pem"]).is_usage_error("no/folder/key.pem");
    let left: Vec<_> = std::fs::read_dir(desk.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".new")), "{left:?}");
    let piped = desk.run(&["keys", "generate", "--out", "-"]).exits(0);
    assert!(piped.stdout.starts_with("-----BEGIN PRIVATE KEY-----") && piped.stderr.is_empty());
}

#[test]
#[cfg(unix)]
fn a_link_and_a_device_are_written_through() {
    let desk = Desk::new();
    std::os::unix::fs::symlink("key.pem", desk.path().join("link.pem")).unwrap();
    desk.run(&["keys", "generate", "--out", "link.pem", "--force"]).exits(0);
    assert!(std::fs::symlink_metadata(desk.path().join("link.pem")).unwrap().is_symlink());
    assert_eq!(desk.read("link.pem"), desk.read("key.pem"));
    let csr = ["keys", "csr", "--signer", "key.pem", "--country", "JP", "--common-name", "T"];
    desk.run(&[&csr[..], &["--out", "/dev/null", "--force"]].concat()).exits(0);
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn requests_and_certificates() {
    let desk = Desk::new();
    let subject = ["--signer", "key.pem", "--country", "JP", "--organisation", "関所", "--common-name", "Signer 1"];
    let csr = desk.run(&[&["keys", "csr"][..], &subject].concat()).exits(0);
    assert!(csr.stdout.starts_with("-----BEGIN CERTIFICATE REQUEST-----") && csr.stderr.is_empty());
    let as_json = desk.run(&[&["keys", "csr", "--format", "json"][..], &subject].concat()).exits(0).json();
    assert!(as_json["pem"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE REQUEST-----"));
    let validity = ["--valid-from", "2026-01-01T00:00:00Z", "--valid-for", "365d", "--usage", "test,recovery"];
    let signed = [&["keys", "self-signed"][..], &subject, &validity, &["--out", "own.pem"]].concat();
    assert_eq!(desk.run(&signed).exits(0).stdout, "");
    desk.run(&signed).is_usage_error("--force");
    let as_json = desk.run(&[&signed[..], &["--force", "--format", "json"]].concat()).exits(0).json();
    assert_eq!(as_json, json!({ "status": "done", "file": "own.pem" }));

    let inspected = desk.run(&["keys", "inspect", "own.pem", "key.pem"]).exits(0).lines();
    let certificate = &inspected[0];
    assert_eq!((&certificate["source"], &certificate["index"]), (&json!("own.pem"), &json!(0)));
    assert_eq!((&certificate["type"], &certificate["country"]), (&json!("certificate"), &json!("JP")));
    assert_eq!(certificate["usages"], json!(["test", "recovery"]));
    assert_eq!(certificate["not_before"], "2026-01-01T00:00:00Z");
    assert_eq!(certificate["not_after"], "2027-01-01T00:00:00Z");
    assert_eq!((&inspected[1]["type"], &inspected[1]["key"]), (&json!("private-key"), &json!("P-256")));

    desk.run(&["keys", "csr", "--signer", "key.pem", "--country", "Japan", "--common-name", "x"]).exits(2);
    let refused =
        desk.run(&["keys", "csr", "--signer", "signer.pem", "--country", "JP", "--common-name", "x"]).exits(1);
    assert!(refused.stdout.is_empty() && refused.stderr.contains("[key-malformed]"), "{refused:?}");
}

#[test]
fn inspecting_several_files_and_standard_input() {
    let desk = Desk::new();
    desk.write("garbage", b"garbage");
    let from_input = desk.fed(&["keys", "inspect", "-"], &desk.read("key.pem")).exits(0).json();
    assert_eq!(from_input["type"], "private-key");
    let some = desk.run(&["keys", "inspect", "garbage", "signer.pem"]).exits(1).lines();
    assert_eq!((&some[0]["code"], &some[1]["type"]), (&json!("key-malformed"), &json!("certificate")));
    assert_eq!(desk.run(&["keys", "inspect", "missing", "garbage", "signer.pem"]).exits(2).lines().len(), 2);
    let human = desk.run(&["keys", "inspect", "--format", "human", "--lang", "ja", "signer.pem"]).exits(0).stdout;
    assert!(human.contains("鍵識別子"), "{human}");
    let secret = String::from_utf8(desk.read("key.pem")).unwrap();
    let shown = desk.run(&["keys", "inspect", "key.pem"]).stdout;
    assert!(secret.lines().all(|line| !shown.contains(line)));
}

#[test]
fn encrypted_keys() {
    let desk = Desk::new();
    desk.write("secret", "手形 correct horse\nsecond line\n".as_bytes());
    desk.write("wrong", b"battery staple\n");
    desk.write("empty", b"\n");
    let generate = ["keys", "generate", "--encrypt", "--out", "enc.pem", "--passphrase-file"];
    desk.run(&[&generate[..], &["empty"]].concat()).is_usage_error("empty passphrase");
    desk.run(&[&generate[..], &["missing"]].concat()).is_usage_error("cannot read missing");
    let made = desk.run(&[&generate[..], &["secret"]].concat()).exits(0);
    assert_eq!(made.json()["encrypted"], true);
    let pem = String::from_utf8(desk.read("enc.pem")).unwrap();
    assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));

    let sign =
        ["keys", "self-signed", "--signer", "enc.pem", "--country", "JP", "--common-name", "E", "--format", "json"];
    let with = |more: &[&str]| desk.run(&[&sign[..], more].concat());
    assert_eq!(with(&["--passphrase-file", "wrong"]).exits(1).json()["code"], "key-passphrase-wrong");
    assert_eq!(with(&[]).exits(1).json()["code"], "key-passphrase-required");
    with(&["--passphrase-file", "secret", "--valid-from", "2026-01-01T00:00:00Z", "--out", "enc-signer.pem"]).exits(0);
    assert_eq!(with(&["--passphrase-file", "secret", "--passphrase-fd", "3"]).exits(2).stdout, "");

    let issue = "issue --signer enc.pem --certificate enc-signer.pem --issued-at 2026-01-15T09:00:00Z record.json";
    let issued = through_shell(&desk, &format!("exec \"$0\" {issue} --passphrase-fd 3 3< secret")).exits(0);
    assert!(issued.stdout.starts_with("HC1:"));
    through_shell(&desk, &format!("exec \"$0\" {issue} --passphrase-fd 3 3< wrong")).exits(1);
    through_shell(&desk, "exec \"$0\" keys generate --encrypt --passphrase-fd 5 --out fd.pem 5< secret").exits(0);
    desk.run(&["keys", "inspect", "--passphrase-file", "secret", "fd.pem"]).exits(0);
    through_shell(&desk, &format!("exec \"$0\" {issue} --passphrase-fd 9 9<&-")).is_usage_error("cannot read");
    for ran in [with(&["--passphrase-file", "wrong"]), issued] {
        assert!(!ran.stderr.contains("horse") && !ran.stderr.contains("staple"), "{ran:?}");
    }
}

#[test]
fn openssl_reads_what_we_write() {
    let name = "openssl_reads_what_we_write";
    if Command::new("openssl").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        return tegata_conformance::skip(name, "openssl is not installed");
    }
    let desk = Desk::new();
    desk.write("secret", b"correct horse\n");
    desk.run(&["keys", "generate", "--encrypt", "--passphrase-file", "secret", "--out", "enc.pem"]).exits(0);
    let subject = ["--country", "JP", "--organisation", "関所", "--common-name", "Signer 1", "--out", "csr.pem"];
    desk.run(&[&["keys", "csr", "--signer", "key.pem"][..], &subject].concat()).exits(0);
    let openssl = |arguments: &str| {
        let ran = Command::new("openssl").args(arguments.split(' ')).current_dir(desk.path()).output().unwrap();
        assert!(ran.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap()
    };
    openssl("pkey -in key.pem -check -noout");
    openssl("pkey -in enc.pem -passin file:secret -check -noout");
    openssl("req -in csr.pem -verify -noout");
    assert!(openssl("req -in csr.pem -noout -text").contains("1.3.6.1.4.1.1847.2021.1.2"));
    let certificate = openssl("x509 -in signer.pem -noout -text");
    for expected in ["prime256v1", "1.3.6.1.4.1.1847.2021.1.2", "Digital Signature", "CA:FALSE", "ecdsa-with-SHA256"] {
        assert!(certificate.contains(expected), "{expected}: {certificate}");
    }
    assert_eq!(openssl("x509 -in signer.pem -noout -pubkey"), openssl("pkey -in key.pem -pubout"));
    // And a key that OpenSSL made, in the older form, signs here.
    openssl("ecparam -name prime256v1 -genkey -noout -out sec1.pem");
    assert!(desk.read("sec1.pem").starts_with(b"-----BEGIN EC PRIVATE KEY-----"));
    desk.run(&["keys", "self-signed", "--signer", "sec1.pem", "--country", "JP", "--common-name", "S"]).exits(0);
}

fn through_shell(desk: &Desk, script: &str) -> Ran {
    let mut shell = Command::new("sh");
    let output = shell
        .args(["-c", script])
        .arg(command(desk.path()).get_program())
        .current_dir(desk.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The keys for what comes by way of a centre, without any other tool: they fit each other, and are written over by nobody.
#[test]
fn keys_for_sealed_messages_come_in_pairs() {
    use tegata::crypto::rustcrypto::PROVIDER;
    use tegata::model::MunicipalityCode;
    use tegata_service::sealed::Recipient;

    let desk = Desk::new();
    let made = desk.run(&["keys", "sealing", "--out", "nerima"]).exits(0).json();
    assert_eq!(made["sealing"]["key"], "nerima-sealing-key.pem");
    let mut public = Vec::new();
    for purpose in ["sealing", "answer"] {
        let (key, file) = (format!("nerima-{purpose}-key.pem"), format!("nerima-{purpose}.pub.pem"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(desk.path().join(&key)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{key}");
        }
        let shown = desk.run(&["keys", "public", "--signer", &key]).exits(0).stdout;
        assert_eq!(shown.as_bytes(), desk.read(&file));
        let der = tegata_conformance::unbase64(
            &shown.lines().filter(|line| !line.starts_with('-')).collect::<Vec<_>>().concat(),
        );
        assert_eq!(made[purpose]["fingerprint"], tegata_service::sealed::key_fingerprint(&der));
        assert!(!made.to_string().contains("PRIVATE") && !shown.contains("PRIVATE"));
        public.push(shown);
    }
    assert_ne!(public[0], public[1]);
    let code = MunicipalityCode::parse("131202").unwrap();
    assert!(Recipient::new(code, &public[0], &public[1], &PROVIDER).is_ok());
    let before = desk.read("nerima-sealing-key.pem");
    std::fs::remove_file(desk.path().join("nerima-sealing.pub.pem")).unwrap();
    desk.run(&["keys", "sealing", "--out", "nerima"]).is_usage_error("is there already");
    assert_eq!(desk.read("nerima-sealing-key.pem"), before);
    assert!(!desk.path().join("nerima-sealing.pub.pem").exists(), "nothing is made by half");
    let json = desk.run(&["keys", "public", "--signer", "key.pem", "--format", "json"]).exits(0).json();
    assert!(json["pem"].as_str().unwrap().starts_with("-----BEGIN PUBLIC KEY-----\n"));
}
