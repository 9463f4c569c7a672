//! The files of a card in a folder, and what they are called there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tegata::card::{Application, CardFiles, FileError, FileId};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::input;

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

/// Reads an application's files from a folder. The inner error is of a file that no card can have.
///
/// # Errors
/// When the folder or a file cannot be read, or two names mean the same file and their contents differ.
pub(crate) fn read(dir: &Path, application: Application) -> Result<Result<CardFiles, FileError>, Error> {
    let mut found: BTreeMap<FileId, (Name, PathBuf, Zeroizing<Vec<u8>>)> = BTreeMap::new();
    for path in names(dir)? {
        let name = path.file_name().and_then(|name| name.to_str()).and_then(Name::parse);
        let Some(name) = name.filter(|name| name.application.is_none_or(|named| named == application)) else {
            continue;
        };
        let bytes = Zeroizing::new(input::read(&path)?);
        match found.get(&name.file) {
            Some((other, other_path, content)) if other.physical == name.physical => {
                if *content != bytes {
                    let (one, two) = (other_path.display(), path.display());
                    return Err(Error::Usage(format!("{one} and {two} are the same file of the card and differ")));
                }
            }
            Some((other, ..)) if other.is_preferred() => {}
            _ => _ = found.insert(name.file, (name, path, bytes)),
        }
    }
    let mut files = CardFiles::new(application);
    for (file, (.., mut bytes)) in found {
        if let Err(error) = files.insert(file, std::mem::take(&mut *bytes)) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(files))
}

/// What a file of a card is called, as `card simulate` calls it.
#[cfg(feature = "pcsc")]
pub(crate) fn file_name(application: Application, file: FileId) -> String {
    // The number alone is kept with its filler by that name: it is signed together with it.
    let physical = if (application, file) == (Application::Text, FileId::FIRST) { "-physical" } else { "" };
    format!("{}-{:04x}{physical}.bin", application.name(), file.number())
}

/// Everything in a folder, in an order that does not depend on the machine.
fn names(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = std::fs::read_dir(dir).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut paths: Vec<PathBuf> = entries.map_err(|reason| Error::file(dir, "read", reason))?;
    paths.sort();
    Ok(paths)
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
}
