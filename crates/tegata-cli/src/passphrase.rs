//! Passphrases: from a file, a file descriptor or a prompt, never from an argument.

use std::io::{BufRead as _, BufReader, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use tegata::Code;
use tegata::crypto::Signer;
use tegata::keys::{KeyFileError, SoftwareSigner};
use zeroize::Zeroizing;

use crate::arguments::Passphrase;
use crate::error::Error;
use crate::{input, token};

/// The longest line taken as a passphrase.
const MAX_PASSPHRASE_BYTES: u64 = 4096;

impl Passphrase {
    /// The passphrase from a file or descriptor, when one was named.
    pub(crate) fn given(&self) -> Result<Option<Zeroizing<String>>, Error> {
        from_file_or_descriptor(self.passphrase_file.as_deref(), self.passphrase_fd)
    }

    /// A passphrase for a new key: as given, or asked for twice.
    ///
    /// # Errors
    /// When it cannot be had, is empty, or the two differ.
    pub(crate) fn for_new_key(&self) -> Result<Zeroizing<String>, Error> {
        let passphrase = match self.given()? {
            Some(passphrase) => passphrase,
            None => {
                let first = ask("Passphrase for the new key: ")?;
                if *ask("Once more: ")? != *first {
                    return Err(Error::Usage("the two passphrases differ".into()));
                }
                first
            }
        };
        if passphrase.is_empty() {
            return Err(Error::Usage("an empty passphrase protects nothing; leave --encrypt out instead".into()));
        }
        Ok(passphrase)
    }

    /// Loads a signing key from a file or a token, asking for its passphrase or PIN when it has one and a person
    /// is there.
    ///
    /// # Errors
    /// When the file cannot be read or the key cannot be opened.
    pub(crate) fn load_key(&self, path: &Path) -> Result<Box<dyn Signer>, Error> {
        if token::is_in_token(path) {
            return token::open(self, path);
        }
        Ok(Box::new(self.load_file_key(path)?))
    }

    /// The same for a key that is in a file.
    ///
    /// # Errors
    /// When the file cannot be read or the key cannot be opened.
    pub(crate) fn load_file_key(&self, path: &Path) -> Result<SoftwareSigner, Error> {
        self.open_key(&Zeroizing::new(input::read(path)?), path)
    }

    /// The same for a key's file that has been read already.
    ///
    /// # Errors
    /// When the key cannot be opened.
    pub(crate) fn open_key(&self, bytes: &[u8], path: &Path) -> Result<SoftwareSigner, Error> {
        let refused = |error: KeyFileError| Error::refused(path.display().to_string(), error);
        let given = self.given()?;
        // Standard input may be the record; a person who sees the error can still be asked.
        let somebody_there = std::io::stdin().is_terminal() || std::io::stderr().is_terminal();
        match SoftwareSigner::from_bytes(bytes, given.as_ref().map(|passphrase| passphrase.as_bytes())) {
            Ok(signer) => Ok(signer),
            Err(error) if error.code() == Code::KeyPassphraseRequired && somebody_there => {
                let passphrase = ask(&format!("Passphrase of {}: ", path.display()))?;
                SoftwareSigner::from_bytes(bytes, Some(passphrase.as_bytes())).map_err(refused)
            }
            Err(error) => Err(refused(error)),
        }
    }
}

/// A secret from the first line of a file (`-` is standard input) or of an open descriptor, when one was named.
pub(crate) fn from_file_or_descriptor(
    file: Option<&Path>,
    descriptor: Option<u32>,
) -> Result<Option<Zeroizing<String>>, Error> {
    let path = match (file, descriptor) {
        (Some(path), _) if path == Path::new("-") => PathBuf::from("/dev/stdin"),
        (Some(path), _) => path.to_owned(),
        (None, Some(descriptor)) => PathBuf::from(format!("/dev/fd/{descriptor}")),
        (None, None) => return Ok(None),
    };
    first_line(&path).map(Some)
}

pub(crate) fn ask(prompt: &str) -> Result<Zeroizing<String>, Error> {
    rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(|_| {
        Error::Usage("no terminal to ask for a passphrase; use --passphrase-file or --passphrase-fd".into())
    })
}

pub(crate) fn first_line(path: &Path) -> Result<Zeroizing<String>, Error> {
    let failed = |reason| Error::file(path, "read", reason);
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut line = Zeroizing::new(String::with_capacity(256));
    BufReader::new(file).take(MAX_PASSPHRASE_BYTES).read_line(&mut line).map_err(failed)?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}
