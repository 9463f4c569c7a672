//! `tegata application` and `tegata revoke`: the counter's work from the command line.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::json;
use tegata::card::Application as CardApplication;
use tegata::model::{BirthDate, CountryCode, Name, Personal, Sex};
use tegata::report::Language;
use tegata::{Code, Failure};
use tegata_issuer::application::{
    self, Approval, Attestation, CounterEntry, Entered, Evidence, Refusal, Replacement, Shown, Warning,
};
use tegata_issuer::issuing::{self, Bundle};
use tegata_issuer::matching::{Claim, Difference};
use tegata_issuer::record::{Authority, Document, InternalNumber, PassportData};
use tegata_print::Style;
use zeroize::{Zeroize, Zeroizing};

use crate::arguments::{
    Application, ApplicationApprove, ApplicationEnter, ApplicationReject, ApplicationShow, Field, Heeded, Image, Kind,
    Office, Profile, Revoke, Staff,
};
use crate::error::{Error, Exit};
use crate::files::{self, Access};
use crate::keys::OsRandom;
use crate::office::ended;
use crate::output::Output;
use crate::paper::Press;
use crate::{card, card_files, input, issue};

pub(crate) fn run(command: &Application, output: &Output) -> Result<Exit, Error> {
    match command {
        Application::Enter(options) => enter(options, output),
        Application::List { office, staff } => list(office, staff, output),
        Application::Show(options) => show(options, output),
        Application::Approve(options) => approve(options, output),
        Application::Reject(options) => reject(options, output),
    }
}

fn enter(options: &ApplicationEnter, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = options.office.open()?;
    let (operation, now) = options.staff.operation("application-enter")?;
    let verifier = card::verifier(options.trust.authorities.as_deref(), options.trust.accept_test_cards)?;
    let entry = CounterEntry {
        kind: match options.kind {
            Kind::Domestic => tegata::model::Kind::Domestic,
            Kind::Overseas => tegata::model::Kind::Overseas,
        },
        profiles: options.profile.iter().map(|profile| profile_of(*profile)).collect(),
        passport: options.passport.as_deref().map(passport).transpose()?,
        replaces: options
            .replaces
            .clone()
            .zip(options.replace_reason.clone())
            .map(|(certificate_id, reason)| Replacement { certificate_id, reason }),
        evidence: evidence(options)?,
    };
    let entered = application::enter(&ledger, &settings, &verifier, &OsRandom, entry, operation, now);
    let entered = entered.map_err(|refusal| refused(&options.office, refusal))?;
    show_entered(&entered, output)
}

fn show_entered(entered: &Entered, output: &Output) -> Result<Exit, Error> {
    let doubts: Vec<_> = entered.doubts.iter().map(|doubt| doubt.field()).collect();
    let warnings: Vec<_> = entered.warnings.iter().map(|warning| warning.name()).collect();
    if !output.is_human() {
        let result = json!({
            "status": "entered", "application": entered.application_id, "subject": entered.subject.as_str(),
            "doubts": doubts, "warnings": warnings,
        });
        return output.line(&result.to_string()).map(|()| Exit::Done);
    }
    let subject = entered.subject.as_str().to_owned();
    let mut lines =
        vec![("Application", "申請番号", entered.application_id.clone()), ("Internal number", "宛名番号", subject)];
    if !doubts.is_empty() {
        lines.push(("To be confirmed", "要確認項目", doubts.join(", ")));
    }
    if !warnings.is_empty() {
        lines.push(("Attention", "注意", warnings.join(", ")));
    }
    for (english, japanese, value) in lines {
        output.line(&output.labelled(output.choose(english, japanese), &value))?;
    }
    output.line(output.choose("Another person approves it.", "入力者以外の担当者が承認してください。"))?;
    Ok(Exit::Done)
}

fn list(office: &Office, staff: &Staff, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = office.open()?;
    let (operation, now) = staff.operation("application-list")?;
    let waiting = application::pending(&ledger, &settings, operation, now);
    let waiting = waiting.map_err(|refusal| refused(office, refusal))?;
    for application in waiting {
        if output.is_human() {
            output.line(&format!("{}  {}", application.application_id, application.state))?;
        } else {
            let result = json!({"application": application.application_id, "state": application.state});
            output.line(&result.to_string())?;
        }
    }
    Ok(Exit::Done)
}

