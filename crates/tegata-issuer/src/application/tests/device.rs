//! App and kiosk.

use tegata::Profile;
use tegata::application::Channel as Device;
use tegata::model::{Kind, MunicipalityCode};
use tegata_simulator::{Application as Simulated, Tampering};

use super::office::{NOW, Office, at, zone};
use super::*;
use crate::record::samples::{dose, hanako, passport};
use crate::record::{Channel, InternalNumber, VoucherNumber};

#[test]
fn b5_both_devices_issue_both_kinds_and_each_is_signed() {
    let office = Office::new();
    for (device, kind) in [
        (Device::Kiosk, Kind::Domestic),
        (Device::App, Kind::Domestic),
        (Device::App, Kind::Overseas),
        // After the app issued one (B8).
        (Device::Kiosk, Kind::Overseas),
    ] {
        let bundle = office.send(&office.wish(device, kind)).unwrap();
        assert_eq!(
            office.status(bundle.certificates[0].text()),
            (tegata::Status::Accepted, None),
            "{device:?} {kind:?}"
        );
        assert_eq!(office.issues().len(), office.history().len());
    }
    let history = office.history();
    let channels: Vec<_> = history.iter().map(|issue| issue.channel).collect();
    assert_eq!(channels.iter().filter(|channel| **channel == Channel::App).count(), 2);
    let ids: std::collections::BTreeSet<_> = office.issues().into_iter().collect();
    assert_eq!(ids.len(), 4);
}

#[test]
fn a2_consent_to_the_terms_in_force() {
    let office = Office::new();
    let mut wish = office.wish(Device::Kiosk, Kind::Domestic);
    wish.terms = "2025-04".into();
    assert_eq!(office.refused(&wish), Refusal::TermsNotCurrent);
}

#[test]
fn a2_consent_shortly_before() {
    let office = Office::new();
    for consent in ["2026-11-20T08:59:59+09:00", "2026-11-20T10:02:01+09:00", "2025-11-20T10:00:00+09:00"] {
        let mut wish = office.wish(Device::Kiosk, Kind::Domestic);
        wish.consent = at(consent);
        assert_eq!(office.refused(&wish), Refusal::ConsentNotInTime, "{consent}");
    }
    for consent in ["2026-11-20T09:00:00+09:00", "2026-11-20T10:02:00+09:00"] {
        let mut wish = office.wish(Device::Kiosk, Kind::Domestic);
        wish.consent = at(consent);
        assert!(office.send(&wish).is_ok(), "{consent}");
    }
}

#[test]
fn a3_the_card_answers_the_challenge_of_this_session_once() {
    let office = Office::new();
    // Of another session, of another channel, never handed out, too late.
    let wish = office.wish(Device::Kiosk, Kind::Domestic);
    let foreign = office.leaves_only_its_entry(|| office.send_at(&wish, "session-2", at(NOW)).map(drop));
    assert_eq!(foreign, Refusal::ChallengeNotValid);
    let late = at(NOW).saturating_add_seconds(120);
    let late = office.leaves_only_its_entry(|| office.send_at(&wish, "session-1", late).map(drop));
    assert_eq!(late, Refusal::ChallengeNotValid);
    let mut other = office.wish(Device::Kiosk, Kind::Domestic);
    other.challenge = office.challenge("session-1", Channel::App);
    assert_eq!(office.refused(&other), Refusal::ChallengeNotValid);
    other.challenge = tegata::card::Challenge::from_bytes([7; 32]);
    assert_eq!(office.refused(&other), Refusal::ChallengeNotValid);
    // The attempts did not use it up; the application itself does.
    assert!(office.send(&wish).is_ok());
    assert_eq!(office.refused(&wish), Refusal::ChallengeNotValid);
}

