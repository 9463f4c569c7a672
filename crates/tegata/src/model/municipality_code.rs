//! The six-digit codes of municipalities.

use core::fmt;

/// Bytes of a code: five digits and a check digit.
const LENGTH: usize = 6;

/// Weights of the first five digits (全国地方公共団体コード, check digit of modulus 11).
const WEIGHTS: [u32; LENGTH - 1] = [6, 5, 4, 3, 2];

/// The code of a municipality (自治体コード, 全国地方公共団体コード): two digits of the prefecture and three of the
/// municipality (JIS X 0401 and X 0402), and a check digit. It is no personal data.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MunicipalityCode([u8; LENGTH]);

impl MunicipalityCode {
    /// Reads six ASCII digits with a right check digit; `None` for anything else. Whether such a municipality exists
    /// is not looked up: they merge and split.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = <[u8; LENGTH]>::try_from(text.as_bytes()).ok()?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let [first @ .., last] = digits;
        (check_digit(first) == last).then_some(Self(digits))
    }

    /// The six digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII digits get in; the alternative is never taken.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The check digit, in ASCII: 11 less the weighted sum modulo 11, of which the last digit counts.
fn check_digit(digits: [u8; LENGTH - 1]) -> u8 {
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let digit = (11 - sum % 11) % 10;
    b'0' + u8::try_from(digit).unwrap_or_default()
}

impl fmt::Debug for MunicipalityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MunicipalityCode({self})")
    }
}

impl fmt::Display for MunicipalityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_codes_are_read() {
        // Sapporo, Nerima, Sakai, Fukuoka, Kagoshima, Oita and Chiyoda.
        for code in ["011002", "131202", "271403", "401307", "462012", "442011", "131016"] {
            assert_eq!(MunicipalityCode::parse(code).unwrap().as_str(), code);
        }
    }

    #[test]
    fn any_other_check_digit_is_refused() {
        for last in b'0'..=b'9' {
            let text = String::from_utf8([b"13120", &[last][..]].concat()).unwrap();
            assert_eq!(MunicipalityCode::parse(&text).is_some(), last == b'2');
        }
    }

    #[test]
    fn one_digit_changed_is_noticed() {
        // Only the remainders 0 and 10 share a check digit, and this code's is 9.
        for place in 0..5 {
            for digit in b'0'..=b'9' {
                let mut code = *b"131202";
                code[place] = digit;
                let read = MunicipalityCode::parse(core::str::from_utf8(&code).unwrap());
                assert_eq!(read.is_some(), code == *b"131202", "{place}");
            }
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "13120", "1312020", "13120x", "１３１２０２", " 131202"] {
            assert_eq!(MunicipalityCode::parse(text), None);
        }
    }
}
