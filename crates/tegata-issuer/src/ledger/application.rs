//! Applications that wait for a second person, sealed with everything that proves them.

use tegata::Timestamp;
use tegata::codec::cbor::Encoder;
use tegata::time::Date;
use zeroize::Zeroizing;

use super::{LedgerError, Session};
use crate::audit::{STAFF_MAX_CHARS, is_plain};
use crate::backup::JournalEntry;
use crate::record::{Channel, InternalNumber};

const TABLE: &str = "application";
const CORRUPT: LedgerError = LedgerError::Corrupt { place: TABLE };

/// An application that waits. What it holds was proven when it came, and is proven again when it is taken up: this is
/// no proof.
#[derive(Clone)]
pub struct StoredApplication {
    /// What it is called: letters, digits and hyphens, not personal.
    pub application_id: String,
    /// By which channel it came.
    pub channel: Channel,
    /// The state it is in, as a word of the issuing workflow.
    pub state: String,
    /// The account that entered it; another one approves.
    pub entered_by: Option<String>,
    /// Whom it was matched with; an erasure of that person erases it too.
    pub subject: Option<InternalNumber>,
    /// When it came.
    pub received_at: Timestamp,
    /// The raw material, such as the files of the card.
    pub content: Zeroizing<Vec<u8>>,
}

impl core::fmt::Debug for StoredApplication {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("StoredApplication")
            .field("channel", &self.channel)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// What a list says of an application that waits. It is not proven: what counts is read with the application itself.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitingApplication {
    /// What it is called.
    pub application_id: String,
    /// The state it is in.
    pub state: String,
    /// The account that entered it.
    pub entered_by: Option<String>,
    /// When it came.
    pub received_at: Timestamp,
}

/// The names of staff are personal data too.
impl core::fmt::Debug for WaitingApplication {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("WaitingApplication").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Session<'_> {
    /// Stores an application, or puts it in place of what was stored under its name, until the end of a date.
    ///
    /// # Errors
    /// [`LedgerError::InvalidValue`] for a name, state or account that is empty, too long or holds what looks like an
    /// individual number.
    pub fn put_application(&mut self, application: &StoredApplication, retain_until: Date) -> Result<(), LedgerError> {
        const PUT: &str = "INSERT INTO application (municipality, application_id, channel, state, entered_by, \
                           internal_number, received_at, retain_until, wrapped_key, sealed) \
                           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
                           ON CONFLICT (municipality, application_id) DO UPDATE SET channel = excluded.channel, \
                           state = excluded.state, entered_by = excluded.entered_by, \
                           internal_number = excluded.internal_number, received_at = excluded.received_at, \
                           retain_until = excluded.retain_until, wrapped_key = excluded.wrapped_key, \
                           sealed = excluded.sealed";
        self.touch(application.subject.as_ref())?;
        let texts = [
            (Some(&application.application_id), "application_id"),
            (Some(&application.state), "state"),
            (application.entered_by.as_ref(), "entered_by"),
        ];
        for (text, field) in texts {
            if text.is_some_and(|text| !is_plain(text, STAFF_MAX_CHARS)) {
                return Err(LedgerError::InvalidValue { field });
            }
        }
        let id = application.application_id.as_str();
        self.touch_object(id);
        let (entered_by, subject) = (application.entered_by.as_deref(), application.subject.as_ref());
        let place = place(id, application.channel, &application.state, entered_by, subject);
        let sealed = self.seal(TABLE, &place, retain_until, &application.content)?;
        let values = [
            id.into(),
            application.channel.name().into(),
            application.state.as_str().into(),
            entered_by.into(),
            subject.map(InternalNumber::as_str).into(),
            application.received_at.seconds().into(),
            retain_until.days_since_epoch().into(),
            (&sealed.wrapped_key).into(),
            (&sealed.content).into(),
        ];
        self.execute(PUT, &values).map(drop)
    }

    /// A stored application.
    ///
    /// # Errors
    /// Those of reading.
    pub fn application(&mut self, application_id: &str) -> Result<Option<StoredApplication>, LedgerError> {
        const FIND: &str = "SELECT channel, state, entered_by, internal_number, received_at, retain_until, wrapped_key, \
                            sealed FROM application WHERE municipality = ?1 AND application_id = ?2";
        self.touch(None)?;
        let Some(mut row) = self.row(TABLE, FIND, &[application_id.into()])? else { return Ok(None) };
        let channel = Channel::parse(&row.text()?).ok_or(CORRUPT)?;
        let (state, entered_by) = (row.text()?, row.optional_text()?);
        let subject = row.optional_text()?.map(|text| InternalNumber::parse(&text).ok_or(CORRUPT)).transpose()?;
        self.touch(subject.as_ref())?;
        self.touch_object(application_id);
        let received_at = Timestamp::from_seconds(row.integer()?).map_err(|_| CORRUPT)?;
        let (until, wrapped_key, sealed) = (row.integer()?, row.bytes()?, row.bytes()?);
        let place = place(application_id, channel, &state, entered_by.as_deref(), subject.as_ref());
        let content = self.open(TABLE, &place, until, &wrapped_key, &sealed)?;
        let application_id = application_id.to_owned();
        Ok(Some(StoredApplication { application_id, channel, state, entered_by, subject, received_at, content }))
    }

    /// What waits, the oldest first.
    ///
    /// # Errors
    /// Those of reading.
    pub fn applications(&mut self) -> Result<Vec<WaitingApplication>, LedgerError> {
        const ALL: &str = "SELECT application_id, state, entered_by, received_at FROM application \
                           WHERE municipality = ?1 ORDER BY received_at, application_id";
        let read = |mut row: super::Row| {
            Ok(WaitingApplication {
                application_id: row.text()?,
                state: row.text()?,
                entered_by: row.optional_text()?,
                received_at: Timestamp::from_seconds(row.integer()?).map_err(|_| CORRUPT)?,
            })
        };
        self.rows(TABLE, ALL, &[])?.into_iter().map(read).collect()
    }

    /// Takes an application out: whoever issues or refuses it leaves nothing of it behind.
    ///
    /// # Errors
    /// Those of reading and writing.
    pub fn take_application(&mut self, application_id: &str) -> Result<Option<StoredApplication>, LedgerError> {
        let application = self.application(application_id)?;
        if application.is_some() {
            let ended_at = self.now()?.seconds();
            self.end_application(application_id)?;
            self.journal(JournalEntry::ApplicationEnd { application_id: application_id.to_owned(), ended_at });
        }
        Ok(application)
    }

    /// Deletes an application, if there is one of the name.
    pub(crate) fn end_application(&mut self, application_id: &str) -> Result<(), LedgerError> {
        const DELETE: &str = "DELETE FROM application WHERE municipality = ?1 AND application_id = ?2";
        self.erased = true;
        self.execute(DELETE, &[application_id.into()]).map(drop)
    }
}

/// What the content is bound to: with another person, account or state in the database it does not open.
fn place(
    application_id: &str,
    channel: Channel,
    state: &str,
    entered_by: Option<&str>,
    subject: Option<&InternalNumber>,
) -> Vec<u8> {
    let mut encoder = Encoder::with_capacity(128);
    encoder.array(5);
    for text in
        [Some(application_id), Some(channel.name()), Some(state), entered_by, subject.map(InternalNumber::as_str)]
    {
        match text {
            Some(text) => encoder.text(text),
            None => encoder.null(),
        }
    }
    encoder.into_bytes()
}
