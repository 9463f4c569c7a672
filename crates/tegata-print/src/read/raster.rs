//! An image as a raster of grey. Transparent pixels show the white of the paper.

use std::io::Cursor;

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{MAX_BUFFERED_SAMPLES, MAX_IMAGE_PIXELS, MAX_IMAGE_SIDE, ReadError};

/// Rows of grey from the top left corner, 0 black to 255 white; `pixels` has `width * height`.
pub(super) struct Raster {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// The kinds of image that are read.
#[derive(Clone, Copy)]
pub(super) enum Format {
    Png,
    Jpeg,
}

impl Format {
    /// The kind of image these bytes start like.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(PNG_SIGNATURE) {
            Some(Self::Png)
        } else if bytes.starts_with(JPEG_START) {
            Some(Self::Jpeg)
        } else {
            None
        }
    }
}

impl Raster {
    /// Decodes an image, whose size is checked before any of its pixels is.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, ReadError> {
        match Format::of(bytes).ok_or(ReadError::NotAnImage)? {
            Format::Png => decode_png(bytes),
            Format::Jpeg => decode_jpeg(bytes),
        }
    }

    /// The image of pixels of four bytes each.
    pub(super) fn of_rgba(width: usize, height: usize, rgba: &[u8]) -> Result<Self, ReadError> {
        if width > MAX_IMAGE_SIDE || height > MAX_IMAGE_SIDE || width * height > MAX_IMAGE_PIXELS {
            return Err(ReadError::TooLarge);
        }
        if rgba.len() != width * height * 4 {
            return Err(ReadError::Unreadable);
        }
        let mut pixels = Vec::with_capacity(width * height);
        push_grey(&mut pixels, rgba, png::ColorType::Rgba)?;
        Self::new(width, height, pixels)
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    pub(super) fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The image at `1 / factor` of its size, each pixel the mean of a square.
    pub(super) fn reduced(&self, factor: usize) -> Option<Self> {
        let (width, height) = (self.width.checked_div(factor)?, self.height.checked_div(factor)?);
        if width == 0 || height == 0 {
            return None;
        }
        let area = u32::try_from(factor * factor).ok()?;
        let mut pixels = Vec::with_capacity(width * height);
        for rows in self.pixels.chunks_exact(self.width * factor) {
            let mut sums = vec![0_u32; width];
            for row in rows.chunks_exact(self.width) {
                for (sum, square) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                    *sum += square.iter().copied().map(u32::from).sum::<u32>();
                }
            }
            pixels.extend(sums.into_iter().map(|sum| u8::try_from(sum / area).unwrap_or(u8::MAX)));
        }
        Some(Self { width, height, pixels })
    }

    /// The image at twice its size, each pixel between the nearest of the original by its distance to them.
    pub(super) fn doubled(&self) -> Self {
        let mut pixels = Vec::with_capacity(self.pixels.len() * 4);
        let mut wide = Vec::with_capacity(self.width * 2);
        let mut rows = self.pixels.chunks_exact(self.width).peekable();
        let mut above: Option<&[u8]> = None;
        while let Some(row) = rows.next() {
            for near in [above, rows.peek().copied()] {
                wide.clear();
                wide.extend(row.iter().zip(near.unwrap_or(row)).map(|(&grey, &near)| quarter(grey, near)));
                let mut left = wide.first().copied().unwrap_or(0);
                for (at, &grey) in wide.iter().enumerate() {
                    let right = wide.get(at + 1).copied().unwrap_or(grey);
                    pixels.extend([quarter(grey, left), quarter(grey, right)]);
                    left = grey;
                }
            }
            above = Some(row);
        }
        Self { width: self.width * 2, height: self.height * 2, pixels }
    }

    /// The image with each pixel mixed with the eight around it, which takes away grain.
    pub(super) fn smoothed(&self) -> Self {
        let mut pixels = Vec::with_capacity(self.pixels.len());
        let mut sums = vec![0_u16; self.width];
        let rows: Vec<&[u8]> = self.pixels.chunks_exact(self.width).collect();
        for (y, &row) in rows.iter().enumerate() {
            let above = y.checked_sub(1).and_then(|above| rows.get(above)).copied().unwrap_or(row);
            let below = rows.get(y + 1).copied().unwrap_or(row);
            for (((sum, &above), &grey), &below) in sums.iter_mut().zip(above).zip(row).zip(below) {
                *sum = u16::from(above) + 2 * u16::from(grey) + u16::from(below);
            }
            let mean =
                |left: u16, sum: u16, right: u16| u8::try_from((left + 2 * sum + right + 8) / 16).unwrap_or(u8::MAX);
            if let ([first, second, ..], [.., last_but_one, last]) = (sums.as_slice(), sums.as_slice()) {
                pixels.push(mean(*first, *first, *second));
                pixels.extend(sums.array_windows().map(|&[left, sum, right]| mean(left, sum, right)));
                pixels.push(mean(*last_but_one, *last, *last));
            } else {
                pixels.extend(sums.iter().map(|&sum| mean(sum, sum, sum)));
            }
        }
        Self { width: self.width, height: self.height, pixels }
    }

    /// The image with each pixel further away from what is around it, which counters blur.
    pub(super) fn sharpened(&self) -> Self {
        let around = self.smoothed().smoothed().smoothed();
        let sharp = |(&grey, &around): (&u8, &u8)| {
            let apart = 3 * (i16::from(grey) - i16::from(around));
            u8::try_from((i16::from(grey) + apart).clamp(0, 255)).unwrap_or(0)
        };
        let pixels = self.pixels.iter().zip(&around.pixels).map(sharp).collect();
        Self { width: self.width, height: self.height, pixels }
    }

    /// The image with everything in a box white.
    pub(super) fn blank(&mut self, left: usize, top: usize, right: usize, bottom: usize) {
        for row in self.pixels.chunks_exact_mut(self.width).take(bottom).skip(top) {
            if let Some(part) = row.get_mut(left..right.min(self.width)) {
                part.fill(u8::MAX);
            }
        }
    }

    pub(super) fn new(width: usize, height: usize, pixels: Vec<u8>) -> Result<Self, ReadError> {
        if width.checked_mul(height) == Some(pixels.len()) && !pixels.is_empty() {
            Ok(Self { width, height, pixels })
        } else {
            Err(ReadError::Unreadable)
        }
    }
}

