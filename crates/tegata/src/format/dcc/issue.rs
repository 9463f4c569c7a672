//! Making a vaccination certificate from a record.

use core::fmt;

use crate::codec::cbor::Encoder;
use crate::format::ProfileError;
use crate::model::catalogue::{Catalogue, Product};
use crate::model::transliteration::transliterate;
use crate::model::{
    CERTIFICATE_ID_MAX_CHARS, CountryCode, Dose, Name, Personal, Record, TEXT_MAX_CHARS, check_identifier,
};

/// The schema version that is issued. Readers of every later version read 1.3.0, which most
/// issuers declare and most readers were tested with; what 1.3.1 to 1.3.3 added (a certificate
/// without `fnt`) is not needed here.
pub const ISSUED_VERSION: &str = "1.3.0";

/// What the issuing adds to a record.
#[derive(Clone, Copy)]
pub struct DccMeta<'a> {
    /// The certificate identifier `ci`, such as a [`Uvci`](crate::format::Uvci): 1 to 80 characters of printable ASCII.
    pub certificate_id: &'a str,
    /// The position of the dose to certify; the newest one when `None`.
    pub dose: Option<usize>,
}

/// A payload, ready to be written: one dose, as a DCC holds one.
#[derive(Clone)]
pub struct DccPayload<'a> {
    surname: Option<&'a str>,
    given: Option<&'a str>,
    surname_transliterated: Personal<String>,
    given_transliterated: Option<Personal<String>>,
    birth_date: Personal<String>,
    codes: Codes,
    series: u8,
    country: &'static str,
    dose: &'a Dose,
    issuer: &'a str,
    certificate_id: &'a str,
}

/// The fields of a record that a certificate does not carry, by their paths.
///
/// A field is carried when reading the certificate gives it back: texts as they are, words for
/// vaccines as the same row of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotCarried(Vec<String>);

/// The codes of a vaccine.
#[derive(Clone, Copy)]
struct Codes {
    disease: &'static str,
    vaccine: &'static str,
    product: &'static str,
    manufacturer: &'static str,
}

impl<'a> DccPayload<'a> {
    /// Prepares the payload of one dose of a record.
    ///
    /// `fn` and `gn` are the registered name; `fnt` and `gnt` are the transliterated romanised
    /// name, or the registered one when there is none and it is in Latin letters.
    ///
    /// # Errors
    /// [`ProfileError`] names the record's field that is missing, cannot be expressed, or has no
    /// code in the catalogue; `doses` when there is no dose at the position asked for.
    pub fn new(record: &'a Record, meta: DccMeta<'a>) -> Result<(Self, NotCarried), ProfileError> {
        let fields = record.fields();
        let index = meta.dose.unwrap_or_else(|| record.newest_dose());
        let dose = fields.doses.get(index).ok_or_else(|| ProfileError::invalid("doses"))?;
        let mut not_carried = NotCarried::default();
        not_carried.other_than_doses(record, meta.certificate_id);
        not_carried.other_doses(fields.doses.len(), index);

        if check_identifier(meta.certificate_id, CERTIFICATE_ID_MAX_CHARS).is_err() {
            return Err(ProfileError::invalid("certificate_id"));
        }
        let registered = &fields.name.registered;
        let transliterated = transliterated(record)?;
        if registered.given.is_some() && transliterated.given.is_none() {
            return Err(ProfileError::missing("name.romanised.given"));
        }
        let payload = Self {
            surname: part(registered.surname.as_ref(), "name.registered.surname")?,
            given: part(registered.given.as_ref(), "name.registered.given")?,
            // 1.3.0 requires `fnt`, and lets it be empty for a person without a surname.
            surname_transliterated: transliterated.surname.unwrap_or_else(|| Personal::new(String::new())),
            given_transliterated: transliterated.given,
            birth_date: birth_date(record)?,
            codes: codes(dose, index, &mut not_carried)?,
            series: dose.series.ok_or_else(|| ProfileError::missing(format!("doses[{index}].series")))?,
            country: country(dose, index, &mut not_carried)?,
            dose,
            issuer: &fields.issuer,
            certificate_id: meta.certificate_id,
        };
        Ok((payload, not_carried))
    }

