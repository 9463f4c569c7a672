//! A view of a checked certificate, borrowed from the bytes it was read from.

use core::fmt;
use std::borrow::Cow;

use super::EntryKind;

/// The content of a DCC that passed [`check`](super::check). Field names in the schema stand in
/// parentheses. What real issuers leave empty can be empty in a view that was checked leniently.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dcc<'a> {
    /// The schema version the issuer declared (`ver`).
    pub version: Cow<'a, str>,
    /// The person's name (`nam`).
    pub name: DccName<'a>,
    /// The date of birth (`dob`): full, year and month, year, or empty; a time may follow it.
    pub birth_date: Cow<'a, str>,
    /// The one entry.
    pub entry: Entry<'a>,
}

/// A name as written and as transliterated by ICAO Doc 9303-3.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DccName<'a> {
    /// The surname (`fn`).
    pub surname: Option<Cow<'a, str>>,
    /// The surname transliterated (`fnt`).
    pub surname_transliterated: Option<Cow<'a, str>>,
    /// The given names (`gn`).
    pub given: Option<Cow<'a, str>>,
    /// The given names transliterated (`gnt`).
    pub given_transliterated: Option<Cow<'a, str>>,
}

/// The one entry of a certificate.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Entry<'a> {
    /// A vaccination (`v`).
    Vaccination(Vaccination<'a>),
    /// A test result (`t`).
    Test(Test<'a>),
    /// A recovery (`r`).
    Recovery(Recovery<'a>),
}

/// A vaccination entry (`v`).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Vaccination<'a> {
    /// The disease or agent targeted, a SNOMED CT code (`tg`).
    pub disease: Cow<'a, str>,
    /// The vaccine or prophylaxis (`vp`).
    pub vaccine: Cow<'a, str>,
    /// The medicinal product (`mp`).
    pub product: Cow<'a, str>,
    /// The marketing authorisation holder or manufacturer (`ma`).
    pub manufacturer: Cow<'a, str>,
    /// Which dose it is (`dn`).
    pub dose_number: u64,
    /// Of how many doses the series is (`sd`).
    pub series_doses: u64,
    /// The date of vaccination (`dt`).
    pub date: Cow<'a, str>,
    /// The country (`co`).
    pub country: Cow<'a, str>,
    /// The issuer (`is`).
    pub issuer: Cow<'a, str>,
    /// The certificate identifier (`ci`).
    pub certificate_id: Cow<'a, str>,
}

/// A test entry (`t`).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Test<'a> {
    /// The disease or agent targeted, a SNOMED CT code (`tg`).
    pub disease: Cow<'a, str>,
    /// The type of test, a LOINC code (`tt`).
    pub test_type: Cow<'a, str>,
    /// The name of a nucleic acid amplification test (`nm`).
    pub name: Option<Cow<'a, str>>,
    /// The device of a rapid antigen test (`ma`).
    pub device: Option<Cow<'a, str>>,
    /// Date and time of the sample collection (`sc`).
    pub sample_collected: Cow<'a, str>,
    /// The result, a SNOMED CT code (`tr`).
    pub result: Cow<'a, str>,
    /// The testing centre (`tc`).
    pub centre: Option<Cow<'a, str>>,
    /// The country (`co`).
    pub country: Cow<'a, str>,
    /// The issuer (`is`).
    pub issuer: Cow<'a, str>,
    /// The certificate identifier (`ci`).
    pub certificate_id: Cow<'a, str>,
}

/// A recovery entry (`r`).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovery<'a> {
    /// The disease or agent targeted, a SNOMED CT code (`tg`).
    pub disease: Cow<'a, str>,
    /// The date of the first positive test (`fr`).
    pub first_positive: Cow<'a, str>,
    /// The country (`co`).
    pub country: Cow<'a, str>,
    /// The issuer (`is`).
    pub issuer: Cow<'a, str>,
    /// Valid from (`df`).
    pub valid_from: Cow<'a, str>,
    /// Valid until (`du`).
    pub valid_until: Cow<'a, str>,
    /// The certificate identifier (`ci`).
    pub certificate_id: Cow<'a, str>,
}

impl Entry<'_> {
    /// What the entry is about.
    #[must_use]
    pub const fn kind(&self) -> EntryKind {
        match self {
            Self::Vaccination(_) => EntryKind::Vaccination,
            Self::Test(_) => EntryKind::Test,
            Self::Recovery(_) => EntryKind::Recovery,
        }
    }

    /// The country (`co`).
    #[must_use]
    pub fn country(&self) -> &str {
        match self {
            Self::Vaccination(entry) => &entry.country,
            Self::Test(entry) => &entry.country,
            Self::Recovery(entry) => &entry.country,
        }
    }

    /// The certificate identifier (`ci`), verbatim, as revocation lists hash it.
    #[must_use]
    pub fn certificate_id(&self) -> &str {
        match self {
            Self::Vaccination(entry) => &entry.certificate_id,
            Self::Test(entry) => &entry.certificate_id,
            Self::Recovery(entry) => &entry.certificate_id,
        }
    }
}

/// These types print their kind and nothing of the content, which is personal data.
macro_rules! redacted_debug {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}

redacted_debug!(DccName, Vaccination, Test, Recovery);

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.kind(), f)
    }
}

impl fmt::Debug for Dcc<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dcc").field("entry", &self.entry).finish_non_exhaustive()
    }
}
