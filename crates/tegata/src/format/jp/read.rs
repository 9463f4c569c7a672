//! Reading the Japanese profile.

use std::borrow::Cow;

use super::{VERSION, key};
use crate::codec::cbor::{Item, MapIndex, Value};
use crate::format::{SchemaError, SchemaErrorKind};
use crate::model::{
    BirthDate, CountryCode, Dose, DoseView, Kind, MAX_DOSES, Name, NameView, Names, Personal, Record, RecordFields,
    RecordView, TEXT_MAX_CHARS,
};
use crate::time::Date;

/// A content of the Japanese profile.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Jp {
    /// The record; its certificate ID is always there.
    pub record: Record,
    /// The day of issue (証明書発行年月日).
    pub issue_date: Date,
}

impl Jp {
    /// The certificate ID (証明書ID).
    #[must_use]
    pub fn certificate_id(&self) -> &str {
        self.record.fields().certificate_id.as_deref().unwrap_or_default()
    }
}

/// Reads the value under [`HCERT_KEY`](super::HCERT_KEY). Unknown keys and further array elements
/// are passed over.
///
/// # Errors
/// [`SchemaError`] names the first field that is missing, of the wrong type or not allowed; a
/// version other than this one's is [`SchemaErrorKind::UnknownVersion`].
pub fn decode(item: Item<'_>) -> Result<Jp, SchemaError> {
    let content = Content::read(item)?;
    content.check()?;
    let issue_date = content.issue_date;
    Ok(Jp { record: content.into_record()?, issue_date })
}

/// Checks the value under [`HCERT_KEY`](super::HCERT_KEY) without making a record of it: what passes is what
/// [`decode`] gives a record of.
///
/// # Errors
/// As [`decode`].
pub fn check(item: Item<'_>) -> Result<(), SchemaError> {
    Content::read(item)?.check()
}

type Text<'a> = Cow<'a, str>;

/// A content whose fields were found and are of the right types, as it stands in the payload.
struct Content<'a> {
    kind: Kind,
    registered: NameText<'a>,
    kana: Option<NameText<'a>>,
    romanised: Option<NameText<'a>>,
    former_surname: Option<Text<'a>>,
    other_surname: Option<Text<'a>>,
    alias: Option<Text<'a>>,
    birth_date: BirthDate,
    nationality: Option<CountryCode>,
    passport_number: Option<Text<'a>>,
    vaccines: Vec<[Text<'a>; 4]>,
    doses: Vec<DoseText<'a>>,
    certificate_id: Text<'a>,
    issue_date: Date,
    issuer: Text<'a>,
}

struct NameText<'a> {
    surname: Option<Text<'a>>,
    given: Option<Text<'a>>,
}

struct DoseText<'a> {
    /// The position in the table of vaccines, in which it is.
    vaccine: usize,
    date: Date,
    number: u8,
    series: Option<u8>,
    lot: Text<'a>,
    country: CountryCode,
}

impl<'a> Content<'a> {
    fn read(item: Item<'a>) -> Result<Self, SchemaError> {
        let map = &item.as_map().ok_or_else(|| SchemaError::wrong_type(""))?.index();
        if unsigned(require(map, key::VERSION, "version")?, "version")? != VERSION {
            return Err(SchemaError::new(SchemaErrorKind::UnknownVersion, "version"));
        }
        let kind = match unsigned(require(map, key::KIND, "kind")?, "kind")? {
            0 => Kind::Domestic,
            1 => Kind::Overseas,
            _ => return Err(SchemaError::invalid("kind")),
        };
        let optional_text = |key, field| optional(map, key).map(|item| text(item, field)).transpose();
        let birth_date = text(require(map, key::BIRTH_DATE, "birth_date")?, "birth_date")?;
        let birth_date = BirthDate::parse(&birth_date).map_err(|_| SchemaError::invalid("birth_date"))?;
        let (registered, kana, romanised) = names(require(map, key::NAME, "name")?)?;
        let former_surname = optional_text(key::FORMER_SURNAME, "former_surname")?;
        let other_surname = optional_text(key::OTHER_SURNAME, "other_surname")?;
        let alias = optional_text(key::ALIAS, "alias")?;
        let nationality = optional(map, key::NATIONALITY).map(|item| country(item, "nationality")).transpose()?;
        let passport_number = optional_text(key::PASSPORT_NUMBER, "passport_number")?;
        let vaccines = vaccines(require(map, key::VACCINES, "vaccines")?)?;
        Ok(Self {
            kind,
            registered,
            kana,
            romanised,
            former_surname,
            other_surname,
            alias,
            birth_date,
            nationality,
            passport_number,
            doses: doses(require(map, key::DOSES, "doses")?, vaccines.len())?,
            vaccines,
            certificate_id: text(require(map, key::CERTIFICATE_ID, "certificate_id")?, "certificate_id")?,
            issuer: text(require(map, key::ISSUER, "issuer")?, "issuer")?,
            issue_date: date(require(map, key::ISSUE_DATE, "issue_date")?, "issue_date")?,
        })
    }

