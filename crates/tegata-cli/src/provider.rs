//! Which cryptography the command uses: the one place that says so.

use tegata::crypto::{CryptoProvider, Signer};
use tegata::keys::SoftwareSigner;
use tegata_fast_verify::{FastProvider, Tables};

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

/// The same with a table for each ES256 key that is used again and again.
pub(crate) fn with_tables() -> &'static CryptoProvider {
    #[cfg(feature = "native")]
    static TABLES: FastProvider = FastProvider::over(&tegata_native::PROVIDER, Tables::OVER_ASSEMBLY);
    #[cfg(not(feature = "native"))]
    static TABLES: FastProvider = FastProvider::over(&tegata::crypto::rustcrypto::PROVIDER, Tables::OVER_PORTABLE);
    TABLES.provider()
}

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
