//! Trust lists: the real ones of the public corpora, changed ones, and hostile ones.

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::trust::list::{List, ListFormat, ListSigner, MAX_KEY_ID_BYTES, MAX_LIST_BYTES, Role};
use tegata::trust::{MAX_CANDIDATES, Tolerances};
use tegata::x509::Certificate;
use tegata::{Code, Timestamp, TrustSet};
use tegata_conformance::{corpus, files};

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

/// A document's name and content.
type Document = (String, Vec<u8>);

/// The documents of the WHO's network, and the pinned signer.
fn gdhcn(test: &str) -> Option<(Vec<Document>, ListSigner)> {
    let base = corpus(test, "gdhcn")?;
    let signer = ListSigner::read(&std::fs::read(base.join("signer.did.json")).unwrap()).unwrap();
    let documents = files(&base, &[".did.json"]).into_iter().filter(|path| !path.ends_with("signer.did.json"));
    let named = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap())
    };
    Some((documents.map(named).collect(), signer))
}

fn genuine(bytes: &[u8], signer: &ListSigner) -> bool {
    List::read(bytes).is_ok_and(|list| list.verify_signature(signer, &PROVIDER).is_ok())
}

#[test]
fn every_proof_of_the_network_verifies() {
    let Some((documents, signer)) = gdhcn("gdhcn proofs") else { return };
    assert!(documents.len() >= 6);
    let other = Certificate::parse(&first_signer(&documents)).unwrap();
    let other = ListSigner::read(other.der()).unwrap();
    for (name, bytes) in &documents {
        let list = List::read(bytes).unwrap_or_else(|failure| panic!("{name}: {failure}"));
        assert_eq!(list.verify_signature(&signer, &PROVIDER), Ok(()), "{name}");
        let forged = list.verify_signature(&other, &PROVIDER).unwrap_err();
        assert_eq!(forged.code(), Code::ListSignatureInvalid, "{name}");
    }
}

fn first_signer(documents: &[(String, Vec<u8>)]) -> Vec<u8> {
    let lists = documents.iter().map(|(_, bytes)| List::read(bytes).unwrap());
    let entries: Vec<_> = lists.flat_map(|list| list.entries().cloned().collect::<Vec<_>>()).collect();
    entries.iter().find_map(|entry| entry.certificate()).unwrap().der().to_vec()
}

#[test]
fn no_changed_byte_of_a_document_is_taken_for_genuine() {
    let Some((documents, signer)) = gdhcn("gdhcn changed bytes") else { return };
    for (name, bytes) in &documents {
        // Every byte of the small ones, about three hundred of the others.
        let step = if bytes.len() < 1_000 { 1 } else { bytes.len() / 300 };
        assert!(genuine(bytes, &signer), "{name}");
        for position in (0..bytes.len()).step_by(step) {
            for flip in [0x01, 0x20] {
                let mut changed = bytes.clone();
                changed[position] ^= flip;
                assert!(!genuine(&changed, &signer), "{name}: byte {position} changed by {flip:#04x}");
            }
        }
    }
}

#[test]
fn no_part_of_an_entry_may_change() {
    let Some((documents, signer)) = gdhcn("gdhcn changed members") else { return };
    let (_, bytes) = documents.iter().find(|(name, _)| name.starts_with("AND")).unwrap();
    let document: Value = serde_json::from_slice(bytes).unwrap();
    let mut changes = 0;
    for pointer in pointers(&document, "") {
        let mut changed = document.clone();
        let value = changed.pointer_mut(&pointer).unwrap();
        let Value::String(text) = value else { continue };
        let other = if text.ends_with('A') { "B" } else { "A" };
        text.replace_range(text.len() - 1.., other);
        assert!(!genuine(changed.to_string().as_bytes(), &signer), "{pointer}");
        changes += 1;
    }
    assert!(changes > 50);
    let mut fewer = document.clone();
    fewer["verificationMethod"].as_array_mut().unwrap().pop();
    assert!(!genuine(fewer.to_string().as_bytes(), &signer));
    // The order of entries and of members makes no statement.
    let mut reordered = document;
    reordered["verificationMethod"].as_array_mut().unwrap().reverse();
    assert!(genuine(serde_json::to_string_pretty(&reordered).unwrap().as_bytes(), &signer));
}

