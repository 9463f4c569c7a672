//! Import and export over a ledger.

use super::*;
use crate::application::tests::office::{NOW, Office, at};
use crate::municipality::japan_date;
use crate::record::{InternalNumber, VoucherNumber};

fn import_file(office: &Office, file: &str) -> Result<Imported, ImportError> {
    let settings = office.desk.settings();
    import(&office.ledger, settings, file.as_bytes(), office.clerk("sato"), at(NOW), &mut |_| {})
}

fn export_file(office: &Office) -> String {
    let mut out = Vec::new();
    let settings = office.desk.settings();
    let clerk = office.clerk("sato");
    export(&office.ledger, settings, &mut out, Encoding::Utf8, clerk, at(NOW), &mut |_| {}).unwrap();
    String::from_utf8(out).unwrap()
}

fn errors_of(office: &Office, file: &str) -> Vec<RowError> {
    let before = export_file(office);
    let errors = match import_file(office, file) {
        Err(ImportError::Rows(errors)) => errors,
        other => panic!("{other:?}"),
    };
    // Nothing is half imported, and the attempt stands in the log.
    assert_eq!(export_file(office), before);
    let entries = office.entries();
    // After it come the two of the export.
    let outcome = &entries.iter().rev().nth(2).unwrap().outcome;
    assert_eq!(outcome, errors[0].kind.code().name());
    errors
}

fn person(number: &str, voucher: &str, changes: &[(&str, &str)]) -> Vec<(&'static str, String)> {
    let mut all = vec![("宛名番号", number), ("接種券番号", voucher), ("個人番号", "")];
    all.extend_from_slice(changes);
    with(&all)
}

#[test]
fn d3_an_export_is_logged_before_it_reads_and_when_it_ends_and_nobody_waits() {
    /// Somebody else works meanwhile, and there is no room for a person.
    struct Full<'o>(&'o Office, usize);

    impl std::io::Write for Full<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.1 += bytes.len();
            if bytes.windows(3).any(|window| window == "テ".as_bytes()) {
                return Err(std::io::ErrorKind::StorageFull.into());
            }
            if self.1 > bytes.len() {
                return Ok(bytes.len());
            }
            let outcomes: Vec<_> = self.0.entries().into_iter().map(|entry| entry.outcome).collect();
            assert_eq!(outcomes.last().unwrap(), "begun", "before the first byte is out");
            let session = self.0.ledger.begin(self.0.desk.settings().code(), self.0.clerk("suzuki"), at(NOW));
            session.unwrap().commit().unwrap();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let office = Office::new();
    let (settings, clerk) = (office.desk.settings(), office.clerk("sato"));
    let out = Full(&office, 0);
    let failed = export(&office.ledger, settings, out, Encoding::Utf8, clerk, at(NOW), &mut |_| {}).unwrap_err();
    assert!(matches!(failed, ExportError::Output(_)));
    let entries = office.entries();
    let [.., begun, other, ended] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((&*begun.outcome, &*other.outcome, &*ended.outcome), ("begun", "done", "failed"));
    assert_eq!((begun.subject_count, ended.subject_count), (0, 1));
}

#[test]
fn e_what_is_imported_is_exported_and_certified() {
    let office = Office::new();
    let rows = [
        person("A-1", "1111111111", &[]),
        person("A-1", "1111111111", &[("接種回", "2"), ("接種日", "20210722")]),
        person(
            "A-2",
            "2222222222",
            &[
                ("証明書ID", "OLD1"),
                ("証明書発行年月日", "20211209"),
                ("ローマ字氏名", "TEGATA HANAKO"),
                ("国籍", "JPN"),
                ("旅券番号", "TK0000000"),
            ],
        ),
    ];
    let imported = import_file(&office, &file(&rows)).unwrap();
    assert_eq!((imported.rows, imported.persons, imported.vaccinations, imported.issues), (3, 2, 3, 1));
    let exported = export_file(&office);
    assert_eq!(exported.lines().count(), 1 + 2 + 3, "手形　花子 of every test, and these");
    assert!(!exported.contains("個人番号"));
    // Again: the same people and doses, and no certificate twice.
    let again = import_file(&office, &exported).unwrap();
    assert_eq!((again.persons, again.issues), (3, 0));
    assert_eq!(export_file(&office), exported);
    // Of the second, a kiosk knows the passport (B8).
    let mut session = office.ledger.begin(office.code(), office.clerk("sato"), at(NOW)).unwrap();
    let issues = session.issues_of(&InternalNumber::parse("A-2").unwrap()).unwrap();
    assert!(issues[0].details.passport.is_some());
    session.commit().unwrap();
}

