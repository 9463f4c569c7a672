//! Writing a file.

use std::io::{self, Write};

use tegata::model::{MunicipalityCode, Personal};
use zeroize::Zeroizing;

use super::row::PastIssue;
use super::{Column, Encoding, field};
use crate::record::{Resident, Vaccination};

/// Writes persons as rows. **No column holds an individual number** (C5): nothing that is written from has one.
pub struct RowWriter<W> {
    output: W,
    municipality: MunicipalityCode,
    encoding: Encoding,
    columns: Vec<Column>,
    rows: u64,
    /// Fields in which a character had no code in CP932.
    replaced: u64,
}

impl<W: Write> RowWriter<W> {
    /// A writer of a municipality's file; writes the first row.
    ///
    /// # Errors
    /// Of the output.
    pub fn new(output: W, municipality: MunicipalityCode, encoding: Encoding) -> io::Result<Self> {
        let columns = Column::ALL.iter().copied().filter(|column| *column != Column::IndividualNumber).collect();
        let mut writer = Self { output, municipality, encoding, columns, rows: 0, replaced: 0 };
        if encoding == Encoding::Utf8 {
            writer.output.write_all("\u{feff}".as_bytes())?;
        }
        let mut line = Zeroizing::new(Vec::with_capacity(512));
        for column in writer.columns.clone() {
            writer.put(&mut line, column.header());
        }
        writer.end(&mut line)?;
        Ok(writer)
    }

    /// Writes a person with all doses and certificates, the newest certificate first.
    ///
    /// # Errors
    /// Of the output.
    pub fn person(
        &mut self,
        resident: &Resident,
        vaccinations: &[Vaccination],
        issues: &[PastIssue],
    ) -> io::Result<()> {
        let rows = vaccinations.len().max(issues.len()).max(1);
        let mut line = Zeroizing::new(Vec::with_capacity(super::MAX_ROW_BYTES));
        for row in 0..rows {
            let (vaccination, issue) = (vaccinations.get(row), issues.get(row));
            for column in self.columns.clone() {
                let value = Zeroizing::new(self.value(column, resident, vaccination, issue));
                self.put(&mut line, &value);
            }
            self.end(&mut line)?;
            self.rows += 1;
        }
        Ok(())
    }

    /// The rows written so far, without the first.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The rows written, without the first; and the fields that hold 〓 where a character has no code in CP932.
    ///
    /// # Errors
    /// Of the output, which is flushed.
    pub fn finish(mut self) -> io::Result<(u64, u64)> {
        self.output.flush()?;
        Ok((self.rows, self.replaced))
    }

    fn value(
        &self,
        column: Column,
        resident: &Resident,
        vaccination: Option<&Vaccination>,
        issue: Option<&PastIssue>,
    ) -> String {
        let details = &resident.details;
        let given = vaccination.and_then(|vaccination| vaccination.given.as_ref());
        let passport = issue.and_then(|issue| issue.passport.as_ref());
        let flag = |flag: bool| if flag { "1" } else { "0" }.to_owned();
        let text = |text: Option<&Personal<String>>| text.map_or_else(String::new, |text| text.expose().clone());
        let of_dose = |text: Option<&String>| text.cloned().unwrap_or_default();
        match column {
            // Not among the columns of a writer.
            Column::IndividualNumber => String::new(),
            Column::InternalNumber => resident.internal_number.as_str().to_owned(),
            Column::Municipality => self.municipality.as_str().to_owned(),
            Column::Voucher => details.voucher.expose().to_owned(),
            Column::Name => details.name.expose().clone(),
            Column::Kana => text(details.kana.as_ref()),
            Column::BirthDate => field::birth_date_text(*details.birth_date.expose()),
            Column::Sex => field::sex_text(*details.sex.expose()).to_owned(),
            Column::Address => details.address.expose().clone(),
            Column::Status => if given.is_some() { field::GIVEN } else { field::NOT_GIVEN }.to_owned(),
            Column::DoseNumber => vaccination.map_or_else(String::new, |vaccination| vaccination.number.to_string()),
            Column::DoseDate => given.map_or_else(String::new, |given| field::date_text(given.date)),
            Column::Disease => of_dose(vaccination.map(|vaccination| &vaccination.disease)),
            Column::VaccineKind => of_dose(given.map(|given| &given.vaccine_kind)),
            Column::Manufacturer => of_dose(given.map(|given| &given.manufacturer)),
            Column::Product => of_dose(given.map(|given| &given.product)),
            Column::Lot => of_dose(given.map(|given| &given.lot)),
            Column::Country => given.map_or_else(String::new, |given| given.country.alpha3().to_owned()),
            Column::Venue => text(given.and_then(|given| given.venue.as_ref())),
            Column::Doctor => text(given.and_then(|given| given.doctor.as_ref())),
            Column::MovedOut => flag(details.flags.moved_out),
            Column::Deceased => flag(details.flags.deceased),
            Column::Protected => flag(details.flags.protected),
            Column::CertificateId => of_dose(issue.map(|issue| &issue.certificate_id)),
            Column::IssueDate => issue.map_or_else(String::new, |issue| field::date_text(issue.issue_date)),
            Column::Romanised => {
                passport.map_or_else(String::new, |passport| field::romanised_text(&passport.romanised))
            }
            Column::Nationality => {
                passport.map_or_else(String::new, |passport| passport.nationality.expose().alpha3().to_owned())
            }
            Column::PassportNumber => text(passport.map(|passport| &passport.number)),
            Column::FormerSurname => text(passport.and_then(|passport| passport.former_surname.as_ref())),
            Column::OtherSurname => text(passport.and_then(|passport| passport.other_surname.as_ref())),
            Column::Alias => text(passport.and_then(|passport| passport.alias.as_ref())),
        }
    }

    /// One field, quoted where RFC 4180 needs it.
    fn put(&mut self, line: &mut Zeroizing<Vec<u8>>, field: &str) {
        if !line.is_empty() {
            line.push(b',');
        }
        let quoted = field.contains([',', '"', '\r', '\n']).then(|| {
            let doubled = Zeroizing::new(field.replace('"', "\"\""));
            Zeroizing::new(format!("\"{}\"", doubled.as_str()))
        });
        let field = quoted.as_ref().map_or(field, |quoted| quoted.as_str());
        if let Some(bytes) = self.encoding.encode(field) {
            line.extend_from_slice(&bytes);
            return;
        }
        // The mark that printers put where a character is not at hand.
        self.replaced += 1;
        for character in field.chars() {
            let mut buffer = [0; 4];
            let bytes = self.encoding.encode(character.encode_utf8(&mut buffer)).or_else(|| self.encoding.encode("〓"));
            line.extend_from_slice(&bytes.unwrap_or_default());
        }
    }

    fn end(&mut self, line: &mut Zeroizing<Vec<u8>>) -> io::Result<()> {
        line.extend_from_slice(b"\r\n");
        self.output.write_all(line)?;
        line.clear();
        Ok(())
    }
}

impl<W> core::fmt::Debug for RowWriter<W> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RowWriter").field("rows", &self.rows).finish_non_exhaustive()
    }
}
