//! Which cryptography the command uses: the one place that says so.

use tegata::crypto::{CryptoProvider, Signer};
use tegata::keys::SoftwareSigner;

/// What `--version` says below the version.
#[cfg(feature = "native")]
const NAME: &str = "AWS-LC (tegata-native)";
#[cfg(not(feature = "native"))]
const NAME: &str = "RustCrypto";

/// The provider that verifies.
#[cfg(feature = "native")]
pub(crate) static PROVIDER: &CryptoProvider = &tegata_native::PROVIDER;
#[cfg(not(feature = "native"))]
pub(crate) static PROVIDER: &CryptoProvider = &tegata::crypto::rustcrypto::PROVIDER;

/// The signer for a key that was read or made: the fastest there is.
#[cfg(feature = "native")]
pub(crate) fn signer(key: SoftwareSigner) -> Box<dyn Signer> {
    match tegata_native::NativeSigner::new(&key) {
        Ok(signer) => Box::new(signer),
        // It signs just as well, only later.
        Err(_) => Box::new(key),
    }
}

/// The signer for a key that was read or made.
#[cfg(not(feature = "native"))]
pub(crate) fn signer(key: SoftwareSigner) -> Box<dyn Signer> {
    Box::new(key)
}

/// The version and the provider, for `--version`; `-V` is the version alone.
pub(crate) fn long_version() -> String {
    format!("{}\nCryptography: {NAME}", env!("CARGO_PKG_VERSION"))
}
