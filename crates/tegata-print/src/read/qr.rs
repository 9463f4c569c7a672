//! All QR symbols of a black-and-white image, in bounded time.
//!
//! The reader's own loop tries every plausible triple of finder patterns. An image of a hundred
//! kilobytes tiled with finder patterns has so many that it runs for minutes; the same steps are
//! therefore walked here, each within a bound.

use rxing::common::cpp_essentials::{ConcentricPattern, LocateConcentricPattern};
use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::point;
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::SampleQR;

use super::detect::Located;
use super::triples::triples;
use super::{MAX_SYMBOLS, SymbolKind};

/// What one look at an image came to.
#[derive(Default)]
pub(super) struct Read {
    /// The symbols found.
    pub(super) found: Vec<Located>,
    /// Whether there are finder patterns in none of them: there may be symbols that could not be read.
    pub(super) more: bool,
}

/// Reads what symbols can be; `attempts` is how many triples of finder patterns may still be tried.
pub(super) fn read_qr(image: &BitMatrix, attempts: &mut usize) -> Read {
    if *attempts == 0 {
        return Read::default();
    }
    let Some(patterns) = find_patterns(image) else { return Read::default() };
    let mut used: Vec<ConcentricPattern> = Vec::new();
    let mut found: Vec<Located> = Vec::new();
    for set in triples(patterns.clone()) {
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
    // Grain makes small patterns; those of symbols on one page are of one size, or nearly.
    let least = used.iter().map(|pattern| pattern.size).min().unwrap_or(0) / 2;
    let left_over = |pattern: &ConcentricPattern| {
        pattern.size >= least && !found.iter().any(|located| located.holds(pattern.p.x, pattern.p.y))
    };
    Read { more: patterns.iter().any(left_over), found }
}

/// The finder patterns of an image (ISO/IEC 18004 §6.3.3), or `None` when there are more than symbols have.
fn find_patterns(image: &BitMatrix) -> Option<Vec<ConcentricPattern>> {
    let mut patterns: Vec<ConcentricPattern> = Vec::new();
    let mut crossings = 0_usize;
    // The middle of a pattern is three modules high.
    for y in (2..image.height()).step_by(3) {
        let row = image.getRow(y);
        let mut runs = [0_u16; 5];
        let (mut end, mut dark) = (0, false);
        while end < row.get_size() {
            let start = end;
            end = if dark { row.getNextUnset(start) } else { row.getNextSet(start) };
            runs.rotate_left(1);
            // Sides are bounded by `MAX_IMAGE_SIDE`, or twice that.
            runs[4] = u16::try_from(end - start).unwrap_or(u16::MAX);
            if dark && is_finder_crossing(runs) {
                let [.., middle, light, last] = runs.map(f32::from);
                let row_end = u16::try_from(end).map_or(f32::MAX, f32::from);
                let height = u16::try_from(y).map_or(f32::MAX, f32::from);
                let center = point(row_end - last - light - middle / 2.0, height + 0.5);
                let known = |known: &&ConcentricPattern| center.distance(known.p) < half(known.size);
                if !patterns.iter().any(|pattern| known(&pattern)) {
                    crossings += 1;
                    if crossings > MAX_FINDER_CROSSINGS {
                        return None;
                    }
                    // Three times as wide is for symbols much askew.
                    let reach = 3 * runs.iter().copied().map(i32::from).sum::<i32>();
                    patterns.extend(LocateConcentricPattern::<true, 5, 7>(image, &[1, 1, 3, 1, 1], center, reach));
                    if patterns.len() > MAX_FINDER_PATTERNS {
                        return None;
                    }
                }
            }
            dark = !dark;
        }
    }
    Some(patterns)
}

/// Whether runs of dark and light modules are as 1:1:3:1:1. Ink spreads and blur shrinks it, so dark runs are
/// compared with each other, and light ones too: five and two modules.
fn is_finder_crossing(runs: [u16; 5]) -> bool {
    let [a, b, c, d, e] = runs.map(u32::from);
    let (dark, light) = (a + c + e, b + d);
    // Each within three quarters, and each within a third of a module, of its kind, and half a pixel.
    let near_dark = |run: u32, modules: u32| (20 * run).abs_diff(4 * modules * dark) <= 3 * dark + 10;
    let near_light = |run: u32| (6 * run).abs_diff(3 * light) <= light + 3;
    c >= 3
        && dark <= 10 * light
        && 5 * light <= 8 * dark
        && near_dark(a, 1)
        && near_dark(c, 3)
        && near_dark(e, 1)
        && near_light(b)
        && near_light(d)
        && c >= 2 * a.max(e)
        && c >= b.max(d)
}

fn half(size: i32) -> f32 {
    i16::try_from(size).map_or(f32::MAX, f32::from) / 2.0
}

/// The most triples of finder patterns that are tried in one image, all looks together. A page of
/// ten symbols takes fewer than a hundred attempts.
pub(super) const MAX_ATTEMPTS: usize = 2000;

/// The most finder patterns of an image: five times as many as [`MAX_SYMBOLS`] symbols have.
const MAX_FINDER_PATTERNS: usize = 15 * MAX_SYMBOLS;

/// The most crossings that look like those of a finder pattern not known yet, each of which is followed up.
const MAX_FINDER_CROSSINGS: usize = 20 * MAX_FINDER_PATTERNS;
