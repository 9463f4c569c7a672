//! The checksum at the end of a zlib stream (RFC 1950 §8.2).

/// The checksum of all bytes.
pub(super) fn adler32(bytes: &[u8]) -> u32 {
    /// The largest prime below 2¹⁶.
    const BASE: u32 = 65_521;
    const STRIDE: u32 = 32;
    let (mut a, mut b) = (1_u32, 0_u32);
    // So many bytes cannot make the sums overflow.
    for part in bytes.chunks(5_536) {
        // Byte by byte is smaller where size is what counts.
        let (strides, rest) = if cfg!(target_family = "wasm") { (&[][..], part) } else { part.as_chunks::<32>() };
        for stride in strides {
            // All at once: each byte is in as many of the second sums as bytes follow it, itself included.
            let weighted: u32 =
                stride.iter().zip((1..=STRIDE).rev()).map(|(byte, weight)| u32::from(*byte) * weight).sum();
            b += a * STRIDE + weighted;
            a += stride.iter().map(|byte| u32::from(*byte)).sum::<u32>();
        }
        for byte in rest {
            a += u32::from(*byte);
            b += a;
        }
        (a, b) = (a % BASE, b % BASE);
    }
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_rfc_1950() {
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
        for length in (0..200).chain([5_535, 5_536, 5_537, 20_000]) {
            let bytes = vec![0xff; length];
            assert_eq!(adler32(&bytes), byte_by_byte(&bytes), "{length}");
        }
    }

    /// Byte by byte, as the RFC writes it.
    fn byte_by_byte(bytes: &[u8]) -> u32 {
        let (a, b) = bytes.iter().fold((1_u64, 0_u64), |(a, b), byte| {
            let a = (a + u64::from(*byte)) % 65_521;
            (a, (b + a) % 65_521)
        });
        u32::try_from(b << 16 | a).unwrap()
    }
}
