//! Making a digital vaccination certificate from a record, in the shape of 2026.

use core::fmt;

use super::products::{DvcProduct, DvcProducts};
use super::{FIRST_ISSUE_DATE, ISSUED_VERSION, starts_on};
use crate::codec::cbor::Encoder;
use crate::format::ProfileError;
use crate::model::{BirthDate, CountryCode, Dose, Personal, Record, Sex};
use crate::time::Date;

/// HL7 v2-0203: the number of a passport.
const PASSPORT: &str = "PPN";

/// What the issuing adds to a record.
#[derive(Clone, Copy, Debug)]
pub struct DvcMeta {
    /// The country that issues: the participant of WHO's certification network (`is`).
    pub issuer: CountryCode,
    /// The day of issue (`d`).
    pub issue_date: Date,
    /// The position of the dose to certify; the newest one when `None`.
    pub dose: Option<usize>,
}

/// A payload, ready to be written: one dose of one person with a passport.
#[derive(Clone)]
pub struct DvcPayload<'a> {
    name: Personal<String>,
    birth_date: Personal<String>,
    sex: &'static str,
    nationality: &'a str,
    passport_number: &'a str,
    guardian: Option<&'a str>,
    product: &'static DvcProduct,
    dose: &'a Dose,
    meta: DvcMeta,
    not_carried: Vec<String>,
}

impl<'a> DvcPayload<'a> {
    /// Prepares the payload of one dose of a record.
    ///
    /// The name is the romanised one of the passport, in the passport's order. A sex that the record
    /// does not say is `unknown`. The clinician's name, which the specification allows, is never
    /// carried: the issuing authority stands for it.
    ///
    /// # Errors
    /// [`ProfileError`] names the record's field that is missing (a domestic record has no passport
    /// data), cannot be expressed (a date of birth without a day), or is no product of the ICVP's
    /// catalogue; `issue_date` when it is before [`FIRST_ISSUE_DATE`].
    pub fn new(record: &'a Record, meta: DvcMeta) -> Result<Self, ProfileError> {
        let fields = record.fields();
        let index = meta.dose.unwrap_or_else(|| record.newest_dose());
        let dose = fields.doses.get(index).ok_or_else(|| ProfileError::invalid("doses"))?;
        if Date::parse(FIRST_ISSUE_DATE).is_ok_and(|first| meta.issue_date < first) {
            return Err(ProfileError::invalid("issue_date"));
        }
        if dose.date > meta.issue_date {
            return Err(ProfileError::invalid(format!("doses[{index}].date")));
        }
        let romanised = fields.name.romanised.as_ref().ok_or_else(|| ProfileError::missing("name.romanised"))?;
        let BirthDate::Full(birth_date) = fields.birth_date.expose() else {
            return Err(ProfileError::invalid("birth_date"));
        };
        let nationality = fields.nationality.as_ref().ok_or_else(|| ProfileError::missing("nationality"))?;
        let passport = fields.passport_number.as_ref().ok_or_else(|| ProfileError::missing("passport_number"))?;
        let product = DvcProducts::builtin()
            .by_record(&dose.product, &dose.manufacturer)
            .filter(|product| product.vaccine_type.icvp)
            .ok_or_else(|| ProfileError::unknown_product(format!("doses[{index}].product")))?;
        Ok(Self {
            name: Personal::new(romanised.parts().collect::<Vec<_>>().join(" ")),
            birth_date: Personal::new(birth_date.to_string()),
            sex: fields.sex.as_ref().map_or(Sex::Unknown, |sex| *sex.expose()).name(),
            nationality: nationality.expose().alpha3(),
            passport_number: passport.expose(),
            guardian: fields.guardian.as_ref().map(|name| name.expose().as_str()),
            product,
            dose,
            meta,
            not_carried: not_carried(record, index),
        })
    }

    /// The fields of the record that the certificate does not carry, by their paths.
    #[must_use]
    pub fn not_carried(&self) -> &[String] {
        &self.not_carried
    }

    /// The day the dose starts to count, where its product has such a rule.
    #[must_use]
    pub fn valid_from(&self) -> Option<Date> {
        starts_on(Some(self.product), self.dose.date)
    }

    /// Writes the payload, the value under [`HCERT_KEY`](super::HCERT_KEY).
    pub fn write(&self, encoder: &mut Encoder) {
        encoder.map(|map| {
            map.text_key("v", |value| value.text(ISSUED_VERSION));
            map.text_key("d", |value| value.text(&self.meta.issue_date.to_string()));
            for (key, text) in [
                ("n", Some(self.name.expose().as_str())),
                ("dob", Some(self.birth_date.expose().as_str())),
                ("s", Some(self.sex)),
                ("nt", Some(self.nationality)),
                ("id", Some(self.passport_number)),
                ("dt", Some(PASSPORT)),
                ("gn", self.guardian),
            ] {
                if let Some(text) = text {
                    map.text_key(key, |value| value.text(text));
                }
            }
            map.text_key("vx", |value| {
                value.map(|dose| {
                    for (key, text) in [
                        ("vp", self.product.code),
                        ("dv", &self.dose.date.to_string()),
                        ("bo", &self.dose.lot),
                        ("is", self.meta.issuer.alpha3()),
                    ] {
                        dose.text_key(key, |value| value.text(text));
                    }
                });
            });
        });
    }
}

/// Prints no personal data.
impl fmt::Debug for DvcPayload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DvcPayload").field("meta", &self.meta).finish_non_exhaustive()
    }
}

/// What a reader of the certificate cannot get back.
fn not_carried(record: &Record, index: usize) -> Vec<String> {
    let fields = record.fields();
    let mut paths = vec!["name.registered".to_owned()];
    let mut add = |absent: bool, path: &str| {
        if !absent {
            paths.push(path.to_owned());
        }
    };
    add(fields.name.kana.is_none(), "name.kana");
    add(fields.former_surname.is_none(), "former_surname");
    add(fields.other_surname.is_none(), "other_surname");
    add(fields.alias.is_none(), "alias");
    add(fields.certificate_id.is_none(), "certificate_id");
    add(false, "issuer");
    for (position, _) in fields.doses.iter().enumerate().filter(|(position, _)| *position != index) {
        paths.push(format!("doses[{position}]"));
    }
    let dose = ["number", "series", "country"].map(|field| format!("doses[{index}].{field}"));
    let series = fields.doses.get(index).is_some_and(|dose| dose.series.is_some());
    paths.extend(dose.into_iter().filter(|path| series || !path.ends_with("series")));
    paths
}
