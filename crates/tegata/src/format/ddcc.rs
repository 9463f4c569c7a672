//! The WHO's digital documentation of COVID-19 certificates (DDCC): vaccination status under hcert
//! key 3, test result under 4. No longer issued, still held by people.
//!
//! Two arrangements are read: the core data set, whose event is a map `vaccination` or `test`, and
//! the flat one of early WHO codes, which stands in the claims themselves. Both are checked for what
//! a certificate cannot do without, and nothing more: no final schema was ever published.

use std::borrow::Cow;

use crate::codec::cbor::{Item, Map};
use crate::format::SchemaError;

/// The key of the vaccination status within the health certificate claim (−260).
pub const VACCINATION_KEY: i64 = super::content::key::DDCC_VACCINATION;
/// The key of the test result within the health certificate claim (−260).
pub const TEST_KEY: i64 = super::content::key::DDCC_TEST;

/// What a certificate says, borrowed from the payload. Codes are as they stand, with their own words where they bring
/// some.
#[derive(Clone)]
#[non_exhaustive]
pub struct Ddcc<'a> {
    /// The name (`name`).
    pub name: Cow<'a, str>,
    /// The date of birth (`birthDate`).
    pub birth_date: Option<Cow<'a, str>>,
    /// The identifier of the person (`identifier`).
    pub identifier: Option<Cow<'a, str>>,
    /// The vaccine or the result of the test.
    pub what: Cow<'a, str>,
    /// The disease or pathogen.
    pub disease: Option<Cow<'a, str>>,
    /// The day of the vaccination or test.
    pub date: Option<Cow<'a, str>>,
    /// The batch of the vaccine (`lot`).
    pub lot: Option<Cow<'a, str>>,
    /// The number of the dose and of doses in all.
    pub dose: Option<i64>,
    /// The number of doses of the series.
    pub total_doses: Option<i64>,
    /// The country.
    pub country: Option<Cow<'a, str>>,
    /// The certificate's identifier (`hcid`).
    pub certificate_id: Option<Cow<'a, str>>,
}

/// Shows nothing of the person.
impl core::fmt::Debug for Ddcc<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Ddcc").finish_non_exhaustive()
    }
}

/// Reads the value under [`VACCINATION_KEY`] or [`TEST_KEY`], or the claims that hold it directly.
///
/// # Errors
/// [`SchemaError`] names the first field that is missing or of the wrong type: the name, and the
/// vaccine or the test's result.
pub fn check<'a>(key: i64, item: Item<'a>) -> Result<Ddcc<'a>, SchemaError> {
    let map = item.untag().as_map().ok_or_else(|| SchemaError::wrong_type(""))?;
    let (event_key, what_key) = if key == TEST_KEY { ("test", "result") } else { ("vaccination", "vaccine") };
    let event = match optional(map, event_key) {
        Some(event) => event.as_map().ok_or_else(|| SchemaError::wrong_type(event_key))?,
        None => map,
    };
    let (disease_key, date_key) = if key == TEST_KEY { ("pathogen", "date") } else { ("disease", "date") };
    let certificate = optional(map, "certificate").and_then(Item::as_map).unwrap_or(map);
    let total = coding_or_number(event, "totalDoses").or_else(|| coding_or_number(event, "total_doses"));
    Ok(Ddcc {
        name: text(map, "name")?.ok_or_else(|| SchemaError::missing("name"))?,
        birth_date: text(map, "birthDate")?,
        identifier: text(map, "identifier")?,
        what: coding(event, what_key)?.ok_or_else(|| SchemaError::missing(what_key))?,
        disease: coding(event, disease_key)?,
        date: text(event, date_key)?,
        lot: text(event, "lot")?,
        dose: coding_or_number(event, "dose"),
        total_doses: total,
        country: coding(event, "country")?,
        certificate_id: text(certificate, "hcid")?,
    })
}

fn optional<'a>(map: Map<'a>, key: &str) -> Option<Item<'a>> {
    map.get_text(key).map(Item::untag).filter(|item| !item.is_null())
}

fn text<'a>(map: Map<'a>, key: &'static str) -> Result<Option<Cow<'a, str>>, SchemaError> {
    optional(map, key).map(|item| item.as_text().ok_or_else(|| SchemaError::wrong_type(key))).transpose()
}

/// A FHIR Coding as a map, or its code alone as a text: the words for it where it brings some, else the code.
fn coding<'a>(map: Map<'a>, key: &'static str) -> Result<Option<Cow<'a, str>>, SchemaError> {
    let Some(item) = optional(map, key) else { return Ok(None) };
    if let Some(text) = item.as_text() {
        return Ok(Some(text));
    }
    let coding = item.as_map().ok_or_else(|| SchemaError::wrong_type(key))?;
    let part = |part| optional(coding, part).and_then(Item::as_text);
    part("display").or_else(|| part("code")).map(Some).ok_or_else(|| SchemaError::missing(format!("{key}.code")))
}

fn coding_or_number(map: Map<'_>, key: &str) -> Option<i64> {
    optional(map, key)?.as_i64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::cbor::Encoder;
    use crate::format::SchemaErrorKind;
    use crate::format::content::flat_key;

    fn flat(name: Option<&str>, vaccine: impl Fn(&mut Encoder)) -> Vec<u8> {
        let mut encoder = Encoder::new();
        encoder.map(|map| {
            if let Some(name) = name {
                map.text_key("name", |value| value.text(name));
            }
            map.text_key("vaccine", &vaccine);
            map.text_key("date", Encoder::null);
            map.text_key("dose", |value| value.unsigned(1));
        });
        encoder.into_bytes()
    }

    #[test]
    fn the_flat_arrangement() {
        let bytes = flat(Some("Hanako Tegata"), |value| {
            value.map(|coding| coding.text_key("code", |value| value.text("1119349007")));
        });
        let item = Item::parse(&bytes).unwrap();
        let ddcc = check(VACCINATION_KEY, item).unwrap();
        assert_eq!((&*ddcc.what, ddcc.dose, ddcc.date), ("1119349007", Some(1), None));
        assert_eq!(flat_key(item.as_map().unwrap()), Some(VACCINATION_KEY));
    }

    #[test]
    fn what_a_certificate_cannot_do_without() {
        let refused = |bytes: &[u8]| {
            let error = check(VACCINATION_KEY, Item::parse(bytes).unwrap()).unwrap_err();
            (error.kind(), error.field().to_owned())
        };
        let nameless = flat(None, |value| value.text("x"));
        assert_eq!(refused(&nameless), (SchemaErrorKind::MissingField, "name".into()));
        let wrong = flat(Some("x"), |value| value.unsigned(1));
        assert_eq!(refused(&wrong), (SchemaErrorKind::WrongType, "vaccine".into()));
        let empty = flat(Some("x"), |value| value.map(|_| {}));
        assert_eq!(refused(&empty), (SchemaErrorKind::MissingField, "vaccine.code".into()));
        assert_eq!(refused(&[0x01]), (SchemaErrorKind::WrongType, String::new()));
    }
}
