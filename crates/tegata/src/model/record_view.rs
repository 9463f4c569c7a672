//! What a record must fulfil, told of borrowed texts: a record that was built and a content that was only read are
//! judged by the same words.

use super::error::{Fault, RecordError, path_in_list, path_within};
use super::text::{CERTIFICATE_ID_MAX_CHARS, NAME_MAX_CHARS, TEXT_MAX_CHARS, TextRule, check_identifier};
use super::{
    BirthDate, CountryCode, DISEASE_MAX_CHARS, Dose, Kind, LOT_MAX_CHARS, MAX_DOSES, Name, PASSPORT_NUMBER_MAX_CHARS,
    Personal, RecordFields,
};
use crate::time::Date;
use crate::untold::{Label, label};

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
        name.map_or(Ok(()), |name| check_name(name, field))?;
    }
    for (name, field) in [
        (&fields.former_surname, "former_surname"),
        (&fields.other_surname, "other_surname"),
        (&fields.alias, "alias"),
        (&fields.guardian, "guardian"),
    ] {
        text(name).map_or(Ok(()), |name| NAME_RULE.check(name)).map_err(|fault| fault.at(field))?;
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
        check_dose(dose, earliest_birth).map_err(|(field, fault)| fault.at(path_in_list("doses", index, field)))?;
    }
    let id = fields.certificate_id.as_deref().map_or(Ok(()), |id| CERTIFICATE_ID_RULE.check(id));
    id.map_err(|fault| fault.at("certificate_id"))?;
    ISSUER_RULE.check(&fields.issuer).map_err(|fault| fault.at("issuer"))
}

/// What each part of a name fulfils, and every other name.
pub(crate) const NAME_RULE: TextRule = TextRule::Free(NAME_MAX_CHARS);
pub(crate) const CERTIFICATE_ID_RULE: TextRule = TextRule::Identifier(CERTIFICATE_ID_MAX_CHARS);
pub(crate) const ISSUER_RULE: TextRule = TextRule::Free(TEXT_MAX_CHARS);

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

impl PassportView<'_> {
    pub(crate) fn check(&self) -> Result<(), RecordError> {
        for (field, is_given) in &[
            (label("name.romanised"), self.has_romanised),
            (label("nationality"), self.has_nationality),
            (label("passport_number"), self.number.is_some()),
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

/// The parts of a name, in the order in which they are checked.
pub(crate) const NAME_PARTS: [Label; 2] = [label("surname"), label("given")];

fn check_name(name: &Name, field: &'static str) -> Result<(), RecordError> {
    let parts = [text(&name.surname), text(&name.given)];
    check_name_has_a_part(parts.iter().any(Option::is_some)).map_err(|fault| fault.at(field))?;
    for (part, name) in parts.iter().zip(NAME_PARTS) {
        let fault = part.map_or(Ok(()), |part| NAME_RULE.check(part));
        fault.map_err(|fault| fault.at(path_within(field, name)))?;
    }
    Ok(())
}

pub(crate) fn check_name_has_a_part(has_a_part: bool) -> Result<(), Fault> {
    if has_a_part { Ok(()) } else { Err(Fault::invalid("has neither surname nor given")) }
}

/// What is wrong with which field of a dose.
pub(crate) type DoseFault = (Label, Fault);

/// The texts of a dose, in the order in which they are checked, after its numbers and before its place and day.
pub(crate) static DOSE_TEXTS: [(Label, TextRule); 5] = [
    (label("disease"), TextRule::Identifier(DISEASE_MAX_CHARS)),
    (label("vaccine_kind"), TextRule::Free(TEXT_MAX_CHARS)),
    (label("manufacturer"), TextRule::Free(TEXT_MAX_CHARS)),
    (label("product"), TextRule::Free(TEXT_MAX_CHARS)),
    (label("lot"), TextRule::Free(LOT_MAX_CHARS)),
];

fn check_dose(dose: &Dose, earliest_birth: Date) -> Result<(), DoseFault> {
    check_dose_numbers(dose.number, dose.series)?;
    let texts = [&dose.disease, &dose.vaccine_kind, &dose.manufacturer, &dose.product, &dose.lot];
    for ((field, rule), text) in DOSE_TEXTS.iter().zip(texts) {
        rule.check(text).map_err(|fault| (*field, fault.into()))?;
    }
    check_dose_place_and_day(dose.country, dose.date, earliest_birth)
}

pub(crate) fn check_dose_numbers(number: u8, series: Option<u8>) -> Result<(), DoseFault> {
    let no_number = Fault::invalid("is not a number from 1 to 255");
    if number == 0 {
        return Err((label("number"), no_number));
    }
    if series == Some(0) { Err((label("series"), no_number)) } else { Ok(()) }
}

/// A person is vaccinated in a country, and not before the birth.
pub(crate) fn check_dose_place_and_day(country: CountryCode, day: Date, earliest_birth: Date) -> Result<(), DoseFault> {
    if !country.is_country() {
        return Err((label("country"), Fault::invalid("is not a country")));
    }
    if day < earliest_birth { Err((label("date"), Fault::invalid("is before the birth"))) } else { Ok(()) }
}

fn text(text: &Option<Personal<String>>) -> Option<&str> {
    text.as_ref().map(|text| text.expose().as_str())
}
