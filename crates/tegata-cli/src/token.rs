//! Signing keys in a token, named by a `pkcs11:` URI.

use std::path::Path;

use tegata::crypto::Signer;

use crate::arguments::Passphrase;
use crate::error::Error;

/// Whether a key's name is that of one in a token.
pub(crate) fn is_in_token(path: &Path) -> bool {
    path.to_string_lossy().get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("pkcs11:"))
}

/// Opens a key in a token. The PIN is the first line of the URI's `pin-source`, or comes as a passphrase does.
///
/// # Errors
/// When the PIN cannot be had, or the token does not give the key.
pub(crate) fn open(passphrase: &Passphrase, uri: &Path) -> Result<Box<dyn Signer>, Error> {
    with(passphrase, uri, Act::Open)
}

/// Makes a new key in a token.
///
/// # Errors
/// As [`open`].
pub(crate) fn generate(passphrase: &Passphrase, uri: &Path) -> Result<Box<dyn Signer>, Error> {
    with(passphrase, uri, Act::Generate)
}

#[derive(Clone, Copy)]
enum Act {
    Open,
    Generate,
}

#[cfg(not(feature = "pkcs11"))]
fn with(_: &Passphrase, _: &Path, act: Act) -> Result<Box<dyn Signer>, Error> {
    match act {
        Act::Open | Act::Generate => {
            Err(Error::Usage("keys in a token (pkcs11:) are not supported by this build".into()))
        }
    }
}

#[cfg(feature = "pkcs11")]
fn with(passphrase: &Passphrase, uri: &Path, act: Act) -> Result<Box<dyn Signer>, Error> {
    use std::io::IsTerminal as _;

    use tegata_pkcs11::{TokenError, TokenSigner, TokenUri};

    use crate::passphrase::{ask, first_line};

    // The URI's own text stays out: it names files that hold PINs.
    const SOURCE: &str = "pkcs11:";
    let refused = |error: TokenError| match error {
        TokenError::Uri { attribute, .. } => Error::refused(SOURCE, tegata::Failure::of_field(error.code(), attribute)),
        other => Error::refused(SOURCE, other.code()),
    };
    let parsed = TokenUri::parse(&uri.to_string_lossy()).map_err(refused)?;
    let pin = match parsed.pin_source() {
        Some(path) => Some(first_line(path)?),
        None => passphrase.given()?,
    };
    let act = |pin: Option<&str>| match act {
        Act::Open => TokenSigner::open(&parsed, pin),
        Act::Generate => TokenSigner::generate(&parsed, pin),
    };
    let somebody_there = std::io::stdin().is_terminal() || std::io::stderr().is_terminal();
    let signer = match act(pin.as_ref().map(|pin| pin.as_str())) {
        Err(TokenError::PinRequired) if somebody_there => {
            let pin = ask("PIN of the token: ")?;
            act(Some(pin.as_str()))
        }
        result => result,
    };
    signer.map(|signer| -> Box<dyn Signer> { Box::new(signer) }).map_err(refused)
}
