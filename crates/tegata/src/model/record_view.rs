//! What a record must fulfil, told of borrowed texts: a record that was built and a content that was only read are
//! judged by the same words.

use super::error::{Fault, RecordError, path_in_list, path_within};
use super::text::{CERTIFICATE_ID_MAX_CHARS, NAME_MAX_CHARS, TEXT_MAX_CHARS, TextFault, check_identifier, check_text};
use super::{
    BirthDate, CountryCode, DISEASE_MAX_CHARS, Dose, Kind, LOT_MAX_CHARS, MAX_DOSES, Name, PASSPORT_NUMBER_MAX_CHARS,
    Personal, RecordFields,
};
use crate::time::Date;

/// A name.
#[derive(Clone, Copy, Default)]
pub(crate) struct NameView<'a> {
    pub(crate) surname: Option<&'a str>,
    pub(crate) given: Option<&'a str>,
}

/// A dose.
pub(crate) struct DoseView<'a> {
    pub(crate) date: Date,
    pub(crate) number: u8,
    pub(crate) series: Option<u8>,
    pub(crate) disease: &'a str,
    pub(crate) vaccine_kind: &'a str,
    pub(crate) manufacturer: &'a str,
    pub(crate) product: &'a str,
    pub(crate) lot: &'a str,
    pub(crate) country: CountryCode,
}

/// What an overseas record has beside a domestic one.
pub(crate) struct PassportView<'a> {
    pub(crate) kind: Kind,
    pub(crate) has_romanised: bool,
    pub(crate) has_nationality: bool,
    pub(crate) number: Option<&'a str>,
}

/// Checks every field of a record, alone and together with the others.
pub(super) fn check(fields: &RecordFields) -> Result<(), RecordError> {
    let names = [Some(&fields.name.registered), fields.name.kana.as_ref(), fields.name.romanised.as_ref()];
    for (name, field) in names.into_iter().zip(["name.registered", "name.kana", "name.romanised"]) {
        name.map_or(Ok(()), |name| NameView::of(name).check(field))?;
    }
    for (name, field) in [
        (&fields.former_surname, "former_surname"),
        (&fields.other_surname, "other_surname"),
        (&fields.alias, "alias"),
        (&fields.guardian, "guardian"),
    ] {
        check_name_part(text(name)).map_err(|fault| fault.at(field))?;
    }
    let earliest_birth = earliest_birth(*fields.birth_date.expose())?;
    let passport = PassportView {
        kind: fields.kind,
        has_romanised: fields.name.romanised.is_some(),
        has_nationality: fields.nationality.is_some(),
        number: text(&fields.passport_number),
    };
    passport.check()?;
    check_dose_count(fields.doses.len())?;
    for (index, dose) in fields.doses.iter().enumerate() {
        let fault = DoseView::of(dose).check(earliest_birth);
        fault.map_err(|(field, fault)| fault.at(path_in_list("doses", index, field)))?;
    }
    fields.certificate_id.as_deref().map_or(Ok(()), check_certificate_id)?;
    check_issuer(&fields.issuer)
}

/// Checks one name, as far as it is there.
pub(crate) fn check_name_part(part: Option<&str>) -> Result<(), TextFault> {
    part.map_or(Ok(()), |text| check_text(text, NAME_MAX_CHARS))
}

/// The first day on which a person can have been born.
pub(crate) fn earliest_birth(date: BirthDate) -> Result<Date, RecordError> {
    date.earliest().map_err(|_| Fault::invalid("is not a date").at("birth_date"))
}

pub(crate) fn check_dose_count(doses: usize) -> Result<(), RecordError> {
    match doses {
        0 => Err(Fault::invalid("holds no dose").at("doses")),
        1..=MAX_DOSES => Ok(()),
        _ => Err(Fault::invalid("holds too many doses").at("doses")),
    }
}

pub(crate) fn check_certificate_id(id: &str) -> Result<(), RecordError> {
    check_identifier(id, CERTIFICATE_ID_MAX_CHARS).map_err(|fault| fault.at("certificate_id"))
}

pub(crate) fn check_issuer(issuer: &str) -> Result<(), RecordError> {
    check_text(issuer, TEXT_MAX_CHARS).map_err(|fault| fault.at("issuer"))
}

impl PassportView<'_> {
    pub(crate) fn check(&self) -> Result<(), RecordError> {
        for (field, is_given) in &[
            ("name.romanised", self.has_romanised),
            ("nationality", self.has_nationality),
            ("passport_number", self.number.is_some()),
        ] {
            match self.kind {
                Kind::Domestic if *is_given => {
                    return Err(Fault::invalid("has no place in a domestic record").at(*field));
                }
                Kind::Overseas if !is_given => return Err(Fault::MISSING.at(*field)),
                Kind::Domestic | Kind::Overseas => {}
            }
        }
        let Some(number) = self.number else { return Ok(()) };
        check_identifier(number, PASSPORT_NUMBER_MAX_CHARS).map_err(|fault| fault.at("passport_number"))?;
        if number.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            return Ok(());
        }
        Err(Fault::invalid("holds a character other than a capital letter or a digit").at("passport_number"))
    }
}

impl<'a> NameView<'a> {
    fn of(name: &'a Name) -> Self {
        Self { surname: text(&name.surname), given: text(&name.given) }
    }

    pub(crate) fn check(&self, field: &'static str) -> Result<(), RecordError> {
        if self.surname.is_none() && self.given.is_none() {
            return Err(Fault::invalid("has neither surname nor given").at(field));
        }
        for (part, name) in &[(self.surname, "surname"), (self.given, "given")] {
            check_name_part(*part).map_err(|fault| fault.at(path_within(field, name)))?;
        }
        Ok(())
    }
}

impl<'a> DoseView<'a> {
    fn of(dose: &'a Dose) -> Self {
        Self {
            date: dose.date,
            number: dose.number,
            series: dose.series,
            disease: &dose.disease,
            vaccine_kind: &dose.vaccine_kind,
            manufacturer: &dose.manufacturer,
            product: &dose.product,
            lot: &dose.lot,
            country: dose.country,
        }
    }

    /// Checks a dose of a person born on that day or later; says what is wrong with which field.
    pub(crate) fn check(&self, earliest_birth: Date) -> Result<(), (&'static str, Fault)> {
        let no_number = Fault::invalid("is not a number from 1 to 255");
        if self.number == 0 {
            return Err(("number", no_number));
        }
        if self.series == Some(0) {
            return Err(("series", no_number));
        }
        check_identifier(self.disease, DISEASE_MAX_CHARS).map_err(|fault| ("disease", fault.into()))?;
        for (field, text, max_chars) in &[
            ("vaccine_kind", self.vaccine_kind, TEXT_MAX_CHARS),
            ("manufacturer", self.manufacturer, TEXT_MAX_CHARS),
            ("product", self.product, TEXT_MAX_CHARS),
            ("lot", self.lot, LOT_MAX_CHARS),
        ] {
            check_text(text, *max_chars).map_err(|fault| (*field, fault.into()))?;
        }
        if !self.country.is_country() {
            return Err(("country", Fault::invalid("is not a country")));
        }
        if self.date < earliest_birth {
            return Err(("date", Fault::invalid("is before the birth")));
        }
        Ok(())
    }
}

fn text(text: &Option<Personal<String>>) -> Option<&str> {
    text.as_ref().map(|text| text.expose().as_str())
}
