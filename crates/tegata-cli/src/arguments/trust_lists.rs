//! `tegata trust` as declared types.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tegata::Timestamp;

use super::{TrustBuild, time};

#[derive(Subcommand, Debug)]
pub(crate) enum TrustLists {
    /// Show what trust lists hold, without checking their signatures
    #[command(after_help = "Example:\n  tegata trust inspect list.json certificates.pem")]
    Inspect(TrustInspect),
    /// Check the signature or proof of trust lists, and show what they hold
    #[command(after_help = "Example:\n  tegata trust verify list.did.json --signer signer.did.json")]
    Verify(TrustVerify),
    /// Build a signed trust bundle: signers, what is revoked, and how long to rely on it, in one file
    #[command(
        after_help = "Example:\n  tegata trust build --signer anchor-key.pem --certificate anchor.pem \\\n      \
        --trust list.json --revocation batch.json --sequence 42 \\\n      --max-age 3d --out trust.tegata"
    )]
    Build(Box<TrustBuild>),
}

#[derive(Args, Debug)]
pub(crate) struct TrustInspect {
    /// Time at which certificates count as expired, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) at: Option<Timestamp>,
    /// Trust lists of any known format, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct TrustVerify {
    /// Who signs the lists: a certificate (PEM, DER), a JSON Web Key Set or a DID document. It is pinned, never fetched
    #[arg(long, value_name = "FILE")]
    pub(crate) signer: PathBuf,
    #[command(flatten)]
    pub(crate) inspect: TrustInspect,
}
