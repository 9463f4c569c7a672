//! Key identifiers (証明者鍵ID, 被証明者鍵ID).

use core::fmt;

/// Bytes of a key identifier.
const LENGTH: usize = 16;

/// A key identifier: seven ASCII digits, `08 05`, three ASCII digits and four bytes of padding. All sixteen bytes
/// count. `Display` and `Debug` show them in hex; a key identifier speaks of an office, not of a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; LENGTH]);

impl KeyId {
    /// From its bytes; `None` when they are not of the form above.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; LENGTH] = bytes.try_into().ok()?;
        let [number @ .., 0x08, 0x05, a, b, c, _, _, _, _] = &bytes else { return None };
        if !number.iter().chain([a, b, c]).all(u8::is_ascii_digit) {
            return None;
        }
        Some(Self(bytes))
    }

    /// From 32 hexadecimal digits, in either case.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        Self::from_bytes(&super::hex::decode(text)?)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    /// The first six digits, which in a signer's identifier are the municipality's code.
    #[must_use]
    pub fn municipality_code(&self) -> String {
        self.0.iter().take(6).map(|digit| char::from(*digit)).collect()
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}
