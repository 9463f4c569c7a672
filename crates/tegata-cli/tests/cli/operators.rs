//! A municipality's work from an empty folder on, as an operator does it from the README.

use std::path::Path;

use serde_json::{Value, json};
use tegata_conformance::canary::Canaries;

use crate::desk::Desk;
use crate::run::Ran;

const HEADER: &str = "宛名番号,自治体コード,接種券番号,個人番号,氏名,フリガナ,生年月日,性別,住所,接種状況,接種回,接種日,\
                      ワクチン種類,メーカー,製品名,ロット番号,転出フラグ,死亡フラグ,支援措置フラグ";
pub(crate) const FIRST: &str = "000000000012345,131202,0123456789,123456789018,関守　花子,セキモリ　ハナコ,19800217,女,\
                     東京都練馬区豊玉北６丁目１２番１号,実施,1,20210701,mRNAワクチン,ファイザー,コミナティ,EX3617,0,0,0";
pub(crate) const SECOND: &str = "000000000012345,131202,0123456789,123456789018,関守　花子,セキモリ　ハナコ,19800217,女,\
                      東京都練馬区豊玉北６丁目１２番１号,実施,2,20210722,mRNAワクチン,ファイザー,コミナティ,EX3618,0,0,0";

/// What never may stand on standard error, in file names or in what a command prints that shows nobody.
const CANARIES: [&str; 7] = ["関守", "セキモリ", "1980", "豊玉北", "123456789018", "SEKIMORI", "TK0000000"];

/// Where Debian's package fonts-noto-cjk puts it.
const FONT: &str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc";

pub(crate) const OFFICE: [&str; 6] = ["--settings", "nerima.toml", "--ledger", "ledgers", "--master-key", "master.key"];

fn staff(name: &'static str) -> [&'static str; 8] {
    ["--operator", name, "--department", "市民課", "--terminal", "counter-1", "--reason", "窓口申請"]
}

/// A municipality whose ledger is made.
pub(crate) fn municipality() -> Desk {
    let desk = Desk::new();
    let settings = desk.run(&["municipality", "example"]).exits(0).stdout;
    let settings = settings.replace("signer-key.pem", "key.pem");
    desk.write("nerima.toml", settings.as_bytes());
    let shown = desk.run(&["municipality", "show", "nerima.toml"]).exits(0).json();
    assert_eq!((&shown["code"], &shown["channels"]), (&json!("131202"), &json!(["app", "kiosk", "counter"])));
    let made = desk.run(&[&["municipality", "create", "--new-master-key"], &OFFICE[..]].concat()).exits(0).json();
    assert_eq!(made, json!({"status": "done", "municipality": "131202", "new_master_key": true}));
    // Never a second time, neither the ledger nor the key.
    desk.run(&[&["municipality", "create"], &OFFICE[..]].concat()).exits(1);
    desk.run(&[&["municipality", "create", "--new-master-key"], &OFFICE[..]].concat()).exits(1);
    desk
}

/// A municipality with staff at its counter.
pub(crate) fn counter() -> Desk {
    let desk = municipality();
    for (name, roles) in [("sato", "enter,approve"), ("suzuki", "approve")] {
        let account = ["--role", roles, name];
        let made = run(&desk, &["account", "create"], "root", &account).exits(0).json();
        assert_eq!((&made["status"], made["initial_password"].as_str().unwrap().len()), (&json!("done"), 19));
    }
    desk
}

pub(crate) fn run(desk: &Desk, command: &[&str], name: &'static str, more: &[&str]) -> Ran {
    let ran = desk.run(&[command, &OFFICE[..], &staff(name)[..], more].concat());
    for canary in CANARIES {
        assert!(!ran.stderr.contains(canary), "{canary}: {}", ran.stderr);
    }
    ran
}

pub(crate) fn import(desk: &Desk, lines: &[&str]) -> Ran {
    desk.write("records.csv", [HEADER, &lines.join("\r\n")].join("\r\n").as_bytes());
    run(desk, &["import"], "sato", &["records.csv"])
}

