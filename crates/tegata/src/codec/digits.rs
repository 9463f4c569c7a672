//! Writing numbers as text without the machinery of [`core::fmt`], most of which a small module would carry for nothing.

/// The most decimal digits of a 64-bit number.
const MAX_DIGITS: usize = 20;

/// Appends a number in decimal, without leading zeros.
pub(crate) fn write_unsigned(value: u64, out: &mut String) {
    write_padded(value, 1, out);
}

/// Appends a number in decimal.
pub(crate) fn write_signed(value: i64, out: &mut String) {
    if value < 0 {
        out.push('-');
    }
    write_unsigned(value.unsigned_abs(), out);
}

/// Appends a number in decimal, with zeros before it up to a width of at most twenty digits.
pub(crate) fn write_padded(mut value: u64, width: usize, out: &mut String) {
    let mut digits = [0; MAX_DIGITS];
    let mut first = MAX_DIGITS;
    for (place, digit) in digits.iter_mut().enumerate().rev() {
        if value == 0 && place + width < MAX_DIGITS {
            break;
        }
        // Less than ten.
        *digit = u8::try_from(value % 10).unwrap_or_default();
        value /= 10;
        first = place;
    }
    write_digits(digits.get(first..).unwrap_or_default(), out);
}

/// Appends digits, each a number below ten.
pub(super) fn write_digits(digits: &[u8], out: &mut String) {
    for digit in digits {
        out.push(char::from(b'0' + digit));
    }
}

/// Appends bytes in lower-case hexadecimal.
pub(crate) fn write_hex(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit }));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut String)) -> String {
        let mut out = String::from("=");
        write(&mut out);
        out
    }

    #[test]
    fn the_ends_of_the_range() {
        for value in [0, 9, 10, 99, 100, u64::MAX - 1, u64::MAX] {
            assert_eq!(written(|out| write_unsigned(value, out)), format!("={value}"));
            assert_eq!(written(|out| write_padded(value, 20, out)), format!("={value:020}"));
        }
        for value in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX] {
            assert_eq!(written(|out| write_signed(value, out)), format!("={value}"));
        }
        let all: Vec<u8> = (0..=255).collect();
        let expected: String = all.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(written(|out| write_hex(&all, out)), format!("={expected}"));
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(value in any::<u64>(), shift in 0..64_u32, width in 1..=20_usize) {
            let value = value >> shift;
            prop_assert_eq!(written(|out| write_unsigned(value, out)), format!("={value}"));
            prop_assert_eq!(written(|out| write_padded(value, width, out)), format!("={value:0width$}"));
            let value = value.cast_signed();
            prop_assert_eq!(written(|out| write_signed(value, out)), format!("={value}"));
        }
    }
}
