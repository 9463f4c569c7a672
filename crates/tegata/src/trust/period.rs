use crate::report::Code;
use crate::time::Timestamp;

/// When trust data may be relied on. Outside of it a certificate is neither good nor bad: undetermined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TrustPeriod {
    /// When the data was issued: a clock that shows an earlier time is wrong.
    pub(crate) from: Timestamp,
    /// The last moment.
    pub(crate) until: Timestamp,
}

impl TrustPeriod {
    /// Compares with a clock that may be `skew` seconds slow or fast.
    pub(crate) fn check(&self, now: Timestamp, skew: i64) -> Result<(), Code> {
        if now.saturating_add_seconds(skew) < self.from {
            return Err(Code::ClockBeforeTrust);
        }
        if now.saturating_add_seconds(-skew) > self.until {
            return Err(Code::TrustTooOld);
        }
        Ok(())
    }
}
