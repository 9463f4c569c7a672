//! One individual number goes through everything that reads, verifies and simulates cards, and is found in nothing
//! that can be printed.

use core::fmt::{Debug, Display};

use tegata::card::session::{CodeB, Consent, Credential, Pin, Progress, ReadRequest, begin};
use tegata::card::{
    Answered, AnyHierarchy, Application, CardFiles, CardReport, CardVerifier, Challenge, FileId, Holds,
};
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::model::{IndividualNumber, MunicipalityHashKey, NumberHash};
use tegata::report::Language;
use tegata::{Failure, Timestamp};
use tegata_simulator::{Algorithm, CardRequest, Flaw, Hierarchy, SimulatedCard};

/// The number that every published specimen of the card bears.
const NUMBER: &str = "123456789018";

/// Every form in which a number could slip out: as it is, in groups, as bytes in decimal and hex.
fn forms() -> Vec<String> {
    let bytes = NUMBER.as_bytes();
    let joined = |each: fn(&u8) -> String, with: &str| bytes.iter().map(each).collect::<Vec<_>>().join(with);
    let digits = |each: fn(&u8) -> String, with: &str| {
        bytes.iter().map(|byte| byte - b'0').collect::<Vec<_>>().iter().map(each).collect::<Vec<_>>().join(with)
    };
    vec![
        NUMBER.to_owned(),
        NUMBER[..8].to_owned(),
        NUMBER[4..].to_owned(),
        format!("{} {} {}", &NUMBER[..4], &NUMBER[4..8], &NUMBER[8..]),
        format!("{}-{}-{}", &NUMBER[..4], &NUMBER[4..8], &NUMBER[8..]),
        joined(u8::to_string, ", "),
        digits(u8::to_string, ", "),
        joined(|byte| format!("{byte:02x}"), ""),
        joined(|byte| format!("{byte:02X}"), ""),
        joined(|byte| format!("{byte:02X}"), " "),
        joined(|byte| format!("{byte:#x}"), ", "),
        format!("{:x}", NUMBER.parse::<u64>().unwrap()),
    ]
}

#[track_caller]
fn silent_text(text: &str) {
    // Alternate `Debug` puts each byte on a line of its own.
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for form in forms() {
        assert!(!text.contains(&form) && !flat.contains(&form), "{form} in {text}");
    }
}

#[track_caller]
fn silent(value: &impl Debug) {
    silent_text(&format!("{value:?}"));
    silent_text(&format!("{value:#?}"));
}

#[track_caller]
fn silent_error(error: &(impl Debug + Display)) {
    silent(error);
    silent_text(&error.to_string());
}

#[track_caller]
fn silent_failure(failure: &Failure) {
    silent_error(failure);
    for language in [Language::English, Language::Japanese] {
        silent_text(&failure.message(language));
    }
}

#[track_caller]
fn silent_report<T: Holds + Debug>(report: &CardReport<T>) {
    silent_error(report);
    silent_text(&report.to_json());
    if let Some(failure) = report.failure() {
        silent_failure(failure);
    }
}

#[test]
fn the_search_finds() {
    for found in [
        format!("{NUMBER:?}"),
        format!("{:?}", NUMBER.as_bytes()),
        format!("{:#?}", NUMBER.as_bytes()),
        format!("{:02X?}", NUMBER.as_bytes()).replace(',', ""),
    ] {
        assert!(std::panic::catch_unwind(|| silent_text(&found)).is_err(), "{found}");
    }
}

fn request() -> CardRequest {
    CardRequest::from_seed(3).number(NUMBER).unwrap()
}

fn verifier(hierarchy: &Hierarchy) -> CardVerifier<AnyHierarchy> {
    CardVerifier::any(&PROVIDER).unwrap().with_authorities(&hierarchy.authorities_json()).unwrap()
}

fn files(card: &SimulatedCard) -> CardFiles {
    let mut files = CardFiles::new(Application::Text);
    for file in card.files(tegata_simulator::Application::Text) {
        silent(file);
        files.insert(FileId::new(file.id()).unwrap(), file.as_read().to_vec()).unwrap();
    }
    files
}

#[test]
fn the_number_and_what_is_made_of_it_print_nothing() {
    let number = IndividualNumber::from_digits(NUMBER.as_bytes()).unwrap();
    silent(&number);
    silent(&NumberHash::new(&number, &MunicipalityHashKey::from_bytes([7; 32])));
    silent(&Credential::CodeA(IndividualNumber::from_digits(NUMBER.as_bytes()).unwrap()));
    silent(&ReadRequest::text(Credential::CodeA(number)).with_number());
    // What is nearly the number.
    for digits in ["123456789012", "12345678901", "1234567890180", "１２３４５６７８９０１８"] {
        silent_error(&IndividualNumber::from_digits(digits.as_bytes()).unwrap_err());
    }
    silent_error(&Pin::from_digits(NUMBER.as_bytes()).unwrap_err());
    silent_error(&CodeB::from_digits(NUMBER.as_bytes()).unwrap_err());
}

