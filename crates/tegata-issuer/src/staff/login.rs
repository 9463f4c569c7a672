//! Logging in, and what a session of staff is.

use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use tegata::Timestamp;
use tegata::crypto::SecureRandom;
use tegata::model::MunicipalityCode;
use zeroize::Zeroizing;

use super::{Password, Role, StaffError, end};
use crate::audit::{AuditError, Operation, Operator};
use crate::ledger::{Account, Ledger, StaffSession};

/// A session that is not used for so long ends: NIST SP 800-63B-4 §2.2.3 allows an hour, a counter is public.
pub const SESSION_IDLE_SECONDS: i64 = 15 * 60;
/// A session ends after a working day.
pub const SESSION_SECONDS: i64 = 10 * 3600;
/// How much later a session is used before that is written.
const WRITE_AFTER_SECONDS: i64 = 30;
/// Random bytes of a token.
const TOKEN_BYTES: usize = 32;

/// What somebody types to log in.
#[derive(Debug)]
pub struct Login<'a> {
    /// The name of the account.
    pub name: &'a str,
    /// The password.
    pub password: Password,
    /// The terminal, as it was authenticated.
    pub terminal: &'a str,
}

/// What a session is known by: 32 random bytes, as Base64url without padding. Wiped on drop.
pub struct SessionToken(Zeroizing<[u8; TOKEN_BYTES]>);

impl SessionToken {
    /// Reads a token.
    ///
    /// # Errors
    /// [`StaffError::SessionEnded`] for what is none.
    pub fn parse(text: &str) -> Result<Self, StaffError> {
        let mut bytes = Zeroizing::new([0; TOKEN_BYTES]);
        let read = Base64UrlUnpadded::decode(text, &mut *bytes).map(<[u8]>::len);
        if read == Ok(TOKEN_BYTES) { Ok(Self(bytes)) } else { Err(StaffError::SessionEnded) }
    }

    /// The token as text.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(Base64UrlUnpadded::encode_string(&*self.0))
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

/// Somebody who is logged in, as of now. What they do is asked for again in its own transaction.
#[derive(Clone)]
pub struct OnDuty {
    account: Account,
    municipality: MunicipalityCode,
    operator: Operator,
}

impl OnDuty {
    /// The municipality whose session it is.
    #[must_use]
    pub const fn municipality(&self) -> MunicipalityCode {
        self.municipality
    }

    /// The name of the account.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.account.name
    }

    /// The department.
    #[must_use]
    pub fn department(&self) -> &str {
        &self.account.department
    }

    /// The roles.
    #[must_use]
    pub fn roles(&self) -> &[Role] {
        &self.account.roles
    }

    /// What this person does, for a reason.
    ///
    /// # Errors
    /// [`AuditError::InvalidText`].
    pub fn operation(&self, name: &'static str, reason: &str) -> Result<Operation, AuditError> {
        Operation::new(name, self.operator.clone(), reason)
    }
}

/// The names of staff are personal data too.
impl fmt::Debug for OnDuty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnDuty").field("roles", &self.account.roles).finish_non_exhaustive()
    }
}

/// Logs in: whatever comes of it is in the audit log. A name of no account is not: it could be a password that was typed
/// in the wrong field.
///
/// # Errors
/// [`StaffError::LoginRefused`], as soon for an account that there is not or that is revoked as for another password.
pub fn log_in(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    login: &Login<'_>,
    random: &dyn SecureRandom,
    now: Timestamp,
) -> Result<SessionToken, StaffError> {
    let known = ledger.begin_reading(municipality)?.account(login.name)?;
    let active = known.as_ref().filter(|account| account.revoked_at.is_none());
    // Slow, and therefore before a session is begun.
    let right =
        login.password.matches(&ledger.keys(municipality), active.map(|account| account.password_hash.as_str()));
    let operator = match &known {
        Some(account) => Operator::new(&account.name, &account.department, login.terminal)?,
        None => Operator::new("-", "-", login.terminal)?,
    };
    let mut session = ledger.begin(municipality, Operation::new("login", operator, "-")?, now)?;
    let logged_in = (|| {
        let account = active.filter(|_| right).ok_or(StaffError::LoginRefused)?;
        // Meanwhile it may have been revoked, or the password changed.
        if session.account(&account.name)?.as_ref() != Some(account) {
            return Err(StaffError::LoginRefused);
        }
        let mut token = Zeroizing::new([0; TOKEN_BYTES]);
        random.fill(&mut *token).map_err(|_| StaffError::Random)?;
        let begun = StaffSession {
            account: account.name.clone(),
            terminal: login.terminal.to_owned(),
            begun_at: now,
            used_at: now,
            ends_at: now.saturating_add_seconds(SESSION_SECONDS),
        };
        session.put_staff_session(&*token, &begun)?;
        Ok(SessionToken(token))
    })();
    end(session, logged_in)
}

