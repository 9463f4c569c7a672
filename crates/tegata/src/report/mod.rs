//! Outcomes: what was checked, what passed, and the first failure's stage and stable code.

mod outcome;

pub use outcome::{Advice, Code, Stage};

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
