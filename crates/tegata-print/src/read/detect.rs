//! Looking for symbols in a raster.

use rxing::common::{BitMatrix, DetectorRXingResult, GlobalHistogramBinarizer, HybridBinarizer};
use rxing::{Binarizer, Luma8Source, Point, aztec, datamatrix};

use super::qr::{MAX_ATTEMPTS, Read, read_qr};
use super::raster::Raster;
use super::threshold::{BLOCK, Blocks, binarise_by_one};
use super::{FoundSymbol, MAX_SYMBOLS, SymbolKind};

/// The symbols of an image, in reading order and without duplicates.
pub(super) fn detect(mut raster: Raster) -> Vec<FoundSymbol> {
    let mut found = find_qr(&raster);
    if found.is_empty() || is_more_printed(&raster, &found) {
        for located in &found {
            let [left, top, right, bottom] = located.with_margin();
            raster.blank(left, top, right, bottom);
        }
        found.extend(find_others(&raster));
    }
    in_reading_order(found)
}

/// The QR symbols that one look shows, of a large image at a fraction of its size.
pub(super) fn glance(raster: &Raster) -> Vec<FoundSymbol> {
    let mut search = Search { attempts: MAX_ATTEMPTS, more_looks: 0, found: Vec::new() };
    let reduced = (raster.pixels().len() > LARGE_PIXELS).then(|| raster.reduced(2)).flatten();
    let raster = reduced.as_ref().unwrap_or(raster);
    // Photos are grainy, and their symbols have pixels enough to be smoothed.
    let _ = if raster.pixels().len() >= PHOTO_PIXELS {
        search.plain(&raster.smoothed(), 1.0)
    } else {
        search.plain(raster, 1.0)
    };
    in_reading_order(search.found)
}

/// A symbol found, with the box around it in pixels.
pub(super) struct Located {
    symbol: FoundSymbol,
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
}

impl Located {
    pub(super) fn new(text: String, kind: SymbolKind, points: &[Point]) -> Self {
        let (mut left, mut top, mut right, mut bottom) = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
        for point in points {
            left = left.min(point.x);
            top = top.min(point.y);
            right = right.max(point.x);
            bottom = bottom.max(point.y);
        }
        Self { symbol: FoundSymbol { text, kind }, left, top, right, bottom }
    }

    /// Whether a point lies in the box.
    pub(super) fn holds(&self, x: f32, y: f32) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    /// The same place in an image `factor` times as large.
    fn scaled(self, factor: f32) -> Self {
        Self {
            left: self.left * factor,
            top: self.top * factor,
            right: self.right * factor,
            bottom: self.bottom * factor,
            ..self
        }
    }

    /// Left, upper, right and lower edge in whole pixels, with a little of the quiet zone around the box.
    fn with_margin(&self) -> [usize; 4] {
        let margin = (self.right - self.left) / 40.0;
        [self.left - margin, self.top - margin, self.right + margin, self.bottom + margin].map(whole)
    }
}

/// The QR symbols, by as many looks as it takes to find one, and some more while there are signs of others.
fn find_qr(raster: &Raster) -> Vec<Located> {
    let mut search = Search { attempts: MAX_ATTEMPTS, more_looks: MORE_LOOKS, found: Vec::new() };
    if raster.pixels().len() > LARGE_PIXELS {
        // Each look costs a tenth of a second and more; few symbols need so many pixels.
        let _ = search.in_reduced(raster, 2) || search.in_reduced(raster, 4) || search.plain(raster, 1.0);
    } else {
        let _ = search.thoroughly(raster, 1.0)
            || search.in_reduced(raster, 2)
            || search.in_doubled(raster)
            || search.in_reduced(raster, 4);
    }
    search.found
}

/// A search under way.
struct Search {
    /// Triples of finder patterns that may still be tried.
    attempts: usize,
    /// Looks that are still worth their time once something was found.
    more_looks: usize,
    found: Vec<Located>,
}

