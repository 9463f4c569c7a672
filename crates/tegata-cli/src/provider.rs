//! Which cryptography the command uses: the one place that says so.

use tegata::crypto::{CryptoProvider, Signer};
use tegata::keys::SoftwareSigner;
use tegata_fast_verify::{FastProvider, Tables};

/// The version and the provider, for `--version`; `-V` is the version alone.
#[cfg(feature = "native")]
pub(crate) const LONG_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\nCryptography: AWS-LC (tegata-native), ES256 of known keys by tables (tegata-fast-verify)"
);
#[cfg(not(feature = "native"))]
pub(crate) const LONG_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\nCryptography: RustCrypto, ES256 of known keys by tables (tegata-fast-verify)"
);

/// Decides the first signatures of each key, and everything but ES256.
#[cfg(feature = "native")]
const ORDINARY: (&CryptoProvider, Tables) = (&tegata_native::PROVIDER, Tables::OVER_ASSEMBLY);
#[cfg(not(feature = "native"))]
const ORDINARY: (&CryptoProvider, Tables) = (&tegata::crypto::rustcrypto::PROVIDER, Tables::OVER_PORTABLE);

/// The provider that verifies: a key that verifies many certificates gets a table.
pub(crate) fn provider() -> &'static CryptoProvider {
    static PROVIDER: FastProvider = FastProvider::over(ORDINARY.0, ORDINARY.1);
    PROVIDER.provider()
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
