//! `tegata keys`: issuer keys and document-signer certificates.

use std::path::Path;

use tegata::crypto::{RandomError, SecureRandom, Signer as _};
use tegata::keys::{self, CertificateRequest, HealthPurposes, SoftwareSigner, certificate_request, self_signed};
use tegata::x509::{Certificate, certificates_from, to_pem};
use tegata::{Code, Failure};
use zeroize::Zeroizing;

use crate::arguments::{Csr, Generate, Inspect, Keys, SelfSigned, Subject, Usage};
use crate::error::{Error, Exit};
use crate::files::{self, Access};
use crate::output::Output;
use crate::{input, verify};

/// The operating system's source of randomness.
#[derive(Debug)]
pub(crate) struct OsRandom;

impl SecureRandom for OsRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|_| RandomError)
    }
}

pub(crate) fn run(command: &Keys, json: bool, output: &Output) -> Result<Exit, Error> {
    match command {
        Keys::Generate(options) => generate(options, output),
        Keys::Csr(options) => {
            let signer = options.passphrase.load_key(&options.signer)?;
            let der = certificate_request(&signer, &request(&options.subject)?)
                .map_err(|error| refused(options, error.code()))?;
            hand_out(options, &to_pem("CERTIFICATE REQUEST", &der), json, output)
        }
        Keys::SelfSigned(options) => sign_own_certificate(options, json, output),
        Keys::Inspect(options) => inspect(options, output),
    }
}

fn refused(options: &Csr, code: Code) -> Error {
    Error::refused(options.signer.display().to_string(), code)
}

fn generate(options: &Generate, output: &Output) -> Result<Exit, Error> {
    let passphrase = if options.encrypt { Some(options.passphrase.for_new_key()?) } else { None };
    let name = options.out.display().to_string();
    let signer = SoftwareSigner::generate(&OsRandom).map_err(|_| Error::refused(&name, Code::InternalError))?;
    let pem = signer
        .to_pkcs8_pem(passphrase.as_ref().map(|passphrase| passphrase.as_bytes()), &OsRandom)
        .map_err(|error| Error::refused(&name, error.code()))?;
    if options.out == Path::new("-") {
        return output.bytes(pem.as_bytes()).map(|()| Exit::Done);
    }
    files::write(&options.out, pem.as_bytes(), Access::OwnerOnly, options.force)?;
    if output.is_human() {
        let note = output.choose("P-256 signing key written to", "P-256署名鍵を書き出しました:");
        output.line(&format!("{note} {name}"))?;
    } else {
        output.line(
            &serde_json::json!({ "status": "done", "file": name, "key": "P-256", "encrypted": options.encrypt })
                .to_string(),
        )?;
    }
    Ok(Exit::Done)
}

fn sign_own_certificate(options: &SelfSigned, json: bool, output: &Output) -> Result<Exit, Error> {
    let csr = &options.request;
    let signer = csr.passphrase.load_key(&csr.signer)?;
    let not_before = options.valid_from.map_or_else(verify::now, Ok)?;
    let not_after = not_before.saturating_add_seconds(options.valid_for);
    let der = self_signed(&signer, &request(&csr.subject)?, not_before, not_after, &OsRandom)
        .map_err(|error| refused(csr, error.code()))?;
    hand_out(csr, &to_pem("CERTIFICATE", &der), json, output)
}

fn request(subject: &Subject) -> Result<CertificateRequest, Error> {
    let organisation = subject.organisation.as_deref().unwrap_or(&subject.common_name);
    let name = keys::Subject::new(&subject.country, organisation, &subject.common_name)
        .map_err(|error| Error::Usage(error.to_string()))?;
    let purposes = HealthPurposes {
        test: subject.usage.contains(&Usage::Test),
        vaccination: subject.usage.contains(&Usage::Vaccination),
        recovery: subject.usage.contains(&Usage::Recovery),
    };
    Ok(CertificateRequest::new(name, purposes))
}

/// Hands out a request or certificate: the PEM to standard output or a file and, when JSON is asked
/// for, an object that says where it went or holds it.
fn hand_out(options: &Csr, pem: &str, json: bool, output: &Output) -> Result<Exit, Error> {
    let to_stdout = options.out == Path::new("-");
    if !to_stdout {
        files::write(&options.out, pem.as_bytes(), Access::Ordinary, options.force)?;
    }
    let name = options.out.display().to_string();
    if json {
        let place = if to_stdout { ("pem", pem.to_owned()) } else { ("file", name) };
        let (member, value) = place;
        output.line(&serde_json::json!({ "status": "done", member: value }).to_string())?;
    } else if to_stdout {
        output.bytes(pem.as_bytes())?;
    } else if output.is_human() {
        output.line(&format!("{} {name}", output.choose("Written to", "書き出しました:")))?;
    }
    Ok(Exit::Done)
}

