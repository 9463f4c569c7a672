//! Trust data for verifiers.

use tegata::application::Channel as Device;
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
use tegata::model::Kind;
use tegata::trust::bundle::{Anchor, TrustBundle};
use tegata::x509::{certificates_from, to_pem};
use tegata::{RevocationSet, Status, Timestamp, TrustSet, Verifier};
use tegata_issuer::audit::Operation;

use crate::devices::{Wish, code, send, texts};
use crate::support::{House, OsRandom};

fn anchor(house: &House) -> Anchor {
    let file = std::fs::read(house.demo.folder().join("anchor.pem")).unwrap();
    Anchor::from_certificate(&certificates_from(&file).unwrap()[0], &PROVIDER).unwrap()
}

#[test]
fn the_bundle_holds_every_signer_and_opens_with_the_anchor() {
    let house = House::new();
    let answer = house.nobody().get("/v1/public/trust-bundle");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/cbor"));
    assert_eq!(answer.header("cache-control"), "public, max-age=1");
    let bundle = TrustBundle::open(&answer.body, &[anchor(&house)]).unwrap();
    assert_eq!((bundle.signers(), bundle.issued_at()), (2, house.now()));
    assert_eq!(bundle.revocation().map(RevocationSet::len), Some(0));
    let mut trust = TrustSet::builder(&PROVIDER);
    assert!(bundle.add_signers(&mut trust).is_empty());
    assert_eq!(trust.build().len(), 2);
    // Another house's anchor opens nothing.
    assert!(TrustBundle::open(&answer.body, &[anchor(&House::new())]).is_err());
}

#[test]
fn what_a_former_signer_signed_is_trusted_and_printed_after_the_signer_has_changed() {
    let mut house = House::new();
    let client = house.client("app");
    let mut body = Wish::new(&house, &client, Device::App, Kind::Domestic).body(&house, "hanako");
    body["paper"] = true.into();
    let first = send(client, Device::App, "request-1", &body).json();
    let former = house.service().desk(code("131202")).unwrap().certificate().key_id();
    next_signer(&house, "next");
    let place = house.demo.folder().join("nerima.toml");
    let settings = std::fs::read_to_string(&place).unwrap();
    let settings = settings.replace("nerima-signer-key.pem", "next-key.pem");
    let settings = settings.replace("certificate = \"nerima-signer.pem\"", "certificate = \"next.pem\"");
    std::fs::write(&place, &settings).unwrap();
    house.restart();
    // A paper that cannot be made, since its signer is trusted no more, takes nothing away of what was issued.
    let without = send(house.client("app"), Device::App, "request-1", &body).json();
    assert_eq!(texts(&without), texts(&first));
    assert!(without["certificates"][0].get("paper").is_none());
    std::fs::write(place, settings + "also = [\"nerima-signer.pem\"]\n").unwrap();
    house.restart();
    assert_ne!(house.service().desk(code("131202")).unwrap().certificate().key_id(), former);
    let bundle = house.nobody().get("/v1/public/trust-bundle").body;
    let bundle = TrustBundle::open(&bundle, &[anchor(&house)]).unwrap();
    let mut trust = TrustSet::builder(&PROVIDER);
    assert!(bundle.add_signers(&mut trust).is_empty());
    let verifier = Verifier::new(trust.build());
    let report = verifier.verify(texts(&first)[0], house.now());
    assert_eq!(report.status(), Status::Accepted, "{:?}", report.failure());
    // The same request, sent again, is answered on paper too.
    let again = send(house.client("app"), Device::App, "request-1", &body).json();
    assert_eq!(texts(&again), texts(&first));
    assert!(again["certificates"][0]["paper"].is_string());
    // And what the next one signs is trusted as well.
    let body = Wish::new(&house, &house.client("app"), Device::App, Kind::Domestic).body(&house, "hanako");
    let next = send(house.client("app"), Device::App, "request-2", &body).json();
    assert_eq!(verifier.verify(texts(&next)[0], house.now()).status(), Status::Accepted);
}