/// What staff checked, of the person of the import.
fn checked(desk: &Desk) -> &'static str {
    let checked = json!({
        "internal_number": "000000000012345", "name": "関守　花子", "address": "東京都練馬区豊玉北6-12-1",
        "birth_date": "1980-02-17", "sex": "female", "documents": ["driving-licence"], "agent": null,
    });
    desk.write("checked.json", checked.to_string().as_bytes());
    "checked.json"
}

pub(crate) fn enter(desk: &Desk, name: &'static str, more: &[&str]) -> Ran {
    let attestation = ["--kind", "domestic", "--attestation", checked(desk)];
    run(desk, &["application", "enter"], name, &[&attestation[..], more].concat())
}

pub(crate) fn approve(desk: &Desk, name: &'static str, application: &Value, more: &[&str]) -> Ran {
    run(desk, &["application", "approve"], name, &[&[application.as_str().unwrap()], more].concat())
}

#[test]
fn from_an_empty_folder_to_a_certificate_that_is_revoked() {
    let desk = counter();
    let imported = import(&desk, &[FIRST, SECOND]).exits(0).json();
    assert_eq!((&imported["rows"], &imported["persons"], &imported["vaccinations"]), (&json!(2), &json!(1), &json!(2)));

    let entered = enter(&desk, "sato", &[]).exits(0).json();
    assert_eq!((&entered["doubts"], &entered["warnings"]), (&json!([]), &json!([])));
    let waiting = run(&desk, &["application", "list"], "suzuki", &[]).exits(0).json();
    assert_eq!(waiting["application"], entered["application"]);

    // Whoever entered it does not approve it.
    let refused = approve(&desk, "sato", &entered["application"], &[]).exits(1).json();
    assert_eq!((&refused["stage"], &refused["code"]), (&json!("issuing"), &json!("same-person")));
    let issued = approve(&desk, "suzuki", &entered["application"], &["--out", "certificate"]).exits(0).json();
    assert_eq!(issued["images"], json!(["certificate-jp.png"]));
    let id = issued["certificate_id"].as_str().unwrap();
    assert!(id.starts_with("JPN131202"));
    let verify = |more: &[&str]| desk.run(&[&["verify", "--trust", "signer.pem", "certificate-jp.png"], more].concat());
    let verified = verify(&[]).exits(0).json();
    assert_eq!(verified["status"], "accepted");
    assert_eq!(verified["payload"].to_string().matches("EX361").count(), 2);
    // It is issued once.
    let again = approve(&desk, "suzuki", &entered["application"], &[]).exits(1).json();
    assert_eq!(again["code"], "application-unknown");

    let revoked = run(&desk, &["revoke"], "suzuki", &["--list", "revoked.json", id]).exits(0).json();
    assert_eq!((&revoked["revoked"], &revoked["listed"]), (&json!(id), &json!(1)));
    let refused = verify(&["--revocation", "revoked.json"]).exits(1).json();
    assert_eq!((&refused["status"], &refused["code"]), (&json!("rejected"), &json!("revoked")));
    let again = run(&desk, &["revoke"], "suzuki", &[id]).exits(1).json();
    assert_eq!(again["code"], "already-revoked");
    let unknown = run(&desk, &["revoke"], "suzuki", &["JPN0"]).exits(1).json();
    assert_eq!(unknown["code"], "certificate-unknown");
}

