//! What scripts see of the functions, and that what the package has of the outcome table is the table.

use core::fmt::Write as _;
use std::path::{Path, PathBuf};

use tegata::report::{Code, Language, Stage};
use tegata_print::{ErrorCorrection, Symbol};

use crate::buffers::instance;
use crate::*;

fn package() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../package")
}

/// Compares a file of the package with what it should be; set `TEGATA_WRITE_MANUAL` to write it anew.
fn is_generated(name: &str, expected: &str) {
    let path = package().join(name);
    if std::env::var_os("TEGATA_WRITE_MANUAL").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(committed == expected, "{name}: run this test once with TEGATA_WRITE_MANUAL=1");
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    tegata::codec::json::write_json_string(text, &mut out);
    out
}

fn both(of: impl Fn(Language) -> &'static str) -> String {
    format!("{{ en: {}, ja: {} }}", quoted(of(Language::English)), quoted(of(Language::Japanese)))
}

#[test]
fn the_outcomes_of_the_package_are_the_table() {
    const NOTE: &str =
        "// Made from the outcome table of the Rust library by a test of bindings/wasm/module; not edited by hand.\n";
    let mut script = format!("{NOTE}\n/** What each stage looks at. */\nexport const stages = {{\n");
    for stage in Stage::ALL {
        writeln!(script, "  {}: {},", stage.name(), both(|language| stage.title(language))).unwrap();
    }
    script.push_str(
        "};\n\n/** What each code means, and what the person at the desk can do. */\nexport const outcomes = {\n",
    );
    for code in Code::ALL {
        let (name, number, stage) = (quoted(code.name()), code.number(), quoted(code.stage().name()));
        let message = both(|language| code.meaning(language));
        let advice = both(|language| code.advice().text(language));
        writeln!(
            script,
            "  {name}: {{\n    number: {number},\n    stage: {stage},\n    message: {message},\n    advice: {advice},\n  }},"
        )
        .unwrap();
    }
    script.push_str("};\n");
    is_generated("outcomes.js", &script);

    let union = |out: &mut String, doc: &str, name: &str, members: Vec<&str>| {
        write!(out, "\n/** {doc} */\nexport type {name} =").unwrap();
        for member in members {
            write!(out, "\n  | {}", quoted(member)).unwrap();
        }
        out.push_str(";\n");
    };
    let mut types = NOTE.to_owned();
    let stages = Stage::ALL.iter().map(|stage| stage.name()).collect();
    union(&mut types, "Where in the work an outcome arose.", "Stage", stages);
    let card_stages = tegata_card_stages();
    union(&mut types, "The stages of verifying a card, in the order they are judged.", "CardStage", card_stages);
    let codes = Code::ALL.iter().map(|code| code.name()).collect();
    union(&mut types, "The stable outcome codes.", "Code", codes);
    types.push_str(
        r#"
/** A text in both languages. */
export interface Words {
  readonly en: string;
  readonly ja: string;
}

/** A line of the outcome table. */
export interface Outcome {
  /** As the C library returns it. */
  readonly number: number;
  readonly stage: Stage;
  /** What it means. */
  readonly message: Words;
  /** What the person at the desk can do. */
  readonly advice: Words;
}

/** What each stage looks at. */
export const stages: { readonly [S in Stage]: Words };

/** What each code means, and what the person at the desk can do. */
export const outcomes: { readonly [C in Code]: Outcome };
"#,
    );
    is_generated("outcomes.d.ts", &types);
}

/// The stages between those of certificates and those of trust files, in the order they are judged.
fn tegata_card_stages() -> Vec<&'static str> {
    let names = Stage::ALL.iter().map(|stage| stage.name());
    let from = names.skip_while(|name| *name != Stage::CardFiles.name());
    let mut stages = Vec::new();
    for name in from {
        stages.push(name);
        if name == Stage::Presence.name() {
            return stages;
        }
    }
    panic!("the table has no stage of presence");
}

/// Every character of Base45, so that a reader that confuses any of them is found out.
const TEST_TEXT: &str = "HC1:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

