//! Writing the message.

use zeroize::Zeroizing;

use super::{Application, FILES, VERSION, key};
use crate::codec::cbor::Encoder;

/// Room for the heads, the names and the numbers of a message; what is longer is counted.
const SMALL_PARTS: usize = 512;

impl Application {
    /// The message: deterministic CBOR (RFC 8949 §4.2.1) in memory that is wiped on drop. It is written in one piece,
    /// so that no other copy of what the card gave is left behind.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Encoder::with_capacity(self.encoded_bytes());
        out.map_in_order(if self.travel_document.is_some() { 11 } else { 10 });
        out.int(key::VERSION);
        out.unsigned(VERSION);
        out.int(key::CHANNEL);
        out.text(self.channel.name());
        out.int(key::MUNICIPALITY);
        out.text(self.municipality.as_str());
        out.int(key::TERMS);
        out.text(&self.terms);
        out.int(key::CONSENT);
        out.int(self.consent.time().seconds());
        out.int(key::CHALLENGE);
        out.bytes(self.challenge.as_bytes());
        out.int(key::CARD);
        out.map_in_order(FILES.len());
        for (id, bytes) in self.card.iter() {
            out.int(i64::from(id.number()));
            out.bytes(bytes);
        }
        out.int(key::RESPONSE);
        out.bytes(&self.response);
        out.int(key::KIND);
        out.text(self.kind.name());
        out.int(key::PROFILES);
        out.array(self.profiles.len());
        for profile in &self.profiles {
            out.text(profile.name());
        }
        if let Some(zone) = &self.travel_document {
            out.int(key::TRAVEL_DOCUMENT);
            out.text(zone.expose());
        }
        Zeroizing::new(out.into_bytes())
    }

    /// An upper bound of the message's length.
    pub(super) fn encoded_bytes(&self) -> usize {
        let files: usize = self.card.iter().map(|(_, bytes)| bytes.len()).sum();
        let zone = self.travel_document.as_ref().map_or(0, |zone| zone.expose().len());
        SMALL_PARTS + files + self.response.len() + zone
    }
}
