//! Trust data for verifiers.

use tegata::crypto::rustcrypto::PROVIDER;
use tegata::trust::bundle::{Anchor, TrustBundle};
use tegata::x509::certificates_from;
use tegata::{RevocationSet, TrustSet};

use crate::support::House;

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
