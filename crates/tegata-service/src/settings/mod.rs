//! The settings of the service: a TOML file, every value of it checked before anything is opened.
//!
//! Names that are not known, missing or of another type are errors with their line; values that are not allowed are
//! errors with their field. Paths are relative to the file.

mod error;
mod file;
mod limits;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tegata::model::MunicipalityCode;
use tegata_issuer::record::Channel;

pub use error::SettingsError;
pub use limits::Limits;

/// Bytes of a file of settings: a thousand clients take some 200 kB.
pub const MAX_SETTINGS_BYTES: usize = 1_048_576;

/// Settings that can be copied and changed.
pub const EXAMPLE_SETTINGS: &str = include_str!("example.toml");

/// What the service is told before it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// Where clients connect.
    pub listen: SocketAddr,
    /// Where health and metrics are asked for, without TLS; `None` for nowhere.
    pub telemetry: Option<SocketAddr>,
    /// Which parts are served.
    pub roles: Vec<Role>,
    /// The service's certificate and key, and who issues certificates to clients.
    pub tls: TlsFiles,
    /// The ledgers; `None` for a relay, which stores nothing.
    pub ledger: Option<LedgerSettings>,
    /// The settings of the municipalities that are served.
    pub municipalities: Vec<PathBuf>,
    /// Authorities of cards that are accepted beside the built-in ones (JSON).
    pub authorities: Option<PathBuf>,
    /// Whether cards of the test hierarchy are accepted.
    pub accept_test_cards: bool,
    /// Typefaces for paper, the first one and those for what it lacks; empty for those that are installed.
    pub typefaces: Vec<PathBuf>,
    /// Who may call.
    pub clients: Vec<ClientSettings>,
    /// Keys of municipalities for what comes by way of a certificate centre.
    pub sealing: Vec<SealingSettings>,
    /// Whom a certificate centre hands on to; needed for [`Role::Relay`].
    pub relay: Option<RelaySettings>,
    /// Trust data for verifiers; needed for [`Role::Public`].
    pub public: Option<PublicSettings>,
    /// Limits of size, rate and time.
    pub limits: Limits,
}

/// A part of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Applications from the dedicated app (電子交付アプリ).
    App,
    /// Applications from kiosks (キオスク端末).
    Kiosk,
    /// The counter (窓口).
    Counter,
    /// The certificate centre (証明書交付センター): hands on what kiosks send.
    Relay,
    /// Trust data for verifiers, for everybody.
    Public,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::App, Self::Kiosk, Self::Counter, Self::Relay, Self::Public];

    /// The word in the settings: `app`, `kiosk`, `counter`, `relay`, `public`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Kiosk => "kiosk",
            Self::Counter => "counter",
            Self::Relay => "relay",
            Self::Public => "public",
        }
    }
}

/// Files of TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The service's certificate and those between it and its authority, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// Authorities that issue certificates to clients, PEM; `None` when no client has one.
    pub client_authorities: Option<PathBuf>,
}

/// Where the ledgers are.
#[derive(Clone, PartialEq, Eq)]
pub struct LedgerSettings {
    /// The ledgers themselves.
    pub place: LedgerPlace,
    /// The file of the master key.
    pub master_key: PathBuf,
    /// The key in a token that sealed that file, a `pkcs11:` URI; `None` for a plain file.
    pub master_key_token: Option<String>,
}

/// Files or a database.
#[derive(Clone, PartialEq, Eq)]
pub enum LedgerPlace {
    /// A folder of SQLite files.
    Folder(PathBuf),
    /// PostgreSQL.
    Postgres {
        /// The connection string, which may hold a password.
        connection: String,
        /// The folder of the journals of erasures and revocations.
        journals: PathBuf,
    },
}

/// Does not show the connection string.
impl core::fmt::Debug for LedgerSettings {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("LedgerSettings")
            .field("is_folder", &matches!(self.place, LedgerPlace::Folder(_)))
            .field("master_key", &self.master_key)
            .field("is_sealed", &self.master_key_token.is_some())
            .finish()
    }
}

/// A client: an app's backend or build, a kiosk, a certificate centre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSettings {
    /// Its name, in the audit log too.
    pub name: String,
    /// What it is.
    pub kind: ClientKind,
    /// SHA-256 of its certificate (DER), with which it proves itself by TLS.
    pub certificate: Option<[u8; 32]>,
    /// The file of its public key (PEM), by which its tokens are verified.
    pub key: Option<PathBuf>,
    /// The municipalities it may apply to; `None` for all.
    pub municipalities: Option<Vec<MunicipalityCode>>,
}

/// What a client is, and so what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientKind {
    /// The dedicated app: applications of the channel `app`.
    App,
    /// A kiosk: applications of the channel `kiosk`.
    Kiosk,
    /// A certificate centre: hands on applications of kiosks.
    Centre,
    /// A terminal of the counter: people log in on it.
    Terminal,
}

impl ClientKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::App, Self::Kiosk, Self::Centre, Self::Terminal];

    /// The word in the settings: `app`, `kiosk`, `centre`, `terminal`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Kiosk => "kiosk",
            Self::Centre => "centre",
            Self::Terminal => "terminal",
        }
    }

    /// The channel of its applications.
    #[must_use]
    pub const fn channel(self) -> Channel {
        match self {
            Self::App => Channel::App,
            Self::Kiosk | Self::Centre => Channel::Kiosk,
            Self::Terminal => Channel::Counter,
        }
    }
}

/// The keys by which a municipality takes what a certificate centre hands on and cannot open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealingSettings {
    /// The municipality.
    pub municipality: MunicipalityCode,
    /// The file of the P-256 key that opens requests (PKCS#8, PEM).
    pub key: PathBuf,
    /// The file of the P-256 key that signs answers (PEM).
    pub answer_key: PathBuf,
}

/// Whom a certificate centre hands on to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelaySettings {
    /// The certificate by which the centre proves itself to issuing services, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// Authorities that issue certificates to issuing services, PEM.
    pub authorities: PathBuf,
    /// The issuing service of each municipality.
    pub upstreams: Vec<UpstreamSettings>,
}

/// The issuing service of a municipality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamSettings {
    /// The municipality.
    pub municipality: MunicipalityCode,
    /// Host and port.
    pub address: String,
    /// Where the centre verifies the cards of the municipality's applications: the keys that it seals with. Else it opens
    /// nothing.
    pub verify_cards: Option<RecipientFiles>,
}

/// The public keys of a municipality, P-256 in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientFiles {
    /// The file of the one that requests are sealed to.
    pub sealing_key: PathBuf,
    /// The file of the one that answers are signed with.
    pub answer_key: PathBuf,
}

/// Trust data for verifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicSettings {
    /// The key that signs trust bundles: the path of a file, or a `pkcs11:` URI.
    pub key: String,
    /// The path of its certificate, which verifiers hold as their anchor.
    pub certificate: PathBuf,
    /// How long a bundle is valid.
    pub valid_for: Duration,
    /// How often it is made anew: how late verifiers may learn of a revocation.
    pub refresh: Duration,
    /// Signers that are revoked with everything they signed, by the key ids of their certificates.
    pub revoked_signers: Vec<[u8; 8]>,
}

impl Settings {
    /// Reads a file of settings whose paths begin in a folder.
    ///
    /// # Errors
    /// [`SettingsError`] with the line or the field.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, SettingsError> {
        file::parse(text, folder)
    }

    /// Whether a part is served.
    #[must_use]
    pub fn has_role(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}
