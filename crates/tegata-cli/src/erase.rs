//! `tegata erase`: people, and what is kept no longer.

use tegata::report::Language;
use tegata_issuer::ledger::LedgerError;
use tegata_issuer::record::InternalNumber;

use crate::arguments::Erase;
use crate::error::{Error, Exit};
use crate::output::Output;

pub(crate) fn run(options: &Erase, output: &Output) -> Result<Exit, Error> {
    match &options.person {
        Some(person) => person_of(options, person, output),
        None => expired(options, output),
    }
}

fn person_of(options: &Erase, person: &str, output: &Output) -> Result<Exit, Error> {
    let refused = |error: LedgerError| Error::refused(options.office.name(), error);
    let number = InternalNumber::parse(person).ok_or_else(|| Error::Usage("NUMBER is no internal number".into()))?;
    let (settings, ledger) = options.office.open()?;
    let (operation, now) = options.staff.operation("erase")?;
    let mut session = ledger.begin(settings.code(), operation, now).map_err(refused)?;
    let erased = match session.erase(&number) {
        Ok(erased) => erased,
        Err(error) => {
            session.refuse(error.code()).map_err(refused)?;
            return Err(refused(error));
        }
    };
    session.commit().map_err(refused)?;
    if output.is_human() {
        let (doses, issues) = (erased.vaccinations, erased.issues);
        return output
            .line(&match output.language() {
                Language::Japanese => format!("消去しました: 接種{doses}件、交付履歴{issues}件の個人情報"),
                _ => format!("Erased, with {doses} doses and the personal part of {issues} issues"),
            })
            .map(|()| Exit::Done);
    }
    let result = serde_json::json!({
        "status": "erased", "resident": erased.resident, "vaccinations": erased.vaccinations,
        "issues": erased.issues, "applications": erased.applications,
    });
    output.line(&result.to_string()).map(|()| Exit::Done)
}

fn expired(options: &Erase, output: &Output) -> Result<Exit, Error> {
    let refused = |error: LedgerError| Error::refused(options.office.name(), error);
    let (settings, ledger) = options.office.open()?;
    let (operation, now) = options.staff.operation("retention")?;
    let mut session = ledger.begin(settings.code(), operation, now).map_err(refused)?;
    let removed = session.apply_retention().map_err(refused)?;
    session.commit().map_err(refused)?;
    if output.is_human() {
        let (people, doses, issues) = (removed.residents, removed.vaccinations, removed.issues);
        return output
            .line(&match output.language() {
                Language::Japanese => {
                    format!("消去しました: {people}人、接種{doses}件、交付履歴{issues}件の個人情報")
                }
                _ => format!("Erased {people} people, {doses} doses and the personal part of {issues} issues"),
            })
            .map(|()| Exit::Done);
    }
    let result = serde_json::json!({
        "status": "erased", "residents": removed.residents, "vaccinations": removed.vaccinations,
        "issues": removed.issues, "applications": removed.applications, "expired": removed.expired,
        "period_keys": removed.period_keys,
    });
    output.line(&result.to_string()).map(|()| Exit::Done)
}
