//! Dates and times as text and as numbers.

use tegata::time::{Date, Timestamp};

/// RFC 3339 text, a calendar date, or eight bytes as a CBOR float of seconds.
pub fn time(data: &[u8]) {
    if let Ok(text) = core::str::from_utf8(data) {
        if let Ok(time) = Timestamp::parse_rfc3339(text) {
            let shown = time.to_string();
            assert_eq!(Timestamp::parse_rfc3339(&shown), Ok(time), "a time is read back as it was shown");
            inspect(time);
        }
        if let Ok(date) = Date::parse(text) {
            assert_eq!(date.to_string(), text, "a date has one form");
            assert_eq!(Date::from_days_since_epoch(date.days_since_epoch()), Ok(date));
            assert_eq!(date.midnight().date(), date);
        }
    }
    if let Some(bytes) = data.first_chunk() {
        if let Ok(time) = Timestamp::from_fractional_seconds(f64::from_be_bytes(*bytes)) {
            inspect(time);
        }
        let seconds = i64::from_be_bytes(*bytes);
        if let Ok(time) = Timestamp::from_seconds(seconds) {
            assert_eq!(time.seconds(), seconds);
            inspect(time);
        }
    }
}

fn inspect(time: Timestamp) {
    assert!(time.nanos() < 1_000_000_000);
    assert!(time.date().midnight() <= time, "a day begins before whatever happens on it");
    assert!(time.saturating_add_seconds(1) >= time);
    assert_eq!(Timestamp::parse_rfc3339(&time.to_string()), Ok(time));
}
