use std::collections::BTreeSet;

use tegata::crypto::{RandomError, SecureRandom, rustcrypto};
use tegata::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
use tegata::model::{Dose, EXAMPLE_RECORD, Kind, Record, RecordFields};
use tegata::x509::Certificate;
use tegata::{Code, Issued, Issuer, Policy, Profile, Request, Timestamp, TrustSet};

use super::page::ALTERNATIVE;
use super::*;

mod font;

struct Fixed;

impl SecureRandom for Fixed {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        buffer.fill(7);
        Ok(())
    }
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

const NOW: &str = "2026-04-01T09:00:00+09:00";

struct Office {
    issuer: Issuer,
    signer: SoftwareSigner,
    trust: TrustSet,
}

impl Office {
    fn new() -> Self {
        let signer = SoftwareSigner::generate(&Fixed).unwrap();
        let purposes = HealthPurposes { vaccination: true, ..HealthPurposes::default() };
        let request = CertificateRequest::new(Subject::new("JP", "Test", "Signer").unwrap(), purposes);
        let (from, to) = (time("2026-01-01T00:00:00Z"), time("2028-01-01T00:00:00Z"));
        let certificate = Certificate::parse(&self_signed(&signer, &request, from, to, &Fixed).unwrap()).unwrap();
        let mut trust = TrustSet::builder(&rustcrypto::PROVIDER);
        trust.trust_certificate(&certificate).unwrap();
        Self { issuer: Issuer::new(certificate, &rustcrypto::PROVIDER).unwrap(), signer, trust: trust.build() }
    }

    fn issue(&self, fields: RecordFields, profile: Profile) -> Issued {
        let request = Request {
            profile,
            issuer: None,
            issued_at: time(NOW),
            issue_date: tegata::time::Date::parse("2026-04-01").unwrap(),
            expires_at: Some(time("2027-04-01T09:00:00+09:00")),
            certificate_id: "TEGATA0123456789ABCD".into(),
            dose: None,
        };
        self.issuer.issue(&Record::new(fields).unwrap(), &request, &self.signer).unwrap()
    }

    fn paper(&self, fields: RecordFields) -> Paper {
        Paper::issued(&self.issue(fields, Profile::Jp)).unwrap()
    }
}

fn example() -> RecordFields {
    Record::from_json(EXAMPLE_RECORD).unwrap().into_fields()
}

fn with_doses(count: u8) -> RecordFields {
    let mut fields = example();
    let first = fields.doses[0].clone();
    fields.doses = (1..=count)
        .map(|number| Dose { number, series: None, lot: format!("LOT{number:03}"), ..first.clone() })
        .collect();
    fields
}

fn boxes() -> Typefaces {
    Typefaces::new(Typeface::from_bytes(font::font(&font::japanese(), true)).unwrap())
}

#[test]
fn one_page_and_the_same_bytes_each_time() {
    let (office, typefaces) = (Office::new(), boxes());
    let paper = office.paper(example());
    let pdf = paper.to_pdf(&typefaces).unwrap();
    assert!(pdf.bytes().starts_with(b"%PDF-1.7"));
    assert_eq!(pdf.pages(), 1);
    assert!(pdf.substitutions().is_empty(), "{:?}", pdf.substitutions());
    assert_eq!(pdf.bytes(), office.paper(example()).to_pdf(&boxes()).unwrap().bytes());
    let domestic = RecordFields {
        kind: Kind::Domestic,
        nationality: None,
        passport_number: None,
        name: tegata::model::Names { romanised: None, ..example().name },
        ..example()
    };
    let domestic = office.paper(domestic).to_pdf(&typefaces).unwrap();
    assert_ne!(domestic.bytes(), pdf.bytes());
}

#[test]
fn any_number_of_doses() {
    let (office, typefaces) = (Office::new(), boxes());
    let mut pages = 1;
    for count in (1..=10).chain([20, 40]) {
        let pdf = office.paper(with_doses(count)).to_pdf(&typefaces).unwrap();
        assert!(pdf.pages() >= pages, "{count}");
        assert!(count > 6 || pdf.pages() == 1, "{count}");
        pages = pdf.pages();
    }
    assert!(pages > 1);
}

