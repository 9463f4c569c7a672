//! The files of a card as a reader hands them over.

use core::fmt;
use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::object::FileReader;
use super::{Application, FileError, FileErrorKind};

/// The largest file: offsets end at 0x7FFF (ISO/IEC 7816-4 §7.2.2), and no known file comes near.
pub const MAX_FILE_BYTES: usize = 32_768;

/// The identifier of a transparent file (EF) within an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u16);

impl FileId {
    /// EF 0001: the individual number (text), or the age record (surface).
    pub const FIRST: Self = Self(1);
    /// EF 0002: the four basic identity fields (text), or the card's face (surface).
    pub const ATTRIBUTES: Self = Self(2);
    /// EF 0003 of the text application: the integrity record.
    pub const INTEGRITY: Self = Self(3);
    /// EF 0004 of either application: the certificate of the key that signs.
    pub const CERTIFICATE: Self = Self(4);
    /// EF 0005: application information (text), or the image of the individual number (surface).
    pub const FIFTH: Self = Self(5);
    /// EF 0006 of the text application: the key for session keys.
    pub const SESSION_KEY: Self = Self(6);
    /// EF 0007 of the text application: the card's own key.
    pub const CARD_KEY: Self = Self(7);

    /// From the number, for instance `0x0002`; `None` unless it is 1 to 7.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        match number {
            1..=7 => Some(Self(number)),
            _ => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

/// The files of one application, in memory that is wiped on drop. Nothing about them is verified.
pub struct CardFiles {
    application: Application,
    files: BTreeMap<FileId, Zeroizing<Vec<u8>>>,
}

impl CardFiles {
    /// No files yet.
    #[must_use]
    pub const fn new(application: Application) -> Self {
        Self { application, files: BTreeMap::new() }
    }

    /// Which application they belong to.
    #[must_use]
    pub const fn application(&self) -> Application {
        self.application
    }

    /// Puts a file in, in place of the one that was there. EF 0001 of the text application is best given as it is
    /// stored, 17 bytes with its filler; if only the object of 15 bytes is at hand, verification completes it.
    ///
    /// # Errors
    /// [`FileErrorKind::TooLarge`].
    pub fn insert(&mut self, file: FileId, bytes: Vec<u8>) -> Result<(), FileError> {
        let bytes = Zeroizing::new(bytes);
        if bytes.len() > MAX_FILE_BYTES {
            return Err(FileError::of_file(self.application, file, FileErrorKind::TooLarge));
        }
        self.files.insert(file, bytes);
        Ok(())
    }

    /// Takes a file out, so that it takes no part in verification.
    pub fn remove(&mut self, file: FileId) {
        self.files.remove(&file);
    }

    /// A file's bytes.
    #[must_use]
    pub fn get(&self, file: FileId) -> Option<&[u8]> {
        self.files.get(&file).map(|bytes| bytes.as_slice())
    }

    /// Every file with its bytes, in order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &[u8])> {
        self.files.iter().map(|(file, bytes)| (*file, bytes.as_slice()))
    }

    /// A reader of a file, if it is there.
    pub(super) fn reader(&self, file: FileId) -> Option<FileReader<'_>> {
        self.get(file).map(|bytes| FileReader::new(self.application, file, bytes))
    }

    /// A reader of a file that must be there.
    pub(super) fn required(&self, file: FileId) -> Result<FileReader<'_>, FileError> {
        self.reader(file).ok_or(FileError::of_file(self.application, file, FileErrorKind::Missing))
    }
}

impl fmt::Debug for CardFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardFiles({}, {} files)", self.application.name(), self.files.len())
    }
}
