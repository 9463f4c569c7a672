//! The table of a point, and the multiplication with two tables: a comb of eight or of four teeth.
//!
//! A scalar k is written with 256 digits dᵢ ∈ {1, −1}, k ≡ Σ dᵢ·2ⁱ modulo n. Digit i belongs to
//! column i mod 8 and, with t teeth in b = 32/t blocks, to block ⌊i/8⌋ mod b and tooth ⌊i/(8·b)⌋. The
//! t digits of one column and block, one a tooth, choose a sum Σ ±2^(8·(b·tooth + block))·P, which the
//! table of the point P holds; columns are joined by doubling. Half of the 2ᵗ sums of a block are
//! negatives of the other half, so 2ᵗ⁻¹ are kept, those in which the last tooth counts positive.
//!
//! Eight teeth make 512 sums, of which a multiplication adds 32; four make 64 and add 64. Columns,
//! and so doublings, are as many for both: any two tables go together.
//!
//! The indexing, and the rewriting of the scalar, are what no proof covers: the tests are for them.

use crate::field::{Scalar, bytes};
use crate::guards::Guards;
use crate::point::{Affine, Jacobian};

/// Digits of one block and tooth.
pub(crate) const COLUMNS: usize = 8;
/// Teeth of all blocks together: the multiples of a point by 2^(8·i) that sums are made of.
const PLACES: usize = 256 / COLUMNS;

/// Digits of one column and block, each of another tooth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Teeth {
    /// A table of 32 KB, for a key that is used again and again.
    Eight,
    /// A table of 4 KB, made in a third of the time, for a key that may never be used again.
    Four,
}

impl Teeth {
    const fn count(self) -> usize {
        match self {
            Self::Eight => 8,
            Self::Four => 4,
        }
    }

    /// Sums added between two doublings.
    const fn blocks(self) -> usize {
        PLACES / self.count()
    }

    /// The sums of one block whose last tooth counts positive.
    const fn entries(self) -> usize {
        1 << (self.count() - 1)
    }

    /// The memory of the entries of a table, in bytes.
    pub(crate) const fn bytes(self) -> usize {
        self.blocks() * self.entries() * size_of::<Affine>()
    }
}

/// The sums of one point, block after block: entry e of a block counts tooth t positive where bit t of e is set, and
/// the last tooth always.
pub(crate) struct Table {
    teeth: Teeth,
    entries: Box<[Affine]>,
}

impl Table {
    /// The table of a point; none when an entry is the identity or off the curve, which no point of
    /// the curve can cause: then the machine or the compiled code is faulty.
    pub(crate) fn new<G: Guards>(point: &Affine, teeth: Teeth) -> Option<Self> {
        Self::checked::<G>(Self::entries::<G>(point, teeth)?, teeth)
    }

    /// A table of these entries, unless one of them is off the curve.
    fn checked<G: Guards>(entries: Vec<Affine>, teeth: Teeth) -> Option<Self> {
        if G::ENTRY_ON_CURVE && !entries.iter().all(Affine::is_on_curve) {
            return None;
        }
        let is_whole = entries.len() == teeth.blocks() * teeth.entries();
        is_whole.then(|| Self { teeth, entries: entries.into_boxed_slice() })
    }

    fn entries<G: Guards>(point: &Affine, teeth: Teeth) -> Option<Vec<Affine>> {
        // 2^(8i)·P and its double for each place i: tooth ⌊i/b⌋ of block i mod b.
        let mut powers = Vec::with_capacity(2 * PLACES);
        let mut power = Jacobian::from(*point);
        for _ in 0..PLACES {
            let double = power.double();
            powers.extend([power, double]);
            power = (1..COLUMNS).fold(double, |power, _| power.double());
        }
        let powers = Jacobian::normalised::<G>(&powers)?;
        let (powers, _) = powers.as_chunks::<2>();

        let mut sums = Vec::with_capacity(teeth.blocks() * teeth.entries());
        for block in 0..teeth.blocks() {
            let of_block = powers.iter().skip(block).step_by(teeth.blocks()).collect::<Vec<_>>();
            let (last, lower) = of_block.split_last()?;
            // Entry 0 counts every tooth but the last negative; each set bit then adds twice its tooth.
            let [last, _] = last;
            let zero = lower.iter().fold((*last).into(), |sum: Jacobian, [tooth, _]| sum.add::<G>(&tooth.negated()));
            let mut entries = vec![zero];
            for [_, twice] in lower {
                let with_bit: Vec<_> = entries.iter().map(|entry| entry.add::<G>(twice)).collect();
                entries.extend(with_bit);
            }
            sums.append(&mut entries);
        }
        Jacobian::normalised::<G>(&sums)
    }

