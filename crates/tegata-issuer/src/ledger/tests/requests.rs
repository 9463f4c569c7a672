//! Applications, challenges, and requests that are sent again.

use zeroize::Zeroizing;

use super::*;

pub(super) const CASES: &[Case] = &[
    ("applications", applications),
    ("challenges", challenges),
    ("challenges of operations", used_challenges),
    ("what has ended is forgotten", forgotten),
    ("requests sent again", again),
];

pub(super) fn application(id: &str) -> StoredApplication {
    StoredApplication {
        application_id: id.into(),
        channel: Channel::Counter,
        state: "entered".into(),
        entered_by: Some("sato".into()),
        subject: Some(hanako().internal_number),
        received_at: now(),
        content: Zeroizing::new(b"the files of a card".to_vec()),
    }
}

fn applications(place: &Place<'_>) {
    let mut session = place.begin("enter");
    let mut stored = application("A-1");
    session.put_application(&stored, until()).unwrap();
    let other = StoredApplication { subject: None, entered_by: None, ..application("A-2") };
    session.put_application(&other, until()).unwrap();
    stored.state = "reviewed".into();
    session.put_application(&stored, until()).unwrap();
    for (change, field) in [
        (StoredApplication { application_id: String::new(), ..application("A-3") }, "application_id"),
        (StoredApplication { state: "123456789018".into(), ..application("A-3") }, "state"),
        (StoredApplication { entered_by: Some("a\tb".into()), ..application("A-3") }, "entered_by"),
    ] {
        assert_eq!(session.put_application(&change, until()).unwrap_err(), LedgerError::InvalidValue { field });
    }
    session.commit().unwrap();

    let mut session = place.begin("approve");
    let waiting = session.applications().unwrap();
    let names: Vec<_> = waiting.iter().map(|one| (one.application_id.as_str(), one.state.as_str())).collect();
    assert_eq!(names, [("A-1", "reviewed"), ("A-2", "entered")]);
    let found = session.application("A-1").unwrap().unwrap();
    assert_eq!((&found.state, &found.entered_by, &found.subject), (&stored.state, &stored.entered_by, &stored.subject));
    assert_eq!((found.content, found.received_at, found.channel), (stored.content, now(), Channel::Counter));
    assert!(session.take_application("A-1").unwrap().is_some());
    assert!(session.take_application("A-1").unwrap().is_none());
    session.commit().unwrap();
    let mut session = place.begin("approve");
    assert!(session.application("A-1").unwrap().is_none());
    assert!(session.application("A-2").unwrap().unwrap().subject.is_none());
    session.commit().unwrap();
}

fn challenges(place: &Place<'_>) {
    let binding = ChallengeBinding { session: "s-1", channel: Channel::App };
    let end = now().saturating_add_seconds(60);
    let mut session = place.ledger.begin_quiet(here()).unwrap();
    session.put_challenge(&[1; 32], binding, now(), end).unwrap();
    session.put_challenge(&[2; 32], binding, now(), end).unwrap();
    for challenge in [&[][..], &[0; MAX_CHALLENGE_BYTES + 1]] {
        let refused = session.put_challenge(challenge, binding, now(), end).unwrap_err();
        assert_eq!(refused, LedgerError::InvalidValue { field: "challenge" });
    }
    session.commit().unwrap();

    let mut session = place.ledger.begin_quiet(here()).unwrap();
    for foreign in
        [ChallengeBinding { session: "s-2", ..binding }, ChallengeBinding { channel: Channel::Kiosk, ..binding }]
    {
        assert!(!session.take_challenge(&[1; 32], foreign, now()).unwrap());
    }
    assert!(!session.take_challenge(&[3; 32], binding, now()).unwrap());
    assert!(session.take_challenge(&[1; 32], binding, now()).unwrap());
    assert!(!session.take_challenge(&[1; 32], binding, now()).unwrap());
    // One at its end is over.
    assert!(!session.take_challenge(&[2; 32], binding, end).unwrap());
    session.commit().unwrap();
    let mut session = place.ledger.begin_quiet(here()).unwrap();
    assert!(!session.take_challenge(&[1; 32], binding, now()).unwrap());
    session.commit().unwrap();
}