impl Search {
    fn in_reduced(&mut self, raster: &Raster, factor: u8) -> bool {
        raster.reduced(factor.into()).is_some_and(|reduced| self.thoroughly(&reduced, f32::from(factor)))
    }

    /// Where modules are of hardly more than a pixel.
    fn in_doubled(&mut self, raster: &Raster) -> bool {
        raster.pixels().len() <= MAX_DOUBLED_PIXELS && {
            let doubled = raster.doubled();
            self.plain(&doubled, 0.5) || self.plain(&doubled.sharpened(), 0.5)
        }
    }

    /// Looks in all ways, most likely and cheapest first, until nothing more is to be expected.
    fn thoroughly(&mut self, raster: &Raster, scale: f32) -> bool {
        let local = Blocks::of(raster).binarise(raster);
        let smoothed = raster.smoothed();
        // Photos are grainy, and their symbols have pixels enough to be smoothed.
        let photo = raster.pixels().len() >= PHOTO_PIXELS;
        photo && self.plain(&smoothed, scale)
            || self.look(local.as_ref(), scale)
            || !photo && self.plain(&smoothed, scale)
            || self.plain(&smoothed.sharpened(), scale)
            || self.plain(&raster.sharpened(), scale)
            || self.look(binarise_by_one(raster).as_ref(), scale)
            || self.look(local.map(negative).as_ref(), scale)
    }

    fn plain(&mut self, raster: &Raster, scale: f32) -> bool {
        self.look(Blocks::of(raster).binarise(raster).as_ref(), scale)
    }

    /// Takes one look; true when nothing more is to be expected.
    fn look(&mut self, image: Option<&BitMatrix>, scale: f32) -> bool {
        let Some(image) = image else { return false };
        let Read { found, more } = guarded(|| read_qr(image, &mut self.attempts));
        self.found.extend(found.into_iter().map(|located| located.scaled(scale)));
        if self.found.is_empty() {
            return false;
        }
        match self.more_looks.checked_sub(1) {
            Some(left) if more => {
                self.more_looks = left;
                false
            }
            _ => true,
        }
    }
}

/// Calls the reader.
///
/// It is a large port from languages in which a wrong index is an exception; it indexes and
/// unwraps freely. No image is known here that makes it panic, but none may end the program, so a
/// panic counts as nothing found. Nothing is shared with the reader that could be left half changed.
#[cfg(panic = "unwind")]
fn guarded<T: Default>(read: impl FnOnce() -> T) -> T {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_default()
}

/// Calls the reader. A panic ends the program here; in WebAssembly the loader starts it anew.
#[cfg(not(panic = "unwind"))]
fn guarded<T: Default>(read: impl FnOnce() -> T) -> T {
    read()
}

fn negative(mut image: BitMatrix) -> BitMatrix {
    image.flip_self();
    image
}

/// Whether there is a square outside the symbols found that is as full of contrast as they are, so that a symbol of
/// another kind may stand there. Grain is no contrast, and lines of text leave gaps.
fn is_more_printed(raster: &Raster, found: &[Located]) -> bool {
    let boxes: Vec<[usize; 4]> = found.iter().map(Located::with_margin).collect();
    let blocks = Blocks::of(&raster.smoothed());
    let middle = |at: usize| at * BLOCK + BLOCK / 2;
    let inside = |at: usize| {
        let (x, y) = (middle(at % blocks.columns()), middle(at / blocks.columns()));
        boxes.iter().any(|&[left, top, right, bottom]| (left..=right).contains(&x) && (top..=bottom).contains(&y))
    };
    let within: Vec<bool> = (0..blocks.ranges().len()).map(inside).collect();
    let ranges = || blocks.ranges().iter().zip(&within);
    let symbols = || ranges().filter(|(_, within)| **within).map(|(&range, _)| usize::from(range));
    let contrast = symbols().sum::<usize>().checked_div(symbols().count()).unwrap_or(0) / 2;
    let printed: Vec<bool> = ranges().map(|(&range, &within)| !within && usize::from(range) >= contrast).collect();

    // For each column, how many blocks in a row have ended printed; a square needs as many such columns.
    let mut heights = vec![0_usize; blocks.columns()];
    printed.chunks_exact(blocks.columns()).any(|row| {
        let mut width = 0;
        heights.iter_mut().zip(row).any(|(height, &printed)| {
            *height = if printed { *height + 1 } else { 0 };
            width = if *height >= LEAST_SIDE { width + 1 } else { 0 };
            width >= LEAST_SIDE
        })
    })
}