    /// Writes the payload, the value under [`HCERT_KEY`](super::HCERT_KEY).
    pub fn write(&self, encoder: &mut Encoder) {
        encoder.map(|map| {
            map.text_key("ver", |value| value.text(ISSUED_VERSION));
            map.text_key("nam", |value| {
                value.map(|nam| {
                    let given_transliterated = self.given_transliterated.as_ref().map(|text| text.expose().as_str());
                    for (key, text) in [
                        ("fn", self.surname),
                        ("fnt", Some(self.surname_transliterated.expose().as_str())),
                        ("gn", self.given),
                        ("gnt", given_transliterated),
                    ] {
                        if let Some(text) = text {
                            nam.text_key(key, |value| value.text(text));
                        }
                    }
                });
            });
            map.text_key("dob", |value| value.text(self.birth_date.expose()));
            map.text_key("v", |value| {
                value.array(1);
                value.map(|entry| {
                    for (key, text) in [
                        ("tg", self.codes.disease),
                        ("vp", self.codes.vaccine),
                        ("mp", self.codes.product),
                        ("ma", self.codes.manufacturer),
                        ("co", self.country),
                        ("is", self.issuer),
                        ("ci", self.certificate_id),
                    ] {
                        entry.text_key(key, |value| value.text(text));
                    }
                    entry.text_key("dn", |value| value.unsigned(self.dose.number.into()));
                    entry.text_key("sd", |value| value.unsigned(self.series.into()));
                    entry.text_key("dt", |value| value.text(&self.dose.date.to_string()));
                });
            });
        });
    }
}

