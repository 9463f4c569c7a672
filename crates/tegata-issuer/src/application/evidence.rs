//! What proves an applicant's identity.

use core::fmt;

use tegata::card::{HierarchyType, VerifiedIdentity, WithNumber};

use super::Refusal;
use crate::matching::Claim;
use crate::record::InternalNumber;

/// Documents of one attestation: more are never needed.
pub const MAX_DOCUMENTS: usize = 8;

/// What proves an applicant's identity. Neither can be stored: what waits is the material, and it is proven again.
pub enum IdentityEvidence<H: HierarchyType> {
    /// A card whose signatures were verified, its individual number among what they cover.
    Card(VerifiedIdentity<H, WithNumber>),
    /// A member of staff checked documents and states what they say.
    Attestation(Attestation),
}

impl<H: HierarchyType> IdentityEvidence<H> {
    /// The four fields that are proven.
    #[must_use]
    pub fn claim(&self) -> Claim {
        match self {
            Self::Card(identity) => Claim::of_card(identity),
            Self::Attestation(attestation) => attestation.claim.clone(),
        }
    }
}

impl<H: HierarchyType> fmt::Debug for IdentityEvidence<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Card(_) => "Card(..)",
            Self::Attestation(_) => "Attestation(..)",
        })
    }
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

/// A member of staff's statement that documents were checked (A7): of the person, or of an agent and their right to act.
/// Who states it, and when, is in the audit log; what was checked stands with the application until it is decided.
#[derive(Clone, PartialEq, Eq)]
pub struct Attestation {
    pub(super) subject: InternalNumber,
    pub(super) claim: Claim,
    pub(super) documents: Vec<Document>,
    pub(super) agent: Option<Authority>,
}

impl Attestation {
    /// The statement that the documents prove the claim, about a person whom staff looked up. For an agent, they are the
    /// agent's documents, and the claim is what the application says of the person.
    ///
    /// # Errors
    /// [`Refusal::AttestationIncomplete`] unless there is one document with a photograph or two others, each named
    /// once.
    pub fn new(
        subject: InternalNumber,
        claim: Claim,
        documents: &[Document],
        agent: Option<Authority>,
    ) -> Result<Self, Refusal> {
        let mut documents = documents.to_vec();
        documents.sort_unstable();
        documents.dedup();
        let with_photograph = documents.iter().any(|document| document.has_photograph());
        if documents.len() > MAX_DOCUMENTS || (documents.len() < 2 && !with_photograph) {
            return Err(Refusal::AttestationIncomplete);
        }
        Ok(Self { subject, claim, documents, agent })
    }

    /// The documents that were checked.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// What shows the agent's right; `None` where the person came.
    #[must_use]
    pub const fn agent(&self) -> Option<Authority> {
        self.agent
    }
}

impl fmt::Debug for Attestation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attestation")
            .field("documents", &self.documents)
            .field("agent", &self.agent)
            .finish_non_exhaustive()
    }
}
