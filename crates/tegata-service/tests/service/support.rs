//! A running service, and clients of it.
//!
//! Every [`House`] looks through what it leaves when it is dropped: no individual number, address, password or token of a
//! session stands in its databases and their logs, its other files, its log, its counters or the problems it answered
//! with; no individual number in what it granted either, and no address in a paper.
//!
//! Its ledgers are files or, where the process was told of a PostgreSQL server, a database of its own there.

use std::io::{self, Read as _, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use serde_json::Value;
use tegata::Timestamp;
use tegata::crypto::{RandomError, SecureRandom, rustcrypto};
use tegata::model::MunicipalityCode;
use tegata_conformance::canary::{Canaries, documents_in};
use tegata_issuer::audit::Entry;
use tegata_issuer::ledger::Ledger;
use tegata_service::demo::{Demonstration, Means, Person};
use tegata_service::{Running, Service, log_to};
#[cfg(unix)]
use tegata_storm::Address;
use ureq::http::{HeaderMap, Method, Request};
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

/// A working day.
pub(crate) const NOW: &str = "2026-11-20T10:00:00+09:00";

/// The operating system's source of randomness.
#[derive(Debug)]
pub(crate) struct OsRandom;

impl SecureRandom for OsRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|_| RandomError)
    }
}

/// A service that runs, with everything of the demonstration.
pub(crate) struct House {
    running: Option<Running>,
    pub(crate) demo: Demonstration,
    seconds: Arc<AtomicI64>,
    #[cfg(unix)]
    database: Option<Database>,
    forbidden: Mutex<Canaries>,
    answers: Arc<Answers>,
}

/// What was answered to any client.
#[derive(Default)]
struct Answers {
    granted: Mutex<Vec<Vec<u8>>>,
    refused: Mutex<Vec<u8>>,
}

/// The individual numbers of everybody there is.
const NUMBERS: [&str; 4] = ["123456789018", "200000000115", "200000000220", "200000000336"];
/// Parts of where they live.
const ADDRESSES: [&str; 3] = ["豊玉北", "桜台", "南瓦町"];

/// The database that a house's ledgers are in.
#[cfg(unix)]
struct Database {
    server: Address,
    name: String,
}

#[cfg(unix)]
impl Database {
    /// What new databases are copies of: one with the tables and nothing in them.
    const TEMPLATE: &str = "houses";

    /// A new one, where this process was told of a server.
    fn new() -> Option<Self> {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let server = Address::of_parent()?;
        let name = format!("house_{}", COUNT.fetch_add(1, Ordering::SeqCst));
        server.run("postgres", &format!("CREATE DATABASE {name} TEMPLATE {}", Self::TEMPLATE));
        Some(Self { server, name })
    }

    /// Settings with the ledgers in it.
    fn settings(&self, text: &str) -> String {
        let connection = self.server.connection(&self.name, tegata_storm::APP);
        text.replace("folder = \"ledgers\"", &format!("postgres = \"{connection}\"\njournals = \"journals\""))
    }
}

/// Every test of the modules, once more, with the ledgers in PostgreSQL: by this program, started again and told of the
/// server.
#[cfg(unix)]
pub(crate) fn run_on_postgresql(modules: &[&str]) {
    if Address::of_parent().is_some() {
        return;
    }
    let Some(cluster) = tegata_storm::Cluster::start() else { return };
    let owner = cluster.create(Database::TEMPLATE);
    tegata_issuer::ledger::postgres::set_up(&owner, tegata_storm::APP).unwrap();
    let mut run = std::process::Command::new(std::env::current_exe().unwrap());
    cluster.tell(&mut run);
    let ran = run.args(modules).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}\n{}", String::from_utf8_lossy(&ran.stderr));
    for module in modules {
        assert!(said.contains(&format!("test {module}")), "{said}");
    }
    // The ledgers were there, and nothing that must be sealed stands there in the clear.
    assert!(!cluster.files_with(&["000000000012345"]).is_empty(), "nothing was written to the database");
    assert_eq!(cluster.files_with(&["手形", "123456789018", "練馬", "テガタ", "TK0000000", "EX3617"]), "");
}

impl House {
    /// With the demonstration's settings, at [`NOW`].
    pub(crate) fn new() -> Self {
        Self::with_settings(|text| text)
    }

