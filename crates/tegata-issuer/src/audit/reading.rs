//! The log as accounts of staff read it: for a role, and leaving an entry.

use tegata::Timestamp;
use tegata::model::MunicipalityCode;

use super::{Entry, Head, Operation, SignedHead, Subjects, Verified};
use crate::issuing::Desk;
use crate::ledger::{Ledger, LedgerError, Session};
use crate::record::InternalNumber;
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
    verify_if(ledger, municipality, heads, operation, now, |session| session.require(&[Role::Review, Role::Administer]))
}

/// As [`verify`], from the command line: whoever has the master key needs no role.
///
/// # Errors
/// As [`Session::verify_audit`].
pub fn verify_for_operator(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    heads: &[Head],
    operation: Operation,
    now: Timestamp,
) -> Result<Verified, LedgerError> {
    verify_if(ledger, municipality, heads, operation, now, |_| Ok(()))
}

fn verify_if(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    heads: &[Head],
    operation: Operation,
    now: Timestamp,
    allowed: impl Fn(&mut Session<'_>) -> Result<(), LedgerError>,
) -> Result<Verified, LedgerError> {
    match ledger.undertake_after(municipality, operation, now, allowed) {
        Ok(((), mut undertaking)) => {
            let verified = undertaking.session().verify_audit(heads, &mut drop);
            undertaking.end_with(verified)
        }
        // A log whose end was changed takes no entry. That is what this is to tell, and it shows nobody.
        Err(error @ (LedgerError::Corrupt { place: "chain" | "audit" } | LedgerError::Duplicate)) => {
            ledger.begin_reading(municipality)?.verify_audit(heads, &mut drop)?;
            Err(error)
        }
        Err(error) => Err(error),
    }
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
    let allowed = |session: &mut Session<'_>| session.require(&[Role::Review, Role::Administer]);
    let ((), mut undertaking) = ledger.undertake_after(municipality, operation, now, allowed)?;
    let signed = whole_head(undertaking.session(), now)
        .and_then(|head| Ok(desk.sign_head(head)?))
        .and_then(|signed| keep_head(ledger, &signed).map(|()| signed));
    undertaking.end_with(signed)
}

/// The head of a log that is whole: one that is not gets no head that would cover it up.
///
/// # Errors
/// As [`Session::verify_audit`].
pub fn whole_head(session: &mut Session<'_>, now: Timestamp) -> Result<Head, LedgerError> {
    session.verify_audit(&[], &mut drop)?;
    session.audit_head(now)
}

/// Keeps a signed head with the log, beside the copy that is taken elsewhere.
///
/// # Errors
/// Those of writing.
pub fn keep_head(ledger: &Ledger, signed: &SignedHead) -> Result<(), LedgerError> {
    let mut quiet = ledger.begin_quiet(signed.unverified().municipality)?;
    match quiet.put_audit_head(signed) {
        Ok(()) => quiet.commit(),
        // Another one was signed at the same time, of the same entry.
        Err(LedgerError::Duplicate) => Ok(()),
        Err(error) => Err(error),
    }
}

impl Session<'_> {
    fn audit_entries(&mut self, from: u64, count: u16) -> Result<Vec<Entry>, LedgerError> {
        const ENTRIES: &str = "SELECT entry FROM audit WHERE municipality = ?1 AND sequence >= ?2 \
                               ORDER BY sequence LIMIT ?3";
        const CORRUPT: LedgerError = LedgerError::Corrupt { place: "audit" };
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let rows = self.rows("audit", ENTRIES, &[from.into(), i64::from(count).into()])?;
        let entries: Vec<_> =
            rows.into_iter().map(|mut row| Entry::decode(&row.bytes()?).ok_or(CORRUPT)).collect::<Result<_, _>>()?;
        let mut shown = Subjects::default();
        entries.iter().for_each(|entry| add_those_in(entry, &mut shown));
        self.concerns(shown)?;
        Ok(entries)
    }

    /// Verifies the log as [`verify_audit`](Self::verify_audit) does, and shows the entries from a number on: `each` gets
    /// them in order as they prove sound. Whom they name, the entry about this operation names too.
    ///
    /// # Errors
    /// As [`verify_audit`](Self::verify_audit); [`LedgerError::NotLogged`] in a session of no operation.
    pub fn show_audit(&mut self, from: u64, each: &mut dyn FnMut(Entry)) -> Result<Verified, LedgerError> {
        self.touch(None)?;
        let mut shown = Subjects::default();
        let verified = self.verify_audit(&[], &mut |entry| {
            if entry.sequence >= from {
                add_those_in(&entry, &mut shown);
                each(entry);
            }
        });
        self.concerns(shown)?;
        verified
    }
}

fn add_those_in(entry: &Entry, shown: &mut Subjects) {
    entry.subjects.iter().filter_map(|subject| InternalNumber::parse(subject)).for_each(|subject| shown.add(&subject));
}

/// Ends the session: with everything, or with nothing but the audit entry.
fn end<T>(session: Session<'_>, result: Result<T, LedgerError>) -> Result<T, LedgerError> {
    match &result {
        Ok(_) => session.commit()?,
        Err(error) => session.refuse(error.code())?,
    }
    result
}
