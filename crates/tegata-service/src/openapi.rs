//! The OpenAPI document of every endpoint, made of the handlers' own descriptions.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::routing::get;
use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::Service;
use crate::problem::MEDIA_TYPE;
use crate::router::documented;

#[derive(OpenApi)]
#[openapi(info(
    title = "Tegata issuing service",
    description = "Applications for vaccination certificates by app, kiosk, certificate centre and counter, and trust \
                   data for verifiers. Bytes are base64url without padding. A request that is not granted is answered \
                   with a problem (RFC 9457), whose `code` is stable."
))]
struct Document;

/// A router that begins the document.
pub(crate) fn begin() -> OpenApiRouter<Service> {
    OpenApiRouter::with_openapi(Document::openapi())
}

/// The OpenAPI document of the whole service, whatever parts of it run, as JSON.
#[must_use]
pub fn openapi() -> String {
    let (_, document) = documented(|_| true).split_for_parts();
    let mut document = serde_json::to_value(&document).unwrap_or_default();
    complete(&mut document);
    format!("{document:#}\n")
}

/// What holds of every endpoint: how it refuses, and how clients prove who they are.
fn complete(document: &mut Value) {
    let problem = json!({
        "description": "Not granted, for the reason that `code` says.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
    for operation in document
        .pointer_mut("/paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
        .flat_map(|(_, item)| item.as_object_mut().into_iter().flatten())
    {
        if let Some(responses) = operation.1.pointer_mut("/responses").and_then(Value::as_object_mut) {
            responses.insert("default".into(), problem.clone());
        }
    }
    let Some(root) = document.as_object_mut() else { return };
    let components = root.entry("components").or_insert_with(|| json!({}));
    let Some(components) = components.as_object_mut() else { return };
    let schemas = components.entry("schemas").or_insert_with(|| json!({}));
    if let Some(schemas) = schemas.as_object_mut() {
        schemas.insert(
            "Problem".into(),
            json!({
                "type": "object",
                "description": "Why a request was not granted (RFC 9457). Title and detail are in the preferred one of English and Japanese.",
                "required": ["type", "title", "status", "code", "stage", "detail"],
                "properties": {
                    "type": {"type": "string", "format": "uri"},
                    "title": {"type": "string"},
                    "status": {"type": "integer", "minimum": 400, "maximum": 599},
                    "code": {"type": "string", "description": "The stable outcome code, as in the table of outcomes."},
                    "stage": {"type": "string"},
                    "detail": {"type": "string", "description": "What can be done about it."},
                    "field": {"type": "string", "description": "The member of the request that is at fault."},
                    "request": {"type": "string", "description": "The identifier of the request in the service's log."},
                },
            }),
        );
    }
    components.insert(
        "securitySchemes".into(),
        json!({
            "certificate": {"type": "mutualTLS", "description": "The client's certificate, registered by its fingerprint."},
            "token": {
                "type": "http", "scheme": "bearer", "bearerFormat": "CWT",
                "description": "A token (RFC 8392) that the client's registered key signed for this request.",
            },
            "session": {"type": "http", "scheme": "bearer", "description": "The session of a person at the counter."},
        }),
    );
}

/// `/openapi.json`.
pub(crate) fn router() -> Router<Service> {
    Router::new().route("/openapi.json", get(serve))
}

async fn serve() -> ([(axum::http::HeaderName, HeaderValue); 2], Bytes) {
    static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| openapi().into());
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600")),
    ];
    (headers, Bytes::clone(&DOCUMENT))
}
