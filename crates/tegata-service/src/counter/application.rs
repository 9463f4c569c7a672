//! Applications at the counter: one person enters, another approves (A7).

use axum::extract::{Path, Request, State};
use serde::{Deserialize, Serialize};
use tegata::model::Kind;
use tegata::report::Stage;
use tegata::{Code, Profile};
use tegata_issuer::application::{
    self, Approval, CounterEntry, Replacement, Shown, Warning, approve_once, enter, reject, show,
};
use tegata_issuer::ledger::{IdempotencyKey, WaitingApplication};
use tegata_issuer::matching::Difference;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::attestation::{ClaimFields, EvidenceRequest};
use super::login::Done;
use super::passport::Passport;
use super::person::{DoseAnswer, EvidenceAnswer, ResidentAnswer};
use super::session;
use crate::Service;
use crate::body::Json;
use crate::device::{self, ApplicationAnswer};
use crate::problem::Problem;

pub(super) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(enter_application, list_applications))
        .routes(routes!(show_application))
        .routes(routes!(approve_application))
        .routes(routes!(reject_application))
}

/// An application as staff enter it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntryRequest {
    /// `domestic` or `overseas`.
    #[schema(example = "domestic")]
    kind: String,
    /// The profiles to issue together.
    #[schema(example = json!(["jp"]))]
    profiles: Vec<String>,
    /// The passport data, for overseas use; may be left out where an earlier issue has it.
    #[serde(default)]
    passport: Option<Passport>,
    /// The certificate that the new one takes the place of: it is revoked when the new one is issued.
    #[serde(default)]
    replaces: Option<ReplacementFields>,
    /// What proves the identity.
    evidence: EvidenceRequest,
    /// Why it is entered: it is in the audit log.
    #[schema(max_length = 400, example = "窓口申請")]
    reason: String,
}

/// A certificate that is replaced, and why.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplacementFields {
    certificate_id: String,
    /// Why, as the revocation says it.
    #[schema(max_length = 200, example = "紛失")]
    reason: String,
}

/// An application that was entered.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryAnswer {
    /// Its name, by which another person approves it.
    application_id: String,
    /// Whom it was matched with.
    internal_number: String,
    /// The fields that whoever approves must compare and confirm.
    doubts: Vec<&'static str>,
    /// What staff must know, and whoever approves must acknowledge: `protected`, `moved-out`.
    warnings: Vec<&'static str>,
}

/// Enters an application: the identity is proven and matched, and it waits for another person to approve. Takes the role
/// `enter`.
#[utoipa::path(
    post,
    operation_id = "counter_enter",
    path = "/applications",
    tag = "counter",
    request_body = EntryRequest,
    responses((status = 200, description = "It waits.", body = EntryAnswer)),
    security(("certificate" = [], "session" = [])),
)]
async fn enter_application(State(service): State<Service>, request: Request) -> Result<Json<EntryAnswer>, Problem> {
    session::ask(&service, request, |desk, wanted: EntryRequest| {
        let operation = desk.operation("application-enter", &wanted.reason)?;
        let entry = match wanted.read() {
            // Documents that prove too little are a refusal, and leave their entry as any other.
            Err(problem) if problem.code().stage() == Stage::Issuing => {
                let session = desk.office.ledger.begin(desk.on_duty.municipality(), operation, desk.service.now())?;
                session.refuse(problem.code())?;
                return Err(problem);
            }
            entry => entry?,
        };
        let (ledger, settings) = (desk.office.ledger, desk.office.desk.settings());
        let (verifier, random) = (desk.service.verifier(), desk.service.random());
        let entered = enter(ledger, settings, verifier, random, entry, operation, desk.service.now())?;
        Ok(EntryAnswer {
            application_id: entered.application_id,
            internal_number: entered.subject.as_str().to_owned(),
            doubts: entered.doubts.iter().copied().map(Difference::field).collect(),
            warnings: entered.warnings.iter().copied().map(Warning::name).collect(),
        })
    })
    .await
}

