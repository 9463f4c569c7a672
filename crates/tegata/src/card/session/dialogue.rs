//! The state machine behind a session.

use std::collections::VecDeque;

use zeroize::Zeroizing;

use super::command::{Command, READ_BYTES};
use super::error::{KeyReference, ReadError};
use super::request::{Consent, ReadRequest, reference_id};
use super::tries::{NOT_FOUND, SUCCESS, Tries};
use super::{Exchange, MAX_COMMANDS, Progress, Reading, Response};
use crate::card::key::CardHash;
use crate::card::{Application, CardFiles, Challenge, FileId, MAX_FILE_BYTES, surface_files, text_files};

/// The longest answer to a short command: 256 bytes and the status.
const MAX_ANSWER_BYTES: usize = 258;
/// The highest offset that a read can begin at.
const MAX_OFFSET: usize = 0x7fff;

const END_OF_FILE: u16 = 0x6282;
const NOT_OPENED: u16 = 0x6982;
const OUTSIDE_FILE: u16 = 0x6b00;

/// What is still to be done.
enum Task {
    SelectApplication(Application),
    Present(KeyReference, Zeroizing<Vec<u8>>),
    Read(FileId, Need),
    Sign,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    /// Verification does without it.
    Optional,
}

/// What the command under way is for.
enum State {
    SelectingApplication,
    SelectingReference(KeyReference, Zeroizing<Vec<u8>>),
    AskingTries(KeyReference, Zeroizing<Vec<u8>>),
    Presenting(KeyReference),
    SelectingFile(FileId, Need),
    Reading(FileId, Transfer),
    Signing(Transfer),
    Idle,
}

/// Data that is coming in.
struct Transfer {
    /// What earlier commands brought.
    data: Zeroizing<Vec<u8>>,
    /// What this command has brought so far.
    chunk: Zeroizing<Vec<u8>>,
    /// How many bytes this command asked for.
    asked: usize,
    /// The card said once already which length it wants to be asked for.
    repeated: bool,
}

impl Transfer {
    fn new(asked: usize) -> Self {
        Self { data: wiped(Vec::new()), chunk: wiped(Vec::new()), asked, repeated: false }
    }

    /// Takes what came; a command never brings more than it asked for.
    fn take(&mut self, data: &[u8]) -> Result<(), ReadError> {
        if self.chunk.len() + data.len() > self.asked {
            return Err(ReadError::MalformedAnswer);
        }
        extend(&mut self.chunk, data);
        Ok(())
    }

    /// Ends a command; says whether it brought all it asked for.
    fn end_chunk(&mut self) -> bool {
        let full = self.chunk.len() == self.asked;
        let chunk = core::mem::take(&mut self.chunk);
        extend(&mut self.data, &chunk);
        full
    }
}

fn wiped(bytes: Vec<u8>) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(bytes)
}

/// Grows a buffer without leaving a copy behind.
fn extend(buffer: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    if buffer.capacity() - buffer.len() < bytes.len() {
        let mut larger = wiped(Vec::with_capacity((buffer.len() + bytes.len()).next_power_of_two()));
        larger.extend_from_slice(buffer);
        core::mem::swap(buffer, &mut larger);
    }
    buffer.extend_from_slice(bytes);
}

/// A dialogue under way.
pub(super) struct Dialogue {
    tasks: VecDeque<Task>,
    state: State,
    application: Application,
    challenge: Option<Challenge>,
    last_try: bool,
    commands: u32,
    consent: Consent,
    text: CardFiles,
    surface: Option<CardFiles>,
    text_response: Option<Response>,
    surface_response: Option<Response>,
}

