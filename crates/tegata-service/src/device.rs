//! What app and kiosk have in common: a challenge for a card, then an application that answers it.

use axum::http::{HeaderMap, HeaderName};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tegata::Code;
use tegata::card::{CHALLENGE_VALID_SECONDS, Challenge};
use tegata::model::{Kind, MunicipalityCode};
use tegata_issuer::application::{DeviceSession, Receipt, apply_once};
use tegata_issuer::issuing::Desk;
use tegata_issuer::ledger::{ChallengeBinding, IdempotencyKey};
use tegata_issuer::record::Channel;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::Service;
use crate::body::Wiped;
use crate::client::Client;
use crate::problem::Problem;
use crate::request::{ApplicationRequest, ChallengeRequest};

/// The header by which a request can be sent again (draft-ietf-httpapi-idempotency-key-header).
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Characters of the name of a client's session, and of an idempotency key.
const NAME_MAX_CHARS: usize = 128;

/// A challenge for a card.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChallengeAnswer {
    /// 32 bytes that the card signs, base64url.
    challenge: String,
    /// The application must arrive before (RFC 3339).
    expires_at: String,
    /// The version of the terms in force, to which consent is given.
    terms: String,
}

/// What was issued.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApplicationAnswer {
    /// The certificate ID (証明書ID).
    certificate_id: String,
    /// The day of issue (証明書発行年月日), `YYYY-MM-DD`.
    issue_date: String,
    /// One for each profile that was asked for, in that order.
    certificates: Vec<CertificateAnswer>,
}

/// One certificate.
#[derive(Serialize, ToSchema)]
pub(crate) struct CertificateAnswer {
    /// Its profile.
    profile: &'static str,
    /// Its text, for a QR code.
    #[schema(value_type = String)]
    text: Wiped,
    /// On A4 paper, PDF in base64url; only where it was asked for and could be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    paper: Option<Wiped>,
}

/// Hands out a challenge: for one client, session, municipality, channel and kind, once, and for two minutes. A sealed
/// request is for the municipality that it was sealed for.
pub(crate) async fn challenge(
    service: &Service,
    client: &Client,
    request: ChallengeRequest,
    channel: Channel,
    sealed_for: Option<MunicipalityCode>,
) -> Result<ChallengeAnswer, Problem> {
    let ChallengeRequest { municipality, session, kind } = request;
    let municipality = MunicipalityCode::parse(&municipality).ok_or_else(|| malformed("municipality"))?;
    permitted(client, municipality, sealed_for)?;
    let kind = [Kind::Domestic, Kind::Overseas].into_iter().find(|known| known.name() == kind);
    let kind = kind.ok_or_else(|| malformed("kind"))?;
    let session = session_name(client, &session, kind)?;
    service
        .work_for(municipality, move |service| {
            let office = service.office(municipality)?;
            let now = service.now();
            let settings = office.desk.settings();
            // Nobody reads a card for what will be refused.
            settings.takes(channel, now)?;
            let challenge = Challenge::generate(service.random()).map_err(|_| Problem::new(Code::InternalError))?;
            let expires_at = now.saturating_add_seconds(CHALLENGE_VALID_SECONDS.into());
            let mut quiet = office.ledger.begin_challenge(municipality)?;
            let binding = ChallengeBinding { session: &session, channel };
            quiet.put_challenge(challenge.as_bytes(), binding, now, expires_at)?;
            quiet.commit()?;
            Ok(ChallengeAnswer {
                challenge: Base64UrlUnpadded::encode_string(challenge.as_bytes()),
                expires_at: expires_at.to_string(),
                terms: settings.terms().to_owned(),
            })
        })
        .await
}

/// Where an application comes from.
pub(crate) struct Origin {
    pub(crate) client: Client,
    /// The device behind a client that hands on.
    pub(crate) terminal: Option<String>,
    /// By what it can be sent again, as [`request_key`] makes it.
    pub(crate) request_key: String,
    /// SHA-256 of what makes it the same when it is sent again.
    pub(crate) body_hash: [u8; 32],
}

/// Deals with an application, and answers with what was issued: once for each request.
pub(crate) async fn apply(
    service: &Service,
    origin: Origin,
    request: ApplicationRequest,
    channel: Channel,
    sealed_for: Option<MunicipalityCode>,
) -> Result<ApplicationAnswer, Problem> {
    let (application, session, paper) = (request.decode()?, request.session, request.paper);
    let municipality = application.municipality();
    permitted(&origin.client, municipality, sealed_for)?;
    if Channel::from(application.channel()) != channel {
        return Err(Problem::new(Code::AccessDenied));
    }
    let session = session_name(&origin.client, &session, application.kind())?;
    service
        .work_for(municipality, move |service| {
            let office = service.office(municipality)?;
            let operation = origin.client.operation("apply", origin.terminal.as_deref())?;
            let device = DeviceSession { session: &session, operation: &operation };
            let (client, key) = (&origin.client.name, &origin.request_key);
            let request = IdempotencyKey { client, key, body_hash: origin.body_hash };
            if paper {
                crate::paper::typefaces(service)?;
            }
            let (ledger, desk, verifier) = (office.ledger, office.desk, service.verifier());
            let receipt = apply_once(ledger, desk, verifier, &application, device, &request, service.now())?;
            Ok(answer(service, desk, &receipt, paper))
        })
        .await
}

