//! The suite on PostgreSQL: a cluster of its own in a temporary folder, reached by a socket in it alone.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::*;

/// A private cluster; gone with its folder when dropped.
struct Cluster {
    folder: tempfile::TempDir,
    server: Child,
    /// Where it listens, by TLS alone.
    port: u16,
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

fn root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|metadata| std::os::unix::fs::MetadataExt::uid(&metadata) == 0)
}

impl Cluster {
    fn start(programs: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("tegata-pg").tempdir().unwrap();
        let user = root().then_some("nobody");
        let data = folder.path().join("data");
        if root() {
            // The group of `nobody` is called `nogroup` here and `nobody` there: its number is the same.
            std::os::unix::fs::chown(folder.path(), Some(65_534), Some(65_534)).unwrap();
        }
        let user = user.map(|_| "65534");
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
            .args(["-c", "max_connections=60", "-c", "unix_socket_directories="])
            .args(["-c", &format!("unix_socket_directories={}", folder.path().display())])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let cluster = Self { folder, server, port };
        let begun = Instant::now();
        while ::postgres::Client::connect(&cluster.connection("postgres", "admin"), ::postgres::NoTls).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "PostgreSQL does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        cluster.run("postgres", "CREATE ROLE tegata_app LOGIN; CREATE ROLE tegata_owner LOGIN CREATEDB");
        cluster
    }

    fn connection(&self, database: &str, user: &str) -> String {
        format!("host={} port={} dbname={database} user={user}", self.folder.path().display(), self.port)
    }

    /// Runs statements as one who may do everything.
    fn run(&self, database: &str, sql: &str) {
        let connection = self.connection(database, "admin");
        let mut client = ::postgres::Client::connect(&connection, ::postgres::NoTls).unwrap();
        client.batch_execute(sql).unwrap();
    }

    /// A database with the tables in it.
    fn database(&self, name: &str) {
        self.run("postgres", &format!("CREATE DATABASE {name} OWNER tegata_owner"));
        postgres::set_up(&self.connection(name, "tegata_owner"), "tegata_app").unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The quick way down for a server whose data is thrown away.
        _ = self.server.kill();
        _ = self.server.wait();
    }
}

#[test]
fn on_postgresql() {
    let Some(programs) = programs() else {
        assert!(std::env::var_os("TEGATA_POSTGRESQL").is_none(), "PostgreSQL's server is not found");
        println!("skipped: PostgreSQL is not installed");
        return;
    };
    let cluster = Cluster::start(&programs);
    for (index, (name, case)) in SUITE.iter().copied().flatten().enumerate() {
        println!("{name}");
        let database = format!("case_{index}");
        cluster.database(&database);
        let journals = tempfile::tempdir().unwrap();
        let connection = cluster.connection(&database, "tegata_app");
        let reopen = |key| Ledger::open_postgres(&connection, journals.path(), key, Arc::new(OsRandom)).unwrap();
        let tamper = |sql: &str| cluster.run(&database, &format!("SET search_path TO tegata; {sql}"));
        let ledger = reopen(master_key());
        ledger.create(here()).unwrap();
        ledger.create(elsewhere()).unwrap();
        case(&Place { ledger, reopen: &reopen, tamper: &tamper, separates: true });
    }
    roles(&cluster);
    unset(&cluster);
    one_id_for_all(&cluster);
    #[cfg(feature = "postgres-tls")]
    by_tls(&cluster);
    killed(&cluster);
    canaries(&cluster);
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
        if root() {
            std::os::unix::fs::chown(&path, Some(65_534), Some(65_534)).unwrap();
        }
    }
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Elsewhere means encrypted, to the server of that name alone.
#[cfg(feature = "postgres-tls")]
fn by_tls(cluster: &Cluster) {
    cluster.database("by_tls");
    let folder = cluster.folder.path();
    let connect = |host: &str, authority: &str| {
        let connection = format!(
            "host={host} hostaddr=127.0.0.1 port={} dbname=by_tls user=tegata_app sslrootcert='{}'",
            cluster.port,
            folder.join(authority).display()
        );
        Ledger::open_postgres(&connection, folder, master_key(), Arc::new(OsRandom))
    };
    let ledger = connect("db.test", "ca.pem").unwrap();
    ledger.create(here()).unwrap();
    let mut admin = ::postgres::Client::connect(&cluster.connection("by_tls", "admin"), ::postgres::NoTls).unwrap();
    let sql = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'tegata_app' \
               AND datname = 'by_tls'";
    assert_eq!(admin.query_one(sql, &[]).unwrap().get::<_, Option<bool>>(0), Some(true));
    for (host, authority) in [("db.test", "other.pem"), ("localhost", "ca.pem"), ("db.example", "ca.pem")] {
        assert!(matches!(connect(host, authority), Err(LedgerError::Unavailable { .. })), "{host} {authority}");
    }
    for authority in ["none.pem", "server.key"] {
        assert!(matches!(connect("db.test", authority), Err(LedgerError::Unavailable { .. })), "{authority}");
    }
}