/// Writes another key, and its certificate of two years.
fn next_signer(house: &House, name: &str) {
    let key = SoftwareSigner::generate(&OsRandom).unwrap();
    let subject = Subject::new("JP", "Tegata demonstration", "Nerima City 2").unwrap();
    let request = CertificateRequest::new(subject, HealthPurposes { vaccination: true, ..Default::default() });
    let until = house.now().saturating_add_seconds(730 * 86_400);
    let der = self_signed(&key, &request, house.now(), until, &OsRandom).unwrap();
    let write = |file: String, text: &str| std::fs::write(house.demo.folder().join(file), text).unwrap();
    write(format!("{name}-key.pem"), &key.to_pkcs8_pem(None, &OsRandom).unwrap());
    write(format!("{name}.pem"), &to_pem("CERTIFICATE", &der));
}

#[test]
fn a_signer_that_the_settings_revoke_is_revoked_in_the_bundle() {
    let revoked = "refresh_seconds = 1\nrevoked_signers = [\"01:23:45:67:89:ab:cd:ef\"]";
    let house = House::with_settings(|text| text.replace("refresh_seconds = 1", revoked));
    let bundle = TrustBundle::open(&house.nobody().get("/v1/public/trust-bundle").body, &[anchor(&house)]).unwrap();
    let signers: Vec<_> = bundle.revocation().unwrap().signers().collect();
    assert_eq!(signers, [&[0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]]);
}

#[test]
fn no_bundle_outlives_its_anchor() {
    let house = House::new();
    let there = "/v1/public/trust-bundle";
    // The anchor of the demonstration is of two years.
    house.wait(729 * 86_400);
    let bundle = TrustBundle::open(&house.nobody().get(there).body, &[anchor(&house)]).unwrap();
    assert_eq!(bundle.valid_until(), house.now().saturating_add_seconds(86_400));
    house.wait(2 * 86_400);
    let answer = house.nobody().get(there);
    assert_eq!((answer.status, answer.code().as_str()), (500, "signer-ends-first"));
    // Of a clock that cannot be read.
    house.wait(Timestamp::MAX.seconds() - house.now().seconds());
    assert_eq!(house.nobody().get(there).code(), "internal-error");
}

#[test]
fn what_is_known_is_not_sent_again_until_it_changes() {
    let house = House::new();
    let first = house.nobody().get("/v1/public/trust-bundle");
    let again = house.nobody().header("if-none-match", first.header("etag")).get("/v1/public/trust-bundle");
    assert_eq!((again.status, again.body.len()), (304, 0));
    house.wait(1);
    let later = house.nobody().header("if-none-match", first.header("etag")).get("/v1/public/trust-bundle");
    assert_eq!(later.status, 200);
    let (first, later) =
        (TrustBundle::open(&first.body, &[anchor(&house)]), TrustBundle::open(&later.body, &[anchor(&house)]));
    assert!(first.unwrap().sequence() < later.unwrap().sequence());
}

#[test]
fn a_revocation_list_is_kept_as_long_as_the_bundle() {
    let house = House::new();
    let there = "/v1/public/municipalities/131202/revocations";
    let first = house.nobody().get(there);
    let client = house.client("app");
    let body = Wish::new(&house, &client, Device::App, Kind::Domestic).body(&house, "hanako");
    let id = send(client, Device::App, "request-1", &body).json()["certificate_id"].as_str().unwrap().to_owned();
    let operation = Operation::automatic("revoke", "test");
    let mut session = house.ledger().begin(code("131202"), operation, house.now()).unwrap();
    session.revoke(&id, "test").unwrap();
    session.commit().unwrap();
    let known = || house.nobody().header("if-none-match", first.header("etag")).get(there);
    assert_eq!(known().status, 304);
    house.wait(1);
    assert_eq!(known().json().as_array().unwrap().len(), 1);
}

#[test]
fn revocation_lists_are_of_one_municipality() {
    let house = House::new();
    let answer = house.nobody().get("/v1/public/municipalities/131202/revocations");
    assert_eq!(answer.json(), serde_json::json!([]));
    for other in ["131203", "131016", "1", "%00"] {
        let answer = house.nobody().get(&format!("/v1/public/municipalities/{other}/revocations"));
        assert_eq!(answer.status, 404, "{other}");
    }
}

#[test]
fn a_service_without_the_role_serves_none_of_it() {
    let house = House::with_settings(|text| text.replace(", \"public\"]", "]"));
    assert_eq!(house.nobody().get("/v1/public/trust-bundle").code(), "route-unknown");
}
