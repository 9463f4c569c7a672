//! Which payload a certificate carries.

/// The payload profile of a certificate to be issued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// This project's full-content profile: everything the record holds.
    #[default]
    Jp,
    /// The EU digital COVID certificate: one dose.
    Dcc,
    /// The WHO's digital vaccination certificate, the digital "yellow card": one dose.
    Dvc,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 3] = [Self::Jp, Self::Dcc, Self::Dvc];

    /// The profile of a name; `None` for any other text.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// The stable name, as the command line takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jp => "jp",
            Self::Dcc => "dcc",
            Self::Dvc => "dvc",
        }
    }
}
