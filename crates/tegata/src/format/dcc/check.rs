//! The schema check: one walk over the tables of [`schema`]. The view of what passes is made apart from it, so that a
//! verifier, which only asks whether a content passes, makes none.

use super::date;
#[cfg(feature = "outcomes")]
use super::read;
use super::schema::{self, EntryKind, Field, Form};
#[cfg(feature = "outcomes")]
use super::view::Dcc;
use crate::codec::cbor::{Item, MapIndex, Value};
use crate::format::{SchemaError, SchemaErrorKind};
use crate::model::{BirthDate, has_more_chars, path_within};
use crate::time::{Date, Timestamp};

#[cfg(feature = "outcomes")]
/// How closely a content must follow the schema.
///
/// Both demand exactly one entry, every required field in its type, real calendar dates, a birth
/// not after the issue, `fnt` and `gnt` of `A` to `Z` and `<`, and a `gnt` beside any `gn`. Both
/// pass over fields the schema does not have, as JSON Schema does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Strictness {
    /// As the schema of the declared version says; for what is issued.
    Strict,
    /// As real issuers write, for what is verified. Tolerated are: `null` for absent, an empty
    /// array beside the one entry, any version `1.x.y`, `dn` and `sd` as floating point, dates
    /// tagged or with a time, `00` for an unknown month or day of birth, sample times without a zone, texts longer than the schema allows,
    /// and `null` or no text for codes and countries.
    Lenient,
}

#[cfg(feature = "outcomes")]
/// Checks a payload, the value under [`HCERT_KEY`](super::HCERT_KEY), and gives a view of it.
/// `issued_at` is the `iat` claim, against which the date of birth is held.
///
/// The check is of form: codes are not looked up in value sets, and dates other than that of birth
/// are not held against each other.
///
/// # Errors
/// [`SchemaError`] names the first field that is missing, of the wrong type or not allowed.
pub fn check(item: Item<'_>, strictness: Strictness, issued_at: Option<Timestamp>) -> Result<Dcc<'_>, SchemaError> {
    let kind = match strictness {
        Strictness::Strict => validate::<true>(item, issued_at)?,
        Strictness::Lenient => validate::<false>(item, issued_at)?,
    };
    Ok(read::read(item, kind))
}

/// Checks a payload as [`check`] does, strictly or leniently, and says of what kind its one entry is.
pub(crate) fn validate<const STRICT: bool>(
    item: Item<'_>,
    issued_at: Option<Timestamp>,
) -> Result<EntryKind, SchemaError> {
    let map = item.as_map().ok_or_else(|| SchemaError::wrong_type(""))?.index();
    let version = map.get_text("ver").ok_or_else(|| SchemaError::missing("ver"))?;
    let version = version.as_text().ok_or_else(|| SchemaError::wrong_type("ver"))?;
    if is_of_the_future(&version) {
        return Err(SchemaError::new(SchemaErrorKind::UnknownVersion, "ver"));
    }
    let version = Version::parse(&version).filter(Version::is_known::<STRICT>);
    let version = version.ok_or_else(|| SchemaError::invalid("ver"))?;
    let fields = Fields::<STRICT> { map, path: "", version };
    let (kind, entry) = one_entry(&fields)?;
    check_name(&fields)?;
    check_birth_date(&fields, issued_at.map(Timestamp::date))?;
    let table: &[Field] = match kind {
        EntryKind::Vaccination => &schema::VACCINATION,
        EntryKind::Test => &schema::TEST,
        EntryKind::Recovery => &schema::RECOVERY,
    };
    if STRICT && kind == EntryKind::Test && !entry.follows(1, 3, 0) {
        entry.check(&schema::CENTRE)?;
    }
    entry.check(table)?;
    Ok(kind)
}

/// A version of the schema.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u16, u16, u16);

impl Version {
    /// Three numbers with points between them, whatever version they are.
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = [0_u16; 3];
        let (mut place, mut has_digits) = (0, false);
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => {
                    let number = numbers.get_mut(place)?;
                    *number = number.checked_mul(10)?.checked_add(u16::from(byte - b'0'))?;
                    has_digits = true;
                }
                b'.' if has_digits => (place, has_digits) = (place + 1, false),
                _ => return None,
            }
        }
        let [major, minor, patch] = numbers;
        (place == 2 && has_digits).then_some(Self(major, minor, patch))
    }

    /// Strictly a published one, leniently any of the first major version.
    fn is_known<const STRICT: bool>(&self) -> bool {
        if STRICT { PUBLISHED.contains(self) } else { self.0 == 1 }
    }
}

