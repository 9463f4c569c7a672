//! Applications from kiosks (キオスク端末) that reach the service themselves. What comes by way of a certificate centre is
//! [sealed](crate::sealed).

use axum::extract::{Request, State};
use serde::Serialize;
use tegata_issuer::record::Channel;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::body::Json;
use crate::client::{call, caller};
use crate::device::{self, ApplicationAnswer, ChallengeAnswer};
use crate::problem::Problem;
use crate::request::{ApplicationRequest, ChallengeRequest};
use crate::settings::ClientKind;
use crate::{Service, sealed};

pub(crate) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(municipalities))
        .routes(routes!(challenge))
        .routes(routes!(apply))
        .merge(sealed::envelope::router())
}

/// A municipality that takes part.
#[derive(Serialize, ToSchema)]
pub(crate) struct MunicipalityAnswer {
    /// Its code (自治体コード).
    #[schema(example = "131202")]
    code: String,
    /// Its name in Japanese.
    name: String,
    /// Its name in English.
    english_name: String,
    /// Whether applications are taken now.
    open: bool,
    /// The kinds it issues: `domestic`, `overseas`.
    kinds: Vec<&'static str>,
    /// The profiles it issues.
    profiles: Vec<&'static str>,
    /// The version of the terms in force.
    terms: String,
}

/// The municipalities that take part in issuing by kiosk, and which of them are open now: a kiosk offers no others (A6).
#[utoipa::path(
    get,
    path = "/municipalities",
    tag = "kiosk",
    responses((status = 200, description = "Those that this kiosk, or certificate centre, may apply to.", body = [MunicipalityAnswer])),
    security(("certificate" = [])),
)]
async fn municipalities(
    State(service): State<Service>,
    request: Request,
) -> Result<Json<Vec<MunicipalityAnswer>>, Problem> {
    let client = caller(&service, &request, &[ClientKind::Kiosk, ClientKind::Centre])?;
    Ok(Json(participants(&service, |code| client.may_apply_to(code))))
}

/// The municipalities that take part and that a client may apply to, by code.
pub(crate) fn participants(
    service: &Service,
    may: impl Fn(tegata::model::MunicipalityCode) -> bool,
) -> Vec<MunicipalityAnswer> {
    let now = service.now();
    let settings = service.offices().map(|office| office.desk.settings());
    let offered = settings.filter(|settings| settings.takes_part(Channel::Kiosk) && may(settings.code()));
    offered
        .map(|settings| MunicipalityAnswer {
            code: settings.code().as_str().to_owned(),
            name: settings.name().to_owned(),
            english_name: settings.english_name().to_owned(),
            open: settings.takes(Channel::Kiosk, now).is_ok(),
            kinds: settings.kinds().iter().map(|kind| kind.name()).collect(),
            profiles: settings.profiles().iter().map(|profile| profile.name()).collect(),
            terms: settings.terms().to_owned(),
        })
        .collect()
}

/// Asks for a challenge that the card signs: good for two minutes, once, and for this kiosk, session, municipality and
/// kind alone.
#[utoipa::path(
    post,
    operation_id = "kiosk_challenge",
    path = "/challenge",
    tag = "kiosk",
    request_body = ChallengeRequest,
    responses((status = 200, description = "The challenge, and the terms in force.", body = ChallengeAnswer)),
    security(("certificate" = [])),
)]
async fn challenge(State(service): State<Service>, request: Request) -> Result<Json<ChallengeAnswer>, Problem> {
    let call = call(&service, request, ClientKind::Kiosk).await?;
    device::challenge(&service, &call.client, call.body, Channel::Kiosk, None).await.map(Json)
}

/// Applies for certificates: the card's files and its answer to the challenge, and the consent. For overseas use, the
/// passport data is that of an earlier issue by app or counter (B8).
#[utoipa::path(
    post,
    operation_id = "kiosk_apply",
    path = "/applications",
    tag = "kiosk",
    params(("Idempotency-Key" = String, Header, description = "New for each application; the same when it is sent \
        again, which is answered as the first time.", min_length = 8, max_length = 128)),
    request_body = ApplicationRequest,
    responses((status = 200, description = "What was issued.", body = ApplicationAnswer)),
    security(("certificate" = [])),
)]
async fn apply(State(service): State<Service>, request: Request) -> Result<Json<ApplicationAnswer>, Problem> {
    let call = call(&service, request, ClientKind::Kiosk).await?;
    let (origin, body) = call.into_origin()?;
    device::apply(&service, origin, body, Channel::Kiosk, None).await.map(Json)
}
