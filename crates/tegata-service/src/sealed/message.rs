//! The two messages, apart from what is in them.

use sha2::{Digest as _, Sha256};
use tegata::codec::cbor::{Encoder, Item};
use tegata::model::MunicipalityCode;

use super::{MAX_SEALED_REQUEST_BYTES, POINT_BYTES, SealedError, TAG_BYTES};

const VERSION: i64 = 1;

/// A sealed request, taken apart.
pub(super) struct SealedRequest {
    pub(super) municipality: MunicipalityCode,
    pub(super) encapsulated: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
}

impl SealedRequest {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut encoder = Encoder::new();
        encoder.map(|map| {
            map.int_key(1, |value| value.int(VERSION));
            map.int_key(2, |value| value.text(self.municipality.as_str()));
            map.int_key(3, |value| value.bytes(&self.encapsulated));
            map.int_key(4, |value| value.bytes(&self.ciphertext));
        });
        encoder.into_bytes()
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, SealedError> {
        let malformed = |field| SealedError::Malformed { field };
        if bytes.len() > MAX_SEALED_REQUEST_BYTES {
            return Err(malformed("length"));
        }
        let map = Item::parse(bytes).ok().and_then(Item::as_map).filter(|map| map.len() == 4);
        let map = map.ok_or(malformed("message"))?;
        if map.get_int(1).and_then(Item::as_i64) != Some(VERSION) {
            return Err(malformed("version"));
        }
        let municipality = map.get_int(2).and_then(Item::as_text).and_then(|text| MunicipalityCode::parse(&text));
        let bytes_of = |key, name| {
            let bytes = map.get_int(key).and_then(Item::as_bytes).ok_or(malformed(name))?;
            Ok::<_, SealedError>(bytes.into_owned())
        };
        let (encapsulated, ciphertext) = (bytes_of(3, "key")?, bytes_of(4, "ciphertext")?);
        if encapsulated.len() != POINT_BYTES {
            return Err(malformed("key"));
        }
        if ciphertext.len() < TAG_BYTES {
            return Err(malformed("ciphertext"));
        }
        Ok(Self { municipality: municipality.ok_or(malformed("municipality"))?, encapsulated, ciphertext })
    }

    /// What is authenticated with the ciphertext.
    pub(super) fn associated(municipality: MunicipalityCode) -> Vec<u8> {
        let mut encoder = Encoder::new();
        encoder.array(2);
        encoder.text("tegata sealed request");
        encoder.text(municipality.as_str());
        encoder.into_bytes()
    }
}

/// The hash by which an answer names its request.
pub(super) fn hash(request: &[u8]) -> [u8; 32] {
    Sha256::digest(request).into()
}

/// What of an answer is signed.
pub(super) struct SealedAnswer {
    pub(super) municipality: MunicipalityCode,
    pub(super) request: [u8; 32],
    pub(super) encapsulated: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
}

impl SealedAnswer {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut encoder = Encoder::new();
        encoder.array(5);
        encoder.int(VERSION);
        encoder.text(self.municipality.as_str());
        encoder.bytes(&self.request);
        encoder.bytes(&self.encapsulated);
        encoder.bytes(&self.ciphertext);
        encoder.into_bytes()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut fields = Item::parse(bytes).ok()?.as_array().filter(|fields| fields.len() == 5)?.iter();
        (fields.next()?.as_i64()? == VERSION).then_some(())?;
        Some(Self {
            municipality: MunicipalityCode::parse(&fields.next()?.as_text()?)?,
            request: fields.next()?.as_bytes()?.as_ref().try_into().ok()?,
            encapsulated: fields.next()?.as_bytes().filter(|bytes| bytes.len() == POINT_BYTES)?.into_owned(),
            ciphertext: fields.next()?.as_bytes().filter(|bytes| bytes.len() >= TAG_BYTES)?.into_owned(),
        })
    }

    /// What is authenticated with the ciphertext.
    pub(super) fn associated(municipality: MunicipalityCode, request: &[u8; 32]) -> Vec<u8> {
        let mut encoder = Encoder::new();
        encoder.array(3);
        encoder.text("tegata sealed answer");
        encoder.text(municipality.as_str());
        encoder.bytes(request);
        encoder.into_bytes()
    }
}
