//! One dose in the record.

use core::fmt;

use tegata::model::{CountryCode, Personal};
use tegata::time::Date;
use zeroize::Zeroizing;

use super::{Fields, Sealable, SealedError, Writer};

/// Characters of a venue (接種場所) or a doctor's name (医師名).
pub const PLACE_MAX_CHARS: usize = 100;

/// One line of a person's vaccination record: a dose that was given, or one that is known not to have been.
#[derive(Clone, PartialEq, Eq)]
pub struct Vaccination {
    /// The disease it protects from: an ICD-11 code such as `RA01`; empty where nothing was given and none is named.
    pub disease: String,
    /// Which dose it is (接種回), from 1.
    pub number: u8,
    /// What was given (接種状況: 実施); `None` where nothing was (未実施).
    pub given: Option<Given>,
}

/// A dose that was given. The texts are those of the municipality's system.
#[derive(Clone, PartialEq, Eq)]
pub struct Given {
    /// The day (接種日).
    pub date: Date,
    /// The vaccine kind (ワクチン種類).
    pub vaccine_kind: String,
    /// The manufacturer (メーカー).
    pub manufacturer: String,
    /// The product (製品名).
    pub product: String,
    /// The lot number (ロット番号).
    pub lot: String,
    /// The country it was given in (接種国).
    pub country: CountryCode,
    /// The venue (接種場所), for the record alone: no certificate carries it.
    pub venue: Option<Personal<String>>,
    /// The doctor's name (医師名), for the record alone: no certificate carries it.
    pub doctor: Option<Personal<String>>,
}

/// Prints nothing of the content: what a person was vaccinated with is health data.
impl fmt::Debug for Vaccination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vaccination(..)")
    }
}

/// Prints nothing of the content.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given(..)")
    }
}

impl Vaccination {
    const FIELDS: usize = 11;
}

impl Sealable for Vaccination {
    const NAME: &'static str = "vaccination";

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        fn place(text: Option<&Personal<String>>) -> Option<&str> {
            text.map(|text| text.expose().as_str())
        }
        let Some(given) = &self.given else {
            let mut out = Writer::new(3, self.disease.len());
            out.text(&self.disease);
            out.number(self.number.into());
            out.flag(false);
            return out.finish();
        };
        let venue = place(given.venue.as_ref());
        let doctor = place(given.doctor.as_ref());
        let texts = [&self.disease, &given.vaccine_kind, &given.manufacturer, &given.product, &given.lot];
        let length: usize = texts.iter().map(|text| text.len()).sum();
        let mut out = Writer::new(Self::FIELDS, length + venue.map_or(0, str::len) + doctor.map_or(0, str::len));
        out.text(&self.disease);
        out.number(self.number.into());
        out.flag(true);
        out.date(given.date);
        out.text(&given.vaccine_kind);
        out.text(&given.manufacturer);
        out.text(&given.product);
        out.text(&given.lot);
        out.text(given.country.alpha3());
        out.optional_text(venue);
        out.optional_text(doctor);
        out.finish()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, SealedError> {
        let (mut fields, was_given) = match Fields::read(bytes, Self::FIELDS) {
            Ok(fields) => (fields, true),
            Err(_) => (Fields::read(bytes, 3)?, false),
        };
        let disease = fields.text()?.to_string();
        let number = u8::try_from(fields.number()?).map_err(|_| SealedError)?;
        if fields.flag()? != was_given {
            return Err(SealedError);
        }
        if !was_given {
            return Ok(Self { disease, number, given: None });
        }
        let given = Given {
            date: fields.date()?,
            vaccine_kind: fields.text()?.to_string(),
            manufacturer: fields.text()?.to_string(),
            product: fields.text()?.to_string(),
            lot: fields.text()?.to_string(),
            country: CountryCode::parse(&fields.text()?).ok_or(SealedError)?,
            venue: fields.optional_text()?.map(Personal::new),
            doctor: fields.optional_text()?.map(Personal::new),
        };
        Ok(Self { disease, number, given: Some(given) })
    }
}
