//! Beside the full reader: whatever the lean one takes, the full one takes, and reads the same from it.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::x509;

/// An issuer's certificate as others make them, and one with everything that is read here.
fn certificates() -> Vec<Vec<u8>> {
    let example = x509::certificates_from(include_bytes!("../../../examples/data/signer.pem")).unwrap();
    vec![example[0].der().to_vec(), with_everything()]
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let header = match u8::try_from(value.len()) {
        Ok(short @ ..0x80) => vec![tag, short],
        Ok(long) => vec![tag, 0x81, long],
        Err(_) => [&[tag, 0x82][..], &u16::try_from(value.len()).unwrap().to_be_bytes()].concat(),
    };
    [header, value].concat()
}

fn attribute(kind: u8, tag: u8, value: &str) -> Vec<u8> {
    tlv(SET, &[&tlv(SEQUENCE, &[&tlv(OID, &[&[0x55, 4, kind]]), &tlv(tag, &[value.as_bytes()])])])
}

fn extension(kind: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[1, 1, 0xff] } else { &[] };
    tlv(SEQUENCE, &[&tlv(OID, &[kind]), critical, &tlv(OCTET_STRING, &[value])])
}

fn with_everything() -> Vec<u8> {
    let algorithm = tlv(SEQUENCE, &[&tlv(OID, &[oid::ECDSA_WITH_SHA256]), &[5, 0]]);
    let issuer = tlv(SEQUENCE, &[&attribute(6, PRINTABLE_STRING, "UT"), &attribute(3, UTF8_STRING, "Authority")]);
    let subject = [
        (6, PRINTABLE_STRING, "UT"),
        (8, UTF8_STRING, "Süd"),
        (7, UTF8_STRING, "東京"),
        (10, UTF8_STRING, "Office, \"the\" <first>; a+b\\c"),
        (11, UTF8_STRING, "E=mc#"),
        (5, PRINTABLE_STRING, "7"),
        (3, UTF8_STRING, "DSC 1"),
        (6, UTF8_STRING, "XX"),
    ];
    let subject: Vec<u8> = subject.iter().flat_map(|(kind, tag, value)| attribute(*kind, *tag, value)).collect();
    let validity = tlv(SEQUENCE, &[&tlv(UTC_TIME, &[b"210131235958Z"]), &tlv(GENERALIZED_TIME, &[b"20510101000000Z"])]);
    let key = tlv(SEQUENCE, &[P256_KEY, &[4], &[0x77; 64]]);
    let purpose = |arc: &[u8], last: u8| tlv(OID, &[arc, &[last]]);
    let purposes = [purpose(oid::HEALTH, 1), purpose(oid::HEALTH_LEGACY, 3), tlv(OID, &[&[0x2a, 3]]), tlv(OID, &[])];
    let extensions = [
        extension(oid::BASIC_CONSTRAINTS, true, &tlv(SEQUENCE, &[])),
        extension(oid::KEY_USAGE, true, &[BIT_STRING, 2, 7, 0x80]),
        extension(oid::SUBJECT_KEY_ID, false, &tlv(OCTET_STRING, &[&[1; 20]])),
        extension(oid::AUTHORITY_KEY_ID, false, &tlv(SEQUENCE, &[&tlv(0x80, &[&[2; 20]])])),
        extension(oid::EXTENDED_KEY_USAGE, false, &tlv(SEQUENCE, &[&purposes.concat()])),
        extension(&[0x2b, 6, 1, 5, 5, 7, 1, 1], false, &tlv(SEQUENCE, &[])),
    ];
    let tbs = tlv(
        SEQUENCE,
        &[
            &tlv(0xa0, &[&[INTEGER, 1, 2]]),
            &tlv(INTEGER, &[&[0x2a]]),
            &algorithm,
            &issuer,
            &validity,
            &tlv(SEQUENCE, &[&subject]),
            &key,
            &tlv(0xa3, &[&tlv(SEQUENCE, &[&extensions.concat()])]),
        ],
    );
    tlv(SEQUENCE, &[&tbs, &algorithm, &tlv(BIT_STRING, &[&[0], &[0x30; 70]])])
}

/// Whether the lean reader takes a certificate, after the two were compared.
fn compared(der: &[u8]) -> bool {
    let Ok(lean) = Certificate::parse(der) else { return false };
    let full = x509::Certificate::parse(der).unwrap();
    same(&lean, &full);
    true
}

fn same(lean: &Certificate, full: &x509::Certificate) {
    assert_eq!((lean.der(), lean.key_id(), lean.public_key()), (full.der(), full.key_id(), full.public_key()));
    assert_eq!((lean.subject(), lean.country()), (full.subject(), full.country()));
    assert_eq!((lean.not_before(), lean.not_after()), (full.not_before(), full.not_after()));
    assert_eq!(lean.health_usage(), full.health_usage());
    assert_eq!(format!("{lean:?}"), format!("{full:?}"));
}

