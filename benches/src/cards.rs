//! A simulated card, its verification, and the signature checks that any verification of it has to do.

use std::hint::black_box;

use tegata::card::tlv::{Object, Reader};
use tegata::card::{Answered, Application, CardFiles, CardVerifier, Challenge, FileId, Other};
use tegata::crypto::{Algorithm, CryptoProvider, PreparedKey, PublicKey};
use tegata_simulator::{Algorithm as CardAlgorithm, Application as Simulated, CardRequest, Hierarchy};

use crate::stages::Work;

/// The files of a card's text application, all of them, and its answer to a challenge.
struct Card {
    files: CardFiles,
    challenge: Challenge,
    response: Vec<u8>,
    authorities: String,
}

impl Card {
    fn new(algorithm: CardAlgorithm) -> Self {
        let hierarchy = Hierarchy::generate(1, algorithm).unwrap();
        let card = hierarchy.issue(&CardRequest::from_seed(1)).unwrap();
        let mut files = CardFiles::new(Application::Text);
        for file in card.files(Simulated::Text) {
            files.insert(FileId::new(file.id()).unwrap(), file.as_read().to_vec()).unwrap();
        }
        let challenge = Challenge::from_bytes([0x5a; 32]);
        let response = card.respond(Simulated::Text, challenge.as_bytes()).unwrap();
        Self { files, challenge, response, authorities: hierarchy.authorities_json() }
    }

    fn verifier(&self, provider: &CryptoProvider) -> CardVerifier<Other> {
        CardVerifier::other(provider, &self.authorities).unwrap()
    }

    /// The first object of a file.
    fn object(&self, file: FileId) -> Object<'_> {
        Reader::new(self.files.get(file).unwrap()).read().unwrap()
    }
}

/// Everything: the files read, every check, the card's answer, the proof.
pub(crate) fn verify(algorithm: CardAlgorithm, provider: &CryptoProvider) -> Work {
    let card = Card::new(algorithm);
    let verifier = card.verifier(provider);
    let verify = move || {
        let answered = Answered { challenge: &card.challenge, response: &card.response };
        verifier.verify_text(black_box(&card.files), Some(answered))
    };
    assert!(verify().failure().is_none());
    Box::new(move || drop(black_box(verify())))
}

/// The arithmetic that this cannot do without: four signatures checked, two keys readied that only the card brings. The
/// authority's key is known and ready.
pub(crate) fn signatures(algorithm: CardAlgorithm, provider: &'static CryptoProvider) -> Work {
    let card = Card::new(algorithm);
    let verifier = provider
        .verifier(match algorithm {
            CardAlgorithm::Rsa2048 => Algorithm::Rs256,
            CardAlgorithm::P256 => Algorithm::Es256,
            _ => Algorithm::Es384,
        })
        .unwrap();
    let authority = verifier.prepare(&authority_key(&card.authorities)).unwrap();

    let mut certificate = card.object(FileId::CERTIFICATE).objects();
    let [body, signature] = [certificate.read().unwrap(), certificate.read().unwrap()];
    let certificate = (body.value().to_vec(), signature.value().to_vec());
    let signer = public_key(&body.value()[32..]);

    let mut record = card.object(FileId::INTEGRITY).objects();
    let [number, attributes, signature] = [(); 3].map(|()| record.read().unwrap());
    let record = ([number.whole(), attributes.whole()].concat(), signature.value().to_vec());

    let mut own = card.object(FileId::CARD_KEY).objects();
    let [key, signature] = [own.read().unwrap(), own.read().unwrap()];
    let own = (key.whole().to_vec(), signature.value().to_vec());
    let card_key = public_key(key.value());
    let answer = (card.challenge.as_bytes().to_vec(), card.response);

    let check = |key: &dyn PreparedKey, (message, signature): &(Vec<u8>, Vec<u8>)| {
        key.verify(black_box(&[message]), signature).unwrap();
    };
    Box::new(move || {
        check(&*authority, &certificate);
        let signer = verifier.prepare(black_box(&signer)).unwrap();
        check(&*signer, &record);
        check(&*signer, &own);
        let card_key = verifier.prepare(black_box(&card_key)).unwrap();
        check(&*card_key, &answer);
    })
}

/// A key object: `86` with a point, or `90` exponent and `91` modulus.
fn public_key(object: &[u8]) -> PublicKey {
    let mut reader = Reader::new(object);
    let first = reader.read().unwrap();
    match first.value().len() {
        65 => PublicKey::P256(first.value().try_into().unwrap()),
        97 => PublicKey::P384(first.value().try_into().unwrap()),
        _ => {
            let modulus = reader.read().unwrap().value().to_vec();
            PublicKey::Rsa { modulus, exponent: first.value().to_vec() }
        }
    }
}

/// The text application's authority in a list of authorities.
fn authority_key(list: &str) -> PublicKey {
    let list: serde_json::Value = serde_json::from_str(list).unwrap();
    let entry = list["keys"].as_array().unwrap().iter().find(|entry| entry["application"] == "text").unwrap();
    let hex = |value: &serde_json::Value| -> Vec<u8> {
        let hex = value.as_str().unwrap();
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    };
    if entry["rsa"].is_object() {
        return PublicKey::Rsa { modulus: hex(&entry["rsa"]["n"]), exponent: hex(&entry["rsa"]["e"]) };
    }
    let point = [vec![4], hex(&entry["ec"]["x"]), hex(&entry["ec"]["y"])].concat();
    match point.len() {
        65 => PublicKey::P256(point.try_into().unwrap()),
        _ => PublicKey::P384(point.try_into().unwrap()),
    }
}
