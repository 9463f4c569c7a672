//! The table of a point, and the multiplication with two tables: a comb of eight teeth in four blocks.
//!
//! A scalar k is written with 256 digits dᵢ ∈ {1, −1}, k ≡ Σ dᵢ·2ⁱ modulo n. Digit i belongs to
//! column i mod 8, block ⌊i/8⌋ mod 4 and tooth ⌊i/32⌋. The eight digits of one column and block, one
//! a tooth, choose a sum Σ ±2^(32·tooth + 8·block)·P, which the table of the point P holds; columns
//! are joined by doubling. Half of the 256 sums of a block are negatives of the other half, so 128
//! are kept, those in which the last tooth counts positive.
//!
//! The indexing, and the rewriting of the scalar, are what no proof covers: the tests are for them.

use crate::field::{Scalar, bytes};
use crate::guards::Guards;
use crate::point::{Affine, Jacobian};

/// Digits of one column and block, each of another tooth.
pub(crate) const TEETH: usize = 8;
/// Sums added between two doublings, for each of the two points.
pub(crate) const BLOCKS: usize = 4;
/// Digits of one block and tooth.
pub(crate) const COLUMNS: usize = 8;
/// The sums of one block whose last tooth counts positive.
const ENTRIES: usize = 1 << (TEETH - 1);

/// The sums of one point: entry e of a block counts tooth t positive where bit t of e is set, and
/// tooth 7 always.
pub(crate) struct Table([[Affine; ENTRIES]; BLOCKS]);

impl Table {
    /// The memory of a table, in bytes.
    pub(crate) const BYTES: usize = size_of::<Self>();

    /// The table of a point; none when an entry is the identity or off the curve, which no point of
    /// the curve can cause: then the machine or the compiled code is faulty.
    pub(crate) fn new<G: Guards>(point: &Affine) -> Option<Box<Self>> {
        Self::checked::<G>(Self::entries::<G>(point)?)
    }

    /// A table of these entries, block after block, unless one of them is off the curve.
    fn checked<G: Guards>(entries: Vec<Affine>) -> Option<Box<Self>> {
        if G::ENTRY_ON_CURVE && !entries.iter().all(Affine::is_on_curve) {
            return None;
        }
        let (blocks, rest) = entries.as_chunks::<ENTRIES>();
        let blocks: Box<[[Affine; ENTRIES]; BLOCKS]> = blocks.to_vec().into_boxed_slice().try_into().ok()?;
        rest.is_empty().then(|| Box::new(Self(*blocks)))
    }

    fn entries<G: Guards>(point: &Affine) -> Option<Vec<Affine>> {
        // 2^(8i)·P and its double for i in 0..32: tooth i/4 of block i mod 4.
        let mut powers = Vec::with_capacity(2 * TEETH * BLOCKS);
        let mut power = Jacobian::from(*point);
        for _ in 0..TEETH * BLOCKS {
            let double = power.double();
            powers.extend([power, double]);
            power = (1..COLUMNS).fold(double, |power, _| power.double());
        }
        let powers = Jacobian::normalised::<G>(&powers)?;
        let (powers, _) = powers.as_chunks::<2>();

        let mut sums = Vec::with_capacity(ENTRIES * BLOCKS);
        for block in 0..BLOCKS {
            let mut teeth = powers.iter().skip(block).step_by(BLOCKS);
            let (lower, last) = (teeth.by_ref().take(TEETH - 1).collect::<Vec<_>>(), teeth.next()?);
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
    fn sum(&self, block: usize, digits: u8) -> Option<Affine> {
        let entries = self.0.get(block)?;
        Some(if digits & LAST_TOOTH == 0 {
            entries.get(usize::from(!digits & !LAST_TOOTH))?.negated()
        } else {
            *entries.get(usize::from(digits & !LAST_TOOTH))?
        })
    }
}

/// The digits of the last tooth.
const LAST_TOOTH: u8 = 1 << (TEETH - 1);

/// The digits of a scalar: of each column the blocks, of each block a bit a tooth, set for 1 and clear for −1.
pub(crate) struct Digits([[u8; BLOCKS]; COLUMNS]);

impl Digits {
    /// The digits of k, given k/2.
    ///
    /// With bits bᵢ = (dᵢ + 1)/2, Σ dᵢ·2ⁱ = 2·Σ bᵢ·2ⁱ − (2²⁵⁶ − 1). So the bits are those of
    /// (k + 2²⁵⁶ − 1)/2 modulo n, for even and odd k alike.
    pub(crate) fn of_twice(half: Scalar) -> Self {
        let bits = (half + HALF_OF_ALL_ONES).to_little_endian();
        let mut digits = [[0; BLOCKS]; COLUMNS];
        let (teeth, _) = bits.as_chunks::<BLOCKS>();
        for (tooth, blocks) in teeth.iter().enumerate() {
            for (column, digits) in digits.iter_mut().enumerate() {
                for (digits, bits) in digits.iter_mut().zip(blocks) {
                    *digits |= (bits >> column & 1) << tooth;
                }
            }
        }
        Self(digits)
    }
}

/// The sum of two multiples, each of the point of a table. None is never the result: the indices are
/// in range by construction.
pub(crate) fn double_multiply<G: Guards>(tables: [&Table; 2], scalars: [&Digits; 2]) -> Option<Jacobian> {
    let ([first, second], [first_scalar, second_scalar]) = (tables, scalars);
    let (first, second) = (chosen(first, first_scalar)?, chosen(second, second_scalar)?);
    let mut sum = Jacobian::IDENTITY;
    for (column, (first, second)) in first.iter().zip(&second).rev().enumerate() {
        if column > 0 {
            sum = sum.double();
        }
        for (first, second) in first.iter().zip(second) {
            sum = sum.add::<G>(first);
            sum = sum.add::<G>(second);
        }
    }
    Some(sum)
}

/// The entries that a scalar chooses from its table. They are fetched before any of them is used, so that the processor
/// waits for all of them at once where the table is not in its nearest cache: many signers take turns.
fn chosen(table: &Table, Digits(digits): &Digits) -> Option<[[Affine; BLOCKS]; COLUMNS]> {
    let mut entries = [[Affine::GENERATOR; BLOCKS]; COLUMNS];
    for (entries, digits) in entries.iter_mut().zip(digits) {
        for (block, (entry, &digits)) in entries.iter_mut().zip(digits).enumerate() {
            *entry = table.sum(block, digits)?;
        }
    }
    Some(entries)
}

/// (2²⁵⁶ − 1)/2 modulo n.
const HALF_OF_ALL_ONES: Scalar =
    Scalar::constant(bytes(0x00000000_7fffffff_80000000_00000000, 0x218c82a9_2c7430bd_86231a9e_81ce6d57));

#[cfg(test)]
mod tests;
