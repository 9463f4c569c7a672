//! The number on the voucher that a municipality sends before a vaccination.

use core::fmt;

use zeroize::Zeroize;

/// Digits of a voucher number, as the national record system exports it.
const DIGITS: usize = 10;

/// The voucher number (接種券番号): ten digits. It joins a person and their vaccinations (B1), and is personal data.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VoucherNumber([u8; DIGITS]);

impl VoucherNumber {
    /// Reads ten ASCII digits; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = <[u8; DIGITS]>::try_from(text.as_bytes()).ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits))
    }

    /// The digits. The caller sees to it that no log or error shows them.
    #[must_use]
    pub fn expose(&self) -> &str {
        // Only ASCII digits get in; the alternative is never taken.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for VoucherNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VoucherNumber(..)")
    }
}

impl Drop for VoucherNumber {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_digits() {
        assert_eq!(VoucherNumber::parse("0123456789").unwrap().expose(), "0123456789");
        for text in ["", "123456789", "12345678901", "123456789x", "１２３４５６７８９０"] {
            assert!(VoucherNumber::parse(text).is_none(), "{text}");
        }
    }
}
