//! The inverse of s modulo n, and of a z-coordinate modulo p, from arithmetic that need not be trusted.
//!
//! Whatever it answers is multiplied with the number in verified arithmetic and used when the product
//! is one; an inverse is unique, so nothing else can be. Otherwise the inverse is computed anew, in
//! verified arithmetic, which takes five times longer.

use core::ops::Mul;

use crate::field::{Coordinate, Scalar};
use crate::guards::Guards;

/// 1/s; none for zero, which has no inverse.
pub(crate) fn inverse<G: Guards>(s: Scalar, untrusted: impl Fn(&[u8; 32]) -> [u8; 32]) -> Option<Scalar> {
    let candidate = Scalar::from_canonical(&untrusted(&s.to_bytes()));
    checked::<G, _>(s, Scalar::ONE, candidate, || s.inverse())
}

/// 1/z; none for zero, which has no inverse.
pub(crate) fn inverse_of_coordinate<G: Guards>(
    z: Coordinate,
    untrusted: impl Fn(&[u8; 32]) -> [u8; 32],
) -> Option<Coordinate> {
    let candidate = Coordinate::from_canonical(&untrusted(&z.to_bytes()));
    checked::<G, _>(z, Coordinate::ONE, candidate, || z.inverse())
}

/// The candidate, or what is computed anew, if its product with the number is one.
fn checked<G: Guards, N: Copy + PartialEq + Mul<Output = N>>(
    number: N,
    one: N,
    candidate: Option<N>,
    anew: impl FnOnce() -> N,
) -> Option<N> {
    let is_inverse = |candidate: &N| !G::INVERSE_CHECKED || number * *candidate == one;
    candidate.filter(is_inverse).or_else(|| Some(anew()).filter(is_inverse))
}

/// 1/s by the `p256` crate, in variable time.
#[cfg(feature = "p256")]
pub(crate) fn untrusted(s: &[u8; 32]) -> [u8; 32] {
    use p256::elliptic_curve::PrimeField as _;
    let inverse = p256::Scalar::from_repr((*s).into()).and_then(|s| s.invert_vartime());
    Option::from(inverse).map_or([0; 32], |inverse: p256::Scalar| inverse.to_bytes().into())
}

/// 1/s by our own hand.
#[cfg(not(feature = "p256"))]
pub(crate) fn untrusted(s: &[u8; 32]) -> [u8; 32] {
    own::invert(s, &own::N)
}

/// 1/z by our own hand.
pub(crate) fn untrusted_of_coordinate(z: &[u8; 32]) -> [u8; 32] {
    own::invert(z, &own::P)
}

/// The binary algorithm (Hankerson, Menezes, Vanstone: Guide to Elliptic Curve Cryptography, 2.22).
pub(crate) mod own {
    /// Limbs, the least first.
    type Number = [u64; 4];

    /// The order of the group.
    #[cfg(any(test, not(feature = "p256")))]
    pub(super) const N: Number =
        [0xf3b9_cac2_fc63_2551, 0xbce6_faad_a717_9e84, 0xffff_ffff_ffff_ffff, 0xffff_ffff_0000_0000];
    /// The prime of the coordinates.
    pub(super) const P: Number = [0xffff_ffff_ffff_ffff, 0x0000_0000_ffff_ffff, 0, 0xffff_ffff_0000_0001];
    const ONE: Number = [1, 0, 0, 0];

    /// u and v have 256 bits each, and of two steps at least one removes one of them: enough for every
    /// number that has an inverse. Others are given up.
    const MAX_STEPS: usize = 2 * (256 + 256);

    pub(super) fn invert(s: &[u8; 32], modulus: &Number) -> [u8; 32] {
        // Throughout, u ≡ a·s and v ≡ b·s modulo the modulus.
        let (mut u, mut v, mut a, mut b) = (from_bytes(s), *modulus, ONE, [0; 4]);
        for _ in 0..MAX_STEPS {
            if u == ONE {
                return to_bytes(a);
            }
            if is_even(u) {
                (u, a) = (halved(u, false), halved_modulo(a, modulus));
                continue;
            }
            // v is odd from the start: it only ever takes the value of an odd u.
            let (difference, below) = minus(u, v);
            if below {
                ((u, v), (a, b)) = ((minus(v, u).0, u), (minus_modulo(b, a, modulus), a));
            } else {
                (u, a) = (difference, minus_modulo(a, b, modulus));
            }
        }
        [0; 32]
    }

    const fn is_even([lowest, ..]: Number) -> bool {
        lowest & 1 == 0
    }

    fn halved([a, b, c, d]: Number, carry: bool) -> Number {
        [a >> 1 | b << 63, b >> 1 | c << 63, c >> 1 | d << 63, d >> 1 | u64::from(carry) << 63]
    }

    fn halved_modulo(a: Number, modulus: &Number) -> Number {
        if is_even(a) {
            return halved(a, false);
        }
        let (sum, carry) = plus(a, *modulus);
        halved(sum, carry)
    }

    fn minus_modulo(a: Number, b: Number, modulus: &Number) -> Number {
        let (difference, below) = minus(a, b);
        if below { plus(difference, *modulus).0 } else { difference }
    }

    fn plus([a0, a1, a2, a3]: Number, [b0, b1, b2, b3]: Number) -> (Number, bool) {
        let (c0, carry) = a0.carrying_add(b0, false);
        let (c1, carry) = a1.carrying_add(b1, carry);
        let (c2, carry) = a2.carrying_add(b2, carry);
        let (c3, carry) = a3.carrying_add(b3, carry);
        ([c0, c1, c2, c3], carry)
    }

    fn minus([a0, a1, a2, a3]: Number, [b0, b1, b2, b3]: Number) -> (Number, bool) {
        let (c0, borrow) = a0.borrowing_sub(b0, false);
        let (c1, borrow) = a1.borrowing_sub(b1, borrow);
        let (c2, borrow) = a2.borrowing_sub(b2, borrow);
        let (c3, borrow) = a3.borrowing_sub(b3, borrow);
        ([c0, c1, c2, c3], borrow)
    }

    fn from_bytes(bytes: &[u8; 32]) -> Number {
        let mut number = [0; 4];
        for (limb, bytes) in number.iter_mut().zip(bytes.as_rchunks::<8>().1.iter().rev()) {
            *limb = u64::from_be_bytes(*bytes);
        }
        number
    }

    fn to_bytes(number: Number) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (bytes, limb) in bytes.as_rchunks_mut::<8>().1.iter_mut().rev().zip(number) {
            *bytes = limb.to_be_bytes();
        }
        bytes
    }
}

#[cfg(test)]
mod tests;
