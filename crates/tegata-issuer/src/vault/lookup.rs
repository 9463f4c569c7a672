//! Keyed hashes by which rows are found without their identifiers standing in the database.

use core::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::derive::{KEY_BYTES, derive};

/// What a [`LookupHash`] is of: equal values of different kinds have different hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lookup {
    /// A voucher number (接種券番号).
    Voucher,
    /// An internal number (宛名番号), where it must not stand in the clear.
    InternalNumber,
    /// What tells one vaccination of a person from another, such as disease and dose.
    Vaccination,
    /// What an account of staff may do: whoever writes the database without the key makes no account.
    Account,
    /// The token of a staff member's session.
    StaffToken,
    /// Whose session a token is.
    StaffSession,
}

impl Lookup {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Voucher => b"tegata voucher number 1\0",
            Self::InternalNumber => b"tegata internal number 1\0",
            Self::Vaccination => b"tegata vaccination 1\0",
            Self::Account => b"tegata account 1\0",
            Self::StaffToken => b"tegata staff token 1\0",
            Self::StaffSession => b"tegata staff session 1\0",
        }
    }
}

/// A municipality's keyed hash of an identifier (HMAC-SHA-256): a pseudonym, as strong as its key.
///
/// Individual numbers have a type of their own, [`NumberHash`](tegata::model::NumberHash).
#[derive(Clone, Eq)]
pub struct LookupHash([u8; KEY_BYTES]);

impl LookupHash {
    pub(super) fn new(key: &Zeroizing<[u8; KEY_BYTES]>, kind: Lookup, value: &[u8]) -> Self {
        Self(*derive(key, kind.label(), value))
    }

    /// A hash that was kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes to keep.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl PartialEq for LookupHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for LookupHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookupHash(..)")
    }
}
