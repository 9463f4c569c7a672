//! There and back, without what was erased.

use super::*;
use crate::ledger::tests::{Case, Place, elsewhere, here, issue, master_key, now, number, operation, person, until};
use crate::ledger::{Account, ChallengeBinding, Ledger, LedgerError, StoredApplication};
use crate::record::Channel;
use crate::record::samples::dose;
use crate::staff::Role;
use crate::testing::OsRandom;
use crate::vault::MasterKey;

pub(crate) const CASES: &[Case] = &[
    ("a backup comes back", there_and_back),
    ("nobody comes back", nobody_comes_back),
    ("d1 b9 nothing that ended begins again", nothing_reopens),
    ("a broken backup", broken),
    ("the journal's absence", without_journal),
    ("a journal that is lost or another's", lost_journal),
    ("what ends between backup and restoring", ended_since),
    ("a backup under load", under_load),
    ("d3 a backup that fails", failing),
];

fn fill(place: &Place<'_>) {
    let mut session = place.begin("import");
    for index in 0..3 {
        session.put_resident(&person(index), until()).unwrap();
        session.put_vaccination(&person(index).details.voucher, &dose(1, "2021-07-01"), until()).unwrap();
        session.record_issue(&issue(&format!("C-{index}"), &person(index)), until()).unwrap();
    }
    session.commit().unwrap();
}

fn back_up(place: &Place<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    place.ledger.back_up(here(), &mut out, operation("backup"), now()).unwrap();
    out
}

/// A new folder, with SQLite: what was taken from any database comes back in it.
struct Target {
    folder: tempfile::TempDir,
    ledger: Ledger,
}

impl Target {
    fn new() -> Self {
        Self::with(master_key())
    }

    fn with(key: MasterKey) -> Self {
        let target = Self::without_journal(key);
        std::fs::write(target.ledger.journal().path(here()), b"").unwrap();
        target
    }

    fn without_journal(key: MasterKey) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open_sqlite(folder.path(), key, std::sync::Arc::new(OsRandom)).unwrap();
        Self { folder, ledger }
    }

    fn restore(&self, backup: &[u8], journal: JournalUse<'_>) -> Result<Restored, BackupError> {
        self.ledger.restore(here(), &mut &*backup, journal, operation("restore"), now())
    }

    fn people(&self) -> Vec<String> {
        let mut session = self.ledger.begin(here(), operation("look-up"), now()).unwrap();
        let mut people = Vec::new();
        session
            .each_resident(&mut |session, resident| {
                assert_eq!(session.vaccinations_of(&resident)?.len(), 1);
                assert_eq!(session.issues_of(&resident.internal_number)?.len(), 1);
                people.push(resident.internal_number.as_str().to_owned());
                Ok(())
            })
            .unwrap();
        session.commit().unwrap();
        people
    }
}

fn there_and_back(place: &Place<'_>) {
    fill(place);
    let backup = back_up(place);
    // What comes after is not in it.
    let mut session = place.begin("import");
    session.put_resident(&person(9), until()).unwrap();
    session.commit().unwrap();
    for canary in ["手形", "TK0000000", "練馬", "EX3617"] {
        assert!(!backup.windows(canary.len()).any(|window| window == canary.as_bytes()));
    }

    let target = Target::new();
    let restored = target.restore(&backup, JournalUse::Beside).unwrap();
    assert_eq!((restored.audit_entries, restored.erased, restored.revoked), (1, 0, 0));
    // A period key, three of each, the entry and the end of the chain.
    assert_eq!(restored.rows, 12);
    assert_eq!(target.people(), ["P0", "P1", "P2"]);
    let mut reading = target.ledger.begin_reading(here()).unwrap();
    let mut operations = Vec::new();
    reading.verify_audit(&[], &mut |entry| operations.push(entry.operation)).unwrap();
    assert_eq!(operations, ["import", "restore", "look-up"]);
    drop(reading);

    // Not over a ledger that is there; an empty one is filled.
    assert_eq!(target.restore(&backup, JournalUse::Beside).unwrap_err(), BackupError::TargetNotEmpty);
    let target = Target::new();
    target.ledger.create(here()).unwrap();
    target.restore(&backup, JournalUse::Beside).unwrap();
    assert_eq!(target.people().len(), 3);
    // A backup of a backup.
    let mut again = Vec::new();
    let exported = target.ledger.back_up(here(), &mut again, operation("backup"), now()).unwrap();
    assert_eq!((exported.rows, exported.audit_entries), (14, 3));
    assert_eq!(Target::new().restore(&again, JournalUse::Beside).unwrap().rows, 14);
}

