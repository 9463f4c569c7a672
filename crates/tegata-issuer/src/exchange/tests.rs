//! Files, good and bad, and what is said of them.

mod importing;

use proptest::prelude::*;
use tegata::model::{BirthDate, IndividualNumber, MunicipalityCode, MunicipalityHashKey, NumberHash};

use super::*;
use crate::record::samples::{dose, hanako, passport};
use crate::record::{Flags, Resident, Vaccination};

const NERIMA: &str = "131202";

fn municipality() -> MunicipalityCode {
    MunicipalityCode::parse(NERIMA).unwrap()
}

fn hash(number: &IndividualNumber) -> NumberHash {
    NumberHash::new(number, &MunicipalityHashKey::from_bytes([7; 32]))
}

fn read(file: &[u8]) -> Vec<Result<Row, RowError>> {
    let reader = RowReader::new(file, municipality(), hash);
    reader
        .map(|row| {
            row.map_err(|error| match error {
                ReadError::Row(error) => error,
                ReadError::Input(error) => panic!("{error}"),
            })
        })
        .collect()
}

/// A file of one row that is right, as columns and values to change.
fn good() -> Vec<(&'static str, String)> {
    [
        ("個人番号", "123456789018"),
        ("宛名番号", "000000000012345"),
        ("自治体コード", NERIMA),
        ("接種券番号", "0123456789"),
        ("氏名", "手形　花子"),
        ("フリガナ", "テガタ　ハナコ"),
        ("生年月日", "19800217"),
        ("性別", "女"),
        ("住所", "東京都練馬区豊玉北６丁目１２番１号"),
        ("接種状況", "実施"),
        ("接種回", "1"),
        ("接種日", "20210701"),
        ("疾病コード", ""),
        ("ワクチン種類", "mRNAワクチン"),
        ("メーカー", "ファイザー"),
        ("製品名", "コミナティ筋注"),
        ("ロット番号", "EX3617"),
        ("接種国", ""),
        ("接種場所", "手形医院"),
        ("医師名", "医師　太郎"),
        ("転出フラグ", "0"),
        ("死亡フラグ", ""),
        ("支援措置フラグ", "1"),
        ("証明書ID", ""),
        ("証明書発行年月日", ""),
        ("ローマ字氏名", ""),
        ("国籍", ""),
        ("旅券番号", ""),
        ("旧姓", ""),
        ("別姓", ""),
        ("別名", ""),
    ]
    .map(|(column, value)| (column, value.to_owned()))
    .to_vec()
}

fn with(changes: &[(&str, &str)]) -> Vec<(&'static str, String)> {
    let mut fields = good();
    for (column, value) in changes {
        fields.iter_mut().find(|(known, _)| known == column).unwrap().1 = (*value).to_owned();
    }
    fields
}

