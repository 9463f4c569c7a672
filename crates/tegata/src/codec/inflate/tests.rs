use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress as inflate_some, inflate_flags};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::codec::zlib::{self as ours, MAX_INFLATED, tests::deflated};

/// What another inflater says of a stream whose header is right.
fn oracle(stream: &[u8], max: usize) -> Result<Vec<u8>, ZlibError> {
    let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER
        | inflate_flags::TINFL_FLAG_COMPUTE_ADLER32
        | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF
        | inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
    let mut out = vec![0; max + 1];
    let (status, read, written) = inflate_some(&mut DecompressorOxide::new(), stream, &mut out, 0, flags);
    out.truncate(written);
    match status {
        TINFLStatus::Done if written > max => Err(ZlibError::TooLarge),
        TINFLStatus::Done if read < stream.len() => Err(ZlibError::TrailingBytes),
        TINFLStatus::Done => Ok(out),
        TINFLStatus::HasMoreOutput => Err(ZlibError::TooLarge),
        TINFLStatus::NeedsMoreInput => Err(ZlibError::Truncated),
        TINFLStatus::Adler32Mismatch => Err(ZlibError::Checksum),
        _ => Err(ZlibError::Corrupt),
    }
}

/// The stream with the checksum that its content would need, where there is a content, and where its checksum starts.
fn with_right_sum(mut stream: Vec<u8>) -> Option<Vec<u8>> {
    let flags = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER
        | inflate_flags::TINFL_FLAG_IGNORE_ADLER32
        | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut out = vec![0; MAX_INFLATED];
    let (status, read, written) = inflate_some(&mut DecompressorOxide::new(), &stream, &mut out, 0, flags);
    let sum = adler32(out.get(..written)?).to_be_bytes();
    stream.get_mut(read.checked_sub(4)?..read)?.copy_from_slice(&sum);
    (status == TINFLStatus::Done).then_some(stream)
}

/// Both say the same of a stream, of its beginnings, and under bounds that it does not keep.
fn same(stream: &[u8]) -> Result<(), TestCaseError> {
    let Ok(content) = same_under(stream, 10_000)? else { return Ok(()) };
    for max in [0, content.len() / 2, content.len().saturating_sub(1), content.len()] {
        let _ = same_under(stream, max)?;
    }
    Ok(())
}

fn same_under(stream: &[u8], max: usize) -> Result<Result<Vec<u8>, ZlibError>, TestCaseError> {
    let result = ours::decompress(stream, max);
    prop_assert_eq!(&result, &oracle(stream, max), "{:02x?} {}", stream, max);
    Ok(result)
}

fn same_with_either_sum(stream: Vec<u8>) -> Result<(), TestCaseError> {
    same(&stream)?;
    with_right_sum(stream).map_or(Ok(()), |stream| same(&stream))
}

/// Writes bits, the lowest of each byte first.
#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    bits: u32,
}

impl Writer {
    fn zlib() -> Self {
        Self { bytes: vec![0x78, 0x9c], bits: 0 }
    }

    fn put(&mut self, value: usize, width: u32) {
        for bit in 0..width {
            if self.bits.is_multiple_of(8) {
                self.bytes.push(0);
            }
            *self.bytes.last_mut().unwrap() |= u8::from(value >> bit & 1 == 1) << (self.bits % 8);
            self.bits += 1;
        }
    }

    /// The bits of a Huffman code, highest first.
    fn code(&mut self, code: usize, width: u32) {
        for bit in (0..width).rev() {
            self.put(code >> bit & 1, 1);
        }
    }

    /// The head of a last block with codes made to measure, whose widths are told by a code of four bits for each of
    /// the sixteen widths.
    fn head(&mut self, symbols: &[u8], distances: &[u8]) {
        self.put(0b101, 3);
        self.put(symbols.len() - 257, 5);
        self.put(distances.len() - 1, 5);
        self.put(WIDTHS - 4, 4);
        for symbol in ORDER {
            self.put(if symbol < 16 { 4 } else { 0 }, 3);
        }
        for &width in symbols.iter().chain(distances) {
            self.code(width.into(), 4);
        }
    }

    fn finish(mut self, content: &[u8]) -> Vec<u8> {
        self.bytes.extend(adler32(content).to_be_bytes());
        self.bytes
    }
}

/// A stream of one block with codes made to measure and these bits after its head.
fn block(symbols: &[u8], distances: &[u8], bits: &[(usize, u32)], content: &[u8]) -> Result<Vec<u8>, ZlibError> {
    let mut writer = Writer::zlib();
    writer.head(symbols, distances);
    for &(code, width) in bits {
        writer.code(code, width);
    }
    let stream = writer.finish(content);
    let result = ours::decompress(&stream, MAX_INFLATED);
    assert_eq!(result, oracle(&stream, MAX_INFLATED));
    result
}

