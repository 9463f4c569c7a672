//! Bodies: read with a limit into memory that is wiped, and understood strictly.

use axum::body::HttpBody as _;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tegata::Code;
use zeroize::{Zeroize as _, Zeroizing};

use crate::problem::Problem;
pub(crate) use crate::request::Wiped;
use crate::{Service, request};

/// A body in JSON: as a handler's argument strictly the type's, as its answer not to be kept by anybody.
#[derive(Clone, Copy)]
pub(crate) struct Json<T>(pub(crate) T);

/// The bytes of a request's body, wiped when they are dropped. What the connection held of them before cannot be
/// reached where it is still in use.
pub(crate) type Bytes = Zeroizing<Vec<u8>>;

/// Reads the whole body of a request.
pub(crate) async fn read(request: Request, service: &Service) -> Result<Bytes, Problem> {
    let limit = service.settings().limits.body_bytes;
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let too_large = || Problem::new(Code::BodyTooLarge);
    if announced.is_some_and(|bytes| bytes > limit) {
        return Err(too_large());
    }
    let mut body = request.into_body();
    // One allocation, so that growing leaves nothing behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(announced.unwrap_or(limit)));
    while !body.is_end_stream() {
        let Some(frame) = body.frame().await else { break };
        let frame = frame
            .map_err(|error| Problem::new(if is_limit(&error) { Code::BodyTooLarge } else { Code::BodyMalformed }))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > limit {
            return Err(too_large());
        }
        bytes.extend_from_slice(&data);
        if let Ok(mut data) = data.try_into_mut() {
            data.as_mut().zeroize();
        }
    }
    Ok(bytes)
}

/// Whether it was the layer before that found the body too large.
fn is_limit(error: &(dyn core::error::Error + 'static)) -> bool {
    core::iter::successors(Some(error), |error| error.source())
        .any(|error| error.is::<http_body_util::LengthLimitError>())
}

/// Understands a body as a JSON object of a type that refuses what it does not know.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    Ok(request::parse(bytes)?)
}

/// Writes JSON into one allocation, so that growing leaves nothing behind.
pub(crate) fn to_json(value: &impl Serialize) -> Result<Bytes, Problem> {
    let internal = |_| Problem::new(Code::InternalError);
    let mut length = Length(0);
    serde_json::to_writer(&mut length, value).map_err(internal)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *bytes, value).map_err(internal)?;
    Ok(bytes)
}

/// Counts what is written.
struct Length(usize);

impl std::io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.saturating_add(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The same memory as what is sent: wiped once it was.
pub(crate) fn handed_over(bytes: Bytes) -> axum::body::Bytes {
    axum::body::Bytes::from_owner(bytes)
}

/// Whether a request says that its body is of a media type, without regard to parameters.
pub(crate) fn is_of_type(request: &Request, media_type: &str) -> bool {
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().is_some_and(|given| given.trim().eq_ignore_ascii_case(media_type))
}

impl<T: DeserializeOwned> FromRequest<Service> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Service) -> Result<Self, Problem> {
        if !is_of_type(&request, "application/json") {
            return Err(Problem::new(Code::MediaTypeUnsupported));
        }
        parse(&read(request, service).await?).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match to_json(&self.0) {
            Ok(bytes) => {
                let headers = [
                    (CONTENT_TYPE, HeaderValue::from_static("application/json")),
                    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
                ];
                (headers, handed_over(bytes)).into_response()
            }
            Err(problem) => problem.into_response(),
        }
    }
}
