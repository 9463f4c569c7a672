//! People of the register, as staff see them.

use axum::extract::{Request, State};
use serde::{Deserialize, Serialize};
use tegata::Code;
use tegata_issuer::application::{LookUp, PastCertificate, Person, Warning, look_up};
use tegata_issuer::record::{CheckedEvidence, Decision, InternalNumber, Resident, Vaccination, VoucherNumber};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::session;
use crate::Service;
use crate::body::{Json, Wiped};
use crate::problem::Problem;

pub(super) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(search))
}

/// Looks a person up, by one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchRequest {
    /// The internal number (宛名番号).
    #[serde(default)]
    #[schema(example = "000000000012345")]
    internal_number: Option<String>,
    /// The voucher number (接種券番号), ten digits.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{10}$")]
    voucher: Option<Wiped>,
    /// Why: it is in the audit log.
    #[schema(max_length = 400, example = "窓口申請")]
    reason: String,
}

/// Who was found: one, where the register is in order.
#[derive(Serialize, ToSchema)]
pub(crate) struct SearchAnswer {
    persons: Vec<PersonAnswer>,
}

/// A person with their record and certificates.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonAnswer {
    #[serde(flatten)]
    resident: ResidentAnswer,
    /// What staff must know: `protected` (支援措置), `moved-out` (転出).
    warnings: Vec<&'static str>,
    /// Whether the person is recorded as deceased.
    deceased: bool,
    doses: Vec<DoseAnswer>,
    /// What was issued, the oldest first.
    certificates: Vec<PastCertificateAnswer>,
}

/// A person as the register has them. It has no individual number.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResidentAnswer {
    /// The internal number (宛名番号).
    internal_number: String,
    /// The voucher number (接種券番号).
    #[schema(value_type = String)]
    voucher: Wiped,
    /// The name as registered (氏名).
    #[schema(value_type = String)]
    name: Wiped,
    /// The name in kana (フリガナ).
    #[schema(value_type = Option<String>)]
    kana: Option<Wiped>,
    /// The date of birth.
    #[schema(value_type = String)]
    birth_date: Wiped,
    /// The sex.
    sex: &'static str,
    /// The address.
    #[schema(value_type = String)]
    address: Wiped,
}

/// One dose of the record.
#[derive(Serialize, ToSchema)]
pub(crate) struct DoseAnswer {
    /// The disease: an ICD-11 code.
    disease: String,
    /// Which dose (接種回).
    number: u8,
    /// What was given; `null` where nothing was (未実施).
    given: Option<GivenAnswer>,
}

/// What was given.
#[derive(Serialize, ToSchema)]
pub(crate) struct GivenAnswer {
    date: String,
    vaccine_kind: String,
    manufacturer: String,
    product: String,
    lot: String,
    /// ISO 3166-1, three letters.
    country: String,
}

/// A certificate that was issued.
#[derive(Serialize, ToSchema)]
pub(crate) struct PastCertificateAnswer {
    certificate_id: String,
    issue_date: String,
    /// `app`, `kiosk` or `counter`.
    channel: &'static str,
    /// `domestic` or `overseas`.
    kind: &'static str,
    revoked: bool,
    /// How it was decided on; `null` for one of another system.
    decision: Option<DecisionAnswer>,
}

/// How an issue was decided on.
#[derive(Serialize, ToSchema)]
pub(crate) struct DecisionAnswer {
    #[serde(flatten)]
    evidence: EvidenceAnswer,
    entered_by: Option<String>,
    approved_by: Option<String>,
}

/// What proved an identity.
#[derive(Serialize, ToSchema)]
pub(crate) struct EvidenceAnswer {
    /// `card` or `documents`.
    evidence: &'static str,
    /// The documents that were checked.
    documents: Vec<&'static str>,
    /// What shows an agent's right.
    agent: Option<&'static str>,
}

