//! The parameters of both headers that verification depends on (RFC 9052 §3.1).

use super::{CoseError, label};
use crate::codec::cbor::{Bytes, Item, Map, Value};

/// A COSE algorithm identifier (RFC 9052 §3.1: `alg: int / tstr`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AlgorithmId {
    /// A number of the IANA COSE Algorithms registry, or a private one.
    Int(i64),
    /// A text. No registered algorithm has one, so which one it is does not matter.
    Text,
}

/// Both headers, while the structure is taken apart.
pub(super) struct Headers<'a> {
    pub(super) protected: Option<Map<'a>>,
    pub(super) unprotected: Map<'a>,
}

/// A byte string parameter and the header it stands in.
pub(super) struct HeaderBytes<'a> {
    pub(super) item: Item<'a>,
    pub(super) content: Bytes<'a>,
    pub(super) protected: bool,
}

impl<'a> Headers<'a> {
    pub(super) fn algorithm(&self) -> Result<Option<AlgorithmId>, CoseError> {
        let Some((item, _)) = self.find(label::ALGORITHM) else {
            return Ok(None);
        };
        match (item.as_i64(), item.value()) {
            (Some(number), _) => Ok(Some(AlgorithmId::Int(number))),
            (None, Value::Text(_)) => Ok(Some(AlgorithmId::Text)),
            (None, _) => Err(CoseError::wrong_type("alg")),
        }
    }

    pub(super) fn key_id(&self) -> Result<Option<HeaderBytes<'a>>, CoseError> {
        let Some((item, protected)) = self.find(label::KEY_ID) else {
            return Ok(None);
        };
        let content = item.as_bytes().ok_or(CoseError::wrong_type("kid"))?;
        Ok(Some(HeaderBytes { item, content, protected }))
    }

    /// Refuses what must be understood and is not. A `crit` outside the protected header would bind
    /// nobody, and RFC 9052 §3.1 forbids it.
    pub(super) fn check_critical(&self) -> Result<(), CoseError> {
        const MALFORMED: CoseError = CoseError::wrong_structure("crit");
        if self.unprotected.get_int(label::CRITICAL).is_some() {
            return Err(MALFORMED);
        }
        let Some((protected, critical)) =
            self.protected.and_then(|map| map.get_int(label::CRITICAL).map(|critical| (map, critical)))
        else {
            return Ok(());
        };
        let labels = critical.as_array().filter(|labels| !labels.is_empty()).ok_or(MALFORMED)?;
        // A malformed list is named as such even when it demands something unknown as well.
        let mut understood = true;
        for label in labels {
            let present = match label.value() {
                Value::Unsigned(_) | Value::Negative(_) => {
                    let number = label.as_i64();
                    understood &= matches!(number, Some(label::ALGORITHM | label::CONTENT_TYPE | label::KEY_ID));
                    // A label beyond i64 is not understood in any case.
                    number.is_none_or(|number| protected.get_int(number).is_some())
                }
                Value::Text(text) => {
                    understood = false;
                    protected.get_text(&text).is_some()
                }
                _ => false,
            };
            if !present {
                return Err(MALFORMED);
            }
        }
        if understood { Ok(()) } else { Err(CoseError::CRITICAL_HEADER) }
    }

    /// A parameter, and whether it is the protected header that has it: that one wins.
    fn find(&self, label: i64) -> Option<(Item<'a>, bool)> {
        let protected = self.protected.and_then(|map| map.get_int(label)).map(|item| (item, true));
        protected.or_else(|| self.unprotected.get_int(label).map(|item| (item, false)))
    }
}
