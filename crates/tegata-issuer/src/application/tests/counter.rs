//! The counter.

use tegata::Profile;
use tegata::model::Kind;

use super::office::{NOW, Office, at, files};
use super::*;
use crate::ledger::LedgerError;
use crate::record::samples::{dose, hanako};
use crate::record::{Authority, Channel, CheckedEvidence, Document, Sealable as _};
use crate::staff::Role;

#[test]
fn a7_one_enters_and_another_approves() {
    let office = Office::new();
    let entered = office.enter("sato", office.entry(Kind::Overseas)).unwrap();
    assert!(entered.doubts.is_empty() && entered.warnings.is_empty());
    assert_eq!(office.waiting()[0].application_id, entered.application_id);
    let refusal = office.leaves_only_its_entry(|| office.approve("sato", &entered.application_id, &[]).map(drop));
    assert_eq!(refusal, Refusal::SamePerson);
    // A name that is no account is nobody's, however it reads.
    for alike in ["Sato", " SATO "] {
        let refusal = office.leaves_only_its_entry(|| office.approve(alike, &entered.application_id, &[]).map(drop));
        assert_eq!(refusal, Refusal::Ledger(LedgerError::AccountNotActive), "{alike}");
    }
    let bundle = office.approve("suzuki", &entered.application_id, &[]).unwrap();
    assert_eq!(office.status(bundle.certificates[0].text()), (tegata::Status::Accepted, None));
    assert!(office.waiting().is_empty());
    let issue = office.history().pop().unwrap();
    assert_eq!(issue.channel, Channel::Counter);
    // Who decided, and on what, stands with the issue for as long as that is kept.
    let decision = issue.details.decision.unwrap();
    assert_eq!((decision.entered_by.as_deref(), decision.approved_by.as_deref()), (Some("sato"), Some("suzuki")));
    let documents = vec![Document::DrivingLicence];
    assert_eq!(decision.evidence, CheckedEvidence::Documents { documents, agent: None });
    // The log names the application when it was entered and approved, and the certificate when it was issued.
    let entries = office.entries();
    let of = |outcome: &str, object: &str| {
        let found =
            entries.iter().filter(|entry| entry.outcome == outcome && entry.objects.iter().any(|id| id == object));
        found.map(|entry| entry.operator.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("done", &entered.application_id), ["sato", "suzuki"]);
    assert_eq!(of("done", &bundle.certificate_id), ["suzuki"]);
    assert_eq!(of("same-person", &entered.application_id), ["sato"]);
    // It is gone: approved once, and never again.
    let again = office.leaves_only_its_entry(|| office.approve("tanaka", &entered.application_id, &[]).map(drop));
    assert_eq!(again, Refusal::ApplicationUnknown);
}

#[test]
fn a7_documents_are_checked_and_the_check_is_recorded() {
    let claim = || match Office::new().entry(Kind::Domestic).evidence {
        Evidence::Attestation(attestation) => attestation.claim,
        Evidence::Card(_) => unreachable!(),
    };
    let with = |documents: &[Document], agent| Attestation::new(hanako().internal_number, claim(), documents, agent);
    for documents in [&[][..], &[Document::PensionBook], &[Document::PensionBook, Document::PensionBook]] {
        assert_eq!(with(documents, None), Err(Refusal::AttestationIncomplete));
    }
    let documents = [Document::PensionBook, Document::InsuranceCertificate];
    let attestation = with(&documents, Some(Authority::PowerOfAttorney)).unwrap();
    assert_eq!(attestation.documents(), [Document::InsuranceCertificate, Document::PensionBook]);
    assert_eq!(Attestation::from_bytes(&attestation.to_bytes()), Ok(attestation.clone()));
    assert!(!format!("{attestation:?}").contains("手形"));
    let bytes = attestation.to_bytes();
    for length in 0..bytes.len() {
        assert!(Attestation::from_bytes(&bytes[..length]).is_err());
    }
}

#[test]
fn a5_a_card_at_the_counter_is_verified_when_entered_and_when_approved() {
    let office = Office::new();
    let entry = |card: &tegata_simulator::SimulatedCard| CounterEntry {
        evidence: Evidence::Card(files(card)),
        ..office.entry(Kind::Domestic)
    };
    let entered = office.enter("sato", entry(&office.card())).unwrap();
    assert_eq!(entered.subject, hanako().internal_number);
    assert!(office.approve("suzuki", &entered.application_id, &[]).is_ok());
    let mut tampered = office.card();
    tampered.tamper(tegata_simulator::Application::Text, 2, tegata_simulator::Tampering::FlipBit(400)).unwrap();
    let refusal = office.leaves_only_its_entry(|| office.enter("sato", entry(&tampered)).map(drop));
    assert!(matches!(refusal, Refusal::Card(_)));
    // Without the number's file there is nothing to look up by.
    let mut without = files(&office.card());
    without.remove(tegata::card::FileId::FIRST);
    let without = CounterEntry { evidence: Evidence::Card(without), ..office.entry(Kind::Domestic) };
    assert!(matches!(office.enter("sato", without), Err(Refusal::Card(_))));
    // Between the two the register changed: what was right when it was entered is judged again.
    let entered = office.enter("sato", entry(&office.card())).unwrap();
    office.change(|resident| resident.details.name = "手形　春子".into());
    let refusal = office.leaves_only_its_entry(|| office.approve("suzuki", &entered.application_id, &[]).map(drop));
    assert_eq!(refusal, Refusal::NoMatch);
}

#[test]
fn b1_a_doubt_is_confirmed_by_whoever_approves() {
    let office = Office::new();
    office.change(|resident| resident.details.name = "手形　華子".into());
    let refusal = office.leaves_only_its_entry(|| office.enter("sato", office.entry(Kind::Domestic)).map(drop));
    assert_eq!(refusal, Refusal::NoMatch);
    office.change(|resident| resident.details.address = "東京都練馬區豊玉北6-12-1".into());
    let entered = office.enter("sato", office.entry(Kind::Domestic)).unwrap();
    assert_eq!(entered.doubts, [Difference::Address]);
    for confirmed in [&[][..], &[Difference::Name]] {
        let refusal =
            office.leaves_only_its_entry(|| office.approve("suzuki", &entered.application_id, confirmed).map(drop));
        assert_eq!(refusal, Refusal::DoubtNotSettled(vec![Difference::Address]));
        assert_eq!(tegata::Failure::from(refusal).field(), Some("address"));
    }
    assert!(office.approve("suzuki", &entered.application_id, &[Difference::Address]).is_ok());
}

#[test]
fn b10_staff_are_warned_and_the_flag_reaches_no_certificate() {
    let office = Office::new();
    office.change(|resident| {
        resident.details.flags.protected = true;
        resident.details.flags.moved_out = true;
    });
    let entered = office.enter("sato", office.entry(Kind::Domestic)).unwrap();
    assert_eq!(entered.warnings, [Warning::Protected, Warning::MovedOut]);
    let flagged = office.approve("suzuki", &entered.application_id, &[]).unwrap();
    office.change(|_| {});
    let entered = office.enter("sato", office.entry(Kind::Domestic)).unwrap();
    let plain = office.approve("suzuki", &entered.application_id, &[]).unwrap();
    assert!(flagged.record == plain.record);
    office.change(|resident| resident.details.flags.deceased = true);
    let refusal = office.leaves_only_its_entry(|| office.enter("sato", office.entry(Kind::Domestic)).map(drop));
    assert_eq!(refusal, Refusal::SubjectDeceased);
}

#[test]
fn a7_passport_data_is_typed_only_when_needed() {
    let office = Office::new();
    let without = || CounterEntry { passport: None, ..office.entry(Kind::Overseas) };
    let refusal = office.leaves_only_its_entry(|| office.enter("sato", without()).map(drop));
    assert_eq!(refusal, Refusal::PassportMissing);
    let entered = office.enter("sato", office.entry(Kind::Overseas)).unwrap();
    office.approve("suzuki", &entered.application_id, &[]).unwrap();
    let entered = office.enter("sato", without()).unwrap();
    let bundle = office.approve("suzuki", &entered.application_id, &[]).unwrap();
    assert_eq!(bundle.record.fields().passport_number.as_ref().unwrap().expose(), "TK0000000");
    // For domestic use it reaches neither certificate nor history (B7, B9).
    let passport = office.entry(Kind::Overseas).passport;
    let entered = office.enter("sato", CounterEntry { passport, ..office.entry(Kind::Domestic) }).unwrap();
    let bundle = office.approve("suzuki", &entered.application_id, &[]).unwrap();
    assert!(bundle.record.fields().passport_number.is_none() && bundle.record.fields().name.romanised.is_none());
    let issue = office.history().into_iter().find(|issue| issue.certificate_id == bundle.certificate_id);
    assert!(issue.unwrap().details.passport.is_none());
}

#[test]
fn a_certificate_is_replaced_and_the_old_one_revoked() {
    let office = Office::new();
    let entered = office.enter("sato", office.entry(Kind::Domestic)).unwrap();
    let old = office.approve("suzuki", &entered.application_id, &[]).unwrap();
    office.register(&office.with_number(hanako()), &[dose(3, "2022-02-01")]);
    let replaces = |id: &str| {
        let replaces = Some(Replacement { certificate_id: id.to_owned(), reason: "接種記録の追加".into() });
        CounterEntry { replaces, ..office.entry(Kind::Domestic) }
    };
    let refusal = office.leaves_only_its_entry(|| office.enter("sato", replaces("JPN0")).map(drop));
    assert_eq!(refusal, Refusal::CertificateUnknown);
    let entered = office.enter("sato", replaces(&old.certificate_id)).unwrap();
    // Nothing is revoked before the new one is issued.
    assert_eq!(office.status(old.certificates[0].text()), (tegata::Status::Accepted, None));
    let new = office.approve("suzuki", &entered.application_id, &[]).unwrap();
    assert_eq!(office.status(old.certificates[0].text()), (tegata::Status::Rejected, Some("revoked")));
    assert_eq!(office.status(new.certificates[0].text()), (tegata::Status::Accepted, None));
    let refusal = office.leaves_only_its_entry(|| office.enter("sato", replaces(&old.certificate_id)).map(drop));
    assert_eq!(refusal, Refusal::AlreadyRevoked);
}

#[test]
fn a7_a_rejected_application_leaves_its_entry() {
    let office = Office::new();
    let entered = office.enter("sato", office.entry(Kind::Domestic)).unwrap();
    let settings = office.desk.settings();
    reject(&office.ledger, settings, &entered.application_id, office.clerk("suzuki"), at(NOW)).unwrap();
    let waiting = pending(&office.ledger, settings, office.clerk("root"), at(NOW)).unwrap();
    assert!(waiting.is_empty() && office.entries().last().unwrap().operator == "root");
    let again = reject(&office.ledger, settings, &entered.application_id, office.clerk("suzuki"), at(NOW));
    assert_eq!(again, Err(Refusal::ApplicationUnknown));
}

#[test]
fn what_cannot_be_certified_is_said_when_it_is_entered() {
    let office = Office::new();
    let mut entry = office.entry(Kind::Overseas);
    entry.passport.as_mut().unwrap().number = "tk 0".into();
    let refusal = office.leaves_only_its_entry(|| office.enter("sato", entry).map(drop));
    assert_eq!(
        (refusal.code().name(), tegata::Failure::from(refusal).field()),
        ("record-invalid-value", Some("passport_number"))
    );
    let office = Office::with_settings(&crate::municipality::EXAMPLE_SETTINGS.replace("2027-03-31", "2020-01-01"));
    let refusal = office.leaves_only_its_entry(|| office.enter("sato", office.entry(Kind::Domestic)).map(drop));
    assert_eq!(refusal, Refusal::NothingToCertify);
}

#[test]
fn a6_a_closed_counter_takes_nothing() {
    let office = Office::with_settings(
        &crate::municipality::EXAMPLE_SETTINGS
            .replace("[channels.counter]", "[channels.counter]\nopen = [{ until = \"2026-11-19\" }]"),
    );
    let refusal = office.leaves_only_its_entry(|| office.enter("sato", office.entry(Kind::Domestic)).map(drop));
    assert_eq!(refusal, Refusal::ChannelClosed);
    let office = Office::new();
    let entry = CounterEntry { profiles: vec![Profile::Dvc], ..office.entry(Kind::Domestic) };
    let refusal = office.leaves_only_its_entry(|| office.enter("sato", entry).map(drop));
    assert_eq!(refusal, Refusal::KindNotOffered);
}

#[test]
fn b10_whoever_approves_acknowledges_every_warning() {
    let office = Office::new();
    office.change(|resident| {
        resident.details.flags.protected = true;
        resident.details.flags.moved_out = true;
    });
    let entered = office.enter("sato", office.entry(Kind::Domestic)).unwrap();
    let approve = |acknowledged: &[Warning]| {
        let approval = Approval { application_id: &entered.application_id, confirmed: &[], acknowledged };
        approve(&office.ledger, &office.desk, &office.verifier, approval, office.clerk("suzuki"), at(NOW))
    };
    for (acknowledged, left) in [(&[][..], "protected, moved-out"), (&[Warning::MovedOut], "protected")] {
        let refusal = office.leaves_only_its_entry(|| approve(acknowledged).map(drop));
        assert_eq!(refusal.code().name(), "warning-not-acknowledged");
        assert_eq!(tegata::Failure::from(refusal).field(), Some(left));
    }
    assert!(approve(Warning::ALL).is_ok());
}

#[test]
fn d1_every_step_takes_an_account_with_its_role() {
    let office = Office::new();
    office.employ("enters", &[Role::Enter]);
    office.employ("reviews", &[Role::Review]);
    office.employ("approves", &[Role::Approve]);
    office.employ("administers", &[Role::Administer]);
    let entered = office.enter("sato", office.entry(Kind::Domestic)).unwrap();
    let id = entered.application_id.as_str();
    let settings = office.desk.settings();
    let by = LookUp::InternalNumber(hanako().internal_number);
    let old = office.enter("sato", office.entry(Kind::Domestic)).unwrap();
    let old = office.approve("suzuki", &old.application_id, &[]).unwrap().certificate_id;
    type Step<'a> = (&'a str, &'a [&'a str], Box<dyn Fn(&str) -> Result<(), Refusal> + 'a>);
    let steps: [Step<'_>; 7] = [
        ("enter", &["enters"], Box::new(|who| office.enter(who, office.entry(Kind::Domestic)).map(drop))),
        (
            "look-up",
            &["enters", "reviews", "approves"],
            Box::new(|who| look_up(&office.ledger, office.code(), &by, office.clerk(who), at(NOW)).map(drop)),
        ),
        (
            "list",
            &["enters", "reviews", "approves"],
            Box::new(|who| waiting(&office.ledger, settings, office.clerk(who), at(NOW)).map(drop)),
        ),
        (
            "show",
            &["reviews", "approves"],
            Box::new(|who| show(&office.ledger, settings, &office.verifier, id, office.clerk(who), at(NOW)).map(drop)),
        ),
        (
            "revoke",
            &["approves"],
            Box::new(|who| {
                crate::issuing::revoke(&office.ledger, office.code(), &old, "紛失", office.clerk(who), at(NOW))
            }),
        ),
        ("approve", &["approves"], Box::new(|who| office.approve(who, id, &[]).map(drop))),
        // Whoever may do it finds that it is gone.
        (
            "reject",
            &["reviews", "approves"],
            Box::new(|who| reject(&office.ledger, settings, id, office.clerk(who), at(NOW))),
        ),
    ];
    for (step, allowed, act) in &steps {
        for who in ["enters", "reviews", "approves", "administers", "nobody"] {
            let expected = match who {
                "nobody" => Some(LedgerError::AccountNotActive),
                who if allowed.contains(&who) => None,
                _ => Some(LedgerError::RoleMissing),
            };
            match expected {
                Some(error) => {
                    assert_eq!(office.leaves_only_its_entry(|| act(who)), Refusal::Ledger(error), "{step} {who}");
                }
                None => {
                    let refused = act(who).err();
                    let gone = *step == "reject" && refused == Some(Refusal::ApplicationUnknown);
                    assert!(refused.is_none() || gone, "{step} {who}: {refused:?}");
                }
            }
        }
    }
}

