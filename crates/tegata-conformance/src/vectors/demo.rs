//! The demonstration of the verifier page: a trust bundle, and one certificate for each kind of verdict.
//!
//! Keys come from seeds and dates from the time that is given, so that the same time gives the same files. The
//! certificates of the keys are the same at any time, so that a later bundle succeeds an earlier one.
//! **These keys protect nothing**: whoever reads this file has them.

use std::path::Path;

use serde_json::json;
use tegata::codec::cbor::Encoder;
use tegata::codec::{base45, zlib};
use tegata::cose::{Sign1, protected_header};
use tegata::crypto::{Algorithm, Signer as _, rustcrypto::PROVIDER};
use tegata::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
use tegata::model::EXAMPLE_RECORD;
use tegata::revocation::{Kind, signature_hash};
use tegata::trust::bundle::BundleBuilder;
use tegata::x509::{Certificate, to_pem};
use tegata::{Issuer, Profile, Record, Request, RevocationSet, Timestamp, TrustSet};
use tegata_print::{ErrorCorrection, Style, Symbol};

use super::build::{Seeded, sign1, signer, text, to_be_signed};

const DAY: i64 = 86_400;
/// How long the bundle may be relied on: long enough for a day of showing the page, short enough that the age
/// it shows matters.
const BUNDLE_DAYS: i64 = 30;

/// A certificate of the demonstration.
pub struct Sample {
    /// Its name, which the page has words for and its files are called by.
    pub name: &'static str,
    /// The certificate's text.
    pub text: String,
    /// The verdict it gets.
    pub status: &'static str,
    /// The code of the first failure.
    pub code: Option<&'static str>,
}

/// What the demonstration consists of.
pub struct Demo {
    /// The trust bundle.
    pub bundle: Vec<u8>,
    /// The certificate of the key that signed the bundle.
    pub anchor: Certificate,
    /// The certificates.
    pub samples: Vec<Sample>,
}

/// A key and the certificate that belongs to it.
struct Office {
    key: SoftwareSigner,
    certificate: Certificate,
}

impl Office {
    fn new(seed: &'static str, organisation: &str, name: &str) -> Self {
        let key = signer(seed);
        let purposes = HealthPurposes { vaccination: true, ..HealthPurposes::default() };
        let request = CertificateRequest::new(Subject::new("JP", organisation, name).unwrap(), purposes);
        let [from, until] =
            ["2020-01-01T00:00:00Z", "2049-12-31T00:00:00Z"].map(|t| Timestamp::parse_rfc3339(t).unwrap());
        let der = self_signed(&key, &request, from, until, &Seeded(seed)).unwrap();
        Self { certificate: Certificate::parse(&der).unwrap(), key }
    }

    /// A certificate of the example record, issued and ending some days from now.
    fn issue(&self, profile: Profile, id: &str, now: Timestamp, from: i64, until: i64) -> String {
        let issuer = Issuer::new(self.certificate.clone(), &PROVIDER).unwrap();
        let issued_at = now.saturating_add_seconds(from * DAY);
        let request = Request {
            profile,
            issuer: None,
            issued_at,
            issue_date: issued_at.date(),
            expires_at: Some(now.saturating_add_seconds(until * DAY)),
            certificate_id: id.into(),
            dose: None,
        };
        let record = Record::from_json(EXAMPLE_RECORD).unwrap();
        issuer.issue(&record, &request, &self.key).unwrap().text().to_owned()
    }

