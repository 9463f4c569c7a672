//! Help, completions, and options that are not offered.

use std::path::Path;

use crate::desk::Desk;
use crate::run::tegata;

const LEVELS: [&[&str]; 45] = [
    &[],
    &["demo"],
    &["issue"],
    &["verify"],
    &["decode"],
    &["keys"],
    &["keys", "generate"],
    &["keys", "csr"],
    &["keys", "self-signed"],
    &["keys", "sealing"],
    &["keys", "public"],
    &["keys", "inspect"],
    &["trust", "build"],
    &["card"],
    &["card", "verify"],
    &["card", "simulate"],
    &["municipality"],
    &["municipality", "example"],
    &["municipality", "show"],
    &["municipality", "create"],
    &["municipality", "change-master-key"],
    &["municipality", "set-up-database"],
    &["import"],
    &["export"],
    &["account"],
    &["account", "create"],
    &["account", "list"],
    &["account", "revoke"],
    &["application"],
    &["application", "enter"],
    &["application", "list"],
    &["application", "show"],
    &["application", "approve"],
    &["application", "reject"],
    &["revoke"],
    &["erase"],
    &["audit"],
    &["audit", "verify"],
    &["audit", "export-head"],
    &["audit", "list"],
    &["backup"],
    &["restore"],
    &["card", "read"],
    &["serve"],
    &["completions"],
];

#[test]
fn help_on_every_level_has_an_example() {
    for level in LEVELS {
        let help = tegata(Path::new("."), [level, &["--help"]].concat()).exits(0);
        assert!(help.stderr.is_empty(), "{help:?}");
        let examples = help.stdout.split_once("Example").or_else(|| help.stdout.split_once("Try it")).unwrap().1;
        assert!(examples.contains(&["tegata", &level.join(" ")].join(" ")), "{level:?}: {examples}");
    }
    let version = tegata(Path::new("."), ["-V"]).exits(0).stdout;
    assert_eq!(version, concat!("tegata ", env!("CARGO_PKG_VERSION"), "\n"));
    let provider = if cfg!(feature = "native") { "AWS-LC (tegata-native)" } else { "RustCrypto" };
    let long = tegata(Path::new("."), ["--version"]).exits(0).stdout;
    let tables = "ES256 of known keys by tables (tegata-fast-verify)";
    assert_eq!(long, format!("{version}Cryptography: {provider}, {tables}\n"));
}

#[test]
fn a_command_that_is_missing_or_unknown_is_a_usage_error() {
    for arguments in
        [&[][..], &["keys"], &["card"], &["card", "verify"], &["serve"], &["trust", "inspect"], &["no-such-command"]]
    {
        tegata(Path::new("."), arguments).is_usage_error("Usage: tegata");
    }
}

#[test]
fn completions_for_the_common_shells() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = tegata(Path::new("."), ["completions", shell]).exits(0).stdout;
        assert!(script.contains("self-signed") && script.contains("from-line"), "{shell}");
    }
    tegata(Path::new("."), ["completions", "no-such-shell"]).is_usage_error("possible values");
}

#[test]
fn no_secret_is_an_argument() {
    for level in LEVELS {
        let help = tegata(Path::new("."), [level, &["--help"]].concat()).stdout;
        for option in help.split_whitespace().filter(|word| word.starts_with("--")) {
            assert!(!["--passphrase", "--password", "--pin"].contains(&option), "{level:?}");
        }
    }
    for option in ["--passphrase=geheim", "--password=geheim", "--pin=geheim"] {
        let ran = tegata(Path::new("."), ["keys", "generate", "--encrypt", "--out", "/nowhere/key.pem", option]);
        assert!(ran.status == 2 && !ran.stderr.contains("geheim"), "{ran:?}");
    }
}

#[test]
fn what_is_not_offered_is_a_usage_error() {
    let desk = Desk::new();
    desk.issue(&["--profile", "shc", "record.json"]).is_usage_error("shc");
}

#[test]
fn the_demonstration_runs_again_and_spares_what_is_not_its_own() {
    let desk = Desk::new();
    for _ in 0..2 {
        let ran = desk.run(&["demo"]).exits(0);
        let result = ran.json();
        assert_eq!(result["status"], "done");
        assert_eq!(result["dir"], "tegata-demo");
        assert_eq!(
            (&result["card"]["status"], &result["card"]["checks"]["presence"]),
            (&"accepted".into(), &"pass".into())
        );
        assert_eq!(result["genuine"]["status"], "accepted");
        // The certificate is about the holder of the card.
        let born = &result["card"]["identity"]["birth_date"];
        assert!(born.is_string() && result["genuine"]["payload"].to_string().contains(&born.to_string()), "{result}");
        assert_eq!(result["forged"]["code"], "signature-invalid");
    }
    let authorities = "tegata-demo/card/authorities.json";
    desk.run(&["card", "verify", "--dir", "tegata-demo/card", "--authorities", authorities]).exits(0);
    let verify = ["verify", "--trust", "tegata-demo/signer.pem"];
    desk.run(&[&verify[..], &["tegata-demo/certificate.png", "tegata-demo/certificate.txt"]].concat()).exits(0);
    desk.run(&[&verify[..], &["tegata-demo/forged.txt"]].concat()).exits(1);
    let story = desk.run(&["demo", "--dir", "other", "--format", "human"]).exits(0).stdout;
    assert!(story.contains("✔ ACCEPTED") && story.contains("✘ REJECTED"), "{story}");

    // The example record beside a key does not make the key the demonstration's.
    let key = desk.read("key.pem");
    desk.write("record.json", desk.run(&["issue", "--print-example"]).exits(0).stdout.as_bytes());
    desk.run(&["demo", "--dir", "."]).is_usage_error("--dir");
    assert_eq!(desk.read("key.pem"), key);
    desk.run(&["demo", "--dir", "key.pem"]).is_usage_error("key.pem");
}
