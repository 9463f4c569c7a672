//! Applications as apps and kiosks send them.

use std::path::Path;
use std::process::Command;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::{Value, json};
use tegata::application::{Application, ApplicationFields, Channel as Device};
use tegata::card::session::Consent;
use tegata::card::{self, CardFiles, Challenge, FileId};
use tegata::crypto::rustcrypto;
use tegata::model::{Kind, MunicipalityCode, Personal};
use tegata::time::Date;
use tegata::{Profile, Status, Timestamp, TrustSet, Verifier};
use tegata_issuer::audit::Operation;
use tegata_simulator::SimulatedCard;

use crate::support::{Answer, Client, House};

/// What the holder of a card wants: right in every way, to be changed before it is sent.
pub(crate) struct Wish {
    pub(crate) device: Device,
    pub(crate) municipality: MunicipalityCode,
    pub(crate) kind: Kind,
    pub(crate) profiles: Vec<Profile>,
    pub(crate) terms: String,
    pub(crate) consent: Timestamp,
    pub(crate) challenge: Challenge,
    pub(crate) zone: Option<Personal<String>>,
    pub(crate) session: String,
}

pub(crate) const SESSION: &str = "session-1";

pub(crate) fn code(text: &str) -> MunicipalityCode {
    MunicipalityCode::parse(text).unwrap()
}

/// The path of a device's endpoint.
pub(crate) fn path(device: Device, endpoint: &str) -> String {
    format!("/v1/{}/{endpoint}", device.name())
}

/// Asks for a challenge.
pub(crate) fn ask(client: &Client, device: Device, municipality: &str, kind: Kind) -> Answer {
    let body = json!({"municipality": municipality, "session": SESSION, "kind": kind.name()});
    client.post(&path(device, "challenge"), &body)
}

pub(crate) fn challenge_of(answer: &Value) -> Challenge {
    let bytes = Base64UrlUnpadded::decode_vec(answer["challenge"].as_str().unwrap()).unwrap();
    Challenge::from_bytes(bytes.try_into().unwrap())
}

impl Wish {
    /// With a challenge that was handed out for it.
    pub(crate) fn new(house: &House, client: &Client, device: Device, kind: Kind) -> Self {
        let answer = ask(client, device, "131202", kind).json();
        Self::answering(house, device, kind, &answer)
    }

    /// With the challenge of an answer.
    pub(crate) fn answering(house: &House, device: Device, kind: Kind, answer: &Value) -> Self {
        Self {
            device,
            municipality: code("131202"),
            kind,
            profiles: vec![Profile::Jp],
            terms: answer["terms"].as_str().unwrap().to_owned(),
            consent: house.now(),
            challenge: challenge_of(answer),
            zone: (device == Device::App && kind == Kind::Overseas).then(|| zone("1980-02-17")),
            session: SESSION.to_owned(),
        }
    }

    /// The application that this card answers for, as the files say and as they are after a change.
    pub(crate) fn message(&self, card: &SimulatedCard, change: impl FnOnce(&mut CardFiles)) -> Vec<u8> {
        let response = card.respond(tegata_simulator::Application::Text, self.challenge.as_bytes()).unwrap();
        let mut files = CardFiles::new(card::Application::Text);
        for file in card.files(tegata_simulator::Application::Text) {
            files.insert(FileId::new(file.id()).unwrap(), file.as_read().to_vec()).unwrap();
        }
        change(&mut files);
        let application = Application::new(ApplicationFields {
            channel: self.device,
            municipality: self.municipality,
            terms: self.terms.clone(),
            consent: Consent::given_at(self.consent),
            challenge: self.challenge.clone(),
            card: &files,
            response: &response,
            kind: self.kind,
            profiles: &self.profiles,
            travel_document: self.zone.clone(),
        });
        application.unwrap().encode().to_vec()
    }

    /// The body of the request for the card of one of the people.
    pub(crate) fn body(&self, house: &House, person: &str) -> Value {
        self.body_of(&self.message(&house.person(person).card, |_| ()))
    }

    pub(crate) fn body_of(&self, message: &[u8]) -> Value {
        json!({"session": self.session, "application": Base64UrlUnpadded::encode_string(message)})
    }
}

