//! What a device is answered, and answered again.

use core::fmt;

use tegata::Profile;
use tegata::time::Date;
use zeroize::Zeroizing;

use crate::issuing::Bundle;
use crate::record::{Fields, Sealable, SealedError, Writer};

/// Certificates that were issued together, as texts: what a device is answered. Wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The certificate ID (証明書ID).
    pub certificate_id: String,
    /// The day of issue (証明書発行年月日).
    pub issue_date: Date,
    /// The text of each certificate, for a QR code, in the order in which the profiles were asked for.
    pub texts: Vec<(Profile, Zeroizing<String>)>,
}

impl Receipt {
    pub(super) fn of(bundle: &Bundle) -> Self {
        let text = |certificate: &crate::issuing::Certificate| {
            (certificate.profile, Zeroizing::new(certificate.text().to_owned()))
        };
        Self {
            certificate_id: bundle.certificate_id.clone(),
            issue_date: bundle.issue_date,
            texts: bundle.certificates.iter().map(text).collect(),
        }
    }
}

/// Says nothing of the content.
impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let profiles: Vec<_> = self.texts.iter().map(|(profile, _)| profile).collect();
        f.debug_struct("Receipt").field("profiles", &profiles).finish_non_exhaustive()
    }
}

/// Of the texts, which have no line feed: they are of the characters of a QR code's alphanumeric mode.
const BETWEEN: &str = "\n";

impl Receipt {
    const FIELDS: usize = 4;
}

impl Sealable for Receipt {
    const NAME: &'static str = "receipt";

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let profiles: Vec<_> = self.texts.iter().map(|(profile, _)| profile.name()).collect();
        let profiles = profiles.join(" ");
        let mut texts = Zeroizing::new(String::with_capacity(self.texts.iter().map(|(_, text)| text.len() + 1).sum()));
        for (index, (_, text)) in self.texts.iter().enumerate() {
            texts.push_str(if index == 0 { "" } else { BETWEEN });
            texts.push_str(text);
        }
        let mut out = Writer::new(Self::FIELDS, self.certificate_id.len() + profiles.len() + texts.len());
        out.text(&self.certificate_id);
        out.date(self.issue_date);
        out.text(&profiles);
        out.text(&texts);
        out.finish()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, SealedError> {
        let mut fields = Fields::read(bytes, Self::FIELDS)?;
        let (certificate_id, issue_date) = (fields.text()?.into_owned(), fields.date()?);
        let (profiles, joined) = (fields.text()?, fields.text()?);
        let texts: Vec<_> = joined.split(BETWEEN).collect();
        let profiles: Vec<_> = profiles.split(' ').collect();
        if profiles.len() != texts.len() {
            return Err(SealedError);
        }
        let pair = |(profile, text): (&str, &str)| Some((Profile::parse(profile)?, Zeroizing::new(text.to_owned())));
        let texts = profiles.into_iter().zip(texts).map(pair).collect::<Option<_>>().ok_or(SealedError)?;
        Ok(Self { certificate_id, issue_date, texts })
    }
}
