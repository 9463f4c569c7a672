//! Cards from a small builder: P-256 all the way, wrong in one place at a time. Whole simulated and real cards are
//! verified by the conformance tests.

#![cfg(feature = "rustcrypto")]

use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use sha2::{Digest as _, Sha256};

use super::*;
use crate::crypto::rustcrypto::PROVIDER;
use crate::report::{Code, Status};

const AUTHORITY: &[u8; 16] = b"9000033\x08\x05001\0\0\0\0";
const SIGNER: &[u8; 16] = b"1310161\x08\x05000\0\0\0\0";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).unwrap()
}

fn sign(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let signature: Signature = key.sign(message);
    signature.to_bytes().to_vec()
}

fn tlv(tag: u16, value: &[u8]) -> Vec<u8> {
    let tag = if tag < 0x100 { vec![u8::try_from(tag).unwrap()] } else { tag.to_be_bytes().to_vec() };
    let length = u16::try_from(value.len()).unwrap();
    let length =
        if length < 0x80 { vec![length.to_le_bytes()[0]] } else { [&[0x82], &length.to_be_bytes()[..]].concat() };
    [tag, length, value.to_vec()].concat()
}

fn key_object(key: &SigningKey) -> Vec<u8> {
    tlv(0x86, key.verifying_key().to_sec1_point(false).as_bytes())
}

fn certificate(issuer: (&[u8], &SigningKey), subject: (&[u8], &SigningKey)) -> Vec<u8> {
    let body = [issuer.0, subject.0, &key_object(subject.1)].concat();
    [tlv(0x5f4e, &body), tlv(0x5f37, &sign(issuer.1, &body))].concat()
}

/// The parts of EF 0002, so that one can be replaced.
fn fields() -> [Vec<u8>; 4] {
    ["手形　花子".as_bytes(), "東京都千代田区".as_bytes(), b"19800217", b"2"].map(<[u8]>::to_vec)
}

fn attributes(fields: &[Vec<u8>; 4]) -> (Vec<u8>, Vec<u8>) {
    let objects: Vec<_> = (0xdf22..).zip(fields).map(|(tag, value)| tlv(tag, value)).collect();
    let covered = objects.concat();
    let header = if covered.len() + 11 < 0x80 { 3 } else { 5 };
    let mut offset = u16::try_from(header + 11).unwrap();
    let mut table = Vec::new();
    for object in &objects {
        table.extend(offset.to_be_bytes());
        offset += u16::try_from(object.len()).unwrap();
    }
    (tlv(0xff20, &[tlv(0xdf21, &table), covered.clone()].concat()), covered)
}

fn card_of(number: &[u8], fields: &[Vec<u8>; 4]) -> CardFiles {
    let number = [tlv(0xff10, number), vec![0xff; 2]].concat();
    let (attributes, covered) = attributes(fields);
    let signed = [tlv(0xdf31, &Sha256::digest(&number)), tlv(0xdf32, &Sha256::digest(covered))].concat();
    let integrity = tlv(0xff30, &[signed.clone(), tlv(0xdf33, &sign(&key(2), &signed))].concat());
    let card_key = tlv(0xdf51, &key_object(&key(3)));
    let card_key = tlv(0xff50, &[card_key.clone(), tlv(0xdf52, &sign(&key(2), &card_key))].concat());
    let mut files = CardFiles::new(Application::Text);
    files.insert(FileId::FIRST, number).unwrap();
    files.insert(FileId::ATTRIBUTES, attributes).unwrap();
    files.insert(FileId::INTEGRITY, integrity).unwrap();
    files.insert(FileId::CERTIFICATE, certificate((AUTHORITY, &key(1)), (SIGNER, &key(2)))).unwrap();
    files.insert(FileId::CARD_KEY, card_key).unwrap();
    files
}

fn card() -> CardFiles {
    card_of(b"123456789018", &fields())
}

