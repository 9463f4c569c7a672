//! Dates with two digits for the year.

use super::error::{Field, MrzError};
use super::text::FILLER;
use crate::model::BirthDate;
use crate::time::Date;

/// A date of birth, in the latest century in which it is not after the reference. Where the day or the month is not
/// known, fillers stand; `None` where not even the year is known.
pub(super) fn birth_date(field: &[u8], reference: Date) -> Result<Option<BirthDate>, MrzError> {
    let name = Field::BirthDate;
    let [year, month, day] = parts(field, name)?;
    let Some(year) = year else { return Ok(None) };
    let century = reference.year() / 100 * 100;
    let in_year = |year: u16| -> Result<(BirthDate, bool), MrzError> {
        let reference = (reference.year(), reference.month(), reference.day());
        match (month, day) {
            (None, None) => Ok((BirthDate::Year(year), year <= reference.0)),
            (Some(month @ 1..=12), None) => {
                Ok((BirthDate::Month { year, month }, (year, month) <= (reference.0, reference.1)))
            }
            (Some(month), Some(day)) => {
                let date = Date::new(year, month, day).map_err(|_| MrzError::InvalidDate(name))?;
                Ok((BirthDate::Full(date), (year, month, day) <= reference))
            }
            (Some(_), None) => Err(MrzError::InvalidDate(name)),
            (None, Some(_)) => Err(MrzError::InvalidValue(name)),
        }
    };
    let year = century + u16::from(year);
    // 29 February is a day in one century and none in another.
    match (in_year(year), year.checked_sub(100).map(in_year)) {
        (Ok((date, true)), _) | (_, Some(Ok((date, true)))) => Ok(Some(date)),
        (Err(error), _) => Err(error),
        _ => Err(MrzError::InvalidDate(name)),
    }
}

/// A date of expiry, in the century that brings it nearest to the reference: from 50 years before to 49 years after.
/// `None` where fillers stand, as on documents that do not expire.
pub(super) fn expiry_date(field: &[u8], reference: Date) -> Result<Option<Date>, MrzError> {
    let name = Field::ExpiryDate;
    match parts(field, name)? {
        [None, None, None] => Ok(None),
        [Some(year), Some(month), Some(day)] => {
            let earliest = reference.year().saturating_sub(50);
            let year = earliest / 100 * 100 + u16::from(year);
            let year = if year < earliest { year + 100 } else { year };
            Date::new(year, month, day).map(Some).map_err(|_| MrzError::InvalidDate(name))
        }
        _ => Err(MrzError::InvalidValue(name)),
    }
}

/// Year, month and day; `None` for two fillers.
fn parts(field: &[u8], name: Field) -> Result<[Option<u8>; 3], MrzError> {
    let mut parts = [None; 3];
    for (part, pair) in parts.iter_mut().zip(field.chunks_exact(2)) {
        *part = match pair {
            [FILLER, FILLER] => None,
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some((tens - b'0') * 10 + ones - b'0'),
            _ => return Err(MrzError::InvalidValue(name)),
        };
    }
    Ok(parts)
}

/// `YYMMDD`, with fillers for what is not known.
pub(super) fn birth_field(date: BirthDate) -> String {
    match date {
        BirthDate::Full(date) => date_field(date),
        BirthDate::Month { year, month } => format!("{:02}{month:02}<<", year % 100),
        BirthDate::Year(year) => format!("{:02}<<<<", year % 100),
    }
}

/// `YYMMDD`.
pub(super) fn date_field(date: Date) -> String {
    format!("{:02}{:02}{:02}", date.year() % 100, date.month(), date.day())
}
