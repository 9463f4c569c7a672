//! `tegata serve` as a declared type.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::Passphrase;

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// The service's settings (TOML)
    #[arg(long, value_name = "FILE", required_unless_present_any = ["demo", "openapi", "example"])]
    pub(crate) settings: Option<PathBuf>,
    /// Print settings to begin with
    #[arg(long, exclusive = true)]
    pub(crate) example: bool,
    /// Print the OpenAPI document of every endpoint
    #[arg(long, exclusive = true)]
    pub(crate) openapi: bool,
    /// Serve synthetic municipalities from a temporary folder, and print commands to try
    #[arg(long, conflicts_with = "settings")]
    pub(crate) demo: bool,
    /// Where the demonstration listens; health and metrics one port further
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8443", requires = "demo")]
    pub(crate) listen: SocketAddr,
    /// Open everything the settings name, and listen to nobody
    #[arg(long, conflicts_with = "demo")]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) passphrase: Passphrase,
}