impl EntryRequest {
    fn read(self) -> Result<CounterEntry, Problem> {
        let kind = [Kind::Domestic, Kind::Overseas].into_iter().find(|kind| kind.name() == self.kind);
        let profiles: Option<Vec<_>> = self.profiles.iter().map(|word| Profile::parse(word)).collect();
        Ok(CounterEntry {
            kind: kind.ok_or_else(|| invalid("kind"))?,
            profiles: profiles.ok_or_else(|| invalid("profiles"))?,
            passport: self.passport.map(|passport| passport.read()).transpose()?,
            replaces: self
                .replaces
                .map(|replaced| Replacement { certificate_id: replaced.certificate_id, reason: replaced.reason }),
            evidence: self.evidence.read()?,
        })
    }
}

/// The applications that wait.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListAnswer {
    /// The oldest first.
    applications: Vec<WaitingAnswer>,
}

/// An application that waits. Whom it is about, only showing it tells.
#[derive(Serialize, ToSchema)]
pub(crate) struct WaitingAnswer {
    application_id: String,
    /// `entered`.
    state: String,
    /// The account that entered it, and does not approve it.
    entered_by: Option<String>,
    /// When (RFC 3339).
    received_at: String,
}

/// Lists the applications that wait. Takes one of the roles `enter`, `review`, `approve`.
#[utoipa::path(
    get,
    operation_id = "counter_list",
    path = "/applications",
    tag = "counter",
    responses((status = 200, description = "Those that wait.", body = ListAnswer)),
    security(("certificate" = [], "session" = [])),
)]
async fn list_applications(State(service): State<Service>, request: Request) -> Result<Json<ListAnswer>, Problem> {
    session::look(&service, request, |desk| {
        let operation = desk.operation("application-list", "-")?;
        let waiting =
            application::waiting(desk.office.ledger, desk.office.desk.settings(), operation, desk.service.now())?;
        let answer = |waiting: WaitingApplication| WaitingAnswer {
            application_id: waiting.application_id,
            state: waiting.state,
            entered_by: waiting.entered_by,
            received_at: waiting.received_at.to_string(),
        };
        Ok(ListAnswer { applications: waiting.into_iter().map(answer).collect() })
    })
    .await
}

/// An application, as whoever approves it must see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShownAnswer {
    application_id: String,
    /// The account that entered it.
    entered_by: String,
    /// When (RFC 3339).
    received_at: String,
    /// `domestic` or `overseas`.
    kind: &'static str,
    profiles: Vec<&'static str>,
    /// The passport data that would be certified.
    passport: Option<Passport>,
    replaces: Option<ReplacementFields>,
    #[serde(flatten)]
    evidence: EvidenceAnswer,
    /// Whom the card or the documents show.
    claim: ClaimFields,
    /// Whom the register has.
    resident: ResidentAnswer,
    doses: Vec<DoseAnswer>,
    /// The fields to compare and confirm.
    doubts: Vec<&'static str>,
    /// What must be heeded and acknowledged.
    warnings: Vec<&'static str>,
}

/// Shows an application, its identity proven and matched again. Takes one of the roles `review`, `approve`.
#[utoipa::path(
    get,
    operation_id = "counter_show",
    path = "/applications/{application}",
    tag = "counter",
    params(("application" = String, Path, description = "The application's name.", example = "7KQ0M2X9ABCD")),
    responses((status = 200, description = "The application.", body = ShownAnswer)),
    security(("certificate" = [], "session" = [])),
)]
async fn show_application(
    State(service): State<Service>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<ShownAnswer>, Problem> {
    session::look(&service, request, move |desk| {
        let operation = desk.operation("application-show", "-")?;
        let (ledger, settings) = (desk.office.ledger, desk.office.desk.settings());
        let shown = show(ledger, settings, desk.service.verifier(), &id, operation, desk.service.now())?;
        Ok(ShownAnswer::of(shown))
    })
    .await
}

impl ShownAnswer {
    fn of(shown: Shown) -> Self {
        Self {
            application_id: shown.application_id,
            entered_by: shown.entered_by,
            received_at: shown.received_at.to_string(),
            kind: shown.kind.name(),
            profiles: shown.profiles.iter().map(|profile| profile.name()).collect(),
            passport: shown.passport.as_ref().map(Passport::of),
            replaces: shown
                .replaces
                .map(|replaced| ReplacementFields { certificate_id: replaced.certificate_id, reason: replaced.reason }),
            evidence: EvidenceAnswer::of(&shown.evidence),
            claim: ClaimFields::of(&shown.claim),
            resident: ResidentAnswer::of(&shown.resident),
            doses: shown.vaccinations.iter().map(DoseAnswer::of).collect(),
            doubts: shown.doubts.iter().copied().map(Difference::field).collect(),
            warnings: shown.warnings.iter().copied().map(Warning::name).collect(),
        }
    }
}

/// Approves an application.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApprovalRequest {
    /// The fields that were compared and are those of the applicant: `name`, `address`, `birth_date`, `sex`.
    #[serde(default)]
    confirmed: Vec<String>,
    /// The warnings that were read and heeded: `protected`, `moved-out`.
    #[serde(default)]
    acknowledged: Vec<String>,
    /// Whether the certificates are wanted on paper too, as PDF.
    #[serde(default)]
    paper: bool,
    /// Why: it is in the audit log.
    #[schema(max_length = 400, example = "交付決定")]
    reason: String,
}

