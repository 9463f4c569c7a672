//! The machine-readable zones of travel documents.

use tegata::model::Personal;
use tegata::mrz::{Format, Passport, TravelDocument};
use tegata::time::Date;

/// The text of a zone. A passport that is read and written again says the same.
pub fn mrz(data: &[u8]) {
    let (Ok(text), Ok(reference)) = (core::str::from_utf8(data), Date::new(2026, 6, 1)) else { return };
    let Ok(document) = TravelDocument::parse(text, reference) else { return };
    assert!(!document.number.expose().is_empty());
    let surname = document.name.surname.as_ref().map(Personal::expose).expect("a name has a surname");
    assert!(!surname.is_empty());
    let (Some(birth_date), Some(expiry_date)) = (&document.birth_date, document.expiry_date) else { return };
    assert!(birth_date.expose().earliest().expect("a month of the calendar") <= reference);
    let passport = Passport {
        issuing_state: document.issuing_state,
        name: document.name.clone(),
        number: document.number.clone(),
        nationality: document.nationality.clone(),
        birth_date: birth_date.clone(),
        sex: document.sex,
        expiry_date,
        personal_number: document.optional_data.clone(),
    };
    // Fillers within numbers are read and not written; cards have longer numbers.
    let Ok(written) = passport.to_mrz() else { return };
    let mut again = TravelDocument::parse(written.expose(), reference).expect("what was written can be read");
    if document.format == Format::Td3 && !document.name_may_be_truncated {
        again.document_code.clone_from(&document.document_code);
        assert_eq!(again, document);
    }
}
