//! The schema check: a parsed payload becomes a [`Dcc`].

use std::borrow::Cow;

use super::date;
use super::view::{Dcc, DccName, Entry, Recovery, Test, Vaccination};
use crate::codec::cbor::{Item, MapIndex, Value};
use crate::format::{SchemaError, SchemaErrorKind};
use crate::time::{Date, Timestamp};

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

/// What the declared version demands.
#[derive(Clone, Copy)]
struct Rules {
    strict: bool,
    /// Month and day of birth can be missing, since 1.1.0.
    partial_birth_date: bool,
    /// The date of birth can be empty, a dose number can exceed 9, texts can have 80 characters,
    /// and `tc` can be missing, since 1.3.0.
    since_1_3_0: bool,
    /// `gnt` alone is enough, since 1.3.2.
    given_name_suffices: bool,
}

impl Rules {
    fn of(version: &str, strictness: Strictness) -> Option<Self> {
        let mut parts = version.split('.');
        let (Some(major), Some(minor), Some(patch), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u16>().ok())?;
        let version = (number(major)?, number(minor)?, number(patch)?);
        let known = match strictness {
            Strictness::Strict => VERSIONS.contains(&version),
            Strictness::Lenient => version.0 == 1,
        };
        let strict = strictness == Strictness::Strict;
        known.then_some(Self {
            strict,
            partial_birth_date: !strict || version >= (1, 1, 0),
            since_1_3_0: !strict || version >= (1, 3, 0),
            given_name_suffices: !strict || version >= (1, 3, 2),
        })
    }

    const fn max_chars(self) -> usize {
        if self.since_1_3_0 { 80 } else { 50 }
    }
}

/// The published versions of eu-dcc-schema.
const VERSIONS: &[(u16, u16, u16)] =
    &[(1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 2, 0), (1, 2, 1), (1, 3, 0), (1, 3, 1), (1, 3, 2), (1, 3, 3)];

/// Checks a payload, the value under [`HCERT_KEY`](super::HCERT_KEY), and gives a view of it.
/// `issued_at` is the `iat` claim, against which the date of birth is held.
///
/// The check is of form: codes are not looked up in value sets, and dates other than that of birth
/// are not held against each other.
///
/// # Errors
/// [`SchemaError`] names the first field that is missing, of the wrong type or not allowed.
pub fn check(item: Item<'_>, strictness: Strictness, issued_at: Option<Timestamp>) -> Result<Dcc<'_>, SchemaError> {
    let map = item.as_map().ok_or_else(|| SchemaError::wrong_type(""))?.index();
    let version = map.get_text("ver").ok_or_else(|| SchemaError::missing("ver"))?;
    let version = version.as_text().ok_or_else(|| SchemaError::wrong_type("ver"))?;
    if is_of_the_future(&version) {
        return Err(SchemaError::new(SchemaErrorKind::UnknownVersion, "ver"));
    }
    let rules = Rules::of(&version, strictness).ok_or_else(|| SchemaError::invalid("ver"))?;
    let fields = Fields { map, path: "", rules };
    let (group, entry) = one_entry(&fields)?;
    let name = name(&fields)?;
    let birth_date = birth_date(&fields, issued_at.map(Timestamp::date))?;
    let entry = match group {
        Group::Vaccination => Entry::Vaccination(vaccination(&entry)?),
        Group::Test => Entry::Test(test(&entry)?),
        Group::Recovery => Entry::Recovery(recovery(&entry)?),
    };
    Ok(Dcc { version, name, birth_date, entry })
}

/// Whether a version is a later one than the first major version, which alone is known.
fn is_of_the_future(version: &str) -> bool {
    version.split_once('.').and_then(|(major, _)| major.parse::<u16>().ok()).is_some_and(|major| major > 1)
}

#[derive(Clone, Copy)]
enum Group {
    Vaccination,
    Test,
    Recovery,
}

/// Finds the one entry in the three groups.
fn one_entry<'a>(fields: &Fields<'a>) -> Result<(Group, Fields<'a>), SchemaError> {
    let mut found = None;
    for (group, name, path) in
        [(Group::Vaccination, "v", "v[0]"), (Group::Test, "t", "t[0]"), (Group::Recovery, "r", "r[0]")]
    {
        let Some(item) = fields.get(name) else { continue };
        let mut entries = item.as_array().ok_or_else(|| SchemaError::wrong_type(name))?.into_iter();
        match entries.next() {
            // JSON Schema: minItems 1.
            None if fields.rules.strict => return Err(SchemaError::new(SchemaErrorKind::EntryCount, "")),
            None => continue,
            Some(_) if found.is_some() || entries.next().is_some() => {
                return Err(SchemaError::new(SchemaErrorKind::EntryCount, ""));
            }
            Some(entry) => found = Some((group, entry, path)),
        }
    }
    let (group, entry, path) = found.ok_or_else(|| SchemaError::new(SchemaErrorKind::EntryCount, ""))?;
    let map = entry.as_map().ok_or_else(|| SchemaError::wrong_type(path))?.index();
    Ok((group, Fields { map, path, rules: fields.rules }))
}

