//! Signatures made so that a verification meets an exceptional case.
//!
//! The key's secret is known here, so points can be made to meet that by chance never would. How
//! `tegata-fast-verify` arranges its tables is worked out here once more, over `p256`'s scalars.

use p256::elliptic_curve::ops::Reduce as _;
use p256::{FieldBytes, ProjectivePoint, Scalar};

use super::{Case, Numbers, encoded, joined, scalar, x_of};

/// How the sum so far and the next entry of a table meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exception {
    /// They are the same point.
    Same,
    /// One is the negative of the other.
    Negative,
}

/// Both.
pub const EXCEPTIONS: [Exception; 2] = [Exception::Same, Exception::Negative];

const COLUMNS: usize = 8;
/// Teeth of all blocks together.
const PLACES: usize = 32;
/// The teeth of a block in the base point's table.
const TEETH: usize = 8;
/// The teeth of a block in the table of a key: one that is used again and again, and one that may be used once.
pub const TEETH_OF_KEYS: [usize; 2] = [8, 4];

/// A signature for each place in the sum but the very first, where the sum so far and the entry to
/// be added meet in this way. All are valid but one: at the last place, a sum of negatives is the
/// identity, and the signature is one that a doubling in its place would verify. The key's table has
/// so many teeth.
#[must_use]
pub fn at_every_position(exception: Exception, teeth_of_key: usize, numbers: &mut Numbers) -> Vec<Case> {
    let places = positions(teeth_of_key).skip(1);
    places.map(|position| at_position(exception, position, teeth_of_key, numbers)).collect()
}

/// Where entries are added, in their order: column, block and table, true for that of the key.
fn positions(teeth_of_key: usize) -> impl Iterator<Item = (usize, usize, bool)> {
    let [blocks_of_g, blocks_of_key] = [PLACES / TEETH, PLACES / teeth_of_key];
    let of_column = (0..PLACES).flat_map(|block| [(block, false), (block, true)]);
    let of_column = of_column.filter(move |&(block, of_key)| block < if of_key { blocks_of_key } else { blocks_of_g });
    (0..COLUMNS).rev().flat_map(move |column| of_column.clone().map(move |(block, of_key)| (column, block, of_key)))
}

fn at_position(
    exception: Exception,
    position: (usize, usize, bool),
    teeth_of_key: usize,
    numbers: &mut Numbers,
) -> Case {
    let (column, block, of_key) = position;
    let (u1, u2) = (numbers.scalar(), numbers.scalar());
    // The sum before the place is a·G + b·Q.
    let entries = [entries(u1, TEETH), entries(u2, teeth_of_key)];
    let (mut a, mut b) = (Scalar::ZERO, Scalar::ZERO);
    let mut last_column = COLUMNS;
    let mut entry = Scalar::ZERO;
    for (at_column, at_block, at_key) in positions(teeth_of_key) {
        if at_column != last_column {
            (a, b) = (a.double(), b.double());
            last_column = at_column;
        }
        entry = entries[usize::from(at_key)][at_column][at_block];
        if (at_column, at_block, at_key) == position {
            break;
        }
        if at_key { b += entry } else { a += entry }
    }
    let entry = if exception == Exception::Same { entry } else { -entry };
    // a + b·d = entry, or entry·d, solved for the secret d.
    let (numerator, denominator) = if of_key { (a, entry - b) } else { (entry - a, b) };
    let secret = numerator * denominator.invert().unwrap();
    let key = ProjectivePoint::GENERATOR * secret;
    let mut sum = ProjectivePoint::GENERATOR * u1 + key * u2;
    let is_identity = sum == ProjectivePoint::IDENTITY;
    if is_identity {
        sum = (ProjectivePoint::GENERATOR * a + key * b) * Scalar::from(2_u64);
    }
    let about =
        format!("{exception:?} point at column {column}, block {block}, table of {}", if of_key { "Q" } else { "G" });
    let case = signature_of_sum(about, key, sum, u1, u2);
    assert_eq!(case.valid, !is_identity, "{}", case.about);
    case
}

