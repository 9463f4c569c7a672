//! Answers to requests that are not granted: `application/problem+json` (RFC 9457), from the outcome table.
//!
//! ```json
//! {"type": "https://example.invalid/tegata/outcomes#no-match", "title": "no record matches the applicant's identity",
//!  "status": 422, "code": "no-match", "stage": "issuing", "detail": "Ask at the counter …", "request": "8f0c…"}
//! ```
//!
//! `title` and `detail` are in the language that `Accept-Language` prefers of English and Japanese. Nothing of the
//! request stands in it but, where one is at fault, the name of a field of this interface.

use axum::extract::Request;
use axum::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tegata::report::{Code, Failure, Language, Stage};
use tegata_issuer::application::Refusal;
use tegata_issuer::audit::AuditError;
use tegata_issuer::ledger::LedgerError;
use tegata_issuer::staff::StaffError;

use crate::telemetry::RequestId;

/// The media type of problems.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";
/// Where outcomes are explained: the URI of a problem's type is one of its anchors.
const OUTCOMES: &str = "https://example.invalid/tegata/outcomes";

/// Why a request is not granted.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    failure: Failure,
    retry_after_seconds: Option<u64>,
}

impl Problem {
    /// A problem that speaks of no field.
    pub(crate) const fn new(code: Code) -> Self {
        Self { failure: Failure::new(code), retry_after_seconds: None }
    }

    /// A problem of a field of the request, by its documented name.
    pub(crate) fn of_field(code: Code, field: &'static str) -> Self {
        Failure::of_field(code, field).into()
    }

    /// With the time after which it is worth while to ask again.
    pub(crate) const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// The outcome.
    pub(crate) const fn code(&self) -> Code {
        self.failure.code()
    }

    /// The status of HTTP.
    pub(crate) fn status(&self) -> StatusCode {
        status(self.code())
    }

    /// The words, in JSON.
    pub(crate) fn body(&self, language: Language, request: Option<&RequestId>) -> String {
        let code = self.code();
        let mut members = serde_json::json!({
            "type": format!("{OUTCOMES}#{}", code.name()),
            "title": code.meaning(language),
            "status": self.status().as_u16(),
            "code": code.name(),
            "stage": code.stage().name(),
            "detail": code.advice().text(language),
        });
        if let Some(members) = members.as_object_mut() {
            // Of a fault of ours the field is for the log alone.
            if let Some(field) = self.failure.field().filter(|_| !self.status().is_server_error()) {
                members.insert("field".into(), field.into());
            }
            if let Some(request) = request {
                members.insert("request".into(), request.as_str().into());
            }
        }
        members.to_string()
    }
}

/// The status of an outcome: the one table of them.
fn status(code: Code) -> StatusCode {
    match code {
        Code::BodyMalformed | Code::RequestKeyInvalid | Code::SealedMalformed | Code::SealedNotOpened => {
            StatusCode::BAD_REQUEST
        }
        Code::ClientUnknown
        | Code::TokenMalformed
        | Code::TokenSignature
        | Code::TokenNotInTime
        | Code::TokenOtherRequest
        | Code::TokenUsed
        | Code::LoginRefused
        | Code::SessionEnded
        | Code::AccountNotActive => StatusCode::UNAUTHORIZED,
        Code::AccessDenied
        | Code::AttestationRefused
        | Code::SamePerson
        | Code::RoleMissing
        | Code::OwnRights
        | Code::PasswordToChange => StatusCode::FORBIDDEN,
        Code::RelayUnavailable | Code::SealedAnswerInvalid => StatusCode::BAD_GATEWAY,
        Code::RouteUnknown
        | Code::MunicipalityNotServed
        | Code::ApplicationUnknown
        | Code::CertificateUnknown
        | Code::LedgerNotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::AlreadyRevoked | Code::LedgerDuplicate | Code::DoubtNotSettled | Code::WarningNotAcknowledged => {
            StatusCode::CONFLICT
        }
        Code::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::MediaTypeUnsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::TooManyRequests | Code::LoginDelayed => StatusCode::TOO_MANY_REQUESTS,
        Code::Overloaded | Code::TookTooLong | Code::LedgerBusy | Code::LedgerUnavailable | Code::SigningFailed => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Code::LedgerInvalidValue
        | Code::CertificateTooLarge
        | Code::PasswordNotAllowed
        | Code::AuditHeadMalformed
        | Code::AuditHeadSignature => StatusCode::UNPROCESSABLE_ENTITY,
        code => match code.stage() {
            // What the sender sent.
            Stage::Application => StatusCode::BAD_REQUEST,
            // What was understood, and is refused.
            Stage::Issuing | Stage::Record | Stage::Profile | Stage::Mrz | Stage::Import => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            // Rejected or undetermined: a card, mostly.
            _ if code.number() < 2_000 => StatusCode::UNPROCESSABLE_ENTITY,
            // What the sender can do nothing about: keys, settings, ledger, ourselves.
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        },
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self { failure, retry_after_seconds: None }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Failure::from(refusal).into()
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        Failure::from(error).into()
    }
}

