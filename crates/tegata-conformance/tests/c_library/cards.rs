//! Individual Number Cards through the C library: vectors, the public test card, and whole dialogues with simulated ones.

use serde_json::Value;
use tegata::application::{Application as Message, ApplicationFields, Channel};
use tegata::card::session::{Consent, Pin, Progress, ReadRequest, Reading, begin};
use tegata::card::{Answered, Application, CardFiles, CardVerifier, Challenge, FileId};
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::model::{Kind, MunicipalityCode};
use tegata::{Profile, Timestamp};
use tegata_conformance::vectors::{Expectation, Vector};
use tegata_conformance::{corpus, unbase64, unhex};
use tegata_simulator::{Algorithm, CardRequest, Hierarchy, SimulatedCard};

use crate::surface::{Answer, KIOSK, Surface};
use crate::{check_checks, number_of, seconds, status_number};

const TEXT: i64 = 0;
const SURFACE: i64 = 1;

/// Verifies the card of a vector; the JSON is that of Rust, too.
pub(crate) fn verify(c: &mut Surface, vector: &Vector) -> Expectation {
    let test_cards = vector.flags.iter().any(|flag| flag == "accept-test-cards");
    let authorities = vector.input.get("authorities").map_or("", String::as_str);
    c.done("card-verifier-new", &[test_cards.into(), authorities.into()]);
    let (number, application) =
        if vector.input["application"] == "text" { (TEXT, Application::Text) } else { (SURFACE, Application::Surface) };
    c.done("card-files-new", &[number.into()]);
    let mut files = CardFiles::new(application);
    for file in 1..=7_u16 {
        let Some(content) = vector.input.get(&format!("{file:04}")) else { continue };
        let content = unbase64(content);
        let inserted = c.call("card-files-insert", &[usize::from(file).into(), content.as_slice().into()]).number;
        let in_rust = files.insert(FileId::new(file).unwrap(), content);
        assert_eq!(inserted, in_rust.map_or_else(|error| tegata::Failure::from(error).code().number(), |()| 0));
        if inserted != 0 {
            return rejected(inserted);
        }
    }
    let hex = |name: &str| vector.input.get(name).map(|hex| unhex(hex)).unwrap_or_default();
    let (challenge, response) = (hex("challenge"), hex("response"));
    let challenged = <[u8; 32]>::try_from(challenge.as_slice()).ok().map(Challenge::from_bytes);
    // A response without a challenge is none, in both.
    let answered = challenged
        .as_ref()
        .filter(|_| vector.input.contains_key("response"))
        .map(|challenge| Answered { challenge, response: &response });
    let challenge = if answered.is_some() { challenge } else { Vec::new() };
    let mut verifier = CardVerifier::any(&PROVIDER).unwrap();
    if test_cards {
        verifier = verifier.accepting_test_cards();
    }
    if !authorities.is_empty() {
        verifier = verifier.with_authorities(authorities).unwrap();
    }
    let json = match application {
        Application::Text => verifier.verify_text(&files, answered).to_json(),
        Application::Surface => verifier.verify_surface(&files, answered).to_json(),
    };
    let answer = c.call("card-verify", &[challenge.into(), response.as_slice().into()]);
    check(&vector.id, &answer, &json);
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let status = if answer.number == 0 { "accepted" } else { "rejected" };
    Expectation { status: status.into(), stage: some(answer.text(2)), code: some(answer.text(1)) }
}

fn rejected(number: i32) -> Expectation {
    let mut expectation = crate::done(number);
    expectation.status = "rejected".into();
    expectation
}

