//! Verifies a certificate offline: text, trusted signers and the time go in, a verdict comes out.
//!
//! `cargo run --example verify_offline` verifies an honest and a forged certificate of a test signer.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use tegata::crypto::rustcrypto;
use tegata::report::Language;
use tegata::x509::certificates_from;
use tegata::{Failure, Report, Timestamp, TrustSet, Verifier};

/// The certificate of a test signer; a verifier app ships or fetches such a file.
const SIGNERS: &str = include_str!("data/signer.pem");
/// A certificate that signer issued, and a copy in which one letter was changed.
const HONEST: &str = include_str!("data/certificate.txt");
const FORGED: &str = include_str!("data/forged.txt");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let verifier = verifier(SIGNERS.as_bytes())?;
    // The library reads no clock: an app passes its own time.
    let now = Timestamp::parse_rfc3339("2026-06-01T09:00:00+09:00")?;
    for text in [HONEST, FORGED] {
        show(&verifier.verify(text, now));
    }
    Ok(())
}

/// Made once, when trust is loaded; then shared between threads.
fn verifier(signers: &[u8]) -> Result<Verifier, Failure> {
    let mut trust = TrustSet::builder(&rustcrypto::PROVIDER);
    for certificate in certificates_from(signers)? {
        trust.trust_certificate(&certificate)?;
    }
    Ok(Verifier::new(trust.build()))
}

fn show(report: &Report) {
    println!("{}", report.status().name().to_uppercase());
    if let Some(failure) = report.failure() {
        println!("  {failure} [{}]", failure.code().name());
        println!("  {}", failure.code().advice().text(Language::English));
    }
    // There is content only when a trusted signer really signed it.
    for line in report.summary(Language::English).iter().flat_map(|summary| summary.lines()) {
        println!("  {}: {}", line.label(Language::English), line.value());
    }
}
