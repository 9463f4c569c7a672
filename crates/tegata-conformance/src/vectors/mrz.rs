//! Vectors of machine-readable zones: the specimens of ICAO Doc 9303, and each damaged in one place.

use super::build::Draft;
use super::{Operation, Vector};

/// Doc 9303-4, appendix A.
const PASSPORT: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
/// Doc 9303-5, appendix A.
const CARD: &str = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";

pub(super) fn generate() -> Vec<Vector> {
    let changed = |from: &str, to: &str| {
        assert_eq!(PASSPORT.matches(from).count(), 1, "{from}");
        PASSPORT.replace(from, to)
    };
    let case = |text: &str, id: &str, spec: &str, outcome: &str, description: &str| {
        let draft = Draft::new(Operation::ParseMrz, &[("mrz", text)]).features(&[]);
        draft.expect(&format!("mrz::{id}"), spec, outcome, description)
    };
    vec![
        case(PASSPORT, "passport", "ICAO Doc 9303-4 appendix A", "done", "The specimen of a passport."),
        case(CARD, "card", "ICAO Doc 9303-5 appendix A", "done", "The specimen of an identity card."),
        case(
            "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<",
            "card-long-number",
            "ICAO Doc 9303-5 §4.2.2 note j",
            "done",
            "A number of twelve characters goes on in the optional data, where its check digit follows.",
        ),
        case(
            &PASSPORT.to_lowercase().replace('\n', "\r\n "),
            "typed",
            "ICAO Doc 9303-4 §4.2",
            "done",
            "Small letters and white space come from keyboards and cameras.",
        ),
        case(&PASSPORT[..88], "cut", "ICAO Doc 9303-4 §4.2", "mrz-wrong-length", "The last character was not read."),
        case(
            "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
            "td2",
            "ICAO Doc 9303-6",
            "mrz-wrong-length",
            "Documents of two lines of 36 characters are not read.",
        ),
        case(
            &changed("ANNA<", "ANNA-"),
            "hyphen",
            "ICAO Doc 9303-3 §4.3",
            "mrz-invalid-character",
            "A hyphen cannot stand in the zone.",
        ),
        case(
            &changed("P<UTO", "V<UTO"),
            "visa",
            "ICAO Doc 9303-7",
            "mrz-unsupported-document",
            "A visa of the size of a passport's page is none.",
        ),
        case(
            &changed("L898902C36", "L898902C46"),
            "number-misread",
            "ICAO Doc 9303-3 §4.9",
            "mrz-check-digit",
            "One digit of the number was misread.",
        ),
        case(
            &changed("<<<<<10", "<<<<<11"),
            "composite",
            "ICAO Doc 9303-4 §4.2.2",
            "mrz-check-digit",
            "Every field's check digit is right, and the composite one is not.",
        ),
        case(
            &changed("2F1204", "2X1204"),
            "sex",
            "ICAO Doc 9303-4 §4.2.2",
            "mrz-invalid-value",
            "No check digit covers the sex, but only three characters may stand there.",
        ),
        case(
            &changed("ERIKSSON", "ER1KSSON"),
            "name-digit",
            "ICAO Doc 9303-3 §4.6",
            "mrz-invalid-value",
            "A digit in the name, as cameras read I.",
        ),
        case(
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7402304F1204159ZE184226B<<<<<16",
            "thirtieth-of-february",
            "ICAO Doc 9303-3 §4.8",
            "mrz-invalid-date",
            "The date of birth is 30 February, with check digits that are right.",
        ),
    ]
}
