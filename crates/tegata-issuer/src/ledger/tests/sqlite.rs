//! What is special about files.

use std::time::Duration;

use super::super::connection::{Connection, Database, Mode};
use super::super::sqlite::Sqlite;
use super::*;

/// Everything that the folder's files hold.
fn bytes_of(folder: &std::path::Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap();
    files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// Canaries: no personal value stands in the files, and after an erasure not even the sealed ones do.
#[test]
fn nothing_personal_stands_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open_sqlite(folder.path(), master_key(), Arc::new(OsRandom)).unwrap();
    ledger.create(here()).unwrap();
    let begin = |name| ledger.begin(here(), operation(name), now()).unwrap();
    let resident = with_number(hanako(), &ledger, here());
    let mut session = begin("import");
    session.put_resident(&resident, until()).unwrap();
    session.put_vaccination(&resident.details.voucher, &dose(1, "2021-07-01"), until()).unwrap();
    session.record_issue(&issue("C-1", &resident), until()).unwrap();
    session.put_application(&requests::application("A-1"), until()).unwrap();
    let sealed = session
        .row("resident", "SELECT wrapped_key, sealed FROM resident WHERE municipality = ?1", &[])
        .unwrap()
        .unwrap()
        .into_columns();
    session.commit().unwrap();

    let bytes = bytes_of(folder.path());
    assert!(holds(&bytes, b"000000000012345"), "the files are not read as they should be");
    let canaries = ["123456789018", "手形", "練馬", "テガタ", "0123456789", "TEGATA", "TK0000000", "EX3617", "card"];
    for canary in canaries {
        assert!(!holds(&bytes, canary.as_bytes()), "{canary}");
    }
    let sealed: Vec<Vec<u8>> = sealed
        .into_iter()
        .map(|column| match column {
            Column::Bytes(bytes) => bytes,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(sealed.iter().all(|sealed| holds(&bytes, sealed)));

    let mut session = begin("erase");
    session.erase(&resident.internal_number).unwrap();
    session.commit().unwrap();
    let bytes = bytes_of(folder.path());
    assert!(sealed.iter().all(|sealed| !holds(&bytes, sealed)), "an erased row stands in a file");
}

/// A reader in the way puts the overwriting off until it ends.
#[test]
fn c5_what_was_erased_is_overwritten_when_the_last_reader_ends() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open_sqlite(folder.path(), master_key(), Arc::new(OsRandom)).unwrap();
    ledger.create(here()).unwrap();
    let begin = |name| ledger.begin(here(), operation(name), now()).unwrap();
    let mut session = begin("import");
    session.put_resident(&hanako(), until()).unwrap();
    let sealed = session.row("resident", "SELECT sealed FROM resident WHERE municipality = ?1", &[]).unwrap().unwrap();
    let [Column::Bytes(sealed)] = &*sealed.into_columns() else { panic!("no bytes") };
    session.commit().unwrap();
    let mut reading = ledger.begin_reading(here()).unwrap();
    reading.audit_head(now()).unwrap();
    let mut session = begin("erase");
    session.erase(&hanako().internal_number).unwrap();
    assert!(!session.commit_and_scrub().unwrap());
    // Nor can another writer help it.
    begin("look-up").commit().unwrap();
    assert!(holds(&bytes_of(folder.path()), sealed));
    drop(reading);
    assert!(!holds(&bytes_of(folder.path()), sealed));
}

#[cfg(unix)]
#[test]
fn the_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("ledgers");
    let ledger = Ledger::open_sqlite(&folder, master_key(), Arc::new(OsRandom)).unwrap();
    ledger.create(here()).unwrap();
    let mut session = ledger.begin(here(), operation("issue"), now()).unwrap();
    session.record_issue(&issue("C-1", &hanako()), until()).unwrap();
    session.revoke("C-1", "誤記").unwrap();
    session.commit().unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let mut files = 0;
    for file in std::fs::read_dir(&folder).unwrap() {
        assert_eq!(mode(&file.unwrap().path()) & 0o077, 0);
        files += 1;
    }
    // The ledger with its log and index, and the journal.
    assert_eq!(files, 4);
}

