//! The certificate centre, between a kiosk and a municipality.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use p256::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePublicKey as _, LineEnding};
use serde_json::{Value, json};
use tegata::application::Channel as Device;
use tegata::card::FileId;
use tegata::crypto::rustcrypto;
use tegata::keys::SoftwareSigner;
use tegata::model::Kind;
use tegata_service::sealed::{Recipient, key_fingerprint};
use tempfile::TempDir;
use ureq::http::Method;

use crate::devices::{SESSION, Wish, assert_accepted, code, issues, read_back, texts};
use crate::support::{Answer, House, OsRandom};

const CBOR: Option<&str> = Some("application/cbor");

/// Whether the centre verifies cards, or opens nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Centre {
    HandsOn,
    VerifiesCards,
}

/// A centre, and the issuing service of a municipality behind it.
pub(crate) struct Street {
    pub(crate) issuing: House,
    pub(crate) centre: House,
    pub(crate) recipient: Recipient,
    keys: TempDir,
}

impl Street {
    fn new(centre: Centre) -> Self {
        Self::beside(centre, "")
    }

    /// With more municipalities in the centre's settings.
    fn beside(centre: Centre, more: &str) -> Self {
        Self::with_settings(centre, more, |text| text)
    }

    /// With changes in the settings of both.
    pub(crate) fn with_settings(centre: Centre, more: &str, change: impl Fn(String) -> String) -> Self {
        let keys = tempfile::tempdir().unwrap();
        let mut public = Vec::new();
        for name in ["sealing", "answer"] {
            let pem = SoftwareSigner::generate(&OsRandom).unwrap().to_pkcs8_pem(None, &OsRandom).unwrap();
            std::fs::write(keys.path().join(format!("{name}-key.pem")), &*pem).unwrap();
            let key = p256::SecretKey::from_pkcs8_pem(&pem).unwrap().public_key();
            let key = key.to_public_key_pem(LineEnding::LF).unwrap();
            std::fs::write(keys.path().join(format!("{name}.pub.pem")), &key).unwrap();
            public.push(key);
        }
        let place = |name: &str| keys.path().join(name).display().to_string();
        let sealing = format!(
            "\n[[sealing]]\nmunicipality = \"131202\"\nkey = \"{}\"\nanswer_key = \"{}\"\n",
            place("sealing-key.pem"),
            place("answer-key.pem")
        );
        let issuing = House::with_settings(|text| change(text) + &sealing);
        let there = |name: &str| issuing.demo.folder().join(name).display().to_string();
        let verify = match centre {
            Centre::HandsOn => String::new(),
            Centre::VerifiesCards => format!(
                "verify_cards = true\nsealing_key = \"{}\"\nanswer_key = \"{}\"\n",
                place("sealing.pub.pem"),
                place("answer.pub.pem")
            ),
        };
        let relay = format!(
            "\n[relay]\ncertificate = \"{}\"\nkey = \"{}\"\nauthorities = \"{}\"\n\
             [[relay.municipality]]\ncode = \"131202\"\naddress = \"{address}\"\n{verify}\
             [[relay.municipality]]\ncode = \"271403\"\naddress = \"{address}\"\n",
            there("centre.pem"),
            there("centre-key.pem"),
            there("ca.pem"),
            address = issuing.address(),
        );
        let centre = House::with_settings(|text| as_centre(&change(text)) + &relay + more);
        let recipient = Recipient::new(code("131202"), &public[0], &public[1], &rustcrypto::PROVIDER).unwrap();
        Self { issuing, centre, recipient, keys }
    }

    /// Seals what a kiosk asks, sends it by way of the centre, and opens the answer.
    pub(crate) fn ask(&self, request: &Value) -> Value {
        let mut asked = request.clone();
        let (message, awaited) = self
            .recipient
            .seal(|key| {
                asked["answer_key"] = Base64UrlUnpadded::encode_string(key).into();
                asked.to_string()
            })
            .unwrap();
        let answer = self.send(&message);
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        assert_eq!(answer.header("content-type"), "application/cbor");
        let opened = awaited.open(&answer.body).unwrap();
        self.issuing.examine(&opened);
        serde_json::from_slice(&opened).unwrap()
    }

