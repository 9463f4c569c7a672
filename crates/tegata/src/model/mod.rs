//! The vaccination record and its parts, free of any wire format.
//!
//! A [`Record`] is what an issuer certifies: who, and which doses. It is built from
//! [`RecordFields`], which are checked as a whole, and never changes afterwards. Names and codes
//! are taken from the input and never guessed. The model has no place for an individual number
//! (個人番号), an address, a venue or a doctor's name, and free text that holds what looks like an
//! individual number is refused.
//!
//! What holds personal data prints only its type in `Debug` output; the data is read through
//! [`Personal::expose`]. [`catalogue`] knows the codes and names of vaccines.

mod birth_date;
pub mod catalogue;
mod country;
mod dose;
mod error;
mod individual_number;
mod municipality_code;
mod name;
mod personal;
mod record;
#[cfg(feature = "issue")]
mod record_json;
mod record_view;
mod text;
pub mod transliteration;

pub use birth_date::BirthDate;
pub use country::CountryCode;
pub use dose::{DISEASE_MAX_CHARS, Dose, LOT_MAX_CHARS};
pub use error::{RecordError, RecordErrorKind};
#[cfg(feature = "card")]
pub use individual_number::{IndividualNumber, IndividualNumberError, MunicipalityHashKey, NumberHash};
pub use individual_number::{contains_individual_number, individual_number_check_digit};
pub use municipality_code::MunicipalityCode;
pub use name::{Name, Names};
pub use personal::Personal;
pub use record::{Kind, MAX_DOSES, PASSPORT_NUMBER_MAX_CHARS, Record, RecordFields, Sex};
#[cfg(feature = "issue")]
pub use record_json::{EXAMPLE_RECORD, RECORD_MAX_BYTES, RECORD_SCHEMA};
#[cfg(feature = "outcomes")]
pub use text::text_fault;
pub use text::{CERTIFICATE_ID_MAX_CHARS, NAME_MAX_CHARS, TEXT_MAX_CHARS};

pub(crate) use error::{Fault, path_in_list, path_within};
pub(crate) use record_view::{
    CERTIFICATE_ID_RULE, DOSE_TEXTS, ISSUER_RULE, NAME_PARTS, NAME_RULE, PassportView, check_dose_count,
    check_dose_numbers, check_dose_place_and_day, check_name_has_a_part, earliest_birth,
};
#[cfg(test)]
pub(crate) use text::check_text;
pub(crate) use text::{TextRule, check_identifier, has_more_chars};

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
