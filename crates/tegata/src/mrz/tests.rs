//! Specimens of Doc 9303, exhaustive damage, and reading back whatever is written.

use proptest::prelude::*;

use super::check_digit::check_digit;
use super::*;
use crate::model::samples::CANARIES;
use crate::model::{BirthDate, Name, Personal};
use crate::report::{Failure, Stage};
use crate::time::Date;

/// Doc 9303-4, appendix A.
const TD3: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
/// Doc 9303-5, appendix A.
const TD1: &str = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
/// A TD1 whose number has twelve characters.
const LONG_NUMBER: &str = "I<UTOD23145890<7349<<<<<<<<<<<3407127M9507122UTO<<<<<<<<<<<2STEVENSON<<PETER<JOHN<<<<<<<<<";

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn today() -> Date {
    date("2026-06-01")
}

fn parse(text: &str) -> Result<TravelDocument, MrzError> {
    TravelDocument::parse(text, today())
}

/// The text with the characters from a place on replaced.
fn with(text: &str, at: usize, other: &str) -> String {
    let mut text = text.to_owned();
    text.replace_range(at..at + other.len(), other);
    text
}

/// The same with every check digit of a TD3 put right.
fn td3_with(at: usize, other: &str) -> String {
    let mut text = with(TD3, at, other);
    for (from, to) in [(44, 53), (57, 63), (65, 71), (72, 86)] {
        let digit = check_digit(&[&text.as_bytes()[from..to]]);
        text.replace_range(to..=to, core::str::from_utf8(&[digit]).unwrap());
    }
    let line = &text.as_bytes()[44..];
    let digit = check_digit(&[&line[..10], &line[13..20], &line[21..43]]);
    text.replace_range(87..88, core::str::from_utf8(&[digit]).unwrap());
    text
}

fn names(document: &TravelDocument) -> (&str, Option<&str>) {
    (
        document.name.surname.as_ref().unwrap().expose(),
        document.name.given.as_ref().map(|given| given.expose().as_str()),
    )
}

#[test]
fn specimen_passport() {
    let passport = parse(TD3).unwrap();
    assert_eq!((passport.format, passport.document_code.as_str()), (Format::Td3, "P"));
    assert_eq!(names(&passport), ("ERIKSSON", Some("ANNA MARIA")));
    assert!(!passport.name_may_be_truncated);
    assert_eq!(passport.issuing_state.as_str(), "UTO");
    assert_eq!(passport.nationality.expose().country(), None);
    assert_eq!(passport.number.expose(), "L898902C3");
    assert_eq!(*passport.birth_date.unwrap().expose(), BirthDate::Full(date("1974-08-12")));
    assert_eq!((passport.sex, passport.expiry_date), (Sex::Female, Some(date("2012-04-15"))));
    assert_eq!(passport.optional_data.expose(), "ZE184226B");
    assert_eq!(passport.more_optional_data.expose(), "");
}

#[test]
fn specimen_card() {
    let card = parse(TD1).unwrap();
    assert_eq!((card.format, card.document_code.as_str()), (Format::Td1, "I"));
    assert_eq!(names(&card), ("ERIKSSON", Some("ANNA MARIA")));
    assert_eq!(card.number.expose(), "D23145890");
    assert_eq!(*card.birth_date.unwrap().expose(), BirthDate::Full(date("1974-08-12")));
    assert_eq!((card.sex, card.expiry_date), (Sex::Female, Some(date("2012-04-15"))));
    assert_eq!((card.optional_data.expose().as_str(), card.more_optional_data.expose().as_str()), ("", ""));
}

#[test]
fn long_numbers_of_cards() {
    let card = parse(LONG_NUMBER).unwrap();
    assert_eq!(card.number.expose(), "D23145890734");
    assert_eq!(card.optional_data.expose(), "");
    // What is really optional stands behind a filler.
    let card = parse(&composite_right(&with(LONG_NUMBER, 20, "AB<12"))).unwrap();
    assert_eq!(card.number.expose(), "D23145890734");
    assert_eq!(card.optional_data.expose(), "AB<12");
    // A number that fills the whole field.
    let digit = check_digit(&[b"D23145890", b"12345678901234"]);
    let full = format!("{}{}", "12345678901234", char::from(digit));
    assert_eq!(parse(&composite_right(&with(LONG_NUMBER, 15, &full))).unwrap().number.expose().len(), 23);
    for overflow in ["7340<<<<<<<<<<<", "9<<<<<<<<<<<<<<", "<<<<<<<<<<<<<<<", "734<<<<<<<<<<<<"] {
        let text = composite_right(&with(LONG_NUMBER, 15, overflow));
        assert_eq!(parse(&text), Err(MrzError::CheckDigit(Field::DocumentNumber)), "{overflow}");
    }
}

