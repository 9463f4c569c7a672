//! `tegata card`.

use serde_json::{Value, json};
use tegata_simulator::{Algorithm, Application, CardRequest, Flaw, Hierarchy};
use tempfile::TempDir;

use crate::run::{Ran, tegata};

const CHECKS: [&str; 9] = [
    "files",
    "authority",
    "certificate",
    "record_signature",
    "attributes_digest",
    "number_digest",
    "number_check_digit",
    "card_key",
    "presence",
];
/// The number that every published specimen of the card bears.
const NUMBER: &str = "123456789018";
const CHALLENGE: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A folder with a simulated card in `card/`.
struct Cards(TempDir);

impl Cards {
    fn new(arguments: &[&str]) -> Self {
        let cards = Self(tempfile::tempdir().unwrap());
        cards.simulate("card", arguments).exits(0);
        cards
    }

    fn simulate(&self, dir: &str, arguments: &[&str]) -> Ran {
        self.run(&[&["card", "simulate", "--out", dir][..], arguments].concat())
    }

    fn verify(&self, dir: &str, arguments: &[&str]) -> Ran {
        let authorities = format!("{dir}/authorities.json");
        self.run(&[&["card", "verify", "--dir", dir, "--authorities", &authorities][..], arguments].concat())
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let ran = tegata(self.0.path(), arguments);
        assert!(!ran.stdout.contains(NUMBER) && !ran.stderr.contains(NUMBER), "{ran:?}");
        ran
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join("card").join(name)).unwrap()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.path().join("card").join(name), bytes).unwrap();
    }

    fn rename(&self, from: &str, to: &str) {
        let dir = self.0.path().join("card");
        std::fs::rename(dir.join(from), dir.join(to)).unwrap();
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.0.path().join("card").join(name)).unwrap();
    }
}

const HOLDER: [&str; 10] = [
    "--name",
    "関所 花子",
    "--address",
    "架空県関所市通行町1-2-3",
    "--birth-date",
    "1980-02-17",
    "--sex",
    "female",
    "--number",
    NUMBER,
];

#[test]
fn the_json_of_a_card() {
    for algorithm in ["rsa", "p256", "p384"] {
        let cards = Cards::new(&[&HOLDER[..], &["--algorithm", algorithm]].concat());
        let result = cards.verify("card", &[]).exits(0).json();
        let names: Vec<_> = result.as_object().unwrap().keys().collect();
        assert_eq!(names, ["status", "stage", "code", "application", "checks", "hierarchy", "signer", "identity"]);
        assert_eq!(result["checks"].as_object().unwrap().keys().collect::<Vec<_>>(), CHECKS);
        for check in CHECKS {
            assert_eq!(result["checks"][check], if check == "presence" { "skipped" } else { "pass" }, "{check}");
        }
        let expected =
            json!({ "name": "関所　花子", "address": HOLDER[3], "birth_date": "1980-02-17", "sex": "female" });
        assert_eq!(result["identity"], expected);
        assert_eq!((&result["status"], &result["hierarchy"]), (&json!("accepted"), &json!("other")));
        assert_eq!(
            (&result["stage"], &result["code"], &result["application"]),
            (&Value::Null, &Value::Null, &json!("text"))
        );
        assert_eq!(result["signer"].as_object().unwrap().keys().collect::<Vec<_>>(), ["key_id", "municipality_code"]);

        let surface = cards.verify("card", &["--application", "surface"]).exits(0).json();
        assert_eq!(surface["identity"], json!({ "birth_date": "1980-02-17", "sex": "female" }));
        assert_eq!((&surface["application"], &surface["checks"]["card_key"]), (&json!("surface"), &json!("pass")));

        // Without its authority it is nobody's card.
        let unknown = cards.run(&["card", "verify", "--dir", "card"]).exits(1).json();
        assert_eq!((&unknown["code"], unknown.get("identity")), (&json!("unknown-authority"), None));
    }
}

