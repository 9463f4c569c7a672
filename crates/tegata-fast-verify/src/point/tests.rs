use p256::elliptic_curve::sec1::ToSec1Point as _;
use tegata_es256_cases::Numbers;

use super::*;
use crate::guards::All;

fn encoded(point: p256::ProjectivePoint) -> [u8; 65] {
    point.to_affine().to_sec1_point(false).as_bytes().try_into().unwrap()
}

/// A point of `p256`, none for the identity.
fn affine(point: p256::ProjectivePoint) -> Option<Affine> {
    Affine::from_sec1::<All>(&point.to_affine().to_sec1_point(false).as_bytes().try_into().ok()?)
}

/// The same point in our coordinates, with some Z.
fn scaled(point: p256::ProjectivePoint, numbers: &mut Numbers) -> Jacobian {
    let Some(Affine { x, y }) = affine(point) else { return Jacobian::IDENTITY };
    let z = Coordinate::from_canonical(&numbers.scalar().to_bytes().into()).unwrap();
    Jacobian { x: x * z.square(), y: y * z.square() * z, z }
}

fn same(ours: Jacobian, theirs: p256::ProjectivePoint) -> bool {
    let (Some(ours), Some(theirs)) = (Jacobian::normalised::<All>(&[ours]), affine(theirs)) else {
        return ours.is_identity() && theirs == p256::ProjectivePoint::IDENTITY;
    };
    ours[0].x == theirs.x && ours[0].y == theirs.y
}

/// The group law, for all points that occur together: a few multiples of one point, their negatives
/// and the identity.
fn follows_the_group_law<G: Guards>() -> bool {
    let mut numbers = Numbers::new("group law");
    let mut points = vec![p256::ProjectivePoint::IDENTITY];
    for multiplier in [1_u64, 2, 3, 4, 5, 6, 7, 8, 1 << 40] {
        let point = p256::ProjectivePoint::GENERATOR * p256::Scalar::from(multiplier);
        points.extend([point, -point]);
    }
    points.iter().all(|&a| {
        same(scaled(a, &mut numbers).double(), a + a)
            && points.iter().filter_map(|&b| Some((b, affine(b)?))).all(|(b, ours)| {
                same(scaled(a, &mut numbers).add::<G>(&ours), a + b)
                    && same(affine(a).map_or(Jacobian::IDENTITY, Jacobian::from).add::<G>(&ours), a + b)
            })
    })
}

#[test]
fn points_add_as_the_group_does() {
    assert!(follows_the_group_law::<All>());
}

#[test]
fn the_group_law_needs_each_guard() {
    struct NoIdentity;
    impl Guards for NoIdentity {
        const SUM_WITH_IDENTITY: bool = false;
    }
    struct NoDoubling;
    impl Guards for NoDoubling {
        const SUM_WITH_ITSELF: bool = false;
    }
    struct NoNegative;
    impl Guards for NoNegative {
        const SUM_WITH_NEGATIVE: bool = false;
    }
    assert!(!follows_the_group_law::<NoIdentity>());
    assert!(!follows_the_group_law::<NoDoubling>());
    assert!(!follows_the_group_law::<NoNegative>());
}

#[test]
fn random_points_add_and_double_as_those_of_p256() {
    let mut numbers = Numbers::new("points");
    let mut a = p256::ProjectivePoint::GENERATOR * numbers.scalar();
    let mut b = p256::ProjectivePoint::GENERATOR * numbers.scalar();
    for _ in 0..2000 {
        assert!(same(scaled(a, &mut numbers).add::<All>(&affine(b).unwrap()), a + b));
        assert!(same(scaled(a, &mut numbers).double(), a + a));
        (a, b) = (a + b, a + a);
    }
}

#[test]
fn the_generator_is_that_of_the_standard() {
    let encoded = encoded(p256::ProjectivePoint::GENERATOR);
    assert_eq!(Affine::GENERATOR.x.to_bytes(), encoded[1..33]);
    assert_eq!(Affine::GENERATOR.y.to_bytes(), encoded[33..]);
    assert!(Affine::GENERATOR.is_on_curve());
    assert!(Affine::GENERATOR.negated().is_on_curve());
}

#[test]
fn only_points_of_the_curve_in_the_uncompressed_form_are_keys() {
    struct AnyCurve;
    impl Guards for AnyCurve {
        const KEY_ON_CURVE: bool = false;
    }
    struct AnyCoordinates;
    impl Guards for AnyCoordinates {
        const KEY_BELOW_P: bool = false;
    }
    let mut numbers = Numbers::new("keys");
    let key = encoded(p256::ProjectivePoint::GENERATOR * numbers.scalar());
    assert!(Affine::from_sec1::<All>(&key).is_some());
    for form in (0..=255).filter(|form| *form != 4) {
        let mut other = key;
        other[0] = form;
        assert!(Affine::from_sec1::<All>(&other).is_none());
    }
    for bit in 8..65 * 8 {
        let mut other = key;
        other[bit / 8] ^= 1 << (bit % 8);
        assert!(Affine::from_sec1::<All>(&other).is_none());
        assert!(Affine::from_sec1::<AnyCurve>(&other).is_some());
    }
    assert!(Affine::from_sec1::<All>(&[0; 65]).is_none());
    // x = 5 is on the curve; x + p stands for the same number.
    let mut small = [0; 33];
    (small[0], small[32]) = (2, 5);
    let mut key = encoded(p256::PublicKey::from_sec1_bytes(&small).unwrap().to_projective());
    assert!(Affine::from_sec1::<All>(&key).is_some());
    key[1..33].copy_from_slice(&bytes(0xffffffff_00000001_00000000_00000000, 0x1_00000000_00000000_00000004));
    assert!(Affine::from_sec1::<All>(&key).is_none());
    assert!(Affine::from_sec1::<AnyCoordinates>(&key).is_some());
}

#[test]
fn the_identity_has_no_affine_form() {
    struct AnyPoint;
    impl Guards for AnyPoint {
        const ENTRY_NOT_IDENTITY: bool = false;
    }
    let points = [Jacobian::from(Affine::GENERATOR), Jacobian::IDENTITY];
    assert!(Jacobian::normalised::<All>(&points).is_none());
    assert!(Jacobian::normalised::<AnyPoint>(&points).is_some());
    assert!(Jacobian::normalised::<All>(&[]).is_some_and(|points| points.is_empty()));
}