impl Dialogue {
    pub(super) fn new(consent: Consent, request: ReadRequest) -> Self {
        let mut tasks = VecDeque::new();
        let read = |file, need| Task::Read(file, need);
        tasks.push_back(Task::SelectApplication(Application::Text));
        for credential in &request.text {
            tasks.push_back(Task::Present(credential.reference(), wiped(credential.digits().to_vec())));
        }
        if request.number {
            tasks.push_back(read(FileId::FIRST, Need::Required));
        }
        tasks.push_back(read(FileId::ATTRIBUTES, Need::Required));
        tasks.push_back(read(FileId::INTEGRITY, Need::Required));
        tasks.push_back(read(FileId::CERTIFICATE, Need::Required));
        tasks.push_back(read(FileId::FIFTH, Need::Optional));
        tasks.push_back(read(FileId::CARD_KEY, Need::Optional));
        if request.challenge.is_some() {
            tasks.push_back(Task::Sign);
        }
        if let Some(code) = &request.surface {
            tasks.push_back(Task::SelectApplication(Application::Surface));
            if let Some(digits) = code.birth_digits() {
                tasks.push_back(Task::Present(KeyReference::BirthDate, wiped(digits.to_vec())));
                tasks.push_back(read(FileId::FIRST, Need::Required));
            }
            tasks.push_back(Task::Present(code.reference(), wiped(code.digits().to_vec())));
            tasks.push_back(read(FileId::ATTRIBUTES, Need::Required));
            tasks.push_back(read(FileId::CERTIFICATE, Need::Required));
            if code.reference() == KeyReference::CodeA {
                tasks.push_back(read(FileId::FIFTH, Need::Required));
            }
            if request.challenge.is_some() {
                tasks.push_back(Task::Sign);
            }
        }
        Self {
            tasks,
            state: State::Idle,
            application: Application::Text,
            challenge: request.challenge,
            last_try: request.last_try,
            commands: 0,
            consent,
            text: CardFiles::new(Application::Text),
            surface: request.surface.is_some().then(|| CardFiles::new(Application::Surface)),
            text_response: None,
            surface_response: None,
        }
    }

    pub(super) fn begin(mut self) -> Progress {
        let first = self.next_task();
        Box::new(self).proceed(first)
    }

    /// The next command, or the end.
    fn proceed(mut self: Box<Self>, command: Option<Command>) -> Progress {
        match command {
            Some(_) if self.commands == MAX_COMMANDS => Progress::Done(Err(ReadError::Endless)),
            Some(command) => {
                self.commands += 1;
                Progress::Send(Exchange { dialogue: self, command })
            }
            None => Progress::Done(Ok(Reading {
                consent: self.consent,
                text: self.text,
                surface: self.surface,
                text_response: self.text_response,
                surface_response: self.surface_response,
            })),
        }
    }

    pub(super) fn answer(mut self: Box<Self>, command: Command, answer: &[u8]) -> Progress {
        if answer.len() > MAX_ANSWER_BYTES {
            return Progress::Done(Err(ReadError::MalformedAnswer));
        }
        let Some((data, status)) = answer.split_last_chunk::<2>() else {
            return Progress::Done(Err(ReadError::MalformedAnswer));
        };
        match self.step(&command, data, u16::from_be_bytes(*status)) {
            Ok(next) => self.proceed(next),
            Err(error) => Progress::Done(Err(error)),
        }
    }

    fn step(&mut self, command: &Command, data: &[u8], status: u16) -> Result<Option<Command>, ReadError> {
        let application = self.application;
        match core::mem::replace(&mut self.state, State::Idle) {
            State::SelectingApplication => match status {
                SUCCESS => Ok(self.next_task()),
                NOT_FOUND => Err(ReadError::NoSuchApplication(application)),
                _ => Err(ReadError::UnexpectedStatus(status)),
            },
            State::SelectingReference(reference, digits) => match status {
                SUCCESS => Ok(self.send(State::AskingTries(reference, digits), Command::tries_left())),
                NOT_FOUND => Err(ReadError::NoSuchKeyReference(reference)),
                _ => Err(ReadError::UnexpectedStatus(status)),
            },
            State::AskingTries(reference, digits) => match Tries::of(status) {
                Some(Tries::Presented) => Ok(self.next_task()),
                Some(Tries::Blocked) => Err(ReadError::Blocked(reference)),
                Some(Tries::Left(1)) if !self.last_try => Err(ReadError::LastTry(reference)),
                // Here, and nowhere else, the digits leave; they are gone afterwards.
                Some(Tries::Left(_)) => Ok(self.send(State::Presenting(reference), Command::present(&digits))),
                None => Err(ReadError::UnexpectedStatus(status)),
            },
            State::Presenting(reference) => match Tries::of(status) {
                Some(Tries::Presented) => Ok(self.next_task()),
                Some(Tries::Blocked) => Err(ReadError::Blocked(reference)),
                Some(Tries::Left(tries_left)) => Err(ReadError::Wrong { reference, tries_left }),
                None => Err(ReadError::UnexpectedStatus(status)),
            },
            State::SelectingFile(file, need) => match status {
                SUCCESS => Ok(self.read_on(file, Transfer::new(0))),
                NOT_FOUND if need == Need::Optional => Ok(self.next_task()),
                NOT_FOUND => Err(ReadError::NoSuchFile(application, file)),
                _ => Err(ReadError::UnexpectedStatus(status)),
            },
            State::Reading(file, transfer) => self.reading(file, transfer, command, data, status),
            State::Signing(mut transfer) => match status {
                SUCCESS => {
                    transfer.take(data)?;
                    transfer.end_chunk();
                    match application {
                        Application::Text => self.text_response = Some(transfer.data),
                        Application::Surface => self.surface_response = Some(transfer.data),
                    }
                    Ok(self.next_task())
                }
                _ => {
                    let next = fetch(&mut transfer, command, data, status)?;
                    Ok(self.send(State::Signing(transfer), next))
                }
            },
            // No command is under way then.
            State::Idle => Ok(None),
        }
    }

