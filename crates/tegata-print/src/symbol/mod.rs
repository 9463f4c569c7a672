//! A QR symbol as a square of dark and light modules.

use core::fmt;

use tegata::report::Code;

#[cfg(test)]
mod tests;

/// A QR symbol (ISO/IEC 18004), model 2, in alphanumeric mode.
///
/// It is a certificate in another form, so `Debug` shows its measures only.
#[derive(Clone, PartialEq, Eq)]
pub struct Symbol {
    size: usize,
    version: u8,
    level: ErrorCorrection,
    /// Row by row from the top left corner; `true` is dark. Always `size * size` modules.
    modules: Vec<bool>,
}

impl Symbol {
    /// Encodes a text in alphanumeric mode (ISO/IEC 18004 §7.4.4), into the smallest version that
    /// holds it at this level of error correction, under the mask that scores best.
    ///
    /// The alphabet is `0–9`, `A–Z`, space and `$%*+-./:`, which is that of Base45 (RFC 9285 §4).
    ///
    /// # Errors
    /// [`SymbolError`] when the text is empty, holds another character, or is longer than version
    /// 40 can hold: 2420 characters at level Q, 4296 at level L.
    pub fn encode(text: &str, level: ErrorCorrection) -> Result<Self, SymbolError> {
        if text.is_empty() {
            return Err(SymbolError::Empty);
        }
        if let Some(offset) = text.bytes().position(|byte| !is_alphanumeric(byte)) {
            return Err(SymbolError::NotAlphanumeric { offset });
        }
        // The mode is fixed, not found: a text of digits only would otherwise become numeric.
        let code = fast_qr::QRBuilder::new(text)
            .ecl(level.for_encoder())
            .mode(fast_qr::Mode::Alphanumeric)
            .build()
            .map_err(|_| SymbolError::TooLong)?;
        let size = code.size;
        let version = size.checked_sub(17).and_then(|modules| u8::try_from(modules / 4).ok());
        let modules: Vec<bool> = code.data.iter().take(size * size).map(|module| module.value()).collect();
        match version {
            Some(version @ 1..=40) if modules.len() == size * size => Ok(Self { size, version, level, modules }),
            _ => Err(SymbolError::TooLong),
        }
    }

    /// The side of the symbol in modules, without its quiet zone: 21 for version 1 to 177 for 40.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// The version (ISO/IEC 18004 §5.3.1), 1 to 40.
    #[must_use]
    pub fn version(&self) -> u8 {
        self.version
    }

    /// The level of error correction.
    #[must_use]
    pub fn level(&self) -> ErrorCorrection {
        self.level
    }

    /// Whether the module in column `x` of row `y` is dark, counted from the top left corner.
    /// Outside the symbol lies the quiet zone, which is light.
    #[must_use]
    pub fn module(&self, x: usize, y: usize) -> bool {
        x < self.size && y < self.size && self.modules.get(y * self.size + x).copied().unwrap_or(false)
    }

    /// The rows from top to bottom, each of `size` modules.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.modules.chunks_exact(self.size)
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Symbol")
            .field("version", &self.version)
            .field("level", &self.level)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// How much of a symbol may be damaged and still be read (ISO/IEC 18004 §6.5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ErrorCorrection {
    /// About 7 % of the codewords can be restored.
    Low,
    /// About 15 %.
    Medium,
    /// About 25 %: what the health-certificate specifications recommend.
    #[default]
    Quartile,
    /// About 30 %.
    High,
}

impl ErrorCorrection {
    /// All levels, weakest first.
    pub const ALL: &'static [Self] = &[Self::Low, Self::Medium, Self::Quartile, Self::High];

    fn for_encoder(self) -> fast_qr::ECL {
        match self {
            Self::Low => fast_qr::ECL::L,
            Self::Medium => fast_qr::ECL::M,
            Self::Quartile => fast_qr::ECL::Q,
            Self::High => fast_qr::ECL::H,
        }
    }
}

/// Why a text cannot become a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SymbolError {
    /// The text is empty.
    Empty,
    /// The text holds a character that alphanumeric mode does not have.
    NotAlphanumeric {
        /// Where the character starts, in bytes.
        offset: usize,
    },
    /// The text does not fit into the largest symbol at this level of error correction.
    TooLong,
}

impl SymbolError {
    /// The outcome this error is reported as.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Empty | Self::NotAlphanumeric { .. } => Code::ApiMisuse,
            Self::TooLong => Code::CertificateTooLarge,
        }
    }
}

impl fmt::Display for SymbolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("text for the symbol is empty"),
            Self::NotAlphanumeric { offset } => {
                write!(f, "text for the symbol is not alphanumeric at offset {offset}")
            }
            Self::TooLong => f.write_str("text is longer than a symbol can hold"),
        }
    }
}

impl core::error::Error for SymbolError {}

fn is_alphanumeric(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b' ' | b'$' | b'%' | b'*' | b'+' | b'-' | b'.' | b'/' | b':')
}
