//! Revocations. They outlive the person's erasure: whoever kept the text could show it still.

use tegata::Timestamp;

use super::issue::decode_texts;
use super::{LedgerError, Session};
use crate::audit::is_plain;
use crate::backup::JournalEntry;
use crate::record::RevocationHandle;

const TABLE: &str = "revocation";
const CORRUPT: LedgerError = LedgerError::Corrupt { place: TABLE };

/// Characters of the reason of a revocation.
pub const REASON_MAX_CHARS: usize = 200;

/// A revoked certificate.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revocation {
    /// The certificate ID.
    pub certificate_id: String,
    /// Why, as staff or a rule says it.
    pub reason: String,
    /// Since when.
    pub revoked_at: Timestamp,
    /// When its last text ends of itself; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// What goes into revocation lists.
    pub texts: Vec<RevocationHandle>,
}

/// A certificate ID leads to a person.
impl core::fmt::Debug for Revocation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Revocation").field("revoked_at", &self.revoked_at).finish_non_exhaustive()
    }
}

impl Session<'_> {
    /// Revokes a certificate that this municipality issued, with all its texts; says whether it was not revoked before.
    /// A revocation is never taken back.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] for a certificate that was not issued, [`LedgerError::InvalidValue`] for a reason
    /// that is empty, longer than [`REASON_MAX_CHARS`] or holds what looks like an individual number.
    pub fn revoke(&mut self, certificate_id: &str, reason: &str) -> Result<bool, LedgerError> {
        self.touch(None)?;
        if !is_plain(reason, REASON_MAX_CHARS) {
            return Err(LedgerError::InvalidValue { field: "reason" });
        }
        let now = self.now()?;
        let (texts, expires_at) = self.issued_texts(certificate_id)?.ok_or(LedgerError::NotFound)?;
        self.touch_object(certificate_id);
        let entry = JournalEntry::Revocation {
            certificate_id: certificate_id.to_owned(),
            reason: reason.to_owned(),
            revoked_at: now.seconds(),
            expires_at,
            texts,
        };
        let new = self.put_revocation(&entry)?;
        if new {
            self.journal(entry);
        }
        Ok(new)
    }

    /// Puts a revocation in force; not a second time.
    pub(crate) fn put_revocation(&mut self, entry: &JournalEntry) -> Result<bool, LedgerError> {
        const PUT: &str = "INSERT INTO revocation (municipality, certificate_id, reason, revoked_at, expires_at, texts) \
                           VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
        let JournalEntry::Revocation { certificate_id, reason, revoked_at, expires_at, texts } = entry else {
            return Err(CORRUPT);
        };
        let values = [
            certificate_id.as_str().into(),
            reason.as_str().into(),
            (*revoked_at).into(),
            (*expires_at).into(),
            texts.into(),
        ];
        Ok(self.execute(PUT, &values)? == 1)
    }

    /// Whether a certificate is revoked.
    ///
    /// # Errors
    /// Those of reading.
    pub fn is_revoked(&mut self, certificate_id: &str) -> Result<bool, LedgerError> {
        const FIND: &str = "SELECT revoked_at FROM revocation WHERE municipality = ?1 AND certificate_id = ?2";
        Ok(self.row(TABLE, FIND, &[certificate_id.into()])?.is_some())
    }

    /// Shows every revocation, the oldest first: what revocation lists are made of. It is not personal as long as the
    /// certificate IDs stay inside.
    ///
    /// # Errors
    /// Those of reading, and what `each` returns.
    pub fn each_revocation(
        &mut self,
        each: &mut dyn FnMut(Revocation) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        const ALL: &str = "SELECT certificate_id, reason, revoked_at, expires_at, texts FROM revocation \
                           WHERE municipality = ?1 ORDER BY revoked_at, certificate_id";
        self.each(ALL, &[], &mut |row| {
            let mut row = row.of(TABLE);
            let time = |seconds| Timestamp::from_seconds(seconds).map_err(|_| CORRUPT);
            each(Revocation {
                certificate_id: row.text()?,
                reason: row.text()?,
                revoked_at: time(row.integer()?)?,
                expires_at: row.optional_integer()?.map(time).transpose()?,
                texts: decode_texts(&row.bytes()?).ok_or(CORRUPT)?,
            })
        })
    }
}
