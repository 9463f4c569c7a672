//! Trust data for verifiers, for everybody: the signed trust bundle, which holds the signers and what they revoked, and
//! revocation lists in the EU gateway's form.

use core::fmt;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};
use tegata::crypto::Signer;
use tegata::model::MunicipalityCode;
use tegata::trust::bundle::BundleBuilder;
use tegata::x509::Certificate;
use tegata::{Code, RevocationSet, Timestamp, TrustSet};
use tegata_issuer::issuing::{revocation_list, revocation_set};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Service;
use crate::problem::Problem;
use crate::settings::PublicSettings;

pub(crate) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(trust_bundle)).routes(routes!(revocations))
}

/// The trust bundle and the revocation lists, made anew when they are asked for and older than is wanted.
pub(crate) struct Publication {
    settings: PublicSettings,
    anchor: Certificate,
    signer: Box<dyn Signer>,
    bundle: Kept,
    lists: Mutex<BTreeMap<MunicipalityCode, Arc<Kept>>>,
}

/// What is made once for everybody who asks while it is new enough.
#[derive(Default)]
struct Kept {
    made: Mutex<Option<Made>>,
}

#[derive(Clone)]
struct Made {
    bytes: Bytes,
    tag: String,
    at: Timestamp,
}

impl Kept {
    /// It, and for how many seconds more it is the newest.
    fn current(
        &self,
        refresh: Duration,
        now: Timestamp,
        make: impl FnOnce() -> Result<Vec<u8>, Problem>,
    ) -> Result<(Made, i64), Problem> {
        let refresh = i64::try_from(refresh.as_secs()).unwrap_or(i64::MAX);
        // Who comes while it is made waits for it.
        let mut kept = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = &*kept {
            let age = now.seconds().saturating_sub(made.at.seconds());
            if (0..refresh).contains(&age) {
                return Ok((made.clone(), refresh - age));
            }
        }
        let made = Made::new(make()?, now);
        *kept = Some(made.clone());
        Ok((made, refresh))
    }
}

impl Made {
    fn new(bytes: Vec<u8>, at: Timestamp) -> Self {
        let digits: String = Sha256::digest(&bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self { bytes: bytes.into(), tag: format!("\"{digits}\""), at }
    }
}

impl Publication {
    pub(crate) fn new(settings: PublicSettings, anchor: Certificate, signer: Box<dyn Signer>) -> Self {
        Self { settings, anchor, signer, bundle: Kept::default(), lists: Mutex::default() }
    }

    fn bundle(&self, service: &Service) -> Result<(Made, i64), Problem> {
        let now = service.now();
        self.bundle.current(self.settings.refresh, now, || self.make(service, now))
    }

    fn list(&self, service: &Service, municipality: MunicipalityCode) -> Result<(Made, i64), Problem> {
        let office = service.office(municipality)?;
        let kept = {
            let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(lists.entry(municipality).or_default())
        };
        let now = service.now();
        kept.current(self.settings.refresh, now, || {
            let settings = office.desk.settings();
            let set = revocation_set(office.ledger, municipality)?;
            // An entry is kept for as long as a certificate may be valid.
            let longest = i64::from(settings.validity_days()) * 86_400;
            let today = Timestamp::from_seconds(now.seconds().div_euclid(86_400).saturating_mul(86_400));
            let expires = today.unwrap_or(now).saturating_add_seconds(longest);
            Ok(revocation_list(&set, &settings.signer().country, expires).into_bytes())
        })
    }

