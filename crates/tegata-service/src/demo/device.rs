//! A simulated device: what a phone or a kiosk does with a person's card between challenge and application.
//!
//! `POST /demo/PERSON?channel=app&kind=domestic&session=NAME` on the listener of health and metrics takes the answer to
//! a request for a challenge and gives the application to send. It is there in the demonstration alone.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::post;
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::Deserialize;
use serde_json::{Value, json};
use tegata::application::{Application, ApplicationFields, Channel};
use tegata::card::session::Consent;
use tegata::card::{self, CardFiles, Challenge, FileId};
use tegata::model::{BirthDate, Kind, Name, Personal};
use tegata::mrz::{Passport, Sex, StateCode};
use tegata::time::Date;
use tegata::{Profile, Timestamp};

use super::Person;
use crate::Clock;

/// The people and the time.
#[derive(Clone)]
struct Devices {
    people: Arc<Vec<Person>>,
    clock: Clock,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    channel: String,
    kind: String,
    session: String,
}

/// What is read of a challenge's answer.
#[derive(Deserialize)]
struct Given {
    challenge: String,
    terms: String,
}

pub(super) fn router(people: Arc<Vec<Person>>, clock: Clock) -> Router {
    Router::new().route("/demo/{person}", post(apply)).with_state(Devices { people, clock })
}

async fn apply(
    State(devices): State<Devices>,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
    body: String,
) -> Result<String, StatusCode> {
    let person = devices.people.iter().find(|person| person.name == name).ok_or(StatusCode::NOT_FOUND)?;
    let given: Given = serde_json::from_str(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    application(person, &wanted, &given, (devices.clock)()).map(|json| json.to_string()).ok_or(StatusCode::BAD_REQUEST)
}

fn application(person: &Person, wanted: &Wanted, given: &Given, now: Timestamp) -> Option<Value> {
    let channel = match wanted.channel.as_str() {
        "app" => Channel::App,
        "kiosk" => Channel::Kiosk,
        _ => return None,
    };
    let kind = [Kind::Domestic, Kind::Overseas].into_iter().find(|kind| kind.name() == wanted.kind)?;
    let challenge = Base64UrlUnpadded::decode_vec(&given.challenge).ok()?;
    let application = person.application(channel, kind, &given.terms, challenge.try_into().ok()?, now)?;
    let application = Base64UrlUnpadded::encode_string(&application.encode());
    Some(json!({ "session": wanted.session, "application": application }))
}

impl Person {
    /// The application of this person with this card, consent given a minute ago: by the app for overseas use with a
    /// passport. `None` where there is none.
    #[must_use]
    pub fn application(
        &self,
        channel: Channel,
        kind: Kind,
        terms: &str,
        challenge: [u8; 32],
        now: Timestamp,
    ) -> Option<Application> {
        let response = self.card.respond(tegata_simulator::Application::Text, &challenge).ok()?;
        let mut files = CardFiles::new(card::Application::Text);
        for file in self.card.files(tegata_simulator::Application::Text) {
            files.insert(FileId::new(file.id())?, file.as_read().to_vec()).ok()?;
        }
        let has_passport = channel == Channel::App && kind == Kind::Overseas;
        let fields = ApplicationFields {
            channel,
            municipality: self.municipality,
            terms: terms.to_owned(),
            consent: Consent::given_at(now.saturating_add_seconds(-60)),
            challenge: Challenge::from_bytes(challenge),
            card: &files,
            response: &response,
            kind,
            profiles: &[Profile::Jp],
            travel_document: if has_passport { Some(self.passport()?) } else { None },
        };
        Application::new(fields).ok()
    }

    /// The machine-readable zone of a passport of theirs.
    #[must_use]
    pub fn passport(&self) -> Option<Personal<String>> {
        let state = StateCode::parse("JPN")?;
        let [surname, given] = self.romanised;
        let passport = Passport {
            issuing_state: state,
            name: Name::new(surname, given),
            number: self.passport_number.into(),
            nationality: state.into(),
            birth_date: BirthDate::parse(self.born).ok()?.into(),
            sex: if self.is_female { Sex::Female } else { Sex::Male },
            expiry_date: Date::new(2035, 1, 1).ok()?,
            personal_number: "".into(),
        };
        passport.to_mrz().ok()
    }
}
