//! Reading the Japanese profile: a walk over the fields finds each of its type, then the rules of a record are asked.
//! Nothing is copied unless a record is wanted.

#[cfg(feature = "outcomes")]
use std::borrow::Cow;

use super::{VERSION, key};
use crate::codec::cbor::{Array, Item, MapIndex, Text};
use crate::format::{SchemaError, SchemaErrorKind};
use crate::model::{
    BirthDate, CERTIFICATE_ID_RULE, CountryCode, DOSE_TEXTS, ISSUER_RULE, Kind, MAX_DOSES, NAME_PARTS, NAME_RULE,
    PassportView, TEXT_MAX_CHARS, TextRule, check_dose_count, check_dose_numbers, check_dose_place_and_day,
    check_name_has_a_part, earliest_birth, has_more_chars, path_in_list, path_within,
};
#[cfg(feature = "outcomes")]
use crate::model::{Dose, Name, Names, Personal, Record, RecordFields};
use crate::time::Date;
use crate::untold::{Label, label};

#[cfg(feature = "outcomes")]
/// A content of the Japanese profile.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Jp {
    /// The record; its certificate ID is always there.
    pub record: Record,
    /// The day of issue (証明書発行年月日).
    pub issue_date: Date,
}

#[cfg(feature = "outcomes")]
impl Jp {
    /// The certificate ID (証明書ID).
    #[must_use]
    pub fn certificate_id(&self) -> &str {
        self.record.fields().certificate_id.as_deref().unwrap_or_default()
    }
}

#[cfg(feature = "outcomes")]
/// Reads the value under [`HCERT_KEY`](super::HCERT_KEY). Unknown keys and further array elements
/// are passed over.
///
/// # Errors
/// [`SchemaError`] names the first field that is missing, of the wrong type or not allowed; a
/// version other than this one's is [`SchemaErrorKind::UnknownVersion`].
pub fn decode(item: Item<'_>) -> Result<Jp, SchemaError> {
    let content = Content::read(item)?;
    content.check()?;
    content.into_jp()
}

/// Checks the value under [`HCERT_KEY`](super::HCERT_KEY) without making a record of it: what passes is what
/// [`decode`] gives a record of.
///
/// # Errors
/// As [`decode`].
pub fn check(item: Item<'_>) -> Result<(), SchemaError> {
    Content::read(item)?.check()
}

/// A field of the outer map.
struct Field {
    key: i64,
    name: Label,
    form: Form,
    required: bool,
}

/// What a field must hold.
#[derive(Clone, Copy)]
enum Form {
    Version,
    Kind,
    BirthDate,
    Names,
    Text,
    Country,
    Vaccines,
    Doses,
    Date,
}

const fn required(key: i64, field: &'static str, form: Form) -> Field {
    Field { key, name: label(field), form, required: true }
}

const fn optional(key: i64, field: &'static str, form: Form) -> Field {
    Field { key, name: label(field), form, required: false }
}

/// Every field, in the order in which they are looked at. Doses point into the vaccines, which come before them.
static FIELDS: [Field; 14] = [
    required(key::VERSION, "version", Form::Version),
    required(key::KIND, "kind", Form::Kind),
    required(key::BIRTH_DATE, "birth_date", Form::BirthDate),
    required(key::NAME, "name", Form::Names),
    optional(key::FORMER_SURNAME, "former_surname", Form::Text),
    optional(key::OTHER_SURNAME, "other_surname", Form::Text),
    optional(key::ALIAS, "alias", Form::Text),
    optional(key::NATIONALITY, "nationality", Form::Country),
    optional(key::PASSPORT_NUMBER, "passport_number", Form::Text),
    required(key::VACCINES, "vaccines", Form::Vaccines),
    required(key::DOSES, "doses", Form::Doses),
    required(key::CERTIFICATE_ID, "certificate_id", Form::Text),
    required(key::ISSUER, "issuer", Form::Text),
    required(key::ISSUE_DATE, "issue_date", Form::Date),
];