#[test]
fn the_test_symbol_of_the_package_is_ours() {
    let symbol = Symbol::encode(TEST_TEXT, ErrorCorrection::Quartile).unwrap();
    let mut script = format!(
        "// A symbol to try readers on; made by a test of bindings/wasm/module.\n\nexport const TEST_SYMBOL_TEXT = {};\n\n\
         export const TEST_SYMBOL_ROWS = [\n",
        quoted(TEST_TEXT)
    );
    for y in 0..symbol.size() {
        let row: String = (0..symbol.size()).map(|x| if symbol.module(x, y) { '#' } else { '.' }).collect();
        writeln!(script, "  {},", quoted(&row)).unwrap();
    }
    script.push_str("];\n");
    is_generated("test-symbol.js", &script);
}

const SIGNER: &[u8] = include_bytes!("../../../../crates/tegata/examples/data/signer.pem");
const CERTIFICATE: &str = include_str!("../../../../crates/tegata/examples/data/certificate.txt");
const FORGED: &str = include_str!("../../../../crates/tegata/examples/data/forged.txt");
const NOW: &str = "2026-06-01T09:00:00+09:00";

fn put(bytes: &[u8]) {
    assert!(!input(bytes.len()).is_null());
    instance().input.copy_from_slice(bytes);
}

fn made_of(files: &[(u32, &[u8])]) -> i32 {
    verifier_begin(0, 0, 0, 0);
    for (list, file) in files {
        put(file);
        let status = verifier_add(*list);
        if status != 0 {
            return status;
        }
    }
    verifier_finish()
}

fn verified(verifier: i32, now: &str, text: &str) -> (i32, String) {
    put(&[now.as_bytes(), text.as_bytes()].concat());
    let status = verify(u32::try_from(verifier).unwrap(), now.len());
    let output = instance().output.clone();
    assert_eq!(output_length(), output.len());
    (status, output)
}

/// One test, since there is one instance.
#[test]
fn verifiers_come_and_go() {
    let verifier = made_of(&[(1, SIGNER)]);
    assert!(verifier >= 0);
    assert_eq!(instance().output, r#"{"signers":1,"bundles":[],"left_out":[]}"#);
    let (status, json) = verified(verifier, NOW, CERTIFICATE);
    assert!(status == 0 && json.starts_with(r#"{"status":"accepted","#), "{status}");
    let (_, json) = verified(verifier, NOW, FORGED);
    assert!(json.contains(r#""code":"signature-invalid""#) && !json.contains("payload"));
    assert_eq!(verified(verifier, "tomorrow", CERTIFICATE).0, NO_SUCH);
    assert_eq!(verified(verifier, "", CERTIFICATE).0, NO_SUCH);
    put(b"short");
    assert_eq!(verify(u32::try_from(verifier).unwrap(), 6), NO_SUCH);

    let other = made_of(&[]);
    assert_ne!(other, verifier);
    assert!(verified(other, NOW, CERTIFICATE).1.contains(r#""code":"unknown-signer""#));
    verifier_free(u32::try_from(verifier).unwrap());
    verifier_free(77);
    assert_eq!(verified(verifier, NOW, CERTIFICATE), (NO_SUCH, String::new()));
    assert_eq!(made_of(&[]), verifier);

    assert_eq!(made_of(&[(5, SIGNER)]), NO_SUCH);
    let nothing = made_of(&[(1, b"nothing")]);
    assert_eq!(nothing, if cfg!(feature = "everything") { UNUSABLE } else { NEEDS_MORE });
    // With the file that was refused, the verifier is gone.
    assert_eq!((verifier_add(1), verifier_finish()), (NO_SUCH, NO_SUCH));

    failed_image(1);
    assert!(instance().output.contains(r#""code":"no-code-found""#));
    failed_image(2);
    assert!(instance().output.contains(r#""code":"image-unreadable""#));

    // Nothing of the last text stays.
    put(CERTIFICATE.as_bytes());
    let address = input(CERTIFICATE.len());
    assert!(!address.is_null() && instance().input.iter().all(|byte| *byte == 0));
}
