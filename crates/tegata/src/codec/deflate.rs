//! Deflating what fits a QR code (RFC 1951): one block, stored or in the fixed Huffman codes, whichever is shorter.
//!
//! A certificate is some hundred bytes, most of them key material and a signature. Codes made to measure save nothing
//! there, for they have to be sent along; finding the repetitions is all there is to gain, and takes a microsecond.

use core::mem;

use super::adler32::adler32;
use super::inflate::{MAX_MATCH, MIN_MATCH};

/// The longest input taken. Up to here the fixed codes lose nothing against codes made to measure, by which larger
/// inputs gain.
pub(super) const MAX_INPUT: usize = 1024;

/// The header of a stream with a window of 32 KiB at the usual level (RFC 1950 §2.2), as most issuers send it.
const ZLIB_HEADER: [u8; 2] = [0x78, 0x9c];

/// The bytes of a stored block beside its content: type, length, and the length's complement (RFC 1951 §3.2.4).
const STORED_HEAD: usize = 5;

/// Bits of the hash of three bytes.
const HASH_BITS: u32 = 9;

/// How many earlier places of the same hash are looked at. Inputs are short and chains rarely longer.
const MAX_PROBES: usize = 32;

/// No place in the input.
const NOWHERE: u16 = u16::MAX;

/// Deflates into a zlib stream; `None` when the input is longer than [`MAX_INPUT`].
pub(super) fn zlib(bytes: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(bytes.len()).ok().filter(|_| bytes.len() <= MAX_INPUT)?;
    // Nothing expands by more than a ninth bit, and what does is stored.
    let mut bits = Bits::new(ZLIB_HEADER, bytes.len() + bytes.len() / 8 + 16);
    block(bytes, &mut bits);
    let mut out = bits.finish();
    if out.len() > ZLIB_HEADER.len() + STORED_HEAD + bytes.len() {
        out.truncate(ZLIB_HEADER.len());
        out.push(1);
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend_from_slice(bytes);
    }
    out.extend(adler32(bytes).to_be_bytes());
    Some(out)
}

/// The last and only block, in the fixed codes (RFC 1951 §3.2.6).
fn block(bytes: &[u8], bits: &mut Bits) {
    bits.put(0b011, 3);
    let mut places = Places { newest: [NOWHERE; 1 << HASH_BITS], earlier: [NOWHERE; MAX_INPUT] };
    let mut at = 0;
    let mut found = places.visit(bytes, at);
    while let Some(&byte) = bytes.get(at) {
        let Some(repetition) = found else {
            bits.literal(byte);
            at += 1;
            found = places.visit(bytes, at);
            continue;
        };
        // A longer one that starts a byte later saves more.
        let next = places.visit(bytes, at + 1);
        if next.is_some_and(|next| next.length > repetition.length) {
            bits.literal(byte);
            at += 1;
            found = next;
        } else {
            bits.length(repetition.length);
            bits.distance(repetition.distance);
            let end = at + repetition.length;
            for passed in at + 2..end {
                places.enter(bytes, passed);
            }
            at = end;
            found = places.visit(bytes, at);
        }
    }
    // Symbol 256 ends the block.
    bits.put(0, 7);
}

/// Bytes that stood before, by how many and how far back.
#[derive(Clone, Copy)]
struct Repetition {
    length: usize,
    distance: usize,
}

/// Where three bytes of each hash stood: the newest place, and for each place the one before.
struct Places {
    newest: [u16; 1 << HASH_BITS],
    earlier: [u16; MAX_INPUT],
}

impl Places {
    /// The longest repetition at a place of what stands before it, the nearest of equals. Every place is visited or
    /// entered once, in order.
    #[inline]
    fn visit(&mut self, bytes: &[u8], at: usize) -> Option<Repetition> {
        let candidate = self.enter(bytes, at)?;
        if candidate == NOWHERE { None } else { self.longest(bytes, at, candidate) }
    }

