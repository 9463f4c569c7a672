//! What every request works on.

use core::fmt;
use std::collections::BTreeMap;
use std::sync::Arc;

use tegata::card::{AnyHierarchy, CardVerifier};
use tegata::crypto::{CryptoProvider, SecureRandom, Signer};
use tegata::model::MunicipalityCode;
use tegata::x509::Certificate;
use tegata::{Code, Timestamp};
use tegata_issuer::issuing::Desk;
use tegata_issuer::ledger::Ledger;
use tokio::sync::Semaphore;

use crate::client::Clients;
use crate::counter::Throttle;
use crate::limits::Rates;
use crate::paper::Press;
use crate::problem::Problem;
use crate::public::Publication;
use crate::relay::Relay;
use crate::sealed::{KeysInUse, SealedError, SealingKeys};
use crate::settings::{Role, Settings};
use crate::telemetry::Metrics;
use crate::{PlatformAttestation, ServiceError};

/// The time, asked for once a request.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a service is made of.
pub struct Parts {
    /// The settings.
    pub settings: Settings,
    /// The ledgers of every municipality that is served; `None` for a relay.
    pub ledger: Option<Ledger>,
    /// A desk of each municipality that is served.
    pub desks: Vec<Desk>,
    /// Which cards are accepted.
    pub verifier: CardVerifier<AnyHierarchy>,
    /// The certificate and key that sign trust bundles.
    pub anchor: Option<(Certificate, Box<dyn Signer>)>,
    /// The cryptography.
    pub provider: &'static CryptoProvider,
    /// The source of randomness.
    pub random: Arc<dyn SecureRandom>,
    /// The clock.
    pub clock: Clock,
}

/// What every request works on. A clone is another handle on the same.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    ledger: Option<Ledger>,
    desks: BTreeMap<MunicipalityCode, Desk>,
    verifier: CardVerifier<AnyHierarchy>,
    publication: Option<Publication>,
    provider: &'static CryptoProvider,
    random: Arc<dyn SecureRandom>,
    clock: Clock,
    clients: Clients,
    press: Press,
    sealing: BTreeMap<MunicipalityCode, SealingKeys>,
    relay: Option<Relay>,
    metrics: Metrics,
    rates: Rates,
    work: Arc<Semaphore>,
    turns: BTreeMap<MunicipalityCode, Arc<Semaphore>>,
    publishing: Arc<Semaphore>,
    health: Arc<Semaphore>,
    throttle: Throttle,
}

/// A municipality that is served.
#[derive(Clone, Copy)]
pub struct Office<'s> {
    /// Its ledger, among others'.
    pub ledger: &'s Ledger,
    /// Its settings and signer.
    pub desk: &'s Desk,
}

