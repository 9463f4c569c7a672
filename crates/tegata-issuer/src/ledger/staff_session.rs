//! Sessions of staff who logged in.

use subtle::ConstantTimeEq as _;
use tegata::Timestamp;
use tegata::codec::cbor::Encoder;

use super::{LedgerError, Session};
use crate::vault::Lookup;

const TABLE: &str = "staff_session";
const CORRUPT: LedgerError = LedgerError::Corrupt { place: TABLE };

/// Whose session it is, where and until when.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct StaffSession {
    pub(crate) account: String,
    pub(crate) terminal: String,
    pub(crate) begun_at: Timestamp,
    pub(crate) used_at: Timestamp,
    pub(crate) ends_at: Timestamp,
}

impl Session<'_> {
    /// Keeps a session, or when it was used last. Of its token there is a keyed hash alone.
    pub(crate) fn put_staff_session(&mut self, token: &[u8], session: &StaffSession) -> Result<(), LedgerError> {
        const PUT: &str = "INSERT INTO staff_session (municipality, token_hash, account, terminal, begun_at, used_at, \
                           ends_at, mac) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
                           ON CONFLICT (municipality, token_hash) DO UPDATE SET used_at = excluded.used_at, \
                           mac = excluded.mac";
        let hash = self.token_hash(token);
        let mac = self.mac_of_session(&hash, session);
        let values = [
            hash.as_slice().into(),
            session.account.as_str().into(),
            session.terminal.as_str().into(),
            session.begun_at.seconds().into(),
            session.used_at.seconds().into(),
            session.ends_at.seconds().into(),
            mac.as_slice().into(),
        ];
        self.execute(PUT, &values).map(drop)
    }

    /// The session of a token.
    pub(crate) fn staff_session(&mut self, token: &[u8]) -> Result<Option<StaffSession>, LedgerError> {
        const FIND: &str = "SELECT account, terminal, begun_at, used_at, ends_at, mac FROM staff_session \
                            WHERE municipality = ?1 AND token_hash = ?2";
        let hash = self.token_hash(token);
        let Some(mut row) = self.row(TABLE, FIND, &[hash.as_slice().into()])? else { return Ok(None) };
        let (account, terminal) = (row.text()?, row.text()?);
        let mut time = || Timestamp::from_seconds(row.integer()?).map_err(|_| CORRUPT);
        let (begun_at, used_at, ends_at) = (time()?, time()?, time()?);
        let session = StaffSession { account, terminal, begun_at, used_at, ends_at };
        let sound: bool = self.mac_of_session(&hash, &session).ct_eq(&row.hash()?).into();
        if sound { Ok(Some(session)) } else { Err(CORRUPT) }
    }

    /// Ends the session of a token.
    pub(crate) fn end_staff_session(&mut self, token: &[u8]) -> Result<(), LedgerError> {
        const END: &str = "DELETE FROM staff_session WHERE municipality = ?1 AND token_hash = ?2";
        let hash = self.token_hash(token);
        self.execute(END, &[hash.as_slice().into()]).map(drop)
    }

    /// Ends every session of an account.
    pub(crate) fn end_staff_sessions_of(&mut self, account: &str) -> Result<(), LedgerError> {
        const END: &str = "DELETE FROM staff_session WHERE municipality = ?1 AND account = ?2";
        self.execute(END, &[account.into()]).map(drop)
    }

    fn token_hash(&self, token: &[u8]) -> [u8; 32] {
        *self.keys().lookup_hash(Lookup::StaffToken, token).as_bytes()
    }

    /// What keeps one who writes the database without its key from giving a session to another account.
    fn mac_of_session(&self, token_hash: &[u8], session: &StaffSession) -> [u8; 32] {
        let mut encoder = Encoder::with_capacity(256);
        encoder.array(6);
        encoder.bytes(token_hash);
        encoder.text(&session.account);
        encoder.text(&session.terminal);
        for time in [session.begun_at, session.used_at, session.ends_at] {
            encoder.int(time.seconds());
        }
        *self.keys().lookup_hash(Lookup::StaffSession, &encoder.into_bytes()).as_bytes()
    }
}
