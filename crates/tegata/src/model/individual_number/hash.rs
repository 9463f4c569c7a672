//! Keyed hashes of individual numbers, for look-up without keeping the number.

use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::IndividualNumber;

/// Before the digits in what is hashed, so that the key serves nothing else by accident.
const LABEL: &[u8] = b"tegata individual number 1\0";

/// A municipality's key for [`NumberHash`]: 32 unpredictable bytes, kept apart from the hashes, wiped on drop.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct MunicipalityHashKey([u8; 32]);

impl MunicipalityHashKey {
    /// From its bytes. The caller wipes its own copy.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for MunicipalityHashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MunicipalityHashKey(..)")
    }
}

/// HMAC-SHA-256 (RFC 2104) of an individual number under a municipality's key.
///
/// **A pseudonym, exactly as strong as its key**: there are 10¹¹ numbers, so that whoever has the key finds the
/// number of any hash within hours. Different keys give hashes that cannot be joined.
#[derive(Clone, Eq)]
pub struct NumberHash([u8; 32]);

impl NumberHash {
    /// The hash that is kept in place of the number.
    #[must_use]
    pub fn new(number: &IndividualNumber, key: &MunicipalityHashKey) -> Self {
        // A key shorter than the block is filled up with zeros (RFC 2104 §2).
        let mut block = Zeroizing::new([0; 64]);
        block.iter_mut().zip(&key.0).for_each(|(to, byte)| *to = *byte);
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        mac.update(LABEL);
        mac.update(number.digits());
        Self(mac.finalize().into_bytes().into())
    }

    /// A hash that was kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to keep.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for NumberHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for NumberHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NumberHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_and_number_make_the_hash() {
        let number = |digits: &[u8]| IndividualNumber::from_digits(digits).unwrap();
        let key = |byte| MunicipalityHashKey::from_bytes([byte; 32]);
        let hash = NumberHash::new(&number(b"123456789018"), &key(1));
        assert_eq!(hash, NumberHash::new(&number(b"123456789018"), &key(1)));
        assert_ne!(hash, NumberHash::new(&number(b"000000000000"), &key(1)));
        assert_ne!(hash, NumberHash::new(&number(b"123456789018"), &key(2)));
        assert_eq!(NumberHash::from_bytes(*hash.as_bytes()), hash);
        assert_eq!(format!("{hash:?} {:?}", key(1)), "NumberHash(..) MunicipalityHashKey(..)");
    }

    /// RFC 2104 spelled out with SHA-256 alone.
    #[test]
    fn it_is_an_hmac() {
        use sha2::Digest as _;
        let pad = |byte: u8| [[7 ^ byte; 32], [byte; 32]].concat();
        let message = [LABEL, b"123456789018"].concat();
        let inner = Sha256::digest([pad(0x36), message].concat());
        let outer = Sha256::digest([pad(0x5c), inner.to_vec()].concat());
        let number = IndividualNumber::from_digits(b"123456789018").unwrap();
        let hash = NumberHash::new(&number, &MunicipalityHashKey::from_bytes([7; 32]));
        assert_eq!(hash.as_bytes()[..], outer[..]);
    }
}
