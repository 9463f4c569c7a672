//! From settings to a service: the one place that opens files.

use std::path::Path;
use std::sync::Arc;

use tegata::card::CardVerifier;
use tegata::crypto::{CryptoProvider, SecureRandom, Signer};
use tegata::x509::{Certificate, certificates_from};
use tegata::{Code, Failure};
use tegata_issuer::issuing::Desk;
use tegata_issuer::ledger::Ledger;
use tegata_issuer::municipality::Municipality;
use tegata_issuer::vault::{KeyDevice, MasterKey};

use crate::settings::{LedgerPlace, LedgerSettings, Settings};
use crate::{Clock, Parts, ServiceError};

/// Opens a signing key: the path of a file, or a `pkcs11:` URI.
pub type OpenKey<'a> = dyn Fn(&str) -> Result<Box<dyn Signer>, Failure> + 'a;

/// Opens the key in a token that sealed a master key's file: a `pkcs11:` URI.
pub type OpenDevice<'a> = dyn Fn(&str) -> Result<Box<dyn KeyDevice>, Failure> + 'a;

/// What the settings cannot give.
pub struct Surroundings<'a> {
    /// Opens signing keys.
    pub open_key: &'a OpenKey<'a>,
    /// Opens keys that seal.
    pub open_device: &'a OpenDevice<'a>,
    /// The cryptography.
    pub provider: &'static CryptoProvider,
    /// The source of randomness.
    pub random: Arc<dyn SecureRandom>,
    /// The clock.
    pub clock: Clock,
}

impl Parts {
    /// Opens everything that the settings name but the files of TLS, which
    /// [`Credentials::read`](crate::Credentials::read) does.
    ///
    /// # Errors
    /// [`ServiceError::File`] and [`ServiceError::Refused`] with the name of the file.
    pub fn open(settings: Settings, surroundings: Surroundings<'_>) -> Result<Self, ServiceError> {
        let Surroundings { open_key, open_device, provider, random, clock } = surroundings;
        let mut verifier =
            CardVerifier::any(provider).map_err(|error| refused("built-in authorities", error.code()))?;
        if let Some(path) = &settings.authorities {
            let malformed = |code| refused(path.display(), code);
            let text = String::from_utf8(read(path)?).map_err(|_| malformed(Code::AuthorityFileMalformed))?;
            verifier = verifier.with_authorities(&text).map_err(|error| malformed(error.code()))?;
        }
        if settings.accept_test_cards {
            verifier = verifier.accepting_test_cards();
        }
        let ledger = settings.ledger.as_ref().map(|place| ledger(place, open_device, &random)).transpose()?;
        let mut desks = Vec::new();
        for path in &settings.municipalities {
            desks.push(desk(path, open_key, &random, provider)?);
        }
        let anchor = match &settings.public {
            None => None,
            Some(public) => {
                let signer = open_key(&public.key).map_err(|failure| refused("public.key", failure))?;
                Some((certificate(&public.certificate)?, signer))
            }
        };
        Ok(Self { settings, ledger, desks, verifier, anchor, provider, random, clock })
    }
}

fn ledger(
    settings: &LedgerSettings,
    open_device: &OpenDevice<'_>,
    random: &Arc<dyn SecureRandom>,
) -> Result<Ledger, ServiceError> {
    let master_key = match &settings.master_key_token {
        None => MasterKey::read_file(&settings.master_key),
        Some(uri) => {
            let device = open_device(uri).map_err(|failure| refused("ledger.master_key_token", failure))?;
            MasterKey::read_sealed_file(&settings.master_key, device.as_ref())
        }
    };
    let master_key = master_key.map_err(|error| refused(settings.master_key.display(), error.code()))?;
    match &settings.place {
        LedgerPlace::Folder(folder) => Ledger::open_sqlite(folder, master_key, Arc::clone(random)),
        LedgerPlace::Postgres { connection, journals } => {
            Ledger::open_postgres(connection, journals, master_key, Arc::clone(random))
        }
    }
    .map_err(|error| refused("ledger", error))
}

/// A municipality's desk; paths in its settings begin where they are.
fn desk(
    path: &Path,
    open_key: &OpenKey<'_>,
    random: &Arc<dyn SecureRandom>,
    provider: &CryptoProvider,
) -> Result<Desk, ServiceError> {
    let malformed = |_| refused(path.display(), Code::SettingsMalformed);
    let text = String::from_utf8(read(path)?).map_err(malformed)?;
    let settings = Municipality::parse(&text).map_err(|error| refused(path.display(), error))?;
    let beside = |name: &str| path.parent().unwrap_or(Path::new("")).join(name);
    let key = settings.signer().key.clone();
    let signer = if key.starts_with("pkcs11:") {
        open_key(&key)
    } else {
        open_key(beside(&key).to_str().ok_or_else(|| refused(path.display(), Code::SettingsInvalidValue))?)
    };
    let signer = signer.map_err(|failure| refused(beside(&key).display(), failure))?;
    let place = beside(&settings.signer().certificate);
    let mut also = Vec::new();
    for name in &settings.signer().also {
        also.extend(certificates(&beside(name))?);
    }
    Desk::new(settings, certificate(&place)?, signer, Arc::clone(random), provider)
        .map_err(|failure| refused(place.display(), failure))?
        .with_also(also, provider)
        .map_err(|failure| refused(path.display(), failure))
}

/// The first certificate in a file.
fn certificate(path: &Path) -> Result<Certificate, ServiceError> {
    certificates(path)?.into_iter().next().ok_or_else(|| refused(path.display(), Code::TrustUnreadable))
}

/// Every certificate in a file, one at the least.
fn certificates(path: &Path) -> Result<Vec<Certificate>, ServiceError> {
    let certificates = certificates_from(&read(path)?).map_err(|error| refused(path.display(), error.code()))?;
    if certificates.is_empty() { Err(refused(path.display(), Code::TrustUnreadable)) } else { Ok(certificates) }
}

fn read(path: &Path) -> Result<Vec<u8>, ServiceError> {
    std::fs::read(path).map_err(|reason| ServiceError::File { name: path.display().to_string(), reason })
}

fn refused(source: impl core::fmt::Display, failure: impl Into<Failure>) -> ServiceError {
    ServiceError::Refused { source: source.to_string(), failure: failure.into() }
}

impl core::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}
