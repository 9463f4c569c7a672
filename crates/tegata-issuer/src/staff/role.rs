//! What an account may do.

/// What an account may do (D1). An account can have several; that whoever enters an application does not approve it is
/// a rule of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Look people up and enter applications.
    Enter,
    /// See applications and reject them, and read the audit log.
    Review,
    /// See applications, approve and reject them, revoke certificates.
    Approve,
    /// Make, change and revoke accounts, and verify the audit log; sees nobody's record.
    Administer,
}

impl Role {
    /// Every role.
    pub const ALL: &'static [Self] = &[Self::Enter, Self::Review, Self::Approve, Self::Administer];
    /// Those who may see whom an application is about.
    pub(crate) const COUNTER: [Self; 3] = [Self::Enter, Self::Review, Self::Approve];

    /// The stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enter => "enter",
            Self::Review => "review",
            Self::Approve => "approve",
            Self::Administer => "administer",
        }
    }

    /// The role of a word; `None` for any other text.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }
}
