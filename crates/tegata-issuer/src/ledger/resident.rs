//! People in the register.

use tegata::model::NumberHash;
use tegata::time::Date;

use super::{LedgerError, Row, Session, Value};
use crate::record::{InternalNumber, Resident, ResidentDetails, Sealable as _, VoucherNumber};
use crate::vault::Lookup;

const TABLE: &str = "resident";

pub(super) const BY_NUMBER: &str = "SELECT internal_number, number_hash, retain_until, wrapped_key, sealed \
                                    FROM resident WHERE municipality = ?1 AND number_hash = ?2";
pub(super) const BY_VOUCHER: &str = "SELECT internal_number, number_hash, retain_until, wrapped_key, sealed \
                                     FROM resident WHERE municipality = ?1 AND voucher_hash = ?2";

impl Session<'_> {
    /// Puts a person into the register, or in place of what stood under their internal number, to be kept until the end
    /// of a date. Without the hash of an individual number, the one that stood there stays: exports have none. Doses
    /// follow their person to a new voucher number (接種券の再発行), unless someone else has the old or the new one too.
    ///
    /// # Errors
    /// Those of writing.
    pub fn put_resident(&mut self, resident: &Resident, retain_until: Date) -> Result<(), LedgerError> {
        const PUT: &str = "INSERT INTO resident (municipality, internal_number, number_hash, voucher_hash, retain_until, \
                           wrapped_key, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
                           ON CONFLICT (municipality, internal_number) DO UPDATE SET \
                           number_hash = COALESCE(excluded.number_hash, resident.number_hash), voucher_hash = excluded.voucher_hash, retain_until = excluded.retain_until, \
                           wrapped_key = excluded.wrapped_key, sealed = excluded.sealed";
        self.touch(Some(&resident.internal_number))?;
        let name = resident.internal_number.as_str();
        let sealed = self.seal(TABLE, name.as_bytes(), retain_until, &resident.details.to_bytes())?;
        let voucher = self.voucher_hash(&resident.details.voucher);
        self.follow_to_voucher(&resident.internal_number, &resident.details.voucher, &voucher)?;
        let number = resident.number.as_ref().map(|hash| hash.as_bytes().as_slice());
        let values = [
            name.into(),
            number.into(),
            voucher.as_slice().into(),
            retain_until.days_since_epoch().into(),
            (&sealed.wrapped_key).into(),
            (&sealed.content).into(),
        ];
        self.execute(PUT, &values).map(drop)
    }

    /// The person of an internal number (宛名番号).
    ///
    /// # Errors
    /// Those of reading.
    pub fn resident(&mut self, internal_number: &InternalNumber) -> Result<Option<Resident>, LedgerError> {
        const FIND: &str = "SELECT internal_number, number_hash, retain_until, wrapped_key, sealed FROM resident \
                            WHERE municipality = ?1 AND internal_number = ?2";
        self.touch(Some(internal_number))?;
        Ok(self.find_residents(FIND, internal_number.as_str().into())?.pop())
    }

    /// The people whose individual number has this hash: one, where the register is in order.
    ///
    /// # Errors
    /// Those of reading.
    pub fn residents_by_number(&mut self, number: &NumberHash) -> Result<Vec<Resident>, LedgerError> {
        self.touch(None)?;
        self.find_residents(BY_NUMBER, number.as_bytes().as_slice().into())
    }

    /// The people with this voucher number (接種券番号): one, where the register is in order.
    ///
    /// # Errors
    /// Those of reading.
    pub fn residents_by_voucher(&mut self, voucher: &VoucherNumber) -> Result<Vec<Resident>, LedgerError> {
        self.touch(None)?;
        let hash = self.voucher_hash(voucher);
        self.find_residents(BY_VOUCHER, hash.as_slice().into())
    }

    /// Shows every person of the register, in the order of their internal numbers; for exports. The audit entry has
    /// their count.
    ///
    /// # Errors
    /// Those of reading, and what `each` returns.
    pub fn each_resident(
        &mut self,
        each: &mut dyn FnMut(&mut Self, Resident) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        const NEXT: &str = "SELECT internal_number, number_hash, retain_until, wrapped_key, sealed FROM resident \
                            WHERE municipality = ?1 AND internal_number > ?2 ORDER BY internal_number LIMIT 500";
        self.touch(None)?;
        let mut last = String::new();
        loop {
            let rows = self.rows(TABLE, NEXT, &[last.as_str().into()])?;
            let residents = rows.into_iter().map(|row| self.read_resident(row)).collect::<Result<Vec<_>, _>>()?;
            let Some(resident) = residents.last() else { return Ok(()) };
            last = resident.internal_number.as_str().to_owned();
            for resident in residents {
                self.touch(Some(&resident.internal_number))?;
                each(self, resident)?;
            }
        }
    }

    /// Takes the doses under a person's former voucher number over to the new one, before that is written.
    fn follow_to_voucher(
        &mut self,
        person: &InternalNumber,
        voucher: &VoucherNumber,
        hash: &[u8; 32],
    ) -> Result<(), LedgerError> {
        const FORMER: &str = "SELECT voucher_hash FROM resident WHERE municipality = ?1 AND internal_number = ?2";
        let former = self.row(TABLE, FORMER, &[person.as_str().into()])?.map(|mut row| row.hash()).transpose()?;
        if former.is_none_or(|former| former == *hash) {
            return Ok(());
        }
        let Some(former) = self.resident(person)? else { return Ok(()) };
        let mut holders = self.residents_by_voucher(&former.details.voucher)?;
        holders.extend(self.residents_by_voucher(voucher)?);
        if holders.iter().all(|holder| holder.internal_number == *person) {
            self.move_vaccinations(&former.details.voucher, voucher)?;
        }
        Ok(())
    }

    /// By internal number. They are sorted here: to have them in order, SQLite would read the whole register by its
    /// primary key rather than find the few.
    fn find_residents(&mut self, sql: &'static str, value: Value<'_>) -> Result<Vec<Resident>, LedgerError> {
        let rows = self.rows(TABLE, sql, &[value])?;
        let mut residents = rows.into_iter().map(|row| self.read_resident(row)).collect::<Result<Vec<_>, _>>()?;
        residents.sort_by(|one, other| one.internal_number.cmp(&other.internal_number));
        residents.iter().try_for_each(|resident| self.touch(Some(&resident.internal_number)))?;
        Ok(residents)
    }

    fn read_resident(&mut self, mut row: Row) -> Result<Resident, LedgerError> {
        let corrupt = LedgerError::Corrupt { place: TABLE };
        let internal_number = InternalNumber::parse(&row.text()?).ok_or(corrupt.clone())?;
        let number = row.optional_bytes()?.map(|hash| hash.as_slice().try_into().map(NumberHash::from_bytes));
        let number = number.transpose().map_err(|_| corrupt.clone())?;
        let (until, wrapped_key, sealed) = (row.integer()?, row.bytes()?, row.bytes()?);
        let bytes = self.open(TABLE, internal_number.as_str().as_bytes(), until, &wrapped_key, &sealed)?;
        let details = ResidentDetails::from_bytes(&bytes).map_err(|_| corrupt)?;
        Ok(Resident { internal_number, number, details })
    }

    pub(super) fn voucher_hash(&self, voucher: &VoucherNumber) -> [u8; 32] {
        *self.keys().lookup_hash(Lookup::Voucher, voucher.expose().as_bytes()).as_bytes()
    }
}