/// A TD1 with the composite check digit put right.
fn composite_right(text: &str) -> String {
    let line = text.as_bytes();
    let digit = check_digit(&[&line[5..30], &line[30..37], &line[38..45], &line[48..59]]);
    with(text, 59, core::str::from_utf8(&[digit]).unwrap())
}

#[test]
fn what_scanners_and_keyboards_make_of_it() {
    let expected = parse(TD3).unwrap();
    let lines = format!("{}\n{}", &TD3[..44], &TD3[44..]);
    let spaced: String = TD3.chars().flat_map(|character| [character, ' ']).collect();
    let full_width: String = TD3.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
    for text in [
        lines.clone(),
        lines.replace('\n', "\r\n"),
        format!("\t{lines}\n\n"),
        TD3.to_lowercase(),
        spaced,
        full_width.clone(),
        full_width.replace('Ｐ', "　Ｐ"),
    ] {
        assert_eq!(parse(&text).as_ref(), Ok(&expected));
    }
}

#[test]
fn what_is_no_zone() {
    for text in ["", "P", &TD3[..87], &TD1[..89], &format!("{TD1}<"), &TD1[..72]] {
        assert_eq!(parse(text), Err(MrzError::WrongLength));
    }
    assert_eq!(parse(&"<".repeat(MAX_MRZ_BYTES + 1)), Err(MrzError::WrongLength));
    for (character, at) in [("«", 3), ("-", 0), ("\u{feff}", 7), ("é", 43), ("|", 1), ("ｱ", 2), ("～", 0)] {
        let text = format!("{}{character}{}", &TD3[..at], &TD3[at..]);
        assert_eq!(parse(&text), Err(MrzError::InvalidCharacter(at)), "{character}");
    }
    for kind in ["V<", "I<", "<<", "1P"] {
        assert_eq!(parse(&with(TD3, 0, kind)), Err(MrzError::UnsupportedDocument), "{kind}");
    }
    for kind in ["P<", "V<", "IV", "AV", "B<"] {
        assert_eq!(parse(&with(TD1, 0, kind)), Err(MrzError::UnsupportedDocument), "{kind}");
    }
    assert_eq!(parse(&with(TD3, 0, "PD")).unwrap().document_code, "PD");
    assert_eq!(parse(&with(TD3, 0, "P1")), Err(MrzError::InvalidValue(Field::DocumentCode)));
}

#[test]
fn every_field_has_its_rule() {
    for (at, other, error) in [
        (2, "<UT", MrzError::InvalidValue(Field::IssuingState)),
        (2, "U<O", MrzError::InvalidValue(Field::IssuingState)),
        (2, "UT0", MrzError::InvalidValue(Field::IssuingState)),
        (54, "<<<", MrzError::InvalidValue(Field::Nationality)),
        (5, "<<ERIKS", MrzError::InvalidValue(Field::Name)),
        (5, "ER1KSSON", MrzError::InvalidValue(Field::Name)),
        (44, "<<<<<<<<<", MrzError::InvalidValue(Field::DocumentNumber)),
        (57, "740230", MrzError::InvalidDate(Field::BirthDate)),
        (57, "741301", MrzError::InvalidDate(Field::BirthDate)),
        (57, "740001", MrzError::InvalidDate(Field::BirthDate)),
        (57, "7400<<", MrzError::InvalidDate(Field::BirthDate)),
        (57, "74<<12", MrzError::InvalidValue(Field::BirthDate)),
        (57, "74O812", MrzError::InvalidValue(Field::BirthDate)),
        (57, "7<0812", MrzError::InvalidValue(Field::BirthDate)),
        (64, "X", MrzError::InvalidValue(Field::Sex)),
        (65, "120431", MrzError::InvalidDate(Field::ExpiryDate)),
        (65, "1204<<", MrzError::InvalidValue(Field::ExpiryDate)),
    ] {
        let found = parse(&td3_with(at, other)).unwrap_err();
        assert_eq!(found, error, "{other}");
        assert_eq!(found.code().stage(), Stage::Mrz);
        assert_eq!(Failure::from(found).field(), found.field().map(Field::name));
        assert!(!found.to_string().contains(other));
    }
}

