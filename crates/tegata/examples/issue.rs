//! Issues a certificate: once with a key in memory, and once in the three steps that a key in a
//! token or behind a service takes.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use tegata::crypto::{RandomError, SecureRandom, Signer as _, rustcrypto};
use tegata::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
use tegata::model::EXAMPLE_RECORD;
use tegata::x509::Certificate;
use tegata::{Issuer, Profile, Record, Request, Timestamp};

/// The operating system's source of randomness.
struct Os;

impl SecureRandom for Os {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|_| RandomError)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = Timestamp::parse_rfc3339("2026-04-01T09:00:00+09:00")?;
    let two_years = now.saturating_add_seconds(2 * 365 * 86_400);
    let signer = SoftwareSigner::generate(&Os)?;
    let purposes = HealthPurposes { vaccination: true, ..HealthPurposes::default() };
    let subject = Subject::new("JP", "Example City", "Document signer 1")?;
    let certificate = self_signed(&signer, &CertificateRequest::new(subject, purposes), now, two_years, &Os)?;

    let issuer = Issuer::new(Certificate::parse(&certificate)?, &rustcrypto::PROVIDER)?;
    let record = Record::from_json(EXAMPLE_RECORD)?;
    let request = Request {
        profile: Profile::Jp,
        issuer: None,
        issued_at: now,
        issue_date: now.saturating_add_seconds(9 * 3600).date(),
        expires_at: Some(now.saturating_add_seconds(365 * 86_400)),
        certificate_id: "A1B2C3D4E5F6".into(),
        dose: None,
    };
    let issued = issuer.issue(&record, &request, &signer)?;
    println!("{} characters: {}", issued.text().len(), issued.text());

    // The same in steps: these bytes go to the token, its signature comes back and is checked.
    let prepared = issuer.prepare(&record, &Request { profile: Profile::Dcc, ..request })?;
    let signature = signer.sign(&prepared.to_be_signed())?;
    let issued = prepared.finalise(&signature)?;
    println!("{} characters, {}", issued.text().len(), issued.certificate_id());
    for field in issued.not_carried() {
        println!("not carried by an EU certificate: {field}");
    }
    Ok(())
}