    /// The sum that these digits choose in a block; bit t set counts tooth t positive.
    #[inline]
    fn sum(&self, block: usize, digits: usize) -> Option<Affine> {
        // A block has as many entries as the bit of the last tooth says.
        let last = self.teeth.entries();
        let entry = |digits: usize| self.entries.get(block * last + (digits & (last - 1)));
        Some(if digits & last == 0 { entry(!digits)?.negated() } else { *entry(digits)? })
    }

    /// The sums that a scalar chooses, of the last column the blocks, then of the one before. They are fetched before any
    /// of them is used, so that the processor waits for all of them at once where the table is not in its nearest cache:
    /// many signers take turns.
    fn chosen(&self, Digits(digits): &Digits) -> Option<Vec<Affine>> {
        let blocks = self.teeth.blocks();
        let mut sums = Vec::with_capacity(COLUMNS * blocks);
        for column in (0..COLUMNS).rev() {
            for block in 0..blocks {
                let places = digits.iter().skip(block).step_by(blocks);
                let bits = places
                    .enumerate()
                    .fold(0, |bits, (tooth, digits)| bits | usize::from(digits >> column & 1) << tooth);
                sums.push(self.sum(block, bits)?);
            }
        }
        Some(sums)
    }
}

/// The digits of a scalar: bit i set where digit i is 1, clear where it is −1; eight columns a byte, one byte a place.
pub(crate) struct Digits([u8; PLACES]);

impl Digits {
    /// The digits of k, given k/2.
    ///
    /// With bits bᵢ = (dᵢ + 1)/2, Σ dᵢ·2ⁱ = 2·Σ bᵢ·2ⁱ − (2²⁵⁶ − 1). So the bits are those of
    /// (k + 2²⁵⁶ − 1)/2 modulo n, for even and odd k alike.
    pub(crate) fn of_twice(half: Scalar) -> Self {
        Self((half + HALF_OF_ALL_ONES).to_little_endian())
    }
}

/// The sum of two multiples, each of the point of a table. None is never the result: the indices are
/// in range by construction.
pub(crate) fn double_multiply<G: Guards>(tables: [&Table; 2], scalars: [&Digits; 2]) -> Option<Jacobian> {
    let ([first, second], [first_scalar, second_scalar]) = (tables, scalars);
    let (of_first, of_second) = (first.chosen(first_scalar)?, second.chosen(second_scalar)?);
    let columns = of_first.chunks_exact(first.teeth.blocks()).zip(of_second.chunks_exact(second.teeth.blocks()));
    let mut sum = Jacobian::IDENTITY;
    for (column, (of_first, of_second)) in columns.enumerate() {
        if column > 0 {
            sum = sum.double();
        }
        for block in 0..of_first.len().max(of_second.len()) {
            // In turn, so that tests know how to make each of these sums an exceptional one.
            if let Some(entry) = of_first.get(block) {
                sum = sum.add::<G>(entry);
            }
            if let Some(entry) = of_second.get(block) {
                sum = sum.add::<G>(entry);
            }
        }
    }
    Some(sum)
}

/// (2²⁵⁶ − 1)/2 modulo n.
const HALF_OF_ALL_ONES: Scalar =
    Scalar::constant(bytes(0x00000000_7fffffff_80000000_00000000, 0x218c82a9_2c7430bd_86231a9e_81ce6d57));

#[cfg(test)]
mod tests;
