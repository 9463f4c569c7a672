//! Revocation data as JSON: the gateway's batches, and slices with what the distribution service says
//! of them beside them.
//!
//! ```json
//! {"country": "AT", "expires": "2026-12-31T00:00:00Z", "kid": "2RkTX8HntrI=", "hashType": "SIGNATURE",
//!  "entries": [{"hash": "q83vASNFZ4mrze8BI0VniQ=="}]}
//! {"kid": "2RkTX8HntrI", "hashTypes": ["SIGNATURE", "UCI"], "type": "BLOOMFILTER", "slice": "AAEB…"}
//! ```
//!
//! `kid` is base64 or base64url; `UNKNOWN_KID` stands for any signer. `expires` says when a batch may be
//! thrown away; a hash that is still there is still revoked, so it is not read.

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding as _};
use serde::Deserialize;

use super::{BloomFilter, Hash, HashPrefixes, Kind, RevocationSetBuilder, Slice};
use crate::report::{Code, Failure};

/// A batch or a slice; fields that are of no use here are passed over.
#[derive(Deserialize)]
struct Part {
    kid: String,
    #[serde(rename = "hashType")]
    hash_type: Option<String>,
    entries: Option<Vec<Entry>>,
    #[serde(rename = "hashTypes")]
    hash_types: Option<Vec<String>>,
    r#type: Option<String>,
    slice: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    hash: String,
}

/// Adds a file's batches and slices, all or, on an error, perhaps some of them.
pub(super) fn add(builder: &mut RevocationSetBuilder, json: &[u8]) -> Result<(), Failure> {
    let parts: Vec<Part> = match json.trim_ascii_start() {
        [b'[', ..] => serde_json::from_slice(json),
        _ => serde_json::from_slice(json).map(|part| vec![part]),
    }
    .map_err(|_| Failure::new(Code::RevocationUnreadable))?;
    if parts.is_empty() {
        return Err(Code::RevocationUnreadable.into());
    }
    parts.into_iter().try_for_each(|part| add_part(builder, part))
}

fn add_part(builder: &mut RevocationSetBuilder, part: Part) -> Result<(), Failure> {
    const ANY_SIGNER: &str = "UNKNOWN_KID";
    let key_id = if part.kid == ANY_SIGNER { None } else { Some(base64(&part.kid).ok_or(unreadable("kid"))?) };
    match (part.hash_type, part.entries, part.slice) {
        (Some(kind), Some(entries), None) => {
            let hashes: Option<Vec<Hash>> =
                entries.into_iter().map(|entry| base64(&entry.hash)?.try_into().ok()).collect();
            builder.revoke(key_id.as_deref(), kind_named(&kind, "hashType")?, &hashes.ok_or(unreadable("hash"))?)
        }
        (None, None, Some(slice)) => {
            let bytes = base64(&slice).ok_or(unreadable("slice"))?;
            let slice = match part.r#type.as_deref() {
                Some("BLOOMFILTER") => BloomFilter::parse(&bytes).map(Slice::BloomFilter),
                Some("VARHASHLIST") => HashPrefixes::parse(&bytes).map(Slice::HashPrefixes),
                Some(_) => return Err(unreadable("type")),
                None => Slice::parse(&bytes),
            };
            let names = part.hash_types.ok_or(unreadable("hashTypes"))?;
            let kinds: Vec<_> = names.iter().map(|name| kind_named(name, "hashTypes")).collect::<Result<_, _>>()?;
            builder.add_slice(key_id.as_deref(), &kinds, slice.map_err(|_| unreadable("slice"))?)
        }
        _ => Err(unreadable("entries")),
    }
}

fn kind_named(name: &str, field: &'static str) -> Result<Kind, Failure> {
    Kind::ALL.iter().copied().find(|kind| kind.name() == name).ok_or(unreadable(field))
}

fn unreadable(field: &'static str) -> Failure {
    Failure::of_field(Code::RevocationUnreadable, field)
}

/// Base64 of either alphabet, padded or not.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    Base64Unpadded::decode_vec(text).or_else(|_| Base64UrlUnpadded::decode_vec(text)).ok()
}
