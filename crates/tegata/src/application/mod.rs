//! The application for a certificate (交付申請) as an app or a kiosk sends it.
//!
//! A device reads a card after its holder consented, and sends what it read to the issuing side, which verifies it:
//! the device need not be believed. The message names the one municipality it is addressed to, carries the fact and time of
//! consent, the card's files with its answer to that municipality's challenge, and from an app the passport's
//! machine-readable zone. Nothing in it was typed by anyone.
//!
//! ```
//! use tegata::application::{Application, ApplicationFields, Channel};
//! use tegata::card::session::Reading;
//! use tegata::card::Challenge;
//! use tegata::model::{Kind, MunicipalityCode};
//! use tegata::Profile;
//!
//! fn message(reading: &Reading, challenge: Challenge) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
//!     let application = Application::new(ApplicationFields {
//!         channel: Channel::Kiosk,
//!         municipality: MunicipalityCode::parse("131202").ok_or("no municipality")?,
//!         terms: "2026-04".into(),
//!         consent: reading.consent(),
//!         challenge,
//!         card: reading.text(),
//!         response: reading.text_response().unwrap_or_default(),
//!         kind: Kind::Domestic,
//!         profiles: &[Profile::Jp],
//!         travel_document: None,
//!     })?;
//!     Ok(application.encode().to_vec())
//! }
//! ```
//!
//! The encoding is deterministic CBOR, `docs/application.cddl` in the repository. **It holds the individual number**, as the
//! card gave it, because only what was signed can be verified: it travels encrypted, is kept nowhere, and the buffers
//! of this module are wiped on drop.

mod decode;
mod encode;
mod error;
#[cfg(test)]
mod tests;

use core::fmt;

use zeroize::Zeroizing;

pub use error::{ApplicationError, ApplicationErrorKind};

use crate::card::session::Consent;
use crate::card::{self, CardFiles, Challenge, FileId};
use crate::format::Profile;
use crate::model::{Kind, MunicipalityCode, Personal};
use crate::mrz::MAX_MRZ_BYTES;

/// The longest message, in bytes. The card's files take about two kilobytes with RSA keys.
pub const MAX_APPLICATION_BYTES: usize = 16_384;

/// Characters of the name of a version of the terms.
pub const TERMS_MAX_CHARS: usize = 64;

/// Bytes of a card's answer to a challenge: a signature of an RSA key of 4,096 bits.
pub const MAX_RESPONSE_BYTES: usize = 512;

/// The version of the message that is written and read.
const VERSION: u64 = 1;

/// The files that are sent, and no others: what is signed, and the key that answers. In ascending order.
const FILES: [FileId; 5] =
    [FileId::FIRST, FileId::ATTRIBUTES, FileId::INTEGRITY, FileId::CERTIFICATE, FileId::CARD_KEY];

/// The keys of the message's map.
mod key {
    pub(super) const VERSION: i64 = 1;
    pub(super) const CHANNEL: i64 = 2;
    pub(super) const MUNICIPALITY: i64 = 3;
    pub(super) const TERMS: i64 = 4;
    pub(super) const CONSENT: i64 = 5;
    pub(super) const CHALLENGE: i64 = 6;
    pub(super) const CARD: i64 = 7;
    pub(super) const RESPONSE: i64 = 8;
    pub(super) const KIND: i64 = 9;
    pub(super) const PROFILES: i64 = 10;
    pub(super) const TRAVEL_DOCUMENT: i64 = 11;
}

/// The device an application comes from. At the counter (窓口) nothing is sent by a device of the applicant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// The dedicated app (電子交付アプリ).
    App,
    /// A kiosk in a convenience store (キオスク端末).
    Kiosk,
}

impl Channel {
    /// The word every surface uses: `app`, `kiosk`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Kiosk => "kiosk",
        }
    }
}

/// What an application is made of.
#[derive(Clone)]
pub struct ApplicationFields<'a> {
    /// The channel it comes by.
    pub channel: Channel,
    /// The municipality it is addressed to; the look-up goes to that one alone.
    pub municipality: MunicipalityCode,
    /// The name of the version of the terms that were shown: 1 to [`TERMS_MAX_CHARS`] visible ASCII characters.
    pub terms: String,
    /// The consent, given before anything was read. Whole seconds are sent.
    pub consent: Consent,
    /// The municipality's challenge, which the card answered.
    pub challenge: Challenge,
    /// The files of the text application, the individual number among them. Others than EF 0001, 0002, 0003, 0004
    /// and 0007 are not sent.
    pub card: &'a CardFiles,
    /// The card's answer to the challenge.
    pub response: &'a [u8],
    /// Domestic or overseas use.
    pub kind: Kind,
    /// The profiles asked for, at least one and each once; they are issued together.
    pub profiles: &'a [Profile],
    /// The machine-readable zone of the passport, its lines parted by a line feed: from an app and for overseas use, and
    /// only there. A kiosk takes passport data from earlier issues.
    pub travel_document: Option<Personal<String>>,
}