fn entry(id: &[u8], hierarchy: &str, application: &str, key: &SigningKey) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let point = key.verifying_key().to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    format!(
        r#"{{"key_id":"{}","hierarchy":"{hierarchy}","application":"{application}","ec":{{"curve":"P-256","x":"{}","y":"{}"}}}}"#,
        hex(id),
        hex(x),
        hex(y)
    )
}

fn file_of(entries: &[String]) -> String {
    format!(r#"{{"note":"x","keys":[{}]}}"#, entries.join(","))
}

fn verifier() -> CardVerifier<Other> {
    CardVerifier::other(&PROVIDER, &file_of(&[entry(AUTHORITY, "unit-test", "text", &key(1))])).unwrap()
}

fn code(files: &CardFiles) -> Option<Code> {
    let report = verifier().verify_text(files, None);
    assert_eq!(report.failure().is_none(), report.status() == Status::Accepted);
    report.failure().map(crate::Failure::code)
}

#[test]
fn a_card_is_accepted_with_its_number_and_without() {
    let report = verifier().verify_text(&card(), None);
    assert_eq!(report.status(), Status::Accepted, "{report}");
    assert_eq!(report.hierarchy(), Some(Hierarchy::Other));
    assert_eq!(
        report.to_json(),
        "{\"status\":\"accepted\",\"stage\":null,\"code\":null,\"application\":\"text\",\"checks\":{\"files\":\"pass\",\
         \"authority\":\"pass\",\"certificate\":\"pass\",\"record_signature\":\"pass\",\"attributes_digest\":\"pass\",\
         \"number_digest\":\"pass\",\"number_check_digit\":\"pass\",\"card_key\":\"pass\",\"presence\":\"skipped\"},\
         \"hierarchy\":\"other\",\"signer\":{\"key_id\":\"31333130313631080530303000000000\",\
         \"municipality_code\":\"131016\"},\"identity\":{\"name\":\"手形　花子\",\"address\":\"東京都千代田区\",\
         \"birth_date\":\"1980-02-17\",\"sex\":\"female\"}}"
    );
    assert!(!format!("{report:?}").contains("手形"));
    let identity = report.into_identity().unwrap().into_with_number().unwrap();
    assert!(!format!("{identity:?}").contains("1980"));
    let (four, number) = identity.split_number();
    assert_eq!(number.digits(), b"123456789018");
    assert_eq!((four.presence(), four.name().expose().as_str()), (Presence::NotShown, "手形　花子"));

    // 15 bytes are completed, and without the file the digest stays opaque.
    let mut files = card();
    files.insert(FileId::FIRST, files.get(FileId::FIRST).unwrap()[..15].to_vec()).unwrap();
    assert_eq!(code(&files), None);
    files.remove(FileId::FIRST);
    files.remove(FileId::CARD_KEY);
    let report = verifier().verify_text(&files, None);
    assert!(matches!(report.identity(), Some(Identity::FourFields(_))));
    assert_eq!(report.checks().number_digest.name(), "skipped");
}

#[test]
fn every_file_but_two_is_indispensable() {
    for (file, expected) in [
        (FileId::FIRST, None),
        (FileId::ATTRIBUTES, Some(Code::CardFileMissing)),
        (FileId::INTEGRITY, Some(Code::CardFileMissing)),
        (FileId::CERTIFICATE, Some(Code::CardFileMissing)),
        (FileId::CARD_KEY, None),
    ] {
        let mut files = card();
        files.remove(file);
        assert_eq!(code(&files), expected);
    }
    let surface = CardFiles::new(Application::Surface);
    assert_eq!(code(&surface), Some(Code::CardFileMissing));
}

#[test]
fn fields_that_are_signed_but_wrong() {
    for (index, value, expected) in [
        (0, &b"\xe6\x89"[..], Code::CardFileNotUtf8),
        (0, b"", Code::CardFileInvalidValue),
        (1, b"a\nb", Code::CardFileInvalidValue),
        (2, b"19800230", Code::CardFileInvalidDate),
        (2, b"1980021", Code::CardFileInvalidDate),
        (2, b"1980-2-1", Code::CardFileInvalidDate),
        (3, b"3", Code::CardFileInvalidValue),
        (3, b"11", Code::CardFileInvalidValue),
    ] {
        let mut fields = fields();
        fields[index] = value.to_vec();
        assert_eq!(code(&card_of(b"123456789018", &fields)), Some(expected), "{index} {value:?}");
    }
    assert_eq!(code(&card_of(b"123456789010", &fields())), Some(Code::NumberCheckDigitWrong));
    assert_eq!(code(&card_of(b"12345678901x", &fields())), Some(Code::CardFileInvalidValue));
    assert_eq!(code(&card_of(b"1234567890188", &fields())), Some(Code::CardFileInvalidValue));
}

#[test]
fn errors_name_file_and_field() {
    let mut fields = fields();
    fields[2] = b"19800230".to_vec();
    let report = verifier().verify_text(&card_of(b"123456789018", &fields), None);
    assert_eq!(report.failure().unwrap().field(), Some("text-0002 DF24"));
    let mut files = card();
    files.insert(FileId::INTEGRITY, vec![0xff, 0x30, 0x80]).unwrap();
    let report = verifier().verify_text(&files, None);
    assert_eq!(
        report.failure().unwrap().to_string(),
        "files: a card file has a tag or length of a form that cards do not have (text-0003 FF30)"
    );
}

#[test]
fn objects_out_of_order_repeated_or_followed() {
    let (attributes, _) = attributes(&fields());
    let inner = &attributes[3..];
    let name = &attributes[14..14 + 3 + fields()[0].len()];
    for (file, expected) in [
        ([attributes.as_slice(), b"\xff\xff"].concat(), None),
        ([attributes.as_slice(), b"\xff\x00"].concat(), Some(Code::CardFileTrailingBytes)),
        (tlv(0xff20, &[inner, b"\xff"].concat()), Some(Code::CardFileTrailingBytes)),
        (tlv(0xff20, &[inner, &tlv(0xdf25, b"2")].concat()), Some(Code::CardFileDuplicateObject)),
        (tlv(0xff20, &[&inner[..11], name, &inner[11..]].concat()), Some(Code::CardFileDuplicateObject)),
        (tlv(0xff20, &inner[11..]), Some(Code::CardFileUnexpectedObject)),
        (tlv(0xff20, &[&inner[..4], &[0x0f], &inner[5..]].concat()), Some(Code::CardFileOffsetTable)),
        (attributes[..50].to_vec(), Some(Code::CardFileTruncated)),
        (Vec::new(), Some(Code::CardFileTruncated)),
    ] {
        let mut files = card();
        files.insert(FileId::ATTRIBUTES, file).unwrap();
        assert_eq!(code(&files), expected);
    }
    let error = card().insert(FileId::ATTRIBUTES, vec![0; MAX_FILE_BYTES + 1]).unwrap_err();
    assert_eq!((error.kind(), error.code()), (FileErrorKind::TooLarge, Code::CardFileTooLarge));
}

#[test]
fn chains_are_followed_link_by_link() {
    let middle = b"9000030\x08\x05001\0\0\0\0";
    let signer = certificate((middle, &key(4)), (SIGNER, &key(2)));
    let above = certificate((AUTHORITY, &key(1)), (middle, &key(4)));
    let wrapped = [tlv(0x7f21, &signer), tlv(0x7f21, &above), vec![0xff; 9]].concat();
    let other = certificate((AUTHORITY, &key(1)), (b"9000031\x08\x05001\0\0\0\0", &key(4)));
    let forged = certificate((AUTHORITY, &key(5)), (middle, &key(4)));
    let padded = certificate((AUTHORITY, &key(1)), (b"9000030\x08\x05001\0\0\0\x01", &key(4)));
    for (chain, expected) in [
        ([signer.clone(), above.clone()].concat(), None),
        (wrapped, None),
        (signer.clone(), Some(Code::UnknownAuthority)),
        ([above.clone(), signer.clone()].concat(), Some(Code::UnknownAuthority)),
        ([signer.clone(), other].concat(), Some(Code::CardCertificateChain)),
        ([signer.clone(), padded].concat(), Some(Code::CardCertificateChain)),
        ([signer.clone(), forged].concat(), Some(Code::CardCertificateInvalid)),
        ([signer.clone(), above.clone(), b"\x01".to_vec()].concat(), Some(Code::CardFileTrailingBytes)),
        ([vec![signer.clone()], vec![above; MAX_CHAIN]].concat().concat(), Some(Code::CardFileTooLarge)),
    ] {
        let mut files = card();
        files.insert(FileId::CERTIFICATE, chain).unwrap();
        assert_eq!(code(&files), expected);
    }
}

#[test]
fn no_certificate_above_which_stands_a_built_in_authority_may_certify_others() {
    let mut list = Vec::new();
    let mut entry: serde_json::Value = serde_json::from_str(include_str!("../../data/card-authorities.json")).unwrap();
    list.append(entry["keys"].as_array_mut().unwrap());
    assert_eq!(list.len(), 6);
    let builtin = authority::Authorities::builtin(&PROVIDER).unwrap();
    for entry in &list {
        let id = KeyId::from_hex(entry["key_id"].as_str().unwrap()).unwrap();
        let authority = builtin.find(id).unwrap();
        assert_eq!(authority.max_chain(), 1);
        assert_eq!(authority.hierarchy().name(), entry["hierarchy"].as_str().unwrap());
    }
}

#[test]
fn an_authority_is_good_for_its_application_and_hierarchy_alone() {
    let outcome = |hierarchy: &str, application: &str, tests: bool| {
        let file = file_of(&[entry(AUTHORITY, hierarchy, application, &key(1))]);
        let mut verifier = CardVerifier::any(&PROVIDER).unwrap().with_authorities(&file).unwrap();
        if tests {
            verifier = verifier.accepting_test_cards();
        }
        let report = verifier.verify_text(&card(), None);
        (report.failure().map(crate::Failure::code), report.hierarchy())
    };
    assert_eq!(outcome("mine", "text", false), (None, Some(Hierarchy::Other)));
    assert_eq!(outcome("test", "text", true), (None, Some(Hierarchy::Test)));
    assert_eq!(outcome("test", "text", false), (Some(Code::TestHierarchy), Some(Hierarchy::Test)));
    assert_eq!(outcome("mine", "surface", true), (Some(Code::WrongApplication), Some(Hierarchy::Other)));
    assert_eq!(outcome("mine", "master-file", true), (Some(Code::WrongApplication), Some(Hierarchy::Other)));
    for report in [
        CardVerifier::production(&PROVIDER).unwrap().verify_text(&card(), None).failure().map(crate::Failure::code),
        CardVerifier::test(&PROVIDER).unwrap().verify_text(&card(), None).failure().map(crate::Failure::code),
    ] {
        assert_eq!(report, Some(Code::UnknownAuthority));
    }
}

#[test]
fn files_of_authorities_are_strict() {
    let add = |file: &str| CardVerifier::any(&PROVIDER).unwrap().with_authorities(file).err().map(|error| error.kind());
    let good = entry(AUTHORITY, "mine", "text", &key(1));
    assert_eq!(add(&file_of(&[])), None);
    assert_eq!(add(&file_of(core::slice::from_ref(&good))), None);
    assert_eq!(add(&file_of(&[good.clone(), good.clone()])), Some(AuthorityErrorKind::Redefined));
    let builtin = entry(b"5000033\x08\x05001\0\0\0\0", "mine", "text", &key(1));
    assert_eq!(add(&file_of(&[builtin])), Some(AuthorityErrorKind::Redefined));
    assert_eq!(add(&good.replace("mine", "production")), Some(AuthorityErrorKind::Malformed), "no list");
    let production = file_of(&[good.replace("mine", "production")]);
    assert_eq!(add(&production), Some(AuthorityErrorKind::NamesProduction));
    for wrong in [
        good.replace("text", "txt"),
        good.replace("\"ec\"", "\"other\""),
        good.replace(r#""hierarchy":"mine","#, ""),
        good.replace(r#""hierarchy":"mine","#, r#""hierarchy":"mine","hierarchy":"test","#),
        good.replace("393030", "39303"),
        good.replace("0805", "0806"),
    ] {
        assert_eq!(add(&file_of(&[wrong])), Some(AuthorityErrorKind::Malformed));
    }
    for wrong in
        [good.replace("P-256", "P-384"), good.replace("P-256", "P-521"), good.replace("\"x\":\"", "\"x\":\"00")]
    {
        assert_eq!(add(&file_of(&[wrong])), Some(AuthorityErrorKind::Key));
    }
    let off_curve = entry(AUTHORITY, "mine", "text", &key(1));
    let last = off_curve.rfind("\"}}").unwrap();
    let digit = if &off_curve[last - 1..last] == "0" { "1" } else { "0" };
    let off_curve = [&off_curve[..last - 1], digit, &off_curve[last..]].concat();
    assert_eq!(add(&file_of(&[off_curve])), Some(AuthorityErrorKind::Key));
    assert_eq!(add(&" ".repeat(MAX_AUTHORITY_FILE_BYTES + 1)), Some(AuthorityErrorKind::TooLarge));
}

#[test]
fn a_challenge_is_judged_with_the_certified_key() {
    let challenge = Challenge::from_bytes([9; 32]);
    let judge = |files: &CardFiles, response: &[u8]| {
        let report = verifier().verify_text(files, Some(Answered { challenge: &challenge, response }));
        let presence = report.identity().map(|identity| identity.holder().presence);
        (report.failure().map(crate::Failure::code), presence)
    };
    let response = sign(&key(3), challenge.as_bytes());
    assert_eq!(judge(&card(), &response), (None, Some(Presence::GenuineCardOfSameSigner)));
    for wrong in [sign(&key(2), challenge.as_bytes()), sign(&key(3), &[8; 32]), Vec::new(), vec![0; 64]] {
        assert_eq!(judge(&card(), &wrong), (Some(Code::PresenceResponseInvalid), None));
    }
    let mut files = card();
    files.remove(FileId::CARD_KEY);
    assert_eq!(judge(&files, &response), (Some(Code::PresenceNoCardKey), None));
    // A key that the signer did not sign: its answer counts for nothing.
    let own = tlv(0xdf51, &key_object(&key(3)));
    let own = tlv(0xff50, &[own.clone(), tlv(0xdf52, &sign(&key(3), &own))].concat());
    files.insert(FileId::CARD_KEY, own).unwrap();
    assert_eq!(judge(&files, &response), (Some(Code::CardKeySignatureInvalid), None));
}

#[test]
fn a_key_off_its_curve_is_unusable_even_when_signed() {
    let mut point = key_object(&key(3));
    *point.last_mut().unwrap() ^= 1;
    let signed = tlv(0xdf51, &point);
    let mut files = card();
    files
        .insert(FileId::CARD_KEY, tlv(0xff50, &[signed.clone(), tlv(0xdf52, &sign(&key(2), &signed))].concat()))
        .unwrap();
    assert_eq!(code(&files), Some(Code::CardKeyUnusable));
    let body = [AUTHORITY.as_slice(), SIGNER, &point].concat();
    files.insert(FileId::CERTIFICATE, [tlv(0x5f4e, &body), tlv(0x5f37, &sign(&key(1), &body))].concat()).unwrap();
    assert_eq!(code(&files), Some(Code::CardCertificateKey));
}
