//! The dialogue with a card: which command to send, and what becomes of the answer.

#![allow(unsafe_code, reason = "exports; see ffi.rs")]

use core::mem::{MaybeUninit, offset_of};

use tegata::card::session::{
    CodeB, Consent, Credential, Exchange, Pin, Progress, ReadError, ReadRequest, Reading, begin,
};
use tegata::card::{Application, Challenge};
use tegata::model::IndividualNumber;
use tegata::{Code, Failure};

use crate::card_files::{CardFiles, card_application};
use crate::ffi::{
    Buffer, Options, boundary_of_secrets, bytes, cleared, free, hand_over, misuse, moved_between_threads, options,
    required,
};
use crate::options::{CardRequest, TEGATA_CARD_LAST_TRY, TEGATA_CARD_NUMBER, TEGATA_CARD_SURFACE};
use crate::trust::time;

/// A dialogue with a card. One thread at a time.
pub struct CardSession(State);

enum State {
    Sending(Box<Exchange>),
    Done(Box<Reading>),
    Failed(ReadError),
    /// Only while a call is at work; it stays after a panic.
    Broken,
}

const _: () = moved_between_threads::<CardSession>();

// SAFETY: `repr(C)`, the size comes first, and the rest are integers and pointers.
unsafe impl Options for CardRequest {
    const FIRST_SIZE: usize = offset_of!(Self, reserved) + size_of::<u32>();
}

/// Begins a dialogue. Consent, which the request says the time of, comes before: without it nothing is read.
///
/// Then, as long as `tegata_card_session_command` gives a command, the program sends it once and hands the answer to
/// `tegata_card_session_answer`. The PIN is sent once, after the card was asked how many tries are left.
///
/// # Safety
/// `request` points to as many bytes as its member `size` says, and its members to as many as their lengths say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_card_session_new(
    request: *const CardRequest,
    session: Option<&mut MaybeUninit<Option<Box<CardSession>>>>,
) -> i32 {
    boundary_of_secrets(|| {
        let output = required(cleared(session), "session")?;
        // SAFETY: the caller answers for the size.
        let request = unsafe { options(request, "request") }?;
        // SAFETY: the caller answers for the lengths.
        let (consent, request) = unsafe { read_request(&request) }?;
        hand_over(output, CardSession(State::from(begin(consent, request))));
        Ok(())
    })
}

/// The command to send now, at most 96 bytes. Its length is 0 when the dialogue is over and everything was read; the
/// error of a dialogue that failed is returned again. Asking twice gives the same command twice.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_card_session_command(
    session: Option<&CardSession>,
    buffer: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary_of_secrets(|| {
        let buffer = Buffer { start: buffer, capacity, length };
        let command = || match &required(session, "session")?.0 {
            State::Sending(exchange) => Ok(exchange.command().as_bytes()),
            State::Done(_) => Ok(&[][..]),
            State::Failed(error) => Err((*error).into()),
            State::Broken => Err(Code::InternalError.into()),
        };
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(command) }
    })
}

/// Takes the card's answer to the last command: data and two bytes of status. 0 when the dialogue goes on or is done,
/// else why the card was not read. The program wipes its own copy.
///
/// # Safety
/// `answer` points to `answer_length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_card_session_answer(
    session: Option<&mut CardSession>,
    answer: *const u8,
    answer_length: usize,
) -> i32 {
    boundary_of_secrets(|| {
        let session = required(session, "session")?;
        // SAFETY: the caller answers for the length.
        let answer = unsafe { bytes(answer, answer_length, "answer") }?;
        session.advance(|exchange| exchange.answer(answer))
    })
}

/// Says that the card was removed or the reader failed, which ends the dialogue: `TEGATA_CARD_REMOVED`.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_card_session_removed(session: Option<&mut CardSession>) -> i32 {
    boundary_of_secrets(|| required(session, "session")?.advance(Exchange::removed))
}

/// How many tries are left, after `TEGATA_PIN_WRONG`, `TEGATA_PIN_LAST_TRY` or `TEGATA_PIN_BLOCKED`.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_card_session_tries_left(
    session: Option<&CardSession>,
    tries: Option<&mut MaybeUninit<u32>>,
) -> i32 {
    boundary_of_secrets(|| {
        let output = required(cleared(tries), "tries")?;
        *output = match &required(session, "session")?.0 {
            State::Failed(ReadError::Wrong { tries_left, .. }) => u32::from(*tries_left),
            State::Failed(ReadError::LastTry(_)) => 1,
            State::Failed(ReadError::Blocked(_)) => 0,
            _ => return Err(misuse(Code::NotAvailable, "tries")),
        };
        Ok(())
    })
}

/// The files of an application that were read, as a copy, once the dialogue is done.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_card_session_files(
    session: Option<&CardSession>,
    application: u32,
    files: Option<&mut MaybeUninit<Option<Box<CardFiles>>>>,
) -> i32 {
    boundary_of_secrets(|| {
        let output = required(cleared(files), "files")?;
        let reading = required(session, "session")?.reading()?;
        let read = match card_application(application)? {
            Application::Text => reading.text(),
            Application::Surface => reading.surface().ok_or(misuse(Code::NotAvailable, "application"))?,
        };
        let mut copy = tegata::card::CardFiles::new(read.application());
        for (file, content) in read.iter() {
            copy.insert(file, content.to_vec())?;
        }
        hand_over(output, CardFiles(copy));
        Ok(())
    })
}

