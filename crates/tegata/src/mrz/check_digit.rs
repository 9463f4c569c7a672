//! Check digits (Doc 9303-3 §4.9).

/// The check digit, in ASCII, of the parts in a row: values times 7, 3, 1, 7, … modulo ten. Digits have their value,
/// letters count from 10, fillers as 0.
pub(super) fn check_digit(parts: &[&[u8]]) -> u8 {
    let weighted = parts.iter().copied().flatten().zip([7, 3, 1].into_iter().cycle());
    // Kept small at every step, so that no length can overflow it.
    let sum = weighted.fold(0_u16, |sum, (character, weight)| (sum + value(*character) * weight) % 10);
    b'0' + u8::try_from(sum).unwrap_or_default()
}

const fn value(character: u8) -> u16 {
    let value = match character {
        b'0'..=b'9' => character - b'0',
        b'A'..=b'Z' => character - b'A' + 10,
        _ => 0,
    };
    // Widening; `From` is not const.
    u16::from_be_bytes([0, value])
}

#[cfg(test)]
mod tests {
    use super::check_digit;

    #[test]
    fn examples_of_doc_9303() {
        // Part 3, §4.9, examples 1 and 2; part 4, appendix A.
        assert_eq!(check_digit(&[b"520727"]), b'3');
        assert_eq!(check_digit(&[b"AB2134<<<"]), b'5');
        assert_eq!(check_digit(&[b"HA672242<", b"658", b"5408148", b"F"]), check_digit(&[b"HA672242<6585408148F"]));
        assert_eq!(check_digit(&[b"L898902C3"]), b'6');
        assert_eq!(check_digit(&[]), b'0');
    }
}
