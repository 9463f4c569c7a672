use proptest::prelude::*;

use super::*;
use crate::card::{Application, Challenge, FileId};
use crate::model::IndividualNumber;
use crate::time::Timestamp;

fn pin() -> ReadRequest {
    ReadRequest::text(Pin::from_digits(b"4711").unwrap().into())
}

fn start(request: ReadRequest) -> Progress {
    begin(Consent::given_at(Timestamp::MIN), request)
}

/// A card that answers from a table, and what it was sent.
#[derive(Default)]
struct Script {
    sent: Vec<Vec<u8>>,
}

impl Script {
    fn run(&mut self, request: ReadRequest, mut card: impl FnMut(&[u8]) -> Vec<u8>) -> Result<Reading, ReadError> {
        let mut progress = start(request);
        loop {
            progress = match progress {
                Progress::Send(exchange) => {
                    let command = exchange.command().as_bytes().to_vec();
                    assert!(command.len() <= 4 + 1 + 67 + 1, "short commands only");
                    let answer = card(&command);
                    self.sent.push(command);
                    exchange.answer(&answer)
                }
                Progress::Done(result) => return result,
            };
        }
    }

    fn presented(&self) -> usize {
        self.sent.iter().filter(|command| command.starts_with(&[0, 0x20]) && command.len() > 4).count()
    }
}

/// A card whose files all hold the same 300 bytes.
fn friendly(command: &[u8]) -> Vec<u8> {
    let file = [7; 300];
    match command {
        [0x00, 0x20, 0x00, 0x80] => vec![0x63, 0xc3],
        [0x00, 0xb0, high, low, length] => {
            let offset = usize::from(*high) << 8 | usize::from(*low);
            match file.get(offset..).filter(|rest| !rest.is_empty()) {
                None => vec![0x6b, 0x00],
                Some(rest) => {
                    let take = rest.len().min(usize::from(*length));
                    let status: &[u8] = if take < usize::from(*length) { &[0x62, 0x82] } else { &[0x90, 0x00] };
                    [&rest[..take], status].concat()
                }
            }
        }
        [0x80, 0x2a, ..] => [&[9; 256][..], &[0x90, 0x00]].concat(),
        _ => vec![0x90, 0x00],
    }
}

#[test]
fn the_commands_are_those_of_the_card() {
    let mut script = Script::default();
    let challenge = Challenge::from_bytes([5; 32]);
    let reading = script.run(pin().with_number().with_challenge(challenge), friendly).unwrap();
    let hex = |command: &Vec<u8>| command.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let sent: Vec<_> = script.sent.iter().map(hex).collect();
    assert_eq!(sent[0], "00A4040C0AD3921000310001010408");
    assert_eq!(sent[1..4], ["00A4020C020011", "00200080", "002000800434373131"]);
    assert_eq!(sent[4..7], ["00A4020C020001", "00B00000FF", "00B000FFFF"]);
    let sign = sent.last().unwrap();
    assert!(sign.starts_with("802A0000333031300D060960864801650304020105000420"));
    assert!(sign.ends_with("00") && sign.len() == 2 * (4 + 1 + 51 + 1));
    assert_eq!(reading.text().get(FileId::FIRST).unwrap(), [7; 300]);
    assert_eq!(reading.text().iter().count(), 6);
    assert_eq!(reading.text_response().unwrap(), [9; 256]);
    assert!(reading.surface().is_none() && reading.surface_response().is_none());
    assert_eq!(script.presented(), 1);
}

#[test]
fn tries_are_asked_before_anything_is_presented() {
    for (answer, error) in [
        ([0x63, 0xc1], ReadError::LastTry(KeyReference::Pin)),
        ([0x63, 0xc0], ReadError::Blocked(KeyReference::Pin)),
        ([0x69, 0x84], ReadError::Blocked(KeyReference::Pin)),
        ([0x69, 0x83], ReadError::Blocked(KeyReference::Pin)),
        ([0x6a, 0x88], ReadError::UnexpectedStatus(0x6a88)),
    ] {
        let mut script = Script::default();
        let result = script.run(pin(), |command| match command {
            [0x00, 0x20, ..] => answer.to_vec(),
            _ => friendly(command),
        });
        assert_eq!(result.unwrap_err(), error);
        assert_eq!(script.presented(), 0);
    }
    let mut script = Script::default();
    script
        .run(pin().allowing_last_try(), |command| match command {
            [0x00, 0x20, 0x00, 0x80] => vec![0x63, 0xc1],
            _ => friendly(command),
        })
        .unwrap();
    assert_eq!(script.presented(), 1);
    // Nothing is presented that was presented before.
    let mut script = Script::default();
    script.run(pin(), |command| if command == [0, 0x20, 0, 0x80] { vec![0x90, 0] } else { friendly(command) }).unwrap();
    assert_eq!(script.presented(), 0);
}

