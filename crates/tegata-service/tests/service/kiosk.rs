//! Kiosks, and what holds of every device.

use serde_json::{Value, json};
use tegata::Profile;
use tegata::application::Channel as Device;
use tegata::card::FileId;
use tegata::model::Kind;

use crate::devices::{Wish, ask, assert_accepted, code, issues, leaves_only_its_entry, read_back, send, texts};
use crate::support::House;

/// Applies at a kiosk for what is right in every way but for a change.
fn apply(house: &House, person: &str, kind: Kind, key: &str, change: impl FnOnce(&mut Wish)) -> crate::support::Answer {
    let mut wish = Wish::new(house, &house.client("kiosk"), Device::Kiosk, kind);
    change(&mut wish);
    send(house.client("kiosk"), Device::Kiosk, key, &wish.body(house, person))
}

#[track_caller]
fn refused(house: &House, person: &str, kind: Kind, change: impl FnOnce(&mut Wish)) -> String {
    leaves_only_its_entry(house, || apply(house, person, kind, "request-of-a-refusal", change))
}

#[test]
fn a_kiosk_gets_a_domestic_certificate_onto_paper() {
    let house = House::new();
    let wish = Wish::new(&house, &house.client("kiosk"), Device::Kiosk, Kind::Domestic);
    let mut body = wish.body(&house, "hanako");
    body["paper"] = true.into();
    let answer = send(house.client("kiosk"), Device::Kiosk, "request-1", &body);
    assert_eq!(answer.header("cache-control"), "no-store");
    let answer = answer.json();
    let text = texts(&answer)[0];
    assert_accepted(&house, text);
    let entry = house.entries(code("131202")).pop().unwrap();
    assert_eq!((entry.operation.as_str(), entry.operator.as_str()), ("apply", "kiosk"));
    assert_eq!((entry.outcome.as_str(), entry.subjects.len()), ("done", 1));
    let paper = &answer["certificates"][0]["paper"];
    let Some(read) = read_back("a_kiosk_gets_a_domestic", paper, house.demo.folder()) else { return };
    assert_eq!(read, [text]);
}

#[test]
fn b8_a_kiosk_issues_for_overseas_use_what_an_app_issued_before() {
    let house = House::new();
    assert_eq!(refused(&house, "hanako", Kind::Overseas, |_| ()), "no-earlier-issue");
    // A domestic certificate is no such issue.
    assert_eq!(apply(&house, "hanako", Kind::Domestic, "request-1", |_| ()).status, 200);
    assert_eq!(refused(&house, "hanako", Kind::Overseas, |_| ()), "no-earlier-issue");
    let wish = Wish::new(&house, &house.client("app"), Device::App, Kind::Overseas);
    let answer = send(house.client("app"), Device::App, "request-2", &wish.body(&house, "hanako"));
    assert_eq!(answer.status, 200);
    let answer = apply(&house, "hanako", Kind::Overseas, "request-3", |_| ()).json();
    assert_accepted(&house, texts(&answer)[0]);
    assert_eq!(issues(&house).len(), 3);
}

#[test]
fn a6_a_kiosk_is_offered_and_sends_to_those_that_take_part() {
    let house = House::new();
    let offered = house.client("kiosk").get("/v1/kiosk/municipalities").json();
    let expected = json!([{
        "code": "131202", "name": "練馬区", "english_name": "Nerima City", "open": true,
        "kinds": ["domestic", "overseas"], "profiles": ["jp", "dcc"], "terms": "2026-04",
    }]);
    assert_eq!(offered, expected);
    let asked = |municipality: &str| ask(&house.client("kiosk"), Device::Kiosk, municipality, Kind::Domestic);
    // One without kiosks, one that is not served here.
    assert_eq!(asked("271403").code(), "channel-not-offered");
    let elsewhere = asked("011002");
    assert_eq!((elsewhere.status, elsewhere.code().as_str()), (404, "municipality-not-served"));
    for stranger in [house.nobody(), house.client("stranger")] {
        assert_eq!(stranger.get("/v1/kiosk/municipalities").code(), "client-unknown");
    }
    assert_eq!(house.client("app").get("/v1/kiosk/municipalities").code(), "access-denied");
}

