//! Taking a certificate back.

use tegata::Timestamp;
use tegata::model::MunicipalityCode;

use crate::application::{Refusal, end};
use crate::audit::Operation;
use crate::ledger::{Ledger, LedgerError};
use crate::staff::Role;

/// Revokes a certificate with all its texts, for the reason that is given; verifiers learn of it by
/// [`revocation_list`](super::revocation_list). Takes an account of the role [`Role::Approve`].
///
/// # Errors
/// [`Refusal::CertificateUnknown`], [`Refusal::AlreadyRevoked`], errors of the ledger.
pub fn revoke(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    certificate_id: &str,
    reason: &str,
    operation: Operation,
    now: Timestamp,
) -> Result<(), Refusal> {
    let mut session = ledger.begin(municipality, operation, now)?;
    // The log names whose certificate it is, as long as that is known.
    let allowed = session.require(&[Role::Approve]);
    let issue = allowed.and_then(|()| session.issue_by_certificate_id(certificate_id));
    let revoked = issue.and_then(|_| session.revoke(certificate_id, reason));
    let revoked = match revoked {
        Ok(true) => Ok(()),
        Ok(false) => Err(Refusal::AlreadyRevoked),
        Err(LedgerError::NotFound) => Err(Refusal::CertificateUnknown),
        Err(error) => Err(error.into()),
    };
    end(session, revoked)
}
