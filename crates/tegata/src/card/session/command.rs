//! Command APDUs, all of them short (ISO/IEC 7816-4 §5.1): the card refuses extended ones.

use core::fmt;

use zeroize::Zeroizing;

use crate::card::key::CardHash;
use crate::card::{Application, FileId};

/// Room for the longest command, so that no copy is left behind by growing.
const CAPACITY: usize = 96;

/// The most bytes one command asks for.
pub(super) const READ_BYTES: u8 = 0xff;

/// A command, wiped on drop. `Debug` shows its header alone, for the data can be a PIN.
pub struct Command(Zeroizing<Vec<u8>>);

impl Command {
    /// The bytes to send.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn new(header: [u8; 4], data: &[u8]) -> Self {
        let mut bytes = Zeroizing::new(Vec::with_capacity(CAPACITY));
        bytes.extend_from_slice(&header);
        if !data.is_empty() {
            bytes.push(u8::try_from(data.len()).unwrap_or(u8::MAX));
            bytes.extend_from_slice(data);
        }
        Self(bytes)
    }

    fn expecting(mut self, length: u8) -> Self {
        self.0.push(length);
        self
    }

    pub(super) fn select_application(application: Application) -> Self {
        Self::new([0x00, 0xa4, 0x04, 0x0c], &application.aid())
    }

    pub(super) fn select(id: u16) -> Self {
        Self::new([0x00, 0xa4, 0x02, 0x0c], &id.to_be_bytes())
    }

    pub(super) fn select_file(file: FileId) -> Self {
        Self::select(file.number())
    }

    /// Asks how many tries are left, spending none.
    pub(super) fn tries_left() -> Self {
        Self::new([0x00, 0x20, 0x00, 0x80], &[])
    }

    pub(super) fn present(digits: &[u8]) -> Self {
        Self::new([0x00, 0x20, 0x00, 0x80], digits)
    }

    /// The offset is at most 0x7FFF: a first bit of one would mean something else.
    pub(super) fn read(offset: u16) -> Self {
        let [high, low] = (offset & 0x7fff).to_be_bytes();
        Self::new([0x00, 0xb0, high, low], &[]).expecting(READ_BYTES)
    }

    pub(super) fn get_response(length: u8) -> Self {
        Self::new([0x00, 0xc0, 0x00, 0x00], &[]).expecting(length)
    }

    /// Has the application's default key sign the digest of a challenge.
    pub(super) fn sign(challenge: &[u8], hash: CardHash) -> Self {
        let info = match hash {
            CardHash::Sha256 => &DIGEST_INFO_SHA256,
            CardHash::Sha384 => &DIGEST_INFO_SHA384,
        };
        Self::new([0x80, 0x2a, 0x00, 0x00], &[info, hash.digest(&[challenge]).as_slice()].concat()).expecting(0)
    }

    /// The same command, asking for another length; for commands that ask for one.
    pub(super) fn repeated(&self, length: u8) -> Self {
        let mut bytes = Zeroizing::new(Vec::with_capacity(CAPACITY));
        bytes.extend_from_slice(&self.0);
        if let Some(last) = bytes.last_mut() {
            *last = length;
        }
        Self(bytes)
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Command(")?;
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02X} "))?;
        f.write_str("..)")
    }
}

/// Everything of `DigestInfo` (RFC 8017 §9.2, notes) before a digest of SHA-256.
const DIGEST_INFO_SHA256: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
/// The same for SHA-384, which cards with keys on P-384 will sign.
const DIGEST_INFO_SHA384: [u8; 19] =
    [0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30];
