//! The master key, and what a municipality gets from it.

use core::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::Path;

use hmac::Hmac;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use tegata::crypto::SecureRandom;
use tegata::model::{IndividualNumber, MunicipalityCode, MunicipalityHashKey, NumberHash};
use zeroize::Zeroizing;

use super::derive::{KEY_BYTES, derive, keyed};
use super::seal::{Period, PeriodKey, wrap};
use super::{Lookup, LookupHash, VaultError};
use crate::armour;

/// Bytes of a [`MasterKey`]: the key that wraps, and the key look-ups are derived from.
pub const MASTER_KEY_BYTES: usize = 2 * KEY_BYTES;

/// What the file's first and last line say.
const LABEL: &str = "TEGATA MASTER KEY";
/// The file has four lines; anything much longer is something else.
const MAX_FILE_BYTES: u64 = 1024;

/// What the lines of a file that a device sealed say, and what its seal is for.
const SEALED_LABEL: &str = "TEGATA SEALED MASTER KEY";
const PURPOSE: &[u8] = b"tegata master key file 1";

/// A device, such as an HSM, with a key that never leaves it and seals the master key's file.
pub trait KeyDevice: fmt::Debug {
    /// Seals a secret, so that this device alone opens it, for the same purpose alone.
    ///
    /// # Errors
    /// [`VaultError::Device`].
    fn seal(&self, purpose: &[u8], secret: &[u8]) -> Result<Vec<u8>, VaultError>;

    /// Opens what it sealed.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`], [`VaultError::Device`].
    fn open(&self, purpose: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError>;
}

/// What everything sealed in a ledger depends on: two keys of 32 unpredictable bytes, wiped on drop.
///
/// It stands in a file that only its owner may read, or comes from a device that the caller unwraps it with; never in
/// a database, a backup or the environment. Without it a ledger is unreadable for good: keep a copy apart.
pub struct MasterKey {
    wrapping: Zeroizing<[u8; KEY_BYTES]>,
    lookup: Zeroizing<[u8; KEY_BYTES]>,
}

impl MasterKey {
    /// A new key.
    ///
    /// # Errors
    /// [`VaultError::Random`].
    pub fn generate(random: &dyn SecureRandom) -> Result<Self, VaultError> {
        let (mut wrapping, mut lookup) = (Zeroizing::new([0; KEY_BYTES]), Zeroizing::new([0; KEY_BYTES]));
        random.fill(&mut *wrapping)?;
        random.fill(&mut *lookup)?;
        Ok(Self { wrapping, lookup })
    }

    /// A key that wraps anew and finds the same rows: what a ledger changes over to with
    /// [`Ledger::change_master_key`](crate::ledger::Ledger::change_master_key). Hashes cannot change, for nobody has
    /// the numbers any more.
    ///
    /// # Errors
    /// [`VaultError::Random`].
    pub fn successor(&self, random: &dyn SecureRandom) -> Result<Self, VaultError> {
        let new = Self::generate(random)?;
        Ok(Self { lookup: self.lookup.clone(), ..new })
    }

    /// From its bytes, such as a device unwrapped them. The caller wipes its own copy.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; MASTER_KEY_BYTES]) -> Self {
        let half = |from: usize| {
            let mut key = Zeroizing::new([0; KEY_BYTES]);
            key.iter_mut().zip(bytes.iter().skip(from)).for_each(|(to, byte)| *to = *byte);
            key
        };
        Self { wrapping: half(0), lookup: half(KEY_BYTES) }
    }

    /// Reads the key's file.
    ///
    /// # Errors
    /// [`VaultError::KeyFileUnavailable`], [`VaultError::KeyFileExposed`] where others than the owner may read or write
    /// it (on Unix), [`VaultError::KeyFileSealed`] for one that a device sealed, [`VaultError::KeyFileMalformed`].
    pub fn read_file(path: &Path) -> Result<Self, VaultError> {
        let text = read(path)?;
        let key = Self::from_text(&text);
        key.ok_or_else(|| match armour::read(SEALED_LABEL, &text) {
            Some(_) => VaultError::KeyFileSealed,
            None => VaultError::KeyFileMalformed,
        })
    }

