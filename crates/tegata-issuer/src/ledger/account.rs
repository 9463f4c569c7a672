//! The accounts of staff.

use subtle::ConstantTimeEq as _;
use tegata::Timestamp;
use tegata::codec::cbor::Encoder;

use super::{LedgerError, Row, Session};
use crate::audit::{STAFF_MAX_CHARS, is_plain, is_same_account};
use crate::backup::JournalEntry;
use crate::staff::Role;
use crate::vault::Lookup;

const TABLE: &str = "account";
/// In place of a password's hash: no password has it.
const NO_PASSWORD: &str = "none";
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
    /// Whether the password is one that another person set, and is to be changed before anything else is done.
    pub password_initial: bool,
    /// The roles.
    pub roles: Vec<Role>,
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
    /// [`LedgerError::InvalidValue`] for a text that is empty, too long or holds what looks like an individual number;
    /// [`LedgerError::Duplicate`] for a name that reads like another account's: the two-person rule goes by names.
    pub fn put_account(&mut self, account: &Account) -> Result<(), LedgerError> {
        const PUT: &str = "INSERT INTO account (municipality, name, department, password_hash, password_initial, \
                           roles, created_at, revoked_at, mac) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
                           ON CONFLICT (municipality, name) DO UPDATE SET department = excluded.department, \
                           password_hash = excluded.password_hash, password_initial = excluded.password_initial, \
                           roles = excluded.roles, mac = excluded.mac";
        self.touch(None)?;
        for (text, field) in [(&account.name, "name"), (&account.department, "department")] {
            if !is_plain(text, STAFF_MAX_CHARS) {
                return Err(LedgerError::InvalidValue { field });
            }
        }
        if account.password_hash.is_empty() || account.password_hash.len() > 256 {
            return Err(LedgerError::InvalidValue { field: "password_hash" });
        }
        let mut account = account.clone();
        account.roles.sort_unstable();
        account.roles.dedup();
        let others = self.accounts()?;
        if let Some(known) = others.iter().find(|known| is_same_account(&known.name, &account.name)) {
            if known.name != account.name {
                return Err(LedgerError::Duplicate);
            }
            (account.created_at, account.revoked_at) = (known.created_at, known.revoked_at);
            if (&known.roles, &known.password_hash) != (&account.roles, &account.password_hash) {
                let changed_at = self.now()?.seconds();
                self.journal(JournalEntry::AccountChange { name: account.name.clone(), changed_at });
            }
        }
        let (roles, mac) = (roles(&account), self.mac_of_account(&account));
        let values = [
            account.name.as_str().into(),
            account.department.as_str().into(),
            account.password_hash.as_str().into(),
            i64::from(account.password_initial).into(),
            roles.as_str().into(),
            account.created_at.seconds().into(),
            account.revoked_at.map(|time| time.seconds()).into(),
            mac.as_slice().into(),
        ];
        // The old hash of a password is not to be read from the file any more.
        self.erased = true;
        self.execute(PUT, &values).map(drop)
    }

    /// An account, revoked or not.
    ///
    /// # Errors
    /// Those of reading; [`LedgerError::Corrupt`] for one that was not written with the ledger's key.
    pub fn account(&mut self, name: &str) -> Result<Option<Account>, LedgerError> {
        const FIND: &str = "SELECT name, department, password_hash, password_initial, roles, created_at, revoked_at, \
                            mac FROM account WHERE municipality = ?1 AND name = ?2";
        self.row(TABLE, FIND, &[name.into()])?.map(|row| self.read_account(row)).transpose()
    }

    /// Every account, by name, in an operation: staff are people too.
    ///
    /// # Errors
    /// As [`account`](Self::account); [`LedgerError::NotLogged`].
    pub fn accounts(&mut self) -> Result<Vec<Account>, LedgerError> {
        const ALL: &str = "SELECT name, department, password_hash, password_initial, roles, created_at, revoked_at, mac \
                           FROM account WHERE municipality = ?1 ORDER BY name";
        self.touch(None)?;
        self.rows(TABLE, ALL, &[])?.into_iter().map(|row| self.read_account(row)).collect()
    }

    /// Revokes an account for good, at once: its sessions end, and what it has begun is not committed.
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
        const REVOKE: &str = "UPDATE account SET revoked_at = ?3, mac = ?4 WHERE municipality = ?1 AND name = ?2";
        let account = self.account(name)?.filter(|account| account.revoked_at.is_none());
        let Some(mut account) = account else { return Ok(false) };
        account.revoked_at = Some(Timestamp::from_seconds(revoked_at).map_err(|_| CORRUPT)?);
        let mac = self.mac_of_account(&account);
        self.execute(REVOKE, &[name.into(), revoked_at.into(), mac.as_slice().into()])?;
        self.end_staff_sessions_of(name)?;
        Ok(true)
    }

    /// Takes roles and password from an account that was changed after a backup it came back with: what it has now
    /// is not known, and an administrator gives it anew.
    pub(crate) fn disable_account(&mut self, name: &str) -> Result<(), LedgerError> {
        const DISABLE: &str = "UPDATE account SET roles = '', password_hash = ?3, password_initial = 1, mac = ?4 \
                               WHERE municipality = ?1 AND name = ?2";
        let Some(mut account) = self.account(name)? else { return Ok(()) };
        account.roles.clear();
        account.password_hash = NO_PASSWORD.to_owned();
        account.password_initial = true;
        let mac = self.mac_of_account(&account);
        self.execute(DISABLE, &[name.into(), NO_PASSWORD.into(), mac.as_slice().into()]).map(drop)
    }

    /// That whoever does this has an account in force, with one of these roles (D1). It is asked in the transaction of
    /// what is done, so that a revocation counts at once.
    ///
    /// # Errors
    /// [`LedgerError::AccountNotActive`], [`LedgerError::RoleMissing`]; those of reading.
    pub fn require(&mut self, roles: &[Role]) -> Result<(), LedgerError> {
        let name = self.operation()?.operator().name().to_owned();
        let account = self.account(&name)?.filter(|account| account.revoked_at.is_none());
        let account = account.ok_or(LedgerError::AccountNotActive)?;
        if account.roles.iter().any(|role| roles.contains(role)) { Ok(()) } else { Err(LedgerError::RoleMissing) }
    }

    /// What keeps one who writes the database without its key from making an account or giving one a role.
    fn mac_of_account(&self, account: &Account) -> [u8; 32] {
        let mut encoder = Encoder::with_capacity(512);
        encoder.array(7);
        for text in [&account.name, &account.department, &account.password_hash, &roles(account)] {
            encoder.text(text);
        }
        encoder.bool(account.password_initial);
        encoder.int(account.created_at.seconds());
        match account.revoked_at {
            Some(time) => encoder.int(time.seconds()),
            None => encoder.null(),
        }
        *self.keys().lookup_hash(Lookup::Account, &encoder.into_bytes()).as_bytes()
    }

    fn read_account(&self, mut row: Row) -> Result<Account, LedgerError> {
        let time = |seconds| Timestamp::from_seconds(seconds).map_err(|_| CORRUPT);
        let account = Account {
            name: row.text()?,
            department: row.text()?,
            password_hash: row.text()?,
            password_initial: row.integer()? != 0,
            roles: {
                let words = row.text()?;
                let words = words.split(' ').filter(|word| !word.is_empty());
                words.map(|word| Role::parse(word).ok_or(CORRUPT)).collect::<Result<_, _>>()?
            },
            created_at: time(row.integer()?)?,
            revoked_at: row.optional_integer()?.map(time).transpose()?,
        };
        let sound: bool = self.mac_of_account(&account).ct_eq(&row.hash()?).into();
        if sound { Ok(account) } else { Err(CORRUPT) }
    }
}

fn roles(account: &Account) -> String {
    account.roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(" ")
}
