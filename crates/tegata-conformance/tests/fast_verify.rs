//! Verification by tables: Wycheproof, and a hundred thousand signatures against `p256`.

use tegata::crypto::{Algorithm, PublicKey};
use tegata_conformance::es256;
use tegata_es256_cases::{Case, random};
use tegata_fast_verify::{FastProvider, KeyTable, TableError, Tables};

/// A key, with a table of each size.
type Prepared = ([u8; 65], [Result<KeyTable, TableError>; 2]);

/// Fails for the first case that is decided wrongly by a table of either size. Makes one of each for cases of one key
/// that follow each other.
fn decide_all(cases: impl Iterator<Item = Case>) -> usize {
    let mut last: Option<Prepared> = None;
    let mut count = 0;
    for case in cases {
        let tables = match &last {
            Some((key, tables)) if *key == case.key => tables,
            _ => &last.insert((case.key, [KeyTable::new(&case.key), KeyTable::small(&case.key)])).1,
        };
        for table in tables {
            let valid = match table {
                Ok(table) => table.verify_prehash(&case.hash, &case.signature).is_ok(),
                Err(TableError::InvalidKey) => false,
                Err(error) => panic!("{}: {error}", case.about),
            };
            assert_eq!(valid, case.valid, "{case:?}");
        }
        count += 1;
    }
    count
}

#[test]
fn wycheproof_is_decided_by_tables() {
    let Some(cases) = es256::wycheproof("wycheproof_is_decided_by_tables") else { return };
    assert!(decide_all(cases.into_iter()) > 200);
}

#[test]
fn the_selection_is_decided_by_tables() {
    assert!(decide_all(es256::selection().into_iter()) > 3000);
}

/// 2,000 keys, 50 signatures and mutations each.
#[test]
fn a_hundred_thousand_signatures_are_decided_as_p256_does() {
    const KEYS: usize = 2000;
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let count: usize = std::thread::scope(|scope| {
        let share = |part: usize| KEYS * part / threads..KEYS * (part + 1) / threads;
        let parts: Vec<_> = (0..threads).map(|part| scope.spawn(move || decide_all(random(share(part))))).collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    });
    assert_eq!(count, 100_000);
}

/// Through the provider, from the first signature on, so that some are decided before the key's table is made.
#[test]
fn wycheproof_is_decided_by_the_provider() {
    static FAST: FastProvider = FastProvider::over(&tegata::crypto::rustcrypto::PROVIDER, Tables::at_most(10_000, 3));
    let Some(base) = tegata_conformance::corpus("wycheproof_is_decided_by_the_provider", "wycheproof") else { return };
    let suite = tegata_conformance::json(&base.join("ecdsa_secp256r1_sha256_p1363_test.json"));
    let verifier = FAST.provider().verifier(Algorithm::Es256).unwrap();
    let unhex = |value: &serde_json::Value| tegata_conformance::unhex(value.as_str().unwrap());
    let mut count = 0;
    for group in suite["testGroups"].as_array().unwrap() {
        let point = unhex(&group["publicKey"]["uncompressed"]).try_into().unwrap();
        let key = verifier.prepare(&PublicKey::P256(point)).unwrap();
        for _ in 0..2 {
            for test in group["tests"].as_array().unwrap() {
                let (message, signature) = (unhex(&test["msg"]), unhex(&test["sig"]));
                let (head, tail) = message.split_at(message.len() / 2);
                let valid = key.verify(&[head, tail], &signature).is_ok();
                assert_eq!(valid, test["result"] == "valid", "{}", test["tcId"]);
                count += 1;
            }
        }
        assert!(FAST.tables_in_use() <= 1);
    }
    assert!(count > 500);
}
