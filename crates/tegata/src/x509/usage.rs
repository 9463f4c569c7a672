//! What a certificate's key may be used for.

use core::fmt;

use super::{HealthUsage, oid};

/// The bits of the keyUsage extension (RFC 5280 §4.2.1.3).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// From the bytes of the BIT STRING: bit 0 is the first byte's highest.
    pub(super) fn from_bits(bytes: &[u8]) -> Self {
        let byte = |index| u16::from(bytes.get(index).copied().unwrap_or(0));
        Self(byte(0) << 8 | byte(1))
    }

    const fn bit(self, bit: u16) -> bool {
        self.0 & (0x8000 >> bit) != 0
    }

    /// Bit 0: signatures other than on certificates and revocation lists.
    #[must_use]
    pub const fn digital_signature(self) -> bool {
        self.bit(0)
    }

    /// Bit 1: signatures that bind their maker (`nonRepudiation`, now `contentCommitment`).
    #[must_use]
    pub const fn content_commitment(self) -> bool {
        self.bit(1)
    }

    /// Bit 5: signatures on certificates.
    #[must_use]
    pub const fn key_cert_sign(self) -> bool {
        self.bit(5)
    }

    /// Bit 6: signatures on revocation lists.
    #[must_use]
    pub const fn crl_sign(self) -> bool {
        self.bit(6)
    }
}

impl fmt::Debug for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyUsage({:#06x})", self.0)
    }
}

/// The purposes of the extKeyUsage extension (RFC 5280 §4.2.1.12).
#[derive(Clone, PartialEq, Eq)]
pub struct ExtendedKeyUsage {
    /// Each as the contents octets of its OBJECT IDENTIFIER.
    purposes: Vec<Box<[u8]>>,
}

impl ExtendedKeyUsage {
    pub(super) const fn new(purposes: Vec<Box<[u8]>>) -> Self {
        Self { purposes }
    }

    /// Every purpose in dotted decimal notation. Malformed identifiers, which real certificates
    /// hold, are left out.
    pub fn purposes(&self) -> impl Iterator<Item = String> {
        self.purposes.iter().filter_map(|purpose| oid::dotted(purpose))
    }

    /// Which health certificates these purposes allow.
    #[must_use]
    pub fn health(&self) -> HealthUsage {
        let mut usage = HealthUsage::default();
        self.purposes.iter().for_each(|purpose| usage.add(purpose));
        usage
    }
}

impl fmt::Debug for ExtendedKeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.purposes()).finish()
    }
}
