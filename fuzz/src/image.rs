//! An image in which a symbol may stand.

use tegata_print::{MAX_SYMBOLS, is_image, read_symbols};

/// The largest image looked at here, in pixels. The library takes forty times as many, which under a sanitizer is
/// seconds for one execution; how it bounds itself is for its own tests.
const MAX_PIXELS: u64 = 128 * 128;

/// A PNG or JPEG image.
pub fn image(data: &[u8]) {
    if largest_announced(data) > MAX_PIXELS {
        return;
    }
    match read_symbols(data) {
        Ok(found) => {
            assert!(is_image(data));
            assert!(!found.is_empty() && found.len() <= MAX_SYMBOLS);
            for (index, symbol) in found.iter().enumerate() {
                let twice = found.iter().skip(index + 1).any(|other| other.text() == symbol.text());
                assert!(!twice, "a text is returned once");
                let shown = format!("{symbol:?}");
                assert!(shown.len() < 100, "a text may be a certificate and is not shown");
            }
        }
        Err(error) => {
            let _ = (error.to_string(), error.code());
        }
    }
}

/// The most pixels any header in these bytes announces.
fn largest_announced(data: &[u8]) -> u64 {
    let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |sum, &byte| (sum << 8) | u64::from(byte));
    let png = data.windows(12).filter(|window| window.starts_with(b"IHDR")).map(|window| {
        let (width, height) = window[4..].split_at(4);
        number(width).saturating_mul(number(height))
    });
    // SOF0 to SOF15 (ITU-T T.81 table B.1): length and precision come before height and width.
    let jpeg = data.windows(9).filter(|window| window[0] == 0xFF && window[1] & 0xF0 == 0xC0).map(|window| {
        let (height, width) = window[5..].split_at(2);
        number(width).saturating_mul(number(height))
    });
    png.chain(jpeg).max().unwrap_or(0)
}
