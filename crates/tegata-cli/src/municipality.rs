//! `tegata municipality`: settings and ledgers of municipalities.

use std::path::Path;

use tegata::model::MunicipalityCode;
use tegata_issuer::ledger::{LedgerError, postgres};
use tegata_issuer::municipality::{EXAMPLE_SETTINGS, Municipality as Settings};
use tegata_issuer::record::Channel;
use tegata_issuer::vault::MasterKey;

use crate::arguments::{MasterKeyChange, Municipality, MunicipalityCreate};
use crate::error::{Error, Exit};
use crate::keys::OsRandom;
use crate::office;
use crate::output::Output;

pub(crate) fn run(command: &Municipality, output: &Output) -> Result<Exit, Error> {
    match command {
        Municipality::Example => output.bytes(EXAMPLE_SETTINGS.as_bytes()).map(|()| Exit::Done),
        Municipality::Show { settings } => show(&office::settings(settings)?, output),
        Municipality::SetUpDatabase { role, database } => set_up_database(role, database, output),
        Municipality::Create(options) => create(options, output),
        Municipality::ChangeMasterKey(options) => change_master_key(options, output),
    }
}

fn show(settings: &Settings, output: &Output) -> Result<Exit, Error> {
    let kinds: Vec<_> = settings.kinds().iter().map(|kind| kind.name()).collect();
    let profiles: Vec<_> = settings.profiles().iter().map(|profile| profile.name()).collect();
    let channels: Vec<_> = Channel::ALL.iter().filter(|channel| settings.takes_part(**channel)).collect();
    let channels: Vec<_> = channels.into_iter().map(|channel| channel.name()).collect();
    let last = settings.last_date_certified().map(|date| date.to_string());
    if output.is_human() {
        let names = format!("{}  {}  {}", settings.code(), settings.name(), settings.english_name());
        let validity = format!("{} d", settings.validity_days());
        for (english, japanese, value) in [
            ("Municipality", "自治体", names),
            ("Channels", "申請方法", channels.join(", ")),
            ("Kinds", "用途", kinds.join(", ")),
            ("Profiles", "様式", profiles.join(", ")),
            ("Terms", "利用規約", settings.terms().to_owned()),
            ("Doses up to", "証明する接種日", last.unwrap_or_else(|| "-".into())),
            ("Validity", "有効期間", validity),
            ("Kept for", "保存期間", format!("{} y", settings.retention_years())),
            ("Signer", "署名者", settings.signer().certificate.clone()),
        ] {
            output.line(&output.labelled(output.choose(english, japanese), &value))?;
        }
        return Ok(Exit::Done);
    }
    let result = serde_json::json!({
        "status": "done", "code": settings.code().as_str(), "name": settings.name(),
        "english_name": settings.english_name(), "channels": channels, "kinds": kinds, "profiles": profiles,
        "terms": settings.terms(), "last_date_certified": last, "validity_days": settings.validity_days(),
        "retention_years": settings.retention_years(),
        "signer": {"certificate": settings.signer().certificate, "country": settings.signer().country},
    });
    output.line(&result.to_string()).map(|()| Exit::Done)
}

fn set_up_database(role: &str, database: &str, output: &Output) -> Result<Exit, Error> {
    postgres::set_up(database, role).map_err(|error| Error::refused("postgresql:", error))?;
    if output.is_human() {
        output.line(output.choose("Tables made", "テーブルを作成しました"))?;
    } else {
        output.line(&serde_json::json!({ "status": "done", "role": role }).to_string())?;
    }
    Ok(Exit::Done)
}