/// An Aztec symbol and a Data Matrix symbol.
fn find_others(raster: &Raster) -> Vec<Located> {
    let factor = (1_u8..).find(|&factor| raster.pixels().len() / (usize::from(factor).pow(2)) <= LARGE_PIXELS);
    let factor = factor.unwrap_or(1);
    let reduced = if factor > 1 { raster.reduced(factor.into()) } else { None };
    let raster = reduced.as_ref().unwrap_or(raster);
    let (Ok(width), Ok(height)) = (u32::try_from(raster.width()), u32::try_from(raster.height())) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for kind in [SymbolKind::Aztec, SymbolKind::DataMatrix] {
        let look = |global: bool| {
            guarded(|| {
                let source = Luma8Source::new_with_slice(raster.pixels(), width, height).ok()?;
                if global {
                    read_single(&GlobalHistogramBinarizer::new(source), kind)
                } else {
                    read_single(&HybridBinarizer::new(source), kind)
                }
            })
        };
        found.extend(look(false).or_else(|| look(true)).map(|located| located.scaled(factor.into())));
    }
    found
}

/// The steps of the library's own readers, which note when they read: WebAssembly has no clock.
fn read_single<B: Binarizer>(binarizer: &B, kind: SymbolKind) -> Option<Located> {
    let image = binarizer.get_black_matrix().ok()?;
    match kind {
        SymbolKind::Qr => None,
        SymbolKind::Aztec => {
            let mut detector = aztec::detector::Detector::new(image);
            let found = detector.detect(false).or_else(|_| detector.detect(true)).ok()?;
            let decoded = aztec::decoder::decode(&found).ok()?;
            Some(Located::new(decoded.getText().to_owned(), kind, found.getPoints()))
        }
        SymbolKind::DataMatrix => {
            let decoder = datamatrix::decoder::Decoder::new();
            let read = |found: &dyn DetectorRXingResult| {
                let decoded = decoder.decode(found.getBits()).ok()?;
                Some(Located::new(decoded.getText().to_owned(), kind, found.getPoints()))
            };
            let found = datamatrix::detector::zxing_cpp_detector::detect(image, true, true).ok();
            found.into_iter().flatten().find_map(|found| read(&found)).or_else(|| {
                let found = datamatrix::detector::Detector::new(image).and_then(|detector| detector.detect());
                read(&found.ok()?)
            })
        }
    }
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

#[allow(clippy::as_conversions, reason = "there is no other way from a float to an integer; this one saturates")]
fn whole(pixels: f32) -> usize {
    pixels as usize
}

/// Looks after the first that found something: symbols on one page are printed alike, so what shows one
/// shows most others.
const MORE_LOOKS: usize = 3;

/// From here on an image is more likely a photo than a drawing.
const PHOTO_PIXELS: usize = 400_000;

/// From here on a symbol that fills the image has twenty pixels to the module.
const LARGE_PIXELS: usize = 4_000_000;

/// The largest image that is looked at enlarged: a larger one has pixels enough.
const MAX_DOUBLED_PIXELS: usize = 1_300_000;

/// The side, in blocks, of a square that a symbol of another kind fills at least if a certificate's text is in it:
/// those have eighty modules and more.
const LEAST_SIDE: usize = 7;
