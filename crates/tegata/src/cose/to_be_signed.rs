use core::fmt;

use crate::codec::cbor::{HeadBytes, Item, Major};

/// An array of four and the context string (RFC 9052 §4.4).
const ARRAY_AND_CONTEXT: &[u8] = b"\x84\x6aSignature1";
/// The external data, of which there is none.
const EXTERNAL: &[u8] = b"\x40";
/// The longest head of a byte string.
const HEAD: usize = 9;

/// The bytes that a COSE_Sign1 signature is over (RFC 9052 §4.4), in four parts that are to be
/// taken one after another, so that no payload is copied.
///
/// ```cddl
/// Sig_structure = [
///     context : "Signature1",
///     body_protected : empty_or_serialized_map,
///     external_aad : bstr,
///     payload : bstr
/// ]
/// ```
///
/// `Debug` prints the length only.
#[derive(Clone, Copy)]
pub struct ToBeSigned<'a> {
    before_protected: Buffer,
    protected: &'a [u8],
    before_payload: Buffer,
    payload: &'a [u8],
}

impl<'a> ToBeSigned<'a> {
    /// `protected` is empty or an encoded map.
    pub(super) fn new(protected: &'a [u8], payload: &'a [u8]) -> Self {
        // An empty map is signed as no bytes at all, however it was sent (RFC 9052 §3).
        let is_empty = Item::from_validated(protected).as_map().is_some_and(|map| map.is_empty());
        let protected = if is_empty { &[] } else { protected };
        let protected_head = HeadBytes::of_len(Major::Bytes, protected.len());
        let payload_head = HeadBytes::of_len(Major::Bytes, payload.len());
        Self {
            before_protected: Buffer::join(ARRAY_AND_CONTEXT, &protected_head),
            protected,
            before_payload: Buffer::join(EXTERNAL, &payload_head),
            payload,
        }
    }

    /// The parts, in order.
    #[must_use]
    pub fn parts(&self) -> [&[u8]; 4] {
        [self.before_protected.as_slice(), self.protected, self.before_payload.as_slice(), self.payload]
    }

    /// The parts joined.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        self.parts().concat()
    }
}

impl fmt::Debug for ToBeSigned<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len: usize = self.parts().iter().map(|part| part.len()).sum();
        write!(f, "ToBeSigned({len} bytes)")
    }
}

/// A few bytes without the heap.
#[derive(Clone, Copy)]
struct Buffer {
    bytes: [u8; ARRAY_AND_CONTEXT.len() + HEAD],
    len: usize,
}

impl Buffer {
    fn join(first: &[u8], head: &HeadBytes) -> Self {
        let mut buffer = Self { bytes: [0; ARRAY_AND_CONTEXT.len() + HEAD], len: first.len() + head.as_slice().len() };
        for (to, from) in buffer.bytes.iter_mut().zip(first.iter().chain(head.as_slice())) {
            *to = *from;
        }
        buffer
    }

    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}
