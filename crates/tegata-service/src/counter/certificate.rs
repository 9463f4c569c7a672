//! Taking certificates back. The ID of one leads to a person: it stands in no path.

use axum::extract::{Request, State};
use serde::Deserialize;
use tegata_issuer::issuing::revoke;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::login::Done;
use super::session;
use crate::Service;
use crate::body::Json;
use crate::problem::Problem;

pub(super) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(revoke_certificate))
}

/// Revokes a certificate.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevocationRequest {
    /// Its ID (証明書ID).
    certificate_id: String,
    /// Why: it stands with the revocation and in the audit log, and in no list for verifiers.
    #[schema(max_length = 200, example = "記載誤り")]
    reason: String,
}

/// Revokes a certificate with all its texts; verifiers learn of it by the next trust bundle and revocation list. Takes
/// the role `approve`.
#[utoipa::path(
    post,
    operation_id = "counter_revoke",
    path = "/certificates/revoke",
    tag = "counter",
    request_body = RevocationRequest,
    responses((status = 200, description = "It is revoked.", body = Done)),
    security(("certificate" = [], "session" = [])),
)]
async fn revoke_certificate(State(service): State<Service>, request: Request) -> Result<Json<Done>, Problem> {
    session::ask(&service, request, |desk, wanted: RevocationRequest| {
        let operation = desk.operation("revoke", &wanted.reason)?;
        let (ledger, municipality) = (desk.office.ledger, desk.on_duty.municipality());
        revoke(ledger, municipality, &wanted.certificate_id, &wanted.reason, operation, desk.service.now())?;
        Ok(Done::new())
    })
    .await
}
