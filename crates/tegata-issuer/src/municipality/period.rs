//! Days on which a channel is open.

use tegata::Timestamp;
use tegata::time::Date;

/// Days from the first to the last, both included; an end that is missing is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenPeriod {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
}

impl OpenPeriod {
    /// Whether a day lies in it.
    #[must_use]
    pub fn includes(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// The day in Japan at a time: nine hours ahead of UTC, all year.
#[must_use]
pub fn japan_date(time: Timestamp) -> Date {
    time.saturating_add_seconds(9 * 3_600).date()
}
