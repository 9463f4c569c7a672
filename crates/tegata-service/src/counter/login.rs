//! Logging in and out, and one's own password.

use axum::extract::{Request, State};
use serde::{Deserialize, Serialize};
use tegata::Code;
use tegata::model::MunicipalityCode;
use tegata_issuer::staff::{self, Login, Password, Role, StaffError};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::session::{self, Session, token_text};
use crate::Service;
use crate::body::{Json, Wiped};
use crate::client::{Call, call, caller};
use crate::problem::Problem;
use crate::settings::ClientKind;

pub(super) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(log_in))
        .routes(routes!(log_out))
        .routes(routes!(change_password))
        .routes(routes!(show_session))
}

/// Logs a person in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginRequest {
    /// The municipality (自治体コード), six digits.
    #[schema(pattern = "^[0-9]{6}$", example = "131202")]
    municipality: String,
    /// The name of the person's own account.
    #[schema(max_length = 100, example = "sato")]
    account: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    password: Wiped,
}

/// Somebody is logged in.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginAnswer {
    /// To be sent as `Authorization: Bearer …` with every request, from this terminal.
    #[schema(value_type = String)]
    token: Wiped,
    /// Whether the password is to be changed before anything else.
    password_to_change: bool,
    /// Seconds after which the session ends if it is not used.
    idle_seconds: i64,
    /// Seconds after which it ends in any case.
    seconds: i64,
}

/// Logs a person in on a registered terminal. Failures are answered alike, whether there is such an account or not, and
/// after a few of them the account waits.
#[utoipa::path(
    post,
    operation_id = "counter_login",
    path = "/login",
    tag = "counter",
    request_body = LoginRequest,
    responses((status = 200, description = "The session.", body = LoginAnswer)),
    security(("certificate" = [])),
)]
async fn log_in(State(service): State<Service>, request: Request) -> Result<Json<LoginAnswer>, Problem> {
    let Call { client, body, .. } = call::<LoginRequest>(&service, request, ClientKind::Terminal).await?;
    let municipality = MunicipalityCode::parse(&body.municipality);
    let municipality = municipality.ok_or_else(|| Problem::of_field(Code::BodyMalformed, "municipality"))?;
    if !client.may_apply_to(municipality) {
        return Err(Problem::new(Code::AccessDenied));
    }
    let answer = service.work_for(municipality, move |service| {
        let office = service.office(municipality)?;
        let (terminal, now) = (client.name.as_str(), service.now());
        let attempt = service.throttle().begin(municipality.as_str(), &body.account, terminal, now)?;
        let login = Login { name: &body.account, password: Password::typed(&body.password)?, terminal };
        let token = staff::log_in(office.ledger, municipality, &login, service.random(), now)?;
        service.throttle().succeeded(&attempt);
        let resumed = staff::resume(office.ledger, municipality, &token, terminal, now);
        Ok(LoginAnswer {
            token: token_text(municipality, &token),
            password_to_change: matches!(resumed, Err(StaffError::PasswordToChange)),
            idle_seconds: staff::SESSION_IDLE_SECONDS,
            seconds: staff::SESSION_SECONDS,
        })
    });
    answer.await.map(Json)
}

/// Nothing but that it was done.
#[derive(Serialize, ToSchema)]
pub(crate) struct Done {
    /// `done`.
    #[schema(example = "done")]
    status: &'static str,
}

impl Done {
    pub(super) const fn new() -> Self {
        Self { status: "done" }
    }
}

/// Ends the session. One that has ended is none, which is answered alike.
#[utoipa::path(
    post,
    operation_id = "counter_logout",
    path = "/logout",
    tag = "counter",
    responses((status = 200, description = "The session has ended.", body = Done)),
    security(("certificate" = [], "session" = [])),
)]
async fn log_out(State(service): State<Service>, request: Request) -> Result<Json<Done>, Problem> {
    let client = caller(&service, &request, &[ClientKind::Terminal])?;
    let session = Session::of(client, request.headers())?;
    let done = service.work_for(session.municipality(), move |service| {
        let office = session.office(service)?;
        staff::log_out(office.ledger, session.municipality(), session.token(), session.terminal(), service.now())?;
        Ok(Done::new())
    });
    done.await.map(Json)
}

/// Changes one's own password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordRequest {
    /// The password until now.
    #[schema(value_type = String, format = Password)]
    current: Wiped,
    /// The one from now on: twelve characters or more.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 128)]
    new: Wiped,
}

/// Changes the password of whoever is logged in. Every session of the account ends, this one too.
#[utoipa::path(
    post,
    operation_id = "counter_password",
    path = "/password",
    tag = "counter",
    request_body = PasswordRequest,
    responses((status = 200, description = "The password is the new one.", body = Done)),
    security(("certificate" = [], "session" = [])),
)]
async fn change_password(State(service): State<Service>, request: Request) -> Result<Json<Done>, Problem> {
    let Call { client, headers, body, .. } = call::<PasswordRequest>(&service, request, ClientKind::Terminal).await?;
    let session = Session::of(client, &headers)?;
    let done = service.work_for(session.municipality(), move |service| {
        let (office, municipality, now) = (session.office(service)?, session.municipality(), service.now());
        let (token, terminal) = (session.token(), session.terminal());
        // A stolen session does not find out the password.
        let name = format!("password of {}", &*token.to_text());
        let attempt = service.throttle().begin(municipality.as_str(), &name, terminal, now)?;
        let current = Password::typed(&body.current)?;
        let at = (token, terminal);
        staff::change_password(office.ledger, municipality, at, &current, &body.new, service.random(), now)?;
        service.throttle().succeeded(&attempt);
        Ok(Done::new())
    });
    done.await.map(Json)
}

/// Who is logged in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionAnswer {
    /// The municipality.
    municipality: String,
    /// The account.
    account: String,
    /// The department.
    department: String,
    /// The terminal.
    terminal: String,
    /// What the account may do: `enter`, `review`, `approve`, `administer`.
    roles: Vec<&'static str>,
}

/// Says who is logged in on this terminal.
#[utoipa::path(
    get,
    operation_id = "counter_session",
    path = "/session",
    tag = "counter",
    responses((status = 200, description = "Who it is.", body = SessionAnswer)),
    security(("certificate" = [], "session" = [])),
)]
async fn show_session(State(service): State<Service>, request: Request) -> Result<Json<SessionAnswer>, Problem> {
    session::look(&service, request, |desk| {
        Ok(SessionAnswer {
            municipality: desk.on_duty.municipality().as_str().to_owned(),
            account: desk.on_duty.name().to_owned(),
            department: desk.on_duty.department().to_owned(),
            terminal: desk.terminal.to_owned(),
            roles: desk.on_duty.roles().iter().copied().map(Role::name).collect(),
        })
    })
    .await
}
