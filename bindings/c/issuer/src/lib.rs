//! libtegata-issuer: everything of libtegata, and signing, for backends in other languages.
//!
//! A backend links this library instead of libtegata, never both. The header is `include/tegata_issuer.h`.

mod issued;
mod issuer;
mod key;

#[cfg(test)]
mod tests;

// The public interface is: these exports, and those of libtegata.
pub use issued::*;
pub use issuer::*;
pub use key::*;
pub use tegata_c::*;
