//! No municipality reads, finds or erases what is another's (C2, C4).

use super::*;

pub(super) const CASES: &[Case] = &[
    ("another municipality's session", another_session),
    ("without the application's check", without_the_check),
    ("rows that are given to others", given_to_others),
];

const BINDING: ChallengeBinding<'static> = ChallengeBinding { session: "s-1", channel: Channel::App };
const REQUEST: IdempotencyKey<'static> = IdempotencyKey { client: "app-1", key: "k-1", body_hash: [1; 32] };

/// One of everything in one municipality.
fn fill(place: &Place<'_>) -> Resident {
    let resident = with_number(hanako(), &place.ledger, here());
    let mut session = place.begin("import");
    session.put_resident(&resident, until()).unwrap();
    session.put_vaccination(&resident.details.voucher, &dose(1, "2021-07-01"), until()).unwrap();
    session.record_issue(&issue("C-1", &resident), until()).unwrap();
    session.record_issue(&issue("C-2", &resident), until()).unwrap();
    session.revoke("C-2", "誤記").unwrap();
    session.put_application(&requests::application("A-1"), until()).unwrap();
    session.put_challenge(&[1; 32], BINDING, now(), now().saturating_add_seconds(60)).unwrap();
    session.finish_request(&REQUEST, b"HC1:...", None, now().saturating_add_seconds(60)).unwrap();
    session
        .put_account(&Account {
            name: "suzuki".into(),
            department: "市民課".into(),
            password_hash: "x".into(),
            password_initial: false,
            roles: Vec::new(),
            created_at: now(),
            revoked_at: None,
        })
        .unwrap();
    let head = session.audit_head(now()).unwrap();
    session.commit().unwrap();
    assert_eq!(head.sequence, 0);
    resident
}

/// Whoever can write the database, without the key, cannot make one person's rows another's.
fn given_to_others(place: &Place<'_>) {
    let mut session = place.begin("import");
    for index in [1, 2] {
        let person = person(index);
        session.put_resident(&person, until()).unwrap();
        session.put_vaccination(&person.details.voucher, &dose(1, "2021-07-01"), until()).unwrap();
        session.record_issue(&issue(&format!("C-{index}"), &person), until()).unwrap();
    }
    let stored = StoredApplication { subject: Some(number("P1")), ..requests::application("A-1") };
    session.put_application(&stored, until()).unwrap();
    session.commit().unwrap();
    let does_not_open = LedgerError::Vault(crate::vault::VaultError::DoesNotOpen);

    (place.tamper)(
        "UPDATE vaccination SET voucher_hash = (SELECT voucher_hash FROM resident WHERE internal_number = 'P1')",
    );
    (place.tamper)("UPDATE issue SET internal_number = 'P1' WHERE certificate_id = 'C-2'");
    let mut session = place.begin("look-up");
    assert_eq!(session.vaccinations_of(&person(1)).unwrap_err(), LedgerError::Corrupt { place: "vaccination" });
    assert_eq!(session.issues_of(&number("P1")).unwrap_err(), does_not_open);
    assert_eq!(session.issue_by_certificate_id("C-2").unwrap_err(), does_not_open);
    assert!(session.issue_by_certificate_id("C-1").unwrap().is_some());
    assert!(session.application("A-1").unwrap().is_some());
    drop(session);
    for (changed, back) in [
        ("entered_by = 'suzuki'", "entered_by = 'sato'"),
        ("entered_by = NULL", "entered_by = 'sato'"),
        ("internal_number = 'P2'", "internal_number = 'P1'"),
        ("state = 'reviewed'", "state = 'entered'"),
        ("channel = 'app'", "channel = 'counter'"),
    ] {
        (place.tamper)(&format!("UPDATE application SET {changed}"));
        let mut session = place.begin("look-up");
        assert_eq!(session.application("A-1").unwrap_err(), does_not_open, "{changed}");
        drop(session);
        (place.tamper)(&format!("UPDATE application SET {back}"));
        let mut session = place.begin("look-up");
        assert!(session.application("A-1").unwrap().is_some(), "{back}");
        drop(session);
    }
}

