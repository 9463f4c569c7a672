//! ECDSA signatures in DER, as certificates and some proofs carry them.

use super::der::{Reader, tag};

/// `Ecdsa-Sig-Value` (RFC 3279 §2.2.3) as `r ‖ s` of so many bytes each, or nothing when it is not that
/// structure or a number is longer.
pub(crate) fn fixed_length(der: &[u8], half: usize) -> Option<Vec<u8>> {
    const FIELD: &str = "signatureValue";
    let mut input = Reader::new(der, FIELD);
    let mut numbers = input.expect(tag::SEQUENCE).ok()?.contents(FIELD);
    input.end().ok()?;
    let mut fixed = Vec::with_capacity(half * 2);
    for _ in 0..2 {
        let number = numbers.expect(tag::INTEGER).ok()?.positive(FIELD).ok()?;
        fixed.resize(fixed.len() + half.checked_sub(number.len())?, 0);
        fixed.extend_from_slice(number);
    }
    numbers.end().ok()?;
    Some(fixed)
}

#[cfg(test)]
mod tests {
    use super::fixed_length;

    #[test]
    fn numbers_are_padded_to_their_length() {
        assert_eq!(fixed_length(&[0x30, 8, 2, 2, 1, 2, 2, 2, 3, 4], 2).unwrap(), [1, 2, 3, 4]);
        assert_eq!(fixed_length(&[0x30, 7, 2, 1, 1, 2, 2, 0, 0x80], 2).unwrap(), [0, 1, 0, 0x80]);
    }

    #[test]
    fn everything_else_is_refused() {
        for der in [
            &[][..],
            &[0x30, 8, 2, 2, 1, 2, 2, 2, 3],
            &[0x30, 8, 2, 2, 1, 2, 2, 2, 3, 4, 0],
            &[0x30, 9, 2, 3, 1, 2, 3, 2, 2, 3, 4],
            &[0x30, 7, 2, 2, 1, 2, 2, 1, 0],
            &[0x30, 6, 2, 1, 0x80, 2, 1, 1],
            &[0x30, 3, 2, 1, 1],
            &[0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1],
            &[0x31, 6, 2, 1, 1, 2, 1, 1],
        ] {
            assert_eq!(fixed_length(der, 2), None);
        }
    }
}