/// That an answer's parts agree with each other and with Rust's report.
fn check(id: &str, answer: &Answer, json: &str) {
    assert_eq!(answer.text(3), json, "{id}");
    let json: Value = serde_json::from_str(json).unwrap();
    assert_eq!(answer.text(0), status_number(json["status"].as_str().unwrap()), "{id}");
    let (name, stage) = (answer.text(1), answer.text(2));
    assert_eq!((json["code"].as_str(), json["stage"].as_str()), (some(name), some(stage)), "{id}");
    assert_eq!(answer.number, some(name).map_or(0, number_of), "{id}");
    let accepted = json["status"] == "accepted";
    assert_eq!(answer.text(4), if accepted { "1" } else { "0" }, "{id}");
    check_checks(id, &answer.checks(7), &json["checks"], answer.number, answer.number);
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// Reads a card that gives certain answers and is removed after the last.
pub(crate) fn read(c: &mut Surface, vector: &Vector) -> i32 {
    let pin = vector.input["pin"].as_str();
    c.done("session-new", &[seconds(&vector.now).into(), pin.into(), "".into(), "".into(), "".into(), 0_i64.into()]);
    let mut answers = vector.input["answers"].split_whitespace();
    loop {
        let command = c.call("session-command", &[]);
        if command.number != 0 || command.fields[0].is_empty() {
            return command.number;
        }
        match answers.next() {
            Some(answer) => c.call("session-answer", &[unhex(answer).into()]),
            None => c.call("session-removed", &[]),
        };
    }
}

/// The public test card, byte by byte as it was published.
#[test]
fn the_test_card_has_the_report_of_rust() {
    let test = "the_test_card_has_the_report_of_rust";
    let (Some(folder), Some(mut c)) = (corpus(test, "../data/test-card"), Surface::start(test, KIOSK)) else { return };
    let mut files = CardFiles::new(Application::Text);
    c.done("card-files-new", &[TEXT.into()]);
    for (file, name) in [
        (1, "text-0001-physical.bin"),
        (2, "text-0002.bin"),
        (3, "text-0003.bin"),
        (4, "text-0004.bin"),
        (5, "text-0005.bin"),
        (7, "text-0007.bin"),
    ] {
        let content = std::fs::read(folder.join(name)).unwrap();
        c.done("card-files-insert", &[usize::from(file).into(), content.as_slice().into()]);
        files.insert(FileId::new(file).unwrap(), content).unwrap();
    }
    for accepting in [false, true] {
        let mut verifier = CardVerifier::any(&PROVIDER).unwrap();
        if accepting {
            verifier = verifier.accepting_test_cards();
        }
        let report = verifier.verify_text(&files, None);
        c.done("card-verifier-new", &[accepting.into(), "".into()]);
        let answer = c.call("card-verify", &["".into(), "".into()]);
        check("the test card", &answer, &report.to_json());
        assert_eq!(answer.number == 0, accepting);
        // The number was read and signed, and no challenge was answered.
        assert_eq!((answer.text(5), answer.text(6)), (if accepting { "1" } else { "0" }, "0"));
    }
    // One changed byte of the name.
    let mut changed = std::fs::read(folder.join("text-0002.bin")).unwrap();
    changed[20] ^= 1;
    c.done("card-files-insert", &[2_i64.into(), changed.into()]);
    let answer = c.call("card-verify", &["".into(), "".into()]);
    assert_ne!(answer.number, 0);
    assert_eq!(answer.text(4), "0");
}

const CONSENT: i64 = 1_767_225_600;
const CHALLENGE: [u8; 32] = [0xa5; 32];

/// Reads a simulated card through the library, and checks that each command is the one that Rust sends.
fn dialogue(c: &mut Surface, card: &mut SimulatedCard, twin: &mut SimulatedCard, pin: &str) -> Result<Reading, i32> {
    let flags = 1_i64;
    let request = [CONSENT.into(), pin.into(), "".into(), "".into(), CHALLENGE.as_slice().into(), flags.into()];
    c.done("session-new", &request);
    let consent = Consent::given_at(Timestamp::from_seconds(CONSENT).unwrap());
    let read = ReadRequest::text(Pin::from_digits(pin.as_bytes()).unwrap().into());
    let mut progress = begin(consent, read.with_number().with_challenge(Challenge::from_bytes(CHALLENGE)));
    loop {
        let command = c.call("session-command", &[]);
        match progress {
            Progress::Send(exchange) => {
                assert_eq!(command.number, 0);
                assert!(command.fields[0] == exchange.command().as_bytes(), "another command than in Rust");
                let answer = card.transmit(&command.fields[0]);
                progress = exchange.answer(&twin.transmit(&command.fields[0]));
                c.call("session-answer", &[answer.as_slice().into()]);
            }
            Progress::Done(Ok(reading)) => {
                assert!(command.number == 0 && command.fields[0].is_empty());
                return Ok(reading);
            }
            Progress::Done(Err(error)) => {
                assert_eq!(command.number, tegata::Failure::from(error).code().number());
                return Err(command.number);
            }
        }
    }
}

/// Dialogue, verification and application, each step as Rust does it, byte for byte.
#[test]
fn a_whole_kiosk_is_as_in_rust() {
    let Some(mut c) = Surface::start("a_whole_kiosk_is_as_in_rust", KIOSK) else { return };
    for algorithm in [Algorithm::P256, Algorithm::Rsa2048] {
        let hierarchy = Hierarchy::generate(5, algorithm).unwrap();
        let holder = CardRequest::from_seed(9);
        let pin = String::from_utf8(holder.holder_pin().to_vec()).unwrap();
        let (mut card, mut twin) = (hierarchy.issue(&holder).unwrap(), hierarchy.issue(&holder).unwrap());
        let wrong = if pin == "0000" { "0001" } else { "0000" };
        assert_eq!(dialogue(&mut c, &mut card, &mut twin, wrong).err(), Some(number_of("pin-wrong")));
        let reading = dialogue(&mut c, &mut card, &mut twin, &pin).unwrap();
        let response = c.done("session-files", &[TEXT.into()]).fields.remove(0);

        let authorities = hierarchy.authorities_json();
        let verifier = CardVerifier::any(&PROVIDER).unwrap().with_authorities(&authorities).unwrap();
        let challenge = Challenge::from_bytes(CHALLENGE);
        let answered = Answered { challenge: &challenge, response: &response };
        let report = verifier.verify_text(reading.text(), Some(answered));
        c.done("card-verifier-new", &[0_i64.into(), (&authorities).into()]);
        let answer = c.done("card-verify", &[CHALLENGE.as_slice().into(), response.as_slice().into()]);
        check("a simulated card", &answer, &report.to_json());
        assert_eq!((answer.text(5), answer.text(6)), ("1", "1"), "the number, and a card that answered");

        let message = Message::new(ApplicationFields {
            channel: Channel::Kiosk,
            municipality: MunicipalityCode::parse("131202").unwrap(),
            terms: "2026-04".into(),
            consent: reading.consent(),
            challenge: Challenge::from_bytes(CHALLENGE),
            card: reading.text(),
            response: &response,
            kind: Kind::Overseas,
            profiles: &[Profile::Jp, Profile::Dvc],
            travel_document: None,
        });
        let (channel, kind, profiles) = (0_i64, 1_i64, 5_i64);
        let mut request = [
            channel.into(),
            kind.into(),
            profiles.into(),
            "131202".into(),
            "2026-04".into(),
            CHALLENGE.as_slice().into(),
            "".into(),
        ];
        let written = c.done("application-write", &request).fields.remove(0);
        if algorithm == Algorithm::Rsa2048 {
            // The card's signature is the same each time, so both messages are.
            assert!(written == *message.unwrap().encode());
        }
        let read = Message::decode(&written).unwrap();
        assert_eq!((read.terms(), read.profiles()), ("2026-04", &[Profile::Jp, Profile::Dvc][..]));
        assert!(read.response() == response);
        request[3] = "131203".into();
        assert_eq!(c.call("application-write", &request).number, number_of("invalid-argument"));
    }
}
