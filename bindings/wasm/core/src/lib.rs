//! The module that is loaded first: ES256, certificates, trust bundles.

#![allow(unsafe_code, reason = "the attribute that exports a function; there is no unsafe block")]

tegata_wasm::export_verifier!();
