//! Stored forms, there and back.

use super::samples::{dose, hanako, passport};
use super::*;

fn back<T: Sealable + PartialEq + core::fmt::Debug>(value: &T) {
    let bytes = value.to_bytes();
    assert!(T::from_bytes(&bytes).unwrap() == *value, "{}", T::NAME);
    // Cut at every length, with something behind, and of another kind.
    for length in 0..bytes.len() {
        assert!(T::from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    assert!(T::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
    assert!(T::from_bytes(&[0x80]).is_err());
}

#[test]
fn what_is_stored_is_read_back() {
    let mut resident = hanako();
    back(&resident.details);
    resident.details.kana = None;
    resident.details.birth_date = tegata::model::BirthDate::parse("1980-02").unwrap().into();
    resident.details.flags = Flags { moved_out: true, deceased: false, protected: true };
    back(&resident.details);
    back(&dose(1, "2021-07-01"));
    back(&Vaccination { disease: "RA01".into(), number: 2, given: None });
    back(&passport());
    back(&IssueDetails { passport: Some(passport()), decision: None });
    back(&IssueDetails::default());
    let (entered_by, approved_by) = (Some("sato".to_owned()), Some("suzuki".to_owned()));
    let documents = vec![Document::PensionBook, Document::InsuranceCertificate];
    let agent = Some(Authority::PowerOfAttorney);
    let evidence = CheckedEvidence::Documents { documents, agent };
    let decision = Decision { evidence, entered_by, approved_by };
    back(&decision);
    back(&IssueDetails { passport: Some(passport()), decision: Some(decision) });
    back(&Decision { evidence: CheckedEvidence::Card, entered_by: None, approved_by: None });
}

#[test]
fn nothing_personal_is_printed() {
    let mut resident = hanako();
    resident.details.flags.protected = true;
    let issue = Issue {
        certificate_id: "JPN13120220261121000001".into(),
        internal_number: resident.internal_number.clone(),
        issued_at: tegata::Timestamp::MIN,
        issue_date: tegata::time::Date::new(2026, 11, 21).unwrap(),
        expires_at: None,
        channel: Channel::Counter,
        kind: tegata::model::Kind::Overseas,
        texts: Vec::new(),
        details: IssueDetails { passport: Some(passport()), decision: None },
    };
    let printed = format!("{resident:?} {:?} {issue:?}", dose(1, "2021-07-01"));
    for personal in ["手形", "テガタ", "1980", "練馬", "TEGATA", "TK0", "0123456789", "12345", "true", "EX3617", "JPN1"]
    {
        assert!(!printed.contains(personal), "{personal}: {printed}");
    }
}