    fn check(&self) -> Result<(), SchemaError> {
        let record = RecordView {
            kind: self.kind,
            registered: self.registered.view(),
            kana: self.kana.as_ref().map(NameText::view),
            romanised: self.romanised.as_ref().map(NameText::view),
            former_surname: self.former_surname.as_deref(),
            other_surname: self.other_surname.as_deref(),
            alias: self.alias.as_deref(),
            guardian: None,
            birth_date: self.birth_date,
            has_nationality: self.nationality.is_some(),
            passport_number: self.passport_number.as_deref(),
            certificate_id: Some(&self.certificate_id),
            issuer: &self.issuer,
        };
        record.check(self.doses.iter().map(|dose| {
            let [disease, vaccine_kind, manufacturer, product] = self.vaccine_of(dose);
            let DoseText { date, number, series, country, ref lot, .. } = *dose;
            DoseView { date, number, series, disease, vaccine_kind, manufacturer, product, lot, country }
        }))?;
        match self.doses.iter().position(|dose| dose.date > self.issue_date) {
            Some(index) => Err(SchemaError::invalid(format!("doses[{index}].date"))),
            None => Ok(()),
        }
    }

    fn vaccine_of(&self, dose: &DoseText<'_>) -> [&str; 4] {
        // Every dose's position is in the table; no text, which no check lets pass, stands for the impossible.
        self.vaccines.get(dose.vaccine).map_or([""; 4], |texts| texts.each_ref().map(|text| &**text))
    }

    fn into_record(self) -> Result<Record, SchemaError> {
        let doses = self.doses.iter().map(|dose| {
            let [disease, vaccine_kind, manufacturer, product] = self.vaccine_of(dose).map(str::to_owned);
            let DoseText { date, number, series, country, ref lot, .. } = *dose;
            let lot = lot.clone().into_owned();
            Dose { date, number, series, disease, vaccine_kind, manufacturer, product, lot, country }
        });
        let doses = doses.collect();
        let personal = |text: Option<Text<'_>>| text.map(|text| Personal::new(text.into_owned()));
        Ok(Record::new(RecordFields {
            kind: self.kind,
            name: Names {
                registered: self.registered.into_name(),
                kana: self.kana.map(NameText::into_name),
                romanised: self.romanised.map(NameText::into_name),
            },
            former_surname: personal(self.former_surname),
            other_surname: personal(self.other_surname),
            alias: personal(self.alias),
            birth_date: self.birth_date.into(),
            sex: None,
            guardian: None,
            nationality: self.nationality.map(Personal::new),
            passport_number: personal(self.passport_number),
            doses,
            certificate_id: Some(self.certificate_id.into_owned()),
            issuer: self.issuer.into_owned(),
        })?)
    }
}

impl NameText<'_> {
    fn view(&self) -> NameView<'_> {
        NameView { surname: self.surname.as_deref(), given: self.given.as_deref() }
    }

    fn into_name(self) -> Name {
        let personal = |text: Option<Text<'_>>| text.map(|text| Personal::new(text.into_owned()));
        Name { surname: personal(self.surname), given: personal(self.given) }
    }
}

/// The registered name, that in kana and the romanised one.
type ThreeNames<'a> = (NameText<'a>, Option<NameText<'a>>, Option<NameText<'a>>);

fn names(item: Item<'_>) -> Result<ThreeNames<'_>, SchemaError> {
    let mut items = array(item, "name")?;
    let mut next =
        |field: &'static str| items.next().filter(|item| !item.is_null()).map(|item| name(item, field)).transpose();
    let registered = next("name.registered")?.ok_or_else(|| SchemaError::missing("name.registered"))?;
    Ok((registered, next("name.kana")?, next("name.romanised")?))
}

fn name<'a>(item: Item<'a>, field: &'static str) -> Result<NameText<'a>, SchemaError> {
    let mut items = array(item, field)?;
    let mut next = |part: &'static str| {
        let item = items.next().filter(|item| !item.is_null());
        item.map(|item| text(item, || format!("{field}.{part}"))).transpose()
    };
    Ok(NameText { surname: next("surname")?, given: next("given")? })
}

const VACCINE_FIELDS: [&str; 4] = ["disease", "vaccine_kind", "manufacturer", "product"];