    fn send(&self, message: &[u8]) -> Answer {
        self.centre.client("kiosk").send(Method::POST, "/v1/relay/131202", CBOR, message)
    }

    /// Asks for a challenge and makes the application that answers it, right in every way.
    fn wish(&self) -> Wish {
        let asked = json!({"terminal": "kiosk 17", "challenge": challenge()});
        Wish::answering(&self.issuing, Device::Kiosk, Kind::Domestic, &self.ask(&asked)["challenge"])
    }
}

pub(crate) fn challenge() -> Value {
    json!({"municipality": "131202", "session": SESSION, "kind": "domestic"})
}

pub(crate) fn application(body: &Value, key: &str) -> Value {
    json!({"terminal": "kiosk 17", "request_key": key, "application": body})
}

/// The settings of a centre: it has no ledger and no municipality of its own.
fn as_centre(text: &str) -> String {
    let (before, rest) = text.split_once("roles = ").unwrap();
    let (_, rest) = rest.split_once("[tls]").unwrap();
    let (tls, rest) = rest.split_once("[ledger]").unwrap();
    let (_, limits) = rest.split_once("[limits]").unwrap();
    format!(
        "{before}roles = [\"relay\"]\n\n[tls]{tls}\n[cards]\nauthorities = \"authorities.json\"\n\n[limits]{limits}"
    )
}

/// Every file below a folder.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.append(&mut snapshot(&path));
        } else {
            files.insert(path.clone(), std::fs::read(path).unwrap());
        }
    }
    files
}

#[test]
fn a_kiosk_behind_a_centre_gets_its_certificate_and_the_centre_learns_nothing() {
    let street = Street::new(Centre::HandsOn);
    let before = snapshot(street.centre.demo.folder());
    let wish = street.wish();
    let mut body = wish.body(&street.issuing, "hanako");
    body["paper"] = true.into();
    let answer = street.ask(&application(&body, "request-1"));
    let granted = &answer["application"];
    assert_accepted(&street.issuing, texts(granted)[0]);
    // Sealed anew it is another message, and still the same request.
    assert_eq!(street.ask(&application(&body, "request-1")), answer);
    assert_eq!(issues(&street.issuing).len(), 1);
    let entry = street.issuing.entries(code("131202")).into_iter().find(|entry| entry.operation == "apply").unwrap();
    assert_eq!((entry.operator.as_str(), entry.terminal.as_str()), ("centre", "kiosk 17"));
    // C1: the centre stores nothing.
    assert!(before == snapshot(street.centre.demo.folder()));
    let paper = &granted["certificates"][0]["paper"];
    let Some(read) = read_back("a_kiosk_behind_a_centre", paper, street.issuing.demo.folder()) else { return };
    assert_eq!(read, texts(granted));
}

/// Whoever installs a kiosk compares what it has with what the service says; and a key that cannot be used is named.
#[test]
fn a9_the_keys_in_use_are_shown_and_one_that_cannot_be_used_is_named() {
    let street = Street::new(Centre::HandsOn);
    let file = |name: &str| street.keys.path().join(name);
    let fingerprint = |name: &str| {
        let key = p256::PublicKey::from_public_key_pem(&std::fs::read_to_string(file(name)).unwrap()).unwrap();
        key_fingerprint(key.to_public_key_der().unwrap().as_bytes())
    };
    let in_use = street.issuing.service().sealing_keys_in_use();
    let [keys] = in_use.as_slice() else { panic!("{in_use:?}") };
    assert_eq!((keys.municipality, keys.sealing.len()), (code("131202"), 64));
    assert_eq!((&keys.sealing, &keys.answer), (&fingerprint("sealing.pub.pem"), &fingerprint("answer.pub.pem")));
    assert!(street.centre.service().sealing_keys_in_use().is_empty());

    let refused = || match street.issuing.demo.serve() {
        Err(error) => error.to_string(),
        Ok(running) => {
            running.stop();
            "served".to_owned()
        }
    };
    assert_eq!(refused(), "served");
    // One key for both, no key, and no file.
    let answer = std::fs::read(file("answer-key.pem")).unwrap();
    std::fs::copy(file("sealing-key.pem"), file("answer-key.pem")).unwrap();
    assert!(refused().starts_with("sealing.131202.answer_key names no file"), "{}", refused());
    std::fs::write(file("answer-key.pem"), answer).unwrap();
    std::fs::write(file("sealing-key.pem"), "no key").unwrap();
    assert!(refused().starts_with("sealing.131202.key names no file"), "{}", refused());
    std::fs::remove_file(file("sealing-key.pem")).unwrap();
    assert!(refused().contains("`tegata keys sealing`"), "{}", refused());
}

