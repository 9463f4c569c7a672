//! A key with its table: the public face of the arithmetic.

use core::fmt;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};
use tegata::crypto::{PreparedKey, SignatureError};

use crate::comb::{Table, Teeth};
use crate::ecdsa::is_signature;
use crate::guards::All;
use crate::inverse::untrusted;
use crate::point::Affine;

/// The memory that the table of one key takes, in bytes.
pub const TABLE_BYTES: usize = Teeth::Eight.bytes();

/// A P-256 public key with its table, ready to verify ES256 signatures.
///
/// Making one takes as long as thirty verifications with it; it is worth it for keys that are used
/// again. Runs in variable time, for public data only.
pub struct KeyTable {
    generator: &'static Table,
    key: Table,
}

impl KeyTable {
    /// Checks a public key, `04 ‖ x ‖ y` (SEC 1 §2.3.3), and computes its table.
    ///
    /// Every entry is checked to lie on the curve. With the feature `p256`, one multiple of the key,
    /// chosen by a hash of the key, is computed with the table and by the `p256` crate and compared.
    ///
    /// # Errors
    /// [`TableError::InvalidKey`] for what is no point of the curve, [`TableError::Faulty`] when a
    /// check of the table fails.
    pub fn new(key: &[u8; 65]) -> Result<Self, TableError> {
        Self::with(key, Teeth::Eight)
    }

    /// As [`new`](Self::new), with a table of an eighth of the size. Making it and verifying once takes a third of the
    /// time, each further verification half as long again: for a key that may never be used again, where there is no
    /// other way to verify.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn small(key: &[u8; 65]) -> Result<Self, TableError> {
        Self::with(key, Teeth::Four)
    }

    fn with(key: &[u8; 65], teeth: Teeth) -> Result<Self, TableError> {
        let point = Affine::from_sec1::<All>(key).ok_or(TableError::InvalidKey)?;
        let generator = generator().ok_or(TableError::Faulty)?;
        let table = Table::new::<All>(&point, teeth).ok_or(TableError::Faulty)?;
        #[cfg(feature = "p256")]
        if !crate::witness::agrees([generator, &table], key) {
            return Err(TableError::Faulty);
        }
        Ok(Self { generator, key: table })
    }

    /// Whether a key is one that a table can be made for.
    pub(crate) fn check_key(key: &[u8; 65]) -> Result<(), TableError> {
        Affine::from_sec1::<All>(key).map(|_| ()).ok_or(TableError::InvalidKey)
    }

    /// Verifies a signature r‖s over a message of which this is the hash.
    ///
    /// # Errors
    /// [`SignatureError::Invalid`] when it is no signature of this key.
    pub fn verify_prehash(&self, hash: &[u8; 32], signature: &[u8; 64]) -> Result<(), SignatureError> {
        if is_signature::<All>([self.generator, &self.key], hash, signature, untrusted) {
            Ok(())
        } else {
            Err(SignatureError::Invalid)
        }
    }
}

impl PreparedKey for KeyTable {
    fn verify(&self, message: &[&[u8]], signature: &[u8]) -> Result<(), SignatureError> {
        let signature = signature.try_into().map_err(|_| SignatureError::Malformed)?;
        let mut hash = Sha256::new();
        for part in message {
            hash.update(part);
        }
        self.verify_prehash(&hash.finalize().into(), signature)
    }
}

impl fmt::Debug for KeyTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyTable(P-256)")
    }
}

/// The table of the base point, made when the first key's is and the same for all of them: a
/// constant that takes less room as the few lines that compute it.
fn generator() -> Option<&'static Table> {
    static TABLE: OnceLock<Option<Table>> = OnceLock::new();
    TABLE.get_or_init(|| Table::new::<All>(&Affine::GENERATOR, Teeth::Eight)).as_ref()
}

/// Why there is no table for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TableError {
    /// The key is no point of the curve.
    InvalidKey,
    /// The table failed a check: the machine or the compiled code computes wrongly.
    Faulty,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidKey => "key is no point of the curve",
            Self::Faulty => "table of the key failed a check",
        })
    }
}

impl core::error::Error for TableError {}
