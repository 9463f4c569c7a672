//! Tokens of apps, by which the service knows who calls.

use std::sync::LazyLock;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use tegata::Timestamp;
use tegata::codec::cbor::{Encoder, Item, Map};
use tegata::cose::Prepared;
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::crypto::{PreparedKey, RandomError, SecureRandom, Signer};
use tegata::keys::SoftwareSigner;
use tegata_service::{TOKEN_VALID_SECONDS, Token, TokenError, sign_token};

use crate::keys::{pem_of, public_key_of};

/// The same identifier each time: whether one was used before is for the service.
struct Constant;

impl SecureRandom for Constant {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        buffer.fill(7);
        Ok(())
    }
}

/// A registered client's key.
struct Client {
    signer: SoftwareSigner,
    key: Box<dyn PreparedKey>,
    stranger: Box<dyn PreparedKey>,
}

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let signer = SoftwareSigner::from_pem(&pem_of(1), None).expect("a key");
    let prepare = |seed| {
        let verifier = PROVIDER.verifier(signer.algorithm()).expect("a provider of ES256");
        verifier.prepare(&public_key_of(seed)).expect("a point")
    };
    Client { key: prepare(1), stranger: prepare(2), signer }
});

/// A token's text. After a first byte `c` stands the signed object, after `p` claims that are then really signed, and
/// after `s` a client's name, a path and a body to make a token for, a zero byte between them.
pub fn client_token(data: &[u8]) {
    let client = &*CLIENT;
    match data.split_first() {
        Some((b'c', cose)) => not_genuine(client, &Base64UrlUnpadded::encode_string(cose)),
        Some((b'p', claims)) => signed(client, claims),
        Some((b's', request)) => made(client, request),
        _ => {
            if let Ok(text) = core::str::from_utf8(data) {
                not_genuine(client, text);
            }
        }
    }
}

/// What nobody signed verifies under no key.
fn not_genuine(client: &Client, text: &str) {
    match Token::parse(text) {
        Ok(token) => {
            let now = Timestamp::from_seconds(token.issued_at()).unwrap_or_else(|_| now());
            let verified = token.verify(&*client.key, "/v1/app/applications", &[0; 32], now);
            assert_eq!(verified, Err(TokenError::Signature));
        }
        Err(error) => assert!(matches!(error, TokenError::Malformed { .. })),
    }
}

/// Claims that the client signed hold for what they say, and for nothing else.
fn signed(client: &Client, payload: &[u8]) {
    let mut protected = Encoder::new();
    protected.map(|header| {
        header.int_key(1, |value| value.int(-7));
        header.int_key(3, |value| value.text("application/tegata-client-token"));
    });
    let prepared = Prepared { protected: protected.into_bytes(), payload: payload.to_vec() };
    let signature = client.signer.sign(&prepared.to_be_signed()).expect("a key in memory signs");
    let Ok(token) = Token::parse(&Base64UrlUnpadded::encode_string(&prepared.finalise(&signature))) else { return };
    // Read once more, by the specification alone.
    let claims = Item::parse(payload).ok().and_then(Item::as_map).expect("claims are a map");
    let number = |key| claims.get_int(key).and_then(Item::as_i64).expect("a number");
    let (issued, expires) = (number(6), number(4));
    let path = text_of(claims, 3);
    let body = claims.get_int(-70_001).and_then(Item::as_bytes).expect("bytes").into_owned();
    let body: [u8; 32] = body.as_slice().try_into().expect("a hash");
    assert_eq!(token.unverified_client(), text_of(claims, 1));
    assert_eq!((token.issued_at(), token.id().1), (issued, expires));
    let Ok(at) = Timestamp::from_seconds(issued) else { return };
    let key = &*client.key;
    let holds = expires.checked_sub(issued).is_some_and(|life| (1..=TOKEN_VALID_SECONDS).contains(&life));
    assert_eq!(token.verify(key, &path, &body, at), if holds { Ok(()) } else { Err(TokenError::NotInTime) });
    assert_eq!(token.verify(&*client.stranger, &path, &body, at), Err(TokenError::Signature));
    if !holds {
        return;
    }
    assert_eq!(token.verify(key, &format!("{path}/"), &body, at), Err(TokenError::OtherRequest { field: "aud" }));
    let mut other = body;
    other[31] ^= 1;
    assert_eq!(token.verify(key, &path, &other, at), Err(TokenError::OtherRequest { field: "body" }));
    for wrong in [Timestamp::from_seconds(expires), Timestamp::from_seconds(issued - 61)].into_iter().flatten() {
        assert_eq!(token.verify(key, &path, &body, wrong), Err(TokenError::NotInTime));
    }
}

/// A token that was made for a request is good for that request.
fn made(client: &Client, request: &[u8]) {
    let mut parts = request.splitn(3, |byte| *byte == 0);
    let mut text = || parts.next().and_then(|part| core::str::from_utf8(part).ok());
    let (Some(name), Some(path)) = (text(), text()) else { return };
    let body = parts.next().unwrap_or_default();
    let token = sign_token(&client.signer, &Constant, name, path, body, now()).expect("a key in memory signs");
    let Ok(token) = Token::parse(&token) else {
        // Names and paths of the service are far shorter.
        assert!(name.len() + path.len() > 300);
        return;
    };
    assert_eq!(token.unverified_client(), name);
    let hash = crate::keys::sha256(body);
    assert_eq!(token.verify(&*client.key, path, &hash, now()), Ok(()));
}

fn text_of(claims: Map<'_>, key: i64) -> String {
    claims.get_int(key).and_then(Item::as_text).expect("a text").into_owned()
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_780_272_000).expect("a time")
}