#[test]
fn a6_a_client_applies_to_its_municipalities_alone() {
    let only_sakai = |text: String| {
        let (before, kiosk) = text.split_once("name = \"kiosk\"\n").unwrap();
        format!("{before}name = \"kiosk\"\nmunicipalities = [\"271403\"]\n{kiosk}")
    };
    let house = House::with_settings(only_sakai);
    assert_eq!(house.client("kiosk").get("/v1/kiosk/municipalities").json(), json!([]));
    let answer = ask(&house.client("kiosk"), Device::Kiosk, "131202", Kind::Domestic);
    assert_eq!((answer.status, answer.code().as_str()), (403, "access-denied"));
    // With a challenge of another kiosk's, neither.
    let wish = Wish::new(&house, &house.client("kiosk-2"), Device::Kiosk, Kind::Domestic);
    let answer = send(house.client("kiosk"), Device::Kiosk, "request-1", &wish.body(&house, "hanako"));
    assert_eq!((answer.status, answer.code().as_str()), (403, "access-denied"));
}

#[test]
fn a8_an_application_goes_to_the_municipality_that_it_names() {
    let house = House::new();
    // The challenge was handed out by another one than is applied to now.
    let wish = Wish::new(&house, &house.client("kiosk"), Device::Kiosk, Kind::Domestic);
    let wish = Wish { municipality: code("271403"), ..wish };
    let before = house.entries(code("131202")).len();
    let answer = send(house.client("kiosk"), Device::Kiosk, "request-1", &wish.body(&house, "hanako"));
    assert_eq!(answer.code(), "channel-not-offered");
    assert_eq!(house.entries(code("271403")).last().unwrap().outcome, "channel-not-offered");
    assert_eq!(house.entries(code("131202")).len(), before);
}

#[test]
fn a2_consent_is_given_to_the_terms_in_force_and_shortly_before() {
    let house = House::new();
    let refusal = refused(&house, "hanako", Kind::Domestic, |wish| wish.terms = "2025-04".into());
    assert_eq!(refusal, "terms-not-current");
    for seconds in [-3_601, 121] {
        let consent = house.now().saturating_add_seconds(seconds);
        let refusal = refused(&house, "hanako", Kind::Domestic, |wish| wish.consent = consent);
        assert_eq!(refusal, "consent-not-in-time", "{seconds}");
    }
}

#[test]
fn a3_a_challenge_is_answered_once_by_whom_and_for_what_it_was_made_and_in_time() {
    let house = House::new();
    let (kiosk, other) = (|| house.client("kiosk"), || house.client("kiosk-2"));
    let fresh = || Wish::new(&house, &kiosk(), Device::Kiosk, Kind::Domestic);
    let invalid = "challenge-not-valid";
    // Replayed.
    let body = fresh().body(&house, "hanako");
    assert_eq!(send(kiosk(), Device::Kiosk, "request-1", &body).status, 200);
    let again = |key: &'static str| leaves_only_its_entry(&house, || send(kiosk(), Device::Kiosk, key, &body));
    assert_eq!(again("request-2"), invalid);
    // By another kiosk.
    let body = fresh().body(&house, "hanako");
    assert_eq!(leaves_only_its_entry(&house, || send(other(), Device::Kiosk, "request-3", &body)), invalid);
    // In another session.
    let refusal = refused(&house, "hanako", Kind::Domestic, |wish| wish.session = "session-2".into());
    assert_eq!(refusal, invalid);
    // For another kind.
    let refusal = refused(&house, "hanako", Kind::Domestic, |wish| wish.kind = Kind::Overseas);
    assert_eq!(refusal, invalid);
    // One that nobody handed out.
    let made_up = tegata::card::Challenge::from_bytes([7; 32]);
    let refusal = refused(&house, "hanako", Kind::Domestic, |wish| wish.challenge = made_up);
    assert_eq!(refusal, invalid);
    // Too late.
    let wish = fresh();
    house.wait(120);
    let body = wish.body(&house, "hanako");
    assert_eq!(leaves_only_its_entry(&house, || send(kiosk(), Device::Kiosk, "request-4", &body)), invalid);
    // By another channel.
    let app = Wish::new(&house, &house.client("app"), Device::App, Kind::Domestic);
    let wish = Wish { device: Device::Kiosk, ..app };
    let body = wish.body(&house, "hanako");
    assert_eq!(leaves_only_its_entry(&house, || send(kiosk(), Device::Kiosk, "request-5", &body)), invalid);
    // An application of the app's channel is none of a kiosk's.
    let app = Wish::new(&house, &house.client("app"), Device::App, Kind::Domestic);
    let answer = send(kiosk(), Device::Kiosk, "request-6", &app.body(&house, "hanako"));
    assert_eq!((answer.status, answer.code().as_str()), (403, "access-denied"));
}

