//! Whatever record is certified comes back as it was, or its issuer is told what does not.

use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use tegata::format::dcc::{self, Dcc, Entry, Strictness};
use tegata::format::jp;
use tegata::model::catalogue::Catalogue;
use tegata::model::transliteration::transliterate;
use tegata::model::{
    BirthDate, CountryCode, Dose, Kind, Name, Names, Personal, Record, RecordFields, contains_individual_number,
};
use tegata::report::Stage;
use tegata::time::Date;
use tegata::{Code, Failure, Issued, Profile, Request};
use tegata_conformance::forge::{Forge, is_accepted, time};

const CASES: u32 = 400;

/// Text without what a record refuses: blanks alone, and accidental individual numbers.
fn text(pattern: &str) -> impl Strategy<Value = String> + use<> {
    proptest::string::string_regex(pattern)
        .unwrap()
        .prop_filter("allowed text", |text| !text.trim().is_empty() && !contains_individual_number(text))
}

fn personal(pattern: &str) -> impl Strategy<Value = Personal<String>> + use<> {
    text(pattern).prop_map(Personal::new)
}

const KANJI: &str = "[手形関所花子太郎髙﨑齋邉𠮷一-龠々]{1,12}";
const KANA: &str = "[ァ-ヶー　・]{1,20}";
const LATIN: &str = "[A-Za-zÀ-ÖØ-öø-ž'’ -]{1,24}";
const LONG: &str = "[A-Za-zÀ-ÖØ-öø-ž一-龠 ]{81,100}";

fn name() -> impl Strategy<Value = Name> {
    let part = || prop_oneof![6 => personal(KANJI), 2 => personal(LATIN), 1 => personal(KANA), 1 => personal(LONG)];
    parts(part(), part())
}

/// Surname, given name, or both.
fn parts(
    surname: impl Strategy<Value = Personal<String>>,
    given: impl Strategy<Value = Personal<String>>,
) -> impl Strategy<Value = Name> {
    (surname, given, 0..8).prop_map(|(surname, given, which)| Name {
        surname: (which != 0).then_some(surname),
        given: (which != 1).then_some(given),
    })
}

fn romanised() -> impl Strategy<Value = Name> {
    let part = || prop_oneof![5 => personal("[A-Z]{1,14}( [A-Z]{1,14})?"), 2 => personal(LATIN), 1 => personal("[A-Z ]{70,100}")];
    parts(part(), part())
}

fn birth_date() -> impl Strategy<Value = Personal<BirthDate>> {
    (prop_oneof![9 => 1900_u16..=2020, 1 => 1850_u16..1900], 1_u8..=12, 1_u8..=28, 0..5).prop_map(
        |(year, month, day, parts)| {
            Personal::new(match parts {
                0 => BirthDate::Year(year),
                1 => BirthDate::Month { year, month },
                _ => BirthDate::Full(Date::new(year, month, day).unwrap()),
            })
        },
    )
}

/// Disease, vaccine kind, manufacturer and product: of the catalogue, by any name, or free.
fn words() -> impl Strategy<Value = [String; 4]> {
    let free = (select(vec!["RA01", "1F03", "XX99"]), text(LATIN), text(KANA), text("[!-~一-龠]{1,80}"))
        .prop_map(|(disease, kind, maker, product)| [disease.into(), kind, maker, product]);
    let catalogue = Catalogue::builtin();
    let mut known = Vec::new();
    for product in catalogue.products() {
        let disease = catalogue.diseases().find(|disease| disease.id == product.disease).unwrap();
        for maker in &product.makers {
            let maker = catalogue.maker(maker).unwrap().name;
            for (maker, name) in [(maker.japanese, product.name.japanese), (maker.english, product.name.english)] {
                for kind in KINDS {
                    let fits = catalogue.kind_by_name(kind).is_some_and(|kind| kind.id == product.kind);
                    let words = [disease.icd11, kind, maker, name].map(str::to_owned);
                    known.extend(core::iter::repeat_n(words, if fits { 12 } else { 1 }));
                }
            }
        }
    }
    prop_oneof![8 => select(known), 1 => free]
}

/// Names of kinds of vaccine, general and particular.
const KINDS: [&str; 5] = [
    "メッセンジャーRNA(mRNA)ワクチン",
    "Viral vector vaccine",
    "新型コロナワクチン",
    "protein subunit",
    "不活化ワクチン",
];

