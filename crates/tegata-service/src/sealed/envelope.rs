//! What is in a sealed request, and how it is dealt with.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use tegata::report::Language;
use tegata::{Code, Failure};
use tegata_issuer::record::Channel;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::keys::Opened;
use super::{MEDIA_TYPE, SealedError, SealingKeys};
use crate::client::{Call, Client, call_with_bytes};
use crate::device::{self, ApplicationAnswer, ChallengeAnswer};
use crate::problem::{self, Problem};
use crate::request::Envelope;
use crate::settings::ClientKind;
use crate::telemetry::Outcome;
use crate::{Service, body};

pub(crate) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(sealed))
}

/// What it is answered.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Challenge(ChallengeAnswer),
    Application(ApplicationAnswer),
    Problem(serde_json::Value),
}

/// Takes a kiosk's request that a certificate centre hands on and cannot open. The answer is sealed to the kiosk and
/// signed over the request's hash; that something was refused, and why, stands in it too.
#[utoipa::path(
    post,
    operation_id = "kiosk_sealed",
    path = "/sealed",
    tag = "kiosk",
    request_body(content = [u8], content_type = "application/cbor", description = "A sealed request, in CBOR."),
    responses((status = 200, description = "The sealed answer: a COSE_Sign1.", content_type = "application/cbor",
        body = [u8])),
    security(("certificate" = [])),
)]
async fn sealed(
    State(service): State<Service>,
    request: Request,
) -> Result<([(HeaderName, HeaderValue); 2], Option<Extension<Outcome>>, Vec<u8>), Problem> {
    if !body::is_of_type(&request, MEDIA_TYPE) {
        return Err(Problem::new(Code::MediaTypeUnsupported));
    }
    let Call { client, headers, body, .. } = call_with_bytes(&service, request, ClientKind::Centre).await?;
    let refused = |error: SealedError| Problem::from(Failure::from(error));
    let municipality = SealingKeys::addressee(&body).map_err(refused)?;
    if !client.may_apply_to(municipality) {
        return Err(Problem::new(Code::AccessDenied));
    }
    service.sealing_keys(municipality)?;
    let opened = service.work(move |service| service.sealing_keys(municipality)?.open(&body).map_err(refused)).await?;
    let envelope: Envelope = body::parse(&opened.content)?;
    let answer_key = envelope.answer_key()?;
    let (answer, outcome) = match deal(&service, client, envelope, &opened).await {
        Ok(answer) => (answer, None),
        // Who hands it on learns nothing of it; log and counters here know it as of any other request.
        Err(problem) => (refusal(&problem, &headers)?, Some(Extension(Outcome(problem.code())))),
    };
    let content = body::to_json(&answer)?;
    let sealed = service
        .work(move |service| {
            service.sealing_keys(municipality)?.answer(&opened, &answer_key, &content).map_err(refused)
        })
        .await?;
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((headers, outcome, sealed))
}

/// Does what is asked for: one of the two.
async fn deal(service: &Service, client: Client, envelope: Envelope, opened: &Opened) -> Result<Answer, Problem> {
    let terminal = Some(envelope.terminal);
    match (envelope.challenge, envelope.application, envelope.request_key) {
        (Some(request), None, None) => {
            device::challenge(service, &client, request, Channel::Kiosk, Some(opened.municipality()))
                .await
                .map(Answer::Challenge)
        }
        (None, Some(request), Some(key)) => {
            let request_key = device::request_key(&key)?;
            // Sealing makes it another message every time it is sent.
            let body_hash = request.hash();
            let origin = device::Origin { client, terminal, request_key, body_hash };
            device::apply(service, origin, request, Channel::Kiosk, Some(opened.municipality()))
                .await
                .map(Answer::Application)
        }
        _ => Err(Problem::of_field(Code::BodyMalformed, "challenge, application or request_key")),
    }
}

fn refusal(problem: &Problem, headers: &HeaderMap) -> Result<Answer, Problem> {
    let language: Language = problem::language(headers);
    let words = serde_json::from_str(&problem.body(language, None));
    words.map(Answer::Problem).map_err(|_| Problem::new(Code::InternalError))
}
