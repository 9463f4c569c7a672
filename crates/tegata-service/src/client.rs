//! Who calls: a client that is registered in the settings, by the certificate of its TLS connection, or an app by a
//! [token](crate::token) that its key signed for this one request.

use core::fmt;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::extract::{OriginalUri, Request};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use tegata::crypto::{Algorithm, CryptoProvider, PreparedKey, PublicKey};
use tegata::model::MunicipalityCode;
use tegata::{Code, Failure, Timestamp};
use tegata_issuer::audit::{Operation, Operator};

use crate::attestation::{MAX_ATTESTATION_BYTES, PlatformAttestation};
use crate::body;
use crate::device::{Origin, request_key_of};
use crate::problem::Problem;
use crate::server::Peer;
use crate::settings::{ClientKind, ClientSettings, Settings};
use crate::token::{TOKEN_ID_BYTES, Token, TokenError};
use crate::{ClientCertificate, Service, ServiceError, sealed};

/// How many tokens are remembered at one time: more than the default rate lets a hundred clients use.
const MAX_REMEMBERED_TOKENS: usize = 1 << 20;

/// After so many tokens, those that hold no longer are forgotten.
const FORGET_EVERY: usize = 1_024;

/// Where an app's platform says what it has to say.
const ATTESTATION: HeaderName = HeaderName::from_static("tegata-attestation");

/// A client that is known.
pub(crate) type Client = Arc<ClientSettings>;

/// The clients of the settings.
pub(crate) struct Clients {
    by_certificate: HashMap<[u8; 32], Client>,
    /// Apps alone.
    by_name: HashMap<String, (Client, Box<dyn PreparedKey>)>,
    attestation: OnceLock<Arc<dyn PlatformAttestation>>,
    used: Mutex<Used>,
}

/// The tokens that could be sent again, each with the second at which it ends.
struct Used {
    tokens: HashMap<[u8; TOKEN_ID_BYTES], i64>,
    /// Tokens from before are not known: whoever kept one while the service started anew could use it twice. One that a
    /// clock ahead of ours dated later than this start is the exception, for as long as that clock may be ahead.
    since: i64,
    counted: usize,
}

impl Clients {
    /// Reads the keys of the clients that have one.
    pub(crate) fn new(settings: &Settings, provider: &CryptoProvider, now: Timestamp) -> Result<Self, ServiceError> {
        let (mut by_certificate, mut by_name) = (HashMap::new(), HashMap::new());
        for client in &settings.clients {
            let client = Arc::new(client.clone());
            if let Some(certificate) = client.certificate {
                by_certificate.insert(certificate, Arc::clone(&client));
            }
            if let Some(path) = client.key.as_ref().filter(|_| client.kind == ClientKind::App) {
                let key = key(path, provider).ok_or_else(|| ServiceError::Parts {
                    field: format!("client.{}.key", client.name),
                    reason: "is no file of a P-256 public key in PEM",
                })?;
                by_name.insert(client.name.clone(), (client, key));
            }
        }
        let used = Mutex::new(Used { tokens: HashMap::new(), since: now.seconds(), counted: 0 });
        Ok(Self { by_certificate, by_name, attestation: OnceLock::new(), used })
    }

    pub(crate) fn demand_attestation(&self, judge: Arc<dyn PlatformAttestation>) {
        _ = self.attestation.set(judge);
    }

    /// The client that a certificate was registered for.
    pub(crate) fn of_certificate(&self, certificate: &ClientCertificate) -> Option<&Client> {
        self.by_certificate.get(&certificate.fingerprint)
    }

    /// The client of a token for this path and body, which is good once.
    fn of_token(&self, token: &str, path: &str, body_hash: &[u8; 32], now: Timestamp) -> Result<&Client, Problem> {
        let refused = |error: TokenError| Problem::from(Failure::from(error));
        let token = Token::parse(token).map_err(refused)?;
        let known = self.by_name.get(token.unverified_client());
        let (client, key) = known.ok_or_else(|| Problem::new(Code::ClientUnknown))?;
        token.verify(&**key, path, body_hash, now).map_err(refused)?;
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if token.issued_at() < used.since {
            return Err(refused(TokenError::NotInTime));
        }
        used.counted = used.counted.wrapping_add(1);
        if used.counted.is_multiple_of(FORGET_EVERY) || used.tokens.len() >= MAX_REMEMBERED_TOKENS {
            used.tokens.retain(|_, ends| *ends > now.seconds());
        }
        if used.tokens.len() >= MAX_REMEMBERED_TOKENS {
            return Err(Problem::new(Code::Overloaded).retry_after(60));
        }
        let (id, ends) = token.id();
        match used.tokens.insert(id, ends) {
            None => Ok(client),
            Some(_) => Err(refused(TokenError::Used)),
        }
    }

