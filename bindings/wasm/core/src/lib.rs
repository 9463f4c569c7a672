//! The module that is loaded first: ES256, certificates, trust bundles.

#![allow(unsafe_code, reason = "the attribute that exports a function; there is no unsafe block")]

tegata_wasm::export_verifier!();

/// Traps, so that a test can see what the loader makes of it.
#[cfg(feature = "deliberate-trap")]
#[unsafe(no_mangle)]
pub extern "C" fn deliberate_trap() {
    std::process::abort();
}