/// The multiples that the digits of a scalar choose: column by column, block by block.
fn entries(scalar: Scalar, teeth: usize) -> Vec<Vec<Scalar>> {
    // The digits are 2·bit − 1 for the bits of (k + 2²⁵⁶ − 1)/2.
    let all_ones = Scalar::reduce(&FieldBytes::from([0xFF; 32]));
    let bits = ((scalar + all_ones) * Scalar::from(2_u64).invert().unwrap()).to_bytes();
    let blocks = PLACES / teeth;
    let entry = |column: usize, block: usize| {
        (0..teeth).fold(Scalar::ZERO, |entry, tooth| {
            let place = COLUMNS * (blocks * tooth + block);
            let at = place + column;
            let power = (0..place).fold(Scalar::ONE, |power, _| power.double());
            if bits[31 - at / 8] >> (at % 8) & 1 == 1 { entry + power } else { entry - power }
        })
    };
    (0..COLUMNS).map(|column| (0..blocks).map(|block| entry(column, block)).collect()).collect()
}

/// The signature whose verification computes u₁·G + u₂·Q.
fn signature_of_sum(about: String, key: ProjectivePoint, sum: ProjectivePoint, u1: Scalar, u2: Scalar) -> Case {
    let r = Scalar::reduce(&FieldBytes::from(x_of(sum)));
    let s = r * u2.invert().unwrap();
    Case::new(about, encoded(key), (u1 * s).to_bytes().into(), joined(r.to_bytes().into(), s.to_bytes().into()))
}

/// The key for which r‖s over a hash verifies by way of the point R: Q = (s·R − hash·G)/r.
fn recovered(point: ProjectivePoint, r: Scalar, s: Scalar, hash: Scalar) -> [u8; 65] {
    encoded((point * s - ProjectivePoint::GENERATOR * hash) * r.invert().unwrap())
}

/// A point with this x-coordinate, if there is one.
fn lifted(x: [u8; 32]) -> Option<ProjectivePoint> {
    Some(p256::PublicKey::from_sec1_bytes(&[&[2][..], &x].concat()).ok()?.to_projective())
}

/// Signatures by way of a point whose x-coordinate is n or above, so that r is smaller by n; valid.
#[must_use]
pub fn large_x(count: usize, numbers: &mut Numbers) -> Vec<Case> {
    let mut cases = Vec::new();
    while cases.len() < count {
        // p − n has 127 bits.
        let mut r = [0; 32];
        r[16..].copy_from_slice(&numbers.bytes()[16..]);
        let Some(x) = below_p(plus_n(r)) else { continue };
        let Some(point) = lifted(x) else { continue };
        let (s, hash) = (numbers.scalar(), numbers.scalar());
        let key = recovered(point, scalar(r).unwrap(), s, hash);
        let case = Case::new("x is n or above", key, hash.to_bytes().into(), joined(r, s.to_bytes().into()));
        assert!(case.valid);
        cases.push(case);
    }
    cases
}

/// Everything else that is exceptional; some are valid, most are not.
#[must_use]
pub fn exceptional(numbers: &mut Numbers) -> Vec<Case> {
    let mut cases = bounds_of_x(numbers);
    cases.extend(bounds_of_the_signature(numbers));
    cases.extend(hashes(numbers));
    cases.extend(keys(numbers));
    for _ in 0..8 {
        // u₁ + u₂·d = 0: the sum is the identity.
        let (secret, r, s) = (numbers.scalar(), numbers.scalar(), numbers.scalar());
        let key = encoded(ProjectivePoint::GENERATOR * secret);
        let hash = -(r * secret);
        let signature = joined(r.to_bytes().into(), s.to_bytes().into());
        let case = Case::new("the sum is the identity", key, hash.to_bytes().into(), signature);
        assert!(!case.valid);
        cases.push(case);
    }
    cases
}

