//! The issuing services that a certificate centre asks.

use core::fmt;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tegata::Code;
use tegata::crypto::CryptoProvider;
use tegata::model::MunicipalityCode;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use crate::ServiceError;
use crate::problem::Problem;
use crate::sealed::{self, MAX_SEALED_ANSWER_BYTES, Recipient};
use crate::settings::{RelaySettings, UpstreamSettings};

/// Bytes of a list of municipalities: Japan has some 1,800, of some 300 bytes each.
const MAX_LIST_BYTES: usize = 1 << 20;

/// How long an issuing service may take to say which municipalities take part.
const LIST_WITHIN: Duration = Duration::from_secs(5);

/// Whom a certificate centre hands on to.
pub(crate) struct Relay {
    connector: TlsConnector,
    upstreams: BTreeMap<MunicipalityCode, Upstream>,
}

/// The issuing service of a municipality.
pub(crate) struct Upstream {
    host: Host,
    /// Where the centre verifies cards: what it seals to.
    recipient: Option<Recipient>,
}

/// Where an issuing service is.
#[derive(Clone)]
struct Host {
    /// Host and port.
    address: String,
    name: ServerName<'static>,
}

impl Upstream {
    pub(crate) const fn recipient(&self) -> Option<&Recipient> {
        self.recipient.as_ref()
    }
}

impl Relay {
    /// Reads the files that the settings name.
    pub(crate) fn new(settings: &RelaySettings, provider: &CryptoProvider) -> Result<Self, ServiceError> {
        let upstreams = settings.upstreams.iter().map(|upstream| {
            let (code, upstream) = (upstream.municipality, self::upstream(upstream, provider)?);
            Ok::<_, ServiceError>((code, upstream))
        });
        let upstreams = upstreams.collect::<Result<_, ServiceError>>()?;
        Ok(Self { connector: TlsConnector::from(Arc::new(config(settings)?)), upstreams })
    }

    pub(crate) fn upstream(&self, municipality: MunicipalityCode) -> Result<&Upstream, Problem> {
        self.upstreams.get(&municipality).ok_or_else(|| Problem::new(Code::MunicipalityNotServed))
    }

    /// Hands a sealed request on; the answer, as it came.
    pub(crate) async fn hand_on(
        &self,
        upstream: &Upstream,
        message: Bytes,
        headers: &HeaderMap,
    ) -> Result<Bytes, Problem> {
        let language = headers.get(ACCEPT_LANGUAGE).cloned();
        let wanted = Wanted { method: Method::POST, path: "/v1/kiosk/sealed", limit: MAX_SEALED_ANSWER_BYTES };
        match upstream.host.ask(&self.connector, wanted, language, message).await {
            Some((StatusCode::OK, answer)) => Ok(answer),
            // It is the message; all else is between the centre and the municipality.
            Some((StatusCode::BAD_REQUEST, _)) => Err(Problem::new(Code::SealedNotOpened)),
            _ => Err(Problem::new(Code::RelayUnavailable).retry_after(30)),
        }
    }

    /// The municipalities that take part, as their services say. All are asked at once: one that does not answer is left
    /// out, and keeps nobody waiting for long.
    pub(crate) async fn participants(&self) -> Vec<(MunicipalityCode, serde_json::Value)> {
        let hosts: BTreeMap<_, _> =
            self.upstreams.values().map(|upstream| (&upstream.host.address, &upstream.host)).collect();
        let mut asked = JoinSet::new();
        for host in hosts.into_values() {
            let (host, connector) = (host.clone(), self.connector.clone());
            asked.spawn(async move {
                let wanted = Wanted { method: Method::GET, path: "/v1/kiosk/municipalities", limit: MAX_LIST_BYTES };
                let answer = host.ask(&connector, wanted, None, Bytes::new());
                (tokio::time::timeout(LIST_WITHIN, answer).await.ok().flatten(), host.address)
            });
        }
        let mut found = Vec::new();
        while let Some(answer) = asked.join_next().await {
            let Ok((Some((StatusCode::OK, list)), address)) = answer else { continue };
            let Ok(list) = serde_json::from_slice::<Vec<serde_json::Value>>(&list) else { continue };
            for entry in list {
                let code = entry.get("code").and_then(serde_json::Value::as_str).and_then(MunicipalityCode::parse);
                let is_its = |code| self.upstreams.get(&code).is_some_and(|upstream| upstream.host.address == address);
                if let Some(code) = code.filter(|code| is_its(*code)) {
                    found.push((code, entry));
                }
            }
        }
        found.sort_by_key(|(code, _)| *code);
        found
    }
}

