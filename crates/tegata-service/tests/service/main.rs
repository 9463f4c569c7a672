//! The service as clients meet it: over TLS, from the demonstration's files.
// Here a broken expectation must stop the run, so unwrapping and indexing are the right thing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod app;
mod counter;
mod devices;
mod front;
mod kiosk;
mod public;
mod relay;
mod separation;
mod support;

/// What clients do, with the ledgers in PostgreSQL.
#[cfg(unix)]
#[test]
fn scenarios_on_postgresql() {
    support::run_on_postgresql(&["app::", "counter::", "kiosk::", "public::", "relay::", "separation::"]);
}