    fn reading(
        &mut self,
        file: FileId,
        mut transfer: Transfer,
        command: &Command,
        data: &[u8],
        status: u16,
    ) -> Result<Option<Command>, ReadError> {
        match status {
            SUCCESS => {
                transfer.take(data)?;
                if transfer.end_chunk() { self.next_read(file, transfer) } else { self.end_file(file, transfer) }
            }
            END_OF_FILE => {
                transfer.take(data)?;
                transfer.end_chunk();
                self.end_file(file, transfer)
            }
            OUTSIDE_FILE if transfer.chunk.is_empty() => self.end_file(file, transfer),
            NOT_OPENED => Err(ReadError::NotOpened(self.application, file)),
            _ => {
                let next = fetch(&mut transfer, command, data, status)?;
                Ok(self.send(State::Reading(file, transfer), next))
            }
        }
    }

    fn next_read(&mut self, file: FileId, transfer: Transfer) -> Result<Option<Command>, ReadError> {
        if transfer.data.len() > MAX_OFFSET {
            return Err(ReadError::Endless);
        }
        Ok(self.read_on(file, transfer))
    }

    /// Asks for the bytes after those that are there.
    fn read_on(&mut self, file: FileId, mut transfer: Transfer) -> Option<Command> {
        let offset = u16::try_from(transfer.data.len()).unwrap_or(u16::MAX);
        transfer.asked = usize::from(READ_BYTES);
        transfer.repeated = false;
        self.send(State::Reading(file, transfer), Command::read(offset))
    }

    fn end_file(&mut self, file: FileId, mut transfer: Transfer) -> Result<Option<Command>, ReadError> {
        if transfer.data.len() > MAX_FILE_BYTES {
            return Err(ReadError::Endless);
        }
        let files = match self.application {
            Application::Text => &mut self.text,
            Application::Surface => self.surface.get_or_insert(CardFiles::new(Application::Surface)),
        };
        files.insert(file, core::mem::take(&mut *transfer.data)).map_err(|_| ReadError::Endless)?;
        Ok(self.next_task())
    }

    fn next_task(&mut self) -> Option<Command> {
        Some(match self.tasks.pop_front()? {
            Task::SelectApplication(application) => {
                self.application = application;
                self.send(State::SelectingApplication, Command::select_application(application))?
            }
            Task::Present(reference, digits) => {
                let id = reference_id(self.application, reference);
                self.send(State::SelectingReference(reference, digits), Command::select(id))?
            }
            Task::Read(file, need) => self.send(State::SelectingFile(file, need), Command::select_file(file))?,
            Task::Sign => {
                let challenge = self.challenge.clone()?;
                let command = Command::sign(challenge.as_bytes(), self.challenge_hash());
                // Zero asks for 256 bytes, the length of an RSA signature; others are shorter.
                self.send(State::Signing(Transfer::new(256)), command)?
            }
        })
    }

    /// The hash that goes with the key that will sign, as far as the files say.
    fn challenge_hash(&self) -> CardHash {
        match (self.application, &self.surface) {
            (Application::Surface, Some(files)) => surface_files::challenge_hash(files),
            _ => text_files::challenge_hash(&self.text),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "reads as what comes next at every place of use")]
    fn send(&mut self, state: State, command: Command) -> Option<Command> {
        self.state = state;
        Some(command)
    }
}

/// The command that fetches the rest, where the card says how: `61xx` more is there, `6Cxx` ask again for so many.
fn fetch(transfer: &mut Transfer, command: &Command, data: &[u8], status: u16) -> Result<Command, ReadError> {
    let [kind, length] = status.to_be_bytes();
    match kind {
        0x61 => {
            transfer.take(data)?;
            Ok(Command::get_response(length))
        }
        0x6c if !transfer.repeated && length > 0 && transfer.chunk.is_empty() => {
            transfer.repeated = true;
            transfer.asked = usize::from(length);
            Ok(command.repeated(length))
        }
        _ => Err(ReadError::UnexpectedStatus(status)),
    }
}
