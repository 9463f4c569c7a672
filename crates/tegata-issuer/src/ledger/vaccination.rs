//! The doses of people.

use tegata::codec::cbor::Encoder;
use tegata::time::Date;
use zeroize::Zeroizing;

use super::{LedgerError, Session};
use crate::record::{Resident, Sealable as _, Vaccination, VoucherNumber};
use crate::vault::Lookup;

const TABLE: &str = "vaccination";

pub(super) const BY_VOUCHER: &str = "SELECT entry_hash, retain_until, wrapped_key, sealed FROM vaccination \
                                     WHERE municipality = ?1 AND voucher_hash = ?2";

/// A dose as it stands in the ledger.
struct Stored {
    /// Its row's name.
    entry: [u8; 32],
    dose: Vaccination,
    retain_until: Date,
}

impl Session<'_> {
    /// Puts a dose into the record of whoever has the voucher number, or in place of what stood there as the same dose
    /// against the same disease, to be kept until the end of a date.
    ///
    /// A dose that was not given and names no disease is the dose of that number, whatever it is against: it takes the
    /// place of the one that was given, and a dose that names its disease takes the place of it.
    ///
    /// # Errors
    /// [`LedgerError::InvalidValue`] for a dose that was not given and names no disease, where doses of that number
    /// against several diseases were given: which of them it corrects cannot be told. Those of reading and writing.
    pub fn put_vaccination(
        &mut self,
        voucher: &VoucherNumber,
        vaccination: &Vaccination,
        retain_until: Date,
    ) -> Result<(), LedgerError> {
        const PUT: &str = "INSERT INTO vaccination (municipality, entry_hash, voucher_hash, retain_until, wrapped_key, \
                           sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (municipality, entry_hash) DO UPDATE SET \
                           retain_until = excluded.retain_until, wrapped_key = excluded.wrapped_key, \
                           sealed = excluded.sealed";
        self.touch(None)?;
        if vaccination.disease.is_empty() {
            self.take_back_dose(voucher, vaccination.number)?;
        } else {
            let unnamed = Vaccination { disease: String::new(), number: vaccination.number, given: None };
            let unnamed = self.entry_hash(voucher, &unnamed);
            self.delete_dose(&unnamed)?;
        }
        let entry = self.entry_hash(voucher, vaccination);
        let sealed = self.seal(TABLE, &entry, retain_until, &vaccination.to_bytes())?;
        let voucher = self.voucher_hash(voucher);
        let values = [
            entry.as_slice().into(),
            voucher.as_slice().into(),
            retain_until.days_since_epoch().into(),
            (&sealed.wrapped_key).into(),
            (&sealed.content).into(),
        ];
        self.execute(PUT, &values).map(drop)
    }

    /// A person's doses: by disease, and then by number. They are joined by the voucher number.
    ///
    /// # Errors
    /// Those of reading.
    pub fn vaccinations_of(&mut self, resident: &Resident) -> Result<Vec<Vaccination>, LedgerError> {
        self.touch(Some(&resident.internal_number))?;
        let mut vaccinations = self.vaccinations_by_voucher(&resident.details.voucher)?;
        vaccinations.sort_by(|one, other| (&one.disease, one.number).cmp(&(&other.disease, other.number)));
        Ok(vaccinations)
    }

    /// Puts the doses of one voucher number under another; a dose that stands there already stays as it is.
    pub(super) fn move_vaccinations(&mut self, from: &VoucherNumber, to: &VoucherNumber) -> Result<(), LedgerError> {
        let there = self.vaccinations_by_voucher(to)?;
        for Stored { entry, dose, retain_until } in self.stored_by_voucher(from)? {
            let known = there.iter().any(|known| (&known.disease, known.number) == (&dose.disease, dose.number));
            if !known {
                self.put_vaccination(to, &dose, retain_until)?;
            }
            self.delete_dose(&entry)?;
        }
        Ok(())
    }

    fn vaccinations_by_voucher(&mut self, voucher: &VoucherNumber) -> Result<Vec<Vaccination>, LedgerError> {
        Ok(self.stored_by_voucher(voucher)?.into_iter().map(|stored| stored.dose).collect())
    }

    fn stored_by_voucher(&mut self, voucher: &VoucherNumber) -> Result<Vec<Stored>, LedgerError> {
        let hash = self.voucher_hash(voucher);
        let mut vaccinations = Vec::new();
        for mut row in self.rows(TABLE, BY_VOUCHER, &[hash.as_slice().into()])? {
            let (entry, until, wrapped_key, sealed) = (row.hash()?, row.integer()?, row.bytes()?, row.bytes()?);
            let bytes = self.open(TABLE, &entry, until, &wrapped_key, &sealed)?;
            let read = Vaccination::from_bytes(&bytes).map_err(|_| LedgerError::Corrupt { place: TABLE })?;
            // The row is found by a column that the seal does not bind; the entry's name, which it binds, says whose
            // dose it is.
            if self.entry_hash(voucher, &read) != entry {
                return Err(LedgerError::Corrupt { place: TABLE });
            }
            let retain_until = Date::from_days_since_epoch(until).map_err(|_| LedgerError::Corrupt { place: TABLE })?;
            vaccinations.push(Stored { entry, dose: read, retain_until });
        }
        Ok(vaccinations)
    }

    /// Removes the dose of a number that was given after all not.
    fn take_back_dose(&mut self, voucher: &VoucherNumber, number: u8) -> Result<(), LedgerError> {
        let stored = self.vaccinations_by_voucher(voucher)?;
        let mut given = stored.iter().filter(|stored| stored.number == number && stored.given.is_some());
        let (first, another) = (given.next(), given.next());
        match (first, another) {
            (_, Some(_)) => Err(LedgerError::InvalidValue { field: "disease" }),
            (Some(wrong), None) => {
                let entry = self.entry_hash(voucher, wrong);
                self.delete_dose(&entry)
            }
            (None, None) => Ok(()),
        }
    }

    fn delete_dose(&mut self, entry: &[u8; 32]) -> Result<(), LedgerError> {
        const DELETE: &str = "DELETE FROM vaccination WHERE municipality = ?1 AND entry_hash = ?2";
        self.erased |= self.execute(DELETE, &[entry.as_slice().into()])? > 0;
        Ok(())
    }

    /// What tells a dose from every other, without saying against what it is.
    fn entry_hash(&self, voucher: &VoucherNumber, vaccination: &Vaccination) -> [u8; 32] {
        let mut encoder = Encoder::with_capacity(64);
        encoder.array(3);
        encoder.text(voucher.expose());
        encoder.text(&vaccination.disease);
        encoder.unsigned(vaccination.number.into());
        let identity = Zeroizing::new(encoder.into_bytes());
        *self.keys().lookup_hash(Lookup::Vaccination, &identity).as_bytes()
    }
}
