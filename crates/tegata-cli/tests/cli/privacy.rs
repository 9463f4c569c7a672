//! Where a person's data may stand, and where it may not.

use serde_json::{Value, json};

use crate::desk::{Desk, LATER, NOW, example};
use crate::run::Ran;

/// What a synthetic person's certificate holds, each unlike anything else that is printed.
const CANARIES: [&str; 12] = [
    "関守乃介",
    "与謝野丸",
    "セキモリノスケ",
    "ヨサノマル",
    "SEKIMORINOSUKE",
    "YOSANOMARU",
    "旧姓関守",
    "別姓関守",
    "通称関守",
    "1977-07-07",
    "XK7777777",
    "LOT-CANARY-777",
];

/// A record in which every personal field holds a canary.
fn record() -> Value {
    let mut record = example();
    record["name"] = json!({
        "registered": { "surname": CANARIES[0], "given": CANARIES[1] },
        "kana": { "surname": CANARIES[2], "given": CANARIES[3] },
        "romanised": { "surname": CANARIES[4], "given": CANARIES[5] },
    });
    for (field, canary) in
        ["former_surname", "other_surname", "alias", "birth_date", "passport_number"].iter().zip(&CANARIES[6..11])
    {
        record[*field] = json!(canary);
    }
    record["doses"][0]["lot"] = json!(CANARIES[11]);
    record
}

/// A number that could be a person's: eleven digits and their check digit.
fn individual_number() -> String {
    let digits = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 9];
    let text: String = digits.iter().map(u8::to_string).collect();
    let number = (0..=9).map(|digit| format!("{text}{digit}")).find(|n| tegata::model::contains_individual_number(n));
    number.unwrap()
}

#[track_caller]
fn no_canary_in(what: &str, text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} in {what}: {text}");
    }
}

/// What a command may show of a person.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shows {
    /// All of it: that is what the command is for.
    Person,
    Nothing,
}

#[track_caller]
fn examine(ran: &Ran, shows: Shows, texts: &[&str]) {
    no_canary_in("standard error", &ran.stderr);
    for text in texts {
        // The encoded text is the person's data as well.
        assert!(!ran.stderr.contains(&text[4..44]), "{}", ran.stderr);
    }
    match shows {
        Shows::Person => assert!(ran.stdout.contains(CANARIES[4]) && ran.stdout.contains(CANARIES[10]), "{ran:?}"),
        Shows::Nothing => no_canary_in("standard output", &ran.stdout),
    }
}

#[test]
fn a_person_stands_only_where_the_command_is_to_show_them() {
    let desk = Desk::new();
    desk.signer("other-key.pem", "other.pem", &[]);
    desk.write("person.json", record().to_string().as_bytes());
    let text = desk.issue(&["person.json"]).exits(0).stdout.trim_end().to_owned();
    let middle = text.len() / 2;
    let other = if text.as_bytes()[middle] == b'A' { "B" } else { "A" };
    let damaged = format!("{}{other}{}", &text[..middle], &text[middle + 1..]);
    let texts = [text.as_str(), &damaged];
    desk.write("text.txt", text.as_bytes());

    let (trusted, wrong) = (["--trust", "signer.pem"], ["--trust", "other.pem"]);
    for format in [&["--format", "json"][..], &["--format", "human"], &["--format", "human", "--lang", "ja"]] {
        let verify = |trust: &[&str], at: &str, input: &str| {
            desk.run(&[&["verify", "--at", at][..], trust, format, &[input]].concat())
        };
        examine(&verify(&trusted, NOW, &text).exits(0), Shows::Person, &texts);
        examine(&verify(&trusted, NOW, "text.txt").exits(0), Shows::Person, &texts);
        // Genuine, not accepted: the person at the desk needs to see whose it is.
        examine(&verify(&trusted, LATER, &text).exits(1), Shows::Person, &texts);
        examine(&verify(&wrong, NOW, &text).exits(1), Shows::Nothing, &texts);
        examine(&verify(&[], NOW, &text).exits(1), Shows::Nothing, &texts);
        examine(&verify(&trusted, NOW, &damaged).exits(1), Shows::Nothing, &texts);
        for (input, end) in [(&text[4..], 1), (&text[..middle], 1), (&text.to_lowercase(), 1)] {
            examine(&verify(&trusted, NOW, input).exits(end), Shows::Nothing, &texts);
        }
        examine(&desk.run(&[&["decode"][..], format, &[&text]].concat()).exits(0), Shows::Person, &texts);
        examine(&desk.run(&[&["decode"][..], format, &[&damaged]].concat()).exits(1), Shows::Nothing, &texts);
    }
    for mistaken in
        [&[&*text][..], &["demo", &text], &["verify", "--at", &text, "x"], &["verify", &format!("--trust={text}")]]
    {
        examine(&desk.run(mistaken).exits(2), Shows::Nothing, &texts);
    }
}