fn show(options: &ApplicationShow, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = options.office.open()?;
    let (operation, now) = options.staff.operation("application-show")?;
    let verifier = card::verifier(options.trust.authorities.as_deref(), options.trust.accept_test_cards)?;
    let shown = application::show(&ledger, &settings, &verifier, &options.application, operation, now);
    let shown = shown.map_err(|refusal| refused(&options.office, refusal))?;
    if !output.is_human() {
        return output.line(&shown_json(&shown).to_string()).map(|()| Exit::Done);
    }
    let resident = &shown.resident.details;
    let doubts: Vec<_> = shown.doubts.iter().map(|doubt| doubt.field()).collect();
    let warnings: Vec<_> = shown.warnings.iter().map(|warning| warning.name()).collect();
    for (english, japanese, value) in [
        ("Application", "申請番号", shown.application_id.clone()),
        ("Entered by", "入力者", shown.entered_by.clone()),
        ("Received", "受付", shown.received_at.to_string()),
        ("Internal number", "宛名番号", shown.resident.internal_number.as_str().to_owned()),
        ("Applicant", "申請者", shown.claim.name.expose().clone()),
        ("Applicant's address", "申請者の住所", shown.claim.address.expose().clone()),
        ("Applicant's date of birth", "申請者の生年月日", shown.claim.birth_date.expose().to_text()),
        ("Register", "住民記録", resident.name.expose().clone()),
        ("Register's address", "住民記録の住所", resident.address.expose().clone()),
        ("Register's date of birth", "住民記録の生年月日", resident.birth_date.expose().to_text()),
        ("Doses", "接種", shown.vaccinations.iter().filter(|dose| dose.given.is_some()).count().to_string()),
        ("To be confirmed", "要確認項目", doubts.join(", ")),
        ("Attention", "注意", warnings.join(", ")),
    ] {
        if !value.is_empty() {
            output.line(&output.labelled(output.choose(english, japanese), &value))?;
        }
    }
    Ok(Exit::Done)
}

fn shown_json(shown: &Shown) -> serde_json::Value {
    let resident = &shown.resident.details;
    let doubts: Vec<_> = shown.doubts.iter().map(|doubt| doubt.field()).collect();
    let warnings: Vec<_> = shown.warnings.iter().map(|warning| warning.name()).collect();
    json!({
        "status": "entered", "application": shown.application_id, "entered_by": shown.entered_by,
        "received_at": shown.received_at.to_string(), "kind": shown.kind.name(),
        "profiles": shown.profiles.iter().map(|profile| profile.name()).collect::<Vec<_>>(),
        "subject": shown.resident.internal_number.as_str(),
        "claim": {
            "name": shown.claim.name.expose(), "address": shown.claim.address.expose(),
            "birth_date": shown.claim.birth_date.expose().to_text(), "sex": shown.claim.sex.expose().name(),
        },
        "register": {
            "name": resident.name.expose(), "address": resident.address.expose(),
            "birth_date": resident.birth_date.expose().to_text(), "sex": resident.sex.expose().name(),
        },
        "doses": shown.vaccinations.iter().filter(|dose| dose.given.is_some()).count(),
        "doubts": doubts, "warnings": warnings,
    })
}

const fn warning_of(warning: Heeded) -> Warning {
    match warning {
        Heeded::Protected => Warning::Protected,
        Heeded::MovedOut => Warning::MovedOut,
    }
}

fn approve(options: &ApplicationApprove, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = options.office.open()?;
    let (operation, now) = options.staff.operation("application-approve")?;
    let verifier = card::verifier(options.trust.authorities.as_deref(), options.trust.accept_test_cards)?;
    let desk = options.office.desk(settings, &options.passphrase)?;
    // What can be wrong with the paper is found before anything is issued.
    let press = Press::open(&options.print, false)?;
    let confirmed: Vec<_> = options.confirm.iter().map(|field| difference(*field)).collect();
    let acknowledged: Vec<_> = options.acknowledge.iter().map(|warning| warning_of(*warning)).collect();
    let approval =
        Approval { application_id: &options.application, confirmed: &confirmed, acknowledged: &acknowledged };
    let bundle = application::approve(&ledger, &desk, &verifier, approval, operation, now);
    let bundle = bundle.map_err(|refusal| refused(&options.office, refusal))?;
    show_bundle(&bundle, options, press.as_ref(), output)
}

