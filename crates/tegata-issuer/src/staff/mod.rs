//! Staff: accounts of single people, what they may do, and their sessions at the counter (D1).
//!
//! An account has [`Role`]s. The functions of the counter ask for them in their own transaction
//! ([`Session::require`](crate::ledger::Session::require)), so that a revocation counts at once, whatever was begun
//! before. Whoever runs the operators' commands holds the master key and needs no password; what an account did is in
//! the audit log in either case.
//!
//! [`log_in`] makes a session of a password: a random token of which the ledger keeps a keyed hash, bound to the
//! terminal, ended after [`SESSION_IDLE_SECONDS`] without use and [`SESSION_SECONDS`] in any case. How often a login may
//! be tried is the caller's to limit.

mod accounts;
mod error;
mod login;
mod password;
mod role;

#[cfg(test)]
mod tests;

pub use accounts::{
    NewAccount, accounts, change_rights, create_account, reset_password, revoke_account, set_up_account,
};
pub use error::StaffError;
pub use login::{
    Login, OnDuty, SESSION_IDLE_SECONDS, SESSION_SECONDS, SessionToken, change_password, log_in, log_out, resume,
};
pub use password::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, Password};
pub use role::Role;

use crate::ledger::Session;

/// Ends the session: with everything, or with nothing but the audit entry.
fn end<T>(session: Session<'_>, result: Result<T, StaffError>) -> Result<T, StaffError> {
    match &result {
        Ok(_) => session.commit()?,
        Err(error) => session.refuse(error.code())?,
    }
    result
}
