//! Finding the symbols in an image.
//!
//! Two steps: the image becomes a raster of grey (`raster`), in which symbols are looked for
//! (`detect`, and `qr` for the most common kind). Both work on untrusted input and within the bounds named here.

mod detect;
mod qr;
mod raster;
mod threshold;
mod triples;

#[cfg(test)]
mod tests;

use core::fmt;

use tegata::report::Code;

/// Finds the two-dimensional symbols in a PNG or JPEG image and reads their texts, in reading
/// order: from top to bottom, and from left to right where symbols stand beside each other. A text
/// that stands in the image more than once is returned once.
///
/// The kind of image is told by its content. QR symbols are looked for first, all that the image
/// holds; then, where it holds none or something is printed beside them, an Aztec and a Data Matrix
/// symbol. An image in which nothing is found, or in which corners of further symbols are seen, is
/// looked at again smoothed, sharpened, at other sizes and in negative. A JPEG in printing colours is
/// read at full resolution of all of them only. At most [`MAX_IMAGE_PIXELS`] are looked at, and the search is bounded: the worst images
/// known take two seconds.
///
/// A panic in the library that looks for symbols is stopped here and counts as nothing found,
/// except in programs that are built to abort on panic.
///
/// # Errors
/// [`ReadError`] when these bytes are not an image, when it is damaged or too large, or when no
/// symbol could be read in it.
pub fn read_symbols(bytes: &[u8]) -> Result<Vec<FoundSymbol>, ReadError> {
    let raster = raster::Raster::decode(bytes)?;
    let found = detect::detect(raster);
    if found.is_empty() { Err(ReadError::NoSymbol) } else { Ok(found) }
}

/// Finds the two-dimensional symbols in pixels, as [`read_symbols`] does in a file: `rgba` has four bytes for each pixel,
/// red, green, blue and opacity, row by row from the top left corner. Transparent pixels show the white of the paper.
///
/// # Errors
/// [`ReadError::Unreadable`] when there are not `width` × `height` pixels, [`ReadError::TooLarge`] when they are more
/// than [`MAX_IMAGE_PIXELS`] or a side is longer than [`MAX_IMAGE_SIDE`], [`ReadError::NoSymbol`].
pub fn read_pixels(width: usize, height: usize, rgba: &[u8], look: Look) -> Result<Vec<FoundSymbol>, ReadError> {
    let raster = raster::Raster::of_rgba(width, height, rgba)?;
    let found = match look {
        Look::Thorough => detect::detect(raster),
        Look::Quick => detect::glance(&raster),
    };
    if found.is_empty() { Err(ReadError::NoSymbol) } else { Ok(found) }
}

/// How long to look for symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Look {
    /// Until all means are exhausted, as [`read_symbols`] does: for a photo.
    Thorough,
    /// Once, for QR symbols: for a frame of a camera, which will soon give another.
    Quick,
}

/// Finds the certificates in an image: the texts of its symbols and, where one of them looks like a certificate, only
/// those that do. A printed certificate often bears other symbols too, such as a link to its issuer.
///
/// # Errors
/// As [`read_symbols`].
pub fn read_certificates(bytes: &[u8]) -> Result<Vec<String>, ReadError> {
    let mut texts: Vec<_> = read_symbols(bytes)?.into_iter().map(FoundSymbol::into_text).collect();
    if texts.iter().any(|text| looks_like_certificate(text)) {
        texts.retain(|text| looks_like_certificate(text));
    }
    Ok(texts)
}

/// Whether a text begins with a context identifier of this family (`HC1:`) or of a relative (`HC2:`, `AT1:`).
#[must_use]
pub fn looks_like_certificate(text: &str) -> bool {
    matches!(
        text.as_bytes(),
        [a, b, version, b':', ..] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && version.is_ascii_alphanumeric()
    )
}

/// Whether these bytes start like an image that [`read_symbols`] can look at.
#[must_use]
pub fn is_image(bytes: &[u8]) -> bool {
    raster::Format::of(bytes).is_some()
}

/// A symbol found in an image, with the text it holds.
///
/// The text may be a certificate, so `Debug` shows no more than its length.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundSymbol {
    text: String,
    kind: SymbolKind,
}

impl FoundSymbol {
    /// The text. Nothing is known about it yet: verify it before relying on any of it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same, without copying it.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    /// The kind of symbol it stood in.
    #[must_use]
    pub fn kind(&self) -> SymbolKind {
        self.kind
    }
}

impl fmt::Debug for FoundSymbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundSymbol")
            .field("kind", &self.kind)
            .field("text_bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// A kind of two-dimensional symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SymbolKind {
    /// QR Code (ISO/IEC 18004).
    Qr,
    /// Aztec Code (ISO/IEC 24778), which the health-certificate specifications allow as well.
    Aztec,
    /// Data Matrix (ISO/IEC 16022).
    DataMatrix,
}

/// Why no symbol was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// The bytes are neither PNG nor JPEG.
    NotAnImage,
    /// The image is damaged, or of a form that is not supported.
    Unreadable,
    /// The image is larger than [`MAX_IMAGE_SIDE`], [`MAX_IMAGE_PIXELS`] or [`MAX_BUFFERED_SAMPLES`].
    TooLarge,
    /// The image holds no symbol that could be read.
    NoSymbol,
}

impl ReadError {
    /// The outcome this error is reported as.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::NotAnImage | Self::Unreadable | Self::TooLarge => Code::ImageUnreadable,
            Self::NoSymbol => Code::NoCodeFound,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnImage => "input is not a png or jpeg image",
            Self::Unreadable => "image is damaged or of an unsupported form",
            Self::TooLarge => "image has too many pixels",
            Self::NoSymbol => "no symbol was found in the image",
        })
    }
}

impl core::error::Error for ReadError {}

/// The most pixels an image may have: a page of A4 scanned at 600 dpi has 35 million.
pub const MAX_IMAGE_PIXELS: usize = 40_000_000;

/// The most samples, which are pixels times channels, of an image that has to be held whole before it can become
/// grey: an interlaced PNG, and a JPEG that is progressive or in the colours of screens and printers. 20 million
/// pixels of three channels; at two bytes a coefficient they take 120 MB.
pub const MAX_BUFFERED_SAMPLES: usize = 60_000_000;

/// The longest side an image may have, in pixels.
pub const MAX_IMAGE_SIDE: usize = 16_384;

/// The most symbols that are returned from one image; a page of labels holds fewer.
pub const MAX_SYMBOLS: usize = 64;
