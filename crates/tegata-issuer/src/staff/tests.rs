//! Logging in and administering.

use std::sync::Arc;

use tegata::Timestamp;
use tegata::model::MunicipalityCode;
use tempfile::TempDir;

use super::*;
use crate::audit::{Operation, Operator};
use crate::ledger::{Ledger, LedgerError};
use crate::testing::OsRandom;
use crate::vault::MasterKey;

struct Hall {
    folder: TempDir,
    ledger: Ledger,
}

const TERMINAL: &str = "counter-3";

fn here() -> MunicipalityCode {
    MunicipalityCode::parse("131202").unwrap()
}

fn elsewhere() -> MunicipalityCode {
    MunicipalityCode::parse("271403").unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-20T10:00:00+09:00").unwrap().saturating_add_seconds(seconds)
}

fn by(name: &str) -> Operation {
    Operation::new("account", Operator::new(name, "市民課", TERMINAL).unwrap(), "着任").unwrap()
}

impl Hall {
    /// With kanri, who administers, and sato, who enters; both have changed their passwords.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = MasterKey::generate(&OsRandom).unwrap();
        let ledger = Ledger::open_sqlite(folder.path(), key, Arc::new(OsRandom)).unwrap();
        ledger.create(here()).unwrap();
        ledger.create(elsewhere()).unwrap();
        let hall = Self { folder, ledger };
        let new = NewAccount { name: "kanri", department: "情報課", roles: &[Role::Administer] };
        let first = set_up_account(&hall.ledger, here(), new, &OsRandom, by("root"), at(0)).unwrap();
        hall.change_first("kanri", first.expose());
        let first = hall.create("kanri", "sato", &[Role::Enter]).unwrap();
        hall.change_first("sato", first.expose());
        hall
    }

    fn create(&self, who: &str, name: &str, roles: &[Role]) -> Result<Password, StaffError> {
        let new = NewAccount { name, department: "市民課", roles };
        create_account(&self.ledger, here(), new, &OsRandom, by(who), at(0))
    }

    fn log_in(&self, name: &str, password: &str) -> Result<SessionToken, StaffError> {
        let login = Login { name, password: Password::typed(password)?, terminal: TERMINAL };
        log_in(&self.ledger, here(), &login, &OsRandom, at(0))
    }

    fn resume(&self, token: &SessionToken, seconds: i64) -> Result<OnDuty, StaffError> {
        resume(&self.ledger, here(), token, TERMINAL, at(seconds))
    }

    fn change(&self, token: &SessionToken, current: &str, new: &str) -> Result<(), StaffError> {
        let current = Password::typed(current)?;
        change_password(&self.ledger, here(), (token, TERMINAL), &current, new, &OsRandom, at(1))
    }

    fn change_first(&self, name: &str, first: &str) {
        let token = self.log_in(name, first).unwrap();
        assert_eq!(self.resume(&token, 1).unwrap_err(), StaffError::PasswordToChange);
        self.change(&token, first, &password_of(name)).unwrap();
        assert_eq!(self.resume(&token, 1).unwrap_err(), StaffError::SessionEnded);
    }

    fn outcomes(&self) -> Vec<(String, String, String)> {
        let mut entries = Vec::new();
        let mut session = self.ledger.begin_reading(here()).unwrap();
        let mut each = |entry: crate::audit::Entry| entries.push((entry.operation, entry.operator, entry.outcome));
        session.verify_audit(&[], &mut each).unwrap();
        entries
    }
}

/// A good one, another for each.
fn password_of(name: &str) -> String {
    format!("正しい馬 {} 電池 staple", name.chars().rev().collect::<String>())
}

