//! A private PostgreSQL cluster in a temporary folder, reached by a socket in it, or by TLS.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};

/// The role that a program works as.
pub const APP: &str = "tegata_app";

/// The role that tables belong to.
pub const OWNER: &str = "tegata_owner";

/// Whether the tests on PostgreSQL have to run, or are left to another run.
const DEMAND: &str = "TEGATA_POSTGRESQL";

/// Where a process is told of its parent's cluster.
const ADDRESS: &str = "TEGATA_POSTGRESQL_AT";

/// A private cluster; gone with its folder when dropped.
#[derive(Debug)]
pub struct Cluster {
    address: Address,
    server: Child,
    _folder: tempfile::TempDir,
}

/// Where a cluster is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Starts a cluster with the roles [`APP`] and [`OWNER`]. `None`, after saying so, where the server is not installed
    /// or this run is not to use it (`TEGATA_POSTGRESQL=own-step`).
    ///
    /// # Panics
    /// Where the server does not start, and where it is not installed and has to be (`TEGATA_POSTGRESQL=required`).
    #[must_use]
    pub fn start() -> Option<Self> {
        let demand = std::env::var(DEMAND).unwrap_or_default();
        if demand == "own-step" {
            println!("left to the step that is for PostgreSQL");
            return None;
        }
        let Some(programs) = programs() else {
            assert!(demand.is_empty(), "PostgreSQL's server is not found");
            println!("skipped: PostgreSQL is not installed");
            return None;
        };
        Some(Self::start_from(&programs))
    }

    fn start_from(programs: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("tegata-pg").tempdir().unwrap();
        // The group of `nobody` is called `nogroup` here and `nobody` there: its number is the same.
        let user = is_root().then_some("65534");
        let data = folder.path().join("data");
        if is_root() {
            std::os::unix::fs::chown(folder.path(), Some(65_534), Some(65_534)).unwrap();
        }
        let init = program(programs, "initdb", user)
            .args(["--auth=trust", "--username=admin", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
        let port = certificates(folder.path());
        let server = program(programs, "postgres", user)
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=127.0.0.1", "-c", &format!("port={port}"), "-c", "ssl=on"])
            .args(["-c", "ssl_cert_file=../server.pem", "-c", "ssl_key_file=../server.key"])
            // Programs are killed here, and never the machine: what they wrote need not reach the disk.
            .args(["-c", "fsync=off", "-c", "full_page_writes=off"])
            // Those of a process that was killed go a little later than the process.
            .args(["-c", "max_connections=200", "-c", "unix_socket_directories="])
            .args(["-c", &format!("unix_socket_directories={}", folder.path().display())])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let address = Address { folder: folder.path().to_owned(), port };
        let cluster = Self { address, server, _folder: folder };
        let begun = Instant::now();
        while Client::connect(&cluster.connection("postgres", "admin"), NoTls).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "PostgreSQL does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        cluster.run("postgres", &format!("CREATE ROLE {APP} LOGIN; CREATE ROLE {OWNER} LOGIN CREATEDB"));
        cluster
    }
}

impl Deref for Cluster {
    type Target = Address;

    fn deref(&self) -> &Address {
        &self.address
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The quick way down for a server whose data is thrown away.
        _ = self.server.kill();
        _ = self.server.wait();
    }
}

impl Address {
    /// The cluster of the process that started this one, if it told of one.
    ///
    /// # Panics
    /// Where what it told is no address.
    #[must_use]
    pub fn of_parent() -> Option<Self> {
        let told = std::env::var(ADDRESS).ok()?;
        let (port, folder) = told.split_once(' ').unwrap();
        Some(Self { folder: folder.into(), port: port.parse().unwrap() })
    }

    /// Tells a process of this cluster.
    pub fn tell(&self, command: &mut Command) {
        command.env(ADDRESS, format!("{} {}", self.port, self.folder.display()));
    }

    /// The folder of everything: data, log, certificates, socket.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where it listens on 127.0.0.1, by TLS alone: as `db.test`, with a certificate of the authority in `ca.pem`.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// How a role reaches a database.
    #[must_use]
    pub fn connection(&self, database: &str, user: &str) -> String {
        format!("host={} port={} dbname={database} user={user}", self.folder.display(), self.port)
    }

    /// Runs statements as one who may do everything.
    ///
    /// # Panics
    /// Where they fail.
    pub fn run(&self, database: &str, sql: &str) {
        let mut client = Client::connect(&self.connection(database, "admin"), NoTls).unwrap();
        client.batch_execute(sql).unwrap();
    }

    /// Makes an empty database of [`OWNER`]; how it is reached as that role.
    ///
    /// # Panics
    /// Where there is one of this name.
    #[must_use]
    pub fn create(&self, database: &str) -> String {
        self.run("postgres", &format!("CREATE DATABASE {database} OWNER {OWNER}"));
        self.connection(database, OWNER)
    }

    /// The files of all databases in which one of these texts stands: tables, indexes, write-ahead log.
    ///
    /// # Panics
    /// Where they cannot be looked through.
    #[must_use]
    pub fn files_with(&self, texts: &[&str]) -> String {
        self.run("postgres", "CHECKPOINT");
        files_with(&self.folder, texts)
    }

    /// As [`files_with`](Self::files_with), of the tables and indexes of one database.
    ///
    /// # Panics
    /// As there.
    #[must_use]
    pub fn files_of_database_with(&self, database: &str, texts: &[&str]) -> String {
        files_with(&self.folder_of_database(database), texts)
    }

    /// Where the tables and indexes of a database are, written to their last page.
    ///
    /// # Panics
    /// Where there is no such database.
    #[must_use]
    pub fn folder_of_database(&self, database: &str) -> PathBuf {
        let mut client = Client::connect(&self.connection(database, "admin"), NoTls).unwrap();
        client.batch_execute("CHECKPOINT").unwrap();
        let sql = "SELECT oid::text FROM pg_database WHERE datname = current_database()";
        let number: String = client.query_one(sql, &[]).unwrap().get(0);
        self.folder.join("data/base").join(number)
    }
}

fn files_with(folder: &Path, texts: &[&str]) -> String {
    let mut grep = Command::new("grep");
    for text in texts {
        grep.args(["-e", text]);
    }
    let found = grep.args(["-r", "-l", "-a", "-F"]).arg(folder).output().unwrap();
    // One is for nothing found, and two for what could not be read.
    assert!(found.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&found.stderr));
    String::from_utf8(found.stdout).unwrap()
}

