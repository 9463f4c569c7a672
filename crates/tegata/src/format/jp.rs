//! The full-content profile for Japanese certificates, under hcert key −392.
//!
//! It carries every item of a vaccination record, so that what a municipality prints and what it
//! signs are the same: any number of doses of any disease, names in kanji, kana and Latin letters,
//! with or without passport data. `docs/jp-profile.cddl` is its definition (RFC 8610).
//!
//! Texts that doses share stand once in a table. Maps have integer keys and may gain further ones,
//! arrays further elements at their end; readers pass over what they do not know, and a change
//! that would mislead them gets a new version number.

mod read;

use crate::codec::cbor::Encoder;
use crate::format::ProfileError;
use crate::model::{CERTIFICATE_ID_MAX_CHARS, Dose, Kind, Name, Record, check_identifier};
use crate::time::Date;

pub use read::check;
#[cfg(feature = "outcomes")]
pub use read::{Jp, decode};

/// The key of this profile within the health certificate claim (−260). Negative keys are for
/// private use (WHO smart-trust HCERT specification §3.2.7.1).
pub const HCERT_KEY: i64 = -392;

/// The version this library writes and reads.
const VERSION: u64 = 1;

/// Keys of the outer map.
mod key {
    pub(super) const VERSION: i64 = 0;
    pub(super) const KIND: i64 = 1;
    pub(super) const NAME: i64 = 2;
    pub(super) const FORMER_SURNAME: i64 = 3;
    pub(super) const OTHER_SURNAME: i64 = 4;
    pub(super) const ALIAS: i64 = 5;
    pub(super) const BIRTH_DATE: i64 = 6;
    pub(super) const NATIONALITY: i64 = 7;
    pub(super) const PASSPORT_NUMBER: i64 = 8;
    pub(super) const VACCINES: i64 = 9;
    pub(super) const DOSES: i64 = 10;
    pub(super) const CERTIFICATE_ID: i64 = 11;
    pub(super) const ISSUE_DATE: i64 = 12;
    pub(super) const ISSUER: i64 = 13;
}

/// What the issuing adds to a record.
#[derive(Clone, Copy)]
pub struct JpMeta<'a> {
    /// The certificate ID (証明書ID): 1 to 80 characters of printable ASCII.
    pub certificate_id: &'a str,
    /// The day of issue (証明書発行年月日).
    pub issue_date: Date,
}

/// A payload, ready to be written.
#[derive(Clone)]
pub struct JpPayload<'a> {
    record: &'a Record,
    meta: JpMeta<'a>,
    /// The distinct vaccines, each by the first dose of it.
    vaccines: Vec<&'a Dose>,
}

impl<'a> JpPayload<'a> {
    /// Prepares the payload of a record, which this profile carries whole.
    ///
    /// # Errors
    /// [`ProfileError`] names `certificate_id` when it is not allowed, or is another than the
    /// record's own, and the date of a dose that is after the day of issue.
    pub fn new(record: &'a Record, meta: JpMeta<'a>) -> Result<Self, ProfileError> {
        let fields = record.fields();
        let contradicts = fields.certificate_id.as_ref().is_some_and(|id| id != meta.certificate_id);
        if contradicts || check_identifier(meta.certificate_id, CERTIFICATE_ID_MAX_CHARS).is_err() {
            return Err(ProfileError::invalid("certificate_id"));
        }
        if let Some(index) = fields.doses.iter().position(|dose| dose.date > meta.issue_date) {
            return Err(ProfileError::invalid(format!("doses[{index}].date")));
        }
        let mut vaccines: Vec<&Dose> = Vec::new();
        for dose in &fields.doses {
            if !vaccines.iter().any(|known| vaccine(known) == vaccine(dose)) {
                vaccines.push(dose);
            }
        }
        Ok(Self { record, meta, vaccines })
    }

    /// Writes the payload, the value under [`HCERT_KEY`].
    pub fn write(&self, encoder: &mut Encoder) {
        let fields = self.record.fields();
        encoder.map(|map| {
            map.int_key(key::VERSION, |value| value.unsigned(VERSION));
            map.int_key(key::KIND, |value| value.unsigned(kind_number(fields.kind)));
            map.int_key(key::NAME, |value| {
                let mut names =
                    vec![Some(&fields.name.registered), fields.name.kana.as_ref(), fields.name.romanised.as_ref()];
                while names.last().is_some_and(Option::is_none) {
                    names.pop();
                }
                value.array(names.len());
                for name in names {
                    write_name(value, name);
                }
            });
            for (key, text) in [
                (key::FORMER_SURNAME, &fields.former_surname),
                (key::OTHER_SURNAME, &fields.other_surname),
                (key::ALIAS, &fields.alias),
                (key::PASSPORT_NUMBER, &fields.passport_number),
            ] {
                if let Some(text) = text {
                    map.int_key(key, |value| value.text(text.expose()));
                }
            }
            map.int_key(key::BIRTH_DATE, |value| value.text(&fields.birth_date.expose().to_text()));
            if let Some(nationality) = &fields.nationality {
                map.int_key(key::NATIONALITY, |value| value.text(nationality.expose().alpha3()));
            }
            map.int_key(key::VACCINES, |value| {
                value.array(self.vaccines.len());
                for dose in &self.vaccines {
                    let texts = vaccine(dose);
                    value.array(texts.len());
                    texts.iter().for_each(|text| value.text(text));
                }
            });
            map.int_key(key::DOSES, |value| {
                value.array(fields.doses.len());
                for dose in &fields.doses {
                    self.write_dose(value, dose);
                }
            });
            map.int_key(key::CERTIFICATE_ID, |value| value.text(self.meta.certificate_id));
            map.int_key(key::ISSUE_DATE, |value| value.int(self.meta.issue_date.days_since_epoch()));
            map.int_key(key::ISSUER, |value| value.text(&fields.issuer));
        });
    }

    fn write_dose(&self, value: &mut Encoder, dose: &Dose) {
        let index = self.vaccines.iter().position(|known| vaccine(known) == vaccine(dose)).unwrap_or_default();
        value.array(6);
        value.unsigned(u64::try_from(index).unwrap_or_default());
        value.int(dose.date.days_since_epoch());
        value.unsigned(dose.number.into());
        match dose.series {
            Some(series) => value.unsigned(series.into()),
            None => value.null(),
        }
        value.text(&dose.lot);
        value.text(dose.country.alpha3());
    }
}

/// Prints no personal data.
impl core::fmt::Debug for JpPayload<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("JpPayload").field("record", &self.record).finish_non_exhaustive()
    }
}

/// Prints no certificate ID.
impl core::fmt::Debug for JpMeta<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("JpMeta").field("issue_date", &self.issue_date).finish_non_exhaustive()
    }
}

/// What doses of the same vaccine share.
fn vaccine(dose: &Dose) -> [&str; 4] {
    [&dose.disease, &dose.vaccine_kind, &dose.manufacturer, &dose.product]
}

fn write_name(value: &mut Encoder, name: Option<&Name>) {
    let Some(name) = name else { return value.null() };
    value.array(2);
    for part in [&name.surname, &name.given] {
        match part {
            Some(part) => value.text(part.expose()),
            None => value.null(),
        }
    }
}

const fn kind_number(kind: Kind) -> u64 {
    match kind {
        Kind::Domestic => 0,
        Kind::Overseas => 1,
    }
}

#[cfg(test)]
mod tests;
