//! How an issue was decided on: what proved the identity, who entered and who approved.

use zeroize::Zeroizing;

use super::{Fields, Sealable, SealedError, Writer};

/// Documents of one attestation: more are never needed.
pub const MAX_DOCUMENTS: usize = 8;

/// How an issue was decided on (A7), stored with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Decision {
    /// What proved the identity.
    pub evidence: CheckedEvidence,
    /// The account that entered the application; `None` where the holder's device did.
    pub entered_by: Option<String>,
    /// The account that approved it; `None` where no person did.
    pub approved_by: Option<String>,
}

/// The names of staff are personal data too.
impl core::fmt::Debug for Decision {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Decision").field("evidence", &self.evidence).finish_non_exhaustive()
    }
}

/// What proved an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckedEvidence {
    /// A card whose signatures were verified.
    Card,
    /// Documents that a member of staff checked.
    Documents {
        /// Which.
        documents: Vec<Document>,
        /// What shows an agent's right; `None` where the person came.
        agent: Option<Authority>,
    },
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* })*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable word.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The value of a word; `None` for any other text.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }
    )* };
}

words! {
    /// A document that staff check (本人確認書類).
    Document {
        /// The Individual Number Card, looked at (個人番号カード).
        IndividualNumberCard = "individual-number-card",
        /// A driving licence (運転免許証).
        DrivingLicence = "driving-licence",
        /// A certificate of driving history (運転経歴証明書).
        DrivingHistory = "driving-history",
        /// A passport (旅券).
        Passport = "passport",
        /// A residence card or special permanent resident's certificate (在留カード, 特別永住者証明書).
        ResidenceCard = "residence-card",
        /// A disability certificate (身体障害者手帳 and the like), with a photograph.
        DisabilityCertificate = "disability-certificate",
        /// A health insurance eligibility certificate (資格確認書).
        InsuranceCertificate = "insurance-certificate",
        /// A pension book or notice of one's pension number (年金手帳, 基礎年金番号通知書).
        PensionBook = "pension-book",
        /// A student's or employee's card (学生証, 社員証) without an official photograph.
        MembershipCard = "membership-card",
        /// The vaccination voucher or record (接種券, 接種済証).
        VaccinationVoucher = "vaccination-voucher",
        /// A certificate of the resident register (住民票の写し).
        ResidentRecord = "resident-record",
    }

    /// What shows that somebody may act for the person (代理権の確認).
    Authority {
        /// A power of attorney (委任状).
        PowerOfAttorney = "power-of-attorney",
        /// A family register that shows a parent of a minor (戸籍謄本).
        FamilyRegister = "family-register",
        /// A certificate of guardianship (登記事項証明書).
        Guardianship = "guardianship",
    }
}

impl Document {
    /// Whether an authority put the holder's photograph on it: one of these proves an identity, of the others two do.
    #[must_use]
    pub const fn has_photograph(self) -> bool {
        matches!(
            self,
            Self::IndividualNumberCard
                | Self::DrivingLicence
                | Self::DrivingHistory
                | Self::Passport
                | Self::ResidenceCard
                | Self::DisabilityCertificate
        )
    }
}

impl Sealable for Decision {
    const NAME: &'static str = "decision";

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let (documents, agent) = match &self.evidence {
            CheckedEvidence::Card => (None, None),
            CheckedEvidence::Documents { documents, agent } => {
                let words: Vec<_> = documents.iter().map(|document| document.name()).collect();
                (Some(words.join(" ")), agent.map(Authority::name))
            }
        };
        let texts = [documents.as_deref(), agent, self.entered_by.as_deref(), self.approved_by.as_deref()];
        let mut out = Writer::new(texts.len(), texts.iter().flatten().map(|text| text.len()).sum());
        texts.into_iter().for_each(|text| out.optional_text(text));
        out.finish()
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, SealedError> {
        let mut fields = Fields::read(bytes, 4)?;
        let documents = fields.optional_text()?;
        let agent = fields.optional_text()?.map(|word| Authority::parse(&word).ok_or(SealedError)).transpose()?;
        let evidence = match documents {
            None if agent.is_some() => return Err(SealedError),
            None => CheckedEvidence::Card,
            Some(words) => {
                let documents = words.split_whitespace().map(|word| Document::parse(word).ok_or(SealedError));
                CheckedEvidence::Documents { documents: documents.collect::<Result<_, _>>()?, agent }
            }
        };
        Ok(Self { evidence, entered_by: fields.optional_text()?, approved_by: fields.optional_text()? })
    }
}
