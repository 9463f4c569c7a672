//! Outcomes: what was checked, what passed, and the first failure's stage and stable code.
//!
//! [`Code`] and [`Stage`] come from one table, from which every surface takes its names and
//! numbers. A [`Failure`] is a code and the name of the field it speaks of; it never holds a
//! value from the input, so it can be logged.

mod check;
mod column;
pub(crate) mod json;
mod outcome;
#[cfg(feature = "profiles")]
mod summary;
mod verification;

pub use check::{Check, Checks, Failure, Status};
pub use outcome::{Advice, Code, Stage};
#[cfg(feature = "profiles")]
pub use summary::{Label, Line, Summary};
pub use verification::Report;

/// The language of texts for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Japanese (日本語).
    Japanese,
}