#[test]
fn d1_a_session_is_of_a_person_a_terminal_and_a_time() {
    let hall = Hall::new();
    let token = hall.log_in("sato", &password_of("sato")).unwrap();
    let on_duty = hall.resume(&token, 1).unwrap();
    assert_eq!((on_duty.name(), on_duty.department(), on_duty.roles()), ("sato", "市民課", &[Role::Enter][..]));
    let text = token.to_text();
    assert!(hall.resume(&SessionToken::parse(&text).unwrap(), 1).is_ok());
    // Another terminal, another municipality, another token.
    let refused = |found: Result<OnDuty, StaffError>| assert_eq!(found.unwrap_err(), StaffError::SessionEnded);
    refused(resume(&hall.ledger, here(), &token, "counter-4", at(1)));
    refused(resume(&hall.ledger, elsewhere(), &token, TERMINAL, at(1)));
    for wrong in ["", "AAAA", &text[1..], &format!("{}A", &*text)] {
        assert!(SessionToken::parse(wrong).is_err(), "{wrong}");
    }
    refused(hall.resume(&SessionToken::parse(&"A".repeat(43)).unwrap(), 1));
    // It goes on while it is used, and not beyond the day.
    let mut seconds = 0;
    while seconds + SESSION_IDLE_SECONDS < SESSION_SECONDS {
        seconds += SESSION_IDLE_SECONDS;
        assert!(hall.resume(&token, seconds).is_ok(), "{seconds}");
    }
    refused(hall.resume(&token, SESSION_SECONDS));
    let idle = hall.log_in("sato", &password_of("sato")).unwrap();
    assert!(hall.resume(&idle, SESSION_IDLE_SECONDS).is_ok());
    refused(hall.resume(&idle, 2 * SESSION_IDLE_SECONDS + 1));
    // Logged out is logged out.
    let token = hall.log_in("sato", &password_of("sato")).unwrap();
    log_out(&hall.ledger, here(), &token, "counter-4", at(1)).unwrap();
    assert!(hall.resume(&token, 1).is_ok());
    log_out(&hall.ledger, here(), &token, TERMINAL, at(1)).unwrap();
    refused(hall.resume(&token, 1));
    // What is kept of a token is not the token.
    let files = std::fs::read_dir(hall.folder.path()).unwrap();
    for file in files {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(32).any(|window| window == &text.as_bytes()[..32]));
    }
}

#[test]
fn d1_a_login_is_refused_alike_and_logged() {
    let hall = Hall::new();
    hall.create("kanri", "tanaka", &[Role::Approve]).unwrap();
    revoke_account(&hall.ledger, here(), "tanaka", by("kanri"), at(0)).unwrap();
    let before = hall.outcomes().len();
    let long = "x".repeat(MAX_PASSWORD_CHARS + 1);
    for (name, password) in [("sato", "another 1234"), ("tanaka", "another 1234"), ("nobody", "another 1234"), ("", "")]
    {
        assert_eq!(hall.log_in(name, password).unwrap_err(), StaffError::LoginRefused, "{name}");
    }
    assert_eq!(hall.log_in("sato", &long).unwrap_err(), StaffError::LoginRefused);
    let logged: Vec<_> = hall.outcomes().split_off(before);
    let who = logged.iter().map(|(operation, who, outcome)| (operation.as_str(), who.as_str(), outcome.as_str()));
    let refused = |who| ("login", who, "login-refused");
    assert_eq!(who.collect::<Vec<_>>(), [refused("sato"), refused("tanaka"), refused("-"), refused("-")]);
    // Forms of one password are one.
    hall.log_in("sato", &password_of("sato").replace(' ', "\u{3000}")).unwrap();
}

#[test]
fn d1_a_revocation_ends_sessions_at_once() {
    let hall = Hall::new();
    let token = hall.log_in("sato", &password_of("sato")).unwrap();
    assert!(hall.resume(&token, 1).is_ok());
    revoke_account(&hall.ledger, here(), "sato", by("kanri"), at(1)).unwrap();
    assert_eq!(hall.resume(&token, 1).unwrap_err(), StaffError::SessionEnded);
    assert_eq!(hall.log_in("sato", &password_of("sato")).unwrap_err(), StaffError::LoginRefused);
    // For good: neither a new password nor rights bring it back, and its name is not given to another.
    let refused = StaffError::Ledger(LedgerError::NotFound);
    let again = reset_password(&hall.ledger, here(), "sato", &OsRandom, by("kanri"), at(1));
    assert_eq!(again.unwrap_err(), refused);
    let changed = NewAccount { name: "sato", department: "市民課", roles: Role::ALL };
    assert_eq!(change_rights(&hall.ledger, here(), changed, by("kanri"), at(1)), Err(refused.clone()));
    assert_eq!(revoke_account(&hall.ledger, here(), "sato", by("kanri"), at(1)), Err(refused));
    for name in ["sato", "SATO", "ｓａｔｏ"] {
        let taken = hall.create("kanri", name, &[Role::Enter]).unwrap_err();
        assert_eq!(taken, StaffError::Ledger(LedgerError::Duplicate), "{name}");
    }
}

