//! `tegata municipality`: settings and ledgers of municipalities.

use tegata_issuer::ledger::postgres;
use tegata_issuer::municipality::{EXAMPLE_SETTINGS, Municipality as Settings};
use tegata_issuer::record::Channel;
use tegata_issuer::vault::MasterKey;

use crate::arguments::{Municipality, MunicipalityCreate};
use crate::error::{Error, Exit};
use crate::keys::OsRandom;
use crate::office;
use crate::output::Output;
use crate::token;

pub(crate) fn run(command: &Municipality, output: &Output) -> Result<Exit, Error> {
    match command {
        Municipality::Example => output.bytes(EXAMPLE_SETTINGS.as_bytes()).map(|()| Exit::Done),
        Municipality::Show { settings } => show(&office::settings(settings)?, output),
        Municipality::SetUpDatabase { role, database } => set_up_database(role, database, output),
        Municipality::Create(options) => create(options, output),
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
        let refused =
            |error: tegata_issuer::vault::VaultError| Error::refused(path.display().to_string(), error.code());
        let key = MasterKey::generate(&OsRandom).map_err(refused)?;
        match &office.ledger.master_key_token {
            Some(uri) => key.write_sealed_file(path, token::device_or_new(uri)?.as_ref()),
            None => key.write_file(path),
        }
        .map_err(refused)?;
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