#[test]
fn overseas_use_takes_the_passport_and_replaces_an_earlier_certificate() {
    let desk = counter();
    import(&desk, &[FIRST]).exits(0);
    let kind = ["--kind", "overseas", "--attestation", checked(&desk)];
    let without = run(&desk, &["application", "enter"], "sato", &kind).exits(1).json();
    assert_eq!(without["code"], "passport-missing");
    let passport = json!({"surname": "SEKIMORI", "given": "HANAKO", "nationality": "JPN", "number": "TK0000000"});
    desk.write("passport.json", passport.to_string().as_bytes());
    let with = [&kind[..], &["--passport", "passport.json", "--profile", "jp,dcc"]].concat();
    let entered = run(&desk, &["application", "enter"], "sato", &with).exits(0).json();
    let issued = approve(&desk, "suzuki", &entered["application"], &[]).exits(0).json();
    let profiles: Vec<_> =
        issued["certificates"].as_array().unwrap().iter().map(|one| one["profile"].as_str().unwrap()).collect();
    assert_eq!(profiles, ["jp", "dcc"]);
    // Both are under one ID, and both are revoked when they are replaced; the passport data is the earlier issue's.
    let id = issued["certificate_id"].as_str().unwrap();
    let again = [&kind[..], &["--replaces", id, "--replace-reason", "紛失"]].concat();
    let entered = run(&desk, &["application", "enter"], "sato", &again).exits(0).json();
    let new = approve(&desk, "suzuki", &entered["application"], &[]).exits(0).json();
    run(&desk, &["revoke"], "suzuki", &["--list", "revoked.json"]).exits(0);
    let verify = |text: &Value| {
        let arguments = ["verify", "--trust", "signer.pem", "--revocation", "revoked.json", text.as_str().unwrap()];
        desk.run(&arguments).json()["code"].clone()
    };
    assert_eq!(verify(&issued["certificates"][0]["text"]), "revoked");
    assert_eq!(verify(&issued["certificates"][1]["text"]), "revoked");
    assert_eq!(verify(&new["certificates"][0]["text"]), Value::Null);
}

#[test]
fn d1_accounts_say_who_may() {
    let desk = counter();
    import(&desk, &[FIRST]).exits(0);
    let listed = run(&desk, &["account", "list"], "root", &[]).exits(0).stdout;
    assert_eq!(listed.lines().count(), 2);
    let refused = run(&desk, &["account", "create"], "root", &["--role", "enter", "ＳＡＴＯ"]).exits(1).json();
    assert_eq!(refused["code"], "ledger-duplicate");
    let refused = enter(&desk, "suzuki", &[]).exits(1).json();
    assert_eq!((&refused["stage"], &refused["code"]), (&json!("staff"), &json!("role-missing")));
    let refused = enter(&desk, "ito", &[]).exits(1).json();
    assert_eq!(refused["code"], "account-not-active");
    let entered = enter(&desk, "sato", &[]).exits(0).json();
    run(&desk, &["account", "revoke"], "root", &["suzuki"]).exits(0);
    let refused = approve(&desk, "suzuki", &entered["application"], &[]).exits(1).json();
    assert_eq!(refused["code"], "account-not-active");
    run(&desk, &["account", "revoke"], "root", &["suzuki"]).exits(1);
}

#[test]
fn a_card_at_the_counter_and_a_doubt_to_confirm() {
    let desk = counter();
    // The register writes the address in another form of a character.
    import(&desk, &[&FIRST.replace("練馬区", "練馬區").replace(",0,0,0", ",0,0,1")]).exits(0);
    desk.run(
        &["card", "simulate", "--out", "card", "--name", "関守　花子", "--address", "東京都練馬区豊玉北６－１２－１"]
            .iter()
            .chain(&["--birth-date", "1980-02-17", "--sex", "female", "--number", "123456789018", "--seed", "1"])
            .copied()
            .collect::<Vec<_>>(),
    )
    .exits(0);
    let card = ["--kind", "domestic", "--card", "card", "--authorities", "card/authorities.json"];
    let entered = run(&desk, &["application", "enter"], "sato", &card).exits(0).json();
    assert_eq!((&entered["doubts"], &entered["warnings"]), (&json!(["address"]), &json!(["protected"])));
    let authorities = ["--authorities", "card/authorities.json"];
    let id = entered["application"].as_str().unwrap();
    let shown = run(&desk, &["application", "show"], "suzuki", &[&authorities[..], &[id]].concat()).exits(0).json();
    assert_eq!((&shown["entered_by"], &shown["claim"]["name"]), (&json!("sato"), &json!("関守　花子")));
    assert_eq!((&shown["doubts"], &shown["warnings"]), (&json!(["address"]), &json!(["protected"])));
    let refused = approve(&desk, "suzuki", &entered["application"], &authorities).exits(1).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("warning-not-acknowledged"), &json!("protected")));
    let authorities = [&authorities[..], &["--acknowledge", "protected"]].concat();
    let refused = approve(&desk, "suzuki", &entered["application"], &authorities).exits(1).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("doubt-not-settled"), &json!("address")));
    let confirmed = [&authorities[..], &["--confirm", "address"]].concat();
    approve(&desk, "suzuki", &entered["application"], &confirmed).exits(0);
    // Without the authority the card is not trusted, and no statement is at hand.
    let unknown = run(&desk, &["application", "enter"], "sato", &card[..4]).exits(1).json();
    assert_eq!(unknown["code"], "unknown-authority");
}

