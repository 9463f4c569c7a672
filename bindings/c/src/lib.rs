//! libtegata: verification, card dialogue and application for kiosks, as a C library.
//!
//! The header `include/tegata.h` is the documentation for its users, and is made from what stands here; `README.md`
//! is the vendor's guide. Each export checks its arguments, makes one call of the `tegata` crate and converts the
//! result. Nothing here signs: that is `libtegata-issuer`.

#[doc(hidden)]
pub mod ffi;
mod options;
mod provider;

// In the order of the header, which the blank lines keep.

mod version;

mod codes;

mod trust;

mod verifier;

mod report;

mod certificate;

mod qr;

mod card_session;

mod card_files;

mod card_verifier;

mod card_report;

mod mrz;

mod application;

#[cfg(test)]
mod tests;

// The public interface is: these exports, for the header, for libtegata-issuer and for the tests.
pub use application::*;
pub use card_files::*;
pub use card_report::*;
pub use card_session::*;
pub use card_verifier::*;
pub use certificate::*;
pub use codes::*;
pub use mrz::*;
pub use options::*;
pub use qr::*;
pub use report::*;
pub use trust::*;
pub use verifier::*;
pub use version::*;

#[global_allocator]
static ALLOCATOR: ffi::WipingAllocator = ffi::WipingAllocator;
