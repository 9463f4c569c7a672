//! The dates of a DCC, as the schema prescribes them and as issuers write them.

use crate::model::BirthDate;
use crate::time::{Date, Timestamp};

/// A date of birth that the pattern `^((19|20)\d\d(-\d\d){0,2}){0,1}$` allows and the calendar has.
/// `None` inside is the empty text. When `lenient`, a time part is passed over and `00` stands for
/// an unknown month or day, as travel documents write it.
pub(super) fn birth_date(text: &str, lenient: bool) -> Option<Option<BirthDate>> {
    if text.is_empty() {
        return Some(None);
    }
    if !text.starts_with("19") && !text.starts_with("20") {
        return None;
    }
    let text = if lenient { without_unknown(without_time(text)?) } else { text };
    BirthDate::parse(text).ok().map(Some)
}

/// The text before an unknown month or day. A day of an unknown month says nothing, but has been
/// issued.
fn without_unknown(text: &str) -> &str {
    let is_day = |day: &str| match day.as_bytes() {
        [b'-', b'0'..=b'2', ones] | [b'-', b'3', ones @ b'0'..=b'1'] => ones.is_ascii_digit(),
        _ => false,
    };
    match (text.get(..4), text.get(4..7), text.get(7..)) {
        (Some(year), Some("-00"), Some(day)) if day.is_empty() || is_day(day) => year,
        (Some(_), Some(_), Some("-00")) => text.get(..7).unwrap_or(text),
        _ => text,
    }
}

/// A complete date; with a time part when `time_tolerated`.
pub(super) fn date(text: &str, time_tolerated: bool) -> Option<Date> {
    let text = if time_tolerated { without_time(text)? } else { text };
    Date::parse(text).ok()
}

/// A date and time (RFC 3339). Issuers also leave out the zone, the seconds, or the whole time,
/// which is let pass when `parts_tolerated`.
pub(super) fn is_date_time(text: &str, parts_tolerated: bool) -> bool {
    Timestamp::parse_rfc3339(text).is_ok() || (parts_tolerated && date(text, true).is_some())
}

/// The text before a time part. What follows the `T` must at least look like a time and a zone.
fn without_time(text: &str) -> Option<&str> {
    let end = text.bytes().position(|byte| matches!(byte, b'T' | b't' | b' '));
    let Some((date, time)) = end.and_then(|end| text.split_at_checked(end)) else { return Some(text) };
    let time = time.get(1..)?;
    let is_time = time.bytes().all(|byte| byte.is_ascii_digit() || b":.,+-Zz".contains(&byte));
    (is_time && time.bytes().take(2).filter(u8::is_ascii_digit).count() == 2 && time.len() <= LONGEST_TIME)
        .then_some(date)
}

/// `HH:MM:SS.nnnnnnnnn+HH:MM`.
const LONGEST_TIME: usize = 24;