#[test]
fn issuing_shows_nobody() {
    let desk = Desk::new();
    let whole = record().to_string();
    let broken = [
        whole.replace("\"1977-07-07\"", "\"SEKIMORINOSUKE\""),
        whole.replace("\"XK7777777\"", "\"関守乃介\""),
        whole.replace("\"overseas\"", "\"XK7777777\""),
        whole.replace("\"alias\"", "\"通称関守\""),
        whole.replace("\"lot\"", "\"LOT-CANARY-777\""),
        whole.replace("\"number\":1", "\"number\":\"旧姓関守\""),
        whole.replace("SEKIMORINOSUKE", &"SEKIMORINOSUKE".repeat(20)),
        whole.replace("YOSANOMARU", "YOSANOMARU\\u001b"),
        whole[..whole.len() - 20].to_owned(),
        format!("{whole} 関守乃介"),
    ];
    for profile in ["jp", "dcc"] {
        for (record, status) in std::iter::once((&whole, 0)).chain(broken.iter().map(|record| (record, 1))) {
            for more in [&[][..], &["--format", "json"], &["--format", "json", "--out", "c"], &["--batch"]] {
                let arguments = [&["--profile", profile][..], more, &["-"]].concat();
                let ran = desk.issue_fed(&arguments, record.as_bytes()).exits(status);
                examine(&ran, Shows::Nothing, &[]);
                if status == 1 {
                    assert!(!ran.stdout.contains("HC1:"), "{ran:?}");
                }
            }
        }
    }
}

#[test]
fn an_individual_number_appears_nowhere() {
    let number = individual_number();
    let spaced = format!("{}-{} {}", &number[..4], &number[4..8], &number[8..]);
    let desk = Desk::new();
    let mut paths = 0;
    for pointer in [
        "/name/registered/surname",
        "/name/registered/given",
        "/name/kana/surname",
        "/name/kana/given",
        "/name/romanised/surname",
        "/name/romanised/given",
        "/former_surname",
        "/other_surname",
        "/alias",
        "/passport_number",
        "/issuer",
        "/certificate_id",
        "/doses/0/disease",
        "/doses/0/vaccine_kind",
        "/doses/0/manufacturer",
        "/doses/1/product",
        "/doses/2/lot",
        "/birth_date",
        "/kind",
        "/nationality",
        "/doses/0/date",
        "/doses/0/country",
    ] {
        let mut record = record();
        record["certificate_id"] = json!("ID-1");
        *record.pointer_mut(pointer).expect(pointer) = json!(number);
        for more in [&[][..], &["--format", "json"], &["--batch"]] {
            let ran = desk.issue_fed(&[more, &["-"]].concat(), record.to_string().as_bytes()).exits(1);
            for shown in [&ran.stdout, &ran.stderr] {
                assert!(!shown.contains(&number) && !shown.contains(&spaced), "{pointer}: {ran:?}");
            }
            examine(&ran, Shows::Nothing, &[]);
            if ran.stdout.contains("record-individual-number") && more.contains(&"--batch") {
                paths += 1;
            }
        }
        *record.pointer_mut(pointer).unwrap() = json!(spaced);
        let ran = desk.issue_fed(&["--batch", "-"], record.to_string().as_bytes()).exits(1);
        assert!(!ran.stdout.contains("HC1:") && !ran.stdout.contains(&spaced) && !ran.stderr.contains(&spaced));
    }
    // Every free text is looked through; the others cannot hold a number at all.
    assert!(paths >= 10, "{paths}");
    // A member named by a number, and a number where no text belongs.
    for record in [format!("{{\"{number}\":1}}"), format!("{{\"kind\":{number}}}"), number.clone()] {
        for more in [&["--format", "json"][..], &["--batch"]] {
            let ran = desk.issue_fed(&[more, &["-"]].concat(), record.as_bytes()).exits(1);
            assert!(!ran.stdout.contains(&number) && !ran.stderr.contains(&number), "{ran:?}");
        }
    }
}
