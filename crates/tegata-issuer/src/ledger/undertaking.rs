//! What takes longer than a transaction: its beginning is in the audit log before anything is read, and its end after.

use tegata::model::MunicipalityCode;
use tegata::{Code, Timestamp};

use super::{Ledger, LedgerError, Session};
use crate::audit::Operation;

/// An operation that hands out more than one transaction reads, or whose result ends up outside the ledger: exports,
/// backups, the reading and verifying of the audit log.
///
/// Two entries speak of it, both of the time at which it began: one with the outcome `begun`, on the disk before the first
/// row is read, and one with its end: `done`, `failed`, the code of what it failed with, or `abandoned` where it was
/// dropped. Where the process ends in between, the first stands alone.
pub struct Undertaking<'l> {
    ledger: &'l Ledger,
    session: Session<'l>,
    ending: Option<(Operation, Timestamp)>,
}

impl Ledger {
    /// Begins an operation that takes longer than a transaction: an entry says so, before anything is read (D3). What is
    /// read is the state of the moment before that entry, and nobody waits for it.
    ///
    /// # Errors
    /// As [`Ledger::begin`], and those of writing.
    pub fn undertake(
        &self,
        municipality: MunicipalityCode,
        operation: Operation,
        now: Timestamp,
    ) -> Result<Undertaking<'_>, LedgerError> {
        self.undertake_after(municipality, operation, now, |_| Ok(())).map(|((), undertaking)| undertaking)
    }

    /// As [`undertake`](Self::undertake), after something that must hold, or must be of the same state, while nobody
    /// else writes. Where it fails, the one entry says that.
    pub(crate) fn undertake_after<T>(
        &self,
        municipality: MunicipalityCode,
        operation: Operation,
        now: Timestamp,
        first: impl FnOnce(&mut Session<'_>) -> Result<T, LedgerError>,
    ) -> Result<(T, Undertaking<'_>), LedgerError> {
        let mut writing = self.begin(municipality, operation.clone(), now)?;
        let first = match first(&mut writing) {
            Ok(first) => first,
            Err(error) => {
                // What it failed with says more than that this cannot be written either.
                _ = writing.refuse(error.code());
                return Err(error);
            }
        };
        let mut session = self.begin_reading(municipality)?;
        // A state is kept from the first statement on.
        session.audit_head(now)?;
        writing.announce()?;
        session.announced();
        Ok((first, Undertaking { ledger: self, session, ending: Some((operation, now)) }))
    }
}

impl<'l> Undertaking<'l> {
    /// What reads.
    pub const fn session(&mut self) -> &mut Session<'l> {
        &mut self.session
    }

    /// Ends it: all of it is where it belongs.
    ///
    /// # Errors
    /// Where the entry cannot be written, so that the log has no more than the beginning.
    pub fn done(mut self) -> Result<(), LedgerError> {
        self.end("done")
    }

    /// Ends it: it came to nothing, for this reason, or one that has no code.
    ///
    /// # Errors
    /// As [`done`](Self::done).
    pub fn failed(mut self, outcome: Option<Code>) -> Result<(), LedgerError> {
        self.end(outcome.map_or("failed", Code::name))
    }

    /// Ends it as its result says, which is handed on.
    ///
    /// # Errors
    /// That of the result; else as [`done`](Self::done).
    pub(crate) fn end_with<T>(self, result: Result<T, LedgerError>) -> Result<T, LedgerError> {
        match &result {
            Ok(_) => self.done()?,
            Err(error) => {
                let code = error.code();
                // What it failed with says more than that this cannot be written either.
                _ = self.failed(Some(code));
            }
        }
        result
    }

    fn end(&mut self, outcome: &'static str) -> Result<(), LedgerError> {
        let Some((operation, now)) = self.ending.take() else { return Ok(()) };
        let mut ending = self.ledger.begin(self.session.municipality(), operation, now)?;
        ending.concerns_those_of(&mut self.session);
        ending.close(outcome)
    }
}

impl Drop for Undertaking<'_> {
    fn drop(&mut self) {
        // There is nobody to tell.
        _ = self.end("abandoned");
    }
}

impl core::fmt::Debug for Undertaking<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Undertaking").field("session", &self.session).finish_non_exhaustive()
    }
}
