//! What is kept no longer: rows whose retention has ended, and the keys of whole years.
//!
//! Each row says until the end of which date it is kept; the municipality's settings said so when it was written. Once
//! a year is over, the key under which everything was sealed whose retention ended in it is destroyed, and with it
//! every copy of those rows that was taken without the keys, such as pages left in files. A backup has the wrapped keys:
//! restoring it removes what is kept no longer before anybody sees it, but with the master key its rows can be read for
//! as long as the backup exists, so that backups are to be destroyed when the retention of what they hold ends.

use tegata::Timestamp;

use crate::ledger::{LedgerError, Session};
use crate::vault::Period;

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removed {
    /// People of the register.
    pub residents: u64,
    /// Doses.
    pub vaccinations: u64,
    /// Issues, which lost whose they were and the passport data.
    pub issues: u64,
    /// Applications that waited.
    pub applications: u64,
    /// Challenges that nobody answered, and answers that are not asked for again.
    pub expired: u64,
    /// Keys of whole years.
    pub period_keys: u64,
}

impl Removed {
    /// Whether there was anything.
    #[must_use]
    pub fn anything(&self) -> bool {
        *self != Self::default()
    }
}

impl Session<'_> {
    /// Removes what is kept no longer at the time of the operation. To be run once a day; a day it was not run is made up
    /// for by the next. The day is that of Japan.
    ///
    /// # Errors
    /// Those of writing.
    pub fn apply_retention(&mut self) -> Result<Removed, LedgerError> {
        const RESIDENTS: &str = "DELETE FROM resident WHERE municipality = ?1 AND retain_until < ?2";
        const VACCINATIONS: &str = "DELETE FROM vaccination WHERE municipality = ?1 AND retain_until < ?2";
        const ISSUES: &str = "UPDATE issue SET internal_number = NULL, wrapped_key = NULL, sealed = NULL \
                              WHERE municipality = ?1 AND retain_until < ?2 AND wrapped_key IS NOT NULL";
        const APPLICATIONS: &str = "DELETE FROM application WHERE municipality = ?1 AND retain_until < ?2";
        const CHALLENGES: &str = "DELETE FROM challenge WHERE municipality = ?1 AND expires_at <= ?2";
        const ANSWERS: &str = "DELETE FROM idempotency WHERE municipality = ?1 AND expires_at <= ?2";
        const STAFF: &str = "DELETE FROM staff_session WHERE municipality = ?1 AND ends_at <= ?2";
        const PERIODS: &str = "DELETE FROM period_key WHERE municipality = ?1 AND period < ?2";
        let now = self.now()?;
        let today = in_japan(now).date();
        let (day, second) = (today.days_since_epoch().into(), now.seconds().into());
        let removed = Removed {
            residents: self.execute(RESIDENTS, &[day])?,
            vaccinations: self.execute(VACCINATIONS, &[day])?,
            issues: self.execute(ISSUES, &[day])?,
            applications: self.execute(APPLICATIONS, &[day])?,
            expired: self.execute(CHALLENGES, &[second])?
                + self.execute(ANSWERS, &[second])?
                + self.execute(STAFF, &[second])?,
            period_keys: self.execute(PERIODS, &[i64::from(Period::of(today).year()).into()])?,
        };
        self.touch_unnamed(removed.residents)?;
        self.erased |= removed.anything();
        Ok(removed)
    }
}

/// The time whose date, read as UTC, is the date in Japan: nine hours ahead, without daylight saving.
pub(crate) const fn in_japan(time: Timestamp) -> Timestamp {
    time.saturating_add_seconds(9 * 3600)
}
