use proptest::prelude::*;
use tegata::crypto::{PublicKey, RandomError, rustcrypto};
use tegata::keys::SoftwareSigner;

use super::*;

struct Os;

impl SecureRandom for Os {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|_| RandomError)
    }
}

const PATH: &str = "/v1/app/challenge";
const BODY: &[u8] = b"{}";

fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-20T10:00:00+09:00").unwrap()
}

fn later(seconds: i64) -> Timestamp {
    now().saturating_add_seconds(seconds)
}

fn prepared(key: &PublicKey) -> Box<dyn PreparedKey> {
    rustcrypto::PROVIDER.verifier(Algorithm::Es256).unwrap().prepare(key).unwrap()
}

fn judge(signer: &SoftwareSigner, text: &str, path: &str, body: &[u8], at: Timestamp) -> Result<(), TokenError> {
    Token::parse(text)?.verify(&*prepared(&signer.public_key()), path, &Sha256::digest(body).into(), at)
}

/// A token of other claims or another protected header than [`sign_token`] writes.
fn crafted(signer: &SoftwareSigner, protected: &[(i64, &str)], claims: &[u8]) -> String {
    let mut header = Encoder::new();
    header.map(|map| {
        map.int_key(ALGORITHM, |value| value.int(Algorithm::Es256.cose_id()));
        for (label, text) in protected {
            map.int_key(*label, |value| value.text(text));
        }
    });
    let prepared = Prepared { protected: header.into_bytes(), payload: claims.to_vec() };
    let signature = signer.sign(&prepared.to_be_signed()).unwrap();
    Base64UrlUnpadded::encode_string(&prepared.finalise(&signature))
}

fn claims() -> Claims {
    Claims {
        client: "app-1".into(),
        path: PATH.into(),
        issued_at: now().seconds(),
        expires_at: now().seconds() + 60,
        id: [1; TOKEN_ID_BYTES],
        body_hash: Sha256::digest(BODY).into(),
    }
}

#[test]
fn a9_a_token_holds_for_its_request_and_five_minutes() {
    let signer = SoftwareSigner::generate(&Os).unwrap();
    let text = sign_token(&signer, &Os, "app-1", PATH, BODY, now()).unwrap();
    assert_eq!(Token::parse(&text).unwrap().unverified_client(), "app-1");
    assert_eq!(judge(&signer, &text, PATH, BODY, now()), Ok(()));
    assert_eq!(judge(&signer, &text, PATH, BODY, later(299)), Ok(()));
    assert_eq!(judge(&signer, &text, PATH, BODY, later(300)), Err(TokenError::NotInTime));
    // The client's clock is a minute ahead, or more.
    assert_eq!(judge(&signer, &text, PATH, BODY, later(-60)), Ok(()));
    assert_eq!(judge(&signer, &text, PATH, BODY, later(-61)), Err(TokenError::NotInTime));
    let other = TokenError::OtherRequest { field: "aud" };
    assert_eq!(judge(&signer, &text, "/v1/app/applications", BODY, now()), Err(other));
    let other = TokenError::OtherRequest { field: "body" };
    assert_eq!(judge(&signer, &text, PATH, b"{ }", now()), Err(other));
    let stranger = SoftwareSigner::generate(&Os).unwrap();
    assert_eq!(judge(&stranger, &text, PATH, BODY, now()), Err(TokenError::Signature));
}

#[test]
fn a_life_longer_than_is_allowed_is_no_life() {
    let signer = SoftwareSigner::generate(&Os).unwrap();
    let typed = [(CONTENT_TYPE_LABEL, CONTENT_TYPE)];
    for (expires, holds) in [(300, true), (301, false), (0, false), (i64::MAX - now().seconds(), false)] {
        let claims = Claims { expires_at: now().seconds() + expires, ..claims() };
        let judged = judge(&signer, &crafted(&signer, &typed, &claims.encode()), PATH, BODY, now());
        assert_eq!(judged.is_ok(), holds, "{expires}");
    }
    let ancient = Claims { issued_at: i64::MIN, expires_at: i64::MIN + 60, ..claims() };
    let judged = judge(&signer, &crafted(&signer, &typed, &ancient.encode()), PATH, BODY, now());
    assert_eq!(judged, Err(TokenError::NotInTime));
}

#[test]
fn what_the_key_signs_elsewhere_is_no_token() {
    let signer = SoftwareSigner::generate(&Os).unwrap();
    let malformed = Some(TokenError::Malformed { field: "protected" });
    for protected in [&[][..], &[(CONTENT_TYPE_LABEL, "application/tegata-audit-head")]] {
        assert_eq!(Token::parse(&crafted(&signer, protected, &claims().encode())).err(), malformed);
    }
}

#[test]
fn every_claim_is_there_once_and_no_other() {
    let signer = SoftwareSigner::generate(&Os).unwrap();
    let typed = [(CONTENT_TYPE_LABEL, CONTENT_TYPE)];
    let field = |write: &dyn Fn(&mut Encoder)| {
        let mut encoder = Encoder::new();
        write(&mut encoder);
        match Token::parse(&crafted(&signer, &typed, &encoder.into_bytes())).err() {
            Some(TokenError::Malformed { field }) => field,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(field(&|_| ()), "claims");
    assert_eq!(field(&|out| out.array(0)), "claims");
    assert_eq!(field(&|out| out.map(|_| ())), "claims");
    // One of another type or length in the place of each.
    let keys = [claim::ISSUER, claim::AUDIENCE, claim::EXPIRES, claim::ISSUED, claim::ID, claim::BODY];
    for (wrong, name) in keys.into_iter().zip(["iss", "aud", "exp", "iat", "cti", "body"]) {
        let found = field(&|out| {
            out.map(|map| {
                for key in keys {
                    map.int_key(key, |value| match key {
                        _ if key == wrong => value.bool(true),
                        claim::ISSUER | claim::AUDIENCE => value.text("x"),
                        claim::EXPIRES | claim::ISSUED => value.int(1),
                        claim::ID => value.bytes(&[0; TOKEN_ID_BYTES]),
                        _ => value.bytes(&[0; 32]),
                    });
                }
            });
        });
        assert_eq!(found, name);
    }
}

#[test]
fn a_token_cut_anywhere_or_changed_anywhere_opens_nothing() {
    let signer = SoftwareSigner::generate(&Os).unwrap();
    let text = sign_token(&signer, &Os, "app-1", PATH, BODY, now()).unwrap();
    let bytes = Base64UrlUnpadded::decode_vec(&text).unwrap();
    for length in 0..bytes.len() {
        let cut = Base64UrlUnpadded::encode_string(&bytes[..length]);
        assert!(Token::parse(&cut).is_err(), "{length}");
    }
    for index in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[index] ^= 1;
        let changed = Base64UrlUnpadded::encode_string(&changed);
        assert!(judge(&signer, &changed, PATH, BODY, now()).is_err(), "{index}");
    }
    let long = "A".repeat(MAX_TOKEN_CHARS + 1);
    assert_eq!(Token::parse(&long).err(), Some(TokenError::Malformed { field: "length" }));
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        _ = Token::parse(&text);
        _ = Token::parse(&Base64UrlUnpadded::encode_string(&bytes));
    }
}