    /// Reads a file that a device sealed, and opens it there.
    ///
    /// # Errors
    /// As [`read_file`](Self::read_file), and those of the device.
    pub fn read_sealed_file(path: &Path, device: &dyn KeyDevice) -> Result<Self, VaultError> {
        let sealed = armour::read(SEALED_LABEL, &read(path)?).ok_or(VaultError::KeyFileMalformed)?;
        let bytes = device.open(PURPOSE, &sealed)?;
        Ok(Self::from_bytes(bytes.as_slice().try_into().map_err(|_| VaultError::KeyFileMalformed)?))
    }

    /// Writes the key, sealed by a device, into a new file.
    ///
    /// # Errors
    /// As [`write_file`](Self::write_file), and those of the device.
    pub fn write_sealed_file(&self, path: &Path, device: &dyn KeyDevice) -> Result<(), VaultError> {
        let sealed = device.seal(PURPOSE, self.bytes().as_flattened())?;
        write(path, &armour::write(SEALED_LABEL, &sealed))
    }

    /// Writes the key into a new file that only its owner may read, and sees to it that it is on the disk.
    ///
    /// # Errors
    /// [`VaultError::KeyFileUnavailable`], also where there is such a file already.
    pub fn write_file(&self, path: &Path) -> Result<(), VaultError> {
        write(path, &self.to_text())
    }

    /// The keys of one municipality.
    #[must_use]
    pub fn municipality(&self, municipality: MunicipalityCode) -> MunicipalityKeys {
        let code = municipality.as_str().as_bytes();
        let number = derive(&self.lookup, b"tegata number hash key 1\0", code);
        MunicipalityKeys {
            municipality,
            wrapping: derive(&self.wrapping, b"tegata wrapping key 1\0", code),
            number: MunicipalityHashKey::from_bytes(*number),
            lookup: derive(&self.lookup, b"tegata look-up key 1\0", code),
            journal: derive(&self.lookup, b"tegata journal key 1\0", code),
        }
    }

    pub(super) fn to_text(&self) -> Zeroizing<String> {
        armour::write(LABEL, self.bytes().as_flattened())
    }

    fn bytes(&self) -> Zeroizing<[[u8; KEY_BYTES]; 2]> {
        Zeroizing::new([*self.wrapping, *self.lookup])
    }

    pub(super) fn from_text(text: &[u8]) -> Option<Self> {
        let bytes = armour::read(LABEL, text)?;
        Some(Self::from_bytes(bytes.as_slice().try_into().ok()?))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

/// Reads a small file that is its owner's alone.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let file = File::open(path).map_err(|_| VaultError::KeyFileUnavailable)?;
    if is_exposed(&file) {
        return Err(VaultError::KeyFileExposed);
    }
    // Room for all of it, so that growing leaves no copy behind.
    let mut text = Zeroizing::new(Vec::with_capacity(2048));
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut text).map_err(|_| VaultError::KeyFileUnavailable)?;
    Ok(text)
}

/// Writes a new file that is its owner's alone, and sees to it that it is on the disk.
fn write(path: &Path, text: &str) -> Result<(), VaultError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        // Its name, too: what is wrapped with a key that is gone is lost.
        #[cfg(unix)]
        File::open(path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    });
    written.map_err(|_| VaultError::KeyFileUnavailable)
}

#[cfg(unix)]
fn is_exposed(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // A pipe, as a secret's broker may hand one in, has no others to keep out.
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.mode() & 0o077 != 0)
}

/// Whom else a file is open to is not asked on other systems.
#[cfg(not(unix))]
fn is_exposed(_: &File) -> bool {
    false
}

