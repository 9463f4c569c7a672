//! The record as JSON: what an issuer's systems hand over.
//!
//! The reader is strict, for the record is about to be signed: an unknown, repeated or wrongly
//! typed field is an error that names the field and shows nothing of its content. An absent
//! optional field may also be `null`.

mod tree;

use serde_json::{Map, Value, json};

use self::tree::{Json, Object};
use super::error::{Fault, RecordErrorKind};
use super::{BirthDate, CountryCode, Dose, Kind, Name, Names, Personal, Record, RecordError, RecordFields, Sex};
use crate::time::Date;

/// The JSON Schema (draft 2020-12) of the record.
pub const RECORD_SCHEMA: &str = include_str!("../../data/record.schema.json");
/// A record of a person who does not exist.
pub const EXAMPLE_RECORD: &str = include_str!("../../data/record.example.json");
/// Bytes of a record's JSON: ten times what [`MAX_DOSES`](super::MAX_DOSES) ordinary doses take.
pub const RECORD_MAX_BYTES: usize = 512 * 1024;

pub(super) const RECORD_FIELDS: &[&str] = &[
    "kind",
    "name",
    "former_surname",
    "other_surname",
    "alias",
    "birth_date",
    "sex",
    "guardian",
    "nationality",
    "passport_number",
    "doses",
    "certificate_id",
    "issuer",
];
pub(super) const NAMES_FIELDS: &[&str] = &["registered", "kana", "romanised"];
pub(super) const NAME_FIELDS: &[&str] = &["surname", "given"];
pub(super) const DOSE_FIELDS: &[&str] =
    &["date", "number", "series", "disease", "vaccine_kind", "manufacturer", "product", "lot", "country"];

impl Record {
    /// Reads and checks a record of the form [`RECORD_SCHEMA`] describes.
    ///
    /// # Errors
    /// [`RecordError`] names the first field that is not allowed.
    pub fn from_json(text: &str) -> Result<Self, RecordError> {
        if text.len() > RECORD_MAX_BYTES {
            return Err(Fault { kind: RecordErrorKind::TooLarge, reason: "is too large" }.at(""));
        }
        let json = serde_json::from_str::<Json>(text).map_err(|error| {
            let kind = RecordErrorKind::Malformed { line: error.line(), column: error.column() };
            Fault { kind, reason: "is not well-formed JSON" }.at("")
        })?;
        let mut record = Object::read(json, String::new(), RECORD_FIELDS)?;
        let fields = RecordFields {
            kind: read_kind(&mut record)?,
            name: read_names(&mut record)?,
            former_surname: record.optional_text("former_surname")?.map(Personal::new),
            other_surname: record.optional_text("other_surname")?.map(Personal::new),
            alias: record.optional_text("alias")?.map(Personal::new),
            birth_date: read_birth_date(&mut record)?,
            sex: read_sex(&mut record)?.map(Personal::new),
            guardian: record.optional_text("guardian")?.map(Personal::new),
            nationality: read_nationality(&mut record)?.map(Personal::new),
            passport_number: record.optional_text("passport_number")?.map(Personal::new),
            doses: record.objects("doses", DOSE_FIELDS)?.into_iter().map(read_dose).collect::<Result<_, _>>()?,
            certificate_id: record.optional_text("certificate_id")?,
            issuer: record.text("issuer")?,
        };
        Self::new(fields)
    }

    /// Writes the record in the form [`from_json`](Self::from_json) reads, on one line. The text
    /// is personal data and in the caller's care.
    #[must_use]
    pub fn to_json(&self) -> String {
        let fields = self.fields();
        let mut record = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                record.insert(name.into(), value);
            }
        };
        let text = |text: &Option<Personal<String>>| text.as_ref().map(|text| json!(text.expose()));
        put("kind", Some(json!(fields.kind.name())));
        put("name", Some(write_names(&fields.name)));
        put("former_surname", text(&fields.former_surname));
        put("other_surname", text(&fields.other_surname));
        put("alias", text(&fields.alias));
        put("birth_date", Some(json!(fields.birth_date.expose().to_text())));
        put("sex", fields.sex.as_ref().map(|sex| json!(sex.expose().name())));
        put("guardian", text(&fields.guardian));
        put("nationality", fields.nationality.as_ref().map(|code| json!(code.expose().alpha3())));
        put("passport_number", text(&fields.passport_number));
        put("doses", Some(fields.doses.iter().map(write_dose).collect()));
        put("certificate_id", fields.certificate_id.as_ref().map(|id| json!(id)));
        put("issuer", Some(json!(fields.issuer)));
        Value::Object(record).to_string()
    }
}

