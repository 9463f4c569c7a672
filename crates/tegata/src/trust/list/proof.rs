//! The proof of a DID document of the WHO's network: `JsonWebSignature2020` (W3C, Data Integrity 1.0).
//!
//! What is signed is not the JSON but the statements it makes: N-Quads in canonical form (URDNA2015),
//! once for the proof's options and once for the document. Turning any JSON-LD into statements takes the
//! contexts it names, and a member that no context knows makes no statement and so is not signed. These
//! documents have one shape, and only that shape is taken: every member is known to be covered, no text
//! needs escapes or could be read as another, and the only blank node is the proof's own. Everything else
//! is refused as unsupported. So this is no JSON-LD processor and needs none.
//!
//! ```text
//! signed = base64url(header) "." SHA-256(options) SHA-256(document)     (RFC 7797: b64 is false)
//! jws    = base64url(header) ".." base64url(DER of the ECDSA signature)
//! ```

use std::collections::{BTreeMap, BTreeSet};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};

use super::{Object, Seal, Signature};
use crate::codec::json::write_json_string;
use crate::codec::json_tree::Json;
use crate::report::{Code, Failure};

/// The contexts of a document, in their order; the last is the network's own, of which there are several.
const CONTEXTS: [&str; 2] = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"];

/// The network's own contexts, and what stands in the names of value sets for each environment.
const NETWORKS: [(&str, &str); 2] = [
    ("https://smart.who.int/trust/tng-context/v1.jsonld", ""),
    ("https://smart.who.int/trust/tng-context/v1-DEV.jsonld", "-DEV"),
];

const SECURITY: &str = "https://w3id.org/security#";
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const DATE_TIME: &str = "http://www.w3.org/2001/XMLSchema#dateTime";
const CREATED: &str = "http://purl.org/dc/terms/created";
const VALUE_SETS: &str = "https://smart.who.int/trust/ValueSet-";

/// What a document offers as proof.
pub(super) fn seal(document: Object<'_>, methods: &[Json]) -> Seal {
    if !document.has("proof") {
        return Seal::None;
    }
    match message(document, methods) {
        Ok((message, signature)) => Seal::Message { message, signature: Signature::Der(signature) },
        Err(failure) => Seal::Broken(failure),
    }
}

/// The bytes that are signed, and the signature.
fn message(document: Object<'_>, methods: &[Json]) -> Result<(Vec<u8>, Vec<u8>), Failure> {
    let proof = document.get("proof").and_then(Object::of).ok_or(unsupported("proof"))?;
    let suffix = environment(document)?;
    let jws = proof.text("jws").ok_or(malformed())?;
    let (header, signature) = jws.split_once("..").ok_or(malformed())?;
    check_header(header)?;
    let signature = Base64UrlUnpadded::decode_vec(signature).map_err(|_| malformed())?;
    let options = canonical(&options(proof)?);
    let document = canonical(&statements(document, methods, suffix)?);
    let hash = |text: String| -> [u8; 32] { Sha256::digest(text).into() };
    let message = [header.as_bytes(), b".", &hash(options), &hash(document)].concat();
    Ok((message, signature))
}

/// The JOSE header says how the rest is to be read; there is one way.
fn check_header(encoded: &str) -> Result<(), Failure> {
    let header = Base64UrlUnpadded::decode_vec(encoded).map_err(|_| malformed())?;
    let header: serde_json::Value = serde_json::from_slice(&header).map_err(|_| malformed())?;
    let expected = serde_json::json!({ "b64": false, "crit": ["b64"], "alg": "ES256" });
    if header == expected { Ok(()) } else { Err(malformed()) }
}

fn malformed() -> Failure {
    Failure::of_field(Code::ListSignatureMalformed, "proof.jws")
}

fn unsupported(field: &'static str) -> Failure {
    Failure::of_field(Code::ListShapeUnsupported, field)
}

