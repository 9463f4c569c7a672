//! What every operator's command begins with: a municipality's settings, its ledger, and who does it.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tegata::Timestamp;
use tegata::crypto::Signer;
use tegata::x509::{Certificate, certificates_from};
use tegata_issuer::audit::{Operation, Operator};
use tegata_issuer::issuing::Desk;
use tegata_issuer::ledger::{Ledger, Undertaking};
use tegata_issuer::municipality::Municipality;
use tegata_issuer::vault::MasterKey;

use crate::arguments::{LedgerAt, Office, Passphrase, Staff};
use crate::error::Error;
use crate::keys::OsRandom;
use crate::provider::{batch_signer, provider};
use crate::{input, token, verify};

/// Reads a municipality's settings.
///
/// # Errors
/// When the file cannot be read, or is none.
pub(crate) fn settings(path: &Path) -> Result<Municipality, Error> {
    let name = path.display().to_string();
    let bytes = input::read(path)?;
    let malformed = || Error::refused(&name, tegata::Code::SettingsMalformed);
    let text = std::str::from_utf8(&bytes).map_err(|_| malformed())?;
    Municipality::parse(text).map_err(|error| Error::refused(&name, error))
}

/// Whether a ledger's place is a connection string of PostgreSQL, in either of its forms, and no folder.
fn is_database(place: &str) -> bool {
    let is_url = ["postgresql:", "postgres:"].iter().any(|scheme| place.starts_with(scheme));
    is_url || ["host=", "hostaddr=", "dbname="].iter().any(|parameter| place.contains(parameter))
}

impl LedgerAt {
    /// Opens the folder of ledgers.
    ///
    /// # Errors
    /// When the master key or the folder cannot be used.
    pub(crate) fn open(&self) -> Result<Ledger, Error> {
        self.open_with(self.key()?)
    }

    /// The master key.
    ///
    /// # Errors
    /// When its file cannot be used.
    pub(crate) fn key(&self) -> Result<MasterKey, Error> {
        master_key(&self.master_key, self.master_key_token.as_deref())
    }

    /// Opens the folder with a key at hand.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub(crate) fn open_with(&self, master_key: MasterKey) -> Result<Ledger, Error> {
        if let Some(database) = self.ledger.to_str().filter(|text| is_database(text)) {
            let journals = self.journals.as_deref();
            let journals = journals.ok_or_else(|| Error::Usage("a database needs --journals".into()))?;
            // The connection string may hold a password, and is not repeated.
            return Ledger::open_postgres(database, journals, master_key, Arc::new(OsRandom))
                .map_err(|error| Error::refused("postgresql:", error));
        }
        if self.journals.is_some() {
            return Err(Error::Usage("--journals belongs to a database; those of files stand beside them".into()));
        }
        Ledger::open_sqlite(&self.ledger, master_key, Arc::new(OsRandom))
            .map_err(|error| Error::refused(self.ledger.display().to_string(), error))
    }
}

impl Office {
    /// The settings and the ledger of the municipality.
    ///
    /// # Errors
    /// As [`settings`] and [`LedgerAt::open`].
    pub(crate) fn open(&self) -> Result<(Municipality, Ledger), Error> {
        Ok((settings(&self.settings)?, self.ledger.open()?))
    }

    /// What errors of the ledger and of applications call their source: the settings' file.
    pub(crate) fn name(&self) -> String {
        self.settings.display().to_string()
    }

    /// The desk of the municipality: its signer is opened.
    ///
    /// # Errors
    /// As [`signer`](Self::signer).
    pub(crate) fn desk(&self, settings: Municipality, passphrase: &Passphrase) -> Result<Desk, Error> {
        let (certificate, signer) = self.signer(&settings, passphrase)?;
        let name = self.beside(&settings.signer().certificate).display().to_string();
        Desk::new(settings, certificate, signer, Arc::new(OsRandom), provider())
            .map_err(|failure| Error::refused(&name, failure))
    }

