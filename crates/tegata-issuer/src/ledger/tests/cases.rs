//! What is put in comes out again.

use super::*;
use crate::staff::Role;

pub(super) const CASES: &[Case] = &[
    ("people", people),
    ("doses", doses),
    ("c4 b2 doses follow their person to a new voucher number", new_voucher),
    ("issues", issues),
    ("revocations", revocations),
    ("accounts", accounts),
    ("exports", exports),
    ("a new master key", new_master_key),
    ("a new master key of an empty ledger", new_master_key_of_nothing),
    ("d1 passwords under the ledger's key", passwords),
    ("creating", creating),
];

fn people(place: &Place<'_>) {
    let resident = with_number(hanako(), &place.ledger, here());
    let mut session = place.begin("import");
    session.put_resident(&resident, until()).unwrap();
    session.put_resident(&person(1), until()).unwrap();
    session.commit().unwrap();

    let mut session = place.begin("look-up");
    assert_eq!(session.resident(&resident.internal_number).unwrap().as_ref(), Some(&resident));
    assert_eq!(session.resident(&number("0")).unwrap(), None);
    let hash = resident.number.clone().unwrap();
    assert_eq!(session.residents_by_number(&hash).unwrap(), core::slice::from_ref(&resident));
    assert_eq!(session.residents_by_voucher(&resident.details.voucher).unwrap(), core::slice::from_ref(&resident));
    assert_eq!(session.residents_by_voucher(&person(2).details.voucher).unwrap(), []);

    // Two people of one number are both found, and a new import takes the place of the old.
    let mut twin = person(1);
    twin.number = Some(hash.clone());
    twin.details.name = "手形　太郎".into();
    session.put_resident(&twin, until()).unwrap();
    assert_eq!(session.residents_by_number(&hash).unwrap(), [resident, twin]);
    session.commit().unwrap();
    assert_eq!(place.log().len(), 2);
}

fn doses(place: &Place<'_>) {
    let resident = hanako();
    let mut session = place.begin("import");
    let voucher = &resident.details.voucher;
    for vaccination in [dose(2, "2021-07-22"), dose(1, "2021-07-01")] {
        session.put_vaccination(voucher, &vaccination, until()).unwrap();
    }
    let mut other = dose(1, "2020-01-01");
    other.disease = "1F03".into();
    session.put_vaccination(voucher, &other, until()).unwrap();
    // The same dose again takes its place.
    session.put_vaccination(voucher, &dose(1, "2021-07-02"), until()).unwrap();
    session.put_vaccination(&person(1).details.voucher, &dose(1, "2021-08-01"), until()).unwrap();
    session.commit().unwrap();

    let mut session = place.begin("look-up");
    let found = session.vaccinations_of(&resident).unwrap();
    assert_eq!(found, [other, dose(1, "2021-07-02"), dose(2, "2021-07-22")]);
    session.commit().unwrap();
}

fn new_voucher(place: &Place<'_>) {
    let (old, voucher) = (hanako(), VoucherNumber::parse("9876543210").unwrap());
    let mut new = old.clone();
    new.details.voucher = voucher.clone();
    let mut session = place.begin("import");
    session.put_resident(&old, until()).unwrap();
    for vaccination in [dose(1, "2021-07-01"), dose(2, "2021-07-22")] {
        session.put_vaccination(&old.details.voucher, &vaccination, until()).unwrap();
    }
    // What stands under the new number already is newer.
    session.put_vaccination(&voucher, &dose(2, "2021-07-23"), until()).unwrap();
    session.put_resident(&new, until()).unwrap();
    assert_eq!(session.vaccinations_of(&new).unwrap(), [dose(1, "2021-07-01"), dose(2, "2021-07-23")]);
    // Whoever gets the old number next gets nobody's doses.
    let mut next = person(1);
    next.details.voucher = old.details.voucher.clone();
    session.put_resident(&next, until()).unwrap();
    assert_eq!(session.vaccinations_of(&next).unwrap(), []);
    // And an erasure leaves none behind.
    assert_eq!(session.erase(&new.internal_number).unwrap().vaccinations, 2);

    // Two people of one number: whose the doses are cannot be told, so they stay with the number.
    let mut twin = person(2);
    twin.details.voucher = old.details.voucher.clone();
    session.put_resident(&twin, until()).unwrap();
    session.put_vaccination(&twin.details.voucher, &dose(1, "2021-08-01"), until()).unwrap();
    twin.details.voucher = voucher;
    session.put_resident(&twin, until()).unwrap();
    assert_eq!(session.vaccinations_of(&twin).unwrap(), []);
    assert_eq!(session.vaccinations_of(&next).unwrap(), [dose(1, "2021-08-01")]);
    session.commit().unwrap();
}