/// Whose session it is, for anything but the changing of a password.
///
/// # Errors
/// [`StaffError::SessionEnded`] for a token that is not of this municipality and terminal, for one that was not used
/// for long, and for an account that was revoked; [`StaffError::PasswordToChange`].
pub fn resume(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    token: &SessionToken,
    terminal: &str,
    now: Timestamp,
) -> Result<OnDuty, StaffError> {
    let on_duty = find(ledger, municipality, token, terminal, now)?;
    if on_duty.account.password_initial { Err(StaffError::PasswordToChange) } else { Ok(on_duty) }
}

fn find(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    token: &SessionToken,
    terminal: &str,
    now: Timestamp,
) -> Result<OnDuty, StaffError> {
    let mut reading = ledger.begin_reading(municipality)?;
    let known = reading.staff_session(&*token.0)?.filter(|known| known.terminal == terminal);
    let known = known.ok_or(StaffError::SessionEnded)?;
    let idle = now.seconds().saturating_sub(known.used_at.seconds());
    if idle > SESSION_IDLE_SECONDS || now >= known.ends_at {
        return Err(StaffError::SessionEnded);
    }
    let account = reading.account(&known.account)?.filter(|account| account.revoked_at.is_none());
    let account = account.ok_or(StaffError::SessionEnded)?;
    drop(reading);
    if idle > WRITE_AFTER_SECONDS {
        let mut session = ledger.begin_quiet(municipality)?;
        // It may have ended meanwhile.
        if let Some(known) = session.staff_session(&*token.0)? {
            session.put_staff_session(&*token.0, &StaffSession { used_at: now, ..known })?;
        }
        session.commit()?;
    }
    let operator = Operator::new(&account.name, &account.department, terminal)?;
    Ok(OnDuty { account, municipality, operator })
}

/// Ends a session. One that has ended already is none, and nothing is done.
///
/// # Errors
/// Those of the ledger.
pub fn log_out(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    token: &SessionToken,
    terminal: &str,
    now: Timestamp,
) -> Result<(), StaffError> {
    let on_duty = match find(ledger, municipality, token, terminal, now) {
        Err(StaffError::SessionEnded) => return Ok(()),
        found => found?,
    };
    let mut session = ledger.begin(municipality, on_duty.operation("logout", "-")?, now)?;
    let ended = session.end_staff_session(&*token.0).map_err(StaffError::from);
    end(session, ended)
}

/// Changes the password of whoever is logged in; every session of the account ends.
///
/// # Errors
/// [`StaffError::SessionEnded`]; [`StaffError::LoginRefused`] where the current password is another;
/// [`StaffError::PasswordNotAllowed`].
pub fn change_password(
    ledger: &Ledger,
    municipality: MunicipalityCode,
    (token, terminal): (&SessionToken, &str),
    current: &Password,
    new: &str,
    random: &dyn SecureRandom,
    now: Timestamp,
) -> Result<(), StaffError> {
    let on_duty = find(ledger, municipality, token, terminal, now)?;
    let operation = on_duty.operation("password-change", "-")?;
    let before = on_duty.account;
    let keys = ledger.keys(municipality);
    // Slow, and therefore before a session is begun.
    let hash = (|| {
        if !current.matches(&keys, Some(&before.password_hash)) {
            return Err(StaffError::LoginRefused);
        }
        let new = Password::choose(new, &before.name)?;
        if new.matches(&keys, Some(&before.password_hash)) {
            return Err(StaffError::PasswordNotAllowed);
        }
        new.hash(&keys, random)
    })();
    let mut session = ledger.begin(municipality, operation, now)?;
    let changed = hash.and_then(|password_hash| {
        if session.account(&before.name)?.as_ref() != Some(&before) {
            return Err(StaffError::SessionEnded);
        }
        session.end_staff_sessions_of(&before.name)?;
        session.put_account(&Account { password_hash, password_initial: false, ..before })?;
        Ok(())
    });
    end(session, changed)
}
