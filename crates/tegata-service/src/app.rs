//! Applications from the dedicated app (電子交付アプリ).
//!
//! The app shows the terms, takes consent, asks for a challenge, reads card and passport, and applies. It proves itself
//! by its certificate or by a [token](crate::token) for each request; what that can prove, and what not, stands at
//! [`PlatformAttestation`](crate::PlatformAttestation).

use axum::extract::{Request, State};
use tegata_issuer::record::Channel;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Service;
use crate::body::Json;
use crate::client::call;
use crate::device::{self, ApplicationAnswer, ChallengeAnswer};
use crate::problem::Problem;
use crate::request::{ApplicationRequest, ChallengeRequest};
use crate::settings::ClientKind;

pub(crate) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(challenge)).routes(routes!(apply))
}

/// Asks for a challenge that the card signs: good for two minutes, once, and for this client, session, municipality and
/// kind alone.
#[utoipa::path(
    post,
    operation_id = "app_challenge",
    path = "/challenge",
    tag = "app",
    request_body = ChallengeRequest,
    responses((status = 200, description = "The challenge, and the terms in force.", body = ChallengeAnswer)),
    security(("token" = []), ("certificate" = [])),
)]
async fn challenge(State(service): State<Service>, request: Request) -> Result<Json<ChallengeAnswer>, Problem> {
    let call = call(&service, request, ClientKind::App).await?;
    device::challenge(&service, &call.client, call.body, Channel::App, None).await.map(Json)
}

/// Applies for certificates: the card's files and its answer to the challenge, the consent, and for overseas use the
/// passport's machine-readable zone. Several profiles are issued as one bundle, under one certificate ID.
#[utoipa::path(
    post,
    operation_id = "app_apply",
    path = "/applications",
    tag = "app",
    params(("Idempotency-Key" = String, Header, description = "New for each application; the same when it is sent \
        again, which is answered as the first time.", min_length = 8, max_length = 128)),
    request_body = ApplicationRequest,
    responses((status = 200, description = "What was issued.", body = ApplicationAnswer)),
    security(("token" = []), ("certificate" = [])),
)]
async fn apply(State(service): State<Service>, request: Request) -> Result<Json<ApplicationAnswer>, Problem> {
    let call = call(&service, request, ClientKind::App).await?;
    let (origin, body) = call.into_origin()?;
    device::apply(&service, origin, body, Channel::App, None).await.map(Json)
}
