//! Inflating zlib streams (RFC 1950, RFC 1951) into bounded memory, and deflating.
//!
//! Reading is strict: a zlib header must be there, the checksum must match and nothing may follow.

use core::fmt;

use super::inflate;
#[cfg(feature = "outcomes")]
use crate::report::Code;
use crate::untold::told_apart;

/// The most that a certificate may inflate to, in bytes. The largest certificate known inflates to
/// under 1 KiB and a QR code holds under 3 KiB compressed, which deflate can blow up to about 3 MiB:
/// this leaves room for any honest content and none for a bomb.
pub const MAX_INFLATED: usize = 64 * 1024;

/// The balanced level, for what is longer than a usual certificate: the higher ones take up to four times as long and
/// save not one byte of those.
#[cfg(any(test, feature = "issue"))]
const LEVEL: u8 = 6;

/// The flag in the second header byte that announces a preset dictionary (RFC 1950 §2.2).
const PRESET_DICTIONARY: u8 = 0x20;

told_apart! {
    /// Why bytes are not one acceptable zlib stream.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub enum ZlibError {
        /// There is no zlib header (RFC 1950 §2.2).
        NotCompressed,
        /// The stream ends too early.
        Truncated,
        /// The stream is damaged, or needs a preset dictionary, which no certificate has.
        Corrupt,
        /// The Adler-32 checksum does not match the inflated bytes.
        Checksum,
        /// The stream inflates to more than is allowed.
        TooLarge,
        /// Bytes follow the stream.
        TrailingBytes,
    }
}

impl ZlibError {
    /// The stable outcome code.
    #[cfg(feature = "outcomes")]
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::NotCompressed => Code::NotCompressed,
            Self::Truncated => Code::CompressionTruncated,
            Self::Corrupt => Code::CompressionCorrupt,
            Self::Checksum => Code::CompressionChecksum,
            Self::TooLarge => Code::CompressionTooLarge,
            Self::TrailingBytes => Code::CompressionTrailingBytes,
        }
    }
}

#[cfg(not(feature = "outcomes"))]
impl fmt::Display for ZlibError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not one acceptable zlib stream")
    }
}

#[cfg(feature = "outcomes")]
impl fmt::Display for ZlibError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotCompressed => "no zlib header",
            Self::Truncated => "zlib stream ends too early",
            Self::Corrupt => "zlib stream is damaged",
            Self::Checksum => "zlib checksum does not match",
            Self::TooLarge => "zlib stream inflates to too much",
            Self::TrailingBytes => "bytes follow the zlib stream",
        })
    }
}

impl core::error::Error for ZlibError {}

/// Inflates exactly one zlib stream to at most `max` bytes, usually [`MAX_INFLATED`].
///
/// Memory grows with what is really inflated, never beyond `max`.
///
/// # Errors
/// [`ZlibError`].
pub fn decompress(bytes: &[u8], max: usize) -> Result<Vec<u8>, ZlibError> {
    check_header(bytes)?;
    inflate::zlib(bytes, max)
}

/// Deflates into a zlib stream.
#[cfg(any(test, feature = "issue"))]
#[must_use]
pub fn compress(bytes: &[u8]) -> Vec<u8> {
    super::deflate::zlib(bytes).unwrap_or_else(|| miniz_oxide::deflate::compress_to_vec_zlib(bytes, LEVEL))
}

