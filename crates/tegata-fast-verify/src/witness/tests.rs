use super::*;
use crate::point::Affine;

#[test]
fn the_witness_tells_the_right_table_from_every_other() {
    let key = |secret: u64| -> [u8; 65] {
        let point = p256::ProjectivePoint::GENERATOR * p256::Scalar::from(secret);
        point.to_affine().to_sec1_point(false).as_bytes().try_into().unwrap()
    };
    let table = |secret: u64| Table::new::<All>(&Affine::from_sec1::<All>(&key(secret)).unwrap()).unwrap();
    let generator = table(1);
    for secret in [1, 2, 3, 7, 1 << 50] {
        assert!(agrees([&generator, &table(secret)], &key(secret)), "{secret}");
        assert!(!agrees([&generator, &table(secret + 1)], &key(secret)), "{secret}");
        assert!(!agrees([&table(9), &table(secret)], &key(secret)), "{secret}");
    }
    assert!(!agrees([&generator, &table(1)], &[0; 65]));
}
