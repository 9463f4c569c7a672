use core::fmt;
use std::path::{Path, PathBuf};

use crate::TokenError;

/// The longest URI read, in bytes. Every attribute of a token has at most 64 characters
/// (PKCS#11 §3.2); this leaves room for all of them percent-encoded, and for paths.
pub const MAX_URI_CHARACTERS: usize = 8_192;

/// Where a key is: a `pkcs11:` URI (RFC 7512).
///
/// Read are the path attributes `token`, `manufacturer`, `serial`, `model`, `slot-id`, `object`, `id` and
/// `type` (only `private`), and the query attributes `module-path` and `pin-source` (only `file:`). An
/// attribute that is not known is refused, since it might narrow the key down to another one;
/// `pin-value` is refused, since arguments can be read by every user of a machine.
///
/// `Debug` shows which attributes are there, not their values.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenUri {
    pub(crate) token: Option<String>,
    pub(crate) manufacturer: Option<String>,
    pub(crate) serial: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) slot_id: Option<u64>,
    pub(crate) object: Option<String>,
    pub(crate) id: Option<Vec<u8>>,
    module_path: PathBuf,
    pin_source: Option<PathBuf>,
}

impl TokenUri {
    /// Whether a key's name is meant as such a URI: by its scheme, in either case.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        text.get(..SCHEME.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(SCHEME))
    }

    /// Reads a URI.
    ///
    /// # Errors
    /// [`TokenError::Uri`], naming the attribute.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let wrong = |attribute, reason| TokenError::Uri { attribute, reason };
        if text.len() > MAX_URI_CHARACTERS {
            return Err(wrong("uri", "too long"));
        }
        let rest = if Self::is_one(text) { text.get(SCHEME.len()..) } else { None };
        let rest = rest.ok_or(wrong("uri", "does not begin with pkcs11:"))?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = Attributes::parse(path, ';', PATH)?;
        let query = Attributes::parse(query, '&', QUERY)?;
        if query.value("pin-value").is_some() {
            return Err(wrong("pin-value", "a pin on the command line is no secret; use pin-source"));
        }
        if path.value("type").is_some_and(|kind| kind != b"private") {
            return Err(wrong("type", "only a private key signs"));
        }
        let slot_id = match path.text("slot-id")? {
            Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(number.parse().map_err(|_| wrong("slot-id", "not a number of a slot"))?)
            }
            Some(_) => return Err(wrong("slot-id", "not a number of a slot")),
            None => None,
        };
        let file = |source: String| {
            let path = source.strip_prefix("file:").map(|path| path.strip_prefix("//").unwrap_or(path));
            path.filter(|path| !path.is_empty())
                .map(PathBuf::from)
                .ok_or(wrong("pin-source", "only file: is supported"))
        };
        let module_path = query.text("module-path")?.filter(|path| !path.is_empty()).map(PathBuf::from);
        Ok(Self {
            token: path.text("token")?,
            manufacturer: path.text("manufacturer")?,
            serial: path.text("serial")?,
            model: path.text("model")?,
            slot_id,
            object: path.text("object")?,
            id: path.value("id").map(<[u8]>::to_vec),
            module_path: module_path.ok_or(wrong("module-path", "missing: the library that drives the token"))?,
            pin_source: query.text("pin-source")?.map(file).transpose()?,
        })
    }

    /// The library that drives the token. It will run in this process.
    #[must_use]
    pub fn module_path(&self) -> &Path {
        &self.module_path
    }

    /// The file whose first line is the PIN, when the URI names one. It is the caller's to read.
    #[must_use]
    pub fn pin_source(&self) -> Option<&Path> {
        self.pin_source.as_deref()
    }
}

impl fmt::Debug for TokenUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenUri")
            .field("token", &self.token.is_some())
            .field("slot_id", &self.slot_id.is_some())
            .field("object", &self.object.is_some())
            .field("id", &self.id.is_some())
            .field("pin_source", &self.pin_source.is_some())
            .finish_non_exhaustive()
    }
}

