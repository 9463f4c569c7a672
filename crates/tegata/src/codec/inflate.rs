//! Inflating zlib streams (RFC 1950, RFC 1951) into bounded memory: stored blocks, the fixed Huffman codes, and codes
//! made to measure.
//!
//! Faults are told in the order in which they stand in the stream. Where it ends too early, that is the fault, whatever
//! the bits that are not there would have meant.

use std::sync::OnceLock;

use super::adler32::adler32;
use super::huffman::Code;
use super::zlib::ZlibError;

/// The lengths a repetition can have (RFC 1951 §3.2.5).
pub(super) const MIN_MATCH: usize = 3;
pub(super) const MAX_MATCH: usize = 258;

/// Bytes of the header of RFC 1950 §2.2, which is checked before.
const HEADER: usize = 2;

/// The symbol that ends a block.
const END: u16 = 256;

/// How many symbols a block may declare (RFC 1951 §3.2.7): two more of each could be written and mean nothing.
const MAX_SYMBOLS: usize = 286;
const MAX_DISTANCES: usize = 30;

/// A repetition takes at most 15 bits of symbol, 5 of extra, 15 of distance and 13 of extra.
const ENOUGH: u32 = 48;

/// The order in which the widths of the code of widths are sent (RFC 1951 §3.2.7).
const WIDTHS: usize = 19;
const ORDER: [u8; WIDTHS] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Inflates exactly one zlib stream, whose header was checked, to at most `max` bytes.
pub(super) fn zlib(stream: &[u8], max: usize) -> Result<Vec<u8>, ZlibError> {
    let bits = Bits::new(stream.get(HEADER..).unwrap_or_default());
    // One byte more than is allowed tells too much from just enough, and lets the checksum be judged first.
    let limit = max.saturating_add(1);
    let mut out = Output { bytes: vec![0; stream.len().saturating_mul(2).min(limit)], length: 0, limit };
    let trailer = blocks(bits, &mut out)?;
    let Some((&sum, rest)) = trailer.split_first_chunk() else { return Err(ZlibError::Truncated) };
    let Output { mut bytes, length, .. } = out;
    bytes.truncate(length);
    if u32::from_be_bytes(sum) != adler32(&bytes) {
        return Err(ZlibError::Checksum);
    }
    if bytes.len() > max {
        return Err(ZlibError::TooLarge);
    }
    if rest.is_empty() { Ok(bytes) } else { Err(ZlibError::TrailingBytes) }
}

/// Every block; what follows the last is left.
fn blocks<'a>(mut bits: Bits<'a>, out: &mut Output) -> Result<&'a [u8], ZlibError> {
    loop {
        bits.refill()?;
        let last = bits.take(1) == 1;
        let block = match bits.take(2) {
            0 => stored(&mut bits, out),
            1 => match fixed_codes() {
                Some((symbols, distances)) => compressed(&mut bits, out, symbols, distances),
                None => Err(ZlibError::Corrupt),
            },
            2 => made_to_measure(&mut bits)
                .and_then(|(symbols, distances)| compressed(&mut bits, out, &symbols, &distances)),
            _ => Err(ZlibError::Corrupt),
        };
        // What was read beyond the end proves nothing else.
        let rest = bits.whole_bytes()?;
        block?;
        if last {
            return Ok(rest);
        }
    }
}

/// A stored block (RFC 1951 §3.2.4).
fn stored(bits: &mut Bits<'_>, out: &mut Output) -> Result<(), ZlibError> {
    let rest = bits.whole_bytes()?;
    let Some((&[a, b, c, d], rest)) = rest.split_first_chunk() else { return Err(ZlibError::Truncated) };
    let (length, complement) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
    if length != !complement {
        return Err(ZlibError::Corrupt);
    }
    let length = usize::from(length);
    let here = rest.get(..length).unwrap_or(rest);
    // Where too little came for too much, the fault is what comes first.
    out.next(if here.len() < out.left() { here.len() } else { length })?.copy_from_slice(here);
    *bits = Bits::new(rest.get(length..).ok_or(ZlibError::Truncated)?);
    Ok(())
}

