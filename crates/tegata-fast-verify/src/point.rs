//! Points of P-256 and the two steps of multiplication: doubling, and adding an affine point.
//!
//! Both formulas are those whose correctness the fiat-crypto repository machine-checks; they are
//! followed step by step, so that nothing is left to trust but that each line says the same.

use crate::field::{Coordinate, bytes};
use crate::guards::Guards;
use crate::inverse::{inverse_of_coordinate, untrusted_of_coordinate};

/// A point that is not the identity.
#[derive(Clone, Copy)]
pub(crate) struct Affine {
    pub(crate) x: Coordinate,
    pub(crate) y: Coordinate,
}

impl Affine {
    /// The base point G (SP 800-186 §3.2.1.3).
    pub(crate) const GENERATOR: Self = Self {
        x: Coordinate::constant(bytes(0x6b17d1f2_e12c4247_f8bce6e5_63a440f2, 0x77037d81_2deb33a0_f4a13945_d898c296)),
        y: Coordinate::constant(bytes(0x4fe342e2_fe1a7f9b_8ee7eb4a_7c0f9e16, 0x2bce3357_6b315ece_cbb64068_37bf51f5)),
    };

    /// A key as `04 ‖ x ‖ y` (SEC 1 §2.3.3); none when it is no point of the curve. The group's
    /// order is prime and its cofactor 1, so every such point has order n.
    pub(crate) fn from_sec1<G: Guards>(encoded: &[u8; 65]) -> Option<Self> {
        let (&[form], coordinates) = encoded.split_first_chunk()?;
        let (x, y) = coordinates.split_first_chunk()?;
        let coordinate = |bytes: &[u8; 32]| {
            if G::KEY_BELOW_P { Coordinate::from_canonical(bytes) } else { Some(Coordinate::constant(*bytes)) }
        };
        let point = Self { x: coordinate(x)?, y: coordinate(y.try_into().ok()?)? };
        (form == 4 && (point.is_on_curve() || !G::KEY_ON_CURVE)).then_some(point)
    }

    /// Whether y² = x³ − 3x + b.
    pub(crate) fn is_on_curve(&self) -> bool {
        let Self { x, y } = *self;
        y.square() == x.square() * x - (x + x + x) + B
    }

    #[inline]
    pub(crate) fn negated(&self) -> Self {
        Self { x: self.x, y: -self.y }
    }
}

/// A point as (X/Z², Y/Z³); the identity has Z = 0.
#[derive(Clone, Copy)]
pub(crate) struct Jacobian {
    pub(crate) x: Coordinate,
    pub(crate) y: Coordinate,
    pub(crate) z: Coordinate,
}

impl Jacobian {
    pub(crate) const IDENTITY: Self = Self { x: Coordinate::ZERO, y: Coordinate::ZERO, z: Coordinate::ZERO };

    #[inline]
    pub(crate) fn is_identity(&self) -> bool {
        self.z.is_zero()
    }

    /// Twice this point, whichever it is.
    ///
    /// The steps of `double_minus3_without_halving_impl` in fiat-crypto's
    /// `src/Curves/Weierstrass/Jacobian/Jacobian.v`, proved there to be the group's doubling where
    /// a = −3 (lemma `double_minus3_without_halving_eq_double`).
    pub(crate) fn double(&self) -> Self {
        let Self { x, y, z } = *self;
        let delta = z.square();
        let gamma = y.square();
        let beta = x * gamma;
        let difference = x - delta;
        let sum = x + delta;
        let alpha = difference * (sum + (sum + sum));
        let four_beta = beta + beta;
        let four_beta = four_beta + four_beta;
        let x_out = alpha.square() - (four_beta + four_beta);
        let z_out = (y + z).square() - (gamma + delta);
        let two_gamma = gamma + gamma;
        let four_gamma_squared = two_gamma.square();
        let y_out = alpha * (four_beta - x_out) - (four_gamma_squared + four_gamma_squared);
        Self { x: x_out, y: y_out, z: z_out }
    }

    /// The sum of this point and an affine one, whichever they are.
    ///
    /// The steps of `p256_point_add_affine_nz_nz_neq` in fiat-crypto's
    /// `src/Bedrock/P256/JacobianAffine.v` (`add_inequal_impl` in its
    /// `src/Curves/Weierstrass/Jacobian/Jacobian.v`), proved there to be the group's addition of two
    /// different points neither of which is the identity. The other cases are handled here.
    #[inline]
    pub(crate) fn add<G: Guards>(&self, other: &Affine) -> Self {
        if G::SUM_WITH_IDENTITY && self.is_identity() {
            return Self { x: other.x, y: other.y, z: Coordinate::ONE };
        }
        let z1z1 = self.z.square();
        let u2 = other.x * z1z1;
        let h = u2 - self.x;
        let s2 = self.z * z1z1;
        let z_out = h * self.z;
        let s2 = s2 * other.y;
        let r = s2 - self.y;
        if h.is_zero() {
            return self.add_same_x::<G>(&r);
        }
        let h_squared = h.square();
        let r_squared = r.square();
        let h_cubed = h_squared * h;
        let u2 = self.x * h_squared;
        let x_out = r_squared - h_cubed - u2 - u2;
        let y_out = (u2 - x_out) * r - h_cubed * self.y;
        Self { x: x_out, y: y_out, z: z_out }
    }

    /// The sum where both have the same x-coordinate: they are the same or negatives, and `r`,
    /// the scaled difference of their y-coordinates, tells.
    #[cold]
    fn add_same_x<G: Guards>(&self, r: &Coordinate) -> Self {
        let same = r.is_zero() || !G::SUM_WITH_NEGATIVE;
        if same && G::SUM_WITH_ITSELF { self.double() } else { Self::IDENTITY }
    }

    /// Affine forms, with one inversion for all; none when one of them is the identity.
    pub(crate) fn normalised<G: Guards>(points: &[Self]) -> Option<Vec<Affine>> {
        // Before each point, the product of the z-coordinates before it.
        let mut product = Coordinate::ONE;
        let mut products = Vec::with_capacity(points.len());
        for point in points {
            products.push(product);
            product = product * point.z;
        }
        if G::ENTRY_NOT_IDENTITY && product.is_zero() {
            return None;
        }
        let mut inverse = inverse_of_coordinate::<G>(product, untrusted_of_coordinate).unwrap_or(Coordinate::ZERO);
        let mut affine: Vec<_> = points
            .iter()
            .zip(&products)
            .rev()
            .map(|(point, before)| {
                let z = inverse * *before;
                inverse = inverse * point.z;
                let z_squared = z.square();
                Affine { x: point.x * z_squared, y: point.y * z_squared * z }
            })
            .collect();
        affine.reverse();
        Some(affine)
    }
}

impl From<Affine> for Jacobian {
    fn from(point: Affine) -> Self {
        Self { x: point.x, y: point.y, z: Coordinate::ONE }
    }
}

/// b of the curve's equation (SP 800-186 §3.2.1.3).
const B: Coordinate =
    Coordinate::constant(bytes(0x5ac635d8_aa3a93e7_b3ebbd55_769886bc, 0x651d06b0_cc53b0f6_3bce3c3e_27d2604b));

#[cfg(test)]
mod tests;
