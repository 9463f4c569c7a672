//! URIs of keys in tokens.

use tegata_pkcs11::TokenUri;

/// A `pkcs11:` URI (RFC 7512). What is printed of it is nobody's PIN or name.
pub fn token_uri(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    match TokenUri::parse(text) {
        Ok(uri) => {
            assert!(TokenUri::is_one(text));
            assert!(!uri.module_path().as_os_str().is_empty());
            // Within another attribute's value those letters may stand; as an attribute of its own, a PIN is refused.
            let query = text.split_once('?').map_or("", |(_, query)| query);
            assert!(!query.split('&').any(|attribute| attribute.starts_with("pin-value=")));
            let _ = format!("{uri:?}");
        }
        Err(error) => {
            let _ = (error.to_string(), error.code());
        }
    }
}