fn show_bundle(
    bundle: &Bundle,
    options: &ApplicationApprove,
    press: Option<&Press<'_>>,
    output: &Output,
) -> Result<Exit, Error> {
    let mut certificates = Vec::new();
    let mut written = Vec::new();
    // The certificates are issued and recorded: their texts come first, whatever becomes of the images.
    for certificate in &bundle.certificates {
        certificates.push(json!({
            "profile": certificate.profile.name(), "text": certificate.text(),
            "not_carried": certificate.issued.not_carried(),
        }));
        if output.is_human() {
            output.line(certificate.text())?;
        }
    }
    let mut failed = None;
    if let Some(base) = &options.out {
        for certificate in &bundle.certificates {
            match write_image(certificate.text(), certificate.profile.name(), base, options.image) {
                Ok(path) => written.extend(path.map(|path| path.display().to_string())),
                Err(error) => failed = Some(error),
            }
        }
    }
    let mut paper = None;
    // One paper, of the first profile.
    if let (Some(press), Some(certificate)) = (press, bundle.certificates.first()) {
        match press.print(&certificate.issued, output) {
            Ok(printed) => paper = Some(printed),
            Err(error) => failed = Some(error),
        }
    }
    if output.is_human() {
        output.line(&match output.language() {
            Language::Japanese => format!("交付しました: {} ({})", bundle.certificate_id, bundle.issue_date),
            _ => format!("Issued: {} ({})", bundle.certificate_id, bundle.issue_date),
        })?;
    } else {
        let result = json!({
            "status": "issued", "certificate_id": bundle.certificate_id, "issue_date": bundle.issue_date.to_string(),
            "certificates": certificates, "images": written, "paper": paper,
        });
        output.line(&result.to_string())?;
    }
    failed.map_or(Ok(Exit::Done), Err)
}

fn write_image(text: &str, profile: &str, base: &Path, image: Option<Image>) -> Result<Option<PathBuf>, Error> {
    let image = image.unwrap_or(Image::Png);
    if image == Image::None {
        return Ok(None);
    }
    let (bytes, extension) = issue::draw(text, image, &Style::default())?;
    let mut name = base.as_os_str().to_owned();
    name.push(format!("-{profile}{extension}"));
    let path = PathBuf::from(name);
    files::write(&path, &bytes, Access::OwnerOnly, false)?;
    Ok(Some(path))
}

fn reject(options: &ApplicationReject, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = options.office.open()?;
    let (operation, now) = options.staff.operation("application-reject")?;
    application::reject(&ledger, &settings, &options.application, operation, now)
        .map_err(|refusal| refused(&options.office, refusal))?;
    done(json!({"status": "rejected", "application": options.application}), ("Rejected", "却下しました"), output)
}

pub(crate) fn revoke(options: &Revoke, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = options.office.open()?;
    let (operation, now) = options.staff.operation("revoke")?;
    let office = &options.office;
    if let Some(id) = &options.certificate {
        issuing::revoke(&ledger, settings.code(), id, &options.staff.reason, operation, now)
            .map_err(|refusal| refused(office, refusal))?;
    }
    let mut revoked = None;
    if let Some(path) = &options.list {
        let (operation, now) = options.staff.operation("revocation-list")?;
        let undertaking = ledger.undertake(settings.code(), operation, now);
        let undertaking = undertaking.map_err(|error| Error::refused(office.name(), error))?;
        let listed = issuing::revocation_set(&ledger, settings.code()).map_err(|refusal| refused(office, refusal));
        let listed = listed.and_then(|set| {
            let validity = i64::from(settings.validity_days()) * 86_400;
            let expires = options.list_expires.unwrap_or_else(|| now.saturating_add_seconds(validity));
            let list = issuing::revocation_list(&set, &settings.signer().country, expires);
            files::write(path, list.as_bytes(), Access::Ordinary, true).map(|()| set.len())
        });
        revoked = Some(ended(office, undertaking, listed)?);
    }
    let result = json!({"status": "done", "revoked": options.certificate, "listed": revoked});
    done(result, ("Done", "完了しました"), output)
}

