//! Trust lists of every format: read, with entries that drop themselves, and with their signatures.

use std::fmt::Write as _;

use p256::ecdsa::signature::Signer as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tegata::x509::Certificate;

use super::build::{Draft, Key, Profile, base64, certificate};
use super::{Operation, Vector};

const SECURITY: &str = "https://w3id.org/security#";

fn base64url(bytes: &[u8]) -> String {
    use base64ct::Encoding as _;
    base64ct::Base64UrlUnpadded::encode_string(bytes)
}

fn hex(bytes: &[u8]) -> String {
    crate::hex(bytes)
}

/// An entry of the EU gateway's list.
fn gateway_entry(certificate: &Certificate, kind: &str) -> Value {
    json!({
        "kid": base64(&certificate.key_id()), "timestamp": "2026-01-01T00:00:00Z", "country": "JP",
        "certificateType": kind, "thumbprint": hex(&Sha256::digest(certificate.der())), "signature": "AA==",
        "rawData": base64(certificate.der()),
    })
}

/// A JWK of a P-256 key with its certificate. Numbers are as long as `width`, for some software writes a
/// leading zero too many.
fn jwk(key: &Key, certificate: Option<&Certificate>, width: usize) -> Value {
    let Key::P256(key) = key else { panic!("not a P-256 key") };
    let point = key.verifying_key().to_sec1_point(false);
    let padded = |number: &[u8]| base64url(&[vec![0; width - 32], number.to_vec()].concat());
    let (x, y) = (&point.as_bytes()[1..33], &point.as_bytes()[33..]);
    let mut jwk = json!({ "kty": "EC", "crv": "P-256", "x": padded(x), "y": padded(y) });
    if let Some(certificate) = certificate {
        jwk["kid"] = base64(&certificate.key_id()).into();
        jwk["x5c"] = json!([base64(certificate.der())]);
    }
    jwk
}

/// A DID document of the WHO's network, without its proof.
fn did_document(entries: &[(&str, Value)]) -> Value {
    const ID: &str = "did:web:tng-cdn.example:v2:trustlist:-:-:DSC";
    let methods: Vec<_> = entries
        .iter()
        .map(|(usage, jwk)| {
            json!({
                "id": format!("{ID}#{}", jwk["kid"].as_str().unwrap_or("none")), "type": "JsonWebKey2020",
                "controller": ID, "publicKeyJwk": jwk, "domain": { "code": "#PH4H" },
                "participant": { "code": "#JPN" }, "keyusage": { "code": usage },
            })
        })
        .collect();
    json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1",
            "https://smart.who.int/trust/tng-context/v1.jsonld"],
        "id": ID, "controller": "did:web:tng-cdn.example:v2:trustlist:-:-", "verificationMethod": methods,
    })
}

/// The statements of such a document, canonical; written for these documents alone and apart from the
/// library, so that one is checked by the other.
fn statements(document: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let id = text(&document["id"]);
    let mut lines = vec![format!("<{id}> <{SECURITY}controller> <{}> .\n", text(&document["controller"]))];
    for method in document["verificationMethod"].as_array().unwrap() {
        let subject = text(&method["id"]);
        let mut members: Vec<_> = method["publicKeyJwk"].as_object().unwrap().iter().collect();
        members.sort_by_key(|(name, _)| name.as_str());
        let jwk: serde_json::Map<_, _> =
            members.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let jwk = Value::Object(jwk).to_string().replace('"', "\\\"");
        lines.push(format!("<{id}> <{SECURITY}verificationMethod> <{subject}> .\n"));
        lines.push(format!(
            "<{subject}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{SECURITY}JsonWebKey2020> .\n"
        ));
        lines.push(format!("<{subject}> <{SECURITY}controller> <{}> .\n", text(&method["controller"])));
        lines.push(format!(
            "<{subject}> <{SECURITY}publicKeyJwk> \"{jwk}\"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON> .\n"
        ));
        for (name, set) in [("domain", "Domains"), ("participant", "Participants"), ("keyusage", "KeyUsage")] {
            let set = format!("https://smart.who.int/trust/ValueSet-{set}.jsonld");
            lines.push(format!("<{subject}> <{set}> <{set}{}> .\n", text(&method[name]["code"])));
        }
    }
    lines.sort();
    lines.dedup();
    lines.concat()
}

