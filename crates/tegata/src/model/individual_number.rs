//! Individual numbers (個人番号): recognising them in texts, so that none gets into a certificate, and their own type.

#[cfg(feature = "card")]
mod hash;
#[cfg(feature = "card")]
mod number;

#[cfg(feature = "card")]
pub use hash::{MunicipalityHashKey, NumberHash};
#[cfg(feature = "card")]
pub use number::{IndividualNumber, IndividualNumberError};

/// Digits of an individual number.
const LENGTH: usize = 12;
/// At most this many separators stand between two groups of one number, as in `1234 - 5678 - 9018`.
const MAX_SEPARATORS: u8 = 3;

/// The check digit of an individual number, from its first eleven digits (each 0 to 9), as the
/// ordinance on individual numbers (平成26年総務省令第85号) 第5条 computes it.
#[must_use]
pub fn individual_number_check_digit(first_eleven: &[u8; LENGTH - 1]) -> u8 {
    // Counted from the right the weights are 2 to 7 and then 2 to 6.
    const WEIGHTS: [u32; LENGTH - 1] = [2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6];
    let sum: u32 = first_eleven.iter().rev().zip(WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    match sum % 11 {
        0 | 1 => 0,
        remainder => u8::try_from(11 - remainder).unwrap_or_default(),
    }
}

/// Whether the text holds what looks like an individual number: exactly twelve digits in a row
/// whose check digit is right.
///
/// The digits can be ASCII or full-width and stand in groups parted by spaces or hyphens
/// (`1234-5678-9018`). About one in eleven other twelve-digit numbers looks the same and is
/// refused with them; longer and shorter numbers are not looked at.
#[must_use]
pub fn contains_individual_number(text: &str) -> bool {
    if !may_hold_enough_digits(text) {
        return false;
    }
    let mut chain = DigitChain::default();
    let mut separators = 0;
    for character in text.chars() {
        if let Some(digit) = digit(character) {
            chain.digits.push((digit, separators > 0 || chain.digits.is_empty()));
            separators = 0;
        } else if is_separator(character) && separators < MAX_SEPARATORS {
            separators += 1;
        } else {
            if chain.holds_number() {
                return true;
            }
            chain.digits.clear();
            separators = 0;
        }
    }
    chain.holds_number()
}

/// Whether there can be as many digits as a number has: a quick no for nearly every text.
fn may_hold_enough_digits(text: &str) -> bool {
    // The full-width digits all begin with this byte of UTF-8.
    const FULL_WIDTH: u8 = 0xef;
    let digits = text.bytes().filter(|byte| byte.is_ascii_digit() || *byte == FULL_WIDTH);
    text.len() >= LENGTH && digits.count() >= LENGTH
}

/// Groups of digits with nothing but separators between them: each digit, and whether it begins a group.
#[derive(Default)]
struct DigitChain {
    digits: Vec<(u8, bool)>,
}

impl DigitChain {
    /// Whether whole groups in a row make up a number.
    fn holds_number(&self) -> bool {
        let ends_group = |end: usize| self.digits.get(end).is_none_or(|(_, begins)| *begins);
        self.digits.windows(LENGTH).enumerate().any(|(start, window)| {
            let begins_group = window.first().is_some_and(|(_, begins)| *begins);
            begins_group && ends_group(start + LENGTH) && has_valid_check_digit(window)
        })
    }
}

fn has_valid_check_digit(window: &[(u8, bool)]) -> bool {
    let Some(((last, _), first)) = window.split_last() else { return false };
    let mut digits = [0; LENGTH - 1];
    for (to, (digit, _)) in digits.iter_mut().zip(first) {
        *to = *digit;
    }
    individual_number_check_digit(&digits) == *last
}

fn digit(character: char) -> Option<u8> {
    let value = match character {
        '0'..='9' => u32::from(character) - u32::from('0'),
        '０'..='９' => u32::from(character) - u32::from('０'),
        _ => return None,
    };
    u8::try_from(value).ok()
}

fn is_separator(character: char) -> bool {
    // Every space, every dash (U+2010 to U+2015), and what Japanese keyboards put in their place.
    character.is_whitespace()
        || matches!(
            character,
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' | '\u{30fc}' | '\u{ff70}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        // 123456789018 is the number on every specimen card.
        assert_eq!(individual_number_check_digit(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]), 8);
        // Weighted sum 0: remainder 0 gives 0.
        assert_eq!(individual_number_check_digit(&[0; 11]), 0);
        // Weighted sum 12: remainder 1 gives 0, not 10.
        assert_eq!(individual_number_check_digit(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6]), 0);
    }

    #[test]
    fn numbers_are_found() {
        for text in [
            "123456789018",
            "lot 123456789018.",
            "１２３４５６７８９０１８",
            "1234 5678 9018",
            "1234-5678-9018",
            "１２３４－５６７８－９０１８",
            "１２３４ー５６７８ー９０１８",
            "1234　5678　9018",
            "1234 - 5678 - 9018",
            "1234\u{a0}5678\u{2011}9018",
            "番号123456789018",
            "A123456789018B",
            "99 123456789018",
            "123456789018 7",
            "１2３4５6７8９0１8",
        ] {
            assert!(contains_individual_number(text), "{text}");
        }
    }

    #[test]
    fn other_digits_pass() {
        for text in [
            "",
            "123456789010",
            "1123456789018",
            "1234567890188",
            "12345678901",
            "1234x5678x9018",
            "1234    5678    9018",
            "12345678901X8",
            "11234 5678 9018",
            "EX3617",
            "090-1234-5678",
        ] {
            assert!(!contains_individual_number(text), "{text}");
        }
    }
}