fn issues(place: &Place<'_>) {
    let resident = hanako();
    let mut session = place.begin("issue");
    let first = issue("C-1", &resident);
    let mut second = issue("C-2", &resident);
    second.issued_at = now().saturating_add_seconds(1);
    (second.expires_at, second.channel, second.details.passport) = (None, Channel::Kiosk, None);
    session.record_issue(&second, until()).unwrap();
    session.record_issue(&first, until()).unwrap();
    session.commit().unwrap();

    let mut session = place.begin("look-up");
    assert_eq!(session.issues_of(&resident.internal_number).unwrap(), [first.clone(), second]);
    assert_eq!(session.issue_by_certificate_id("C-1").unwrap(), Some(first.clone()));
    assert_eq!(session.issue_by_certificate_id("C-3").unwrap(), None);
    session.commit().unwrap();

    // An ID is given out once.
    let mut session = place.begin("issue");
    assert_eq!(session.record_issue(&first, until()).unwrap_err(), LedgerError::Duplicate);
    session.refuse(tegata::Code::LedgerDuplicate).unwrap();
    for id in ["", "1234-5678-9018", "a\nb"] {
        let mut session = place.begin("issue");
        let field = "certificate_id";
        let refused = session.record_issue(&issue(id, &resident), until()).unwrap_err();
        assert_eq!(refused, LedgerError::InvalidValue { field });
    }
}

fn revocations(place: &Place<'_>) {
    let resident = hanako();
    let mut session = place.begin("issue");
    for id in ["C-1", "C-2"] {
        session.record_issue(&issue(id, &resident), until()).unwrap();
    }
    session.commit().unwrap();
    let mut session = place.begin("revoke");
    assert!(session.revoke("C-1", "誤記").unwrap());
    assert!(!session.revoke("C-1", "紛失").unwrap());
    assert_eq!(session.revoke("C-3", "誤記").unwrap_err(), LedgerError::NotFound);
    for reason in ["", "123456789018", &"あ".repeat(REASON_MAX_CHARS + 1)] {
        assert_eq!(session.revoke("C-2", reason).unwrap_err(), LedgerError::InvalidValue { field: "reason" });
    }
    session.commit().unwrap();

    let mut session = place.ledger.begin_reading(here()).unwrap();
    assert!(session.is_revoked("C-1").unwrap() && !session.is_revoked("C-2").unwrap());
    let mut found = Vec::new();
    let mut keep = |revocation| {
        found.push(revocation);
        Ok(())
    };
    session.each_revocation(&mut keep).unwrap();
    let [revocation] = found.as_slice() else { panic!("one") };
    let issued = issue("C-1", &resident);
    assert_eq!((revocation.certificate_id.as_str(), revocation.reason.as_str()), ("C-1", "誤記"));
    assert_eq!((&revocation.texts, revocation.expires_at), (&issued.texts, issued.expires_at));
    assert_eq!(revocation.revoked_at, now());
}

