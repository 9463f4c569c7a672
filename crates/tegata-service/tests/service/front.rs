//! What holds of every request: TLS, limits, problems, logs, health, the end.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tegata::application::Channel as Device;
use tegata::model::Kind;
use tegata_service::{AttestationRefused, PlatformAttestation};
use ureq::http::Method;

use crate::devices::{ask, code};
use crate::support::{House, Log};

#[test]
fn what_is_not_there_is_a_problem_in_the_language_that_is_preferred() {
    let house = House::new();
    let answer = house.nobody().get("/v1/nothing");
    let problem = answer.problem();
    assert_eq!((answer.status, problem["code"].as_str()), (404, Some("route-unknown")));
    assert_eq!(problem["request"], answer.header("x-request-id"));
    assert_eq!(answer.header("content-language"), "en");
    let japanese = house.nobody().header("accept-language", "ja, en;q=0.5").get("/v1/nothing");
    assert_eq!(japanese.header("content-language"), "ja");
    assert!(japanese.problem()["title"].as_str().unwrap().contains("パス"));
    let answer = house.nobody().post("/v1/public/trust-bundle", &json!({}));
    assert_eq!((answer.status, answer.code().as_str()), (405, "method-not-allowed"));
    assert_eq!(answer.header("allow"), "GET,HEAD");
}

#[test]
fn a9_links_are_encrypted_and_nothing_is_said_in_the_clear() {
    let house = House::new();
    let mut plain = TcpStream::connect(house.address()).unwrap();
    plain.write_all(b"GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    plain.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut answer = Vec::new();
    _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    drop(plain);
    assert!(house.telemetry("/metrics").1.contains("tegata_handshakes_failed_total 1"));
}

#[test]
fn a9_a_certificate_of_another_authority_ends_the_handshake() {
    let house = House::new();
    let other = House::new();
    // What the other house's clients hold is signed by another authority of the same name.
    let pem = |name: &str| std::fs::read(other.demo.folder().join(name)).unwrap();
    for name in ["app.pem", "app-key.pem"] {
        std::fs::write(house.demo.folder().join(name.replace("app", "foreign")), pem(name)).unwrap();
    }
    let foreign = house.client("foreign").try_send(Method::GET, "/openapi.json", None, &[]);
    assert!(foreign.is_err());
    assert_eq!(house.client("app").get("/openapi.json").status, 200);
}

#[test]
fn bodies_have_a_limit() {
    let house = House::with_settings(|text| text.replace("[limits]", "[limits]\nbody_bytes = 1000"));
    let body = vec![b' '; 1_001];
    let answer = house.nobody().send(Method::POST, "/v1/public/trust-bundle", Some("application/json"), &body);
    assert_eq!((answer.status, answer.code().as_str()), (413, "body-too-large"));
}

#[test]
fn who_asks_too_often_is_told_to_wait() {
    let house = House::with_settings(|text| text.replace("[limits]", "[limits]\nrequests_per_address = 20"));
    let client = house.nobody();
    assert_eq!((client.get("/openapi.json").status, client.get("/openapi.json").status), (200, 200));
    let answer = client.get("/openapi.json");
    assert_eq!((answer.status, answer.code().as_str()), (429, "too-many-requests"));
    assert!((1..=4).contains(&answer.header("retry-after").parse::<u32>().unwrap()));
}

#[test]
fn clients_that_are_known_are_not_counted_by_their_address() {
    let house = House::with_settings(|text| text.replace("[limits]", "[limits]\nrequests_per_address = 20"));
    let kiosk = house.client("kiosk");
    for _ in 0..4 {
        assert_eq!(kiosk.get("/v1/kiosk/municipalities").status, 200);
    }
    // What everybody may ask for is counted of everybody.
    let asked: Vec<_> = (0..3).map(|_| kiosk.get("/v1/public/trust-bundle").status).collect();
    assert_eq!(asked, [200, 200, 429]);
    assert_eq!(house.client("stranger").get("/v1/kiosk/municipalities").status, 429);
}

#[test]
fn connections_beyond_the_limit_are_closed() {
    let house = House::with_settings(|text| text.replace("[limits]", "[limits]\nconnections_per_address = 2"));
    let _held = [TcpStream::connect(house.address()).unwrap(), TcpStream::connect(house.address()).unwrap()];
    // Whether those two are accepted already is not known here, but it is asked in their order.
    let third = house.nobody().try_send(Method::GET, "/openapi.json", None, &[]);
    assert!(third.is_err());
}

#[test]
fn a_handshake_or_head_that_does_not_end_is_ended() {
    let house = House::with_settings(|text| {
        text.replace("[limits]", "[limits]\nhandshake_seconds = 1\nhead_seconds = 1\nconnections_per_address = 1")
    });
    let mut silent = TcpStream::connect(house.address()).unwrap();
    silent.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    assert_eq!(silent.read(&mut [0; 1]).unwrap(), 0);
    drop(silent);
    // Its place is free again.
    let answer = (0..100).find_map(|_| {
        std::thread::sleep(Duration::from_millis(50));
        house.nobody().try_send(Method::GET, "/openapi.json", None, &[]).ok()
    });
    assert_eq!(answer.unwrap().status, 200);
}

#[test]
fn a_head_or_body_that_does_not_end_is_ended() {
    let house =
        House::with_settings(|text| text.replace("[limits]", "[limits]\nhead_seconds = 1\nrequest_seconds = 1"));
    let head = house.talk(b"GET /openapi.json HTTP/1.1\r\nhost: a\r\nx-slow: ");
    assert!(head.is_empty() || head.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&head));
    let unread = b"POST /v1/public/trust-bundle HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{";
    // Nobody reads it: the answer does not wait for its end, and the connection does not either.
    assert!(house.talk(unread).starts_with(b"HTTP/1.1 405"));
    let read = b"POST /v1/app/challenge HTTP/1.1\r\nhost: a\r\nauthorization: Bearer x\r\n\
                 content-type: application/json\r\ncontent-length: 9\r\n\r\n{";
    let answer = String::from_utf8(house.talk(read)).unwrap();
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("took-too-long"), "{answer}");
}

