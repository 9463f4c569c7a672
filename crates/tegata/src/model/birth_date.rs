//! Dates of birth, of which the day or the month can be unknown.

use core::fmt;

use zeroize::Zeroize;

use crate::time::{Date, TimeError};

/// A date of birth: registers and passports hold some without a day, or without a month.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum BirthDate {
    /// Year, month and day.
    Full(Date),
    /// Year and month.
    Month {
        /// The year, 0 to 9999.
        year: u16,
        /// The month, 1 to 12.
        month: u8,
    },
    /// The year alone, 0 to 9999.
    Year(u16),
}

impl BirthDate {
    /// Reads `YYYY-MM-DD`, `YYYY-MM` or `YYYY` (ISO 8601-1, complete and reduced).
    ///
    /// # Errors
    /// [`TimeError`], which never holds the text.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        // The missing parts are filled in, so that one reader checks every form.
        let first_day = |rest| {
            let mut date = String::from(text);
            date.push_str(rest);
            Date::parse(&date)
        };
        match text.len() {
            4 => first_day("-01-01").map(|date| Self::Year(date.year())),
            7 => first_day("-01").map(|date| Self::Month { year: date.year(), month: date.month() }),
            _ => Date::parse(text).map(Self::Full),
        }
    }

    /// The first day that this can be.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] when a month outside 1 to 12 was put in by hand.
    pub const fn earliest(self) -> Result<Date, TimeError> {
        match self {
            Self::Full(date) => Ok(date),
            Self::Month { year, month } => Date::new(year, month, 1),
            Self::Year(year) => Date::new(year, 1, 1),
        }
    }

    /// The text that [`parse`](Self::parse) reads. There is no `Display`, for this is personal data.
    #[must_use]
    pub fn to_text(self) -> String {
        match self {
            Self::Full(date) => date.to_string(),
            Self::Month { year, month } => format!("{year:04}-{month:02}"),
            Self::Year(year) => format!("{year:04}"),
        }
    }
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthDate(..)")
    }
}

impl Zeroize for BirthDate {
    fn zeroize(&mut self) {
        let mut cleared = 0;
        cleared.zeroize();
        *self = Self::Year(cleared);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_and_partial() {
        for text in ["1980-02-17", "1980-02", "1980"] {
            assert_eq!(BirthDate::parse(text).unwrap().to_text(), text);
        }
        assert_eq!(BirthDate::parse("1980-02").unwrap().earliest(), Date::new(1980, 2, 1));
        for text in
            ["", "80", "1980-13", "1980-02-30", "1980-2", "19８0", "１980", "1980-02-17T00:00:00", "+980", "１9"]
        {
            assert!(BirthDate::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn prints_nothing() {
        assert_eq!(format!("{:?}", BirthDate::parse("1980-02-17").unwrap()), "BirthDate(..)");
    }
}