/// Three parts of one grey and one of another.
fn quarter(grey: u8, other: u8) -> u8 {
    u8::try_from((3 * u16::from(grey) + u16::from(other) + 2) / 4).unwrap_or(u8::MAX)
}

fn decode_png(bytes: &[u8]) -> Result<Raster, ReadError> {
    let limits = png::Limits { bytes: PNG_MEMORY };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(png_error)?;
    let info = reader.info();
    let interlaced = info.interlaced;
    let (width, height) = bounded(info.width, info.height)?;
    let (color, _) = reader.output_color_type();

    let mut pixels = Vec::with_capacity(width * height);
    if interlaced {
        // The rows of an interlaced image come in seven passes: they need a place to meet.
        bounded_buffer(width, height, color.samples())?;
        let size = reader.output_buffer_size().ok_or(ReadError::TooLarge)?;
        let mut buffer = vec![0; size];
        reader.next_frame(&mut buffer).map_err(png_error)?;
        push_grey(&mut pixels, &buffer, color)?;
    } else {
        for _ in 0..height {
            let row = reader.next_row().map_err(png_error)?.ok_or(ReadError::Unreadable)?;
            push_grey(&mut pixels, row.data(), color)?;
        }
    }
    Raster::new(width, height, pixels)
}

fn decode_jpeg(bytes: &[u8]) -> Result<Raster, ReadError> {
    // Any size the format has: the bounds below tell what is too large from what is damaged.
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .set_strict_mode(false)
        .jpeg_set_max_scans(JPEG_SCANS);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| ReadError::Unreadable)?;
    let info = decoder.info().ok_or(ReadError::Unreadable)?;
    let (width, height) = bounded(info.width.into(), info.height.into())?;
    // Luminance is stored as such in nearly all files; of the others the decoder makes colours.
    let colors = info.components.into();
    let luminance = matches!(decoder.input_colorspace(), Some(ColorSpace::Luma | ColorSpace::YCbCr));
    let target = if luminance { ColorSpace::Luma } else { ColorSpace::RGB };
    decoder.set_options(options.jpeg_set_out_colorspace(target));
    // Grey leaves the decoder row by row, unless its coefficients come in several scans; colours have to be made.
    if !luminance || !is_in_one_scan(bytes) {
        bounded_buffer(width, height, colors)?;
    }

    let decoded = decoder.decode().map_err(|_| ReadError::Unreadable)?;
    if luminance {
        return Raster::new(width, height, decoded);
    }
    let mut pixels = Vec::with_capacity(width * height);
    push_grey(&mut pixels, &decoded, png::ColorType::Rgb)?;
    Raster::new(width, height, pixels)
}