#[test]
fn a_challenge() {
    let cards = Cards(tempfile::tempdir().unwrap());
    for algorithm in ["rsa", "p256"] {
        let arguments = ["--algorithm", algorithm, "--challenge", CHALLENGE, "--force"];
        let answers = cards.simulate("card", &arguments).exits(0).json()["responses"].clone();
        for (application, other) in [("text", "surface"), ("surface", "text")] {
            let verify = |challenge: &str, response: &Value| {
                let response = response.as_str().unwrap();
                let more = ["--application", application, "--challenge", challenge, "--response", response];
                cards.verify("card", &more)
            };
            assert_eq!(verify(CHALLENGE, &answers[application]).exits(0).json()["checks"]["presence"], "pass");
            assert_eq!(verify(&CHALLENGE.to_uppercase(), &answers[application]).exits(0).json()["status"], "accepted");
            for wrong in [
                verify(CHALLENGE, &answers[other]),
                verify(&CHALLENGE.replace("1f", "2f"), &answers[application]),
                verify(CHALLENGE, &json!("00")),
                verify(CHALLENGE, &json!("")),
            ] {
                let wrong = wrong.exits(1).json();
                assert_eq!((&wrong["stage"], &wrong["checks"]["presence"]), (&json!("presence"), &json!("fail")));
                assert!(wrong.get("identity").is_none());
            }
            verify("00", &answers[application]).is_usage_error("32 bytes");
            verify(CHALLENGE, &json!("0g")).is_usage_error("not hex");
        }
        // A copy without the card's key cannot be asked.
        cards.remove("text-0007.bin");
        let more = ["--challenge", CHALLENGE, "--response", answers["text"].as_str().unwrap()];
        assert_eq!(cards.verify("card", &more).exits(1).json()["stage"], "presence");
        cards.verify("card", &more[..2]).is_usage_error("--response");
        cards.verify("card", &more[2..]).is_usage_error("--challenge");
    }
}

#[test]
fn names_of_files() {
    let cards = Cards::new(&["--algorithm", "p256"]);
    let first = cards.read("text-0001-physical.bin");
    let number_digest =
        |cards: &Cards, status| cards.verify("card", &[]).exits(status).json()["checks"]["number_digest"].clone();
    for name in ["0001-physical.bin", "0001-physical", "text-0001", "0001.bin", "0001"] {
        cards.write("last", &first);
        cards.remove("text-0001-physical.bin");
        cards.rename("last", name);
        assert_eq!(number_digest(&cards, 0), "pass", "{name}");
        cards.rename(name, "text-0001-physical.bin");
    }
    // The object without its filler is completed; what is stored is preferred.
    cards.write("0001", &first[..15]);
    assert_eq!(number_digest(&cards, 0), "pass");
    cards.write("0001", &[0; 15]);
    assert_eq!(number_digest(&cards, 0), "pass");
    cards.remove("text-0001-physical.bin");
    cards.write("0001", &first[..15]);
    assert_eq!(number_digest(&cards, 0), "pass");
    // Twice the same file: which of them is it?
    cards.write("0001.bin", &first[..15]);
    assert_eq!(number_digest(&cards, 0), "pass");
    cards.write("0001.bin", &first[..14]);
    cards.verify("card", &[]).is_usage_error("is there twice, and the two differ");
    cards.remove("0001.bin");
    cards.remove("0001");
    assert_eq!(number_digest(&cards, 0), "skipped");
    for unknown in ["0008", "0000", "notes.txt", "0002.txt", "surface-0007"] {
        cards.write(unknown, b"anything");
        assert_eq!(number_digest(&cards, 0), "skipped", "{unknown}");
    }
    // Names that do not say it belong to the application that is asked for.
    for number in [1, 2, 4, 5] {
        cards.rename(&format!("surface-000{number}.bin"), &format!("000{number}"));
    }
    cards.remove("surface-0007");
    assert_eq!(cards.verify("card", &["--application", "surface"]).exits(0).json()["checks"]["card_key"], "pass");
    cards.verify("card", &[]).is_usage_error("is there twice, and the two differ");
}