/// Every place in a JSON value that holds no other.
fn pointers(value: &Value, place: &str) -> Vec<String> {
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(index, item)| pointers(item, &format!("{place}/{index}"))).collect()
        }
        Value::Object(members) => {
            members.iter().flat_map(|(name, item)| pointers(item, &format!("{place}/{}", escaped(name)))).collect()
        }
        _ => vec![place.to_owned()],
    }
}

#[test]
fn the_networks_lists_load_whole() {
    let Some((documents, _)) = gdhcn("gdhcn lists") else { return };
    let now = at("2026-08-22T18:00:00Z");
    for (name, entries, usage, expired) in [("all-DSC", 109, "DSC", 17), ("all-SCA", 139, "CSCA", 3)] {
        let (_, bytes) = documents.iter().find(|(file, _)| file.starts_with(name)).unwrap();
        let list = List::read(bytes).unwrap();
        let summary = list.summary(&PROVIDER, now);
        // Coordinates of 33 and 49 bytes, curves without a name and key ids that are no hash included.
        assert_eq!((summary.entries, summary.usable, summary.dropped.len()), (entries, entries, 0), "{name}");
        assert_eq!(summary.usages.get(usage), Some(&entries), "{name}");
        assert_eq!(summary.algorithms.values().sum::<usize>(), entries, "{name}");
        assert_eq!(summary.countries.values().sum::<usize>(), entries, "{name}");
        assert_eq!(summary.expired, expired, "{name}");
        assert!(list.entries().all(|entry| entry.certificate().is_some()));
    }
    let (_, reference) = documents.iter().find(|(file, _)| file.starts_with("ref-")).unwrap();
    let list = List::read(reference).unwrap();
    assert_eq!((list.format(), list.len(), list.references().len()), (ListFormat::GdhcnDidRef, 1, 1));
    assert_eq!(list.summary(&PROVIDER, now).usable, 0);
}

#[test]
fn the_networks_signers_chain_to_its_authorities() {
    let Some((documents, _)) = gdhcn("gdhcn chains") else { return };
    let list = |name: &str| {
        let (_, bytes) = documents.iter().find(|(file, _)| file.starts_with(name)).unwrap();
        List::read(bytes).unwrap()
    };
    let refusals = |tolerances| {
        let mut builder = TrustSet::tolerant_builder(&PROVIDER, tolerances);
        assert_eq!(builder.trust_authorities(&list("all-SCA")), []);
        assert_eq!(builder.offer_list(&list("all-DSC")), []);
        let set = builder.build();
        assert!(set.signers().all(|signer| signer.trusted_by().name() == "authority"));
        let codes: Vec<_> = set.refused().map(|refused| refused.failure().code()).collect();
        (set.len(), codes)
    };
    let (trusted, codes) = refusals(Tolerances::default());
    let count = |wanted: Code| codes.iter().filter(|code| **code == wanted).count();
    assert_eq!(trusted + codes.len(), 109);
    // Two end after their authority, one is its authority itself, one is signed with SHA-1, one has an
    // authority that is not listed.
    assert_eq!(count(Code::SignerOutsideAuthority), 2, "{codes:?}");
    assert_eq!(count(Code::SignerUsage), 1, "{codes:?}");
    assert_eq!(count(Code::PathAlgorithmUnsupported), 1, "{codes:?}");
    assert_eq!(codes.len(), 5, "{codes:?}");
    let mut tolerances = Tolerances::default();
    tolerances.signer_outlives_authority = true;
    assert_eq!(refusals(tolerances).0, trusted + 2);
}