/// r + n must be below p, or it stands for another x-coordinate.
fn bounds_of_x(numbers: &mut Numbers) -> Vec<Case> {
    let mut cases = Vec::new();
    for x in (0_u8..=255).map(small) {
        let Some(point) = lifted(x) else { continue };
        // r = x + p − n: then r + n is x modulo p.
        let r = scalar(x).unwrap() + p_minus_n();
        let (s, hash) = (numbers.scalar(), numbers.scalar());
        let signature = joined(r.to_bytes().into(), s.to_bytes().into());
        let case = Case::new("r + n is p or above", recovered(point, r, s, hash), hash.to_bytes().into(), signature);
        assert!(!case.valid);
        cases.push(case);
        // The x-coordinate p − 1 − x is one of the largest; r is one of the largest below p − n.
        let r = p_minus_n() - scalar(x).unwrap() - Scalar::ONE;
        let Some(point) = lifted(plus_n(r.to_bytes().into()).unwrap()) else { continue };
        let signature = joined(r.to_bytes().into(), s.to_bytes().into());
        let case = Case::new("r + n is just below p", recovered(point, r, s, hash), hash.to_bytes().into(), signature);
        assert!(case.valid);
        cases.push(case);
    }
    cases
}

/// r and s are in 1..n: nothing else stands for a number in it.
fn bounds_of_the_signature(numbers: &mut Numbers) -> Vec<Case> {
    let mut cases = Vec::new();
    let secret = numbers.scalar();
    let key = encoded(ProjectivePoint::GENERATOR * secret);
    let hash = numbers.scalar();
    let special = [[0; 32], N, P, [0xFF; 32], small(1), minus_one(N), plus_n(small(1)).unwrap()];
    for r in special {
        for s in special.into_iter().chain([numbers.scalar().to_bytes().into()]) {
            for hash in [hash, Scalar::ZERO] {
                cases.push(Case::new("r and s at their bounds", key, hash.to_bytes().into(), joined(r, s)));
                cases.push(Case::new("r and s at their bounds", key, hash.to_bytes().into(), joined(s, r)));
            }
        }
    }
    let mut found = 0;
    for x in (1_u8..=255).map(small) {
        // A small r has a second form below 2²⁵⁶.
        let Some(point) = lifted(x) else { continue };
        let (r, s) = (scalar(x).unwrap(), scalar(small(7)).unwrap());
        let key = recovered(point, r, s, hash);
        let [r, s]: [[u8; 32]; 2] = [r.to_bytes().into(), s.to_bytes().into()];
        let (more_r, more_s) = (plus_n(r).unwrap(), plus_n(s).unwrap());
        let forms = [(r, s, true), (more_r, s, false), (r, more_s, false), (more_r, more_s, false)];
        for (r, s, valid) in forms {
            let case = Case::new("r or s is n too large", key, hash.to_bytes().into(), joined(r, s));
            assert_eq!(case.valid, valid);
            cases.push(case);
        }
        found += 1;
    }
    assert!(found > 50);
    cases
}

/// Hashes of n and above are reduced; with the hash 0, u₁ is 0.
fn hashes(numbers: &mut Numbers) -> Vec<Case> {
    let mut cases = Vec::new();
    let secret = numbers.scalar();
    let key = encoded(ProjectivePoint::GENERATOR * secret);
    let large = (0..8).map(|_| {
        // From 2²⁵⁶ − 2²²⁴, which is above n.
        let mut hash = numbers.bytes();
        hash[..8].fill(0xFF);
        hash
    });
    let large: Vec<_> = large.collect();
    for hash in [[0; 32], N, P, minus_one(N), small(1), plus_n(small(1)).unwrap(), [0xFF; 32]].into_iter().chain(large)
    {
        let nonce = numbers.scalar();
        let r = Scalar::reduce(&FieldBytes::from(x_of(ProjectivePoint::GENERATOR * nonce)));
        let s = (Scalar::reduce(&FieldBytes::from(hash)) + r * secret) * nonce.invert().unwrap();
        let (r, s) = (r.to_bytes().into(), s.to_bytes().into());
        let case = Case::new("a hash at its bounds", key, hash, joined(r, s));
        assert!(case.valid);
        cases.push(case);
        let mut other = hash;
        other[31] ^= 1;
        cases.push(Case::new("a hash at its bounds, another signed", key, other, joined(r, s)));
    }
    cases
}