#[test]
fn other_files_are_no_ledgers() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open_sqlite(folder.path(), master_key(), Arc::new(OsRandom)).unwrap();
    let path = folder.path().join("131202.ledger");
    std::fs::write(&path, b"not a database, but long enough to be taken for one".repeat(100)).unwrap();
    assert_eq!(ledger.begin_quiet(here()).unwrap_err(), LedgerError::Corrupt { place: "file" });
    std::fs::write(&path, b"").unwrap();
    assert_eq!(ledger.begin_quiet(here()).unwrap_err(), LedgerError::Corrupt { place: "file header" });
    std::fs::remove_file(&path).unwrap();
    ledger.create(here()).unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", schema::VERSION + 1).unwrap();
    drop(connection);
    assert_eq!(ledger.begin_quiet(here()).unwrap_err(), LedgerError::VersionUnsupported);
}

/// Another process holds the file: one waits, and is told in the end. Not waited for here, which would take half a
/// minute: the first statement of the same connection shows that it is not got through.
#[test]
fn readers_are_never_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open_sqlite(folder.path(), master_key(), Arc::new(OsRandom)).unwrap();
    ledger.create(here()).unwrap();
    let mut reading = ledger.begin_reading(here()).unwrap();
    assert_eq!(reading.audit_head(now()).unwrap().sequence, 0);
    let mut session = ledger.begin(here(), operation("import"), now()).unwrap();
    session.put_resident(&hanako(), until()).unwrap();
    session.commit().unwrap();
    // The reader keeps the state it began with.
    assert_eq!(reading.audit_head(now()).unwrap().sequence, 0);
    drop(reading);
    assert_eq!(ledger.begin_reading(here()).unwrap().audit_head(now()).unwrap().sequence, 1);
}

/// A look-up that reads a whole register would be right, and take minutes in a city.
#[test]
fn look_ups_go_by_their_index() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection.execute_batch(&schema::sqlite()).unwrap();
    for (sql, index) in [
        (resident::BY_NUMBER, "INDEX resident_number_hash (municipality=? AND number_hash=?)"),
        (resident::BY_VOUCHER, "INDEX resident_voucher_hash (municipality=? AND voucher_hash=?)"),
        (vaccination::BY_VOUCHER, "INDEX vaccination_voucher_hash (municipality=? AND voucher_hash=?)"),
        (challenge::FORGET, "PRIMARY KEY (municipality=? AND challenge=?)"),
        (
            idempotency::FORGET,
            "COVERING INDEX sqlite_autoindex_idempotency_1 (municipality=? AND client=? AND request_key=?)",
        ),
        (idempotency::BY_KEY, "INDEX sqlite_autoindex_idempotency_1 (municipality=? AND client=? AND request_key=?)"),
        (issue::BY_PERSON, "INDEX issue_internal_number (municipality=? AND internal_number=?)"),
    ] {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let values = rusqlite::params_from_iter(vec!["x"; statement.parameter_count()]);
        let plan: Vec<String> =
            statement.query_map(values, |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
        assert!(plan[0].ends_with(&format!("USING {index}")), "{plan:?}");
    }
}