/// Looks a person up by internal or voucher number, with the doses and certificates. The look-up and whom it showed are
/// in the audit log. Takes one of the roles `enter`, `review`, `approve`.
#[utoipa::path(
    post,
    operation_id = "counter_search",
    path = "/residents/search",
    tag = "counter",
    request_body = SearchRequest,
    responses((status = 200, description = "Who was found, or nobody.", body = SearchAnswer)),
    security(("certificate" = [], "session" = [])),
)]
async fn search(State(service): State<Service>, request: Request) -> Result<Json<SearchAnswer>, Problem> {
    session::ask(&service, request, |desk, wanted: SearchRequest| {
        let invalid = |field| Problem::of_field(Code::BodyMalformed, field);
        let by = match (&wanted.internal_number, &wanted.voucher) {
            (Some(number), None) => {
                LookUp::InternalNumber(InternalNumber::parse(number).ok_or_else(|| invalid("internal_number"))?)
            }
            (None, Some(voucher)) => LookUp::Voucher(VoucherNumber::parse(voucher).ok_or_else(|| invalid("voucher"))?),
            _ => return Err(invalid("internal_number")),
        };
        let operation = desk.operation("look-up", &wanted.reason)?;
        let municipality = desk.on_duty.municipality();
        let found = look_up(desk.office.ledger, municipality, &by, operation, desk.service.now())?;
        Ok(SearchAnswer { persons: found.iter().map(PersonAnswer::of).collect() })
    })
    .await
}

impl PersonAnswer {
    fn of(person: &Person) -> Self {
        Self {
            resident: ResidentAnswer::of(&person.resident),
            warnings: person.warnings.iter().copied().map(Warning::name).collect(),
            deceased: person.resident.details.flags.deceased,
            doses: person.vaccinations.iter().map(DoseAnswer::of).collect(),
            certificates: person.certificates.iter().map(PastCertificateAnswer::of).collect(),
        }
    }
}

impl ResidentAnswer {
    pub(super) fn of(resident: &Resident) -> Self {
        let details = &resident.details;
        let text = |text: &str| Wiped::new(text.to_owned());
        Self {
            internal_number: resident.internal_number.as_str().to_owned(),
            voucher: text(details.voucher.expose()),
            name: text(details.name.expose()),
            kana: details.kana.as_ref().map(|kana| text(kana.expose())),
            birth_date: Wiped::new(details.birth_date.expose().to_text()),
            sex: details.sex.expose().name(),
            address: text(details.address.expose()),
        }
    }
}

impl DoseAnswer {
    pub(super) fn of(vaccination: &Vaccination) -> Self {
        let given = vaccination.given.as_ref().map(|given| GivenAnswer {
            date: given.date.to_string(),
            vaccine_kind: given.vaccine_kind.clone(),
            manufacturer: given.manufacturer.clone(),
            product: given.product.clone(),
            lot: given.lot.clone(),
            country: given.country.alpha3().to_owned(),
        });
        Self { disease: vaccination.disease.clone(), number: vaccination.number, given }
    }
}

impl PastCertificateAnswer {
    fn of(certificate: &PastCertificate) -> Self {
        let issue = &certificate.issue;
        Self {
            certificate_id: issue.certificate_id.clone(),
            issue_date: issue.issue_date.to_string(),
            channel: issue.channel.name(),
            kind: issue.kind.name(),
            revoked: certificate.revoked,
            decision: issue.details.decision.as_ref().map(DecisionAnswer::of),
        }
    }
}

impl DecisionAnswer {
    fn of(decision: &Decision) -> Self {
        Self {
            evidence: EvidenceAnswer::of(&decision.evidence),
            entered_by: decision.entered_by.clone(),
            approved_by: decision.approved_by.clone(),
        }
    }
}

impl EvidenceAnswer {
    pub(super) fn of(evidence: &CheckedEvidence) -> Self {
        match evidence {
            CheckedEvidence::Card => Self { evidence: "card", documents: Vec::new(), agent: None },
            CheckedEvidence::Documents { documents, agent } => Self {
                evidence: "documents",
                documents: documents.iter().map(|document| document.name()).collect(),
                agent: agent.map(|agent| agent.name()),
            },
        }
    }
}
