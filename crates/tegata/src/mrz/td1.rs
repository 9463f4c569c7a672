//! Identity cards (Doc 9303-5 §4.2).

use super::check_digit::check_digit;
use super::document::{Format, Sex, TravelDocument, document_code};
use super::error::{Field, MrzError};
use super::text::{FILLER, take, take_one, trimmed};
use super::{StateCode, name, years};
use crate::model::Personal;
use crate::time::Date;

/// Three lines of 30.
pub(super) const LENGTH: usize = 90;

/// Reads the three lines in a row.
pub(super) fn read(characters: &[u8], reference: Date) -> Result<TravelDocument, MrzError> {
    let mut rest = characters;
    let kind = take(&mut rest, 2)?;
    let state = take(&mut rest, 3)?;
    let (number, number_digit) = (take(&mut rest, 9)?, take_one(&mut rest)?);
    let optional = take(&mut rest, 15)?;
    let (birth, birth_digit) = (take(&mut rest, 6)?, take_one(&mut rest)?);
    let sex = take_one(&mut rest)?;
    let (expiry, expiry_digit) = (take(&mut rest, 6)?, take_one(&mut rest)?);
    let nationality = take(&mut rest, 3)?;
    let more_optional = take(&mut rest, 11)?;
    let composite = take_one(&mut rest)?;
    let names = rest;

    if !matches!(kind, [b'A' | b'C' | b'I', second] if *second != b'V') {
        return Err(MrzError::UnsupportedDocument);
    }
    let (document_number, optional_data) = numbers(number, number_digit, optional)?;
    for (field, characters, digit) in
        [(Field::BirthDate, birth, birth_digit), (Field::ExpiryDate, expiry, expiry_digit)]
    {
        if check_digit(&[characters]) != digit {
            return Err(MrzError::CheckDigit(field));
        }
    }
    let covered: [&[u8]; 8] =
        [number, &[number_digit], optional, birth, &[birth_digit], expiry, &[expiry_digit], more_optional];
    if check_digit(&covered) != composite {
        return Err(MrzError::CheckDigit(Field::Composite));
    }

    if document_number.expose().is_empty() {
        return Err(MrzError::InvalidValue(Field::DocumentNumber));
    }
    Ok(TravelDocument {
        format: Format::Td1,
        document_code: document_code(kind)?,
        issuing_state: StateCode::read(state, Field::IssuingState)?,
        number: document_number,
        name: name::read(names)?,
        name_may_be_truncated: names.last() != Some(&FILLER),
        nationality: StateCode::read(nationality, Field::Nationality)?.into(),
        birth_date: years::birth_date(birth, reference)?.map(Into::into),
        sex: Sex::read(sex)?,
        expiry_date: years::expiry_date(expiry, reference)?,
        optional_data,
        more_optional_data: trimmed(more_optional).into(),
    })
}

/// The document number, its check digit verified, and the optional data.
///
/// A number of more than nine characters has a filler in place of its check digit and goes on in the optional data; the
/// check digit follows it there, and behind that a filler parts it from what is really optional (§4.2.2, note j).
fn numbers(number: &[u8], digit: u8, optional: &[u8]) -> Result<(Personal<String>, Personal<String>), MrzError> {
    let wrong = MrzError::CheckDigit(Field::DocumentNumber);
    if digit != FILLER {
        let right = check_digit(&[number]) == digit;
        return if right { Ok((trimmed(number).into(), trimmed(optional).into())) } else { Err(wrong) };
    }
    let end = optional.iter().position(|character| *character == FILLER).unwrap_or(optional.len());
    let (overflow, behind) = optional.split_at_checked(end).ok_or(wrong)?;
    // At least one character more, and the check digit.
    let Some((digit, more @ [_, ..])) = overflow.split_last() else { return Err(wrong) };
    if check_digit(&[number, more]) != *digit {
        return Err(wrong);
    }
    let number: String = number.iter().chain(more).map(|character| char::from(*character)).collect();
    Ok((number.into(), trimmed(behind.get(1..).unwrap_or_default()).into()))
}