/// Commits are shared: what is handed over is on the disk with the next one's, is seen by nobody before, and is undone
/// with the connection if that is lost.
#[test]
fn a_transaction_goes_from_hand_to_hand() {
    const PUT: &str = "INSERT INTO period_key (municipality, period, wrapped) VALUES (?1, ?2, ?3)";
    let values = |year| [Value::Text("131202"), Value::Integer(year), Value::Bytes(b"key")];
    let folder = tempfile::tempdir().unwrap();
    let database = Sqlite::open(folder.path()).unwrap().waiting_for(Duration::MAX);
    database.create(here()).unwrap();
    let years = || {
        let mut connection = database.take(here(), Mode::Read).unwrap();
        connection.begin(here(), Mode::Read).unwrap();
        let mut years = Vec::new();
        let each = &mut |mut row: Row| row.integer().map(|year| years.push(year));
        connection.query("SELECT period FROM period_key ORDER BY period", &[], each).unwrap();
        connection.rollback().unwrap();
        database.give_back(here(), Mode::Read, Some(connection));
        years
    };
    let begin = || {
        let mut connection = database.take(here(), Mode::WriteTogether).unwrap();
        connection.begin(here(), Mode::WriteTogether).unwrap();
        connection
    };
    // The first puts a year and commits, while another waits, who goes on with the transaction and does this.
    let share = |year: i64, next: &(dyn Fn(Box<dyn Connection>) + Sync)| {
        let mut first = begin();
        first.execute(PUT, &values(year)).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let second = begin();
                assert!(second.is_within());
                next(second);
            });
            while database.waiting(here()) == 0 {
                std::thread::yield_now();
            }
            let (connection, done) = database.commit(here(), Mode::WriteTogether, first);
            assert!(connection.is_none(), "it was not handed over");
            done
        })
    };
    // The second fails, and does something else then.
    share(2031, &|mut second| {
        second.execute(PUT, &values(2040)).unwrap();
        assert_eq!(second.execute(PUT, &values(2031)).unwrap_err(), LedgerError::Duplicate);
        second.rollback().unwrap();
        assert!(years().is_empty());
        second.begin(here(), Mode::WriteTogether).unwrap();
        second.execute(PUT, &values(2032)).unwrap();
        let (connection, done) = database.commit(here(), Mode::WriteTogether, second);
        done.unwrap();
        database.give_back(here(), Mode::WriteTogether, connection);
    })
    .unwrap();
    assert_eq!(years(), [2031, 2032]);
    // The second does nothing, and gives the connection back.
    share(2033, &|mut second| {
        second.rollback().unwrap();
        database.give_back(here(), Mode::WriteTogether, Some(second));
    })
    .unwrap();
    assert_eq!(years(), [2031, 2032, 2033]);
    // The connection is lost, and so is the transaction; nobody is told otherwise.
    let lost = share(2034, &|second| {
        drop(second);
        database.give_back(here(), Mode::WriteTogether, None);
    });
    assert!(matches!(lost, Err(LedgerError::Unavailable { .. })));
    // As where the disk is full: SQLite itself has undone everything.
    let undone = share(2035, &|mut second| {
        second.execute("ROLLBACK", &[]).unwrap();
        second.rollback().unwrap();
        assert!(second.begin(here(), Mode::WriteTogether).is_err());
        database.give_back(here(), Mode::WriteTogether, Some(second));
    });
    assert!(matches!(undone, Err(LedgerError::Unavailable { .. })));
    assert_eq!(years(), [2031, 2032, 2033]);
    let mut last = begin();
    last.execute(PUT, &values(2036)).unwrap();
    let (connection, done) = database.commit(here(), Mode::WriteTogether, last);
    done.unwrap();
    database.give_back(here(), Mode::WriteTogether, connection);
    assert_eq!(years(), [2031, 2032, 2033, 2036]);
}

/// Whoever took long hands over to nobody: the author would wait for as long again.
#[test]
fn a_long_part_is_committed_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let database = Sqlite::open(folder.path()).unwrap().waiting_for(Duration::ZERO);
    database.create(here()).unwrap();
    let mut first = database.take(here(), Mode::WriteTogether).unwrap();
    first.begin(here(), Mode::WriteTogether).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let second = database.take(here(), Mode::WriteTogether).unwrap();
            assert!(!second.is_within());
            database.give_back(here(), Mode::WriteTogether, Some(second));
        });
        while database.waiting(here()) == 0 {
            std::thread::yield_now();
        }
        let (connection, done) = database.commit(here(), Mode::WriteTogether, first);
        done.unwrap();
        assert!(connection.is_some());
        database.give_back(here(), Mode::WriteTogether, connection);
    });
}

