//! ES256 signatures for verifiers of hashes: Wycheproof's, and those of `tegata-es256-cases`.

use sha2::{Digest as _, Sha256};
use tegata_es256_cases::{Case, EXCEPTIONS, Numbers, TEETH_OF_KEYS, at_every_position, exceptional, large_x, random};

use crate::{corpus, json, unhex};

/// Wycheproof's, `None` after saying that the test is skipped. Signatures that do not have 64 bytes
/// are left out: a verifier of hashes cannot be given them.
#[must_use]
pub fn wycheproof(test: &str) -> Option<Vec<Case>> {
    let suite = json(&corpus(test, "wycheproof")?.join("ecdsa_secp256r1_sha256_p1363_test.json"));
    let mut cases = Vec::new();
    for group in suite["testGroups"].as_array().unwrap() {
        let key = unhex(group["publicKey"]["uncompressed"].as_str().unwrap()).try_into().unwrap();
        for test in group["tests"].as_array().unwrap() {
            let valid = match test["result"].as_str().unwrap() {
                "valid" => true,
                "invalid" => false,
                other => panic!("unknown result {other}"),
            };
            let Ok(signature) = unhex(test["sig"].as_str().unwrap()).try_into() else {
                assert!(!valid, "{}", test["tcId"]);
                continue;
            };
            let hash = Sha256::digest(unhex(test["msg"].as_str().unwrap())).into();
            cases.push(Case { about: format!("Wycheproof {}", test["tcId"]), key, hash, signature, valid });
        }
    }
    Some(cases)
}

/// Some of every kind that `tegata-es256-cases` makes, for a verifier that is slower or elsewhere.
#[must_use]
pub fn selection() -> Vec<Case> {
    let mut numbers = Numbers::new("selection");
    let mut cases: Vec<_> = random(0..40).collect();
    for _ in 0..4 {
        for (exception, teeth) in
            EXCEPTIONS.into_iter().flat_map(|exception| TEETH_OF_KEYS.map(|teeth| (exception, teeth)))
        {
            cases.extend(at_every_position(exception, teeth, &mut numbers));
        }
    }
    cases.extend(large_x(200, &mut numbers));
    cases.extend(exceptional(&mut numbers));
    cases
}