fn vaccines(item: Item<'_>) -> Result<Vec<[Text<'_>; 4]>, SchemaError> {
    array(item, "vaccines")?.take(MAX_DOSES).enumerate().map(|(index, item)| vaccine(item, index)).collect()
}

fn vaccine(item: Item<'_>, index: usize) -> Result<[Text<'_>; 4], SchemaError> {
    let at = |field: &str| format!("vaccines[{index}].{field}");
    let mut items = array(item, || format!("vaccines[{index}]"))?;
    let mut texts = [const { Cow::Borrowed("") }; 4];
    for (to, field) in texts.iter_mut().zip(VACCINE_FIELDS) {
        let text = text(items.next().ok_or_else(|| SchemaError::missing(at(field)))?, || at(field))?;
        // Every dose of the vaccine gets a copy in a record, so a long text must not come that far.
        if text.len() > TEXT_MAX_CHARS && text.chars().nth(TEXT_MAX_CHARS).is_some() {
            return Err(SchemaError::invalid(at(field)));
        }
        *to = text;
    }
    Ok(texts)
}

fn doses(item: Item<'_>, vaccines: usize) -> Result<Vec<DoseText<'_>>, SchemaError> {
    // One too many is kept, so that it is refused and not cut off.
    array(item, "doses")?.take(MAX_DOSES + 1).enumerate().map(|(index, item)| dose(item, index, vaccines)).collect()
}

fn dose(item: Item<'_>, index: usize, vaccines: usize) -> Result<DoseText<'_>, SchemaError> {
    let at = |field: &str| format!("doses[{index}].{field}");
    let mut items = array(item, || format!("doses[{index}]"))?;
    let mut next = |field| items.next().ok_or_else(|| SchemaError::missing(at(field)));
    let (vaccine, day, number) = (next("vaccine")?, next("date")?, next("number")?);
    let (series, lot, place) = (next("series")?, next("lot")?, next("country")?);
    let vaccine = usize::try_from(unsigned(vaccine, || at("vaccine"))?).ok().filter(|index| *index < vaccines);
    Ok(DoseText {
        vaccine: vaccine.ok_or_else(|| SchemaError::invalid(at("vaccine")))?,
        date: date(day, || at("date"))?,
        number: small(number, || at("number"))?,
        series: if series.is_null() { None } else { Some(small(series, || at("series"))?) },
        lot: text(lot, || at("lot"))?,
        country: country(place, || at("country"))?,
    })
}

/// The path of a field, put together only when there is something to say about it.
trait Path {
    fn path(self) -> String;
}

impl Path for &'static str {
    fn path(self) -> String {
        self.to_owned()
    }
}

impl<F: FnOnce() -> String> Path for F {
    fn path(self) -> String {
        self()
    }
}

fn optional<'a>(map: &MapIndex<'a>, key: i64) -> Option<Item<'a>> {
    map.get_int(key).filter(|item| !item.is_null())
}

fn require<'a>(map: &MapIndex<'a>, key: i64, field: &'static str) -> Result<Item<'a>, SchemaError> {
    optional(map, key).ok_or_else(|| SchemaError::missing(field))
}

fn array<'a>(item: Item<'a>, field: impl Path) -> Result<impl Iterator<Item = Item<'a>>, SchemaError> {
    item.as_array().map(IntoIterator::into_iter).ok_or_else(|| SchemaError::wrong_type(field.path()))
}

fn text(item: Item<'_>, field: impl Path) -> Result<Text<'_>, SchemaError> {
    item.as_text().ok_or_else(|| SchemaError::wrong_type(field.path()))
}

fn unsigned(item: Item<'_>, field: impl Path) -> Result<u64, SchemaError> {
    match item.value() {
        Value::Unsigned(number) => Ok(number),
        _ => Err(SchemaError::wrong_type(field.path())),
    }
}

fn small(item: Item<'_>, field: impl Path + Clone) -> Result<u8, SchemaError> {
    u8::try_from(unsigned(item, field.clone())?).map_err(|_| SchemaError::invalid(field.path()))
}

fn date(item: Item<'_>, field: impl Path) -> Result<Date, SchemaError> {
    match item.as_i64() {
        Some(days) => Date::from_days_since_epoch(days).map_err(|_| SchemaError::invalid(field.path())),
        None => Err(SchemaError::wrong_type(field.path())),
    }
}

fn country(item: Item<'_>, field: impl Path) -> Result<CountryCode, SchemaError> {
    let Some(text) = item.as_text() else { return Err(SchemaError::wrong_type(field.path())) };
    CountryCode::parse(&text).ok_or_else(|| SchemaError::invalid(field.path()))
}