/// The keys of one municipality, wiped on drop. Those of another open nothing of it and find nothing in it.
pub struct MunicipalityKeys {
    municipality: MunicipalityCode,
    wrapping: Zeroizing<[u8; KEY_BYTES]>,
    number: MunicipalityHashKey,
    lookup: Zeroizing<[u8; KEY_BYTES]>,
    journal: Zeroizing<[u8; KEY_BYTES]>,
}

impl MunicipalityKeys {
    /// Whose keys these are.
    #[must_use]
    pub const fn municipality(&self) -> MunicipalityCode {
        self.municipality
    }

    /// The hash by which an individual number is looked up.
    #[must_use]
    pub fn number_hash(&self, number: &IndividualNumber) -> NumberHash {
        NumberHash::new(number, &self.number)
    }

    /// The key of such hashes, for what computes them elsewhere in this process.
    #[must_use]
    pub const fn number_hash_key(&self) -> &MunicipalityHashKey {
        &self.number
    }

    /// The hash by which another identifier is looked up.
    #[must_use]
    pub fn lookup_hash(&self, kind: Lookup, value: &[u8]) -> LookupHash {
        LookupHash::new(&self.lookup, kind, value)
    }

    /// Whether these look up as others do, as those of a successor.
    pub(crate) fn finds_what(&self, other: &Self) -> bool {
        self.municipality == other.municipality && self.lookup.as_slice().ct_eq(other.lookup.as_slice()).into()
    }

    /// Whether these wrap as others do: they are the same, then.
    pub(crate) fn wraps_as(&self, other: &Self) -> bool {
        self.municipality == other.municipality && self.wrapping.as_slice().ct_eq(other.wrapping.as_slice()).into()
    }

    /// What the hashes of passwords are keyed with (RFC 9106 §3.1, the secret value K), so that whoever has the database
    /// alone cannot try passwords.
    pub(crate) fn password_pepper(&self) -> Zeroizing<[u8; KEY_BYTES]> {
        derive(&self.lookup, b"tegata password pepper 1\0", b"")
    }

    /// What shows that a backup is whole and of this municipality; it takes the backup's bytes.
    pub(crate) fn backup_mac(&self) -> Hmac<Sha256> {
        keyed(&derive(&self.journal, b"tegata backup key 1\0", b""))
    }

    /// What binds the lines of the journal of erasures to one another.
    pub(crate) fn journal_mac(&self, before: &[u8], line: &[u8]) -> [u8; KEY_BYTES] {
        *derive(&self.journal, b"tegata journal line 1\0", &[before, b"\0", line].concat())
    }

    /// A new period key, and its wrapped form to be kept.
    ///
    /// # Errors
    /// [`VaultError::Random`].
    pub fn new_period_key(
        &self,
        period: Period,
        random: &dyn SecureRandom,
    ) -> Result<(PeriodKey, Vec<u8>), VaultError> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        random.fill(&mut *key)?;
        let key = PeriodKey::new(self.municipality, period, key);
        let wrapped = self.wrap_period_key(&key, random)?;
        Ok((key, wrapped))
    }

    /// Wraps a period key, such as one that other keys wrapped before.
    ///
    /// # Errors
    /// [`VaultError::Random`].
    pub fn wrap_period_key(&self, key: &PeriodKey, random: &dyn SecureRandom) -> Result<Vec<u8>, VaultError> {
        wrap::seal(&self.wrapping, &key.context(), key.bytes(), random)
    }

    /// Unwraps a period key that was kept.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`].
    pub fn open_period_key(&self, period: Period, wrapped: &[u8]) -> Result<PeriodKey, VaultError> {
        let context = period.context(self.municipality);
        let key = wrap::open_key(&self.wrapping, &context, wrapped)?;
        Ok(PeriodKey::new(self.municipality, period, key))
    }
}

impl fmt::Debug for MunicipalityKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MunicipalityKeys({})", self.municipality)
    }
}

#[cfg(test)]
impl MasterKey {
    pub(super) fn wrapping(&self) -> &[u8] {
        &*self.wrapping
    }

    pub(super) fn lookup(&self) -> &[u8] {
        &*self.lookup
    }
}
