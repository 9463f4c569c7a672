//! Keys in a token, named by a `pkcs11:` URI: those that sign, and those that seal a master key.

#[cfg(feature = "office")]
mod device;

#[cfg(feature = "pkcs11")]
use std::io::IsTerminal as _;
use std::path::Path;

use tegata::crypto::Signer;
#[cfg(feature = "pkcs11")]
use tegata_pkcs11::{TokenError, TokenSigner, TokenUri};
#[cfg(feature = "pkcs11")]
use zeroize::Zeroizing;

use crate::arguments::Passphrase;
use crate::error::Error;
#[cfg(feature = "pkcs11")]
use crate::passphrase::{ask, first_line};

#[cfg(feature = "office")]
pub(crate) use device::{device, device_or_new};

/// Whether a key's name is that of one in a token.
pub(crate) fn is_in_token(path: &Path) -> bool {
    path.to_string_lossy().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("pkcs11:"))
}

/// Opens a key in a token. The PIN is the first line of the URI's `pin-source`, or comes as a passphrase does.
///
/// # Errors
/// When the PIN cannot be had, or the token does not give the key.
#[cfg(feature = "pkcs11")]
pub(crate) fn open(passphrase: &Passphrase, uri: &Path) -> Result<Box<dyn Signer>, Error> {
    with(uri, &|| passphrase.given(), TokenSigner::open).map(|signer| -> Box<dyn Signer> { Box::new(signer) })
}

/// Makes a new key in a token.
///
/// # Errors
/// As [`open`].
#[cfg(feature = "pkcs11")]
pub(crate) fn generate(passphrase: &Passphrase, uri: &Path) -> Result<Box<dyn Signer>, Error> {
    with(uri, &|| passphrase.given(), TokenSigner::generate).map(|signer| -> Box<dyn Signer> { Box::new(signer) })
}

#[cfg(feature = "pkcs11")]
fn with<T>(
    uri: &Path,
    given: &dyn Fn() -> Result<Option<Zeroizing<String>>, Error>,
    act: impl Fn(&TokenUri, Option<&str>) -> Result<T, TokenError>,
) -> Result<T, Error> {
    let parsed = TokenUri::parse(&uri.to_string_lossy()).map_err(refused)?;
    let pin = match parsed.pin_source() {
        Some(path) => Some(first_line(path)?),
        None => given()?,
    };
    let somebody_there = std::io::stdin().is_terminal() || std::io::stderr().is_terminal();
    let done = match act(&parsed, pin.as_ref().map(|pin| pin.as_str())) {
        Err(TokenError::PinRequired) if somebody_there => {
            let pin = ask("PIN of the token: ")?;
            act(&parsed, Some(pin.as_str()))
        }
        result => result,
    };
    done.map_err(refused)
}

/// The URI's own text stays out: it names files that hold PINs.
#[cfg(feature = "pkcs11")]
fn refused(error: TokenError) -> Error {
    match error {
        TokenError::Uri { attribute, .. } => Error::refused(SOURCE, tegata::Failure::of_field(error.code(), attribute)),
        other => Error::refused(SOURCE, other.code()),
    }
}

#[cfg(feature = "pkcs11")]
const SOURCE: &str = "pkcs11:";

#[cfg(not(feature = "pkcs11"))]
fn absent<T>() -> Result<T, Error> {
    Err(Error::Usage("keys in a token (pkcs11:) are not supported by this build".into()))
}

#[cfg(not(feature = "pkcs11"))]
pub(crate) fn open(_: &Passphrase, _: &Path) -> Result<Box<dyn Signer>, Error> {
    absent()
}

#[cfg(not(feature = "pkcs11"))]
pub(crate) fn generate(_: &Passphrase, _: &Path) -> Result<Box<dyn Signer>, Error> {
    absent()
}
