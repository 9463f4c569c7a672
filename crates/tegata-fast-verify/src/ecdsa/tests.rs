use tegata_es256_cases::{
    Case, EXCEPTIONS, Exception, Numbers, TEETH_OF_KEYS, at_every_position, exceptional, large_x, random,
};

use super::*;
use crate::comb::Teeth;
use crate::guards::All;
use crate::inverse::untrusted;
use crate::point::Affine;

/// The shapes of a key's table, with the number of their teeth.
const SHAPES: [(usize, Teeth); 2] = [(TEETH_OF_KEYS[0], Teeth::Eight), (TEETH_OF_KEYS[1], Teeth::Four)];

/// Whether the engine with these guards decides as `p256` does, with a table of either shape.
fn is_right<G: Guards>(case: &Case) -> bool {
    SHAPES.into_iter().all(|(_, teeth)| is_right_with::<G>(case, teeth))
}

fn is_right_with<G: Guards>(case: &Case, teeth: Teeth) -> bool {
    static GENERATOR: std::sync::LazyLock<Table> =
        std::sync::LazyLock::new(|| Table::new::<All>(&Affine::GENERATOR, Teeth::Eight).unwrap());
    let table = Affine::from_sec1::<G>(&case.key).and_then(|key| Table::new::<G>(&key, teeth));
    case.valid
        == table.is_some_and(|table| is_signature::<G>([&GENERATOR, &table], &case.hash, &case.signature, untrusted))
}

/// Cases for every place in the sum, of both kinds and for both shapes.
fn at_all_positions(numbers: &mut Numbers) -> Vec<Case> {
    let kinds = EXCEPTIONS.into_iter().flat_map(|exception| TEETH_OF_KEYS.map(|teeth| (exception, teeth)));
    kinds.flat_map(|(exception, teeth)| at_every_position(exception, teeth, numbers)).collect()
}

/// Whether an engine decides a case rightly.
type Decision = fn(&Case) -> bool;

/// Some of the cases of each kind.
fn cases() -> Vec<Case> {
    let mut numbers = Numbers::new("guards");
    let mut cases: Vec<_> = random(0..4).collect();
    cases.extend(at_all_positions(&mut numbers));
    cases.extend(large_x(20, &mut numbers));
    cases.extend(exceptional(&mut numbers));
    cases
}

/// The first case about which the engine with these guards is wrong.
fn first_failure<G: Guards>(cases: &[Case]) -> Option<&Case> {
    cases.iter().find(|case| !is_right::<G>(case))
}

#[test]
fn every_case_is_decided_as_p256_does() {
    let cases = cases();
    let failure = first_failure::<All>(&cases);
    assert!(failure.is_none(), "{failure:?}");
}

/// Declares guards of which one is missing.
macro_rules! without {
    ($($name:ident: $guard:ident;)*) => {
        $(
            struct $name;
            impl Guards for $name {
                const $guard: bool = false;
            }
        )*
    };
}

without! {
    NoIdentity: SUM_WITH_IDENTITY;
    NoDoubling: SUM_WITH_ITSELF;
    NoNegative: SUM_WITH_NEGATIVE;
    NoFinalIdentity: FINAL_IDENTITY;
    NoLargeX: LARGE_X;
    NoBoundOfLargeX: LARGE_X_BELOW_P;
    NoOrderBound: SIGNATURE_BELOW_ORDER;
    NoLargeHash: LARGE_HASH;
    NoCoordinateBound: KEY_BELOW_P;
    ZeroAllowed: SIGNATURE_NOT_ZERO;
}

#[test]
fn without_any_guard_a_case_is_decided_wrongly() {
    let cases = cases();
    let shows = |about: &str, is_right: Decision| {
        let mut made_for_it = cases.iter().filter(|case| case.about.starts_with(about));
        made_for_it.any(|case| !is_right(case))
    };
    let missing: [(&str, &str, Decision); 9] = [
        ("SUM_WITH_IDENTITY", "random", is_right::<NoIdentity>),
        ("SUM_WITH_ITSELF", "Same point at", is_right::<NoDoubling>),
        ("SUM_WITH_NEGATIVE", "Negative point at", is_right::<NoNegative>),
        ("FINAL_IDENTITY", "the sum is the identity", is_right::<NoFinalIdentity>),
        ("LARGE_X", "x is n or above", is_right::<NoLargeX>),
        ("LARGE_X_BELOW_P", "r + n is p or above", is_right::<NoBoundOfLargeX>),
        ("SIGNATURE_BELOW_ORDER", "r or s is n too large", is_right::<NoOrderBound>),
        ("LARGE_HASH", "a hash at its bounds", is_right::<NoLargeHash>),
        ("KEY_BELOW_P", "x of the key is p too large", is_right::<NoCoordinateBound>),
    ];
    for (guard, about, is_right) in missing {
        assert!(shows(about, is_right), "nothing shows that {guard} is missing");
    }
}

/// Every single place of the sum has a case that needs the guard.
#[test]
fn at_every_position_the_guard_is_needed() {
    let mut numbers = Numbers::new("positions");
    for (count, teeth) in SHAPES {
        let cases = at_every_position(Exception::Same, count, &mut numbers);
        assert_eq!(cases.len(), 8 * (4 + 32 / count) - 1);
        for case in cases {
            assert!(is_right::<All>(&case) && !is_right_with::<NoDoubling>(&case, teeth), "{}", case.about);
        }
        for case in at_every_position(Exception::Negative, count, &mut numbers) {
            assert!(is_right::<All>(&case) && !is_right_with::<NoNegative>(&case, teeth), "{}", case.about);
        }
    }
}

/// Zero has no inverse, and a zero r gives an x-coordinate nobody knows a multiple for: no signature
/// can show that zeros are let through. The function that refuses them can.
#[test]
fn zero_is_not_in_range() {
    assert!(in_range::<All>(&[0; 32]).is_none());
    assert!(in_range::<ZeroAllowed>(&[0; 32]).is_some());
}

#[test]
fn a_lying_inverse_changes_no_verdict() {
    let generator = Table::new::<All>(&Affine::GENERATOR, Teeth::Eight).unwrap();
    for case in random(0..1) {
        let Some(key) = Affine::from_sec1::<All>(&case.key) else { continue };
        let table = Table::new::<All>(&key, Teeth::Eight).unwrap();
        for lie in [[0; 32], [1; 32], [0xFF; 32]] {
            let verdict = is_signature::<All>([&generator, &table], &case.hash, &case.signature, |_| lie);
            assert_eq!(verdict, case.valid, "{}", case.about);
        }
    }
}

/// Thousands of scalars that meet an exceptional case, and signatures with a large x.
#[test]
fn thousands_of_exceptional_sums_are_decided_as_p256_does() {
    let mut numbers = Numbers::new("thousands");
    for round in 0..8 {
        for case in at_all_positions(&mut numbers) {
            assert!(is_right::<All>(&case), "round {round}: {}", case.about);
        }
    }
    for case in large_x(2000, &mut numbers) {
        assert!(is_right::<All>(&case), "{}", case.about);
    }
}
