use p256::elliptic_curve::PrimeField as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use tegata_es256_cases::Numbers;

use super::*;
use crate::guards::All;

fn point(scalar: p256::Scalar) -> Affine {
    let point = (p256::ProjectivePoint::GENERATOR * scalar).to_affine().to_sec1_point(false);
    Affine::from_sec1::<All>(point.as_bytes().try_into().unwrap()).unwrap()
}

fn scalars() -> Vec<p256::Scalar> {
    let mut numbers = Numbers::new("digits");
    let powers = (0..256).map(|power| (0..power).fold(p256::Scalar::ONE, |scalar, _| scalar.double()));
    let mut scalars: Vec<_> = powers.chain([p256::Scalar::ZERO]).collect();
    scalars.extend((0..500).map(|_| numbers.scalar()));
    scalars.extend(scalars.clone().into_iter().map(|scalar| -scalar));
    scalars
}

fn digits(scalar: p256::Scalar) -> Digits {
    Digits::of_twice(Scalar::reduced(&scalar.to_bytes().into()) * Scalar::HALF)
}

#[test]
fn digits_stand_for_their_scalar() {
    for scalar in scalars() {
        let Digits(digits) = digits(scalar);
        let mut sum = p256::Scalar::ZERO;
        for place in (0..256).rev() {
            let (column, block, tooth) = (place % 8, place / 8 % 4, place / 32);
            let digit = digits[column][block] >> tooth & 1;
            sum = sum.double() + if digit == 1 { p256::Scalar::ONE } else { -p256::Scalar::ONE };
        }
        assert_eq!(sum, scalar);
    }
}

#[test]
fn each_entry_is_the_sum_its_index_says() {
    let table = Table::new::<All>(&Affine::GENERATOR).unwrap();
    for block in 0..BLOCKS {
        for digits in 0..=255 {
            let sum = (0..TEETH).fold(p256::Scalar::ZERO, |sum, tooth| {
                let power = (0..32 * tooth + 8 * block).fold(p256::Scalar::ONE, |power, _| power.double());
                if digits >> tooth & 1 == 1 { sum + power } else { sum - power }
            });
            let (ours, theirs) = (table.sum(block, digits).unwrap(), point(sum));
            assert!(ours.x == theirs.x && ours.y == theirs.y, "block {block}, digits {digits:08b}");
        }
    }
    assert!(table.sum(BLOCKS, 0).is_none());
}

#[test]
fn two_multiples_are_added_as_p256_adds_them() {
    let scalars = scalars();
    let generator = Table::new::<All>(&Affine::GENERATOR).unwrap();
    let secret = p256::Scalar::from_repr([7; 32].into()).unwrap();
    let key = Table::new::<All>(&point(secret)).unwrap();
    for (&a, &b) in scalars.iter().zip(scalars.iter().rev()) {
        let ours = double_multiply::<All>([&generator, &key], [&digits(a), &digits(b)]).unwrap();
        let theirs = a + b * secret;
        if theirs == p256::Scalar::ZERO {
            assert!(ours.is_identity());
            continue;
        }
        let (ours, theirs) = (Jacobian::normalised::<All>(&[ours]).unwrap(), point(theirs));
        assert!(ours[0].x == theirs.x && ours[0].y == theirs.y);
    }
}

#[test]
fn a_table_with_an_entry_off_the_curve_is_refused() {
    struct AnyEntry;
    impl Guards for AnyEntry {
        const ENTRY_ON_CURVE: bool = false;
    }
    let entries = Table::entries::<All>(&Affine::GENERATOR).unwrap();
    assert!(Table::checked::<All>(entries.clone()).is_some());
    for at in 0..entries.len() {
        let mut wrong = entries.clone();
        wrong[at].x = wrong[at].x + crate::field::Coordinate::ONE;
        assert!(Table::checked::<All>(wrong.clone()).is_none());
        assert!(Table::checked::<AnyEntry>(wrong).is_some());
    }
    assert!(Table::checked::<All>(entries[1..].to_vec()).is_none());
    assert!(Table::checked::<All>([&entries[..], &entries[..1]].concat()).is_none());
}

#[test]
fn a_table_takes_32_kb() {
    assert_eq!(Table::BYTES, 32 * 1024);
}
