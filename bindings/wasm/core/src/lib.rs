//! The module that is loaded first: ES256, certificates, trust bundles.

#![allow(unsafe_code, reason = "the attribute that exports a function, and the allocator")]

#[cfg(any(target_family = "wasm", test))]
mod allocator;

#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: allocator::Allocator<allocator::Memory> = allocator::Allocator::new(allocator::Memory);

tegata_wasm::export_verifier!();