/// Says nothing of the person.
impl fmt::Debug for ApplicationFields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApplicationFields")
            .field("channel", &self.channel)
            .field("municipality", &self.municipality)
            .finish_non_exhaustive()
    }
}

/// An application, complete in itself; nothing in it is verified. Wiped on drop.
pub struct Application {
    channel: Channel,
    municipality: MunicipalityCode,
    terms: String,
    consent: Consent,
    challenge: Challenge,
    card: CardFiles,
    response: Zeroizing<Vec<u8>>,
    kind: Kind,
    profiles: Vec<Profile>,
    travel_document: Option<Personal<String>>,
}

impl Application {
    /// Puts an application together.
    ///
    /// # Errors
    /// [`ApplicationError`] when a file or field is missing, a value is not allowed, or a passport's data stands where
    /// none may.
    pub fn new(fields: ApplicationFields<'_>) -> Result<Self, ApplicationError> {
        let mut card = CardFiles::new(card::Application::Text);
        if fields.card.application() != card::Application::Text {
            return Err(ApplicationError::invalid("card"));
        }
        for id in FILES {
            let bytes = fields.card.get(id).ok_or(ApplicationError::missing(file_name(id)))?;
            card.insert(id, bytes.to_vec()).map_err(|_| ApplicationError::invalid(file_name(id)))?;
        }
        let application = Self {
            channel: fields.channel,
            municipality: fields.municipality,
            terms: fields.terms,
            consent: fields.consent,
            challenge: fields.challenge,
            card,
            response: Zeroizing::new(fields.response.to_vec()),
            kind: fields.kind,
            profiles: fields.profiles.to_vec(),
            travel_document: fields.travel_document,
        };
        application.check()?;
        Ok(application)
    }

    /// The rules that bind the fields to one another.
    fn check(&self) -> Result<(), ApplicationError> {
        if !(1..=TERMS_MAX_CHARS).contains(&self.terms.len()) || !self.terms.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(ApplicationError::invalid("terms"));
        }
        for id in FILES {
            if self.card.get(id).is_none_or(<[u8]>::is_empty) {
                return Err(ApplicationError::missing(file_name(id)));
            }
        }
        if self.response.is_empty() {
            return Err(ApplicationError::missing("response"));
        }
        if self.response.len() > MAX_RESPONSE_BYTES {
            return Err(ApplicationError::invalid("response"));
        }
        if self.profiles.is_empty() {
            return Err(ApplicationError::missing("profiles"));
        }
        let twice = |(index, profile)| self.profiles.iter().skip(index + 1).any(|other| other == profile);
        if self.profiles.iter().enumerate().any(twice) {
            return Err(ApplicationError::invalid("profiles"));
        }
        match (&self.travel_document, self.channel, self.kind) {
            (Some(_), Channel::Kiosk, _) | (Some(_), Channel::App, Kind::Domestic) => {
                return Err(ApplicationError::new(ApplicationErrorKind::NotAllowed, "travel_document"));
            }
            (None, Channel::App, Kind::Overseas) => return Err(ApplicationError::missing("travel_document")),
            (Some(zone), Channel::App, Kind::Overseas) if zone.expose().len() > MAX_MRZ_BYTES => {
                return Err(ApplicationError::invalid("travel_document"));
            }
            _ => {}
        }
        if self.encoded_bytes() > MAX_APPLICATION_BYTES {
            return Err(ApplicationError::new(ApplicationErrorKind::TooLarge, ""));
        }
        Ok(())
    }

    /// The channel it came by.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// The municipality it is addressed to.
    #[must_use]
    pub const fn municipality(&self) -> MunicipalityCode {
        self.municipality
    }

    /// The version of the terms that were shown.
    #[must_use]
    pub fn terms(&self) -> &str {
        &self.terms
    }

    /// The consent.
    #[must_use]
    pub const fn consent(&self) -> Consent {
        self.consent
    }

    /// The challenge that the card is said to have answered. Whoever takes the application knows which one was handed out.
    #[must_use]
    pub const fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// The card's files.
    #[must_use]
    pub const fn card(&self) -> &CardFiles {
        &self.card
    }

    /// The card's answer to the challenge.
    #[must_use]
    pub fn response(&self) -> &[u8] {
        &self.response
    }

    /// Domestic or overseas use.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The profiles asked for.
    #[must_use]
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The machine-readable zone of the passport, as it was read.
    #[must_use]
    pub const fn travel_document(&self) -> Option<&Personal<String>> {
        self.travel_document.as_ref()
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application")
            .field("channel", &self.channel)
            .field("municipality", &self.municipality)
            .finish_non_exhaustive()
    }
}

/// What errors call a file.
const fn file_name(id: FileId) -> &'static str {
    match id.number() {
        1 => "card.1",
        2 => "card.2",
        3 => "card.3",
        4 => "card.4",
        _ => "card.7",
    }
}
