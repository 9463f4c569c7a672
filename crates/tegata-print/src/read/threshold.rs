//! How grey becomes black and white.
//!
//! The image is cut into blocks of [`BLOCK`] × [`BLOCK`] pixels. A block whose pixels differ holds ink as well as
//! paper, and the mean of such blocks in the neighbourhood tells one from the other, wherever the light falls.

use rxing::common::{BitArray, BitMatrix};

use super::raster::Raster;

/// The blocks of an image, row by row from the top left corner. Those at the right and lower edge may be smaller.
pub(super) struct Blocks {
    columns: usize,
    rows: usize,
    means: Vec<u8>,
    ranges: Vec<u8>,
}

impl Blocks {
    pub(super) fn of(raster: &Raster) -> Self {
        let (width, columns, rows) = (raster.width(), raster.width().div_ceil(BLOCK), raster.height().div_ceil(BLOCK));
        let (mut means, mut ranges) = (Vec::with_capacity(columns * rows), Vec::with_capacity(columns * rows));
        // Down the columns first: those are operations on whole rows, many pixels at a time.
        let (mut least, mut most, mut sums) = (vec![0_u8; width], vec![0_u8; width], vec![0_u16; width]);
        for band in raster.pixels().chunks(width * BLOCK) {
            least.fill(u8::MAX);
            most.fill(0);
            sums.fill(0);
            for row in band.chunks_exact(width) {
                for (((&grey, least), most), sum) in row.iter().zip(&mut least).zip(&mut most).zip(&mut sums) {
                    *least = grey.min(*least);
                    *most = grey.max(*most);
                    *sum += u16::from(grey);
                }
            }
            let height = band.len() / width;
            for ((least, most), sums) in least.chunks(BLOCK).zip(most.chunks(BLOCK)).zip(sums.chunks(BLOCK)) {
                let least = least.iter().copied().min().unwrap_or(0);
                let most = most.iter().copied().max().unwrap_or(0);
                let sum: usize = sums.iter().copied().map(usize::from).sum();
                means.push(u8::try_from(sum / (sums.len() * height)).unwrap_or(u8::MAX));
                ranges.push(most.saturating_sub(least));
            }
        }
        Self { columns, rows, means, ranges }
    }

    /// Where contrast is, for each block in rows of [`columns`](Self::columns): how far apart its lightest and its
    /// darkest pixel are.
    pub(super) fn ranges(&self) -> &[u8] {
        &self.ranges
    }

    /// Blocks in a row.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// For each block the grey up to which a pixel is black: the mean of the blocks with contrast among the
    /// 5 × 5 around it, weighted by the contrast. Where there is none, the ink or the paper is wider than that, and the blocks to the
    /// left and above tell which of both it is.
    fn thresholds(&self) -> Vec<u8> {
        let (mut sums, mut weights) = (self.contrasting(|mean| mean), self.contrasting(|_| 1));
        for table in [&mut sums, &mut weights] {
            self.add_neighbours(table);
        }
        let middle = self.middle();
        let mut thresholds: Vec<u8> = Vec::with_capacity(sums.len());
        for (at, (sum, weight)) in sums.into_iter().zip(weights).enumerate() {
            let of_neighbour = || {
                let left = (at % self.columns > 0).then(|| thresholds.last()).flatten();
                let above = at.checked_sub(self.columns).and_then(|above| thresholds.get(above));
                left.or(above).copied().unwrap_or(middle)
            };
            let threshold = sum.checked_div(weight).and_then(|mean| u8::try_from(mean).ok());
            thresholds.push(threshold.unwrap_or_else(of_neighbour));
        }
        thresholds
    }

    /// What a block counts, more the more contrast it has: grain on bare paper next to a symbol counts little.
    fn contrasting(&self, value: impl Fn(u32) -> u32) -> Vec<u32> {
        let blocks = self.means.iter().zip(&self.ranges);
        let weight = |range: u8| if range >= CONTRAST { u32::from(range).pow(2) } else { 0 };
        blocks.map(|(&mean, &range)| value(mean.into()) * weight(range)).collect()
    }

