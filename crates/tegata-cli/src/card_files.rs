//! The files of a card in a folder.

use std::path::{Path, PathBuf};

use tegata::card::{Application, CardFiles, FileError, NamedFiles};

use crate::error::Error;
use crate::input;

/// Reads an application's files from a folder. The inner error is of a file that no card can have.
///
/// # Errors
/// When the folder or a file cannot be read, or two names mean the same file and their contents differ.
pub(crate) fn read(dir: &Path, application: Application) -> Result<Result<CardFiles, FileError>, Error> {
    let mut files = NamedFiles::new(application);
    for path in names(dir)? {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        // What is not named as a file of the card may be anything, of any size.
        if !files.is_name(name) {
            continue;
        }
        let added = files.add(name, input::read(&path)?);
        added.map_err(|reason| Error::Usage(format!("{}: {reason}", path.display())))?;
    }
    Ok(files.into_files())
}

/// Everything in a folder, in an order that does not depend on the machine.
fn names(dir: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = std::fs::read_dir(dir).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut paths: Vec<PathBuf> = entries.map_err(|reason| Error::file(dir, "read", reason))?;
    paths.sort();
    Ok(paths)
}
