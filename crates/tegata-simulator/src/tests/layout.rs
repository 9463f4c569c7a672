//! Where every byte stands.

use crate::{Algorithm, Application, CardRequest, Hierarchy, Sex, SimulatedCard};
use tegata::time::Date;

use super::tlv::{inner, objects, outer};

fn request() -> CardRequest {
    CardRequest::from_seed(1)
        .name("見本　花子")
        .and_then(|request| request.address("手形県関所市見本町１－２－３"))
        .and_then(|request| request.birth_date(Date::parse("1980-02-17").unwrap()))
        .and_then(|request| request.number("123456789018"))
        .unwrap()
        .sex(Sex::Female)
}

fn card(algorithm: Algorithm) -> SimulatedCard {
    Hierarchy::generate(1, algorithm).unwrap().issue(&request()).unwrap()
}

fn text(card: &SimulatedCard, id: u16) -> &[u8] {
    card.file(Application::Text, id).unwrap()
}

#[test]
fn number_file_keeps_its_filler() {
    let card = card(Algorithm::P256);
    assert_eq!(text(&card, 1), b"\xff\x10\x0c123456789018\xff\xff");
}

#[test]
fn attributes_file() {
    let card = card(Algorithm::P256);
    let name = "見本　花子".as_bytes();
    let address = "手形県関所市見本町１－２－３".as_bytes();
    assert_eq!((name.len(), address.len()), (15, 42));
    let expected = [
        b"\xff\x20\x59\xdf\x21\x08\x00\x0e\x00\x20\x00\x4d\x00\x58\xdf\x22\x0f".as_slice(),
        name,
        b"\xdf\x23\x2a",
        address,
        b"\xdf\x24\x0819800217\xdf\x25\x012",
    ]
    .concat();
    assert_eq!(text(&card, 2), expected);
    // On the card filler follows.
    let physical = card.physical_file(Application::Text, 2).unwrap();
    assert_eq!(physical.len(), 0x200);
    assert!(physical.strip_prefix(expected.as_slice()).unwrap().iter().all(|byte| *byte == 0xff));
}

#[test]
fn long_names_move_every_offset() {
    let request = request().address(&"町".repeat(80)).unwrap();
    let card = Hierarchy::generate(1, Algorithm::P256).unwrap().issue(&request).unwrap();
    let file = text(&card, 2);
    assert_eq!(file[..5], [0xff, 0x20, 0x82, 0x01, 0x21]);
    let fields = inner(file);
    for (offset, field) in fields[0].value.chunks(2).zip(&fields[1..]) {
        let offset = usize::from(u16::from_be_bytes([offset[0], offset[1]]));
        assert!(file[offset..].starts_with(field.whole));
    }
}

#[test]
fn rsa_files_have_the_lengths_of_real_cards() {
    let card = card(Algorithm::Rsa2048);
    let integrity = text(&card, 3);
    assert_eq!(integrity.len(), 336);
    assert_eq!(integrity[..8], [0xff, 0x30, 0x82, 0x01, 0x4b, 0xdf, 0x31, 0x20]);
    assert_eq!(integrity[40..43], [0xdf, 0x32, 0x20]);
    assert_eq!(integrity[75..80], [0xdf, 0x33, 0x82, 0x01, 0x00]);

    let certificate = text(&card, 4);
    assert_eq!(certificate.len(), 568);
    assert_eq!(certificate[..10], [0x7f, 0x21, 0x82, 0x02, 0x33, 0x5f, 0x4e, 0x82, 0x01, 0x29]);
    assert_eq!(certificate[42..51], [0x90, 0x03, 0x01, 0x00, 0x01, 0x91, 0x82, 0x01, 0x00]);
    assert_eq!(certificate[307..312], [0x5f, 0x37, 0x82, 0x01, 0x00]);

    let information = text(&card, 5);
    assert_eq!(information.len(), 164);
    // Neither length is as short as it could be.
    assert_eq!(information[..5], [0xff, 0x40, 0x82, 0x00, 0x9f]);
    assert_eq!(information[31..36], [0xdf, 0x43, 0x82, 0x00, 0x80]);
    assert!(information[68..].iter().all(|byte| *byte == 0xff));

    let session = text(&card, 6);
    assert_eq!(session[..4], [0xa1, 0x82, 0x01, 0x09]);
    assert_eq!(session.len(), 269);

    let key = text(&card, 7);
    assert_eq!(key.len(), 536);
    assert_eq!(key[..10], [0xff, 0x50, 0x82, 0x02, 0x13, 0xdf, 0x51, 0x82, 0x01, 0x09]);
    assert_eq!(key[275..280], [0xdf, 0x52, 0x82, 0x01, 0x00]);

    let age = card.file(Application::Surface, 1).unwrap();
    assert_eq!(age[..8], [0xff, 0x10, 0x82, 0x02, 0x1e, 0xdf, 0x11, 0x08]);
    assert_eq!(age.len(), 5 + 0x21e);
}

