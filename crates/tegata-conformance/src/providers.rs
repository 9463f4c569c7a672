//! The crypto providers that every suite runs with.

use std::sync::LazyLock;

use tegata::crypto::{CryptoProvider, rustcrypto};
use tegata_fast_verify::{FastProvider, Tables};

/// Tables from the first signature on, so that the suites meet them and not the provider below.
static TABLES: FastProvider = FastProvider::over(&rustcrypto::PROVIDER, Tables::at_most(Tables::MAX_TABLES, 0));

/// Each provider and its name. All of them must come to the same outcome for everything.
pub static PROVIDERS: LazyLock<[(&str, &CryptoProvider); 3]> = LazyLock::new(|| {
    [("rustcrypto", &rustcrypto::PROVIDER), ("native", &tegata_native::PROVIDER), ("tables", TABLES.provider())]
});
