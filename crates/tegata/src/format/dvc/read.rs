//! Reading a digital vaccination certificate of any shape.

use std::borrow::Cow;

use super::products::{DvcProduct, DvcProducts};
use super::starts_on;
use crate::codec::cbor::{Item, Map};
use crate::format::{SchemaError, SchemaErrorKind};
use crate::model::BirthDate;
use crate::time::{Date, Timestamp};

/// Which of the shapes a certificate has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DvcShape {
    /// Those of 2024 and 2025: the dose is `v`.
    Nested,
    /// That of 2026: the dose is `vx`, and `v` is the version of the template.
    Versioned,
}

/// A certificate's content, borrowed from the payload. Unknown keys are passed over.
#[derive(Clone)]
#[non_exhaustive]
pub struct Dvc<'a> {
    /// The shape it was read from.
    pub shape: DvcShape,
    /// The full name (`n`), as the travel document has it.
    pub name: Cow<'a, str>,
    /// The date of birth (`dob`); partial in older shapes.
    pub birth_date: Cow<'a, str>,
    /// The sex (`s`): FHIR AdministrativeGender, or what an issuer put there.
    pub sex: Option<Cow<'a, str>>,
    /// The nationality (`nt`, earlier `ntl`): ISO 3166-1.
    pub nationality: Option<Cow<'a, str>>,
    /// The number of an identity document (`id`, earlier `nid`).
    pub document_number: Option<Cow<'a, str>>,
    /// The kind of that document (`dt`, earlier `ndt`): HL7 v2-0203, such as `PPN` for a passport.
    pub document_type: Option<Cow<'a, str>>,
    /// The name of a parent or guardian (`gn`).
    pub guardian: Option<Cow<'a, str>>,
    /// The version of the template (`v` as a text).
    pub version: Option<Cow<'a, str>>,
    /// The day of issue (`d`).
    pub issue_date: Option<Date>,
    /// The dose.
    pub dose: DvcDose<'a>,
}

/// The dose of a certificate.
#[derive(Clone)]
#[non_exhaustive]
pub struct DvcDose<'a> {
    /// The product's code (`vp`).
    pub product_code: Cow<'a, str>,
    /// The product, when the catalogue holds the code.
    pub product: Option<&'static DvcProduct>,
    /// The day it was given (`dv`, earlier `dt`).
    pub date: Date,
    /// The batch (`bo`).
    pub batch: Cow<'a, str>,
    /// The supervising clinician (`cn`).
    pub clinician: Option<Cow<'a, str>>,
    /// The issuing authority (`is`): a participant of WHO's certification network.
    pub issuer: Option<Cow<'a, str>>,
    /// The first day it counts: `vls` of the older shapes, else by the rule of the product.
    pub valid_from: Option<Date>,
    /// The last day it counts (`vle` of the older shapes).
    pub valid_until: Option<Date>,
}

/// Shows the shape, nothing of the person.
impl core::fmt::Debug for Dvc<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Dvc").field("shape", &self.shape).finish_non_exhaustive()
    }
}

/// Shows nothing: a dose with its batch and day leads to a person.
impl core::fmt::Debug for DvcDose<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DvcDose").finish_non_exhaustive()
    }
}

/// Reads the value under [`HCERT_KEY`](super::HCERT_KEY) and checks it against its specification:
/// required fields, one dose, a dose not after the issue, and in the shape of 2026 a clinician or an
/// issuing authority.
///
/// `issued_at` is the certificate's `iat`, against whose day the dose is checked where the content
/// has no day of issue.
///
/// # Errors
/// [`SchemaError`] names the first field that is missing, of the wrong type or not allowed;
/// [`SchemaErrorKind::UnknownVersion`] for a template of the future and, when all else is well,
/// [`SchemaErrorKind::UnknownProduct`] for a product outside the catalogue: neither is a rejection.
pub fn check<'a>(item: Item<'a>, issued_at: Option<Timestamp>) -> Result<Dvc<'a>, SchemaError> {
    let dvc = read(item)?;
    let dose_field = dvc.shape.path("dv", "dt");
    // The day of issue is the issuer's, which can be a day after that of UTC.
    let latest = dvc.issue_date.map(Date::days_since_epoch);
    let latest = latest.or_else(|| issued_at.map(|time| time.date().days_since_epoch() + 1));
    if latest.is_some_and(|latest| dvc.dose.date.days_since_epoch() > latest) {
        return Err(SchemaError::invalid(dose_field));
    }
    if dvc.shape == DvcShape::Versioned {
        let version = dvc.version.as_deref().unwrap_or_default();
        if version != "1" && !version.starts_with("1.") {
            return Err(SchemaError::new(SchemaErrorKind::UnknownVersion, "v"));
        }
    }
    if dvc.dose.product.is_none() {
        return Err(SchemaError::new(SchemaErrorKind::UnknownProduct, dvc.shape.path("vp", "vp")));
    }
    Ok(dvc)
}

