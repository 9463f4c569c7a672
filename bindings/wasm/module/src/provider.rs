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

static FAST: FastProvider = FastProvider::over(ORDINARY.0, ORDINARY.1);

/// The provider of this module: there is no other algorithm to put beside this one.
#[cfg(not(feature = "everything"))]
pub(crate) fn provider() -> &'static CryptoProvider {
    static PROVIDER: CryptoProvider = CryptoProvider { verification: &[&FAST] };
    &PROVIDER
}

/// The provider of this module.
#[cfg(feature = "everything")]
pub(crate) fn provider() -> &'static CryptoProvider {
    FAST.provider()
}
