//! DID documents of the WHO's network: the keys in `verificationMethod`.
//!
//! A DID document may refer to others instead of holding keys; those are named, never fetched. What is
//! read here is read leniently; [`proof`](super::proof) is strict about what a proof covers.

use super::{Dropped, Entries, List, ListEntry, ListFormat, Object, Role, jwk, proof};
use crate::codec::json_tree::Json;
use crate::model::CountryCode;
use crate::report::{Code, Failure};

/// Reads a DID document.
pub(super) fn read(document: &Object<'_>, methods: &[Json]) -> List {
    let mut entries = Entries::default();
    for method in methods {
        match method {
            Json::Text(reference) => entries.refer(reference),
            _ => entries.add(|place| entry(method, place)),
        }
    }
    let refers = !entries.references.is_empty();
    let format = if refers { ListFormat::GdhcnDidRef } else { ListFormat::GdhcnDid };
    entries.finish(format, proof::seal(*document, methods))
}

fn entry(method: &Json, place: &str) -> Result<ListEntry, Dropped> {
    let method = Object::of(method).ok_or_else(|| Dropped::new(place, Code::ListEntryMalformed))?;
    let id = method.text("id").unwrap_or(place);
    let drop = |failure: Failure| Dropped::new(id, failure);
    let missing = |field: &'static str| drop(Failure::of_field(Code::ListEntryMalformed, field));
    let (role, usage) = match code(method, "keyusage") {
        Some("DSC") => (Role::Signer, "DSC"),
        Some("CSCA" | "SCA") => (Role::Authority, "CSCA"),
        Some(_) => return Err(drop(Code::ListOtherUsage.into())),
        // The first version of these documents does not say.
        None if method.has("keyusage") => return Err(missing("keyusage")),
        None => (Role::Unstated, "DSC"),
    };
    let jwk = method.get("publicKeyJwk").and_then(Object::of).ok_or_else(|| missing("publicKeyJwk"))?;
    let (key, certificate) = jwk::key_of(jwk).map_err(drop)?;
    let fragment = id.split_once('#').map(|(_, fragment)| fragment);
    let key_id = match (jwk.text("kid").or(fragment), &certificate) {
        (Some(kid), _) => jwk::key_id(kid),
        (None, Some(certificate)) => certificate.key_id().to_vec(),
        (None, None) => return Err(missing("kid")),
    };
    let participant = code(method, "participant");
    let country = certificate.as_ref().and_then(|certificate| certificate.country()).map(str::to_owned);
    Ok(ListEntry {
        id: id.to_owned(),
        key_id,
        role,
        usage: usage.into(),
        country: country.or_else(|| CountryCode::parse(participant?)?.alpha2().map(str::to_owned)),
        key,
        certificate,
    })
}

/// The code of `{"code": "#DSC"}`, without its `#`.
fn code<'j>(method: Object<'j>, name: &str) -> Option<&'j str> {
    let code = method.get(name).and_then(Object::of)?.text("code")?;
    Some(code.strip_prefix('#').unwrap_or(code))
}