    /// Replaces each value by the sum of those of the 5 × 5 blocks around it.
    fn add_neighbours(&self, table: &mut [u32]) {
        let mut line = Vec::with_capacity(self.columns.max(self.rows));
        let sum_of_five = |line: &[u32], at: usize| -> u32 {
            line.get(at.saturating_sub(2)..(at + 3).min(line.len())).unwrap_or_default().iter().sum()
        };
        for row in table.chunks_exact_mut(self.columns) {
            line.clear();
            line.extend_from_slice(row);
            row.iter_mut().enumerate().for_each(|(at, value)| *value = sum_of_five(&line, at));
        }
        for column in 0..self.columns {
            line.clear();
            line.extend(table.iter().skip(column).step_by(self.columns));
            let values = table.iter_mut().skip(column).step_by(self.columns);
            values.enumerate().for_each(|(at, value)| *value = sum_of_five(&line, at));
        }
    }

    /// The grey half-way between the darkest and the lightest block.
    fn middle(&self) -> u8 {
        let darkest = self.means.iter().copied().min().unwrap_or(0);
        let lightest = self.means.iter().copied().max().unwrap_or(u8::MAX);
        u8::midpoint(darkest, lightest)
    }

    /// The image in black and white, by the thresholds of the neighbourhood. `None` for no image.
    pub(super) fn binarise(&self, raster: &Raster) -> Option<BitMatrix> {
        let thresholds = self.thresholds();
        let bands = raster.pixels().chunks(raster.width() * BLOCK).zip(thresholds.chunks_exact(self.columns));
        let rows =
            bands.flat_map(|(band, thresholds)| band.chunks_exact(raster.width()).map(move |row| (row, thresholds)));
        matrix(raster, rows)
    }
}

/// The image in black and white by one threshold, that which parts the greys into two groups most unlike
/// (Otsu's). `None` for no image.
pub(super) fn binarise_by_one(raster: &Raster) -> Option<BitMatrix> {
    let thresholds = vec![otsu(raster.pixels()); raster.width().div_ceil(BLOCK)];
    matrix(raster, raster.pixels().chunks_exact(raster.width()).map(|row| (row, thresholds.as_slice())))
}

fn otsu(pixels: &[u8]) -> u8 {
    let mut counts = [0_u32; 256];
    for &grey in pixels {
        if let Some(count) = counts.get_mut(usize::from(grey)) {
            *count += 1;
        }
    }
    let levels = || (0_u8..=u8::MAX).zip(counts.map(f64::from));
    let total: f64 = levels().map(|(_, count)| count).sum();
    let weight: f64 = levels().map(|(grey, count)| f64::from(grey) * count).sum();
    let (mut darker, mut darker_weight, mut best, mut threshold) = (0.0, 0.0, 0.0, 0);
    for (grey, count) in levels() {
        darker += count;
        darker_weight += f64::from(grey) * count;
        // The variance between both groups, times a constant.
        let apart = (weight * darker - total * darker_weight).powi(2) / (darker * (total - darker)).max(1.0);
        if apart > best {
            (best, threshold) = (apart, grey);
        }
    }
    threshold
}

/// Builds the matrix from rows of grey with a threshold for each [`BLOCK`] pixels of a row.
fn matrix<'a>(raster: &Raster, rows: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Option<BitMatrix> {
    let (width, height) = (u32::try_from(raster.width()).ok()?, u32::try_from(raster.height()).ok()?);
    let mut matrix = BitMatrix::new(width, height).ok()?;
    let mut line = BitArray::with_size(raster.width());
    for (y, (row, thresholds)) in (0..height).zip(rows) {
        let (blocks, rest) = row.as_chunks::<BLOCK>();
        let mut bytes = Vec::with_capacity(thresholds.len() + WORD);
        bytes.extend(blocks.iter().zip(thresholds).map(|(block, &threshold)| dark(*block, threshold)));
        if let (false, Some(&threshold)) = (rest.is_empty(), thresholds.last()) {
            let mut block = [u8::MAX; BLOCK];
            block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            // What is beyond the edge is no pixel, even under a threshold of white.
            bytes.push(dark(block, threshold.min(u8::MAX - 1)));
        }
        bytes.resize(bytes.len().next_multiple_of(WORD), 0);
        let words = bytes.as_chunks::<WORD>().0.iter().map(|word| usize::from_le_bytes(*word));
        for (place, word) in (0..).step_by(8 * WORD).zip(words) {
            line.setBulk(place, word);
        }
        matrix.setRow(y, &line);
    }
    Some(matrix)
}

