//! The module with everything: every algorithm, the trust lists of others, revocation lists, cards.

#![allow(unsafe_code, reason = "the attribute that exports a function; there is no unsafe block")]

tegata_wasm::export_verifier!();
tegata_wasm::export_everything!();