fn accounts(place: &Place<'_>) {
    let account = Account {
        name: "suzuki".into(),
        department: "市民課".into(),
        password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".into(),
        password_initial: false,
        roles: vec![Role::Enter, Role::Approve],
        created_at: now(),
        revoked_at: None,
    };
    let mut session = place.begin("account");
    session.put_account(&account).unwrap();
    for (change, field) in [
        (Account { name: String::new(), ..account.clone() }, "name"),
        (Account { password_hash: String::new(), ..account.clone() }, "password_hash"),
    ] {
        assert_eq!(session.put_account(&change).unwrap_err(), LedgerError::InvalidValue { field });
    }
    session.commit().unwrap();
    let mut session = place.ledger.begin_quiet(here()).unwrap();
    assert_eq!(session.account("suzuki").unwrap(), Some(account.clone()));
    assert_eq!(session.account("sato").unwrap(), None);
    assert_eq!(session.accounts().unwrap_err(), LedgerError::NotLogged, "staff are people too");
    drop(session);
    let mut session = place.begin("account-list");
    assert_eq!(session.accounts().unwrap(), core::slice::from_ref(&account));
    session.commit().unwrap();

    let mut session = place.begin("account");
    session.revoke_account("suzuki").unwrap();
    assert_eq!(session.revoke_account("suzuki").unwrap_err(), LedgerError::NotFound);
    // A changed account stays revoked.
    session.put_account(&Account { roles: Vec::new(), ..account.clone() }).unwrap();
    // A name that reads the same is the same person's.
    let alike = Account { name: "ＳＵＺＵＫＩ".into(), ..account.clone() };
    assert_eq!(session.put_account(&alike).unwrap_err(), LedgerError::Duplicate);
    let found = session.account("suzuki").unwrap().unwrap();
    assert_eq!((found.revoked_at, found.roles.len()), (Some(now()), 0));
    session.commit().unwrap();

    // Whoever can write the database, without the key, gives nobody a role and brings nobody back.
    for changed in ["roles = 'approve'", "revoked_at = NULL", "password_hash = 'x'", "name = 'sato'"] {
        (place.tamper)("CREATE TABLE copy AS SELECT * FROM account");
        (place.tamper)(&format!("UPDATE account SET {changed}"));
        let mut session = place.begin("account-list");
        assert_eq!(session.accounts().unwrap_err(), LedgerError::Corrupt { place: "account" }, "{changed}");
        drop(session);
        (place.tamper)("DELETE FROM account; INSERT INTO account SELECT * FROM copy; DROP TABLE copy");
    }
}

fn exports(place: &Place<'_>) {
    let mut session = place.begin("import");
    for index in 0..1001 {
        session.put_resident(&person(index), until()).unwrap();
    }
    session.put_vaccination(&person(7).details.voucher, &dose(1, "2021-07-01"), until()).unwrap();
    session.commit().unwrap();
    let mut session = place.begin("export");
    let (mut people, mut doses) = (Vec::new(), 0);
    session
        .each_resident(&mut |session, resident| {
            doses += session.vaccinations_of(&resident)?.len();
            people.push(resident.internal_number);
            Ok(())
        })
        .unwrap();
    session.commit().unwrap();
    let mut expected: Vec<_> = (0..1001).map(|index| person(index).internal_number).collect();
    expected.sort();
    assert_eq!((people == expected, doses), (true, 1));
    // The log names a hundred, and counts all.
    let log = place.log();
    assert_eq!((log[1].subjects.len(), log[1].subject_count), (100, 1001));
}