/// The widths of a code: of `count` symbols, those named have codes.
fn widths(count: usize, named: &[(usize, u8)]) -> Vec<u8> {
    let mut widths = vec![0; count];
    for &(symbol, width) in named {
        widths[symbol] = width;
    }
    widths
}

#[test]
fn blocks_of_all_kinds_follow_one_another() {
    let mut writer = Writer::zlib();
    // Stored, not the last; then a fixed one, "b" and the end; then an empty stored one.
    writer.put(0, 8);
    writer.bytes.extend([3, 0, 0xfc, 0xff, b'a', b'a', b'a']);
    writer.bits += 8 * 7;
    writer.put(0b010, 3);
    writer.code(0x30 + usize::from(b'b'), 8);
    writer.code(0, 7);
    writer.put(0, 3 + 3);
    writer.bits = 0;
    writer.bytes.extend([0, 0, 0xff, 0xff]);
    writer.put(0b011, 3);
    // Three bytes from four before; the end.
    writer.code(1, 7);
    writer.code(3, 5);
    writer.code(0, 7);
    let stream = writer.finish(b"aaabaaa");
    assert_eq!(ours::decompress(&stream, 7).as_deref(), Ok(&b"aaabaaa"[..]));
    for end in 2..stream.len() {
        assert_eq!(ours::decompress(&stream[..end], 7), Err(ZlibError::Truncated), "{end}");
    }
    assert_eq!(oracle(&stream, 7).as_deref(), Ok(&b"aaabaaa"[..]));
}

#[test]
fn codes_that_cannot_be_are_damage() {
    let end = (256, 1);
    let none = widths(1, &[]);
    // One code of one bit, and no distance at all: the least that makes sense.
    assert_eq!(block(&widths(257, &[end]), &none, &[(0, 1)], b""), Ok(Vec::new()));
    // The other bit means nothing.
    assert_eq!(block(&widths(257, &[end]), &none, &[(1, 1)], b""), Err(ZlibError::Corrupt));
    // One code of two bits leaves three without a meaning; three of one bit are one too many.
    assert_eq!(block(&widths(257, &[(256, 2)]), &none, &[(0, 2)], b""), Err(ZlibError::Corrupt));
    assert_eq!(block(&widths(257, &[(0, 1), (1, 1), end]), &none, &[(1, 1)], b""), Err(ZlibError::Corrupt));
    // Distances likewise.
    let symbols = widths(258, &[(7, 2), (256, 2), (257, 1)]);
    for (distances, expected) in [
        (widths(1, &[(0, 1)]), Ok(vec![7; 4])),
        (widths(2, &[(0, 1), (1, 1)]), Ok(vec![7; 4])),
        (widths(1, &[]), Err(ZlibError::Corrupt)),
        (widths(1, &[(0, 2)]), Err(ZlibError::Corrupt)),
        (widths(3, &[(0, 1), (1, 1), (2, 1)]), Err(ZlibError::Corrupt)),
    ] {
        let bits = [(0b10, 2), (0, 1), (0, 1), (0b11, 2)];
        assert_eq!(block(&symbols, &distances, &bits, &[7; 4]), expected, "{distances:?}");
    }
    // The one distance code is 0; a distance of 2 is before the start.
    assert_eq!(block(&symbols, &widths(1, &[(0, 1)]), &[(0b10, 2), (0, 1), (1, 1)], b""), Err(ZlibError::Corrupt));
    let two = widths(2, &[(1, 1)]);
    assert_eq!(block(&symbols, &two, &[(0b10, 2), (0, 1), (0, 1)], b""), Err(ZlibError::Corrupt));
    // Without an end the block cannot end; what comes after it is read as more of it.
    let endless = widths(257, &[(0, 1), (1, 1)]);
    assert_eq!(block(&endless, &none, &[(0b0101, 4)], b""), Err(ZlibError::Truncated));
}

#[test]
fn more_symbols_than_there_are_are_damage() {
    for (symbols, distances, right) in
        [(286, 30, true), (287, 1, false), (288, 30, false), (257, 31, false), (257, 32, false)]
    {
        let result = block(&widths(symbols, &[(256, 1)]), &widths(distances, &[]), &[(0, 1)], b"");
        assert_eq!(result.is_ok(), right, "{symbols} {distances}");
    }
}