/// After everything, no personal value stands in any file of the cluster: tables, indexes, write-ahead log.
fn canaries(cluster: &Cluster) {
    cluster.run("postgres", "CHECKPOINT");
    let found = |needles: &[&str]| {
        let mut grep = Command::new("grep");
        needles.iter().for_each(|needle| _ = grep.args(["-e", needle]));
        let found = grep.args(["-r", "-l", "-a", "-F"]).arg(cluster.folder.path()).output().unwrap();
        String::from_utf8(found.stdout).unwrap()
    };
    assert!(!found(&["000000000012345"]).is_empty(), "the files are not read as they should be");
    // Names, numbers, an address, a passport and a lot.
    let files = found(&["手形", "123456789018", "練馬", "テガタ", "TK0000000", "EX3617"]);
    assert_eq!(files, "");
}

/// A node that is killed; the database goes on.
fn killed(cluster: &Cluster) {
    cluster.database("killed");
    let journals = tempfile::tempdir().unwrap();
    open(cluster, "killed", "tegata_app").unwrap().create(here()).unwrap();
    killed::kill(&cluster.connection("killed", "tegata_app"), journals.path());
}

fn open(cluster: &Cluster, database: &str, user: &str) -> Result<Ledger, LedgerError> {
    let journals = cluster.folder.path();
    Ledger::open_postgres(&cluster.connection(database, user), journals, master_key(), Arc::new(OsRandom))
}

/// A role that could pass over the separation is refused.
fn roles(cluster: &Cluster) {
    cluster.database("roles");
    assert!(open(cluster, "roles", "tegata_app").is_ok());
    let refused = |user: &str| match open(cluster, "roles", user).unwrap_err() {
        LedgerError::NotSeparated { right } => right,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused("admin"), "superuser");
    assert_eq!(refused("tegata_owner"), "owner of tables");
    cluster.run("roles", "ALTER ROLE tegata_app BYPASSRLS");
    assert_eq!(refused("tegata_app"), "bypassrls");
    cluster.run("roles", "ALTER ROLE tegata_app NOBYPASSRLS; GRANT tegata_owner TO tegata_app");
    assert_eq!(refused("tegata_app"), "owner of tables");
    cluster.run("roles", "REVOKE tegata_owner FROM tegata_app");
    for loosening in ["NO FORCE", "DISABLE"] {
        cluster.run("roles", &format!("ALTER TABLE tegata.issue {loosening} ROW LEVEL SECURITY"));
        assert_eq!(refused("tegata_app"), "table without row-level security");
        cluster.run("roles", "ALTER TABLE tegata.issue ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY");
    }
    assert!(open(cluster, "roles", "tegata_app").is_ok());
    cluster.run("roles", "UPDATE tegata.version SET version = version + 1");
    assert_eq!(open(cluster, "roles", "tegata_app").unwrap_err(), LedgerError::VersionUnsupported);

    let again = postgres::set_up(&cluster.connection("roles", "tegata_owner"), "tegata_app").unwrap_err();
    assert_eq!(again, LedgerError::Duplicate);
    for role in ["", "a b", "a;b", "1a", "A"] {
        let refused = postgres::set_up(&cluster.connection("roles", "tegata_owner"), role).unwrap_err();
        assert_eq!(refused, LedgerError::InvalidValue { field: "role" });
    }
    let remote = Ledger::open_postgres("host=db.example user=x", Path::new("."), master_key(), Arc::new(OsRandom));
    assert!(matches!(remote.unwrap_err(), LedgerError::Unavailable { .. }));
}

/// Where a transaction does not say whose it is, there are no rows and none can be written; the log can be neither
/// changed nor deleted by the program's role, whosever it is.
fn unset(cluster: &Cluster) {
    cluster.database("unset");
    let ledger = open(cluster, "unset", "tegata_app").unwrap();
    ledger.create(here()).unwrap();
    ledger.begin(here(), operation("look-up"), now()).unwrap().commit().unwrap();
    let connection = cluster.connection("unset", "tegata_app");
    let mut client = ::postgres::Client::connect(&connection, ::postgres::NoTls).unwrap();
    for table in TABLES {
        let sql = format!("SELECT count(*) FROM tegata.{}", table.name);
        assert_eq!(client.query_one(&sql, &[]).unwrap().get::<_, i64>(0), 0, "{}", table.name);
    }
    assert!(client.batch_execute("INSERT INTO tegata.period_key VALUES ('131202', 2031, '')").is_err());
    let whose = "SET tegata.municipality = '131202'";
    client.batch_execute(whose).unwrap();
    assert_eq!(client.query_one("SELECT count(*) FROM tegata.audit", &[]).unwrap().get::<_, i64>(0), 1);
    for sql in ["UPDATE tegata.audit SET sequence = 2", "DELETE FROM tegata.audit", "TRUNCATE tegata.audit"] {
        assert!(client.batch_execute(sql).is_err(), "{sql}");
    }
}

/// Two municipalities cannot give out one certificate ID.
fn one_id_for_all(cluster: &Cluster) {
    cluster.database("one_id");
    let ledger = open(cluster, "one_id", "tegata_app").unwrap();
    for (municipality, expected) in [(here(), Ok(())), (elsewhere(), Err(LedgerError::Duplicate))] {
        ledger.create(municipality).unwrap();
        let mut session = ledger.begin(municipality, operation("issue"), now()).unwrap();
        assert_eq!(session.record_issue(&issue("C-1", &hanako()), until()), expected);
        assert_eq!(session.commit().is_ok(), expected.is_ok());
    }
}