#[test]
fn every_profile_that_is_issued() {
    let (office, typefaces) = (Office::new(), boxes());
    let eu = Paper::issued(&office.issue(example(), Profile::Dcc)).unwrap();
    assert_eq!(eu.to_pdf(&typefaces).unwrap().pages(), 1);
    let mut fields = example();
    fields.doses.truncate(1);
    fields.doses[0].disease = "1D47".into();
    fields.doses[0].product = "YellowFeverProductd2c75a15ed309658b3968519ddb31690".into();
    let yellow = Paper::issued(&office.issue(fields, Profile::Dvc)).unwrap();
    assert_eq!(yellow.to_pdf(&typefaces).unwrap().pages(), 1);
}

#[test]
fn characters_that_no_typeface_has_are_told() {
    let (office, typefaces) = (Office::new(), boxes());
    let mut fields = example();
    fields.name.registered = tegata::model::Name::new("\u{20bb7}\u{e000}野", "葛\u{e0100}か\u{3099}");
    let mut with_boxes = font::japanese();
    with_boxes.extend("野が".chars());
    let paper = office.paper(fields);
    let typeface = Typeface::from_bytes(font::font(&with_boxes, true)).unwrap();
    let pdf = paper.to_pdf(&Typefaces::new(typeface.clone())).unwrap();
    let told: Vec<_> = pdf.substitutions().iter().map(|one| (one.field(), one.missing, one.ordinary)).collect();
    // The kanji beyond the first plane and the one of private use; the variant of 葛. か with its mark is が.
    assert_eq!(told, [("name.registered", 2, 1)]);
    // A typeface after the first has the kanji; no typeface can have the meaning of a character of private use.
    let rare = Typeface::from_bytes(font::font(&"\u{20bb7}\u{e000}".chars().collect(), true)).unwrap();
    let pdf = paper.to_pdf(&Typefaces::new(typeface).with_fallback(rare)).unwrap();
    assert_eq!(pdf.substitutions()[0].missing_characters(), 1);
    assert!(paper.to_pdf(&typefaces).unwrap().substitutions()[0].missing_characters() > 2);
}

#[test]
fn long_names_are_set_whole() {
    let (office, typefaces) = (Office::new(), boxes());
    let mut fields = example();
    let long = |text: &str| tegata::model::Name::new(&text.repeat(50)[..100], &text.repeat(50)[..100]);
    fields.name.romanised = Some(long("WOLFESCHLEGELSTEINHAUSENBERGERDORFF"));
    fields.name.registered = long("Wolfeschlegel Steinhausen");
    fields.former_surname = Some("手".repeat(100).into());
    fields.issuer = "形".repeat(80);
    for dose in &mut fields.doses {
        dose.product = "花".repeat(80);
        dose.manufacturer = "W".repeat(80);
    }
    assert!(office.paper(fields).to_pdf(&typefaces).unwrap().substitutions().is_empty());
}

#[test]
fn typefaces_that_cannot_be_used() {
    let paper = Office::new().paper(example());
    let unreadable = |bytes: &[u8]| Typeface::from_bytes(bytes).unwrap_err() == PaperError::TypefaceUnreadable;
    assert!(unreadable(b"") && unreadable(b"\0\x01\0\0") && unreadable(b"ttcf\0\x01\0\0\0\0\xff\xff"));
    let whole = font::font(&font::japanese(), true);
    assert!(Typeface::from_collection(whole.clone(), 1).is_err());
    // Cut anywhere, it is refused or at least never brings the program down.
    for length in (0..whole.len()).step_by(257) {
        if let Ok(typeface) = Typeface::from_bytes(&whole[..length]) {
            _ = paper.to_pdf(&Typefaces::new(typeface));
        }
    }
    let latin = Typeface::from_bytes(font::font(&(' '..='~').collect(), true)).unwrap();
    assert_eq!(Typefaces::new(latin.clone()).check(), Err(PaperError::TypefaceNotJapanese));
    assert_eq!(boxes().check(), Ok(()));
    assert_eq!(paper.to_pdf(&Typefaces::new(latin)).unwrap_err(), PaperError::TypefaceNotJapanese);
    let restricted = Typeface::from_bytes(font::font(&font::japanese(), false)).unwrap();
    assert_eq!(Typefaces::new(restricted.clone()).check(), Err(PaperError::TypefaceNotEmbeddable));
    assert_eq!(paper.to_pdf(&Typefaces::new(restricted)).unwrap_err(), PaperError::TypefaceNotEmbeddable);
}