#[test]
fn a3_an_answer_of_another_card_is_none() {
    let office = Office::new();
    let mut wish = office.wish(Device::Kiosk, Kind::Domestic);
    let other = office.card_of("関守　太郎", 2);
    wish.card.take_file(&other, Simulated::Text, 7).unwrap();
    match office.refused(&wish) {
        Refusal::Card(failure) => assert_eq!(failure.code().name(), "presence-response-invalid"),
        refusal => panic!("{refusal:?}"),
    }
}

#[test]
fn a5_a_changed_byte_anywhere_fails_closed() {
    let office = Office::new();
    for file in [1, 2, 3, 4, 7] {
        let length = office.card().file(Simulated::Text, file).unwrap().len();
        for byte in [0, length / 2, length - 1] {
            let mut wish = office.wish(Device::Kiosk, Kind::Domestic);
            if wish.card.tamper(Simulated::Text, file, Tampering::FlipBit(byte * 8)).is_err() {
                continue;
            }
            let refusal = office.send(&wish).map(drop);
            // The filler at the end of a file is not signed, nor part of what was.
            assert!(refusal.is_err() || (file != 1 && byte == length - 1), "{file} {byte}");
        }
    }
    // The identity of one card with the number of another.
    let mut wish = office.wish(Device::Kiosk, Kind::Domestic);
    wish.card.tamper(Simulated::Text, 1, Tampering::FlipBit(30)).unwrap();
    assert!(matches!(office.refused(&wish), Refusal::Card(_)));
}

#[test]
fn a6_channels_are_switched_by_municipality_and_period() {
    let settings = crate::municipality::EXAMPLE_SETTINGS;
    let office = Office::with_settings(&settings.replace("2026-04-01\" }]", "2026-11-21\" }]"));
    assert_eq!(office.refused(&office.wish(Device::App, Kind::Domestic)), Refusal::ChannelClosed);
    assert!(office.send(&office.wish(Device::Kiosk, Kind::Domestic)).is_ok());
    let office = Office::with_settings(&settings.replace("[channels.app]\nopen = [{ from = \"2026-04-01\" }]\n", ""));
    assert_eq!(office.refused(&office.wish(Device::App, Kind::Domestic)), Refusal::ChannelNotOffered);
}

#[test]
fn a8_an_application_goes_to_the_municipality_it_names() {
    let office = Office::new();
    let mut wish = office.wish(Device::Kiosk, Kind::Domestic);
    wish.municipality = MunicipalityCode::parse("401307").unwrap();
    assert_eq!(office.refused(&wish), Refusal::WrongMunicipality);
}

#[test]
fn b1_every_field_is_compared() {
    let office = Office::new();
    let wish = || office.wish(Device::Kiosk, Kind::Domestic);
    office.change(|resident| resident.details.name = "手形　春子".into());
    assert_eq!(office.refused(&wish()), Refusal::NoMatch);
    office.change(|resident| resident.details.address = "東京都練馬区豊玉北6-12-2".into());
    assert_eq!(office.refused(&wish()), Refusal::NoMatch);
    office.change(|resident| resident.details.birth_date = tegata::model::BirthDate::Year(1981).into());
    assert_eq!(office.refused(&wish()), Refusal::NoMatch);
    office.change(|resident| resident.details.sex = tegata::model::Sex::Male.into());
    assert_eq!(office.refused(&wish()), Refusal::NoMatch);
    office.change(|resident| resident.number = Some(tegata::model::NumberHash::from_bytes([0; 32])));
    assert_eq!(office.refused(&wish()), Refusal::NoMatch);
    office.change(|_| {});
    assert!(office.send(&wish()).is_ok());
}

