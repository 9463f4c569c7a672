//! The log as accounts of staff read it: for a role, and leaving an entry.

use tegata::Timestamp;
use tegata::model::MunicipalityCode;

use super::{Entry, Head, Operation, SignedHead, Verified};
use crate::issuing::Desk;
use crate::ledger::{Ledger, LedgerError, Session};
use crate::staff::Role;

/// Entries that are read at one time.
pub const MAX_LISTED: u16 = 500;

/// Reads so many entries from a number on, for an account of the role [`Role::Review`]. Whether the log is whole, only
/// [`verify`] tells.
///
/// # Errors
/// [`LedgerError::RoleMissing`], [`LedgerError::AccountNotActive`]; those of reading.
pub fn list(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    from: u64,
    count: u16,
    operation: Operation,
    now: Timestamp,
) -> Result<Vec<Entry>, LedgerError> {
    let mut session = ledger.begin(municipality, operation, now)?;
    let entries = session.require(&[Role::Review]).and_then(|()| session.audit_entries(from, count.min(MAX_LISTED)));
    end(session, entries)
}

/// Verifies the log as [`Session::verify_audit`] does, for an account that reviews or administers. Others go on writing
/// meanwhile.
///
/// # Errors
/// As [`Session::verify_audit`]; [`LedgerError::RoleMissing`], [`LedgerError::AccountNotActive`].
pub fn verify(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    heads: &[Head],
    operation: Operation,
    now: Timestamp,
) -> Result<Verified, LedgerError> {
    let mut session = ledger.begin(municipality, operation, now)?;
    let allowed = session.require(&[Role::Review, Role::Administer]);
    end(session, allowed)?;
    ledger.begin_reading(municipality)?.verify_audit(heads, &mut drop)
}

/// Verifies the log and signs its head with the municipality's key, for an account that reviews or administers. The head
/// is kept with the log; what makes it of use is the copy that is taken elsewhere.
///
/// # Errors
/// As [`verify`]; [`AuditError::Signing`](super::AuditError::Signing).
pub fn sign_head(
    ledger: &Ledger,
    desk: &Desk,
    operation: Operation,
    now: Timestamp,
) -> Result<SignedHead, LedgerError> {
    let municipality = desk.settings().code();
    let mut session = ledger.begin(municipality, operation.clone(), now)?;
    let allowed = session.require(&[Role::Review, Role::Administer]);
    end(session, allowed)?;
    // A log that is not whole gets no head that would cover it up.
    let mut reading = ledger.begin_reading(municipality)?;
    reading.verify_audit(&[], &mut drop)?;
    let head = reading.audit_head(now)?;
    drop(reading);
    let signed = desk.sign_head(head)?;
    let mut quiet = ledger.begin_quiet(municipality)?;
    match quiet.put_audit_head(&signed) {
        Ok(()) => quiet.commit()?,
        // Another one was signed at the same time.
        Err(LedgerError::Duplicate) => drop(quiet),
        Err(error) => return Err(error),
    }
    Ok(signed)
}

impl Session<'_> {
    fn audit_entries(&mut self, from: u64, count: u16) -> Result<Vec<Entry>, LedgerError> {
        const ENTRIES: &str = "SELECT entry FROM audit WHERE municipality = ?1 AND sequence >= ?2 \
                               ORDER BY sequence LIMIT ?3";
        const CORRUPT: LedgerError = LedgerError::Corrupt { place: "audit" };
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let rows = self.rows("audit", ENTRIES, &[from.into(), i64::from(count).into()])?;
        rows.into_iter().map(|mut row| Entry::decode(&row.bytes()?).ok_or(CORRUPT)).collect()
    }
}

/// Ends the session: with everything, or with nothing but the audit entry.
fn end<T>(session: Session<'_>, result: Result<T, LedgerError>) -> Result<T, LedgerError> {
    match &result {
        Ok(_) => session.commit()?,
        Err(error) => session.refuse(error.code())?,
    }
    result
}
