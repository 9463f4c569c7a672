//! Writing files so that nothing is lost or exposed by accident.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// As the process's file mode mask allows.
    Ordinary,
    /// Its owner alone: private keys.
    OwnerOnly,
}

/// Writes a new file; replaces one only when told to, and then in one step, so that the old
/// content is there until the new one is.
///
/// # Errors
/// When the file is there already and must not be replaced, or cannot be written.
pub(crate) fn write(path: &Path, bytes: &[u8], access: Access, replace: bool) -> Result<(), Error> {
    let result = match std::fs::metadata(path) {
        Ok(existing) if replace && existing.is_file() => replace_file(path, bytes, access),
        // A device or a pipe is written to, not replaced.
        Ok(existing) if replace && !existing.is_dir() => {
            OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(bytes))
        }
        _ => create(path, bytes, access),
    };
    result.map_err(|reason| match reason.kind() {
        std::io::ErrorKind::AlreadyExists if !replace => {
            Error::Usage(format!("{} is there already; --force replaces it", path.display()))
        }
        _ => Error::file(path, "write", reason),
    })
}

fn replace_file(path: &Path, bytes: &[u8], access: Access) -> std::io::Result<()> {
    // What a link points to is replaced, not the link.
    let path = path.canonicalize()?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new: PathBuf = path.with_file_name(name);
    create(&new, bytes, access).and_then(|()| std::fs::rename(&new, &path)).inspect_err(|_| {
        // What was half written is of no use; the error that is reported says why.
        _ = std::fs::remove_file(&new);
    })
}

/// Writes a new file piece by piece, readable by its owner alone; what was begun and not ended is removed.
///
/// # Errors
/// When the file is there already or cannot be made, and what `write` gives.
#[cfg(feature = "office")]
pub(crate) fn write_new<T>(
    path: &Path,
    write: impl FnOnce(&mut std::fs::File) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut file = open_new(path, Access::OwnerOnly).map_err(|reason| match reason.kind() {
        std::io::ErrorKind::AlreadyExists => Error::Usage(format!("{} is there already", path.display())),
        _ => Error::file(path, "write", reason),
    })?;
    // The name is on the disk before anything is said to be.
    let named = sync_parent(path).map_err(|reason| Error::file(path, "write", reason));
    let written = named.and_then(|()| write(&mut file)).and_then(|written| {
        file.sync_all().map_err(|reason| Error::file(path, "write", reason))?;
        Ok(written)
    });
    written.inspect_err(|_| {
        // What was half written is of no use, and personal.
        _ = std::fs::remove_file(path);
    })
}

/// Sees to it that a new name is on the disk.
#[cfg(feature = "office")]
fn sync_parent(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(parent)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// A file that is written in pieces, and is on the disk once it was flushed.
#[cfg(feature = "office")]
pub(crate) struct Durable<'f>(std::io::BufWriter<&'f mut std::fs::File>);

#[cfg(feature = "office")]
impl<'f> Durable<'f> {
    pub(crate) fn new(file: &'f mut std::fs::File) -> Self {
        Self(std::io::BufWriter::with_capacity(1 << 16, file))
    }
}

#[cfg(feature = "office")]
impl std::io::Write for Durable<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()?;
        self.0.get_ref().sync_all()
    }
}

/// Creates a file that is not there, so that the permissions are ours from the first byte.
fn create(path: &Path, bytes: &[u8], access: Access) -> std::io::Result<()> {
    let mut file = open_new(path, access)?;
    file.write_all(bytes).and_then(|()| file.sync_all())
}

fn open_new(path: &Path, access: Access) -> std::io::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if access == Access::OwnerOnly {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options.open(path)
}