    fn attest(&self, client: &ClientSettings, statement: Option<&str>, body_hash: &[u8; 32]) -> Result<(), Problem> {
        let Some(attestation) = self.attestation.get().filter(|_| client.kind == ClientKind::App) else {
            return Ok(());
        };
        let refused = || Problem::new(Code::AttestationRefused);
        let statement = statement.filter(|text| text.len() <= MAX_ATTESTATION_BYTES * 4 / 3 + 4).ok_or_else(refused)?;
        let statement = Base64UrlUnpadded::decode_vec(statement).map_err(|_| refused())?;
        attestation.judge(&client.name, &statement, body_hash).map_err(|_| refused())
    }
}

/// A P-256 public key: SubjectPublicKeyInfo in PEM (RFC 7468 §13).
fn key(path: &Path, provider: &CryptoProvider) -> Option<Box<dyn PreparedKey>> {
    let point = sealed::point(&std::fs::read_to_string(path).ok()?)?;
    provider.verifier(Algorithm::Es256)?.prepare(&PublicKey::P256(point)).ok()
}

/// A request of a client that has proven who it is.
pub(crate) struct Call<T> {
    pub(crate) client: Client,
    pub(crate) headers: HeaderMap,
    pub(crate) body: T,
    /// SHA-256 of the body as it came.
    pub(crate) body_hash: [u8; 32],
}

impl<T> Call<T> {
    /// Where an application comes from, by what it can be sent again, and what it says.
    pub(crate) fn into_origin(self) -> Result<(Origin, T), Problem> {
        let request_key = request_key_of(&self.headers)?;
        let Self { client, body, body_hash, .. } = self;
        Ok((Origin { client, terminal: None, request_key, body_hash }, body))
    }
}

/// Finds out who calls, before anything that it sent is understood, and understands its body: JSON of a type that
/// refuses what it does not know.
pub(crate) async fn call<T: DeserializeOwned>(
    service: &Service,
    request: Request,
    kind: ClientKind,
) -> Result<Call<T>, Problem> {
    if !body::is_of_type(&request, "application/json") {
        return Err(Problem::new(Code::MediaTypeUnsupported));
    }
    let Call { client, headers, body, body_hash } = call_with_bytes(service, request, kind).await?;
    Ok(Call { client, headers, body: body::parse(&body)?, body_hash })
}

/// As [`call`], with the body as it came.
pub(crate) async fn call_with_bytes(
    service: &Service,
    request: Request,
    kind: ClientKind,
) -> Result<Call<body::Bytes>, Problem> {
    let clients = service.clients();
    let by_certificate = certified(clients, &request);
    let headers = request.headers().clone();
    let token = bearer(&headers);
    if by_certificate.is_none() && token.is_none() {
        return Err(Problem::new(Code::ClientUnknown));
    }
    // Routes see the rest of a path alone.
    let whole = request.extensions().get::<OriginalUri>().map_or(request.uri(), |OriginalUri(uri)| uri);
    let path = whole.path().to_owned();
    let body = body::read(request, service).await?;
    let body_hash = Sha256::digest(&*body).into();
    let client = match (by_certificate, token) {
        (Some(client), _) => client,
        (None, Some(token)) => Arc::clone(clients.of_token(token, &path, &body_hash, service.now())?),
        (None, None) => return Err(Problem::new(Code::ClientUnknown)),
    };
    is_of_kind(&client, &[kind])?;
    let statement = headers.get(ATTESTATION).and_then(|value| value.to_str().ok());
    clients.attest(&client, statement, &body_hash)?;
    // An app's key or certificate is on many phones: whoever took it uses up nothing before the platform spoke for them.
    service.rates().client(&client.name)?;
    Ok(Call { client, headers, body, body_hash })
}

/// The client of a request without a body, by its certificate.
pub(crate) fn caller(service: &Service, request: &Request, kinds: &[ClientKind]) -> Result<Client, Problem> {
    let client = certified(service.clients(), request).ok_or_else(|| Problem::new(Code::ClientUnknown))?;
    is_of_kind(&client, kinds)?;
    service.rates().client(&client.name)?;
    Ok(client)
}

fn certified(clients: &Clients, request: &Request) -> Option<Client> {
    let peer = request.extensions().get::<Peer>()?;
    clients.of_certificate(peer.certificate.as_ref()?).map(Arc::clone)
}

/// What stands behind `Authorization: Bearer`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn is_of_kind(client: &ClientSettings, kinds: &[ClientKind]) -> Result<(), Problem> {
    if kinds.contains(&client.kind) { Ok(()) } else { Err(Problem::new(Code::AccessDenied)) }
}

impl ClientSettings {
    /// Whether the client may apply to a municipality.
    pub(crate) fn may_apply_to(&self, municipality: MunicipalityCode) -> bool {
        self.municipalities.as_ref().is_none_or(|codes| codes.contains(&municipality))
    }

    /// What the audit log says of what the client does, on a terminal behind it or itself.
    pub(crate) fn operation(&self, name: &'static str, terminal: Option<&str>) -> Result<Operation, Problem> {
        let operator = Operator::new(&self.name, self.kind.name(), terminal.unwrap_or(&self.name))?;
        Ok(Operation::new(name, operator, "-")?)
    }
}

impl fmt::Debug for Clients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clients").finish_non_exhaustive()
    }
}
