//! The vaccination record.

use core::fmt;

use zeroize::Zeroize;

use super::error::RecordError;
use super::record_view;
use super::{BirthDate, CountryCode, Dose, Names, Personal};

/// Doses of one record. No authority limits them; a version 40 QR code holds fewer than this many
/// doses of the leanest profile, so that more could never be issued.
pub const MAX_DOSES: usize = 128;
/// Characters of a passport number. ICAO Doc 9303 passports have 9; others' are longer.
pub const PASSPORT_NUMBER_MAX_CHARS: usize = 20;

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Domestic use (国内用): without any passport data.
    Domestic,
    /// Overseas use (海外用): with romanised name, nationality and passport number.
    Overseas,
}

impl Kind {
    /// The name in the record's JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Domestic => "domestic",
            Self::Overseas => "overseas",
        }
    }
}

/// The sex, as FHIR's AdministrativeGender has it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Male (男).
    Male,
    /// Female (女).
    Female,
    /// Other.
    Other,
    /// Not known or not said (不明).
    Unknown,
}

impl Sex {
    /// Every value.
    pub const ALL: [Self; 4] = [Self::Male, Self::Female, Self::Other, Self::Unknown];

    /// The name in the record's JSON and in FHIR.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }
}

/// Prints nothing: a sex is personal data.
impl fmt::Debug for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sex(..)")
    }
}

impl Zeroize for Sex {
    fn zeroize(&mut self) {
        *self = Self::Unknown;
    }
}

/// The fields of a record, as they come in; [`Record::new`] checks them.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordFields {
    /// What the certificate is for.
    pub kind: Kind,
    /// The person's name.
    pub name: Names,
    /// A former surname (旧姓).
    pub former_surname: Option<Personal<String>>,
    /// Another surname (別姓).
    pub other_surname: Option<Personal<String>>,
    /// An alias (別名).
    pub alias: Option<Personal<String>>,
    /// The date of birth.
    pub birth_date: Personal<BirthDate>,
    /// The sex, for profiles that certify one; the Japanese certificate does not.
    pub sex: Option<Personal<Sex>>,
    /// The name of a parent or guardian (保護者), for profiles that certify one of a minor.
    pub guardian: Option<Personal<String>>,
    /// The nationality in the passport.
    pub nationality: Option<Personal<CountryCode>>,
    /// The passport number: capital letters and digits.
    pub passport_number: Option<Personal<String>>,
    /// The doses, 1 to [`MAX_DOSES`], in any order.
    pub doses: Vec<Dose>,
    /// The certificate ID (証明書ID), when it is already given.
    pub certificate_id: Option<String>,
    /// Who issues the certificate, in words.
    pub issuer: String,
}

/// Prints no personal data.
impl fmt::Debug for RecordFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordFields")
            .field("kind", &self.kind)
            .field("doses", &self.doses.len())
            .finish_non_exhaustive()
    }
}

/// A vaccination record whose every field is within its limits.
///
/// ```
/// # #[cfg(feature = "issue")] {
/// use tegata::model::{EXAMPLE_RECORD, Kind, Record};
///
/// let record = Record::from_json(EXAMPLE_RECORD)?;
/// assert_eq!(record.fields().kind, Kind::Overseas);
/// # }
/// # Ok::<(), tegata::model::RecordError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Record(RecordFields);

impl Record {
    /// Checks the fields, alone and together.
    ///
    /// # Errors
    /// [`RecordError`] names the first field that is not allowed.
    pub fn new(fields: RecordFields) -> Result<Self, RecordError> {
        record_view::check(&fields)?;
        Ok(Self(fields))
    }

    /// The fields.
    #[must_use]
    pub const fn fields(&self) -> &RecordFields {
        &self.0
    }

    /// The fields, to change and check anew.
    #[must_use]
    pub fn into_fields(self) -> RecordFields {
        self.0
    }

    /// The position in [`RecordFields::doses`] of the newest dose: the one of the latest date, and
    /// of the highest number among those of one day.
    #[must_use]
    pub fn newest_dose(&self) -> usize {
        let newest = self.0.doses.iter().enumerate().max_by_key(|(_, dose)| (dose.date, dose.number));
        newest.map_or(0, |(index, _)| index)
    }
}

/// Prints no personal data.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Record").field(&self.0).finish()
    }
}