#[test]
fn b1_doses_join_by_the_voucher_number() {
    let office = Office::new();
    let mut other = hanako();
    other.internal_number = InternalNumber::parse("2").unwrap();
    other.details.voucher = VoucherNumber::parse("9876543210").unwrap();
    office.register(&other, &[dose(3, "2022-02-01")]);
    let bundle = office.send(&office.wish(Device::Kiosk, Kind::Domestic)).unwrap();
    assert_eq!(bundle.record.fields().doses.len(), 2);
    // A new voucher takes them along, and another's stay where they are.
    office.change(|resident| resident.details.voucher = VoucherNumber::parse("5555555555").unwrap());
    let bundle = office.send(&office.wish(Device::Kiosk, Kind::Domestic)).unwrap();
    assert_eq!(bundle.record.fields().doses.len(), 2);
    // Someone else of the same voucher number is the doses' owner as much: nothing is joined to the new one.
    other.internal_number = InternalNumber::parse("3").unwrap();
    other.details.voucher = VoucherNumber::parse("5555555555").unwrap();
    office.register(&other, &[]);
    office.change(|resident| resident.details.voucher = VoucherNumber::parse("4444444444").unwrap());
    assert_eq!(office.refused(&office.wish(Device::Kiosk, Kind::Domestic)), Refusal::NothingToCertify);
}

#[test]
fn b2_two_matches_and_doubts_go_to_the_counter() {
    let office = Office::new();
    let mut twin = office.with_number(hanako());
    twin.internal_number = InternalNumber::parse("2").unwrap();
    twin.details.voucher = VoucherNumber::parse("9876543210").unwrap();
    office.register(&twin, &[]);
    assert_eq!(office.refused(&office.wish(Device::Kiosk, Kind::Domestic)), Refusal::ReferToCounter);
    let office = Office::new();
    office.change(|resident| resident.details.address = "東京都練馬區豊玉北6-12-1".into());
    assert_eq!(office.refused(&office.wish(Device::App, Kind::Domestic)), Refusal::ReferToCounter);
}

/// The number of a card that matches nobody is not kept: what it left behind does not even hold its hash.
#[test]
fn b2_without_a_match_nothing_is_kept() {
    let office = Office::new();
    let mut wish = office.wish(Device::Kiosk, Kind::Domestic);
    wish.card = office.card_of("関守　太郎", 2);
    assert_eq!(office.refused(&wish), Refusal::NoMatch);
    let entries = office.entries();
    let entry = entries.iter().rev().find(|entry| entry.operation == "apply").unwrap();
    assert_eq!(entry.outcome, "no-match");
}

#[test]
fn b3_a4_passport_data_is_the_passports() {
    let office = Office::new();
    let overseas = |zone| {
        let mut wish = office.wish(Device::App, Kind::Overseas);
        wish.zone = Some(zone);
        wish
    };
    assert_eq!(office.refused(&overseas(zone("1980-02-18", 'F', "2030-01-01"))), Refusal::PassportNotTheHolders);
    assert_eq!(office.refused(&overseas(zone("1980-02-17", 'M', "2030-01-01"))), Refusal::PassportNotTheHolders);
    assert_eq!(office.refused(&overseas(zone("1980-02-17", 'F', "2026-11-19"))), Refusal::PassportExpired);
    let card = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    assert!(matches!(office.refused(&overseas(card.into())), Refusal::TravelDocument(_)));
    assert!(matches!(office.refused(&overseas("nothing".into())), Refusal::TravelDocument(_)));
    let bundle = office.send(&overseas(zone("1980-02-17", 'F', "2026-11-20"))).unwrap();
    let fields = bundle.record.fields();
    assert_eq!(fields.passport_number.as_ref().unwrap().expose(), "TK0000000");
    assert_eq!(fields.name.romanised.as_ref().unwrap().parts().collect::<Vec<_>>(), ["TEGATA", "HANAKO"]);
}

#[test]
fn b8_a_kiosk_needs_an_earlier_issue_for_overseas_use() {
    let office = Office::new();
    let wish = || office.wish(Device::Kiosk, Kind::Overseas);
    assert_eq!(office.refused(&wish()), Refusal::NoEarlierIssue);
    // One for domestic use is not enough.
    office.send(&office.wish(Device::App, Kind::Domestic)).unwrap();
    assert_eq!(office.refused(&wish()), Refusal::NoEarlierIssue);
    let first = office.send(&office.wish(Device::App, Kind::Overseas)).unwrap();
    let bundle = office.send(&wish()).unwrap();
    assert!(bundle.record.fields().passport_number == passport().number.into());
    // Of what was revoked nothing is taken over, and a kiosk's own issue does not count as one.
    let clerk = office.clerk("suzuki");
    crate::issuing::revoke(&office.ledger, office.code(), &first.certificate_id, "記載誤り", clerk, at(NOW)).unwrap();
    assert_eq!(office.refused(&wish()), Refusal::NoEarlierIssue);
}

