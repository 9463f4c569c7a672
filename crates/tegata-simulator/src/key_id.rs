//! Identifiers of keys in card-verifiable certificates.

use core::fmt;

/// A key identifier (鍵ID): seven digits, `08 05`, three digits and four bytes of padding.
///
/// `Display` gives the sixteen bytes in lower-case hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; 16]);

impl KeyId {
    /// All sixteen bytes, as they stand in a certificate.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The seven digits, for instance `9104833`.
    #[must_use]
    pub fn number(&self) -> String {
        self.0.iter().take(7).map(|digit| char::from(*digit)).collect()
    }

    pub(crate) const fn new(number: [u8; 7], group: [u8; 3]) -> Self {
        let [a, b, c, d, e, f, g] = number;
        let [x, y, z] = group;
        Self([a, b, c, d, e, f, g, 0x08, 0x05, x, y, z, 0, 0, 0, 0])
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
