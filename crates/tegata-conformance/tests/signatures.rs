//! Wycheproof and the COSE working group's examples.

use std::path::Path;

use serde_json::Value;
use tegata::Code;
use tegata::codec::cbor::{Item, Value as Cbor};
use tegata::cose::{AlgorithmId, Sign1};
use tegata::crypto::{Algorithm, CryptoProvider, PublicKey};
use tegata_conformance::{PROVIDERS, corpus, files, json, unhex};

#[test]
fn wycheproof() {
    let Some(base) = corpus("wycheproof", "wycheproof") else { return };
    for (name, provider) in PROVIDERS.iter() {
        let run = wycheproof_with(provider, &base);
        eprintln!("{run} signatures with {name}");
        assert!(run > 0);
    }
}

fn wycheproof_with(provider: &CryptoProvider, base: &Path) -> usize {
    let mut run = 0;
    for path in files(base, &[".json"]) {
        let suite = json(&path);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for group in suite["testGroups"].as_array().unwrap() {
            let Some((algorithm, key)) = group_key(group) else { panic!("{name}: a group of an unknown kind") };
            let verifier = provider.verifier(algorithm).unwrap();
            let key = verifier.prepare(&key).unwrap_or_else(|error| panic!("{name}: {error}"));
            for test in group["tests"].as_array().unwrap() {
                let message = unhex(test["msg"].as_str().unwrap());
                let signature = unhex(test["sig"].as_str().unwrap());
                // In parts, as signed objects are verified.
                let (head, tail) = message.split_at(message.len() / 2);
                let ok = key.verify(&[head, tail], &signature).is_ok();
                match test["result"].as_str().unwrap() {
                    "valid" => assert!(ok, "{name} {}: {}", test["tcId"], test["comment"]),
                    "invalid" => assert!(!ok, "{name} {}: {}", test["tcId"], test["comment"]),
                    // Non-conforming encodings that some libraries take: ours are strict.
                    "acceptable" => assert!(!ok, "{name} {}: {}", test["tcId"], test["comment"]),
                    other => panic!("unknown result {other}"),
                }
                run += 1;
            }
        }
    }
    run
}

fn group_key(group: &Value) -> Option<(Algorithm, PublicKey)> {
    let point = || Some(unhex(group["publicKey"]["uncompressed"].as_str()?));
    let number = |name: &str| {
        let bytes = unhex(group["publicKey"][name].as_str().unwrap());
        bytes.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<_>>()
    };
    let rsa = || PublicKey::Rsa { modulus: number("modulus"), exponent: number("publicExponent") };
    match (group["type"].as_str()?, group["sha"].as_str()?, group["publicKey"]["curve"].as_str()) {
        ("EcdsaP1363Verify", "SHA-256", Some("secp256r1")) => {
            Some((Algorithm::Es256, PublicKey::P256(point()?.try_into().ok()?)))
        }
        ("EcdsaP1363Verify", "SHA-384", Some("secp384r1")) => {
            Some((Algorithm::Es384, PublicKey::P384(point()?.try_into().ok()?)))
        }
        ("RsassaPssVerify", "SHA-256", None) => Some((Algorithm::Ps256, rsa())),
        ("RsassaPkcs1Verify", "SHA-256", None) => Some((Algorithm::Rs256, rsa())),
        _ => None,
    }
}

/// What we take of the COSE working group's examples: single-signer objects with the algorithms of
/// health certificates. Everything else must be refused, with the code that says why.
#[test]
fn cose_examples() {
    let Some(base) = corpus("cose-examples", "cose-examples") else { return };
    for (name, provider) in PROVIDERS.iter() {
        let (verified, refused) = cose_examples_with(provider, &base);
        eprintln!("{verified} verified, {refused} refused with {name}");
        assert!(verified > 0 && refused > 0);
    }
}

fn cose_examples_with(provider: &CryptoProvider, base: &Path) -> (usize, usize) {
    let (mut verified, mut refused) = (0, 0);
    for path in files(base, &[".json"]) {
        let example = json(&path);
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let cbor = unhex(example["output"]["cbor"].as_str().unwrap());
        let sign0 = &example["input"]["sign0"];
        let parsed = Sign1::parse(cbor);
        if sign0.is_null() {
            // COSE_Sign, MACs and encryption.
            assert_eq!(parsed.map(|_| ()).map_err(|error| error.code()), Err(Code::CoseWrongStructure), "{name}");
            refused += 1;
            continue;
        }
        let expected_to_fail = example["fail"].as_bool() == Some(true);
        let external = sign0["external"].as_str().map(unhex).unwrap_or_default();
        let outcome = parsed.map_err(|error| error.code()).and_then(|sign1| {
            if let Some(expected) = example["intermediates"]["ToBeSign_hex"].as_str()
                && external.is_empty()
                && !expected_to_fail
            {
                assert_eq!(sign1.to_be_signed().parts().concat(), unhex(expected), "{name}");
            }
            verify(&sign1, sign0, &external, provider)
        });
        match (expected_to_fail, outcome) {
            (false, Ok(())) => verified += 1,
            (false, Err(Code::UnsupportedAlgorithm)) => {
                assert_eq!(sign0["alg"], "ES512", "{name}");
                refused += 1;
            }
            (true, Err(_)) => refused += 1,
            (expected, outcome) => panic!("{name}: expected to fail: {expected}, outcome {outcome:?}"),
        }
    }
    (verified, refused)
}

fn verify(sign1: &Sign1, sign0: &Value, external: &[u8], provider: &CryptoProvider) -> Result<(), Code> {
    let algorithm = match sign1.algorithm() {
        Some(AlgorithmId::Int(-7)) => Algorithm::Es256,
        Some(AlgorithmId::Int(-35)) => Algorithm::Es384,
        _ => return Err(Code::UnsupportedAlgorithm),
    };
    let coordinate = |name: &str| {
        use base64ct::{Base64UrlUnpadded, Encoding as _};
        if let Some(hex) = sign0["key"][format!("{name}_hex")].as_str() {
            return unhex(hex);
        }
        Base64UrlUnpadded::decode_vec(sign0["key"][name].as_str().unwrap()).unwrap()
    };
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    let key = match algorithm {
        Algorithm::Es256 => PublicKey::P256(point.try_into().map_err(|_| Code::AlgorithmMismatch)?),
        _ => PublicKey::P384(point.try_into().map_err(|_| Code::AlgorithmMismatch)?),
    };
    let key = provider.verifier(algorithm).unwrap().prepare(&key).map_err(|_| Code::AlgorithmMismatch)?;
    let message = sign1.to_be_signed().parts().concat();
    let message = if external.is_empty() { message } else { with_external(&message, external) };
    key.verify(&[&message], sign1.signature()).map_err(|_| Code::SignatureInvalid)
}

/// Health certificates have no externally supplied data, so the library knows none; one example
/// has, and its structure is rebuilt here.
fn with_external(structure: &[u8], external: &[u8]) -> Vec<u8> {
    let items: Vec<_> = match Item::parse(structure).unwrap().value() {
        Cbor::Array(items) => items.iter().map(|item| item.bytes().to_vec()).collect(),
        other => panic!("{other:?}"),
    };
    let mut encoder = tegata::codec::cbor::Encoder::new();
    encoder.bytes(external);
    [vec![0x84], items[0].clone(), items[1].clone(), encoder.into_bytes(), items[3].clone()].concat()
}
