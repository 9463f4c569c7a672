//! Reading the value of a field.

use tegata::model::catalogue::Catalogue;
use tegata::model::{
    BirthDate, CountryCode, DISEASE_MAX_CHARS, IndividualNumber, LOT_MAX_CHARS, Name, NumberHash, Personal, Sex,
    TEXT_MAX_CHARS, text_fault,
};
use tegata::time::Date;

use super::RowErrorKind;

type Read<T> = Result<T, RowErrorKind>;

/// Free text within its limits.
pub(super) fn text(field: &str, max_chars: usize) -> Read<&str> {
    match text_fault(field, max_chars) {
        Some(reason) => Err(RowErrorKind::Invalid(reason)),
        None => Ok(field),
    }
}

/// `YYYYMMDD`.
pub(super) fn date(field: &str) -> Read<Date> {
    const FAULT: RowErrorKind = RowErrorKind::Invalid("is not a date YYYYMMDD");
    let (year, month, day) = date_parts(field).ok_or(FAULT)?;
    Date::new(year, month, day).map_err(|_| FAULT)
}

/// `YYYYMMDD`, with `00` for what is not known.
pub(super) fn birth_date(field: &str) -> Read<Personal<BirthDate>> {
    const FAULT: RowErrorKind = RowErrorKind::Invalid("is not a date of birth YYYYMMDD");
    let date = match date_parts(field).ok_or(FAULT)? {
        (year, 0, 0) => BirthDate::Year(year),
        (year, month, 0) => BirthDate::Month { year, month },
        (year, month, day) => BirthDate::Full(Date::new(year, month, day).map_err(|_| FAULT)?),
    };
    date.earliest().map_err(|_| FAULT)?;
    Ok(Personal::new(date))
}

fn date_parts(field: &str) -> Option<(u16, u8, u8)> {
    if field.len() != 8 || !field.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((field.get(..4)?.parse().ok()?, field.get(4..6)?.parse().ok()?, field.get(6..)?.parse().ok()?))
}

/// What [`birth_date`] reads.
pub(super) fn birth_date_text(date: BirthDate) -> String {
    match date {
        BirthDate::Full(date) => date_text(date),
        BirthDate::Month { year, month } => format!("{year:04}{month:02}00"),
        BirthDate::Year(year) => format!("{year:04}0000"),
    }
}

/// What [`date`] reads.
pub(super) fn date_text(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// The words and digits of the sexes.
const SEXES: [(Sex, &str, &str); 4] =
    [(Sex::Male, "男", "1"), (Sex::Female, "女", "2"), (Sex::Other, "その他", "9"), (Sex::Unknown, "不明", "0")];

pub(super) fn sex(field: &str) -> Read<Personal<Sex>> {
    let found = SEXES.iter().find(|(_, word, digit)| [*word, *digit].contains(&field));
    found
        .map(|(sex, ..)| Personal::new(*sex))
        .ok_or(RowErrorKind::Invalid("is none of 男, 女, その他, 不明, 0, 1, 2, 9"))
}

pub(super) fn sex_text(sex: Sex) -> &'static str {
    SEXES.iter().find(|(known, ..)| *known == sex).map_or("", |(_, word, _)| word)
}

/// `1` for yes; `0` or nothing for no.
pub(super) fn flag(field: &str) -> Read<bool> {
    match field {
        "1" => Ok(true),
        "" | "0" => Ok(false),
        _ => Err(RowErrorKind::Invalid("is neither 0 nor 1")),
    }
}

/// Whether a dose was given: 実施 or 未実施, and nothing else.
pub(super) fn status(field: &str) -> Read<bool> {
    match field {
        GIVEN => Ok(true),
        NOT_GIVEN => Ok(false),
        _ => Err(RowErrorKind::Invalid("is neither 実施 nor 未実施")),
    }
}

pub(super) const GIVEN: &str = "実施";
pub(super) const NOT_GIVEN: &str = "未実施";

