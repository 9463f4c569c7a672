//! Which cryptography the modules use.

use tegata::crypto::CryptoProvider;
#[cfg(not(feature = "everything"))]
use tegata_fast_verify::TablesAlone;
#[cfg(feature = "everything")]
use tegata_fast_verify::{FastProvider, Tables};

/// ES256 alone, by a table for each key, a small one at its first signature and one to keep at the second: the ordinary
/// way takes as long in WebAssembly, and would double the module.
#[cfg(not(feature = "everything"))]
pub(crate) fn provider() -> &'static CryptoProvider {
    static PROVIDER: CryptoProvider = CryptoProvider { verification: &[&TablesAlone] };
    &PROVIDER
}

/// The provider of this module.
#[cfg(feature = "everything")]
pub(crate) fn provider() -> &'static CryptoProvider {
    static FAST: FastProvider = FastProvider::over(&tegata::crypto::rustcrypto::PROVIDER, Tables::OVER_PORTABLE);
    FAST.provider()
}
