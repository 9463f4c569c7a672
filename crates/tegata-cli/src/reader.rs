//! Card readers, through the system's PC/SC service.

use std::ffi::{CStr, CString};
use std::time::{Duration, Instant};

use pcsc::{Context, Disposition, Protocols, ReaderState, Scope, ShareMode, State};
use tegata::Code;
use tegata::card::session::Command;
use zeroize::Zeroizing;

use crate::error::Error;

/// The names of the readers that are connected.
///
/// # Errors
/// When the PC/SC service does not answer.
pub(crate) fn names() -> Result<Vec<String>, Error> {
    let context = establish()?;
    Ok(list(&context)?.iter().map(|name| name.to_string_lossy().into_owned()).collect())
}

/// A card that nobody else can use while this is held. It loses its power afterwards, and forgets with it that a PIN
/// was presented.
pub(crate) struct CardInReader {
    reader: String,
    card: Option<pcsc::Card>,
}

impl CardInReader {
    /// Waits for a card in the reader of this name, or in any.
    ///
    /// # Errors
    /// When there is no such reader, no card in time, cards in several readers, or the card does not answer or is in
    /// use by another program.
    pub(crate) fn connect(wanted: Option<&str>, wait: Duration) -> Result<Self, Error> {
        let context = establish()?;
        let readers = candidates(list(&context)?, wanted)?;
        let name = wait_for_card(&context, &readers, wait)?;
        let reader = name.to_string_lossy().into_owned();
        match context.connect(&name, ShareMode::Exclusive, Protocols::ANY) {
            Ok(card) => {
                let card = Self { reader, card: Some(card) };
                card.wake();
                Ok(card)
            }
            Err(pcsc::Error::SharingViolation) => {
                Err(Error::Usage(format!("another program is using the card in {reader}")))
            }
            // Taken away again, or put in the wrong way round.
            Err(_) => Err(Error::refused(reader, Code::CardRemoved)),
        }
    }

    /// The reader's name.
    pub(crate) fn reader(&self) -> &str {
        &self.reader
    }

    /// Real cards answer the first command after power came with 6F00, whatever it is. This one selects nothing.
    fn wake(&self) {
        // Where the card is gone already, the first real command says so.
        _ = self.send(&[0x00, 0xa4, 0x00, 0x00]);
    }

    /// Sends a command; `None` when the card was removed or the reader failed.
    pub(crate) fn transmit(&self, command: &Command) -> Option<Zeroizing<Vec<u8>>> {
        self.send(command.as_bytes())
    }

    fn send(&self, command: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut buffer = Zeroizing::new(vec![0; pcsc::MAX_BUFFER_SIZE]);
        let length = self.card.as_ref()?.transmit(command, &mut buffer).ok()?.len();
        buffer.truncate(length);
        // Some drivers report a card that went away as an answer without even a status.
        if length == 0 { None } else { Some(buffer) }
    }
}

impl Drop for CardInReader {
    fn drop(&mut self) {
        if let Some(card) = self.card.take() {
            // A card that was removed has lost its power already.
            _ = card.disconnect(Disposition::UnpowerCard);
        }
    }
}

fn establish() -> Result<Context, Error> {
    Context::establish(Scope::User).map_err(|error| match error {
        pcsc::Error::NoService | pcsc::Error::ServiceStopped => {
            Error::Usage("the system's PC/SC service does not answer; is pcscd installed and running?".into())
        }
        error => refused_by_service(error),
    })
}

fn list(context: &Context) -> Result<Vec<CString>, Error> {
    context.list_readers_owned().map_err(refused_by_service)
}

fn refused_by_service(error: pcsc::Error) -> Error {
    Error::Usage(format!("the system's PC/SC service: {error}"))
}

/// The readers that are meant: the one of this name, else the one whose name has this part, else all.
fn candidates(readers: Vec<CString>, wanted: Option<&str>) -> Result<Vec<CString>, Error> {
    if readers.is_empty() {
        return Err(Error::Usage("no card reader is connected".into()));
    }
    let Some(wanted) = wanted else { return Ok(readers) };
    if let Some(exact) = readers.iter().find(|name| name.to_string_lossy() == wanted) {
        return Ok(vec![exact.clone()]);
    }
    let parts: Vec<_> = readers.iter().filter(|name| name.to_string_lossy().contains(wanted)).cloned().collect();
    match parts.as_slice() {
        [_] => Ok(parts),
        [] => Err(Error::Usage(format!("no reader is called so; there are: {}", joined(&readers)))),
        several => Err(Error::Usage(format!("several readers are called so: {}", joined(several)))),
    }
}

/// The reader with a card in it, as soon as there is one.
fn wait_for_card(context: &Context, readers: &[CString], wait: Duration) -> Result<CString, Error> {
    let until = Instant::now() + wait;
    let mut states: Vec<_> = readers.iter().map(|name| ReaderState::new(name.clone(), State::UNAWARE)).collect();
    // The first question is answered at once, with how things stand.
    let mut patience = Duration::ZERO;
    loop {
        match context.get_status_change(patience, &mut states) {
            Ok(()) | Err(pcsc::Error::Timeout) => {}
            Err(error) => return Err(refused_by_service(error)),
        }
        let with_card: Vec<CString> = states
            .iter()
            .filter(|state| state.event_state().contains(State::PRESENT))
            .map(|state| CStr::to_owned(state.name()))
            .collect();
        match with_card.as_slice() {
            [name] => return Ok(name.clone()),
            [] => {}
            several => {
                let names = joined(several);
                return Err(Error::Usage(format!("cards are in several readers, name one with --reader: {names}")));
            }
        }
        patience = until.saturating_duration_since(Instant::now());
        if patience.is_zero() {
            return Err(Error::Usage(format!("no card in the reader: {}", joined(readers))));
        }
        states.iter_mut().for_each(ReaderState::sync_current_state);
    }
}

fn joined(names: &[CString]) -> String {
    names.iter().map(|name| name.to_string_lossy().into_owned()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_named_whole_or_in_part() {
        let readers = || ["Reader A 00 00", "Reader A 00", "Other"].map(|name| CString::new(name).unwrap()).to_vec();
        let chosen = |wanted| candidates(readers(), wanted).map(|names| joined(&names));
        assert_eq!(chosen(None).unwrap(), joined(&readers()));
        assert_eq!(chosen(Some("Reader A 00")).unwrap(), "Reader A 00");
        assert_eq!(chosen(Some("00 00")).unwrap(), "Reader A 00 00");
        assert_eq!(chosen(Some("Oth")).unwrap(), "Other");
        for (wanted, words) in [("Reader", "several"), ("None", "no reader")] {
            assert!(chosen(Some(wanted)).unwrap_err().to_string().contains(words));
        }
        assert!(candidates(Vec::new(), None).unwrap_err().to_string().contains("no card reader"));
    }
}