/// The attributes of one half of the URI, decoded.
struct Attributes(Vec<(&'static str, Vec<u8>)>);

impl Attributes {
    fn parse(text: &str, separator: char, known: &[&'static str]) -> Result<Self, TokenError> {
        let wrong = |attribute, reason| TokenError::Uri { attribute, reason };
        let mut attributes: Vec<(&'static str, Vec<u8>)> = Vec::new();
        for part in text.split(separator).filter(|_| !text.is_empty()) {
            let (name, value) = part.split_once('=').ok_or(wrong("uri", "an attribute has no value"))?;
            let name = known.iter().copied().find(|known| *known == name);
            let name = name.ok_or(wrong("uri", "an attribute is not known"))?;
            if attributes.iter().any(|(before, _)| *before == name) {
                return Err(wrong(name, "given twice"));
            }
            attributes.push((name, decode(value).ok_or(wrong(name, "not percent-encoded as a uri must be"))?));
        }
        Ok(Self(attributes))
    }

    fn value(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_slice())
    }

    fn text(&self, name: &'static str) -> Result<Option<String>, TokenError> {
        let text = self.value(name).map(|value| String::from_utf8(value.to_vec())).transpose();
        let text = text.map_err(|_| TokenError::Uri { attribute: name, reason: "not utf-8" })?;
        if text.as_ref().is_some_and(|text| text.contains('\0')) {
            return Err(TokenError::Uri { attribute: name, reason: "holds a zero byte" });
        }
        Ok(text)
    }
}

/// Undoes percent-encoding (RFC 3986 §2.1). Characters that should have been encoded are taken as
/// they are, as far as they separate nothing.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
        let (high, low) = (digit()?, digit()?);
        decoded.push(u8::try_from(high * 16 + low).ok()?);
    }
    Some(decoded)
}

const SCHEME: &str = "pkcs11:";
const PATH: &[&str] = &["token", "manufacturer", "serial", "model", "slot-id", "object", "id", "type"];
const QUERY: &[&str] = &["module-path", "pin-source", "pin-value"];

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute_of(text: &str) -> &'static str {
        match TokenUri::parse(text) {
            Err(TokenError::Uri { attribute, .. }) => attribute,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn every_attribute_is_read() {
        let uri = "PKCS11:token=My%20token;manufacturer=M;serial=01;model=v2;slot-id=7;object=%E9%8D%B5;id=%01%fF;\
                   type=private?module-path=/lib/x.so&pin-source=file:/run/pin";
        let uri = TokenUri::parse(uri).unwrap();
        assert_eq!((uri.token.as_deref(), uri.object.as_deref()), (Some("My token"), Some("鍵")));
        assert_eq!((uri.slot_id, uri.id.as_deref()), (Some(7), Some(&[1, 255][..])));
        assert_eq!((uri.model.as_deref(), uri.serial.as_deref()), (Some("v2"), Some("01")));
        assert_eq!((uri.module_path(), uri.pin_source()), (Path::new("/lib/x.so"), Some(Path::new("/run/pin"))));
        let uri = TokenUri::parse("pkcs11:?module-path=m&pin-source=file:///run/pin").unwrap();
        assert_eq!(uri.pin_source(), Some(Path::new("/run/pin")));
        assert!(!format!("{uri:?}").contains("run"));
    }

    #[test]
    fn what_is_not_understood_is_refused_by_name() {
        let with_module = |rest: &str| format!("pkcs11:{rest}?module-path=m");
        for (uri, attribute) in [
            ("file:x".to_owned(), "uri"),
            ("pkcs1".into(), "uri"),
            ("鍵鍵鍵".into(), "uri"),
            (with_module("token"), "uri"),
            (with_module("token=a;;object=b"), "uri"),
            (with_module("colour=red"), "uri"),
            (with_module("token=a;token=a"), "token"),
            (with_module("object=%"), "object"),
            (with_module("object=%4"), "object"),
            (with_module("object=%g0"), "object"),
            (with_module("object=%ff"), "object"),
            (with_module("object=a%00b"), "object"),
            (with_module("type=public"), "type"),
            (with_module("slot-id=x"), "slot-id"),
            (with_module("slot-id=+1"), "slot-id"),
            (with_module("slot-id=99999999999999999999"), "slot-id"),
            ("pkcs11:token=a".into(), "module-path"),
            ("pkcs11:token=a?module-path=".into(), "module-path"),
            ("pkcs11:?module-path=m&pin-value=1234".into(), "pin-value"),
            ("pkcs11:?module-path=m&pin-source=|cat".into(), "pin-source"),
            ("pkcs11:?module-path=m&pin-source=file:".into(), "pin-source"),
            (format!("pkcs11:object={}?module-path=m", "a".repeat(MAX_URI_CHARACTERS)), "uri"),
        ] {
            assert_eq!(attribute_of(&uri), attribute, "{uri}");
        }
    }

    #[test]
    fn every_beginning_of_a_uri_is_read_or_refused() {
        let uri = "pkcs11:token=a%20b;id=%01?module-path=/m&pin-source=file:/p";
        for end in 0..=uri.len() {
            let _ = TokenUri::parse(&uri[..end]);
        }
    }
}
