//! Health links under hcert key 5: a signed pointer to documents that are kept elsewhere.
//!
//! Four arrangements of the value are in the field: the link's text, a map with the text under `u`,
//! or a list of one of these. Links are recognised and shown, and never followed: the core has no
//! network, and a genuine link says nothing of what stands behind it, so that its certificate stays
//! undetermined (WHO smart-trust HCERT specification; IHE ITI VHL).

use std::borrow::Cow;

use crate::codec::cbor::Item;
use crate::format::{SchemaError, SchemaErrorKind};

/// The key of health links within the health certificate claim (−260).
pub const HCERT_KEY: i64 = super::content::key::HEALTH_LINK;

/// How links begin: verifiable health links, and the SMART health links before them.
const SCHEMES: [&str; 2] = ["vhlink:/", "shlink:/"];

/// The links of a content, as they stand.
///
/// # Errors
/// [`SchemaError`] when the value is none of the known arrangements or a text is no link.
pub fn links(item: Item<'_>) -> Result<Vec<Cow<'_, str>>, SchemaError> {
    let item = item.untag();
    match item.as_array() {
        Some(items) if items.is_empty() => Err(SchemaError::new(SchemaErrorKind::EntryCount, "")),
        Some(items) => items.iter().map(link).collect(),
        None => link(item).map(|link| vec![link]),
    }
}

fn link(item: Item<'_>) -> Result<Cow<'_, str>, SchemaError> {
    let text = match item.untag().as_map() {
        Some(map) => map.get_text("u").ok_or_else(|| SchemaError::missing("u"))?.as_text(),
        None => item.untag().as_text(),
    };
    let text = text.ok_or_else(|| SchemaError::wrong_type("u"))?;
    let known = SCHEMES.iter().any(|scheme| text.contains(scheme));
    if known { Ok(text) } else { Err(SchemaError::invalid("u")) }
}

/// A well-formed link is a content that cannot be judged.
pub(crate) fn check(item: Item<'_>) -> Result<(), SchemaError> {
    links(item)?;
    Err(SchemaError::new(SchemaErrorKind::Link, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::cbor::Encoder;

    const LINK: &str = "vhlink:/eyJ1cmwiOiJodHRwczovL2V4YW1wbGUuaW52YWxpZCJ9";

    fn encoded(write: impl FnOnce(&mut Encoder)) -> Vec<u8> {
        let mut encoder = Encoder::new();
        write(&mut encoder);
        encoder.into_bytes()
    }

    #[test]
    fn every_arrangement() {
        let map = |value: &mut Encoder| value.map(|map| map.text_key("u", |value| value.text(LINK)));
        for bytes in [
            encoded(|value| value.text(LINK)),
            encoded(map),
            encoded(|value| {
                value.array(1);
                value.text(LINK);
            }),
            encoded(|value| {
                value.array(1);
                map(value);
            }),
        ] {
            let item = Item::parse(&bytes).unwrap();
            assert_eq!(links(item).unwrap(), [LINK]);
            assert_eq!(check(item).unwrap_err().kind(), SchemaErrorKind::Link);
        }
    }

    #[test]
    fn what_is_no_link() {
        for (bytes, kind) in [
            (encoded(|value| value.text("https://example.invalid")), SchemaErrorKind::InvalidValue),
            (encoded(|value| value.unsigned(1)), SchemaErrorKind::WrongType),
            (encoded(|value| value.array(0)), SchemaErrorKind::EntryCount),
            (encoded(|value| value.map(|_| {})), SchemaErrorKind::MissingField),
        ] {
            assert_eq!(check(Item::parse(&bytes).unwrap()).unwrap_err().kind(), kind);
        }
    }
}
