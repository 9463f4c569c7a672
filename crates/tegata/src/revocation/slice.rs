//! The two kinds of slice of the EU's distribution service: they answer *certainly not* or *probably*.

use core::fmt;

use sha2::{Digest as _, Sha256};

use super::hash::CertificateHashes;
use super::{Hash, Kind};
use crate::report::Code;

/// The only version there is, of both kinds.
const VERSION: &[u8; 2] = &[0, 1];

/// A slice, whose it is, and the kinds of hash that it was made of.
pub(super) struct ScopedSlice {
    /// `None`: of any signer.
    pub(super) key_id: Option<Box<[u8]>>,
    pub(super) kinds: Vec<Kind>,
    pub(super) slice: Slice,
}

impl ScopedSlice {
    pub(super) fn may_hold(&self, hashes: &mut CertificateHashes<'_>) -> bool {
        self.kinds.iter().any(|kind| hashes.of_kind(*kind).iter().any(|hash| self.slice.may_hold(hash)))
    }
}

/// One slice of revoked hashes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Slice {
    /// `BLOOMFILTER`.
    BloomFilter(BloomFilter),
    /// `VARHASHLIST`.
    HashPrefixes(HashPrefixes),
}

impl Slice {
    /// Reads a slice whose kind nobody says. A Bloom filter names its own length, so what fits it is one:
    /// that a list of prefixes does by chance takes prefixes that spell its number of words.
    ///
    /// # Errors
    /// [`Code::RevocationUnreadable`] when it is neither.
    pub fn parse(bytes: &[u8]) -> Result<Self, Code> {
        let filter = BloomFilter::parse(bytes).map(Self::BloomFilter);
        filter.or_else(|_| HashPrefixes::parse(bytes).map(Self::HashPrefixes))
    }

    /// Whether the hash is probably among those the slice was made of; a *no* is certain.
    #[must_use]
    pub fn may_hold(&self, hash: &Hash) -> bool {
        match self {
            Self::BloomFilter(filter) => filter.may_hold(hash),
            Self::HashPrefixes(prefixes) => prefixes.may_hold(hash),
        }
    }

    /// How much memory it takes, in bytes.
    pub(super) const fn size(&self) -> usize {
        match self {
            Self::BloomFilter(filter) => filter.words.len() * 4,
            Self::HashPrefixes(prefixes) => prefixes.sorted.len(),
        }
    }
}

/// A Bloom filter over SHA-256 (`BLOOMFILTER`, version 1; all numbers big-endian):
/// `i16 version ‖ u8 k ‖ u8 hash function (0) ‖ f32 p ‖ i32 n ‖ i32 current ‖ i32 words ‖ words × u32`.
///
/// An element sets the bits SHA-256(element ‖ u8 i) mod (32 · words) for i from 0 to k − 1, the digest
/// taken as a *signed* big-endian number and the remainder as non-negative; bit 0 is the first word's highest.
#[derive(Clone)]
pub struct BloomFilter {
    hashes: u8,
    words: Vec<u32>,
}

impl BloomFilter {
    const HEADER: usize = 20;

    /// Reads a filter.
    ///
    /// # Errors
    /// [`Code::RevocationUnreadable`] when it is of another version or hash function, has no bits, makes
    /// no hash, or is not exactly as long as it says.
    pub fn parse(bytes: &[u8]) -> Result<Self, Code> {
        const UNREADABLE: Code = Code::RevocationUnreadable;
        let (header, words) = bytes.split_at_checked(Self::HEADER).ok_or(UNREADABLE)?;
        let ([version @ .., hashes, function], _) = header.split_first_chunk::<4>().ok_or(UNREADABLE)?;
        let count = header.last_chunk().map_or(0, |count| u32::from_be_bytes(*count));
        let count = usize::try_from(count).map_err(|_| UNREADABLE)?;
        // The number of hashes is a signed byte where it is made.
        let is_sound = version == VERSION && *function == 0 && (1..=127).contains(hashes) && count > 0;
        if !is_sound || count.checked_mul(4) != Some(words.len()) {
            return Err(UNREADABLE);
        }
        let (words, _) = words.as_chunks();
        Ok(Self { hashes: *hashes, words: words.iter().map(|word| u32::from_be_bytes(*word)).collect() })
    }

    /// Whether the element was probably added; a *no* is certain.
    #[must_use]
    pub fn may_hold(&self, element: &[u8]) -> bool {
        (0..self.hashes).all(|number| self.is_set(self.bit(element, number)))
    }

