//! Requests that are sent again: answered as the first time, and done once.
//!
//! The question and the answer belong to the transaction of the operation itself. There is no state "begun": whoever
//! was killed in between left nothing, and the request is done anew.

use sha2::{Digest as _, Sha256};
use tegata::Timestamp;
use zeroize::Zeroizing;

use super::challenge::forgotten_before;
use super::{LedgerError, Session};
use crate::audit::{STAFF_MAX_CHARS, is_plain};
use crate::record::InternalNumber;
use crate::retention::in_japan;

const TABLE: &str = "idempotency";

pub(super) const BY_KEY: &str = "SELECT body_hash, internal_number, retain_until, wrapped_key, sealed FROM idempotency \
                                 WHERE municipality = ?1 AND client = ?2 AND request_key = ?3 AND expires_at > ?4";
/// Forgets the first few that have ended; more than are kept meanwhile, so that none stay for long.
pub(super) const FORGET: &str = "DELETE FROM idempotency WHERE municipality = ?1 AND (client, request_key) IN \
                                 (SELECT client, request_key FROM idempotency WHERE municipality = ?1 \
                                 AND expires_at <= ?2 ORDER BY expires_at LIMIT 2)";

/// What makes two requests the same.
#[derive(Clone, Copy)]
pub struct IdempotencyKey<'a> {
    /// The client, as it was authenticated.
    pub client: &'a str,
    /// The key the client chose.
    pub key: &'a str,
    /// The SHA-256 of the request's body.
    pub body_hash: [u8; 32],
}

/// Whether a request was there before.
#[derive(Clone, PartialEq, Eq)]
pub enum Replay {
    /// No: it is to be done.
    New,
    /// Yes, and this was the answer.
    Answered(Zeroizing<Vec<u8>>),
    /// The client used the key for another body.
    OtherBody,
}

impl core::fmt::Debug for Replay {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::New => "New",
            Self::Answered(_) => "Answered(..)",
            Self::OtherBody => "OtherBody",
        })
    }
}

impl IdempotencyKey<'_> {
    /// What the answer is bound to.
    fn row(&self) -> Vec<u8> {
        [self.client.as_bytes(), b"\0", self.key.as_bytes(), b"\0", &self.body_hash].concat()
    }

    /// What a challenge that the request took is bound to.
    pub(super) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.row()).into()
    }

    pub(super) fn check(&self) -> Result<(), LedgerError> {
        for (text, field) in [(self.client, "client"), (self.key, "idempotency_key")] {
            if !is_plain(text, STAFF_MAX_CHARS) {
                return Err(LedgerError::InvalidValue { field });
            }
        }
        Ok(())
    }
}

impl core::fmt::Debug for IdempotencyKey<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("IdempotencyKey(..)")
    }
}

impl Session<'_> {
    /// Whether a request was there before. To be asked in the session that does it.
    ///
    /// # Errors
    /// Those of reading; [`LedgerError::InvalidValue`] for a client or key that is empty or too long.
    pub fn begin_request(&mut self, request: &IdempotencyKey<'_>) -> Result<Replay, LedgerError> {
        self.touch(None)?;
        request.check()?;
        let now = self.now()?.seconds();
        let values = [request.client.into(), request.key.into(), now.into()];
        let Some(mut row) = self.row(TABLE, BY_KEY, &values)? else { return Ok(Replay::New) };
        if row.hash()? != request.body_hash {
            return Ok(Replay::OtherBody);
        }
        if let Some(subject) = row.optional_text()? {
            let subject = InternalNumber::parse(&subject).ok_or(LedgerError::Corrupt { place: TABLE })?;
            self.touch(Some(&subject))?;
        }
        let (until, wrapped_key, sealed) = (row.integer()?, row.bytes()?, row.bytes()?);
        Ok(Replay::Answered(self.open(TABLE, &request.row(), until, &wrapped_key, &sealed)?))
    }

    /// Keeps the answer until it is not asked for any more, and forgets a few that are not by now.
    ///
    /// # Errors
    /// Those of writing.
    pub fn finish_request(
        &mut self,
        request: &IdempotencyKey<'_>,
        answer: &[u8],
        subject: Option<&InternalNumber>,
        expires_at: Timestamp,
    ) -> Result<(), LedgerError> {
        const PUT: &str = "INSERT INTO idempotency (municipality, client, request_key, body_hash, internal_number, \
                           expires_at, retain_until, wrapped_key, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
                           ON CONFLICT (municipality, client, request_key) DO UPDATE SET \
                           body_hash = excluded.body_hash, internal_number = excluded.internal_number, \
                           expires_at = excluded.expires_at, retain_until = excluded.retain_until, \
                           wrapped_key = excluded.wrapped_key, sealed = excluded.sealed";
        self.touch(subject)?;
        let now = self.now()?;
        self.execute(FORGET, &[forgotten_before(now).into()])?;
        let until = in_japan(expires_at).date();
        let sealed = self.seal(TABLE, &request.row(), until, answer)?;
        let values = [
            request.client.into(),
            request.key.into(),
            request.body_hash.as_slice().into(),
            subject.map(InternalNumber::as_str).into(),
            expires_at.seconds().into(),
            until.days_since_epoch().into(),
            (&sealed.wrapped_key).into(),
            (&sealed.content).into(),
        ];
        self.execute(PUT, &values).map(drop)
    }
}
