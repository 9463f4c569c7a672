//! Files of records that a municipality imports: whoever exported them made every byte.

use tegata::model::{IndividualNumber, MunicipalityCode, MunicipalityHashKey, NumberHash};
use tegata_issuer::exchange::{Encoding, Row, RowReader, RowWriter};
use tegata_issuer::municipality::Municipality;

fn rows(data: &[u8]) -> Vec<Row> {
    let municipality = MunicipalityCode::parse("131202").expect("a code");
    let key = MunicipalityHashKey::from_bytes([7; 32]);
    let hash = |number: &IndividualNumber| NumberHash::new(number, &key);
    let mut before = 0;
    let mut rows = Vec::new();
    for row in RowReader::new(data, municipality, hash) {
        match row {
            Ok(row) => {
                assert!(row.line > before, "rows come in the order of their lines");
                before = row.line;
                rows.push(row);
            }
            Err(error) => drop(format!("{error:?}")),
        }
    }
    rows
}

/// A file. What is read, written and read again is the same, but for the individual number, which is never written.
pub fn records_csv(data: &[u8]) {
    let municipality = MunicipalityCode::parse("131202").expect("a code");
    for row in rows(data) {
        let mut out = Vec::new();
        let mut writer = RowWriter::new(&mut out, municipality, Encoding::Utf8).expect("memory");
        let vaccinations = row.vaccination.as_slice();
        writer.person(&row.resident, vaccinations, row.issue.as_slice()).expect("memory");
        writer.finish().expect("memory");
        let again = rows(&out);
        let [again] = again.as_slice() else { panic!("one row comes back") };
        assert!(again.resident.details == row.resident.details && again.resident.number.is_none());
        assert!(again.vaccination == row.vaccination && again.issue == row.issue);
    }
}

/// A municipality's settings.
pub fn settings(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    if let Err(error) = Municipality::parse(text) {
        drop(error.to_string());
    }
}
