//! Erasing people, and the end of retention.

use super::*;
use crate::retention::Removed;

pub(super) const CASES: &[Case] = &[("erasure", erasure), ("retention", retention), ("the end of a year", year_end)];

/// One person with one of everything, and another.
fn fill(place: &Place<'_>) {
    let mut session = place.begin("import");
    for (index, resident) in [hanako(), person(1)].iter().enumerate() {
        session.put_resident(resident, until()).unwrap();
        session.put_vaccination(&resident.details.voucher, &dose(1, "2021-07-01"), until()).unwrap();
        session.record_issue(&issue(&format!("C-{index}"), resident), until()).unwrap();
    }
    session.put_application(&requests::application("A-1"), until()).unwrap();
    let request = IdempotencyKey { client: "app-1", key: "k-1", body_hash: [1; 32] };
    let end = now().saturating_add_seconds(60);
    session.finish_request(&request, b"HC1:...", Some(&hanako().internal_number), end).unwrap();
    session.commit().unwrap();
}

fn erasure(place: &Place<'_>) {
    fill(place);
    let mut session = place.begin("erase");
    let erased = session.erase(&hanako().internal_number).unwrap();
    assert_eq!(erased, Erased { resident: true, vaccinations: 1, issues: 1, applications: 1 });
    assert_eq!(session.erase(&hanako().internal_number).unwrap_err(), LedgerError::NotFound);
    session.commit().unwrap();

    let mut session = place.begin("look-up");
    assert!(session.resident(&hanako().internal_number).unwrap().is_none());
    assert!(session.vaccinations_of(&hanako()).unwrap().is_empty());
    assert!(session.issues_of(&hanako().internal_number).unwrap().is_empty());
    assert!(session.issue_by_certificate_id("C-0").unwrap().is_none());
    assert!(session.applications().unwrap().is_empty());
    let request = IdempotencyKey { client: "app-1", key: "k-1", body_hash: [1; 32] };
    assert_eq!(session.begin_request(&request).unwrap(), Replay::New);
    // The other person is as before; the ID stays taken, and can be revoked.
    assert_eq!(session.resident(&number("P1")).unwrap(), Some(person(1)));
    assert_eq!(session.vaccinations_of(&person(1)).unwrap().len(), 1);
    assert_eq!(session.issues_of(&number("P1")).unwrap().len(), 1);
    assert!(session.revoke("C-0", "本人の申出").unwrap());
    assert_eq!(session.record_issue(&issue("C-0", &person(1)), until()).unwrap_err(), LedgerError::Duplicate);
    drop(session);
    let log = place.log();
    assert_eq!((log[1].operation.as_str(), log[1].outcome.as_str()), ("erase", "done"));
    assert_eq!(log[1].subjects, [hanako().internal_number.as_str()]);
}

fn retention(place: &Place<'_>) {
    fill(place);
    let mut session = place.begin("import");
    let mut longer = person(2);
    longer.number = None;
    session.put_resident(&longer, Date::parse("2031-11-21").unwrap()).unwrap();
    session.put_challenge(&[1; 32], ChallengeBinding { session: "s", channel: Channel::App }, now(), now()).unwrap();
    session.commit().unwrap();

    // The last day, in Japan: nothing but what had expired.
    let run = |time: &str| {
        let time = Timestamp::parse_rfc3339(time).unwrap();
        let mut session = place.ledger.begin(here(), Operation::automatic("retention", "retention"), time).unwrap();
        let removed = session.apply_retention().unwrap();
        session.commit().unwrap();
        removed
    };
    let removed = run("2031-11-20T23:59:59+09:00");
    assert_eq!(removed, Removed { expired: 2, period_keys: 1, ..Removed::default() });
    let removed = run("2031-11-21T00:00:00+09:00");
    let expected = Removed { residents: 2, vaccinations: 2, issues: 2, applications: 1, ..Removed::default() };
    assert_eq!(removed, expected);
    let mut session = place.begin("look-up");
    assert!(session.resident(&number("P1")).unwrap().is_none());
    assert!(session.issues_of(&number("P1")).unwrap().is_empty());
    assert_eq!(session.resident(&number("P2")).unwrap(), Some(longer));
    assert!(session.revoke("C-1", "誤記").unwrap());
    session.commit().unwrap();
    assert!(!run("2031-11-21T00:00:00+09:00").anything());
}

/// With the key of a year, everything is gone that was sealed under it, wherever a copy is.
fn year_end(place: &Place<'_>) {
    fill(place);
    let copy = {
        let mut session = place.begin("look-up");
        let sql =
            "SELECT retain_until, wrapped_key, sealed FROM resident WHERE municipality = ?1 AND internal_number = ?2";
        let row = session.row("resident", sql, &["P1".into()]).unwrap().unwrap();
        session.commit().unwrap();
        row.into_columns()
    };
    let time = Timestamp::parse_rfc3339("2032-01-01T00:00:00+09:00").unwrap();
    let mut session = place.ledger.begin(here(), Operation::automatic("retention", "retention"), time).unwrap();
    // The answers of 2026 and the rows of 2031.
    assert_eq!(session.apply_retention().unwrap().period_keys, 2);
    session.commit().unwrap();

    // The row, brought back from a copy, does not open.
    let mut session = place.begin("tamper");
    let [until, wrapped_key, sealed] = copy.as_slice() else { panic!("three columns") };
    let values = ["P1".into(), (&[0_u8; 32][..]).into(), until.as_value(), wrapped_key.as_value(), sealed.as_value()];
    let sql = "INSERT INTO resident (municipality, internal_number, voucher_hash, retain_until, wrapped_key, sealed) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    session.execute(sql, &values).unwrap();
    let error = session.resident(&number("P1")).unwrap_err();
    assert_eq!(error, LedgerError::Corrupt { place: "period_key" });
}