#[test]
fn a5_a_byte_changed_anywhere_in_what_is_signed_is_refused() {
    let house = House::new();
    let card = &house.person("hanako").card;
    for file in [FileId::FIRST, FileId::ATTRIBUTES, FileId::INTEGRITY, FileId::CERTIFICATE, FileId::CARD_KEY] {
        let wish = Wish::new(&house, &house.client("kiosk"), Device::Kiosk, Kind::Domestic);
        let message = wish.message(card, |files| {
            let mut bytes = files.get(file).unwrap().to_vec();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            files.insert(file, bytes).unwrap();
        });
        let key = format!("request-of-file-{}", file.number());
        let body = wish.body_of(&message);
        let refusal = leaves_only_its_entry(&house, || send(house.client("kiosk"), Device::Kiosk, &key, &body));
        assert_ne!(refusal, "challenge-not-valid", "{}", file.number());
    }
}

#[test]
fn b2_no_match_returns_nothing() {
    let house = House::new();
    // Sakai's resident is nobody in Nerima.
    assert_eq!(refused(&house, "kazuko", Kind::Domestic, |_| ()), "no-match");
}

#[test]
fn b10_a_protected_person_is_referred_to_the_counter_like_anybody() {
    let house = House::new();
    let answer = apply(&house, "haruko", Kind::Domestic, "request-1", |_| ());
    assert_eq!(answer.status, 422);
    let problem = answer.problem();
    let told: Vec<_> = problem.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(problem["code"], "refer-to-counter");
    assert!(!told.contains(&"field") && !told.contains(&"warnings"), "{told:?}");
    assert_eq!(refused(&house, "haruko", Kind::Domestic, |_| ()), "refer-to-counter");
}

#[test]
fn what_cannot_be_certified_is_refused() {
    let house = House::new();
    assert_eq!(refused(&house, "ichiro", Kind::Domestic, |_| ()), "nothing-to-certify");
    let refusal = refused(&house, "hanako", Kind::Domestic, |wish| wish.profiles = vec![Profile::Dvc]);
    assert_eq!(refusal, "kind-not-offered");
    // The certificate would outlive its signer's.
    house.wait(500 * 86_400);
    assert_eq!(refused(&house, "hanako", Kind::Domestic, |_| ()), "signer-ends-first");
}

#[test]
fn a1_c1_nothing_of_a_request_is_kept_but_what_the_issue_needs() {
    let house = House::new();
    let wish = Wish::new(&house, &house.client("kiosk"), Device::Kiosk, Kind::Domestic);
    let message = wish.message(&house.person("hanako").card, |_| ());
    let answer = send(house.client("kiosk"), Device::Kiosk, "request-1", &wish.body_of(&message)).json();
    let text = texts(&answer)[0].as_bytes();
    // Of the application and of the certificate's text, no piece stands in any file in the clear.
    for bytes in house.ledger_files() {
        for piece in [&message[200..232], &text[40..72], wish.challenge.as_bytes()] {
            let there = bytes.windows(piece.len()).any(|window| window == piece);
            // A challenge is no personal data, and stays until it ends.
            assert!(!there || piece == wish.challenge.as_bytes());
        }
    }
    assert_eq!(answer.as_object().map(|members| members.len()), Some(3));
    assert_eq!(answer["certificates"][0].get("paper"), None::<&Value>);
}
