//! The answers of the chip.

use chacha20::rand_core::Rng;

use super::SimulatedCard;
use super::access;
use super::behaviour::{BlockedAnswer, ShortRead};
use super::command::Command;
use crate::files::Application;

/// What a reset forgets.
#[derive(Default)]
pub(super) struct Session {
    application: Option<Application>,
    current: Option<u16>,
    /// Key references of the selected application that were presented with the right value.
    verified: Vec<u16>,
    /// Data that GET RESPONSE has not fetched yet.
    pending: Vec<u8>,
}

/// Two bytes of status.
type Status = u16;
/// Data with `9000`, data with another status, or a status alone.
type Answer = Result<Vec<u8>, Refusal>;

/// An answer other than plain success.
struct Refusal {
    data: Vec<u8>,
    status: Status,
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        Self { data: Vec::new(), status }
    }
}

const SUCCESS: Status = 0x9000;
const MORE_DATA: Status = 0x6100;
const END_OF_FILE: Status = 0x6282;
const TRIES_LEFT: Status = 0x63c0;
const WRONG_LENGTH: Status = 0x6700;
const NO_LOGICAL_CHANNELS: Status = 0x6881;
const NO_SECURE_MESSAGING: Status = 0x6882;
const NOT_THAT_KIND_OF_FILE: Status = 0x6981;
const NOT_OPENED: Status = 0x6982;
const BLOCKED: Status = 0x6984;
const CONDITIONS_NOT_SATISFIED: Status = 0x6985;
const NO_CURRENT_FILE: Status = 0x6986;
const WRONG_DATA: Status = 0x6a80;
const NOT_FOUND: Status = 0x6a82;
const WRONG_PARAMETERS: Status = 0x6a86;
const NO_SUCH_OBJECT: Status = 0x6a88;
const OUTSIDE_FILE: Status = 0x6b00;
const ASK_FOR: Status = 0x6c00;
const UNKNOWN_INSTRUCTION: Status = 0x6d00;
const UNKNOWN_CLASS: Status = 0x6e00;

/// Selecting the manager of the card leaves every application.
const CARD_MANAGER: [u8; 7] = [0xa0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00];

impl SimulatedCard {
    pub(super) fn answer(&mut self, command: &[u8]) -> Vec<u8> {
        let (mut data, status) = match self.dispatch(command) {
            Ok(data) => (data, SUCCESS),
            Err(Refusal { data, status }) => (data, status),
        };
        data.extend(status.to_be_bytes());
        data
    }

    fn dispatch(&mut self, command: &[u8]) -> Answer {
        let command = Command::parse(command).ok_or(WRONG_LENGTH)?;
        let pending = core::mem::take(&mut self.session.pending);
        let data = match (command.class, command.instruction) {
            (0x00, 0xc0) => return self.get_response(&command, pending),
            (0x00, 0xa4) => self.select(&command),
            (0x00, 0xb0) => self.read_binary(&command),
            (0x00, 0x20) => self.verify(&command),
            (0x00, 0x24) => self.change_reference_data(&command),
            (0x00, 0x84) => self.get_challenge(&command),
            // The keys of these applications sign with `80 2A` alone.
            (0x00, 0x88) => Err(CONDITIONS_NOT_SATISFIED.into()),
            (0x00, 0xb2) => Err(NOT_THAT_KIND_OF_FILE.into()),
            (0x00, 0xca) => Err(NO_SUCH_OBJECT.into()),
            (0x80, 0x2a) => self.compute_signature(&command),
            (0x00 | 0x80, _) => Err(UNKNOWN_INSTRUCTION.into()),
            (0x01..=0x03, _) => Err(NO_LOGICAL_CHANNELS.into()),
            (0x04..=0x0f, _) => Err(NO_SECURE_MESSAGING.into()),
            _ => Err(UNKNOWN_CLASS.into()),
        }?;
        match self.behaviour.response_chunk {
            Some(chunk) => self.hand_out(data, usize::from(chunk)),
            None => Ok(data),
        }
    }

