//! Sessions: all or nothing, one after another, and never without a trace.

use super::*;

pub(super) const CASES: &[Case] = &[
    ("a session that is dropped", dropped),
    ("a session that is refused", refused),
    ("a quiet session", quiet),
    ("many at a time", many_at_a_time),
    ("many at a time, together", many_together),
    ("what is acknowledged is there for others", reopened),
    ("d3 what takes longer than a transaction", undertaking),
];

fn dropped(place: &Place<'_>) {
    let mut session = place.begin("issue");
    session.put_resident(&hanako(), until()).unwrap();
    session.record_issue(&issue("C-1", &hanako()), until()).unwrap();
    drop(session);
    let log = place.log();
    assert_eq!((log.len(), log[0].outcome.as_str(), log[0].operation.as_str()), (1, "abandoned", "issue"));
    assert_eq!(log[0].subjects, [hanako().internal_number.as_str()]);
    let mut session = place.begin("look-up");
    assert_eq!(session.resident(&hanako().internal_number).unwrap(), None);
    assert_eq!(session.issue_by_certificate_id("C-1").unwrap(), None);
    session.commit().unwrap();
}

fn refused(place: &Place<'_>) {
    let mut session = place.begin("issue");
    session.record_issue(&issue("C-1", &hanako()), until()).unwrap();
    session.refuse(tegata::Code::Expired).unwrap();
    let log = place.log();
    assert_eq!((log.len(), log[0].outcome.as_str()), (1, "expired"));
    let entry = &log[0];
    let who = [&entry.operator, &entry.department, &entry.terminal, &entry.reason];
    assert_eq!(who, ["sato", "市民課", "counter-3", "窓口申請"]);
    assert_eq!((entry.time, entry.municipality, entry.sequence), (now(), here(), 1));
    let mut session = place.begin("look-up");
    assert!(session.issues_of(&hanako().internal_number).unwrap().is_empty());
    session.commit().unwrap();
}

fn quiet(place: &Place<'_>) {
    let mut session = place.ledger.begin_quiet(here()).unwrap();
    let resident = hanako();
    let application = requests::application("A-1");
    let account = Account {
        name: "suzuki".into(),
        department: "市民課".into(),
        password_hash: "x".into(),
        password_initial: false,
        roles: Vec::new(),
        created_at: now(),
        revoked_at: None,
    };
    let hash = tegata::model::NumberHash::from_bytes([0; 32]);
    let request = IdempotencyKey { client: "app", key: "k", body_hash: [0; 32] };
    let refused = [
        session.put_resident(&resident, until()).err(),
        session.resident(&resident.internal_number).err(),
        session.residents_by_number(&hash).err(),
        session.residents_by_voucher(&resident.details.voucher).err(),
        session.each_resident(&mut |_, _| Ok(())).err(),
        session.put_vaccination(&resident.details.voucher, &dose(1, "2021-07-01"), until()).err(),
        session.vaccinations_of(&resident).err(),
        session.record_issue(&issue("C-1", &resident), until()).err(),
        session.issues_of(&resident.internal_number).err(),
        session.issue_by_certificate_id("C-1").err(),
        session.revoke("C-1", "誤記").err(),
        session.put_application(&application, until()).err(),
        session.application("A-1").err(),
        session.take_application("A-1").err(),
        session.begin_request(&request).err(),
        session.finish_request(&request, b"", None, now()).err(),
        session.put_account(&account).err(),
        session.revoke_account("suzuki").err(),
        session.accounts().err(),
        session.erase(&resident.internal_number).err(),
        session.apply_retention().err(),
    ];
    for (index, error) in refused.into_iter().enumerate() {
        assert_eq!(error, Some(LedgerError::NotLogged), "{index}");
    }
    session.commit().unwrap();
    assert!(place.log().is_empty());
}

