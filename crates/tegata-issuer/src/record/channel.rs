//! The channels by which an application comes.

/// The channel of an application (申請方法).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// The dedicated app (電子交付アプリ).
    App,
    /// A kiosk in a convenience store (キオスク端末).
    Kiosk,
    /// The counter (窓口).
    Counter,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::App, Self::Kiosk, Self::Counter];

    /// The word every surface uses: `app`, `kiosk`, `counter`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Kiosk => "kiosk",
            Self::Counter => "counter",
        }
    }

    /// The channel of a word; `None` for any other text.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

impl From<tegata::application::Channel> for Channel {
    fn from(channel: tegata::application::Channel) -> Self {
        match channel {
            tegata::application::Channel::App => Self::App,
            tegata::application::Channel::Kiosk => Self::Kiosk,
        }
    }
}