fn create(options: &MunicipalityCreate, output: &Output) -> Result<Exit, Error> {
    let office = &options.office;
    let settings = office::settings(&office.settings)?;
    let ledger = if options.new_master_key {
        let path = &office.ledger.master_key;
        let key = MasterKey::generate(&OsRandom);
        let key = key.map_err(|error| Error::refused(path.display().to_string(), error.code()))?;
        office::write_master_key(&key, path, office.ledger.master_key_token.as_deref())?;
        office.ledger.open_with(key)?
    } else {
        office.ledger.open()?
    };
    ledger.create(settings.code()).map_err(|error| Error::refused(office.name(), error))?;
    if output.is_human() {
        let made = output.choose("Ledger made for", "台帳を作成しました:");
        output.line(&format!("{made} {} {}", settings.code(), settings.name()))?;
        if options.new_master_key {
            let advice = if office.ledger.master_key_token.is_some() {
                output.choose(
                    "Back up the token's key by the token's own means: without it the file opens nothing, and every ledger is lost.",
                    "トークンの鍵をトークンの機能で控えてください。失うとこのファイルは復号できず、すべての台帳が読めなくなります。",
                )
            } else {
                output.choose(
                    "Keep a copy of the master key in a safe place, and never beside the ledgers.",
                    "マスター鍵の写しを安全な場所に保管し、台帳と同じ場所には置かないでください。",
                )
            };
            output.line(advice)?;
        }
    } else {
        let result = serde_json::json!({
            "status": "done", "municipality": settings.code().as_str(), "new_master_key": options.new_master_key,
        });
        output.line(&result.to_string())?;
    }
    Ok(Exit::Done)
}

fn change_master_key(options: &MasterKeyChange, output: &Output) -> Result<Exit, Error> {
    if options.ledger.master_key_token.is_some() && options.successor_token.is_none() && !options.successor_unsealed {
        return Err(Error::Usage(
            "the master key is sealed by a token: --successor-token seals its successor too, \
             --successor-unsealed lets that stand in the clear"
                .into(),
        ));
    }
    let mut municipalities = Vec::new();
    for path in &options.settings {
        let code = office::settings(path)?.code();
        if municipalities.iter().any(|(known, _)| *known == code) {
            return Err(Error::Usage(format!("{}: the same municipality twice", path.display())));
        }
        municipalities.push((code, path.display().to_string()));
    }
    let (operation, now) = options.staff.operation("master-key-change")?;
    let old = options.ledger.key()?;
    let (path, token) = (&options.successor, options.successor_token.as_deref());
    // One that is there is of a change that was interrupted, or of another municipality's.
    if !path.try_exists().map_err(|reason| Error::file(path, "read", reason))? {
        let key = old.successor(&OsRandom);
        let key = key.map_err(|error| Error::refused(path.display().to_string(), error.code()))?;
        office::write_master_key(&key, path, token)?;
    }
    // What is relied on is what stands on the disk, and opens again.
    let new = office::master_key(path, token)?;
    let ledger = options.ledger.open_with(old)?;
    for (code, name) in &municipalities {
        if !ledger.exists(*code).map_err(|error| Error::refused(name, error))? {
            return Err(Error::refused(name, LedgerError::NotFound));
        }
    }
    for (code, name) in &municipalities {
        let change = ledger.change_master_key(*code, &new, operation.clone(), now);
        let change = change.map_err(|error| Error::refused(name, error))?;
        if output.is_human() {
            let changed = output.choose("Master key changed for", "マスター鍵を変更しました:");
            output.line(&format!("{changed} {code}"))?;
        } else {
            let result = serde_json::json!({
                "status": "done", "municipality": code.as_str(), "wrapped": change.wrapped, "already": change.already,
            });
            output.line(&result.to_string())?;
        }
        if !change.scrubbed {
            output.warning(&format!(
                "{code}: the files of the database still hold its keys as the old one wrapped them, until readers end \
                 (SQLite) or it is vacuumed (PostgreSQL)"
            ));
        }
    }
    warn_of_others(&options.ledger.ledger, &municipalities, output);
    if output.is_human() {
        output.line(output.choose(
            "Start the services with the new key. Keep the old one, apart, as long as there are backups from before.",
            "新しい鍵でサービスを起動してください。以前のバックアップがある間は、旧鍵を別の場所に保管してください。",
        ))?;
    }
    Ok(Exit::Done)
}

/// Ledgers in the same folder that were not named stay under the old key. Those in a database do not show themselves.
fn warn_of_others(folder: &Path, changed: &[(MunicipalityCode, String)], output: &Output) {
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for path in files.filter_map(|file| Some(file.ok()?.path())) {
        let stem = path.file_stem().and_then(|stem| MunicipalityCode::parse(stem.to_str()?));
        let (Some(code), Some("ledger")) = (stem, path.extension().and_then(|end| end.to_str())) else { continue };
        if !changed.iter().any(|(known, _)| *known == code) {
            output.warning(&format!("{code} has a ledger here too, and is still under the old key"));
        }
    }
}
