//! Verifies ES256 signatures of known signers in half the time of assembly, over formally verified arithmetic.
//!
//! Few signers sign millions of certificates. A table for each signer's key, 32 KB, spares all but 7
//! of the 256 doublings of a verification. [`FastProvider`] puts such tables before another provider:
//!
//! ```
//! # #[cfg(feature = "rustcrypto")] {
//! use tegata::TrustSet;
//!
//! let provider = tegata_fast_verify::RUSTCRYPTO.provider();
//! let trust = TrustSet::builder(provider).build();
//! # }
//! ```
//!
//! Over another provider, or with other limits:
//!
//! ```
//! # mod another { pub static PROVIDER: tegata::crypto::CryptoProvider =
//! #     tegata::crypto::CryptoProvider { verification: &[] }; }
//! use tegata_fast_verify::{FastProvider, Tables};
//!
//! // At most 100 tables, 3.2 MB; each after 16 signatures of its key.
//! static FAST: FastProvider = FastProvider::over(&another::PROVIDER, Tables::at_most(100, 16));
//! # FAST.provider();
//! ```
//!
//! # What is verified, and by whom
//!
//! * **Field and scalar arithmetic** is the crate `fiat-crypto`, unchanged: code generated together
//!   with a machine-checked proof that it computes what it says.
//! * **The formulas** for doubling and for adding points are those the fiat-crypto repository proves
//!   to be the group's, followed step by step. That the steps here are the same was checked by
//!   reading, and by tests against the `p256` crate.
//! * **Not verified**: the rewriting of scalars into digits, the indexing of the tables, the
//!   comparisons of r, s and x with their bounds, and the order in which the exceptional cases of
//!   addition are told apart. For these there are tests: Wycheproof's suite; random signatures and
//!   mutations, and scalars made to meet each exceptional case at every position, against `p256`; and,
//!   for each case, a proof by experiment that the tests fail without its guard. The same cases run
//!   in WebAssembly.
//!
//! The inverses of s, and of the denominators of a table, are computed by unverified code and used only when the product
//! with what they invert is one.
//! At run time every entry of a table is checked to lie on the curve, and with the feature `p256` one multiple is compared
//! with that crate's. In a [`FastProvider`], a table that was not made at once must also agree with the ordinary provider
//! about the signature at which it was made; whatever fails is thrown away and the ordinary provider decides.
//! [`TablesAlone`] has nobody to ask: where a table fails, every signature of its key is invalid. Without the feature `p256`,
//! the check of the entries is the only one it has at run time. A signature is never accepted because a check failed.
//!
//! # Public data only
//!
//! Everything here runs in **variable time**: it branches on, and looks tables up by, what it
//! computes with. Verification sees public keys, public hashes and public signatures only. Nothing
//! here signs, and nothing here may be used to.

#![forbid(unsafe_code)]

mod alone;
mod comb;
mod ecdsa;
mod field;
mod guards;
mod inverse;
mod key_table;
mod point;
mod provider;
#[cfg(test)]
mod signed;
mod tables;
#[cfg(feature = "p256")]
mod witness;

// The public interface is:
pub use alone::TablesAlone;
pub use key_table::{KeyTable, TABLE_BYTES, TableError};
pub use provider::FastProvider;
pub use tables::Tables;

/// Tables over the pure-Rust provider, [`tegata::crypto::rustcrypto::PROVIDER`]; one for the whole process.
#[cfg(feature = "rustcrypto")]
pub static RUSTCRYPTO: FastProvider = FastProvider::over(&tegata::crypto::rustcrypto::PROVIDER, Tables::OVER_PORTABLE);