#[test]
fn what_is_refused_is_sealed_too() {
    let street = Street::new(Centre::HandsOn);
    let body = street.wish().body(&street.issuing, "haruko");
    let answer = street.ask(&application(&body, "request-1"));
    assert_eq!(answer["problem"]["code"], "refer-to-counter");
    assert_eq!(street.issuing.entries(code("131202")).last().unwrap().outcome, "refer-to-counter");
    // Outside it is an answer like any other, and in the log of the issuing service the refusal that it is.
    let refused = "route=\"/v1/kiosk/sealed\",status=\"200\",code=\"refer-to-counter\"";
    assert!(street.issuing.telemetry("/metrics").1.contains(refused));
    assert!(!street.centre.telemetry("/metrics").1.contains("refer-to-counter"));
    for wrong in [
        json!({"terminal": "kiosk 17"}),
        json!({"terminal": "kiosk 17", "application": body}),
        json!({"terminal": "kiosk 17", "challenge": challenge(), "request_key": "request-1"}),
    ] {
        assert_eq!(street.ask(&wrong)["problem"]["code"], "body-malformed", "{wrong}");
    }
    let other = json!({"municipality": "271403", "session": SESSION, "kind": "domestic"});
    let asked = json!({"terminal": "kiosk 17", "challenge": other});
    assert_eq!(street.ask(&asked)["problem"]["code"], "access-denied");
}

#[test]
fn what_was_changed_on_the_way_is_not_opened() {
    let street = Street::new(Centre::HandsOn);
    let (mut message, _) = street.recipient.seal(|_| b"{}").unwrap();
    let last = message.len() - 1;
    message[last] ^= 1;
    let answer = street.send(&message);
    assert_eq!((answer.status, answer.code().as_str()), (400, "sealed-not-opened"));
    let answer = street.send(b"\xa0");
    assert_eq!((answer.status, answer.code().as_str()), (400, "sealed-malformed"));
    // For another municipality than the path says.
    message[last] ^= 1;
    let kiosk = street.centre.client("kiosk");
    assert_eq!(kiosk.send(Method::POST, "/v1/relay/271403", CBOR, &message).code(), "body-malformed");
    let nowhere = kiosk.send(Method::POST, "/v1/relay/011002", CBOR, &message);
    assert_eq!((nowhere.status, nowhere.code().as_str()), (404, "municipality-not-served"));
}

#[test]
fn nobody_but_a_kiosk_is_handed_on_and_nobody_but_a_centre_hands_on() {
    let street = Street::new(Centre::HandsOn);
    let (message, _) = street.recipient.seal(|_| b"{}").unwrap();
    let post = |house: &House, name: &str, path: &str| house.client(name).send(Method::POST, path, CBOR, &message);
    for name in ["app", "centre", "terminal"] {
        assert_eq!(post(&street.centre, name, "/v1/relay/131202").code(), "access-denied", "{name}");
    }
    assert_eq!(post(&street.centre, "stranger", "/v1/relay/131202").code(), "client-unknown");
    for name in ["app", "kiosk", "terminal"] {
        assert_eq!(post(&street.issuing, name, "/v1/kiosk/sealed").code(), "access-denied", "{name}");
    }
    // The centre has no other part.
    assert_eq!(street.centre.client("kiosk").get("/v1/kiosk/municipalities").code(), "route-unknown");
}