    /// With changed settings (the text of `service.toml`).
    pub(crate) fn with_settings(change: impl FnOnce(String) -> String) -> Self {
        log_to(Log);
        let seconds = Arc::new(AtomicI64::new(Timestamp::parse_rfc3339(NOW).unwrap().seconds()));
        let clock = Arc::clone(&seconds);
        let means = Means {
            provider: &rustcrypto::PROVIDER,
            random: Arc::new(OsRandom),
            clock: Arc::new(move || Timestamp::from_seconds(clock.load(Ordering::SeqCst)).unwrap()),
        };
        let here = "127.0.0.1:0".parse().unwrap();
        #[cfg(unix)]
        let database = Database::new();
        #[cfg(unix)]
        let change = |text| {
            let text = change(text);
            database.as_ref().map_or(text.clone(), |database| database.settings(&text))
        };
        let demo = Demonstration::new(here, here, means, change).unwrap();
        let running = demo.serve().unwrap();
        Self {
            running: Some(running),
            demo,
            seconds,
            #[cfg(unix)]
            database,
            forbidden: Mutex::new(Canaries::new(NUMBERS.into_iter().chain(ADDRESSES))),
            answers: Arc::default(),
        }
    }

    /// What nothing that is left may hold from now on: a password, a session's token.
    pub(crate) fn forbid(&self, secret: &str) {
        // A session's token stands behind its municipality's code.
        let secret = secret.split_once('.').filter(|(code, _)| code.len() == 6).map_or(secret, |(_, token)| token);
        self.forbidden.lock().unwrap().add(secret);
    }

    /// Looks through an answer that went another way than a [`Client`]'s.
    pub(crate) fn examine(&self, answer: &[u8]) {
        self.answers.granted.lock().unwrap().push(answer.to_vec());
    }

    /// Time passes.
    pub(crate) fn wait(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Every file that the ledgers are in, as they are on the disk.
    pub(crate) fn ledger_files(&self) -> Vec<Vec<u8>> {
        #[cfg(unix)]
        let folder = self.database.as_ref().map(|database| database.server.folder_of_database(&database.name));
        #[cfg(not(unix))]
        let folder = None;
        let mut places = Vec::new();
        files(&folder.unwrap_or_else(|| self.demo.folder().join("ledgers")), &mut places);
        places.into_iter().map(|(_, bytes)| bytes).collect()
    }

    /// The time of the service.
    pub(crate) fn now(&self) -> Timestamp {
        self.service().now()
    }

    pub(crate) fn service(&self) -> &Service {
        self.running.as_ref().unwrap().service()
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        self.service().ledger().unwrap()
    }

    pub(crate) fn person(&self, name: &str) -> &Person {
        self.demo.people().iter().find(|person| person.name == name).unwrap()
    }

    /// The audit log of a municipality.
    pub(crate) fn entries(&self, municipality: MunicipalityCode) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut session = self.ledger().begin_reading(municipality).unwrap();
        session.verify_audit(&[], &mut |entry| entries.push(entry)).unwrap();
        entries
    }

    /// A client that shows the certificate of this name (`app`, `kiosk`, `centre`, `terminal`, `stranger`).
    pub(crate) fn client(&self, name: &str) -> Client {
        let pem = |file: &str| std::fs::read(self.demo.folder().join(file)).unwrap();
        let certificate = Certificate::from_pem(&pem(&format!("{name}.pem"))).unwrap();
        let key = PrivateKey::from_pem(&pem(&format!("{name}-key.pem"))).unwrap();
        self.client_with(Some(ClientCert::new_with_certs(&[certificate], key)))
    }

    /// A client without a certificate.
    pub(crate) fn nobody(&self) -> Client {
        self.client_with(None)
    }

