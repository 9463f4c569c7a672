//! Certificates on paper, looked at with tools of other hands: rendered as a printer or scanner would, the code is read
//! back and accepted; the text is there to be searched; fonts are embedded as subsets; the structure is sound.
//!
//! With `TEGATA_PAPER_DIR` set, documents and pictures are kept there for a person to look at.

use std::path::{Path, PathBuf};
use std::process::Command;

use ciborium::Value;
use tegata::model::{Dose, EXAMPLE_RECORD, Kind, Name, Names, Record, RecordFields};
use tegata::{Issued, Policy, Profile, Status};
use tegata_conformance::canary::Canaries;
use tegata_conformance::forge::{self, Forge};
use tegata_conformance::skip;
use tegata_print::{Paper, PaperError, Pdf, Typeface, Typefaces};

/// Where Debian's package fonts-noto-cjk puts it.
const FONTS: &str = "/usr/share/fonts/opentype/noto";
/// Resolutions of office scanners, the lowest first.
const RESOLUTIONS: [u32; 2] = [150, 300];
/// Certificates are looked at on this day.
const NOW: &str = "2026-06-01T00:00:00Z";

/// Typefaces and a folder; `None` after saying what is missing.
struct Bench {
    typefaces: Typefaces,
    folder: PathBuf,
    _temporary: tempfile::TempDir,
    forge: Forge,
}

impl Bench {
    fn new(test: &str) -> Option<Self> {
        for (tool, asked) in [("pdftoppm", "-v"), ("pdftotext", "-v"), ("pdffonts", "-v"), ("qpdf", "--version")] {
            if Command::new(tool).arg(asked).output().is_err() {
                skip(test, &format!("{tool} is not installed"));
                return None;
            }
        }
        let read = |name: &str| std::fs::read(Path::new(FONTS).join(name)).ok();
        let Some((regular, bold)) = read("NotoSansCJK-Regular.ttc").zip(read("NotoSansCJK-Bold.ttc")) else {
            skip(test, "the typeface Noto Sans CJK is not installed");
            return None;
        };
        let typeface = |bytes: Vec<u8>| Typeface::from_bytes(bytes).unwrap();
        let temporary = tempfile::tempdir().unwrap();
        let folder = std::env::var_os("TEGATA_PAPER_DIR").map_or(temporary.path().to_owned(), PathBuf::from);
        let typefaces = Typefaces::new(typeface(regular)).with_bold(typeface(bold));
        Some(Self { typefaces, folder, _temporary: temporary, forge: Forge::new() })
    }

    fn issue(&self, fields: RecordFields, profile: Profile) -> Issued {
        let record = Record::new(fields).unwrap();
        self.forge.issuer.issue(&record, &Forge::request(profile), &self.forge.signer).unwrap()
    }

