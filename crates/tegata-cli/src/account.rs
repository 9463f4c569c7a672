//! `tegata account`: the accounts of staff, for whoever holds the master key.

use serde_json::json;
use tegata::report::Language;
use tegata_issuer::ledger::LedgerError;
use tegata_issuer::staff::{self, NewAccount, Role};

use crate::arguments::{Account, AccountCreate, AccountRevoke, Office, Staff, StaffRole};
use crate::error::{Error, Exit};
use crate::keys::OsRandom;
use crate::output::Output;

pub(crate) fn run(command: &Account, output: &Output) -> Result<Exit, Error> {
    match command {
        Account::Create(options) => create(options, output),
        Account::List { office, staff } => list(office, staff, output),
        Account::Revoke(options) => revoke(options, output),
    }
}

fn create(options: &AccountCreate, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = options.office.open()?;
    let (operation, now) = options.staff.operation("account-create")?;
    let roles: Vec<_> = options.role.iter().map(|role| role_of(*role)).collect();
    let department = options.account_department.as_deref().unwrap_or(&options.staff.department);
    let new = NewAccount { name: &options.account, department, roles: &roles };
    let made = staff::set_up_account(&ledger, settings.code(), new, &OsRandom, operation, now);
    let password = made.map_err(|error| Error::refused(options.office.name(), error))?;
    if output.is_human() {
        return output
            .line(&match output.language() {
                Language::Japanese => {
                    format!("作成しました。初回パスワード（一度だけ表示、初回ログイン時に変更）: {}", password.expose())
                }
                _ => format!("Made. First password, shown once and changed at the first login: {}", password.expose()),
            })
            .map(|()| Exit::Done);
    }
    let result = json!({"status": "done", "account": options.account, "initial_password": password.expose()});
    output.line(&result.to_string()).map(|()| Exit::Done)
}

fn list(office: &Office, staff: &Staff, output: &Output) -> Result<Exit, Error> {
    let refused = |error: LedgerError| Error::refused(office.name(), error);
    let (settings, ledger) = office.open()?;
    let (operation, now) = staff.operation("account-list")?;
    let mut session = ledger.begin(settings.code(), operation, now).map_err(refused)?;
    let accounts = session.accounts();
    match &accounts {
        Ok(_) => session.commit(),
        Err(error) => session.refuse(error.code()),
    }
    .map_err(refused)?;
    let accounts = accounts.map_err(refused)?;
    for account in accounts {
        let roles: Vec<_> = account.roles.iter().copied().map(Role::name).collect();
        if output.is_human() {
            let revoked = if account.revoked_at.is_some() { output.choose("  revoked", "  失効") } else { "" };
            output.line(&format!("{}  {}  {}{revoked}", account.name, account.department, roles.join(",")))?;
        } else {
            let result = json!({
                "account": account.name, "department": account.department, "roles": roles,
                "revoked_at": account.revoked_at.map(|time| time.to_string()),
            });
            output.line(&result.to_string())?;
        }
    }
    Ok(Exit::Done)
}

fn revoke(options: &AccountRevoke, output: &Output) -> Result<Exit, Error> {
    let refused = |error: LedgerError| Error::refused(options.office.name(), error);
    let (settings, ledger) = options.office.open()?;
    let (operation, now) = options.staff.operation("account-revoke")?;
    let mut session = ledger.begin(settings.code(), operation, now).map_err(refused)?;
    if let Err(error) = session.revoke_account(&options.account) {
        session.refuse(error.code()).map_err(refused)?;
        return Err(refused(error));
    }
    session.commit().map_err(refused)?;
    let result = json!({"status": "done", "account": options.account});
    let line =
        if output.is_human() { output.choose("Revoked", "失効しました").to_owned() } else { result.to_string() };
    output.line(&line).map(|()| Exit::Done)
}

const fn role_of(role: StaffRole) -> Role {
    match role {
        StaffRole::Enter => Role::Enter,
        StaffRole::Review => Role::Review,
        StaffRole::Approve => Role::Approve,
        StaffRole::Administer => Role::Administer,
    }
}
