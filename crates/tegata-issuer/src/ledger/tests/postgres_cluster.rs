//! The suite on PostgreSQL: a cluster of its own in a temporary folder, reached by a socket in it alone.

use std::path::Path;

use tegata_storm::Cluster;

use super::*;

/// A database with the tables in it.
fn set_up(cluster: &Cluster, name: &str) {
    postgres::set_up(&cluster.create(name), tegata_storm::APP).unwrap();
}

#[test]
fn on_postgresql() {
    let Some(cluster) = Cluster::start() else { return };
    for (index, (name, case)) in SUITE.iter().copied().flatten().enumerate() {
        println!("{name}");
        let database = format!("case_{index}");
        set_up(&cluster, &database);
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

/// Elsewhere means encrypted, to the server of that name alone.
#[cfg(feature = "postgres-tls")]
fn by_tls(cluster: &Cluster) {
    set_up(cluster, "by_tls");
    let folder = cluster.folder();
    let connect = |host: &str, authority: &str| {
        let connection = format!(
            "host={host} hostaddr=127.0.0.1 port={} dbname=by_tls user=tegata_app sslrootcert='{}'",
            cluster.port(),
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
    assert!(!cluster.files_with(&["000000000012345"]).is_empty(), "the files are not read as they should be");
    // Names, numbers, an address, a passport and a lot.
    let files = cluster.files_with(&["手形", "123456789018", "練馬", "テガタ", "TK0000000", "EX3617"]);
    assert_eq!(files, "");
}

/// A node that is killed; the database goes on.
fn killed(cluster: &Cluster) {
    set_up(cluster, "killed");
    let journals = tempfile::tempdir().unwrap();
    open(cluster, "killed", "tegata_app").unwrap().create(here()).unwrap();
    killed::kill(&cluster.connection("killed", "tegata_app"), journals.path());
}

fn open(cluster: &Cluster, database: &str, user: &str) -> Result<Ledger, LedgerError> {
    let journals = cluster.folder();
    Ledger::open_postgres(&cluster.connection(database, user), journals, master_key(), Arc::new(OsRandom))
}

/// A role that could pass over the separation is refused.
fn roles(cluster: &Cluster) {
    set_up(cluster, "roles");
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
    set_up(cluster, "unset");
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
    set_up(cluster, "one_id");
    let ledger = open(cluster, "one_id", "tegata_app").unwrap();
    for (municipality, expected) in [(here(), Ok(())), (elsewhere(), Err(LedgerError::Duplicate))] {
        ledger.create(municipality).unwrap();
        let mut session = ledger.begin(municipality, operation("issue"), now()).unwrap();
        assert_eq!(session.record_issue(&issue("C-1", &hanako()), until()), expected);
        assert_eq!(session.commit().is_ok(), expected.is_ok());
    }
}