#[test]
fn e_one_error_and_nothing_is_imported() {
    let office = Office::new();
    let mut rows: Vec<_> = (0..200)
        .map(|index| person(&format!("N-{index}"), &format!("{:010}", 5_000_000_000_u64 + index), &[]))
        .collect();
    rows[150] = person("N-150", "bad", &[]);
    rows[160] = person("N-160", "5000000160", &[("接種状況", "済")]);
    let errors = errors_of(&office, &file(&rows));
    let told: Vec<_> = errors.iter().map(|error| (error.line, error.column.unwrap().header())).collect();
    assert_eq!(told, [(152, "接種券番号"), (162, "接種状況")]);
    let all_bad = vec![person("N-1", "bad", &[]); 300];
    assert_eq!(MAX_ROW_ERRORS, errors_of(&office, &file(&all_bad)).len());
}

#[test]
fn e_rows_of_one_person_agree() {
    let office = Office::new();
    let rows = [
        person("A-1", "1111111111", &[]),
        person("A-2", "2222222222", &[]),
        person("A-1", "1111111111", &[("住所", "東京都中野区")]),
    ];
    let found = errors_of(&office, &file(&rows));
    assert_eq!((found[0].line, found[0].kind), (4, RowErrorKind::Contradiction));
    // A voucher number of somebody else, in the file and in the register.
    let rows = [person("A-1", "1111111111", &[]), person("A-2", "1111111111", &[])];
    assert_eq!(errors_of(&office, &file(&rows))[0].column, Some(Column::Voucher));
    let rows = [person("A-1", hanako().details.voucher.expose(), &[])];
    assert_eq!(errors_of(&office, &file(&rows))[0].kind, RowErrorKind::Taken);
    // A certificate ID of somebody else.
    let certificate = [("証明書ID", "OLD1"), ("証明書発行年月日", "20211209")];
    let rows = [person("A-1", "1111111111", &certificate), person("A-2", "2222222222", &certificate)];
    assert_eq!(errors_of(&office, &file(&rows))[0].column, Some(Column::CertificateId));
}

/// A card leads to a person that came with a file, by the hash alone.
#[test]
fn a5_a_number_from_a_file_is_found_by_a_card() {
    let office = Office::new();
    let mut nobody = hanako();
    nobody.internal_number = InternalNumber::parse("X").unwrap();
    nobody.details.voucher = VoucherNumber::parse("9999999999").unwrap();
    let rows = [with(&[("宛名番号", "A-1"), ("接種券番号", "1111111111"), ("氏名", "関守　太郎")])];
    import_file(&office, &file(&rows)).unwrap();
    let mut wish = office.wish(tegata::application::Channel::Kiosk, tegata::model::Kind::Domestic);
    wish.card = office.card_of("関守　太郎", 3);
    // Its flag says that the counter alone serves this person.
    assert_eq!(office.refused(&wish), crate::application::Refusal::ReferToCounter);
}

/// An export has no individual numbers: importing it again leaves a card's way to its holder, and what protects them.
#[test]
fn b10_an_import_without_numbers_takes_nothing_away() {
    let office = Office::new();
    let rows = [with(&[("宛名番号", "A-1"), ("接種券番号", "1111111111"), ("氏名", "関守　太郎")])];
    import_file(&office, &file(&rows)).unwrap();
    let exported = export_file(&office);
    assert!(!exported.contains("個人番号"));
    import_file(&office, &exported).unwrap();
    let mut wish = office.wish(tegata::application::Channel::Kiosk, tegata::model::Kind::Domestic);
    wish.card = office.card_of("関守　太郎", 3);
    assert_eq!(office.refused(&wish), crate::application::Refusal::ReferToCounter);
    // Without the column of a flag there is no import.
    for column in ["転出フラグ", "死亡フラグ", "支援措置フラグ"] {
        let mut row = rows[0].clone();
        row.retain(|(known, _)| *known != column);
        let error = errors_of(&office, &file(&[row]))[0];
        assert_eq!((error.kind, error.column.unwrap().header()), (RowErrorKind::ColumnMissing, column));
    }
}

const NOT_GIVEN: [(&str, &str); 8] = [
    ("接種状況", "未実施"),
    ("接種日", ""),
    ("ワクチン種類", ""),
    ("メーカー", ""),
    ("製品名", ""),
    ("ロット番号", ""),
    ("接種場所", ""),
    ("医師名", ""),
];

