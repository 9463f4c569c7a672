//! Recognising what a file of revocation data is.

use super::{Kind, RevocationSetBuilder, Slice, batch, cms};
use crate::report::{Code, Failure};

impl RevocationSetBuilder {
    /// Adds a file: a batch of the EU gateway as JSON or in its CMS wrapper (DER, BER or base64 of it),
    /// several batches as a JSON array, or a slice of the distribution service, bare or in JSON.
    ///
    /// **The wrapper's signature is not checked**: take batches from a source you trust, or put them into a
    /// trust bundle, whose signature is. A bare slice does not say whose certificates and which kind of hash
    /// it is about, and so is asked for every certificate and kind.
    ///
    /// # Errors
    /// [`Code::RevocationUnreadable`] when it is none of these or broken, [`Code::RevocationTooLarge`] when
    /// there is no room for it; some of it may be in the set then.
    pub fn add_file(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match bytes.trim_ascii() {
            [b'{' | b'[', ..] => batch::add(self, bytes),
            [0, ..] => self.add_slice(None, Kind::ALL, Slice::parse(bytes)?),
            [0x30, ..] => batch::add(self, &cms::content(bytes)?),
            text => {
                let text: String = core::str::from_utf8(text).unwrap_or_default().split_ascii_whitespace().collect();
                let cms = batch::base64(&text).filter(|cms| !cms.is_empty()).ok_or(Code::RevocationUnreadable)?;
                batch::add(self, &cms::content(&cms)?)
            }
        }
    }
}
