//! Points in time and calendar dates, as plain numbers. This crate has no clock: the time of a
//! verification or of an issue is always an argument.

use core::fmt;

use crate::codec::digits::write_padded;

/// Seconds in a day; leap seconds do not exist in POSIX time, which RFC 8392 dates are.
const SECONDS_PER_DAY: i64 = 86_400;
const NANOS_PER_SECOND: u32 = 1_000_000_000;

/// A point in time: POSIX seconds and nanoseconds (UTC), years 0000 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    seconds: i64,
    nanos: u32,
}

/// Why a date or time was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeError {
    /// Not of the form RFC 3339 prescribes.
    Malformed,
    /// A number is out of its range, such as month 13 or 30 February.
    OutOfRange,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not a date or time of RFC 3339",
            Self::OutOfRange => "a number of the date or time is out of range",
        })
    }
}

impl core::error::Error for TimeError {}

impl Timestamp {
    /// 0000-01-01T00:00:00Z, the first moment RFC 3339 can write.
    pub const MIN: Self = Self { seconds: -62_167_219_200, nanos: 0 };
    /// The last moment RFC 3339 can write.
    pub const MAX: Self = Self { seconds: 253_402_300_799, nanos: NANOS_PER_SECOND - 1 };

    /// From whole POSIX seconds.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] outside the years 0000 to 9999.
    pub const fn from_seconds(seconds: i64) -> Result<Self, TimeError> {
        Self::new(seconds, 0)
    }

    /// From POSIX seconds and nanoseconds within the second.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] outside the years 0000 to 9999, or a second or more of nanoseconds.
    pub const fn new(seconds: i64, nanos: u32) -> Result<Self, TimeError> {
        if seconds < Self::MIN.seconds || seconds > Self::MAX.seconds || nanos >= NANOS_PER_SECOND {
            return Err(TimeError::OutOfRange);
        }
        Ok(Self { seconds, nanos })
    }

    /// From a fractional number of POSIX seconds, as a floating-point NumericDate (RFC 8392 §2)
    /// gives it.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] when not finite or outside the years 0000 to 9999.
    pub fn from_fractional_seconds(seconds: f64) -> Result<Self, TimeError> {
        // No range contains NaN.
        if !(-62_167_219_200.0..253_402_300_800.0).contains(&seconds) {
            return Err(TimeError::OutOfRange);
        }
        let whole = seconds.floor();
        let nanos = ((seconds - whole) * 1e9).round();
        // The range check above bounds both numbers, so neither conversion can saturate.
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "both are checked to be in range")]
        let (whole, nanos) = (whole as i64, nanos as i64);
        let carry = nanos / i64::from(NANOS_PER_SECOND);
        let nanos = u32::try_from(nanos % i64::from(NANOS_PER_SECOND)).map_err(|_| TimeError::OutOfRange)?;
        Self::new(whole + carry, nanos)
    }

    /// Whole POSIX seconds, rounded towards the past.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds within the second.
    #[must_use]
    pub const fn nanos(self) -> u32 {
        self.nanos
    }

    /// This time and so many seconds, kept within [`Timestamp::MIN`] and [`Timestamp::MAX`].
    #[must_use]
    #[inline(never)] // Called from many places, none of which is in a hurry.
    pub const fn saturating_add_seconds(self, seconds: i64) -> Self {
        match Self::new(self.seconds.saturating_add(seconds), self.nanos) {
            Ok(time) => time,
            Err(_) if seconds < 0 => Self::MIN,
            Err(_) => Self::MAX,
        }
    }

    /// The calendar date in UTC.
    #[must_use]
    pub const fn date(self) -> Date {
        Date::from_days_unchecked(self.seconds.div_euclid(SECONDS_PER_DAY))
    }

    /// Reads RFC 3339 §5.6 `date-time`, with up to nine fraction digits and any offset.
    ///
    /// A leap second (`:60`) is read as the second after it, as POSIX time does.
    ///
    /// # Errors
    /// [`TimeError`], which never holds the text.
    pub fn parse_rfc3339(text: &str) -> Result<Self, TimeError> {
        let (date, rest) = text.split_at_checked(DATE_LENGTH).ok_or(TimeError::Malformed)?;
        let date = Date::parse(date)?;
        let &[b'T' | b't' | b' ', h, h1, b':', m, m1, b':', s, s1, ref zone @ ..] = rest.as_bytes() else {
            return Err(TimeError::Malformed);
        };
        let (hour, minute, second) = (number(&[h, h1])?, number(&[m, m1])?, number(&[s, s1])?);
        if hour > 23 || minute > 59 || second > 60 {
            return Err(TimeError::OutOfRange);
        }
        let (nanos, zone) = fraction(zone)?;
        let offset = match *zone {
            [b'Z' | b'z'] => 0,
            [sign @ (b'+' | b'-'), h, h1, b':', m, m1] => {
                let (hours, minutes) = (number(&[h, h1])?, number(&[m, m1])?);
                if hours > 23 || minutes > 59 {
                    return Err(TimeError::OutOfRange);
                }
                let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60;
                if sign == b'+' { seconds } else { -seconds }
            }
            _ => return Err(TimeError::Malformed),
        };
        let of_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Self::new(date.days_since_epoch() * SECONDS_PER_DAY + of_day - offset, nanos)
    }
}

