//! SVG 1.1: one path, its rows merged into runs.

use core::fmt::Write;

use super::{PIXELS_PER_INCH, Style};
use crate::Symbol;

impl Symbol {
    /// Draws the symbol as an SVG document. One unit of its view box is one module; width and
    /// height are those the PNG of the same style prints at. The same symbol and style give the
    /// same text.
    #[must_use]
    pub fn to_svg(&self, style: &Style) -> String {
        let side = style.side_modules(self.size());
        // In hundredths of a millimetre, whole, so that no rounding of floats shows in the text.
        let length = style.side_pixels(self.size()).saturating_mul(2540) / PIXELS_PER_INCH;
        let length = format!("{}.{:02}mm", length / 100, length % 100);

        let mut svg = String::with_capacity(BYTES_PER_MODULE * self.size() * self.size() + 512);
        svg.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" role=\"img\"");
        // Writing to a `String` cannot fail.
        let _ = write!(svg, " width=\"{length}\" height=\"{length}\" viewBox=\"0 0 {side} {side}\">\n<title>");
        push_escaped(&mut svg, style.title());
        let _ = write!(svg, "</title>\n<rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\n");
        svg.push_str("<path shape-rendering=\"crispEdges\" fill=\"#000\" d=\"");
        for (y, row) in (style.quiet_zone()..).zip(self.rows()) {
            push_row(&mut svg, row, style.quiet_zone(), y);
        }
        svg.push_str("\"/>\n</svg>\n");
        svg
    }
}

/// Adds a rectangle for each run of dark modules.
fn push_row(svg: &mut String, row: &[bool], left: u32, y: u32) {
    let mut x = left;
    for run in row.chunk_by(|a, b| a == b) {
        let width = u32::try_from(run.len()).unwrap_or(0);
        if run.first() == Some(&true) {
            svg.push('M');
            push_number(svg, x);
            svg.push(' ');
            push_number(svg, y);
            svg.push('h');
            push_number(svg, width);
            svg.push_str("v1h-");
            push_number(svg, width);
            svg.push('z');
        }
        x += width;
    }
}

/// Adds a number in decimal. There are thousands in a symbol, and the formatting machinery takes
/// several times as long as the rest of the drawing.
fn push_number(svg: &mut String, number: u32) {
    if number >= 10 {
        push_number(svg, number / 10);
    }
    svg.push(char::from_digit(number % 10, 10).unwrap_or('0'));
}

fn push_escaped(svg: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => svg.push_str("&amp;"),
            '<' => svg.push_str("&lt;"),
            '>' => svg.push_str("&gt;"),
            // XML 1.0 has no way to write these.
            control if control.is_control() => svg.push(' '),
            other => svg.push(other),
        }
    }
}

/// About a quarter of the modules start a run, which takes some fourteen bytes.
const BYTES_PER_MODULE: usize = 4;
