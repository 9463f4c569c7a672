use core::fmt;
use core::ops::Range;
#[cfg(feature = "outcomes")]
use std::borrow::Cow;

use super::headers::{AlgorithmId, HeaderBytes, Headers};
use super::{CoseError, TAG_CWT, TAG_SIGN1, ToBeSigned};
use crate::codec::cbor::{Bytes, Item, Limits, Map, Value};

/// What the protected header may hold. Issuers send two or three parameters; a chain of signer
/// certificates (RFC 9360) nests three levels.
const PROTECTED_LIMITS: Limits = Limits { max_depth: 6, max_items: 256 };

/// A received COSE_Sign1 structure, unverified.
///
/// ```cddl
/// COSE_Sign1 = [
///     protected : empty_or_serialized_map,   ; bstr .cbor header_map / bstr .size 0
///     unprotected : header_map,
///     payload : bstr,                        ; nil (detached) is not accepted here
///     signature : bstr
/// ]
/// ```
///
/// `Debug` prints lengths only.
#[derive(Clone)]
pub struct Sign1 {
    bytes: Vec<u8>,
    parts: Parts,
}

#[derive(Clone)]
struct Parts {
    protected: Part,
    unprotected: Range<usize>,
    payload: Part,
    signature: Part,
    algorithm: Option<AlgorithmId>,
    key_id: Option<Part>,
}

/// A byte string: where it stands in the received bytes, or its content when sent in pieces.
#[derive(Clone)]
enum Part {
    Received(Range<usize>),
    #[cfg(feature = "outcomes")]
    Joined(Vec<u8>),
}

impl Sign1 {
    /// Takes a structure apart: tagged 18 (RFC 9052), tagged 61 (a CWT, RFC 8392) around that, or
    /// untagged, as issuers send all three.
    ///
    /// A parameter that stands in both headers is read from the protected one; issuers do send such
    /// doubles, against RFC 9052 §3.
    ///
    /// # Errors
    /// [`CoseError`] when it is not one well-formed structure with nothing after it, when `alg` or
    /// `kid` is of a wrong type, or when `crit` demands what is not understood.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, CoseError> {
        let parts = Parts::read(&bytes)?;
        Ok(Self { bytes, parts })
    }

    /// The content of the protected header as received: an encoded map, or nothing.
    #[must_use]
    pub fn protected(&self) -> &[u8] {
        self.parts.protected.of(&self.bytes)
    }

    /// The payload.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        self.parts.payload.of(&self.bytes)
    }

    /// The signature.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.parts.signature.of(&self.bytes)
    }

    /// The whole structure as received.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The `alg` parameter (label 1), from the protected header if it is there.
    #[must_use]
    pub const fn algorithm(&self) -> Option<AlgorithmId> {
        self.parts.algorithm
    }

    /// The `kid` parameter (label 4), from the protected header if it is there.
    #[must_use]
    pub fn key_id(&self) -> Option<&[u8]> {
        self.parts.key_id.as_ref().map(|part| part.of(&self.bytes))
    }

    /// What the signature is over, framed around the received bytes.
    #[must_use]
    pub fn to_be_signed(&self) -> ToBeSigned<'_> {
        ToBeSigned::new(self.protected(), self.payload())
    }

    /// The protected and the unprotected header, to be shown; `None` for a protected header of no
    /// bytes.
    #[must_use]
    pub fn headers(&self) -> (Option<Map<'_>>, Option<Map<'_>>) {
        let unprotected = self.bytes.get(self.parts.unprotected.clone()).unwrap_or_default();
        (header_map(self.protected()), header_map(unprotected))
    }
}

impl fmt::Debug for Sign1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (protected, payload) = (self.protected().len(), self.payload().len());
        let signature = self.signature().len();
        write!(f, "Sign1({protected} bytes protected, {payload} bytes payload, {signature} bytes signature)")
    }
}

