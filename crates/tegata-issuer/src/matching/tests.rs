//! Tables of what matches, what a person decides, and what does not match.

use tegata::model::{BirthDate, Personal, Sex};

use super::*;
use crate::record::samples::hanako;
use crate::record::{InternalNumber, Resident};

fn claim() -> Claim {
    let details = hanako().details;
    Claim { name: details.name, address: details.address, birth_date: details.birth_date, sex: details.sex }
}

fn with_name(name: &str) -> Resident {
    let mut resident = hanako();
    resident.details.name = name.into();
    resident
}

#[test]
fn names() {
    let agreement =
        |claimed: &str, registered: &str| compare(&Claim { name: claimed.into(), ..claim() }, &with_name(registered));
    for (claimed, registered) in [
        ("手形　花子", "手形　花子"),
        ("手形　花子", "手形花子"),
        ("手形　花子", "手形 花子"),
        ("手形\u{2003}花子", " 手形花子 "),
        ("テガタ　ガブリエル", "ﾃｶﾞﾀ ｶﾞﾌﾞﾘｴﾙ"),
        ("ＴＥＧＡＴＡ　ＨＡＮＡＫＯ", "Tegata Hanako"),
        ("か\u{3099}く", "がく"),
        ("\u{fa19}田", "\u{fa19}田"),
    ] {
        assert_eq!(agreement(claimed, registered), Agreement::Whole, "{claimed} {registered}");
    }
    for (claimed, registered) in [
        ("渡邊　花子", "渡辺花子"),
        ("髙橋", "高橋"),
        ("\u{fa19}田", "神田"),
        ("葛\u{e0100}城", "葛城"),
        ("𠮷田", "吉田"),
        ("齋藤", "斎藤"),
    ] {
        assert_eq!(agreement(claimed, registered), Agreement::Doubtful(vec![Difference::Name]), "{claimed}");
    }
    for (claimed, registered) in [
        ("手形　花子", "手形　花"),
        ("手形　花子", "花子　手形"),
        ("斉藤", "斎藤"),
        ("手形　花子", ""),
        ("", ""),
        ("てがた", "テガタ"),
        ("へい", "べい"),
        ("ヘ", "へ"),
    ] {
        assert_eq!(agreement(claimed, registered), Agreement::Differs(vec![Difference::Name]), "{claimed}");
    }
}

#[test]
fn addresses() {
    let same = [
        "東京都練馬区豊玉北６丁目１２番１号",
        "東京都練馬区豊玉北6丁目12番1号",
        "東京都練馬区豊玉北六丁目１２番１号",
        "東京都練馬区豊玉北６－１２－１",
        "東京都練馬区豊玉北6-12-1",
        "東京都練馬区豊玉北６ー１２ー１",
        "東京都練馬区 豊玉北 6‐12−1",
        "東京都練馬区豊玉北６丁目１２番地の１",
        "東京都練馬区豊玉北６の１２の１",
    ];
    for address in same {
        assert_eq!(*normalise_address(address), *"東京都練馬区豊玉北6-12-1", "{address}");
    }
    for (address, form) in [
        ("千代田区三番町１番地", "千代田区三番町1"),
        ("一の宮町二丁目", "一の宮町2"),
        ("大字三ノ輪１番２号　ハイツ番場１０１号室", "大字三ノ輪1-2ハイツ番場101室"),
        ("北二十四丁目十三番地", "北24十三番地"),
        ("十丁目1", "10-1"),
        ("丁目", "丁目"),
        ("十三三丁目", "十三3"),
        ("コーポ", "コーポ"),
        ("1-", "1"),
    ] {
        assert_eq!(*normalise_address(address), *form, "{address}");
    }
    let compared = |claimed: &str| compare(&Claim { address: claimed.into(), ..claim() }, &hanako());
    assert_eq!(compared(same[3]), Agreement::Whole);
    assert_eq!(compared("東京都練馬區豊玉北6-12-1"), Agreement::Doubtful(vec![Difference::Address]));
    assert_eq!(compared("東京都練馬区豊玉北6-1-21"), Agreement::Differs(vec![Difference::Address]));
    assert_eq!(compared("東京都練馬区豊玉北61-2-1"), Agreement::Differs(vec![Difference::Address]));
}

#[test]
fn dates_of_birth() {
    let compared = |claimed: &str, registered: &str| {
        let date = |text: &str| Personal::new(BirthDate::parse(text).unwrap());
        let mut resident = hanako();
        resident.details.birth_date = date(registered);
        compare(&Claim { birth_date: date(claimed), ..claim() }, &resident)
    };
    assert_eq!(compared("1980-02-17", "1980-02-17"), Agreement::Whole);
    for partial in ["1980-02", "1980"] {
        assert_eq!(compared("1980-02-17", partial), Agreement::Doubtful(vec![Difference::BirthDate]));
        assert_eq!(compared(partial, partial), Agreement::Whole);
    }
    for other in ["1980-02-18", "1980-03", "1981", "1908-02-17", "1980-03-17"] {
        assert_eq!(compared("1980-02-17", other), Agreement::Differs(vec![Difference::BirthDate]), "{other}");
    }
}

#[test]
fn sexes() {
    for claimed in Sex::ALL {
        for registered in Sex::ALL {
            let mut resident = hanako();
            resident.details.sex = registered.into();
            let said = |sex| matches!(sex, Sex::Male | Sex::Female);
            let expected = if claimed == registered {
                Agreement::Whole
            } else if said(claimed) && said(registered) {
                Agreement::Differs(vec![Difference::Sex])
            } else {
                Agreement::Doubtful(vec![Difference::Sex])
            };
            assert_eq!(compare(&Claim { sex: claimed.into(), ..claim() }, &resident), expected);
        }
    }
}

/// A difference outweighs any doubt, and every one is named.
#[test]
fn several_fields() {
    let mut resident = with_name("手形　太郎");
    resident.details.sex = Sex::Male.into();
    resident.details.birth_date = BirthDate::Year(1980).into();
    assert_eq!(compare(&claim(), &resident), Agreement::Differs(vec![Difference::Name, Difference::Sex]));
}

#[test]
fn b2_a_match_is_one_person_or_none() {
    let person = |name: &str, number: &str| {
        let mut resident = with_name(name);
        resident.internal_number = InternalNumber::parse(number).unwrap();
        resident
    };
    let claim = Claim { name: "渡辺花子".into(), ..claim() };
    let same = || person("渡辺　花子", "1");
    let variant = || person("渡邊　花子", "2");
    let other = || person("手形　太郎", "3");
    assert!(matches!(match_residents(&claim, Vec::new()), Match::None));
    assert!(matches!(match_residents(&claim, vec![other()]), Match::None));
    match match_residents(&claim, vec![other(), same()]) {
        Match::One(resident) => assert_eq!(resident.internal_number.as_str(), "1"),
        found => panic!("{found:?}"),
    }
    match match_residents(&claim, vec![variant()]) {
        Match::ToHuman(resident, fields) => {
            assert_eq!((resident.internal_number.as_str(), fields), ("2", vec![Difference::Name]));
        }
        found => panic!("{found:?}"),
    }
    for candidates in [vec![same(), same()], vec![same(), variant()], vec![variant(), variant()]] {
        assert!(matches!(match_residents(&claim, candidates), Match::Many));
    }
}