#[test]
fn b10_the_counter_alone_serves_a_protected_person_and_nothing_tells_why() {
    let office = Office::new();
    office.change(|resident| resident.details.flags.protected = true);
    let protected = office.refused(&office.wish(Device::Kiosk, Kind::Domestic));
    // Exactly what a doubt gives.
    office.change(|resident| resident.details.address = "東京都練馬區豊玉北6-12-1".into());
    let doubtful = office.refused(&office.wish(Device::Kiosk, Kind::Domestic));
    assert_eq!((&protected, format!("{protected} {protected:?}")), (&doubtful, format!("{doubtful} {doubtful:?}")));
    office.change(|resident| resident.details.flags.deceased = true);
    assert_eq!(office.refused(&office.wish(Device::App, Kind::Domestic)), protected);
}

#[test]
fn b6_doses_up_to_the_last_date_certified() {
    let settings = crate::municipality::EXAMPLE_SETTINGS.replace("2027-03-31", "2021-07-21");
    let office = Office::with_settings(&settings);
    let bundle = office.send(&office.wish(Device::Kiosk, Kind::Domestic)).unwrap();
    assert_eq!(bundle.record.fields().doses.len(), 1);
    let office = Office::with_settings(&settings.replace("2021-07-21", "2021-06-30"));
    assert_eq!(office.refused(&office.wish(Device::Kiosk, Kind::Domestic)), Refusal::NothingToCertify);
    // Any number of doses.
    let office = Office::new();
    let more: Vec<_> = (3..=7).map(|number| dose(number, &format!("2022-0{number}-01"))).collect();
    office.register(&office.with_number(hanako()), &more);
    let bundle = office.send(&office.wish(Device::Kiosk, Kind::Domestic)).unwrap();
    assert_eq!(bundle.record.fields().doses.len(), 7);
}

#[test]
fn an_expired_signer_issues_nothing() {
    let office = Office::new();
    let mut wish = office.wish(Device::Kiosk, Kind::Domestic);
    // The certificate would outlive the signer's.
    let later = at("2028-02-01T10:00:00+09:00");
    wish.consent = later;
    let binding = crate::ledger::ChallengeBinding { session: "session-1", channel: Channel::Kiosk };
    let mut quiet = office.ledger.begin_quiet(office.code()).unwrap();
    wish.challenge = tegata::card::Challenge::from_bytes([9; 32]);
    quiet.put_challenge(wish.challenge.as_bytes(), binding, later, later.saturating_add_seconds(60)).unwrap();
    quiet.commit().unwrap();
    let refusal = office.leaves_only_its_entry(|| office.send_at(&wish, "session-1", later).map(drop));
    assert_eq!(refusal.code().name(), "signer-ends-first");
}

#[test]
fn several_profiles_are_one_bundle() {
    let office = Office::new();
    let mut wish = office.wish(Device::App, Kind::Overseas);
    wish.profiles = vec![Profile::Dcc, Profile::Jp];
    let bundle = office.send(&wish).unwrap();
    let profiles: Vec<_> = bundle.certificates.iter().map(|certificate| certificate.profile).collect();
    assert_eq!(profiles, wish.profiles);
    let issue = office.history().pop().unwrap();
    assert_eq!((issue.certificate_id, issue.texts.len()), (bundle.certificate_id, 2));
    wish.profiles = vec![Profile::Dvc];
    assert_eq!(office.refused(&wish), Refusal::KindNotOffered);
}
