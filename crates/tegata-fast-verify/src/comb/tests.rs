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
            let digit = digits[place / 8] >> (place % 8) & 1;
            sum = sum.double() + if digit == 1 { p256::Scalar::ONE } else { -p256::Scalar::ONE };
        }
        assert_eq!(sum, scalar);
    }
}

const SHAPES: [Teeth; 2] = [Teeth::Eight, Teeth::Four];

fn table(point: &Affine, teeth: Teeth) -> Table {
    Table::new::<All>(point, teeth).unwrap()
}

#[test]
fn each_entry_is_the_sum_its_index_says() {
    for (teeth, count, blocks) in [(Teeth::Eight, 8, 4), (Teeth::Four, 4, 8)] {
        let table = table(&Affine::GENERATOR, teeth);
        for block in 0..blocks {
            for digits in 0..1 << count {
                let sum = (0..count).fold(p256::Scalar::ZERO, |sum, tooth| {
                    let place = 8 * (blocks * tooth + block);
                    let power = (0..place).fold(p256::Scalar::ONE, |power, _| power.double());
                    if digits >> tooth & 1 == 1 { sum + power } else { sum - power }
                });
                let (ours, theirs) = (table.sum(block, digits).unwrap(), point(sum));
                assert!(ours.x == theirs.x && ours.y == theirs.y, "{teeth:?}, block {block}, digits {digits:08b}");
            }
        }
        assert!(table.sum(blocks, 0).is_none());
    }
}

#[test]
fn two_multiples_are_added_as_p256_adds_them() {
    let scalars = scalars();
    let secret = p256::Scalar::from_repr([7; 32].into()).unwrap();
    // Tables of any shapes go together.
    for (of_generator, of_key) in SHAPES.into_iter().flat_map(|first| SHAPES.map(|second| (first, second))) {
        let (generator, key) = (table(&Affine::GENERATOR, of_generator), table(&point(secret), of_key));
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
}

#[test]
fn a_table_with_an_entry_off_the_curve_is_refused() {
    struct AnyEntry;
    impl Guards for AnyEntry {
        const ENTRY_ON_CURVE: bool = false;
    }
    for teeth in SHAPES {
        let entries = Table::entries::<All>(&Affine::GENERATOR, teeth).unwrap();
        assert!(Table::checked::<All>(entries.clone(), teeth).is_some());
        for at in 0..entries.len() {
            let mut wrong = entries.clone();
            wrong[at].x = wrong[at].x + crate::field::Coordinate::ONE;
            assert!(Table::checked::<All>(wrong.clone(), teeth).is_none());
            assert!(Table::checked::<AnyEntry>(wrong, teeth).is_some());
        }
        assert!(Table::checked::<All>(entries[1..].to_vec(), teeth).is_none());
        assert!(Table::checked::<All>([&entries[..], &entries[..1]].concat(), teeth).is_none());
    }
}

#[test]
fn tables_take_32_and_4_kb() {
    assert_eq!(SHAPES.map(Teeth::bytes), [32 * 1024, 4 * 1024]);
}