fn name<'a>(fields: &Fields<'a>) -> Result<DccName<'a>, SchemaError> {
    let item = fields.get("nam").ok_or_else(|| SchemaError::missing("nam"))?;
    let map = item.as_map().ok_or_else(|| SchemaError::wrong_type("nam"))?.index();
    let nam = Fields { map, path: "nam", rules: fields.rules };
    let name = DccName {
        surname: nam.optional_text("fn")?,
        surname_transliterated: nam.transliterated("fnt")?,
        given: nam.optional_text("gn")?,
        given_transliterated: nam.transliterated("gnt")?,
    };
    match (&name.surname_transliterated, &name.given_transliterated) {
        (None, Some(_)) if fields.rules.given_name_suffices => {}
        (None, _) => return Err(nam.missing("fnt")),
        (Some(_), _) => {}
    }
    // The schema does not say it, but a given name that cannot be compared is refused everywhere.
    let has_text = |text: &Option<Cow<'_, str>>| text.as_ref().is_some_and(|text| !text.is_empty());
    if has_text(&name.given) && !has_text(&name.given_transliterated) {
        return Err(nam.invalid("gnt"));
    }
    Ok(name)
}

fn birth_date<'a>(fields: &Fields<'a>, issued_on: Option<Date>) -> Result<Cow<'a, str>, SchemaError> {
    let rules = fields.rules;
    let text = fields.required_text("dob")?;
    let date = date::birth_date(&text, !rules.strict).ok_or_else(|| SchemaError::invalid("dob"))?;
    let allowed = match date {
        None => rules.since_1_3_0,
        Some(crate::model::BirthDate::Full(_)) => true,
        Some(_) => rules.partial_birth_date,
    };
    let earliest = date.map(|date| date.earliest().map_err(|_| SchemaError::invalid("dob"))).transpose()?;
    let unborn = earliest.zip(issued_on).is_some_and(|(birth, issue)| birth > issue);
    if allowed && !unborn { Ok(text) } else { Err(SchemaError::invalid("dob")) }
}

fn vaccination<'a>(entry: &Fields<'a>) -> Result<Vaccination<'a>, SchemaError> {
    Ok(Vaccination {
        disease: entry.code("tg")?,
        vaccine: entry.code("vp")?,
        product: entry.code("mp")?,
        manufacturer: entry.code("ma")?,
        dose_number: entry.positive("dn")?,
        series_doses: entry.positive("sd")?,
        date: entry.date("dt")?,
        country: entry.country()?,
        issuer: entry.required_text("is")?,
        certificate_id: entry.required_text("ci")?,
    })
}

fn test<'a>(entry: &Fields<'a>) -> Result<Test<'a>, SchemaError> {
    if !entry.rules.since_1_3_0 {
        entry.required_text("tc")?;
    }
    let sample_collected = entry.required_text("sc")?;
    if !date::is_date_time(&sample_collected, !entry.rules.strict) {
        return Err(entry.invalid("sc"));
    }
    Ok(Test {
        disease: entry.code("tg")?,
        test_type: entry.code("tt")?,
        name: entry.optional_text("nm")?,
        device: entry.optional_text("ma")?,
        sample_collected,
        result: entry.code("tr")?,
        centre: entry.optional_text("tc")?,
        country: entry.country()?,
        issuer: entry.required_text("is")?,
        certificate_id: entry.required_text("ci")?,
    })
}

