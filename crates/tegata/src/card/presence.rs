//! Challenges: what a card that is here can answer and a copy of its files cannot.

use core::fmt;

use crate::crypto::{RandomError, SecureRandom};

/// Bytes of a challenge.
pub const CHALLENGE_BYTES: usize = 32;

/// How long a challenge may be answered, in seconds. Whoever hands challenges out keeps the time, takes each answer
/// once and for the application the challenge was made for; none of that can be seen in files.
pub const CHALLENGE_VALID_SECONDS: u32 = 120;

/// A fresh challenge: the message before hashing. The card signs its digest.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge([u8; CHALLENGE_BYTES]);

impl Challenge {
    /// A new challenge from a source of unpredictable bytes.
    ///
    /// # Errors
    /// [`RandomError`] of the source.
    pub fn generate(random: &dyn SecureRandom) -> Result<Self, RandomError> {
        let mut bytes = [0; CHALLENGE_BYTES];
        random.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// A challenge that was made before.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; CHALLENGE_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; CHALLENGE_BYTES] {
        &self.0
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenge(..)")
    }
}

/// A challenge and what the card answered: PKCS1-v1_5 with SHA-256, or raw r‖s for a key on an elliptic curve.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// The challenge that was sent.
    pub challenge: &'a Challenge,
    /// The signature that came back.
    pub response: &'a [u8],
}