impl Service {
    /// Puts the parts together.
    ///
    /// # Errors
    /// [`ServiceError::Parts`] where they do not fit: a municipality without a ledger, or twice, an anchor that is
    /// missing.
    pub fn new(parts: Parts) -> Result<Self, ServiceError> {
        let Parts { settings, ledger, desks, verifier, anchor, provider, random, clock } = parts;
        let wrong = |field: &str, reason| ServiceError::Parts { field: field.to_owned(), reason };
        let mut by_code = BTreeMap::new();
        for desk in desks {
            let code = desk.settings().code();
            let ledger = ledger.as_ref().ok_or_else(|| wrong("ledger", "is missing"))?;
            let exists = ledger.exists(code);
            let unusable =
                |error| ServiceError::Refused { source: "ledger".to_owned(), failure: tegata::Failure::from(error) };
            if !exists.map_err(unusable)? {
                return Err(wrong("municipalities", "holds one whose ledger was not made yet"));
            }
            if by_code.insert(code, desk).is_some() {
                return Err(wrong("municipalities", "holds one twice"));
            }
        }
        let publication = match (&settings.public, anchor) {
            (Some(public), Some((certificate, signer))) => Some(Publication::new(public.clone(), certificate, signer)),
            (None, _) => None,
            (Some(_), None) => return Err(wrong("public", "names an anchor that was not opened")),
        };
        let clients = Clients::new(&settings, provider, clock())?;
        let press = Press::new(&settings.typefaces)?;
        let mut sealing = BTreeMap::new();
        for keys in &settings.sealing {
            let opened = SealingKeys::read(keys.municipality, &keys.key, &keys.answer_key);
            let opened = opened.map_err(|error| {
                let name = if let SealedError::Key { field } = error { field } else { "key" };
                let field = format!("sealing.{}.{name}", keys.municipality.as_str());
                let reason =
                    "names no file of a P-256 key in PEM that has no other use: `tegata keys sealing` makes one";
                ServiceError::Parts { field, reason }
            })?;
            sealing.insert(keys.municipality, opened);
        }
        let relay = settings.relay.as_ref().map(|relay| Relay::new(relay, provider)).transpose()?;
        let rates = Rates::new(&settings.limits)?;
        let work = Arc::new(Semaphore::new(settings.limits.work.min(Semaphore::MAX_PERMITS)));
        // What waits for one ledger leaves room for the others.
        let share = || Arc::new(Semaphore::new((settings.limits.work / 4).clamp(1, Semaphore::MAX_PERMITS)));
        let turns = by_code.keys().map(|code| (*code, share())).collect();
        let publishing = share();
        let health = Arc::new(Semaphore::new(1));
        let metrics = Metrics::new();
        Ok(Self {
            inner: Arc::new(Inner {
                settings,
                ledger,
                desks: by_code,
                verifier,
                publication,
                provider,
                random,
                clock,
                clients,
                press,
                sealing,
                relay,
                metrics,
                rates,
                work,
                turns,
                publishing,
                health,
                throttle: Throttle::default(),
            }),
        })
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.inner.clock)()
    }

    /// The ledgers; `None` for a relay.
    #[must_use]
    pub fn ledger(&self) -> Option<&Ledger> {
        self.inner.ledger.as_ref()
    }

    /// The desk of a municipality that is served.
    #[must_use]
    pub fn desk(&self, municipality: MunicipalityCode) -> Option<&Desk> {
        self.inner.desks.get(&municipality)
    }

    /// The municipality of a code as it stands in a request.
    pub(crate) fn office(&self, municipality: MunicipalityCode) -> Result<Office<'_>, Problem> {
        let office = self.ledger().zip(self.desk(municipality)).map(|(ledger, desk)| Office { ledger, desk });
        office.ok_or_else(|| Problem::new(Code::MunicipalityNotServed))
    }

    /// Every municipality that is served, by code.
    pub(crate) fn offices(&self) -> impl Iterator<Item = Office<'_>> {
        let ledger = self.inner.ledger.as_ref();
        self.inner.desks.values().filter_map(move |desk| ledger.map(|ledger| Office { ledger, desk }))
    }

    /// Which cards are accepted.
    pub(crate) fn verifier(&self) -> &CardVerifier<AnyHierarchy> {
        &self.inner.verifier
    }

    /// The cryptography.
    pub(crate) fn provider(&self) -> &'static CryptoProvider {
        self.inner.provider
    }

    /// The source of randomness.
    pub(crate) fn random(&self) -> &dyn SecureRandom {
        &*self.inner.random
    }

    /// Who may call.
    pub(crate) fn clients(&self) -> &Clients {
        &self.inner.clients
    }

    /// Takes an operator's judge of what phones' platforms say of the app: from now on every request of an app must
    /// bring a statement that it accepts. To be given before the service listens, and once; another one is not taken.
    pub fn demand_attestation(&self, judge: Arc<dyn PlatformAttestation>) {
        self.inner.clients.demand_attestation(judge);
    }

    /// Which keys municipalities have for sealed requests, to be compared with what kiosks have.
    #[must_use]
    pub fn sealing_keys_in_use(&self) -> Vec<KeysInUse> {
        self.inner.sealing.values().map(|keys| keys.in_use().clone()).collect()
    }

    /// The keys of a municipality for sealed requests.
    pub(crate) fn sealing_keys(&self, municipality: MunicipalityCode) -> Result<&SealingKeys, Problem> {
        self.inner.sealing.get(&municipality).ok_or_else(|| Problem::new(Code::MunicipalityNotServed))
    }

    /// Whom a certificate centre hands on to.
    pub(crate) fn relay(&self) -> Result<&Relay, Problem> {
        self.inner.relay.as_ref().ok_or_else(|| Problem::new(Code::RouteUnknown))
    }

    /// Where certificates are put on paper.
    pub(crate) fn press(&self) -> &Press {
        &self.inner.press
    }

    /// What is counted.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.inner.metrics
    }

    /// How often who may call.
    pub(crate) fn rates(&self) -> &Rates {
        &self.inner.rates
    }

    /// Who failed to log in lately.
    pub(crate) fn throttle(&self) -> &Throttle {
        &self.inner.throttle
    }

    /// What verifiers are told.
    pub(crate) fn publication(&self) -> Option<&Publication> {
        self.inner.publication.as_ref()
    }

    /// Whether a part is served.
    pub(crate) fn has_role(&self, role: Role) -> bool {
        self.settings().has_role(role)
    }

    /// Does what waits for a disk, a lock or a signature on a thread where it may, when it is its turn. Whoever stops
    /// waiting for it does not stop it: what is done in the ledger is done whole.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.in_turn(&[&self.inner.work], work).await
    }

    /// As [`work`](Self::work), on the ledger of a municipality. It has a part of the places alone: where its ledger keeps
    /// waiting, the others are served.
    pub(crate) async fn work_for<T: Send + 'static>(
        &self,
        municipality: MunicipalityCode,
        work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        match self.inner.turns.get(&municipality) {
            Some(turn) => self.in_turn(&[turn, &self.inner.work], work).await,
            None => self.work(work).await,
        }
    }

    /// As [`work`](Self::work), for what everybody may ask for: it has a part of the places alone.
    pub(crate) async fn publish<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.in_turn(&[&self.inner.publishing, &self.inner.work], work).await
    }

    /// As [`work`](Self::work), beside the places that requests take, and one at a time.
    pub(crate) async fn look_after<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.in_turn(&[&self.inner.health], work).await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        turns: &[&Arc<Semaphore>],
        work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let service = self.clone();
        // The permits are the thread's, not the waiter's: work that nobody waits for any more still counts.
        let mut permits = Vec::with_capacity(turns.len());
        for turn in turns {
            let permit = Arc::clone(turn).acquire_owned().await;
            permits.push(permit.map_err(|_| Problem::new(Code::Overloaded))?);
        }
        let done = tokio::task::spawn_blocking(move || {
            let _permits = permits;
            work(&service)
        });
        // A panic is a fault of ours; what it says stays here.
        done.await.unwrap_or_else(|_| Err(Problem::new(Code::InternalPanic)))
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("municipalities", &self.inner.desks.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").field("desks", &self.desks).finish_non_exhaustive()
    }
}

impl fmt::Debug for Office<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.desk.fmt(f)
    }
}
