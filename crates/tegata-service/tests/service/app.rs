//! The dedicated app.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tegata::Profile;
use tegata::application::Channel as Device;
use tegata::keys::SoftwareSigner;
use tegata::model::Kind;
use tegata_service::{AttestationRefused, PlatformAttestation, sign_token};
use ureq::http::Method;

use crate::devices::{
    Wish, ask, assert_accepted, code, issues, leaves_only_its_entry, path, read_back, send, texts, zone,
};
use crate::support::{Answer, Client, House, OsRandom};

/// Posts with a token of the app's registered key.
fn post_with_token(house: &House, path: &str, key: Option<&str>, body: &Value) -> Answer {
    with_token(house, &token(house, path, body), key).post(path, body)
}

fn signer(house: &House) -> SoftwareSigner {
    let pem = std::fs::read_to_string(house.demo.folder().join("app-token-key.pem")).unwrap();
    SoftwareSigner::from_pem(&pem, None).unwrap()
}

fn token(house: &House, path: &str, body: &Value) -> String {
    let body = body.to_string();
    sign_token(&signer(house), &OsRandom, "app-token", path, body.as_bytes(), house.now()).unwrap()
}

fn with_token(house: &House, token: &str, key: Option<&str>) -> Client {
    let client = house.nobody().header("authorization", &format!("Bearer {token}"));
    match key {
        Some(key) => client.header("idempotency-key", key),
        None => client,
    }
}