/// The first does what it does and commits while the second waits, who goes on with the transaction.
fn in_two_parts(
    ledger: &Ledger,
    first: impl FnOnce(&mut Session<'_>),
    second: impl FnOnce(Session<'_>) + Send,
) -> Result<(), LedgerError> {
    let begin = || ledger.begin_together(here(), operation("issue"), now()).unwrap();
    let mut session = begin();
    first(&mut session);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut session = begin();
            assert!(session.connection().unwrap().is_within(), "it was not handed over");
            second(session);
        });
        while ledger.database.waiting(here()) == 0 {
            std::thread::yield_now();
        }
        session.commit()
    })
}

fn patient(folder: &std::path::Path) -> Ledger {
    let database = Sqlite::open(folder).unwrap().waiting_for(Duration::MAX);
    let journal = crate::backup::Journal::in_folder(folder);
    let ledger = Ledger::over(Box::new(database), journal, master_key(), Arc::new(OsRandom));
    ledger.create(here()).unwrap();
    ledger
}

fn outcomes(ledger: &Ledger) -> Vec<String> {
    let mut outcomes = Vec::new();
    let mut reading = ledger.begin_reading(here()).unwrap();
    reading.verify_audit(&[], &mut |entry| outcomes.push(entry.outcome)).unwrap();
    outcomes
}

/// Everybody's attempt stands in the log, and their challenges are used up.
#[test]
fn d3_a_shared_commit_that_fails_leaves_its_traces() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = patient(folder.path());
    let binding = ChallengeBinding { session: "s", channel: Channel::App };
    let later = now().saturating_add_seconds(300);
    let mut quiet = ledger.begin_quiet(here()).unwrap();
    for challenge in [b"1", b"2"] {
        quiet.put_challenge(challenge, binding, now(), later).unwrap();
    }
    quiet.commit().unwrap();
    let use_one = |session: &mut Session<'_>, challenge, person| {
        assert!(session.use_challenge(challenge, binding, None).unwrap());
        session.put_resident(&super::person(person), until()).unwrap();
    };
    let first = |session: &mut Session<'_>| use_one(session, b"1", 1);
    let lost = in_two_parts(&ledger, first, |mut session| {
        use_one(&mut session, b"2", 2);
        // As where the disk is full: SQLite itself undoes everything, and the statement fails.
        session.connection().unwrap().execute("ROLLBACK", &[]).unwrap();
        session.execute("no statement", &[]).unwrap_err();
        assert_eq!(session.commit().unwrap_err(), LedgerError::AlreadyFailed);
    });
    assert!(matches!(lost, Err(LedgerError::Unavailable { .. })));
    assert_eq!(outcomes(&ledger), ["failed", "failed"]);
    let mut session = ledger.begin(here(), operation("look-up"), now()).unwrap();
    for (challenge, index) in [(b"1", 1), (b"2", 2)] {
        assert!(!session.take_challenge(challenge, binding, now()).unwrap());
        assert_eq!(session.resident(&person(index).internal_number).unwrap(), None);
    }
    session.commit().unwrap();
}

/// One whose entry cannot be written, not even the one that says so, takes nobody else's part with it.
#[test]
fn a_part_that_cannot_be_undone_in_order_undoes_no_other() {
    const REFUSE: &str = "CREATE TEMP TRIGGER refuse BEFORE INSERT ON main.audit WHEN NEW.sequence = 2 \
                          BEGIN SELECT RAISE(ABORT, 'refused'); END";
    let folder = tempfile::tempdir().unwrap();
    let ledger = patient(folder.path());
    let first = |session: &mut Session<'_>| {
        session.put_resident(&person(1), until()).unwrap();
        session.connection().unwrap().execute(REFUSE, &[]).unwrap();
    };
    in_two_parts(&ledger, first, |mut session| {
        session.put_resident(&person(2), until()).unwrap();
        session.commit().unwrap_err();
    })
    .unwrap();
    assert_eq!(outcomes(&ledger), ["done"]);
    let ledger = Ledger::open_sqlite(folder.path(), master_key(), Arc::new(OsRandom)).unwrap();
    let mut session = ledger.begin(here(), operation("look-up"), now()).unwrap();
    assert!(session.resident(&person(1).internal_number).unwrap().is_some());
    assert!(session.resident(&person(2).internal_number).unwrap().is_none());
    session.commit().unwrap();
}
