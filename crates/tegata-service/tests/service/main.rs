//! The service as clients meet it: over TLS, from the demonstration's files.

#![allow(clippy::indexing_slicing, clippy::panic)]

mod front;
mod public;
mod support;
