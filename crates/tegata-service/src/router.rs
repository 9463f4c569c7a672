//! Which path leads where, and through which layers.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse as _;
use tegata::Code;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::problem::{self, Problem};
use crate::settings::Role;
use crate::{Service, app, counter, kiosk, limits, openapi, public, relay, telemetry};

/// Every path of the given parts, with its documentation.
pub(crate) fn documented(has_role: impl Fn(Role) -> bool) -> OpenApiRouter<Service> {
    type Part = fn() -> OpenApiRouter<Service>;
    let parts: [(Role, &str, Part); 5] = [
        (Role::App, "/v1/app", app::router),
        (Role::Kiosk, "/v1/kiosk", kiosk::router),
        (Role::Relay, "/v1/relay", relay::router),
        (Role::Counter, "/v1/counter", counter::router),
        (Role::Public, "/v1/public", public::router),
    ];
    let served = parts.into_iter().filter(|(role, ..)| has_role(*role));
    served.fold(openapi::begin(), |router, (_, prefix, part)| router.nest(prefix, part()))
}

/// What the listener serves. From the outside in: the line of the log, the words of problems, panics, rate, time, size.
pub(crate) fn router(service: Service) -> Router {
    let (router, _) = documented(|role| service.has_role(role)).split_for_parts();
    let limits = service.settings().limits;
    router
        .merge(openapi::router())
        .fallback(|| async { Problem::new(Code::RouteUnknown) })
        .layer(RequestBodyLimitLayer::new(limits.body_bytes))
        .layer(from_fn_with_state(service.clone(), limits::of_time))
        .layer(from_fn_with_state(service.clone(), limits::of_rate))
        .layer(CatchPanicLayer::custom(|_| Problem::new(Code::InternalPanic).into_response()))
        .layer(from_fn(problem::in_words))
        .layer(from_fn_with_state(service.clone(), telemetry::watch))
        .with_state(service)
}