#[test]
fn a_wrong_pin_is_sent_once() {
    for (answer, error) in [
        ([0x63, 0xc2], ReadError::Wrong { reference: KeyReference::Pin, tries_left: 2 }),
        ([0x63, 0xc0], ReadError::Blocked(KeyReference::Pin)),
        ([0x69, 0x84], ReadError::Blocked(KeyReference::Pin)),
        ([0x6c, 0x04], ReadError::UnexpectedStatus(0x6c04)),
        ([0x61, 0x04], ReadError::UnexpectedStatus(0x6104)),
    ] {
        let mut script = Script::default();
        let result = script.run(pin(), |command| match command {
            [0x00, 0x20, 0x00, 0x80, _, ..] => answer.to_vec(),
            _ => friendly(command),
        });
        assert_eq!(result.unwrap_err(), error);
        assert_eq!(script.presented(), 1);
    }
}

#[test]
fn what_the_card_does_not_have() {
    let missing = |id: [u8; 2]| {
        Script::default().run(pin(), |command| match command {
            [0x00, 0xa4, 0x02, .., a, b] if [*a, *b] == id => vec![0x6a, 0x82],
            _ => friendly(command),
        })
    };
    assert_eq!(missing([0, 0x11]).unwrap_err(), ReadError::NoSuchKeyReference(KeyReference::Pin));
    assert_eq!(missing([0, 3]).unwrap_err(), ReadError::NoSuchFile(Application::Text, FileId::INTEGRITY));
    assert!(missing([0, 7]).unwrap().text().get(FileId::CARD_KEY).is_none());
    let other = Script::default().run(pin(), |_| vec![0x6a, 0x82]);
    assert_eq!(other.unwrap_err(), ReadError::NoSuchApplication(Application::Text));
    let closed = Script::default().run(pin(), |command| match command {
        [0x00, 0xb0, ..] => vec![0x69, 0x82],
        _ => friendly(command),
    });
    assert_eq!(closed.unwrap_err(), ReadError::NotOpened(Application::Text, FileId::ATTRIBUTES));
    let Progress::Send(exchange) = start(pin()) else { panic!("nothing was sent") };
    assert!(matches!(exchange.removed(), Progress::Done(Err(ReadError::Removed))));
}

#[test]
fn the_card_says_how_to_ask() {
    // Every read is first answered with the length to ask for, and then in two parts.
    let mut rest = 0_u8;
    let reading = Script::default()
        .run(pin(), |command| match command {
            [0x00, 0xb0, 0, 0, 0xff] => vec![0x6c, 0x11],
            [0x00, 0xb0, 0, 0, 0x11] => {
                rest = 7;
                [&[1; 10][..], &[0x61, 7]].concat()
            }
            [0x00, 0xc0, 0, 0, length] => {
                assert_eq!(*length, rest);
                [&[2; 7][..], &[0x90, 0x00]].concat()
            }
            [0x00, 0xb0, 0, 0x11, 0xff] => vec![0x6b, 0x00],
            _ => friendly(command),
        })
        .unwrap();
    let expected = [&[1; 10][..], &[2; 7]].concat();
    assert_eq!(reading.text().get(FileId::ATTRIBUTES).unwrap(), expected);
}

#[test]
fn answers_out_of_bounds_are_refused() {
    let with = |answer: Vec<u8>| {
        let read = |command: &[u8]| if command[1] == 0xb0 { answer.clone() } else { friendly(command) };
        Script::default().run(pin(), read).unwrap_err()
    };
    assert_eq!(with(vec![]), ReadError::MalformedAnswer);
    assert_eq!(with(vec![0x90]), ReadError::MalformedAnswer);
    assert_eq!(with([vec![0; 256], vec![0x90, 0]].concat()), ReadError::MalformedAnswer);
    assert_eq!(with([vec![0; 300], vec![0x90, 0]].concat()), ReadError::MalformedAnswer);
    assert_eq!(with(vec![0x6c, 0x00]), ReadError::UnexpectedStatus(0x6c00));
    assert_eq!(with(vec![0x6c, 0x05]), ReadError::UnexpectedStatus(0x6c05));
    // A file without an end, and one that always has more.
    assert_eq!(with([vec![0; 255], vec![0x90, 0]].concat()), ReadError::Endless);
    let more = Script::default().run(pin(), |command| match command[1] {
        0xb0 | 0xc0 => vec![0x61, 0x05],
        _ => friendly(command),
    });
    assert_eq!(more.unwrap_err(), ReadError::Endless);
}