    fn bit(&self, element: &[u8], number: u8) -> u64 {
        let bits = u64::try_from(self.words.len()).unwrap_or(1) * 32;
        let digest = Sha256::new().chain_update(element).chain_update([number]).finalize();
        signed_remainder(&digest.into(), bits)
    }

    fn is_set(&self, bit: u64) -> bool {
        let word = usize::try_from(bit / 32).ok().and_then(|index| self.words.get(index));
        word.is_some_and(|word| word & (0x8000_0000 >> (bit % 32)) != 0)
    }
}

/// The non-negative remainder of a signed big-endian number; `modulus` is at least 1 and below 2^37.
fn signed_remainder(number: &[u8; 32], modulus: u64) -> u64 {
    let (limbs, _) = number.as_chunks::<2>();
    let remainder = limbs
        .iter()
        .fold(0_u64, |remainder, limb| ((remainder << 16) | u64::from(u16::from_be_bytes(*limb))) % modulus);
    let is_negative = number.first().is_some_and(|byte| *byte >= 0x80);
    if !is_negative {
        return remainder;
    }
    // The number is 2^256 less than its bits say.
    let excess = (0..16).fold(1 % modulus, |power, _| (power << 16) % modulus);
    (remainder + modulus - excess) % modulus
}

impl fmt::Debug for BloomFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BloomFilter({} bits, {} hashes)", self.words.len() * 32, self.hashes)
    }
}

/// A list of the first bytes of hashes (`VARHASHLIST`, version 1; all numbers big-endian):
/// `i16 version ‖ f32 p ‖ i32 n ‖ u8 size ‖ prefixes of size bytes`.
///
/// The service sorts them as signed numbers; here their order does not matter. Its writer also drops the
/// leading `ff` of a prefix that goes on with a set bit, and fills up with zeros: what is looked for
/// is therefore the prefix and, for these, also what the writer made of it.
#[derive(Clone)]
pub struct HashPrefixes {
    size: usize,
    /// The prefixes one after another, sorted as unsigned numbers.
    sorted: Vec<u8>,
}

impl HashPrefixes {
    const HEADER: usize = 11;

    /// Reads a list.
    ///
    /// # Errors
    /// [`Code::RevocationUnreadable`] when it is of another version, its prefixes have no byte or more than
    /// a hash, or it does not hold a whole number of them.
    pub fn parse(bytes: &[u8]) -> Result<Self, Code> {
        const UNREADABLE: Code = Code::RevocationUnreadable;
        let (header, data) = bytes.split_at_checked(Self::HEADER).ok_or(UNREADABLE)?;
        let size = usize::from(header.last().copied().unwrap_or(0));
        if !header.starts_with(VERSION) || !(1..=16).contains(&size) || !data.len().is_multiple_of(size) {
            return Err(UNREADABLE);
        }
        let mut prefixes: Vec<&[u8]> = data.chunks_exact(size).collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        Ok(Self { size, sorted: prefixes.concat() })
    }

    /// Whether the hash starts with a prefix of the list; a *no* is certain.
    #[must_use]
    pub fn may_hold(&self, hash: &Hash) -> bool {
        let Some(prefix) = hash.get(..self.size) else { return false };
        self.has(prefix) || self.as_miswritten(prefix).is_some_and(|prefix| self.has(&prefix))
    }

    /// What the service's writer makes of a prefix that is negative and could do with fewer bytes.
    fn as_miswritten(&self, prefix: &[u8]) -> Option<Vec<u8>> {
        let redundant = prefix.windows(2).take_while(|pair| matches!(pair, [0xff, next] if *next >= 0x80)).count();
        let kept = prefix.get(redundant..).filter(|_| redundant > 0)?;
        let mut written = vec![0; redundant];
        written.extend_from_slice(kept);
        Some(written)
    }

    fn has(&self, prefix: &[u8]) -> bool {
        let (mut from, mut to) = (0, self.sorted.len() / self.size);
        while from < to {
            let middle = from + (to - from) / 2;
            let at = self.sorted.get(middle * self.size..).and_then(|rest| rest.get(..self.size)).unwrap_or_default();
            match at.cmp(prefix) {
                core::cmp::Ordering::Equal => return true,
                core::cmp::Ordering::Less => from = middle + 1,
                core::cmp::Ordering::Greater => to = middle,
            }
        }
        false
    }
}

impl fmt::Debug for HashPrefixes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HashPrefixes({} of {} bytes)", self.sorted.len() / self.size.max(1), self.size)
    }
}
