use super::{
    CertificateError,
    der::{Element, tag},
};
use crate::time::{Date, Timestamp};

/// Reads `Time` (RFC 5280 §4.1.2.5): UTCTime or GeneralizedTime, in UTC or with an offset, the
/// seconds optional.
pub(super) fn parse(element: &Element<'_>, field: &'static str) -> Result<Timestamp, CertificateError> {
    let malformed = CertificateError::Malformed { field, offset: element.offset };
    let mut text = Digits(element.value);
    let year = match element.tag {
        tag::UTC_TIME => match text.pair().ok_or(malformed)? {
            // RFC 5280 §4.1.2.5.1
            year @ 50.. => 1900 + u16::from(year),
            year => 2000 + u16::from(year),
        },
        tag::GENERALIZED_TIME => {
            u16::from(text.pair().ok_or(malformed)?) * 100 + u16::from(text.pair().ok_or(malformed)?)
        }
        _ => return Err(malformed),
    };
    read(&mut text, year).ok_or(malformed)
}

fn read(text: &mut Digits<'_>, year: u16) -> Option<Timestamp> {
    let (month, day) = (text.pair()?, text.pair()?);
    let (hour, minute) = (text.pair()?, text.pair()?);
    let second = if text.0.first()?.is_ascii_digit() { text.pair()? } else { 0 };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    if let Some(fraction) = text.0.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        text.0 = fraction.get(digits..)?;
    }
    let offset = match text.0 {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let mut clock = Digits(rest);
            let (hours, minutes) = (clock.pair()?, clock.pair()?);
            if hours > 23 || minutes > 59 || !clock.0.is_empty() {
                return None;
            }
            let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60;
            if *sign == b'+' { seconds } else { -seconds }
        }
        _ => return None,
    };
    let of_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    let midnight = Date::new(year, month, day).ok()?.midnight();
    Timestamp::from_seconds(midnight.seconds() + of_day - offset).ok()
}

struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    /// The next two digits.
    fn pair(&mut self) -> Option<u8> {
        match self.0 {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] => {
                self.0 = rest;
                Some((tens - b'0') * 10 + (ones - b'0'))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::der::Reader;

    fn time(tag: u8, text: &str) -> Option<String> {
        let mut der = vec![tag, u8::try_from(text.len()).unwrap()];
        der.extend_from_slice(text.as_bytes());
        let element = Reader::new(&der, "test").any().unwrap();
        super::parse(&element, "test").ok().map(|time| time.to_string())
    }

    #[test]
    fn both_forms() {
        assert_eq!(time(0x17, "211231235959Z").unwrap(), "2021-12-31T23:59:59Z");
        assert_eq!(time(0x17, "2112312359Z").unwrap(), "2021-12-31T23:59:00Z");
        assert_eq!(time(0x17, "491231235959Z").unwrap(), "2049-12-31T23:59:59Z");
        assert_eq!(time(0x17, "500101000000Z").unwrap(), "1950-01-01T00:00:00Z");
        assert_eq!(time(0x17, "211231235959+0900").unwrap(), "2021-12-31T14:59:59Z");
        assert_eq!(time(0x17, "211231235959-0130").unwrap(), "2022-01-01T01:29:59Z");
        assert_eq!(time(0x18, "20500101000000Z").unwrap(), "2050-01-01T00:00:00Z");
        assert_eq!(time(0x18, "20500101000000.25Z").unwrap(), "2050-01-01T00:00:00Z");
        assert_eq!(time(0x18, "99991231235959Z").unwrap(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn refused() {
        for text in
            ["", "2112312359", "211331235959Z", "210230000000Z", "211231240000Z", "211231236000Z", "2112312359 9Z"]
        {
            assert_eq!(time(0x17, text), None, "{text}");
        }
        assert_eq!(time(0x18, "00000101000000+0100"), None);
        assert_eq!(time(0x04, "211231235959Z"), None);
    }
}
