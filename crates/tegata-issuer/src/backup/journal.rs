//! The journal of what restoring a backup must not undo, beside the database: erasures and revocations, of certificates
//! and of accounts, and which applications have come to their end.
//!
//! A line is Base64 of deterministic CBOR and, after a space, of a hash keyed by the municipality over it and the hash of
//! the line before. People who were erased stand in it as keyed hashes.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding as _};
use subtle::ConstantTimeEq as _;
use tegata::codec::cbor::{Encoder, Item};
use tegata::model::MunicipalityCode;

use super::BackupError;
use crate::vault::MunicipalityKeys;

/// More than the longest line: a revocation takes less than a kilobyte.
const TAIL_BYTES: u64 = 64 * 1024;

/// The journal of every municipality whose ledgers stand in one place.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
}

/// Something that restoring must not undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum JournalEntry {
    Erasure {
        /// The keyed hash of the internal number.
        subject: [u8; 32],
        erased_at: i64,
    },
    Revocation {
        certificate_id: String,
        reason: String,
        revoked_at: i64,
        expires_at: Option<i64>,
        texts: Vec<u8>,
    },
    /// An account was revoked: its password opens nothing again.
    AccountRevocation {
        name: String,
        revoked_at: i64,
    },
    /// The rights or the password of an account were changed: what it had before opens nothing again.
    AccountChange {
        name: String,
        changed_at: i64,
    },
    /// An application was issued or refused: nobody takes it up a second time.
    ApplicationEnd {
        application_id: String,
        ended_at: i64,
    },
}

/// Where a journal ends: how many lines it has, and the hash of the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) lines: u64,
    pub(crate) hash: [u8; 32],
}

/// What was read of a journal, line by line.
pub(crate) struct Journalled {
    pub(crate) entries: Vec<(Position, JournalEntry)>,
}

impl Journalled {
    pub(crate) fn end(&self) -> Position {
        self.entries.last().map(|(position, _)| *position).unwrap_or_default()
    }

    /// What came after a position; `None` when the journal never was at it.
    pub(crate) fn after(&self, position: Position) -> Option<&[(Position, JournalEntry)]> {
        let before = usize::try_from(position.lines).ok()?;
        let last = before.checked_sub(1).and_then(|last| self.entries.get(last));
        match last {
            Some((known, _)) if *known != position => None,
            None if before > 0 => None,
            _ => self.entries.get(before..),
        }
    }
}

impl Journal {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The file of a municipality.
    #[must_use]
    pub fn path(&self, municipality: MunicipalityCode) -> PathBuf {
        self.folder.join(format!("{municipality}.journal"))
    }

    /// Makes an empty journal, unless there is one: from now on one that is missing was lost.
    pub(crate) fn create(&self, municipality: MunicipalityCode) -> Result<(), BackupError> {
        let create = || {
            writing().create(true).truncate(false).open(self.path(municipality))?.sync_all()?;
            self.sync_folder()
        };
        create().map_err(unavailable)
    }

    /// Appends entries, and returns once they are on the disk.
    pub(crate) fn append(&self, keys: &MunicipalityKeys, entries: &[JournalEntry]) -> Result<(), BackupError> {
        let path = self.path(keys.municipality());
        let mut file = writing().read(true).create(true).truncate(false).open(path).map_err(unavailable)?;
        // Sessions of one municipality take turns, but another node may share the folder.
        file.lock().map_err(unavailable)?;
        // The last line alone says where to go on. That nothing before it was changed is seen when it is read.
        let length = file.seek(SeekFrom::End(0)).map_err(unavailable)?;
        let from = length.saturating_sub(TAIL_BYTES);
        file.seek(SeekFrom::Start(from)).map_err(unavailable)?;
        let mut tail = Vec::new();
        file.read_to_end(&mut tail).map_err(unavailable)?;
        // A line without its end was never acknowledged: the machine stopped while it was written.
        let tail = whole_lines(&tail);
        let mut position = last_position(tail)?;
        let whole = from + u64::try_from(tail.len()).map_err(|_| BackupError::JournalUnavailable)?;
        let mut lines = Vec::new();
        for entry in entries {
            let content = entry.encode(position.lines + 1);
            position = Position { lines: position.lines + 1, hash: keys.journal_mac(&position.hash, &content) };
            lines.extend_from_slice(Base64::encode_string(&content).as_bytes());
            lines.push(b' ');
            lines.extend_from_slice(Base64::encode_string(&position.hash).as_bytes());
            lines.push(b'\n');
        }
        let write = |file: &mut File| {
            file.set_len(whole)?;
            file.seek(SeekFrom::Start(whole))?;
            file.write_all(&lines)?;
            file.sync_all()?;
            if whole == 0 {
                // The file may be new, and then so is its name.
                self.sync_folder()?;
            }
            Ok(())
        };
        write(&mut file).map_err(unavailable)
    }