fn done(result: serde_json::Value, (english, japanese): (&str, &str), output: &Output) -> Result<Exit, Error> {
    let line = if output.is_human() { output.choose(english, japanese).to_owned() } else { result.to_string() };
    output.line(&line).map(|()| Exit::Done)
}

fn refused(office: &Office, refusal: Refusal) -> Error {
    Error::refused(office.name(), refusal)
}

const fn profile_of(profile: Profile) -> tegata::Profile {
    match profile {
        Profile::Jp => tegata::Profile::Jp,
        Profile::Dcc => tegata::Profile::Dcc,
        Profile::Dvc => tegata::Profile::Dvc,
    }
}

const fn difference(field: Field) -> Difference {
    match field {
        Field::Name => Difference::Name,
        Field::Address => Difference::Address,
        Field::BirthDate => Difference::BirthDate,
        Field::Sex => Difference::Sex,
    }
}

fn evidence(options: &ApplicationEnter) -> Result<Evidence, Error> {
    match (&options.card, &options.attestation) {
        (Some(folder), _) => {
            let files = card_files::read(folder, CardApplication::Text)?;
            Ok(Evidence::Card(files.map_err(|error| Error::refused(folder.display().to_string(), error))?))
        }
        (None, Some(path)) => attestation(path).map(Evidence::Attestation),
        (None, None) => Err(Error::Usage("--card or --attestation is needed".into())),
    }
}

/// A statement as a file holds it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttestationFile {
    internal_number: String,
    name: String,
    address: String,
    birth_date: String,
    sex: String,
    documents: Vec<String>,
    agent: Option<String>,
}

impl Drop for AttestationFile {
    fn drop(&mut self) {
        [&mut self.name, &mut self.address, &mut self.birth_date, &mut self.sex].into_iter().for_each(Zeroize::zeroize);
    }
}

fn attestation(path: &Path) -> Result<Attestation, Error> {
    let file: AttestationFile = read_json(path)?;
    let invalid = |field: &'static str| invalid(path, field);
    let claim = Claim {
        name: file.name.as_str().into(),
        address: file.address.as_str().into(),
        birth_date: BirthDate::parse(&file.birth_date).map_err(|_| invalid("birth_date"))?.into(),
        sex: Sex::ALL.into_iter().find(|sex| sex.name() == file.sex).ok_or_else(|| invalid("sex"))?.into(),
    };
    let documents: Option<Vec<_>> = file.documents.iter().map(|word| Document::parse(word)).collect();
    let agent = file.agent.as_deref().map(|word| Authority::parse(word).ok_or_else(|| invalid("agent"))).transpose()?;
    let subject = InternalNumber::parse(&file.internal_number).ok_or_else(|| invalid("internal_number"))?;
    Attestation::new(subject, claim, &documents.ok_or_else(|| invalid("documents"))?, agent)
        .map_err(|refusal| Error::refused(path.display().to_string(), refusal))
}

/// Passport data as a file holds it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PassportFile {
    surname: Option<String>,
    given: Option<String>,
    nationality: String,
    number: String,
    former_surname: Option<String>,
    other_surname: Option<String>,
    alias: Option<String>,
}

fn passport(path: &Path) -> Result<PassportData, Error> {
    let file: PassportFile = read_json(path)?;
    let nationality = CountryCode::parse(&file.nationality).ok_or_else(|| invalid(path, "nationality"))?;
    let personal = |text: Option<String>| text.map(Personal::new);
    Ok(PassportData {
        romanised: Name { surname: personal(file.surname), given: personal(file.given) },
        nationality: nationality.into(),
        number: file.number.into(),
        former_surname: personal(file.former_surname),
        other_surname: personal(file.other_surname),
        alias: personal(file.alias),
    })
}

fn read_json<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, Error> {
    let bytes = Zeroizing::new(input::read(path)?);
    // The reader's own message could repeat a value.
    serde_json::from_slice(&bytes).map_err(|error| invalid(path, &format!("line {}", error.line())))
}

fn invalid(path: &Path, field: &str) -> Error {
    Error::refused(path.display().to_string(), Failure::of_field(Code::ApplicationInvalidValue, field.to_owned()))
}