    /// So much now, the rest for GET RESPONSE.
    fn hand_out(&mut self, mut data: Vec<u8>, now: usize) -> Answer {
        if data.len() <= now {
            return Ok(data);
        }
        self.session.pending = data.split_off(now);
        // Zero says 256 or more.
        let more = u8::try_from(self.session.pending.len()).unwrap_or(0);
        Err(Refusal { data, status: MORE_DATA | u16::from(more) })
    }

    fn get_response(&mut self, command: &Command<'_>, pending: Vec<u8>) -> Answer {
        let expected = command.expected.filter(|_| command.data.is_empty()).ok_or(WRONG_LENGTH)?;
        if command.parameters != [0, 0] {
            return Err(WRONG_PARAMETERS.into());
        }
        if pending.is_empty() {
            return Err(CONDITIONS_NOT_SATISFIED.into());
        }
        self.hand_out(pending, expected)
    }

    fn select(&mut self, command: &Command<'_>) -> Answer {
        match command.parameters {
            [0x04, 0x00 | 0x0c] => self.select_application(command.data),
            [0x02, 0x00 | 0x0c] => self.select_file(command.data),
            // Answered on real cards too, without any effect; right after a reset it is not.
            [0x00, 0x00] if self.session.application.is_some() => Ok(Vec::new()),
            _ => Err(WRONG_PARAMETERS.into()),
        }
    }

    fn select_application(&mut self, aid: &[u8]) -> Answer {
        let application = Application::ALL.into_iter().find(|application| application.aid() == aid);
        if application.is_none() && aid != CARD_MANAGER {
            return Err(NOT_FOUND.into());
        }
        // What was opened stays open when the same application is selected again.
        if application.is_none() || application != self.session.application {
            self.session = Session { application, ..Session::default() };
        }
        self.session.current = None;
        Ok(Vec::new())
    }

    fn select_file(&mut self, id: &[u8]) -> Answer {
        let id = u16::from_be_bytes(id.try_into().map_err(|_| WRONG_LENGTH)?);
        let application = self.session.application.ok_or(NOT_FOUND)?;
        if self.find(application, id).is_none() && self.reference_mut(application, id).is_none() {
            return Err(NOT_FOUND.into());
        }
        self.session.current = Some(id);
        Ok(Vec::new())
    }

    fn read_binary(&mut self, command: &Command<'_>) -> Answer {
        let expected = command.expected.filter(|_| command.data.is_empty()).ok_or(WRONG_LENGTH)?;
        let [p1, p2] = command.parameters;
        let offset = if p1 & 0x80 == 0 {
            usize::from(u16::from_be_bytes([p1, p2]))
        } else {
            // A short file identifier: it selects the file, and the offset has one byte.
            if p1 & 0x60 != 0 {
                return Err(WRONG_PARAMETERS.into());
            }
            self.select_file(&[0, p1 & 0x1f])?;
            usize::from(p2)
        };
        let application = self.session.application.ok_or(NO_CURRENT_FILE)?;
        let id = self.session.current.ok_or(NO_CURRENT_FILE)?;
        let file = self.find(application, id).ok_or(NOT_THAT_KIND_OF_FILE)?;
        let keys = access::opened_by(application, id);
        if !keys.is_empty() && !keys.iter().any(|key| self.session.verified.contains(key)) {
            return Err(NOT_OPENED.into());
        }
        let rest = file.physical().get(offset..).filter(|rest| !rest.is_empty()).ok_or(OUTSIDE_FILE)?;
        if let Some(data) = rest.get(..expected) {
            return Ok(data.to_vec());
        }
        match self.behaviour.short_read {
            ShortRead::Success => Ok(rest.to_vec()),
            ShortRead::EndOfFile => Err(Refusal { data: rest.to_vec(), status: END_OF_FILE }),
            ShortRead::WrongLength => Err(ask_for(rest.len())),
        }
    }

