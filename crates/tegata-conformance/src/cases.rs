//! Verifications with everything they take and the report they must give, one JSON object a line, for verifiers in
//! other languages: our own vectors and the public corpora.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};
use tegata::trust::Tolerances;
use tegata::x509::certificates_from;
use tegata::{Failure, Report, Timestamp, TrustSet, Verifier};

use crate::dgc::Case;
use crate::vectors::{self, Operation, Vector};
use crate::{PROVIDERS, corpus, files};

/// When the images of national issuers are verified: most were valid then.
const IMAGES_AT: &str = "2021-09-01T00:00:00Z";

/// Writes every case and returns how many there are.
///
/// A line has `id`, `now`, `options` of a verifier (lists of files in base64 or, as `*_files`, by path), `text` or
/// `image` (base64) or `image_file`, and `expected`: the report, or the reports of each text in an image.
///
/// # Panics
/// When a file of a suite cannot be read, or the output not be written.
pub fn write(out: &mut impl Write) -> usize {
    let mut count = 0;
    let mut put = |case: Value| {
        writeln!(out, "{case}").unwrap();
        count += 1;
    };
    vectors::committed().iter().filter_map(of_vector).for_each(&mut put);
    if let Some(base) = corpus("cases", "dgc-testdata") {
        let cases = files(&base, &[".json"]);
        cases.iter().filter_map(|path| of_dgc(&Case::read(&base, path)?)).for_each(&mut put);
    }
    if let (Some(images), Some(signers)) = (corpus("cases", "dcc-quality-assurance"), corpus("cases", "dsc")) {
        of_images(&images, &signers).into_iter().for_each(&mut put);
    }
    count
}

fn report(report: &Report) -> Value {
    serde_json::from_str(&report.to_json()).unwrap()
}

fn of_vector(vector: &Vector) -> Option<Value> {
    let image = match vector.operation {
        Operation::Verify | Operation::VerifyWithTrustData => None,
        Operation::VerifyImage => Some(&vector.input["image"]),
        _ => return None,
    };
    let outcome = vectors::run(vector, PROVIDERS[0].1);
    let expected = report(&outcome.report?);
    let flag = |name: &str| vector.flags.iter().any(|flag| flag == name);
    let skew = vector.flags.iter().find_map(|flag| flag.strip_prefix("skew="));
    let file = |name: &str| vector.input.get(name).into_iter().collect::<Vec<_>>();
    let trust: Vec<_> = vector.trust.iter().chain(file("bundle")).collect();
    Some(json!({
        "id": vector.id,
        "now": vector.now,
        "options": {
            "trust": trust,
            "authorities": vector.authorities,
            "signers": vector.signers,
            "anchors": file("anchor"),
            "revocation": file("revocation"),
            "strict": flag("strict"),
            "skewSeconds": skew.map_or(0, |seconds| seconds.parse::<u32>().unwrap()),
            "allowP384UnderEs256": flag("allow-p384-under-es256"),
            "allowRsa1024": flag("allow-rsa-1024"),
            "allowSignerOutlivesAuthority": flag("allow-signer-outlives-authority"),
        },
        "text": vector.input.get("text"),
        "image": image,
        "expected": if image.is_some() { json!([expected]) } else { expected },
    }))
}

fn of_dgc(case: &Case) -> Option<Value> {
    let input = case.input()?;
    let mut tolerances = Tolerances::default();
    tolerances.p384_under_es256 = true;
    let mut trust = TrustSet::tolerant_builder(PROVIDERS[0].1, tolerances);
    if let Some(certificate) = &input.certificate {
        trust.trust_certificate(certificate).unwrap();
    }
    let seen = Verifier::new(trust.build()).verify(&input.text, input.now);
    let trust: Vec<_> = input.certificate.iter().map(|certificate| crate::base64(certificate.der())).collect();
    Some(json!({
        "id": case.name(),
        "now": input.now.to_string(),
        "options": { "trust": trust, "allowP384UnderEs256": true },
        "text": input.text,
        "expected": report(&seen),
    }))
}

fn of_images(images: &Path, signers: &Path) -> Vec<Value> {
    let now = Timestamp::parse_rfc3339(IMAGES_AT).unwrap();
    let mut trust = TrustSet::builder(PROVIDERS[0].1);
    let mut used = Vec::new();
    for path in files(signers, &[""]) {
        let Ok(certificates) = certificates_from(&std::fs::read(&path).unwrap()) else { continue };
        if certificates.iter().all(|certificate| trust.trust_certificate(certificate).is_ok()) {
            used.push(path);
        }
    }
    let verifier = Verifier::new(trust.build());
    let case = |path: &std::path::PathBuf| {
        let reports = match tegata_print::read_symbols(&std::fs::read(path).unwrap()) {
            Ok(symbols) => symbols.iter().map(|symbol| report(&verifier.verify(symbol.text(), now))).collect(),
            Err(error) => vec![report(&Report::not_a_certificate(Failure::new(error.code())))],
        };
        json!({
            "id": path.file_name().unwrap().to_string_lossy(),
            "now": IMAGES_AT,
            "options": { "trust_files": used },
            "image_file": path,
            "expected": reports,
        })
    };
    files(images, &[".png", ".jpeg", ".jpg"]).iter().map(case).collect()
}