/// Where Debian and others put the programs; the newest version.
fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut found: Vec<PathBuf> = debian.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    found.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    found.extend(std::env::split_paths(&path));
    found.into_iter().rev().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// A program of PostgreSQL, which refuses to run as root.
fn program(folder: &Path, name: &str, user: Option<&str>) -> Command {
    let mut command = match user {
        Some(user) => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", user, "--regid", user, "--clear-groups", "--"]).arg(folder.join(name));
            command
        }
        None => Command::new(folder.join(name)),
    };
    // None of the settings that an operator's shell may have.
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").stdin(Stdio::null());
    command
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|metadata| std::os::unix::fs::MetadataExt::uid(&metadata) == 0)
}

/// Writes an authority, another one, and a certificate of the server below the first for the name `db.test`; chooses a
/// port.
fn certificates(folder: &Path) -> u16 {
    let authority = |name: &str| {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        std::fs::write(folder.join(name), certificate.pem()).unwrap();
        rcgen::Issuer::new(params, key)
    };
    let issuer = authority("ca.pem");
    authority("other.pem");
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(["db.test".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    for (name, content) in [("server.pem", certificate.pem()), ("server.key", key.serialize_pem())] {
        let path = folder.join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        if is_root() {
            std::os::unix::fs::chown(&path, Some(65_534), Some(65_534)).unwrap();
        }
    }
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
