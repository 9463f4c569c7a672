use super::*;
use crate::codec::cbor::{Encoder, Item};
use crate::report::{Code, Failure};
use crate::time::Timestamp;

const ZONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";

fn card() -> CardFiles {
    let mut files = CardFiles::new(card::Application::Text);
    for number in 1..=7 {
        files.insert(FileId::new(number).unwrap(), vec![0xa0; 300]).unwrap();
    }
    files
}

fn fields(card: &CardFiles) -> ApplicationFields<'_> {
    ApplicationFields {
        channel: Channel::App,
        municipality: MunicipalityCode::parse("131202").unwrap(),
        terms: "2026-04".into(),
        consent: Consent::given_at(Timestamp::parse_rfc3339("2026-06-01T09:00:00+09:00").unwrap()),
        challenge: Challenge::from_bytes([7; 32]),
        card,
        response: &[9; 256],
        kind: Kind::Overseas,
        profiles: &[Profile::Jp, Profile::Dvc],
        travel_document: Some(ZONE.into()),
    }
}

fn encoded() -> Vec<u8> {
    Application::new(fields(&card())).unwrap().encode().to_vec()
}

fn error(change: impl FnOnce(&mut ApplicationFields<'_>)) -> (Code, &'static str) {
    let card = card();
    let mut fields = fields(&card);
    change(&mut fields);
    let error = Application::new(fields).unwrap_err();
    (error.code(), error.field())
}

#[test]
fn what_is_written_is_read() {
    let bytes = encoded();
    let read = Application::decode(&bytes).unwrap();
    assert_eq!(read.encode().as_slice(), bytes);
    assert_eq!((read.channel(), read.kind()), (Channel::App, Kind::Overseas));
    assert_eq!(read.municipality().as_str(), "131202");
    assert_eq!(read.terms(), "2026-04");
    assert_eq!(read.consent().time().seconds(), 1_780_272_000);
    assert_eq!(read.challenge().as_bytes(), &[7; 32]);
    assert_eq!(read.response(), [9; 256]);
    assert_eq!(read.profiles(), [Profile::Jp, Profile::Dvc]);
    assert_eq!(read.travel_document().unwrap().expose(), ZONE);
    let files: Vec<_> = read.card().iter().map(|(id, bytes)| (id.number(), bytes.to_vec())).collect();
    assert_eq!(files, [1, 2, 3, 4, 7].map(|number| (number, vec![0xa0; 300])));
}

/// A buffer that moves leaves what it held behind.
#[test]
fn it_is_written_without_moving() {
    let application = Application::new(fields(&card())).unwrap();
    let bytes = application.encode();
    assert_eq!(bytes.capacity(), application.encoded_bytes());
    assert!(bytes.len() <= application.encoded_bytes());
}

#[test]
fn the_encoding_is_deterministic() {
    let bytes = encoded();
    let mut again = Encoder::new();
    again.map(|out| {
        for (key, value) in Item::parse(&bytes).unwrap().as_map().unwrap().iter() {
            out.int_key(key.as_i64().unwrap(), |out| out.encoded(value.bytes()));
        }
    });
    assert_eq!(again.into_bytes(), bytes);
}

#[test]
fn debug_says_nothing_of_the_person() {
    let card = card();
    let application = Application::new(fields(&card)).unwrap();
    assert_eq!(format!("{application:?}"), "Application { channel: App, municipality: MunicipalityCode(131202), .. }");
    assert_eq!(
        format!("{:?}", fields(&card)),
        "ApplicationFields { channel: App, municipality: MunicipalityCode(131202), .. }"
    );
}

#[test]
fn what_may_not_stand_together() {
    use Code::{ApplicationFieldNotAllowed, ApplicationInvalidValue, ApplicationMissingField, ApplicationTooLarge};
    let not_allowed = (ApplicationFieldNotAllowed, "travel_document");
    assert_eq!(error(|fields| fields.channel = Channel::Kiosk), not_allowed);
    assert_eq!(error(|fields| fields.kind = Kind::Domestic), not_allowed);
    assert_eq!(error(|fields| fields.travel_document = None), (ApplicationMissingField, "travel_document"));
    assert_eq!(
        error(|fields| fields.travel_document = Some("P".repeat(MAX_MRZ_BYTES + 1).into())),
        (ApplicationInvalidValue, "travel_document")
    );
    assert_eq!(error(|fields| fields.profiles = &[]), (ApplicationMissingField, "profiles"));
    assert_eq!(error(|fields| fields.profiles = &[Profile::Jp; 2]), (ApplicationInvalidValue, "profiles"));
    assert_eq!(error(|fields| fields.response = &[]), (ApplicationMissingField, "response"));
    assert_eq!(error(|fields| fields.response = &[1; 513]), (ApplicationInvalidValue, "response"));
    for terms in ["", "two words", "規約", &"1".repeat(65)] {
        assert_eq!(error(|fields| fields.terms = terms.into()), (ApplicationInvalidValue, "terms"));
    }
    let mut large = card();
    large.insert(FileId::ATTRIBUTES, vec![1; MAX_APPLICATION_BYTES]).unwrap();
    let failure = Application::new(fields(&large)).unwrap_err();
    assert_eq!(failure.code(), ApplicationTooLarge);
    for (id, name) in FILES.into_iter().zip(["card.1", "card.2", "card.3", "card.4", "card.7"]) {
        let mut files = card();
        files.remove(id);
        assert_eq!(Application::new(fields(&files)).unwrap_err(), ApplicationError::missing(name));
        files.insert(id, Vec::new()).unwrap();
        assert_eq!(Application::new(fields(&files)).unwrap_err(), ApplicationError::missing(name));
    }
    let surface = CardFiles::new(card::Application::Surface);
    assert_eq!(Application::new(fields(&surface)).unwrap_err(), ApplicationError::invalid("card"));
}

#[test]
fn a_kiosk_asks_for_overseas_use_without_a_passport() {
    let card = card();
    let mut fields = fields(&card);
    fields.channel = Channel::Kiosk;
    fields.travel_document = None;
    Application::decode(&Application::new(fields).unwrap().encode()).unwrap();
}

/// The message with one entry left out, or with another value in its place.
fn changed(key: i64, value: Option<&dyn Fn(&mut Encoder)>) -> Code {
    let bytes = encoded();
    let mut out = Encoder::new();
    out.map(|out| {
        for (at, item) in Item::parse(&bytes).unwrap().as_map().unwrap().iter() {
            if at.as_i64() != Some(key) {
                out.int_key(at.as_i64().unwrap(), |out| out.encoded(item.bytes()));
            }
        }
        if let Some(value) = value {
            out.int_key(key, value);
        }
    });
    Application::decode(&out.into_bytes()).unwrap_err().code()
}

#[test]
fn every_field_is_required_and_typed() {
    for key in 1..=11 {
        assert_eq!(changed(key, None), Code::ApplicationMissingField, "{key}");
        assert_eq!(changed(key, Some(&|out: &mut Encoder| out.bool(true))), Code::ApplicationWrongType, "{key}");
    }
    assert_eq!(changed(12, Some(&|out: &mut Encoder| out.null())), Code::ApplicationUnknownField);
    assert_eq!(changed(-1, Some(&|out: &mut Encoder| out.null())), Code::ApplicationUnknownField);
    assert_eq!(changed(1, Some(&|out: &mut Encoder| out.int(2))), Code::ApplicationVersionUnsupported);
    assert_eq!(changed(2, Some(&|out: &mut Encoder| out.text("counter"))), Code::ApplicationInvalidValue);
    assert_eq!(changed(3, Some(&|out: &mut Encoder| out.text("131203"))), Code::ApplicationInvalidValue);
    assert_eq!(changed(5, Some(&|out: &mut Encoder| out.int(i64::MAX))), Code::ApplicationInvalidValue);
    assert_eq!(changed(6, Some(&|out: &mut Encoder| out.bytes(&[7; 31]))), Code::ApplicationInvalidValue);
    assert_eq!(changed(9, Some(&|out: &mut Encoder| out.text("oversea"))), Code::ApplicationInvalidValue);
    let card = |number: i64, value: &dyn Fn(&mut Encoder)| {
        changed(7, Some(&|out: &mut Encoder| out.map(|files| files.int_key(number, value))))
    };
    // The photo of the holder and whatever else a card has is nobody's business here.
    assert_eq!(card(6, &|out| out.bytes(&[1])), Code::ApplicationUnknownField);
    assert_eq!(card(65_537, &|out| out.bytes(&[1])), Code::ApplicationUnknownField);
    assert_eq!(card(2, &|out| out.text("1")), Code::ApplicationWrongType);
    assert_eq!(card(2, &|out| out.bytes(&[1])), Code::ApplicationMissingField);
    let profiles = |value: &dyn Fn(&mut Encoder)| {
        changed(
            10,
            Some(&|out: &mut Encoder| {
                out.array(1);
                value(out);
            }),
        )
    };
    assert_eq!(profiles(&|out| out.text("shc")), Code::ApplicationInvalidValue);
    assert_eq!(profiles(&|out| out.int(1)), Code::ApplicationWrongType);
}

#[test]
fn a_message_that_is_cut_is_refused() {
    let bytes = encoded();
    for length in 0..bytes.len() {
        assert_eq!(Application::decode(&bytes[..length]).unwrap_err().code(), Code::ApplicationMalformed, "{length}");
    }
    let longer = [bytes, vec![0]].concat();
    assert_eq!(Application::decode(&longer).unwrap_err().code(), Code::ApplicationMalformed);
    let huge = vec![0; MAX_APPLICATION_BYTES + 1];
    assert_eq!(Application::decode(&huge).unwrap_err().code(), Code::ApplicationTooLarge);
    assert_eq!(Application::decode(b"\x80").unwrap_err().code(), Code::ApplicationWrongType);
}

#[test]
fn errors_name_stage_and_field() {
    let failure = Failure::from(ApplicationError::missing("card.1"));
    assert_eq!((failure.stage().name(), failure.field()), ("application", Some("card.1")));
    assert_eq!(ApplicationError::missing("card.1").to_string(), "card.1 is missing");
    let whole = ApplicationError::new(ApplicationErrorKind::Malformed, "");
    assert_eq!(whole.to_string(), "application is not well-formed");
}