fn recovery<'a>(entry: &Fields<'a>) -> Result<Recovery<'a>, SchemaError> {
    Ok(Recovery {
        disease: entry.code("tg")?,
        first_positive: entry.date("fr")?,
        country: entry.country()?,
        issuer: entry.required_text("is")?,
        valid_from: entry.date("df")?,
        valid_until: entry.date("du")?,
        certificate_id: entry.required_text("ci")?,
    })
}

/// A map of the schema and its place.
struct Fields<'a> {
    map: MapIndex<'a>,
    path: &'static str,
    rules: Rules,
}

impl<'a> Fields<'a> {
    fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn missing(&self, name: &str) -> SchemaError {
        SchemaError::missing(self.path(name))
    }

    fn invalid(&self, name: &str) -> SchemaError {
        SchemaError::invalid(self.path(name))
    }

    /// The field's value. Leniently, tags are peeled off and null is absent.
    fn get(&self, name: &str) -> Option<Item<'a>> {
        let item = self.map.get_text(name)?;
        if self.rules.strict {
            return Some(item);
        }
        Some(item.untag()).filter(|item| !item.is_null())
    }

    fn optional_text(&self, name: &str) -> Result<Option<Cow<'a, str>>, SchemaError> {
        let Some(item) = self.get(name) else { return Ok(None) };
        let text = item.as_text().ok_or_else(|| SchemaError::wrong_type(self.path(name)))?;
        // What a certificate is verified to say is bounded by the size of a QR code.
        if self.rules.strict && text.chars().nth(self.rules.max_chars()).is_some() {
            return Err(self.invalid(name));
        }
        Ok(Some(text))
    }

    fn required_text(&self, name: &str) -> Result<Cow<'a, str>, SchemaError> {
        self.optional_text(name)?.ok_or_else(|| self.missing(name))
    }

    fn transliterated(&self, name: &str) -> Result<Option<Cow<'a, str>>, SchemaError> {
        let text = self.optional_text(name)?;
        let allowed = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'<');
        if text.as_ref().is_none_or(|text| allowed(text)) { Ok(text) } else { Err(self.invalid(name)) }
    }

    /// A value-set code. Leniently it can be null, as from issuers without a code for it.
    fn code(&self, name: &str) -> Result<Cow<'a, str>, SchemaError> {
        if !self.rules.strict && self.map.get_text(name).is_some_and(Item::is_null) {
            return Ok(Cow::Borrowed(""));
        }
        self.required_text(name)
    }

    /// The schema's `[A-Z]{1,10}` is unanchored: one capital letter anywhere is enough.
    fn country(&self) -> Result<Cow<'a, str>, SchemaError> {
        let text = self.code("co")?;
        let allowed = text.bytes().any(|byte| byte.is_ascii_uppercase()) || (!self.rules.strict && text.is_empty());
        if allowed { Ok(text) } else { Err(self.invalid("co")) }
    }

    fn date(&self, name: &str) -> Result<Cow<'a, str>, SchemaError> {
        let text = self.required_text(name)?;
        match date::date(&text, !self.rules.strict) {
            Some(_) => Ok(text),
            None => Err(self.invalid(name)),
        }
    }

    fn positive(&self, name: &str) -> Result<u64, SchemaError> {
        let item = self.get(name).ok_or_else(|| self.missing(name))?;
        let number = match item.value() {
            Value::Unsigned(number) => Some(number),
            Value::Negative(_) => None,
            Value::Float(number) if !self.rules.strict => small_integral(number),
            _ => return Err(SchemaError::wrong_type(self.path(name))),
        };
        let max = if self.rules.since_1_3_0 { u64::MAX } else { 9 };
        number.filter(|number| (1..=max).contains(number)).ok_or_else(|| self.invalid(name))
    }
}

/// A whole number written as floating point; dose numbers fit 16 bits.
fn small_integral(number: f64) -> Option<u64> {
    let is_small = number.fract() == 0.0 && (0.0..=f64::from(u16::MAX)).contains(&number);
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked above"
    )]
    is_small.then_some(number as u64)
}
