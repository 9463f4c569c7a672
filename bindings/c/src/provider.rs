//! Which cryptography this library uses.

use tegata::crypto::{CryptoProvider, rustcrypto};
use tegata_fast_verify::{FastProvider, Tables};

/// The portable provider, with a table for each key that verifies many certificates. It only verifies.
pub(crate) fn provider() -> &'static CryptoProvider {
    static PROVIDER: FastProvider = FastProvider::over(&rustcrypto::PROVIDER, Tables::OVER_PORTABLE);
    PROVIDER.provider()
}