#[test]
fn a_typeface_without_a_character_of_our_own_is_none_to_start_with() {
    let own: String = own_words().concat();
    let own: BTreeSet<char> = own.chars().collect();
    // What is written in the sources, beyond ASCII and outside comments, is among those words.
    for source in [include_str!("sheet.rs"), include_str!("page.rs"), include_str!("setter.rs")] {
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        let alone = [ALTERNATIVE.japanese, ALTERNATIVE.english].concat();
        let drawn = code.flat_map(str::chars).filter(|it| !it.is_ascii() && !alone.contains(*it));
        drawn.for_each(|character| assert!(own.contains(&character), "{character}"));
        for used in source.split("Label::").skip(1) {
            let name: String = used.chars().take_while(char::is_ascii_alphanumeric).collect();
            assert!(sheet::LABELS.iter().any(|label| format!("{label:?}") == name), "{name}");
        }
    }
    // Of each script, and of a word that few papers have: the sex, the office, a note on a character that is missing.
    for character in &['証', 'Ｅ', '–', 'q', '7', '女', 'わ', '異'] {
        assert!(own.contains(character) || character.is_ascii());
        let lacking = font::japanese().into_iter().filter(|it| it != character).collect();
        let typefaces = Typefaces::new(Typeface::from_bytes(font::font(&lacking, true)).unwrap());
        assert_eq!(typefaces.check(), Err(PaperError::TypefaceNotJapanese), "{character}");
        let rest = Typeface::from_bytes(font::font(&[*character].into(), true)).unwrap();
        assert_eq!(typefaces.with_fallback(rest).check(), Ok(()), "{character}");
    }
}

#[test]
fn only_what_is_accepted_is_printed() {
    let office = Office::new();
    let text = office.issue(example(), Profile::Jp).text().to_owned();
    let verified = |text: &str, now| Paper::verified(text, &office.trust, &Policy::default(), time(now));
    let typefaces = boxes();
    let again = verified(&format!("{text}\r\n"), NOW).unwrap().to_pdf(&typefaces).unwrap();
    assert_eq!(again.bytes(), office.paper(example()).to_pdf(&typefaces).unwrap().bytes());
    let code = |text: &str, now| match verified(text, now) {
        Err(PaperError::NotAccepted(failure)) => failure.code(),
        other => panic!("{other:?}"),
    };
    assert_eq!(code(&text, "2027-06-01T00:00:00Z"), Code::Expired);
    assert_eq!(code("HC2:6BF", NOW), Code::UnsupportedPrefix);
    let nobody = TrustSet::builder(&rustcrypto::PROVIDER).build();
    assert!(Paper::verified(&text, &nobody, &Policy::default(), time(NOW)).is_err());
}

#[test]
fn the_office_is_plain_text() {
    let paper = || Office::new().paper(example());
    assert!(paper().with_office("手形関所 03-0000-0000").unwrap().to_pdf(&boxes()).is_ok());
    let unwritable = paper().with_office("手形\u{e000}").unwrap().to_pdf(&boxes());
    assert_eq!(unwritable.unwrap_err(), PaperError::InvalidOffice);
    for office in ["", "  ", "a\nb", "1234-5678-9018", &"あ".repeat(MAX_OFFICE_CHARACTERS + 1)] {
        assert_eq!(paper().with_office(office).unwrap_err(), PaperError::InvalidOffice, "{office:?}");
    }
}

#[test]
fn nothing_of_the_person_is_in_debug_output() {
    let mut fields = example();
    fields.name.registered = tegata::model::Name::new("カナリヤ", "\u{e000}");
    let paper = Office::new().paper(fields);
    let pdf = paper.to_pdf(&boxes()).unwrap();
    let shown = format!("{paper:?} {pdf:?}");
    assert!(shown.contains("name.registered") && !shown.contains("カナリヤ") && !shown.contains('\u{e000}'), "{shown}");
    // Metadata tells the title alone.
    let plain = String::from_utf8_lossy(pdf.bytes());
    assert!(!plain.contains("カナリヤ") && !plain.contains("TEGATA0123456789ABCD"));
}