impl Timestamp {
    /// RFC 3339 in UTC: no fraction when there is none, else as many of nine digits as are needed.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let of_day = self.seconds.rem_euclid(SECONDS_PER_DAY).unsigned_abs();
        let mut text = self.date().to_iso();
        for (before, number) in [('T', of_day / 3600), (':', of_day / 60 % 60), (':', of_day % 60)] {
            text.push(before);
            write_padded(number, 2, &mut text);
        }
        if self.nanos != 0 {
            let (mut fraction, mut width) = (self.nanos, 9);
            while fraction % 10 == 0 {
                fraction /= 10;
                width -= 1;
            }
            text.push('.');
            write_padded(fraction.into(), width, &mut text);
        }
        text.push('Z');
        text
    }
}

/// As [`Timestamp::to_rfc3339`].
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A calendar date of the proleptic Gregorian calendar, years 0000 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// From its parts.
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] when there is no such day.
    pub const fn new(year: u16, month: u8, day: u8) -> Result<Self, TimeError> {
        if year > 9999 || month == 0 || month > 12 || day == 0 || day > days_in_month(year, month) {
            return Err(TimeError::OutOfRange);
        }
        Ok(Self { year, month, day })
    }

    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`TimeError`], which never holds the text.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let &[c, y, y1, y2, b'-', m, m1, b'-', d, d1] = text.as_bytes() else {
            return Err(TimeError::Malformed);
        };
        let (year, month, day) = (number(&[c, y, y1, y2])?, number(&[m, m1])?, number(&[d, d1])?);
        match (u8::try_from(month), u8::try_from(day)) {
            (Ok(month), Ok(day)) => Self::new(year, month, day),
            _ => Err(TimeError::OutOfRange),
        }
    }

    /// The year, 0 to 9999.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Days since 1970-01-01, as RFC 8943 counts them.
    #[must_use]
    pub fn days_since_epoch(self) -> i64 {
        // Years are counted from March, so that the leap day is the last of its year.
        let month = i64::from(self.month);
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// From days since 1970-01-01 (RFC 8943).
    ///
    /// # Errors
    /// [`TimeError::OutOfRange`] outside the years 0000 to 9999.
    pub const fn from_days_since_epoch(days: i64) -> Result<Self, TimeError> {
        const FIRST: i64 = -719_528;
        const LAST: i64 = 2_932_896;
        if days < FIRST || days > LAST {
            return Err(TimeError::OutOfRange);
        }
        Ok(Self::from_days_unchecked(days))
    }

    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "callers keep the days within the years 0000 to 9999, so every part fits its type"
    )]
    const fn from_days_unchecked(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + (month <= 2) as i64;
        Self { year: year as u16, month: month as u8, day: day as u8 }
    }

    /// `YYYY-MM-DD`, as RFC 3339 §5.6 has it.
    #[must_use]
    pub fn to_iso(self) -> String {
        let mut text = String::new();
        write_padded(self.year.into(), 4, &mut text);
        for number in [self.month, self.day] {
            text.push('-');
            write_padded(number.into(), 2, &mut text);
        }
        text
    }

    /// Midnight UTC at the start of this date.
    #[must_use]
    pub fn midnight(self) -> Timestamp {
        Timestamp { seconds: self.days_since_epoch() * SECONDS_PER_DAY, nanos: 0 }
    }
}

/// `YYYY-MM-DD`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_iso())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The number of days of a month (1 to 12; 0 for any other number).
pub(crate) const fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}

