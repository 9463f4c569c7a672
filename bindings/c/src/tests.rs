//! The header is as the sources say, and the sources keep the rules they state.

mod header;
mod rules;
