//! Everything signed is verified here with the public keys alone, by the crates of the primitives.

use crate::{Algorithm, Application, CardRequest, Flaw, Hierarchy, SimulatedCard, Tampering};
use p256::ecdsa::signature::Verifier as _;
use rsa::{BoxedUint, Pkcs1v15Sign, RsaPublicKey};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha384};

use super::tlv::{inner, objects};

const ALGORITHMS: [Algorithm; 3] = [Algorithm::Rsa2048, Algorithm::P256, Algorithm::P384];

/// A public key taken from a file or from a list of authorities.
enum Key {
    Rsa(RsaPublicKey),
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
}

impl Key {
    fn from_object(object: &[u8]) -> Self {
        let parts = objects(object);
        match (parts[0].tag, parts[0].value.len()) {
            (0x90, _) => Self::rsa(parts[1].value, parts[0].value),
            (0x86, 65) => Self::P256(p256::ecdsa::VerifyingKey::from_sec1_bytes(parts[0].value).unwrap()),
            (0x86, 97) => Self::P384(p384::ecdsa::VerifyingKey::from_sec1_bytes(parts[0].value).unwrap()),
            other => panic!("{other:?}"),
        }
    }

    fn from_json(entry: &Value) -> Self {
        let number = |kind: &str, name: &str| hex(entry[kind][name].as_str().unwrap());
        if entry.get("rsa").is_some() {
            return Self::rsa(&number("rsa", "n"), &number("rsa", "e"));
        }
        let point = [&[4][..], &number("ec", "x"), &number("ec", "y")].concat();
        match entry["ec"]["curve"].as_str().unwrap() {
            "P-256" => Self::P256(p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).unwrap()),
            "P-384" => Self::P384(p384::ecdsa::VerifyingKey::from_sec1_bytes(&point).unwrap()),
            other => panic!("{other}"),
        }
    }

    fn rsa(modulus: &[u8], exponent: &[u8]) -> Self {
        assert_eq!((modulus.len(), modulus[0] & 0x80), (256, 0x80));
        let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(bytes);
        Self::Rsa(RsaPublicKey::new(number(modulus), number(exponent)).unwrap())
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa(key) => key.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message), signature).is_ok(),
            Self::P256(key) => p256::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Self::P384(key) => p384::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }

    fn digest(&self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa(_) | Self::P256(_) => Sha256::digest(data).to_vec(),
            Self::P384(_) => Sha384::digest(data).to_vec(),
        }
    }

    /// The signature over the three digests of a card's face.
    fn verifies_face(&self, digests: &[u8], signature: &[u8]) -> bool {
        let Self::Rsa(key) = self else { return self.verifies(digests, signature) };
        let info = [
            &[0x30, 0x71, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00],
            &[0x04, 0x60][..],
            digests,
        ]
        .concat();
        key.verify(Pkcs1v15Sign::new_unprefixed(), &info, signature).is_ok()
    }
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// The entries of a list of authorities, by application.
fn authority(hierarchy: &Hierarchy, application: Application) -> (Vec<u8>, Key) {
    let list: Value = serde_json::from_str(&hierarchy.authorities_json()).unwrap();
    let of_application = |entry: &&Value| entry["application"] == application.name();
    let entry = list["keys"].as_array().unwrap().iter().find(of_application).unwrap();
    assert_eq!(entry["hierarchy"], hierarchy.name());
    (hex(entry["key_id"].as_str().unwrap()), Key::from_json(entry))
}

/// Follows EF 0004 from the authority down; gives the municipality's key.
fn signer(hierarchy: &Hierarchy, card: &SimulatedCard, application: Application) -> Key {
    let (mut issuer_id, mut issuer) = authority(hierarchy, application);
    for certificate in objects(card.file(application, 4).unwrap()).into_iter().rev() {
        let parts = objects(certificate.value);
        let body = parts[0].value;
        assert_eq!(body[..16], issuer_id);
        assert!(issuer.verifies(body, parts[1].value));
        (issuer_id, issuer) = (body[16..32].to_vec(), Key::from_object(&body[32..]));
    }
    issuer
}

/// Objects of a file up to its signature as signed, and the signature.
fn signed(file: &[u8]) -> (Vec<u8>, &[u8]) {
    let parts = inner(file);
    let (last, before) = parts.split_last().unwrap();
    (before.iter().flat_map(|each| each.whole).copied().collect(), last.value)
}

fn text(card: &SimulatedCard, id: u16) -> &[u8] {
    card.file(Application::Text, id).unwrap()
}

fn surface(card: &SimulatedCard, id: u16) -> &[u8] {
    card.file(Application::Surface, id).unwrap()
}

