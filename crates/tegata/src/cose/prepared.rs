use core::fmt;

use super::{TAG_SIGN1, ToBeSigned, label};
use crate::codec::cbor::Encoder;

/// The protected header `{1: algorithm, 4: key_id}`, encoded: what a certificate needs and nothing
/// else.
#[must_use]
pub fn protected_header(algorithm: i64, key_id: &[u8]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.map(|header| {
        header.int_key(label::ALGORITHM, |value| value.int(algorithm));
        header.int_key(label::KEY_ID, |value| value.bytes(key_id));
    });
    encoder.into_bytes()
}

/// A structure that lacks only its signature.
///
/// `Debug` prints lengths only.
#[derive(Clone)]
pub struct Prepared {
    /// The encoded protected header, as [`protected_header`] makes it; empty for none.
    pub protected: Vec<u8>,
    /// The payload.
    pub payload: Vec<u8>,
}

impl Prepared {
    /// The bytes to sign (RFC 9052 §4.4).
    #[must_use]
    pub fn to_be_signed(&self) -> Vec<u8> {
        ToBeSigned::new(&self.protected, &self.payload).to_vec()
    }

    /// The encoded COSE_Sign1 structure: tagged 18, with an empty unprotected header. The signature
    /// is the one over [`to_be_signed`](Self::to_be_signed), for ECDSA as r‖s; it is not checked here.
    #[must_use]
    pub fn finalise(self, signature: &[u8]) -> Vec<u8> {
        let mut encoder = Encoder::new();
        encoder.tag(TAG_SIGN1);
        encoder.array(4);
        encoder.bytes(&self.protected);
        encoder.map(|_| ());
        encoder.bytes(&self.payload);
        encoder.bytes(signature);
        encoder.into_bytes()
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prepared({} bytes protected, {} bytes payload)", self.protected.len(), self.payload.len())
    }
}
