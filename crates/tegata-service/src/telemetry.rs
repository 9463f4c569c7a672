//! Logs, counters and health, without personal data.
//!
//! A line of the log and a counter know of a request: its method, the route that matched (never the path), status,
//! outcome, duration, and a random identifier that the answer repeats. Nothing else is there to be logged: no header, no
//! address, no body.

use core::fmt;
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tegata::Code;

use crate::Service;
use crate::problem::Problem;

/// The header of an answer that names the request in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How long the ledgers may take to be read before the service counts as not ready.
const READY_WITHIN: Duration = Duration::from_secs(3);

/// The name of the threads that requests are served on.
pub(crate) const THREAD: &str = "tegata";

/// What came of a request whose answer does not show it: an extension of the answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome(pub(crate) Code);

/// Labels of a request: words of ours alone.
type Labels = [(&'static str, String); 4];

/// A random identifier of a request, in hex. The sender's own is not taken over: it could say anything.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(String);

impl RequestId {
    fn new(service: &Service) -> Self {
        let mut bytes = [0; 8];
        // Without randomness it names nothing, and harms nothing.
        _ = service.random().fill(&mut bytes);
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// How long requests took, by route.
type Seconds = Family<[(&'static str, String); 1], Histogram, fn() -> Histogram>;

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Seconds,
    in_flight: Gauge,
    connections: Gauge,
    handshakes_failed: Counter,
    turned_away: Counter,
    stopping: AtomicBool,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("tegata");
        let requests = Family::default();
        let seconds = Seconds::new_with_constructor(histogram);
        let (in_flight, connections) = (Gauge::default(), Gauge::default());
        let (handshakes_failed, turned_away) = (Counter::default(), Counter::default());
        registry.register("requests", "Requests by method, route, status and outcome", Family::clone(&requests));
        registry.register("request_seconds", "Time from head to answer, by route", Family::clone(&seconds));
        registry.register("requests_in_flight", "Requests that are under way", in_flight.clone());
        registry.register("connections", "Connections that are open", connections.clone());
        registry.register("handshakes_failed", "TLS handshakes that failed", handshakes_failed.clone());
        registry.register("connections_turned_away", "Connections beyond the limits", turned_away.clone());
        Self {
            registry,
            requests,
            seconds,
            in_flight,
            connections,
            handshakes_failed,
            turned_away,
            stopping: AtomicBool::new(false),
        }
    }

    pub(crate) fn connected(&self) {
        self.connections.inc();
    }

    pub(crate) fn disconnected(&self) {
        self.connections.dec();
    }

    pub(crate) fn handshake_failed(&self) {
        self.handshakes_failed.inc();
    }

    pub(crate) fn turned_away(&self) {
        self.turned_away.inc();
    }

    /// From now on the service is not ready: it ends what is under way.
    pub(crate) fn stopping(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Half a millisecond to half a minute.
fn histogram() -> Histogram {
    Histogram::new([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0])
}

/// Layer, the outermost: names a request, counts it and writes its line.
pub(crate) async fn watch(State(service): State<Service>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = RequestId::new(&service);
    let method = method(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    request.extensions_mut().insert(id.clone());
    let metrics = service.metrics();
    metrics.in_flight.inc();
    let in_flight = Ended(&metrics.in_flight);
    let mut response = next.run(request).await;
    drop(in_flight);
    let seconds = began.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    let extensions = response.extensions();
    let code = extensions.get::<Problem>().map(Problem::code);
    let code = code.or_else(|| extensions.get::<Outcome>().map(|Outcome(code)| *code)).map_or("ok", Code::name);
    let labels = [
        ("method", method.to_owned()),
        ("route", route.clone()),
        ("status", status.to_string()),
        ("code", code.to_owned()),
    ];
    metrics.requests.get_or_create(&labels).inc();
    metrics.seconds.get_or_create(&[("route", route.clone())]).observe(seconds);
    let milliseconds = format!("{:.1}", seconds * 1e3);
    tracing::info!(target: "tegata", request = id.as_str(), method, route, status, code, milliseconds, "request");
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Counts down when a request ends, also where the client went away before.
struct Ended<'m>(&'m Gauge);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A method of HTTP; others could say anything.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// What the separate listener serves: `/health/live`, `/health/ready` and `/metrics`.
pub(crate) fn router(service: Service) -> Router {
    Router::new()
        .route("/health/live", get(|| async { health(true) }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(service)
}

/// Whether every ledger can be read. Which one cannot, is in the log.
async fn ready(State(service): State<Service>) -> Response {
    let stopping = service.metrics().stopping.load(Ordering::Relaxed);
    let readable = service.look_after(|service| {
        for office in service.offices() {
            let municipality = office.desk.settings().code();
            if let Err(error) = office.ledger.is_readable(municipality) {
                tracing::warn!(target: "tegata", municipality = municipality.as_str(), code = error.code().name(), "not ready");
                return Err(error.into());
            }
        }
        Ok(())
    });
    let readable = tokio::time::timeout(READY_WITHIN, readable).await;
    health(!stopping && readable.is_ok_and(|read| read.is_ok()))
}

fn health(good: bool) -> Response {
    let (status, text) =
        if good { (StatusCode::OK, "ok\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "unavailable\n") };
    (status, [(CACHE_CONTROL, HeaderValue::from_static("no-store"))], text).into_response()
}

async fn metrics(State(service): State<Service>) -> Response {
    const OPEN_METRICS: HeaderValue =
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    match service.metrics().text() {
        Ok(text) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(fmt::Error) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Writes the log as lines of JSON from now on, for the whole process: what the service says, and warnings of what it is
/// built on. Of a panic on the service's threads the place alone is a line of it: what it says could hold anything. False
/// where there is a log already.
pub fn log_to(out: impl Write + Send + 'static) -> bool {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::layer::SubscriberExt as _;
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(Mutex::new(out));
    // Libraries say more at lower levels than may be written down.
    let wanted = Targets::new().with_default(LevelFilter::OFF).with_target("tegata", LevelFilter::INFO);
    let is_ours =
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines).with(wanted)).is_ok();
    if is_ours {
        log_panics();
    }
    is_ours
}

fn log_panics() {
    let otherwise = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(THREAD) {
            return otherwise(panic);
        }
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
        tracing::error!(target: "tegata", place = place.as_deref().unwrap_or("-"), "panic");
    }));
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}
