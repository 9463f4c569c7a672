//! QR images of national issuers: every one decodes to a certificate with a readable payload.

use tegata::{Inspection, Stage};
use tegata_conformance::exceptions::Exceptions;
use tegata_conformance::photo::{CAREFUL, COARSE, Camera, Grey, HASTY};
use tegata_conformance::{corpus, files};

#[test]
fn every_image_decodes() {
    let Some(base) = corpus("dcc-quality-assurance", "dcc-quality-assurance") else { return };
    let mut exceptions = Exceptions::read(include_str!("../data/dcc-quality-assurance-exceptions.json"));
    let paths = files(&base, &[".png", ".jpeg", ".jpg"]);
    for path in &paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let symbols = tegata_print::read_symbols(&std::fs::read(path).unwrap());
        let result = symbols.map_err(|error| error.to_string()).and_then(|symbols| {
            let inspections: Vec<_> = symbols.iter().map(|symbol| Inspection::of(symbol.text())).collect();
            let readable = |inspection: &Inspection| {
                let before_claims =
                    inspection.checks().in_order().into_iter().take_while(|(stage, _)| *stage != Stage::Signer);
                before_claims.into_iter().all(|(_, check)| check.passed())
            };
            if inspections.iter().any(readable) { Ok(()) } else { Err(format!("{inspections:?}")) }
        });
        exceptions.note(&name, "decode", result);
    }
    assert!(!paths.is_empty());
    exceptions.finish(|case| base.join(case).is_file());
}

/// Each image photographed is read as it is read itself.
fn every_photo_is_read(test: &str, camera: Camera) {
    let Some(base) = corpus(test, "dcc-quality-assurance") else { return };
    let mut failed = Vec::new();
    for (number, path) in (0..).zip(files(&base, &[".png", ".jpeg", ".jpg"])) {
        let bytes = std::fs::read(&path).unwrap();
        let photo = camera.photograph(&Grey::from_image(&bytes), number).to_png();
        if tegata_print::read_symbols(&photo) != tegata_print::read_symbols(&bytes) {
            failed.push((number, path));
        }
    }
    assert!(failed.is_empty(), "not read as the image is: {failed:?}");
}

#[test]
fn every_photo_by_a_careful_hand_is_read() {
    every_photo_is_read("every_photo_by_a_careful_hand_is_read", CAREFUL);
}

#[test]
fn every_photo_by_a_hasty_hand_is_read() {
    every_photo_is_read("every_photo_by_a_hasty_hand_is_read", HASTY);
}

#[test]
fn every_coarse_photo_is_read() {
    every_photo_is_read("every_coarse_photo_is_read", COARSE);
}

#[test]
fn the_picture_in_the_readme_is_the_vector_it_says() {
    let vector = tegata_conformance::json(&tegata_conformance::vectors::folder().join("issue/jp.json"));
    let text = vector["input"]["text"].as_str().unwrap();
    let symbol = tegata_print::Symbol::encode(text, tegata_print::ErrorCorrection::Quartile).unwrap();
    let drawn = symbol.to_png(&tegata_print::Style::default()).unwrap();
    let shown = std::fs::read(tegata_conformance::root().join("docs/images/certificate.png")).unwrap();
    assert!(drawn == shown, "draw docs/images/certificate.png anew, as docs/images/README.md says");
}
