//! Who does what, and why.

use core::fmt;
use std::borrow::Cow;

use tegata::model::contains_individual_number;

use super::AuditError;
use crate::record::InternalNumber;

/// Characters of the name of an operator, a department, a terminal or an operation.
pub const STAFF_MAX_CHARS: usize = 100;
/// Characters of a reason.
pub const REASON_MAX_CHARS: usize = 400;
/// How many subjects an entry names; of an operation on more people, the entry has their number.
const MAX_SUBJECTS: usize = 100;

/// Who does something, and where.
#[derive(Clone, PartialEq, Eq)]
pub struct Operator {
    pub(super) name: String,
    pub(super) department: String,
    pub(super) terminal: String,
}

impl Operator {
    /// A member of staff by the name of their account, their department (部署) and terminal (端末).
    ///
    /// # Errors
    /// [`AuditError::InvalidText`] for a text that is empty, longer than [`STAFF_MAX_CHARS`], has control characters or
    /// holds what looks like an individual number.
    pub fn new(name: &str, department: &str, terminal: &str) -> Result<Self, AuditError> {
        for (text, field) in [(name, "operator"), (department, "department"), (terminal, "terminal")] {
            if !is_plain(text, STAFF_MAX_CHARS) {
                return Err(AuditError::InvalidText { field });
            }
        }
        Ok(Self { name: name.to_owned(), department: department.to_owned(), terminal: terminal.to_owned() })
    }

    /// The name of the account.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What this software does by itself: retention, restoring. The part names itself.
    #[must_use]
    pub fn automatic(part: &'static str) -> Self {
        Self { name: "automatic".to_owned(), department: "-".to_owned(), terminal: part.to_owned() }
    }
}

/// The names of staff are personal data too.
impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Operator(..)")
    }
}

/// What somebody does, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    pub(super) name: Cow<'static, str>,
    pub(super) operator: Operator,
    pub(super) reason: String,
}

impl Operation {
    /// An operation by its stable name, such as `issue`, and the reason that was given for it; `-` for one that
    /// needs none.
    ///
    /// # Errors
    /// [`AuditError::InvalidText`] as for [`Operator::new`]; a reason may have [`REASON_MAX_CHARS`].
    pub fn new(name: &'static str, operator: Operator, reason: &str) -> Result<Self, AuditError> {
        if !is_plain(name, STAFF_MAX_CHARS) {
            return Err(AuditError::InvalidText { field: "operation" });
        }
        if !is_plain(reason, REASON_MAX_CHARS) {
            return Err(AuditError::InvalidText { field: "reason" });
        }
        Ok(Self { name: name.into(), operator, reason: reason.to_owned() })
    }

    /// Who does it.
    #[must_use]
    pub const fn operator(&self) -> &Operator {
        &self.operator
    }

    /// An operation that this software does by itself.
    #[must_use]
    pub fn automatic(name: &'static str, part: &'static str) -> Self {
        Self { name: name.into(), operator: Operator::automatic(part), reason: "-".to_owned() }
    }
}

/// Whether a text may stand in the clear: not empty, not too long, and no individual number in it.
pub(crate) fn is_plain(text: &str, max_chars: usize) -> bool {
    !text.is_empty()
        && text.chars().count() <= max_chars
        && !text.chars().any(char::is_control)
        && !contains_individual_number(text)
}

/// Whom an operation concerned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subjects {
    pub(super) named: Vec<InternalNumber>,
    pub(super) count: u64,
    last: Option<InternalNumber>,
}

impl Subjects {
    /// One more, unless it is one of the named or the one before again. Of more than that are named, whoever comes
    /// again after another counts again.
    pub(crate) fn add(&mut self, subject: &InternalNumber) {
        if self.last.as_ref() == Some(subject) || self.named.contains(subject) {
            return;
        }
        self.last = Some(subject.clone());
        self.count += 1;
        if self.named.len() < MAX_SUBJECTS {
            self.named.push(subject.clone());
        }
    }

    /// So many more that are not named.
    pub(crate) fn add_unnamed(&mut self, count: u64) {
        self.count += count;
    }
}