    fn longest(&self, bytes: &[u8], at: usize, mut candidate: u16) -> Option<Repetition> {
        let here = bytes.get(at..)?;
        let mut best: Option<Repetition> = None;
        for _ in 0..MAX_PROBES {
            let place = usize::from(candidate);
            let Some(there) = bytes.get(place..) else { break };
            let length = common(here, there);
            if length >= MIN_MATCH && best.is_none_or(|best| length > best.length) {
                best = Some(Repetition { length, distance: at - place });
            }
            candidate = self.earlier.get(place).copied().unwrap_or(NOWHERE);
        }
        best
    }

    /// Makes a place the newest of its hash, and gives the newest until now; `None` at the last two bytes.
    #[inline]
    fn enter(&mut self, bytes: &[u8], place: usize) -> Option<u16> {
        let newest = self.newest.get_mut(hash(bytes.get(place..)?)?)?;
        // Every place is below the largest input.
        let before = mem::replace(newest, u16::try_from(place).ok()?);
        *self.earlier.get_mut(place)? = before;
        Some(before)
    }
}

/// How many bytes both begin with, as far as a repetition reaches.
#[inline]
fn common(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take(MAX_MATCH).take_while(|(one, other)| one == other).count()
}

/// The hash of the first three bytes.
fn hash(bytes: &[u8]) -> Option<usize> {
    let &[a, b, c] = bytes.first_chunk()?;
    // Fibonacci hashing: the golden ratio spreads neighbours.
    let hash = u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9e37_79b1) >> (u32::BITS - HASH_BITS);
    usize::try_from(hash).ok()
}

/// Writes bits, the first ones lowest (RFC 1951 §3.1.1).
struct Bits {
    out: Vec<u8>,
    buffer: u64,
    count: u32,
}

impl Bits {
    fn new(header: [u8; 2], capacity: usize) -> Self {
        let mut out = Vec::with_capacity(capacity);
        out.extend(header);
        Self { out, buffer: 0, count: 0 }
    }

    /// Appends the lowest bits of a value, which has no others; at most 32.
    #[inline]
    fn put(&mut self, value: u32, bits: u32) {
        self.buffer |= u64::from(value) << self.count;
        self.count += bits;
        if self.count >= u32::BITS {
            let [a, b, c, d, ..] = self.buffer.to_le_bytes();
            self.out.extend_from_slice(&[a, b, c, d]);
            self.buffer >>= u32::BITS;
            self.count -= u32::BITS;
        }
    }

    /// Literals are the symbols 0 to 255: 8 bits from 00110000 on, 9 from 110010000 on for 144 and more.
    #[inline]
    fn literal(&mut self, byte: u8) {
        // The table has an entry for every byte.
        let (code, width) = LITERALS.get(usize::from(byte)).copied().unwrap_or_default();
        self.put(code, width);
    }

    /// Lengths are the symbols 257 to 285, each with the bits that tell the lengths of one symbol apart.
    fn length(&mut self, length: usize) {
        let over = u32::try_from(length.saturating_sub(MIN_MATCH)).unwrap_or_default();
        let (symbol, extra) = match over {
            0..=7 => (257 + over, 0),
            // The longest has a symbol of its own.
            255 => (285, 0),
            // Four symbols for every power of two.
            _ => {
                let extra = over.ilog2() - 2;
                (257 + 4 * (extra + 1) + ((over >> extra) & 3), extra)
            }
        };
        if symbol < 280 {
            self.put(reversed(symbol - 256, 7), 7);
        } else {
            self.put(reversed(0b1100_0000 + symbol - 280, 8), 8);
        }
        self.put(over & ((1 << extra) - 1), extra);
    }

    /// Distances are symbols of 5 bits, two for every power of two.
    fn distance(&mut self, distance: usize) {
        let over = u32::try_from(distance.saturating_sub(1)).unwrap_or_default();
        let (symbol, extra) = match over {
            0..=3 => (over, 0),
            _ => {
                let extra = over.ilog2() - 1;
                (2 * (extra + 1) + ((over >> extra) & 1), extra)
            }
        };
        self.put(reversed(symbol, 5), 5);
        self.put(over & ((1 << extra) - 1), extra);
    }

