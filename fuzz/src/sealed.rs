//! Messages that a certificate centre hands on.

use std::sync::LazyLock;

use tegata::codec::cbor::Encoder;
use tegata::cose::Prepared;
use tegata::crypto::Signer as _;
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::keys::SoftwareSigner;
use tegata::model::MunicipalityCode;
use tegata_service::sealed::{AwaitedAnswer, Recipient, SealedError, SealingKeys};

use crate::keys::{pem_of, public_pem_of, sha256};

const CODE: &str = "131202";

/// A municipality, and a kiosk that waits for its answer.
struct Town {
    keys: SealingKeys,
    recipient: &'static Recipient,
    signer: SoftwareSigner,
    awaited: AwaitedAnswer<'static>,
    request: [u8; 32],
}

static TOWN: LazyLock<Town> = LazyLock::new(|| {
    let code = MunicipalityCode::parse(CODE).expect("a code");
    let recipient = Recipient::new(code, &public_pem_of(1), &public_pem_of(2), &PROVIDER).expect("keys");
    let recipient: &'static Recipient = Box::leak(Box::new(recipient));
    let (message, awaited) = recipient.seal(|_| b"{}").expect("it seals");
    Town {
        keys: SealingKeys::from_pem(code, &pem_of(1), &pem_of(2)).expect("keys"),
        recipient,
        signer: SoftwareSigner::from_pem(&pem_of(2), None).expect("a key"),
        awaited,
        request: sha256(&message),
    }
});

/// A request that is to be opened. After a first byte `c` stands content to seal; after `r` an encapsulated key and a
/// ciphertext for a request; after `a`, for an answer that is then really signed; after `p` what an answer signs; and
/// after `m` an answer as it comes.
pub fn sealed(data: &[u8]) {
    let town = &*TOWN;
    match data.split_first() {
        Some((b'c', content)) => there_and_back(town, content),
        Some((b'r', parts)) => {
            let (key, ciphertext) = parts.split_at(parts.len().min(65));
            let mut message = Encoder::new();
            message.map(|map| {
                map.int_key(1, |value| value.int(1));
                map.int_key(2, |value| value.text(CODE));
                map.int_key(3, |value| value.bytes(key));
                map.int_key(4, |value| value.bytes(ciphertext));
            });
            open(town, &message.into_bytes());
        }
        Some((b'a', parts)) => {
            let (key, ciphertext) = parts.split_at(parts.len().min(65));
            let mut payload = Encoder::new();
            payload.array(5);
            payload.int(1);
            payload.text(CODE);
            payload.bytes(&town.request);
            payload.bytes(key);
            payload.bytes(ciphertext);
            let refused = town.awaited.open(&answer(town, payload.into_bytes())).map(drop);
            assert!(matches!(refused, Err(SealedError::NotOpened | SealedError::Malformed { field: "payload" })));
        }
        Some((b'p', payload)) => {
            let refused = town.awaited.open(&answer(town, payload.to_vec())).map(drop);
            assert!(matches!(refused, Err(SealedError::NotTheAnswer | SealedError::Malformed { field: "payload" })));
        }
        Some((b'm', message)) => {
            let refused = town.awaited.open(message).map(drop);
            assert!(matches!(refused, Err(SealedError::NotTheAnswer | SealedError::Malformed { .. })));
        }
        _ => open(town, data),
    }
}

/// What opens was addressed to the one who opens it, and reads the same every time.
fn open(town: &Town, message: &[u8]) {
    let addressee = SealingKeys::addressee(message);
    match town.keys.open(message) {
        Ok(opened) => {
            assert_eq!(Ok(opened.municipality()), addressee);
            assert_eq!(opened.municipality(), town.recipient.municipality());
            assert_eq!(town.keys.open(message).expect("as before").content(), opened.content());
        }
        Err(error) => {
            assert!(matches!(error, SealedError::NotOpened | SealedError::Malformed { .. }));
            assert_eq!(matches!(error, SealedError::Malformed { .. }), addressee.is_err());
        }
    }
}

/// An answer's payload with the municipality's signature.
fn answer(town: &Town, payload: Vec<u8>) -> Vec<u8> {
    let mut protected = Encoder::new();
    protected.map(|header| {
        header.int_key(1, |value| value.int(-7));
        header.int_key(3, |value| value.text("application/tegata-sealed-answer"));
    });
    let prepared = Prepared { protected: protected.into_bytes(), payload };
    let signature = town.signer.sign(&prepared.to_be_signed()).expect("a key in memory signs");
    prepared.finalise(&signature)
}

/// What is sealed is opened as it was, the answer too, and neither with a bit changed.
fn there_and_back(town: &Town, content: &[u8]) {
    let mut answer_key = Vec::new();
    let (mut message, awaited) = town
        .recipient
        .seal(|key| {
            answer_key = key.to_vec();
            content
        })
        .expect("it seals");
    let Ok(opened) = town.keys.open(&message) else {
        assert!(message.len() > tegata_service::sealed::MAX_SEALED_REQUEST_BYTES);
        return;
    };
    assert_eq!(opened.content(), content);
    let mut answer = town.keys.answer(&opened, &answer_key, content).expect("it seals");
    assert_eq!(awaited.open(&answer).expect("it opens").as_slice(), content);
    let place = content.iter().fold(0, |place: usize, byte| place.wrapping_mul(31).wrapping_add(usize::from(*byte)));
    let bit = |length: usize| (place % length, 1 << (place / length % 8));
    let (at, mask) = bit(message.len());
    message[at] ^= mask;
    assert!(town.keys.open(&message).is_err(), "a changed request was opened");
    let (at, mask) = bit(answer.len());
    answer[at] ^= mask;
    assert!(awaited.open(&answer).is_err(), "a changed answer was opened");
}