#[test]
fn what_is_wrong_with_a_card() {
    let cards = Cards::new(&["--algorithm", "p256"]);
    let code = |cards: &Cards| {
        let result = cards.verify("card", &[]).exits(1).json();
        assert!(result.get("identity").is_none() && result["status"] == "rejected");
        result["code"].as_str().unwrap().to_owned()
    };
    for (name, expected) in [
        ("text-0001-physical.bin", "number-digest-mismatch"),
        ("text-0002.bin", "attributes-digest-mismatch"),
        ("text-0003.bin", "record-signature-invalid"),
        ("text-0004.bin", "card-certificate-invalid"),
        ("text-0007.bin", "card-key-signature-invalid"),
    ] {
        let genuine = cards.read(name);
        let mut changed = genuine.clone();
        let at = match name {
            "text-0001-physical.bin" => 14,
            _ => genuine.len() - 1,
        };
        changed[at] ^= 1;
        cards.write(name, &changed);
        // A changed digit fails its check digit too; the digest is judged first.
        if name != "text-0002.bin" {
            assert_eq!(code(&cards), expected, "{name}");
        }
        cards.write(name, &genuine[..genuine.len() - 1]);
        if name != "text-0001-physical.bin" {
            assert_eq!(cards.verify("card", &[]).exits(1).json()["stage"], "files", "{name}");
        }
        cards.write(name, &vec![0; 40_000]);
        assert_eq!(cards.verify("card", &[]).exits(1).json()["stage"], "files", "{name}");
        cards.write(name, &genuine);
    }
    cards.write("text-0004.bin", &cards.read("surface-0004.bin"));
    assert_eq!(code(&cards), "wrong-application");
    cards.remove("text-0004.bin");
    assert_eq!(cards.verify("card", &[]).exits(1).json()["checks"]["files"], "fail");
    cards.run(&["card", "verify", "--dir", "no-such-folder"]).is_usage_error("no-such-folder");
    cards.run(&["card", "verify", "--dir", "card/authorities.json"]).is_usage_error("authorities.json");
}

#[test]
fn authorities() {
    let cards = Cards::new(&["--algorithm", "p256"]);
    let genuine = String::from_utf8(cards.read("authorities.json")).unwrap();
    let with = |text: &str, more: &[&str]| {
        cards.write("authorities.json", text.as_bytes());
        cards.verify("card", more)
    };
    with(&genuine.replace("\"simulator\"", "\"production\""), &[]).is_usage_error("authority-names-production");
    with("{", &[]).is_usage_error("authority-file-malformed");
    let test = genuine.replace("\"simulator\"", "\"test\"");
    let rejected = with(&test, &[]).exits(1).json();
    assert_eq!((&rejected["code"], &rejected["hierarchy"]), (&json!("test-hierarchy"), &json!("test")));
    assert_eq!(with(&test, &["--accept-test-cards"]).exits(0).json()["hierarchy"], "test");
    assert_eq!(with(&genuine, &["--accept-test-cards"]).exits(0).json()["hierarchy"], "other");
    cards.run(&["card", "verify", "--dir", "card", "--authorities", "none.json"]).is_usage_error("none.json");
}

