//! Issuing: the record of a matched person becomes certificates, and the issue is recorded in the same transaction.
//!
//! A [`Desk`] is a municipality's settings with its signer at hand. It builds the record (B3: nothing of the individual
//! number, the address, the venue or the doctor is in it), issues every profile that was asked for under one certificate
//! ID (証明書ID), and records the issue (B9). [`revoke`] takes a certificate back with a reason, and
//! [`revocation_list`] is what verifiers are told.

mod certify;
mod desk;
mod id;
mod revocation_list;
mod revoke;

#[cfg(test)]
mod tests;

pub use desk::{Bundle, Certificate, Desk};
pub use revocation_list::{revocation_list, revocation_set};
pub use revoke::revoke;

pub(crate) use certify::{Subject, record};
pub(crate) use id::random_characters;
