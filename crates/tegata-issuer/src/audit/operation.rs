//! Who does what, and why.

use core::fmt;
use std::borrow::Cow;

use tegata::model::text_fault;
use unicode_normalization::UnicodeNormalization as _;

use super::AuditError;
use crate::record::InternalNumber;

/// Characters of the name of an operator, a department, a terminal or an operation.
pub const STAFF_MAX_CHARS: usize = 100;
/// Characters of a reason.
pub const REASON_MAX_CHARS: usize = 400;
/// The operator that is this software itself.
const AUTOMATIC: &str = "automatic";
/// How many subjects an entry names; of an operation on more people, the entry has their number.
const MAX_SUBJECTS: usize = 100;
/// How many applications and certificates an entry names.
const MAX_OBJECTS: usize = 100;

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
    /// [`AuditError::InvalidText`] for a text that is blank, longer than [`STAFF_MAX_CHARS`], has control or invisible
    /// characters or holds what looks like an individual number, and for the name of [`Operator::automatic`].
    pub fn new(name: &str, department: &str, terminal: &str) -> Result<Self, AuditError> {
        for (text, field) in [(name, "operator"), (department, "department"), (terminal, "terminal")] {
            if !is_plain(text, STAFF_MAX_CHARS) {
                return Err(AuditError::InvalidText { field });
            }
        }
        if is_same_account(name, AUTOMATIC) {
            return Err(AuditError::InvalidText { field: "operator" });
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
        Self { name: AUTOMATIC.to_owned(), department: "-".to_owned(), terminal: part.to_owned() }
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

/// Whether a text may stand in the clear: not blank, not too long, no invisible characters and no individual number in it.
pub(crate) fn is_plain(text: &str, max_chars: usize) -> bool {
    text_fault(text, max_chars).is_none()
}

/// Whether two names are of one account: as people read them, so that neither case nor width nor spaces make another.
pub(crate) fn is_same_account(one: &str, other: &str) -> bool {
    let folded = |name: &str| {
        let composed: String = name.nfkc().filter(|character| !character.is_whitespace()).collect();
        composed.to_lowercase().nfkc().collect::<String>()
    };
    folded(one) == folded(other)
}

/// Whom an operation concerned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subjects {
    pub(super) named: Vec<InternalNumber>,
    pub(super) count: u64,
    /// Applications and certificates, by their IDs.
    pub(super) objects: Vec<String>,
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

    /// An application or a certificate that there is: an ID that somebody typed could hold anything.
    pub(crate) fn add_object(&mut self, id: &str) {
        if self.objects.len() < MAX_OBJECTS && !self.objects.iter().any(|known| known == id) {
            self.objects.push(id.to_owned());
        }
    }

    /// So many more that are not named.
    pub(crate) fn add_unnamed(&mut self, count: u64) {
        self.count += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a7_names_that_read_alike_are_one_account() {
        for same in ["SATO", "ｓａｔｏ", " sato ", "sa\u{3000}to", "ＳＡＴＯ"] {
            assert!(is_same_account("sato", same), "{same:?}");
        }
        assert!(is_same_account("佐藤ガ", "佐藤ｶﾞ"));
        assert!(!is_same_account("sato", "saito"));
        assert!(!is_same_account("sato1", "sato2"));
    }

    #[test]
    fn a7_no_member_of_staff_is_called_what_cannot_be_seen_or_is_reserved() {
        assert!(Operator::new("sato", "市民課", "counter-3").is_ok());
        for name in
            ["sato\u{200b}", "\u{202e}sato", "sa\u{ad}to", "\u{feff}sato", " ", "automatic", "Ａutomatic ", "AUTOMATIC"]
        {
            let refused = Operator::new(name, "市民課", "counter-3").err();
            assert_eq!(refused, Some(AuditError::InvalidText { field: "operator" }), "{name:?}");
        }
    }
}