/// At most four ASCII digits.
fn number(digits: &[u8]) -> Result<u16, TimeError> {
    digits.iter().try_fold(0, |number, digit| match digit {
        b'0'..=b'9' => Ok(number * 10 + u16::from(digit - b'0')),
        _ => Err(TimeError::Malformed),
    })
}

/// Nanoseconds of a leading `.digits`, and what follows it.
fn fraction(text: &[u8]) -> Result<(u32, &[u8]), TimeError> {
    let [b'.', rest @ ..] = text else { return Ok((0, text)) };
    let (mut nanos, mut unit, mut zone) = (0, NANOS_PER_SECOND, rest);
    while let [digit @ b'0'..=b'9', after @ ..] = zone {
        unit /= 10;
        if unit == 0 {
            return Err(TimeError::Malformed);
        }
        nanos += u32::from(digit - b'0') * unit;
        zone = after;
    }
    if unit == NANOS_PER_SECOND { Err(TimeError::Malformed) } else { Ok((nanos, zone)) }
}

/// Bytes of `YYYY-MM-DD`.
const DATE_LENGTH: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_and_writes_rfc3339() {
        for (text, seconds, nanos, written) in [
            ("1970-01-01T00:00:00Z", 0, 0, "1970-01-01T00:00:00Z"),
            ("2021-05-05T12:41:06Z", 1_620_218_466, 0, "2021-05-05T12:41:06Z"),
            ("2021-05-05T14:41:06.5+02:00", 1_620_218_466, 500_000_000, "2021-05-05T12:41:06.5Z"),
            ("1969-12-31T23:59:59.000000001Z", -1, 1, "1969-12-31T23:59:59.000000001Z"),
            ("2016-12-31T23:59:60Z", 1_483_228_800, 0, "2017-01-01T00:00:00Z"),
            ("2000-02-29t00:00:00-00:30", 951_784_200, 0, "2000-02-29T00:30:00Z"),
        ] {
            let time = Timestamp::parse_rfc3339(text).unwrap();
            assert_eq!((time.seconds(), time.nanos()), (seconds, nanos), "{text}");
            assert_eq!(time.to_string(), written);
        }
        for text in [
            "",
            "2021-05-05",
            "2021-05-05T12:41:06",
            "2021-13-05T12:41:06Z",
            "2021-02-29T00:00:00Z",
            "2021-05-05T24:00:00Z",
            "2021-05-05T12:41:06.Z",
            "2021-05-05T12:41:06.1234567890Z",
            "2021-05-05T12:41:06+2:00",
            "２021-05-05T12:41:06Z",
            "2021-05-05T12:41:0６Z",
            "0000-01-01T00:00:00+01:00",
            "+021-05-05T12:41:06Z",
        ] {
            assert!(Timestamp::parse_rfc3339(text).is_err(), "{text}");
        }
    }

    #[test]
    fn fractional_seconds() {
        assert_eq!(Timestamp::from_fractional_seconds(1.25).unwrap().to_string(), "1970-01-01T00:00:01.25Z");
        assert_eq!(Timestamp::from_fractional_seconds(-0.25).unwrap().to_string(), "1969-12-31T23:59:59.75Z");
        assert_eq!(Timestamp::from_fractional_seconds(0.999_999_999_9).unwrap().to_string(), "1970-01-01T00:00:01Z");
        for out in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, 253_402_300_800.0] {
            assert!(Timestamp::from_fractional_seconds(out).is_err(), "{out}");
        }
    }

    proptest! {
        #[test]
        fn dates_round_trip(days in -719_528_i64..=2_932_896) {
            let date = Date::from_days_since_epoch(days).unwrap();
            prop_assert_eq!(date.days_since_epoch(), days);
            prop_assert_eq!(Date::parse(&date.to_string()), Ok(date));
            prop_assert_eq!(Date::new(date.year(), date.month(), date.day()), Ok(date));
        }

        #[test]
        fn times_round_trip(seconds in -62_167_219_200_i64..=253_402_300_799, nanos in 0_u32..1_000_000_000) {
            let time = Timestamp::new(seconds, nanos).unwrap();
            prop_assert_eq!(Timestamp::parse_rfc3339(&time.to_string()), Ok(time));
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = Timestamp::parse_rfc3339(&text);
            let _ = Date::parse(&text);
        }
    }
}