/// A bit for each pixel, the first in the lowest: set if it is no lighter than the threshold.
fn dark(pixels: [u8; BLOCK], threshold: u8) -> u8 {
    // Eight comparisons at once: a byte's highest bit is set to take the borrow of the subtraction.
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (pixels, thresholds) = (u64::from_le_bytes(pixels), u64::from_le_bytes([threshold; BLOCK]));
    let low_bits_reach = (thresholds | HIGH) - (pixels & !HIGH);
    let reaches = ((thresholds & !pixels) | (!(thresholds ^ pixels) & low_bits_reach)) & HIGH;
    // Gathers the highest bits of all bytes in the highest byte.
    let [.., gathered] = (reaches >> 7).wrapping_mul(0x0102_0408_1020_4080).to_le_bytes();
    gathered
}

/// The side of a block in pixels: wide enough to hold ink and paper at six pixels a module, and narrow enough
/// to follow a shadow.
pub(super) const BLOCK: usize = 8;

/// From this range on a block holds ink and paper: a tenth of that between black and white.
const CONTRAST: u8 = 25;

/// Bytes in a word of the matrix.
const WORD: usize = size_of::<usize>();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_pixels_are_compared_as_one_is() {
        let mut state = 0x5EED_u32;
        for threshold in [0_u8, 1, 2, 64, 126, 127, 128, 129, 130, 200, 254, 255] {
            for _ in 0..200 {
                let pixels = core::array::from_fn(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let near = u8::try_from(state >> 30).unwrap();
                    if state & 0x100 == 0 {
                        threshold.wrapping_add(near).wrapping_sub(1)
                    } else {
                        state.to_be_bytes()[0]
                    }
                });
                let expected = (0..8).filter(|&at| pixels[at] <= threshold).map(|at| 1 << at).sum::<u8>();
                assert_eq!(dark(pixels, threshold), expected, "{pixels:?} {threshold}");
            }
        }
    }

    fn raster(width: usize, height: usize, grey: impl Fn(usize, usize) -> u8) -> Raster {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| grey(x, y)).collect();
        Raster::new(width, height, pixels).unwrap()
    }

    #[test]
    fn a_shadow_is_no_ink() {
        // Stripes of four pixels in light that falls to half; 53 columns end in the middle of a block.
        let ink = |x: usize| x / 4 % 2 == 1;
        let image = raster(53, 40, |x, _| u8::try_from((if ink(x) { 60 } else { 240 }) * (110 - x) / 110).unwrap());
        let local = Blocks::of(&image).binarise(&image).unwrap();
        for (x, y) in (0..40).flat_map(|y| (0..53_usize).map(move |x| (x, y))) {
            assert_eq!(local.get(u32::try_from(x).unwrap(), y), ink(x), "{x}, {y}");
        }
    }

    #[test]
    fn wide_ink_is_told_by_its_edge() {
        let image = raster(400, 16, |x, _| if (100..300).contains(&x) { 30 } else { 220 });
        for matrix in [Blocks::of(&image).binarise(&image).unwrap(), binarise_by_one(&image).unwrap()] {
            let row = matrix.getRow(8);
            assert_eq!((row.getNextSet(0), row.getNextUnset(100), row.getNextSet(300)), (100, 300, 400));
        }
    }

    #[test]
    fn small_and_plain_images() {
        for (width, height) in [(1, 1), (3, 20), (20, 3), (64, 64)] {
            for grey in [0, 100, 255] {
                let image = raster(width, height, |_, _| grey);
                assert!(Blocks::of(&image).binarise(&image).is_some());
                assert!(binarise_by_one(&image).is_some());
            }
        }
    }
}