    /// Prints a certificate and checks everything that must hold for any. Gives the document and its text.
    fn print(&self, name: &str, issued: &Issued) -> (Pdf, String) {
        let paper = Paper::issued(issued).unwrap().with_office("手形市健康課 Tegata City, Health Division").unwrap();
        let pdf = paper.to_pdf(&self.typefaces).unwrap();
        let file = self.folder.join(format!("{name}.pdf"));
        std::fs::write(&file, pdf.bytes()).unwrap();
        run(Command::new("qpdf").arg("--check").arg(&file));
        assert_fonts_are_embedded_subsets(&run(Command::new("pdffonts").arg(&file)));
        for resolution in RESOLUTIONS {
            let picture = self.folder.join(format!("{name}-{resolution}"));
            let pages = ["-png", "-r", &resolution.to_string(), "-f", "1", "-l", "1", "-singlefile"];
            run(Command::new("pdftoppm").args(pages).arg(&file).arg(&picture));
            let picture = std::fs::read(picture.with_extension("png")).unwrap();
            let found = tegata_print::read_symbols(&picture).unwrap();
            let texts: Vec<_> = found.iter().map(tegata_print::FoundSymbol::text).collect();
            assert_eq!(texts, [issued.text()], "{name} at {resolution} dpi");
        }
        let report = self.forge.verifier.verify(issued.text(), forge::time(NOW));
        assert_eq!(report.status(), Status::Accepted, "{name}");
        let text = run(Command::new("pdftotext").arg("-raw").arg(&file).arg("-"));
        (pdf, text)
    }
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The columns `emb`, `sub` and `uni` of `pdffonts`, counted from the end of each line.
fn assert_fonts_are_embedded_subsets(list: &str) {
    let fonts: Vec<&str> = list.lines().skip(2).collect();
    assert!(!fonts.is_empty());
    for font in fonts {
        let words: Vec<&str> = font.split_whitespace().rev().collect();
        assert_eq!(words[2..5], ["yes"; 3], "{font}");
    }
}

/// A text without the spaces and line ends of a layout.
fn squeezed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

fn assert_says(text: &str, wanted: &[&str]) {
    let text = squeezed(text);
    for wanted in wanted {
        assert!(text.contains(&squeezed(wanted)), "{wanted} is not in: {text}");
    }
}

fn example() -> RecordFields {
    Record::from_json(EXAMPLE_RECORD).unwrap().into_fields()
}

fn domestic(fields: RecordFields) -> RecordFields {
    let name = Names { romanised: None, ..fields.name };
    RecordFields { kind: Kind::Domestic, name, nationality: None, passport_number: None, ..fields }
}

fn with_doses(count: u8) -> RecordFields {
    let fields = example();
    let dose = |number: u8| Dose {
        number,
        series: None,
        lot: format!("LOT{number:03}"),
        date: tegata::time::Date::new(2021 + u16::from(number) / 3, 1 + number, 10).unwrap(),
        ..fields.doses[usize::from(number) % fields.doses.len()].clone()
    };
    RecordFields { doses: (1..=count).map(dose).collect(), ..fields }
}

/// What a paper does not say, is nowhere in it: not in a stream that is compressed, not in its properties (B4).
#[test]
fn b4_a_paper_holds_no_number_and_no_address() {
    let Some(bench) = Bench::new("b4_a_paper_holds_no_number_and_no_address") else { return };
    let (pdf, _) = bench.print("canary", &bench.issue(example(), Profile::Jp));
    // What it says is found, so that what is not found is not there.
    let said = Canaries::new(["TK0000000", "手形花子", "EX3617", "CIDInit"]);
    assert_eq!(said.found_in(pdf.bytes()), ["TK0000000", "手形花子", "EX3617", "CIDInit"]);
    Canaries::new(["123456789018", "豊玉北", "000000000012345"]).assert_absent("a paper", pdf.bytes());
}

#[test]
fn paper_for_use_abroad() {
    let Some(bench) = Bench::new("paper_for_use_abroad") else { return };
    let (pdf, text) = bench.print("overseas", &bench.issue(example(), Profile::Jp));
    assert_eq!((pdf.pages(), pdf.substitutions().len()), (1, 0));
    assert_says(&text, &["予防接種証明書", "Vaccination Certificate", "海外用", "手形 花子", "TEGATA HANAKO", "関所"]);
    assert_says(&text, &["TK0000000", "1980-02-17", "2021-06-22", "EX3617", "EY0573", "000091A", "COVID-19"]);
    assert_says(&text, &["TEST0000000001", "2026-01-15", "Municipality of Sekisho, Japan", "手形市健康課"]);
    let again = Paper::issued(&bench.issue(example(), Profile::Jp)).unwrap();
    let again = again.with_office("手形市健康課 Tegata City, Health Division").unwrap();
    assert!(again.to_pdf(&bench.typefaces).unwrap().bytes() == pdf.bytes(), "the same input gives other bytes");
}

#[test]
fn paper_for_use_in_japan() {
    let Some(bench) = Bench::new("paper_for_use_in_japan") else { return };
    let (_, text) = bench.print("domestic", &bench.issue(domestic(example()), Profile::Jp));
    assert_says(&text, &["国内用", "手形 花子"]);
    for passport in ["TEGATA", "TK0000000", "旅券", "国籍"] {
        assert!(!squeezed(&text).contains(passport), "{passport}");
    }
}

#[test]
fn paper_of_one_dose_of_other_profiles() {
    let Some(bench) = Bench::new("paper_of_one_dose_of_other_profiles") else { return };
    let (_, text) = bench.print("dcc", &bench.issue(example(), Profile::Dcc));
    assert_says(&text, &["URN:UVCI:01:JP:", "3/3", "Spikevax", "手形 花子", "TEGATA HANAKO"]);
    let mut fields = example();
    fields.doses.truncate(1);
    fields.doses[0].disease = "1D47".into();
    fields.doses[0].product = "YellowFeverProductd2c75a15ed309658b3968519ddb31690".into();
    let (_, text) = bench.print("dvc", &bench.issue(fields, Profile::Dvc));
    assert_says(&text, &["予防接種又は予防薬の国際証明書", "International Certificate of Vaccination or Prophylaxis"]);
    assert_says(&text, &["TEGATA HANAKO", "TK0000000", "黄熱", "Yellow fever", "2021-07-02"]);
}

#[test]
fn paper_of_one_to_ten_doses() {
    let Some(bench) = Bench::new("paper_of_one_to_ten_doses") else { return };
    for count in 1..=10 {
        let (pdf, text) = bench.print(&format!("doses-{count:02}"), &bench.issue(with_doses(count), Profile::Jp));
        for number in 1..=count {
            assert_says(&text, &[&format!("LOT{number:03}")]);
        }
        let pages = pdf.pages();
        assert_says(&text, &[&format!("{pages} / {pages}")]);
        // Each page says which certificate it is of.
        let ids = squeezed(&text).matches("TEST0000000001").count();
        assert!(ids > pages, "{ids} on {pages} pages");
    }
}

#[test]
fn paper_with_long_names() {
    let Some(bench) = Bench::new("paper_with_long_names") else { return };
    let mut fields = example();
    let surname = "WOLFESCHLEGELSTEINHAUSENBERGERDORFF VON HOHENZOLLERN-AN-DER";
    let given = "ADOLPHUS BLAINE CHARLES DAVID EARL FREDERICK GERALD HUBERT I";
    fields.name.romanised = Some(Name::new(surname, given));
    fields.name.registered = Name::new(&"寿限無五劫の擦り切れ".repeat(6), "花子");
    fields.former_surname = Some("長".repeat(60).into());
    fields.doses[0].product = "とても長い製品名のワクチン筋注シリンジ".into();
    let (pdf, text) = bench.print("long-names", &bench.issue(fields, Profile::Jp));
    assert!(pdf.substitutions().is_empty());
    assert_says(&text, &[surname, given, &"寿限無五劫の擦り切れ".repeat(6), &"長".repeat(60)]);
}

#[test]
fn paper_with_rare_kanji() {
    let Some(bench) = Bench::new("paper_with_rare_kanji") else { return };
    let mut fields = example();
    // Noto has all of these, the variant of 葛 included; of the second name it has nothing.
    fields.name.registered = Name::new("𠮷野髙﨑", "葛\u{e0100}神辻\u{e0100}");
    fields.former_surname = Some("\u{e001}邉\u{e01ef}".into());
    let (pdf, text) = bench.print("rare-kanji", &bench.issue(fields, Profile::Jp));
    assert_says(&text, &["𠮷野髙﨑 葛\u{e0100}神", "〓邉", "外字", "could not be printed"]);
    let told: Vec<_> = pdf.substitutions().iter().map(|one| one.field()).collect();
    assert_eq!(told, ["former_surname"]);
    assert_eq!((pdf.substitutions()[0].missing_characters(), pdf.substitutions()[0].ordinary_forms()), (1, 1));
}

/// No record holds an individual number, but other issuers' systems could have signed one into a name.
#[test]
fn no_paper_shows_an_individual_number() {
    let forge = Forge::new();
    let mut payload = forge::read(&forge::payload_of(&forge.example(Profile::Dcc)));
    assert!(replace(&mut payload, "花子", "花子 1234-5678-9018") > 0);
    let text = forge::envelope(&forge.sign(&forge::write(&payload)));
    assert_eq!(forge.verify(&text).status(), Status::Accepted);
    let refused = Paper::verified(&text, forge.verifier.trust(), &Policy::default(), forge::now()).unwrap_err();
    assert_eq!(refused, PaperError::IndividualNumber { field: "nam.fn".into() });
    assert!(!format!("{refused} {refused:?}").contains("9018"));
}

/// Replaces a text wherever it stands as a value; says how often.
fn replace(value: &mut Value, from: &str, to: &str) -> usize {
    match value {
        Value::Text(text) if text == from => {
            *text = to.to_owned();
            1
        }
        Value::Array(items) => items.iter_mut().map(|item| replace(item, from, to)).sum(),
        Value::Map(entries) => entries.iter_mut().map(|(_, value)| replace(value, from, to)).sum(),
        _ => 0,
    }
}