/// What is asked for, and bytes of the longest answer.
struct Wanted {
    method: Method,
    path: &'static str,
    limit: usize,
}

impl Host {
    /// One request on a connection of its own; `None` where there is no answer.
    async fn ask(
        &self,
        connector: &TlsConnector,
        wanted: Wanted,
        language: Option<HeaderValue>,
        body: Bytes,
    ) -> Option<(StatusCode, Bytes)> {
        let tcp = TcpStream::connect(&self.address).await.ok()?;
        let tls = connector.connect(self.name.clone(), tcp).await.ok()?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(tls)).await.ok()?;
        let driver = Driver(tokio::spawn(connection));
        let mut request = axum::http::Request::builder()
            .method(wanted.method)
            .uri(wanted.path)
            .header(HOST, self.address.as_str())
            .header(CONTENT_TYPE, sealed::MEDIA_TYPE);
        if let Some(language) = language {
            request = request.header(ACCEPT_LANGUAGE, language);
        }
        let response = sender.send_request(request.body(Body::from(body)).ok()?).await.ok()?;
        let status = response.status();
        let body = Limited::new(response.into_body(), wanted.limit).collect().await.ok()?;
        drop(driver);
        Some((status, body.to_bytes()))
    }
}

/// What moves the bytes of a connection; ends with the request.
struct Driver(tokio::task::JoinHandle<Result<(), hyper::Error>>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn upstream(settings: &UpstreamSettings, provider: &CryptoProvider) -> Result<Upstream, ServiceError> {
    let field = |name: &str| format!("relay.municipality.{}.{name}", settings.municipality.as_str());
    let wrong = |name: &str, reason| ServiceError::Parts { field: field(name), reason };
    let (host, _) = settings.address.rsplit_once(':').ok_or_else(|| wrong("address", "is not a host and a port"))?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(host).map_err(|_| wrong("address", "names no host"))?;
    let recipient = match &settings.verify_cards {
        None => None,
        Some(keys) => {
            let unusable = || wrong("sealing_key", "or answer_key is no file of a P-256 public key in PEM");
            let read = |path: &Path| std::fs::read_to_string(path).map_err(|_| unusable());
            let (sealing, answer) = (read(&keys.sealing_key)?, read(&keys.answer_key)?);
            let recipient = Recipient::new(settings.municipality, &sealing, &answer, provider);
            Some(recipient.map_err(|_| unusable())?)
        }
    };
    Ok(Upstream { host: Host { address: settings.address.clone(), name }, recipient })
}

/// How the centre proves itself to issuing services, and whom it believes to be one.
fn config(settings: &RelaySettings) -> Result<ClientConfig, ServiceError> {
    let refused = |field, reason| ServiceError::Credentials { field, reason };
    let read = |path: &Path, field| std::fs::read(path).map_err(|_| refused(field, "cannot be read"));
    let certificates = |pem: &[u8], field| {
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        certificates.ok().filter(|found| !found.is_empty()).ok_or_else(|| refused(field, "holds no certificate in PEM"))
    };
    let chain = certificates(&read(&settings.certificate, CERTIFICATE)?, CERTIFICATE)?;
    let key = Zeroizing::new(read(&settings.key, KEY)?);
    let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_| refused(KEY, "holds no key in PEM"))?;
    let mut roots = RootCertStore::empty();
    for authority in certificates(&read(&settings.authorities, AUTHORITIES)?, AUTHORITIES)? {
        roots.add(authority).map_err(|_| refused(AUTHORITIES, "holds a certificate that is none"))?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|_| refused(CERTIFICATE, "does not go with this TLS"))?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)
        .map_err(|_| refused(KEY, "does not belong to the certificate"))
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("upstreams", &self.upstreams.len()).finish_non_exhaustive()
    }
}

const CERTIFICATE: &str = "relay.certificate";
const KEY: &str = "relay.key";
const AUTHORITIES: &str = "relay.authorities";