#[test]
fn repeated_widths_stay_within_the_codes() {
    // Widths told by four codes of two bits: 1, repeat, and two of zeros. 257 symbols and one distance.
    let stream = |tokens: &[(usize, usize, u32)]| {
        let mut writer = Writer::zlib();
        writer.put(0b101, 3);
        writer.put(0, 10);
        writer.put(14, 4);
        for symbol in ORDER.into_iter().take(18) {
            writer.put(if [1, 16, 17, 18].contains(&symbol) { 2 } else { 0 }, 3);
        }
        for &(code, extra, width) in tokens {
            writer.code(code, 2);
            writer.put(extra, width);
        }
        // The end, where the codes are any.
        writer.put(0, 1);
        let stream = writer.finish(b"");
        let result = ours::decompress(&stream, 100);
        assert_eq!(result, oracle(&stream, 100));
        result
    };
    let (one, repeat, zeros) = ((0, 0, 0), |times: usize| (0b01, times - 3, 2), |times: usize| (0b11, times - 11, 7));
    assert_eq!(stream(&[zeros(138), zeros(118), one, (0b10, 0, 3)]), Err(ZlibError::Corrupt), "past the end");
    assert_eq!(stream(&[zeros(138), zeros(118), one, one]), Ok(Vec::new()), "just the end");
    assert_eq!(stream(&[repeat(3), zeros(138)]), Err(ZlibError::Corrupt), "before the start");
    assert_eq!(stream(&[zeros(138), zeros(115), repeat(3), one, one]), Ok(Vec::new()), "zeros again");
    assert_eq!(stream(&[zeros(138), zeros(114), one, repeat(3), one, one]), Err(ZlibError::Corrupt), "too many codes");
    assert_eq!(stream(&[zeros(138), zeros(118), one, repeat(4)]), Err(ZlibError::Corrupt), "past the end");
}

#[test]
fn long_codes_are_found() {
    // Widths 1 to 15, the last twice: the code of n ones and a zero for every symbol but the last.
    let symbols = widths(
        257,
        &(0..16).map(|n| (if n == 15 { 256 } else { n }, u8::try_from(n + 1).unwrap().min(15))).collect::<Vec<_>>(),
    );
    let mut bits: Vec<_> = (0..15_u32).map(|n| ((1 << (n + 1)) - 2, n + 1)).collect();
    bits.push(((1 << 15) - 1, 15));
    let content: Vec<u8> = (0..15).collect();
    assert_eq!(block(&symbols, &widths(1, &[]), &bits, &content), Ok(content));
}

/// A complete code: leaves of a tree that are split until there are enough, given to symbols in any order.
fn complete(most: usize) -> impl Strategy<Value = Vec<u8>> {
    (vec(any::<prop::sample::Index>(), 0..most - 1), Just((0..most).collect::<Vec<_>>()).prop_shuffle()).prop_map(
        move |(splits, symbols)| {
            let mut leaves = vec![0_u8];
            for split in splits {
                let split = split.index(leaves.len());
                if leaves[split] < 15 {
                    leaves[split] += 1;
                    leaves.push(leaves[split]);
                }
            }
            let mut widths = vec![0; most];
            for (symbol, leaf) in symbols.into_iter().zip(leaves) {
                widths[symbol] = leaf;
            }
            widths
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn agrees_on_what_others_deflate(bytes in vec(0..9_u8, 0..600), level in 0..=9_u32) {
        let stream = deflated(&bytes, level);
        prop_assert_eq!(ours::decompress(&stream, bytes.len()), Ok(bytes));
        same(&stream)?;
        for end in 2..stream.len() {
            prop_assert_eq!(ours::decompress(&stream[..end], 10_000), Err(ZlibError::Truncated));
        }
    }

    /// Of changed streams, too: with the checksum as it is and as it would have to be.
    #[test]
    fn agrees_on_changed_streams(
        bytes in vec(prop_oneof![0..9_u8, any::<u8>()], 0..500),
        level in 0..=9_u32,
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        end in any::<prop::sample::Index>(),
    ) {
        let mut stream = deflated(&bytes, level);
        for (at, byte) in changes {
            let at = 2 + at.index(stream.len() - 2);
            stream[at] = byte;
        }
        same(&stream[..2 + end.index(stream.len() - 1)])?;
        same_with_either_sum(stream)?;
    }

    /// Any codes, any bits after them.
    #[test]
    fn agrees_on_codes_of_any_shape(
        mut symbols in complete(288),
        mut distances in complete(32),
        symbols_told in 257..=288_usize,
        distances_told in 1..=32_usize,
        change in prop::option::of((any::<prop::sample::Index>(), 0..16_u8)),
        bits in vec(any::<u8>(), 0..300),
    ) {
        symbols.truncate(symbols_told);
        distances.truncate(distances_told);
        if let Some((at, width)) = change {
            let at = at.index(symbols.len() + distances.len());
            *symbols.iter_mut().chain(&mut distances).nth(at).unwrap() = width;
        }
        let mut writer = Writer::zlib();
        writer.head(&symbols, &distances);
        for byte in bits {
            writer.put(byte.into(), 8);
        }
        same_with_either_sum(writer.bytes)?;
    }

    /// Any block after any bits.
    #[test]
    fn agrees_on_any_bytes(bytes in vec(any::<u8>(), 0..200), kind in 0..8_u8) {
        let mut stream = [&[0x78, 0x9c], &bytes[..]].concat();
        if let Some(first) = stream.get_mut(2) {
            *first = *first & 0xf8 | kind;
        }
        same_with_either_sum(stream)?;
    }
}
