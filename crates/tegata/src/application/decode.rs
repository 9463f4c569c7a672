//! Reading the message.

use zeroize::Zeroizing;

use super::error::{ApplicationError, ApplicationErrorKind};
use super::{Application, Channel, FILES, MAX_APPLICATION_BYTES, VERSION, file_name, key};
use crate::card::session::Consent;
use crate::card::{self, CardFiles, Challenge, FileId};
use crate::codec::cbor::{Item, Limits, Map};
use crate::format::Profile;
use crate::model::{Kind, MunicipalityCode, Personal};
use crate::time::Timestamp;

/// A message has 37 items at most, in two levels.
const LIMITS: Limits = Limits { max_depth: 4, max_items: 64 };

impl Application {
    /// Reads a message, from anybody. Every field is known, stands once and is of its type; nothing is verified.
    ///
    /// # Errors
    /// [`ApplicationError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ApplicationError> {
        if bytes.len() > MAX_APPLICATION_BYTES {
            return Err(ApplicationError::new(ApplicationErrorKind::TooLarge, ""));
        }
        let item = Item::parse_with_limits(bytes, &LIMITS)?;
        let map = item.as_map().ok_or(ApplicationError::wrong_type(""))?;
        let version = required(map, key::VERSION, "version", Item::as_i64)?;
        if u64::try_from(version) != Ok(VERSION) {
            return Err(ApplicationError::new(ApplicationErrorKind::Version, "version"));
        }
        if map
            .iter()
            .any(|(key, _)| key.as_i64().is_none_or(|key| !(key::VERSION..=key::TRAVEL_DOCUMENT).contains(&key)))
        {
            return Err(ApplicationError::new(ApplicationErrorKind::Unknown, ""));
        }
        let application = Self {
            channel: word(map, key::CHANNEL, "channel", &[Channel::App, Channel::Kiosk], Channel::name)?,
            municipality: MunicipalityCode::parse(&required(map, key::MUNICIPALITY, "municipality", Item::as_text)?)
                .ok_or(ApplicationError::invalid("municipality"))?,
            terms: required(map, key::TERMS, "terms", Item::as_text)?.into_owned(),
            consent: Consent::given_at(
                Timestamp::from_seconds(required(map, key::CONSENT, "consent", Item::as_i64)?)
                    .map_err(|_| ApplicationError::invalid("consent"))?,
            ),
            challenge: <[u8; card::CHALLENGE_BYTES]>::try_from(&*required(
                map,
                key::CHALLENGE,
                "challenge",
                Item::as_bytes,
            )?)
            .map(Challenge::from_bytes)
            .map_err(|_| ApplicationError::invalid("challenge"))?,
            card: files(required(map, key::CARD, "card", Item::as_map)?)?,
            response: Zeroizing::new(required(map, key::RESPONSE, "response", Item::as_bytes)?.into_owned()),
            kind: word(map, key::KIND, "kind", &[Kind::Domestic, Kind::Overseas], Kind::name)?,
            profiles: profiles(required(map, key::PROFILES, "profiles", Some)?)?,
            travel_document: match map.get_int(key::TRAVEL_DOCUMENT) {
                Some(zone) => {
                    let zone = zone.as_text().ok_or(ApplicationError::wrong_type("travel_document"))?;
                    Some(Personal::new(zone.into_owned()))
                }
                None => None,
            },
        };
        application.check()?;
        Ok(application)
    }
}

/// A field that must be there, read as its type.
fn required<'a, T>(
    map: Map<'a>,
    key: i64,
    field: &'static str,
    read: impl FnOnce(Item<'a>) -> Option<T>,
) -> Result<T, ApplicationError> {
    let item = map.get_int(key).ok_or(ApplicationError::missing(field))?;
    read(item).ok_or(ApplicationError::wrong_type(field))
}

/// One of a few words.
fn word<T: Copy>(
    map: Map<'_>,
    key: i64,
    field: &'static str,
    values: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T, ApplicationError> {
    let text = required(map, key, field, Item::as_text)?;
    values.iter().copied().find(|value| name(*value) == text).ok_or(ApplicationError::invalid(field))
}

fn files(map: Map<'_>) -> Result<CardFiles, ApplicationError> {
    let mut files = CardFiles::new(card::Application::Text);
    for (key, bytes) in map.iter() {
        let id = key.as_i64().and_then(|number| u16::try_from(number).ok()).and_then(FileId::new);
        let id = id.filter(|id| FILES.contains(id));
        let id = id.ok_or(ApplicationError::new(ApplicationErrorKind::Unknown, "card"))?;
        let bytes = bytes.as_bytes().ok_or(ApplicationError::wrong_type(file_name(id)))?;
        files.insert(id, bytes.into_owned()).map_err(|_| ApplicationError::invalid(file_name(id)))?;
    }
    Ok(files)
}

fn profiles(item: Item<'_>) -> Result<Vec<Profile>, ApplicationError> {
    let items = item.as_array().ok_or(ApplicationError::wrong_type("profiles"))?;
    let profile = |item: Item<'_>| {
        let name = item.as_text().ok_or(ApplicationError::wrong_type("profiles"))?;
        Profile::parse(&name).ok_or(ApplicationError::invalid("profiles"))
    };
    items.iter().map(profile).collect()
}
