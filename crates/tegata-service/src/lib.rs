//! The issuing service: applications by app, kiosk, certificate centre and counter over HTTPS.
//!
//! `Service` is what every request works on: ledger, desks, clock, clients, counters. `serve` listens for it with
//! TLS until it is told to stop. The library underneath is synchronous and takes time as an argument; here is the one
//! place that has a clock, and every call of it runs on a thread of its own.
//!
//! ```text
//! connection ─ tls ─ server ─▶ telemetry ─ limits ─▶ app | kiosk | relay | counter | public
//!                                  │                        │ who calls, what is asked
//!                               problem ◀───────────────────┘ tegata-issuer, on a thread that may wait
//! ```
//!
//! What clients send is understood apart from HTTP: without the feature `server` (on by default) there are [`Token`],
//! [`sealed`] messages, [`request`] bodies and [`settings`] alone.
//!
//! What a request holds is untrusted until the library has judged it. No part of a request but its method, the route that
//! matched and its outcome is logged, counted or repeated in an answer.

#![forbid(unsafe_code)]

#[cfg(feature = "server")]
pub mod demo;
pub mod request;
pub mod sealed;
pub mod settings;

#[cfg(feature = "server")]
mod app;
#[cfg(feature = "server")]
mod attestation;
#[cfg(feature = "server")]
mod body;
#[cfg(feature = "server")]
mod client;
#[cfg(feature = "server")]
mod counter;
#[cfg(feature = "server")]
mod device;
#[cfg(feature = "server")]
mod error;
#[cfg(feature = "server")]
mod kiosk;
#[cfg(feature = "server")]
mod limits;
#[cfg(feature = "server")]
mod open;
#[cfg(feature = "server")]
mod openapi;
#[cfg(feature = "server")]
mod paper;
#[cfg(feature = "server")]
mod problem;
#[cfg(feature = "server")]
mod public;
#[cfg(feature = "server")]
mod relay;
#[cfg(feature = "server")]
mod router;
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "server")]
mod state;
#[cfg(feature = "server")]
mod telemetry;
#[cfg(feature = "server")]
mod tls;
mod token;

#[cfg(feature = "server")]
pub use attestation::{AttestationRefused, MAX_ATTESTATION_BYTES, PlatformAttestation};
#[cfg(feature = "server")]
pub use error::ServiceError;
#[cfg(feature = "server")]
pub use open::{OpenDevice, OpenKey, Surroundings};
#[cfg(feature = "server")]
pub use openapi::openapi;
#[cfg(feature = "server")]
pub use server::{Running, serve};
pub use settings::Settings;
#[cfg(feature = "server")]
pub use state::{Clock, Office, Parts, Service};
#[cfg(feature = "server")]
pub use telemetry::log_to;
#[cfg(feature = "server")]
pub use tls::{ClientCertificate, Credentials};
pub use token::{
    MAX_TOKEN_CHARS, TOKEN_ID_BYTES, TOKEN_SKEW_SECONDS, TOKEN_VALID_SECONDS, Token, TokenError, sign_token,
};
