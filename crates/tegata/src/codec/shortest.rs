//! The fewest decimal digits that read back as the same binary64 number, of several equally short ones the nearest:
//! G. L. Steele and J. L. White, "How to print floating-point numbers accurately" (1990), with exact arithmetic.
//!
//! Floats are rare in certificates. This is a tenth of the size of what the standard library has for speed.

#[cfg(feature = "outcomes")]
use core::cmp::Ordering;

#[cfg(feature = "outcomes")]
use super::digits::write_digits;
use super::digits::write_unsigned;

#[cfg(feature = "outcomes")]
/// The most digits that are ever needed.
const MAX_DIGITS: usize = 17;

/// Every whole number up to here is a binary64 number.
const EXACT: f64 = 9_007_199_254_740_992.0;

#[cfg(feature = "outcomes")]
/// Bits of the fraction, and the exponent of the last of them in the smallest numbers.
const FRACTION_BITS: u32 = 52;
#[cfg(feature = "outcomes")]
const LEAST_EXPONENT: i32 = -1074;

/// Whether a number is whole and so small that all whole numbers up to it are binary64 numbers.
pub(super) fn is_whole(value: f64) -> bool {
    value.abs() < EXACT && value.trunc() == value
}

/// Whether [`write_float`] writes a number: a finite one.
#[cfg(feature = "outcomes")]
pub(super) const fn is_written(value: f64) -> bool {
    value.is_finite()
}

/// Whether [`write_float`] writes a number: one that takes no fraction, since the content of a report has no others here.
#[cfg(not(feature = "outcomes"))]
pub(super) use is_whole as is_written;

/// Appends a number that [is written](is_written): without an exponent, and without a fraction where it is whole.
pub(super) fn write_float(value: f64, out: &mut String) {
    if value.is_sign_negative() {
        out.push('-');
    }
    let value = value.abs();
    #[cfg(feature = "outcomes")]
    if !is_whole(value) {
        return write_fraction(value, out);
    }
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small and whole"
    )]
    write_unsigned(value as u64, out);
}

/// Appends a positive number with a fraction, or with more digits than are exact.
#[cfg(feature = "outcomes")]
fn write_fraction(value: f64, out: &mut String) {
    let mut digits = [0; MAX_DIGITS];
    let (length, point) = shortest(value, &mut digits);
    let digits = digits.get(..length).unwrap_or(&digits);
    match usize::try_from(point) {
        Ok(point) if point > 0 => {
            let (whole, fraction) = digits.split_at_checked(point).unwrap_or((digits, &[]));
            write_digits(whole, out);
            zeros(point - whole.len(), out);
            if !fraction.is_empty() {
                out.push('.');
                write_digits(fraction, out);
            }
        }
        _ => {
            out.push_str("0.");
            zeros(usize::try_from(point.unsigned_abs()).unwrap_or_default(), out);
            write_digits(digits, out);
        }
    }
}

#[cfg(feature = "outcomes")]
fn zeros(count: usize, out: &mut String) {
    for _ in 0..count {
        out.push('0');
    }
}

#[cfg(feature = "outcomes")]
/// The digits of a positive number, how many they are, and how many of them stand before the point; where that is
/// negative, so many zeros stand between the point and the digits.
fn shortest(value: f64, digits: &mut [u8; MAX_DIGITS]) -> (usize, i32) {
    let bits = value.to_bits();
    let (biased, fraction) = (bits >> FRACTION_BITS, bits & ((1 << FRACTION_BITS) - 1));
    let (biased, mantissa) = if biased == 0 { (1, fraction) } else { (biased, fraction | 1 << FRACTION_BITS) };
    let exponent = i32::try_from(biased).unwrap_or_default() - 1 + LEAST_EXPONENT;
    // An even mantissa is what a number just in the middle between two is rounded to.
    let even = mantissa % 2 == 0;
    let within = |ordering: Ordering| ordering == Ordering::Less || (even && ordering == Ordering::Equal);

    // The value is `rest / scale`; half way to the numbers beside it are `above` and `below`. The latter is nearer
    // where the exponent changes. All are taken four times, so that they are whole.
    let up = exponent.max(0).unsigned_abs();
    let mut rest = Natural::of(mantissa << 2, up);
    let mut above = Natural::of(2, up);
    let mut below = Natural::of(if fraction == 0 && biased > 1 { 1 } else { 2 }, up);
    let mut scale = Natural::of(4, exponent.min(0).unsigned_abs());

    // At most the decimal exponent, from the binary one: 1233/4096 is just less than the logarithm of two.
    let magnitude = exponent + 63 - i32::try_from(mantissa.leading_zeros()).unwrap_or_default();
    let mut point = (magnitude * 1233) >> 12;
    scale.times_power_of_ten(point);
    for number in [&mut rest, &mut above, &mut below] {
        number.times_power_of_ten(-point);
    }
    while within(scale.cmp(&rest.plus(&above))) {
        scale.times(10);
        point += 1;
    }

    let mut length = 0;
    for place in digits.iter_mut() {
        for number in [&mut rest, &mut above, &mut below] {
            number.times(10);
        }
        while rest.cmp(&scale) != Ordering::Less {
            rest = rest.minus(&scale);
            *place += 1;
        }
        length += 1;
        let low = within(rest.cmp(&below));
        let high = within(scale.cmp(&rest.plus(&above)));
        if high && (!low || rest.plus(&rest).cmp(&scale) != Ordering::Less) {
            // One more would carry only into digits after which the number would have ended before.
            *place += 1;
        }
        if low || high {
            break;
        }
    }
    (length, point)
}

