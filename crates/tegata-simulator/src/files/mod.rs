//! The files of a card.

mod surface;
mod text;

use core::fmt;

pub(crate) use surface::{SurfaceParts, surface_files};
pub(crate) use text::{TextParts, text_files};

/// The two applications that hold identity data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Application {
    /// 券面事項入力補助AP: the individual number and the four basic identity fields, as text.
    Text,
    /// 券面事項確認AP: the face of the card, as pictures.
    Surface,
}

impl Application {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Text, Self::Surface];

    /// The application identifier that selects it.
    #[must_use]
    pub const fn aid(self) -> [u8; 10] {
        let last = match self {
            Self::Text => 0x08,
            Self::Surface => 0x02,
        };
        [0xd3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, last]
    }

    /// `text` or `surface`, as lists of authorities and the names of exported files have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Surface => "surface",
        }
    }
}

/// A transparent file (EF) of a card.
#[derive(Clone)]
pub struct CardFile {
    application: Application,
    id: u16,
    physical: Vec<u8>,
    /// As far as readers keep it.
    read: usize,
}

impl CardFile {
    /// The application it belongs to.
    #[must_use]
    pub const fn application(&self) -> Application {
        self.application
    }

    /// The file identifier, for instance 0x0002.
    #[must_use]
    pub const fn id(&self) -> u16 {
        self.id
    }

    /// Every byte of the file, filler included.
    #[must_use]
    pub fn physical(&self) -> &[u8] {
        &self.physical
    }

    /// What a reader hands over: the object without filler, but EF 0001 of the text application as it is stored,
    /// because its filler is part of what is signed.
    #[must_use]
    pub fn as_read(&self) -> &[u8] {
        self.physical.get(..self.read).unwrap_or(&self.physical)
    }

    /// The name under which `tegata card` keeps the file: `text-0001-physical.bin`, `surface-0004.bin`.
    #[must_use]
    pub fn export_name(&self) -> String {
        let physical = if (self.application, self.id) == (Application::Text, 0x0001) { "-physical" } else { "" };
        format!("{}-{:04x}{physical}.bin", self.application.name(), self.id)
    }

    pub(crate) fn replace(&mut self, bytes: Vec<u8>) {
        self.read = bytes.len();
        self.physical = bytes;
    }

    fn new(application: Application, id: u16, object: Vec<u8>) -> Self {
        Self { application, id, read: object.len(), physical: object }
    }

    /// With filler up to a length; a longer object has none.
    fn padded(mut self, length: usize) -> Self {
        self.physical.resize(length.max(self.physical.len()), FILLER);
        self
    }
}

impl fmt::Debug for CardFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardFile")
            .field("application", &self.application)
            .field("id", &self.id)
            .field("length", &self.physical.len())
            .finish_non_exhaustive()
    }
}

/// What stands behind the object in a file.
const FILLER: u8 = 0xff;
