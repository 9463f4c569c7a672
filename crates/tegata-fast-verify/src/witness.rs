//! A multiple of each key and of the base point, computed by the `p256` crate too.
//!
//! The multiplier is a hash of the key, so that it needs no source of randomness: what this looks
//! for is a fault of the machine or of the compiled code, which knows nothing of it, and no attacker
//! gains by a key for which a fault stays hidden, since whoever chooses a trusted key can sign with it.

use p256::elliptic_curve::PrimeField as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use sha2::{Digest, Sha256};

use crate::comb::{Digits, Table, double_multiply};
use crate::field::Scalar;
use crate::guards::All;
use crate::point::Jacobian;

/// Whether the tables of the base point and of the key give the multiple that `p256` gives.
pub(crate) fn agrees(tables: [&Table; 2], key: &[u8; 65]) -> bool {
    multiples(tables, key).is_some_and(|[ours, theirs]| ours == theirs)
}

/// The two answers to a·G + a·P, as `04 ‖ x ‖ y`.
fn multiples(tables: [&Table; 2], key: &[u8; 65]) -> Option<[[u8; 65]; 2]> {
    let hash: [u8; 32] = Sha256::digest([b"tegata table check".as_slice(), key].concat()).into();
    let multiplier = Scalar::reduced(&hash);

    let sum = p256::PublicKey::from_sec1_bytes(key).ok()?.to_projective() + p256::ProjectivePoint::GENERATOR;
    let theirs = sum * Option::<p256::Scalar>::from(p256::Scalar::from_repr(multiplier.to_bytes().into()))?;

    let digits = Digits::of_twice(multiplier * Scalar::HALF);
    let ours = double_multiply::<All>(tables, [&digits, &digits])?;
    Some([encoded(ours)?, theirs.to_affine().to_sec1_point(false).as_bytes().try_into().ok()?])
}

fn encoded(point: Jacobian) -> Option<[u8; 65]> {
    let normalised = Jacobian::normalised::<All>(&[point])?;
    let [affine] = normalised.as_slice() else { return None };
    [&[4], affine.x.to_bytes().as_slice(), &affine.y.to_bytes()].concat().try_into().ok()
}

#[cfg(test)]
mod tests;
