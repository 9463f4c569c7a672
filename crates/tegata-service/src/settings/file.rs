//! The file, strictly.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use tegata::model::{MunicipalityCode, text_fault};
use tegata_issuer::audit::Operator;

use super::{
    ClientKind, ClientSettings, LedgerPlace, LedgerSettings, Limits, MAX_SETTINGS_BYTES, PublicSettings,
    RecipientFiles, RelaySettings, Role, SealingSettings, Settings, SettingsError, TlsFiles, UpstreamSettings,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: String,
    telemetry: Option<String>,
    roles: Vec<String>,
    #[serde(default)]
    municipalities: Vec<String>,
    tls: TlsFile,
    ledger: Option<LedgerFile>,
    #[serde(default)]
    cards: CardsFile,
    #[serde(default)]
    paper: PaperFile,
    #[serde(default)]
    sealing: Vec<SealingFile>,
    relay: Option<RelayFile>,
    public: Option<PublicFile>,
    #[serde(default)]
    limits: LimitsFile,
    #[serde(default, rename = "client")]
    clients: Vec<ClientFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TlsFile {
    certificate: String,
    key: String,
    client_authorities: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerFile {
    folder: Option<String>,
    postgres: Option<String>,
    journals: Option<String>,
    master_key: String,
    master_key_token: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct CardsFile {
    authorities: Option<String>,
    #[serde(default)]
    accept_test_cards: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct PaperFile {
    #[serde(default)]
    typefaces: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SealingFile {
    municipality: String,
    key: String,
    answer_key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RelayFile {
    certificate: String,
    key: String,
    authorities: String,
    #[serde(default, rename = "municipality")]
    municipalities: Vec<UpstreamFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UpstreamFile {
    code: String,
    address: String,
    #[serde(default)]
    verify_cards: bool,
    sealing_key: Option<String>,
    answer_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicFile {
    key: String,
    certificate: String,
    valid_days: u32,
    refresh_seconds: u32,
    #[serde(default)]
    revoked_signers: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct LimitsFile {
    body_bytes: Option<u32>,
    request_seconds: Option<u32>,
    handshake_seconds: Option<u32>,
    head_seconds: Option<u32>,
    connection_seconds: Option<u32>,
    shutdown_seconds: Option<u32>,
    connections: Option<u32>,
    connections_per_address: Option<u32>,
    requests_per_address: Option<u32>,
    requests_per_client: Option<u32>,
    work: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientFile {
    name: String,
    kind: String,
    certificate: Option<String>,
    key: Option<String>,
    municipalities: Option<Vec<String>>,
}

pub(super) fn parse(text: &str, folder: &Path) -> Result<Settings, SettingsError> {
    if text.len() > MAX_SETTINGS_BYTES {
        return Err(SettingsError::Malformed { line: None });
    }
    let file: File = toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        SettingsError::Malformed { line: before.map(|before| before.matches('\n').count() + 1) }
    })?;
    let beside = |path: &str, field: &str| -> Result<PathBuf, SettingsError> {
        if path.is_empty() { Err(SettingsError::invalid(field, "is empty")) } else { Ok(folder.join(path)) }
    };
    let optional = |path: Option<&String>, field: &str| path.map(|path| beside(path, field)).transpose();
    let all = |paths: &[String], field: &str| paths.iter().map(|path| beside(path, field)).collect::<Result<_, _>>();
    let settings = Settings {
        listen: address(&file.listen, "listen")?,
        telemetry: file.telemetry.as_deref().map(|text| address(text, "telemetry")).transpose()?,
        roles: roles(&file.roles)?,
        tls: TlsFiles {
            certificate: beside(&file.tls.certificate, "tls.certificate")?,
            key: beside(&file.tls.key, "tls.key")?,
            client_authorities: optional(file.tls.client_authorities.as_ref(), "tls.client_authorities")?,
        },
        ledger: file.ledger.map(|ledger| ledger_of(&ledger, folder)).transpose()?,
        municipalities: all(&file.municipalities, "municipalities")?,
        authorities: optional(file.cards.authorities.as_ref(), "cards.authorities")?,
        accept_test_cards: file.cards.accept_test_cards,
        typefaces: all(&file.paper.typefaces, "paper.typefaces")?,
        clients: clients(&file.clients, folder)?,
        sealing: sealing(&file.sealing, folder)?,
        relay: file.relay.map(|relay| relay_of(&relay, folder)).transpose()?,
        public: file.public.map(|public| public_of(public, folder)).transpose()?,
        limits: limits(&file.limits)?,
    };
    agree(&settings)?;
    Ok(settings)
}

/// What belongs together.
fn agree(settings: &Settings) -> Result<(), SettingsError> {
    let missing = |field: &'static str| Err(SettingsError::invalid(field, "is missing, and a role needs it"));
    let issues = [Role::App, Role::Kiosk, Role::Counter].into_iter().any(|role| settings.has_role(role));
    if (issues || settings.has_role(Role::Public)) && settings.ledger.is_none() {
        return missing("ledger");
    }
    if settings.ledger.is_some() == settings.municipalities.is_empty() {
        return Err(SettingsError::invalid("municipalities", "and ledger go together"));
    }
    if settings.has_role(Role::Public) && settings.public.is_none() {
        return missing("public");
    }
    if settings.has_role(Role::Relay) && settings.relay.is_none() {
        return missing("relay");
    }
    let by_certificate = settings.clients.iter().any(|client| client.certificate.is_some());
    if by_certificate && settings.tls.client_authorities.is_none() {
        return missing("tls.client_authorities");
    }
    Ok(())
}

fn address(text: &str, field: &str) -> Result<SocketAddr, SettingsError> {
    text.parse().map_err(|_| SettingsError::invalid(field, "is not an address with a port, such as 0.0.0.0:8443"))
}

fn roles(words: &[String]) -> Result<Vec<Role>, SettingsError> {
    let mut roles = Vec::new();
    for word in words {
        let role = Role::ALL.into_iter().find(|role| role.name() == word);
        let role = role.ok_or_else(|| SettingsError::invalid("roles", "holds a word that is not known"))?;
        if roles.contains(&role) {
            return Err(SettingsError::invalid("roles", "holds a word twice"));
        }
        roles.push(role);
    }
    if roles.is_empty() { Err(SettingsError::invalid("roles", "is empty")) } else { Ok(roles) }
}

fn ledger_of(file: &LedgerFile, folder: &Path) -> Result<LedgerSettings, SettingsError> {
    let place = match (&file.folder, &file.postgres, &file.journals) {
        (Some(path), None, None) if !path.is_empty() => LedgerPlace::Folder(folder.join(path)),
        (None, Some(connection), Some(journals)) if !connection.is_empty() && !journals.is_empty() => {
            LedgerPlace::Postgres { connection: connection.clone(), journals: folder.join(journals) }
        }
        _ => return Err(SettingsError::invalid("ledger", "has neither folder alone nor postgres with journals")),
    };
    if file.master_key.is_empty() {
        return Err(SettingsError::invalid("ledger.master_key", "is empty"));
    }
    if file.master_key_token.as_ref().is_some_and(|uri| !uri.starts_with("pkcs11:")) {
        return Err(SettingsError::invalid("ledger.master_key_token", "is not a pkcs11: URI"));
    }
    let master_key_token = file.master_key_token.clone();
    Ok(LedgerSettings { place, master_key: folder.join(&file.master_key), master_key_token })
}

fn sealing(files: &[SealingFile], folder: &Path) -> Result<Vec<SealingSettings>, SettingsError> {
    let mut all: Vec<SealingSettings> = Vec::new();
    for file in files {
        let municipality = code(&file.municipality, "sealing.municipality")?;
        if all.iter().any(|known| known.municipality == municipality) {
            return Err(SettingsError::invalid("sealing.municipality", "is there twice"));
        }
        if file.key.is_empty() || file.answer_key.is_empty() {
            return Err(SettingsError::invalid("sealing", "names no key"));
        }
        let (key, answer_key) = (folder.join(&file.key), folder.join(&file.answer_key));
        all.push(SealingSettings { municipality, key, answer_key });
    }
    Ok(all)
}

fn relay_of(file: &RelayFile, folder: &Path) -> Result<RelaySettings, SettingsError> {
    let mut upstreams: Vec<UpstreamSettings> = Vec::new();
    for upstream in &file.municipalities {
        let municipality = code(&upstream.code, "relay.municipality.code")?;
        if upstreams.iter().any(|known| known.municipality == municipality) {
            return Err(SettingsError::invalid("relay.municipality.code", "is there twice"));
        }
        let port = upstream.address.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
        if port.is_none() {
            return Err(SettingsError::invalid("relay.municipality.address", "is not a host and a port"));
        }
        let verify_cards = match (upstream.verify_cards, &upstream.sealing_key, &upstream.answer_key) {
            (false, None, None) => None,
            (true, Some(sealing), Some(answer)) if !sealing.is_empty() && !answer.is_empty() => {
                Some(RecipientFiles { sealing_key: folder.join(sealing), answer_key: folder.join(answer) })
            }
            _ => {
                let reason = "goes with sealing_key and answer_key";
                return Err(SettingsError::invalid("relay.municipality.verify_cards", reason));
            }
        };
        upstreams.push(UpstreamSettings { municipality, address: upstream.address.clone(), verify_cards });
    }
    if [&file.certificate, &file.key, &file.authorities].iter().any(|path| path.is_empty()) {
        return Err(SettingsError::invalid("relay", "has an empty path"));
    }
    let (certificate, key) = (folder.join(&file.certificate), folder.join(&file.key));
    Ok(RelaySettings { certificate, key, authorities: folder.join(&file.authorities), upstreams })
}

fn code(text: &str, field: &str) -> Result<MunicipalityCode, SettingsError> {
    MunicipalityCode::parse(text).ok_or_else(|| SettingsError::invalid(field, "is no municipality's code"))
}

fn public_of(file: PublicFile, folder: &Path) -> Result<PublicSettings, SettingsError> {
    if file.key.is_empty() || file.certificate.is_empty() {
        return Err(SettingsError::invalid("public", "names no key or no certificate"));
    }
    if !(1..=366).contains(&file.valid_days) {
        return Err(SettingsError::invalid("public.valid_days", "is not from 1 to 366"));
    }
    if !(1..=86_400).contains(&file.refresh_seconds) {
        return Err(SettingsError::invalid("public.refresh_seconds", "is not from 1 to 86400"));
    }
    let mut revoked_signers = Vec::new();
    for text in &file.revoked_signers {
        let wrong = |reason| SettingsError::invalid("public.revoked_signers", reason);
        let key_id = bytes(text).ok_or_else(|| wrong("holds what is no key id in 16 hex digits"))?;
        if revoked_signers.contains(&key_id) {
            return Err(wrong("holds a key id twice"));
        }
        revoked_signers.push(key_id);
    }
    let key = if file.key.starts_with("pkcs11:") {
        file.key
    } else {
        let path = folder.join(&file.key);
        path.to_str()
            .ok_or_else(|| SettingsError::invalid("public.key", "is in a folder that is not UTF-8"))?
            .to_owned()
    };
    Ok(PublicSettings {
        key,
        certificate: folder.join(&file.certificate),
        valid_for: Duration::from_secs(u64::from(file.valid_days) * 86_400),
        refresh: Duration::from_secs(file.refresh_seconds.into()),
        revoked_signers,
    })
}

fn clients(files: &[ClientFile], folder: &Path) -> Result<Vec<ClientSettings>, SettingsError> {
    let (mut clients, mut names, mut certificates) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for (index, file) in files.iter().enumerate() {
        let field = |name: &str| format!("client[{index}].{name}");
        let kind = ClientKind::ALL.into_iter().find(|kind| kind.name() == file.kind);
        let kind = kind.ok_or_else(|| SettingsError::invalid(field("kind"), "is a word that is not known"))?;
        let certificate = file.certificate.as_deref().map(|text| {
            bytes(text).ok_or_else(|| SettingsError::invalid(field("certificate"), "is not a SHA-256 in 64 hex digits"))
        });
        let certificate = certificate.transpose()?;
        if text_fault(&file.name, 64).is_some() {
            return Err(SettingsError::invalid(field("name"), "is not a plain name of at most 64 characters"));
        }
        if !names.insert(file.name.as_str()) {
            return Err(SettingsError::invalid(field("name"), "is another client's too"));
        }
        if certificate.is_some_and(|certificate| !certificates.insert(certificate)) {
            return Err(SettingsError::invalid(field("certificate"), "is another client's too"));
        }
        // The audit log says so of what nobody did.
        if Operator::new(&file.name, kind.name(), &file.name).is_err() {
            return Err(SettingsError::invalid(field("name"), "is one that no operator may have"));
        }
        if file.key.is_some() && kind != ClientKind::App {
            return Err(SettingsError::invalid(field("key"), "is for apps alone"));
        }
        if file.key.as_deref().is_some_and(str::is_empty) {
            return Err(SettingsError::invalid(field("key"), "is empty"));
        }
        let key = file.key.as_deref().map(|path| folder.join(path));
        match (kind, &certificate, &key) {
            (ClientKind::App, None, None) => {
                return Err(SettingsError::invalid(field("certificate"), "is missing, and so is a key"));
            }
            (ClientKind::Kiosk | ClientKind::Centre | ClientKind::Terminal, None, _) => {
                return Err(SettingsError::invalid(field("certificate"), "is missing"));
            }
            _ => {}
        }
        let municipality = |text: &String| {
            let unknown = || SettingsError::invalid(field("municipalities"), "holds what is no municipality's code");
            MunicipalityCode::parse(text).ok_or_else(unknown)
        };
        let municipalities = file.municipalities.as_ref();
        let municipalities =
            municipalities.map(|codes| codes.iter().map(municipality).collect::<Result<_, _>>()).transpose()?;
        clients.push(ClientSettings { name: file.name.clone(), kind, certificate, key, municipalities });
    }
    Ok(clients)
}

/// So many bytes in hex, with or without colons, as tools print them.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: Vec<u32> = text.chars().filter(|c| *c != ':').map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let bytes: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect();
    bytes?.try_into().ok()
}

fn limits(file: &LimitsFile) -> Result<Limits, SettingsError> {
    let default = Limits::DEFAULT;
    let within = |given: Option<u32>, most: u32, name: &str| match given {
        Some(value) if value == 0 || value > most => {
            Err(SettingsError::invalid(format!("limits.{name}"), "is zero or more than is sensible"))
        }
        given => Ok(given),
    };
    let count = |given: Option<u32>, most: u32, default: usize, name: &str| {
        within(given, most, name).map(|given| given.and_then(|value| usize::try_from(value).ok()).unwrap_or(default))
    };
    let rate = |given: Option<u32>, default: u32, name: &str| {
        within(given, 10_000_000, name).map(|given| given.unwrap_or(default))
    };
    let time = |given: Option<u32>, default: Duration, name: &str| {
        within(given, 86_400, name).map(|given| given.map_or(default, |seconds| Duration::from_secs(seconds.into())))
    };
    Ok(Limits {
        body_bytes: count(file.body_bytes, 16 << 20, default.body_bytes, "body_bytes")?,
        request: time(file.request_seconds, default.request, "request_seconds")?,
        handshake: time(file.handshake_seconds, default.handshake, "handshake_seconds")?,
        head: time(file.head_seconds, default.head, "head_seconds")?,
        connection: time(file.connection_seconds, default.connection, "connection_seconds")?,
        shutdown: time(file.shutdown_seconds, default.shutdown, "shutdown_seconds")?,
        connections: count(file.connections, 1_000_000, default.connections, "connections")?,
        connections_per_address: count(
            file.connections_per_address,
            1_000_000,
            default.connections_per_address,
            "connections_per_address",
        )?,
        requests_per_address: rate(file.requests_per_address, default.requests_per_address, "requests_per_address")?,
        requests_per_client: rate(file.requests_per_client, default.requests_per_client, "requests_per_client")?,
        work: count(file.work, 10_000, default.work, "work")?,
    })
}