fn dose() -> impl Strategy<Value = Dose> {
    let country = select(vec!["JPN", "JPN", "DEU", "USA", "RKS", "XKX"]);
    (words(), country, text("[A-Za-z0-9-]{1,12}"), 18_700_i64..20_400, 1_u8.., prop::option::weighted(0.9, 1_u8..))
        .prop_map(|([disease, vaccine_kind, manufacturer, product], country, lot, day, number, series)| Dose {
            date: Date::from_days_since_epoch(day).unwrap(),
            number,
            series,
            disease,
            vaccine_kind,
            manufacturer,
            product,
            lot,
            country: CountryCode::parse(country).unwrap(),
        })
}

fn record() -> impl Strategy<Value = Record> {
    let others = || prop::option::weighted(0.3, personal(KANJI));
    let passport = (personal("[A-Z]{2}[0-9]{7}"), select(vec!["JPN", "DEU", "XXA", "GBD"]));
    let id = prop::option::of(text("[A-Z0-9]{1,30}|[!-~]{1,80}"));
    let names = (name(), prop::option::of(parts(personal(KANA), personal(KANA))), romanised());
    let doses = prop_oneof![3 => vec(dose(), 1..=4), 1 => vec(dose(), 1..=20)];
    (any::<bool>(), names, (others(), others(), others()), birth_date(), passport, doses, id, text(LATIN)).prop_map(
        |(overseas, (registered, kana, romanised), others, birth_date, (passport, nationality), doses, id, issuer)| {
            let fields = RecordFields {
                kind: if overseas { Kind::Overseas } else { Kind::Domestic },
                name: Names { registered, kana, romanised: overseas.then_some(romanised) },
                former_surname: others.0,
                other_surname: others.1,
                alias: others.2,
                birth_date,
                sex: None,
                guardian: None,
                nationality: overseas.then(|| CountryCode::parse(nationality).unwrap().into()),
                passport_number: overseas.then_some(passport),
                doses,
                certificate_id: id,
                issuer,
            };
            Record::new(fields).unwrap()
        },
    )
}

/// Runs a property over records, reproducibly.
fn for_each_record(property: impl Fn(&Record) -> Result<(), TestCaseError>) {
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let rng = proptest::test_runner::TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(config, rng);
    runner.run(&record(), |record| property(&record)).map_err(|error| error.to_string()).unwrap();
}

fn issue(forge: &Forge, record: &Record, profile: Profile) -> Result<Issued, Failure> {
    forge.issuer.issue(record, &Forge::request(profile), &forge.signer)
}

/// A refusal that tells the issuer what to do: which field the profile cannot carry, or that it is
/// all too long.
fn is_told(failure: &Failure) -> bool {
    match failure.code() {
        Code::ProfileMissingField | Code::ProfileInvalidValue | Code::UnknownProduct => {
            failure.stage() == Stage::Profile && failure.field().is_some_and(|field| !field.is_empty())
        }
        Code::CertificateTooLarge => failure.stage() == Stage::Issue,
        // A dose after the day of issue.
        Code::RecordInvalidValue => failure.field().is_some_and(|field| field.ends_with(".date")),
        _ => false,
    }
}

#[test]
fn jp_gives_every_record_back() {
    let forge = Forge::new();
    let whole = Cell::new(0);
    for_each_record(|record| {
        let issued = match issue(&forge, record, Profile::Jp) {
            Ok(issued) => issued,
            // This profile carries every record; only a QR code can be too small for it.
            Err(failure) => {
                prop_assert_eq!(failure.code(), Code::CertificateTooLarge);
                return Ok(());
            }
        };
        whole.set(whole.get() + 1);
        prop_assert!(issued.not_carried().is_empty());
        let report = forge.verify(issued.text());
        prop_assert!(is_accepted(&report, "issued"), "{:?}", report.failure());
        prop_assert!(report.warnings().is_empty());
        let read = jp::decode(report.content().unwrap()).unwrap();
        prop_assert_eq!(read.certificate_id(), issued.certificate_id());
        prop_assert_eq!(read.issue_date, Forge::request(Profile::Jp).issued_at.date());
        let mut expected = record.clone().into_fields();
        expected.certificate_id.get_or_insert_with(|| Forge::request(Profile::Jp).certificate_id);
        // Not prop_assert_eq: it would print nothing, for records do not print.
        prop_assert!(read.record == Record::new(expected).unwrap());
        Ok(())
    });
    assert!(whole.get() > CASES / 2, "only {} of {CASES} fit", whole.get());
}

