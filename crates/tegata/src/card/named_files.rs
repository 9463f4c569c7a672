//! The files of a card by the names they have in a folder.

use core::fmt;
use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::{Application, CardFiles, FileError, FileId};

/// Files of one application, collected by names: the identifier `0001` to `0007` with any of a leading `text-` or
/// `surface-`, a trailing `-physical` (as it is stored, with its filler), and `.bin`.
///
/// One folder may hold both applications; a name that does not say which belongs to the one asked for. Where a file is
/// there both with and without its filler, EF 0001 is taken with it, as it was signed, and the others without.
///
/// ```
/// use tegata::card::{Application, FileId, NamedFiles};
///
/// let mut files = NamedFiles::new(Application::Text);
/// assert!(files.add("text-0002.bin", vec![0x30])?);
/// assert!(!files.add("notes.txt", vec![0x30])?);
/// assert!(files.into_files()?.get(FileId::ATTRIBUTES).is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct NamedFiles {
    application: Application,
    found: BTreeMap<FileId, (Name, Zeroizing<Vec<u8>>)>,
}

impl NamedFiles {
    /// No files yet.
    #[must_use]
    pub const fn new(application: Application) -> Self {
        Self { application, found: BTreeMap::new() }
    }

    /// Whether a name is one of this application's files.
    #[must_use]
    pub fn is_name(&self, name: &str) -> bool {
        self.parse(name).is_some()
    }

    /// Takes a file if its name is one of this application's, and says whether it is.
    ///
    /// # Errors
    /// [`AmbiguousFile`] when another name of the same file held something else.
    pub fn add(&mut self, name: &str, bytes: Vec<u8>) -> Result<bool, AmbiguousFile> {
        let bytes = Zeroizing::new(bytes);
        let Some(name) = self.parse(name) else { return Ok(false) };
        match self.found.get(&name.file) {
            Some((other, content)) if other.physical == name.physical => {
                if *content != bytes {
                    return Err(AmbiguousFile { file: name.file });
                }
            }
            Some((other, _)) if other.is_preferred() => {}
            _ => _ = self.found.insert(name.file, (name, bytes)),
        }
        Ok(true)
    }

    fn parse(&self, name: &str) -> Option<Name> {
        Name::parse(name).filter(|name| name.application.is_none_or(|named| named == self.application))
    }

    /// The files, ready to be verified.
    ///
    /// # Errors
    /// [`FileError`] for a file that no card can have.
    pub fn into_files(self) -> Result<CardFiles, FileError> {
        let mut files = CardFiles::new(self.application);
        for (file, (_, mut bytes)) in self.found {
            files.insert(file, core::mem::take(&mut *bytes))?;
        }
        Ok(files)
    }
}

/// Says how many files there are, nothing of them.
impl fmt::Debug for NamedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedFiles")
            .field("application", &self.application)
            .field("len", &self.found.len())
            .finish_non_exhaustive()
    }
}

/// Two names mean the same file of the card, and what they hold differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmbiguousFile {
    file: FileId,
}

impl AmbiguousFile {
    /// Which file.
    #[must_use]
    pub const fn file(&self) -> FileId {
        self.file
    }
}

impl fmt::Display for AmbiguousFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "file {:04} of the card is there twice, and the two differ", self.file.number())
    }
}

impl core::error::Error for AmbiguousFile {}

/// What a file's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Name {
    /// `None` where the name does not say.
    application: Option<Application>,
    file: FileId,
    physical: bool,
}

impl Name {
    /// `[text-|surface-]000N[-physical][.bin]`; `None` for any other name.
    fn parse(name: &str) -> Option<Self> {
        let name = name.strip_suffix(".bin").unwrap_or(name);
        let (name, physical) = name.strip_suffix("-physical").map_or((name, false), |name| (name, true));
        let (application, digits) = if let Some(digits) = name.strip_prefix("text-") {
            (Some(Application::Text), digits)
        } else if let Some(digits) = name.strip_prefix("surface-") {
            (Some(Application::Surface), digits)
        } else {
            (None, name)
        };
        let [b'0', b'0', b'0', digit @ b'1'..=b'7'] = digits.as_bytes() else { return None };
        Some(Self { application, file: FileId::new(u16::from(digit - b'0'))?, physical })
    }

    /// Whether the file is kept as it is stored rather than without filler: the number is signed together with its
    /// filler, so there it is preferred.
    fn is_preferred(self) -> bool {
        self.physical == (self.file == FileId::FIRST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        let text = Some(Application::Text);
        for (name, application, number, physical) in [
            ("0001", None, 1, false),
            ("0007.bin", None, 7, false),
            ("0001-physical", None, 1, true),
            ("text-0001-physical.bin", text, 1, true),
            ("text-0003", text, 3, false),
            ("surface-0002.bin", Some(Application::Surface), 2, false),
        ] {
            let file = FileId::new(number).unwrap();
            assert_eq!(Name::parse(name), Some(Name { application, file, physical }), "{name}");
        }
        for name in [
            "",
            "0000",
            "0008",
            "001",
            "00001",
            "0011",
            "0001.BIN",
            "0001.txt",
            "0001.bin.bin",
            "0001.bin-physical",
            "text0001",
            "text-",
            "Text-0001",
            "text-surface-0001",
            "authorities.json",
            "0001-physical-physical",
            "０００１",
        ] {
            assert_eq!(Name::parse(name), None, "{name}");
        }
    }

    fn kept(names: &[(&str, u8)]) -> Result<CardFiles, AmbiguousFile> {
        let mut files = NamedFiles::new(Application::Text);
        for (name, byte) in names {
            files.add(name, vec![*byte])?;
        }
        Ok(files.into_files().unwrap())
    }

    #[test]
    fn the_better_of_two_forms_is_kept_in_either_order() {
        let forms = [("0001", 1), ("0001-physical", 2), ("0002", 3), ("0002-physical", 4), ("surface-0003", 5)];
        let mut backwards = forms;
        backwards.reverse();
        for names in [forms, backwards] {
            let files = kept(&names).unwrap();
            let bytes: Vec<_> = files.iter().map(|(file, bytes)| (file.number(), bytes[0])).collect();
            assert_eq!(bytes, [(1, 2), (2, 3)]);
        }
    }

    #[test]
    fn the_same_file_twice_must_be_the_same() {
        assert!(kept(&[("0002", 1), ("text-0002.bin", 1)]).is_ok());
        assert_eq!(kept(&[("0002", 1), ("text-0002.bin", 2)]).unwrap_err().file(), FileId::ATTRIBUTES);
        let mut large = NamedFiles::new(Application::Surface);
        assert_eq!(large.add("0002", vec![0; super::super::MAX_FILE_BYTES + 1]), Ok(true));
        assert!(large.into_files().is_err());
    }
}
