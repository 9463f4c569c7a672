//! Synthetic records for the tests of this crate.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::time::Date;

/// Texts of an unmistakable person, to be searched for where nothing personal may stand.
pub(crate) const CANARIES: &[&str] =
    &["関守", "セキモリ", "SEKIMORI", "TAROU", "旧関守", "別関守", "1977-07-07", "XK7777777", "LOT777", "CERT-777"];

pub(crate) fn dose() -> Dose {
    Dose {
        date: Date::new(2021, 6, 22).unwrap(),
        number: 1,
        series: Some(2),
        disease: "RA01".into(),
        vaccine_kind: "メッセンジャーRNA(mRNA)ワクチン".into(),
        manufacturer: "ファイザー".into(),
        product: "コミナティ".into(),
        lot: "LOT777".into(),
        country: CountryCode::JAPAN,
    }
}

/// A record of which every text is in [`CANARIES`], as far as it is personal.
pub(crate) fn canary() -> RecordFields {
    let name = |surname, given| Name::new(surname, given);
    RecordFields {
        kind: Kind::Overseas,
        name: Names {
            registered: name("関守", "太郎"),
            kana: Some(name("セキモリ", "タロウ")),
            romanised: Some(name("SEKIMORI", "TAROU")),
        },
        former_surname: Some("旧関守".into()),
        other_surname: Some("別関守".into()),
        alias: Some("別関守".into()),
        birth_date: BirthDate::parse("1977-07-07").unwrap().into(),
        sex: None,
        guardian: None,
        nationality: Some(CountryCode::JAPAN.into()),
        passport_number: Some("XK7777777".into()),
        doses: vec![dose(), Dose { date: Date::new(2021, 7, 13).unwrap(), number: 2, ..dose() }],
        certificate_id: Some("CERT-777".into()),
        issuer: "Municipality of Sekisho, Japan".into(),
    }
}

fn text(max: usize) -> impl Strategy<Value = String> {
    let characters = "[A-Za-z0-9 ÀÖßü手形花子関所テガタハナコ　'\\-]";
    proptest::string::string_regex(&format!("{characters}{{1,{max}}}"))
        .unwrap()
        .prop_filter("allowed text", move |text| check_text(text, max).is_ok())
}

fn personal(max: usize) -> impl Strategy<Value = Personal<String>> {
    text(max).prop_map(Personal::new)
}

fn name() -> impl Strategy<Value = Name> {
    (personal(20), option::of(personal(20)), any::<bool>()).prop_map(|(one, other, swap)| {
        if swap { Name { surname: other, given: Some(one) } } else { Name { surname: Some(one), given: other } }
    })
}

fn latin_name() -> impl Strategy<Value = Name> {
    let part = || "[A-Z]{1,12}( [A-Z]{1,12})?".prop_map(Personal::new);
    (part(), option::of(part())).prop_map(|(surname, given)| Name { surname: Some(surname), given })
}

fn birth_date() -> impl Strategy<Value = Personal<BirthDate>> {
    (1900_u16..=2020, 1_u8..=12, 1_u8..=28, 0..3).prop_map(|(year, month, day, parts)| {
        Personal::new(match parts {
            0 => BirthDate::Year(year),
            1 => BirthDate::Month { year, month },
            _ => BirthDate::Full(Date::new(year, month, day).unwrap()),
        })
    })
}

fn any_dose() -> impl Strategy<Value = Dose> {
    let known = prop::sample::select(vec![
        ("メッセンジャーRNA(mRNA)ワクチン", "ファイザー", "コミナティ"),
        ("mRNA vaccine", "武田/モデルナ", "スパイクバックス筋注"),
        ("mRNAワクチン", "ファイザー", "コミナティ(5-11歳)"),
        ("組換えタンパクワクチン", "武田", "ヌバキソビッド"),
        ("ウイルスベクターワクチン", "アストラゼネカ", "バキスゼブリア"),
    ]);
    let words = prop_oneof![
        3 => known.prop_map(|(kind, maker, product)| (kind.to_owned(), maker.to_owned(), product.to_owned())),
        1 => (text(TEXT_MAX_CHARS), text(TEXT_MAX_CHARS), text(TEXT_MAX_CHARS)),
    ];
    let disease = prop::sample::select(vec!["RA01", "RA01.0", "1D47"]);
    let country = prop::sample::select(vec!["JPN", "AUT", "USA", "RKS"]);
    let lot = "[A-Z0-9]{1,8}";
    (words, disease, country, lot, 18_700_i64..21_000, 1_u8.., option::of(1_u8..)).prop_map(
        |((vaccine_kind, manufacturer, product), disease, country, lot, day, number, series)| Dose {
            date: Date::from_days_since_epoch(day).unwrap(),
            number,
            series,
            disease: disease.into(),
            vaccine_kind,
            manufacturer,
            product,
            lot,
            country: CountryCode::parse(country).unwrap(),
        },
    )
}

/// Any valid record.
pub(crate) fn any_record() -> impl Strategy<Value = Record> {
    let surnames = (option::of(personal(10)), option::of(personal(10)), option::of(personal(10)));
    let passport = ("[A-Z]{2}[0-9]{7}", prop::sample::select(vec!["JPN", "DEU", "XXA"]));
    let id = option::of("[A-Z0-9]{1,30}".prop_filter("allowed", |id| check_identifier(id, 30).is_ok()));
    let texts = (name(), option::of(name()), latin_name(), surnames, text(TEXT_MAX_CHARS), id);
    (any::<bool>(), texts, birth_date(), passport, vec(any_dose(), 1..9)).prop_map(
        |(overseas, (registered, kana, romanised, surnames, issuer, certificate_id), birth_date, passport, doses)| {
            Record::new(RecordFields {
                kind: if overseas { Kind::Overseas } else { Kind::Domestic },
                name: Names { registered, kana, romanised: overseas.then_some(romanised) },
                former_surname: surnames.0,
                other_surname: surnames.1,
                alias: surnames.2,
                birth_date,
                sex: None,
                guardian: None,
                nationality: overseas.then(|| CountryCode::parse(passport.1).unwrap().into()),
                passport_number: overseas.then(|| passport.0.into()),
                doses,
                certificate_id,
                issuer,
            })
            .unwrap()
        },
    )
}
