//! The history of a certificate.

use core::fmt;

use tegata::Profile;
use tegata::Timestamp;
use tegata::model::Kind;
use tegata::revocation::Hash;
use tegata::time::Date;
use zeroize::Zeroizing;

use super::{Channel, Decision, Fields, InternalNumber, PassportData, Sealable, SealedError, Writer};

/// That a certificate was issued, to whom and when (B9). Of its text nothing is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Issue {
    /// The certificate ID (証明書ID), unique across municipalities and nodes.
    pub certificate_id: String,
    /// Whose it is.
    pub internal_number: InternalNumber,
    /// The moment of issue, in whole seconds.
    pub issued_at: Timestamp,
    /// The day of issue (証明書発行年月日), in Japan.
    pub issue_date: Date,
    /// The end of validity of the longest-lived text; `None` where one has no end.
    pub expires_at: Option<Timestamp>,
    /// By which channel.
    pub channel: Channel,
    /// Domestic or overseas use.
    pub kind: Kind,
    /// What each text issued under this ID is revoked by, one for each, in the order of issue.
    pub texts: Vec<RevocationHandle>,
    /// What is stored encrypted.
    pub details: IssueDetails,
}

/// Says neither whose it is nor the certificate ID, which leads to a person.
impl fmt::Debug for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issue")
            .field("issued_at", &self.issued_at)
            .field("channel", &self.channel)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// By what one signed text is revoked. It says nothing of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationHandle {
    /// The profile of the text.
    pub profile: Profile,
    /// The key id of the signer: the first eight bytes of the certificate's SHA-256.
    pub key_id: [u8; 8],
    /// The hash of the signature, as revocation lists hold it
    /// ([`signature_hash`](tegata::revocation::signature_hash)).
    pub signature_hash: Hash,
}

/// What is stored of an issue encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssueDetails {
    /// The passport data it was issued with: for overseas use alone. A kiosk takes it from here (B8).
    pub passport: Option<PassportData>,
    /// What proved the identity, and who decided (A7); `None` for an issue of another system, which was imported.
    pub decision: Option<Decision>,
}

impl Sealable for IssueDetails {
    const NAME: &'static str = "issue";

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let passport = self.passport.as_ref().map(Sealable::to_bytes);
        let decision = self.decision.as_ref().map(Sealable::to_bytes);
        let parts = [passport.as_deref(), decision.as_deref()];
        let mut out = Writer::new(parts.len(), parts.iter().flatten().map(|part| part.len()).sum());
        parts.into_iter().for_each(|part| out.optional_bytes(part.map(Vec::as_slice)));
        out.finish()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, SealedError> {
        let mut fields = Fields::read(bytes, 2)?;
        let (passport, decision) = (fields.optional_bytes()?, fields.optional_bytes()?);
        Ok(Self {
            passport: passport.map(|bytes| PassportData::from_bytes(&bytes)).transpose()?,
            decision: decision.map(|bytes| Decision::from_bytes(&bytes)).transpose()?,
        })
    }
}
