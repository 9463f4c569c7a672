use p256::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _, LineEnding};
use tegata::crypto::{RandomError, SecureRandom, rustcrypto};
use tegata::keys::SoftwareSigner;
use tegata::model::MunicipalityCode;

use super::*;

struct Os;

impl SecureRandom for Os {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|_| RandomError)
    }
}

/// A key in PEM, and its public half.
fn pair() -> (String, String) {
    let pem = SoftwareSigner::generate(&Os).unwrap().to_pkcs8_pem(None, &Os).unwrap().to_string();
    let key = p256::SecretKey::from_pkcs8_pem(&pem).unwrap();
    (pem, key.public_key().to_public_key_pem(LineEnding::LF).unwrap())
}

struct Town {
    keys: SealingKeys,
    recipient: Recipient,
}

fn town(code: &str) -> Town {
    let code = MunicipalityCode::parse(code).unwrap();
    let ((opening, sealing), (signing, answer)) = (pair(), pair());
    Town {
        keys: SealingKeys::from_pem(code, &opening, &signing).unwrap(),
        recipient: Recipient::new(code, &sealing, &answer, &rustcrypto::PROVIDER).unwrap(),
    }
}

const CONTENT: &[u8] = b"files of a card";

#[test]
fn c1_who_hands_on_reads_nothing_and_changes_nothing() {
    let town = town("131202");
    let mut answer_key = Vec::new();
    let (message, awaited) = town
        .recipient
        .seal(|key| {
            answer_key = key.to_vec();
            CONTENT
        })
        .unwrap();
    assert!(!message.windows(CONTENT.len()).any(|window| window == CONTENT));
    let opened = town.keys.open(&message).unwrap();
    assert_eq!(&*opened.content, CONTENT);
    let answer = town.keys.answer(&opened, &answer_key, b"granted").unwrap();
    assert!(!answer.windows(7).any(|window| window == b"granted"));
    assert_eq!(&**awaited.open(&answer).unwrap(), b"granted");
    for index in 0..message.len() {
        let mut changed = message.clone();
        changed[index] ^= 1;
        assert!(town.keys.open(&changed).is_err(), "{index}");
    }
    for index in 0..answer.len() {
        let mut changed = answer.clone();
        changed[index] ^= 1;
        assert!(awaited.open(&changed).is_err(), "{index}");
    }
    for length in 0..message.len() {
        assert!(town.keys.open(&message[..length]).is_err(), "{length}");
    }
    for length in 0..answer.len() {
        assert!(awaited.open(&answer[..length]).is_err(), "{length}");
    }
}

#[test]
fn c2_another_municipality_opens_nothing() {
    let (nerima, sakai) = (town("131202"), town("271403"));
    let (message, _) = nerima.recipient.seal(|_| CONTENT).unwrap();
    assert_eq!(sakai.keys.open(&message).err(), Some(SealedError::NotOpened));
    // Nor if the address is written over.
    let mut changed = message;
    let place = changed.windows(6).position(|window| window == b"131202").unwrap();
    changed[place..place + 6].copy_from_slice(b"271403");
    assert_eq!(SealingKeys::addressee(&changed).unwrap().as_str(), "271403");
    assert_eq!(sakai.keys.open(&changed).err(), Some(SealedError::NotOpened));
    assert_eq!(nerima.keys.open(&changed).err(), Some(SealedError::NotOpened));
}

#[test]
fn d3_an_answer_is_to_its_request_and_the_municipalitys() {
    let (town, stranger) = (town("131202"), town("131202"));
    let mut keys = Vec::new();
    let mut seal = || {
        let mut key = Vec::new();
        let sealed = town.recipient.seal(|given| {
            key = given.to_vec();
            CONTENT
        });
        keys.push(key);
        sealed.unwrap()
    };
    let ((first, awaited_first), (second, awaited_second)) = (seal(), seal());
    let (first, second) = (town.keys.open(&first).unwrap(), town.keys.open(&second).unwrap());
    // The answer to the other request, even if it was sealed to the key of this one.
    let crossed = town.keys.answer(&second, &keys[0], b"granted").unwrap();
    assert_eq!(awaited_first.open(&crossed).err(), Some(SealedError::NotTheAnswer));
    let other_key = town.keys.answer(&first, &keys[1], b"granted").unwrap();
    assert_eq!(awaited_first.open(&other_key).err(), Some(SealedError::NotOpened));
    // Signed by somebody else.
    let forged = stranger.keys.answer(&second, &keys[1], b"granted").unwrap();
    assert_eq!(awaited_second.open(&forged).err(), Some(SealedError::NotTheAnswer));
}

#[test]
fn keys_that_are_none_are_refused() {
    let code = MunicipalityCode::parse("131202").unwrap();
    let (private, public) = pair();
    let refused = |sealing: &str, answer: &str| Recipient::new(code, sealing, answer, &rustcrypto::PROVIDER).err();
    assert_eq!(refused("", &public), Some(SealedError::Key { field: "sealing_key" }));
    assert_eq!(refused(&public, &private), Some(SealedError::Key { field: "answer_key" }));
    let refused = |opening: &str, signing: &str| SealingKeys::from_pem(code, opening, signing).err();
    assert_eq!(refused(&public, &private), Some(SealedError::Key { field: "key" }));
    assert_eq!(refused(&private, &public), Some(SealedError::Key { field: "answer_key" }));
    // An answer key that is no point.
    let town = town("131202");
    let (message, _) = town.recipient.seal(|_| CONTENT).unwrap();
    let opened = town.keys.open(&message).unwrap();
    for key in [&[][..], &[4; 65], &[0; 65], &[4; 64]] {
        let refused = town.keys.answer(&opened, key, b"granted").err();
        assert_eq!(refused, Some(SealedError::Malformed { field: "answer_key" }));
    }
}

#[test]
fn messages_of_another_form_are_refused() {
    let town = town("131202");
    let malformed = |bytes: &[u8]| match town.keys.open(bytes).err() {
        Some(SealedError::Malformed { field }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(malformed(b""), "message");
    assert_eq!(malformed(b"\xa0"), "message");
    assert_eq!(malformed(&vec![0; MAX_SEALED_REQUEST_BYTES + 1]), "length");
    let long = vec![0xff; MAX_SEALED_ANSWER_BYTES + 1];
    let (_, awaited) = town.recipient.seal(|_| CONTENT).unwrap();
    assert_eq!(awaited.open(&long).err(), Some(SealedError::Malformed { field: "length" }));
}
