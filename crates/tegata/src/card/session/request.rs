//! What is to be read, with which credential, and the consent that comes first.

use core::fmt;

use zeroize::Zeroizing;

use super::error::{CredentialError, KeyReference};
use crate::card::{Application, Challenge};
use crate::model::IndividualNumber;
use crate::time::Timestamp;

/// The holder was shown the terms and consented, before any data was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consent {
    given_at: Timestamp,
}

impl Consent {
    /// Consent that was given at a time and recorded.
    #[must_use]
    pub const fn given_at(given_at: Timestamp) -> Self {
        Self { given_at }
    }

    /// When it was given.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.given_at
    }
}

/// The PIN of the text application (暗証番号): four digits, wiped on drop.
pub struct Pin(Zeroizing<[u8; 4]>);

impl Pin {
    /// From four ASCII digits.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub fn from_digits(digits: &[u8]) -> Result<Self, CredentialError> {
        read_digits(digits).map(Self)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// Code B (照合番号B): six digits of the date of birth with the year of the Japanese era, four of the year of
/// expiry, and the security code of four digits. Wiped on drop.
pub struct CodeB(Zeroizing<[u8; 14]>);

impl CodeB {
    /// From fourteen ASCII digits.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub fn from_digits(digits: &[u8]) -> Result<Self, CredentialError> {
        read_digits(digits).map(Self)
    }
}

impl fmt::Debug for CodeB {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeB(..)")
    }
}

fn read_digits<const N: usize>(digits: &[u8]) -> Result<Zeroizing<[u8; N]>, CredentialError> {
    if digits.len() != N || !digits.iter().all(u8::is_ascii_digit) {
        return Err(CredentialError);
    }
    let mut copy = Zeroizing::new([0; N]);
    copy.iter_mut().zip(digits).for_each(|(to, digit)| *to = *digit);
    Ok(copy)
}

/// What opens the files. Codes open them without the PIN: what they open proves no second factor.
#[derive(Debug)]
pub enum Credential {
    /// Opens every file of the text application.
    Pin(Pin),
    /// Code A (照合番号A) is the individual number: opens it and what says that it is genuine, but not the four fields.
    CodeA(IndividualNumber),
    /// Opens the four fields and what says that they are genuine, but not the number.
    CodeB(CodeB),
}

impl Credential {
    pub(super) const fn reference(&self) -> KeyReference {
        match self {
            Self::Pin(_) => KeyReference::Pin,
            Self::CodeA(_) => KeyReference::CodeA,
            Self::CodeB(_) => KeyReference::CodeB,
        }
    }

    /// The digits to present.
    pub(super) fn digits(&self) -> &[u8] {
        match self {
            Self::Pin(Pin(digits)) => &digits[..],
            Self::CodeA(number) => number.digits(),
            Self::CodeB(CodeB(digits)) => &digits[..],
        }
    }

    /// The digits of the date of birth within code B.
    pub(super) fn birth_digits(&self) -> Option<&[u8]> {
        match self {
            Self::CodeB(CodeB(digits)) => digits.get(..6),
            Self::Pin(_) | Self::CodeA(_) => None,
        }
    }
}

impl From<Pin> for Credential {
    fn from(pin: Pin) -> Self {
        Self::Pin(pin)
    }
}

impl From<CodeB> for Credential {
    fn from(code: CodeB) -> Self {
        Self::CodeB(code)
    }
}

/// The identifier of a key reference within its application.
pub(super) const fn reference_id(application: Application, reference: KeyReference) -> u16 {
    match (application, reference) {
        (Application::Text, KeyReference::Pin) | (Application::Surface, KeyReference::BirthDate) => 0x0011,
        (Application::Text, KeyReference::CodeA) => 0x0014,
        (Application::Text, KeyReference::CodeB) => 0x0015,
        (Application::Surface, KeyReference::CodeA) => 0x0013,
        (Application::Surface, KeyReference::CodeB) => 0x0012,
        // The surface application has no PIN, the text application no date of birth: there the card finds nothing.
        (Application::Surface, KeyReference::Pin) | (Application::Text, KeyReference::BirthDate) => 0x0000,
    }
}

/// What is to be read from a card.
#[derive(Debug)]
pub struct ReadRequest {
    pub(super) text: Vec<Credential>,
    pub(super) number: bool,
    pub(super) surface: Option<Credential>,
    pub(super) challenge: Option<Challenge>,
    pub(super) last_try: bool,
}

impl ReadRequest {
    /// The four basic identity fields and what says that they are genuine.
    #[must_use]
    pub fn text(credential: Credential) -> Self {
        Self { text: vec![credential], number: false, surface: None, challenge: None, last_try: false }
    }

    /// Presents another one too: codes A and B together open what the PIN opens.
    #[must_use]
    pub fn and(mut self, credential: Credential) -> Self {
        self.text.push(credential);
        self
    }

    /// The individual number too.
    #[must_use]
    pub const fn with_number(mut self) -> Self {
        self.number = true;
        self
    }

    /// The card's face too, which a code opens. Code A opens the image of the individual number besides, code B the age
    /// record.
    #[must_use]
    pub fn with_surface(mut self, code: Credential) -> Self {
        self.surface = Some(code);
        self
    }

    /// Has the card answer a challenge, with the key of each application that is read.
    #[must_use]
    pub const fn with_challenge(mut self, challenge: Challenge) -> Self {
        self.challenge = Some(challenge);
        self
    }

    /// Presents PIN or code even when one try is left; to be asked of the holder.
    #[must_use]
    pub const fn allowing_last_try(mut self) -> Self {
        self.last_try = true;
        self
    }
}