fn undertaking(place: &Place<'_>) {
    let mut session = place.begin("import");
    session.put_resident(&hanako(), until()).unwrap();
    session.commit().unwrap();
    let outcomes = || place.log().into_iter().skip(1).map(|entry| entry.outcome).collect::<Vec<_>>();
    let begin = || place.ledger.undertake(here(), operation("export"), now()).unwrap();

    // Nothing is read before the beginning is there, for others too; and others go on.
    let mut export = begin();
    assert_eq!(outcomes(), ["begun"]);
    assert_eq!(export.session().audit_head(now()).unwrap().sequence, 1, "the state before its own beginning");
    let mut other = place.begin("import");
    other.put_resident(&person(1), until()).unwrap();
    other.commit().unwrap();
    let mut read = Vec::new();
    export
        .session()
        .each_resident(&mut |_, resident| {
            read.push(resident.internal_number);
            Ok(())
        })
        .unwrap();
    assert_eq!(read, [hanako().internal_number]);
    export.done().unwrap();
    assert_eq!(outcomes(), ["begun", "done", "done"]);
    let log = place.log();
    let (begun, done) = (&log[1], &log[3]);
    assert_eq!((&begun.operation, begun.time), (&done.operation, done.time));
    assert_eq!((begun.subject_count, done.subject_count), (0, 1), "whom it read of stands where it ended");

    begin().failed(Some(tegata::Code::BackupMalformed)).unwrap();
    begin().failed(None).unwrap();
    drop(begin());
    assert_eq!(outcomes()[3..], ["begun", "backup-malformed", "begun", "failed", "begun", "abandoned"]);
    // The process ends in between: the beginning stays.
    std::mem::forget(begin());
    let others = (place.reopen)(master_key());
    let mut entries = Vec::new();
    let mut reading = others.begin_reading(here()).unwrap();
    reading.verify_audit(&[], &mut |entry| entries.push(entry.outcome)).unwrap();
    assert_eq!(entries.last().unwrap(), "begun");
}

fn many_at_a_time(place: &Place<'_>) {
    const THREADS: u32 = 4;
    const EACH: u32 = 10;
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                for index in 0..EACH {
                    let mut session = place.begin("issue");
                    let resident = person(thread);
                    session.put_resident(&resident, until()).unwrap();
                    session.record_issue(&issue(&format!("C-{thread}-{index}"), &resident), until()).unwrap();
                    session.commit().unwrap();
                }
            });
        }
    });
    assert_eq!(place.log().len(), 40);
    let mut session = place.begin("look-up");
    for thread in 0..THREADS {
        assert_eq!(session.issues_of(&person(thread).internal_number).unwrap().len(), 10);
    }
    session.commit().unwrap();
}

/// One that is refused, abandoned or fails undoes nothing of the others whose commit it shares.
fn many_together(place: &Place<'_>) {
    const THREADS: u32 = 4;
    const EACH: u32 = 12;
    let taken = issue("C-taken", &hanako());
    let mut session = place.begin("issue");
    session.record_issue(&taken, until()).unwrap();
    session.commit().unwrap();
    let one = |thread: u32, index: u32| {
        let mut session = place.ledger.begin_together(here(), operation("issue"), now()).unwrap();
        session.record_issue(&issue(&format!("C-{thread}-{index}"), &person(thread)), until()).unwrap();
        match index % 4 {
            0 => session.refuse(tegata::Code::Expired).unwrap(),
            1 => drop(session),
            2 => {
                session.record_issue(&taken, until()).unwrap_err();
                assert_eq!(session.commit().unwrap_err(), LedgerError::AlreadyFailed);
            }
            _ => session.commit().unwrap(),
        }
    };
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let one = &one;
            scope.spawn(move || (0..EACH).for_each(|index| one(thread, index)));
        }
    });
    let mut outcomes = std::collections::BTreeMap::new();
    place.log().into_iter().for_each(|entry| *outcomes.entry(entry.outcome).or_insert(0) += 1);
    let expected = [("abandoned", 12), ("done", 13), ("expired", 12), ("failed", 12)];
    assert_eq!(outcomes.iter().map(|(outcome, count)| (outcome.as_str(), *count)).collect::<Vec<_>>(), expected);
    let mut session = place.begin("look-up");
    for thread in 0..THREADS {
        let issued = session.issues_of(&person(thread).internal_number).unwrap();
        let mut ids: Vec<_> = issued.iter().map(|issue| issue.certificate_id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!(ids, [format!("C-{thread}-11"), format!("C-{thread}-3"), format!("C-{thread}-7")]);
    }
    session.commit().unwrap();
}

fn reopened(place: &Place<'_>) {
    let mut session = place.begin("import");
    session.put_resident(&hanako(), until()).unwrap();
    session.commit().unwrap();
    let other = (place.reopen)(master_key());
    let mut session = other.begin(here(), operation("look-up"), now()).unwrap();
    assert!(session.resident(&hanako().internal_number).unwrap().is_some());
    session.commit().unwrap();
    // Both go on with one chain.
    let mut session = place.begin("look-up");
    assert!(session.resident(&hanako().internal_number).unwrap().is_some());
    session.commit().unwrap();
    assert_eq!(place.log().len(), 3);
    // With another master key nothing opens.
    let stranger = (place.reopen)(MasterKey::from_bytes(&[8; 64]));
    let mut session = stranger.begin(here(), operation("look-up"), now()).unwrap();
    assert!(matches!(session.resident(&hanako().internal_number).unwrap_err(), LedgerError::Vault(_)));
}
