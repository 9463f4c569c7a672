//! A log that somebody changed.

use tegata::crypto::Signer as _;
use tegata::crypto::rustcrypto::PROVIDER;
use tegata::keys::SoftwareSigner;

use super::*;
use crate::ledger::tests::{Case, Place, elsewhere, here, now, operation};
use crate::ledger::{LedgerError, Session};
use crate::testing::OsRandom;

pub(crate) const CASES: &[Case] = &[
    ("a changed log", changed),
    ("signed heads", heads),
    ("a log that is whole", whole),
    ("who verifies and reads", supervised),
];

fn fill(place: &Place<'_>, entries: usize) {
    for _ in 0..entries {
        place.begin("look-up").commit().unwrap();
    }
}

fn verify(place: &Place<'_>, given: &[Head]) -> Result<Verified, AuditError> {
    let mut session = place.ledger.begin_reading(here()).unwrap();
    session.verify_audit(given, &mut drop).map_err(|error| match error {
        LedgerError::Audit(error) => error,
        other => panic!("{other:?}"),
    })
}

fn whole(place: &Place<'_>) {
    assert_eq!(verify(place, &[]).unwrap().entries, 0);
    fill(place, 5);
    let verified = verify(place, &[]).unwrap();
    assert_eq!((verified.entries, verified.heads), (5, 0));
    let head = place.ledger.begin_reading(here()).unwrap().audit_head(now()).unwrap();
    assert_eq!((head.sequence, head.hash), (5, verified.hash));
}

fn changed(place: &Place<'_>) {
    fill(place, 6);
    let head = place.ledger.begin_reading(here()).unwrap().audit_head(now()).unwrap();
    let ok = |head: &[Head]| assert_eq!(verify(place, head).unwrap().entries, 6);
    ok(&[head]);
    let copy = "CREATE TABLE copy AS SELECT * FROM audit WHERE municipality = '131202'; \
                CREATE TABLE end_copy AS SELECT * FROM chain WHERE municipality = '131202';";
    (place.tamper)(copy);
    let restore = || {
        (place.tamper)(
            "DELETE FROM audit WHERE municipality = '131202'; DELETE FROM chain WHERE municipality = '131202'; \
             INSERT INTO audit SELECT * FROM copy; INSERT INTO chain SELECT * FROM end_copy;",
        );
        ok(&[head]);
    };
    let other = "(SELECT entry FROM copy WHERE sequence = 3)";
    let other_hash = "(SELECT hash FROM copy WHERE sequence = 3)";
    let end = "(SELECT hash FROM copy WHERE sequence = 4)";
    for (change, expected) in [
        // Changed: the hash of an entry, its content, the end.
        (format!("UPDATE audit SET hash = {other_hash} WHERE sequence = 2"), AuditError::Changed { sequence: 2 }),
        (format!("UPDATE audit SET entry = {other} WHERE sequence = 2"), AuditError::Missing { sequence: 2 }),
        (format!("UPDATE chain SET hash = {end} WHERE sequence = 6"), AuditError::Changed { sequence: 6 }),
        // Removed: at the beginning, between, at the end.
        ("DELETE FROM audit WHERE sequence = 1".into(), AuditError::Missing { sequence: 1 }),
        ("DELETE FROM audit WHERE sequence = 3".into(), AuditError::Missing { sequence: 3 }),
        ("DELETE FROM audit WHERE sequence = 6".into(), AuditError::CutOff { sequence: 6 }),
        ("DELETE FROM audit WHERE sequence > 0".into(), AuditError::CutOff { sequence: 6 }),
        // Moved up after a removal, and two that changed places.
        (
            "DELETE FROM audit WHERE sequence = 3; UPDATE audit SET sequence = 3 WHERE sequence = 4".into(),
            AuditError::Missing { sequence: 3 },
        ),
        (
            "UPDATE audit SET sequence = 99 WHERE sequence = 2; UPDATE audit SET sequence = 2 WHERE sequence = 3; \
             UPDATE audit SET sequence = 3 WHERE sequence = 99"
                .into(),
            AuditError::Missing { sequence: 2 },
        ),
        // Cut off, with the end put right: the head alone tells.
        (
            format!("DELETE FROM audit WHERE sequence > 4; UPDATE chain SET sequence = 4, hash = {end}"),
            AuditError::CutOff { sequence: 6 },
        ),
    ] {
        (place.tamper)(&change);
        assert_eq!(verify(place, &[head]).unwrap_err(), expected, "{change}");
        restore();
    }
    // An entry that is not one.
    (place.tamper)("UPDATE audit SET entry = hash WHERE sequence = 2");
    assert_eq!(verify(place, &[]).unwrap_err(), AuditError::Changed { sequence: 2 });
    restore();

    // Another history, sound in itself: a log that was cut off and went on.
    (place.tamper)(&format!("DELETE FROM audit WHERE sequence > 4; UPDATE chain SET sequence = 4, hash = {end}"));
    let later = now().saturating_add_seconds(1);
    for _ in 0..3 {
        place.ledger.begin(here(), operation("erase"), later).unwrap().commit().unwrap();
    }
    assert_eq!(verify(place, &[]).unwrap().entries, 7);
    assert_eq!(verify(place, &[head]).unwrap_err(), AuditError::HeadMismatch { sequence: 6 });
}

