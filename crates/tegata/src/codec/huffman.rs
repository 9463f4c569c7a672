//! Huffman codes as deflate has them: told by the width of each symbol's code alone (RFC 1951 §3.2.2).

use super::inflate::Bits;

/// The longest code there is.
const MAX_WIDTH: usize = 15;

/// Codes up to here are looked up, all others are searched for. In certificates few are longer.
const FAST_BITS: u32 = 9;

/// The most symbols of a code: of the fixed one.
const MAX_SYMBOLS: usize = 288;

/// What stands in the table where no code leads, behind a width of one bit; no symbol has the number.
const NOTHING: u16 = 511 << WIDTH_BITS | 1;
const WIDTH_BITS: u32 = 4;

/// A code: which symbol the next bits are.
pub(super) struct Code {
    /// By the next bits, as many as the longest code has but at most [`FAST_BITS`], the symbol and, in the lowest bits,
    /// the width of its code; zero where that is longer.
    table: [u16; 1 << FAST_BITS],
    table_bits: u32,
    /// The first of the codes that are not in the table, without its last bit, and where among the symbols it stands.
    first_long: (usize, usize),
    /// How many codes there are of each width.
    counts: [u16; MAX_WIDTH + 1],
    /// The symbols in the order of their codes.
    symbols: [u16; MAX_SYMBOLS],
}

impl Code {
    /// From the width of each symbol's code, zero for one without. `None` when there are more codes than can be told
    /// apart, or when bits are left that mean nothing: only where there is one code of one bit, or none, may they be.
    pub(super) fn of(widths: &[u8]) -> Option<Self> {
        let mut counts = [0; MAX_WIDTH + 1];
        for &width in widths {
            *counts.get_mut(usize::from(width))? += 1;
        }
        // Where among the symbols those of each width start, and how many codes of it are still free.
        let (mut starts, mut start, mut free) = ([0; MAX_WIDTH + 1], 0, 1_u32);
        for (place, &count) in starts.iter_mut().zip(&counts).skip(1) {
            *place = start;
            start += usize::from(count);
            free = (2 * free).checked_sub(u32::from(count))?;
        }
        let incomplete = free > 0;
        if incomplete && counts.iter().skip(2).any(|&count| count > 0) {
            return None;
        }
        let mut symbols = [0; MAX_SYMBOLS];
        for (symbol, &width) in (0..).zip(widths) {
            if width > 0 {
                let place = starts.get_mut(usize::from(width))?;
                *symbols.get_mut(*place)? = symbol;
                *place += 1;
            }
        }
        let longest = counts.iter().rposition(|&count| count > 0).unwrap_or_default().max(1);
        let table_bits = FAST_BITS.min(u32::try_from(longest).ok()?);
        let mut table = [if incomplete { NOTHING } else { 0 }; 1 << FAST_BITS];
        let entries = table.get_mut(..1 << table_bits)?;
        let (mut code, mut index) = (0_u16, 0);
        for (width, &count) in (1..=u16::try_from(table_bits).ok()?).zip(counts.iter().skip(1)) {
            code <<= 1;
            for &symbol in symbols.get(index..index + usize::from(count))? {
                // Codes are sent from their highest bit on; what follows the code can be anything.
                let mut at = usize::from(code.reverse_bits() >> (u16::BITS - u32::from(width)));
                while let Some(place) = entries.get_mut(at) {
                    *place = symbol << WIDTH_BITS | width;
                    at += 1 << width;
                }
                code += 1;
            }
            index += usize::from(count);
        }
        Some(Self { table, table_bits, first_long: (code.into(), index), counts, symbols })
    }

    /// Whether whatever bits come are a code.
    pub(super) fn is_complete(&self) -> bool {
        !self.table.contains(&NOTHING)
    }

    /// Takes the next symbol; a number that is none where no code leads.
    #[inline]
    pub(super) fn next(&self, bits: &mut Bits<'_>) -> u16 {
        let entry = self.table.get(bits.peek(self.table_bits)).copied().unwrap_or_default();
        if entry == 0 {
            return self.long(bits);
        }
        bits.drop(u32::from(entry & ((1 << WIDTH_BITS) - 1)));
        entry >> WIDTH_BITS
    }

    /// Bit by bit: the codes of each width follow one another, after those of one bit less with a bit appended.
    #[cold]
    fn long(&self, bits: &mut Bits<'_>) -> u16 {
        let ahead = bits.peek(15);
        let mut width = self.table_bits;
        let (mut first, mut index) = self.first_long;
        // There are longer codes, so the table has all its bits.
        let mut code = ahead.reverse_bits() >> (usize::BITS - width);
        for &count in self.counts.iter().skip(10) {
            let count = usize::from(count);
            code = code << 1 | (ahead >> width) & 1;
            first <<= 1;
            width += 1;
            if code < first + count {
                bits.drop(width);
                return self.symbols.get(index + code - first).copied().unwrap_or(u16::MAX);
            }
            index += count;
            first += count;
        }
        // A code without gaps has no such bits.
        bits.drop(width);
        u16::MAX
    }
}
