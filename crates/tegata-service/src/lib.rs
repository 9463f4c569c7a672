//! The issuing service: applications by app, kiosk, certificate centre and counter over HTTPS.
//!
//! [`Service`] is what every request works on: ledger, desks, clock, clients, counters. [`serve`] listens for it with
//! TLS until it is told to stop. The library underneath is synchronous and takes time as an argument; here is the one
//! place that has a clock, and every call of it runs on a thread of its own.
//!
//! ```text
//! connection ─ tls ─ server ─▶ telemetry ─ limits ─▶ app | kiosk | relay | counter | public
//!                                  │                        │ who calls, what is asked
//!                               problem ◀───────────────────┘ tegata-issuer, on a thread that may wait
//! ```
//!
//! What a request holds is untrusted until the library has judged it. No part of a request but its method, the route that
//! matched and its outcome is logged, counted or repeated in an answer.

#![forbid(unsafe_code)]

pub mod demo;
pub mod settings;

mod app;
mod attestation;

mod body;
mod client;
mod counter;
mod device;
mod error;
mod kiosk;
mod limits;
mod open;
mod openapi;
mod paper;
mod problem;
mod public;
mod relay;
mod router;
pub mod sealed;
mod server;
mod state;
mod telemetry;
mod tls;
mod token;

pub use attestation::{AttestationRefused, MAX_ATTESTATION_BYTES, PlatformAttestation};
pub use error::ServiceError;
pub use open::{OpenDevice, OpenKey, Surroundings};
pub use openapi::openapi;
pub use server::{Running, serve};
pub use settings::Settings;
pub use state::{Clock, Office, Parts, Service};
pub use telemetry::log_to;
pub use tls::{ClientCertificate, Credentials};
pub use token::{MAX_TOKEN_CHARS, TOKEN_ID_BYTES, TOKEN_SKEW_SECONDS, TOKEN_VALID_SECONDS, sign_token};