fn file(rows: &[Vec<(&'static str, String)>]) -> String {
    let line = |fields: Vec<&str>| fields.join(",") + "\r\n";
    let mut out = line(rows[0].iter().map(|(column, _)| *column).collect());
    for row in rows {
        out += &line(row.iter().map(|(_, value)| value.as_str()).collect());
    }
    out
}

fn one(changes: &[(&str, &str)]) -> Result<Row, RowError> {
    let mut rows = read(file(&[with(changes)]).as_bytes());
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[test]
fn e_every_column_is_read() {
    let row = one(&[]).unwrap();
    let mut expected = hanako();
    expected.number = Some(hash(&IndividualNumber::from_digits(b"123456789018").unwrap()));
    expected.details.flags.protected = true;
    assert_eq!(row.line, 2);
    assert!(row.resident == expected);
    // The catalogue knows the disease of the product.
    assert!(row.vaccination == Some(dose(1, "2021-07-01")));
    assert!(row.issue.is_none());
    let row = one(&[
        ("証明書ID", "JPN13120220211209200002"),
        ("証明書発行年月日", "20211209"),
        ("ローマ字氏名", "TEGATA HANAKO"),
        ("国籍", "JPN"),
        ("旅券番号", "TK0000000"),
        ("別姓", "SATO"),
    ]);
    assert!(row.unwrap().issue.unwrap().passport == Some(passport()));
}

#[test]
fn e_romanised_names_come_back_as_they_went() {
    for name in ["TEGATA, HANAKO", "TEGATA HANAKO", "TEGATA", "VAN DER BERG, JAN PIET", "VAN DER BERG,", "A B,"] {
        let read = field::romanised(name).unwrap();
        assert!(field::romanised(&field::romanised_text(&read)).unwrap() == read, "{name}");
    }
    let read = field::romanised("VAN DER BERG, JAN PIET").unwrap();
    assert_eq!(read.parts().collect::<Vec<_>>(), ["VAN DER BERG", "JAN PIET"]);
}

#[test]
fn e_both_encodings_and_a_byte_order_mark() {
    let utf8 = file(&[good(), with(&[("接種回", "2")])]);
    let (cp932, ..) = encoding_rs::SHIFT_JIS.encode(&utf8);
    let with_mark = format!("\u{feff}{utf8}");
    let rows = read(utf8.as_bytes());
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(Result::is_ok));
    assert!(read(&cp932) == rows);
    assert!(read(with_mark.as_bytes()) == rows);
    // Other line ends, quotes, spaces around, an empty line at the end.
    let quoted = utf8.replace("手形　花子", "\" 手形　花子 \"").replace("\r\n", "\n") + "\n";
    assert!(read(quoted.as_bytes()) == rows);
    // A byte of the other encoding in a row, and in the first one.
    let mut mixed = utf8.into_bytes();
    let place = mixed.len() - 60;
    mixed[place] = 0xff;
    assert_eq!(read(&mixed)[1].as_ref().unwrap_err().kind, RowErrorKind::Encoding);
    assert_eq!(read(b"\x81\xff,\x82")[0].as_ref().unwrap_err().kind, RowErrorKind::Encoding);
}

/// Line and column are named, and values never.
#[test]
fn e_errors_name_line_and_column() {
    for (column, value, code) in [
        ("個人番号", "123456789010", "import-invalid-value"),
        ("個人番号", "12345678901", "import-invalid-value"),
        ("宛名番号", "", "import-missing-value"),
        ("宛名番号", "123456789018", "import-invalid-value"),
        ("自治体コード", "131203", "import-invalid-value"),
        ("自治体コード", "401307", "import-other-municipality"),
        ("接種券番号", "123456789", "import-invalid-value"),
        ("氏名", "", "import-missing-value"),
        ("氏名", "手形\u{202e}花子", "import-invalid-value"),
        ("氏名", "123456789018", "import-invalid-value"),
        ("フリガナ", "\u{1}", "import-invalid-value"),
        ("生年月日", "1980-02-17", "import-invalid-value"),
        ("生年月日", "19801317", "import-invalid-value"),
        ("生年月日", "19800230", "import-invalid-value"),
        ("生年月日", "19800017", "import-invalid-value"),
        ("性別", "F", "import-invalid-value"),
        ("住所", " ", "import-missing-value"),
        ("接種状況", "済", "import-invalid-value"),
        ("接種状況", "", "import-missing-value"),
        ("接種回", "0", "import-invalid-value"),
        ("接種回", "256", "import-invalid-value"),
        ("接種回", "+1", "import-invalid-value"),
        ("接種回", "", "import-missing-value"),
        ("接種日", "20210732", "import-invalid-value"),
        ("接種日", "20210700", "import-invalid-value"),
        ("製品名", "", "import-missing-value"),
        ("ワクチン種類", "", "import-missing-value"),
        ("接種国", "日本", "import-invalid-value"),
        ("接種場所", "1234-5678-9018", "import-invalid-value"),
        ("死亡フラグ", "2", "import-invalid-value"),
        ("証明書発行年月日", "20211209", "import-invalid-value"),
        ("旅券番号", "TK0000000", "import-invalid-value"),
        ("証明書ID", "A B", "import-invalid-value"),
        ("証明書ID", "A", "import-missing-value"),
    ] {
        let error = one(&[(column, value)]).unwrap_err();
        assert_eq!((error.line, error.kind.code().name()), (2, code), "{column} {value:?}");
        let expected = if value == "A" { "証明書発行年月日" } else { column };
        assert_eq!(error.column.unwrap().header(), expected);
        let printed = format!("{error} {error:?} {}", tegata::Failure::from(error));
        assert!(value.trim().len() < 3 || !printed.contains(value), "{printed}");
    }
    // A product that the catalogue does not know needs its disease named.
    let error = one(&[("製品名", "テスト用ワクチン")]).unwrap_err();
    assert_eq!((error.column, error.kind), (Some(Column::Disease), RowErrorKind::Missing));
    assert!(one(&[("製品名", "テスト用ワクチン"), ("疾病コード", "1F41")]).is_ok());
    for name in ["VAN DER BERG JAN", "手形 花子", ", HANAKO", "A, B, C"] {
        let name = format!("\"{name}\"");
        let changes = [
            ("証明書ID", "A1"),
            ("証明書発行年月日", "20211209"),
            ("国籍", "NLD"),
            ("旅券番号", "X1"),
            ("ローマ字氏名", &name),
        ];
        assert_eq!(one(&changes).unwrap_err().column, Some(Column::Romanised), "{name}");
    }
}

#[test]
fn e_a_dose_that_was_not_given_has_no_day() {
    let nothing = [("接種日", ""), ("ワクチン種類", ""), ("メーカー", ""), ("製品名", ""), ("ロット番号", "")];
    let mut changes = vec![("接種状況", "未実施"), ("接種場所", ""), ("医師名", ""), ("疾病コード", "RA01")];
    changes.extend(nothing);
    let row = one(&changes).unwrap();
    assert!(row.vaccination == Some(Vaccination { disease: "RA01".into(), number: 1, given: None }));
    for (column, value) in [("接種日", "20210701"), ("ロット番号", "EX3617"), ("医師名", "医師")] {
        let mut changes = changes.clone();
        changes.push((column, value));
        let error = one(&changes).unwrap_err();
        assert_eq!((error.kind, error.column.unwrap().header()), (RowErrorKind::NotAllowed, column));
    }
    let unnamed = [&changes[..], &[("疾病コード", "")]].concat();
    assert!(one(&unnamed).unwrap().vaccination.unwrap().disease.is_empty());
    // Without a dose number the row is of a person alone.
    changes.extend([("接種回", ""), ("疾病コード", "")]);
    assert!(one(&changes).unwrap().vaccination.is_none());
}

#[test]
fn e_the_first_row_is_judged_as_a_whole() {
    let fault = |file: &str| {
        let rows = read(file.as_bytes());
        assert_eq!(rows.len(), 1, "nothing is read after it");
        *rows[0].as_ref().unwrap_err()
    };
    let good = file(&[good()]);
    assert_eq!(fault("").kind, RowErrorKind::Empty);
    assert_eq!(fault(&good.replacen("住所", "備考", 1)).kind, RowErrorKind::ColumnUnknown(9));
    let error = fault(&good.replacen("フリガナ", "氏名", 1));
    assert_eq!((error.kind, error.column), (RowErrorKind::ColumnTwice, Some(Column::Name)));
    let error = fault("宛名番号,自治体コード\r\n1,131202\r\n");
    assert_eq!((error.kind, error.column), (RowErrorKind::ColumnMissing, Some(Column::Voucher)));
    assert_eq!(fault(&"宛名番号,".repeat(70)).kind.code().name(), "import-row-malformed");
}

#[test]
fn e_rows_of_another_shape() {
    let mut rows = file(&[good(), good(), good()]);
    rows = rows.replacen("EX3617,", "EX3617", 1);
    let read_rows = read(rows.as_bytes());
    assert_eq!(read_rows.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true, true]);
    assert_eq!(*read_rows[0].as_ref().unwrap_err(), RowError { line: 2, column: None, kind: RowErrorKind::FieldCount });

    // A row that never ends, and one that ends at last: neither takes more memory than any other.
    let head = file(&[good()]);
    let endless = format!("{head}\"{}", "あ".repeat(MAX_ROW_BYTES));
    assert_eq!(read(endless.as_bytes())[1].as_ref().unwrap_err().kind, RowErrorKind::TooLong);
    let long = format!("{head}\"{}\"\r\n{}", "a".repeat(3 * MAX_ROW_BYTES), head.split_once('\n').unwrap().1);
    let rows = read(long.as_bytes());
    assert_eq!(rows.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(rows[2].as_ref().unwrap().line, 4);
    let wide = format!("{head}{}\r\n", ",".repeat(100_000));
    assert_eq!(read(wide.as_bytes())[1].as_ref().unwrap_err().kind, RowErrorKind::FieldCount);
}

/// Cut at every length: no panic, and never more rows than there were.
#[test]
fn e_a_file_that_is_cut() {
    let file = file(&[good(), with(&[("氏名", "\"手形,\"\"花子\"")])]);
    let (cp932, ..) = encoding_rs::SHIFT_JIS.encode(&file);
    for whole in [file.as_bytes(), &cp932] {
        for length in 0..whole.len() {
            assert!(read(&whole[..length]).len() <= 2);
        }
    }
}

#[test]
fn c5_an_export_holds_no_individual_number_and_is_read_back() {
    let mut resident = hanako();
    resident.number = Some(hash(&IndividualNumber::from_digits(b"123456789018").unwrap()));
    let issues = [2, 1, 0].map(|number| PastIssue {
        certificate_id: format!("ID{number}"),
        issue_date: tegata::time::Date::new(2021, 12, 9).unwrap(),
        passport: (number == 2).then(passport),
    });
    for encoding in [Encoding::Utf8, Encoding::Cp932] {
        let mut out = Vec::new();
        let mut writer = RowWriter::new(&mut out, municipality(), encoding).unwrap();
        writer.person(&resident, &[dose(1, "2021-07-01"), dose(2, "2021-07-22")], &issues).unwrap();
        writer.person(&hanako(), &[], &[]).unwrap();
        assert_eq!(writer.finish().unwrap(), (4, 0));
        let (text, ..) = if encoding == Encoding::Cp932 {
            encoding_rs::SHIFT_JIS.decode(&out)
        } else {
            encoding_rs::UTF_8.decode(&out)
        };
        assert!(!text.contains("個人番号") && !text.contains("123456789018"));
        let rows: Vec<_> = read(&out).into_iter().map(Result::unwrap).collect();
        assert!(rows[0].resident == hanako());
        assert!(rows[1].vaccination == Some(dose(2, "2021-07-22")));
        assert_eq!(rows.iter().map(|row| row.vaccination.is_some()).collect::<Vec<_>>(), [true, true, false, false]);
        assert!(rows[0].issue.as_ref() == Some(&issues[0]) && rows[2].issue.as_ref() == Some(&issues[2]));
    }
}

/// What has no code in CP932 is marked and counted, not lost in silence.
#[test]
fn e_characters_outside_cp932() {
    let mut resident = hanako();
    resident.details.name = "𠮷田　花子".into();
    resident.details.address = "１−２〜３".into();
    let mut out = Vec::new();
    let mut writer = RowWriter::new(&mut out, municipality(), Encoding::Cp932).unwrap();
    writer.person(&resident, &[], &[]).unwrap();
    assert_eq!(writer.finish().unwrap(), (1, 1));
    let row = read(&out).remove(0).unwrap();
    assert_eq!(row.resident.details.name.expose(), "〓田　花子");
    assert_eq!(row.resident.details.address.expose(), "１－２～３");
}

fn text(chars: &'static str) -> impl Strategy<Value = String> {
    proptest::string::string_regex(chars).unwrap()
}

prop_compose! {
    fn resident()(
        name in text("[一-龠ぁ-んァ-ンA-Za-z\",'・]{1,20}"),
        kana in proptest::option::of(text("[ァ-ン]{1,20}")),
        address in text("[一-龠ァ-ン０-９,\"]{1,40}"),
        birth in prop_oneof![Just("1980"), Just("1980-02"), Just("2000-02-29")],
        flags in any::<[bool; 3]>(),
    ) -> Resident {
        let mut resident = hanako();
        resident.details.name = name.into();
        resident.details.kana = kana.map(Into::into);
        resident.details.address = address.into();
        resident.details.birth_date = BirthDate::parse(birth).unwrap().into();
        resident.details.flags = Flags { moved_out: flags[0], deceased: flags[1], protected: flags[2] };
        resident
    }
}

proptest! {
    #[test]
    fn e_what_is_written_is_read_back(residents in proptest::collection::vec(resident(), 1..5)) {
        let mut out = Vec::new();
        let mut writer = RowWriter::new(&mut out, municipality(), Encoding::Utf8).unwrap();
        for resident in &residents {
            writer.person(resident, &[dose(1, "2021-07-01")], &[]).unwrap();
        }
        writer.finish().unwrap();
        let rows: Vec<_> = read(&out).into_iter().map(|row| row.unwrap().resident).collect();
        prop_assert!(rows == residents);
    }

    #[test]
    fn e_nothing_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), head in any::<bool>()) {
        let mut input = if head { file(&[good()]).into_bytes() } else { Vec::new() };
        input.extend(bytes);
        let _ = read(&input);
    }
}