/// The document with a proof by this key.
#[must_use]
fn proven(mut document: Value, key: &Key) -> Value {
    let Key::P256(key) = key else { panic!("not a P-256 key") };
    let (created, nonce, method) = ("2026-01-01T00:00:00Z", "tegata", "did:web:signer.example");
    let mut options = String::new();
    let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    for (predicate, object) in [
        (
            "http://purl.org/dc/terms/created".into(),
            format!("\"{created}\"^^<http://www.w3.org/2001/XMLSchema#dateTime>"),
        ),
        (format!("{rdf}type"), format!("<{SECURITY}JsonWebSignature2020>")),
        (format!("{SECURITY}nonce"), format!("\"{nonce}\"")),
        (format!("{SECURITY}proofPurpose"), format!("<{SECURITY}assertionMethod>")),
        (format!("{SECURITY}verificationMethod"), format!("<{method}>")),
    ] {
        writeln!(options, "_:c14n0 <{predicate}> {object} .").unwrap();
    }
    let header = base64url(br#"{"b64":false,"crit":["b64"],"alg":"ES256"}"#);
    let hash = |text: &str| Sha256::digest(text).to_vec();
    let message = [header.as_bytes(), b".", &hash(&options), &hash(&statements(&document))].concat();
    let signature: p256::ecdsa::Signature = key.sign(&message);
    let jws = format!("{header}..{}", base64url(signature.to_der().as_bytes()));
    document["proof"] = json!({
        "type": "JsonWebSignature2020", "created": created, "nonce": nonce, "proofPurpose": "assertionMethod",
        "verificationMethod": method, "jws": jws,
    });
    document
}

/// The signed list of Germany's app back end.
fn german(entries: &[Value], key: &Key) -> String {
    let content = json!({ "certificates": entries }).to_string();
    format!("{}\n{content}", base64(&key.sign(content.as_bytes())))
}

/// Keys and certificates that lists hold.
struct Parts {
    key: Key,
    certificate: Certificate,
    other: Key,
    list_key: Key,
    list_signer: String,
}

pub(super) fn generate() -> Vec<Vector> {
    let (key, list_key) = (Key::p256("tegata vector signer"), Key::p256("tegata vector list signer"));
    let parts = Parts {
        certificate: certificate(&key, &Profile::default()),
        key,
        other: Key::p256("tegata vector other"),
        list_signer: json!({ "keys": [jwk(&list_key, None, 32)] }).to_string(),
        list_key,
    };
    let mut vectors = read(&parts);
    vectors.extend(dropped(&parts));
    vectors.extend(signatures(&parts));
    vectors
}

fn read(parts: &Parts) -> Vec<Vector> {
    let load = |file: &str, id: &str, spec: &str, outcome: &str, why: &str| {
        Draft::new(Operation::LoadTrust, &[("file", file)]).expect(&format!("list::{id}"), spec, outcome, why)
    };
    let entry = gateway_entry(&parts.certificate, "DSC");
    let csca = gateway_entry(&certificate(&parts.other, &Profile::default()), "CSCA");
    let key = jwk(&parts.key, Some(&parts.certificate), 32);
    let mut by_key_alone = jwk(&parts.key, None, 33);
    by_key_alone["kid"] = "ABCDEFGH".into();
    let did = did_document(&[("#DSC", key.clone()), ("#CSCA", jwk(&parts.key, Some(&parts.certificate), 33))]);
    vec![
        load(&json!([entry, csca]).to_string(), "gateway", "DCCG trust list", "done", "A signer and an authority."),
        load(&german(&[entry], &parts.list_key), "german", "DE trust list", "done", "A signature line and JSON."),
        load(&json!({ "keys": [key] }).to_string(), "jwks", "RFC 7517 §5", "done", "A key with its certificate."),
        load(
            &json!({ "keys": [by_key_alone] }).to_string(),
            "jwks-key-alone",
            "RFC 7517 §5",
            "done",
            "A key without a certificate, its coordinates with a leading zero, under a key id that is no hash.",
        ),
        load(&did.to_string(), "did", "GDHCN trust list v2", "done", "Keys of the WHO's network, embedded."),
        load("{\"keys\":[", "cut", "RFC 8259", "list-malformed", "JSON that ends too early."),
        load("{\"keys\":{}}", "keys-not-an-array", "RFC 7517 §5.1", "list-malformed", "Keys that are no array."),
        load(
            &"[".repeat(100_000),
            "deep",
            "RFC 8259 §9",
            "list-malformed",
            "Arrays without end do not fill the stack.",
        ),
        load("{\"other\":[]}", "unknown-object", "RFC 8259", "trust-unreadable", "JSON that is none of the formats."),
    ]
}

fn dropped(parts: &Parts) -> Vec<Vector> {
    let entry = gateway_entry(&parts.certificate, "DSC");
    let with = |name: &str, value: Value| {
        let mut changed = entry.clone();
        changed[name] = value;
        json!([changed]).to_string()
    };
    let mut without_data = entry.clone();
    without_data.as_object_mut().unwrap().remove("rawData");
    let mut foreign = jwk(&parts.other, None, 32);
    foreign["x5c"] = json!([base64(parts.certificate.der())]);
    let mut twice = jwk(&parts.key, Some(&parts.certificate), 32).to_string();
    twice.insert_str(1, "\"x5c\":[\"AA==\"],");
    let twice = format!("{{\"keys\":[{twice}]}}");
    let mut curve = jwk(&parts.key, None, 32);
    curve["kid"] = "AAAAAAAAAAA=".into();
    curve["crv"] = "secp256k1".into();
    let load = |file: &str, id: &str, spec: &str, outcome: &str, why: &str| {
        Draft::new(Operation::LoadTrust, &[("file", file)]).expect(&format!("list::{id}"), spec, outcome, why)
    };
    let (dccg, malformed) = ("DCCG trust list", "list-entry-malformed");
    vec![
        load(&json!([without_data]).to_string(), "no-certificate", dccg, malformed, "An entry without a certificate."),
        load(&json!([17]).to_string(), "entry-not-an-object", dccg, malformed, "A number for an entry."),
        load(&with("kid", "".into()), "empty-key-id", dccg, malformed, "A key id of no bytes would match nothing."),
        load(&with("rawData", "MAA=".into()), "broken-certificate", dccg, "certificate-malformed", "No certificate."),
        load(&with("thumbprint", hex(&[7; 32]).into()), "hash", dccg, "list-hash-mismatch", "Another hash."),
        load(&with("certificateType", "UPLOAD".into()), "other-usage", dccg, "list-other-usage", "For uploads."),
        load(
            &json!({ "keys": [foreign] }).to_string(),
            "key-mismatch",
            "RFC 7517 §4.7",
            "list-key-mismatch",
            "A key beside the certificate of another: nobody knows which is meant.",
        ),
        load(&twice, "repeated-member", "RFC 7517 §4", malformed, "Two chains of which nobody knows which counts."),
        load(
            &json!({ "keys": [curve] }).to_string(),
            "curve",
            "RFC 8812",
            "certificate-key-unsupported",
            "A curve no health certificate may be signed with.",
        ),
        load(
            &json!({ "keys": [jwk(&parts.key, None, 32)] }).to_string(),
            "no-key-id",
            "RFC 7517 §4.5",
            malformed,
            "Without a key id or a certificate nobody could look the key up.",
        ),
    ]
}

fn signatures(parts: &Parts) -> Vec<Vector> {
    let verify = |file: &str, id: &str, spec: &str, outcome: &str, why: &str| {
        let input = [("file", file), ("signer", parts.list_signer.as_str())];
        Draft::new(Operation::VerifyList, &input).expect(&format!("list-signature::{id}"), spec, outcome, why)
    };
    let entry = gateway_entry(&parts.certificate, "DSC");
    let document = did_document(&[("#DSC", jwk(&parts.key, Some(&parts.certificate), 33))]);
    let genuine = proven(document.clone(), &parts.list_key);
    let change = |pointer: &str, value: Value| {
        let mut changed = genuine.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed.to_string()
    };
    let mut unknown = genuine.clone();
    unknown["verificationMethod"][0]["comment"] = "not signed".into();
    let mut clash = document.clone();
    let mut second = clash["verificationMethod"][0].clone();
    second["publicKeyJwk"]["kid"] = "AAAAAAAAAAA=".into();
    clash["verificationMethod"].as_array_mut().unwrap().push(second);
    let clash = proven(clash, &parts.list_key);
    let german_list = german(core::slice::from_ref(&entry), &parts.list_key);
    let (did, de) = ("GDHCN trust list v2", "DE trust list");
    vec![
        verify(&genuine.to_string(), "did", did, "accepted", "A proof over the statements of the document."),
        verify(&german_list, "german", de, "accepted", "A signature over the JSON."),
        verify(
            &proven(document.clone(), &parts.other).to_string(),
            "did-other-signer",
            did,
            "list-signature-invalid",
            "A proof by a key that is not the pinned one.",
        ),
        verify(
            &change("/verificationMethod/0/publicKeyJwk/kid", "AAAAAAAAAAA=".into()),
            "did-other-key-id",
            did,
            "list-signature-invalid",
            "The key id lies within the proof.",
        ),
        verify(
            &change("/verificationMethod/0/keyusage/code", "#CSCA".into()),
            "did-other-usage",
            did,
            "list-signature-invalid",
            "The use lies within the proof.",
        ),
        verify(
            &change("/proof/created", "2026-01-02T00:00:00Z".into()),
            "did-other-date",
            did,
            "list-signature-invalid",
            "The proof's own date lies within the proof.",
        ),
        verify(
            &change("/proof/jws", "eyJhbGciOiJub25lIn0..".into()),
            "did-no-algorithm",
            "RFC 7797",
            "list-signature-malformed",
            "A header that asks for no signature at all.",
        ),
        verify(
            &unknown.to_string(),
            "did-unknown-member",
            "JSON-LD 1.1 §5.1",
            "list-shape-unsupported",
            "A member no context knows makes no statement, and so is not signed.",
        ),
        verify(
            &clash.to_string(),
            "did-one-id-two-keys",
            "URDNA2015",
            "list-shape-unsupported",
            "Statements are a set: which use belongs to which key of one id is not signed.",
        ),
        verify(&document.to_string(), "did-without-proof", did, "list-signature-missing", "A document anybody made."),
        verify(
            &german_list.replace("2026-01-01", "2026-01-02"),
            "german-changed",
            de,
            "list-signature-invalid",
            "A changed date in the JSON.",
        ),
        verify(
            &german_list.replacen("==\n", "\n", 1),
            "german-cut",
            de,
            "list-signature-malformed",
            "A signature line that is not Base64.",
        ),
        verify(
            &json!([entry]).to_string(),
            "gateway",
            "DCCG trust list",
            "list-signature-not-checked",
            "CMS signatures on the entries are not checked, and nothing says otherwise.",
        ),
    ]
}
