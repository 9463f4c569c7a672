//! Looking for symbols in a raster.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::aztec::AztecReader;
use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::datamatrix::DataMatrixReader;
use rxing::{
    BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8Source, LuminanceSource, Point, RXingResult, Reader,
};

use super::qr::{MAX_ATTEMPTS, read_qr};
use super::raster::Raster;
use super::{FoundSymbol, MAX_SYMBOLS, SymbolKind};

/// The symbols of an image, in reading order and without duplicates.
pub(super) fn detect(raster: &Raster) -> Vec<FoundSymbol> {
    in_reading_order(find_qr(raster).unwrap_or_else(|| find_others(raster)))
}

/// All QR symbols, by the first way of looking that finds any: the image as it is, then smaller,
/// which takes away noise, then larger, for modules of hardly more than a pixel.
fn find_qr(raster: &Raster) -> Option<Vec<Located>> {
    let mut attempts = MAX_ATTEMPTS;
    let mut look = |raster: &Raster| scan_until_found(raster, SymbolKind::Qr, &mut attempts);
    look(raster)
        .or_else(|| look(&raster.reduced(2)?))
        .or_else(|| look(&raster.reduced(4)?))
        .or_else(|| (raster.pixels().len() <= MAX_ENLARGED_PIXELS).then(|| look(&raster.enlarged(2)))?)
}

/// An Aztec symbol and a Data Matrix symbol.
fn find_others(raster: &Raster) -> Vec<Located> {
    let factor = (1..).find(|factor| raster.pixels().len() / (factor * factor) <= LARGE_PIXELS);
    let reduced = factor.filter(|&factor| factor > 1).and_then(|factor| raster.reduced(factor));
    let raster = reduced.as_ref().unwrap_or(raster);
    [SymbolKind::Aztec, SymbolKind::DataMatrix]
        .into_iter()
        .filter_map(|kind| scan_until_found(raster, kind, &mut 0))
        .flatten()
        .collect()
}

/// A symbol found, with the box around it in pixels.
pub(super) struct Located {
    symbol: FoundSymbol,
    left: f32,
    top: f32,
    bottom: f32,
}

impl Located {
    pub(super) fn new(text: String, kind: SymbolKind, points: &[Point]) -> Self {
        let (mut left, mut top, mut bottom) = (f32::MAX, f32::MAX, f32::MIN);
        for point in points {
            left = left.min(point.x);
            top = top.min(point.y);
            bottom = bottom.max(point.y);
        }
        Self { symbol: FoundSymbol { text, kind }, left, top, bottom }
    }
}

/// One way to look at an image.
#[derive(Clone, Copy)]
struct Look {
    threshold: Threshold,
    /// Looks for finder patterns in every third row, not only in as many as a small symbol needs.
    thorough: bool,
    negative: bool,
}

/// How grey becomes black and white.
#[derive(Clone, Copy)]
enum Threshold {
    /// By the neighbourhood: copes with shadows.
    Local,
    /// One for the whole image: copes with large areas of one colour.
    Global,
}

fn scan_until_found(raster: &Raster, kind: SymbolKind, attempts: &mut usize) -> Option<Vec<Located>> {
    let looks = if raster.pixels().len() > LARGE_PIXELS { LOOKS_AT_LARGE } else { LOOKS };
    looks.iter().map(|look| scan(raster, *look, kind, attempts)).find(|found| !found.is_empty())
}

/// Looks for symbols of one kind.
///
/// The reader is a large port from languages in which a wrong index is an exception; it indexes and
/// unwraps freely. No image is known here that makes it panic, but none may end the program, so a
/// panic counts as nothing found. Nothing is shared with the reader that could be left half changed.
fn scan(raster: &Raster, look: Look, kind: SymbolKind, attempts: &mut usize) -> Vec<Located> {
    catch_unwind(AssertUnwindSafe(|| {
        let (Ok(width), Ok(height)) = (u32::try_from(raster.width()), u32::try_from(raster.height())) else {
            return Vec::new();
        };
        let Ok(mut source) = Luma8Source::new_with_slice(raster.pixels(), width, height) else {
            return Vec::new();
        };
        if look.negative {
            source.invert();
        }
        match look.threshold {
            Threshold::Local => read(HybridBinarizer::new(source), look.thorough, kind, attempts),
            Threshold::Global => read(GlobalHistogramBinarizer::new(source), look.thorough, kind, attempts),
        }
    }))
    .unwrap_or_default()
}

fn read<B: Binarizer>(binarizer: B, thorough: bool, kind: SymbolKind, attempts: &mut usize) -> Vec<Located> {
    let mut bitmap = BinaryBitmap::new(binarizer);
    let single = match kind {
        SymbolKind::Qr => return read_qr(bitmap.get_black_matrix(), thorough, attempts),
        SymbolKind::Aztec => AztecReader.decode_with_hints(&mut bitmap, &hints(BarcodeFormat::AZTEC, thorough)),
        SymbolKind::DataMatrix => {
            DataMatrixReader.decode_with_hints(&mut bitmap, &hints(BarcodeFormat::DATA_MATRIX, thorough))
        }
    };
    let located = |result: RXingResult| Located::new(result.getText().to_owned(), kind, result.getPoints());
    single.map(located).into_iter().collect()
}

fn hints(format: BarcodeFormat, thorough: bool) -> DecodeHints {
    DecodeHints { PossibleFormats: Some(HashSet::from([format])), TryHarder: Some(thorough), ..DecodeHints::default() }
}

/// Sorts symbols into lines by their heights, and within a line from left to right.
fn in_reading_order(mut found: Vec<Located>) -> Vec<FoundSymbol> {
    found.sort_by(|a, b| a.top.total_cmp(&b.top));
    let mut line_middle = f32::MIN;
    let mut lines: Vec<Vec<Located>> = Vec::new();
    for located in found {
        match lines.last_mut() {
            // It starts above the middle of the line's first symbol.
            Some(line) if located.top < line_middle => line.push(located),
            _ => {
                line_middle = f32::midpoint(located.top, located.bottom);
                lines.push(vec![located]);
            }
        }
    }
    for line in &mut lines {
        line.sort_by(|a, b| a.left.total_cmp(&b.left));
    }
    let mut symbols: Vec<FoundSymbol> = Vec::new();
    for located in lines.into_iter().flatten() {
        if symbols.len() < MAX_SYMBOLS && !symbols.iter().any(|known| known.text == located.symbol.text) {
            symbols.push(located.symbol);
        }
    }
    symbols
}

/// Most likely and cheapest first.
const LOOKS: &[Look] = &[
    Look { threshold: Threshold::Local, thorough: false, negative: false },
    Look { threshold: Threshold::Local, thorough: true, negative: false },
    Look { threshold: Threshold::Global, thorough: true, negative: false },
    Look { threshold: Threshold::Local, thorough: true, negative: true },
];

/// For an image of more than [`LARGE_PIXELS`], which is looked at reduced as well.
const LOOKS_AT_LARGE: &[Look] = &[Look { threshold: Threshold::Local, thorough: true, negative: false }];

/// From here on each look costs a tenth of a second and more, and a symbol that fills the image has
/// twenty pixels to the module.
const LARGE_PIXELS: usize = 4_000_000;

/// The largest image that is looked at enlarged: a larger one has pixels enough.
const MAX_ENLARGED_PIXELS: usize = 1_000_000;