/// Whether the first scan of a JPEG holds all of the image: a sequential frame with all of its components
/// (ITU-T T.81 §B.2). False where the headers cannot be followed that far.
fn is_in_one_scan(bytes: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xDA;
    let mut rest = bytes.get(2..).unwrap_or_default();
    let mut in_frame = None;
    while let [0xFF, marker, high, low, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some((segment, next)) = length.checked_sub(2).and_then(|length| after.split_at_checked(length)) else {
            return false;
        };
        match marker {
            // Baseline and extended sequential frames; then precision, height, width, number of components.
            0xC0 | 0xC1 => in_frame = segment.get(5).copied(),
            &START_OF_SCAN => return in_frame.is_some() && in_frame == segment.first().copied(),
            _ => {}
        }
        rest = next;
    }
    false
}

/// Width and height, if an image of this size is looked at.
fn bounded(width: u32, height: u32) -> Result<(usize, usize), ReadError> {
    let side = |pixels| usize::try_from(pixels).map_err(|_| ReadError::TooLarge);
    let (width, height) = (side(width)?, side(height)?);
    if width > MAX_IMAGE_SIDE || height > MAX_IMAGE_SIDE || width * height > MAX_IMAGE_PIXELS {
        return Err(ReadError::TooLarge);
    }
    Ok((width, height))
}

/// Refuses an image that has to be held whole in more samples than a grey one of the largest size has.
fn bounded_buffer(width: usize, height: usize, samples: usize) -> Result<(), ReadError> {
    if width * height * samples > MAX_BUFFERED_SAMPLES { Err(ReadError::TooLarge) } else { Ok(()) }
}

/// Adds pixels of eight bits a channel as grey.
fn push_grey(pixels: &mut Vec<u8>, data: &[u8], color: png::ColorType) -> Result<(), ReadError> {
    match color {
        png::ColorType::Grayscale => pixels.extend_from_slice(data),
        png::ColorType::GrayscaleAlpha => {
            pixels.extend(data.as_chunks().0.iter().map(|&[grey, alpha]| on_paper(grey, alpha)));
        }
        png::ColorType::Rgb => {
            pixels.extend(data.as_chunks().0.iter().map(|&[red, green, blue]| luminance(red, green, blue)));
        }
        png::ColorType::Rgba => pixels.extend(
            data.as_chunks().0.iter().map(|&[red, green, blue, alpha]| on_paper(luminance(red, green, blue), alpha)),
        ),
        // Expanded away by the decoder.
        png::ColorType::Indexed => return Err(ReadError::Unreadable),
    }
    Ok(())
}

/// The luminance of ITU-R BT.601, with weights in 1/256.
fn luminance(red: u8, green: u8, blue: u8) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    u8::try_from(sum / 256).unwrap_or(u8::MAX)
}

/// Grey of this opacity over white.
fn on_paper(grey: u8, alpha: u8) -> u8 {
    let (grey, alpha) = (u32::from(grey), u32::from(alpha));
    u8::try_from((grey * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

fn png_error(error: png::DecodingError) -> ReadError {
    match error {
        png::DecodingError::LimitsExceeded => ReadError::TooLarge,
        _ => ReadError::Unreadable,
    }
}

/// PNG Specification §5.2.
const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Start of image, and the start of the marker that must follow (ITU-T T.81 §B.1.1).
const JPEG_START: &[u8] = &[0xFF, 0xD8, 0xFF];

/// What the PNG decoder may take beside the pixels: rows and metadata.
const PNG_MEMORY: usize = 16 << 20;

/// The most scans of a progressive JPEG. Encoders make about ten; a file of thousands of empty ones
/// would take minutes.
const JPEG_SCANS: usize = 32;
