//! Whether a proven identity is a person of the register (B1, B2).
//!
//! The individual number, as a keyed hash, leads to the one person who can match; then name, address, date of birth
//! and sex are compared. What is proven is never corrected by the register nor the other way round: where two texts
//! differ by more than how they are written, no certificate comes of it without a person looking.
//!
//! # How texts are compared
//! Both sides are brought into one form, and nothing is guessed:
//! * **widths**: full-width letters, digits and signs become ASCII, half-width kana become full-width (Unicode NFKC,
//!   but for the characters that NFKC would replace by others: see [`normalise`]);
//! * **spaces** of any kind are left out: registers part surname and given name in different ways or not at all;
//! * **case** of Latin letters is disregarded;
//! * in **addresses** besides, the signs between numbers: every dash, and 丁目, 番地, 番, 号, の and ノ behind a number
//!   count as one hyphen, and kanji numerals before 丁目 as digits (`豊玉北六丁目１２番１号` = `豊玉北6-12-1`).
//!
//! If the forms are equal, the texts match. If they are not, but become equal when variants of the same kanji
//! (異体字: [`variants`], a small sourced table, and ideographic variation sequences) are taken for one, **a person
//! decides**: two people can differ by just that. Anything else does not match.

mod address;
mod compare;
mod normalise;
pub mod variants;

#[cfg(test)]
mod tests;

pub use address::normalise_address;
pub use compare::{Agreement, Claim, Difference, Match, compare, match_residents};
pub use normalise::normalise;