const NAMES: [Label; 3] = [label("name.registered"), label("name.kana"), label("name.romanised")];
const VACCINE_FIELDS: [Label; 4] = [label("disease"), label("vaccine_kind"), label("manufacturer"), label("product")];
const DOSE_FIELDS: [Label; 6] =
    [label("vaccine"), label("date"), label("number"), label("series"), label("lot"), label("country")];

/// A content whose fields are there and of the right types.
struct Content<'a> {
    map: MapIndex<'a>,
    /// As many as there are in the table of vaccines, so that a dose's is found at once.
    vaccines: [Item<'a>; MAX_DOSES],
    count: usize,
    /// What the rules say of the doses, for when they are asked.
    doses: Result<(), SchemaError>,
    /// That no dose is of a day after the issue.
    after_the_issue: Result<(), SchemaError>,
}

impl<'a> Content<'a> {
    fn read(item: Item<'a>) -> Result<Self, SchemaError> {
        let map = item.as_map().ok_or_else(|| SchemaError::wrong_type(""))?.index();
        let mut content = Self { map, vaccines: [item; MAX_DOSES], count: 0, doses: Ok(()), after_the_issue: Ok(()) };
        for field in &FIELDS {
            match content.get(field.key) {
                Some(item) => content.read_field(field, item)?,
                None if field.required => return Err(SchemaError::missing(field.name)),
                None => {}
            }
        }
        Ok(content)
    }

    fn read_field(&mut self, field: &Field, item: Item<'a>) -> Result<(), SchemaError> {
        let read = match field.form {
            Form::Version => version(item),
            Form::Kind => kind(item).map(drop),
            Form::BirthDate => birth_date(item).map(drop),
            Form::Text => item.has_text().then_some(()).ok_or(SchemaErrorKind::WrongType),
            Form::Country => country(item).map(drop),
            Form::Date => date(item).map(drop),
            Form::Names => return names(item),
            Form::Vaccines => return self.read_vaccines(item),
            Form::Doses => return self.read_doses(item),
        };
        read.map_err(|kind| SchemaError::new(kind, field.name))
    }

    fn read_vaccines(&mut self, item: Item<'a>) -> Result<(), SchemaError> {
        let vaccines = item.as_array().ok_or_else(|| SchemaError::wrong_type("vaccines"))?;
        for (index, (vaccine, place)) in vaccines.iter().zip(&mut self.vaccines).enumerate() {
            let at = |kind, field| SchemaError::new(kind, path_in_list("vaccines", index, field));
            check_vaccine(vaccine).map_err(|(kind, field)| at(kind, field))?;
            *place = vaccine;
            self.count += 1;
        }
        Ok(())
    }

    /// Each is taken apart once: its rules are asked at the same time, as far as the dates that they look at are dates.
    fn read_doses(&mut self, item: Item<'a>) -> Result<(), SchemaError> {
        let doses = item.as_array().ok_or_else(|| SchemaError::wrong_type("doses"))?;
        let birth = self.value(key::BIRTH_DATE, birth_date).ok().and_then(|birth| earliest_birth(birth).ok());
        let dates = birth.zip(self.value(key::ISSUE_DATE, date).ok());
        let (mut ruled, mut after_the_issue) = (Ok(()), Ok(()));
        // One too many is looked at, so that it is refused and not cut off.
        for (index, item) in doses.iter().enumerate() {
            if index > MAX_DOSES {
                break;
            }
            let at = |(kind, field): Fault| SchemaError::new(kind, path_in_list("doses", index, field));
            let dose = self.dose(item).map_err(at)?;
            let Some((earliest_birth, issue_date)) = dates.filter(|_| ruled.is_ok()) else { continue };
            ruled = self.check_dose(&dose, earliest_birth).map_err(at);
            if dose.date > issue_date && after_the_issue.is_ok() {
                after_the_issue = Err(at((SchemaErrorKind::InvalidValue, label("date"))));
            }
        }
        self.doses = ruled;
        self.after_the_issue = after_the_issue;
        Ok(())
    }