    /// What keeps the name of a new file.
    fn sync_folder(&self) -> std::io::Result<()> {
        #[cfg(unix)]
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    /// Puts a copy of a journal in place of the one beside the database, unless it is that one, or the same. One that
    /// has entries is never replaced.
    pub(crate) fn take_over(&self, copy: &Path, municipality: MunicipalityCode) -> Result<(), BackupError> {
        let path = self.path(municipality);
        if path.canonicalize().is_ok_and(|path| copy.canonicalize().is_ok_and(|copy| copy == path)) {
            return Ok(());
        }
        let copied = std::fs::read(copy).map_err(unavailable)?;
        let take_over = || {
            let mut file = writing().read(true).create(true).truncate(false).open(&path)?;
            file.lock()?;
            let mut known = Vec::new();
            file.read_to_end(&mut known)?;
            if !known.is_empty() {
                return Ok(known == copied);
            }
            file.write_all(&copied)?;
            file.sync_all()?;
            self.sync_folder()?;
            Ok(true)
        };
        if take_over().map_err(unavailable)? { Ok(()) } else { Err(BackupError::TargetNotEmpty) }
    }

    /// The whole journal, which must be there.
    pub(crate) fn read(&self, keys: &MunicipalityKeys) -> Result<Journalled, BackupError> {
        read_file(keys, &self.path(keys.municipality()))
    }
}

/// Reads a journal's file.
pub(crate) fn read_file(keys: &MunicipalityKeys, path: &Path) -> Result<Journalled, BackupError> {
    read(keys, whole_lines(&std::fs::read(path).map_err(unavailable)?))
}

/// Opening to write; what is made is open to its owner alone.
fn writing() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Everything up to the last end of a line.
fn whole_lines(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    text.get(..end).unwrap_or_default()
}

/// What the last of some lines says of itself.
fn last_position(lines: &[u8]) -> Result<Position, BackupError> {
    let Some(lines) = lines.strip_suffix(b"\n") else { return Ok(Position::default()) };
    let line = lines.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let position = || {
        let (content, hash) = core::str::from_utf8(line).ok()?.split_once(' ')?;
        let (content, hash) = (Base64::decode_vec(content).ok()?, Base64::decode_vec(hash).ok()?);
        let number = Item::parse(&content).ok()?.as_array()?.iter().next()?.as_i64()?;
        Some(Position { lines: u64::try_from(number).ok()?, hash: hash.as_slice().try_into().ok()? })
    };
    position().ok_or(BackupError::JournalChanged)
}

fn read(keys: &MunicipalityKeys, text: &[u8]) -> Result<Journalled, BackupError> {
    let mut position = Position::default();
    let mut entries = Vec::new();
    let text = core::str::from_utf8(text).map_err(|_| BackupError::JournalChanged)?;
    for line in text.lines() {
        let parts = line.split_once(' ').ok_or(BackupError::JournalChanged)?;
        let decode = |text| Base64::decode_vec(text).map_err(|_| BackupError::JournalChanged);
        let (content, hash) = (decode(parts.0)?, decode(parts.1)?);
        let expected = keys.journal_mac(&position.hash, &content);
        if !bool::from(expected.as_slice().ct_eq(&hash)) {
            return Err(BackupError::JournalChanged);
        }
        position = Position { lines: position.lines + 1, hash: expected };
        entries.push((position, JournalEntry::decode(position.lines, &content).ok_or(BackupError::JournalChanged)?));
    }
    Ok(Journalled { entries })
}

fn unavailable(_: std::io::Error) -> BackupError {
    BackupError::JournalUnavailable
}

impl JournalEntry {
    fn encode(&self, line: u64) -> Vec<u8> {
        let mut encoder = Encoder::new();
        match self {
            Self::Erasure { subject, erased_at } => {
                encoder.array(4);
                encoder.unsigned(line);
                encoder.text("erasure");
                encoder.int(*erased_at);
                encoder.bytes(subject);
            }
            Self::Revocation { certificate_id, reason, revoked_at, expires_at, texts } => {
                encoder.array(7);
                encoder.unsigned(line);
                encoder.text("revocation");
                encoder.int(*revoked_at);
                encoder.text(certificate_id);
                encoder.text(reason);
                match expires_at {
                    Some(time) => encoder.int(*time),
                    None => encoder.null(),
                }
                encoder.bytes(texts);
            }
            Self::AccountRevocation { name, revoked_at } => named(&mut encoder, line, "account", *revoked_at, name),
            Self::AccountChange { name, changed_at } => {
                named(&mut encoder, line, "account-change", *changed_at, name);
            }
            Self::ApplicationEnd { application_id, ended_at } => {
                named(&mut encoder, line, "application", *ended_at, application_id);
            }
        }
        encoder.into_bytes()
    }

    fn decode(line: u64, bytes: &[u8]) -> Option<Self> {
        let array = Item::parse(bytes).ok()?.as_array()?;
        let mut fields = array.iter();
        (u64::try_from(fields.next()?.as_i64()?) == Ok(line)).then_some(())?;
        let kind = fields.next()?.as_text()?;
        let time = fields.next()?.as_i64()?;
        match (&*kind, array.len()) {
            ("erasure", 4) => {
                let subject = fields.next()?.as_bytes()?.as_ref().try_into().ok()?;
                Some(Self::Erasure { subject, erased_at: time })
            }
            ("revocation", 7) => Some(Self::Revocation {
                certificate_id: fields.next()?.as_text()?.into_owned(),
                reason: fields.next()?.as_text()?.into_owned(),
                revoked_at: time,
                expires_at: {
                    let item = fields.next()?;
                    if item.is_null() { None } else { Some(item.as_i64()?) }
                },
                texts: fields.next()?.as_bytes()?.into_owned(),
            }),
            ("account", 4) => {
                Some(Self::AccountRevocation { name: fields.next()?.as_text()?.into_owned(), revoked_at: time })
            }
            ("account-change", 4) => {
                Some(Self::AccountChange { name: fields.next()?.as_text()?.into_owned(), changed_at: time })
            }
            ("application", 4) => {
                Some(Self::ApplicationEnd { application_id: fields.next()?.as_text()?.into_owned(), ended_at: time })
            }
            _ => None,
        }
    }
}

/// An entry that says of a thing by its name that it ended.
fn named(encoder: &mut Encoder, line: u64, kind: &str, time: i64, name: &str) {
    encoder.array(4);
    encoder.unsigned(line);
    encoder.text(kind);
    encoder.int(time);
    encoder.text(name);
}
