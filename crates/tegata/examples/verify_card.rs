//! Verifies the files of an Individual Number Card, as the issuing side does before it looks anything up.
//!
//! `cargo run --example verify_card` verifies a simulated card, and a copy in which the sex was changed.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use tegata::card::{Application, CardFiles, CardVerifier, FileError, FileId, Other, TextReport};
use tegata::crypto::rustcrypto;

/// The authority above simulated cards. For real ones `CardVerifier::production` has the keys.
const AUTHORITIES: &str = include_str!("data/card/authorities.json");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let verifier = CardVerifier::other(&rustcrypto::PROVIDER, AUTHORITIES)?;
    show(verifier.verify_text(&files()?, None));

    // The sex is the last byte of the four fields.
    let mut forged = files()?;
    let mut fields = forged.get(FileId::ATTRIBUTES).map(<[u8]>::to_vec).unwrap_or_default();
    fields.pop();
    fields.push(b'9');
    forged.insert(FileId::ATTRIBUTES, fields)?;
    show(verifier.verify_text(&forged, None));
    Ok(())
}

/// What a reader handed over.
fn files() -> Result<CardFiles, FileError> {
    let mut files = CardFiles::new(Application::Text);
    files.insert(FileId::FIRST, include_bytes!("data/card/text-0001-physical.bin").to_vec())?;
    files.insert(FileId::ATTRIBUTES, include_bytes!("data/card/text-0002.bin").to_vec())?;
    files.insert(FileId::INTEGRITY, include_bytes!("data/card/text-0003.bin").to_vec())?;
    files.insert(FileId::CERTIFICATE, include_bytes!("data/card/text-0004.bin").to_vec())?;
    files.insert(FileId::CARD_KEY, include_bytes!("data/card/text-0007.bin").to_vec())?;
    Ok(files)
}

fn show(report: TextReport<Other>) {
    println!("{}", report.status().name().to_uppercase());
    if let Some(failure) = report.failure() {
        println!("  {failure} [{}]", failure.code().name());
    }
    // There is an identity only when every signature was genuine. The number stays in its own type.
    if let Some(identity) = report.into_identity() {
        let holder = identity.into_four_fields();
        println!("  {}, {}", holder.name().expose(), holder.address().expose());
        println!("  signed by municipality {}", holder.signer().municipality_code());
    }
}