    /// A dose, or what is wrong with which of its fields.
    fn dose(&self, item: Item<'a>) -> Result<DoseItem<'a>, Fault> {
        let mut items = item.as_array().ok_or((SchemaErrorKind::WrongType, label("")))?.iter();
        let mut fields = [item; DOSE_FIELDS.len()];
        for (place, field) in fields.iter_mut().zip(&DOSE_FIELDS) {
            *place = items.next().ok_or((SchemaErrorKind::MissingField, *field))?;
        }
        let [vaccine, day, number, series, lot, place] = fields;
        let at = |field| move |kind| (kind, field);
        let known = |index: &usize| *index < self.count;
        let vaccine = unsigned(vaccine).map_err(at(label("vaccine")))?;
        let vaccine = usize::try_from(vaccine).ok().filter(known);
        Ok(DoseItem {
            vaccine: vaccine.ok_or((SchemaErrorKind::InvalidValue, label("vaccine")))?,
            date: date(day).map_err(at(label("date")))?,
            number: small(number).map_err(at(label("number")))?,
            series: if series.is_null() { None } else { Some(small(series).map_err(at(label("series")))?) },
            lot: if lot.has_text() { lot } else { return Err((SchemaErrorKind::WrongType, label("lot"))) },
            country: country(place).map_err(at(label("country")))?,
        })
    }

    /// Asks the rules of a record, in their order.
    fn check(&self) -> Result<(), SchemaError> {
        let names = self.names();
        for (parts, &field) in names.iter().zip(&NAMES) {
            let Some(parts) = parts else { continue };
            check_name_has_a_part(parts.iter().any(Option::is_some)).map_err(|fault| fault.at(field))?;
            for (part, name) in parts.iter().zip(&NAME_PARTS) {
                if !is_allowed(*part, NAME_RULE) {
                    return Err(SchemaError::invalid(path_within(field, name)));
                }
            }
        }
        for &(key, field) in &[
            (key::FORMER_SURNAME, label("former_surname")),
            (key::OTHER_SURNAME, label("other_surname")),
            (key::ALIAS, label("alias")),
        ] {
            self.check_text(key, field, NAME_RULE)?;
        }
        earliest_birth(self.value(key::BIRTH_DATE, birth_date)?)?;
        let number = self.text(key::PASSPORT_NUMBER);
        let passport = PassportView {
            kind: self.value(key::KIND, kind)?,
            has_romanised: names.last().is_some_and(Option::is_some),
            has_nationality: self.get(key::NATIONALITY).is_some(),
            number: number.as_deref(),
        };
        passport.check()?;
        if let Some(doses) = self.doses() {
            check_dose_count(doses.len())?;
        }
        self.doses.clone()?;
        self.check_text(key::CERTIFICATE_ID, label("certificate_id"), CERTIFICATE_ID_RULE)?;
        self.check_text(key::ISSUER, label("issuer"), ISSUER_RULE)?;
        self.after_the_issue.clone()
    }

    fn check_text(&self, key: i64, field: Label, rule: TextRule) -> Result<(), SchemaError> {
        if is_allowed(self.get(key), rule) { Ok(()) } else { Err(SchemaError::invalid(field)) }
    }

    fn check_dose(&self, dose: &DoseItem<'a>, earliest_birth: Date) -> Result<(), Fault> {
        let fault = |(field, fault): (_, crate::model::Fault)| (fault.kind.into(), field);
        check_dose_numbers(dose.number, dose.series).map_err(fault)?;
        let vaccine = self.vaccines.get(dose.vaccine).and_then(|vaccine| vaccine.as_array());
        let texts = vaccine.into_iter().flatten().take(VACCINE_FIELDS.len()).chain([dose.lot]);
        for (text, (field, rule)) in texts.zip(&DOSE_TEXTS) {
            if !is_allowed(Some(text), *rule) {
                return Err((SchemaErrorKind::InvalidValue, *field));
            }
        }
        check_dose_place_and_day(dose.country, dose.date, earliest_birth).map_err(fault)
    }

    #[cfg(feature = "outcomes")]
    /// The record of a content that passed its check.
    fn into_jp(self) -> Result<Jp, SchemaError> {
        let items = self.doses().into_iter().flatten().filter_map(|item| self.dose(item).ok());
        let doses = items.map(|dose| {
            let [disease, vaccine_kind, manufacturer, product] = self.vaccine_of(&dose).map(Cow::into_owned);
            let DoseItem { date, number, series, country, lot, .. } = dose;
            let lot = lot.as_text().unwrap_or_default().into_owned();
            Dose { date, number, series, disease, vaccine_kind, manufacturer, product, lot, country }
        });
        let doses = doses.collect();
        let personal = |text: Option<Cow<'_, str>>| text.map(|text| Personal::new(text.into_owned()));
        let [registered, kana, romanised] = self.names().map(|parts| {
            let [surname, given] = parts?.map(|part| personal(part.and_then(Item::as_text)));
            Some(Name { surname, given })
        });
        let record = Record::new(RecordFields {
            kind: self.value(key::KIND, kind)?,
            name: Names { registered: registered.unwrap_or(Name { surname: None, given: None }), kana, romanised },
            former_surname: personal(self.text(key::FORMER_SURNAME)),
            other_surname: personal(self.text(key::OTHER_SURNAME)),
            alias: personal(self.text(key::ALIAS)),
            birth_date: self.value(key::BIRTH_DATE, birth_date)?.into(),
            sex: None,
            guardian: None,
            nationality: self.get(key::NATIONALITY).and_then(|item| country(item).ok()).map(Personal::new),
            passport_number: personal(self.text(key::PASSPORT_NUMBER)),
            doses,
            certificate_id: self.text(key::CERTIFICATE_ID).map(Cow::into_owned),
            issuer: self.text(key::ISSUER).unwrap_or_default().into_owned(),
        })?;
        Ok(Jp { record, issue_date: self.value(key::ISSUE_DATE, date)? })
    }
}

/// What [`Content::read`] found there.
impl<'a> Content<'a> {
    fn get(&self, key: i64) -> Option<Item<'a>> {
        self.map.get_int(key).filter(|item| !item.is_null())
    }

