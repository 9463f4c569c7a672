//! Challenges that a card signs: each for one session, municipality and channel, and once.

use tegata::Timestamp;

use super::{IdempotencyKey, LedgerError, Session};
use crate::audit::{STAFF_MAX_CHARS, is_plain};
use crate::record::Channel;

/// Bytes of a challenge.
pub const MAX_CHALLENGE_BYTES: usize = 64;

/// What a challenge is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChallengeBinding<'a> {
    /// The client's session.
    pub session: &'a str,
    /// The channel.
    pub channel: Channel,
}

impl Session<'_> {
    /// Keeps a challenge that was given out.
    ///
    /// # Errors
    /// [`LedgerError::Duplicate`] for one that is kept already, [`LedgerError::InvalidValue`] for one that is empty or
    /// longer than [`MAX_CHALLENGE_BYTES`], and for a session that cannot be one.
    pub fn put_challenge(
        &mut self,
        challenge: &[u8],
        binding: ChallengeBinding<'_>,
        expires_at: Timestamp,
    ) -> Result<(), LedgerError> {
        const PUT: &str = "INSERT INTO challenge (municipality, challenge, client_session, channel, expires_at) \
                           VALUES (?1, ?2, ?3, ?4, ?5)";
        if challenge.is_empty() || challenge.len() > MAX_CHALLENGE_BYTES {
            return Err(LedgerError::InvalidValue { field: "challenge" });
        }
        if !is_plain(binding.session, STAFF_MAX_CHARS) {
            return Err(LedgerError::InvalidValue { field: "session" });
        }
        let channel = binding.channel.name();
        let values = [challenge.into(), binding.session.into(), channel.into(), expires_at.seconds().into()];
        self.execute(PUT, &values).map(drop)
    }

    /// Takes a challenge: true once, for the session and channel it was given out to, and before its end. One that is
    /// presented elsewhere stays, so that nobody uses up another's.
    ///
    /// # Errors
    /// Those of writing.
    pub fn take_challenge(
        &mut self,
        challenge: &[u8],
        binding: ChallengeBinding<'_>,
        now: Timestamp,
    ) -> Result<bool, LedgerError> {
        const TAKE: &str = "DELETE FROM challenge WHERE municipality = ?1 AND challenge = ?2 AND client_session = ?3 \
                            AND channel = ?4 AND expires_at > ?5 AND taken_by IS NULL";
        let channel = binding.channel.name();
        let values = [challenge.into(), binding.session.into(), channel.into(), now.seconds().into()];
        Ok(self.execute(TAKE, &values)? == 1)
    }

    /// Takes a challenge for a request, as [`take_challenge`](Self::take_challenge) does, but leaves it to that request:
    /// whoever lost the answer can send the same again until the challenge ends, and nobody can send anything else.
    ///
    /// # Errors
    /// Those of writing; [`LedgerError::InvalidValue`] for a request whose client or key is empty or too long.
    pub fn take_challenge_for(
        &mut self,
        challenge: &[u8],
        binding: ChallengeBinding<'_>,
        request: &IdempotencyKey<'_>,
        now: Timestamp,
    ) -> Result<bool, LedgerError> {
        const TAKE: &str = "UPDATE challenge SET taken_by = ?6 WHERE municipality = ?1 AND challenge = ?2 \
                            AND client_session = ?3 AND channel = ?4 AND expires_at > ?5 \
                            AND (taken_by IS NULL OR taken_by = ?6)";
        request.check()?;
        let channel = binding.channel.name();
        let request = request.hash();
        let values =
            [challenge.into(), binding.session.into(), channel.into(), now.seconds().into(), request.as_slice().into()];
        Ok(self.execute(TAKE, &values)? == 1)
    }
}