#[test]
fn every_signature_and_digest_is_right() {
    for algorithm in ALGORITHMS {
        for builder in [Hierarchy::builder(3, algorithm), Hierarchy::builder(3, algorithm).intermediate().name("test")]
        {
            let hierarchy = builder.generate().unwrap();
            let mut card = hierarchy.issue(&CardRequest::from_seed(3)).unwrap();
            let key = signer(&hierarchy, &card, Application::Text);
            for id in [3, 7] {
                let (message, signature) = signed(text(&card, id));
                assert!(key.verifies(&message, signature), "{algorithm:?} {id}");
            }
            let record = inner(text(&card, 3));
            assert_eq!(record[0].value, key.digest(text(&card, 1)));
            let attributes = inner(text(&card, 2));
            let fields: Vec<u8> = attributes[1..].iter().flat_map(|each| each.whole).copied().collect();
            assert_eq!(record[1].value, key.digest(&fields));

            let key = signer(&hierarchy, &card, Application::Surface);
            for id in [1, 5] {
                let (message, signature) = signed(surface(&card, id));
                assert!(key.verifies(&message, signature), "{algorithm:?} {id}");
            }
            let face = inner(surface(&card, 2));
            let group = |fields: &[usize]| fields.iter().flat_map(|at| face[*at].whole).copied().collect::<Vec<u8>>();
            let digests = [group(&[1, 2, 3]), group(&[4, 5]), group(&[6])].map(|group| key.digest(&group)).concat();
            assert!(key.verifies_face(&digests, face[7].value), "{algorithm:?}");

            challenges_are_answered(&mut card, algorithm);
        }
    }
}

