//! How large a symbol is drawn.

use core::fmt;

use tegata::report::Code;

/// The size of a module and of the white margin around a symbol.
///
/// With the defaults, versions 14 to 27 come out between 35 and 60 mm across the diagonal, the
/// range the health-certificate specifications ask for on paper: a module of 4 px at 300 dpi is
/// 0.34 mm, so version 14 (73 modules) measures 35 mm and version 27 (125 modules) 60 mm. Nearly
/// every certificate lies between them; for a longer one choose 3 px.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    module_pixels: u32,
    quiet_zone: u32,
    title: &'static str,
}

impl Style {
    /// Sets the side of a module in pixels of 1/300 inch; see [`PIXELS_PER_INCH`].
    ///
    /// # Errors
    /// [`StyleError::ModulePixels`] unless it lies between 1 and [`MAX_MODULE_PIXELS`].
    pub fn with_module_pixels(self, module_pixels: u32) -> Result<Self, StyleError> {
        if !(1..=MAX_MODULE_PIXELS).contains(&module_pixels) {
            return Err(StyleError::ModulePixels);
        }
        Ok(Self { module_pixels, ..self })
    }

    /// Sets the width of the white margin in modules. Less than [`STANDARD_QUIET_ZONE`] is only for
    /// a layout that leaves the rest of the margin white itself.
    ///
    /// # Errors
    /// [`StyleError::QuietZone`] when it is more than [`MAX_QUIET_ZONE`].
    pub fn with_quiet_zone(self, quiet_zone: u32) -> Result<Self, StyleError> {
        if quiet_zone > MAX_QUIET_ZONE {
            return Err(StyleError::QuietZone);
        }
        Ok(Self { quiet_zone, ..self })
    }

    /// Sets the title of an SVG, which a screen reader speaks; `QR code` by default. It is a
    /// constant of the program, so that no holder's data can end up in it.
    #[must_use]
    pub fn with_title(self, title: &'static str) -> Self {
        Self { title, ..self }
    }

    /// The side of a module in pixels.
    #[must_use]
    pub fn module_pixels(&self) -> u32 {
        self.module_pixels
    }

    /// The width of the white margin in modules.
    #[must_use]
    pub fn quiet_zone(&self) -> u32 {
        self.quiet_zone
    }

    /// The title of an SVG.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// The side of a picture of a symbol with `size` modules a side, in modules.
    pub(super) fn side_modules(&self, size: usize) -> u32 {
        u32::try_from(size).unwrap_or(u32::MAX).saturating_add(self.quiet_zone * 2)
    }

    /// The same in pixels.
    pub(super) fn side_pixels(&self, size: usize) -> u32 {
        self.side_modules(size).saturating_mul(self.module_pixels)
    }
}

impl Default for Style {
    fn default() -> Self {
        Self { module_pixels: DEFAULT_MODULE_PIXELS, quiet_zone: STANDARD_QUIET_ZONE, title: "QR code" }
    }
}

/// A measure of a [`Style`] is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StyleError {
    /// The module is not between 1 and [`MAX_MODULE_PIXELS`] pixels wide.
    ModulePixels,
    /// The margin is wider than [`MAX_QUIET_ZONE`] modules.
    QuietZone,
}

impl StyleError {
    /// The outcome this error is reported as.
    #[must_use]
    pub fn code(&self) -> Code {
        Code::ApiMisuse
    }
}

impl fmt::Display for StyleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ModulePixels => "module size is out of range",
            Self::QuietZone => "quiet zone is too wide",
        })
    }
}

impl core::error::Error for StyleError {}

/// Why a symbol cannot be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RenderError {
    /// The picture would be more than [`MAX_RENDERED_SIDE`] pixels wide.
    TooLarge,
    /// The PNG encoder failed, which it does not do when it writes to memory.
    Encoder,
}

impl RenderError {
    /// The outcome this error is reported as.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::TooLarge => Code::ApiMisuse,
            Self::Encoder => Code::InternalError,
        }
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "picture of the symbol is too large",
            Self::Encoder => "picture of the symbol cannot be encoded",
        })
    }
}

impl core::error::Error for RenderError {}

/// The side of a module when nothing else is said, in pixels.
pub const DEFAULT_MODULE_PIXELS: u32 = 4;

/// The widest module, in pixels: 5 mm at [`PIXELS_PER_INCH`], which is poster size.
pub const MAX_MODULE_PIXELS: u32 = 64;

/// The white margin that ISO/IEC 18004 §6.3.8 asks for, in modules.
pub const STANDARD_QUIET_ZONE: u32 = 4;

/// The widest margin, in modules.
pub const MAX_QUIET_ZONE: u32 = 64;

/// The resolution pictures declare, and so the size they are printed at: that of office printers.
pub const PIXELS_PER_INCH: u32 = 300;

/// The widest picture, in pixels: 8192 × 8192 pixels of one bit are 8 MiB.
pub const MAX_RENDERED_SIDE: u32 = 8192;