#[cfg(feature = "outcomes")]
/// A natural number of as many bits as any of these computations takes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Natural([u32; LIMBS]);

#[cfg(feature = "outcomes")]
/// The greatest numbers are below 2¹⁰²⁴, the least are multiples of 2⁻¹⁰⁷⁴; four times each, and ten times that.
const LIMBS: usize = 36;

#[cfg(feature = "outcomes")]
impl Natural {
    /// A number with so many zero bits after it.
    fn of(value: u64, zeros: u32) -> Self {
        let mut limbs = [0; LIMBS];
        let first = usize::try_from(zeros / u32::BITS).unwrap_or_default();
        let (low, high) = halves(value);
        for (place, half) in limbs.iter_mut().skip(first).zip([low, halves(high).0]) {
            *place = half;
        }
        let mut number = Self(limbs);
        number.times(1 << (zeros % u32::BITS));
        number
    }

    fn times(&mut self, factor: u32) {
        let mut carry = 0;
        for limb in &mut self.0 {
            (*limb, carry) = halves(u64::from(*limb) * u64::from(factor) + carry);
        }
    }

    /// Nothing happens where the exponent is negative.
    fn times_power_of_ten(&mut self, mut exponent: i32) {
        while exponent > 0 {
            // The ninth is the highest that a limb holds.
            let step = exponent.min(9);
            self.times(10_u32.pow(step.unsigned_abs()));
            exponent -= step;
        }
    }

    fn plus(&self, other: &Self) -> Self {
        self.combined(other, 0)
    }

    /// Less a number that is not greater: plus its complement, plus one.
    fn minus(&self, other: &Self) -> Self {
        self.combined(other, u32::MAX)
    }

    fn combined(&self, other: &Self, mask: u32) -> Self {
        let mut sum = *self;
        let mut carry = u64::from(mask & 1);
        for (limb, other) in sum.0.iter_mut().zip(&other.0) {
            (*limb, carry) = halves(u64::from(*limb) + u64::from(other ^ mask) + carry);
        }
        sum
    }

    fn cmp(&self, other: &Self) -> Ordering {
        self.0.iter().rev().cmp(other.0.iter().rev())
    }
}

#[cfg(feature = "outcomes")]
/// The lower half, and the upper one as what is carried.
fn halves(value: u64) -> (u32, u64) {
    (u32::try_from(value & u64::from(u32::MAX)).unwrap_or_default(), value >> u32::BITS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(value: f64) -> String {
        let mut out = String::new();
        write_float(value, &mut out);
        out
    }

    #[test]
    fn the_hard_ones_are_as_in_the_standard_library() {
        let powers = (0..2047_u64).map(|biased| f64::from_bits(biased << FRACTION_BITS));
        let tens = (-330..=308).map(|exponent| format!("1e{exponent}").parse().unwrap());
        let others =
            [5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 9.5e-323, 1.7976931348623157e308, 0.3, 123.456];
        let whole = [EXACT - 1.0, EXACT, EXACT + 2.0, 1e15, 1e16, 123_456_789_012_345_680.0, 1e23];
        for value in powers.chain(tens).chain(others).chain(whole) {
            for value in [value.next_down(), value, value.next_up()] {
                if value.is_finite() {
                    assert_eq!(written(value), format!("{value}"));
                    assert_eq!(written(-value), format!("{}", -value));
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn agrees_with_the_standard_library(bits in any::<u64>(), decimal in any::<i32>(), places in 0..10) {
            for value in [f64::from_bits(bits), f64::from(decimal) / 10_f64.powi(places)] {
                if value.is_finite() {
                    prop_assert_eq!(written(value), format!("{value}"));
                }
            }
        }
    }
}