/// The published versions of eu-dcc-schema.
const PUBLISHED: &[Version] = &[
    Version(1, 0, 0),
    Version(1, 0, 1),
    Version(1, 1, 0),
    Version(1, 2, 0),
    Version(1, 2, 1),
    Version(1, 3, 0),
    Version(1, 3, 1),
    Version(1, 3, 2),
    Version(1, 3, 3),
];

/// Whether a version is a later one than the first major version, which alone is known.
fn is_of_the_future(version: &str) -> bool {
    // A build that does not tell it from a version that never was need not ask.
    cfg!(feature = "outcomes")
        && version.split_once('.').and_then(|(major, _)| major.parse::<u16>().ok()).is_some_and(|major| major > 1)
}

impl EntryKind {
    /// The field that lists entries of this kind.
    pub(super) const fn group(self) -> &'static str {
        match self {
            Self::Vaccination => "v",
            Self::Test => "t",
            Self::Recovery => "r",
        }
    }

    /// The path of the one entry.
    const fn path(self) -> &'static str {
        match self {
            Self::Vaccination => "v[0]",
            Self::Test => "t[0]",
            Self::Recovery => "r[0]",
        }
    }
}

/// Finds the one entry in the three groups.
fn one_entry<'a, const STRICT: bool>(
    fields: &Fields<'a, STRICT>,
) -> Result<(EntryKind, Fields<'a, STRICT>), SchemaError> {
    let count = || SchemaError::new(SchemaErrorKind::EntryCount, "");
    let mut found = None;
    for kind in [EntryKind::Vaccination, EntryKind::Test, EntryKind::Recovery] {
        let Some(item) = fields.get(kind.group()) else { continue };
        let mut entries = item.as_array().ok_or_else(|| SchemaError::wrong_type(kind.group()))?.into_iter();
        match entries.next() {
            // JSON Schema: minItems 1.
            None if STRICT => return Err(count()),
            None => {}
            Some(_) if found.is_some() || entries.next().is_some() => return Err(count()),
            Some(entry) => found = Some((kind, entry)),
        }
    }
    let (kind, entry) = found.ok_or_else(count)?;
    let map = entry.as_map().ok_or_else(|| SchemaError::wrong_type(kind.path()))?.index();
    Ok((kind, Fields { map, path: kind.path(), version: fields.version }))
}

fn check_name<const STRICT: bool>(fields: &Fields<'_, STRICT>) -> Result<(), SchemaError> {
    let item = fields.get("nam").ok_or_else(|| SchemaError::missing("nam"))?;
    let map = item.as_map().ok_or_else(|| SchemaError::wrong_type("nam"))?.index();
    let name = Fields::<STRICT> { map, path: "nam", version: fields.version };
    name.check(&schema::NAME)?;
    // Since 1.3.2, `gnt` alone is enough.
    if name.get("fnt").is_none() && (name.get("gnt").is_none() || !fields.follows(1, 3, 2)) {
        return Err(SchemaError::missing("nam.fnt"));
    }
    // The schema does not say it, but a given name that cannot be compared is refused everywhere.
    let has_text = |field| name.get(field).and_then(Item::as_text).is_some_and(|text| !text.is_empty());
    if has_text("gn") && !has_text("gnt") { Err(SchemaError::invalid("nam.gnt")) } else { Ok(()) }
}