/// Describes every file; one that cannot be read or understood does not hide the others.
fn inspect(options: &Inspect, output: &Output) -> Result<Exit, Error> {
    let mut exit = Exit::Done;
    for path in &options.files {
        let name = path.display().to_string();
        let objects = match objects_in(path, options) {
            Ok(objects) => objects,
            Err(error) => {
                output.error(&error);
                exit = exit.max(error.exit());
                if let (false, Some(result)) = (output.is_human(), error.to_json()) {
                    output.line(&result.to_string())?;
                }
                continue;
            }
        };
        for (index, mut object) in objects.into_iter().enumerate() {
            if let Some(members) = object.as_object_mut() {
                members.shift_insert(0, "index".into(), index.into());
                members.shift_insert(0, "source".into(), name.clone().into());
            }
            if output.is_human() {
                show(&object, output)?;
            } else {
                output.line(&object.to_string())?;
            }
        }
    }
    Ok(exit)
}

/// The certificates in a file or, where there are none, the key.
fn objects_in(path: &Path, options: &Inspect) -> Result<Vec<serde_json::Value>, Error> {
    let bytes = Zeroizing::new(input::read(path)?);
    match certificates_from(&bytes) {
        Ok(certificates) => Ok(certificates.iter().map(describe_certificate).collect()),
        Err(error) if error.code() == Code::CertificateMalformed => {
            Err(Error::refused(path.display().to_string(), error.code()))
        }
        Err(_) => Ok(vec![describe_key(&options.passphrase.open_key(&bytes, path)?)]),
    }
}

fn describe_certificate(certificate: &Certificate) -> serde_json::Value {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let usage = certificate.health_usage();
    let allowed = |name: &str, flag: bool| (!usage.restricted || flag).then(|| name.to_owned());
    let usages: Vec<_> =
        [allowed("test", usage.test), allowed("vaccination", usage.vaccination), allowed("recovery", usage.recovery)]
            .into_iter()
            .flatten()
            .collect();
    let key = certificate.public_key();
    serde_json::json!({
        "type": "certificate",
        "key_id": hex(&certificate.key_id()),
        "key": key.as_ref().map(|key| key.kind()).ok(),
        "key_problem": key.err().map(|error| Failure::from(error).code().name()),
        "subject": certificate.subject(),
        "issuer": certificate.issuer(),
        "country": certificate.country(),
        "serial": hex(certificate.serial()),
        "not_before": certificate.not_before().to_string(),
        "not_after": certificate.not_after().to_string(),
        "usages": usages,
        "usage_restricted": usage.restricted,
        "self_signed": certificate.issuer() == certificate.subject(),
    })
}

fn describe_key(signer: &SoftwareSigner) -> serde_json::Value {
    serde_json::json!({ "type": "private-key", "key": signer.public_key().kind(), "algorithm": signer.algorithm().name() })
}

fn show(object: &serde_json::Value, output: &Output) -> Result<(), Error> {
    let value_of = |name: &str| match object.get(name) {
        None | Some(serde_json::Value::Null) => None,
        Some(serde_json::Value::String(text)) => Some(text.clone()),
        Some(serde_json::Value::Array(values)) => {
            Some(values.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(", "))
        }
        Some(serde_json::Value::Bool(value)) => {
            Some(if *value { output.choose("yes", "はい") } else { output.choose("no", "いいえ") }.to_owned())
        }
        Some(other) => Some(other.to_string()),
    };
    for (name, english, japanese) in LABELS {
        if let Some(value) = value_of(name) {
            output.line(&output.labelled(output.choose(english, japanese), &value))?;
        }
    }
    output.line("")
}

/// What a person reads for each member of the JSON; the index is left out.
const LABELS: [(&str, &str, &str); 14] = [
    ("source", "File", "ファイル"),
    ("type", "Kind", "種類"),
    ("key", "Key", "鍵の種類"),
    ("algorithm", "Algorithm", "アルゴリズム"),
    ("key_id", "Key ID", "鍵識別子"),
    ("key_problem", "Problem of the key", "鍵の問題"),
    ("subject", "Subject", "主体者"),
    ("issuer", "Issuer", "発行者"),
    ("country", "Country", "国"),
    ("serial", "Serial number", "シリアル番号"),
    ("not_before", "Valid from", "有効期間の始まり"),
    ("not_after", "Valid until", "有効期限"),
    ("usages", "May sign", "署名できる証明書"),
    ("self_signed", "Self-signed", "自己署名"),
];
