//! Reading the Japanese profile.

use super::{VERSION, key};
use crate::codec::cbor::{Item, Map, Value};
use crate::format::{SchemaError, SchemaErrorKind};
use crate::model::{
    BirthDate, CountryCode, Dose, Kind, MAX_DOSES, Name, Names, Personal, Record, RecordFields, TEXT_MAX_CHARS,
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
    let map = item.as_map().ok_or_else(|| SchemaError::wrong_type(""))?;
    if unsigned(require(map, key::VERSION, "version")?, "version")? != VERSION {
        return Err(SchemaError::new(SchemaErrorKind::UnknownVersion, "version"));
    }
    let kind = match unsigned(require(map, key::KIND, "kind")?, "kind")? {
        0 => Kind::Domestic,
        1 => Kind::Overseas,
        _ => return Err(SchemaError::invalid("kind")),
    };
    let personal = |key, field| optional(map, key).map(|item| text(item, field).map(Personal::new)).transpose();
    let birth_date = Personal::new(text(require(map, key::BIRTH_DATE, "birth_date")?, "birth_date")?);
    let birth_date = BirthDate::parse(birth_date.expose()).map_err(|_| SchemaError::invalid("birth_date"))?;
    let record = Record::new(RecordFields {
        kind,
        name: names(require(map, key::NAME, "name")?)?,
        former_surname: personal(key::FORMER_SURNAME, "former_surname")?,
        other_surname: personal(key::OTHER_SURNAME, "other_surname")?,
        alias: personal(key::ALIAS, "alias")?,
        birth_date: birth_date.into(),
        sex: None,
        guardian: None,
        nationality: match optional(map, key::NATIONALITY) {
            Some(item) => Some(country(item, "nationality")?.into()),
            None => None,
        },
        passport_number: personal(key::PASSPORT_NUMBER, "passport_number")?,
        doses: doses(map)?,
        certificate_id: Some(text(require(map, key::CERTIFICATE_ID, "certificate_id")?, "certificate_id")?),
        issuer: text(require(map, key::ISSUER, "issuer")?, "issuer")?,
    })?;
    let issue_date = date(require(map, key::ISSUE_DATE, "issue_date")?, "issue_date")?;
    if let Some(index) = record.fields().doses.iter().position(|dose| dose.date > issue_date) {
        return Err(SchemaError::invalid(format!("doses[{index}].date")));
    }
    Ok(Jp { record, issue_date })
}

fn names(item: Item<'_>) -> Result<Names, SchemaError> {
    let mut items = array(item, "name")?;
    let mut next =
        |field: &'static str| items.next().filter(|item| !item.is_null()).map(|item| name(item, field)).transpose();
    Ok(Names {
        registered: next("name.registered")?.ok_or_else(|| SchemaError::missing("name.registered"))?,
        kana: next("name.kana")?,
        romanised: next("name.romanised")?,
    })
}

fn name(item: Item<'_>, field: &'static str) -> Result<Name, SchemaError> {
    let mut items = array(item, field)?;
    let mut next = |part: &'static str| {
        let item = items.next().filter(|item| !item.is_null());
        item.map(|item| item.as_text().ok_or_else(|| SchemaError::wrong_type(format!("{field}.{part}")))).transpose()
    };
    let (surname, given) = (next("surname")?, next("given")?);
    Ok(Name {
        surname: surname.map(|text| Personal::new(text.into_owned())),
        given: given.map(|text| Personal::new(text.into_owned())),
    })
}

fn doses(map: Map<'_>) -> Result<Vec<Dose>, SchemaError> {
    let vaccines = array(require(map, key::VACCINES, "vaccines")?, "vaccines")?
        .take(MAX_DOSES)
        .enumerate()
        .map(|(index, item)| vaccine(item, index))
        .collect::<Result<Vec<_>, _>>()?;
    // One too many is kept, so that it is refused and not cut off.
    array(require(map, key::DOSES, "doses")?, "doses")?
        .take(MAX_DOSES + 1)
        .enumerate()
        .map(|(index, item)| dose(item, index, &vaccines))
        .collect()
}

const VACCINE_FIELDS: [&str; 4] = ["disease", "vaccine_kind", "manufacturer", "product"];

fn vaccine(item: Item<'_>, index: usize) -> Result<[String; 4], SchemaError> {
    let at = |field: &str| format!("vaccines[{index}].{field}");
    let mut items = array(item, || format!("vaccines[{index}]"))?;
    let mut texts = <[String; 4]>::default();
    for (to, field) in texts.iter_mut().zip(VACCINE_FIELDS) {
        let text = text(items.next().ok_or_else(|| SchemaError::missing(at(field)))?, || at(field))?;
        // Every dose of the vaccine gets a copy, so a long text must not come that far.
        if text.chars().nth(TEXT_MAX_CHARS).is_some() {
            return Err(SchemaError::invalid(at(field)));
        }
        *to = text;
    }
    Ok(texts)
}

fn dose(item: Item<'_>, index: usize, vaccines: &[[String; 4]]) -> Result<Dose, SchemaError> {
    let at = |field: &str| format!("doses[{index}].{field}");
    let mut items = array(item, || format!("doses[{index}]"))?;
    let mut next = |field| items.next().ok_or_else(|| SchemaError::missing(at(field)));
    let (vaccine, day, number) = (next("vaccine")?, next("date")?, next("number")?);
    let (series, lot, place) = (next("series")?, next("lot")?, next("country")?);
    let vaccine = usize::try_from(unsigned(vaccine, || at("vaccine"))?).ok().and_then(|index| vaccines.get(index));
    let [disease, vaccine_kind, manufacturer, product] =
        vaccine.ok_or_else(|| SchemaError::invalid(at("vaccine")))?.clone();
    Ok(Dose {
        date: date(day, || at("date"))?,
        number: small(number, || at("number"))?,
        series: if series.is_null() { None } else { Some(small(series, || at("series"))?) },
        disease,
        vaccine_kind,
        manufacturer,
        product,
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

fn optional(map: Map<'_>, key: i64) -> Option<Item<'_>> {
    map.get_int(key).filter(|item| !item.is_null())
}

fn require<'a>(map: Map<'a>, key: i64, field: &'static str) -> Result<Item<'a>, SchemaError> {
    optional(map, key).ok_or_else(|| SchemaError::missing(field))
}

fn array<'a>(item: Item<'a>, field: impl Path) -> Result<impl Iterator<Item = Item<'a>>, SchemaError> {
    item.as_array().map(IntoIterator::into_iter).ok_or_else(|| SchemaError::wrong_type(field.path()))
}

fn text(item: Item<'_>, field: impl Path) -> Result<String, SchemaError> {
    item.as_text().map(|text| text.into_owned()).ok_or_else(|| SchemaError::wrong_type(field.path()))
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