fn check_birth_date<const STRICT: bool>(
    fields: &Fields<'_, STRICT>,
    issued_on: Option<Date>,
) -> Result<(), SchemaError> {
    let item = fields.get("dob").ok_or_else(|| SchemaError::missing("dob"))?;
    let text = item.as_text().ok_or_else(|| SchemaError::wrong_type("dob"))?;
    let possible = || {
        let date = date::birth_date(&text, !STRICT)?;
        let allowed = match date {
            // Empty since 1.3.0, without a day or month since 1.1.0.
            None => fields.follows(1, 3, 0),
            Some(BirthDate::Full(_)) => true,
            Some(_) => fields.follows(1, 1, 0),
        };
        let born = date.map(BirthDate::earliest).transpose().ok()?;
        (allowed && born.zip(issued_on).is_none_or(|(birth, issue)| birth <= issue)).then_some(())
    };
    if !fields.is_too_long(&text) && possible().is_some() { Ok(()) } else { Err(SchemaError::invalid("dob")) }
}

/// A map of the schema and its place.
struct Fields<'a, const STRICT: bool> {
    map: MapIndex<'a>,
    path: &'static str,
    version: Version,
}

impl<'a, const STRICT: bool> Fields<'a, STRICT> {
    /// Whether what a version of the schema began to allow is allowed: leniently everything is.
    fn follows(&self, major: u16, minor: u16, patch: u16) -> bool {
        !STRICT || self.version >= Version(major, minor, patch)
    }

    /// The field's value. Leniently, tags are peeled off and null is absent.
    fn get(&self, name: &str) -> Option<Item<'a>> {
        let item = self.map.get_text(name)?;
        if STRICT {
            return Some(item);
        }
        Some(item.untag()).filter(|item| !item.is_null())
    }

    /// What a certificate is verified to say is bounded by the size of a QR code; what is issued, by the schema.
    fn is_too_long(&self, text: &str) -> bool {
        STRICT && has_more_chars(text, if self.follows(1, 3, 0) { 80 } else { 50 })
    }

    /// Checks the fields of a table, one after another.
    fn check(&self, table: &[Field]) -> Result<(), SchemaError> {
        for field in table {
            if let Err(kind) = self.check_field(field) {
                return Err(SchemaError::new(kind, path_within(self.path, field.name)));
            }
        }
        Ok(())
    }

    fn check_field(&self, field: &Field) -> Result<(), SchemaErrorKind> {
        let Some(item) = self.get(field.name) else {
            let can_be_null = !STRICT && matches!(field.form, Form::Code | Form::Country);
            let passes = !field.required || can_be_null && self.map.get_text(field.name).is_some_and(Item::is_null);
            return if passes { Ok(()) } else { Err(SchemaErrorKind::MissingField) };
        };
        if field.form == Form::Count {
            return self.check_count(item.value());
        }
        let text = item.as_text().ok_or(SchemaErrorKind::WrongType)?;
        let allowed = !self.is_too_long(&text)
            && match field.form {
                Form::Text | Form::Code | Form::Count => true,
                Form::Transliterated => text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'<'),
                Form::Country => text.bytes().any(|byte| byte.is_ascii_uppercase()) || !STRICT && text.is_empty(),
                Form::Date => date::date(&text, !STRICT).is_some(),
                Form::DateTime => date::is_date_time(&text, !STRICT),
            };
        if allowed { Ok(()) } else { Err(SchemaErrorKind::InvalidValue) }
    }

    fn check_count(&self, value: Value<'_>) -> Result<(), SchemaErrorKind> {
        match value {
            Value::Unsigned(_) | Value::Negative(_) => {}
            Value::Float(_) if !STRICT => {}
            _ => return Err(SchemaErrorKind::WrongType),
        }
        let max = if self.follows(1, 3, 0) { u64::MAX } else { 9 };
        let allowed = whole_number(value).is_some_and(|number| (1..=max).contains(&number));
        if allowed { Ok(()) } else { Err(SchemaErrorKind::InvalidValue) }
    }
}

/// A number that is not negative, written as an integer or, when it is small, as floating point: dose numbers fit 16 bits.
pub(super) fn whole_number(value: Value<'_>) -> Option<u64> {
    let number = match value {
        Value::Unsigned(number) => return Some(number),
        Value::Float(number) => number,
        _ => return None,
    };
    let is_small = number.fract() == 0.0 && (0.0..=f64::from(u16::MAX)).contains(&number);
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked above"
    )]
    is_small.then_some(number as u64)
}
