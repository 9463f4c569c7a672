//! What is certified, recorded and taken back.

use tegata::Profile;
use tegata::model::Kind;
use tegata::revocation::signature_hash;

use super::*;
use crate::application::Refusal;
use crate::application::tests::office::{NOW, NUMBER, Office, at};
use crate::record::samples::{dose, hanako};

fn issued(office: &Office, kind: Kind) -> Bundle {
    let entered = office.enter("sato", office.entry(kind)).unwrap();
    office.approve("suzuki", &entered.application_id, &[]).unwrap()
}

#[test]
fn b3_b4_what_a_certificate_holds_and_what_it_never_holds() {
    let office = Office::new();
    let bundle = issued(&office, Kind::Overseas);
    let inspection = tegata::Inspection::of(bundle.certificates[0].text());
    let shown = inspection.to_json();
    for held in ["手形", "花子", "TEGATA", "1980-02-17", "JPN", "TK0000000", "EX3617", &bundle.certificate_id] {
        assert!(shown.contains(held), "{held}: {shown}");
    }
    let doses = &bundle.record.fields().doses;
    assert_eq!(doses.iter().map(|dose| dose.date.to_string()).collect::<Vec<_>>(), ["2021-07-01", "2021-07-22"]);
    for never in [NUMBER, "練馬区豊玉北", "手形医院", "医師", "0123456789", "12345"] {
        let shown = shown.replace(&bundle.certificate_id, "");
        assert!(!shown.contains(never), "{never}: {shown}");
    }
    assert!(bundle.certificate_id.starts_with("JPN13120220261120") && bundle.certificate_id.len() == 27);
}

#[test]
fn b7_domestic_use_is_without_passport_data() {
    let office = Office::new();
    let bundle = issued(&office, Kind::Domestic);
    let shown = tegata::Inspection::of(bundle.certificates[0].text()).to_json();
    for never in ["TEGATA", "TK0000000"] {
        assert!(!shown.contains(never), "{shown}");
    }
}

#[test]
fn b9_each_issue_is_recorded_with_what_revokes_it() {
    let office = Office::new();
    let bundle = issued(&office, Kind::Overseas);
    let issue = office.history().pop().unwrap();
    assert_eq!((&issue.certificate_id, issue.issue_date), (&bundle.certificate_id, bundle.issue_date));
    assert_eq!(issue.issued_at, at(NOW));
    assert!(issue.details.passport.is_some());
    let text = bundle.certificates[0].text();
    let signature = signature_of(text);
    assert_eq!(issue.texts[0].signature_hash, signature_hash(tegata::crypto::Algorithm::Es256, &signature));
    assert_eq!(issue.texts[0].profile, Profile::Jp);
}

/// The last 64 bytes of what is signed are its signature.
fn signature_of(text: &str) -> Vec<u8> {
    let compressed = tegata::codec::base45::decode(text.strip_prefix("HC1:").unwrap()).unwrap();
    let signed = tegata::codec::zlib::decompress(&compressed, 16_384).unwrap();
    signed[signed.len() - 64..].to_vec()
}

#[test]
fn a_certificate_is_revoked_once_and_with_a_reason() {
    let office = Office::new();
    let bundle = issued(&office, Kind::Domestic);
    let revoke =
        |id: &str, reason: &str| revoke(&office.ledger, office.code(), id, reason, office.clerk("suzuki"), at(NOW));
    assert_eq!(revoke("JPN0", "紛失"), Err(Refusal::CertificateUnknown));
    assert!(revoke(&bundle.certificate_id, "").is_err());
    revoke(&bundle.certificate_id, "紛失").unwrap();
    assert_eq!(revoke(&bundle.certificate_id, "紛失"), Err(Refusal::AlreadyRevoked));
    let text = bundle.certificates[0].text();
    assert_eq!(office.status(text), (tegata::Status::Rejected, Some("revoked")));
    let entry = office.entries().into_iter().rev().find(|entry| entry.outcome == "done").unwrap();
    assert_eq!(entry.subjects, [hanako().internal_number.as_str()]);
}

#[test]
fn names_are_parted_at_their_first_space() {
    let office = Office::new();
    office.change(|resident| {
        resident.details.name = "テガタ ガブリエル マリア".into();
        resident.details.kana = Some("テガタ".into());
    });
    office.register(&office.with_number(hanako()), &[dose(1, "2021-07-01")]);
    office.change(|resident| resident.details.kana = Some("テガタ".into()));
    let bundle = issued(&office, Kind::Domestic);
    let names = &bundle.record.fields().name;
    assert_eq!(names.registered.parts().collect::<Vec<_>>(), ["手形", "花子"]);
    assert_eq!(names.kana.as_ref().unwrap().parts().collect::<Vec<_>>(), ["テガタ"]);
}