/// Every production certificate as an entry of the gateway's list.
fn entries(certificates: &[Certificate], kind: &str) -> Value {
    let entry = |certificate: &Certificate| {
        json!({ "kid": Base64::encode_string(&certificate.key_id()), "certificateType": kind,
            "country": certificate.country(), "rawData": Base64::encode_string(certificate.der()) })
    };
    certificates.iter().map(entry).collect()
}

#[test]
fn production_signers_load_in_every_form() {
    let Some(base) = corpus("dsc lists", "dsc") else { return };
    let certificates: Vec<_> =
        files(&base, &[".der"]).iter().map(|path| Certificate::parse(&std::fs::read(path).unwrap()).unwrap()).collect();
    let set = |list: &List| {
        let mut builder = TrustSet::builder(&PROVIDER);
        assert_eq!(builder.trust_list(list), [], "{:?}", list.format());
        builder
            .build()
            .signers()
            .map(|signer| (signer.key_id().to_vec(), signer.subject().to_owned()))
            .collect::<Vec<_>>()
    };
    let mut direct = TrustSet::builder(&PROVIDER);
    certificates.iter().for_each(|certificate| direct.trust_certificate(certificate).unwrap());
    let expected: Vec<_> =
        direct.build().signers().map(|signer| (signer.key_id().to_vec(), signer.subject().to_owned())).collect();
    let gateway = entries(&certificates, "DSC");
    let list = List::read(gateway.to_string().as_bytes()).unwrap();
    assert_eq!((list.format(), set(&list)), (ListFormat::EuGateway, expected.clone()));
    let german = format!("AAAA\n{}", json!({ "certificates": gateway }));
    let list = List::read(german.as_bytes()).unwrap();
    assert_eq!((list.format(), set(&list)), (ListFormat::DeList, expected.clone()));
    let keys: Vec<_> = certificates.iter().map(jwk).collect();
    let list = List::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap();
    assert_eq!((list.format(), set(&list)), (ListFormat::Jwks, expected));
    // The authorities of a list are not signers.
    let authorities = List::read(entries(&certificates, "CSCA").to_string().as_bytes()).unwrap();
    assert!(authorities.entries().all(|entry| entry.role() == Role::Authority) && set(&authorities).is_empty());
}

/// A certificate's key and certificate as a JWK.
fn jwk(certificate: &Certificate) -> Value {
    use tegata::crypto::PublicKey;
    let url = base64ct::Base64UrlUnpadded::encode_string;
    let mut jwk = match certificate.public_key().unwrap() {
        PublicKey::P256(point) => {
            json!({ "kty": "EC", "crv": "P-256", "x": url(&point[1..33]), "y": url(&point[33..]) })
        }
        PublicKey::P384(point) => {
            json!({ "kty": "EC", "crv": "P-384", "x": url(&point[1..49]), "y": url(&point[49..]) })
        }
        PublicKey::Rsa { modulus, exponent } => json!({ "kty": "RSA", "n": url(modulus), "e": url(exponent) }),
        other => panic!("{other:?}"),
    };
    jwk["kid"] = Base64::encode_string(&certificate.key_id()).into();
    jwk["x5c"] = json!([Base64::encode_string(certificate.der())]);
    jwk
}

/// A JWKS entry of the generator of P-256, under any key id.
fn generator(kid: &str) -> Value {
    json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
        "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU" })
}

#[test]
fn key_ids_that_clash_are_kept_up_to_the_cap() {
    // Moduli that differ in their last byte; nobody holds these keys.
    let key = |last: u8| {
        let mut modulus = vec![0xff; 256];
        modulus[255] = 2 * last + 1;
        let n = base64ct::Base64UrlUnpadded::encode_string(&modulus);
        json!({ "kty": "RSA", "kid": "AAAAAAAAAAA=", "n": n, "e": "AQAB" })
    };
    let keys: Vec<_> = (0..u8::try_from(MAX_CANDIDATES).unwrap() + 3).map(key).collect();
    let list = List::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap();
    let mut builder = TrustSet::builder(&PROVIDER);
    let dropped = builder.trust_list(&list);
    assert_eq!(dropped.iter().map(|entry| entry.failure().code()).collect::<Vec<_>>(), [Code::TrustTooLarge; 3]);
    assert_eq!(builder.build().len(), MAX_CANDIDATES);
    let summary = list.summary(&PROVIDER, at("2026-01-01T00:00:00Z"));
    assert_eq!((summary.usable, summary.dropped.len()), (MAX_CANDIDATES, 3));
}