#[test]
fn certificates_are_taken() {
    assert!(certificates().iter().all(|der| compared(der)));
    let certificate = Certificate::parse(&with_everything()).unwrap();
    let subject =
        "C=XX,CN=DSC 1,serialNumber=7,OU=E=mc#,O=Office\\, \\\"the\\\" \\<first\\>\\; a\\+b\\\\c,L=東京,ST=Süd,C=UT";
    assert_eq!((certificate.subject(), certificate.country()), (subject, Some("UT")));
    assert_eq!(certificate.not_before().to_string(), "2021-01-31T23:59:58Z");
    let usage = certificate.health_usage();
    assert_eq!((usage.restricted, usage.test, usage.vaccination, usage.recovery), (true, true, false, true));
}

#[test]
fn every_byte_changed_to_any_other_and_every_cut() {
    for der in certificates() {
        let mut taken = 0;
        for place in 0..der.len() {
            let mut changed = der.clone();
            for byte in 0..=u8::MAX {
                changed[place] = byte;
                taken += usize::from(compared(&changed));
            }
            assert!(Certificate::parse(&der[..place]).is_err());
            assert!(compared(&der));
        }
        // The signature, the key and the serial number are not looked into.
        assert!(taken > 130 * 256, "{taken}");
    }
}

#[test]
fn what_is_beyond_it() {
    let beyond = |der: &[u8]| assert_eq!(Certificate::parse(der), Err(CertificateError::BeyondLean));
    let everything = with_everything();
    beyond(&[&everything[..], &[0]].concat());
    beyond(&vec![0x30; MAX_CERTIFICATE_BYTES + 1]);
    let replaced = |from: &[u8], to: &[u8]| {
        let place = everything.windows(from.len()).position(|window| window == from).unwrap();
        [&everything[..place], to, &everything[place + from.len()..]].concat()
    };
    assert!(compared(&replaced(b"DSC 1", b"DSC:2")));
    for value in [b" SC 1", b"#SC 1", b"DSC  ", b"DS\0 1", b"DS\n 1", b"D\xe2\x80\xaeC", b"D\xd8\x9cSC", b"D\xffSC1"] {
        beyond(&replaced(b"DSC 1", value));
    }
    // Another curve, a compressed point, unequal algorithms, an unknown attribute, another extension twice.
    beyond(&replaced(&[0x3d, 3, 1, 7], &[0x3d, 3, 1, 6]));
    beyond(&replaced(&[3, 0x42, 0, 4], &[3, 0x42, 0, 2]));
    beyond(&replaced(&[INTEGER, 1, 0x2a, SEQUENCE, 12], &[INTEGER, 1, 0x2a, SEQUENCE, 11]));
    beyond(&replaced(&[0x55, 4, 11], &[0x55, 4, 42]));
    beyond(&replaced(oid::SUBJECT_KEY_ID, oid::KEY_USAGE));
}

#[test]
fn files() {
    let [one, other] = certificates().try_into().unwrap();
    let pem = |der: &[u8]| x509::to_pem("CERTIFICATE", der);
    let both = format!("subject=x\r\n{}\r\nbetween\r\n{}", pem(&one), pem(&other).replace('\n', " \r\n"));
    let read = certificates_from(both.as_bytes()).unwrap();
    assert_eq!(read.iter().map(Certificate::der).collect::<Vec<_>>(), [&one[..], &other]);
    for (lean, full) in read.iter().zip(x509::certificates_from(both.as_bytes()).unwrap()) {
        same(lean, &full);
    }
    assert_eq!(certificates_from(&one).unwrap().len(), 1);
    assert_eq!(certificates_from(b"nothing"), Err(CertificateError::NotACertificate));
    for text in [
        format!("0{both}"),
        format!("[x]\n{both}"),
        format!("of {{x}}\n{both}"),
        both.replace("END CERTIFICATE", "END CERTIFICAT"),
        both.replace("BEGIN CERTIFICATE", "BEGIN X509 CERTIFICATE"),
        format!("{both}-----BEGIN CERTIFICATE-----\n"),
        both.replacen('M', "*", 1),
        both.replacen('M', "é", 1),
    ] {
        assert_eq!(certificates_from(text.as_bytes()), Err(CertificateError::BeyondLean), "{text}");
    }
}

proptest! {
    /// Pieces that are replaced by others of any length, at several places.
    #[test]
    fn changed(
        which in any::<Index>(),
        edits in vec((any::<Index>(), 0..4_usize, vec(any::<u8>(), 0..4)), 1..4),
    ) {
        let certificates = certificates();
        let mut der = which.get(&certificates).clone();
        for (place, length, bytes) in edits {
            let place = place.index(der.len());
            let end = der.len().min(place + length);
            der.splice(place..end, bytes);
        }
        compared(&der);
    }

    /// The same of files.
    #[test]
    fn changed_files(edits in vec((any::<Index>(), 0..3_usize, "[-\n\r 0A=:BEGIN]{0,3}"), 1..4)) {
        let certificates = certificates();
        let mut file = certificates.iter().map(|der| x509::to_pem("CERTIFICATE", der)).collect::<String>().into_bytes();
        for (place, length, text) in edits {
            let place = place.index(file.len());
            let end = file.len().min(place + length);
            file.splice(place..end, text.into_bytes());
        }
        if let Ok(lean) = certificates_from(&file) {
            let full = x509::certificates_from(&file).unwrap();
            prop_assert_eq!(lean.len(), full.len());
            lean.iter().zip(&full).for_each(|(lean, full)| same(lean, full));
        }
    }
}