    fn text(&self, key: i64) -> Option<Text<'a>> {
        self.get(key)?.as_text()
    }

    fn value<T>(&self, key: i64, read: fn(Item<'a>) -> Result<T, SchemaErrorKind>) -> Result<T, SchemaError> {
        let item = self.get(key).ok_or(SchemaErrorKind::MissingField);
        item.and_then(read).map_err(|kind| SchemaError::new(kind, ""))
    }

    /// The parts of the names: of the registered one, that in kana, and the romanised one.
    fn names(&self) -> [Option<[Option<Item<'a>>; 2]>; 3] {
        let mut names = self.get(key::NAME).and_then(Item::as_array).map(Array::iter);
        let mut name = || {
            let mut parts = names.as_mut()?.next()?.as_array()?.iter();
            let mut part = || parts.next().filter(|part| !part.is_null());
            Some([part(), part()])
        };
        [name(), name(), name()]
    }

    fn doses(&self) -> Option<Array<'a>> {
        self.get(key::DOSES)?.as_array()
    }

    #[cfg(feature = "outcomes")]
    fn vaccine_of(&self, dose: &DoseItem<'_>) -> [Cow<'a, str>; 4] {
        let mut texts = self.vaccines.get(dose.vaccine).and_then(|vaccine| vaccine.as_array()).map(Array::iter);
        let mut text = || texts.as_mut().and_then(Iterator::next).and_then(Item::as_text).unwrap_or_default();
        [text(), text(), text(), text()]
    }
}