/// Sends an application as a request of a key.
pub(crate) fn send(client: Client, device: Device, key: &str, body: &Value) -> Answer {
    client.header("idempotency-key", key).post(&path(device, "applications"), body)
}

/// Sends what must be refused, and sees to it that it leaves its audit entry and nothing else.
#[track_caller]
pub(crate) fn leaves_only_its_entry(house: &House, send: impl FnOnce() -> Answer) -> String {
    let here = code("131202");
    let issued = issues(house);
    let before = house.entries(here).len();
    let code = send().code();
    let after = house.entries(here);
    assert_eq!(after.len(), before + 1, "{code}");
    assert_eq!(after.last().unwrap().outcome, code);
    assert_eq!(issues(house), issued);
    code
}

/// The certificate IDs of everybody in the municipality of the tests.
pub(crate) fn issues(house: &House) -> Vec<String> {
    let operation = Operation::automatic("test", "test");
    let mut session = house.ledger().begin(code("131202"), operation, house.now()).unwrap();
    let mut ids = Vec::new();
    for person in house.demo.people().iter().filter(|person| person.municipality == code("131202")) {
        let issues = session.issues_of(&person.internal_number).unwrap();
        ids.extend(issues.into_iter().map(|issue| issue.certificate_id));
    }
    session.commit().unwrap();
    ids
}

/// Verifies a text as a verifier with the municipality's signer does.
#[track_caller]
pub(crate) fn assert_accepted(house: &House, text: &str) {
    let mut trust = TrustSet::builder(&rustcrypto::PROVIDER);
    trust.trust_certificate(house.service().desk(code("131202")).unwrap().certificate()).unwrap();
    let report = Verifier::new(trust.build()).verify(text, house.now());
    assert_eq!(report.status(), Status::Accepted, "{:?}", report.failure());
}

/// The texts of an answer, in its order.
pub(crate) fn texts(answer: &Value) -> Vec<&str> {
    answer["certificates"].as_array().unwrap().iter().map(|entry| entry["text"].as_str().unwrap()).collect()
}

/// Reads the code on a paper as a scanner does: the page is rendered, the code found in it. `None` after saying what is
/// missing for it.
pub(crate) fn read_back(test: &str, paper: &Value, folder: &Path) -> Option<Vec<String>> {
    let pdf = Base64UrlUnpadded::decode_vec(paper.as_str().unwrap()).unwrap();
    assert!(pdf.starts_with(b"%PDF"));
    let (file, picture) = (folder.join("paper.pdf"), folder.join("paper"));
    std::fs::write(&file, pdf).unwrap();
    let pages = ["-png", "-r", "150", "-f", "1", "-l", "1", "-singlefile"];
    let Ok(rendered) = Command::new("pdftoppm").args(pages).arg(&file).arg(&picture).status() else {
        skip(test, "pdftoppm is not installed");
        return None;
    };
    assert!(rendered.success());
    let found = tegata_print::read_symbols(&std::fs::read(picture.with_extension("png")).unwrap()).unwrap();
    Some(found.into_iter().map(|symbol| symbol.into_text()).collect())
}

/// Says that a test is skipped: to the runner's log or, without one, to a person.
fn skip(test: &str, reason: &str) {
    use std::io::Write as _;
    match std::env::var_os("TEGATA_SKIP_LOG") {
        Some(path) => {
            let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
            file.and_then(|mut file| writeln!(file, "{test}: {reason}")).unwrap();
        }
        #[allow(clippy::print_stderr, reason = "the runner reads it there")]
        None => eprintln!("TEGATA-SKIPPED {test}: {reason}"),
    }
}

/// The machine-readable zone of a passport of 手形　花子, born on this day.
pub(crate) fn zone(birth_date: &str) -> Personal<String> {
    use tegata::mrz::{Passport, Sex, StateCode};
    let state = StateCode::parse("JPN").unwrap();
    let passport = Passport {
        issuing_state: state,
        name: tegata::model::Name::new("TEGATA", "HANAKO"),
        number: "TK0000000".into(),
        nationality: state.into(),
        birth_date: tegata::model::BirthDate::parse(birth_date).unwrap().into(),
        sex: Sex::Female,
        expiry_date: Date::parse("2030-01-01").unwrap(),
        personal_number: "".into(),
    };
    passport.to_mrz().unwrap()
}
