//! Which cryptography the command uses: the one place that says so.

use tegata::crypto::{CryptoProvider, Signer};
use tegata::keys::SoftwareSigner;

/// The version and the provider, for `--version`; `-V` is the version alone.
#[cfg(feature = "native")]
pub(crate) const LONG_VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\nCryptography: AWS-LC (tegata-native)");
#[cfg(not(feature = "native"))]
pub(crate) const LONG_VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\nCryptography: RustCrypto");

/// The provider that verifies.
#[cfg(feature = "native")]
pub(crate) static PROVIDER: &CryptoProvider = &tegata_native::PROVIDER;
#[cfg(not(feature = "native"))]
pub(crate) static PROVIDER: &CryptoProvider = &tegata::crypto::rustcrypto::PROVIDER;

/// The signer for many certificates: the fastest there is.
#[cfg(feature = "native")]
pub(crate) fn batch_signer(key: SoftwareSigner) -> Box<dyn Signer> {
    match tegata_native::NativeSigner::new(&key) {
        Ok(signer) => Box::new(signer),
        // It signs just as well, only later.
        Err(_) => Box::new(key),
    }
}

/// The signer for many certificates.
#[cfg(not(feature = "native"))]
pub(crate) fn batch_signer(key: SoftwareSigner) -> Box<dyn Signer> {
    Box::new(key)
}