    fn make(&self, service: &Service, now: Timestamp) -> Result<Vec<u8>, Problem> {
        // A clock that cannot be read says the last moment there is: a bundle of then would be the newest for ever.
        if now.seconds() >= Timestamp::MAX.seconds() {
            return Err(Problem::new(Code::InternalError));
        }
        if now > self.anchor.not_after() {
            return Err(Problem::new(Code::SignerEndsFirst));
        }
        let issued_at = Timestamp::from_seconds(now.seconds()).unwrap_or(now);
        let valid_for = i64::try_from(self.settings.valid_for.as_secs()).unwrap_or(i64::MAX);
        let valid_until = issued_at.saturating_add_seconds(valid_for).min(self.anchor.not_after());
        let mut trust = TrustSet::builder(service.provider());
        let mut revoked = RevocationSet::builder();
        for office in service.offices() {
            office.desk.certificates().try_for_each(|certificate| trust.trust_certificate(certificate))?;
            revoked.add_set(&revocation_set(office.ledger, office.desk.settings().code())?)?;
        }
        self.settings.revoked_signers.iter().try_for_each(|key_id| revoked.revoke_signer(key_id))?;
        revoked.fresh_until(valid_until);
        // Seconds go on, whichever node makes the next one.
        let sequence = u64::try_from(issued_at.seconds()).map_err(|_| Problem::new(Code::InternalError))?;
        let mut builder = BundleBuilder::new(sequence, issued_at, valid_until)?;
        builder.add_signers(&trust.build())?;
        builder.revocation(revoked.build())?;
        Ok(builder.sign(&self.anchor, &*self.signer, service.provider())?)
    }
}

/// The trust bundle: signers of the municipalities and what they revoked, signed by the anchor that verifiers hold.
#[utoipa::path(
    get,
    path = "/trust-bundle",
    tag = "public",
    responses(
        (status = 200, description = "The bundle, in CBOR.", content_type = "application/cbor", body = [u8],
            headers(("ETag" = String), ("Cache-Control" = String))),
        (status = 304, description = "It is the one that `If-None-Match` names."),
    ),
)]
async fn trust_bundle(State(service): State<Service>, headers: HeaderMap) -> Result<Response, Problem> {
    let (made, fresh) = service.publish(|service| publication(service)?.bundle(service)).await?;
    Ok(cached(&headers, "application/cbor", made, fresh))
}

fn publication(service: &Service) -> Result<&Publication, Problem> {
    service.publication().ok_or_else(|| Problem::new(Code::RouteUnknown))
}

/// What a municipality revoked, as batches of the EU gateway. They are not signed: the trust bundle is.
#[utoipa::path(
    get,
    path = "/municipalities/{municipality}/revocations",
    tag = "public",
    params(("municipality" = String, Path, description = "The municipality's code (自治体コード), six digits.",
        pattern = "^[0-9]{6}$", example = "131202")),
    responses(
        (status = 200, description = "An array of batches.", content_type = "application/json", body = [serde_json::Value],
            headers(("ETag" = String), ("Cache-Control" = String))),
        (status = 304, description = "It is the one that `If-None-Match` names."),
    ),
)]
async fn revocations(
    State(service): State<Service>,
    Path(municipality): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let unknown = || Problem::new(Code::MunicipalityNotServed);
    let municipality = MunicipalityCode::parse(&municipality).ok_or_else(unknown)?;
    let (made, fresh) = service.publish(move |service| publication(service)?.list(service, municipality)).await?;
    Ok(cached(&headers, "application/json", made, fresh))
}

/// An answer that may be kept, or the news that there is none.
fn cached(request: &HeaderMap, media_type: &'static str, made: Made, fresh_seconds: i64) -> Response {
    let Made { bytes, tag, .. } = made;
    let known = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let known = known.flat_map(|value| value.split(',')).map(str::trim);
    let is_known = known.map(|known| known.trim_start_matches("W/")).any(|known| known == tag || known == "*");
    let header = |text: String| HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""));
    let headers = [
        (ETAG, header(tag)),
        (CACHE_CONTROL, header(format!("public, max-age={fresh_seconds}"))),
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
    ];
    if is_known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, bytes).into_response()
}

impl fmt::Debug for Publication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publication").finish_non_exhaustive()
    }
}
