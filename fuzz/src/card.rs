//! An Individual Number Card's files and answers: whoever holds a card, a reader or the network in between controls
//! every byte.

use std::sync::LazyLock;

use tegata::card::session::{CodeB, Consent, Pin, Progress, ReadRequest, begin};
use tegata::card::tlv::Reader;
use tegata::card::{Answered, AnyHierarchy, Application, CardFiles, CardReport, CardVerifier, Challenge, FileId};
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::{Status, Timestamp};

/// More objects are opened for nothing but slowness.
const MAX_OPENED: usize = 64;

/// Reads objects, and the objects within them.
pub fn card_tlv(data: &[u8]) {
    let mut open = vec![Reader::new(data)];
    let mut opened = 0;
    while let Some(mut reader) = open.pop() {
        while let Ok(object) = reader.read() {
            let at = object.offset();
            assert_eq!(data.get(at..at + object.whole().len()), Some(object.whole()), "an object is where it says");
            assert!(object.whole().ends_with(object.value()));
            if opened < MAX_OPENED {
                opened += 1;
                open.push(object.objects());
            }
        }
    }
}

/// Accepts every built-in authority; nobody who fuzzes has their keys.
static VERIFIER: LazyLock<CardVerifier<AnyHierarchy>> =
    LazyLock::new(|| CardVerifier::any(&PROVIDER).expect("the built-in authorities").accepting_test_cards());

/// Verifies files of either application: first a byte that says which, then each file as its number, the length in two
/// bytes and the content; what cannot be split further is the response to a challenge.
pub fn card_files(data: &[u8]) {
    let Some((first, mut rest)) = data.split_first() else { return };
    let application = if first & 1 == 0 { Application::Text } else { Application::Surface };
    let mut files = CardFiles::new(application);
    while let [number, high, low, tail @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (Some(id), Some((content, tail))) = (FileId::new(u16::from(*number)), tail.split_at_checked(length)) else {
            break;
        };
        let _ = files.insert(id, content.to_vec());
        rest = tail;
    }
    let challenge = Challenge::from_bytes([0x5a; 32]);
    let answered = Some(Answered { challenge: &challenge, response: rest }).filter(|_| first & 2 == 2);
    match application {
        Application::Text => check(&VERIFIER.verify_text(&files, answered)),
        Application::Surface => check(&VERIFIER.verify_surface(&files, answered)),
    }
}

fn check<T: tegata::card::Holds>(report: &CardReport<T>) {
    assert_eq!(report.status(), Status::Rejected, "nobody forges an authority's signature");
    assert!(report.identity().is_none());
    let failure = report.failure().expect("what is rejected has a reason");
    for (stage, check) in report.checks().in_order() {
        assert!(check.failure().is_none_or(|failure| failure.stage() == stage));
    }
    let json = report.to_json();
    assert!(!json.contains("\"identity\""));
    serde_json::from_str::<serde_json::Value>(&json).expect("JSON");
    let _ = failure.to_string();
}

/// Answers a reader: each answer is its length in one byte and its content; at the end the card is removed.
pub fn card_session(data: &[u8]) {
    let Some((first, mut rest)) = data.split_first() else { return };
    let code = || CodeB::from_digits(b"55021720301234").expect("fourteen digits");
    let mut request = ReadRequest::text(Pin::from_digits(b"4711").expect("four digits").into());
    if first & 1 == 1 {
        request = request.with_number().with_surface(code().into());
    }
    if first & 2 == 2 {
        request = request.with_challenge(Challenge::from_bytes([0x5a; 32]));
    }
    if first & 4 == 4 {
        request = request.allowing_last_try();
    }
    let mut pins = 0;
    let mut progress = begin(Consent::given_at(Timestamp::MIN), request);
    loop {
        progress = match progress {
            Progress::Send(exchange) => {
                let command = exchange.command().as_bytes();
                assert!((4..=80).contains(&command.len()), "short commands only");
                pins += usize::from(command.ends_with(b"4711"));
                match rest.split_first() {
                    Some((length, tail)) => {
                        let (answer, tail) = tail.split_at_checked(usize::from(*length)).unwrap_or((tail, &[]));
                        rest = tail;
                        exchange.answer(answer)
                    }
                    None => exchange.removed(),
                }
            }
            Progress::Done(result) => {
                if let Err(error) = result {
                    let _ = (error.to_string(), error.code());
                }
                break;
            }
        };
    }
    assert!(pins <= 1, "the PIN is sent once at most");
}
