//! The EU gateway's trust list, and the signed list of Germany's app back end, whose entries look alike.

use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

use super::jwk::{base64, key_id};
use super::{Dropped, Entries, List, ListEntry, ListFormat, Object, Role, Seal, Signature};
use crate::codec::json_tree::Json;
use crate::report::{Code, Failure};
use crate::x509::Certificate;

/// Reads entries `{kid, timestamp, country, certificateType, thumbprint, signature, rawData}`.
pub(super) fn read(items: &[Json], format: ListFormat, seal: Seal) -> List {
    let mut entries = Entries::default();
    for item in items {
        entries.add(|place| entry(item, place));
    }
    entries.finish(format, seal)
}

/// Splits the German form: a line with the signature in Base64, then the JSON that it is over.
pub(super) fn split_signed(text: &str) -> Option<(&str, Seal)> {
    let (line, content) = text.split_at_checked(text.find('{')?)?;
    let line = line.trim();
    if line.is_empty() || !line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)) {
        return None;
    }
    let content = content.trim();
    let seal = match Base64::decode_vec(line) {
        Ok(bytes) => {
            let message = content.as_bytes().to_vec();
            Seal::Message { message, signature: Signature::Fixed(bytes) }
        }
        Err(_) => Seal::Broken(Code::ListSignatureMalformed.into()),
    };
    Some((content, seal))
}

fn entry(item: &Json, place: &str) -> Result<ListEntry, Dropped> {
    let entry = Object::of(item).ok_or_else(|| Dropped::new(place, Code::ListEntryMalformed))?;
    let kid = entry.text("kid");
    let id = kid.unwrap_or(place);
    let drop = |failure: Failure| Dropped::new(id, failure);
    let malformed = |field: &'static str| drop(Failure::of_field(Code::ListEntryMalformed, field));
    let (role, usage) = match entry.text("certificateType") {
        Some("DSC") | None => (Role::Signer, "DSC"),
        Some("CSCA") => (Role::Authority, "CSCA"),
        Some(_) => return Err(drop(Code::ListOtherUsage.into())),
    };
    let der = entry.text("rawData").and_then(base64).ok_or_else(|| malformed("rawData"))?;
    let certificate = Certificate::parse(&der).map_err(|error| drop(error.into()))?;
    if let Some(thumbprint) = entry.text("thumbprint").and_then(hash) {
        let actual: [u8; 32] = Sha256::digest(&der).into();
        if thumbprint != actual {
            return Err(drop(Code::ListHashMismatch.into()));
        }
    }
    let key = certificate.public_key().map_err(|error| drop(error.into()))?.clone();
    Ok(ListEntry {
        id: id.to_owned(),
        key_id: kid.map_or_else(|| certificate.key_id().to_vec(), key_id),
        role,
        usage: usage.into(),
        country: certificate.country().or(entry.text("country")).map(str::to_owned),
        key,
        certificate: Some(certificate),
    })
}

/// A SHA-256 in hexadecimal, in either case, or in Base64. What is neither is no hash to compare with.
fn hash(text: &str) -> Option<[u8; 32]> {
    let bytes = match text.len() {
        64 => text
            .as_bytes()
            .as_chunks::<2>()
            .0
            .iter()
            .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
            .collect(),
        _ => base64(text),
    };
    bytes?.try_into().ok()
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
