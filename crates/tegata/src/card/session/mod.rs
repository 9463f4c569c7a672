//! The reader's side: which commands to send to a card, and what its answers mean.
//!
//! Nothing here touches a device. [`begin`] takes the fact that the holder consented and hands out the first command;
//! each answer leads to the next one, until files and responses are there ([`Reading`]) or the reason why not
//! ([`ReadError`]). Each step consumes the former, so that no command is sent twice by the flow of the program:
//! not the PIN above all, which is sent once, after the card was asked how many tries are left, and never as the last
//! try unless the request allows it.
//!
//! ```no_run
//! use tegata::card::session::{Consent, Pin, Progress, ReadRequest, begin};
//! # fn transmit(_: &[u8]) -> Option<Vec<u8>> { None }
//! # fn now() -> tegata::Timestamp { tegata::Timestamp::MIN }
//!
//! let request = ReadRequest::text(Pin::from_digits(b"1234")?.into()).with_number();
//! let mut progress = begin(Consent::given_at(now()), request);
//! let reading = loop {
//!     progress = match progress {
//!         Progress::Send(exchange) => match transmit(exchange.command().as_bytes()) {
//!             Some(answer) => exchange.answer(&answer),
//!             None => exchange.removed(),
//!         },
//!         Progress::Done(result) => break result?,
//!     };
//! };
//! # let _ = reading;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is read is not verified; on the device it is not even worth verifying, for the issuing side has to do that.
//! Any sequence of answers comes to an end after at most [`MAX_COMMANDS`] of them.

mod command;
mod dialogue;
mod error;
mod request;
#[cfg(test)]
mod tests;
mod tries;

pub use command::Command;
pub use error::{CredentialError, KeyReference, ReadError};
pub use request::{CodeB, Consent, Credential, Pin, ReadRequest};
pub use tries::{Tries, tries_left};

use core::fmt;

use zeroize::Zeroizing;

use super::CardFiles;
use dialogue::Dialogue;

/// The most commands of one dialogue. Reading both applications of a real card takes about two hundred.
pub const MAX_COMMANDS: u32 = 2_048;

/// Begins to read a card. Without consent there is nothing to begin with.
#[must_use]
pub fn begin(consent: Consent, request: ReadRequest) -> Progress {
    Dialogue::new(consent, request).begin()
}

/// How far a dialogue has come.
#[derive(Debug)]
pub enum Progress {
    /// A command is to be sent.
    Send(Exchange),
    /// The dialogue is over.
    Done(Result<Reading, ReadError>),
}

/// A command to send, and what becomes of its answer.
pub struct Exchange {
    dialogue: Box<Dialogue>,
    command: Command,
}

impl Exchange {
    /// The command. It is to be sent once.
    #[must_use]
    pub const fn command(&self) -> &Command {
        &self.command
    }

    /// Takes the card's answer: data and two bytes of status. The caller wipes its own copy.
    #[must_use]
    pub fn answer(self, answer: &[u8]) -> Progress {
        let Self { dialogue, command } = self;
        dialogue.answer(command, answer)
    }

    /// The card was removed, or the reader failed.
    #[must_use]
    pub fn removed(self) -> Progress {
        Progress::Done(Err(ReadError::Removed))
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("command", &self.command).finish_non_exhaustive()
    }
}

/// What was read, not verified.
#[derive(Debug)]
pub struct Reading {
    consent: Consent,
    text: CardFiles,
    surface: Option<CardFiles>,
    text_response: Option<Response>,
    surface_response: Option<Response>,
}

type Response = Zeroizing<Vec<u8>>;

impl Reading {
    /// The consent that came before.
    #[must_use]
    pub const fn consent(&self) -> Consent {
        self.consent
    }

    /// The files of the text application.
    #[must_use]
    pub const fn text(&self) -> &CardFiles {
        &self.text
    }

    /// The files of the surface application, where they were asked for.
    #[must_use]
    pub const fn surface(&self) -> Option<&CardFiles> {
        self.surface.as_ref()
    }

    /// The response to the challenge under the text application's key.
    #[must_use]
    pub fn text_response(&self) -> Option<&[u8]> {
        self.text_response.as_ref().map(|response| response.as_slice())
    }

    /// The response to the challenge under the surface application's key.
    #[must_use]
    pub fn surface_response(&self) -> Option<&[u8]> {
        self.surface_response.as_ref().map(|response| response.as_slice())
    }
}
