//! Which finder patterns may be the three corners of one symbol.

use rxing::common::cpp_essentials::ConcentricPattern;
use rxing::qrcode::cpp_port::detector::FinderPatternSet;

/// Triples of patterns that lie as those of one symbol do, even one seen from the side; the closest together
/// first, for what lies between the corners of two symbols is longer than either.
pub(super) fn triples(mut patterns: Vec<ConcentricPattern>) -> Vec<FinderPatternSet> {
    patterns.sort_by_key(|pattern| core::cmp::Reverse(pattern.size));
    let mut found: Vec<(f32, FinderPatternSet)> = Vec::new();
    while let [largest, smaller @ ..] = patterns.as_slice() {
        let near = neighbours(largest, smaller);
        for (at, one) in near.iter().enumerate() {
            for other in near.iter().skip(at + 1) {
                found.extend(triple([*largest, **one, **other]));
            }
        }
        patterns.remove(0);
    }
    found.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    found.into_iter().map(|(_, set)| set).collect()
}

/// The nearest patterns that are large enough, and near enough, to stand in one symbol with this one.
fn neighbours<'a>(pattern: &ConcentricPattern, others: &'a [ConcentricPattern]) -> Vec<&'a ConcentricPattern> {
    let reach = float(pattern.size) / PATTERN_MODULES * MAX_MODULES;
    let mut near: Vec<_> = others
        .iter()
        .filter(|other| 2 * other.size >= pattern.size)
        .map(|other| (pattern.p.distance(other.p), other))
        .filter(|(distance, _)| *distance <= reach)
        .collect();
    near.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    near.into_iter().take(MAX_NEIGHBOURS).map(|(_, other)| other).collect()
}

/// The three patterns in their places, with the way around the corner, if they lie as those of a symbol.
fn triple([a, b, c]: [ConcentricPattern; 3]) -> Option<(f32, FinderPatternSet)> {
    // The longest side is the diagonal, and the corner lies opposite to it.
    let (ab, bc, ca) = (a.p.distance(b.p), b.p.distance(c.p), c.p.distance(a.p));
    let (corner, one, other) = if ab >= bc && ab >= ca {
        (c, a, b)
    } else if bc >= ca {
        (a, b, c)
    } else {
        (b, c, a)
    };
    let (side_x, side_y) = (one.p.x - corner.p.x, one.p.y - corner.p.y);
    let (other_x, other_y) = (other.p.x - corner.p.x, other.p.y - corner.p.y);
    let (side, other_side) = (side_x.hypot(side_y), other_x.hypot(other_y));
    let cosine = (side_x * other_x + side_y * other_y) / (side * other_side);
    let module = float(a.size + b.size + c.size) / (3.0 * PATTERN_MODULES);
    let modules = (side + other_side) / (2.0 * module) + PATTERN_MODULES;
    // Not a number is in no range.
    if !(-MAX_COSINE..=MAX_COSINE).contains(&cosine)
        || side > 2.0 * other_side
        || other_side > 2.0 * side
        || !(MIN_MODULES..=MAX_MODULES).contains(&modules)
    {
        return None;
    }
    // Clockwise, the corner is followed by the upper right one.
    let clockwise = side_x * other_y - side_y * other_x > 0.0;
    let (tr, bl) = if clockwise { (one, other) } else { (other, one) };
    Some((side + other_side + (side - other_side).abs(), FinderPatternSet { bl, tl: corner, tr }))
}

fn float(size: i32) -> f32 {
    i16::try_from(size).map_or(f32::MAX, f32::from)
}

/// The side of a finder pattern in modules.
const PATTERN_MODULES: f32 = 7.0;

/// The sides of the smallest and the largest symbol in modules, each with room for an inexact measure.
const MIN_MODULES: f32 = 21.0 * 0.9;
const MAX_MODULES: f32 = 177.0 * 1.5;

/// The cosine of 45°: as oblique as a right angle may look.
const MAX_COSINE: f32 = 0.71;

/// How many neighbours of a pattern are tried with it: those of a symbol and of those around it.
const MAX_NEIGHBOURS: usize = 14;

#[cfg(test)]
mod tests {
    use rxing::point;

    use super::*;

    fn pattern(x: f32, y: f32, size: i32) -> ConcentricPattern {
        ConcentricPattern { p: point(x, y), size }
    }

    #[test]
    fn the_corner_is_found_whichever_way_a_symbol_is_turned() {
        for degrees in 0_u16..360 {
            let (sine, cosine) = f32::from(degrees).to_radians().sin_cos();
            let turned = |x: f32, y: f32| pattern(500.0 + x * cosine - y * sine, 500.0 + x * sine + y * cosine, 28);
            let (tl, tr, bl) = (turned(-100.0, -100.0), turned(100.0, -100.0), turned(-100.0, 100.0));
            for order in [[tl, tr, bl], [tr, bl, tl], [bl, tl, tr], [bl, tr, tl]] {
                let found = triples(order.to_vec());
                assert_eq!(found, [FinderPatternSet { bl, tl, tr }], "{degrees}");
            }
        }
    }

    #[test]
    fn a_symbol_seen_from_the_side_has_patterns_of_several_sizes() {
        let (tl, tr, bl) = (pattern(172.0, 79.0, 24), pattern(519.0, 57.0, 32), pattern(177.0, 372.0, 20));
        assert_eq!(triples(vec![tl, bl, tr]), [FinderPatternSet { bl, tl, tr }]);
    }

    #[test]
    fn what_lies_otherwise_is_no_symbol() {
        let size = 28;
        // In a line, too near, too far, of one side three times as long, of too unlike sizes.
        for [b, c] in [
            [pattern(200.0, 0.0, size), pattern(400.0, 0.0, size)],
            [pattern(30.0, 0.0, size), pattern(0.0, 30.0, size)],
            [pattern(2000.0, 0.0, size), pattern(0.0, 2000.0, size)],
            [pattern(100.0, 0.0, size), pattern(0.0, 300.0, size)],
            [pattern(200.0, 0.0, size), pattern(0.0, 200.0, 13)],
            [pattern(0.0, 0.0, size), pattern(0.0, 0.0, size)],
        ] {
            assert_eq!(triples(vec![pattern(0.0, 0.0, size), b, c]), []);
        }
        assert_eq!(triples(Vec::new()), []);
    }

    #[test]
    fn many_patterns_make_a_bounded_number_of_triples() {
        let grid = (0_u16..30).flat_map(|y| (0_u16..30).map(move |x| (f32::from(x) * 80.0, f32::from(y) * 80.0)));
        let sets = triples(grid.map(|(x, y)| pattern(x, y, 20)).collect());
        assert!(!sets.is_empty() && sets.len() <= 900 * MAX_NEIGHBOURS * MAX_NEIGHBOURS / 2);
    }
}