/// Whether a field is among those the issuer was told are not carried, itself or as a part.
fn named(issued: &Issued, field: &str) -> bool {
    issued.not_carried().iter().any(|path| {
        field.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

#[test]
fn dcc_gives_each_field_back_or_names_it() {
    let forge = Forge::new();
    let (issued_count, refused) = (Cell::new(0), Cell::new(0));
    for_each_record(|record| {
        let issued = match issue(&forge, record, Profile::Dcc) {
            Ok(issued) => issued,
            Err(failure) => {
                refused.set(refused.get() + 1);
                prop_assert!(is_told(&failure), "{failure}");
                return Ok(());
            }
        };
        issued_count.set(issued_count.get() + 1);
        let report = forge.verify(issued.text());
        prop_assert!(is_accepted(&report, "issued"), "{:?}", report.failure());
        let issued_at = Forge::request(Profile::Dcc).issued_at;
        let dcc = dcc::check(report.content().unwrap(), Strictness::Strict, Some(issued_at));
        let dcc = dcc.map_err(|error| TestCaseError::fail(format!("not by the schema: {error}")))?;
        for (field, carried) in carried(record, &dcc) {
            prop_assert!(carried || named(&issued, &field), "{field} is neither carried nor named");
        }
        Ok(())
    });
    assert!(issued_count.get() > CASES / 10, "only {} of {CASES} were issued", issued_count.get());
    assert!(refused.get() > CASES / 10, "only {} of {CASES} were refused", refused.get());
}

/// Every field that a record has, and whether the certificate gives it back.
fn carried(record: &Record, dcc: &Dcc<'_>) -> Vec<(String, bool)> {
    let Entry::Vaccination(entry) = &dcc.entry else { panic!("not a vaccination") };
    let (fields, catalogue) = (record.fields(), Catalogue::builtin());
    let exposed = |part: &Option<Personal<String>>| part.as_ref().map(|part| part.expose().clone());
    let registered = &fields.name.registered;
    let mut out = vec![
        ("kind".to_owned(), false),
        ("name.registered.surname".into(), exposed(&registered.surname).as_deref() == dcc.name.surname.as_deref()),
        ("name.registered.given".into(), exposed(&registered.given).as_deref() == dcc.name.given.as_deref()),
        ("birth_date".into(), fields.birth_date.expose().to_text() == dcc.birth_date),
        ("issuer".into(), fields.issuer == entry.issuer),
    ];
    if let Some(romanised) = &fields.name.romanised {
        for (field, part, read) in [
            ("surname", &romanised.surname, &dcc.name.surname_transliterated),
            ("given", &romanised.given, &dcc.name.given_transliterated),
        ] {
            let Some(part) = exposed(part) else { continue };
            let read = read.as_deref().unwrap_or_default();
            // What stands there must at least be that name's transliteration.
            assert_eq!(transliterate(&part).as_deref(), Ok(read));
            out.push((format!("name.romanised.{field}"), read.replace('<', " ") == part));
        }
    }
    for (field, given) in [
        ("name.kana", fields.name.kana.is_some()),
        ("former_surname", fields.former_surname.is_some()),
        ("other_surname", fields.other_surname.is_some()),
        ("alias", fields.alias.is_some()),
        ("nationality", fields.nationality.is_some()),
        ("passport_number", fields.passport_number.is_some()),
    ] {
        if given {
            out.push((field.into(), false));
        }
    }
    if let Some(id) = &fields.certificate_id {
        out.push(("certificate_id".into(), *id == entry.certificate_id));
    }
    let newest = record.newest_dose();
    for (index, dose) in fields.doses.iter().enumerate() {
        if index != newest {
            out.push((format!("doses[{index}]"), false));
            continue;
        }
        let disease = catalogue.disease_by_snomed(&entry.disease).map(|disease| disease.icd11);
        let product = catalogue.product_by_eu_code(&entry.product).map(|product| product.id);
        let maker = catalogue.maker_by_eu_code(&entry.manufacturer).map(|maker| maker.id);
        let kinds = [
            catalogue.kind_by_eu_code(&entry.vaccine).map(|kind| kind.id),
            // The product says its kind where several share a code.
            catalogue.product_by_eu_code(&entry.product).map(|product| product.kind),
        ];
        let kind = catalogue.kind_by_name(&dose.vaccine_kind).map(|kind| kind.id);
        for (field, carried) in [
            ("date", dose.date.to_string() == entry.date),
            ("number", u64::from(dose.number) == entry.dose_number),
            ("series", dose.series.map(u64::from) == Some(entry.series_doses)),
            ("disease", disease == Some(dose.disease.as_str())),
            ("vaccine_kind", kind.is_some() && kinds.contains(&kind)),
            ("manufacturer", catalogue.maker_by_name(&dose.manufacturer).map(|maker| maker.id) == maker),
            ("product", catalogue.product_by_name(&dose.product).map(|product| product.id) == product),
            ("lot", false),
            ("country", CountryCode::from_alpha2(&entry.country) == Some(dose.country)),
        ] {
            out.push((format!("doses[{index}].{field}"), carried));
        }
    }
    out
}

#[test]
fn json_gives_every_record_back() {
    for_each_record(|record| {
        let json = record.to_json();
        let read = Record::from_json(&json);
        prop_assert!(read.as_ref() == Ok(record), "{:?}", read.err());
        prop_assert_eq!(read.unwrap().to_json(), json);
        Ok(())
    });
}

#[test]
fn what_is_issued_is_accepted_even_of_odd_dates() {
    let forge = Forge::new();
    let example = || Record::from_json(tegata::model::EXAMPLE_RECORD).unwrap().into_fields();
    for (birth, dose) in [
        ("2026-01-15", "2026-01-15"),
        ("2026-01-16", "2026-01-17"),
        ("2026-02", "2026-03-01"),
        ("2027", "2027-01-01"),
        ("1899-12-31", "2021-01-01"),
        ("0001", "2021-01-01"),
        ("1980", "9999-12-31"),
    ] {
        let mut fields = example();
        fields.birth_date = BirthDate::parse(birth).unwrap().into();
        fields.doses.iter_mut().for_each(|of| of.date = Date::parse(dose).unwrap());
        let record = Record::new(fields).unwrap();
        for profile in [Profile::Jp, Profile::Dcc] {
            let what = format!("{} born {birth}, dose {dose}", profile.name());
            match issue(&forge, &record, profile) {
                Ok(issued) => assert!(is_accepted(&forge.verify(issued.text()), &what), "{what}"),
                Err(failure) => assert!(is_told(&failure), "{what}: {failure}"),
            }
        }
    }
}

#[test]
fn every_dose_can_be_certified_by_itself() {
    let forge = Forge::new();
    let record = Record::from_json(tegata::model::EXAMPLE_RECORD).unwrap();
    let doses = &record.fields().doses;
    for (index, dose) in doses.iter().enumerate() {
        let request = Request { dose: Some(index), ..Forge::request(Profile::Dcc) };
        let issued = forge.issuer.issue(&record, &request, &forge.signer).unwrap();
        let report = forge.verify(issued.text());
        let dcc = dcc::check(report.content().unwrap(), Strictness::Strict, None).unwrap();
        let Entry::Vaccination(entry) = &dcc.entry else { panic!("not a vaccination") };
        assert_eq!(entry.date, dose.date.to_string());
        assert!((0..doses.len()).all(|other| named(&issued, &format!("doses[{other}]")) == (other != index)));
    }
    let request = Request { dose: Some(doses.len()), ..Forge::request(Profile::Dcc) };
    let failure = forge.issuer.issue(&record, &request, &forge.signer).unwrap_err();
    assert_eq!((failure.code(), failure.field()), (Code::ProfileInvalidValue, Some("doses")));
    let request = Request { expires_at: Some(time("2026-01-15T09:00:00Z")), ..Forge::request(Profile::Jp) };
    assert_eq!(forge.issuer.issue(&record, &request, &forge.signer).unwrap_err().code(), Code::InvalidPeriod);
}
