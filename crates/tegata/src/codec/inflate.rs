//! Inflating the streams that certificates mostly are, quickly: a single block, stored or in the fixed Huffman codes
//! (RFC 1951 §3.2.4, §3.2.6). Of the public test certificates, three in four are such streams.
//!
//! It gives bytes only for a stream that is right to its last byte, checksum included. Everything else, faults
//! included, is left to the general way, which says what is wrong.

use super::deflate::{MAX_MATCH, MIN_MATCH, adler32};

/// The bytes around the block: the header of RFC 1950 §2.2, which is checked before, and the checksum.
const HEADER: usize = 2;
const CHECKSUM: usize = 4;

/// The first byte of a block that is the last and stored, and the first bits of one in the fixed codes.
const LAST_STORED: u8 = 0b001;
const LAST_FIXED: u8 = 0b011;
const TYPE_BITS: u32 = 3;

/// Inflates a zlib stream, whose header was checked, to at most `max` bytes.
pub(super) fn single_block(stream: &[u8], max: usize) -> Option<Vec<u8>> {
    let body = stream.get(HEADER..)?;
    let (&first, rest) = body.split_first()?;
    let out = match first & 0b111 {
        LAST_STORED => {
            let (&[a, b, c, d], rest) = rest.split_first_chunk()?;
            let (length, complement) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
            let content = rest.split_at_checked(length.into()).filter(|_| length == !complement)?;
            exactly_checksum(content.1, content.0)?;
            if content.0.len() > max {
                return None;
            }
            content.0.to_vec()
        }
        LAST_FIXED => {
            let mut bits = Bits { rest: body, buffer: 0, count: 0 };
            bits.refill();
            bits.drop(TYPE_BITS);
            let out = fixed(&mut bits, body.len(), max)?;
            // What is left of the block's last byte is filling.
            let unread = bits.rest.len() + usize::try_from(bits.count / 8).ok()?;
            exactly_checksum(body.get(body.len().checked_sub(unread)?..)?, &out)?;
            out
        }
        _ => return None,
    };
    Some(out)
}

fn exactly_checksum(tail: &[u8], out: &[u8]) -> Option<()> {
    let sum = <[u8; CHECKSUM]>::try_from(tail).ok()?;
    (u32::from_be_bytes(sum) == adler32(out)).then_some(())
}

/// The symbols of a block up to its end.
fn fixed(bits: &mut Bits<'_>, length: usize, max: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(length.saturating_add(length / 2).min(max));
    loop {
        // A repetition takes at most 9 bits of symbol, 5 of extra, 5 of distance and 13 of extra.
        bits.refill();
        let (symbol, width) = SYMBOLS.get(bits.peek(LONGEST_SYMBOL)).copied()?;
        bits.drop(width);
        if let Ok(literal) = u8::try_from(symbol) {
            if out.len() >= max {
                return None;
            }
            out.push(literal);
        } else if symbol == END {
            // Bits that were never there read as zeros; a stream that ends early shows only now.
            return (bits.count <= u64::BITS).then_some(out);
        } else {
            repeat(symbol, bits, &mut out, max)?;
        }
        if bits.count > u64::BITS {
            return None;
        }
    }
}

/// Appends bytes that stood before.
fn repeat(symbol: u16, bits: &mut Bits<'_>, out: &mut Vec<u8>, max: usize) -> Option<()> {
    let length = match u32::from(symbol - END - 1) {
        over @ 0..=7 => MIN_MATCH + usize::try_from(over).ok()?,
        28 => MAX_MATCH,
        over @ 8..=27 => {
            let extra = over / 4 - 1;
            MIN_MATCH + ((4 + usize::try_from(over % 4).ok()?) << extra) + bits.take(extra)
        }
        // Two symbols that have a code and no meaning.
        _ => return None,
    };
    let code = u32::try_from(bits.take(DISTANCE_BITS)).ok()?;
    let distance = match code.reverse_bits() >> (u32::BITS - DISTANCE_BITS) {
        over @ 0..=3 => 1 + usize::try_from(over).ok()?,
        over @ 4..=29 => {
            let extra = over / 2 - 1;
            1 + ((2 + usize::try_from(over % 2).ok()?) << extra) + bits.take(extra)
        }
        _ => return None,
    };
    let start = out.len().checked_sub(distance)?;
    if out.len() + length > max {
        return None;
    }
    if distance >= length {
        out.extend_from_within(start..start + length);
    } else {
        // The repetition repeats itself.
        for at in start..start + length {
            out.push(out.get(at).copied()?);
        }
    }
    Some(())
}

/// Reads bits, the lowest of each byte first (RFC 1951 §3.1.1). Beyond the end there are zeros, which the count tells:
/// it then wraps to more than the buffer can hold.
struct Bits<'a> {
    rest: &'a [u8],
    buffer: u64,
    count: u32,
}

