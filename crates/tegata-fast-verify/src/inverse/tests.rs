use tegata_es256_cases::Numbers;

use super::*;
use crate::guards::All;

fn scalars() -> impl Iterator<Item = Scalar> {
    let mut numbers = Numbers::new("inverses");
    let small = (1..=64_u8).map(|number| {
        let mut bytes = [0; 32];
        bytes[31] = number;
        Scalar::reduced(&bytes)
    });
    let powers = (0..256).scan(Scalar::ONE, |power, _| {
        *power = *power + *power;
        Some(*power)
    });
    let random: Vec<_> = (0..2000).map(|_| Scalar::reduced(&numbers.bytes())).collect();
    small.chain(powers).chain(random).flat_map(|scalar| [scalar, -scalar])
}

#[test]
fn both_untrusted_inverses_are_right() {
    for scalar in scalars() {
        for candidate in [untrusted(&scalar.to_bytes()), own::invert(&scalar.to_bytes(), &own::N)] {
            assert!(Scalar::from_canonical(&candidate).unwrap() * scalar == Scalar::ONE);
        }
    }
}

struct Unchecked;
impl Guards for Unchecked {
    const INVERSE_CHECKED: bool = false;
}

#[test]
fn a_wrong_inverse_is_replaced() {
    for scalar in scalars().take(200) {
        for lie in [[0; 32], [1; 32], [0xFF; 32], scalar.to_bytes()] {
            assert!(inverse::<All>(scalar, |_| lie).unwrap() * scalar == Scalar::ONE);
        }
        assert!(inverse::<Unchecked>(scalar, |_| [1; 32]).unwrap() * scalar != Scalar::ONE);
    }
}

#[test]
fn zero_has_no_inverse() {
    for answer in [[0; 32], [1; 32], own::invert(&[0; 32], &own::N), untrusted(&[0; 32])] {
        assert!(inverse::<All>(Scalar::ONE - Scalar::ONE, |_| answer).is_none());
    }
}

#[test]
fn coordinates_are_inverted_and_a_wrong_inverse_is_replaced() {
    for (count, scalar) in scalars().enumerate() {
        let z = Coordinate::from_scalar(scalar);
        let candidate = Coordinate::from_canonical(&untrusted_of_coordinate(&z.to_bytes())).unwrap();
        assert!(candidate * z == Coordinate::ONE);
        for lie in [[0; 32], [1; 32], [0xFF; 32], z.to_bytes()].into_iter().filter(|_| count < 200) {
            assert!(inverse_of_coordinate::<All>(z, |_| lie).unwrap() * z == Coordinate::ONE);
        }
        assert!(inverse_of_coordinate::<Unchecked>(z, |_| [1; 32]).unwrap() * z != Coordinate::ONE);
    }
    for answer in [[0; 32], [1; 32], untrusted_of_coordinate(&[0; 32])] {
        assert!(inverse_of_coordinate::<All>(Coordinate::ZERO, |_| answer).is_none());
    }
}