/// The header of RFC 1950 §2.2: deflate, a window of at most 32 KiB, and the check of both bytes.
fn check_header(bytes: &[u8]) -> Result<(), ZlibError> {
    let Some(&method) = bytes.first() else {
        return Err(ZlibError::NotCompressed);
    };
    if method & 0x0f != 8 || method >> 4 > 7 {
        return Err(ZlibError::NotCompressed);
    }
    match bytes.get(1) {
        None => Err(ZlibError::Truncated),
        Some(&flags) if u16::from_be_bytes([method, flags]) % 31 != 0 => Err(ZlibError::NotCompressed),
        Some(&flags) if flags & PRESET_DICTIONARY != 0 => Err(ZlibError::Corrupt),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::{Read as _, Write as _};
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    /// What other libraries send, at a level.
    pub(in crate::codec) fn deflated(bytes: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(level));
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn sample() -> Vec<u8> {
        (0..3000_u32).flat_map(|n| (n * n % 251).to_be_bytes()).collect()
    }

    #[test]
    fn every_truncation_is_seen() {
        for level in [0, 1, 9] {
            let stream = deflated(&sample(), level);
            for len in 1..stream.len() {
                assert_eq!(decompress(&stream[..len], MAX_INFLATED), Err(ZlibError::Truncated), "{level} {len}");
            }
        }
    }

    #[test]
    fn each_fault_is_told_apart() {
        let stream = compress(&sample());
        let with = |at: usize, byte: u8| {
            let mut stream = stream.clone();
            stream[at] ^= byte;
            decompress(&stream, MAX_INFLATED)
        };
        assert_eq!(decompress(b"", MAX_INFLATED), Err(ZlibError::NotCompressed));
        assert_eq!(decompress(b"\xd2\x84\x43", MAX_INFLATED), Err(ZlibError::NotCompressed));
        assert_eq!(decompress(b"\x78", MAX_INFLATED), Err(ZlibError::Truncated));
        assert_eq!(decompress(b"\x88\x1c", MAX_INFLATED), Err(ZlibError::NotCompressed));
        assert_eq!(with(1, 1), Err(ZlibError::NotCompressed));
        assert_eq!(decompress(b"\x78\xbb\x00\x00\x00\x01", MAX_INFLATED), Err(ZlibError::Corrupt));
        // Block type 3 does not exist.
        assert_eq!(decompress(b"\x78\x9c\x07\x00\x00\x00\x00\x00", MAX_INFLATED), Err(ZlibError::Corrupt));
        for byte in 1..=4 {
            assert_eq!(with(stream.len() - byte, 0x10), Err(ZlibError::Checksum));
        }
        for extra in [&b"\0"[..], b"\x78\x9c", &[0xff; 100]] {
            let longer = [&stream, extra].concat();
            assert_eq!(decompress(&longer, MAX_INFLATED), Err(ZlibError::TrailingBytes));
        }
    }

    #[test]
    fn the_bound_is_exact() {
        for size in [0, 1, 1023, 1024, 1025, 12_000] {
            let bytes = vec![7; size];
            for stream in [compress(&bytes), deflated(&bytes, 0)] {
                assert_eq!(decompress(&stream, size).as_ref(), Ok(&bytes));
                if size > 0 {
                    assert_eq!(decompress(&stream, size - 1), Err(ZlibError::TooLarge));
                }
            }
        }
    }

    #[test]
    fn a_bomb_is_put_out_at_once() {
        // The second flushed mebibyte of zeros is a block that can follow itself for ever: a gigabyte.
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        let ends = [(); 2].map(|()| {
            encoder.write_all(&vec![0; 1 << 20]).unwrap();
            encoder.flush().unwrap();
            encoder.get_ref().len()
        });
        let stream = encoder.get_ref();
        let bomb = [&stream[..ends[0]], &stream[ends[0]..ends[1]].repeat(1023)].concat();
        let start = Instant::now();
        assert_eq!(decompress(&bomb, MAX_INFLATED), Err(ZlibError::TooLarge));
        assert!(start.elapsed() < Duration::from_secs(1));
    }

    proptest! {
        #[test]
        fn agrees_with_another_library(bytes in prop::collection::vec(0..20_u8, 0..3000), level in 0..=9_u32) {
            let inflated = decompress(&deflated(&bytes, level), MAX_INFLATED);
            prop_assert_eq!(inflated.as_ref(), Ok(&bytes));
            let mut read = Vec::new();
            flate2::read::ZlibDecoder::new(&*compress(&bytes)).read_to_end(&mut read).unwrap();
            prop_assert_eq!(read, bytes);
        }

        #[test]
        fn random_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decompress(&[&b"\x78\x9c"[..], &bytes].concat(), MAX_INFLATED);
        }

        #[test]
        fn no_change_goes_unnoticed(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
            let mut stream = deflated(&sample(), 9);
            let at = at.index(stream.len());
            stream[at] ^= 1 << bit;
            let result = decompress(&stream, MAX_INFLATED);
            prop_assert!(result.is_err() || result.as_ref() == Ok(&sample()));
        }
    }
}
