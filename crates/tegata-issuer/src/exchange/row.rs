//! What a row says.

use tegata::time::Date;

use crate::record::{PassportData, Resident, Vaccination};

/// A row that was read, every value of it checked on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line in which it begins, from 1.
    pub line: u64,
    /// The person.
    pub resident: Resident,
    /// The dose; `None` where the row says 未実施 without a dose number.
    pub vaccination: Option<Vaccination>,
    /// A certificate of the person.
    pub issue: Option<PastIssue>,
}

/// That a certificate was issued, as far as a file tells.
#[derive(Clone, PartialEq, Eq)]
pub struct PastIssue {
    /// The certificate ID (証明書ID).
    pub certificate_id: String,
    /// The day it was issued (証明書発行年月日).
    pub issue_date: Date,
    /// The passport data it was issued with; a certificate for domestic use has none.
    pub passport: Option<PassportData>,
}

/// Says nothing of the certificate ID, which leads to a person.
impl core::fmt::Debug for PastIssue {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PastIssue(..)")
    }
}