fn nobody_comes_back(place: &Place<'_>) {
    fill(place);
    let mut session = place.begin("erase");
    session.erase(&number("P0")).unwrap();
    session.commit().unwrap();
    // Erased, and come back before the backup: they stay.
    let mut session = place.begin("import");
    session.put_resident(&person(0), until()).unwrap();
    session.put_vaccination(&person(0).details.voucher, &dose(1, "2021-07-01"), until()).unwrap();
    session.record_issue(&issue("C-9", &person(0)), until()).unwrap();
    session.commit().unwrap();
    let backup = back_up(place);
    let mut session = place.begin("erase");
    session.erase(&number("P1")).unwrap();
    session.revoke("C-2", "誤記").unwrap();
    session.commit().unwrap();
    // Issued after the backup, and revoked: the issue is lost, the revocation is not.
    let mut session = place.begin("issue");
    session.record_issue(&issue("C-8", &person(2)), until()).unwrap();
    session.revoke("C-8", "誤記").unwrap();
    session.commit().unwrap();

    let journal = place.ledger.journal().path(here());
    let target = Target::new();
    let restored = target.restore(&backup, JournalUse::Copy(&journal)).unwrap();
    assert_eq!((restored.erased, restored.revoked), (1, 2));
    assert_eq!(target.people(), ["P0", "P2"]);
    let mut session = target.ledger.begin(here(), operation("look-up"), now()).unwrap();
    assert!(session.is_revoked("C-2").unwrap() && session.is_revoked("C-8").unwrap());
    assert!(!session.is_revoked("C-9").unwrap());
    session.commit().unwrap();
    // The journal goes on where it was.
    let mut session = target.ledger.begin(here(), operation("erase"), now()).unwrap();
    session.erase(&number("P2")).unwrap();
    session.commit().unwrap();
    let mut second = Vec::new();
    target.ledger.back_up(here(), &mut second, operation("backup"), now()).unwrap();
    let third = Target::new();
    let restored = third.restore(&second, JournalUse::Copy(&target.ledger.journal().path(here()))).unwrap();
    assert_eq!((restored.erased, third.people()), (0, vec!["P0".to_owned()]));
    // The first backup still comes back right with the journal of now.
    let fourth = Target::new();
    let journal = target.ledger.journal().path(here());
    let restored = fourth.restore(&backup, JournalUse::Copy(&journal)).unwrap();
    assert_eq!((restored.erased, fourth.people()), (2, vec!["P0".to_owned()]));
}

/// What ended after the backup does not begin again: accounts, applications, challenges.
fn nothing_reopens(place: &Place<'_>) {
    let account = |name: &str| Account {
        name: name.into(),
        department: "市民課".into(),
        password_hash: "$argon2id$v=19$m=1,t=1,p=1$c2FsdHNhbHQ$aGFzaA".into(),
        password_initial: false,
        roles: vec![Role::Enter],
        created_at: now(),
        revoked_at: None,
    };
    let application = |name: &str| StoredApplication {
        application_id: name.into(),
        channel: Channel::Counter,
        state: "entered".into(),
        entered_by: Some("sato".into()),
        subject: None,
        received_at: now(),
        content: vec![1, 2, 3].into(),
    };
    let binding = ChallengeBinding { session: "s", channel: Channel::App };
    let mut session = place.begin("account");
    for name in ["sato", "suzuki", "tanaka", "mori"] {
        session.put_account(&account(name)).unwrap();
        session.put_application(&application(name), until()).unwrap();
    }
    session.put_challenge(&[7; 32], binding, now(), now().saturating_add_seconds(60)).unwrap();
    session.commit().unwrap();
    let backup = back_up(place);
    let mut session = place.begin("account");
    session.revoke_account("suzuki").unwrap();
    // Another role, or another password; the same again changes nothing.
    session.put_account(&Account { roles: vec![Role::Review], ..account("tanaka") }).unwrap();
    session.put_account(&Account { password_hash: "$argon2id$other".into(), ..account("mori") }).unwrap();
    session.put_account(&account("sato")).unwrap();
    assert!(session.take_application("suzuki").unwrap().is_some());
    session.commit().unwrap();

    let target = Target::new();
    target.restore(&backup, JournalUse::Copy(&place.ledger.journal().path(here()))).unwrap();
    let mut session = target.ledger.begin(here(), operation("look-up"), now()).unwrap();
    assert_eq!(session.account("sato").unwrap().unwrap().revoked_at, None);
    assert_eq!(session.account("sato").unwrap(), Some(account("sato")));
    assert_eq!(session.account("suzuki").unwrap().unwrap().revoked_at, Some(now()));
    for name in ["tanaka", "mori"] {
        let restored = session.account(name).unwrap().unwrap();
        assert!(restored.roles.is_empty() && restored.password_initial && restored.password_hash == "none", "{name}");
    }
    assert_eq!(session.applications().unwrap().len(), 3);
    assert!(session.application("sato").unwrap().is_some());
    assert!(!session.take_challenge(&[7; 32], binding, now()).unwrap());
    session.commit().unwrap();
}