/// Keys that are no points, or points in another form.
fn keys(numbers: &mut Numbers) -> Vec<Case> {
    let (r, s, hash) = (numbers.scalar(), numbers.scalar(), numbers.scalar());
    let signature = joined(r.to_bytes().into(), s.to_bytes().into());
    let mut keys = vec![[0; 65], [0xFF; 65], [4; 65]];
    let good = encoded(ProjectivePoint::GENERATOR * numbers.scalar());
    for form in [0, 1, 2, 3, 5, 6, 7, 0x84] {
        let mut key = good;
        key[0] = form;
        keys.push(key);
    }
    let special = [[&[4][..], &[0; 64]].concat(), [&[4][..], &P, &P].concat()];
    keys.extend(special.map(|key| <[u8; 65]>::try_from(key).unwrap()));
    keys.extend((0..16).map(|_| {
        let mut key = [4; 65];
        key[1..33].copy_from_slice(&numbers.bytes());
        key[33..].copy_from_slice(&numbers.bytes());
        key
    }));
    let mut cases: Vec<_> =
        keys.into_iter().map(|key| Case::new("no key", key, hash.to_bytes().into(), signature)).collect();
    assert!(cases.iter().all(|case| !case.valid));
    // x + p for a small x, with a signature that verifies with x itself.
    for x in (0_u8..=255).map(small) {
        let Some(point) = lifted(x) else { continue };
        let (u1, u2) = (numbers.scalar(), numbers.scalar());
        let case = signature_of_sum(
            "a key with a small x".into(),
            point,
            ProjectivePoint::GENERATOR * u1 + point * u2,
            u1,
            u2,
        );
        assert!(case.valid);
        let mut key = case.key;
        key[1..33].copy_from_slice(&plus(x, P).unwrap());
        let other = Case::new("x of the key is p too large", key, case.hash, case.signature);
        assert!(!other.valid);
        cases.extend([case, other]);
    }
    cases
}

fn small(number: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[31] = number;
    bytes
}

fn p_minus_n() -> Scalar {
    Scalar::reduce(&FieldBytes::from(P))
}

fn plus_n(number: [u8; 32]) -> Option<[u8; 32]> {
    plus(number, N)
}

/// The sum, if it is below 2²⁵⁶.
fn plus(a: [u8; 32], b: [u8; 32]) -> Option<[u8; 32]> {
    let mut carry = 0;
    let mut sum = [0; 32];
    for at in (0..32).rev() {
        let digit = u16::from(a[at]) + u16::from(b[at]) + carry;
        [_, sum[at]] = digit.to_be_bytes();
        carry = digit >> 8;
    }
    (carry == 0).then_some(sum)
}

fn minus_one(mut number: [u8; 32]) -> [u8; 32] {
    number[31] -= 1;
    number
}

fn below_p(number: Option<[u8; 32]>) -> Option<[u8; 32]> {
    number.filter(|number| *number < P)
}

/// The prime of the coordinates (SP 800-186 §3.2.1.3), big-endian.
const P: [u8; 32] = {
    let mut p = [0xFF; 32];
    p[4] = 0;
    p[5] = 0;
    p[6] = 0;
    p[7] = 1;
    let mut at = 8;
    while at < 20 {
        p[at] = 0;
        at += 1;
    }
    p
};

/// The order of the group (SP 800-186 §3.2.1.3), big-endian.
const N: [u8; 32] = [
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA,
    0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
];