/// Every function that reads, takes or erases, in a session that must find nothing.
fn finds_nothing(mut session: Session<'_>, resident: &Resident) {
    let (number, hash) = (&resident.internal_number, resident.number.clone().unwrap());
    assert!(session.resident(number).unwrap().is_none());
    assert!(session.residents_by_number(&hash).unwrap().is_empty());
    assert!(session.residents_by_voucher(&resident.details.voucher).unwrap().is_empty());
    session.each_resident(&mut |_, _| panic!("a person of another municipality")).unwrap();
    assert!(session.vaccinations_of(resident).unwrap().is_empty());
    assert!(session.issues_of(number).unwrap().is_empty());
    assert!(session.issue_by_certificate_id("C-1").unwrap().is_none());
    assert_eq!(session.revoke("C-1", "誤記").unwrap_err(), LedgerError::NotFound);
    assert!(!session.is_revoked("C-2").unwrap());
    session.each_revocation(&mut |_| panic!("a revocation of another municipality")).unwrap();
    assert!(session.applications().unwrap().is_empty());
    assert!(session.application("A-1").unwrap().is_none());
    assert!(session.take_application("A-1").unwrap().is_none());
    assert!(!session.take_challenge(&[1; 32], BINDING, now()).unwrap());
    assert_eq!(session.begin_request(&REQUEST).unwrap(), Replay::New);
    assert!(session.account("suzuki").unwrap().is_none());
    assert!(session.accounts().unwrap().is_empty());
    assert_eq!(session.revoke_account("suzuki").unwrap_err(), LedgerError::NotFound);
    assert_eq!(session.erase(number).unwrap_err(), LedgerError::NotFound);
    assert!(!session.apply_retention().unwrap().anything());
    session.forget();
}

/// Everything is there as it was filled.
fn is_untouched(place: &Place<'_>, resident: &Resident) {
    let mut session = place.begin("look-up");
    assert_eq!(session.resident(&resident.internal_number).unwrap().as_ref(), Some(resident));
    assert_eq!(session.vaccinations_of(resident).unwrap().len(), 1);
    assert_eq!(session.issues_of(&resident.internal_number).unwrap().len(), 2);
    assert!(!session.is_revoked("C-1").unwrap() && session.is_revoked("C-2").unwrap());
    assert!(session.take_application("A-1").unwrap().is_some());
    assert!(session.take_challenge(&[1; 32], BINDING, now()).unwrap());
    assert!(matches!(session.begin_request(&REQUEST).unwrap(), Replay::Answered(_)));
    assert_eq!(session.account("suzuki").unwrap().unwrap().revoked_at, None);
    session.commit().unwrap();
}

fn another_session(place: &Place<'_>) {
    let resident = fill(place);
    // In a time in which retention would remove everything.
    let late = now().saturating_add_seconds(10 * 366 * 86_400);
    finds_nothing(place.ledger.begin(elsewhere(), operation("look-up"), now()).unwrap(), &resident);
    let mut session = place.ledger.begin(elsewhere(), operation("retention"), late).unwrap();
    assert!(!session.apply_retention().unwrap().anything());
    session.commit().unwrap();
    // The log and the hashes are each one's own.
    let mut reading = place.ledger.begin_reading(elsewhere()).unwrap();
    assert_eq!(reading.verify_audit(&[], &mut drop).unwrap().entries, 1);
    let there = with_number(hanako(), &place.ledger, elsewhere());
    assert_ne!(there.number, resident.number);
    is_untouched(place, &resident);
}

/// The session is another municipality's, and its statements name this one: what is left is the database's separation.
fn without_the_check(place: &Place<'_>) {
    if !place.separates {
        return;
    }
    let resident = fill(place);
    let late = now().saturating_add_seconds(10 * 366 * 86_400);
    for time in [now(), late] {
        let mut session = place.ledger.begin(elsewhere(), operation("look-up"), time).unwrap();
        session.speak_of(here());
        if time == now() {
            finds_nothing(session, &resident);
        } else {
            assert!(!session.apply_retention().unwrap().anything());
            session.forget();
        }
    }
    // Nor is anything written there.
    let mut session = place.ledger.begin(elsewhere(), operation("import"), now()).unwrap();
    session.speak_of(here());
    let binding = ChallengeBinding { session: "s-2", channel: Channel::App };
    assert!(session.put_challenge(&[9; 32], binding, now(), now()).is_err());
    session.forget();
    is_untouched(place, &resident);
}