fn without_journal(place: &Place<'_>) {
    fill(place);
    let mut session = place.begin("erase");
    session.erase(&number("P0")).unwrap();
    session.commit().unwrap();
    let backup = back_up(place);
    // A journal that was there when the backup was taken, and is not now.
    assert_eq!(Target::new().restore(&backup, JournalUse::Beside).unwrap_err(), BackupError::JournalChanged);
    let target = Target::new();
    let nowhere = target.folder.path().join("none");
    assert_eq!(target.restore(&backup, JournalUse::Copy(&nowhere)).unwrap_err(), BackupError::JournalUnavailable);
    assert_eq!(target.restore(&backup, JournalUse::Lost).unwrap().erased, 0);
    // One that was changed, or shortened by a line.
    let journal = std::fs::read(place.ledger.journal().path(here())).unwrap();
    let changed = target.folder.path().join("changed");
    for at in 0..journal.len() {
        let mut copy = journal.clone();
        copy[at] ^= 1;
        std::fs::write(&changed, &copy).unwrap();
        let refused = Target::new().restore(&backup, JournalUse::Copy(&changed)).unwrap_err();
        assert_eq!(refused, BackupError::JournalChanged, "{at}");
    }
    std::fs::write(&changed, b"").unwrap();
    assert_eq!(Target::new().restore(&backup, JournalUse::Copy(&changed)).unwrap_err(), BackupError::JournalChanged);
}

/// A journal that is missing is not an empty one; and a copy that cannot be put in place leaves no trace.
fn lost_journal(place: &Place<'_>) {
    fill(place);
    // Nothing was erased or revoked before the backup, so that its position says nothing.
    let backup = back_up(place);
    let journal = place.ledger.journal().path(here());
    assert_eq!(std::fs::read(&journal).unwrap(), b"", "made with the ledger");
    let target = Target::without_journal(master_key());
    assert_eq!(target.restore(&backup, JournalUse::Beside).unwrap_err(), BackupError::JournalUnavailable);

    let mut session = place.begin("erase");
    session.erase(&number("P1")).unwrap();
    session.commit().unwrap();
    // Another journal stands where the copy belongs: it is not written over, and may be moved away.
    let other = Target::new();
    other.ledger.create(here()).unwrap();
    let mut session = other.ledger.begin(here(), operation("import"), now()).unwrap();
    session.put_resident(&person(7), until()).unwrap();
    session.erase(&number("P7")).unwrap();
    session.commit().unwrap();
    let beside = target.ledger.journal().path(here());
    std::fs::copy(other.ledger.journal().path(here()), &beside).unwrap();
    for _ in 0..2 {
        let refused = target.restore(&backup, JournalUse::Copy(&journal)).unwrap_err();
        assert_eq!(refused, BackupError::TargetNotEmpty);
    }
    std::fs::remove_file(&beside).unwrap();
    assert_eq!(target.restore(&backup, JournalUse::Copy(&journal)).unwrap().erased, 1);
    assert_eq!(target.people(), ["P0", "P2"]);
    assert_eq!(std::fs::read(&beside).unwrap(), std::fs::read(&journal).unwrap());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&beside).unwrap().permissions().mode() & 0o077, 0);
    }
}

fn ended_since(place: &Place<'_>) {
    fill(place);
    let mut session = place.begin("import");
    session.put_resident(&person(5), tegata::time::Date::parse("2032-11-20").unwrap()).unwrap();
    session.commit().unwrap();
    let backup = back_up(place);
    let target = Target::new();
    let later = tegata::Timestamp::parse_rfc3339("2032-01-01T09:00:00+09:00").unwrap();
    let restored = target.ledger.restore(here(), &mut &*backup, JournalUse::Beside, operation("restore"), later);
    let removed = restored.unwrap().removed;
    assert_eq!((removed.residents, removed.vaccinations, removed.issues, removed.period_keys), (3, 3, 3, 1));
    let mut session = target.ledger.begin(here(), operation("look-up"), later).unwrap();
    assert!(session.resident(&number("P1")).unwrap().is_none());
    assert_eq!(session.resident(&number("P5")).unwrap(), Some(person(5)));
    session.commit().unwrap();
}