#[test]
fn absent_and_partial_values() {
    let birth = |field: &str| parse(&td3_with(57, field)).unwrap().birth_date.map(|date| *date.expose());
    assert_eq!(birth("7408<<"), Some(BirthDate::Month { year: 1974, month: 8 }));
    assert_eq!(birth("74<<<<"), Some(BirthDate::Year(1974)));
    assert_eq!(birth("<<<<<<"), None);
    assert_eq!(parse(&td3_with(65, "<<<<<<")).unwrap().expiry_date, None);
    assert_eq!(parse(&td3_with(64, "<")).unwrap().sex, Sex::Unspecified);
    // Without a personal number both forms of its check digit are right.
    let empty = td3_with(72, "<<<<<<<<<<<<<<");
    assert_eq!(&empty[86..87], "0");
    for digit in ["0", "<"] {
        assert_eq!(parse(&with(&empty, 86, digit)).unwrap().optional_data.expose(), "");
    }
    assert_eq!(parse(&with(&empty, 86, "1")), Err(MrzError::CheckDigit(Field::OptionalData)));
    assert_eq!(parse(&with(TD3, 86, "<")), Err(MrzError::CheckDigit(Field::OptionalData)));
    // Names.
    let field = |name: &str| format!("{name:<<39}");
    for (name, surname, given, full) in [
        ("ARKFREITH", "ARKFREITH", None, false),
        ("VAN<DER<MEER<<JAN<PIETER", "VAN DER MEER", Some("JAN PIETER"), false),
        ("NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K", "NILAVADHANANANDA", Some("CHAYAPA DEJTHAMRONG K"), true),
        ("A<<B<<C", "A", Some("B C"), false),
    ] {
        let document = parse(&with(TD3, 5, &field(name))).unwrap();
        assert_eq!((names(&document), document.name_may_be_truncated), ((surname, given), full));
    }
    // Germany writes a single letter.
    let german = parse(&with(&with(TD3, 2, "D<<"), 54, "D<<")).unwrap();
    assert_eq!(german.nationality.expose().country().unwrap().alpha3(), "DEU");
    assert_eq!(german.issuing_state.as_str(), "D");
}

#[test]
fn centuries_follow_from_the_reference() {
    let birth = |field: &str, reference: &str| {
        TravelDocument::parse(&td3_with(57, field), date(reference))
            .map(|document| *document.birth_date.unwrap().expose())
    };
    for (field, reference, expected) in [
        ("260601", "2026-06-01", "2026-06-01"),
        ("260602", "2026-06-01", "1926-06-02"),
        ("2606<<", "2026-06-01", "2026-06"),
        ("2607<<", "2026-06-01", "1926-07"),
        ("26<<<<", "2026-06-01", "2026"),
        ("27<<<<", "2026-06-01", "1927"),
        ("991231", "2100-01-01", "2099-12-31"),
        // 1900 and 2100 had and will have no leap day.
        ("000229", "2026-06-01", "2000-02-29"),
        ("000229", "2105-01-01", "2000-02-29"),
    ] {
        assert_eq!(birth(field, reference).unwrap().to_text(), expected, "{field}");
    }
    assert_eq!(birth("000229", "1999-01-01"), Err(MrzError::InvalidDate(Field::BirthDate)));
    let expiry = |field: &str| parse(&td3_with(65, field)).unwrap().expiry_date.unwrap().year();
    assert_eq!([expiry("750101"), expiry("760101"), expiry("990101"), expiry("260101")], [2075, 1976, 1999, 2026]);
}