fn heads(place: &Place<'_>) {
    fill(place, 3);
    let signer = SoftwareSigner::generate(&OsRandom).unwrap();
    let take = |session: &mut Session<'_>| {
        let head = session.audit_head(now()).unwrap().sign(&signer, &[7; 8]).unwrap();
        session.put_audit_head(&head).unwrap();
        head
    };
    let mut session = place.begin("export-head");
    let head = take(&mut session);
    session.commit().unwrap();
    fill(place, 2);
    let read = SignedHead::from_text(head.to_text().as_bytes()).unwrap();
    let proven = read.verify(&signer.public_key(), &PROVIDER).unwrap();
    assert_eq!((proven.sequence, proven.municipality, proven.time), (3, here(), now()));
    assert_eq!(verify(place, &[proven]).unwrap().heads, 2);
    assert_eq!(verify(place, &[]).unwrap().entries, 6);
    let foreign = Head { municipality: elsewhere(), ..proven };
    assert_eq!(verify(place, &[foreign]).unwrap_err(), AuditError::HeadMalformed);

    // The head that is kept notices as well.
    (place.tamper)(
        "DELETE FROM audit WHERE sequence > 2; \
         UPDATE chain SET sequence = 2, hash = (SELECT hash FROM audit WHERE sequence = 2) WHERE municipality = '131202'",
    );
    assert_eq!(verify(place, &[]).unwrap_err(), AuditError::CutOff { sequence: 3 });
}

