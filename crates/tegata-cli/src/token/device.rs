//! Secret keys in a token that seal the file of a master key.

use std::path::Path;

use tegata_issuer::vault::KeyDevice;
#[cfg(feature = "pkcs11")]
use tegata_issuer::vault::VaultError;
#[cfg(feature = "pkcs11")]
use tegata_pkcs11::{TokenError, TokenSealer, TokenUri};
#[cfg(feature = "pkcs11")]
use zeroize::Zeroizing;

use crate::error::Error;

/// Opens the secret key in a token that seals a master key's file.
///
/// # Errors
/// As [`open`](super::open).
#[cfg(feature = "pkcs11")]
pub(crate) fn device(uri: &Path) -> Result<Box<dyn KeyDevice>, Error> {
    super::with(uri, &|| Ok(None), TokenSealer::open).map(|sealer| -> Box<dyn KeyDevice> { Box::new(Device(sealer)) })
}

/// Opens such a key, or makes it where the token has none of its name.
///
/// # Errors
/// As [`open`](super::open).
#[cfg(feature = "pkcs11")]
pub(crate) fn device_or_new(uri: &Path) -> Result<Box<dyn KeyDevice>, Error> {
    let act = |uri: &TokenUri, pin: Option<&str>| match TokenSealer::open(uri, pin) {
        Err(TokenError::KeyNotFound) => TokenSealer::generate(uri, pin),
        opened => opened,
    };
    super::with(uri, &|| Ok(None), act).map(|sealer| -> Box<dyn KeyDevice> { Box::new(Device(sealer)) })
}

/// A token that seals, as the vault wants it.
#[cfg(feature = "pkcs11")]
#[derive(Debug)]
struct Device(TokenSealer);

#[cfg(feature = "pkcs11")]
impl KeyDevice for Device {
    fn seal(&self, purpose: &[u8], secret: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.0.seal(purpose, secret).map_err(failed)
    }

    fn open(&self, purpose: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.0.unseal(purpose, sealed).map_err(failed)
    }
}

#[cfg(feature = "pkcs11")]
fn failed(error: TokenError) -> VaultError {
    match error {
        TokenError::DoesNotOpen => VaultError::DoesNotOpen,
        other => VaultError::Device { code: other.code() },
    }
}

#[cfg(not(feature = "pkcs11"))]
pub(crate) fn device(_: &Path) -> Result<Box<dyn KeyDevice>, Error> {
    super::absent()
}

#[cfg(not(feature = "pkcs11"))]
pub(crate) fn device_or_new(_: &Path) -> Result<Box<dyn KeyDevice>, Error> {
    super::absent()
}