/// What the card answered to the challenge with the key of an application; `TEGATA_NOT_AVAILABLE` where there was none.
///
/// # Safety
/// `buffer` points to `capacity` bytes, or is NULL where that is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tegata_card_session_response(
    session: Option<&CardSession>,
    application: u32,
    buffer: *mut u8,
    capacity: usize,
    length: Option<&mut MaybeUninit<usize>>,
) -> i32 {
    boundary_of_secrets(|| {
        let buffer = Buffer { start: buffer, capacity, length };
        let response = || {
            let reading = required(session, "session")?.reading()?;
            let response = match card_application(application)? {
                Application::Text => reading.text_response(),
                Application::Surface => reading.surface_response(),
            };
            response.ok_or(misuse(Code::NotAvailable, "application"))
        };
        // SAFETY: the caller answers for the buffer.
        unsafe { buffer.fill(response) }
    })
}

/// Frees a dialogue and wipes PIN, codes, commands and files. NULL is allowed.
#[unsafe(no_mangle)]
pub extern "C" fn tegata_card_session_free(session: Option<Box<CardSession>>) {
    free(session);
}

impl CardSession {
    /// The next step; of a dialogue that is over there is none.
    fn advance(&mut self, step: impl FnOnce(Exchange) -> Progress) -> Result<(), Failure> {
        let exchange = match core::mem::replace(&mut self.0, State::Broken) {
            State::Sending(exchange) => exchange,
            over => {
                self.0 = over;
                return Err(misuse(Code::WrongOrder, "session"));
            }
        };
        self.0 = State::from(step(*exchange));
        match &self.0 {
            State::Failed(error) => Err((*error).into()),
            State::Sending(_) | State::Done(_) | State::Broken => Ok(()),
        }
    }

    pub(crate) fn reading(&self) -> Result<&Reading, Failure> {
        match &self.0 {
            State::Done(reading) => Ok(reading),
            State::Failed(error) => Err((*error).into()),
            State::Sending(_) | State::Broken => Err(misuse(Code::WrongOrder, "session")),
        }
    }
}

impl From<Progress> for State {
    fn from(progress: Progress) -> Self {
        match progress {
            Progress::Send(exchange) => Self::Sending(Box::new(exchange)),
            Progress::Done(Ok(reading)) => Self::Done(Box::new(reading)),
            Progress::Done(Err(error)) => Self::Failed(error),
        }
    }
}

/// # Safety
/// The members of the request point to as many bytes as their lengths say.
unsafe fn read_request(request: &CardRequest) -> Result<(Consent, ReadRequest), Failure> {
    let invalid = |name| misuse(Code::InvalidArgument, name);
    if request.reserved != 0 {
        return Err(invalid("reserved"));
    }
    if request.consent_seconds <= 0 {
        return Err(invalid("consent_seconds"));
    }
    let consent = Consent::given_at(time(request.consent_seconds, "consent_seconds")?);
    // SAFETY: the caller answers for the length.
    let pin = unsafe { bytes(request.pin.cast(), request.pin_length, "pin") }?;
    // SAFETY: the caller answers for the length.
    let code_a = unsafe { bytes(request.code_a.cast(), request.code_a_length, "code_a") }?;
    // SAFETY: the caller answers for the length.
    let code_b = unsafe { bytes(request.code_b.cast(), request.code_b_length, "code_b") }?;
    // SAFETY: the caller answers for the length.
    let challenge = unsafe { bytes(request.challenge, request.challenge_length, "challenge") }?;
    if request.flags & !(TEGATA_CARD_NUMBER | TEGATA_CARD_SURFACE | TEGATA_CARD_LAST_TRY) != 0 {
        return Err(invalid("flags"));
    }

    let with_pin = || Pin::from_digits(pin).map(Credential::from).map_err(|_| invalid("pin"));
    let with_a = || IndividualNumber::from_digits(code_a).map(Credential::CodeA).map_err(|_| invalid("code_a"));
    let with_b = || CodeB::from_digits(code_b).map(Credential::from).map_err(|_| invalid("code_b"));
    let credentials =
        [(!pin.is_empty()).then(with_pin), (!code_a.is_empty()).then(with_a), (!code_b.is_empty()).then(with_b)];
    let mut read = None;
    for credential in credentials.into_iter().flatten() {
        let credential = credential?;
        read = Some(match read {
            None => ReadRequest::text(credential),
            Some(others) => ReadRequest::and(others, credential),
        });
    }
    let mut read = read.ok_or(invalid("pin"))?;
    if request.flags & TEGATA_CARD_NUMBER != 0 {
        read = read.with_number();
    }
    if request.flags & TEGATA_CARD_SURFACE != 0 {
        // No PIN opens the card's face.
        read = read.with_surface(if code_b.is_empty() { with_a() } else { with_b() }?);
    }
    if request.flags & TEGATA_CARD_LAST_TRY != 0 {
        read = read.allowing_last_try();
    }
    if !challenge.is_empty() {
        let challenge = challenge.try_into().map_err(|_| invalid("challenge"))?;
        read = read.with_challenge(Challenge::from_bytes(challenge));
    }
    Ok((consent, read))
}
