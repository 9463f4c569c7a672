//! The service as clients meet it: over TLS, from the demonstration's files.

#![allow(clippy::indexing_slicing, clippy::panic)]

mod app;
mod counter;
mod devices;
mod front;
mod kiosk;
mod public;
mod relay;
mod support;
