use p256::elliptic_curve::PrimeField as _;
use p256::elliptic_curve::ops::Reduce as _;
use tegata_es256_cases::Numbers;

use super::*;

fn theirs(bytes: [u8; 32]) -> p256::Scalar {
    p256::Scalar::reduce(&p256::FieldBytes::from(bytes))
}

#[test]
fn scalars_compute_as_those_of_p256() {
    let mut numbers = Numbers::new("scalars");
    for _ in 0..1000 {
        let (a, b) = (numbers.bytes(), numbers.bytes());
        let (x, y) = (Scalar::reduced(&a), Scalar::reduced(&b));
        let (their_x, their_y) = (theirs(a), theirs(b));
        for (ours, theirs) in [
            (x, their_x),
            (x + y, their_x + their_y),
            (x - y, their_x - their_y),
            (x * y, their_x * their_y),
            (x.square(), their_x.square()),
            (-x, -their_x),
            (x.inverse(), their_x.invert().unwrap()),
        ] {
            assert_eq!(ours.to_bytes(), <[u8; 32]>::from(theirs.to_bytes()));
        }
    }
}

#[test]
fn only_numbers_below_the_modulus_are_canonical() {
    assert!(Scalar::from_canonical(&N).is_none());
    assert!(Scalar::from_canonical(&[0xFF; 32]).is_none());
    assert!(Scalar::from_canonical(&[0; 32]).unwrap().is_zero());
    let mut largest = N;
    largest[31] -= 1;
    assert_eq!(Scalar::from_canonical(&largest).unwrap().to_bytes(), largest);
    assert!(Coordinate::from_canonical(&P).is_none());
    let mut largest = P;
    largest[31] -= 1;
    assert_eq!(Coordinate::from_canonical(&largest).unwrap().to_bytes(), largest);
}

#[test]
fn any_256_bits_are_reduced() {
    let mut numbers = Numbers::new("reduced");
    let mut large: Vec<_> = (0..1000).map(|_| numbers.bytes()).collect();
    for bytes in &mut large {
        bytes[..8].fill(0xFF);
    }
    let mut next = N;
    next[31] += 1;
    for bytes in large.into_iter().chain([[0; 32], [0xFF; 32], N, next, P]) {
        assert_eq!(Scalar::reduced(&bytes).to_bytes(), <[u8; 32]>::from(theirs(bytes).to_bytes()));
    }
}

#[test]
fn the_constants_are_what_they_say() {
    assert_eq!(p256::Scalar::from_repr((-Scalar::ONE).to_bytes().into()).unwrap(), -p256::Scalar::ONE);
    assert!(Scalar::HALF + Scalar::HALF == Scalar::ONE);
    assert!(Scalar::from_canonical(&N_MINUS_2).unwrap() == -Scalar::ONE - Scalar::ONE);
    assert!(Coordinate::from_canonical(&P_MINUS_2).unwrap() == Coordinate::ZERO - Coordinate::ONE - Coordinate::ONE);
    // n + (p − n) is p.
    assert!((Coordinate::ORDER + Coordinate::constant(P_MINUS_N)).is_zero());
    assert!(Coordinate::ORDER.to_bytes() == N);
}

#[test]
fn coordinates_form_a_field() {
    let mut numbers = Numbers::new("coordinates");
    for _ in 0..1000 {
        let [a, b, c] = [(); 3].map(|()| {
            loop {
                if let Some(number) = Coordinate::from_canonical(&numbers.bytes()) {
                    break number;
                }
            }
        });
        assert!((a + b) * c == a * c + b * c);
        assert!((a - b) + b == a);
        assert!((a * a.inverse()) == Coordinate::ONE);
        assert!(a.square() == a * a);
        assert!((a + -a).is_zero());
        assert!(Coordinate::from_canonical(&a.to_bytes()).unwrap() == a);
    }
    assert!(Coordinate::ZERO.inverse().is_zero());
}
