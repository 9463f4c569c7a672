//! A service to try: two synthetic municipalities, their people with simulated cards, and clients, in a temporary folder.
//!
//! Everything is opened from the files that are written here, as it is in earnest. The people do not exist; their keys
//! and those of their cards' authorities follow from seeds and protect nothing.

mod certificates;
mod device;
mod people;
mod staff;
mod texts;

use core::fmt;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tegata::crypto::{CryptoProvider, SecureRandom, Signer};
use tegata::keys::{CertificateRequest, HealthPurposes, SoftwareSigner, Subject, self_signed};
use tegata::model::MunicipalityCode;
use tegata::x509::to_pem;
use tegata::{Code, Failure, Timestamp};
use tegata_issuer::ledger::Ledger;
use tegata_issuer::vault::MasterKey;
use tegata_simulator::Hierarchy;

use crate::settings::LedgerPlace;
use crate::{Clock, Credentials, Parts, Running, Service, ServiceError, Settings, Surroundings, server};

pub use people::Person;

/// What a demonstration is made with.
#[derive(Clone)]
pub struct Means {
    /// The cryptography.
    pub provider: &'static CryptoProvider,
    /// The source of randomness.
    pub random: Arc<dyn SecureRandom>,
    /// The clock.
    pub clock: Clock,
}

/// A service to try. Its folder is removed when it is dropped.
pub struct Demonstration {
    folder: PathBuf,
    means: Means,
    hierarchy: Hierarchy,
    people: Arc<Vec<Person>>,
    settings: Settings,
}

impl Demonstration {
    /// Makes the folder and what belongs in it: for a service on an address, with what is changed in its settings. Where
    /// those name a database, its tables are there already, and the municipalities' ledgers are not.
    ///
    /// # Errors
    /// Where the folder cannot be written or the changed settings cannot be used.
    pub fn new(
        listen: SocketAddr,
        telemetry: SocketAddr,
        means: Means,
        change: impl FnOnce(String) -> String,
    ) -> Result<Self, ServiceError> {
        let folder = folder(&*means.random)?;
        let built = Self::build(&folder, listen, telemetry, means, change);
        if built.is_err() {
            _ = std::fs::remove_dir_all(&folder);
        }
        built
    }

