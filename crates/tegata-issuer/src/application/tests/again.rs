//! Requests that are sent again.

use sha2::{Digest as _, Sha256};
use tegata::application::Channel as Device;
use tegata::model::Kind;

use super::office::{NOW, Office, at};
use super::*;
use crate::ledger::{ChallengeBinding, IdempotencyKey};
use crate::record::Channel;

#[test]
fn a_request_sent_again_is_answered_as_the_first_time() {
    let office = Office::new();
    let message = office.wish(Device::App, Kind::Overseas).application().encode();
    let first = office.send_once(&message, "k-1", at(NOW)).unwrap();
    assert_eq!(office.status(&first.texts[0].1), (tegata::Status::Accepted, None));
    // Later than its challenge holds, too.
    let later = at(NOW).saturating_add_seconds(ANSWER_KEPT_SECONDS - 1);
    assert_eq!(office.send_once(&message, "k-1", later).unwrap(), first);
    assert_eq!(office.issues(), [first.certificate_id]);
    let entries = office.entries();
    // The person whose certificates were answered again stands in the log (D2).
    let again = entries.iter().rev().find(|entry| entry.operation == "apply").unwrap();
    assert_eq!(again.subjects.len(), 1);
}

#[test]
fn an_answer_is_kept_for_an_hour() {
    let office = Office::new();
    let message = office.wish(Device::Kiosk, Kind::Domestic).application().encode();
    office.send_once(&message, "k-1", at(NOW)).unwrap();
    let later = at(NOW).saturating_add_seconds(ANSWER_KEPT_SECONDS);
    let refusal = office.leaves_only_its_entry(|| office.send_once(&message, "k-1", later).map(drop));
    assert_eq!(refusal, Refusal::ConsentNotInTime);
}

#[test]
fn requests_at_once_are_done_once() {
    let office = Office::new();
    let message = office.wish(Device::Kiosk, Kind::Domestic).application().encode();
    let receipts: Vec<_> = std::thread::scope(|scope| {
        let send = || scope.spawn(|| office.send_once(&message, "k-1", at(NOW)).unwrap());
        let threads: Vec<_> = (0..4).map(|_| send()).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(receipts.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(office.issues().len(), 1);
}

#[test]
fn a_key_is_good_for_one_body() {
    let office = Office::new();
    let first = office.wish(Device::Kiosk, Kind::Domestic).application().encode();
    office.send_once(&first, "k-1", at(NOW)).unwrap();
    let second = office.wish(Device::Kiosk, Kind::Domestic).application().encode();
    let refusal = office.leaves_only_its_entry(|| office.send_once(&second, "k-1", at(NOW)).map(drop));
    assert_eq!(refusal, Refusal::RequestReused);
}

#[test]
fn a_challenge_is_good_for_one_request() {
    let office = Office::new();
    let message = office.wish(Device::Kiosk, Kind::Domestic).application().encode();
    office.send_once(&message, "k-1", at(NOW)).unwrap();
    // The same application under another key would be issued twice.
    let refusal = office.leaves_only_its_entry(|| office.send_once(&message, "k-2", at(NOW)).map(drop));
    assert_eq!(refusal, Refusal::ChallengeNotValid);
}

#[test]
fn what_was_interrupted_is_done_when_it_is_sent_again() {
    let office = Office::new();
    let wish = office.wish(Device::Kiosk, Kind::Domestic);
    let message = wish.application().encode();
    // It got so far, and no further.
    let request = IdempotencyKey { client: "kiosk-1", key: "k-1", body_hash: Sha256::digest(&message).into() };
    let binding = ChallengeBinding { session: "session-1", channel: Channel::Kiosk };
    let mut quiet = office.ledger.begin_quiet(office.code()).unwrap();
    assert!(quiet.take_challenge_for(wish.challenge.as_bytes(), binding, &request, at(NOW)).unwrap());
    quiet.commit().unwrap();
    assert!(office.send_once(&message, "k-1", at(NOW)).is_ok());
    assert_eq!(office.issues().len(), 1);
}

/// Different requests with one challenge at once: one of them is granted, and each has its entry.
#[test]
fn requests_at_once_with_one_challenge_are_granted_once() {
    let office = Office::new();
    let message = office.wish(Device::Kiosk, Kind::Domestic).application().encode();
    let before = office.entries().len();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let (office, message) = (&office, &message);
        let send = |number| scope.spawn(move || office.send_once(message, &format!("k-{number}"), at(NOW)));
        let threads: Vec<_> = (0..4).map(send).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let refused = answers.iter().filter(|answer| **answer == Err(Refusal::ChallengeNotValid)).count();
    assert_eq!((refused, office.entries().len()), (3, before + 4));
    assert_eq!(office.issues().len(), 1);
}

/// What is refused after its challenge was asked for has used it up: for everybody but whoever sends the same again.
#[test]
fn a_refused_application_uses_its_challenge_up() {
    let office = Office::new();
    let mut wish = office.wish(Device::Kiosk, Kind::Domestic);
    let right = wish.application().encode();
    wish.card = office.card_of("手形　太郎", 2);
    let wrong = wish.application().encode();
    for _ in 0..2 {
        let refusal = office.leaves_only_its_entry(|| office.send_once(&wrong, "k-1", at(NOW)).map(drop));
        assert_eq!(refusal, Refusal::NoMatch);
    }
    for key in ["k-1", "k-2"] {
        let refusal = office.leaves_only_its_entry(|| office.send_once(&right, key, at(NOW)).map(drop));
        assert_eq!(refusal, Refusal::ChallengeNotValid);
    }
    // Without a request, for everybody.
    wish.challenge = office.challenge("session-1", Channel::Kiosk);
    assert_eq!(office.refused(&wish), Refusal::NoMatch);
    assert_eq!(office.refused(&wish), Refusal::ChallengeNotValid);
}
