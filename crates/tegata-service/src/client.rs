//! Who calls.

use std::collections::HashMap;

use tegata::crypto::CryptoProvider;

use crate::settings::{ClientSettings, Settings};
use crate::{ClientCertificate, ServiceError};

/// The clients of the settings.
#[derive(Debug)]
pub(crate) struct Clients {
    by_certificate: HashMap<[u8; 32], ClientSettings>,
}

impl Clients {
    pub(crate) fn new(settings: &Settings, _provider: &'static CryptoProvider) -> Result<Self, ServiceError> {
        let with_certificate = |client: &ClientSettings| Some((client.certificate?, client.clone()));
        Ok(Self { by_certificate: settings.clients.iter().filter_map(with_certificate).collect() })
    }

    /// The client that a certificate was registered for.
    pub(crate) fn of_certificate(&self, certificate: &ClientCertificate) -> Option<&ClientSettings> {
        self.by_certificate.get(&certificate.fingerprint)
    }
}
