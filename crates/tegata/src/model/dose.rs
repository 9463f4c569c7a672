//! One dose of a vaccine.

use core::fmt;

use super::CountryCode;
use crate::time::Date;

/// Characters of a disease code: an ICD-11 code with several postcoordinated ones.
pub const DISEASE_MAX_CHARS: usize = 40;
/// Characters of a lot number: twice what the national record system (VRS) held.
pub const LOT_MAX_CHARS: usize = 40;

/// One dose that was given.
///
/// Texts are as in the record of the municipality; the [catalogue](super::catalogue) knows what
/// codes they stand for.
#[derive(Clone, PartialEq, Eq)]
pub struct Dose {
    /// The day of vaccination (接種日).
    pub date: Date,
    /// Which dose of this vaccination it is (接種回), from 1.
    pub number: u8,
    /// Of how many doses the series is, from 1.
    pub series: Option<u8>,
    /// The disease it protects from: an ICD-11 code such as `RA01`.
    pub disease: String,
    /// The vaccine kind (ワクチン種類).
    pub vaccine_kind: String,
    /// The manufacturer (メーカー).
    pub manufacturer: String,
    /// The product (製品名).
    pub product: String,
    /// The lot number (製造番号).
    pub lot: String,
    /// The country it was given in (接種国).
    pub country: CountryCode,
}

/// Prints nothing of the content: what a person was vaccinated with is health data.
impl fmt::Debug for Dose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dose(..)")
    }
}
