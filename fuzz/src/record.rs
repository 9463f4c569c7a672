//! What an issuer is given: records in JSON, and the texts in them.

use tegata::codec::cbor::{Encoder, Item};
use tegata::format::dcc::{self, DccMeta, DccPayload, Strictness};
use tegata::format::jp::{self, JpMeta, JpPayload};
use tegata::model::transliteration::transliterate;
use tegata::model::{Record, contains_individual_number, individual_number_check_digit};

/// The longest error text: a field path and a reason, and no room for anything from the input.
const ERROR_MAX_BYTES: usize = 200;

/// A record in JSON.
pub fn record_json(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    match Record::from_json(text) {
        Ok(record) => {
            let written = record.to_json();
            let again = Record::from_json(&written).expect("what was written is read");
            assert!(again == record, "a record survives being written");
            assert!(record.newest_dose() < record.fields().doses.len());
            for dose in &record.fields().doses {
                assert!(!contains_individual_number(&dose.lot));
            }
            assert!(!contains_individual_number(&record.fields().issuer));
            let _ = format!("{record:?} {:?}", record.fields());
            issue(&record);
        }
        Err(error) => {
            let shown = error.to_string();
            assert!(shown.len() <= ERROR_MAX_BYTES && !shown.contains(char::is_control));
            let _ = (error.kind(), error.code(), format!("{error:?}"));
        }
    }
}

/// What can be issued from a record is read back.
fn issue(record: &Record) {
    let own_id = record.fields().certificate_id.clone();
    let certificate_id = own_id.as_deref().unwrap_or("URN:UVCI:01:AT:EXAMPLE");
    let written = |write: &dyn Fn(&mut Encoder)| {
        let mut encoder = Encoder::new();
        write(&mut encoder);
        encoder.into_bytes()
    };
    // Nothing is certified before it happened.
    let issue_date = record.fields().doses.iter().map(|dose| dose.date).max().expect("a record has a dose");
    let payload = JpPayload::new(record, JpMeta { certificate_id, issue_date }).expect("every record has this form");
    let bytes = written(&|encoder| payload.write(encoder));
    let item = Item::parse(&bytes).expect("what was encoded here is read");
    let read = jp::decode(item).expect("what was issued is read");
    let mut fields = record.clone().into_fields();
    fields.certificate_id = Some(certificate_id.to_owned());
    assert!(read.record.fields() == &fields && read.issue_date == issue_date);

    match DccPayload::new(record, DccMeta { certificate_id, dose: None }) {
        Ok((payload, not_carried)) => {
            let bytes = written(&|encoder| payload.write(encoder));
            let item = Item::parse(&bytes).expect("what was encoded here is read");
            dcc::check(item, Strictness::Strict, None).expect("what is issued is strictly right");
            assert!(record.fields().passport_number.is_none() || not_carried.contains("passport_number"));
        }
        Err(error) => {
            let _ = (error.kind(), error.field(), error.code(), error.to_string());
        }
    }
}

/// A name or free text.
pub fn record_text(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    if let Ok(name) = transliterate(text) {
        assert!(name.bytes().all(|byte| byte == b'<' || byte.is_ascii_uppercase()));
        assert!(!name.starts_with('<') && !name.ends_with('<') && !name.contains("<<"));
        assert_eq!(transliterate(&name).as_ref(), Ok(&name), "a transliteration is its own");
    }
    if contains_plain_number(text) {
        assert!(contains_individual_number(text), "twelve plain digits with a right check digit are always seen");
    }
}

/// The simplest form an individual number takes: twelve ASCII digits with nothing like a digit or a separator beside them.
fn contains_plain_number(text: &str) -> bool {
    text.split(|character: char| character.is_ascii_alphabetic()).any(|word| {
        let digits: Option<Vec<u8>> = word.bytes().map(|byte| byte.is_ascii_digit().then(|| byte - b'0')).collect();
        let Some((&check, first)) = digits.as_deref().and_then(<[u8]>::split_last) else { return false };
        <&[u8; 11]>::try_from(first).is_ok_and(|first| individual_number_check_digit(first) == check)
    })
}
