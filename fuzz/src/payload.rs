//! What stands in the signed content: signed by someone trusted, perhaps, but made by software of others.

use tegata::codec::cbor::{Encoder, Item};
use tegata::format::dcc::{self, Entry, Strictness};
use tegata::format::jp::{self, JpMeta, JpPayload};
use tegata::format::{SchemaError, ddcc, dvc, health_link, uvci_check_character};
use tegata::time::Timestamp;

/// An EU digital COVID certificate.
pub fn dcc_payload(data: &[u8]) {
    let Ok(item) = Item::parse(data) else { return };
    let issued_at = Timestamp::from_seconds(1_620_324_000).ok();
    for issued_at in [None, issued_at] {
        let strict = dcc::check(item, Strictness::Strict, issued_at);
        let lenient = dcc::check(item, Strictness::Lenient, issued_at);
        assert!(strict.is_err() || lenient.is_ok(), "lenient reading takes whatever strict reading takes");
        for read in [strict, lenient] {
            match read {
                Ok(certificate) => {
                    let entry: &Entry<'_> = &certificate.entry;
                    let _ = (entry.kind(), entry.country(), uvci_check_character(entry.certificate_id()));
                    let _ = format!("{certificate:?}");
                }
                Err(error) => inspect(&error),
            }
        }
    }
}

/// WHO's digital vaccination certificate, DDCC and health links.
pub fn who_payload(data: &[u8]) {
    let Ok(item) = Item::parse(data) else { return };
    match dvc::check(item, Timestamp::from_seconds(1_768_467_600).ok()) {
        Ok(certificate) => {
            assert!(certificate.dose.product.is_some(), "a product outside the catalogue is not decided");
            let _ = format!("{certificate:?}{:?}", certificate.dose);
        }
        Err(error) => inspect(&error),
    }
    for key in [ddcc::VACCINATION_KEY, ddcc::TEST_KEY] {
        match ddcc::check(key, item) {
            Ok(certificate) => _ = format!("{certificate:?}"),
            Err(error) => inspect(&error),
        }
    }
    match health_link::links(item) {
        Ok(links) => assert!(!links.is_empty(), "links there are"),
        Err(error) => inspect(&error),
    }
}

/// The Japanese profile.
pub fn jp_payload(data: &[u8]) {
    let Ok(item) = Item::parse(data) else { return };
    let read = match jp::decode(item) {
        Ok(read) => read,
        Err(error) => return inspect(&error),
    };
    let _ = format!("{read:?}");
    let meta = JpMeta { certificate_id: read.certificate_id(), issue_date: read.issue_date };
    let payload = JpPayload::new(&read.record, meta).expect("a record that was read can be issued");
    let mut encoder = Encoder::new();
    payload.write(&mut encoder);
    let written = encoder.into_bytes();
    let item = Item::parse(&written).expect("what was encoded here is read");
    assert!(jp::decode(item).is_ok_and(|again| again == read), "a record survives being issued");
}

/// An error names a field of the specification: a short path, and nothing of the input.
fn inspect(error: &SchemaError) {
    let field = error.field();
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"_.[]".contains(&byte);
    assert!(field.len() <= 60 && field.bytes().all(known));
    let _ = (error.kind(), error.code(), error.to_string());
}
