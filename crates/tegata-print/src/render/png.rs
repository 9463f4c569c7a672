//! PNG (W3C PNG Specification): one bit a pixel, greyscale.

use super::{MAX_RENDERED_SIDE, PIXELS_PER_INCH, RenderError, Style};
use crate::Symbol;

impl Symbol {
    /// Draws the symbol as a PNG image: black on white, one bit a pixel, with the resolution
    /// declared so that it prints at its true size. The same symbol and style give the same bytes.
    ///
    /// # Errors
    /// [`RenderError::TooLarge`] when the image would be wider than
    /// [`MAX_RENDERED_SIDE`](crate::MAX_RENDERED_SIDE).
    pub fn to_png(&self, style: &Style) -> Result<Vec<u8>, RenderError> {
        let side = style.side_pixels(self.size());
        if side > MAX_RENDERED_SIDE {
            return Err(RenderError::TooLarge);
        }
        let pixels = self.pack(style, side)?;

        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        encoder.set_compression(png::Compression::Fast);
        // The pixel rows of a module row are equal: filtered against the one above, all but the
        // first are zeros, which compress better and faster than the rows themselves.
        encoder.set_filter(png::Filter::Up);
        let per_metre = PIXELS_PER_INCH * 10_000 / 254;
        encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
        let mut writer = encoder.write_header().map_err(|_| RenderError::Encoder)?;
        writer.write_image_data(&pixels).map_err(|_| RenderError::Encoder)?;
        writer.finish().map_err(|_| RenderError::Encoder)?;
        Ok(bytes)
    }

    /// The pixels, eight to the byte from its highest bit on, each row filled up to whole bytes;
    /// a set bit is white.
    fn pack(&self, style: &Style, side: u32) -> Result<Vec<u8>, RenderError> {
        let too_large = |_| RenderError::TooLarge;
        let side = usize::try_from(side).map_err(too_large)?;
        let scale = usize::try_from(style.module_pixels()).map_err(too_large)?;
        let margin = usize::try_from(style.quiet_zone()).map_err(too_large)? * scale;

        let row_bytes = side.div_ceil(8);
        let white = vec![0xFF; row_bytes];
        let mut pixels = Vec::with_capacity(row_bytes * side);
        (0..margin).for_each(|_| pixels.extend_from_slice(&white));
        for modules in self.rows() {
            let mut row = white.clone();
            let mut x = margin;
            for &dark in modules {
                if dark {
                    blacken(&mut row, x, scale);
                }
                x += scale;
            }
            (0..scale).for_each(|_| pixels.extend_from_slice(&row));
        }
        (0..margin).for_each(|_| pixels.extend_from_slice(&white));
        Ok(pixels)
    }
}

/// Clears `count` bits of a row from pixel `start` on.
fn blacken(row: &mut [u8], start: usize, count: usize) {
    for x in start..start + count {
        if let Some(byte) = row.get_mut(x / 8) {
            *byte &= !(0x80 >> (x % 8));
        }
    }
}
