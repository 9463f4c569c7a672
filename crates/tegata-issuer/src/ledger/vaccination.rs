//! The doses of people.

use tegata::codec::cbor::Encoder;
use tegata::time::Date;
use zeroize::Zeroizing;

use super::{LedgerError, Session};
use crate::record::{Resident, Sealable as _, Vaccination, VoucherNumber};
use crate::vault::Lookup;

const TABLE: &str = "vaccination";

impl Session<'_> {
    /// Puts a dose into the record of whoever has the voucher number, or in place of what stood there as the same dose
    /// against the same disease, to be kept until the end of a date.
    ///
    /// # Errors
    /// Those of writing.
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
        const FIND: &str = "SELECT entry_hash, retain_until, wrapped_key, sealed FROM vaccination \
                            WHERE municipality = ?1 AND voucher_hash = ?2";
        self.touch(Some(&resident.internal_number))?;
        let voucher = self.voucher_hash(&resident.details.voucher);
        let mut vaccinations = Vec::new();
        for mut row in self.rows(TABLE, FIND, &[voucher.as_slice().into()])? {
            let (entry, until, wrapped_key, sealed) = (row.hash()?, row.integer()?, row.bytes()?, row.bytes()?);
            let bytes = self.open(TABLE, &entry, until, &wrapped_key, &sealed)?;
            let read = Vaccination::from_bytes(&bytes).map_err(|_| LedgerError::Corrupt { place: TABLE })?;
            vaccinations.push(read);
        }
        vaccinations.sort_by(|one, other| (&one.disease, one.number).cmp(&(&other.disease, other.number)));
        Ok(vaccinations)
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