#[test]
fn d1_accounts_are_administered_by_others_who_may() {
    let hall = Hall::new();
    let missing = StaffError::Ledger(LedgerError::RoleMissing);
    let changed = NewAccount { name: "kanri", department: "市民課", roles: Role::ALL };
    let ledger = &hall.ledger;
    // Whoever enters administers nothing.
    assert_eq!(hall.create("sato", "ito", &[Role::Enter]).unwrap_err(), missing);
    assert_eq!(change_rights(ledger, here(), changed, by("sato"), at(0)), Err(missing.clone()));
    assert_eq!(revoke_account(ledger, here(), "kanri", by("sato"), at(0)), Err(missing.clone()));
    assert_eq!(reset_password(ledger, here(), "kanri", &OsRandom, by("sato"), at(0)).unwrap_err(), missing);
    assert_eq!(accounts(ledger, here(), by("sato"), at(0)), Err(missing));
    let nobody = StaffError::Ledger(LedgerError::AccountNotActive);
    assert_eq!(accounts(ledger, elsewhere(), by("kanri"), at(0)), Err(nobody));
    // Nobody gives rights to themselves.
    assert_eq!(change_rights(ledger, here(), changed, by("kanri"), at(0)), Err(StaffError::OwnRights));
    assert_eq!(revoke_account(ledger, here(), "kanri", by("kanri"), at(0)), Err(StaffError::OwnRights));
    let changed = NewAccount { name: "sato", department: "健康課", roles: &[Role::Approve, Role::Review] };
    change_rights(ledger, here(), changed, by("kanri"), at(0)).unwrap();
    let all = accounts(ledger, here(), by("kanri"), at(0)).unwrap();
    let sato = all.iter().find(|account| account.name == "sato").unwrap();
    assert_eq!((sato.department.as_str(), &sato.roles[..]), ("健康課", &[Role::Review, Role::Approve][..]));
    assert!(hall.log_in("sato", &password_of("sato")).is_ok());
    // A new first password is the only one, and it too is to be changed.
    let token = hall.log_in("sato", &password_of("sato")).unwrap();
    let first = reset_password(ledger, here(), "sato", &OsRandom, by("kanri"), at(0)).unwrap();
    assert_eq!(hall.resume(&token, 1).unwrap_err(), StaffError::SessionEnded);
    assert_eq!(hall.log_in("sato", &password_of("sato")).unwrap_err(), StaffError::LoginRefused);
    hall.change_first("sato", first.expose());
    for name in ["-", "automatic", "", "a\nb", "123456789018"] {
        assert!(hall.create("kanri", name, &[]).is_err(), "{name}");
    }
}

#[test]
fn d1_a_new_password_is_a_good_one_that_its_holder_chose() {
    let hall = Hall::new();
    let token = hall.log_in("sato", &password_of("sato")).unwrap();
    let long = "長い".repeat(70);
    for new in
        ["short", "elevenchars", "aaaaaaaaaaaaaaaa", "ab12ab12ab12ab12", "my name is Sato!", "tab\tin between", &long]
    {
        assert_eq!(hall.change(&token, &password_of("sato"), new), Err(StaffError::PasswordNotAllowed), "{new}");
    }
    assert_eq!(hall.change(&token, &password_of("sato"), &password_of("sato")), Err(StaffError::PasswordNotAllowed));
    assert_eq!(hall.change(&token, "another 1234", "quite another 5678"), Err(StaffError::LoginRefused));
    assert!(hall.resume(&token, 1).is_ok());
    let other = hall.log_in("sato", &password_of("sato")).unwrap();
    hall.change(&token, &password_of("sato"), "quite another 5678").unwrap();
    // Whoever knew the old one is out.
    for token in [token, other] {
        assert_eq!(hall.resume(&token, 1).unwrap_err(), StaffError::SessionEnded);
    }
    assert!(hall.log_in("sato", "quite another 5678").is_ok());
    let hash = hall.ledger.begin_reading(here()).unwrap().account("sato").unwrap().unwrap().password_hash;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

#[test]
fn whoever_writes_the_database_gives_a_session_to_nobody_else() {
    let hall = Hall::new();
    hall.create("kanri", "suzuki", &[Role::Approve]).unwrap();
    let token = hall.log_in("sato", &password_of("sato")).unwrap();
    let sql = |sql: &str| {
        let connection = rusqlite::Connection::open(hall.folder.path().join("131202.ledger")).unwrap();
        connection.execute_batch(sql).unwrap();
    };
    for change in ["account = 'suzuki'", "terminal = 'counter-3', used_at = used_at + 1", "ends_at = ends_at + 86400"] {
        sql(&format!("CREATE TABLE copy AS SELECT * FROM staff_session; UPDATE staff_session SET {change}"));
        let refused = hall.resume(&token, 1).unwrap_err();
        assert_eq!(refused, StaffError::Ledger(LedgerError::Corrupt { place: "staff_session" }), "{change}");
        sql("DELETE FROM staff_session; INSERT INTO staff_session SELECT * FROM copy; DROP TABLE copy");
        assert!(hall.resume(&token, 1).is_ok());
    }
}

#[test]
fn secrets_do_not_print_themselves() {
    let hall = Hall::new();
    let token = hall.log_in("sato", &password_of("sato")).unwrap();
    let login = Login { name: "-", password: Password::typed("geheim").unwrap(), terminal: "-" };
    let on_duty = hall.resume(&token, 1).unwrap();
    let printed = format!("{token:?} {login:?} {on_duty:?}");
    assert!(
        !printed.contains("geheim") && !printed.contains("sato") && !printed.contains(&*token.to_text()),
        "{printed}"
    );
}