impl From<StaffError> for Problem {
    fn from(error: StaffError) -> Self {
        Failure::from(error).into()
    }
}

impl From<AuditError> for Problem {
    fn from(error: AuditError) -> Self {
        LedgerError::from(error).into()
    }
}

/// The text is written by [`in_words`], which knows the request's language.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Layer: writes out problems in the language of the request, and makes problems of the refusals of layers and of the
/// router that are none.
pub(crate) async fn in_words(request: Request, next: Next) -> Response {
    let language = language(request.headers());
    let id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;
    let status = response.status();
    let problem = match response.extensions().get::<Problem>() {
        Some(problem) => problem.clone(),
        None if status.is_client_error() || status.is_server_error() => match of_status(status) {
            Some(code) => Problem::new(code),
            None => return response,
        },
        None => return response,
    };
    let mut words = (problem.status(), problem.body(language, id.as_ref())).into_response();
    let headers = words.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("accept-language"));
    let tag = match language {
        Language::Japanese => "ja",
        _ => "en",
    };
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(tag));
    if problem.status() == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"tegata\""));
    }
    if let Some(seconds) = problem.retry_after_seconds {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    if let Some(allow) = response.headers().get(axum::http::header::ALLOW) {
        headers.insert(axum::http::header::ALLOW, allow.clone());
    }
    words.extensions_mut().insert(problem);
    words
}

/// What a status means that a layer or the router gave.
fn of_status(status: StatusCode) -> Option<Code> {
    match status {
        StatusCode::NOT_FOUND => Some(Code::RouteUnknown),
        StatusCode::METHOD_NOT_ALLOWED => Some(Code::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Code::BodyTooLarge),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Code::MediaTypeUnsupported),
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => Some(Code::TookTooLong),
        StatusCode::INTERNAL_SERVER_ERROR => Some(Code::InternalError),
        status if status.is_client_error() => Some(Code::BodyMalformed),
        // Health says so itself.
        _ => None,
    }
}

/// The language that is preferred of those there are (RFC 9110, section 12.5.4): English where neither is asked for.
pub(crate) fn language(headers: &HeaderMap) -> Language {
    let (mut english, mut japanese) = (0, 0);
    for value in headers.get_all(ACCEPT_LANGUAGE) {
        for range in value.to_str().unwrap_or_default().split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1_000), thousandths).unwrap_or(0);
            match tag.get(..2).unwrap_or_default().to_ascii_lowercase().as_str() {
                "ja" => japanese = japanese.max(weight),
                "en" => english = english.max(weight),
                _ => {}
            }
        }
    }
    if japanese > english { Language::Japanese } else { Language::English }
}

/// A weight from `0` to `1` with at most three decimals, in thousandths.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(decimals),
        "1" if decimals == 0 => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_preferred_of_the_two() {
        for (header, japanese) in [
            ("ja", true),
            ("ja-JP,ja;q=0.9,en;q=0.8", true),
            ("en-GB, ja;q=0.9", false),
            ("en;q=0.5, ja;q=0.501", true),
            ("ja;q=0", false),
            ("fr", false),
            ("*", false),
            ("ja;q=2, en;q=0.1", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(header));
            assert_eq!(language(&headers) == Language::Japanese, japanese, "{header}");
        }
    }

    #[test]
    fn every_outcome_has_a_status_of_an_error() {
        for code in Code::ALL {
            let status = status(*code);
            assert!(status.is_client_error() || status.is_server_error(), "{}", code.name());
        }
        assert_eq!(status(Code::NoMatch), status(Code::ReferToCounter));
        assert_eq!(status(Code::RecordSignatureInvalid), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(status(Code::SignerEndsFirst), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(status(Code::SealBroken), StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[test]
    fn b10_a_referral_tells_nothing_but_that_it_is_one() {
        let body = Problem::from(Refusal::ReferToCounter).body(Language::Japanese, None);
        assert_eq!(body.matches("窓口").count(), 2);
        assert!(!body.contains("field") && !body.contains("支援"), "{body}");
    }

    #[test]
    fn faults_of_ours_name_no_field() {
        let problem = Problem::from(LedgerError::Corrupt { place: "resident" });
        assert!(!problem.body(Language::English, None).contains("resident"));
    }
}
