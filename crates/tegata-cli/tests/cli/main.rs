//! The built command, driven as a script would drive it: arguments, standard input, files, exit
//! status, and what stands on each stream.
// Here a broken expectation must stop the run, so unwrapping and indexing are the right thing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod batch;
mod card;
mod desk;
mod help;
mod issue;
mod keeping;
mod keys;
mod operators;
mod page;
mod privacy;
mod run;
mod serve;
#[cfg(unix)]
mod terminal;
mod token;
mod traces;
mod trust;
mod trust_bundle;
mod vectors;
mod verify;
