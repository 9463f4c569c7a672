//! Half-precision floats (IEEE 754 binary16) and the choice of the shortest exact width.

/// 2⁻²⁴, the smallest positive binary16 number.
const HALF_UNIT: f64 = 1.0 / 16_777_216.0;
/// Bits of the fraction that binary64 has and binary16 has not.
const EXTRA_BITS: u32 = 52 - 10;

/// The value of binary16 bits.
pub(super) fn from_half(bits: u16) -> f64 {
    let sign = u64::from(bits >> 15) << 63;
    let exponent = u64::from((bits >> 10) & 0x1f);
    let fraction = bits & 0x3ff;
    let magnitude = match exponent {
        0 => (f64::from(fraction) * HALF_UNIT).to_bits(),
        0x1f => (0x7ff << 52) | (u64::from(fraction) << EXTRA_BITS),
        _ => ((exponent + (1023 - 15)) << 52) | (u64::from(fraction) << EXTRA_BITS),
    };
    f64::from_bits(sign | magnitude)
}

/// The binary16 bits of exactly this value, if there are any. Every NaN becomes the quiet one.
pub(super) fn to_half(value: f64) -> Option<u16> {
    if value.is_nan() {
        return Some(0x7e00);
    }
    let bits = value.to_bits();
    let exponent = (bits >> 52) & 0x7ff;
    let fraction = bits & ((1 << 52) - 1);
    // The nearest candidate towards zero; reading it back tells whether it is exact.
    let magnitude = match exponent {
        0 => 0,
        // Subnormal: 2⁻²⁴ to just below 2⁻¹⁴.
        999..=1008 => ((1 << 52) | fraction) >> (1051 - exponent),
        1009..=1038 => ((exponent - (1023 - 15)) << 10) | (fraction >> EXTRA_BITS),
        0x7ff => 0x7c00,
        _ => return None,
    };
    let half = u16::try_from((bits >> 63) << 15 | magnitude).ok()?;
    (from_half(half).to_bits() == bits).then_some(half)
}

/// The binary32 number of exactly this value, if there is one.
pub(super) fn to_single(value: f64) -> Option<f32> {
    #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "rounding is detected just below")]
    let single = value as f32;
    (f64::from(single).to_bits() == value.to_bits()).then_some(single)
}
