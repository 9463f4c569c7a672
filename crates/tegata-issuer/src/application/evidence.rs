//! What proves an applicant's identity.

use core::fmt;

use tegata::card::{HierarchyType, VerifiedIdentity, WithNumber};

use super::Refusal;
use crate::matching::Claim;
use crate::record::{Authority, CheckedEvidence, Document, InternalNumber, MAX_DOCUMENTS};

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

    /// What was checked, as it is recorded with the issue.
    #[must_use]
    pub fn checked(&self) -> CheckedEvidence {
        match self {
            Self::Card(_) => CheckedEvidence::Card,
            Self::Attestation(attestation) => attestation.checked(),
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

/// A member of staff's statement that documents were checked (A7): of the person, or of an agent and their right to act.
/// Who states it, and when, is in the audit log; what was checked stands with the application until it is decided, and
/// with the issue from then on ([`Decision`](crate::record::Decision)).
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

    pub(super) fn checked(&self) -> CheckedEvidence {
        CheckedEvidence::Documents { documents: self.documents.clone(), agent: self.agent }
    }

    /// Whom it is about, as the documents or the agent say.
    #[must_use]
    pub const fn claim(&self) -> &Claim {
        &self.claim
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
