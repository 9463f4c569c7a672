//! What the targets take from `test-vectors/`: whom to trust, what those signed, and a key to sign with.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use base64ct::{Base64, Encoding as _};
use serde_json::Value;
use tegata::codec::{base45, zlib};
use tegata::cose::Sign1;
use tegata::keys::SoftwareSigner;
use tegata::x509::Certificate;
use tegata::{Issuer, Timestamp, TrustSet};

use crate::providers::PROVIDERS;

/// The world of the vectors, read once.
pub(crate) struct Vectors {
    /// The signers of the accepted vectors.
    pub(crate) trust: TrustSet,
    /// The same with the keys of each other provider.
    pub(crate) other_trust: Vec<TrustSet>,
    /// What a trusted signer really signed: the bytes under each signature.
    pub(crate) signed: HashSet<Vec<u8>>,
    /// A trusted signer whose key is known.
    pub(crate) issuer: Issuer,
    /// Its key.
    pub(crate) signer: SoftwareSigner,
    /// The time at which the vectors are verified.
    pub(crate) now: Timestamp,
}

impl Vectors {
    /// Reads the committed vectors.
    pub(crate) fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors");
        let all = vectors(&folder);
        let accepted = |vector: &&Value| text(vector, &["expect", "status"]) == Some("accepted");

        let mut certificates = BTreeMap::new();
        for vector in all.iter().filter(accepted).filter(|vector| vector["flags"].as_array().is_some_and(Vec::is_empty))
        {
            for certificate in vector["trust"].as_array().expect("a list") {
                let certificate = certificate_of(certificate.as_str().expect("base64"));
                // One certificate a key: others restrict the same key otherwise.
                certificates.entry(certificate.key_id()).or_insert(certificate);
            }
        }
        let issuing =
            all.iter().find(|vector| text(vector, &["id"]) == Some("issue::jp")).expect("a vector that issues");
        let input = |name| text(issuing, &["input", name]).expect("an input of issuing");
        let issuer = certificate_of(input("certificate"));
        certificates.insert(issuer.key_id(), issuer.clone());

        let mut trust = PROVIDERS.iter().map(|provider| {
            let mut trust = TrustSet::builder(provider);
            for certificate in certificates.values() {
                trust.trust_certificate(certificate).expect("a signer of the vectors is one to trust");
            }
            trust.build()
        });
        // Only a certificate whose signature failed or was never looked at says nothing of a signer.
        let forged = ["signature", "cose", "compression", "base45", "prefix", "image"];
        let genuine =
            all.iter().filter(|vector| !text(vector, &["expect", "stage"]).is_some_and(|at| forged.contains(&at)));
        let texts = genuine.filter_map(|vector| text(vector, &["input", "text"]));
        Self {
            trust: trust.next().expect("a provider"),
            other_trust: trust.collect(),
            signed: texts.filter_map(signed_bytes).collect(),
            issuer: Issuer::new(issuer, PROVIDERS[0]).expect("the vectors' issuer"),
            signer: SoftwareSigner::from_bytes(input("key").as_bytes(), None).expect("the issuer's key"),
            now: Timestamp::parse_rfc3339("2026-06-01T00:00:00Z").expect("a time"),
        }
    }
}

/// The bytes under the signature of a text, if it holds a signed object.
pub(crate) fn signed_bytes(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches([' ', '\t', '\r', '\n']).strip_prefix("HC1:")?;
    let cose = zlib::decompress(&base45::decode(text).ok()?, zlib::MAX_INFLATED).ok()?;
    Some(Sign1::parse(cose).ok()?.to_be_signed().to_vec())
}

fn vectors(folder: &Path) -> Vec<Value> {
    let mut vectors = Vec::new();
    for group in std::fs::read_dir(folder).expect("the vectors") {
        let group = group.expect("an entry").path();
        if !group.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(group).expect("a group") {
            let path = file.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let bytes = std::fs::read(path).expect("a vector");
                vectors.push(serde_json::from_slice(&bytes).expect("JSON"));
            }
        }
    }
    vectors
}

fn text<'v>(vector: &'v Value, path: &[&str]) -> Option<&'v str> {
    path.iter().try_fold(vector, |value, name| value.get(name))?.as_str()
}

fn certificate_of(base64: &str) -> Certificate {
    Certificate::parse(&Base64::decode_vec(base64).expect("base64")).expect("a certificate")
}