fn broken(place: &Place<'_>) {
    fill(place);
    let backup = back_up(place);
    let target = Target::new();
    let restore = |backup: &[u8]| target.restore(backup, JournalUse::Beside).unwrap_err();
    // Cut off anywhere: in steps, and at the last bytes each.
    for length in (0..backup.len()).step_by(97).chain(backup.len() - 40..backup.len()) {
        assert_eq!(restore(&backup[..length]), BackupError::Malformed, "{length}");
    }
    assert_eq!(restore(&[&backup[..], b"x"].concat()), BackupError::Malformed);
    for at in (0..backup.len()).step_by(61) {
        let mut changed = backup.clone();
        changed[at] ^= 1;
        restore(&changed);
    }
    // A length of almost four gigabytes, and a frame of another kind.
    let header_length = b"TEGATA LEDGER BACKUP 1\n".len();
    let mut long = backup.clone();
    long[header_length..header_length + 4].copy_from_slice(&[0xff; 4]);
    assert_eq!(restore(&long), BackupError::Malformed);
    // Nothing of all that was left behind, so that the right one is still taken.
    let refused = target.ledger.restore(elsewhere(), &mut &*backup, JournalUse::Beside, operation("restore"), now());
    assert!(refused.is_err());
    target.restore(&backup, JournalUse::Beside).unwrap();
    assert_eq!(target.people().len(), 3);

    // Another master key notices before anything is read with it.
    let stranger = Target::with(MasterKey::from_bytes(&[8; 64]));
    assert_eq!(stranger.restore(&backup, JournalUse::Beside).unwrap_err(), BackupError::Changed);
    let successor = Target::with(master_key().successor(&OsRandom).unwrap());
    let refused = successor.restore(&backup, JournalUse::Beside).unwrap_err();
    assert_eq!(refused, BackupError::Ledger(LedgerError::Vault(crate::vault::VaultError::DoesNotOpen)));
}

/// The log says of a backup how it ended, and not that it began.
fn failing(place: &Place<'_>) {
    /// Room for so many bytes, and a disk that takes nothing in the end.
    struct Disk(usize, bool);

    impl std::io::Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let left = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
            self.0 = left;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            if self.1 { Ok(()) } else { Err(std::io::ErrorKind::StorageFull.into()) }
        }
    }

    fill(place);
    let taken = |mut disk: Disk| {
        let taken = place.ledger.back_up(here(), &mut disk, operation("backup"), now());
        let ends: Vec<_> = place.log().into_iter().rev().take(2).map(|entry| entry.outcome).collect();
        (taken.map(drop), ends)
    };
    let ends = |end: &str| vec![end.to_owned(), "begun".to_owned()];
    assert_eq!(taken(Disk(usize::MAX, true)), (Ok(()), ends("done")));
    for disk in [Disk(0, true), Disk(200, true), Disk(usize::MAX, false)] {
        assert_eq!(taken(disk), (Err(BackupError::Unavailable), ends("failed")));
    }
    std::fs::remove_file(place.ledger.journal().path(here())).unwrap();
    let unavailable = (Err(BackupError::JournalUnavailable), ends("journal-unavailable"));
    assert_eq!(taken(Disk(usize::MAX, true)), unavailable);
}

/// Each backup that is taken while others write is of one state: its log is whole, and has as many issues as entries.
fn under_load(place: &Place<'_>) {
    fill(place);
    let backups = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for index in 0..60 {
                let mut session = place.begin("issue");
                session.record_issue(&issue(&format!("L-{index}"), &person(1)), until()).unwrap();
                if index % 10 == 0 {
                    session.revoke(&format!("L-{index}"), "誤記").unwrap();
                }
                session.commit().unwrap();
            }
        });
        let mut backups = Vec::new();
        while !writer.is_finished() {
            backups.push(back_up(place));
        }
        backups
    });
    assert!(!backups.is_empty());
    for backup in backups.iter().step_by(backups.len().div_ceil(5)) {
        let target = Target::new();
        target.restore(backup, JournalUse::Copy(&place.ledger.journal().path(here()))).unwrap();
        let mut reading = target.ledger.begin_reading(here()).unwrap();
        let mut logged = 0;
        reading.verify_audit(&[], &mut |entry| logged += usize::from(entry.operation == "issue")).unwrap();
        let mut issued = 0;
        let sql = "SELECT certificate_id FROM issue WHERE municipality = ?1 AND certificate_id > 'L'";
        let mut count = |_| {
            issued += 1;
            Ok(())
        };
        reading.each(sql, &[], &mut count).unwrap();
        assert_eq!(logged, issued);
        // What was revoked meanwhile is revoked, whether or not the backup has the issue.
        let mut revoked = 0;
        let mut count = |_| {
            revoked += 1;
            Ok(())
        };
        reading.each_revocation(&mut count).unwrap();
        assert_eq!(revoked, 6);
    }
}
