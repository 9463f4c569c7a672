//! The vectors as seeds of the fuzz targets that read what vectors hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use tegata::codec::cbor::Item;
use tegata::codec::{base45, zlib};
use tegata::cose::Sign1;
use tegata_print::{ErrorCorrection, Style, Symbol};

use super::{Operation, Vector};
use crate::{root, unbase64, unhex};

/// Every file in these folders of `fuzz/seeds/` is made here.
pub(super) const TARGETS: &[&str] = &[
    "application",
    "card_files",
    "card_session",
    "card_tlv",
    "image",
    "mrz",
    "revocation",
    "trust_bundle",
    "trust_file",
    "trust_list",
    "verify",
    "who_payload",
];

/// Longer texts are seeds for nothing but slowness.
const MAX_SEED_BYTES: usize = 8 * 1024;

/// Accepted certificates that the fuzzing of `verify` also starts from further inside, where no checksum guards
/// the way: one of each profile, algorithm and shape of the signed object.
const STARTED_INSIDE: [&str; 5] = ["dcc", "jp", "es384", "indefinite-length", "headers-unprotected"];

/// The seeds: path and content. A text, a file and an image stand for themselves; `c` before a signed object and `p`
/// before a payload tell the target where to start.
pub(super) fn seeds(vectors: &[Vector]) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut seeds = BTreeMap::new();
    let mut outcomes = BTreeSet::new();
    for vector in vectors {
        let name = vector.id.replace("::", "-");
        let mut add = |target: &str, ending: &str, content: Vec<u8>| {
            if content.len() <= MAX_SEED_BYTES {
                seeds.insert(folder(target).join(format!("{name}{ending}")), content);
            }
        };
        match vector.operation {
            Operation::Verify => {
                let text = &vector.input["text"];
                // One text for each outcome is enough to start from.
                if outcomes.insert(vector.expect.code.clone().unwrap_or_else(|| vector.id.clone())) {
                    add("verify", "", text.clone().into_bytes());
                }
                if STARTED_INSIDE.iter().any(|inside| vector.id == format!("accepted::{inside}")) {
                    let cose = zlib::decompress(&base45::decode(&text[4..]).unwrap(), zlib::MAX_INFLATED).unwrap();
                    add("verify", "-cose", [b"c", cose.as_slice()].concat());
                    let payload = Sign1::parse(cose).unwrap().payload().to_vec();
                    add("verify", "-payload", [b"p", payload.as_slice()].concat());
                }
                if vector.id.starts_with("dvc::") || vector.id.starts_with("who::") {
                    add("who_payload", "", content(text));
                }
            }
            Operation::VerifyImage => add("image", "", unbase64(&vector.input["image"])),
            Operation::VerifyList => add("trust_list", "", vector.input["file"].clone().into_bytes()),
            Operation::LoadTrust => {
                let file = vector.input["file"].clone().into_bytes();
                add("trust_file", "", file.clone());
                add("trust_list", "", file);
            }
            Operation::VerifyCard => {
                add("card_files", "", card_files(vector));
                if vector.id.starts_with("card_accepted::text") {
                    add("card_tlv", "", unbase64(&vector.input["0002"]));
                    add("card_tlv", "-certificate", unbase64(&vector.input["0004"]));
                }
            }
            Operation::ReadCard => add("card_session", "", card_answers(&vector.input["answers"])),
            Operation::ReadApplication => add("application", "", unbase64(&vector.input["application"])),
            Operation::ParseMrz => add("mrz", "", vector.input["mrz"].clone().into_bytes()),
            Operation::AcceptBundle => add("trust_bundle", "", unbase64(&vector.input["file"])),
            Operation::LoadRevocation => add("revocation", "", unbase64(&vector.input["file"])),
            Operation::VerifyWithTrustData => {
                for (name, target) in [("bundle", "trust_bundle"), ("revocation", "revocation")] {
                    vector.input.get(name).into_iter().for_each(|file| add(target, "", unbase64(file)));
                }
            }
            Operation::LoadKey | Operation::Issue | Operation::LoadAuthorities => {}
        }
    }
    // The target looks at small images only, and a certificate's symbol is none.
    let symbol = Symbol::encode("HC1:SMALL", ErrorCorrection::Low).unwrap();
    let style = Style::default().with_module_pixels(2).unwrap();
    seeds.insert(folder("image").join("symbol"), symbol.to_png(&style).unwrap());
    seeds
}

/// Application, then number, length and content of each file, then the response.
fn card_files(vector: &Vector) -> Vec<u8> {
    let response = vector.input.get("response").map(|hex| unhex(hex)).unwrap_or_default();
    let surface = u8::from(vector.input["application"] == "surface");
    let mut seed = vec![surface | if response.is_empty() { 0 } else { 2 }];
    for number in 1..=7_u8 {
        if let Some(content) = vector.input.get(&format!("{number:04}")) {
            let content = unbase64(content);
            seed.push(number);
            seed.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
            seed.extend(content);
        }
    }
    seed.extend(response);
    seed
}

/// What is asked for, then length and content of each answer.
fn card_answers(answers: &str) -> Vec<u8> {
    let mut seed = vec![0];
    for answer in answers.split_whitespace().map(unhex) {
        seed.push(u8::try_from(answer.len()).unwrap());
        seed.extend(answer);
    }
    seed
}

/// Where a target's seeds are kept.
pub(super) fn folder(target: &str) -> PathBuf {
    root().join("fuzz/seeds").join(target)
}

/// The content of a certificate: what stands in the health certificate claim.
fn content(text: &str) -> Vec<u8> {
    let cose = zlib::decompress(&base45::decode(&text[4..]).unwrap(), zlib::MAX_INFLATED).unwrap();
    let sign1 = Sign1::parse(cose).unwrap();
    let claims = Item::parse(sign1.payload()).unwrap().as_map().unwrap();
    let (_, content) = claims.get_int(-260).unwrap().as_map().unwrap().iter().next().unwrap();
    content.bytes().to_vec()
}