    /// The key reference meant: the selected one, or one with a short identifier.
    fn key_reference(&mut self, p2: u8) -> Result<(Application, u16), Refusal> {
        let application = self.session.application.ok_or(NO_SUCH_OBJECT)?;
        let id = match p2 {
            0x80 => self.session.current.ok_or(NO_SUCH_OBJECT)?,
            0x81..=0x9e => u16::from(p2 & 0x1f),
            _ => return Err(WRONG_PARAMETERS.into()),
        };
        self.reference_mut(application, id).ok_or(NO_SUCH_OBJECT)?;
        self.session.current = Some(id);
        Ok((application, id))
    }

    fn verify(&mut self, command: &Command<'_>) -> Answer {
        let [p1, p2] = command.parameters;
        if p1 != 0 {
            return Err(WRONG_PARAMETERS.into());
        }
        let (application, id) = self.key_reference(p2)?;
        let blocked = self.behaviour.blocked;
        let reports_verified = self.behaviour.reports_verified && self.session.verified.contains(&id);
        let reference = self.reference_mut(application, id).ok_or(NO_SUCH_OBJECT)?;
        if command.data.is_empty() {
            return match reference.tries_left() {
                0 if blocked == BlockedAnswer::Blocked => Err(BLOCKED.into()),
                _ if reports_verified => Ok(Vec::new()),
                left => Err(tries_left(left)),
            };
        }
        if reference.tries_left() == 0 {
            return Err(if blocked == BlockedAnswer::Count { TRIES_LEFT } else { BLOCKED }.into());
        }
        let right = reference.present(command.data);
        let left = reference.tries_left();
        self.session.verified.retain(|verified| *verified != id);
        if right {
            self.session.verified.push(id);
            Ok(Vec::new())
        } else {
            Err(tries_left(left))
        }
    }

    /// Gives the text application another PIN after the old one was presented.
    fn change_reference_data(&mut self, command: &Command<'_>) -> Answer {
        let [p1, p2] = command.parameters;
        if p1 != 1 {
            return Err(WRONG_PARAMETERS.into());
        }
        let (application, id) = self.key_reference(p2)?;
        if (application, id) != (Application::Text, access::PIN) || !self.session.verified.contains(&id) {
            return Err(NOT_OPENED.into());
        }
        if command.data.len() != 4 || !command.data.iter().all(u8::is_ascii_digit) {
            return Err(WRONG_DATA.into());
        }
        if let Some(reference) = self.reference_mut(application, id) {
            reference.change(command.data);
        }
        Ok(Vec::new())
    }

    fn get_challenge(&mut self, command: &Command<'_>) -> Answer {
        let expected = command.expected.filter(|_| command.data.is_empty()).ok_or(WRONG_LENGTH)?;
        if command.parameters != [0, 0] {
            return Err(WRONG_PARAMETERS.into());
        }
        let mut challenge = vec![0; expected];
        self.generator.fill_bytes(&mut challenge);
        Ok(challenge)
    }

    /// PSO: COMPUTE DIGITAL SIGNATURE with the application's default key, which needs no credential.
    fn compute_signature(&self, command: &Command<'_>) -> Answer {
        if command.parameters != [0, 0] {
            return Err(WRONG_PARAMETERS.into());
        }
        let expected = command.expected.ok_or(WRONG_LENGTH)?;
        let application = self.session.application.ok_or(CONDITIONS_NOT_SATISFIED)?;
        let signature = self.key(application).sign_digest_info(command.data).ok_or(WRONG_DATA)?;
        if expected < signature.len() { Err(ask_for(signature.len())) } else { Ok(signature) }
    }
}

/// `6Cxx`; zero says 256.
fn ask_for(length: usize) -> Refusal {
    (ASK_FOR | u16::from(u8::try_from(length).unwrap_or(0))).into()
}

/// `63Cx`; the digit holds at most 15.
fn tries_left(tries: u8) -> Refusal {
    (TRIES_LEFT | u16::from(tries.min(15))).into()
}
