use ::png;

use super::*;
use crate::{ErrorCorrection, Symbol};

const TEXT: &str = "HC1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1*70HS8WY04AC*WIFN0AHCD8KD97TK0F90";

fn symbol() -> Symbol {
    Symbol::encode(TEXT, ErrorCorrection::Quartile).unwrap()
}

/// The rows of an image of grey and its resolution, by the decoder.
fn decode(png: &[u8]) -> (Vec<Vec<u8>>, png::PixelDimensions) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    assert_eq!((reader.info().color_type, reader.info().bit_depth), (png::ColorType::Grayscale, png::BitDepth::One));
    let dimensions = reader.info().pixel_dims.unwrap();
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row().unwrap() {
        rows.push(row.data().to_vec());
    }
    (rows, dimensions)
}

/// Whether the module at this place of the picture, margin included, is dark.
fn expected(symbol: &Symbol, style: &Style, x: usize, y: usize) -> bool {
    let margin = usize::try_from(style.quiet_zone()).unwrap();
    x >= margin && y >= margin && symbol.module(x - margin, y - margin)
}

#[test]
fn png_shows_every_module_and_a_white_quiet_zone() {
    let symbol = symbol();
    for (pixels, margin) in [(1, 0), (3, 4), (4, 4), (5, 1), (8, 7)] {
        let style = Style::default().with_module_pixels(pixels).unwrap().with_quiet_zone(margin).unwrap();
        let (rows, dimensions) = decode(&symbol.to_png(&style).unwrap());
        let (pixels, margin) = (usize::try_from(pixels).unwrap(), usize::try_from(margin).unwrap());
        assert_eq!(rows.len(), (symbol.size() + 2 * margin) * pixels);
        for (y, row) in rows.iter().enumerate() {
            assert_eq!(row.len(), rows.len());
            for (x, &grey) in row.iter().enumerate() {
                let dark = expected(&symbol, &style, x / pixels, y / pixels);
                assert_eq!(grey, if dark { 0 } else { 255 }, "pixel {x}, {y}");
            }
        }
        // 300 dpi, in pixels a metre.
        assert_eq!((dimensions.xppu, dimensions.yppu, dimensions.unit), (11811, 11811, png::Unit::Meter));
    }
}

#[test]
fn svg_path_is_the_matrix() {
    let symbol = symbol();
    let style = Style::default().with_title("a < b & c").with_quiet_zone(5).unwrap();
    let svg = symbol.to_svg(&style);
    let side = symbol.size() + 10;

    assert!(svg.contains("<title>a &lt; b &amp; c</title>"));
    assert!(svg.contains(&format!("viewBox=\"0 0 {side} {side}\"")));
    let path = svg.split_once(" d=\"").unwrap().1.split_once('"').unwrap().0;
    let mut drawn = vec![vec![false; side]; side];
    for rectangle in path.split_terminator('z') {
        let (place, run) = rectangle.strip_prefix('M').unwrap().split_once('h').unwrap();
        let (x, y) = place.split_once(' ').unwrap();
        let (width, back) = run.split_once("v1h-").unwrap();
        assert_eq!(width, back);
        let (x, y, width): (usize, usize, usize) = (x.parse().unwrap(), y.parse().unwrap(), width.parse().unwrap());
        assert!(width > 0);
        for module in &mut drawn[y][x..x + width] {
            assert!(!*module, "drawn twice");
            *module = true;
        }
    }
    for (y, row) in drawn.iter().enumerate() {
        for (x, &dark) in row.iter().enumerate() {
            assert_eq!(dark, expected(&symbol, &style, x, y), "module {x}, {y}");
        }
    }
}

#[test]
fn svg_is_well_formed() {
    let svg = symbol().to_svg(&Style::default());
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap();
        assert!(!text.contains('>') && !text.contains('&'));
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else {
            assert_eq!(tag.matches('"').count() % 2, 0, "an attribute is not closed");
            if !tag.ends_with('/') {
                open.push(tag.split(' ').next().unwrap());
            }
        }
    }
    assert!(open.is_empty());
}

#[test]
fn svg_prints_at_the_size_of_the_png() {
    let symbol = Symbol::encode(&TEXT.repeat(7), ErrorCorrection::Quartile).unwrap();
    assert_eq!(symbol.version(), 18);
    // (89 + 8) modules of 4 pixels are 388 pixels, which are 32.85 mm at 300 dpi.
    assert!(symbol.to_svg(&Style::default()).contains(" width=\"32.85mm\" height=\"32.85mm\""));
}

#[test]
fn text_is_the_matrix_in_both_grounds() {
    let symbol = symbol();
    let style = Style::default();
    let side = symbol.size() + 8;
    for invert in [false, true] {
        let text = symbol.to_text(invert);
        assert_eq!(text.lines().count(), side.div_ceil(2));
        for (line, y) in text.lines().zip((0..side).step_by(2)) {
            assert_eq!(line.chars().count(), side);
            for (x, character) in line.chars().enumerate() {
                let upper = matches!(character, '▀' | '█');
                let lower = matches!(character, '▄' | '█');
                assert_eq!(upper, expected(&symbol, &style, x, y) != invert);
                if y + 1 < side {
                    assert_eq!(lower, expected(&symbol, &style, x, y + 1) != invert);
                }
            }
        }
    }
}

#[test]
fn pictures_are_deterministic() {
    assert_eq!(symbol().to_png(&Style::default()), symbol().to_png(&Style::default()));
    assert_eq!(symbol().to_svg(&Style::default()), symbol().to_svg(&Style::default()));
}

#[test]
fn measures_are_bounded() {
    let style = Style::default();
    assert_eq!(style.with_module_pixels(0), Err(StyleError::ModulePixels));
    assert_eq!(style.with_module_pixels(MAX_MODULE_PIXELS + 1), Err(StyleError::ModulePixels));
    assert_eq!(style.with_quiet_zone(MAX_QUIET_ZONE + 1), Err(StyleError::QuietZone));

    let widest = style.with_module_pixels(MAX_MODULE_PIXELS).unwrap().with_quiet_zone(MAX_QUIET_ZONE).unwrap();
    assert_eq!(symbol().to_png(&widest), Err(RenderError::TooLarge));
}