/// Which environment of the network a document is of: what its value sets are called.
fn environment(document: Object<'_>) -> Result<&'static str, Failure> {
    let Some(Json::Array(contexts)) = document.get("@context") else { return Err(unsupported("@context")) };
    let names: Vec<_> = contexts.iter().map(|context| text(context, "@context")).collect::<Result<_, _>>()?;
    let [first, second, network] = names.as_slice() else { return Err(unsupported("@context")) };
    let known = NETWORKS.iter().find(|(url, _)| url == network).filter(|_| [*first, *second] == CONTEXTS);
    known.map(|(_, suffix)| *suffix).ok_or(unsupported("@context"))
}

/// The statements of the proof's options: the proof without its signature.
fn options(proof: Object<'_>) -> Result<BTreeSet<String>, Failure> {
    only(proof, &["type", "created", "nonce", "proofPurpose", "verificationMethod", "jws"], "proof")?;
    let of = |name: &'static str| proof.get(name).ok_or(unsupported(name)).and_then(|value| text(value, name));
    if (of("type")?, of("proofPurpose")?) != ("JsonWebSignature2020", "assertionMethod") {
        return Err(unsupported("proof"));
    }
    let mut lines = BTreeSet::new();
    let mut say = |predicate: &str, object: String| lines.insert(format!("_:c14n0 <{predicate}> {object} .\n"));
    say(CREATED, format!("{}^^<{DATE_TIME}>", literal(of("created")?)));
    say(&format!("{RDF}type"), format!("<{SECURITY}JsonWebSignature2020>"));
    say(&format!("{SECURITY}proofPurpose"), format!("<{SECURITY}assertionMethod>"));
    say(&format!("{SECURITY}verificationMethod"), did(of("verificationMethod")?)?);
    if proof.has("nonce") {
        say(&format!("{SECURITY}nonce"), literal(of("nonce")?));
    }
    Ok(lines)
}

/// The statements of a document without its proof.
fn statements(document: Object<'_>, methods: &[Json], suffix: &str) -> Result<BTreeSet<String>, Failure> {
    only(document, &["@context", "id", "controller", "verificationMethod", "proof"], "document")?;
    let of = |object: Object<'_>, name: &'static str| -> Result<String, Failure> {
        did(object.text(name).ok_or(unsupported(name))?)
    };
    let mut lines = BTreeSet::new();
    let mut say = |subject: &str, predicate: &str, object: &str| {
        lines.insert(format!("{subject} <{predicate}> {object} .\n"));
    };
    let id = of(document, "id")?;
    say(&id, &format!("{SECURITY}controller"), &of(document, "controller")?);
    // Statements are a set: of two entries with one id and different keys nobody could tell any more
    // which use belongs to which key.
    let mut keys: BTreeMap<String, String> = BTreeMap::new();
    for method in methods {
        if let Json::Text(reference) = method {
            say(&id, &format!("{SECURITY}verificationMethod"), &did(reference)?);
            continue;
        }
        let method = Object::of(method).ok_or(unsupported("verificationMethod"))?;
        let known = ["id", "type", "controller", "publicKeyJwk", "domain", "participant", "keyusage"];
        only(method, &known, "verificationMethod")?;
        if method.text("type") != Some("JsonWebKey2020") {
            return Err(unsupported("type"));
        }
        let subject = of(method, "id")?;
        let jwk = literal(&canonical_json(method.get("publicKeyJwk").ok_or(unsupported("publicKeyJwk"))?)?);
        if keys.insert(subject.clone(), jwk.clone()).is_some_and(|other| other != jwk) {
            return Err(unsupported("id"));
        }
        say(&id, &format!("{SECURITY}verificationMethod"), &subject);
        say(&subject, &format!("{RDF}type"), &format!("<{SECURITY}JsonWebKey2020>"));
        say(&subject, &format!("{SECURITY}controller"), &of(method, "controller")?);
        say(&subject, &format!("{SECURITY}publicKeyJwk"), &format!("{jwk}^^<{RDF}JSON>"));
        for (name, set) in [("domain", "Domains"), ("participant", "Participants"), ("keyusage", "KeyUsage")] {
            if method.has(name) {
                let base = format!("{VALUE_SETS}{set}{suffix}.jsonld");
                say(&subject, &base, &format!("<{base}{}>", code(method, name)?));
            }
        }
    }
    Ok(lines)
}

/// `#CODE` of `{"code": "#CODE"}`.
fn code<'j>(method: Object<'j>, name: &'static str) -> Result<&'j str, Failure> {
    let member = method.get(name).and_then(Object::of).ok_or(unsupported(name))?;
    only(member, &["code"], name)?;
    let code = member.text("code").ok_or(unsupported(name))?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    match code.strip_prefix('#') {
        Some(fragment) if !fragment.is_empty() && fragment.bytes().all(plain) => Ok(code),
        _ => Err(unsupported(name)),
    }
}

/// Every member is known and stands once.
fn only(object: Object<'_>, known: &[&str], field: &'static str) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    if object.0.iter().all(|(name, _)| known.contains(&name.as_str()) && seen.insert(name)) {
        Ok(())
    } else {
        Err(unsupported(field))
    }
}

/// A text of printable ASCII, which no step on the way to the statements changes.
fn text<'j>(value: &'j Json, field: &'static str) -> Result<&'j str, Failure> {
    match value {
        Json::Text(text) if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) => Ok(text),
        _ => Err(unsupported(field)),
    }
}

/// A DID or DID URL as an IRI: absolute, and without the characters that N-Quads keeps out of IRIs.
fn did(id: &str) -> Result<String, Failure> {
    let plain = |byte: u8| matches!(byte, b'!'..=b'~') && !b"<>\"{}|\\^`".contains(&byte);
    if id.starts_with("did:") && id.bytes().all(plain) { Ok(format!("<{id}>")) } else { Err(unsupported("id")) }
}

/// A text of printable ASCII as a literal of N-Quads.
fn literal(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A JWK in the form of RFC 8785 (JCS): texts of printable ASCII and arrays of them, sorted by name.
fn canonical_json(jwk: &Json) -> Result<String, Failure> {
    const FIELD: &str = "publicKeyJwk";
    let members = Object::of(jwk).ok_or(unsupported(FIELD))?.0;
    let mut sorted = BTreeMap::new();
    for (name, value) in members {
        let mut out = String::new();
        match value {
            Json::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_json_string(text(item, FIELD)?, &mut out);
                }
                out.push(']');
            }
            value => write_json_string(text(value, FIELD)?, &mut out),
        }
        let name_is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-#+".contains(&byte));
        if !name_is_plain || sorted.insert(name.as_str(), out).is_some() {
            return Err(unsupported(FIELD));
        }
    }
    let members: Vec<_> = sorted.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    Ok(format!("{{{}}}", members.join(",")))
}

/// Canonical N-Quads: the statements sorted, each once.
fn canonical(lines: &BTreeSet<String>) -> String {
    lines.iter().map(String::as_str).collect()
}
