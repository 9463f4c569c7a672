//! Making, changing and revoking accounts.

use tegata::Timestamp;
use tegata::crypto::SecureRandom;
use tegata::model::MunicipalityCode;

use super::{Password, Role, StaffError, end};
use crate::audit::{Operation, is_same_account};
use crate::ledger::{Account, Ledger, LedgerError, Session};

/// An account that is to be made.
#[derive(Clone, Copy)]
pub struct NewAccount<'a> {
    /// The name it logs in with: one person's.
    pub name: &'a str,
    /// The department (部署).
    pub department: &'a str,
    /// What it may do.
    pub roles: &'a [Role],
}

/// The names of staff are personal data too.
impl core::fmt::Debug for NewAccount<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("NewAccount").field("roles", &self.roles).finish_non_exhaustive()
    }
}

/// Makes an account, by an account that administers. What is returned is its first password, to be told to its holder
/// alone, who changes it at the first login.
///
/// # Errors
/// [`LedgerError::RoleMissing`], [`LedgerError::Duplicate`] for a name that reads like another account's, revoked ones
/// included, [`LedgerError::InvalidValue`].
pub fn create_account(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    new: NewAccount<'_>,
    random: &dyn SecureRandom,
    operation: Operation,
    now: Timestamp,
) -> Result<Password, StaffError> {
    create(ledger, municipality, new, random, operation, now, |session| session.require(&[Role::Administer]))
}

/// Makes an account from the command line: whoever has the master key needs none, and the first has to come from
/// somewhere.
///
/// # Errors
/// As [`create_account`], without the role.
pub fn set_up_account(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    new: NewAccount<'_>,
    random: &dyn SecureRandom,
    operation: Operation,
    now: Timestamp,
) -> Result<Password, StaffError> {
    create(ledger, municipality, new, random, operation, now, |_| Ok(()))
}

fn create(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    new: NewAccount<'_>,
    random: &dyn SecureRandom,
    operation: Operation,
    now: Timestamp,
    allowed: impl FnOnce(&mut Session<'_>) -> Result<(), LedgerError>,
) -> Result<Password, StaffError> {
    let password = Password::initial(random)?;
    let password_hash = password.hash(&ledger.keys(municipality), random)?;
    let mut session = ledger.begin(municipality, operation, now)?;
    let made = allowed(&mut session).map_err(StaffError::from).and_then(|()| {
        // The names of what has no account.
        if ["automatic", "-"].iter().any(|reserved| is_same_account(reserved, new.name)) {
            return Err(LedgerError::InvalidValue { field: "name" }.into());
        }
        if session.account(new.name)?.is_some() {
            return Err(LedgerError::Duplicate.into());
        }
        let account = Account {
            name: new.name.to_owned(),
            department: new.department.to_owned(),
            password_hash,
            password_initial: true,
            roles: new.roles.to_vec(),
            created_at: now,
            revoked_at: None,
        };
        session.put_account(&account)?;
        Ok(password)
    });
    end(session, made)
}

/// Changes department and roles of another account, by one that administers.
///
/// # Errors
/// [`StaffError::OwnRights`], [`LedgerError::RoleMissing`], [`LedgerError::NotFound`] where there is none in force.
pub fn change_rights(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    changed: NewAccount<'_>,
    operation: Operation,
    now: Timestamp,
) -> Result<(), StaffError> {
    change_other(ledger, municipality, changed.name, operation, now, |session, account| {
        let (department, roles) = (changed.department.to_owned(), changed.roles.to_vec());
        Ok(session.put_account(&Account { department, roles, ..account })?)
    })
}

/// Gives another account a new first password, by one that administers; its sessions end.
///
/// # Errors
/// As [`change_rights`].
pub fn reset_password(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    name: &str,
    random: &dyn SecureRandom,
    operation: Operation,
    now: Timestamp,
) -> Result<Password, StaffError> {
    let password = Password::initial(random)?;
    let password_hash = password.hash(&ledger.keys(municipality), random)?;
    change_other(ledger, municipality, name, operation, now, |session, account| {
        session.end_staff_sessions_of(&account.name)?;
        session.put_account(&Account { password_hash, password_initial: true, ..account })?;
        Ok(password)
    })
}

/// Revokes another account, by one that administers: at once and for good.
///
/// # Errors
/// As [`change_rights`].
pub fn revoke_account(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    name: &str,
    operation: Operation,
    now: Timestamp,
) -> Result<(), StaffError> {
    change_other(ledger, municipality, name, operation, now, |session, account| {
        Ok(session.revoke_account(&account.name)?)
    })
}

fn change_other<T>(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    name: &str,
    operation: Operation,
    now: Timestamp,
    change: impl FnOnce(&mut Session<'_>, Account) -> Result<T, StaffError>,
) -> Result<T, StaffError> {
    let own = is_same_account(operation.operator().name(), name);
    let mut session = ledger.begin(municipality, operation, now)?;
    let changed = session.require(&[Role::Administer]).map_err(StaffError::from).and_then(|()| {
        if own {
            return Err(StaffError::OwnRights);
        }
        let account = session.account(name)?.filter(|account| account.revoked_at.is_none());
        change(&mut session, account.ok_or(LedgerError::NotFound)?)
    });
    end(session, changed)
}

/// Every account, for one that administers.
///
/// # Errors
/// [`LedgerError::RoleMissing`] among others.
pub fn accounts(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    operation: Operation,
    now: Timestamp,
) -> Result<Vec<Account>, StaffError> {
    let mut session = ledger.begin(municipality, operation, now)?;
    let accounts = session.require(&[Role::Administer]).and_then(|()| session.accounts()).map_err(StaffError::from);
    end(session, accounts)
}