#[test]
fn elliptic_curve_keys_are_points() {
    for (algorithm, coordinate, digest) in [(Algorithm::P256, 32, 32), (Algorithm::P384, 48, 48)] {
        let card = card(algorithm);
        let certificate = outer(text(&card, 4));
        let parts = objects(certificate.value);
        assert_eq!((certificate.tag, parts[0].tag, parts[1].tag), (0x7f21, 0x5f4e, 0x5f37));
        let key = objects(&parts[0].value[32..]);
        assert_eq!((key.len(), key[0].tag, key[0].value[0]), (1, 0x86, 4));
        assert_eq!(key[0].value.len(), 1 + 2 * coordinate);
        assert_eq!(parts[1].value.len(), 2 * coordinate);
        let record = inner(text(&card, 3));
        assert_eq!(record.iter().map(|each| each.tag).collect::<Vec<_>>(), [0xdf31, 0xdf32, 0xdf33]);
        assert_eq!((record[0].value.len(), record[1].value.len()), (digest, digest));
        let own = inner(text(&card, 7));
        assert_eq!((own[0].tag, own[0].value[0], own[1].tag), (0xdf51, 0x86, 0xdf52));
    }
}

#[test]
fn key_identifiers_are_those_of_the_hierarchy() {
    let hierarchy = Hierarchy::generate(1, Algorithm::P256).unwrap();
    let card = hierarchy.issue(&request()).unwrap();
    for application in Application::ALL {
        let body = inner(card.file(application, 4).unwrap())[0].value;
        let (issuer, subject) = (&body[..16], &body[16..32]);
        assert_eq!(issuer, hierarchy.authority_id(application).as_bytes());
        assert_eq!(subject, hierarchy.signer_id().as_bytes());
        for id in [issuer, subject] {
            assert!(id[..7].iter().chain(&id[9..12]).all(u8::is_ascii_digit));
            assert_eq!((&id[7..9], &id[12..]), (&[8, 5][..], &[0; 4][..]));
        }
        // Real authorities begin with 5 or 6.
        assert_eq!(issuer[0], b'9');
        assert_eq!(subject[..6], *hierarchy.municipality_code().as_bytes());
    }
    assert_ne!(hierarchy.authority_id(Application::Text), hierarchy.authority_id(Application::Surface));
}

#[test]
fn intermediates_and_bare_certificates() {
    for bare in [false, true] {
        let builder = Hierarchy::builder(1, Algorithm::P256).intermediate();
        let builder = if bare { builder.bare_certificates() } else { builder };
        let hierarchy = builder.generate().unwrap();
        let card = hierarchy.issue(&request()).unwrap();
        let file = text(&card, 4);
        let bodies: Vec<&[u8]> = if bare {
            let parts = objects(file);
            assert_eq!(parts.iter().map(|each| each.tag).collect::<Vec<_>>(), [0x5f4e, 0x5f37, 0x5f4e, 0x5f37]);
            vec![parts[0].value, parts[2].value]
        } else {
            let certificates = objects(file);
            assert_eq!(certificates.iter().map(|each| each.tag).collect::<Vec<_>>(), [0x7f21, 0x7f21]);
            certificates.iter().map(|each| objects(each.value)[0].value).collect()
        };
        // The municipality's comes first; its issuer is the subject of the one behind it.
        assert_eq!(&bodies[0][16..32], hierarchy.signer_id().as_bytes());
        assert_eq!(bodies[0][..16], bodies[1][16..32]);
        assert_eq!(&bodies[1][..16], hierarchy.authority_id(Application::Text).as_bytes());
    }
}

#[test]
fn card_face() {
    let card = card(Algorithm::Rsa2048);
    let file = card.file(Application::Surface, 2).unwrap();
    let face = inner(file);
    let tags: Vec<u16> = face.iter().map(|each| each.tag).collect();
    assert_eq!(tags, (0xdf21..=0xdf2a).collect::<Vec<u16>>());
    assert_eq!(face[0].value.len(), 18);
    for (offset, field) in face[0].value.chunks(2).zip(&face[1..]) {
        let offset = usize::from(u16::from_be_bytes([offset[0], offset[1]]));
        assert!(file[offset..].starts_with(field.whole));
    }
    assert_eq!((face[1].value, face[2].value), (&b"19800217"[..], &b"2"[..]));
    for picture in [4, 5, 9] {
        assert!(face[picture].value.starts_with(b"\x89PNG\r\n\x1a\n"));
    }
    assert!(face[6].value.starts_with(b"\0\0\0\x0cjP  \r\n\x87\n"));
    assert!(face[6].value.ends_with(&[0xff, 0xd9]));
    assert_eq!(face[8].value, request().expiry_date().to_string().replace('-', "").as_bytes());
    let number = inner(card.file(Application::Surface, 5).unwrap());
    assert_eq!(number.iter().map(|each| each.tag).collect::<Vec<_>>(), [0xdf41, 0xdf42, 0xdf43]);
    // All records of the application hold one key, and it is not that of the other application.
    let age = inner(card.file(Application::Surface, 1).unwrap());
    assert_eq!(age[1].value, face[3].value);
    assert_eq!(age[1].value, number[1].value);
    assert_ne!(age[1].value, inner(text(&card, 7))[0].value);
}

#[test]
fn files_are_those_a_verifier_takes() {
    let card = card(Algorithm::P256);
    let names = |application| card.files(application).map(|file| file.export_name()).collect::<Vec<_>>();
    let text = names(Application::Text);
    assert_eq!(text.len(), 7);
    assert_eq!(text[..2], ["text-0001-physical.bin", "text-0002.bin"]);
    let surface = ["surface-0001.bin", "surface-0002.bin", "surface-0004.bin", "surface-0005.bin"];
    assert_eq!(names(Application::Surface), surface);
}
