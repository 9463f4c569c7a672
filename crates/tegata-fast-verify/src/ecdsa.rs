//! ECDSA verification (FIPS 186-5 §6.4.2; SEC 1 §4.1.4) with a table for each of the two points.

use crate::comb::{Digits, Table, double_multiply};
use crate::field::{Coordinate, P_MINUS_N, Scalar};
use crate::guards::Guards;
use crate::inverse::inverse;

/// Whether r‖s is a signature over this hash by the key of the second table; the first is that of G.
pub(crate) fn is_signature<G: Guards>(
    tables: [&Table; 2],
    hash: &[u8; 32],
    signature: &[u8; 64],
    untrusted_inverse: impl Fn(&[u8; 32]) -> [u8; 32],
) -> bool {
    verify::<G>(tables, hash, signature, untrusted_inverse).is_some()
}

/// Some when it is one: each question mark is a refusal.
fn verify<G: Guards>(
    tables: [&Table; 2],
    hash: &[u8; 32],
    signature: &[u8; 64],
    untrusted_inverse: impl Fn(&[u8; 32]) -> [u8; 32],
) -> Option<()> {
    let (r, s) = signature.split_first_chunk()?;
    let (r, s) = (in_range::<G>(r)?, in_range::<G>(s.try_into().ok()?)?);
    let hash = if G::LARGE_HASH { Scalar::reduced(hash) } else { Scalar::from_canonical(hash)? };

    // u₁ = hash/s and u₂ = r/s; the digits are made from halves.
    let half_of_inverse = inverse::<G>(s, untrusted_inverse)? * Scalar::HALF;
    let digits = [&Digits::of_twice(hash * half_of_inverse), &Digits::of_twice(r * half_of_inverse)];
    let sum = double_multiply::<G>(tables, digits)?;
    if G::FINAL_IDENTITY && sum.is_identity() {
        return None;
    }

    // The sum's x-coordinate is X/Z². It lies in 0..p, and modulo n it must be r: it is r or, where
    // that is still below p, r + n. Compared without a division.
    let z_squared = sum.z.square();
    let r_coordinate = Coordinate::from_scalar(r);
    let is_r = sum.x == r_coordinate * z_squared;
    let can_be_larger = G::LARGE_X && (!G::LARGE_X_BELOW_P || r.to_bytes() < P_MINUS_N);
    (is_r || can_be_larger && sum.x == (r_coordinate + Coordinate::ORDER) * z_squared).then_some(())
}

/// A number in 1..n, as r and s must be.
fn in_range<G: Guards>(bytes: &[u8; 32]) -> Option<Scalar> {
    let scalar = if G::SIGNATURE_BELOW_ORDER { Scalar::from_canonical(bytes)? } else { Scalar::reduced(bytes) };
    (!scalar.is_zero() || !G::SIGNATURE_NOT_ZERO).then_some(scalar)
}

#[cfg(test)]
mod tests;
