//! Heads: the last hash of a log, signed and taken elsewhere.

use core::fmt;

use tegata::Timestamp;
use tegata::codec::cbor::{Encoder, Item};
use tegata::cose::{AlgorithmId, Prepared, Sign1};
use tegata::crypto::{Algorithm, CryptoProvider, PublicKey, Signer};
use tegata::model::MunicipalityCode;

use super::AuditError;
use crate::armour;

/// The content type in the protected header, so that nothing else a key signs passes for a head.
const CONTENT_TYPE: &str = "application/tegata-audit-head";
/// What the file's first and last line say.
const LABEL: &str = "TEGATA AUDIT HEAD";
/// Labels of header parameters (RFC 9052 §3.1).
const ALGORITHM: i64 = 1;
const CONTENT_TYPE_LABEL: i64 = 3;
const KEY_ID: i64 = 4;

/// The head of a log at some moment: which entry was the last, and its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Whose log.
    pub municipality: MunicipalityCode,
    /// The number of the last entry; 0 for none.
    pub sequence: u64,
    /// Its hash.
    pub hash: [u8; 32],
    /// When the head was taken.
    pub time: Timestamp,
}

impl Head {
    /// Signs the head. The key id is the one of the signer's certificate.
    ///
    /// # Errors
    /// [`AuditError::Signing`].
    pub fn sign(self, signer: &dyn Signer, key_id: &[u8]) -> Result<SignedHead, AuditError> {
        let mut protected = Encoder::new();
        protected.map(|header| {
            header.int_key(ALGORITHM, |value| value.int(signer.algorithm().cose_id()));
            header.int_key(CONTENT_TYPE_LABEL, |value| value.text(CONTENT_TYPE));
            header.int_key(KEY_ID, |value| value.bytes(key_id));
        });
        let prepared = Prepared { protected: protected.into_bytes(), payload: self.encode() };
        let signature = signer.sign(&prepared.to_be_signed()).map_err(|_| AuditError::Signing)?;
        Ok(SignedHead { head: self, bytes: prepared.finalise(&signature) })
    }

    fn encode(&self) -> Vec<u8> {
        let mut encoder = Encoder::new();
        encoder.array(5);
        encoder.unsigned(1);
        encoder.text(self.municipality.as_str());
        encoder.unsigned(self.sequence);
        encoder.bytes(&self.hash);
        encoder.int(self.time.seconds());
        encoder.into_bytes()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut fields = Item::parse(bytes).ok()?.as_array().filter(|fields| fields.len() == 5)?.iter();
        (fields.next()?.as_i64()? == 1).then_some(())?;
        Some(Self {
            municipality: MunicipalityCode::parse(&fields.next()?.as_text()?)?,
            sequence: u64::try_from(fields.next()?.as_i64()?).ok()?,
            hash: fields.next()?.as_bytes()?.as_ref().try_into().ok()?,
            time: Timestamp::from_seconds(fields.next()?.as_i64()?).ok()?,
        })
    }
}

/// A head with its signature: a COSE_Sign1 (RFC 9052 §4.2) of content type `application/tegata-audit-head`.
#[derive(Clone)]
pub struct SignedHead {
    head: Head,
    bytes: Vec<u8>,
}

impl SignedHead {
    /// Takes a head apart. Its signature is not checked: see [`verify`](Self::verify).
    ///
    /// # Errors
    /// [`AuditError::HeadMalformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, AuditError> {
        let sign1 = Sign1::parse(bytes.to_vec()).map_err(|_| AuditError::HeadMalformed)?;
        let (Some(headers), _) = sign1.headers() else { return Err(AuditError::HeadMalformed) };
        let content_type = headers.get_int(CONTENT_TYPE_LABEL).and_then(Item::as_text);
        if content_type.as_deref() != Some(CONTENT_TYPE) {
            return Err(AuditError::HeadMalformed);
        }
        let head = Head::decode(sign1.payload()).ok_or(AuditError::HeadMalformed)?;
        Ok(Self { head, bytes: bytes.to_vec() })
    }

    /// Reads the text that [`to_text`](Self::to_text) writes.
    ///
    /// # Errors
    /// [`AuditError::HeadMalformed`].
    pub fn from_text(text: &[u8]) -> Result<Self, AuditError> {
        Self::parse(&armour::read(LABEL, text).ok_or(AuditError::HeadMalformed)?)
    }

    /// The head as a text that can be kept in a file, a mail or on paper.
    #[must_use]
    pub fn to_text(&self) -> String {
        armour::write(LABEL, &self.bytes).to_string()
    }

    /// The encoded structure.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it says, whoever signed it.
    #[must_use]
    pub const fn unverified(&self) -> &Head {
        &self.head
    }

    /// What it says, once it is certain that this key signed it. The key fixes the algorithm.
    ///
    /// # Errors
    /// [`AuditError::HeadSignature`].
    pub fn verify(&self, key: &PublicKey, provider: &CryptoProvider) -> Result<Head, AuditError> {
        let algorithm = match key {
            PublicKey::P256(_) => Algorithm::Es256,
            PublicKey::P384(_) => Algorithm::Es384,
            _ => Algorithm::Ps256,
        };
        let sign1 = Sign1::parse(self.bytes.clone()).map_err(|_| AuditError::HeadMalformed)?;
        if sign1.algorithm() != Some(AlgorithmId::Int(algorithm.cose_id())) {
            return Err(AuditError::HeadSignature);
        }
        let verifier = provider.verifier(algorithm).ok_or(AuditError::HeadSignature)?;
        let key = verifier.prepare(key).map_err(|_| AuditError::HeadSignature)?;
        key.verify(&sign1.to_be_signed().parts(), sign1.signature()).map_err(|_| AuditError::HeadSignature)?;
        Ok(self.head)
    }
}

impl fmt::Debug for SignedHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SignedHead").field(&self.head).finish()
    }
}
