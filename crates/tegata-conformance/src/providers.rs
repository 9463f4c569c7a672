//! The crypto providers that every suite runs with.

use tegata::crypto::{CryptoProvider, rustcrypto};

/// Each provider and its name. All of them must come to the same outcome for everything.
pub const PROVIDERS: &[(&str, &CryptoProvider)] =
    &[("rustcrypto", &rustcrypto::PROVIDER), ("native", &tegata_native::PROVIDER)];