/// Every character of every protected field replaced by every other: what is not found is what check digits cannot
/// find, and no more.
#[test]
fn single_errors_are_found_as_far_as_check_digits_go() {
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";
    let remainder = |character: u8| char::from(character).to_digit(36).unwrap_or(0) % 10;
    // Number, birth, expiry and personal number; then the digits themselves.
    let td3_fields = [44..53, 57..63, 65..71, 72..86].into_iter().flatten();
    let td3_digits = [53, 63, 71, 86, 87];
    let td1_fields = [5..14, 15..30, 30..36, 38..44, 48..59].into_iter().flatten();
    let td1_digits = [14, 36, 44, 59];
    let fields = td3_fields.map(|at| (TD3, at)).chain(td1_fields.map(|at| (TD1, at)));
    let mut missed = 0;
    for (text, at) in fields {
        let is = text.as_bytes()[at];
        for other in alphabet.iter().copied().filter(|other| *other != is) {
            let found = parse(&with(text, at, core::str::from_utf8(&[other]).unwrap()));
            if remainder(is) == remainder(other) {
                // In dates only digits may stand, and those all differ.
                let in_date = if text == TD3 { (57..71).contains(&at) } else { (30..44).contains(&at) };
                assert_eq!(found.is_err(), in_date, "{at} {}", char::from(other));
                missed += usize::from(found.is_ok());
            } else {
                assert!(matches!(found, Err(MrzError::CheckDigit(_))), "{at} {}", char::from(other));
            }
        }
    }
    // About one replacement in fifteen.
    assert_eq!(missed, 199);
    for (text, at) in td3_digits.map(|at| (TD3, at)).into_iter().chain(td1_digits.map(|at| (TD1, at))) {
        let is = text.as_bytes()[at];
        for other in alphabet.iter().copied().filter(|other| *other != is) {
            let found = parse(&with(text, at, core::str::from_utf8(&[other]).unwrap()));
            assert!(matches!(found, Err(MrzError::CheckDigit(_))), "{at} {}", char::from(other));
        }
    }
}

#[test]
fn every_truncation_and_extension_is_refused() {
    for text in [TD3, TD1, LONG_NUMBER] {
        for at in 0..text.len() {
            assert!(parse(&text[..at]).is_err(), "{at}");
            assert!(parse(&format!("{}<{}", &text[..at], &text[at..])).is_err(), "{at}");
        }
    }
}

fn passport() -> Passport {
    Passport {
        issuing_state: StateCode::parse("JPN").unwrap(),
        name: Name::new("SEKIMORI", "TAROU"),
        number: "XK7777777".into(),
        nationality: StateCode::parse("JPN").unwrap().into(),
        birth_date: BirthDate::parse("1977-07-07").unwrap().into(),
        sex: Sex::Male,
        expiry_date: date("2031-07-07"),
        personal_number: "".into(),
    }
}

#[test]
fn specimen_is_written() {
    let specimen = Passport {
        issuing_state: StateCode::parse("UTO").unwrap(),
        name: Name::new("Eriksson", "Anna Maria"),
        number: "L898902C3".into(),
        nationality: StateCode::parse("UTO").unwrap().into(),
        birth_date: BirthDate::parse("1974-08-12").unwrap().into(),
        sex: Sex::Female,
        expiry_date: date("2012-04-15"),
        personal_number: "ZE184226B".into(),
    };
    assert_eq!(specimen.to_mrz().unwrap().expose(), &format!("{}\n{}", &TD3[..44], &TD3[44..]));
}

#[test]
fn what_cannot_be_written() {
    let refused = |change: fn(&mut Passport)| {
        let mut passport = passport();
        change(&mut passport);
        passport.to_mrz().unwrap_err()
    };
    let invalid = MrzError::InvalidValue;
    assert_eq!(refused(|it| it.name = Name::new("関守", "太郎")), invalid(Field::Name));
    assert_eq!(refused(|it| it.name.surname = None), invalid(Field::Name));
    assert_eq!(refused(|it| it.number = "".into()), invalid(Field::DocumentNumber));
    assert_eq!(refused(|it| it.number = "XK77777777".into()), invalid(Field::DocumentNumber));
    assert_eq!(refused(|it| it.number = "xk7777777".into()), invalid(Field::DocumentNumber));
    assert_eq!(refused(|it| it.personal_number = "A-1".into()), invalid(Field::OptionalData));
}

