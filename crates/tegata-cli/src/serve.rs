//! `tegata serve`: the issuing service, in earnest or to try.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use tegata::crypto::Signer;
use tegata::{Code, Failure, Timestamp};
use tegata_service::demo::{Demonstration, Means};
use tegata_service::settings::EXAMPLE_SETTINGS;
use tegata_service::{Clock, Credentials, Parts, Running, Service, ServiceError, Settings, Surroundings};

use crate::arguments::Serve;
use crate::error::{Error, Exit};
use crate::keys::OsRandom;
use crate::output::{Output, Style};
use crate::provider::{batch_signer, provider};
use crate::{input, token, verify};

pub(crate) fn run(options: &Serve, output: &Output) -> Result<Exit, Error> {
    if options.example {
        return output.bytes(EXAMPLE_SETTINGS.as_bytes()).map(|()| Exit::Done);
    }
    if options.openapi {
        return output.bytes(tegata_service::openapi().as_bytes()).map(|()| Exit::Done);
    }
    // A clock that is not set is found here, and not by the first client.
    verify::now()?;
    match &options.settings {
        Some(path) => earnest(options, path, output),
        None => demo(options, output),
    }
}

fn earnest(options: &Serve, path: &Path, output: &Output) -> Result<Exit, Error> {
    let name = path.display().to_string();
    let malformed = || Error::refused(&name, Code::ServiceSettingsMalformed);
    let text = String::from_utf8(input::read(path)?).map_err(|_| malformed())?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let settings = Settings::parse(&text, folder).map_err(|error| Error::refused(&name, error))?;
    let credentials = Credentials::read(&settings.tls).map_err(|error| unusable(&name, error))?;
    let open_key = opener(options)?;
    let open_device = |uri: &str| token::device(Path::new(uri)).map_err(failed);
    let surroundings = Surroundings {
        open_key: &open_key,
        open_device: &open_device,
        provider: provider(),
        random: Arc::new(OsRandom),
        clock: clock(),
    };
    let parts = Parts::open(settings, surroundings).map_err(|error| unusable(&name, error))?;
    let service = Service::new(parts).map_err(|error| unusable(&name, error))?;
    if options.check {
        if output.is_human() {
            let found = output.choose("Everything the settings name can be opened", "設定の内容をすべて開けます");
            output.line(&format!("{} {found}", output.styled(Style::Good, "✔")))?;
            for keys in service.sealing_keys_in_use() {
                let (code, sealing, answer) = (keys.municipality, keys.sealing, keys.answer);
                for (english, japanese, fingerprint) in
                    [("Sealing key", "暗号化用の鍵", sealing), ("Answer key", "応答署名用の鍵", answer)]
                {
                    let label = output.choose(english, japanese);
                    output.line(&format!("{code}  {label}  SHA-256 {fingerprint}"))?;
                }
            }
        } else {
            let sealing = service.sealing_keys_in_use().into_iter().map(|keys| {
                json!({ "municipality": keys.municipality.as_str(), "sealing": keys.sealing, "answer": keys.answer })
            });
            let sealing: Vec<_> = sealing.collect();
            output.line(&json!({ "status": "done", "settings": name, "sealing": sealing }).to_string())?;
        }
        return Ok(Exit::Done);
    }
    tegata_service::log_to(std::io::stderr());
    let running = tegata_service::serve(service, &credentials).map_err(|error| unusable(&name, error))?;
    tell(&running, output)?;
    running.until_signal().map_err(|error| unusable(&name, error))?;
    Ok(Exit::Done)
}

/// Why a key cannot be had, in the service's words.
fn failed(error: Error) -> Failure {
    Failure::new(error.code().unwrap_or(Code::KeyMalformed))
}

/// Opens keys: those in files with one passphrase, which is read once.
fn opener(options: &Serve) -> Result<impl Fn(&str) -> Result<Box<dyn Signer>, Failure> + '_, Error> {
    let given = options.passphrase.given()?;
    Ok(move |place: &str| {
        let path = Path::new(place);
        if token::is_in_token(path) {
            return options.passphrase.load_key(path).map_err(failed);
        }
        let Some(passphrase) = &given else {
            return options.passphrase.load_file_key(path).map(batch_signer).map_err(failed);
        };
        let bytes = zeroize::Zeroizing::new(input::read(path).map_err(failed)?);
        Ok(batch_signer(tegata::keys::SoftwareSigner::from_bytes(&bytes, Some(passphrase.as_bytes()))?))
    })
}

fn clock() -> Clock {
    // It was set when the service began. One that cannot be read any more makes everything out of date.
    Arc::new(|| verify::now().unwrap_or(Timestamp::MAX))
}

/// Where it listens. Scripts wait for this line.
fn tell(running: &Running, output: &Output) -> Result<(), Error> {
    let (address, telemetry) = (running.address(), running.telemetry_address());
    if output.is_human() {
        output.line(&format!("{} https://{address}", output.choose("Serving on", "提供を開始しました:")))?;
        if let Some(telemetry) = telemetry {
            output.line(&format!("{} http://{telemetry}", output.choose("Health and metrics on", "監視:")))?;
        }
    } else {
        let telemetry = telemetry.map(|address| address.to_string());
        let line = json!({ "status": "serving", "address": address.to_string(), "telemetry": telemetry });
        output.line(&line.to_string())?;
    }
    Ok(())
}

fn demo(options: &Serve, output: &Output) -> Result<Exit, Error> {
    let means = Means { provider: provider(), random: Arc::new(OsRandom), clock: clock() };
    let beside = match options.listen.port() {
        0 => 0,
        port => port.checked_add(1).ok_or_else(|| Error::Usage("--listen: no port is left beside it".into()))?,
    };
    let telemetry = SocketAddr::new(options.listen.ip(), beside);
    let demonstration =
        Demonstration::new(options.listen, telemetry, means, |text| text).map_err(|error| unusable("demo", error))?;
    tegata_service::log_to(std::io::stderr());
    let running = demonstration.serve().map_err(|error| unusable("demo", error))?;
    demonstration.hire(&running).map_err(|error| unusable("demo", error))?;
    tell(&running, output)?;
    if output.is_human() {
        let heading = output.choose(
            "Synthetic municipalities, people and cards. Now try it from another terminal:",
            "模擬の自治体、住民及びカードです。別の端末で次のコマンドを試せます:",
        );
        output.line(&format!("\n{heading}\n"))?;
        for line in demonstration.commands(&running) {
            output.line(&line)?;
        }
        let end = output.choose("Ctrl-C ends it and removes", "Ctrl-Cで終了し、次のフォルダを削除します:");
        output.line(&format!("\n{end} {}", demonstration.folder().display()))?;
    } else {
        let line = json!({
            "folder": demonstration.folder().display().to_string(), "commands": demonstration.commands(&running),
        });
        output.line(&line.to_string())?;
    }
    _ = std::io::stdout().flush();
    running.until_signal().map_err(|error| unusable("demo", error))?;
    drop(demonstration);
    Ok(Exit::Done)
}

/// What a service does not begin for, as the command says such things.
fn unusable(settings: &str, error: ServiceError) -> Error {
    match error {
        ServiceError::File { name, reason } => Error::File { name, action: "read or write", reason },
        ServiceError::Refused { source, failure } => Error::refused(source, failure),
        ServiceError::Listen { .. } => Error::Usage(format!("{settings}: {error}")),
        other => {
            let code = other.code().unwrap_or(Code::InternalError);
            Error::refused(settings, Failure::of_field(code, other.to_string()))
        }
    }
}