/// A challenge is used with the operation, or with its refusal; not by one that was never ended.
fn used_challenges(place: &Place<'_>) {
    let binding = ChallengeBinding { session: "s-1", channel: Channel::App };
    let end = now().saturating_add_seconds(60);
    let one = IdempotencyKey { client: "app-1", key: "k-1", body_hash: [1; 32] };
    let other = IdempotencyKey { key: "k-2", ..one };
    let mut session = place.ledger.begin_challenge(here()).unwrap();
    for challenge in [[1; 32], [2; 32], [3; 32]] {
        session.put_challenge(&challenge, binding, now(), end).unwrap();
    }
    assert_eq!(session.use_challenge(&[1; 32], binding, None).unwrap_err(), LedgerError::NotLogged);
    session.commit().unwrap();
    let begin = || place.ledger.begin_together(here(), operation("apply"), now()).unwrap();

    let mut session = begin();
    assert!(session.use_challenge(&[1; 32], binding, None).unwrap());
    session.commit().unwrap();
    let mut session = begin();
    assert!(!session.use_challenge(&[1; 32], binding, None).unwrap());
    // Refused: another challenge that it did not get is not used up with it.
    assert!(!session.use_challenge(&[2; 32], ChallengeBinding { session: "s-2", ..binding }, None).unwrap());
    session.refuse(tegata::Code::ChallengeNotValid).unwrap();
    let mut session = begin();
    assert!(session.use_challenge(&[2; 32], binding, None).unwrap());
    session.refuse(tegata::Code::NoMatch).unwrap();
    let mut session = begin();
    assert!(!session.use_challenge(&[2; 32], binding, None).unwrap());
    drop(session);
    // One that is refused stays with its request, whether it ends by itself or not.
    for _ in 0..2 {
        let mut session = begin();
        assert!(session.use_challenge(&[3; 32], binding, Some(&one)).unwrap());
        drop(session);
        let mut session = begin();
        assert!(!session.use_challenge(&[3; 32], binding, Some(&other)).unwrap());
        assert!(!session.use_challenge(&[3; 32], binding, None).unwrap());
        session.refuse(tegata::Code::ChallengeNotValid).unwrap();
    }
    assert_eq!(place.log().len(), 8);
}

fn forgotten(place: &Place<'_>) {
    let binding = ChallengeBinding { session: "s-1", channel: Channel::App };
    let count = |sql: &'static str| {
        let mut rows = 0;
        let mut session = place.ledger.begin_reading(here()).unwrap();
        let mut count = |_| {
            rows += 1;
            Ok(())
        };
        session.each(sql, &[], &mut count).unwrap();
        rows
    };
    let challenges = || count("SELECT challenge FROM challenge WHERE municipality = ?1");
    let answers = || count("SELECT request_key FROM idempotency WHERE municipality = ?1");
    let later = |seconds| now().saturating_add_seconds(seconds);
    let put = |number: u8, at| {
        let mut session = place.ledger.begin_challenge(here()).unwrap();
        session.put_challenge(&[number; 32], binding, later(at), later(at + 120)).unwrap();
        session.commit().unwrap();
    };
    let answer = |key: &str, at| {
        let request = IdempotencyKey { client: "app-1", key, body_hash: [1; 32] };
        let mut session = place.ledger.begin(here(), operation("issue"), later(at)).unwrap();
        session.finish_request(&request, b"HC1:...", None, later(at + 120)).unwrap();
        session.commit().unwrap();
    };
    for number in 0..6 {
        put(number, 0);
        answer(&format!("k-{number}"), 0);
    }
    // Another node's clock may be a minute behind.
    put(6, 179);
    answer("k-6", 179);
    assert_eq!((challenges(), answers()), (7, 7));
    // A few at a time, and none that still holds.
    put(7, 180);
    answer("k-7", 180);
    assert_eq!((challenges(), answers()), (4, 6));
    put(8, 181);
    answer("k-8", 181);
    answer("k-9", 182);
    assert_eq!((challenges(), answers()), (3, 4));
}

fn again(place: &Place<'_>) {
    let request = IdempotencyKey { client: "app-1", key: "k-1", body_hash: [1; 32] };
    let end = now().saturating_add_seconds(60);
    let mut session = place.begin("issue");
    assert_eq!(session.begin_request(&request).unwrap(), Replay::New);
    session.finish_request(&request, b"HC1:...", Some(&hanako().internal_number), end).unwrap();
    session.commit().unwrap();

    let mut session = place.begin("issue");
    let answered = Replay::Answered(b"HC1:...".to_vec().into());
    assert_eq!(session.begin_request(&request).unwrap(), answered);
    let other_body = IdempotencyKey { body_hash: [2; 32], ..request };
    assert_eq!(session.begin_request(&other_body).unwrap(), Replay::OtherBody);
    for other in [IdempotencyKey { client: "app-2", ..request }, IdempotencyKey { key: "k-2", ..request }] {
        assert_eq!(session.begin_request(&other).unwrap(), Replay::New);
    }
    for (other, field) in [
        (IdempotencyKey { client: "", ..request }, "client"),
        (IdempotencyKey { key: "", ..request }, "idempotency_key"),
    ] {
        assert_eq!(session.begin_request(&other).unwrap_err(), LedgerError::InvalidValue { field });
    }
    session.commit().unwrap();

    // At its end it is as if it had never been, and can be given anew.
    let mut session = place.ledger.begin(here(), operation("issue"), end).unwrap();
    assert_eq!(session.begin_request(&other_body).unwrap(), Replay::New);
    session.finish_request(&other_body, b"other", None, end.saturating_add_seconds(60)).unwrap();
    session.commit().unwrap();
    // What was not committed was not answered.
    let mut session = place.ledger.begin(here(), operation("issue"), end).unwrap();
    let third = IdempotencyKey { key: "k-3", ..request };
    session.finish_request(&third, b"lost", None, end.saturating_add_seconds(60)).unwrap();
    drop(session);
    let mut session = place.ledger.begin(here(), operation("issue"), end).unwrap();
    assert_eq!(session.begin_request(&third).unwrap(), Replay::New);
    assert_eq!(session.begin_request(&other_body).unwrap(), Replay::Answered(b"other".to_vec().into()));
    session.commit().unwrap();
}