    /// WHO's certificate for a product that no catalogue holds, which nobody would issue with this software.
    fn of_unknown_product(&self, now: Timestamp) -> String {
        let mut payload = Encoder::new();
        let dates = [(4, now.saturating_add_seconds(300 * DAY)), (6, now.saturating_add_seconds(-30 * DAY))];
        let day = now.saturating_add_seconds(-31 * DAY).date().to_string();
        payload.map(|claims| {
            claims.int_key(1, |e| e.text("JP"));
            for (claim, time) in dates {
                claims.int_key(claim, |e| e.int(time.seconds()));
            }
            claims.int_key(-260, |e| {
                e.map(|hcert| {
                    hcert.int_key(-6, |e| {
                        e.map(|dvc| {
                            for (name, value) in [
                                ("v", "1"),
                                ("d", day.as_str()),
                                ("n", "TEGATA HANAKO"),
                                ("dob", "1980-02-17"),
                                ("s", "female"),
                                ("nt", "JPN"),
                                ("id", "TK0000000"),
                                ("dt", "PPN"),
                            ] {
                                dvc.text_key(name, |e| e.text(value));
                            }
                            dvc.text_key("vx", |e| {
                                e.map(|dose| {
                                    for (name, value) in [
                                        ("vp", "YellowFeverProduct00000000000000000000000000000000"),
                                        ("dv", &day),
                                        ("bo", "LOT-1"),
                                        ("is", "JPN"),
                                    ] {
                                        dose.text_key(name, |e| e.text(value));
                                    }
                                });
                            });
                        });
                    });
                });
            });
        });
        let payload = payload.into_bytes();
        let protected = protected_header(-7, &self.certificate.key_id());
        let signature = self.key.sign(&to_be_signed(&protected, &payload)).unwrap();
        text(&[vec![0xd2], sign1(&protected, &[0xa0], &payload, &signature)].concat())
    }
}

/// The demonstration as it is at a time.
#[must_use]
pub fn demo(now: Timestamp) -> Demo {
    let city = Office::new("tegata demo city", "Sekisho City", "Demonstration document signer");
    let stranger = Office::new("tegata demo stranger", "Nowhere City", "Unknown document signer");
    let publisher = Office::new("tegata demo publisher", "Tegata demonstration", "Demonstration trust anchor");
    let accepted = city.issue(Profile::Jp, "DEM0ACCEPTED", now, -90, 275);
    let revoked = city.issue(Profile::Jp, "DEM0REV0KED1", now, -120, 245);
    let sample = |name, text, status, code| Sample { name, text, status, code };
    let samples = vec![
        sample("accepted", accepted.clone(), "accepted", None),
        sample("accepted-eu", city.issue(Profile::Dcc, "DEM0EUR0PE01", now, -60, 305), "accepted", None),
        sample("forged", forge(&accepted), "rejected", Some("signature-invalid")),
        sample("revoked", revoked.clone(), "rejected", Some("revoked")),
        sample("expired", city.issue(Profile::Jp, "DEM0EXP1RED1", now, -400, -35), "rejected", Some("expired")),
        sample(
            "unknown-signer",
            stranger.issue(Profile::Jp, "DEM0STRANGER", now, -10, 355),
            "rejected",
            Some("unknown-signer"),
        ),
        sample("undetermined", city.of_unknown_product(now), "undetermined", Some("product-not-in-catalogue")),
    ];
    let mut trust = TrustSet::builder(&PROVIDER);
    trust.trust_certificate(&city.certificate).unwrap();
    let mut revocation = RevocationSet::builder();
    let hash = signature_hash(Algorithm::Es256, signed_object(&revoked).signature());
    revocation.revoke(Some(&city.certificate.key_id()), Kind::Signature, &[hash]).unwrap();
    let issued_at = now.saturating_add_seconds(-2 * DAY);
    let sequence = u64::try_from(issued_at.seconds()).unwrap();
    let mut bundle =
        BundleBuilder::new(sequence, issued_at, issued_at.saturating_add_seconds(BUNDLE_DAYS * DAY)).unwrap();
    assert_eq!(bundle.add_signers(&trust.build()).unwrap(), Vec::<Vec<u8>>::new());
    bundle.revocation(revocation.build()).unwrap();
    let bundle = bundle.sign(&publisher.certificate, &publisher.key, &PROVIDER).unwrap();
    Demo { bundle, anchor: publisher.certificate, samples }
}

/// Writes the demonstration's files: `trust/bundle.cbor`, `anchor.pem`, and in `demo/` a text and a picture for
/// each certificate with `samples.json`, which lists them.
pub fn write(folder: &Path, now: Timestamp) {
    let demo = demo(now);
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
    };
    put("trust/bundle.cbor", &demo.bundle);
    put("anchor.pem", to_pem("CERTIFICATE", demo.anchor.der()).as_bytes());
    let mut list = Vec::new();
    for sample in &demo.samples {
        let name = sample.name;
        let symbol = Symbol::encode(&sample.text, ErrorCorrection::default()).unwrap();
        put(&format!("demo/{name}.txt"), format!("{}\n", sample.text).as_bytes());
        put(&format!("demo/{name}.png"), &symbol.to_png(&Style::default()).unwrap());
        list.push(json!({ "name": name, "status": sample.status, "code": sample.code }));
    }
    put("demo/samples.json", format!("{:#}\n", json!(list)).as_bytes());
}