#[test]
fn a_rejected_application_is_gone() {
    let desk = counter();
    import(&desk, &[FIRST]).exits(0);
    let entered = enter(&desk, "sato", &[]).exits(0).json();
    let id = entered["application"].as_str().unwrap();
    run(&desk, &["application", "reject"], "suzuki", &[id]).exits(0);
    assert!(run(&desk, &["application", "list"], "suzuki", &[]).exits(0).stdout.is_empty());
    approve(&desk, "suzuki", &entered["application"], &[]).exits(1);
}

#[test]
fn records_come_in_whole_and_go_out_without_numbers() {
    let desk = counter();
    let failed = import(&desk, &[FIRST, &SECOND.replace("20210722", "20210732")]).exits(1).json();
    assert_eq!((&failed["status"], &failed["code"]), (&json!("failed"), &json!("import-invalid-value")));
    let error = &failed["errors"][0];
    assert_eq!((&error["line"], &error["column"]), (&json!(3), &json!("接種日")));
    // Nothing of it is there.
    let no_match = enter(&desk, "sato", &[]).exits(1).json();
    assert_eq!(no_match["code"], "no-match");
    import(&desk, &[FIRST, SECOND]).exits(0);
    for (encoding, file) in [("utf-8", "utf8.csv"), ("cp932", "cp932.csv")] {
        let arguments = ["--encoding", encoding, "--out", file];
        let exported = run(&desk, &["export"], "sato", &arguments).exits(0).json();
        assert_eq!((&exported["rows"], &exported["persons"], &exported["replaced"]), (&json!(2), &json!(1), &json!(0)));
        let bytes = desk.read(file);
        assert!(!bytes.windows(12).any(|window| window == b"123456789018"));
        // An export is not written over.
        run(&desk, &["export"], "sato", &arguments).is_usage_error("is there already");
        let again = run(&desk, &["import"], "sato", &[file]).exits(0).json();
        assert_eq!((&again["rows"], &again["encoding"]), (&json!(2), &json!(encoding)));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(desk.path().join(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}

/// Neither names, numbers, addresses nor passwords stand in any file that is left but those whose purpose it is, in a
/// paper no number and no address, and in the folder for temporary files nothing at all.
#[test]
fn c1_c3_no_personal_data_and_no_secret_in_the_clear() {
    let desk = municipality();
    // What a desk has of other tests.
    std::fs::remove_file(desk.path().join("record.json")).unwrap();
    let mut secrets = Canaries::new(["123456789018", "豊玉北"]);
    for (name, roles) in [("sato", "enter,approve"), ("suzuki", "approve")] {
        let made = run(&desk, &["account", "create"], "root", &["--role", roles, name]).exits(0).json();
        secrets.add(made["initial_password"].as_str().unwrap());
    }
    // A key under a passphrase, which signs.
    desk.write("passphrase", "正しい馬 passphrase\n".as_bytes());
    secrets.add("正しい馬 passphrase");
    let passphrase = ["--passphrase-file", "passphrase"];
    desk.run(&[&["keys", "generate", "--force", "--encrypt", "--out", "key.pem"][..], &passphrase].concat()).exits(0);
    let subject = ["--country", "JP", "--common-name", "T", "--force", "--out", "signer.pem"];
    desk.run(&[&["keys", "self-signed", "--signer", "key.pem"][..], &subject, &passphrase].concat()).exits(0);
    import(&desk, &[FIRST, SECOND]).exits(0);
    std::fs::remove_file(desk.path().join("records.csv")).unwrap();
    let entered = enter(&desk, "sato", &[]).exits(0).json();
    std::fs::remove_file(desk.path().join("checked.json")).unwrap();
    let paper: &[&str] = if Path::new(FONT).exists() { &["--pdf", "paper.pdf", "--font", FONT] } else { &[] };
    let issued = approve(&desk, "suzuki", &entered["application"], &[paper, &passphrase].concat()).exits(0);
    let refused = approve(&desk, "suzuki", &entered["application"], &passphrase).exits(1);
    run(&desk, &["backup"], "suzuki", &["--out", "b.backup"]).exits(0);
    run(&desk, &["audit", "export-head"], "suzuki", &[&["--out", "head"][..], &passphrase].concat()).exits(0);
    let listed = run(&desk, &["audit", "list"], "suzuki", &[]).exits(0);
    run(&desk, &["erase"], "suzuki", &["000000000012345"]).exits(0);

    let said = [&issued.stdout, &issued.stderr, &refused.stdout, &refused.stderr, &listed.stdout, &listed.stderr];
    said.iter().for_each(|said| secrets.assert_absent("what was said", said.as_bytes()));
    let mut names = secrets.clone();
    CANARIES.iter().filter(|canary| canary.len() > 4).for_each(|canary| names.add(canary));
    let mut files = 0;
    for file in tegata_conformance::files(desk.path(), &[""]) {
        let name = file.strip_prefix(desk.path()).unwrap().display().to_string();
        let bytes = std::fs::read(&file).unwrap();
        files += 1;
        assert!(!name.starts_with("tmp/"), "{name} is left");
        match &*name {
            "passphrase" => {}
            "paper.pdf" => {
                assert!(bytes.starts_with(b"%PDF-"));
                secrets.assert_absent(&name, &bytes);
            }
            _ => names.assert_absent(&name, &bytes),
        }
    }
    assert!(files > 6, "{files}");
}

#[test]
fn files_of_the_counter_are_judged_without_repeating_them() {
    let desk = counter();
    import(&desk, &[FIRST]).exits(0);
    let attest = |change: &dyn Fn(&mut Value)| {
        let name = checked(&desk);
        let mut value: Value = serde_json::from_slice(&desk.read(name)).unwrap();
        change(&mut value);
        desk.write(name, value.to_string().as_bytes());
        let arguments = ["--kind", "domestic", "--attestation", name];
        run(&desk, &["application", "enter"], "sato", &arguments).exits(1).json()
    };
    for (field, value) in [
        ("sex", json!("f")),
        ("birth_date", json!("1980/02/17")),
        ("internal_number", json!("")),
        ("documents", json!(["diary"])),
        ("agent", json!("friend")),
    ] {
        let refused = attest(&|attestation| attestation[field] = value.clone());
        assert_eq!((&refused["code"], &refused["field"]), (&json!("application-invalid-value"), &json!(field)));
    }
    let refused = attest(&|attestation| attestation["documents"] = json!(["pension-book"]));
    assert_eq!(refused["code"], "attestation-incomplete");
    let refused = attest(&|attestation| attestation["pin"] = json!("1234"));
    assert_eq!(refused["field"], "line 1");
    let refused = attest(&|attestation| attestation["name"] = json!("関守　春子"));
    assert_eq!(refused["code"], "no-match");
    // Without a way to prove the identity, or with two, there is no application.
    run(&desk, &["application", "enter"], "sato", &["--kind", "domestic"]).is_usage_error("--card");
}
