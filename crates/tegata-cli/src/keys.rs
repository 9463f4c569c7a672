//! `tegata keys`: issuer keys and document-signer certificates.

#[cfg(feature = "service")]
mod sealing;

use std::path::Path;

use tegata::crypto::{RandomError, SecureRandom, Signer as _};
use tegata::keys::{
    self, CertificateRequest, Certification, HealthPurposes, SoftwareSigner, certificate_request, profile_problems,
    public_key_info, self_signed, self_signed_authority,
};
use tegata::x509::{Certificate, certificates_from, to_pem};
use tegata::{Code, Failure};
use zeroize::Zeroizing;

use crate::arguments::{Certify, Csr, Generate, Inspect, Keys, SelfSigned, Subject, Usage};
use crate::error::{Error, Exit};
use crate::files::{self, Access};
use crate::output::Output;
use crate::{input, token, verify};

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
            let der = certificate_request(&*signer, &request(&options.subject)?)
                .map_err(|error| refused(options, error.code()))?;
            hand_out(&options.out, options.force, &to_pem("CERTIFICATE REQUEST", &der), json, output)
        }
        Keys::SelfSigned(options) => sign_own_certificate(options, json, output),
        Keys::Certify(options) => certify(options, json, output),
        #[cfg(feature = "service")]
        Keys::Sealing(options) => sealing::make(options, output),
        Keys::Public(options) => {
            let signer = options.passphrase.load_key(&options.signer)?;
            let der = public_key_info(&*signer)
                .map_err(|error| Error::refused(options.signer.display().to_string(), error.code()))?;
            hand_out(&options.out, options.force, &to_pem("PUBLIC KEY", &der), json, output)
        }
        Keys::Inspect(options) => inspect(options, output),
    }
}

fn refused(options: &Csr, code: Code) -> Error {
    Error::refused(options.signer.display().to_string(), code)
}

fn generate(options: &Generate, output: &Output) -> Result<Exit, Error> {
    if let Some(uri) = &options.signer {
        let signer = token::generate(&options.passphrase, uri)?;
        let key = signer.public_key().kind();
        if output.is_human() {
            output
                .line(output.choose("P-256 signing key made in the token", "トークン内にP-256署名鍵を生成しました"))?;
        } else {
            output.line(&serde_json::json!({ "status": "done", "token": true, "key": key }).to_string())?;
        }
        return Ok(Exit::Done);
    }
    let Some(out) = &options.out else { return Err(Error::Usage("--out or --signer is needed".into())) };
    let passphrase = if options.encrypt { Some(options.passphrase.for_new_key()?) } else { None };
    let name = out.display().to_string();
    let signer = SoftwareSigner::generate(&OsRandom).map_err(|_| Error::refused(&name, Code::InternalError))?;
    let pem = signer
        .to_pkcs8_pem(passphrase.as_ref().map(|passphrase| passphrase.as_bytes()), &OsRandom)
        .map_err(|error| Error::refused(&name, error.code()))?;
    if out == Path::new("-") {
        return output.bytes(pem.as_bytes()).map(|()| Exit::Done);
    }
    files::write(out, pem.as_bytes(), Access::OwnerOnly, options.force)?;
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
    let not_after = not_before.saturating_add_seconds(options.valid_for.unwrap_or(if options.authority {
        AUTHORITY_SECONDS
    } else {
        SIGNER_SECONDS
    }));
    let mut request = request(&csr.subject)?;
    request.legacy_purposes = options.legacy_usage;
    let der = if options.authority {
        self_signed_authority(&*signer, &request.subject, not_before, not_after, &OsRandom)
    } else {
        self_signed(&*signer, &request, not_before, not_after, &OsRandom)
    };
    let der = der.map_err(|error| refused(csr, error.code()))?;
    hand_out(&csr.out, csr.force, &to_pem("CERTIFICATE", &der), json, output)
}

/// About four years for an authority and two for a signer (the WHO's certificate governance).
const AUTHORITY_SECONDS: i64 = 1_461 * 86_400;
const SIGNER_SECONDS: i64 = 730 * 86_400;

fn certify(options: &Certify, json: bool, output: &Output) -> Result<Exit, Error> {
    let name = options.certificate.display().to_string();
    let certificates = certificates_from(&input::read(&options.certificate)?);
    let certificates = certificates.map_err(|error| Error::refused(&name, error.code()))?;
    let [authority] = certificates.as_slice() else {
        return Err(Error::Usage(format!("{name}: one certificate is expected, the authority's")));
    };
    let request = input::read(&options.request)?;
    let signer = options.passphrase.load_key(&options.signer)?;
    let not_before = options.valid_from.map_or_else(verify::now, Ok)?;
    let not_after = not_before.saturating_add_seconds(options.valid_for.unwrap_or(SIGNER_SECONDS));
    let mut certification = Certification::new(purposes(&options.usage), not_before, not_after);
    certification.legacy_purposes = options.legacy_usage;
    let der = certification.certify(&*signer, authority, &request, &OsRandom);
    let der = der.map_err(|error| Error::refused(options.request.display().to_string(), error.code()))?;
    hand_out(&options.out, options.force, &to_pem("CERTIFICATE", &der), json, output)
}

fn purposes(usage: &[Usage]) -> HealthPurposes {
    HealthPurposes {
        test: usage.contains(&Usage::Test),
        vaccination: usage.contains(&Usage::Vaccination),
        recovery: usage.contains(&Usage::Recovery),
    }
}

fn request(subject: &Subject) -> Result<CertificateRequest, Error> {
    let organisation = subject.organisation.as_deref().unwrap_or(&subject.common_name);
    let name = keys::Subject::new(&subject.country, organisation, &subject.common_name)
        .map_err(|error| Error::Usage(error.to_string()))?;
    Ok(CertificateRequest::new(name, purposes(&subject.usage)))
}

/// Hands out a request or certificate: the PEM to standard output or a file and, when JSON is asked
/// for, an object that says where it went or holds it.
fn hand_out(out: &Path, force: bool, pem: &str, json: bool, output: &Output) -> Result<Exit, Error> {
    let to_stdout = out == Path::new("-");
    if !to_stdout {
        files::write(out, pem.as_bytes(), Access::Ordinary, force)?;
    }
    let name = out.display().to_string();
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
        "authority": certificate.basic_constraints().is_some_and(|constraints| constraints.ca),
        "subject_key_id": certificate.subject_key_id().map(hex),
        "authority_key_id": certificate.authority_key_id().map(hex),
        "problems": profile_problems(certificate).into_iter().map(keys::ProfileProblem::name).collect::<Vec<_>>(),
    })
}

fn describe_key(signer: &SoftwareSigner) -> serde_json::Value {
    serde_json::json!({ "type": "private-key", "key": signer.public_key().kind(), "algorithm": signer.algorithm().name() })
}

fn show(object: &serde_json::Value, output: &Output) -> Result<(), Error> {
    let value_of = |name: &str| match object.get(name) {
        None | Some(serde_json::Value::Null) => None,
        Some(serde_json::Value::Array(values)) if values.is_empty() => None,
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
const LABELS: [(&str, &str, &str); 18] = [
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
    ("authority", "Authority", "認証局"),
    ("subject_key_id", "Subject key identifier", "主体者鍵識別子"),
    ("authority_key_id", "Authority key identifier", "認証局鍵識別子"),
    ("problems", "Departs from the profile", "プロファイルとの相違"),
];