/// Approves an application that another person entered, and issues. The texts and papers are in this answer alone:
/// nothing keeps them beyond the time in which the request can be sent again. Takes the role `approve`.
#[utoipa::path(
    post,
    operation_id = "counter_approve",
    path = "/applications/{application}/approve",
    tag = "counter",
    params(
        ("application" = String, Path, description = "The application's name.", example = "7KQ0M2X9ABCD"),
        ("Idempotency-Key" = String, Header, description = "New for each approval; the same when it is sent again, \
            which is answered as the first time.", min_length = 8, max_length = 128),
    ),
    request_body = ApprovalRequest,
    responses((status = 200, description = "What was issued.", body = ApplicationAnswer)),
    security(("certificate" = [], "session" = [])),
)]
async fn approve_application(
    State(service): State<Service>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<ApplicationAnswer>, Problem> {
    session::ask_once(&service, request, move |desk, approval: ApprovalRequest, again| {
        let confirmed: Option<Vec<_>> = approval.confirmed.iter().map(|word| difference(word)).collect();
        let confirmed = confirmed.ok_or_else(|| invalid("confirmed"))?;
        let acknowledged: Option<Vec<_>> = approval.acknowledged.iter().map(|word| Warning::parse(word)).collect();
        let acknowledged = acknowledged.ok_or_else(|| invalid("acknowledged"))?;
        let operation = desk.operation("application-approve", &approval.reason)?;
        let client = desk.client();
        // The key is of this application: the path is no part of the body.
        let key = device::letters(&[again.key.as_bytes(), id.as_bytes()]);
        let once = IdempotencyKey { client: &client, key: &key, body_hash: again.body_hash };
        let decided = Approval { application_id: &id, confirmed: &confirmed, acknowledged: &acknowledged };
        let (ledger, office) = (desk.office.ledger, desk.office.desk);
        let verifier = desk.service.verifier();
        if approval.paper {
            crate::paper::typefaces(desk.service)?;
        }
        let receipt = approve_once(ledger, office, verifier, decided, &once, operation, desk.service.now())?;
        Ok(device::answer(desk.service, office, &receipt, approval.paper))
    })
    .await
}

fn difference(word: &str) -> Option<Difference> {
    let all = [Difference::Name, Difference::Address, Difference::BirthDate, Difference::Sex];
    all.into_iter().find(|difference| difference.field() == word)
}

/// Rejects an application.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RejectionRequest {
    /// Why: it is in the audit log.
    #[schema(max_length = 400, example = "本人取下げ")]
    reason: String,
}

/// Rejects an application: it is gone, but for its entries in the audit log. Takes one of the roles `review`, `approve`.
#[utoipa::path(
    post,
    operation_id = "counter_reject",
    path = "/applications/{application}/reject",
    tag = "counter",
    params(("application" = String, Path, description = "The application's name.", example = "7KQ0M2X9ABCD")),
    request_body = RejectionRequest,
    responses((status = 200, description = "It is gone.", body = Done)),
    security(("certificate" = [], "session" = [])),
)]
async fn reject_application(
    State(service): State<Service>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<Done>, Problem> {
    session::ask(&service, request, move |desk, rejection: RejectionRequest| {
        let operation = desk.operation("application-reject", &rejection.reason)?;
        reject(desk.office.ledger, desk.office.desk.settings(), &id, operation, desk.service.now())?;
        Ok(Done::new())
    })
    .await
}

fn invalid(field: &'static str) -> Problem {
    Problem::of_field(Code::BodyMalformed, field)
}