impl Parts {
    fn read(bytes: &[u8]) -> Result<Self, CoseError> {
        let structure = peel_tags(Item::parse(bytes)?)?;
        let mut fields = structure.as_array().ok_or(CoseError::wrong_structure("array"))?.iter();
        let [Some(protected), Some(unprotected), Some(payload), Some(signature), None] =
            [fields.next(), fields.next(), fields.next(), fields.next(), fields.next()]
        else {
            return Err(CoseError::wrong_structure("array"));
        };
        let protected = Part::byte_string(protected, bytes, "protected")?;
        let headers = Headers {
            protected: protected_map(&protected, bytes)?,
            unprotected: unprotected.as_map().ok_or(CoseError::wrong_structure("unprotected"))?,
        };
        headers.check_critical()?;
        let algorithm = headers.algorithm()?;
        let key_id = headers.key_id()?.map(|key_id| match key_id {
            HeaderBytes { item, content, protected: false } => Part::content(item, content, bytes),
            HeaderBytes { item, content, protected: true } => protected.part_within(item, content, bytes),
        });
        let start = unprotected.offset_in(bytes);
        Ok(Self {
            unprotected: start..start + unprotected.bytes().len(),
            payload: Part::byte_string(payload, bytes, "payload")?,
            signature: Part::byte_string(signature, bytes, "signature")?,
            protected,
            algorithm,
            key_id,
        })
    }
}

impl Part {
    fn byte_string(item: Item<'_>, whole: &[u8], field: &'static str) -> Result<Self, CoseError> {
        let content = item.as_bytes().ok_or(CoseError::wrong_structure(field))?;
        Ok(Self::content(item, content, whole))
    }

    /// The content of a byte string that is an item of `whole`.
    fn content(item: Item<'_>, content: Bytes<'_>, whole: &[u8]) -> Self {
        #[cfg(feature = "outcomes")]
        let content = match content {
            Cow::Borrowed(content) => content,
            Cow::Owned(content) => return Self::Joined(content),
        };
        let end = item.offset_in(whole) + item.bytes().len();
        Self::Received(end.saturating_sub(content.len())..end)
    }

    /// The content of a byte string that is an item of this part's content.
    fn part_within(&self, item: Item<'_>, content: Bytes<'_>, received: &[u8]) -> Self {
        match (self, Self::content(item, content, self.of(received))) {
            (Self::Received(outer), Self::Received(inner)) => {
                Self::Received(outer.start + inner.start..outer.start + inner.end)
            }
            #[cfg(feature = "outcomes")]
            // The part of a joined content is copied: such headers are rare, and their key ids short.
            (Self::Joined(joined), Self::Received(inner)) => {
                Self::Joined(joined.get(inner).unwrap_or_default().to_vec())
            }
            #[cfg(feature = "outcomes")]
            (_, joined) => joined,
        }
    }

    fn of<'a>(&'a self, received: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Received(range) => received.get(range.clone()).unwrap_or_default(),
            #[cfg(feature = "outcomes")]
            Self::Joined(content) => content,
        }
    }
}

/// Passes over the CWT tag and then the COSE_Sign1 tag, each where it is present.
fn peel_tags(item: Item<'_>) -> Result<Item<'_>, CoseError> {
    let item = match item.value() {
        Value::Tag(TAG_CWT, content) => content,
        _ => item,
    };
    match item.value() {
        Value::Tag(TAG_SIGN1, content) => Ok(content),
        Value::Tag(..) => Err(CoseError::wrong_structure("tag")),
        _ => Ok(item),
    }
}

/// Reads the content of a protected header, with errors counted from the start of the structure.
fn protected_map<'a>(part: &'a Part, received: &'a [u8]) -> Result<Option<Map<'a>>, CoseError> {
    let content = part.of(received);
    if content.is_empty() {
        return Ok(None);
    }
    let item = Item::parse_with_limits(content, &PROTECTED_LIMITS).map_err(|error| match part {
        Part::Received(range) => error.shifted(range.start),
        #[cfg(feature = "outcomes")]
        Part::Joined(_) => error,
    })?;
    item.as_map().map(Some).ok_or(CoseError::wrong_structure("protected"))
}

/// The map in header bytes that were validated before.
fn header_map(validated: &[u8]) -> Option<Map<'_>> {
    Item::from_validated(validated).as_map()
}
