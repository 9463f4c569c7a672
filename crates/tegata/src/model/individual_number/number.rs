//! The individual number itself (個人番号), the most sensitive datum of all.

use core::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{LENGTH, individual_number_check_digit};

/// An individual number: twelve digits, the last a check digit, verified.
///
/// It never leaves this type in the clear: no `Display`, no serialisation, no access to the digits; `Debug` prints
/// the type alone; memory is wiped on drop; comparison takes the same time whatever the digits. The one way out is
/// [`NumberHash`](super::NumberHash).
///
/// ```compile_fail
/// fn show(number: tegata::model::IndividualNumber) -> String { number.to_string() }
/// ```
/// ```compile_fail
/// fn copy(number: &tegata::model::IndividualNumber) -> tegata::model::IndividualNumber { Clone::clone(number) }
/// ```
/// ```compile_fail
/// fn save<T: serde::Serialize>() {}
/// save::<tegata::model::IndividualNumber>();
/// ```
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct IndividualNumber([u8; LENGTH]);

impl IndividualNumber {
    /// From twelve ASCII digits.
    ///
    /// # Errors
    /// [`IndividualNumberError`], which never holds a digit.
    pub fn from_digits(digits: &[u8]) -> Result<Self, IndividualNumberError> {
        // Wiped on every way out.
        let mut number = Self([0; LENGTH]);
        if digits.len() != LENGTH || !digits.iter().all(u8::is_ascii_digit) {
            return Err(IndividualNumberError::NotTwelveDigits);
        }
        number.0.iter_mut().zip(digits).for_each(|(to, digit)| *to = *digit);
        let mut first = zeroize::Zeroizing::new([0; LENGTH - 1]);
        first.iter_mut().zip(&number.0).for_each(|(to, digit)| *to = digit - b'0');
        let [.., last] = number.0;
        if individual_number_check_digit(&first) != last - b'0' {
            return Err(IndividualNumberError::CheckDigit);
        }
        Ok(number)
    }

    /// The ASCII digits, for what is sent to the card or hashed, in buffers that are wiped.
    pub(crate) const fn digits(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl PartialEq for IndividualNumber {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for IndividualNumber {}

impl fmt::Debug for IndividualNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndividualNumber(..)")
    }
}

/// Why digits are no individual number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndividualNumberError {
    /// Not exactly twelve ASCII digits.
    NotTwelveDigits,
    /// The last digit is not the check digit.
    CheckDigit,
}

impl fmt::Display for IndividualNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotTwelveDigits => "individual number is not twelve digits",
            Self::CheckDigit => "individual number has a wrong check digit",
        })
    }
}

impl core::error::Error for IndividualNumberError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_decides() {
        assert!(IndividualNumber::from_digits(b"123456789018").is_ok());
        for last in (b'0'..=b'9').filter(|last| *last != b'8') {
            let digits = [b"12345678901".as_slice(), &[last]].concat();
            assert_eq!(IndividualNumber::from_digits(&digits), Err(IndividualNumberError::CheckDigit));
        }
        for digits in [&b""[..], b"12345678901", b"1234567890180", b"12345678901x", b"1234 5678901"] {
            assert_eq!(IndividualNumber::from_digits(digits), Err(IndividualNumberError::NotTwelveDigits));
        }
    }

    #[test]
    fn equal_numbers_are_equal_and_nothing_prints() {
        let number = |digits: &[u8]| IndividualNumber::from_digits(digits).unwrap();
        assert_eq!(number(b"123456789018"), number(b"123456789018"));
        assert_ne!(number(b"123456789018"), number(b"000000000000"));
        assert_eq!(format!("{:?}", number(b"123456789018")), "IndividualNumber(..)");
    }
}