#[test]
fn one_entry_many_times_counts_once() {
    let keys = vec![generator("AAAAAAAAAAA="); 20_000];
    let list = List::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap();
    let summary = list.summary(&PROVIDER, at("2026-01-01T00:00:00Z"));
    assert_eq!((summary.entries, summary.usable, summary.duplicates), (20_000, 1, 19_999));
}

#[test]
fn lists_are_bounded() {
    let code = |bytes: &[u8]| List::read(bytes).unwrap_err().code();
    assert_eq!(code(&vec![b' '; MAX_LIST_BYTES + 1]), Code::ListTooLarge);
    assert_eq!(code(&vec![b' '; MAX_LIST_BYTES]), Code::TrustUnreadable);
    assert_eq!(code(&vec![b'['; MAX_LIST_BYTES]), Code::ListMalformed);
    assert_eq!(code("{\"a\":".repeat(100_000).as_bytes()), Code::ListMalformed);
    assert_eq!(code(b"\xff\xfe[]"), Code::TrustUnreadable);
    let long = "A".repeat(4 * (MAX_KEY_ID_BYTES + 3) / 3 / 4 * 4);
    for kid in ["", long.as_str()] {
        let list = List::read(json!({ "keys": [generator(kid)] }).to_string().as_bytes()).unwrap();
        assert_eq!(list.dropped()[0].failure().code(), Code::ListEntryMalformed);
    }
}

#[test]
fn a_list_cut_anywhere_is_an_error() {
    let whole = json!({ "keys": [generator("AAAAAAAAAAA="), generator("AQEBAQEBAQE=")] }).to_string();
    assert_eq!(List::read(whole.as_bytes()).unwrap().entries().len(), 2);
    for length in 0..whole.len() {
        assert!(List::read(&whole.as_bytes()[..length]).is_err(), "{length}");
    }
}

#[test]
fn wrong_types_drop_their_entry_and_no_other() {
    let good = generator("AAAAAAAAAAA=");
    for name in ["kty", "crv", "kid", "x", "y", "x5c"] {
        for value in [json!(null), json!(1), json!(1.5), json!(true), json!([]), json!({}), json!("\u{0}"), json!([1])]
        {
            let mut bad = generator("AQEBAQEBAQE=");
            bad[name] = value.clone();
            let list = List::read(json!({ "keys": [bad, good] }).to_string().as_bytes()).unwrap();
            let kept: Vec<_> = list.entries().map(|entry| entry.id().to_owned()).collect();
            assert!(kept.contains(&"AAAAAAAAAAA=".to_owned()), "{name}: {value}");
            // An absent chain is none; a text that is not Base64 is a key id all the same.
            let harmless = (name == "x5c" && value.is_null()) || (name == "kid" && value.is_string());
            assert_eq!(list.dropped().len(), usize::from(!harmless), "{name}: {value}");
        }
    }
}

#[test]
fn a_point_off_its_curve_is_dropped() {
    let mut off = generator("AAAAAAAAAAA=");
    off["y"] = "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfQ".into();
    let list = List::read(json!({ "keys": [off] }).to_string().as_bytes()).unwrap();
    let summary = list.summary(&PROVIDER, at("2026-01-01T00:00:00Z"));
    assert_eq!((summary.usable, summary.dropped[0].failure().code()), (0, Code::CertificateKeyUnsupported));
}
