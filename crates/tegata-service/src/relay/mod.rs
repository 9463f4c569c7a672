//! The certificate centre (証明書交付センター): hands on what kiosks send, and keeps nothing.
//!
//! A kiosk seals its request to the municipality; the centre looks at the address alone, asks that municipality's issuing
//! service and passes the answer on as it came, byte for byte. It has no ledger, and no key that would open either.
//!
//! Where the settings say so for a municipality, the centre verifies cards instead (A5): the kiosk then sends its request
//! within TLS alone, the centre verifies the card's signatures and its answer to the challenge, refuses what is not
//! genuine, and seals the rest itself. The municipality verifies again.
//!
//! What a request was and what it was answered is in memory for as long as it takes. What is not sealed is wiped
//! afterwards, but for what TLS and HTTP had in their own buffers.

mod upstream;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use tegata::application::Application;
use tegata::card::{Answered, Identity, Presence};
use tegata::model::MunicipalityCode;
use tegata::{Code, Failure};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

pub(crate) use upstream::Relay;

use crate::Service;
use crate::body::{self, Json};
use crate::client::{Call, call_with_bytes, caller};
use crate::problem::Problem;
use crate::request::Envelope;
use crate::sealed::{self, Recipient, SealingKeys};
use crate::settings::ClientKind;
use crate::telemetry::Outcome;

pub(crate) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(municipalities)).routes(routes!(hand_on))
}

/// The municipalities that take part in issuing by kiosk and that this centre hands on to, as they say themselves. One
/// whose service does not answer is not among them: a kiosk does not offer it (A6).
#[utoipa::path(
    get,
    operation_id = "relay_municipalities",
    path = "/municipalities",
    tag = "relay",
    responses((status = 200, description = "Those that this kiosk may apply to.",
        body = [crate::kiosk::MunicipalityAnswer])),
    security(("certificate" = [])),
)]
async fn municipalities(
    State(service): State<Service>,
    request: Request,
) -> Result<Json<Vec<serde_json::Value>>, Problem> {
    let client = caller(&service, &request, &[ClientKind::Kiosk])?;
    let mut all = service.relay()?.participants().await;
    all.retain(|(code, _)| client.may_apply_to(*code));
    Ok(Json(all.into_iter().map(|(_, entry)| entry).collect()))
}

/// Hands a sealed request on to the municipality it is addressed to, and its answer back. Where the centre verifies the
/// cards of a municipality, a request that is not sealed (JSON) is taken for it instead.
#[utoipa::path(
    post,
    operation_id = "relay_hand_on",
    path = "/{municipality}",
    tag = "relay",
    params(("municipality" = String, Path, description = "The municipality's code (自治体コード), six digits.",
        pattern = "^[0-9]{6}$", example = "131202")),
    request_body(content = [u8], content_type = "application/cbor", description = "A sealed request, in CBOR."),
    responses((status = 200, description = "The sealed answer: a COSE_Sign1.", content_type = "application/cbor",
        body = [u8])),
    security(("certificate" = [])),
)]
async fn hand_on(
    State(service): State<Service>,
    Path(municipality): Path<String>,
    request: Request,
) -> Result<([(HeaderName, HeaderValue); 2], Option<Extension<Outcome>>, Bytes), Problem> {
    let is_sealed = body::is_of_type(&request, sealed::MEDIA_TYPE);
    if !is_sealed && !body::is_of_type(&request, JSON) {
        return Err(Problem::new(Code::MediaTypeUnsupported));
    }
    let Call { client, headers, body, .. } = call_with_bytes(&service, request, ClientKind::Kiosk).await?;
    let malformed = || Problem::of_field(Code::BodyMalformed, "municipality");
    let municipality = MunicipalityCode::parse(&municipality).ok_or_else(malformed)?;
    if !client.may_apply_to(municipality) {
        return Err(Problem::new(Code::AccessDenied));
    }
    let upstream = service.relay()?.upstream(municipality)?;
    let (media_type, outcome, answer) = match upstream.recipient() {
        _ if is_sealed => {
            if SealingKeys::addressee(&body).map_err(Failure::from)? != municipality {
                return Err(malformed());
            }
            (sealed::MEDIA_TYPE, None, service.relay()?.hand_on(upstream, body::handed_over(body), &headers).await?)
        }
        Some(recipient) => {
            let answer = verify_and_seal(&service, recipient, body, &headers).await?;
            (JSON, refusal(&answer), body::handed_over(answer))
        }
        None => return Err(Problem::new(Code::MediaTypeUnsupported)),
    };
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static(media_type)), (CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((headers, outcome.map(Extension), answer))
}

/// What an answer that was opened says was refused, for log and counters: to the kiosk it is an answer like any other.
fn refusal(answer: &[u8]) -> Option<Outcome> {
    #[derive(Deserialize)]
    struct Answer {
        problem: Option<Refused>,
    }
    #[derive(Deserialize)]
    struct Refused {
        code: String,
    }
    let Answer { problem } = serde_json::from_slice(answer).ok()?;
    let name = problem?.code;
    // A word of ours, whatever the municipality's service says.
    Code::ALL.iter().copied().find(|code| code.name() == name).map(Outcome)
}

/// Verifies the card, seals, hands on, and opens the answer.
async fn verify_and_seal(
    service: &Service,
    recipient: &Recipient,
    body: body::Bytes,
    headers: &HeaderMap,
) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let envelope: Envelope = body::parse(&body)?;
    if let Some(request) = &envelope.application {
        let application = request.decode()?;
        service.work(move |service| verify(service, &application)).await?;
    }
    // What was understood is an object.
    let with_key = |key: &[u8]| Envelope::with_answer_key(&body, key).unwrap_or_default();
    let (message, awaited) = recipient.seal(with_key).map_err(Failure::from)?;
    let relay = service.relay()?;
    let upstream = relay.upstream(recipient.municipality())?;
    let answer = relay.hand_on(upstream, message.into(), headers).await?;
    Ok(awaited.open(&answer).map_err(Failure::from)?)
}

/// Whether the card is genuine, gave its number and answered the challenge.
fn verify(service: &Service, application: &Application) -> Result<(), Problem> {
    let answered = Answered { challenge: application.challenge(), response: application.response() };
    let report = service.verifier().verify_text(application.card(), Some(answered));
    match report.identity() {
        Some(Identity::WithNumber(identity)) if identity.presence() == Presence::GenuineCardOfSameSigner => Ok(()),
        _ => Err(report.failure().cloned().unwrap_or(Failure::new(Code::InternalError)).into()),
    }
}

const JSON: &str = "application/json";
