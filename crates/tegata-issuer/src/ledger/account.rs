//! The accounts of staff.

use tegata::Timestamp;

use super::{LedgerError, Row, Session};
use crate::audit::{STAFF_MAX_CHARS, is_plain};
use crate::backup::JournalEntry;

const TABLE: &str = "account";
const CORRUPT: LedgerError = LedgerError::Corrupt { place: TABLE };

/// An account of one person of the staff.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The name it logs in with.
    pub name: String,
    /// The department (部署).
    pub department: String,
    /// The hash of the password, as a PHC string (argon2id).
    pub password_hash: String,
    /// The roles, by their stable names: letters, digits and hyphens.
    pub roles: Vec<String>,
    /// Since when there is the account.
    pub created_at: Timestamp,
    /// Since when it is revoked.
    pub revoked_at: Option<Timestamp>,
}

/// The names of staff are personal data too.
impl core::fmt::Debug for Account {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Account")
            .field("roles", &self.roles)
            .field("revoked_at", &self.revoked_at)
            .finish_non_exhaustive()
    }
}

impl Session<'_> {
    /// Makes an account, or changes department, password and roles of one. Its beginning stays, and a revoked one stays
    /// revoked.
    ///
    /// # Errors
    /// [`LedgerError::InvalidValue`] for a text that is empty, too long or holds what looks like an individual number.
    pub fn put_account(&mut self, account: &Account) -> Result<(), LedgerError> {
        const PUT: &str = "INSERT INTO account (municipality, name, department, password_hash, roles, created_at) \
                           VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (municipality, name) DO UPDATE SET \
                           department = excluded.department, password_hash = excluded.password_hash, \
                           roles = excluded.roles";
        self.touch(None)?;
        for (text, field) in [(&account.name, "name"), (&account.department, "department")] {
            if !is_plain(text, STAFF_MAX_CHARS) {
                return Err(LedgerError::InvalidValue { field });
            }
        }
        if account.password_hash.is_empty() || account.password_hash.len() > 256 {
            return Err(LedgerError::InvalidValue { field: "password_hash" });
        }
        let is_role =
            |role: &String| !role.is_empty() && role.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let roles = account.roles.join(" ");
        if !account.roles.iter().all(is_role) || roles.len() > 256 {
            return Err(LedgerError::InvalidValue { field: "roles" });
        }
        let values = [
            account.name.as_str().into(),
            account.department.as_str().into(),
            account.password_hash.as_str().into(),
            roles.as_str().into(),
            account.created_at.seconds().into(),
        ];
        // The old hash of a password is not to be read from the file any more.
        self.erased = true;
        self.execute(PUT, &values).map(drop)
    }

    /// An account, revoked or not.
    ///
    /// # Errors
    /// Those of reading.
    pub fn account(&mut self, name: &str) -> Result<Option<Account>, LedgerError> {
        const FIND: &str = "SELECT name, department, password_hash, roles, created_at, revoked_at FROM account \
                            WHERE municipality = ?1 AND name = ?2";
        self.row(TABLE, FIND, &[name.into()])?.map(read).transpose()
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// Those of reading.
    pub fn accounts(&mut self) -> Result<Vec<Account>, LedgerError> {
        const ALL: &str = "SELECT name, department, password_hash, roles, created_at, revoked_at FROM account \
                           WHERE municipality = ?1 ORDER BY name";
        self.rows(TABLE, ALL, &[])?.into_iter().map(read).collect()
    }

    /// Revokes an account for good.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] where there is none that is not revoked.
    pub fn revoke_account(&mut self, name: &str) -> Result<(), LedgerError> {
        let now = self.now()?.seconds();
        if !self.revoke_account_at(name, now)? {
            return Err(LedgerError::NotFound);
        }
        self.journal(JournalEntry::AccountRevocation { name: name.to_owned(), revoked_at: now });
        Ok(())
    }

    /// Revokes an account as of a time; says whether there was one that was not revoked.
    pub(crate) fn revoke_account_at(&mut self, name: &str, revoked_at: i64) -> Result<bool, LedgerError> {
        const REVOKE: &str =
            "UPDATE account SET revoked_at = ?3 WHERE municipality = ?1 AND name = ?2 AND revoked_at IS NULL";
        Ok(self.execute(REVOKE, &[name.into(), revoked_at.into()])? > 0)
    }
}

fn read(mut row: Row) -> Result<Account, LedgerError> {
    let time = |seconds| Timestamp::from_seconds(seconds).map_err(|_| CORRUPT);
    Ok(Account {
        name: row.text()?,
        department: row.text()?,
        password_hash: row.text()?,
        roles: row.text()?.split(' ').filter(|role| !role.is_empty()).map(str::to_owned).collect(),
        created_at: time(row.integer()?)?,
        revoked_at: row.optional_integer()?.map(time).transpose()?,
    })
}