fn read_kind(record: &mut Object) -> Result<Kind, RecordError> {
    match record.text("kind")?.as_str() {
        "domestic" => Ok(Kind::Domestic),
        "overseas" => Ok(Kind::Overseas),
        _ => Err(Fault::invalid("is neither domestic nor overseas").at("kind")),
    }
}

fn read_names(record: &mut Object) -> Result<Names, RecordError> {
    let mut names = record.object("name", NAMES_FIELDS)?;
    Ok(Names {
        registered: read_name(names.object("registered", NAME_FIELDS)?)?,
        kana: names.optional_object("kana", NAME_FIELDS)?.map(read_name).transpose()?,
        romanised: names.optional_object("romanised", NAME_FIELDS)?.map(read_name).transpose()?,
    })
}

fn read_name(mut name: Object) -> Result<Name, RecordError> {
    Ok(Name {
        surname: name.optional_text("surname")?.map(Personal::new),
        given: name.optional_text("given")?.map(Personal::new),
    })
}

fn read_birth_date(record: &mut Object) -> Result<Personal<BirthDate>, RecordError> {
    let text = Personal::new(record.text("birth_date")?);
    let date = BirthDate::parse(text.expose());
    date.map(Personal::new).map_err(|_| Fault::invalid("is not a date YYYY-MM-DD, YYYY-MM or YYYY").at("birth_date"))
}

fn read_nationality(record: &mut Object) -> Result<Option<CountryCode>, RecordError> {
    let Some(text) = record.optional_text("nationality")? else { return Ok(None) };
    let code = CountryCode::parse(&text);
    code.map(Some).ok_or_else(|| Fault::invalid("is not a three-letter country code").at("nationality"))
}

fn read_sex(record: &mut Object) -> Result<Option<Sex>, RecordError> {
    let Some(text) = record.optional_text("sex")? else { return Ok(None) };
    let sex = Sex::ALL.into_iter().find(|sex| sex.name() == text);
    sex.map(Some).ok_or_else(|| Fault::invalid("is none of male, female, other, unknown").at("sex"))
}

fn read_dose(mut dose: Object) -> Result<Dose, RecordError> {
    let date = Date::parse(&dose.text("date")?);
    let date = date.map_err(|_| Fault::invalid("is not a date YYYY-MM-DD").at(dose.field("date")))?;
    let country = CountryCode::parse(&dose.text("country")?);
    let country =
        country.ok_or_else(|| Fault::invalid("is not a three-letter country code").at(dose.field("country")))?;
    Ok(Dose {
        date,
        number: dose.small_number("number")?.ok_or_else(|| Fault::MISSING.at(dose.field("number")))?,
        series: dose.small_number("series")?,
        disease: dose.text("disease")?,
        vaccine_kind: dose.text("vaccine_kind")?,
        manufacturer: dose.text("manufacturer")?,
        product: dose.text("product")?,
        lot: dose.text("lot")?,
        country,
    })
}

fn write_names(names: &Names) -> Value {
    let mut object = Map::new();
    object.insert("registered".into(), write_name(&names.registered));
    for (name, value) in [("kana", &names.kana), ("romanised", &names.romanised)] {
        if let Some(value) = value {
            object.insert(name.into(), write_name(value));
        }
    }
    Value::Object(object)
}

fn write_name(name: &Name) -> Value {
    let mut object = Map::new();
    for (field, part) in [("surname", &name.surname), ("given", &name.given)] {
        if let Some(part) = part {
            object.insert(field.into(), json!(part.expose()));
        }
    }
    Value::Object(object)
}

fn write_dose(dose: &Dose) -> Value {
    let mut object = Map::new();
    object.insert("date".into(), json!(dose.date.to_string()));
    object.insert("number".into(), json!(dose.number));
    if let Some(series) = dose.series {
        object.insert("series".into(), json!(series));
    }
    for (field, text) in [
        ("disease", dose.disease.as_str()),
        ("vaccine_kind", &dose.vaccine_kind),
        ("manufacturer", &dose.manufacturer),
        ("product", &dose.product),
        ("lot", &dose.lot),
        ("country", dose.country.alpha3()),
    ] {
        object.insert(field.into(), json!(text));
    }
    Value::Object(object)
}