/// Whether a client may apply to a municipality, and says the same inside as outside.
fn permitted(
    client: &Client,
    municipality: MunicipalityCode,
    sealed_for: Option<MunicipalityCode>,
) -> Result<(), Problem> {
    let is_same = sealed_for.is_none_or(|sealed_for| sealed_for == municipality);
    if is_same && client.may_apply_to(municipality) { Ok(()) } else { Err(Problem::new(Code::AccessDenied)) }
}

/// The answer to a device, on paper too where it is asked for. What was issued is answered in any case: a paper that
/// cannot be made is left out, and the request that is sent again tries anew.
pub(crate) fn answer(service: &Service, desk: &Desk, receipt: &Receipt, paper: bool) -> ApplicationAnswer {
    let on_paper = |text: &str| match crate::paper::pdf(service, desk, text) {
        Ok(pdf) => Some(Wiped::new(Base64UrlUnpadded::encode_string(pdf.bytes()))),
        Err(problem) => {
            tracing::warn!(target: "tegata", code = problem.code().name(), "no paper");
            None
        }
    };
    let certificate = |(profile, text): &(tegata::Profile, Zeroizing<String>)| CertificateAnswer {
        profile: profile.name(),
        text: Wiped::new(text.to_string()),
        paper: paper.then(|| on_paper(text)).flatten(),
    };
    ApplicationAnswer {
        certificate_id: receipt.certificate_id.clone(),
        issue_date: receipt.issue_date.to_string(),
        certificates: receipt.texts.iter().map(certificate).collect(),
    }
}

/// The name under which the ledger binds a challenge: of the client, its session and the kind. As letters, for a
/// client's own words could look like an individual number.
fn session_name(client: &Client, session: &str, kind: Kind) -> Result<String, Problem> {
    let is_name = (8..=NAME_MAX_CHARS).contains(&session.len())
        && session.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte));
    if !is_name {
        return Err(malformed("session"));
    }
    Ok(letters(&[client.name.as_bytes(), session.as_bytes(), kind.name().as_bytes()]))
}

/// What the header [`IDEMPOTENCY_KEY`] says. The draft has it quoted; many send it bare.
pub(crate) fn request_key_of(headers: &HeaderMap) -> Result<String, Problem> {
    let mut given = headers.get_all(IDEMPOTENCY_KEY).iter();
    let (Some(value), None) = (given.next(), given.next()) else { return Err(invalid_key()) };
    let value = value.to_str().map_err(|_| invalid_key())?;
    request_key(value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value))
}

/// The key by which a request can be sent again, as letters: the client's own could look like an individual number.
pub(crate) fn request_key(text: &str) -> Result<String, Problem> {
    let is_key = (8..=NAME_MAX_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_key { Ok(letters(&[text.as_bytes()])) } else { Err(invalid_key()) }
}

fn invalid_key() -> Problem {
    Problem::of_field(Code::RequestKeyInvalid, "Idempotency-Key")
}

/// A hash of parts in 64 letters from `a` to `p`.
pub(crate) fn letters(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let nibbles = |byte: u8| [byte >> 4, byte & 15].map(|nibble| char::from(b'a' + nibble));
    hash.finalize().into_iter().flat_map(nibbles).collect()
}

fn malformed(field: &'static str) -> Problem {
    Problem::of_field(Code::BodyMalformed, field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(IDEMPOTENCY_KEY, value.parse().unwrap());
        }
        request_key_of(&headers).ok()
    }

    #[test]
    fn a_request_key_is_one_visible_text() {
        assert_eq!(key_of(&["\"0f0e-1234\""]), key_of(&["0f0e-1234"]));
        assert_ne!(key_of(&["0f0e-1234"]), key_of(&["0f0e-1235"]));
        let long = "x".repeat(129);
        for wrong in [&[][..], &["short"], &["with a blank"], &["twice-1234", "twice-1234"], &[long.as_str()]] {
            assert_eq!(key_of(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn no_number_of_a_client_stands_in_the_ledger() {
        let key = key_of(&["123456789018"]).unwrap();
        assert!(key.len() == 64 && key.bytes().all(|byte| (b'a'..=b'p').contains(&byte)));
        // Parts do not run into one another.
        assert_ne!(letters(&[b"ab", b"c"]), letters(&[b"a", b"bc"]));
    }
}