impl Bits<'_> {
    /// Fills the buffer to at least 56 bits while there are any.
    #[inline]
    fn refill(&mut self) {
        if let Some(&chunk) = self.rest.first_chunk::<8>() {
            // As many whole bytes as have room.
            let bytes = (63 - self.count) / 8;
            self.buffer |= u64::from_le_bytes(chunk) << self.count;
            self.count += bytes * 8;
            self.rest = self.rest.get(usize::try_from(bytes).unwrap_or_default()..).unwrap_or_default();
        } else {
            while self.count <= u64::BITS - 8
                && let Some((&byte, rest)) = self.rest.split_first()
            {
                self.buffer |= u64::from(byte) << self.count;
                self.count += 8;
                self.rest = rest;
            }
        }
    }

    #[inline]
    fn peek(&self, bits: u32) -> usize {
        usize::try_from(self.buffer & ((1 << bits) - 1)).unwrap_or_default()
    }

    #[inline]
    fn drop(&mut self, bits: u32) {
        self.buffer >>= bits;
        self.count = self.count.wrapping_sub(bits);
    }

    #[inline]
    fn take(&mut self, bits: u32) -> usize {
        let value = self.peek(bits);
        self.drop(bits);
        value
    }
}

const END: u16 = 256;
const LONGEST_SYMBOL: u32 = 9;
const DISTANCE_BITS: u32 = 5;

/// Each symbol and the width of its code, by the next nine bits.
static SYMBOLS: [(u16, u32); 1 << LONGEST_SYMBOL] = symbols();

#[expect(clippy::indexing_slicing, clippy::as_conversions, reason = "evaluated at compile time only")]
const fn symbols() -> [(u16, u32); 1 << LONGEST_SYMBOL] {
    let mut table = [(0, 0); 1 << LONGEST_SYMBOL];
    let mut symbol = 0_u16;
    while symbol < 288 {
        // RFC 1951 §3.2.6: the width of a code, and the code itself.
        let (width, code) = match symbol {
            0..=143 => (8, 0b0011_0000 + symbol),
            144..=255 => (9, 0b1_1001_0000 + symbol - 144),
            256..=279 => (7, symbol - 256),
            _ => (8, 0b1100_0000 + symbol - 280),
        };
        // Codes are sent from their highest bit on; what follows the code can be anything.
        let mut bits = (code.reverse_bits() >> (u16::BITS - width)) as usize;
        while bits < table.len() {
            table[bits] = (symbol, width);
            bits += 1 << width;
        }
        symbol += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codec::zlib::{self, tests::deflated};

    #[test]
    fn stored_and_fixed_blocks_are_read() {
        for bytes in [&b""[..], b"a", b"abcabcabcabc", &[7; 1000], &[200; 100]] {
            for stream in [deflated(bytes, 0), zlib::compress(bytes)] {
                assert_eq!(single_block(&stream, bytes.len()).as_deref(), Some(bytes));
                if !bytes.is_empty() {
                    assert_eq!(single_block(&stream, bytes.len() - 1), None);
                }
            }
        }
    }

    #[test]
    fn other_blocks_are_left_to_others() {
        // A block that is not the last, one of codes made to measure, and one of no type.
        for first in [0b000, 0b010, 0b101, 0b111] {
            assert_eq!(single_block(&[0x78, 0x9c, first, 0, 0, 0xff, 0xff, 0, 0, 0, 1], 100), None);
        }
    }

    #[test]
    fn nothing_less_than_a_whole_stream_is_taken() {
        let bytes: Vec<u8> = (0..=255).chain(0..100).chain([3; 300]).collect();
        for stream in [zlib::compress(&bytes), deflated(&bytes, 0)] {
            for end in 0..stream.len() {
                assert_eq!(single_block(&stream[..end], 10_000), None, "{end}");
            }
            assert_eq!(single_block(&[&stream[..], &[0]].concat(), 10_000), None);
            assert_eq!(single_block(&stream, 10_000), Some(bytes.clone()));
        }
    }

    proptest! {
        #[test]
        fn agrees_with_another_library(bytes in prop::collection::vec(0..9_u8, 0..600), level in 0..=9_u32) {
            let stream = deflated(&bytes, level);
            if let Some(inflated) = single_block(&stream, 10_000) {
                prop_assert_eq!(inflated, bytes.clone());
            }
            prop_assert_eq!(single_block(&zlib::compress(&bytes), 10_000), Some(bytes));
        }

        /// What is taken here, the general way takes to the same bytes: after any change of a stream, too.
        #[test]
        fn nothing_is_taken_that_the_general_way_refuses(
            bytes in prop::collection::vec(0..9_u8, 0..300),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        ) {
            let mut stream = zlib::compress(&bytes);
            for (at, byte) in changes {
                let at = 2 + at.index(stream.len() - 2);
                stream[at] = byte;
            }
            // A changed stream would seldom have the right checksum by itself.
            for with_right_sum in [false, true] {
                let general = zlib::general(&stream, 10_000);
                let single = single_block(&stream, 10_000);
                prop_assert!(single.is_none() || single == general.ok());
                if with_right_sum {
                    break;
                }
                let Some(inflated) = zlib::without_checksum(&stream) else { break };
                let end = stream.len() - CHECKSUM;
                stream.truncate(end);
                stream.extend(adler32(&inflated).to_be_bytes());
            }
        }
    }
}
