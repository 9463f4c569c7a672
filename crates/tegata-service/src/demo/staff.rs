//! The staff of the demonstration, who have chosen their passwords.

use tegata::crypto::SecureRandom;
use tegata::model::MunicipalityCode;
use tegata::{Code, Timestamp};
use tegata_issuer::audit::{AuditError, Operation, Operator};
use tegata_issuer::ledger::Ledger;
use tegata_issuer::staff::{Login, NewAccount, Password, Role, StaffError, change_password, log_in, set_up_account};

use super::broken;
use crate::ServiceError;

/// Everybody's, for it is printed.
pub(super) const PASSWORD: &str = "for the demonstration";
/// Where they log in: the terminal of the demonstration.
const TERMINAL: &str = "terminal";

const STAFF: [(&str, &[Role]); 3] =
    [("aoki", &[Role::Enter]), ("mori", &[Role::Approve, Role::Review]), ("okada", &[Role::Administer])];

/// Makes the accounts of a municipality.
pub(super) fn hire(
    ledger: &Ledger,
    municipality: &str,
    random: &dyn SecureRandom,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let municipality = MunicipalityCode::parse(municipality).ok_or_else(|| broken("staff", Code::InternalError))?;
    STAFF
        .iter()
        .try_for_each(|(name, roles)| employ(ledger, municipality, name, roles, random, now))
        .map_err(|error| broken("staff", error))
}

fn employ(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    name: &str,
    roles: &[Role],
    random: &dyn SecureRandom,
    now: Timestamp,
) -> Result<(), StaffError> {
    let new = NewAccount { name, department: "市民課", roles };
    let first = set_up_account(ledger, municipality, new, random, operation()?, now)?;
    let login = Login { name, password: Password::typed(first.expose())?, terminal: TERMINAL };
    let token = log_in(ledger, municipality, &login, random, now)?;
    change_password(ledger, municipality, (&token, TERMINAL), &first, PASSWORD, random, now)
}

fn operation() -> Result<Operation, AuditError> {
    Operation::new("account-create", Operator::new("root", "demo", "demo")?, "着任")
}
