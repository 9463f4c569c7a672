//! Challenges that a card signs: each for one session, municipality and channel, and once.
//!
//! An application takes its challenge in its own transaction, and is acknowledged with it; one that is refused takes it
//! in the transaction of its audit entry. Whoever was killed in between took nothing.

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

/// A challenge that the operation of a session uses up, whatever becomes of it.
pub(super) struct UsedChallenge {
    challenge: Vec<u8>,
    session: String,
    channel: Channel,
    now: Timestamp,
    /// The hash of the request that it stays with, if it is refused.
    request: Option<[u8; 32]>,
}

impl Session<'_> {
    /// Keeps a challenge that was given out, and forgets a few that have ended by now.
    ///
    /// # Errors
    /// [`LedgerError::Duplicate`] for one that is kept already, [`LedgerError::InvalidValue`] for one that is empty or
    /// longer than [`MAX_CHALLENGE_BYTES`], and for a session that cannot be one.
    pub fn put_challenge(
        &mut self,
        challenge: &[u8],
        binding: ChallengeBinding<'_>,
        now: Timestamp,
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
        self.execute(FORGET, &[forgotten_before(now).into()])?;
        self.execute(PUT, &values).map(drop)
    }

    /// Takes a challenge for the operation of this session: true for the session and channel it was given out to, before
    /// its end, and once. It is taken with everything else that the operation does; where that is refused, abandoned or
    /// fails, it is taken with the audit entry. One that is presented elsewhere stays, so that nobody uses up another's.
    ///
    /// A request that was refused keeps it: sent again, it is dealt with again until the challenge ends, and nothing
    /// else is.
    ///
    /// # Errors
    /// Those of writing, [`LedgerError::NotLogged`] in a quiet session; [`LedgerError::InvalidValue`] for a request
    /// whose client or key is empty or too long.
    pub fn use_challenge(
        &mut self,
        challenge: &[u8],
        binding: ChallengeBinding<'_>,
        request: Option<&IdempotencyKey<'_>>,
    ) -> Result<bool, LedgerError> {
        let now = self.now()?;
        let taken = match request {
            Some(request) => self.take_challenge_for(challenge, binding, request, now)?,
            None => self.take_challenge(challenge, binding, now)?,
        };
        if taken {
            let (challenge, session) = (challenge.to_vec(), binding.session.to_owned());
            let request = request.map(IdempotencyKey::hash);
            self.used = Some(UsedChallenge { challenge, session, channel: binding.channel, now, request });
        }
        Ok(taken)
    }

    /// Takes the challenge again, after everything that the operation did was undone. On another node somebody may have
    /// been faster, who was granted what this one was not.
    pub(super) fn use_up_challenge(&mut self) -> Result<(), LedgerError> {
        let Some(used) = self.used.take() else { return Ok(()) };
        let binding = ChallengeBinding { session: &used.session, channel: used.channel };
        let taken = match &used.request {
            Some(request) => self.leave_challenge_to(request, &used.challenge, binding, used.now),
            None => self.take_challenge(&used.challenge, binding, used.now),
        };
        // This transaction may be lost too.
        self.used = Some(used);
        taken.map(drop)
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
        request.check()?;
        self.leave_challenge_to(&request.hash(), challenge, binding, now)
    }

    fn leave_challenge_to(
        &mut self,
        request: &[u8; 32],
        challenge: &[u8],
        binding: ChallengeBinding<'_>,
        now: Timestamp,
    ) -> Result<bool, LedgerError> {
        const LEAVE: &str = "UPDATE challenge SET taken_by = ?6 WHERE municipality = ?1 AND challenge = ?2 \
                             AND client_session = ?3 AND channel = ?4 AND expires_at > ?5 \
                             AND (taken_by IS NULL OR taken_by = ?6)";
        let channel = binding.channel.name();
        let values =
            [challenge.into(), binding.session.into(), channel.into(), now.seconds().into(), request.as_slice().into()];
        Ok(self.execute(LEAVE, &values)? == 1)
    }
}

/// Seconds that an end is past before it is forgotten: nodes have clocks of their own, and one that is ahead forgets
/// nothing that still holds for another.
const FORGET_AFTER_SECONDS: i64 = 60;

/// What ended by this time is forgotten.
pub(super) const fn forgotten_before(now: Timestamp) -> i64 {
    now.saturating_add_seconds(-FORGET_AFTER_SECONDS).seconds()
}

/// Forgets the first few that have ended; more than are kept meanwhile, so that none stay for long.
pub(super) const FORGET: &str = "DELETE FROM challenge WHERE municipality = ?1 AND challenge IN (SELECT challenge \
                                 FROM challenge WHERE municipality = ?1 AND expires_at <= ?2 \
                                 ORDER BY expires_at LIMIT 4)";
