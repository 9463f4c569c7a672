//! What a record must fulfil, told of borrowed texts: a record that was built and a content that was only read are
//! judged by the same words.

use super::error::{Fault, RecordError};
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
    pub(crate) fn check<'d>(&self, doses: impl ExactSizeIterator<Item = DoseView<'d>>) -> Result<(), RecordError> {
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
        match doses.len() {
            0 => return Err(Fault::invalid("holds no dose").at("doses")),
            1..=MAX_DOSES => {}
            _ => return Err(Fault::invalid("holds too many doses").at("doses")),
        }
        for (index, dose) in doses.enumerate() {
            dose.check(index)?;
            if dose.date < earliest_birth {
                return Err(Fault::invalid("is before the birth").at(format!("doses[{index}].date")));
            }
        }
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
        check_part(self.surname).map_err(|fault| fault.at(format!("{field}.surname")))?;
        check_part(self.given).map_err(|fault| fault.at(format!("{field}.given")))
    }
}

impl<'a> DoseView<'a> {
    pub(super) fn of(dose: &'a Dose) -> Self {
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

    fn check(&self, index: usize) -> Result<(), RecordError> {
        let at = |name: &'static str| move |fault: Fault| fault.at(format!("doses[{index}].{name}"));
        if self.number == 0 {
            return Err(at("number")(Fault::invalid("is not a number from 1 to 255")));
        }
        if self.series == Some(0) {
            return Err(at("series")(Fault::invalid("is not a number from 1 to 255")));
        }
        check_identifier(self.disease, DISEASE_MAX_CHARS).map_err(at("disease"))?;
        check_text(self.vaccine_kind, TEXT_MAX_CHARS).map_err(at("vaccine_kind"))?;
        check_text(self.manufacturer, TEXT_MAX_CHARS).map_err(at("manufacturer"))?;
        check_text(self.product, TEXT_MAX_CHARS).map_err(at("product"))?;
        check_text(self.lot, LOT_MAX_CHARS).map_err(at("lot"))?;
        if !self.country.is_country() {
            return Err(at("country")(Fault::invalid("is not a country")));
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
