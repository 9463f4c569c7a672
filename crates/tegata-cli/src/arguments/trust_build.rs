//! `tegata trust build` as declared types.

use std::path::PathBuf;

use clap::Args;
use tegata::Timestamp;

use super::{Passphrase, Trust, duration, time};

#[derive(Args, Debug)]
pub(crate) struct TrustBuild {
    /// The anchor's key: PKCS#8 or SEC1, PEM (encrypted too) or DER
    #[arg(long, value_name = "KEY")]
    pub(crate) signer: PathBuf,
    /// The anchor's certificate, PEM or DER, which verifiers pin
    #[arg(long, value_name = "ANCHOR")]
    pub(crate) certificate: PathBuf,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
    #[command(flatten)]
    pub(crate) trust: Trust,
    /// What is revoked: batches of the EU gateway, JSON or CMS (its signature is not checked)
    #[arg(long, value_name = "FILE")]
    pub(crate) revocation: Vec<PathBuf>,
    /// Revoke every certificate of the signer with this key id, in hexadecimal
    #[arg(long, value_name = "KEY_ID", value_parser = key_id)]
    pub(crate) revoke_signer: Vec<Box<[u8]>>,
    /// Until when a certificate that is not among the revoked counts as not revoked, RFC 3339 [default: as long as the bundle]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) revocation_fresh_until: Option<Timestamp>,
    /// The bundle's number, above that of the bundle before
    #[arg(long, value_name = "N")]
    pub(crate) sequence: u64,
    /// Time of issue, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) issued_at: Option<Timestamp>,
    /// Length of validity: a number and s, m, h, d or w
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "30d")]
    pub(crate) valid_for: i64,
    /// How old the bundle may get before it decides nothing any more [default: its validity]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) max_age: Option<i64>,
    /// Have verifiers refuse certificates that reach beyond their signer's validity
    #[arg(long)]
    pub(crate) strict: bool,
    /// File to write the bundle to, or - for standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// A key id in hexadecimal.
fn key_id(text: &str) -> Result<Box<[u8]>, String> {
    let byte = |pair: &[u8]| match pair {
        [high, low] => {
            let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            Some(digit(*high)? << 4 | digit(*low)?)
        }
        _ => None,
    };
    let bytes: Option<Box<[u8]>> = text.as_bytes().chunks(2).map(byte).collect();
    bytes
        .filter(|bytes| !bytes.is_empty())
        .ok_or_else(|| "a key id is in hexadecimal; for example d919375fc1e7b6b2".into())
}