fn new_master_key(place: &Place<'_>) {
    let resident = with_number(hanako(), &place.ledger, here());
    let mut session = place.begin("import");
    session.put_resident(&resident, until()).unwrap();
    session.commit().unwrap();
    // Another key would open everything and find nothing.
    let stranger = MasterKey::generate(&OsRandom).unwrap();
    let change = |ledger: &Ledger, new: &MasterKey| {
        let change = ledger.change_master_key(here(), new, operation("master-key-change"), now());
        change.map(|change| (change.wrapped, change.already))
    };
    // Nor is a change to the same key one.
    for unfit in [stranger, master_key()] {
        let refused = change(&place.ledger, &unfit).unwrap_err();
        assert_eq!(refused, LedgerError::InvalidValue { field: "master_key" });
        assert_eq!(place.log().last().unwrap().outcome, "ledger-invalid-value");
    }
    let new = master_key().successor(&OsRandom).unwrap();
    // Another process, which nobody told.
    let unaware = (place.reopen)(master_key());
    let mut backup = Vec::new();
    place.ledger.back_up(here(), &mut backup, operation("backup"), now()).unwrap();
    assert_eq!(change(&place.ledger, &new).unwrap(), (1, 0));
    let log = place.log();
    let entry = log.last().unwrap();
    assert_eq!((&*entry.operation, &*entry.outcome), ("master-key-change", "done"));

    // Whoever made the change goes on, and writes what the new key opens.
    let mut session = place.begin("look-up");
    assert_eq!(session.resident(&resident.internal_number).unwrap().as_ref(), Some(&resident));
    session.put_resident(&person(4), Date::parse("2040-11-20").unwrap()).unwrap();
    session.commit().unwrap();
    let closed = LedgerError::Vault(crate::vault::VaultError::DoesNotOpen);
    for with_old in [(place.reopen)(master_key()), unaware] {
        let mut session = with_old.begin(here(), operation("look-up"), now()).unwrap();
        assert_eq!(session.resident(&resident.internal_number).unwrap_err(), closed);
        // It makes nothing new under a key that is not the ledger's any more either.
        assert_eq!(session.put_resident(&person(5), Date::parse("2050-11-20").unwrap()).unwrap_err(), closed);
        drop(session);
    }
    // Begun again, as after an interruption between two municipalities: what is done is done, and the rest follows.
    let with_old = (place.reopen)(master_key());
    assert_eq!(change(&with_old, &new).unwrap(), (0, 2));
    let other = master_key().successor(&OsRandom).unwrap();
    assert_eq!(change(&(place.reopen)(master_key()), &other).unwrap_err(), closed, "neither key is the ledger's");
    // A backup from before comes back with the old key, and goes on with the new one.
    let folder = tempfile::tempdir().unwrap();
    let restored = |key| Ledger::open_sqlite(folder.path(), key, Arc::new(OsRandom)).unwrap();
    std::fs::write(restored(master_key()).journal().path(here()), b"").unwrap();
    let restore = |ledger: &Ledger| {
        let journal = crate::backup::JournalUse::Beside;
        ledger.restore(here(), &mut &*backup, journal, operation("restore"), now())
    };
    let bytes = master_key_bytes(&new);
    assert!(restore(&restored(MasterKey::from_bytes(&bytes))).is_err());
    restore(&restored(master_key())).unwrap();
    assert_eq!(change(&restored(master_key()), &new).unwrap(), (1, 0));
    let back = restored(MasterKey::from_bytes(&bytes));
    let mut session = back.begin(here(), operation("look-up"), now()).unwrap();
    assert_eq!(session.resident(&resident.internal_number).unwrap().as_ref(), Some(&resident));
    session.commit().unwrap();
    let ledger = (place.reopen)(new);
    let mut session = ledger.begin(here(), operation("look-up"), now()).unwrap();
    let hash = resident.number.clone().unwrap();
    assert_eq!(session.residents_by_number(&hash).unwrap(), [resident]);
    assert_eq!(session.resident(&number("P4")).unwrap(), Some(person(4)));
    session.commit().unwrap();
}

