//! The audit log, read and verified (D2).

use axum::extract::{Request, State};
use serde::{Deserialize, Serialize};
use tegata::Code;
use tegata_issuer::audit::{Entry, MAX_LISTED, SignedHead, list, sign_head, verify};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::session;
use crate::Service;
use crate::body::Json;
use crate::problem::Problem;

pub(super) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(list_entries)).routes(routes!(verify_log)).routes(routes!(export_head))
}

/// Reads the log.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntriesRequest {
    /// The number of the first entry, from 1.
    #[schema(minimum = 1, example = 1)]
    from: u64,
    /// How many at the most, from 1 to 500.
    #[schema(minimum = 1, maximum = 500, example = 100)]
    count: u16,
    /// Why: it is in the audit log.
    #[schema(max_length = 400, example = "定期点検")]
    reason: String,
}

/// Entries of the log.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntriesAnswer {
    /// In their order; fewer than were asked for where the log ends.
    entries: Vec<LogEntryAnswer>,
}

/// One entry.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogEntryAnswer {
    sequence: u64,
    /// When (RFC 3339).
    time: String,
    operation: String,
    operator: String,
    department: String,
    terminal: String,
    reason: String,
    /// To whose data, by internal number (宛名番号): the first hundred.
    subjects: Vec<String>,
    /// To how many people's data.
    subject_count: u64,
    /// To which applications and certificates: the first hundred.
    objects: Vec<String>,
    /// `done`, `begun`, `abandoned`, `failed`, or the code it was refused with.
    outcome: String,
}

/// Reads entries of the audit log, which is itself in the log. Takes the role `review`.
#[utoipa::path(
    post,
    operation_id = "counter_audit_entries",
    path = "/audit/entries",
    tag = "counter",
    request_body = EntriesRequest,
    responses((status = 200, description = "The entries.", body = EntriesAnswer)),
    security(("certificate" = [], "session" = [])),
)]
async fn list_entries(State(service): State<Service>, request: Request) -> Result<Json<EntriesAnswer>, Problem> {
    session::ask(&service, request, |desk, wanted: EntriesRequest| {
        if wanted.from == 0 {
            return Err(Problem::of_field(Code::BodyMalformed, "from"));
        }
        if !(1..=MAX_LISTED).contains(&wanted.count) {
            return Err(Problem::of_field(Code::BodyMalformed, "count"));
        }
        let operation = desk.operation("audit-list", &wanted.reason)?;
        let (ledger, municipality) = (desk.office.ledger, desk.on_duty.municipality());
        let entries = list(ledger, municipality, wanted.from, wanted.count, operation, desk.service.now())?;
        Ok(EntriesAnswer { entries: entries.into_iter().map(LogEntryAnswer::of).collect() })
    })
    .await
}

/// Verifies the log.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyRequest {
    /// Signed heads that were kept elsewhere, as text, ten at the most.
    #[serde(default)]
    heads: Vec<String>,
    /// Why: it is in the audit log.
    #[schema(max_length = 400, example = "定期点検")]
    reason: String,
}

/// A log that is whole.
#[derive(Serialize, ToSchema)]
pub(crate) struct VerifyAnswer {
    /// How many entries it has.
    entries: u64,
    /// With how many of the heads that were sent, and proven to be the municipality's, it agrees.
    proven_heads: usize,
}

/// Verifies that no entry of the audit log was removed, changed, moved or cut off. Takes one of the roles `review`,
/// `administer`.
#[utoipa::path(
    post,
    operation_id = "counter_audit_verify",
    path = "/audit/verify",
    tag = "counter",
    request_body = VerifyRequest,
    responses((status = 200, description = "The log is whole.", body = VerifyAnswer)),
    security(("certificate" = [], "session" = [])),
)]
async fn verify_log(State(service): State<Service>, request: Request) -> Result<Json<VerifyAnswer>, Problem> {
    session::ask(&service, request, |desk, wanted: VerifyRequest| {
        if wanted.heads.len() > 10 {
            return Err(Problem::of_field(Code::BodyMalformed, "heads"));
        }
        let key = desk.office.desk.certificate().public_key().map_err(|_| Problem::new(Code::InternalError))?;
        let prove = |text: &String| SignedHead::from_text(text.as_bytes())?.verify(key, desk.service.provider());
        let heads: Vec<_> = wanted.heads.iter().map(prove).collect::<Result<_, _>>()?;
        let operation = desk.operation("audit-verify", &wanted.reason)?;
        let (ledger, municipality) = (desk.office.ledger, desk.on_duty.municipality());
        let verified = verify(ledger, municipality, &heads, operation, desk.service.now())?;
        Ok(VerifyAnswer { entries: verified.entries, proven_heads: heads.len() })
    })
    .await
}

/// Signs the head of the log.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeadRequest {
    /// Why: it is in the audit log.
    #[schema(max_length = 400, example = "定期点検")]
    reason: String,
}

/// A signed head.
#[derive(Serialize, ToSchema)]
pub(crate) struct HeadAnswer {
    /// How many entries it covers.
    entries: u64,
    /// The head as text, to be kept elsewhere.
    head: String,
}

/// Verifies the log and signs its head with the municipality's key. Takes one of the roles `review`, `administer`.
#[utoipa::path(
    post,
    operation_id = "counter_audit_head",
    path = "/audit/head",
    tag = "counter",
    request_body = HeadRequest,
    responses((status = 200, description = "The head.", body = HeadAnswer)),
    security(("certificate" = [], "session" = [])),
)]
async fn export_head(State(service): State<Service>, request: Request) -> Result<Json<HeadAnswer>, Problem> {
    session::ask(&service, request, |desk, wanted: HeadRequest| {
        let operation = desk.operation("audit-head", &wanted.reason)?;
        let signed = sign_head(desk.office.ledger, desk.office.desk, operation, desk.service.now())?;
        Ok(HeadAnswer { entries: signed.unverified().sequence, head: signed.to_text() })
    })
    .await
}

impl LogEntryAnswer {
    fn of(entry: Entry) -> Self {
        Self {
            sequence: entry.sequence,
            time: entry.time.to_string(),
            operation: entry.operation,
            operator: entry.operator,
            department: entry.department,
            terminal: entry.terminal,
            reason: entry.reason,
            subjects: entry.subjects,
            subject_count: entry.subject_count,
            objects: entry.objects,
            outcome: entry.outcome,
        }
    }
}