#[test]
fn a6_a_centre_offers_those_that_take_part_and_answer() {
    let mut street = Street::new(Centre::HandsOn);
    let offered = |street: &Street| street.centre.client("kiosk").get("/v1/relay/municipalities").json();
    let codes: Vec<_> = offered(&street).as_array().unwrap().iter().map(|entry| entry["code"].clone()).collect();
    // Sakai takes part by app and counter alone.
    assert_eq!(codes, ["131202"]);
    street.issuing.stop();
    assert_eq!(offered(&street), json!([]));
    let (message, _) = street.recipient.seal(|_| b"{}").unwrap();
    let answer = street.send(&message);
    assert_eq!((answer.status, answer.code().as_str()), (502, "relay-unavailable"));
    assert_eq!(answer.header("retry-after"), "30");
}

#[test]
fn a6_a_service_that_never_answers_keeps_no_kiosk_from_the_others() {
    // Connections are taken by the system, and nobody ever says anything on them.
    let silent = [0; 2].map(|_| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let more: String = ["011002", "401307"]
        .iter()
        .zip(&silent)
        .map(|(code, there)| {
            let address = there.local_addr().unwrap();
            format!("[[relay.municipality]]\ncode = \"{code}\"\naddress = \"{address}\"\n")
        })
        .collect();
    let street = Street::beside(Centre::HandsOn, &more);
    let offered = street.centre.client("kiosk").get("/v1/relay/municipalities").json();
    let codes: Vec<_> = offered.as_array().unwrap().iter().map(|entry| entry["code"].clone()).collect();
    assert_eq!(codes, ["131202"]);
}

#[test]
fn a5_a_centre_that_verifies_cards_refuses_what_is_not_genuine_itself() {
    let street = Street::new(Centre::VerifiesCards);
    let kiosk = || street.centre.client("kiosk");
    let asked = json!({"terminal": "kiosk 17", "challenge": challenge()});
    let answer = kiosk().post("/v1/relay/131202", &asked).json();
    let wish = Wish::answering(&street.issuing, Device::Kiosk, Kind::Domestic, &answer["challenge"]);
    let forged = wish.message(&street.issuing.person("hanako").card, |files| {
        let mut bytes = files.get(FileId::ATTRIBUTES).unwrap().to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        files.insert(FileId::ATTRIBUTES, bytes).unwrap();
    });
    let before = street.issuing.entries(code("131202")).len();
    let answer = kiosk().post("/v1/relay/131202", &application(&wish.body_of(&forged), "request-1"));
    assert_eq!(answer.status, 422);
    // The municipality never heard of it.
    assert_eq!(street.issuing.entries(code("131202")).len(), before);
    // What the municipality refuses is an answer to the kiosk; log and counters of both know it as what it is.
    let refused = wish.body(&street.issuing, "haruko");
    let answer = kiosk().post("/v1/relay/131202", &application(&refused, "request-of-a-refusal")).json();
    assert_eq!(answer["problem"]["code"], "refer-to-counter");
    for (house, route) in [(&street.centre, "/v1/relay/{municipality}"), (&street.issuing, "/v1/kiosk/sealed")] {
        let counted = format!("route=\"{route}\",status=\"200\",code=\"refer-to-counter\"}} 1");
        let metrics = house.telemetry("/metrics").1;
        assert!(metrics.contains(&counted), "{metrics}");
    }
    let asked = kiosk().post("/v1/relay/131202", &asked).json();
    let wish = Wish::answering(&street.issuing, Device::Kiosk, Kind::Domestic, &asked["challenge"]);
    let body = wish.body(&street.issuing, "hanako");
    let answer = kiosk().post("/v1/relay/131202", &application(&body, "request-2")).json();
    assert_accepted(&street.issuing, texts(&answer["application"])[0]);
    let granted = "route=\"/v1/relay/{municipality}\",status=\"200\",code=\"ok\"} 3";
    assert!(street.centre.telemetry("/metrics").1.contains(granted));
    // What is sealed it hands on as any other.
    let answer = street.ask(&json!({"terminal": "kiosk 17", "challenge": challenge()}));
    assert_eq!(answer["challenge"]["terms"], "2026-04");
    // Nor does a centre that opens nothing take what is not sealed.
    let other = kiosk().post("/v1/relay/271403", &asked);
    assert_eq!((other.status, other.code().as_str()), (415, "media-type-unsupported"));
}