/// A ledger without a record takes the new key too: a process that goes on with the old one makes nothing in it.
fn new_master_key_of_nothing(place: &Place<'_>) {
    let new = master_key().successor(&OsRandom).unwrap();
    let unaware = (place.reopen)(master_key());
    let change = |ledger: &Ledger, new: &MasterKey| {
        let change = ledger.change_master_key(here(), new, operation("master-key-change"), now());
        change.map(|change| (change.wrapped, change.already))
    };
    assert_eq!(change(&place.ledger, &new).unwrap(), (0, 0));
    let closed = LedgerError::Vault(crate::vault::VaultError::DoesNotOpen);
    for (with_old, year) in [(&unaware, 2026), (&unaware, 2031), (&(place.reopen)(master_key()), 2031)] {
        let mut session = with_old.begin(here(), operation("import"), now()).unwrap();
        let until = Date::parse(&format!("{year}-11-30")).unwrap();
        assert_eq!(session.put_resident(&hanako(), until).unwrap_err(), closed);
    }
    assert_eq!(change(&unaware, &new).unwrap(), (0, 1), "begun again");
    for ledger in [&place.ledger, &(place.reopen)(MasterKey::from_bytes(&master_key_bytes(&new)))] {
        let mut session = ledger.begin(here(), operation("import"), now()).unwrap();
        session.put_resident(&hanako(), until()).unwrap();
        assert_eq!(session.resident(&hanako().internal_number).unwrap(), Some(hanako()));
        session.commit().unwrap();
    }
}

/// The bytes of a key, by way of its file.
fn master_key_bytes(key: &MasterKey) -> [u8; crate::vault::MASTER_KEY_BYTES] {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    key.write_file(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    <base64ct::Base64 as base64ct::Encoding>::decode_vec(&lines).unwrap().try_into().unwrap()
}

/// Whoever has the database alone cannot even try passwords, and a new master key leaves them as they are.
fn passwords(place: &Place<'_>) {
    use argon2::password_hash::PasswordVerifier as _;

    use crate::staff::{Login, NewAccount, Password, log_in, set_up_account};

    let new = NewAccount { name: "kanri", department: "情報課", roles: &[Role::Administer] };
    let made = set_up_account(&place.ledger, here(), new, &OsRandom, operation("account-create"), now());
    let password = made.unwrap();
    let may = |ledger: &Ledger, municipality, password: &str| {
        let login = Login { name: "kanri", password: Password::typed(password).unwrap(), terminal: "counter-3" };
        log_in(ledger, municipality, &login, &OsRandom, now()).is_ok()
    };
    assert!(may(&place.ledger, here(), password.expose()) && !may(&place.ledger, here(), "quite another 5678"));
    let hash = place.ledger.begin_reading(here()).unwrap().account("kanri").unwrap().unwrap().password_hash;
    let plain = argon2::Argon2::default();
    assert!(plain.verify_password(password.expose().as_bytes(), &*hash).is_err(), "the hash takes no secret");
    // Nor is it another municipality's hash.
    let (ours, theirs) = (place.ledger.keys(here()), place.ledger.keys(elsewhere()));
    assert!(password.matches(&ours, Some(&hash)) && !password.matches(&theirs, Some(&hash)));
    let successor = master_key().successor(&OsRandom).unwrap();
    place.ledger.change_master_key(here(), &successor, operation("master-key-change"), now()).unwrap();
    assert!(may(&(place.reopen)(successor), here(), password.expose()));
}

fn creating(place: &Place<'_>) {
    assert_eq!(place.ledger.create(here()).unwrap_err(), LedgerError::Duplicate);
    let nowhere = MunicipalityCode::parse("011002").unwrap();
    assert!(!place.ledger.exists(nowhere).unwrap() && place.ledger.exists(here()).unwrap());
    assert_eq!(place.ledger.begin_quiet(nowhere).unwrap_err(), LedgerError::NotFound);
    // Nothing was made by asking.
    assert!(!place.ledger.exists(nowhere).unwrap());
    place.ledger.create(nowhere).unwrap();
    assert!(place.ledger.exists(nowhere).unwrap());
}
