//! How many tries a PIN or code has left.

use super::command::Command;
use super::error::{KeyReference, ReadError};
use super::request::reference_id;
use crate::card::Application;

/// What a card says of the tries that a PIN or code has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tries {
    /// So many, at least one.
    Left(u8),
    /// None: the PIN or code is blocked.
    Blocked,
    /// It was presented already since the card was put into the reader.
    Presented,
}

impl Tries {
    /// What a status says; `None` where it says nothing about tries.
    pub(super) fn of(status: u16) -> Option<Self> {
        match status.to_be_bytes() {
            [0x90, 0x00] => Some(Self::Presented),
            [0x63, 0xc0] | [0x69, 0x83 | 0x84] => Some(Self::Blocked),
            [0x63, count] if count & 0xf0 == 0xc0 => Some(Self::Left(count & 0x0f)),
            _ => None,
        }
    }
}

/// Asks a card how many tries a PIN or code of an application has left, so that a person can be told before typing it.
/// Spends no try and reads no data, and so needs no consent; [`begin`](super::begin) asks once more.
///
/// `transmit` sends a command and gives the answer, data and two bytes of status; `None` when the card was removed.
///
/// # Errors
/// [`ReadError`]: the card was removed, is another kind of card, or does not answer as one.
pub fn tries_left(
    application: Application,
    reference: KeyReference,
    mut transmit: impl FnMut(&Command) -> Option<Vec<u8>>,
) -> Result<Tries, ReadError> {
    let mut status = |command: &Command| {
        let answer = transmit(command).ok_or(ReadError::Removed)?;
        // None of these commands is answered with data.
        let status: [u8; 2] = answer.try_into().map_err(|_| ReadError::MalformedAnswer)?;
        Ok(u16::from_be_bytes(status))
    };
    match status(&Command::select_application(application))? {
        SUCCESS => {}
        NOT_FOUND => return Err(ReadError::NoSuchApplication(application)),
        other => return Err(ReadError::UnexpectedStatus(other)),
    }
    match status(&Command::select(reference_id(application, reference)))? {
        SUCCESS => {}
        NOT_FOUND => return Err(ReadError::NoSuchKeyReference(reference)),
        other => return Err(ReadError::UnexpectedStatus(other)),
    }
    let answer = status(&Command::tries_left())?;
    Tries::of(answer).ok_or(ReadError::UnexpectedStatus(answer))
}

pub(super) const SUCCESS: u16 = 0x9000;
pub(super) const NOT_FOUND: u16 = 0x6a82;
