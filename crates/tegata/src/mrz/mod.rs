//! The machine-readable zone of passports (TD3) and identity cards (TD1): its text to names, numbers and dates, and
//! back for passports.
//!
//! The formats are those of ICAO Doc 9303, parts 3, 4 and 5. Every check digit is verified. That finds errors of
//! reading and typing, and **no forgery**: anybody can compute check digits. What no check digit covers at all are the
//! kind of document, the issuing state, the name, the nationality and the sex. Of the others, a character goes
//! undetected when it is replaced by one of the same remainder modulo ten: `<`, `0`, `A`, `K` and `U` pass for each
//! other, `1`, `B`, `L` and `V`, and so on; in dates only digits may stand, so there every replacement is found.
//!
//! ```
//! use tegata::mrz::TravelDocument;
//! use tegata::time::Date;
//!
//! let scanned = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
//! let passport = TravelDocument::parse(scanned, Date::parse("2026-06-01")?)?;
//! assert_eq!(passport.number.expose(), "L898902C3");
//! assert_eq!(passport.name.surname.as_ref().map(|name| name.expose().as_str()), Some("ERIKSSON"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is tolerated
//! The text may come from a scanner, a camera or a keyboard, so white space and line ends are passed over wherever they
//! stand, small letters count as capitals, and full-width forms as ASCII. The number of characters that remain says
//! what the document is: 88 for TD3, 90 for TD1. Everything else is refused.

mod check_digit;
mod code;
mod document;
mod error;
mod name;
mod passport;
mod td1;
mod td3;
mod text;
mod years;

#[cfg(test)]
mod tests;

pub use code::StateCode;
pub use document::{Format, Sex, TravelDocument};
pub use error::{Field, MrzError};
pub use passport::Passport;
pub use text::MAX_MRZ_BYTES;