#[test]
fn d1_a_revoked_account_does_nothing_more() {
    let office = Office::new();
    let entered = office.enter("sato", office.entry(Kind::Domestic)).unwrap();
    crate::staff::revoke_account(&office.ledger, office.code(), "suzuki", office.clerk("tanaka"), at(NOW)).unwrap();
    let refusal = office.leaves_only_its_entry(|| office.approve("suzuki", &entered.application_id, &[]).map(drop));
    assert_eq!(refusal, Refusal::Ledger(LedgerError::AccountNotActive));
}

#[test]
fn b10_d2_an_application_is_shown_to_whoever_approves_it_and_the_log_says_so() {
    let office = Office::new();
    office.change(|resident| resident.details.flags.protected = true);
    let entered = office.enter("sato", office.entry(Kind::Overseas)).unwrap();
    let settings = office.desk.settings();
    let shown =
        show(&office.ledger, settings, &office.verifier, &entered.application_id, office.clerk("suzuki"), at(NOW))
            .unwrap();
    assert_eq!((shown.entered_by.as_str(), shown.received_at, shown.kind), ("sato", at(NOW), Kind::Overseas));
    assert_eq!((shown.warnings, shown.vaccinations.len()), (vec![Warning::Protected], 2));
    assert_eq!(shown.resident.details.name, shown.claim.name);
    assert_eq!(shown.passport.unwrap().number.expose(), "TK0000000");
    let entry = office.entries().pop().unwrap();
    assert_eq!(entry.subjects, [hanako().internal_number.as_str()]);
    assert_eq!(entry.objects, [entered.application_id.as_str()]);
    // It waits on.
    let list = waiting(&office.ledger, settings, office.clerk("suzuki"), at(NOW)).unwrap();
    assert_eq!((list.len(), list[0].entered_by.as_deref()), (1, Some("sato")));
    let unknown = show(&office.ledger, settings, &office.verifier, "JPN0", office.clerk("suzuki"), at(NOW));
    assert_eq!(unknown.unwrap_err(), Refusal::ApplicationUnknown);
    // Nothing that somebody typed goes into the log.
    assert!(office.entries().pop().unwrap().objects.is_empty());
}

#[test]
fn an_approval_that_is_sent_again_issues_nothing_more() {
    let office = Office::new();
    let entered = office.enter("sato", office.entry(Kind::Domestic)).unwrap();
    let approve = |key, body: u8| {
        let approval = Approval { application_id: &entered.application_id, confirmed: &[], acknowledged: &[] };
        let request = crate::ledger::IdempotencyKey { client: "suzuki", key, body_hash: [body; 32] };
        let (ledger, desk, verifier) = (&office.ledger, &office.desk, &office.verifier);
        approve_once(ledger, desk, verifier, approval, &request, office.clerk("suzuki"), at(NOW))
    };
    let receipt = approve("k-1", 1).unwrap();
    assert_eq!(approve("k-1", 1).unwrap(), receipt);
    assert_eq!(approve("k-1", 2), Err(Refusal::RequestReused));
    assert_eq!(approve("k-2", 1), Err(Refusal::ApplicationUnknown));
    assert_eq!(office.issues(), [receipt.certificate_id]);
}
