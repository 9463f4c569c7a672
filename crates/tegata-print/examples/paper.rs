//! Issues a certificate and puts it on paper.
//!
//! `cargo run --example paper --features pdf -- certificate.pdf [FONT [RECORD.json]]`. Without a font it takes Noto Sans
//! CJK, where Debian's package fonts-noto-cjk puts it; without any argument it writes no file.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use tegata::crypto::{RandomError, SecureRandom, rustcrypto};
use tegata::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
use tegata::model::EXAMPLE_RECORD;
use tegata::x509::Certificate;
use tegata::{Issuer, Profile, Record, Request, Timestamp};
use tegata_print::{Paper, Typeface, Typefaces};

/// The operating system's source of randomness.
struct Os;

impl SecureRandom for Os {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|_| RandomError)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next();
    let font = arguments.next().unwrap_or("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc".into());
    let Ok(font) = std::fs::read(font) else {
        println!("no Japanese font there: name one");
        return Ok(());
    };
    let record = arguments.next().map_or(Ok(EXAMPLE_RECORD.to_owned()), std::fs::read_to_string)?;

    let now = Timestamp::parse_rfc3339("2026-04-01T09:00:00+09:00")?;
    let a_year = now.saturating_add_seconds(365 * 86_400);
    let signer = SoftwareSigner::generate(&Os)?;
    let purposes = HealthPurposes { vaccination: true, ..HealthPurposes::default() };
    let request = CertificateRequest::new(Subject::new("JP", "Example City", "Document signer 1")?, purposes);
    let certificate = self_signed(&signer, &request, now, a_year, &Os)?;
    let issuer = Issuer::new(Certificate::parse(&certificate)?, &rustcrypto::PROVIDER)?;
    let request = Request {
        profile: Profile::Jp,
        issuer: None,
        issued_at: now,
        issue_date: now.saturating_add_seconds(9 * 3600).date(),
        expires_at: Some(a_year),
        certificate_id: "A1B2C3D4E5F6".into(),
        dose: None,
    };
    let issued = issuer.issue(&Record::from_json(&record)?, &request, &signer)?;

    let typefaces = Typefaces::new(Typeface::from_bytes(font)?);
    let pdf = Paper::issued(&issued)?.with_office("Example City, Health Division")?.to_pdf(&typefaces)?;
    for substitution in pdf.substitutions() {
        println!("not as signed: {} ({} characters 〓)", substitution.field(), substitution.missing_characters());
    }
    if let Some(out) = out {
        std::fs::write(out, pdf.bytes())?;
    }
    println!("{} page(s), {} bytes", pdf.pages(), pdf.bytes().len());
    Ok(())
}