    fn client_with(&self, certificate: Option<ClientCert>) -> Client {
        let authority = std::fs::read(self.demo.folder().join("ca.pem")).unwrap();
        let authority = Certificate::from_pem(&authority).unwrap();
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&[authority]))
            .client_cert(certificate)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        let agent = ureq::Agent::config_builder().tls_config(tls).http_status_as_error(false).build().new_agent();
        let base = format!("https://{}", self.address());
        Client { agent, base, headers: Vec::new(), answers: Arc::clone(&self.answers) }
    }

    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.running.as_ref().unwrap().address()
    }

    /// Says something over TLS, and listens until the service ends the connection.
    pub(crate) fn talk(&self, said: &[u8]) -> Vec<u8> {
        use rustls_pki_types::pem::PemObject as _;
        let mut roots = rustls::RootCertStore::empty();
        let authority = std::fs::read(self.demo.folder().join("ca.pem")).unwrap();
        roots.add(rustls_pki_types::CertificateDer::from_pem_slice(&authority).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.unwrap().with_root_certificates(roots).with_no_client_auth();
        let name = "localhost".try_into().unwrap();
        let connection = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
        let socket = TcpStream::connect(self.address()).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut stream = rustls::StreamOwned::new(connection, socket);
        stream.write_all(said).unwrap();
        let mut heard = Vec::new();
        // An end without a farewell is one too; a time that is up is none.
        if let Err(error) = stream.read_to_end(&mut heard) {
            assert!(!matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut), "{error}");
        }
        heard
    }

    /// Asks the listener of health and metrics.
    pub(crate) fn telemetry(&self, path: &str) -> (u16, String) {
        let address = self.running.as_ref().unwrap().telemetry_address().unwrap();
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let mut answer = agent.get(format!("http://{address}{path}")).call().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }

    /// Starts the service anew, from what the files say now.
    pub(crate) fn restart(&mut self) {
        self.stop();
        self.running = Some(self.demo.serve().unwrap());
    }

    /// Ends the service as SIGTERM does.
    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop();
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let metrics = self.running.is_some().then(|| self.telemetry("/metrics").1);
        self.stop();
        let forbidden = self.forbidden.lock().unwrap();
        #[cfg(unix)]
        if let Some(Database { server, name }) = &self.database {
            assert_eq!(server.files_of_database_with(name, &forbidden.texts()), "");
        }
        let mut places = vec![("the log".to_owned(), Log::written())];
        places.push(("metrics".to_owned(), metrics.unwrap_or_default().into_bytes()));
        places.push(("problems".to_owned(), self.answers.refused.lock().unwrap().clone()));
        files(self.demo.folder(), &mut places);
        places.iter().for_each(|(place, bytes)| forbidden.assert_absent(place, bytes));
        // Staff are shown addresses, and a first password once; a number is shown to nobody.
        let numbers = Canaries::new(NUMBERS);
        for answer in self.answers.granted.lock().unwrap().iter() {
            numbers.assert_absent("an answer", answer);
            let papers = serde_json::from_slice(answer).map(|json| documents_in(&json)).unwrap_or_default();
            papers.iter().for_each(|paper| forbidden.assert_absent("a paper", paper));
        }
    }
}

/// Every file but the cards', which are people's own.
fn files(folder: &Path, places: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().unwrap() != "cards" {
                files(&path, places);
            }
        } else {
            places.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

/// Somebody who sends requests.
pub(crate) struct Client {
    agent: ureq::Agent,
    base: String,
    headers: Vec<(String, String)>,
    answers: Arc<Answers>,
}

impl Client {
    /// With a header on every request.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[])
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some("application/json"), body.to_string().as_bytes())
    }

    /// Any request, with a body of any media type.
    pub(crate) fn send(&self, method: Method, path: &str, media_type: Option<&str>, body: &[u8]) -> Answer {
        self.try_send(method, path, media_type, body).unwrap()
    }

    /// As [`send`](Self::send), where the connection itself may fail.
    pub(crate) fn try_send(
        &self,
        method: Method,
        path: &str,
        media_type: Option<&str>,
        body: &[u8],
    ) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        let mut response = if media_type.is_some() {
            self.agent.run(request.body(body.to_vec()).unwrap())?
        } else {
            self.agent.run(request.body(()).unwrap())?
        };
        let body = response.body_mut().read_to_vec()?;
        let status = response.status().as_u16();
        if status >= 400 {
            self.answers.refused.lock().unwrap().extend_from_slice(&body);
        } else {
            self.answers.granted.lock().unwrap().push(body.clone());
        }
        Ok(Answer { status, headers: response.headers().clone(), body })
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The answer as JSON, if it was granted.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The code of a problem.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        self.problem()["code"].as_str().unwrap().to_owned()
    }

    /// A problem, right in form.
    #[track_caller]
    pub(crate) fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.status);
        let problem: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(problem["status"], self.status);
        problem
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// The log of this process.
#[derive(Clone, Copy)]
pub(crate) struct Log;

impl Log {
    fn buffer() -> &'static Mutex<Vec<u8>> {
        static BUFFER: OnceLock<Mutex<Vec<u8>>> = OnceLock::new();
        BUFFER.get_or_init(Mutex::default)
    }

    /// Everything that was logged.
    pub(crate) fn written() -> Vec<u8> {
        Self::buffer().lock().unwrap().clone()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Self::buffer().lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