    /// The bytes; the last is filled up with zeros.
    fn finish(mut self) -> Vec<u8> {
        let bytes = usize::try_from(self.count.div_ceil(8)).unwrap_or_default();
        self.out.extend(self.buffer.to_le_bytes().into_iter().take(bytes));
        self.out
    }
}

/// Huffman codes are written from their highest bit on.
#[inline]
const fn reversed(code: u32, bits: u32) -> u32 {
    code.reverse_bits() >> (u32::BITS - bits)
}

/// The literals' codes, readied by the compiler, and their widths.
static LITERALS: [(u32, u32); 256] = literals();

#[expect(clippy::indexing_slicing, clippy::as_conversions, reason = "evaluated at compile time only")]
const fn literals() -> [(u32, u32); 256] {
    let mut table = [(0, 0); 256];
    let mut symbol = 0_u32;
    while symbol < 256 {
        let (code, width) = if symbol < 144 { (0b0011_0000 + symbol, 8) } else { (0b1_1001_0000 + symbol - 144, 9) };
        table[symbol as usize] = (reversed(code, width), width);
        symbol += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use proptest::prelude::*;

    use super::*;

    fn inflated(stream: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        flate2::read::ZlibDecoder::new(stream).read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn every_length_and_distance_is_read_back() {
        // A run repeats itself at distance 1; after a gap without repetitions, at every distance.
        for length in 0..=MAX_INPUT {
            let run = vec![7; length];
            assert_eq!(inflated(&zlib(&run).unwrap()), run, "{length}");
        }
        let gap: Vec<u8> = (0..=255).flat_map(|byte: u8| [byte, byte.wrapping_mul(7), byte ^ 0x5a]).collect();
        for distance in 1..=MAX_INPUT - 8 {
            let bytes =
                [b"\x01\x02\x03\x04", gap.get(..distance.saturating_sub(4)).unwrap_or(&gap), b"\x01\x02\x03\x04"]
                    .concat();
            assert_eq!(inflated(&zlib(&bytes).unwrap()), bytes, "{distance}");
        }
        for distance in [1, 2, 3, 4, 5, 64, 65, 500, 512, 513, 514, 700] {
            for length in 3..=258 {
                let start: Vec<u8> = (0..distance).map(|n: u32| u8::try_from(n * n % 251).unwrap()).collect();
                let bytes: Vec<u8> = start.iter().cycle().take(start.len() + length).copied().collect();
                assert_eq!(inflated(&zlib(&bytes).unwrap()), bytes, "{distance} {length}");
            }
        }
    }

    #[test]
    fn what_does_not_repeat_is_stored() {
        // No three bytes stand twice, and all are of the longer literals.
        let bytes: Vec<u8> = (0..100_u8).map(|n| 144 + n).collect();
        let stream = zlib(&bytes).unwrap();
        assert_eq!(stream.len(), 2 + 5 + bytes.len() + 4);
        assert_eq!(inflated(&stream), bytes);
        assert_eq!(inflated(&zlib(b"").unwrap()), b"");
    }

    #[test]
    fn longer_inputs_are_left_to_others() {
        assert!(zlib(&[0; MAX_INPUT]).is_some());
        assert!(zlib(&[0; MAX_INPUT + 1]).is_none());
    }

    proptest! {
        #[test]
        fn agrees_with_another_library(bytes in prop::collection::vec(0..20_u8, 0..=MAX_INPUT)) {
            prop_assert_eq!(inflated(&zlib(&bytes).unwrap()), bytes);
        }

        #[test]
        fn any_bytes_are_read_back(bytes in prop::collection::vec(any::<u8>(), 0..=MAX_INPUT)) {
            prop_assert_eq!(inflated(&zlib(&bytes).unwrap()), bytes);
        }
    }
}