/// Verifying and reading leave their entries: how they ended, and whom they showed.
fn supervised(place: &Place<'_>) {
    let mut session = place.begin("look-up");
    session.resident(&crate::ledger::tests::number("4711")).unwrap();
    session.commit().unwrap();
    let check = || verify_for_operator(&place.ledger, here(), &[], operation("audit-verify"), now());
    let verified = check().unwrap();
    assert_eq!(verified.entries, 1, "without its own beginning");
    assert!(matches!(
        super::verify(&place.ledger, here(), &[], operation("audit-verify"), now()),
        Err(LedgerError::AccountNotActive)
    ));
    let mut undertaking = place.ledger.undertake(here(), operation("audit-list"), now()).unwrap();
    let mut shown = Vec::new();
    undertaking.session().show_audit(1, &mut |entry| shown.push(entry.operation)).unwrap();
    assert_eq!(shown, ["look-up", "audit-verify", "audit-verify", "audit-verify"]);
    undertaking.done().unwrap();
    let ended = |entries: Vec<Entry>| {
        let last = entries.into_iter().rev().take(4).map(|entry| (entry.operation, entry.outcome, entry.subjects));
        last.collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>()
    };
    let line = |operation: &str, outcome: &str, subjects: &[&str]| {
        (
            operation.to_owned(),
            outcome.to_owned(),
            subjects.iter().map(|&subject| subject.to_owned()).collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        ended(place.log()),
        [
            line("audit-verify", "done", &[]),
            line("audit-verify", "account-not-active", &[]),
            line("audit-list", "begun", &[]),
            line("audit-list", "done", &["4711"]),
        ]
    );
    // What it finds is in the log as well.
    (place.tamper)(
        "CREATE TABLE copy AS SELECT * FROM audit WHERE municipality = '131202'; \
         UPDATE audit SET hash = (SELECT hash FROM copy WHERE sequence = 2) WHERE municipality = '131202' AND sequence = 1",
    );
    assert_eq!(check().unwrap_err(), LedgerError::Audit(AuditError::Changed { sequence: 1 }));
    (place.tamper)("UPDATE audit SET hash = (SELECT hash FROM copy WHERE sequence = 1) WHERE sequence = 1");
    let log = place.log();
    let last = log.last().unwrap();
    assert_eq!((&*last.operation, &*last.outcome), ("audit-verify", "audit-entry-changed"));
    // A log that takes no entry any more is told of none the less.
    (place.tamper)("UPDATE chain SET sequence = 2 WHERE municipality = '131202'");
    assert!(matches!(check(), Err(LedgerError::Audit(_))));
}

#[test]
fn a_head_is_its_signers_alone() {
    let head = Head { municipality: here(), sequence: 3, hash: [1; 32], time: now() };
    let signer = SoftwareSigner::generate(&OsRandom).unwrap();
    let signed = head.sign(&signer, &[7; 8]).unwrap();
    let stranger = SoftwareSigner::generate(&OsRandom).unwrap().public_key();
    assert_eq!(signed.verify(&stranger, &PROVIDER).unwrap_err(), AuditError::HeadSignature);
    assert_eq!(signed.verify(&signer.public_key(), &PROVIDER).unwrap(), head);
    for at in 0..signed.as_bytes().len() {
        let mut bytes = signed.as_bytes().to_vec();
        bytes[at] ^= 1;
        // A change of the tag, the key id's place or the structure makes it none; any other breaks the signature.
        if let Ok(changed) = SignedHead::parse(&bytes) {
            assert!(changed.verify(&signer.public_key(), &PROVIDER).is_err(), "{at}");
        }
        assert!(SignedHead::parse(&signed.as_bytes()[..at]).is_err());
    }
    // Another thing the key signed is no head.
    let other = tegata::cose::Prepared {
        protected: tegata::cose::protected_header(-7, &[7; 8]),
        payload: tegata::cose::Sign1::parse(signed.as_bytes().to_vec()).unwrap().payload().to_vec(),
    };
    let signature = signer.sign(&other.to_be_signed()).unwrap();
    assert_eq!(SignedHead::parse(&other.finalise(&signature)).unwrap_err(), AuditError::HeadMalformed);
    assert_eq!(SignedHead::from_text(b"hello").unwrap_err(), AuditError::HeadMalformed);
}

#[test]
fn texts_that_may_not_stand_in_the_log() {
    let long = "あ".repeat(STAFF_MAX_CHARS + 1);
    for text in ["", "123456789018", "１２３４ ５６７８ ９０１８", "a\nb", &long] {
        assert_eq!(Operator::new(text, "d", "t").unwrap_err(), AuditError::InvalidText { field: "operator" });
        assert_eq!(Operator::new("o", text, "t").unwrap_err(), AuditError::InvalidText { field: "department" });
        assert_eq!(Operator::new("o", "d", text).unwrap_err(), AuditError::InvalidText { field: "terminal" });
    }
    let operator = Operator::new("o", "d", &long[3..]).unwrap();
    let reason = "あ".repeat(REASON_MAX_CHARS + 1);
    for text in ["", "番号123456789018", &reason] {
        let refused = Operation::new("issue", operator.clone(), text).unwrap_err();
        assert_eq!(refused, AuditError::InvalidText { field: "reason" });
    }
    let operation = Operation::new("issue", operator, &reason[3..]).unwrap();
    assert!(!format!("{operation:?}").contains("Operator { name"));
}

/// The bytes of an entry are fixed: a log that was written stays verifiable.
#[test]
fn the_form_of_an_entry() {
    let operator = Operator::new("sato", "市民課", "counter-3").unwrap();
    let operation = Operation::new("issue", operator, "-").unwrap();
    let mut subjects = Subjects::default();
    subjects.add(&crate::ledger::tests::number("4711"));
    subjects.add_object("C-1");
    subjects.add_object("C-1");
    let bytes = Entry::encode(here(), 1, now(), &operation, &subjects, "done");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    // [2, "131202", 1, seconds, 0, "issue", "sato", "市民課", "counter-3", "-", ["4711"], 1, ["C-1"], "done"]
    let expected = "8e0266313331323032011a6b00df0000656973737565647361746f69e5b882e6b091e8aab2\
                    69636f756e7465722d33612d816434373131018163432d3164646f6e65";
    assert_eq!(hex, expected);
    let entry = Entry::decode(&bytes).unwrap();
    assert_eq!((entry.subjects, entry.subject_count, entry.time), (vec!["4711".to_owned()], 1, now()));
    for length in 0..bytes.len() {
        assert!(Entry::decode(&bytes[..length]).is_none());
    }
    assert!(Entry::decode(&[&bytes[..], &[0]].concat()).is_none());
    assert_eq!(entry.objects, ["C-1"]);
    // The first version, which a log may begin with.
    let first = expected.replacen("8e02", "8d01", 1).replace("8163432d31", "");
    let first: Vec<u8> =
        (0..first.len()).step_by(2).map(|at| u8::from_str_radix(&first[at..at + 2], 16).unwrap()).collect();
    let first = Entry::decode(&first).unwrap();
    assert_eq!(first, Entry { objects: Vec::new(), ..first.clone() });
    assert_eq!((first.outcome.as_str(), first.subject_count), ("done", 1));
}