/// A certificate as a camera of 1280×720 sees it, drifting over a grey table: YUV4MPEG2, which a browser takes for a
/// camera's pictures.
#[must_use]
pub fn camera(text: &str) -> Vec<u8> {
    const WIDTH: usize = 1280;
    const HEIGHT: usize = 720;
    const FRAMES: usize = 30;
    let symbol = Symbol::encode(text, ErrorCorrection::default()).unwrap();
    let modules = symbol.size() + 8;
    let side = 640 / modules * modules;
    let pixels = side / modules;
    let mut video = b"YUV4MPEG2 W1280 H720 F30:1 Ip A1:1 C420mpeg2\n".to_vec();
    for frame in 0..FRAMES {
        video.extend_from_slice(b"FRAME\n");
        // Forth and back, so that the film has no jump where it starts again.
        let drift = 2 * frame.min(FRAMES - frame);
        let (left, top) = ((WIDTH - side) / 2 - 30 + drift, (HEIGHT - side) / 2 - 15 + drift / 2);
        for y in 0..HEIGHT {
            for x in 0..WIDTH {
                let on_paper = (left..left + side).contains(&x) && (top..top + side).contains(&y);
                let module = |at: usize, start: usize| (at.wrapping_sub(start) / pixels).wrapping_sub(4);
                let (column, row) = (module(x, left), module(y, top));
                let inside = on_paper && column < symbol.size() && row < symbol.size();
                video.push(match (on_paper, inside && symbol.module(column, row)) {
                    (false, _) => 120,
                    (true, false) => 225,
                    (true, true) => 30,
                });
            }
        }
        video.resize(video.len() + WIDTH * HEIGHT / 2, 128);
    }
    video
}

/// A copy in which one letter of the signed content is another: what a forger would try first.
fn forge(text: &str) -> String {
    let mut cose = signed_object(text).bytes().to_vec();
    let at = cose.windows(6).position(|window| window == b"TEGATA").unwrap();
    cose[at] = b'S';
    super::build::text(&cose)
}

fn signed_object(text: &str) -> Sign1 {
    let compressed = base45::decode(text.strip_prefix("HC1:").unwrap()).unwrap();
    Sign1::parse(zlib::decompress(&compressed, zlib::MAX_INFLATED).unwrap()).unwrap()
}

#[cfg(test)]
mod tests {
    use tegata::Verifier;
    use tegata::trust::bundle::{Anchor, TrustBundle};

    use super::*;

    #[test]
    fn each_sample_gets_the_verdict_it_is_there_for_at_whatever_time() {
        for time in ["2026-06-01T12:00:00Z", "2031-02-28T23:59:59Z"] {
            let now = Timestamp::parse_rfc3339(time).unwrap();
            let demo = demo(now);
            let anchor = Anchor::from_certificate(&demo.anchor, &PROVIDER).unwrap();
            let bundle = TrustBundle::open(&demo.bundle, &[anchor]).unwrap();
            let mut trust = TrustSet::builder(&PROVIDER);
            assert!(bundle.add_signers(&mut trust).is_empty());
            let verifier = Verifier::new(trust.build().with_revocation(bundle.revocation().unwrap().clone()));
            for sample in demo.samples {
                let report = verifier.verify(&sample.text, now);
                let code = report.failure().map(|failure| failure.code().name());
                assert_eq!((report.status().name(), code), (sample.status, sample.code), "{}", sample.name);
            }
        }
    }

    #[test]
    fn the_film_shows_the_certificate() {
        let text = demo(Timestamp::from_seconds(1_800_000_000).unwrap()).samples[0].text.clone();
        let video = camera(&text);
        let header = video.iter().position(|&byte| byte == b'\n').unwrap() + 1 + b"FRAME\n".len();
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, 1280, 720);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.write_header().unwrap().write_image_data(&video[header..header + 1280 * 720]).unwrap();
        let found = tegata_print::read_symbols(&png).unwrap();
        assert_eq!(found[0].text(), text);
        assert_eq!(video.len(), header - 6 + 30 * (6 + 1280 * 720 * 3 / 2));
    }
}
