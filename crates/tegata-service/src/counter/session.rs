//! Whose request it is: a terminal's, and on it a person's.

use axum::extract::Request;
use axum::http::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tegata::Code;
use tegata::model::MunicipalityCode;
use tegata_issuer::audit::Operation;
use tegata_issuer::staff::{self, OnDuty, SessionToken};

use crate::body::{Json, Wiped};
use crate::client::{Call, Client, bearer, call, caller};
use crate::device::{letters, request_key_of};
use crate::problem::Problem;
use crate::settings::ClientKind;
use crate::{Office, Service};

/// The terminal and the token of a request, neither of them believed yet.
pub(super) struct Session {
    terminal: Client,
    municipality: MunicipalityCode,
    token: SessionToken,
}

/// Somebody on duty, in the office of their municipality.
pub(super) struct Desk<'s> {
    pub(super) service: &'s Service,
    pub(super) office: Office<'s>,
    pub(super) on_duty: OnDuty,
    pub(super) terminal: &'s str,
}

impl Session {
    /// The session that a request names.
    pub(super) fn of(terminal: Client, headers: &HeaderMap) -> Result<Self, Problem> {
        let ended = || Problem::new(Code::SessionEnded);
        let (municipality, token) = bearer(headers).and_then(|text| text.split_once('.')).ok_or_else(ended)?;
        let municipality = MunicipalityCode::parse(municipality).ok_or_else(ended)?;
        if !terminal.may_apply_to(municipality) {
            return Err(ended());
        }
        Ok(Self { terminal, municipality, token: SessionToken::parse(token)? })
    }

    pub(super) const fn municipality(&self) -> MunicipalityCode {
        self.municipality
    }

    pub(super) const fn token(&self) -> &SessionToken {
        &self.token
    }

    pub(super) fn terminal(&self) -> &str {
        &self.terminal.name
    }

    /// The office of its municipality; one that is not served has no sessions.
    pub(super) fn office<'s>(&self, service: &'s Service) -> Result<Office<'s>, Problem> {
        service.office(self.municipality).map_err(|_| Problem::new(Code::SessionEnded))
    }

    /// Who it is.
    fn resume<'s>(&'s self, service: &'s Service) -> Result<Desk<'s>, Problem> {
        let office = self.office(service)?;
        let (terminal, now) = (self.terminal(), service.now());
        let on_duty = staff::resume(office.ledger, self.municipality, &self.token, terminal, now)?;
        Ok(Desk { service, office, on_duty, terminal })
    }
}

impl Desk<'_> {
    /// What this person does, as the audit log says it.
    pub(super) fn operation(&self, name: &'static str, reason: &str) -> Result<Operation, Problem> {
        let operation = self.on_duty.operation(name, reason);
        operation.map_err(|_| Problem::of_field(Code::BodyMalformed, "reason"))
    }

    /// The name under which answers are kept for this person at this terminal.
    pub(super) fn client(&self) -> String {
        letters(&[self.terminal.as_bytes(), self.on_duty.name().as_bytes()])
    }
}

/// A token as a terminal sends it back.
pub(super) fn token_text(municipality: MunicipalityCode, token: &SessionToken) -> Wiped {
    Wiped::new(format!("{municipality}.{}", &*token.to_text()))
}

/// What the request of a person asks, answered.
pub(super) async fn ask<T, A>(
    service: &Service,
    request: Request,
    answer: impl FnOnce(&Desk<'_>, T) -> Result<A, Problem> + Send + 'static,
) -> Result<Json<A>, Problem>
where
    T: DeserializeOwned + Send + 'static,
    A: Serialize + Send + 'static,
{
    let (session, call) = heard(service, request).await?;
    answered(service, session, move |desk| answer(desk, call.body)).await
}

/// A key by which a request can be sent again, and the hash of its body.
pub(super) struct Again {
    pub(super) key: String,
    pub(super) body_hash: [u8; 32],
}

/// As [`ask`], for a request that may be sent again.
pub(super) async fn ask_once<T, A>(
    service: &Service,
    request: Request,
    answer: impl FnOnce(&Desk<'_>, T, Again) -> Result<A, Problem> + Send + 'static,
) -> Result<Json<A>, Problem>
where
    T: DeserializeOwned + Send + 'static,
    A: Serialize + Send + 'static,
{
    let (session, call) = heard(service, request).await?;
    let again = Again { key: request_key_of(&call.headers)?, body_hash: call.body_hash };
    answered(service, session, move |desk| answer(desk, call.body, again)).await
}

/// As [`ask`], for a request without a body.
pub(super) async fn look<A: Serialize + Send + 'static>(
    service: &Service,
    request: Request,
    answer: impl FnOnce(&Desk<'_>) -> Result<A, Problem> + Send + 'static,
) -> Result<Json<A>, Problem> {
    let client = caller(service, &request, &[ClientKind::Terminal])?;
    let session = Session::of(client, request.headers())?;
    answered(service, session, answer).await
}

/// A request of a terminal with the session that it names.
async fn heard<T: DeserializeOwned>(service: &Service, request: Request) -> Result<(Session, Call<T>), Problem> {
    let call = call(service, request, ClientKind::Terminal).await?;
    let session = Session::of(call.client.clone(), &call.headers)?;
    Ok((session, call))
}

/// What somebody who is logged in asks, answered where it takes its time.
async fn answered<A: Serialize + Send + 'static>(
    service: &Service,
    session: Session,
    answer: impl FnOnce(&Desk<'_>) -> Result<A, Problem> + Send + 'static,
) -> Result<Json<A>, Problem> {
    service.work_for(session.municipality(), move |service| answer(&session.resume(service)?)).await.map(Json)
}
