use super::*;
use crate::comb::Teeth;
use crate::point::Affine;

#[test]
fn the_witness_tells_the_right_table_from_every_other() {
    let key = |secret: u64| -> [u8; 65] {
        let point = p256::ProjectivePoint::GENERATOR * p256::Scalar::from(secret);
        point.to_affine().to_sec1_point(false).as_bytes().try_into().unwrap()
    };
    let table =
        |secret: u64| Table::new::<All>(&Affine::from_sec1::<All>(&key(secret)).unwrap(), Teeth::Eight).unwrap();
    let generator = table(1);
    for secret in [1, 2, 3, 7, 1 << 50] {
        let small = Table::new::<All>(&Affine::from_sec1::<All>(&key(secret)).unwrap(), Teeth::Four).unwrap();
        assert!(agrees([&generator, &small], &key(secret)) && !agrees([&generator, &small], &key(secret + 1)));
        assert!(agrees([&generator, &table(secret)], &key(secret)), "{secret}");
        assert!(!agrees([&generator, &table(secret + 1)], &key(secret)), "{secret}");
        assert!(!agrees([&table(9), &table(secret)], &key(secret)), "{secret}");
    }
    assert!(!agrees([&generator, &table(1)], &[0; 65]));
}

/// The key whose table is that of the base point, negated: nothing may cancel out.
#[test]
fn the_witness_knows_the_negative_of_the_base_point() {
    let point = -p256::ProjectivePoint::GENERATOR;
    let key: [u8; 65] = point.to_affine().to_sec1_point(false).as_bytes().try_into().unwrap();
    let table = |key: &[u8; 65]| Table::new::<All>(&Affine::from_sec1::<All>(key).unwrap(), Teeth::Eight).unwrap();
    let generator = p256::ProjectivePoint::GENERATOR.to_affine().to_sec1_point(false);
    let generator = table(generator.as_bytes().try_into().unwrap());
    assert!(agrees([&generator, &table(&key)], &key));
    assert!(!agrees([&generator, &generator], &key));
}
