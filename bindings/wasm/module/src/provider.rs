//! Which cryptography the modules use.

use tegata::crypto::CryptoProvider;
use tegata_fast_verify::{FastProvider, Tables};

/// ES256 alone, by a table for each key, made at its first signature: the ordinary way takes as long in
/// WebAssembly, and would double the module.
#[cfg(not(feature = "everything"))]
const ORDINARY: (&CryptoProvider, Tables) =
    (&CryptoProvider { verification: &[] }, Tables::at_most(Tables::MAX_TABLES, 1));

#[cfg(feature = "everything")]
const ORDINARY: (&CryptoProvider, Tables) = (&tegata::crypto::rustcrypto::PROVIDER, Tables::OVER_PORTABLE);

/// The provider of this module.
pub(crate) fn provider() -> &'static CryptoProvider {
    static PROVIDER: FastProvider = FastProvider::over(ORDINARY.0, ORDINARY.1);
    PROVIDER.provider()
}