#[test]
fn long_names_keep_a_letter_of_the_given_name() {
    for (surname, given, expected) in [
        ("A".repeat(50), "BCD", format!("{}<<B", "A".repeat(36))),
        (format!("{}-{}", "A".repeat(35), "B"), "CD", format!("{}<<CD", "A".repeat(35))),
        ("VAN DER MEER".into(), "JAN", format!("{:<<39}", "VAN<DER<MEER<<JAN")),
    ] {
        let mut passport = passport();
        passport.name = Name::new(&surname, given);
        let text = passport.to_mrz().unwrap();
        assert_eq!(text.expose()[5..44], *format!("{expected:<<39}"));
        assert_eq!(parse(text.expose()).unwrap().name.given.unwrap().expose()[..1], given[..1]);
    }
}

#[test]
fn debug_and_errors_show_nothing_personal() {
    let passport = passport();
    let text = passport.to_mrz().unwrap();
    let document = parse(text.expose()).unwrap();
    let shown = format!("{passport:?} {document:?} {text:?}");
    let codes = ["770707", "XK7777777", "JPN", "Male"];
    for canary in CANARIES.iter().chain(&codes) {
        // Who issued a document is nothing personal, but the same code is the nationality.
        assert!(!shown.contains(canary), "{canary}: {shown}");
    }
    for at in 0..text.expose().len() {
        let damaged = with(text.expose(), at, "!");
        let error = parse(&damaged).unwrap_err();
        assert_eq!(error.code(), crate::Code::MrzInvalidCharacter);
        assert!(!CANARIES.iter().any(|canary| error.to_string().contains(canary)));
    }
}

fn any_passport() -> impl Strategy<Value = Passport> {
    let part = || "[A-Z]{1,9}( [A-Z]{1,7})?".prop_map(Personal::new);
    let state = || "[A-Z]{1,3}".prop_map(|code| StateCode::parse(&code).unwrap());
    let sex = prop::sample::select(vec![Sex::Female, Sex::Male, Sex::Unspecified]);
    // Born within the hundred years before the reference, in other years than 1926, which as a year alone is 2026;
    // expiring within fifty of it.
    let birth = (-15_700_i64..20_600, 0..3).prop_map(|(day, parts)| {
        let date = Date::from_days_since_epoch(day).unwrap();
        Personal::new(match parts {
            0 => BirthDate::Full(date),
            1 => BirthDate::Month { year: date.year(), month: date.month() },
            _ => BirthDate::Year(date.year()),
        })
    });
    let expiry = (2500_i64..38_000).prop_map(|day| Date::from_days_since_epoch(day).unwrap());
    let numbers = ("[A-Z0-9]{1,9}".prop_map(Personal::new), "[A-Z0-9]{0,14}".prop_map(Personal::new));
    (state(), (part(), prop::option::of(part())), numbers, state(), birth, sex, expiry).prop_map(
        |(issuing_state, (surname, given), (number, personal_number), nationality, birth_date, sex, expiry_date)| {
            Passport {
                issuing_state,
                name: Name { surname: Some(surname), given },
                number,
                nationality: nationality.into(),
                birth_date,
                sex,
                expiry_date,
                personal_number,
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(passport in any_passport()) {
        let text = passport.to_mrz().unwrap();
        prop_assert_eq!(text.expose().lines().map(str::len).collect::<Vec<_>>(), [44, 44]);
        let read = parse(text.expose()).unwrap();
        let again = Passport {
            issuing_state: read.issuing_state,
            name: read.name,
            number: read.number,
            nationality: read.nationality,
            birth_date: read.birth_date.unwrap(),
            sex: read.sex,
            expiry_date: read.expiry_date.unwrap(),
            personal_number: read.optional_data,
        };
        prop_assert_eq!(again, passport);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[A-Z0-9< \n]{0,100}|\\PC{0,120}", year in 0_u16..10_000) {
        let _ = TravelDocument::parse(&text, Date::new(year, 1, 1).unwrap());
    }

    /// Right in length and alphabet, so that what stands behind is reached.
    #[test]
    fn any_characters_are_read_or_refused(text in "[PIAC][A-Z<][A-Z0-9<]{86}|[IAC][A-Z<][A-Z0-9<]{88}", year in 0_u16..10_000) {
        let _ = TravelDocument::parse(&text, Date::new(year, 12, 31).unwrap());
    }
}