/// Reads a content whatever its template and product are.
pub(crate) fn read(item: Item<'_>) -> Result<Dvc<'_>, SchemaError> {
    let map = item.untag().as_map().ok_or_else(|| SchemaError::wrong_type(""))?;
    let v = require(map, "v", "v")?;
    if let Some(version) = v.as_text() { versioned(map, version) } else { nested(map, v) }
}

/// The shape of 2026.
fn versioned<'a>(map: Map<'a>, version: Cow<'a, str>) -> Result<Dvc<'a>, SchemaError> {
    let shape = DvcShape::Versioned;
    let dose = require(map, "vx", "vx")?.as_map().ok_or_else(|| SchemaError::wrong_type("vx"))?;
    let dose = read_dose(dose, shape)?;
    if dose.clinician.is_none() && dose.issuer.is_none() {
        return Err(SchemaError::missing("vx.is"));
    }
    Ok(Dvc {
        shape,
        name: text(map, "n", "n")?.ok_or_else(|| SchemaError::missing("n"))?,
        birth_date: birth_date(map, true)?,
        sex: Some(text(map, "s", "s")?.ok_or_else(|| SchemaError::missing("s"))?),
        nationality: Some(text(map, "nt", "nt")?.ok_or_else(|| SchemaError::missing("nt"))?),
        document_number: text(map, "id", "id")?,
        document_type: text(map, "dt", "dt")?,
        guardian: text(map, "gn", "gn")?,
        version: Some(version),
        issue_date: date(map, "d", "d")?,
        dose,
    })
}

/// The shapes of 2024 and 2025. Issuers of those years left out nearly everything somewhere, so
/// that only what a certificate cannot do without is required.
fn nested<'a>(map: Map<'a>, v: Item<'a>) -> Result<Dvc<'a>, SchemaError> {
    let shape = DvcShape::Nested;
    let dose = match v.as_array() {
        Some(doses) if doses.len() == 1 => doses.iter().next().and_then(Item::as_map),
        Some(_) => return Err(SchemaError::new(SchemaErrorKind::EntryCount, "v")),
        None => v.as_map(),
    };
    let dose = read_dose(dose.ok_or_else(|| SchemaError::wrong_type("v"))?, shape)?;
    Ok(Dvc {
        shape,
        name: text(map, "n", "n")?.ok_or_else(|| SchemaError::missing("n"))?,
        birth_date: birth_date(map, false)?,
        sex: text(map, "s", "s")?,
        nationality: text(map, "ntl", "ntl")?,
        document_number: text(map, "nid", "nid")?,
        document_type: text(map, "ndt", "ndt")?,
        guardian: text(map, "gn", "gn")?,
        version: None,
        issue_date: None,
        dose,
    })
}

fn read_dose(map: Map<'_>, shape: DvcShape) -> Result<DvcDose<'_>, SchemaError> {
    let path = |key| shape.path(key, key);
    let get = |key| text(map, key, path(key));
    let product_code = get("vp")?.ok_or_else(|| SchemaError::missing(path("vp")))?;
    let product = DvcProducts::builtin().by_code(&product_code);
    // Some commits of the newest shape still call the day `dt`.
    let day = |key| date(map, key, path(key));
    let given = match shape {
        DvcShape::Versioned => day("dv")?.map_or_else(|| day("dt"), |date| Ok(Some(date)))?,
        DvcShape::Nested => day("dt")?,
    };
    let given = given.ok_or_else(|| SchemaError::missing(shape.path("dv", "dt")))?;
    let stated = |key| if shape == DvcShape::Nested { day(key) } else { Ok(None) };
    let (from, until) = (stated("vls")?, stated("vle")?);
    Ok(DvcDose {
        product_code,
        product,
        date: given,
        batch: get("bo")?.ok_or_else(|| SchemaError::missing(path("bo")))?,
        clinician: get("cn")?,
        issuer: get("is")?,
        valid_from: from.or_else(|| starts_on(product, given)),
        valid_until: until,
    })
}

impl DvcShape {
    /// The field that says when a dose starts to count.
    pub(crate) const fn start_field(self) -> &'static str {
        match self {
            Self::Versioned => "vx.dv",
            Self::Nested => "v.vls",
        }
    }

    /// The path of a dose's field, which the two shapes may call differently.
    fn path(self, versioned: &'static str, nested: &'static str) -> String {
        match self {
            Self::Versioned => format!("vx.{versioned}"),
            Self::Nested => format!("v.{nested}"),
        }
    }
}

fn require<'a>(map: Map<'a>, key: &str, field: &'static str) -> Result<Item<'a>, SchemaError> {
    optional(map, key).ok_or_else(|| SchemaError::missing(field))
}

fn optional<'a>(map: Map<'a>, key: &str) -> Option<Item<'a>> {
    map.get_text(key).map(Item::untag).filter(|item| !item.is_null())
}

/// A text that says something; an empty one counts as absent.
fn text<'a>(map: Map<'a>, key: &str, field: impl Into<Cow<'static, str>>) -> Result<Option<Cow<'a, str>>, SchemaError> {
    match optional(map, key).map(Item::as_text) {
        Some(Some(text)) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
        Some(None) => Err(SchemaError::wrong_type(field)),
        None => Ok(None),
    }
}

/// A day, `YYYY-MM-DD`; a time after it is passed over.
fn date(map: Map<'_>, key: &str, field: impl Into<Cow<'static, str>>) -> Result<Option<Date>, SchemaError> {
    let field: Cow<'static, str> = field.into();
    let Some(text) = text(map, key, field.clone())? else { return Ok(None) };
    let day = text.split_once('T').map_or(&*text, |(day, _)| day);
    Date::parse(day).map(Some).map_err(|_| SchemaError::invalid(field))
}

/// The date of birth: a full date in the newest shape, possibly a part of one in the older ones.
fn birth_date<'a>(map: Map<'a>, full: bool) -> Result<Cow<'a, str>, SchemaError> {
    let text = text(map, "dob", "dob")?.ok_or_else(|| SchemaError::missing("dob"))?;
    let day = text.split_once('T').map_or(&*text, |(day, _)| day);
    match BirthDate::parse(day) {
        Ok(BirthDate::Full(_)) => Ok(text),
        Ok(_) if !full => Ok(text),
        _ => Err(SchemaError::invalid("dob")),
    }
}
