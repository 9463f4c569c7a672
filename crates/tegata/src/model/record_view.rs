//! What a record must fulfil, told of borrowed texts: a record that was built and a content that was only read are
//! judged by the same words.

use super::error::{Fault, RecordError, path_in_list};
use super::text::{CERTIFICATE_ID_MAX_CHARS, NAME_MAX_CHARS, TEXT_MAX_CHARS, check_identifier, check_text};
use super::{
    BirthDate, CountryCode, DISEASE_MAX_CHARS, Dose, Kind, LOT_MAX_CHARS, MAX_DOSES, Name, PASSPORT_NUMBER_MAX_CHARS,
    Personal, RecordFields,
};
use crate::time::Date;

/// A record but for its doses.
pub(crate) struct RecordView<'a> {
    pub(crate) kind: Kind,
    pub(crate) registered: NameView<'a>,
    pub(crate) kana: Option<NameView<'a>>,
    pub(crate) romanised: Option<NameView<'a>>,
    pub(crate) former_surname: Option<&'a str>,
    pub(crate) other_surname: Option<&'a str>,
    pub(crate) alias: Option<&'a str>,
    pub(crate) guardian: Option<&'a str>,
    pub(crate) birth_date: BirthDate,
    pub(crate) has_nationality: bool,
    pub(crate) passport_number: Option<&'a str>,
    pub(crate) certificate_id: Option<&'a str>,
    pub(crate) issuer: &'a str,
}

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

impl<'a> RecordView<'a> {
    pub(super) fn of(fields: &'a RecordFields) -> Self {
        Self {
            kind: fields.kind,
            registered: NameView::of(&fields.name.registered),
            kana: fields.name.kana.as_ref().map(NameView::of),
            romanised: fields.name.romanised.as_ref().map(NameView::of),
            former_surname: text(&fields.former_surname),
            other_surname: text(&fields.other_surname),
            alias: text(&fields.alias),
            guardian: text(&fields.guardian),
            birth_date: *fields.birth_date.expose(),
            has_nationality: fields.nationality.is_some(),
            passport_number: text(&fields.passport_number),
            certificate_id: fields.certificate_id.as_deref(),
            issuer: &fields.issuer,
        }
    }

    /// Checks every field, alone and together with the others and with the doses.
    pub(super) fn check(&self, doses: &[Dose]) -> Result<(), RecordError> {
        let earliest_birth = self.check_person(doses.len())?;
        for (index, dose) in doses.iter().enumerate() {
            DoseView::of(dose).check(index, earliest_birth)?;
        }
        self.check_issue()
    }

    /// The first part of the check: whom the record is about, and how many doses it has. Each of them is checked next,
    /// against the day that is given back, the earliest that the person can have been born on.
    pub(crate) fn check_person(&self, doses: usize) -> Result<Date, RecordError> {
        self.registered.check("name.registered")?;
        if let Some(kana) = &self.kana {
            kana.check("name.kana")?;
        }
        if let Some(romanised) = &self.romanised {
            romanised.check("name.romanised")?;
        }
        for (text, field) in [
            (self.former_surname, "former_surname"),
            (self.other_surname, "other_surname"),
            (self.alias, "alias"),
            (self.guardian, "guardian"),
        ] {
            check_part(text).map_err(|fault| fault.at(field))?;
        }
        let Ok(earliest_birth) = self.birth_date.earliest() else {
            return Err(Fault::invalid("is not a date").at("birth_date"));
        };
        self.check_passport_data()?;
        match doses {
            0 => Err(Fault::invalid("holds no dose").at("doses")),
            1..=MAX_DOSES => Ok(earliest_birth),
            _ => Err(Fault::invalid("holds too many doses").at("doses")),
        }
    }

    /// The last part of the check: who issued what.
    pub(crate) fn check_issue(&self) -> Result<(), RecordError> {
        if let Some(id) = self.certificate_id {
            check_identifier(id, CERTIFICATE_ID_MAX_CHARS).map_err(|fault| fault.at("certificate_id"))?;
        }
        check_text(self.issuer, TEXT_MAX_CHARS).map_err(|fault| fault.at("issuer"))
    }

    fn check_passport_data(&self) -> Result<(), RecordError> {
        let given = [
            ("name.romanised", self.romanised.is_some()),
            ("nationality", self.has_nationality),
            ("passport_number", self.passport_number.is_some()),
        ];
        for (field, is_given) in given {
            match self.kind {
                Kind::Domestic if is_given => return Err(Fault::invalid("has no place in a domestic record").at(field)),
                Kind::Overseas if !is_given => return Err(Fault::MISSING.at(field)),
                Kind::Domestic | Kind::Overseas => {}
            }
        }
        let Some(number) = self.passport_number else { return Ok(()) };
        check_identifier(number, PASSPORT_NUMBER_MAX_CHARS).map_err(|fault| fault.at("passport_number"))?;
        if !number.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            return Err(
                Fault::invalid("holds a character other than a capital letter or a digit").at("passport_number")
            );
        }
        Ok(())
    }
}

impl<'a> NameView<'a> {
    fn of(name: &'a Name) -> Self {
        Self { surname: text(&name.surname), given: text(&name.given) }
    }

    fn check(&self, field: &'static str) -> Result<(), RecordError> {
        if self.surname.is_none() && self.given.is_none() {
            return Err(Fault::invalid("has neither surname nor given").at(field));
        }
        for (part, name) in [(self.surname, ".surname"), (self.given, ".given")] {
            check_part(part).map_err(|fault| fault.at([field, name].concat()))?;
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

    /// Checks a dose, which stands at `index`, of a person born on that day or later.
    pub(crate) fn check(&self, index: usize, earliest_birth: Date) -> Result<(), RecordError> {
        self.fault(earliest_birth).map_err(|(field, fault)| fault.at(path_in_list("doses", index, field)))
    }

    fn fault(&self, earliest_birth: Date) -> Result<(), (&'static str, Fault)> {
        let no_number = Fault::invalid("is not a number from 1 to 255");
        if self.number == 0 {
            return Err(("number", no_number));
        }
        if self.series == Some(0) {
            return Err(("series", no_number));
        }
        check_identifier(self.disease, DISEASE_MAX_CHARS).map_err(|fault| ("disease", fault))?;
        for (field, text, max_chars) in [
            ("vaccine_kind", self.vaccine_kind, TEXT_MAX_CHARS),
            ("manufacturer", self.manufacturer, TEXT_MAX_CHARS),
            ("product", self.product, TEXT_MAX_CHARS),
            ("lot", self.lot, LOT_MAX_CHARS),
        ] {
            check_text(text, max_chars).map_err(|fault| (field, fault))?;
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

/// Checks one name, as far as it is there.
fn check_part(part: Option<&str>) -> Result<(), Fault> {
    part.map_or(Ok(()), |text| check_text(text, NAME_MAX_CHARS))
}

fn text(text: &Option<Personal<String>>) -> Option<&str> {
    text.as_ref().map(|text| text.expose().as_str())
}
