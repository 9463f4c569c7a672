//! The application for a certificate, from its receipt to the record it is granted on.
//!
//! Each step is a type that only the step before makes, so that none can be left out:
//!
//! ```text
//! app, kiosk   Received ──verify──▶ Verified ──find──▶ Found ──settle──▶ Matched ──issue──▶ Bundle
//! counter      CounterEntry ──enter──▶ (stored, sealed; a second person takes it up) ──▶ Verified ──▶ …
//! ```
//!
//! * [`Received`]: addressed to this municipality, by a channel that is open, for a kind that is offered, with consent
//!   to the terms in force given shortly before (A2, A6, A8, B7).
//! * [`Verified`]: the identity is proven ([`IdentityEvidence`]): by the signatures on a card (A3, A5), or by a member
//!   of staff who checked documents (A7).
//! * [`Found`]: one person of the register is it, or may be it (B1, B2), and the passport data is at hand where it is
//!   needed (B8).
//! * [`Matched`]: there is no doubt left about who it is. From here [`issuing`](crate::issuing) goes on.
//!
//! What waits at the counter is kept as it came in, sealed, and **verified and matched again** when it is taken up:
//! [`Verified`] is never stored. A [`Refusal`] says why an application is not granted; it leaves its audit entry and
//! nothing else.

mod counter;
mod device;
mod evidence;
mod found;
mod look_up;
mod receipt;
mod refusal;
mod stored;

#[cfg(test)]
pub(crate) mod tests;

pub use counter::{
    Approval, CounterEntry, Entered, Evidence, Pending, Replacement, Shown, approve, approve_once, enter, pending,
    reject, show, waiting,
};
pub use device::{
    ANSWER_KEPT_SECONDS, CONSENT_SKEW_SECONDS, CONSENT_VALID_SECONDS, DeviceSession, Received, apply, apply_once,
};
pub use evidence::{Attestation, IdentityEvidence};
pub use found::{Found, Matched, Verified, Warning};
pub use look_up::{LookUp, PastCertificate, Person, look_up};
pub use receipt::Receipt;
pub use refusal::Refusal;

pub(crate) use counter::{end, replaceable};