#[test]
fn b5_an_app_gets_both_kinds_and_several_profiles_as_one_bundle() {
    let house = House::new();
    for (kind, profiles) in [(Kind::Domestic, vec![Profile::Jp]), (Kind::Overseas, vec![Profile::Dcc, Profile::Jp])] {
        let client = house.client("app");
        let mut wish = Wish::new(&house, &client, Device::App, kind);
        wish.profiles = profiles.clone();
        let mut body = wish.body(&house, "hanako");
        body["paper"] = true.into();
        let answer = send(client, Device::App, &format!("request-{}", kind.name()), &body).json();
        assert_eq!(answer["issue_date"], "2026-11-20");
        let certificates = answer["certificates"].as_array().unwrap();
        let named: Vec<_> = certificates.iter().map(|entry| entry["profile"].as_str().unwrap()).collect();
        assert_eq!(named, profiles.iter().map(|profile| profile.name()).collect::<Vec<_>>());
        for entry in certificates {
            let text = entry["text"].as_str().unwrap();
            assert_accepted(&house, text);
            // Onto paper, and back from the rendered page.
            let Some(read) = read_back("an_app_gets_both_kinds", &entry["paper"], house.demo.folder()) else { return };
            assert_eq!(read, [text]);
        }
        assert!(issues(&house).contains(&answer["certificate_id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(issues(&house).len(), 2);
}

#[test]
fn a9_a_token_of_the_registered_key_is_as_good_as_a_certificate() {
    let house = House::new();
    let body = json!({"municipality": "131202", "session": "session-1", "kind": "domestic"});
    let answer = post_with_token(&house, "/v1/app/challenge", None, &body).json();
    let wish = Wish::answering(&house, Device::App, Kind::Domestic, &answer);
    let body = wish.body(&house, "hanako");
    let answer = post_with_token(&house, "/v1/app/applications", Some("request-1"), &body).json();
    assert_accepted(&house, texts(&answer)[0]);
    // And what was asked for by the token's client is that client's alone.
    assert_eq!(house.entries(code("131202")).last().unwrap().operator, "app-token");
}

#[test]
fn a9_a_token_holds_for_its_request_once_and_not_for_long() {
    let house = House::new();
    let there = "/v1/app/challenge";
    let body = json!({"municipality": "131202", "session": "session-1", "kind": "domestic"});
    let used = token(&house, there, &body);
    assert_eq!(with_token(&house, &used, None).post(there, &body).status, 200);
    let refused = |token: &str, body: &Value| {
        let answer = with_token(&house, token, None).post(there, body);
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer realm=\"tegata\""));
        answer.code()
    };
    assert_eq!(refused(&used, &body), "token-used");
    let other = json!({"municipality": "131202", "session": "session-2", "kind": "domestic"});
    assert_eq!(refused(&token(&house, there, &body), &other), "token-other-request");
    assert_eq!(refused(&token(&house, "/v1/app/applications", &body), &body), "token-other-request");
    assert_eq!(refused("x", &body), "token-malformed");
    let sign = |signer: &SoftwareSigner, client: &str, now| {
        sign_token(signer, &OsRandom, client, there, body.to_string().as_bytes(), now).unwrap()
    };
    let stranger = SoftwareSigner::generate(&OsRandom).unwrap();
    assert_eq!(refused(&sign(&stranger, "app-token", house.now()), &body), "token-signature");
    assert_eq!(refused(&sign(&stranger, "stranger", house.now()), &body), "client-unknown");
    let late = sign(&signer(&house), "app-token", house.now());
    let from_before = sign(&signer(&house), "app-token", house.now().saturating_add_seconds(-1));
    // One that was signed before the service started could have been used before it did.
    assert_eq!(refused(&from_before, &body), "token-not-in-time");
    house.wait(300);
    assert_eq!(refused(&late, &body), "token-not-in-time");
}

#[test]
fn a9_nobody_else_applies_as_the_app() {
    let house = House::new();
    let asks = |client: &Client| ask(client, Device::App, "131202", Kind::Domestic);
    for stranger in [house.nobody(), house.client("stranger")] {
        let answer = asks(&stranger);
        assert_eq!((answer.status, answer.code().as_str()), (401, "client-unknown"));
    }
    for other in ["kiosk", "centre", "terminal"] {
        let answer = asks(&house.client(other));
        assert_eq!((answer.status, answer.code().as_str()), (403, "access-denied"), "{other}");
    }
}

/// Accepts the statement that is the hash of the body.
#[derive(Debug)]
struct Platform;

impl PlatformAttestation for Platform {
    fn judge(&self, client: &str, statement: &[u8], body_hash: &[u8; 32]) -> Result<(), AttestationRefused> {
        if client == "app" && statement == body_hash { Ok(()) } else { Err(AttestationRefused) }
    }
}

#[test]
fn a9_where_attestation_is_demanded_no_app_is_served_without() {
    // Two at a time: what is refused is not counted.
    let house = House::with_settings(|text| text.replace("[limits]", "[limits]\nrequests_per_client = 20"));
    house.service().demand_attestation(std::sync::Arc::new(Platform));
    let body = json!({"municipality": "131202", "session": "session-1", "kind": "domestic"});
    let statement = |bytes: &[u8]| <base64ct::Base64UrlUnpadded as base64ct::Encoding>::encode_string(bytes);
    let post = |client: Client| client.post("/v1/app/challenge", &body);
    let with = |bytes: &[u8]| post(house.client("app").header("tegata-attestation", &statement(bytes)));
    for answer in [post(house.client("app")), with(b"of another request"), with(b"")] {
        assert_eq!((answer.status, answer.code().as_str()), (403, "attestation-refused"));
    }
    assert_eq!(with(&Sha256::digest(body.to_string())).status, 200);
    // Kiosks are no phones.
    assert_eq!(ask(&house.client("kiosk"), Device::Kiosk, "131202", Kind::Domestic).status, 200);
}

#[test]
fn b1_the_passport_is_the_holders_own() {
    let house = House::new();
    let mut wish = Wish::new(&house, &house.client("app"), Device::App, Kind::Overseas);
    wish.zone = Some(zone("1981-02-17"));
    let body = wish.body(&house, "hanako");
    let refused = leaves_only_its_entry(&house, || send(house.client("app"), Device::App, "request-1", &body));
    assert_eq!(refused, "passport-not-the-holders");
}

#[test]
fn a_key_is_asked_for_and_good_for_one_request() {
    let house = House::new();
    let wish = Wish::new(&house, &house.client("app"), Device::App, Kind::Domestic);
    let body = wish.body(&house, "hanako");
    let there = path(Device::App, "applications");
    let answer = house.client("app").post(&there, &body);
    assert_eq!((answer.status, answer.code().as_str()), (400, "request-key-invalid"));
    let first = send(house.client("app"), Device::App, "request-1", &body).json();
    // Sent again it is answered as the first time, after the challenge has ended too, and once issued.
    house.wait(600);
    assert_eq!(send(house.client("app"), Device::App, "request-1", &body).json(), first);
    assert_eq!(issues(&house).len(), 1);
    let second = Wish::new(&house, &house.client("app"), Device::App, Kind::Domestic).body(&house, "hanako");
    let refused = leaves_only_its_entry(&house, || send(house.client("app"), Device::App, "request-1", &second));
    assert_eq!(refused, "request-reused");
    // The key of one client is not that of another.
    let token = token(&house, &there, &second);
    let answer = with_token(&house, &token, Some("request-1")).post(&there, &second);
    assert_eq!(answer.code(), "challenge-not-valid");
}

#[test]
fn bodies_are_taken_strictly() {
    let house = House::new();
    let there = "/v1/app/challenge";
    for body in [
        json!({}),
        json!({"municipality": "131202", "session": "session-1", "kind": "both"}),
        json!({"municipality": "131203", "session": "session-1", "kind": "domestic"}),
        json!({"municipality": "131202", "session": "short", "kind": "domestic"}),
        json!({"municipality": "131202", "session": "with a blank", "kind": "domestic"}),
        json!({"municipality": "131202", "session": "session-1", "kind": "domestic", "more": 1}),
    ] {
        let answer = house.client("app").post(there, &body);
        assert_eq!((answer.status, answer.code().as_str()), (400, "body-malformed"), "{body}");
    }
    let plain = house.client("app").send(Method::POST, there, Some("text/plain"), b"{}");
    assert_eq!(plain.code(), "media-type-unsupported");
    let wish = Wish::new(&house, &house.client("app"), Device::App, Kind::Domestic);
    for (application, expected) in [("*", "body-malformed"), ("", "application-malformed")] {
        let body = json!({"session": "session-1", "application": application});
        let answer = send(house.client("app"), Device::App, "request-1", &body);
        assert_eq!((answer.status, answer.code().as_str()), (400, expected), "{application}");
    }
    // Cut anywhere it is refused, and nothing is logged but that.
    let message = wish.message(&house.person("hanako").card, |_| ());
    let entries = house.entries(code("131202")).len();
    for length in (0..message.len()).step_by(97) {
        let answer = send(house.client("app"), Device::App, "request-1", &wish.body_of(&message[..length]));
        assert_eq!(answer.status, 400, "{length}");
    }
    assert_eq!(house.entries(code("131202")).len(), entries);
}
