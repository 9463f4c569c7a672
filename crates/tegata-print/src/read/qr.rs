//! All QR symbols of a black-and-white image, in bounded time.
//!
//! The reader's own loop tries every plausible triple of finder patterns. An image of a hundred
//! kilobytes tiled with finder patterns has so many that it runs for minutes; the same steps are
//! therefore walked here, each within a bound.

use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR};

use super::detect::Located;
use super::{MAX_SYMBOLS, SymbolKind};

/// The symbols found; `attempts` is how many triples of finder patterns may still be tried.
pub(super) fn read_qr(image: &BitMatrix, thorough: bool, attempts: &mut usize) -> Vec<Located> {
    if *attempts == 0 || count_finder_crossings(image) > MAX_FINDER_CROSSINGS {
        return Vec::new();
    }
    let mut patterns = FindFinderPatterns(image, thorough, ANY_MODULE_SIZE);
    if patterns.len() > MAX_FINDER_PATTERNS {
        return Vec::new();
    }

    let mut used: Vec<ConcentricPattern> = Vec::new();
    let mut found = Vec::new();
    for set in GenerateFinderPatternSets(&mut patterns) {
        let corners = [set.bl, set.tl, set.tr];
        if corners.iter().any(|corner| used.contains(corner)) {
            continue;
        }
        let Some(left) = attempts.checked_sub(1) else { break };
        *attempts = left;
        let Ok(sample) = SampleQR(image, &set) else { continue };
        let Ok(decoded) = Decode(sample.getBits()) else { continue };
        if decoded.isValid() {
            used.extend(corners);
            found.push(Located::new(decoded.text(), SymbolKind::Qr, sample.getPoints()));
            if found.len() == MAX_SYMBOLS {
                break;
            }
        }
    }
    found
}

/// How often a row crosses what may be a finder pattern: dark and light runs of 1:1:3:1:1
/// (ISO/IEC 18004 §6.3.3), each within half of its length and a pixel. Only the rows the reader
/// looks at are counted.
fn count_finder_crossings(image: &BitMatrix) -> usize {
    let mut crossings = 0;
    for y in (2..image.height()).step_by(3) {
        let row = image.getRow(y);
        let (mut x, mut dark, mut runs) = (0, false, [0; 5]);
        while x < row.get_size() {
            let end = if dark { row.getNextUnset(x) } else { row.getNextSet(x) };
            runs.rotate_left(1);
            runs[4] = end - x;
            crossings += usize::from(dark && is_finder_crossing(runs));
            (x, dark) = (end, !dark);
        }
        if crossings > MAX_FINDER_CROSSINGS {
            break;
        }
    }
    crossings
}

fn is_finder_crossing(runs: [usize; 5]) -> bool {
    let total: usize = runs.iter().sum();
    // Compared in fourteenths of the total, which are half modules.
    runs.iter().zip([1, 1, 3, 1, 1]).all(|(&run, modules)| {
        let (run, least, most) = (14 * run, modules * total, 3 * modules * total);
        run + 14 >= least && run <= most + 14
    })
}

/// No lower limit to the size of a module.
const ANY_MODULE_SIZE: u32 = 0;

/// The most triples of finder patterns that are tried in one image, all looks together. A page of
/// ten symbols takes fewer than a hundred attempts.
pub(super) const MAX_ATTEMPTS: usize = 2000;

/// The most finder patterns of an image: five times as many as [`MAX_SYMBOLS`] symbols have.
const MAX_FINDER_PATTERNS: usize = 15 * MAX_SYMBOLS;

/// The most crossings of finder patterns, each of which the reader follows up: those of
/// [`MAX_SYMBOLS`] symbols with modules of twenty pixels, five times over.
const MAX_FINDER_CROSSINGS: usize = 20 * MAX_FINDER_PATTERNS;