/// The fixed codes (RFC 1951 §3.2.6), made once. Both are complete, so there are always some.
fn fixed_codes() -> Option<&'static (Code, Code)> {
    static CODES: OnceLock<Option<(Code, Code)>> = OnceLock::new();
    let made = || {
        let mut widths = [8; 288];
        widths.get_mut(144..256)?.fill(9);
        widths.get_mut(256..280)?.fill(7);
        Some((Code::of(&widths)?, Code::of(&[5; 32])?))
    };
    CODES.get_or_init(made).as_ref()
}

/// The codes at the start of a block that brings its own (RFC 1951 §3.2.7).
fn made_to_measure(bits: &mut Bits<'_>) -> Result<(Code, Code), ZlibError> {
    bits.refill()?;
    let (symbols, distances, widths) = (257 + bits.take(5), 1 + bits.take(5), 4 + bits.take(4));
    if symbols > MAX_SYMBOLS || distances > MAX_DISTANCES {
        return Err(ZlibError::Corrupt);
    }
    let mut width_widths = [0; WIDTHS];
    for &symbol in ORDER.iter().take(widths) {
        bits.refill()?;
        let width = bits.take(3);
        if let (Some(place), Ok(width)) = (width_widths.get_mut(usize::from(symbol)), u8::try_from(width)) {
            *place = width;
        }
    }
    let code = Code::of(&width_widths).filter(Code::is_complete).ok_or(ZlibError::Corrupt)?;

    let mut widths = [0; MAX_SYMBOLS + MAX_DISTANCES];
    let widths = widths.get_mut(..symbols + distances).unwrap_or_default();
    let mut known = 0;
    while known < widths.len() {
        bits.refill()?;
        let symbol = code.next(bits);
        let (width, times) = match symbol {
            16 => {
                let before = known.checked_sub(1).and_then(|before| widths.get(before));
                (*before.ok_or(ZlibError::Corrupt)?, 3 + bits.take(2))
            }
            17 => (0, 3 + bits.take(3)),
            18 => (0, 11 + bits.take(7)),
            width => (u8::try_from(width).unwrap_or_default(), 1),
        };
        // A repetition may pass from the symbols to the distances, but not beyond these.
        widths.get_mut(known..known + times).ok_or(ZlibError::Corrupt)?.fill(width);
        known += times;
    }
    let (symbols, distances) = widths.split_at_checked(symbols).ok_or(ZlibError::Corrupt)?;
    Code::of(symbols).zip(Code::of(distances)).ok_or(ZlibError::Corrupt)
}

/// The symbols of a block up to its end.
fn compressed(bits: &mut Bits<'_>, out: &mut Output, symbols: &Code, distances: &Code) -> Result<(), ZlibError> {
    loop {
        bits.refill()?;
        let symbol = symbols.next(bits);
        if let Ok(literal) = u8::try_from(symbol) {
            out.push(literal)?;
        } else if symbol == END {
            return Ok(());
        } else {
            let length = length(symbol, bits).ok_or(ZlibError::Corrupt)?;
            let distance = distance(distances.next(bits), bits).ok_or(ZlibError::Corrupt)?;
            out.repeat(length, distance)?;
        }
    }
}

/// The length that a symbol above [`END`] and the bits after it stand for.
#[inline]
fn length(symbol: u16, bits: &mut Bits<'_>) -> Option<usize> {
    let over = u32::from(symbol.checked_sub(END + 1)?);
    Some(match over {
        0..=7 => MIN_MATCH + usize::try_from(over).ok()?,
        28 => MAX_MATCH,
        8..=27 => {
            let extra = over / 4 - 1;
            MIN_MATCH + ((4 + usize::try_from(over % 4).ok()?) << extra) + bits.take(extra)
        }
        // Two symbols of the fixed code that mean nothing, and what no code leads to.
        _ => return None,
    })
}