#[test]
fn simulated_cards_come_again() {
    let cards = Cards::new(&["--algorithm", "p256", "--seed", "5"]);
    cards.simulate("again", &["--algorithm", "p256", "--seed", "5"]).exits(0);
    let hierarchy = Hierarchy::generate(5, Algorithm::P256).unwrap();
    let card = hierarchy.issue(&CardRequest::from_seed(5)).unwrap();
    for application in Application::ALL {
        for file in card.files(application) {
            assert_eq!(cards.read(&file.export_name()), file.as_read());
            assert_eq!(std::fs::read(cards.0.path().join("again").join(file.export_name())).unwrap(), file.as_read());
        }
    }
    // The same again changes nothing; another card is not written over this one unasked.
    cards.simulate("card", &["--algorithm", "p256", "--seed", "5"]).exits(0);
    cards.simulate("card", &["--algorithm", "p256", "--seed", "6"]).is_usage_error("--force");
    assert_eq!(cards.verify("card", &[]).exits(0).json()["status"], "accepted");
    cards.simulate("card", &["--algorithm", "p256", "--seed", "6", "--force"]).exits(0);
    let only = cards.simulate("text", &["--algorithm", "p256", "--application", "text"]).exits(0).json();
    assert!(only["files"].as_array().unwrap().iter().all(|name| !name.as_str().unwrap().contains("surface")));
    assert_eq!(cards.verify("text", &["--application", "surface"]).exits(1).json()["stage"], "files");
    for (option, value) in [
        ("--number", "123456789012"),
        ("--number", "1234"),
        ("--birth-date", "1980-02-30"),
        ("--birth-date", "1701-01-01"),
        ("--name", ""),
        ("--address", "a\u{1b}b"),
    ] {
        let ran = cards.simulate("no", &["--algorithm", "p256", option, value]);
        assert!(value.is_empty() || !ran.stderr.contains(value), "{ran:?}");
        ran.is_usage_error(option);
    }
}

#[test]
fn the_number_is_never_shown() {
    let cards = Cards::new(&[&HOLDER[..], &["--algorithm", "p256"]].concat());
    let hierarchy = Hierarchy::generate(1, Algorithm::P256).unwrap();
    for flaw in [None, Some(Flaw::NumberCheckDigit), Some(Flaw::NumberDigest), Some(Flaw::NameNotUtf8)] {
        let mut request = CardRequest::from_seed(1).number(NUMBER).unwrap();
        if let Some(flaw) = flaw {
            request = request.flaw(flaw);
        }
        let card = hierarchy.issue(&request).unwrap();
        for file in card.files(Application::Text) {
            cards.write(&file.export_name(), file.as_read());
        }
        let status = i32::from(flaw.is_some());
        for format in ["human", "json"] {
            for language in ["en", "ja"] {
                for application in ["text", "surface"] {
                    let more = ["--format", format, "--lang", language, "--application", application];
                    // `run` looks for the number.
                    let ran = cards.verify("card", &more).exits(if application == "text" { status } else { 0 });
                    assert!(ran.stderr.is_empty() && !ran.stdout.contains("1234 5678"), "{ran:?}");
                }
            }
        }
    }
    // Nor is it repeated where it was typed by mistake.
    for mistaken in [
        &["card", NUMBER][..],
        &["card", "verify", NUMBER],
        &["card", "verify", "--dir", "card", "--application", NUMBER],
        &["card", "verify", "--dir", "card", "--pin", NUMBER],
        &["card", "simulate", "--out", "x", "--seed", NUMBER, NUMBER],
    ] {
        assert_eq!(cards.run(mistaken).status, 2);
    }
}

#[test]
fn for_people() {
    let cards = Cards::new(&[&HOLDER[..], &["--algorithm", "p256"]].concat());
    let english = cards.verify("card", &["--format", "human"]).exits(0).stdout;
    for words in ["GENUINE CARD DATA", "関所　花子", "1980-02-17", "female", "was not checked"] {
        assert!(english.contains(words), "{words}: {english}");
    }
    let japanese = cards.verify("card", &["--format", "human", "--lang", "ja"]).exits(0).stdout;
    for words in ["真正なカード情報", "氏名", "住所", "生年月日", "性別", "女", "市区町村コード"]
    {
        assert!(japanese.contains(words), "{words}: {japanese}");
    }
    let rejected = cards.run(&["card", "verify", "--dir", "card", "--format", "human"]).exits(1).stdout;
    assert!(rejected.contains("✘ REJECTED") && !rejected.contains("花子"), "{rejected}");
    let made = cards.simulate("again", &["--algorithm", "p256", "--format", "human"]).exits(0).stdout;
    assert!(made.contains("tegata card verify --dir again --authorities again/authorities.json"), "{made}");
}
