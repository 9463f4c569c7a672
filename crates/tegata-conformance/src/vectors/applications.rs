//! Vectors of applications: one as a device sends it, and each fault that its reading can find.

use tegata::Profile;
use tegata::Timestamp;
use tegata::application::{Application, ApplicationFields, Channel};
use tegata::card::session::Consent;
use tegata::card::{self, CardFiles, Challenge, FileId};
use tegata::codec::cbor::{Encoder, Item};
use tegata::model::{Kind, MunicipalityCode};
use tegata_simulator::{Algorithm, CardRequest, Hierarchy};

use super::build::{Draft, ISSUED_AT, base64};
use super::{Operation, Vector};

const SPEC: &str = "docs/application.cddl";
const CHALLENGE: [u8; 32] = [0x5a; 32];
/// The specimen of ICAO Doc 9303-4, appendix A.
const ZONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";

pub(super) fn generate() -> Vec<Vector> {
    let (app, kiosk) = (message(Channel::App), message(Channel::Kiosk));
    let case = |bytes: &[u8], id: &str, outcome: &str, description: &str| {
        let draft = Draft::new(Operation::ReadApplication, &[("application", &base64(bytes))]).features(&[]);
        draft.expect(&format!("application::{id}"), SPEC, outcome, description)
    };
    let zone = |out: &mut Encoder| out.text(ZONE);
    vec![
        case(&app, "app", "done", "From the app, for overseas use, with the passport's machine-readable zone."),
        case(&kiosk, "kiosk", "done", "From a kiosk; passport data comes from earlier issues."),
        case(&app[..app.len() - 1], "cut", "application-malformed", "The last byte is missing."),
        case(&[&app[..], &[0; 16_384]].concat(), "too-large", "application-too-large", "Longer than any application."),
        case(
            &changed(&app, 1, Some(&|out| out.unsigned(2))),
            "version",
            "application-version-unsupported",
            "The message is of a version to come.",
        ),
        case(
            &changed(&app, 5, None),
            "no-consent",
            "application-missing-field",
            "Without consent there is no application.",
        ),
        case(
            &changed(&app, 12, Some(&|out| out.text("123456789018"))),
            "unknown-field",
            "application-unknown-field",
            "What is not asked for is not taken.",
        ),
        case(
            &changed(&app, 8, Some(&|out| out.text("response"))),
            "wrong-type",
            "application-wrong-type",
            "The card's answer is a text.",
        ),
        case(
            &changed(&app, 3, Some(&|out| out.text("131203"))),
            "municipality",
            "application-invalid-value",
            "The check digit of the municipality's code is wrong.",
        ),
        case(
            &changed(&kiosk, 11, Some(&zone)),
            "kiosk-passport",
            "application-field-not-allowed",
            "A kiosk reads no passport.",
        ),
    ]
}

/// What a device sends that has read the card of holder 7.
fn message(channel: Channel) -> Vec<u8> {
    let hierarchy = Hierarchy::generate(1, Algorithm::P256).unwrap();
    let card = hierarchy.issue(&CardRequest::from_seed(7)).unwrap();
    let mut files = CardFiles::new(card::Application::Text);
    for file in card.files(tegata_simulator::Application::Text) {
        files.insert(FileId::new(file.id()).unwrap(), file.as_read().to_vec()).unwrap();
    }
    let response = card.respond(tegata_simulator::Application::Text, &CHALLENGE).unwrap();
    let application = Application::new(ApplicationFields {
        channel,
        municipality: MunicipalityCode::parse("131202").unwrap(),
        terms: "2026-01".into(),
        consent: Consent::given_at(Timestamp::from_seconds(ISSUED_AT).unwrap()),
        challenge: Challenge::from_bytes(CHALLENGE),
        card: &files,
        response: &response,
        kind: Kind::Overseas,
        profiles: &[Profile::Jp],
        travel_document: (channel == Channel::App).then(|| ZONE.into()),
    });
    application.unwrap().encode().to_vec()
}

/// The message with another value for a key, or without it.
fn changed(message: &[u8], key: i64, value: Option<&dyn Fn(&mut Encoder)>) -> Vec<u8> {
    let entries = Item::parse(message).unwrap().as_map().unwrap();
    let kept: Vec<_> = entries.iter().filter(|(at, _)| at.as_i64() != Some(key)).collect();
    let len = kept.len() + usize::from(value.is_some());
    let mut head = Encoder::new();
    head.map_in_order(len);
    let mut out = head.into_bytes();
    let mut value = value.map(|write| {
        let mut encoder = Encoder::new();
        encoder.int(key);
        write(&mut encoder);
        encoder.into_bytes()
    });
    for (at, item) in kept {
        if at.as_i64() > Some(key) {
            out.extend(value.take().unwrap_or_default());
        }
        out.extend(at.bytes());
        out.extend(item.bytes());
    }
    out.extend(value.unwrap_or_default());
    out
}