/// The distance that a symbol and the bits after it stand for.
#[inline]
fn distance(symbol: u16, bits: &mut Bits<'_>) -> Option<usize> {
    let over = u32::from(symbol);
    Some(match over {
        0..=3 => 1 + usize::try_from(over).ok()?,
        4..=29 => {
            let extra = over / 2 - 1;
            1 + ((2 + usize::try_from(over % 2).ok()?) << extra) + bits.take(extra)
        }
        _ => return None,
    })
}

/// What was inflated so far: the first bytes, and zeros behind them.
struct Output {
    bytes: Vec<u8>,
    length: usize,
    limit: usize,
}

impl Output {
    #[inline]
    fn left(&self) -> usize {
        self.limit - self.length
    }

    /// The place for so many bytes more. The memory is at least doubled where it is too short, but never beyond the limit.
    fn next(&mut self, more: usize) -> Result<&mut [u8], ZlibError> {
        if more > self.left() {
            return Err(ZlibError::TooLarge);
        }
        let start = self.length;
        self.length += more;
        if self.length > self.bytes.len() {
            let room = self.length.max(start * 2).min(self.limit);
            self.bytes.reserve_exact(room - self.bytes.len());
            self.bytes.resize(room, 0);
        }
        Ok(self.bytes.get_mut(start..self.length).unwrap_or_default())
    }

    #[inline]
    fn push(&mut self, byte: u8) -> Result<(), ZlibError> {
        match self.bytes.get_mut(self.length) {
            Some(place) => {
                *place = byte;
                self.length += 1;
            }
            None => self.next(1)?.fill(byte),
        }
        Ok(())
    }

    /// Appends bytes that stood before.
    #[inline]
    fn repeat(&mut self, length: usize, distance: usize) -> Result<(), ZlibError> {
        let end = self.length;
        let start = end.checked_sub(distance).ok_or(ZlibError::Corrupt)?;
        self.next(length)?;
        if distance >= length {
            self.bytes.copy_within(start..start + length, end);
        } else if let Some(window) = self.bytes.get_mut(start..end + length) {
            // The repetition repeats itself.
            for at in distance..window.len() {
                let byte = window.get(at - distance).copied().unwrap_or_default();
                if let Some(place) = window.get_mut(at) {
                    *place = byte;
                }
            }
        }
        Ok(())
    }
}

/// Reads bits, the lowest of each byte first (RFC 1951 §3.1.1). Beyond the end there are zeros, which the count tells:
/// it then wraps to more than the buffer can hold.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// What of them is not in the buffer yet.
    rest: &'a [u8],
    buffer: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, rest: bytes, buffer: 0, count: 0 }
    }

    /// Fills the buffer to at least 48 bits while there are any.
    #[inline]
    fn refill(&mut self) -> Result<(), ZlibError> {
        if (ENOUGH..=u64::BITS).contains(&self.count) { Ok(()) } else { self.fill() }
    }

    #[inline]
    fn fill(&mut self) -> Result<(), ZlibError> {
        if self.count > u64::BITS {
            return Err(ZlibError::Truncated);
        }
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
        Ok(())
    }

    /// The next bits, at most 15.
    #[inline]
    pub(super) fn peek(&self, bits: u32) -> usize {
        usize::try_from(self.buffer & ((1 << bits) - 1)).unwrap_or_default()
    }

    #[inline]
    pub(super) fn drop(&mut self, bits: u32) {
        self.buffer >>= bits;
        self.count = self.count.wrapping_sub(bits);
    }

    #[inline]
    fn take(&mut self, bits: u32) -> usize {
        let value = self.peek(bits);
        self.drop(bits);
        value
    }

    /// The bytes of which no bit was taken.
    fn whole_bytes(&self) -> Result<&'a [u8], ZlibError> {
        if self.count > u64::BITS {
            return Err(ZlibError::Truncated);
        }
        let unread = self.rest.len() + usize::try_from(self.count / 8).unwrap_or_default();
        let read = self.bytes.len().saturating_sub(unread);
        Ok(self.bytes.get(read..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