/// What is wrong with which field of a list's element.
type Fault = (SchemaErrorKind, Label);

/// A dose as it stands in the payload.
struct DoseItem<'a> {
    /// The position in the table of vaccines, in which it is.
    vaccine: usize,
    date: Date,
    number: u8,
    series: Option<u8>,
    lot: Item<'a>,
    country: CountryCode,
}

/// Sees that the names are arrays of texts, of which the first is there.
fn names(item: Item<'_>) -> Result<(), SchemaError> {
    let mut names = item.as_array().ok_or_else(|| SchemaError::wrong_type("name"))?.iter();
    for (index, &field) in NAMES.iter().enumerate() {
        let Some(name) = names.next().filter(|name| !name.is_null()) else {
            if index == 0 {
                return Err(SchemaError::missing(field));
            }
            continue;
        };
        let mut parts = name.as_array().ok_or_else(|| SchemaError::wrong_type(field))?.iter();
        for &part in &NAME_PARTS {
            if parts.next().is_some_and(|item| !item.is_null() && !item.has_text()) {
                return Err(SchemaError::wrong_type(path_within(field, part)));
            }
        }
    }
    Ok(())
}

/// Whether a text fulfils a rule. Where there is none, nothing is wrong with it.
fn is_allowed(item: Option<Item<'_>>, rule: TextRule) -> bool {
    item.and_then(Item::as_text).is_none_or(|text| rule.check(&text).is_ok())
}

fn check_vaccine(vaccine: Item<'_>) -> Result<(), Fault> {
    let mut items = vaccine.as_array().ok_or((SchemaErrorKind::WrongType, label("")))?.iter();
    for &field in &VACCINE_FIELDS {
        let item = items.next().ok_or((SchemaErrorKind::MissingField, field))?;
        let text = item.as_text().ok_or((SchemaErrorKind::WrongType, field))?;
        // Every dose of the vaccine gets a copy in a record, so a long text must not come that far.
        if has_more_chars(&text, TEXT_MAX_CHARS) {
            return Err((SchemaErrorKind::InvalidValue, field));
        }
    }
    Ok(())
}

fn version(item: Item<'_>) -> Result<(), SchemaErrorKind> {
    if unsigned(item)? == VERSION { Ok(()) } else { Err(SchemaErrorKind::UnknownVersion) }
}

fn kind(item: Item<'_>) -> Result<Kind, SchemaErrorKind> {
    match unsigned(item)? {
        0 => Ok(Kind::Domestic),
        1 => Ok(Kind::Overseas),
        _ => Err(SchemaErrorKind::InvalidValue),
    }
}

fn birth_date(item: Item<'_>) -> Result<BirthDate, SchemaErrorKind> {
    let text = item.as_text().ok_or(SchemaErrorKind::WrongType)?;
    BirthDate::parse(&text).map_err(|_| SchemaErrorKind::InvalidValue)
}

fn unsigned(item: Item<'_>) -> Result<u64, SchemaErrorKind> {
    item.as_u64().ok_or(SchemaErrorKind::WrongType)
}

fn small(item: Item<'_>) -> Result<u8, SchemaErrorKind> {
    u8::try_from(unsigned(item)?).map_err(|_| SchemaErrorKind::InvalidValue)
}

fn date(item: Item<'_>) -> Result<Date, SchemaErrorKind> {
    let days = item.as_i64().ok_or(SchemaErrorKind::WrongType)?;
    Date::from_days_since_epoch(days).map_err(|_| SchemaErrorKind::InvalidValue)
}

fn country(item: Item<'_>) -> Result<CountryCode, SchemaErrorKind> {
    let text = item.as_text().ok_or(SchemaErrorKind::WrongType)?;
    CountryCode::parse(&text).ok_or(SchemaErrorKind::InvalidValue)
}