    fn build(
        folder: &Path,
        listen: SocketAddr,
        telemetry: SocketAddr,
        means: Means,
        change: impl FnOnce(String) -> String,
    ) -> Result<Self, ServiceError> {
        let now = (means.clock)();
        let hierarchy = people::hierarchy()?;
        write(folder, "authorities.json", hierarchy.authorities_json().as_bytes())?;
        let clients = certificates::make(folder)?;
        let master_key = MasterKey::generate(&*means.random).map_err(|error| broken("master.key", error.code()))?;
        let place = folder.join("master.key");
        master_key.write_file(&place).map_err(|error| broken("master.key", error.code()))?;
        let text = change(texts::service(listen, telemetry, &clients));
        write(folder, "service.toml", text.as_bytes())?;
        let settings = Settings::parse(&text, folder);
        let settings = settings.map_err(|error| broken("service.toml", error))?;
        let ledger = match settings.ledger.as_ref().map(|ledger| &ledger.place) {
            Some(LedgerPlace::Postgres { connection, journals }) => {
                let made = std::fs::create_dir_all(journals);
                made.map_err(|reason| ServiceError::File { name: journals.display().to_string(), reason })?;
                Ledger::open_postgres(connection, journals, master_key, Arc::clone(&means.random))
            }
            // A centre has no ledger, and its people have their cards all the same.
            Some(LedgerPlace::Folder(_)) | None => {
                Ledger::open_sqlite(&folder.join("ledgers"), master_key, Arc::clone(&means.random))
            }
        };
        let ledger = ledger.map_err(|error| broken("ledgers", error))?;
        for municipality in texts::MUNICIPALITIES {
            let code = MunicipalityCode::parse(municipality.code).ok_or_else(|| broken("code", Code::InternalError))?;
            ledger.create(code).map_err(|error| broken("ledgers", error))?;
            let file = municipality.file;
            write(folder, &format!("{file}.toml"), texts::settings(municipality).as_bytes())?;
            signer(folder, &format!("{file}-signer"), municipality.english_name, &means, now)?;
        }
        signer(folder, "anchor", "Trust anchor", &means, now)?;
        let people = people::settle(&ledger, &hierarchy, now)?;
        for person in &people {
            person.write(folder)?;
        }
        // Closed here and opened anew from the files.
        drop(ledger);
        Ok(Self { folder: folder.to_owned(), means, hierarchy, people: Arc::new(people), settings })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The people.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// The authorities of the cards: more cards can be made under them.
    #[must_use]
    pub const fn hierarchy(&self) -> &Hierarchy {
        &self.hierarchy
    }

    /// The settings.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The service's parts, opened from the files.
    ///
    /// # Errors
    /// As [`Parts::open`].
    pub fn parts(&self) -> Result<Parts, ServiceError> {
        let open_key = |path: &str| -> Result<Box<dyn Signer>, Failure> {
            let bytes = zeroize::Zeroizing::new(std::fs::read(path).map_err(|_| Failure::new(Code::KeyMalformed))?);
            Ok(Box::new(SoftwareSigner::from_bytes(&bytes, None)?))
        };
        let Means { provider, random, clock } = self.means.clone();
        // The demonstration's master key stands in its own folder.
        let open_device = |_: &str| Err(Code::MasterKeyUnavailable.into());
        let surroundings = Surroundings { open_key: &open_key, open_device: &open_device, provider, random, clock };
        Parts::open(self.settings.clone(), surroundings)
    }

    /// Starts the service, with [simulated devices](Person::application) beside health and metrics.
    ///
    /// # Errors
    /// As [`Parts::open`], [`Service::new`] and [`serve`](crate::serve).
    pub fn serve(&self) -> Result<Running, ServiceError> {
        let service = Service::new(self.parts()?)?;
        let devices = device::router(Arc::clone(&self.people), Arc::clone(&self.means.clock));
        server::serve_beside(service, &self.credentials()?, devices)
    }

    /// Makes accounts of staff, who log in as the commands say.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] where there are such accounts.
    pub fn hire(&self, running: &Running) -> Result<(), ServiceError> {
        match running.service().ledger() {
            Some(ledger) => staff::hire(ledger, texts::COUNTER, &*self.means.random, (self.means.clock)()),
            None => Ok(()),
        }
    }

    /// Commands to try, as they are to be typed, each after a line that says what it does.
    #[must_use]
    pub fn commands(&self, running: &Running) -> Vec<String> {
        texts::commands(&self.folder.display().to_string(), running.address(), running.telemetry_address())
    }

    /// The service's certificate and key.
    ///
    /// # Errors
    /// As [`Credentials::read`].
    pub fn credentials(&self) -> Result<Credentials, ServiceError> {
        Credentials::read(&self.settings.tls)
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        // It lies in the folder for temporary files; whoever sees to that one finds it.
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A folder of its owner's alone among the temporary files.
fn folder(random: &dyn SecureRandom) -> Result<PathBuf, ServiceError> {
    let mut bytes = [0; 8];
    random.fill(&mut bytes).map_err(|_| broken("folder", Code::InternalError))?;
    let name: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = std::env::temp_dir().join(format!("tegata-demo-{name}"));
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder).map_err(|reason| ServiceError::File { name: folder.display().to_string(), reason })?;
    Ok(folder)
}

/// A signing key and its own certificate, two years long from yesterday on.
fn signer(folder: &Path, name: &str, common_name: &str, means: &Means, now: Timestamp) -> Result<(), ServiceError> {
    let random = &*means.random;
    let key = SoftwareSigner::generate(random).map_err(|_| broken(name, Code::InternalError))?;
    let subject = Subject::new("JP", "Tegata demonstration", common_name);
    let subject = subject.map_err(|error| broken(name, error.code()))?;
    let request = CertificateRequest::new(subject, HealthPurposes { vaccination: true, ..Default::default() });
    let (from, until) = (now.saturating_add_seconds(-DAY), now.saturating_add_seconds(730 * DAY));
    let der = self_signed(&key, &request, from, until, random).map_err(|error| broken(name, error.code()))?;
    let pem = key.to_pkcs8_pem(None, random).map_err(|error| broken(name, error.code()))?;
    write(folder, &format!("{name}-key.pem"), pem.as_bytes())?;
    write(folder, &format!("{name}.pem"), to_pem("CERTIFICATE", &der).as_bytes())
}

/// Writes a new file that its owner alone can read.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), ServiceError> {
    let path = folder.join(name);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|reason| ServiceError::File { name: path.display().to_string(), reason })
}

fn broken(source: &str, failure: impl Into<Failure>) -> ServiceError {
    ServiceError::Refused { source: source.to_owned(), failure: failure.into() }
}

impl fmt::Debug for Demonstration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Demonstration").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl fmt::Debug for Means {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Means").finish_non_exhaustive()
    }
}

const DAY: i64 = 86_400;
