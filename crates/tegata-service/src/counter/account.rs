//! The accounts of the staff (D1). A name is a person's: it stands in no path.

use axum::extract::{Request, State};
use serde::{Deserialize, Serialize};
use tegata::Code;
use tegata_issuer::ledger::Account;
use tegata_issuer::staff::{self, NewAccount, Password, Role};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::login::Done;
use super::session;
use crate::Service;
use crate::body::{Json, Wiped};
use crate::problem::Problem;

pub(super) fn router() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(change_rights))
        .routes(routes!(reset_password))
        .routes(routes!(revoke))
}

/// An account with what it may do.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RightsRequest {
    /// The name it logs in with: one person's.
    #[schema(max_length = 100, example = "sato")]
    account: String,
    /// The department (部署).
    #[schema(max_length = 100, example = "市民課")]
    department: String,
    /// What it may do: `enter`, `review`, `approve`, `administer`.
    #[schema(example = json!(["enter"]))]
    roles: Vec<String>,
    /// Why: it is in the audit log.
    #[schema(max_length = 400, example = "着任")]
    reason: String,
}

/// An account that something is done to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountRequest {
    /// Its name.
    #[schema(max_length = 100, example = "sato")]
    account: String,
    /// Why: it is in the audit log.
    #[schema(max_length = 400, example = "異動")]
    reason: String,
}

/// A first password.
#[derive(Serialize, ToSchema)]
pub(crate) struct InitialAnswer {
    /// To be told to the account's holder alone, who changes it at the first login. It is shown once.
    #[schema(value_type = String)]
    initial_password: Wiped,
}

/// The accounts.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountsAnswer {
    accounts: Vec<AccountAnswer>,
}

/// One account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountAnswer {
    account: String,
    department: String,
    roles: Vec<&'static str>,
    /// Whether its holder has not yet chosen a password.
    password_to_change: bool,
    /// Since when there is the account (RFC 3339).
    created_at: String,
    /// Since when it is revoked.
    revoked_at: Option<String>,
}

/// Makes an account. Takes the role `administer`, as everything here.
#[utoipa::path(
    post,
    operation_id = "counter_account_create",
    path = "/accounts",
    tag = "counter",
    request_body = RightsRequest,
    responses((status = 200, description = "The account is there.", body = InitialAnswer)),
    security(("certificate" = [], "session" = [])),
)]
async fn create(State(service): State<Service>, request: Request) -> Result<Json<InitialAnswer>, Problem> {
    session::ask(&service, request, |desk, wanted: RightsRequest| {
        let operation = desk.operation("account-create", &wanted.reason)?;
        let (roles, random) = (wanted.roles()?, desk.service.random());
        let new = NewAccount { name: &wanted.account, department: &wanted.department, roles: &roles };
        let (ledger, municipality) = (desk.office.ledger, desk.on_duty.municipality());
        let password = staff::create_account(ledger, municipality, new, random, operation, desk.service.now())?;
        Ok(InitialAnswer::of(&password))
    })
    .await
}

/// Lists the accounts, revoked ones too.
#[utoipa::path(
    get,
    operation_id = "counter_accounts",
    path = "/accounts",
    tag = "counter",
    responses((status = 200, description = "Every account, by name.", body = AccountsAnswer)),
    security(("certificate" = [], "session" = [])),
)]
async fn list(State(service): State<Service>, request: Request) -> Result<Json<AccountsAnswer>, Problem> {
    session::look(&service, request, |desk| {
        let operation = desk.operation("account-list", "-")?;
        let (ledger, municipality) = (desk.office.ledger, desk.on_duty.municipality());
        let accounts = staff::accounts(ledger, municipality, operation, desk.service.now())?;
        Ok(AccountsAnswer { accounts: accounts.iter().map(AccountAnswer::of).collect() })
    })
    .await
}

/// Changes department and roles of another account, from the next request on.
#[utoipa::path(
    post,
    operation_id = "counter_account_rights",
    path = "/accounts/rights",
    tag = "counter",
    request_body = RightsRequest,
    responses((status = 200, description = "The rights are these.", body = Done)),
    security(("certificate" = [], "session" = [])),
)]
async fn change_rights(State(service): State<Service>, request: Request) -> Result<Json<Done>, Problem> {
    session::ask(&service, request, |desk, wanted: RightsRequest| {
        let operation = desk.operation("account-rights", &wanted.reason)?;
        let roles = wanted.roles()?;
        let changed = NewAccount { name: &wanted.account, department: &wanted.department, roles: &roles };
        let (ledger, municipality) = (desk.office.ledger, desk.on_duty.municipality());
        staff::change_rights(ledger, municipality, changed, operation, desk.service.now())?;
        Ok(Done::new())
    })
    .await
}

/// Gives another account a new first password; its sessions end.
#[utoipa::path(
    post,
    operation_id = "counter_account_password",
    path = "/accounts/password",
    tag = "counter",
    request_body = AccountRequest,
    responses((status = 200, description = "The old password is none.", body = InitialAnswer)),
    security(("certificate" = [], "session" = [])),
)]
async fn reset_password(State(service): State<Service>, request: Request) -> Result<Json<InitialAnswer>, Problem> {
    session::ask(&service, request, |desk, wanted: AccountRequest| {
        let operation = desk.operation("account-password", &wanted.reason)?;
        let (ledger, municipality) = (desk.office.ledger, desk.on_duty.municipality());
        let (random, now) = (desk.service.random(), desk.service.now());
        let password = staff::reset_password(ledger, municipality, &wanted.account, random, operation, now)?;
        Ok(InitialAnswer::of(&password))
    })
    .await
}

/// Revokes another account, at once and for good.
#[utoipa::path(
    post,
    operation_id = "counter_account_revoke",
    path = "/accounts/revoke",
    tag = "counter",
    request_body = AccountRequest,
    responses((status = 200, description = "The account does nothing more.", body = Done)),
    security(("certificate" = [], "session" = [])),
)]
async fn revoke(State(service): State<Service>, request: Request) -> Result<Json<Done>, Problem> {
    session::ask(&service, request, |desk, wanted: AccountRequest| {
        let operation = desk.operation("account-revoke", &wanted.reason)?;
        let (ledger, municipality) = (desk.office.ledger, desk.on_duty.municipality());
        staff::revoke_account(ledger, municipality, &wanted.account, operation, desk.service.now())?;
        Ok(Done::new())
    })
    .await
}

impl RightsRequest {
    fn roles(&self) -> Result<Vec<Role>, Problem> {
        let roles: Option<Vec<_>> = self.roles.iter().map(|word| Role::parse(word)).collect();
        roles.ok_or_else(|| Problem::of_field(Code::BodyMalformed, "roles"))
    }
}

impl InitialAnswer {
    fn of(password: &Password) -> Self {
        Self { initial_password: Wiped::new(password.expose().to_owned()) }
    }
}

impl AccountAnswer {
    fn of(account: &Account) -> Self {
        Self {
            account: account.name.clone(),
            department: account.department.clone(),
            roles: account.roles.iter().copied().map(Role::name).collect(),
            password_to_change: account.password_initial,
            created_at: account.created_at.to_string(),
            revoked_at: account.revoked_at.map(|time| time.to_string()),
        }
    }
}