#[test]
fn a_dose_that_was_not_given_after_all_is_not_certified() {
    let office = Office::new();
    let doses = |office: &Office| {
        let mut session = office.ledger.begin(office.code(), office.clerk("sato"), at(NOW)).unwrap();
        let resident = session.resident(&InternalNumber::parse("A-1").unwrap()).unwrap().unwrap();
        let doses = session.vaccinations_of(&resident).unwrap();
        session.commit().unwrap();
        doses.into_iter().map(|dose| (dose.disease, dose.number, dose.given.is_some())).collect::<Vec<_>>()
    };
    let put = |office: &Office, changes: &[(&str, &str)]| {
        let of = [("個人番号", "123456789018"), ("氏名", "関守　太郎"), ("支援措置フラグ", "0")];
        import_file(office, &file(&[person("A-1", "1111111111", &[&of[..], changes].concat())]))
    };
    put(&office, &[]).unwrap();
    assert_eq!(doses(&office), [("RA01".to_owned(), 1, true)]);
    put(&office, &NOT_GIVEN).unwrap();
    assert_eq!(doses(&office), [(String::new(), 1, false)]);
    let mut wish = office.wish(tegata::application::Channel::Kiosk, tegata::model::Kind::Domestic);
    wish.card = office.card_of("関守　太郎", 3);
    assert_eq!(office.refused(&wish), crate::application::Refusal::NothingToCertify);
    // It was, after all; and with its disease named it was not.
    put(&office, &[]).unwrap();
    assert_eq!(doses(&office), [("RA01".to_owned(), 1, true)]);
    put(&office, &[&NOT_GIVEN[..], &[("疾病コード", "RA01")]].concat()).unwrap();
    assert_eq!(doses(&office), [("RA01".to_owned(), 1, false)]);
    // Another dose is none of its business; which of two diseases is meant must be said.
    put(&office, &[]).unwrap();
    put(&office, &[&NOT_GIVEN[..], &[("接種回", "2")]].concat()).unwrap();
    assert_eq!(doses(&office), [(String::new(), 2, false), ("RA01".to_owned(), 1, true)]);
    put(&office, &[("疾病コード", "1F41"), ("製品名", "テスト用ワクチン")]).unwrap();
    match put(&office, &NOT_GIVEN) {
        Err(ImportError::Rows(errors)) => assert_eq!(errors[0].column, Some(Column::Disease)),
        other => panic!("{other:?}"),
    }
    assert_eq!(doses(&office).len(), 3);
}

/// A file that still names the certificate of somebody who was erased is taken, without it (C4).
#[test]
fn c4_the_certificate_of_an_erased_person_is_passed_over() {
    let office = Office::new();
    let certificate = [("証明書ID", "OLD1"), ("証明書発行年月日", "20211209")];
    let rows = file(&[person("A-1", "1111111111", &certificate)]);
    let first = import_file(&office, &rows).unwrap();
    assert_eq!((first.issues, first.erased_issues), (1, 0));
    let id = InternalNumber::parse("A-1").unwrap();
    let mut session = office.ledger.begin(office.code(), office.clerk("sato"), at(NOW)).unwrap();
    session.erase(&id).unwrap();
    session.commit().unwrap();
    let again = import_file(&office, &rows).unwrap();
    assert_eq!((again.persons, again.issues, again.erased_issues), (1, 0, 1));
    let mut session = office.ledger.begin(office.code(), office.clerk("sato"), at(NOW)).unwrap();
    assert!(session.issues_of(&id).unwrap().is_empty());
    session.commit().unwrap();
}

/// A certificate that is named again is kept for as long as the person.
#[test]
fn a_known_certificate_is_kept_on() {
    let office = Office::new();
    let rows = file(&[person("A-1", "1111111111", &[("証明書ID", "OLD1"), ("証明書発行年月日", "20211209")])]);
    import_file(&office, &rows).unwrap();
    let settings = office.desk.settings();
    let later = at(NOW).saturating_add_seconds(3 * 365 * 86_400);
    import(&office.ledger, settings, rows.as_bytes(), office.clerk("sato"), later, &mut |_| {}).unwrap();
    let end = settings.retain_until(japan_date(at(NOW)));
    let day_after = end.midnight().saturating_add_seconds(2 * 86_400);
    let mut session = office.ledger.begin(office.code(), office.clerk("sato"), day_after).unwrap();
    session.apply_retention().unwrap();
    let id = InternalNumber::parse("A-1").unwrap();
    assert!(session.resident(&id).unwrap().is_some());
    assert_eq!(session.issues_of(&id).unwrap().len(), 1);
    session.commit().unwrap();
}