#[test]
fn verification_prints_nothing() {
    for algorithm in [Algorithm::Rsa2048, Algorithm::P256] {
        let hierarchy = Hierarchy::generate(3, algorithm).unwrap();
        let verifier = verifier(&hierarchy);
        silent(&hierarchy);
        silent(&request());
        let flaws = [Flaw::NumberCheckDigit, Flaw::NumberDigest, Flaw::AttributesDigest, Flaw::OffsetTable];
        for flaw in flaws.into_iter().map(Some).chain([None]) {
            let request = flaw.map_or_else(request, |flaw| request().flaw(flaw));
            let card = hierarchy.issue(&request).unwrap();
            silent(&card);
            let files = files(&card);
            silent(&files);
            let challenge = Challenge::from_bytes([9; 32]);
            // The number as an answer, and as the challenge's neighbour.
            for response in [NUMBER.as_bytes(), &[]] {
                let report = verifier.verify_text(&files, Some(Answered { challenge: &challenge, response }));
                assert!(report.identity().is_none());
                silent_report(&report);
            }
            let report = verifier.verify_text(&files, None);
            assert_eq!(report.identity().is_some(), flaw.is_none());
            silent_report(&report);
            if let Some(identity) = report.into_identity() {
                silent(&identity);
                let identity = identity.into_with_number().unwrap();
                silent(identity.number());
                let (fields, number) = identity.split_number();
                silent(&fields);
                silent(&number);
            }
        }
        // A file cut or changed anywhere; the number's file in place of every other.
        let mut files = files(&hierarchy.issue(&request()).unwrap());
        let first = files.get(FileId::FIRST).unwrap().to_vec();
        for at in 0..first.len() {
            files.insert(FileId::FIRST, first[..at].to_vec()).unwrap();
            silent_report(&verifier.verify_text(&files, None));
            let mut changed = first.clone();
            changed[at] ^= 0x40;
            files.insert(FileId::FIRST, changed).unwrap();
            silent_report(&verifier.verify_text(&files, None));
        }
        for number in 1..=7 {
            let id = FileId::new(number).unwrap();
            let genuine = files.get(id).map(<[u8]>::to_vec);
            for content in [first.clone(), NUMBER.as_bytes().to_vec(), NUMBER.repeat(4000).into_bytes()] {
                match files.insert(id, content) {
                    Ok(()) => silent_report(&verifier.verify_text(&files, None)),
                    Err(error) => silent_error(&error),
                }
            }
            if let Some(genuine) = genuine {
                files.insert(id, genuine).unwrap();
            }
        }
    }
}

#[test]
fn the_dialogue_prints_nothing() {
    let hierarchy = Hierarchy::generate(3, Algorithm::P256).unwrap();
    let number = || Credential::CodeA(IndividualNumber::from_digits(NUMBER.as_bytes()).unwrap());
    // Nothing in the way, wrong tries, a card removed after each number of commands.
    for removed_after in (0..40).chain([u32::MAX]) {
        let mut card = hierarchy.issue(&request()).unwrap();
        card.remove_after(removed_after);
        let pin = Pin::from_digits(request().holder_pin()).unwrap().into();
        let mut progress =
            begin(Consent::given_at(Timestamp::MIN), ReadRequest::text(pin).with_number().with_surface(number()));
        loop {
            silent(&progress);
            progress = match progress {
                Progress::Send(exchange) => {
                    silent(exchange.command());
                    match card.transmit(exchange.command().as_bytes()) {
                        answer if answer.is_empty() => exchange.removed(),
                        answer => exchange.answer(&answer),
                    }
                }
                Progress::Done(Ok(reading)) => {
                    silent(&reading);
                    silent(reading.text());
                    break;
                }
                Progress::Done(Err(error)) => {
                    silent_error(&error);
                    silent_failure(&error.into());
                    break;
                }
            };
        }
        silent(&card);
    }
}

#[test]
fn simulator_and_authorities_print_nothing() {
    for number in ["123456789012", "12345678901", "1234567890180"] {
        silent_error(&CardRequest::from_seed(1).number(number).unwrap_err());
    }
    for wrong in [NUMBER, "12"] {
        silent_error(&CardRequest::from_seed(1).pin(wrong).unwrap_err());
        silent_error(&CardRequest::from_seed(1).security_code(wrong).unwrap_err());
        silent_error(&Hierarchy::builder(1, Algorithm::P256).municipality_code(wrong).unwrap_err());
    }
    let authorities = Hierarchy::generate(1, Algorithm::P256).unwrap().authorities_json();
    for text in [
        NUMBER.to_owned(),
        format!("\"{NUMBER}\""),
        format!("{{\"keys\":{NUMBER}}}"),
        authorities.replace("\"text\"", &format!("\"{NUMBER}\"")),
        authorities.replace("P-256", NUMBER),
    ] {
        let Err(error) = CardVerifier::any(&PROVIDER).unwrap().with_authorities(&text) else { panic!("{text}") };
        silent_error(&error);
        silent_failure(&error.into());
    }
}

#[test]
fn the_machine_readable_zone_prints_nothing() {
    // A number where a document's number, optional data or a name stands.
    let names = "P<JPNTEGATA<<HANAKO<<<<<<<<<<<<<<<<<<<<<<<<<";
    for zone in [
        format!("{names}\n{NUMBER}JPN8002177F3102178<<<<<<<<<<<<<<<"),
        format!("{names}\nTK00000000JPN8002177F3102178{NUMBER}<<<<"),
        format!("P<JPN{NUMBER}<<HANAKO<<<<<<<<<<<<<<<<<<<<<<<<<\nTK00000000JPN8002177F3102178<<<<<<<<<<<<<<04"),
        NUMBER.to_owned(),
        NUMBER.repeat(8),
    ] {
        match tegata::mrz::TravelDocument::parse(&zone, tegata::time::Date::new(2026, 1, 1).unwrap()) {
            Ok(read) => silent(&read),
            Err(error) => {
                silent_error(&error);
                silent_failure(&error.into());
            }
        }
    }
}
