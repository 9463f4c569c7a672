//! The file of settings.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use tegata::Profile;
use tegata::model::{CountryCode, DISEASE_MAX_CHARS, Kind, MunicipalityCode, TEXT_MAX_CHARS, text_fault};
use tegata::time::Date;

use super::{
    DEFAULT_RETENTION_YEARS, MAX_RETENTION_YEARS, MAX_SETTINGS_BYTES, MAX_VALIDITY_DAYS, Municipality, OpenPeriod,
    SettingsError, SignerSettings,
};
use crate::record::Channel;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: String,
    name: String,
    english_name: String,
    retention_years: Option<u8>,
    terms: String,
    last_date_certified: Option<String>,
    kinds: Vec<String>,
    profiles: Vec<String>,
    validity_days: u32,
    #[serde(default)]
    series: BTreeMap<String, u8>,
    channels: BTreeMap<String, ChannelFile>,
    signer: SignerFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelFile {
    #[serde(default)]
    open: Vec<PeriodFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodFile {
    from: Option<String>,
    until: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignerFile {
    key: String,
    certificate: String,
    country: String,
    #[serde(default)]
    also: Vec<String>,
}

pub(super) fn parse(text: &str) -> Result<Municipality, SettingsError> {
    if text.len() > MAX_SETTINGS_BYTES {
        return Err(SettingsError::Malformed { line: None });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file: File = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| SettingsError::Malformed { line: Some(error.line()) })?
    } else {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            SettingsError::Malformed { line: before.map(|before| before.matches('\n').count() + 1) }
        })?
    };
    let code = MunicipalityCode::parse(&file.code);
    let retention_years = file.retention_years.unwrap_or(DEFAULT_RETENTION_YEARS);
    if !(1..=MAX_RETENTION_YEARS).contains(&retention_years) {
        return Err(SettingsError::invalid("retention_years", "is not from 1 to 100"));
    }
    if !(1..=MAX_VALIDITY_DAYS).contains(&file.validity_days) {
        return Err(SettingsError::invalid("validity_days", "is not from 1 to 3652"));
    }
    let unusable = |(disease, doses): (&String, &u8)| *doses == 0 || text_fault(disease, DISEASE_MAX_CHARS).is_some();
    if file.series.iter().any(unusable) {
        return Err(SettingsError::invalid("series", "holds a disease that cannot be one, or no doses"));
    }
    let plain = |text: String, field| match text_fault(&text, TEXT_MAX_CHARS) {
        Some(reason) => Err(SettingsError::invalid(field, reason)),
        None => Ok(text),
    };
    // What an application's message can carry as the version of its terms.
    let terms_fit = (1..=tegata::application::TERMS_MAX_CHARS).contains(&file.terms.len());
    if !terms_fit || !file.terms.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(SettingsError::invalid("terms", "is not 1 to 64 visible ASCII characters"));
    }
    let kind = |word: &str| [Kind::Domestic, Kind::Overseas].into_iter().find(|kind| kind.name() == word);
    if CountryCode::from_alpha2(&file.signer.country).is_none() {
        return Err(SettingsError::invalid("signer.country", "is not a country's two letters"));
    }
    for (text, field) in [(&file.signer.key, "signer.key"), (&file.signer.certificate, "signer.certificate")] {
        if text.is_empty() {
            return Err(SettingsError::invalid(field, "is empty"));
        }
    }
    if file.signer.also.iter().any(String::is_empty) {
        return Err(SettingsError::invalid("signer.also", "holds an empty path"));
    }
    let named: BTreeSet<_> = file.signer.also.iter().chain([&file.signer.certificate]).collect();
    if named.len() != file.signer.also.len() + 1 {
        return Err(SettingsError::invalid("signer.also", "holds a path twice, or that of the certificate"));
    }
    Ok(Municipality {
        code: code.ok_or(SettingsError::invalid("code", "is not six digits with a check digit"))?,
        name: plain(file.name, "name")?,
        english_name: plain(file.english_name, "english_name")?,
        retention_years,
        terms: file.terms,
        last_date_certified: date(file.last_date_certified, "last_date_certified")?,
        kinds: words(&file.kinds, "kinds", kind)?,
        profiles: words(&file.profiles, "profiles", Profile::parse)?,
        channels: channels(file.channels)?,
        signer: SignerSettings {
            key: file.signer.key,
            certificate: file.signer.certificate,
            country: file.signer.country,
            also: file.signer.also,
        },
        validity_days: file.validity_days,
        series: file.series.into_iter().collect(),
    })
}

/// Words of a list, at least one and each once.
fn words<T: PartialEq>(
    words: &[String],
    field: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, SettingsError> {
    let mut values = Vec::new();
    for word in words {
        let value = parse(word).ok_or(SettingsError::invalid(field, "holds a word that is not known"))?;
        if values.contains(&value) {
            return Err(SettingsError::invalid(field, "holds a word twice"));
        }
        values.push(value);
    }
    if values.is_empty() { Err(SettingsError::invalid(field, "is empty")) } else { Ok(values) }
}

fn channels(file: BTreeMap<String, ChannelFile>) -> Result<Vec<(Channel, Vec<OpenPeriod>)>, SettingsError> {
    let mut channels = Vec::new();
    for (name, channel) in file {
        let known =
            Channel::parse(&name).ok_or(SettingsError::invalid("channels", "holds a name that is not known"))?;
        let periods = channel.open.into_iter().map(period).collect::<Result<_, _>>()?;
        channels.push((known, periods));
    }
    Ok(channels)
}

fn period(file: PeriodFile) -> Result<OpenPeriod, SettingsError> {
    let (from, until) = (date(file.from, "channels.open.from")?, date(file.until, "channels.open.until")?);
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        return Err(SettingsError::invalid("channels.open", "ends before it begins"));
    }
    if from.is_none() && until.is_none() {
        return Err(SettingsError::invalid("channels.open", "has neither an end nor a beginning"));
    }
    Ok(OpenPeriod { from, until })
}

fn date(text: Option<String>, field: &'static str) -> Result<Option<Date>, SettingsError> {
    let invalid = SettingsError::invalid(field, "is not a date YYYY-MM-DD");
    text.map(|text| Date::parse(&text).map_err(|_| invalid)).transpose()
}