fn challenges_are_answered(card: &mut SimulatedCard, algorithm: Algorithm) {
    let challenge = [0x5a; 32];
    let info = match algorithm {
        Algorithm::P384 => [&hex("3041300d060960864801650304020205000430")[..], &Sha384::digest(challenge)].concat(),
        _ => [&hex("3031300d060960864801650304020105000420")[..], &Sha256::digest(challenge)].concat(),
    };
    for (application, key) in [
        (Application::Text, Key::from_object(inner(text(card, 7))[0].value)),
        (Application::Surface, Key::from_object(inner(surface(card, 1))[1].value)),
    ] {
        let select = [&[0, 0xa4, 4, 0x0c, 10][..], &application.aid()].concat();
        assert_eq!(card.transmit(&select), [0x90, 0]);
        let length = u8::try_from(info.len()).unwrap();
        let answer = card.transmit(&[&[0x80, 0x2a, 0, 0, length][..], &info, &[0]].concat());
        let (signature, status) = answer.split_at(answer.len() - 2);
        assert_eq!(status, [0x90, 0]);
        assert!(key.verifies(&challenge, signature));
        assert_eq!(card.respond(application, &challenge).unwrap(), signature);
        // Half a digest, no DigestInfo at all, and another hash.
        for wrong in [&info[..length.into()][..40], &challenge[..], &[&info[..18], &[0], &info[19..]].concat()] {
            let length = u8::try_from(wrong.len()).unwrap();
            assert_eq!(card.transmit(&[&[0x80, 0x2a, 0, 0, length][..], wrong, &[0]].concat()), [0x6a, 0x80]);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_card() {
    for algorithm in ALGORITHMS {
        let make = |hierarchy, card| {
            let hierarchy = Hierarchy::generate(hierarchy, algorithm).unwrap();
            let card = hierarchy.issue(&CardRequest::from_seed(card)).unwrap();
            let files = Application::ALL.into_iter().flat_map(|application| card.files(application));
            (hierarchy.authorities_json(), files.map(|file| file.physical().to_vec()).collect::<Vec<_>>())
        };
        let one = make(1, 1);
        assert_eq!(one, make(1, 1));
        let (other_authorities, other_hierarchy) = make(2, 1);
        assert_ne!(one.0, other_authorities);
        let (_, other_card) = make(1, 2);
        // The number, the attributes and the pictures follow from the card's seed, certificates from the hierarchy's.
        assert_eq!((&one.1[0], &one.1[1]), (&other_hierarchy[0], &other_hierarchy[1]));
        assert_eq!(one.1[3], other_card[3]);
        for at in [2, 6, 7, 8, 10] {
            assert_ne!(one.1[at], other_hierarchy[at], "{at}");
            assert_ne!(one.1[at], other_card[at], "{at}");
        }
    }
}

/// No byte of a card changes unless somebody means it to: cards are committed as examples and in vectors.
#[test]
fn golden_cards() {
    let hash = |algorithm| {
        let hierarchy = Hierarchy::generate(1, algorithm).unwrap();
        let card = hierarchy.issue(&CardRequest::from_seed(1)).unwrap();
        let mut hash = Sha256::new();
        hash.update(hierarchy.authorities_json());
        for application in Application::ALL {
            card.files(application).for_each(|file| hash.update(file.physical()));
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    assert_eq!(
        ALGORITHMS.map(hash),
        [
            "799566916930bd11328e6106c7f15586eeaffcb23db1b2bbdd749c48cb229bf1",
            "9acb0002db19ef96b76f677afe1c86a9155a4e8bf815728b7b94444eeb5b9631",
            "7a61346a0715c0fa93c820116d397ec9ba7e81c81106fdff597f6b5b92d0c25f",
        ]
    );
}

#[test]
fn flaws_are_signed() {
    let hierarchy = Hierarchy::generate(1, Algorithm::P256).unwrap();
    let issue = |flaw| hierarchy.issue(&CardRequest::from_seed(1).flaw(flaw)).unwrap();
    let genuine = hierarchy.issue(&CardRequest::from_seed(1)).unwrap();
    let key = signer(&hierarchy, &genuine, Application::Text);
    // Which file differs from that of the genuine card besides the signed record, and whether the digests fit.
    for (flaw, changed, number_fits, attributes_fit) in [
        (Flaw::NumberCheckDigit, Some(1), true, true),
        (Flaw::NumberDigest, None, false, true),
        (Flaw::AttributesDigest, None, true, false),
        (Flaw::OffsetTable, Some(2), true, true),
        (Flaw::ImpossibleBirthDate, Some(2), true, true),
        (Flaw::UnknownSexDigit, Some(2), true, true),
        (Flaw::NameNotUtf8, Some(2), true, true),
        (Flaw::SelfSignedCardKey, Some(7), true, true),
        (Flaw::OtherBirthDateOnSurface, None, true, true),
    ] {
        let card = issue(flaw);
        let (message, signature) = signed(text(&card, 3));
        assert!(key.verifies(&message, signature), "{flaw:?}");
        let record = inner(text(&card, 3));
        assert_eq!(record[0].value == key.digest(text(&card, 1)), number_fits, "{flaw:?}");
        let attributes = inner(text(&card, 2));
        let fields: Vec<u8> = attributes[1..].iter().flat_map(|each| each.whole).copied().collect();
        assert_eq!(record[1].value == key.digest(&fields), attributes_fit, "{flaw:?}");
        for id in [1, 2, 4, 5, 6, 7] {
            assert_eq!(text(&card, id) == text(&genuine, id), changed != Some(id), "{flaw:?} {id}");
        }
        let same_face = surface(&card, 1) == surface(&genuine, 1);
        assert_eq!(same_face, flaw != Flaw::OtherBirthDateOnSurface);
        let (message, signature) = signed(surface(&card, 1));
        assert!(key.verifies(&message, signature), "{flaw:?}");
        let (message, signature) = signed(text(&card, 7));
        assert_eq!(key.verifies(&message, signature), flaw != Flaw::SelfSignedCardKey);
    }
}

#[test]
fn tampering_changes_what_it_says() {
    let hierarchy = Hierarchy::generate(1, Algorithm::P256).unwrap();
    let other = hierarchy.issue(&CardRequest::from_seed(2)).unwrap();
    let fresh = || hierarchy.issue(&CardRequest::from_seed(1)).unwrap();
    let (genuine, mut card) = (fresh(), fresh());

    card.tamper(Application::Text, 2, Tampering::FlipBit(25)).unwrap();
    let (before, after) = (text(&genuine, 2), text(&card, 2));
    assert_eq!(after[3], before[3] ^ 0x40);
    assert_eq!((&after[..3], &after[4..]), (&before[..3], &before[4..]));
    card.tamper(Application::Text, 3, Tampering::Truncate(7)).unwrap();
    assert_eq!(text(&card, 3), &text(&genuine, 3)[..7]);
    card.tamper(Application::Text, 5, Tampering::Append(vec![1, 2])).unwrap();
    assert!(text(&card, 5).ends_with(&[1, 2]));
    card.take_file(&other, Application::Text, 1).unwrap();
    assert_eq!(text(&card, 1), text(&other, 1));
    card.take_certificate_of_other_application(Application::Text).unwrap();
    assert_eq!(text(&card, 4), surface(&genuine, 4));

    use crate::SimulatorError::{NoSuchFile, OutsideFile};
    assert_eq!(card.tamper(Application::Surface, 7, Tampering::FlipBit(0)), Err(NoSuchFile));
    assert_eq!(card.tamper(Application::Text, 1, Tampering::FlipBit(17 * 8)), Err(OutsideFile));
    assert_eq!(card.tamper(Application::Text, 1, Tampering::Truncate(18)), Err(OutsideFile));
}

#[test]
fn debug_shows_nothing_of_the_holder() {
    let hierarchy = Hierarchy::generate(1, Algorithm::P256).unwrap();
    let request = CardRequest::from_seed(1).name("関守").and_then(|each| each.number("123456789018")).unwrap();
    let card = hierarchy.issue(&request).unwrap();
    let shown = format!("{card:?} {hierarchy:?} {request:?}");
    for personal in ["関守", "123456789018", &String::from_utf8(request.code_b()).unwrap(), "49, 50, 51"] {
        assert!(!shown.contains(personal), "{shown}");
    }
}