#[test]
fn both_applications_with_a_code_each() {
    let number = IndividualNumber::from_digits(b"123456789018").unwrap();
    let code = || CodeB::from_digits(b"55021720301234").unwrap().into();
    let request = ReadRequest::text(Credential::CodeA(number)).and(code()).with_number().with_surface(code());
    let mut script = Script::default();
    let reading = script.run(request.with_challenge(Challenge::from_bytes([1; 32])), friendly).unwrap();
    assert_eq!(script.presented(), 4);
    assert_eq!(reading.surface().unwrap().iter().count(), 3);
    assert!(reading.text_response().is_some() && reading.surface_response().is_some());
}

#[test]
fn nothing_secret_prints() {
    let request = pin().with_surface(CodeB::from_digits(b"55021720301234").unwrap().into());
    assert!(!format!("{request:?}").contains("4711") && !format!("{request:?}").contains("5502"));
    let mut progress = start(request);
    for _ in 0..3 {
        let Progress::Send(exchange) = progress else { panic!("the dialogue ended") };
        let is_query = exchange.command().as_bytes() == [0x00, 0x20, 0x00, 0x80];
        progress = exchange.answer(if is_query { &[0x63, 0xc3] } else { &[0x90, 0x00] });
    }
    assert!(format!("{progress:?}").contains("00 20 00 80 ..") && !format!("{progress:?}").contains("34"));
}

#[test]
fn only_digits_are_credentials() {
    for digits in [&b""[..], b"123", b"12345", b"12a4"] {
        assert!(Pin::from_digits(digits).is_err() && CodeB::from_digits(digits).is_err());
    }
}

proptest! {
    /// Whatever a card answers, the dialogue ends, and PIN and codes are each presented once at most.
    #[test]
    fn every_dialogue_ends(
        statuses in prop::collection::vec(
            prop_oneof![
                6 => Just([0x90, 0x00]),
                1 => Just([0x63, 0xc3]),
                1 => Just([0x61, 0x10]),
                1 => Just([0x6c, 0x10]),
                1 => Just([0x62, 0x82]),
                1 => Just([0x6b, 0x00]),
                1 => any::<[u8; 2]>(),
            ],
            1..40,
        ),
        lengths in prop::collection::vec(0..260_usize, 1..20),
    ) {
        let mut turn = 0;
        let mut script = Script::default();
        let code = CodeB::from_digits(b"55021720301234").unwrap();
        let request = pin().with_number().with_surface(code.into()).with_challenge(Challenge::from_bytes([1; 32]));
        _ = script.run(request, |_| {
            turn += 1;
            [vec![0x55; lengths[turn % lengths.len()]], statuses[turn % statuses.len()].to_vec()].concat()
        });
        prop_assert!(script.sent.len() <= usize::try_from(MAX_COMMANDS).unwrap());
        prop_assert!(script.presented() <= 3);
    }
}

#[test]
fn the_tries_left_are_asked_for_without_spending_one() {
    let ask = |answers: &[&[u8]]| {
        let mut sent = Vec::new();
        let result = tries_left(Application::Text, KeyReference::Pin, |command| {
            sent.push(command.as_bytes().to_vec());
            answers.get(sent.len() - 1).map(|answer| answer.to_vec())
        });
        // Nothing but the question itself, and never with digits.
        assert!(sent.iter().skip(2).all(|command| *command == [0x00, 0x20, 0x00, 0x80]), "{sent:02x?}");
        assert!(sent.len() <= 3);
        result
    };
    let (fine, absent) = (&[0x90, 0x00][..], &[0x6a, 0x82][..]);
    for (status, expected) in [
        ([0x63, 0xc3], Ok(Tries::Left(3))),
        ([0x63, 0xc1], Ok(Tries::Left(1))),
        ([0x63, 0xc0], Ok(Tries::Blocked)),
        ([0x69, 0x83], Ok(Tries::Blocked)),
        ([0x69, 0x84], Ok(Tries::Blocked)),
        ([0x90, 0x00], Ok(Tries::Presented)),
        ([0x63, 0x00], Err(ReadError::UnexpectedStatus(0x6300))),
        ([0x6a, 0x82], Err(ReadError::UnexpectedStatus(0x6a82))),
    ] {
        assert_eq!(ask(&[fine, fine, &status]), expected, "{status:02x?}");
    }
    assert_eq!(ask(&[absent]), Err(ReadError::NoSuchApplication(Application::Text)));
    assert_eq!(ask(&[fine, absent]), Err(ReadError::NoSuchKeyReference(KeyReference::Pin)));
    for length in 0..3 {
        assert_eq!(ask(&vec![fine; length]), Err(ReadError::Removed));
        let mut malformed = vec![fine; length];
        malformed.push(&[0x90]);
        assert_eq!(ask(&malformed), Err(ReadError::MalformedAnswer));
    }
    assert_eq!(ask(&[&[0x00, 0x90, 0x00]]), Err(ReadError::MalformedAnswer));
}
