//! What proves an identity at the counter, as a terminal sends it: the files of a card, or a statement.

use std::collections::BTreeMap;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Serialize};
use tegata::Code;
use tegata::card::{self, CardFiles, FileId};
use tegata::model::{BirthDate, Personal, Sex};
use tegata_issuer::application::{Attestation, Evidence};
use tegata_issuer::matching::Claim;
use tegata_issuer::record::{Authority, Document, InternalNumber};
use utoipa::ToSchema;

use crate::body::Wiped;
use crate::problem::Problem;

/// What proves the identity: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EvidenceRequest {
    /// The files of the text application of the applicant's card, read with its PIN: each under its identifier in four
    /// hexadecimal digits, base64url.
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    card: Option<BTreeMap<String, Wiped>>,
    /// The statement that documents were checked (A7).
    #[serde(default)]
    attestation: Option<AttestationRequest>,
}

/// A member of staff states that documents were checked: of the person, or of an agent and their right to act.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttestationRequest {
    /// Who was looked up.
    #[schema(example = "000000000012345")]
    internal_number: String,
    /// What the documents say of the person, or for an agent the application.
    claim: ClaimFields,
    /// The documents that were checked: one with a photograph, or two.
    #[schema(example = json!(["driving-licence"]))]
    documents: Vec<String>,
    /// What shows an agent's right: `power-of-attorney`, `family-register`, `guardianship`.
    #[serde(default)]
    agent: Option<String>,
}

/// The four basic fields (基本4情報).
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimFields {
    /// The name (氏名).
    #[schema(value_type = String)]
    name: Wiped,
    /// The address (住所).
    #[schema(value_type = String)]
    address: Wiped,
    /// The date of birth, `YYYY-MM-DD`.
    #[schema(value_type = String, example = "1980-02-17")]
    birth_date: Wiped,
    /// `male`, `female`, `other` or `unknown`.
    #[schema(value_type = String, example = "female")]
    sex: Wiped,
}

impl EvidenceRequest {
    pub(super) fn read(self) -> Result<Evidence, Problem> {
        match (self.card, self.attestation) {
            (Some(files), None) => card(&files).map(Evidence::Card),
            (None, Some(attestation)) => attestation.read().map(Evidence::Attestation),
            _ => Err(invalid("evidence")),
        }
    }
}

fn card(named: &BTreeMap<String, Wiped>) -> Result<CardFiles, Problem> {
    let mut files = CardFiles::new(card::Application::Text);
    for (name, content) in named {
        let id = Some(name).filter(|name| name.len() == 4).and_then(|name| u16::from_str_radix(name, 16).ok());
        let id = id.and_then(FileId::new).ok_or_else(|| invalid("evidence.card"))?;
        let bytes = Base64UrlUnpadded::decode_vec(content).map_err(|_| invalid("evidence.card"))?;
        files.insert(id, bytes).map_err(tegata::Failure::from)?;
    }
    Ok(files)
}

impl AttestationRequest {
    fn read(&self) -> Result<Attestation, Problem> {
        let subject = InternalNumber::parse(&self.internal_number).ok_or_else(|| invalid("internal_number"))?;
        let documents: Option<Vec<_>> = self.documents.iter().map(|word| Document::parse(word)).collect();
        let documents = documents.ok_or_else(|| invalid("documents"))?;
        let agent = self.agent.as_deref().map(|word| Authority::parse(word).ok_or_else(|| invalid("agent")));
        Ok(Attestation::new(subject, self.claim.read()?, &documents, agent.transpose()?)?)
    }
}

impl ClaimFields {
    fn read(&self) -> Result<Claim, Problem> {
        let sex = Sex::ALL.into_iter().find(|sex| sex.name() == &*self.sex).ok_or_else(|| invalid("sex"))?;
        let birth_date = BirthDate::parse(&self.birth_date).map_err(|_| invalid("birth_date"))?;
        Ok(Claim {
            name: Personal::new(self.name.to_string()),
            address: Personal::new(self.address.to_string()),
            birth_date: Personal::new(birth_date),
            sex: Personal::new(sex),
        })
    }

    pub(super) fn of(claim: &Claim) -> Self {
        let text = |text: &str| Wiped::new(text.to_owned());
        Self {
            name: text(claim.name.expose()),
            address: text(claim.address.expose()),
            birth_date: Wiped::new(claim.birth_date.expose().to_text()),
            sex: text(claim.sex.expose().name()),
        }
    }
}

fn invalid(field: &'static str) -> Problem {
    Problem::of_field(Code::BodyMalformed, field)
}