pub(super) fn dose_number(field: &str) -> Read<u8> {
    const FAULT: RowErrorKind = RowErrorKind::Invalid("is not a number from 1 to 255");
    if !field.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FAULT);
    }
    field.parse().ok().filter(|number| *number > 0).ok_or(FAULT)
}

pub(super) fn lot(field: &str) -> Read<String> {
    text(field, LOT_MAX_CHARS).map(str::to_owned)
}

pub(super) fn vaccine_text(field: &str) -> Read<String> {
    text(field, TEXT_MAX_CHARS).map(str::to_owned)
}

/// An ICD-11 code.
pub(super) fn disease(field: &str) -> Read<String> {
    text(field, DISEASE_MAX_CHARS).map(str::to_owned)
}

/// The ICD-11 code of the disease that the vaccine catalogue knows a product for.
pub(super) fn disease_of(product: &str) -> Read<String> {
    let catalogue = Catalogue::builtin();
    let product = catalogue.product_by_name(product).ok_or(RowErrorKind::Missing)?;
    let mut diseases = catalogue.diseases();
    let disease = diseases.find(|disease| disease.id == product.disease).ok_or(RowErrorKind::Missing)?;
    Ok(disease.icd11.to_owned())
}

pub(super) fn country(field: &str) -> Read<CountryCode> {
    CountryCode::parse(field).ok_or(RowErrorKind::Invalid("is not a country's three letters"))
}

/// The hash of an individual number; the digits are wiped with the field they stand in.
pub(super) fn number_hash(field: &str, hash: impl Fn(&IndividualNumber) -> NumberHash) -> Read<NumberHash> {
    let number = IndividualNumber::from_digits(field.as_bytes());
    number.map(|number| hash(&number)).map_err(|_| RowErrorKind::Invalid("is not an individual number"))
}

/// `SURNAME, GIVEN`; without a comma, two words or one. More words cannot be told apart.
pub(super) fn romanised(field: &str) -> Read<Name> {
    const FAULT: RowErrorKind = RowErrorKind::Invalid("is not SURNAME, GIVEN in Latin letters");
    let latin = |character| matches!(character, 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | ' ' | ',' | '-' | '\'');
    if !field.chars().all(latin) {
        return Err(FAULT);
    }
    text(field, 2 * tegata::model::NAME_MAX_CHARS)?;
    let parts = match field.split_once(',') {
        Some((surname, given)) => [Some(surname.trim()), Some(given.trim())],
        None => {
            let mut words = field.split_whitespace();
            let parts = [words.next(), words.next()];
            if words.next().is_some() {
                return Err(FAULT);
            }
            parts
        }
    };
    let [surname, given] = parts.map(|part| part.filter(|part| !part.is_empty()).map(Personal::from));
    if surname.is_none() || field.matches(',').count() > 1 {
        return Err(FAULT);
    }
    Ok(Name { surname, given })
}

/// What [`romanised`] reads. A surname alone has a comma too, for it can be of two words.
pub(super) fn romanised_text(name: &Name) -> String {
    let part = |part: &Option<Personal<String>>| part.as_ref().map_or_else(String::new, |part| part.expose().clone());
    format!("{}, {}", part(&name.surname), part(&name.given)).trim_end().to_owned()
}

pub(super) fn passport_number(field: &str) -> Read<Personal<String>> {
    let allowed = field.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if !allowed {
        return Err(RowErrorKind::Invalid("is not capital letters and digits"));
    }
    text(field, tegata::model::PASSPORT_NUMBER_MAX_CHARS).map(Personal::from)
}

/// A certificate ID: printable ASCII.
pub(super) fn certificate_id(field: &str) -> Read<String> {
    if !field.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(RowErrorKind::Invalid("is not printable ASCII"));
    }
    text(field, tegata::model::CERTIFICATE_ID_MAX_CHARS).map(str::to_owned)
}