    /// The municipality's certificate and the key that goes with it.
    ///
    /// # Errors
    /// When the key or its certificate cannot be read.
    pub(crate) fn signer(
        &self,
        settings: &Municipality,
        passphrase: &Passphrase,
    ) -> Result<(Certificate, Box<dyn Signer>), Error> {
        let key = Path::new(&settings.signer().key);
        let signer = if token::is_in_token(key) {
            passphrase.load_key(key)?
        } else {
            batch_signer(passphrase.load_file_key(&self.beside(&settings.signer().key))?)
        };
        Ok((certificate(&self.beside(&settings.signer().certificate))?, signer))
    }

    /// Paths in the settings begin where the settings are.
    pub(crate) fn beside(&self, path: &str) -> PathBuf {
        self.settings.parent().unwrap_or(Path::new("")).join(path)
    }
}

/// Reads a master key's file, which a token may have sealed.
///
/// # Errors
/// When the file or the token cannot be used.
pub(crate) fn master_key(path: &Path, token: Option<&Path>) -> Result<MasterKey, Error> {
    let key = match token {
        Some(uri) => MasterKey::read_sealed_file(path, token::device(uri)?.as_ref()),
        None => MasterKey::read_file(path),
    };
    key.map_err(|error| Error::refused(path.display().to_string(), error.code()))
}

/// Writes a master key into a new file, sealed by a token if one is named.
///
/// # Errors
/// As [`master_key`]; and where there is such a file already.
pub(crate) fn write_master_key(key: &MasterKey, path: &Path, token: Option<&Path>) -> Result<(), Error> {
    let written = match token {
        Some(uri) => key.write_sealed_file(path, token::device_or_new(uri)?.as_ref()),
        None => key.write_file(path),
    };
    written.map_err(|error| Error::refused(path.display().to_string(), error.code()))
}

/// The first certificate in a file.
///
/// # Errors
/// When it cannot be read, or holds none.
pub(crate) fn certificate(path: &Path) -> Result<Certificate, Error> {
    let name = path.display().to_string();
    let certificates = certificates_from(&input::read(path)?).map_err(|error| Error::refused(&name, error.code()))?;
    certificates.into_iter().next().ok_or_else(|| Error::refused(&name, tegata::Code::TrustUnreadable))
}

impl Staff {
    /// What is done, for the audit log, and when.
    ///
    /// # Errors
    /// When a text cannot stand in the log, or the clock is not set.
    pub(crate) fn operation(&self, name: &'static str) -> Result<(Operation, Timestamp), Error> {
        let unusable = |error: tegata_issuer::audit::AuditError| Error::Usage(error.to_string());
        let operator = Operator::new(&self.operator, &self.department, &self.terminal).map_err(unusable)?;
        Ok((Operation::new(name, operator, &self.reason).map_err(unusable)?, verify::now()?))
    }
}

/// Ends what took longer than a transaction as its result says, which is handed on.
///
/// # Errors
/// That of the result; else where its end cannot be written.
pub(crate) fn ended<T>(office: &Office, undertaking: Undertaking<'_>, result: Result<T, Error>) -> Result<T, Error> {
    match &result {
        Ok(_) => undertaking.done().map_err(|error| Error::refused(office.name(), error))?,
        // What it failed with says more than that this cannot be written either.
        Err(error) => _ = undertaking.failed(error.code()),
    }
    result
}

/// A line on standard error that is rewritten, on a terminal only.
pub(crate) struct Progress {
    shown: bool,
    start: Instant,
    last: Option<Instant>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { shown: std::io::stderr().is_terminal(), start: Instant::now(), last: None }
    }

    /// Says how many rows are done, and of the file how much, where its length is known.
    pub(crate) fn advance(&mut self, rows: u64, share: Option<f64>) {
        let recently = self.last.is_some_and(|last| last.elapsed() < Duration::from_millis(200));
        if self.shown && !recently {
            self.last = Some(Instant::now());
            let seconds = self.start.elapsed().as_secs_f64().max(0.001);
            let rate = u32::try_from(rows).map_or(f64::INFINITY, f64::from) / seconds;
            let share = share.map_or_else(String::new, |share| format!("{:.0} %, ", share * 100.0));
            _ = write!(std::io::stderr().lock(), "\r{share}{rows} rows, {rate:.0} a second ");
        }
    }

    pub(crate) fn finish(&self) {
        if self.last.is_some() {
            _ = writeln!(std::io::stderr().lock());
        }
    }
}
