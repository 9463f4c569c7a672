//! The pictures of text on a card: small PNGs of one bit a pixel.

use png::{BitDepth, ColorType, Compression, Encoder, Filter};

use crate::error::SimulatorError;

/// Rows of a digit and of a line of digits, in pixels: those of real cards.
const DIGIT_WIDTH: usize = 6;
const LINE_HEIGHT: usize = 12;
/// A character is a square of this side.
const BLOCK_SIDE: usize = 12;
/// An address goes on in the next line after so many characters.
const LINE_CHARACTERS: usize = 24;

/// Digits, three pixels wide and five high; each row is three bits.
const DIGITS: [[u8; 5]; 10] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
];

/// ASCII digits in one line, six by twelve pixels each, as the number and the security code are.
pub(crate) fn of_digits(digits: &[u8]) -> Result<Vec<u8>, SimulatorError> {
    draw(digits.len() * DIGIT_WIDTH, LINE_HEIGHT, |x, y| {
        let value = usize::from(digits.get(x / DIGIT_WIDTH).map_or(u8::MAX, |digit| digit.wrapping_sub(b'0')));
        let row = y.checked_sub(1).and_then(|y| DIGITS.get(value)?.get(y / 2)).copied().unwrap_or_default();
        let column = x % DIGIT_WIDTH;
        (1..=3).contains(&column) && row & (0b1000 >> column) != 0
    })
}

/// Text as rows of blocks, one for each character: a pattern of its code point, and legible to nobody.
pub(crate) fn of_text(text: &str) -> Result<Vec<u8>, SimulatorError> {
    let characters: Vec<u32> = text.chars().map(u32::from).collect();
    let columns = characters.len().min(LINE_CHARACTERS);
    let lines = characters.len().div_ceil(LINE_CHARACTERS);
    draw(columns * BLOCK_SIDE, lines * BLOCK_SIDE, |x, y| {
        let Some(character) = characters.get(y / BLOCK_SIDE * LINE_CHARACTERS + x / BLOCK_SIDE) else { return false };
        let (column, row) = (x % BLOCK_SIDE, y % BLOCK_SIDE);
        // Five by five squares of two pixels within the margins; the code point has at most 21 bits.
        let inside = (1..=10).contains(&column) && (1..=10).contains(&row);
        inside && (character >> (((row - 1) / 2 * 5 + (column - 1) / 2) % 21)) & 1 == 1
    })
}

/// Stored without compression, so that no version of a compressor changes a byte.
fn draw(width: usize, height: usize, black: impl Fn(usize, usize) -> bool) -> Result<Vec<u8>, SimulatorError> {
    let mut rows = Vec::new();
    for y in 0..height {
        for byte in 0..width.div_ceil(8) {
            let bits = (0..8).fold(0_u8, |bits, bit| {
                let x = byte * 8 + bit;
                // Zero is black.
                bits << 1 | u8::from(x >= width || !black(x, y))
            });
            rows.push(bits);
        }
    }
    let side = |pixels| u32::try_from(pixels).map_err(|_| SimulatorError::Picture);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, side(width)?, side(height)?);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    encoder.set_compression(Compression::NoCompression);
    encoder.set_filter(Filter::NoFilter);
    let mut writer = encoder.write_header().map_err(|_| SimulatorError::Picture)?;
    writer.write_image_data(&rows).map_err(|_| SimulatorError::Picture)?;
    writer.finish().map_err(|_| SimulatorError::Picture)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(png: &[u8]) -> (u32, u32, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.bit_depth, info.color_type), (BitDepth::One, ColorType::Grayscale));
        (info.width, info.height, pixels)
    }

    #[test]
    fn digits_are_legible() {
        let (width, height, pixels) = decode(&of_digits(b"17").unwrap());
        assert_eq!((width, height), (12, 12));
        let drawn: Vec<String> = pixels
            .chunks(2)
            .map(|row| format!("{:08b}{:08b}", !row[0], !row[1]).replace('0', ".")[..12].to_owned())
            .collect();
        assert_eq!(drawn[1], "..1....111..");
        assert_eq!(drawn[3], ".11......1..");
        assert_eq!(drawn[9], ".111....1...");
        assert_eq!(drawn[0], "............");
    }

    #[test]
    fn text_has_a_block_for_each_character() {
        let (width, height, one) = decode(&of_text("関所　太郎").unwrap());
        assert_eq!((width, height), (60, 12));
        let (.., other) = decode(&of_text("関所　花子").unwrap());
        assert_ne!(one, other);
        let (width, height, _) = decode(&of_text(&"字".repeat(25)).unwrap());
        assert_eq!((width, height), (288, 24));
    }
}
