//! The settings of one municipality: what it issues, by which channels, and when.
//!
//! They are a file that the municipality writes, TOML or JSON, read as a whole or not at all: an unknown name, a value
//! out of range or a period that ends before it begins is an error that names the field.
//!
//! ```
//! use tegata_issuer::municipality::{EXAMPLE_SETTINGS, Municipality};
//! use tegata_issuer::record::Channel;
//! use tegata::Timestamp;
//!
//! let settings = Municipality::parse(EXAMPLE_SETTINGS)?;
//! assert_eq!(settings.code().as_str(), "131202");
//! let now = Timestamp::parse_rfc3339("2026-11-21T09:00:00+09:00")?;
//! assert!(settings.takes(Channel::Counter, now).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Days are days in Japan. Nothing here is personal data, and no key is: a signer's key is named by its file or its
//! `pkcs11:` URI, which the caller opens.

mod error;
mod file;
mod period;

#[cfg(test)]
mod tests;

pub use error::SettingsError;
pub use period::{OpenPeriod, japan_date};

use tegata::Profile;
use tegata::Timestamp;
use tegata::model::{Kind, MunicipalityCode};
use tegata::time::Date;

use crate::application::Refusal;
use crate::record::Channel;

/// Bytes of a file of settings. The example takes one.
pub const MAX_SETTINGS_BYTES: usize = 65_536;

/// The years records are kept: the common period of the municipalities' assessments is five.
pub const DEFAULT_RETENTION_YEARS: u8 = 5;

/// The longest retention that can be set, in years.
pub const MAX_RETENTION_YEARS: u8 = 100;

/// The longest validity of a certificate that can be set, in days: ten years.
pub const MAX_VALIDITY_DAYS: u32 = 3_652;

/// Settings that can be copied and changed.
pub const EXAMPLE_SETTINGS: &str = include_str!("example.toml");

/// A municipality's settings, every value of them checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipality {
    pub(crate) code: MunicipalityCode,
    pub(crate) name: String,
    pub(crate) english_name: String,
    pub(crate) retention_years: u8,
    pub(crate) terms: String,
    pub(crate) last_date_certified: Option<Date>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) profiles: Vec<Profile>,
    pub(crate) channels: Vec<(Channel, Vec<OpenPeriod>)>,
    pub(crate) signer: SignerSettings,
    pub(crate) validity_days: u32,
    /// By disease, an ICD-11 code, in their order.
    pub(crate) series: Vec<(String, u8)>,
}

/// Which key signs a municipality's certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerSettings {
    /// The key: the path of a file, or a `pkcs11:` URI.
    pub key: String,
    /// The path of its certificate, PEM or DER.
    pub certificate: String,
    /// The country in the certificates, ISO 3166-1 alpha-2.
    pub country: String,
    /// The paths of certificates of former and next signers, PEM or DER, which verifiers trust as well; most often none.
    pub also: Vec<String>,
}

impl Municipality {
    /// Reads a file of settings: JSON if it begins with a brace, else TOML.
    ///
    /// # Errors
    /// [`SettingsError`] with the field.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        file::parse(text)
    }

    /// The municipality's code (自治体コード).
    #[must_use]
    pub const fn code(&self) -> MunicipalityCode {
        self.code
    }

    /// The municipality's name in Japanese.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The municipality's name in English: the issuer that certificates name.
    #[must_use]
    pub fn english_name(&self) -> &str {
        &self.english_name
    }

    /// How many years records and issues are kept after they were written last.
    #[must_use]
    pub const fn retention_years(&self) -> u8 {
        self.retention_years
    }

    /// The last day that something written on a day is kept.
    #[must_use]
    pub fn retain_until(&self, written: Date) -> Date {
        let year = written.year().saturating_add(self.retention_years.into()).min(9_999);
        // The 29th of February becomes the 1st of March of a year without one.
        Date::new(year, written.month(), written.day()).or_else(|_| Date::new(year, 3, 1)).unwrap_or(written)
    }

    /// The version of the terms in force.
    #[must_use]
    pub fn terms(&self) -> &str {
        &self.terms
    }

    /// The last day of vaccination that is certified (B6); `None` for no limit.
    #[must_use]
    pub const fn last_date_certified(&self) -> Option<Date> {
        self.last_date_certified
    }

    /// The kinds of certificate that are issued.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// The profiles that are issued.
    #[must_use]
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// Which key signs.
    #[must_use]
    pub const fn signer(&self) -> &SignerSettings {
        &self.signer
    }

    /// How many days a certificate is valid.
    #[must_use]
    pub const fn validity_days(&self) -> u32 {
        self.validity_days
    }

    /// Of how many doses a dose's series is: the primary series of the disease, or the dose's own number where that is
    /// higher (EU guidance on doses after the primary series: 3/3). `None` where the settings do not say.
    #[must_use]
    pub fn series_of(&self, disease: &str, number: u8) -> Option<u8> {
        let (_, primary) = self.series.iter().find(|(known, _)| known == disease)?;
        Some(number.max(*primary))
    }

    /// Whether the municipality takes part in a channel at all, whatever the day: what a kiosk lists (A6).
    #[must_use]
    pub fn takes_part(&self, channel: Channel) -> bool {
        self.channels.iter().any(|(known, _)| *known == channel)
    }

    /// Whether an application is taken by this channel at this time (A6).
    ///
    /// # Errors
    /// [`Refusal`]: the channel is not offered, or is closed.
    pub fn takes(&self, channel: Channel, now: Timestamp) -> Result<(), Refusal> {
        let (_, periods) =
            self.channels.iter().find(|(known, _)| *known == channel).ok_or(Refusal::ChannelNotOffered)?;
        let today = japan_date(now);
        let open = periods.is_empty() || periods.iter().any(|period| period.includes(today));
        if open { Ok(()) } else { Err(Refusal::ChannelClosed) }
    }

    /// Whether certificates of this kind and these profiles are issued.
    ///
    /// # Errors
    /// [`Refusal::KindNotOffered`].
    pub fn offers(&self, kind: Kind, profiles: &[Profile]) -> Result<(), Refusal> {
        let offered = self.kinds.contains(&kind)
            && !profiles.is_empty()
            && profiles.iter().all(|profile| self.profiles.contains(profile));
        if offered { Ok(()) } else { Err(Refusal::KindNotOffered) }
    }
}
