//! Symbols out, and in: turns the text of a certificate into a QR symbol (ISO/IEC 18004) drawn as
//! PNG, SVG or terminal text, and finds the symbols in a PNG or JPEG image again.
//!
//! Out: the alphanumeric mode that the health-certificate specifications demand, error correction
//! level Q unless another is asked for, the smallest version that fits. Neither direction looks at
//! what a text means: whether it is a certificate, let alone a genuine one, is for the `tegata`
//! crate to say. Images are untrusted input; what is read from them is bounded by the constants of
//! [`read_symbols`]' documentation.
//!
//! With the feature `pdf`, certificates on A4 paper: `Paper` sets what was signed, and only of
//! certificates that are genuine.
//!
//! ```
//! use tegata_print::{ErrorCorrection, Style, Symbol};
//!
//! let symbol = Symbol::encode("HC1:6BF+70790T9WJWG.FKY*4GO0", ErrorCorrection::default())?;
//! let png: Vec<u8> = symbol.to_png(&Style::default())?;
//! let svg: String = symbol.to_svg(&Style::default());
//! assert!(svg.starts_with("<svg "));
//!
//! # #[cfg(feature = "read")] {
//! let found = tegata_print::read_symbols(&png)?;
//! assert_eq!(found[0].text(), "HC1:6BF+70790T9WJWG.FKY*4GO0");
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "pdf")]
mod paper;
#[cfg(feature = "read")]
mod read;
mod render;
mod symbol;

#[cfg(feature = "pdf")]
pub use paper::{MAX_OFFICE_CHARACTERS, Paper, PaperError, Pdf, Substitution, Typeface, Typefaces};
#[cfg(feature = "read")]
pub use read::{
    FoundSymbol, Look, MAX_BUFFERED_SAMPLES, MAX_IMAGE_PIXELS, MAX_IMAGE_SIDE, MAX_SYMBOLS, ReadError, SymbolKind,
    is_image, looks_like_certificate, read_certificates, read_pixels, read_symbols,
};
pub use render::{
    DEFAULT_MODULE_PIXELS, MAX_MODULE_PIXELS, MAX_QUIET_ZONE, MAX_RENDERED_SIDE, PIXELS_PER_INCH, RenderError,
    STANDARD_QUIET_ZONE, Style, StyleError,
};
pub use symbol::{ErrorCorrection, Symbol, SymbolError};