#[test]
fn health_says_ready_until_a_ledger_is_gone() {
    let house = House::new();
    assert_eq!(house.telemetry("/health/live"), (200, "ok\n".to_owned()));
    assert_eq!(house.telemetry("/health/ready"), (200, "ok\n".to_owned()));
    // Health is no business of clients.
    assert_eq!(house.nobody().get("/health/live").status, 404);
    assert_eq!(house.nobody().get("/metrics").status, 404);
    let place = |name: &str| house.demo.folder().join("ledgers").join(name);
    std::fs::rename(place("271403.ledger"), place("gone")).unwrap();
    assert_eq!(house.telemetry("/health/ready"), (503, "unavailable\n".to_owned()));
    assert_eq!(house.telemetry("/health/live").0, 200);
    std::fs::rename(place("gone"), place("271403.ledger")).unwrap();
    assert_eq!(house.telemetry("/health/ready").0, 200);
}

#[test]
fn a_municipality_that_waits_for_its_ledger_does_not_stop_the_others() {
    let house = House::with_settings(|text| text.replace("[limits]", "[limits]\nwork = 4\nrequest_seconds = 10"));
    let held = house.ledger().begin_quiet(code("131202")).unwrap();
    std::thread::scope(|scope| {
        let waiting: Vec<_> = (0..5)
            .map(|_| scope.spawn(|| ask(&house.client("app"), Device::App, "131202", Kind::Domestic).status))
            .collect();
        while !house.telemetry("/metrics").1.contains("requests_in_flight 5") {
            std::thread::sleep(Duration::from_millis(20));
        }
        let other = ask(&house.client("app"), Device::App, "271403", Kind::Domestic);
        let ready = house.telemetry("/health/ready");
        drop(held);
        assert_eq!((other.status, ready.0), (200, 200));
        for answered in waiting {
            assert_eq!(answered.join().unwrap(), 200);
        }
    });
}

#[test]
fn c6_d2_log_and_counters_name_routes_and_outcomes_and_nothing_else() {
    let house = House::new();
    let secret = "mynumber-123456789018";
    let client = house.nobody().header("x-request-id", secret).header("user-agent", secret);
    let answer = client.get(&format!("/v1/public/municipalities/{secret}/revocations?{secret}"));
    assert_eq!((answer.status, answer.code().as_str()), (404, "municipality-not-served"));
    client.get(&format!("/{secret}"));
    let log = String::from_utf8(Log::written()).unwrap();
    let id = answer.header("x-request-id");
    let line = log.lines().find(|line| line.contains(id)).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["route"], "/v1/public/municipalities/{municipality}/revocations");
    assert_eq!((line["method"].as_str(), line["status"].as_u64()), (Some("GET"), Some(404)));
    assert_eq!(line["code"], "municipality-not-served");
    let names: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
    for name in names {
        let known = ["timestamp", "level", "message", "request", "method", "route", "status", "code", "milliseconds"];
        assert!(known.contains(&name) || name == "target", "{name}");
    }
    assert!(!log.contains(secret));
    let metrics = house.telemetry("/metrics").1;
    assert!(metrics.contains("municipality-not-served") && !metrics.contains(secret), "{metrics}");
}

/// Breaks down over what it is shown.
#[derive(Debug)]
struct Broken;

impl PlatformAttestation for Broken {
    fn judge(&self, client: &str, statement: &[u8], _: &[u8; 32]) -> Result<(), AttestationRefused> {
        panic!("the secret of {client}: {}", String::from_utf8_lossy(statement));
    }
}

#[test]
fn d2_of_a_panic_the_log_has_the_place_alone() {
    let house = House::new();
    house.service().demand_attestation(std::sync::Arc::new(Broken));
    let statement = <base64ct::Base64UrlUnpadded as base64ct::Encoding>::encode_string(b"broken-canary");
    house.forbid("broken-canary");
    let answer =
        ask(&house.client("app").header("tegata-attestation", &statement), Device::App, "131202", Kind::Domestic);
    assert_eq!((answer.status, answer.code().as_str()), (500, "internal-panic"));
    let log = String::from_utf8(Log::written()).unwrap();
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let panics: Vec<_> = lines.filter(|line| line["message"] == "panic").collect();
    assert!(panics.iter().any(|line| line["place"].as_str().unwrap().contains("front.rs:")), "{panics:?}");
}

#[test]
fn a_service_that_is_told_to_stop_stops_listening_and_ends() {
    let mut house = House::new();
    let address = house.address();
    let client = house.nobody();
    assert_eq!(client.get("/openapi.json").status, 200);
    house.stop();
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn the_openapi_document_is_the_committed_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let document = tegata_service::openapi();
    if std::env::var_os("TEGATA_WRITE_MANUAL").is_some() {
        std::fs::write(path, &document).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(committed == document, "TEGATA_WRITE_MANUAL=1 writes docs/openapi.json anew");
    let house = House::new();
    assert_eq!(house.nobody().get("/openapi.json").body, document.as_bytes());
}
