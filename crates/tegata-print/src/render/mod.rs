//! A symbol as a picture: PNG, SVG, or text for a terminal.

mod png;
mod style;
mod svg;
mod text;

#[cfg(test)]
mod tests;

pub use style::{
    DEFAULT_MODULE_PIXELS, MAX_MODULE_PIXELS, MAX_QUIET_ZONE, MAX_RENDERED_SIDE, PIXELS_PER_INCH, RenderError,
    STANDARD_QUIET_ZONE, Style, StyleError,
};
