//! Looking a person up at the counter, before there is an application.

use core::fmt;

use tegata::Timestamp;
use tegata::model::MunicipalityCode;

use super::counter::end;
use super::{Refusal, Warning};
use crate::audit::Operation;
use crate::ledger::{Ledger, LedgerError, Session};
use crate::record::{InternalNumber, Issue, Resident, Vaccination, VoucherNumber};
use crate::staff::Role;

/// By what a person is looked up. Names are encrypted, and nothing lists people.
#[derive(Clone, Debug)]
pub enum LookUp {
    /// The internal number (宛名番号).
    InternalNumber(InternalNumber),
    /// The voucher number (接種券番号).
    Voucher(VoucherNumber),
}

/// What the register and the history have of one person.
pub struct Person {
    /// The person.
    pub resident: Resident,
    /// Their doses.
    pub vaccinations: Vec<Vaccination>,
    /// The certificates issued to them, the oldest first.
    pub certificates: Vec<PastCertificate>,
    /// What staff must know.
    pub warnings: Vec<Warning>,
}

/// A certificate that was issued, and whether it still counts.
#[derive(Debug)]
pub struct PastCertificate {
    /// The issue.
    pub issue: Issue,
    /// Whether it is revoked.
    pub revoked: bool,
}

/// Says nothing of the person.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(..)")
    }
}

/// Looks a person up, for an account that enters, reviews or approves; the audit log names whom it showed. Where the
/// register is in order there is one at most.
///
/// # Errors
/// [`Refusal::Ledger`], with [`LedgerError::RoleMissing`] among others.
pub fn look_up(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    by: &LookUp,
    operation: Operation,
    now: Timestamp,
) -> Result<Vec<Person>, Refusal> {
    let mut session = ledger.begin(municipality, operation, now)?;
    let found = session.require(&Role::COUNTER).and_then(|()| find(&mut session, by)).map_err(Refusal::from);
    end(session, found)
}

fn find(session: &mut Session<'_>, by: &LookUp) -> Result<Vec<Person>, LedgerError> {
    let residents = match by {
        LookUp::InternalNumber(number) => session.resident(number)?.into_iter().collect(),
        LookUp::Voucher(voucher) => session.residents_by_voucher(voucher)?,
    };
    let mut found = Vec::new();
    for resident in residents {
        let mut certificates = Vec::new();
        for issue in session.issues_of(&resident.internal_number)? {
            let revoked = session.is_revoked(&issue.certificate_id)?;
            certificates.push(PastCertificate { issue, revoked });
        }
        let vaccinations = session.vaccinations_of(&resident)?;
        let warnings = Warning::of(resident.details.flags);
        found.push(Person { resident, vaccinations, certificates, warnings });
    }
    Ok(found)
}