impl NotCarried {
    /// The paths, such as `passport_number`, `doses[0]`, `doses[2].lot`.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether the field of this path is among them, by itself or as part of another.
    #[must_use]
    pub fn contains(&self, field: &str) -> bool {
        self.iter().any(|path| field.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    }

    fn push(&mut self, field: impl Into<String>) {
        self.0.push(field.into());
    }

    fn other_than_doses(&mut self, record: &Record, certificate_id: &str) {
        let fields = record.fields();
        self.push("kind");
        for (field, given) in [
            ("name.kana", fields.name.kana.is_some()),
            ("former_surname", fields.former_surname.is_some()),
            ("other_surname", fields.other_surname.is_some()),
            ("alias", fields.alias.is_some()),
            ("nationality", fields.nationality.is_some()),
            ("passport_number", fields.passport_number.is_some()),
            ("certificate_id", fields.certificate_id.as_ref().is_some_and(|id| id != certificate_id)),
        ] {
            if given {
                self.push(field);
            }
        }
        let Some(romanised) = &fields.name.romanised else { return };
        for (field, part) in [("surname", &romanised.surname), ("given", &romanised.given)] {
            let lossy = |text: &String| transliterate(text).is_ok_and(|out| out.replace('<', " ") != *text);
            if part.as_ref().is_some_and(|part| lossy(part.expose())) {
                self.push(format!("name.romanised.{field}"));
            }
        }
    }

    fn other_doses(&mut self, doses: usize, carried: usize) {
        for index in 0..doses {
            self.push(if index == carried { format!("doses[{index}].lot") } else { format!("doses[{index}]") });
        }
    }
}

/// `fnt` and `gnt`.
fn transliterated(record: &Record) -> Result<Name, ProfileError> {
    let names = &record.fields().name;
    // Without a romanised name, a registered one in another script means that one is missing.
    let (source, error): (_, fn(&'static str) -> ProfileError) = match &names.romanised {
        Some(romanised) => (romanised, ProfileError::invalid),
        None => (&names.registered, ProfileError::missing),
    };
    let part = |part: &Option<Personal<String>>, field| match part.as_ref().map(|part| transliterate(part.expose())) {
        None => Ok(None),
        Some(Ok(text)) if text.len() <= TEXT_MAX_CHARS => Ok(Some(Personal::new(text))),
        Some(_) => Err(error(field)),
    };
    Ok(Name {
        surname: part(&source.surname, "name.romanised.surname")?,
        given: part(&source.given, "name.romanised.given")?,
    })
}

/// A part of the registered name, which can be longer than the schema allows.
fn part<'a>(part: Option<&'a Personal<String>>, field: &'static str) -> Result<Option<&'a str>, ProfileError> {
    let text = part.map(|part| part.expose().as_str());
    if text.is_some_and(|text| text.chars().nth(TEXT_MAX_CHARS).is_some()) {
        return Err(ProfileError::invalid(field));
    }
    Ok(text)
}

/// `dob`, whose pattern has only the years 1900 to 2099.
fn birth_date(record: &Record) -> Result<Personal<String>, ProfileError> {
    let date = record.fields().birth_date.expose();
    let year = date.earliest().map_or(0, crate::time::Date::year);
    if !(1900..2100).contains(&year) {
        return Err(ProfileError::invalid("birth_date"));
    }
    Ok(Personal::new(date.to_text()))
}

fn country(dose: &Dose, index: usize, not_carried: &mut NotCarried) -> Result<&'static str, ProfileError> {
    let alpha2 = dose.country.alpha2().ok_or_else(|| ProfileError::invalid(format!("doses[{index}].country")))?;
    if CountryCode::from_alpha2(alpha2) != Some(dose.country) {
        not_carried.push(format!("doses[{index}].country"));
    }
    Ok(alpha2)
}

/// Looks the words of a dose up, and says which of them the codes do not give back.
fn codes(dose: &Dose, index: usize, not_carried: &mut NotCarried) -> Result<Codes, ProfileError> {
    let catalogue = Catalogue::builtin();
    let field = |name: &str| format!("doses[{index}].{name}");
    let unknown = |name: &str| ProfileError::unknown_product(field(name));
    let mismatch = |name: &str| ProfileError::invalid(field(name));

    let disease = catalogue.disease_by_icd11(&dose.disease);
    let (disease, disease_code) =
        disease.and_then(|disease| disease.snomed.map(|code| (disease, code))).ok_or_else(|| unknown("disease"))?;
    let product = catalogue.product_by_name(&dose.product);
    let (product, product_code) =
        product.and_then(|product| product.eu.map(|code| (product, code))).ok_or_else(|| unknown("product"))?;
    let kind = catalogue.kind_by_name(&dose.vaccine_kind);
    let (kind, vaccine_code) =
        kind.and_then(|kind| kind.eu.map(|code| (kind, code))).ok_or_else(|| unknown("vaccine_kind"))?;
    let maker = catalogue.maker_by_name(&dose.manufacturer).ok_or_else(|| unknown("manufacturer"))?;
    let holder = holder(product).ok_or_else(|| unknown("manufacturer"))?;

    // Words that contradict each other would make a certificate that says something untrue.
    if product.disease != disease.id {
        return Err(mismatch("product"));
    }
    if kind.id != product.kind && kind.id != product.disease {
        return Err(mismatch("vaccine_kind"));
    }
    if !product.makers.contains(&maker.id) {
        return Err(mismatch("manufacturer"));
    }
    // A licensee without a code of its own sells under the holder's authorisation.
    let manufacturer = maker.eu.unwrap_or(holder);

    for (name, given_back) in [
        ("disease", disease.icd11 == dose.disease),
        (
            "vaccine_kind",
            catalogue.kind_by_eu_code(vaccine_code).is_some_and(|read| read.id == kind.id) || kind.id == product.kind,
        ),
        ("product", catalogue.product_by_eu_code(product_code).is_some_and(|read| read.id == product.id)),
        ("manufacturer", catalogue.maker_by_eu_code(manufacturer).is_some_and(|read| read.id == maker.id)),
    ] {
        if !given_back {
            not_carried.push(field(name));
        }
    }
    Ok(Codes { disease: disease_code, vaccine: vaccine_code, product: product_code, manufacturer })
}

/// The EU code of a product's authorisation holder.
fn holder(product: &Product) -> Option<&'static str> {
    let maker = product.makers.first()?;
    Catalogue::builtin().maker(maker)?.eu
}

/// Prints no personal data.
impl fmt::Debug for DccPayload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DccPayload(..)")
    }
}

/// Prints no certificate ID.
impl fmt::Debug for DccMeta<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DccMeta").field("dose", &self.dose).finish_non_exhaustive()
    }
}
