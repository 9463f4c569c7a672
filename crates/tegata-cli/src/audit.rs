//! `tegata audit`: the audit log, verified, read and signed.

use std::path::Path;

use tegata::Failure;
use tegata::report::Language;
use tegata_issuer::audit::{self, AuditError, Entry, Head, SignedHead};
use tegata_issuer::ledger::LedgerError;
use tegata_issuer::municipality::Municipality;

use crate::arguments::{Audit, AuditExportHead, AuditList, AuditVerify};
use crate::error::{Error, Exit};
use crate::files::{self, Access};
use crate::output::{Output, Style, printable};
use crate::provider::provider;
use crate::{input, office};

pub(crate) fn run(command: &Audit, output: &Output) -> Result<Exit, Error> {
    match command {
        Audit::Verify(options) => verify(options, output),
        Audit::ExportHead(options) => export_head(options, output),
        Audit::List(options) => list(options, output),
    }
}

fn verify(options: &AuditVerify, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = options.office.open()?;
    let refused = |error: LedgerError| Error::refused(options.office.name(), error);
    let heads = proven_heads(options, &settings)?;
    let (operation, now) = options.staff.operation("audit-verify")?;
    let verified = match audit::verify_for_operator(&ledger, settings.code(), &heads, operation, now) {
        Ok(verified) => verified,
        Err(LedgerError::Audit(error)) => return not_whole(error, &settings, output),
        Err(error) => return Err(refused(error)),
    };
    if output.is_human() {
        let (entries, heads) = (verified.entries, heads.len());
        let mark = output.styled(Style::Good, "✓");
        return output
            .line(&match output.language() {
                Language::Japanese if heads == 0 => format!(
                    "{mark} 監査ログに矛盾はありません: {entries}件。別の場所に保管した署名付き末尾（--head）とは照合していません"
                ),
                Language::Japanese => {
                    format!("{mark} 監査ログは完全です: {entries}件、署名付き末尾{heads}件と一致")
                }
                _ if heads == 0 => format!(
                    "{mark} The audit log is consistent: {entries} entries; not compared with a signed head kept \
                     elsewhere (--head)"
                ),
                _ => {
                    format!("{mark} The audit log is whole: {entries} entries, in agreement with {heads} signed heads")
                }
            })
            .map(|()| Exit::Done);
    }
    let result = serde_json::json!({
        "status": "accepted", "stage": null, "code": null, "message": null, "entry": null,
        "municipality": settings.code().as_str(), "entries": verified.entries, "heads": heads.len(),
        "hash": hex(&verified.hash),
    });
    output.line(&result.to_string()).map(|()| Exit::Done)
}

/// A log that was changed is a result, and not an error of the command.
fn not_whole(error: AuditError, settings: &Municipality, output: &Output) -> Result<Exit, Error> {
    let failure = Failure::from(error);
    if output.is_human() {
        let mark = output.styled(Style::Bad, "✗");
        let entry = error.sequence().map_or_else(String::new, |sequence| format!(" ({sequence})"));
        output.line(&format!("{mark} {}{entry}", failure.message(output.language())))?;
        output.line(&output.wrapped(2, failure.code().advice().text(output.language())))?;
    } else {
        let result = serde_json::json!({
            "status": "rejected", "stage": failure.stage().name(), "code": failure.code().name(),
            "message": error.to_string(), "entry": error.sequence(), "municipality": settings.code().as_str(),
        });
        output.line(&result.to_string())?;
    }
    Ok(Exit::NotAccepted)
}

/// The heads, once it is certain that the municipality signed them.
fn proven_heads(options: &AuditVerify, settings: &Municipality) -> Result<Vec<Head>, Error> {
    if options.head.is_empty() {
        return Ok(Vec::new());
    }
    let mut certificates = Vec::new();
    for path in &options.certificate {
        certificates.push(office::certificate(path)?);
    }
    if certificates.is_empty() {
        certificates.push(office::certificate(&options.office.beside(&settings.signer().certificate))?);
    }
    let prove = |path: &std::path::PathBuf| {
        let refused = |error: AuditError| Error::refused(path.display().to_string(), error);
        let head = SignedHead::from_text(&input::read(path)?).map_err(refused)?;
        let mut proofs = certificates
            .iter()
            .filter_map(|certificate| certificate.public_key().ok())
            .filter_map(|key| head.verify(key, provider()).ok());
        proofs.next().ok_or_else(|| refused(AuditError::HeadSignature))
    };
    options.head.iter().map(prove).collect()
}

fn export_head(options: &AuditExportHead, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = options.office.open()?;
    let refused = |error: LedgerError| Error::refused(options.office.name(), error);
    let (certificate, signer) = options.office.signer(&settings, &options.passphrase)?;
    let (operation, now) = options.staff.operation("export-head")?;
    let mut undertaking = ledger.undertake(settings.code(), operation, now).map_err(refused)?;
    let taken = (|| {
        let head = audit::whole_head(undertaking.session(), now).map_err(refused)?;
        let signed = head.sign(&*signer, &certificate.key_id()).map_err(|error| refused(error.into()))?;
        // What a token signed is looked at before it is relied on; and a key of another certificate would prove nothing.
        let key = certificate.public_key().map_err(|error| Error::refused(options.office.name(), error))?;
        signed.verify(key, provider()).map_err(|error| refused(error.into()))?;
        audit::keep_head(&ledger, &signed).map_err(refused)?;
        if options.out == Path::new("-") {
            output.bytes(signed.to_text().as_bytes())?;
        } else {
            files::write(&options.out, signed.to_text().as_bytes(), Access::Ordinary, false)?;
        }
        Ok(head)
    })();
    let head = office::ended(&options.office, undertaking, taken)?;
    if options.out == Path::new("-") {
        return Ok(Exit::Done);
    }
    if output.is_human() {
        let note = output.choose("Keep this apart from the ledger:", "台帳とは別の場所に保管してください:");
        output.line(&format!("{note} {}", options.out.display()))?;
    } else {
        let result = serde_json::json!({
            "status": "done", "file": options.out.display().to_string(), "entries": head.sequence,
            "hash": hex(&head.hash),
        });
        output.line(&result.to_string())?;
    }
    Ok(Exit::Done)
}

fn list(options: &AuditList, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = options.office.open()?;
    let refused = |error: LedgerError| Error::refused(options.office.name(), error);
    let (operation, now) = options.staff.operation("audit-list")?;
    let mut undertaking = ledger.undertake(settings.code(), operation, now).map_err(refused)?;
    let mut written = Ok(());
    let verified = undertaking.session().show_audit(options.from, &mut |entry| {
        if written.is_ok() {
            written = output.line(&line(&entry, output));
        }
    });
    let listed = written.and_then(|()| verified.clone().map(drop).map_err(refused));
    match (office::ended(&options.office, undertaking, listed), verified) {
        (Err(Error::Refused { .. }), Err(LedgerError::Audit(error))) => not_whole(error, &settings, output),
        (listed, _) => listed.map(|()| Exit::Done),
    }
}

/// One entry. Internal numbers and names of staff are what the command is there to show.
fn line(entry: &Entry, output: &Output) -> String {
    if output.is_human() {
        let who = format!("{} / {} / {}", entry.operator, entry.department, entry.terminal);
        let whom = entry.subjects.join(" ");
        let (time, what, outcome) = (entry.time, &entry.operation, &entry.outcome);
        return printable(&format!(
            "{}  {time}  {what}  {outcome}  {who}  {}  [{}] {whom} {}",
            entry.sequence,
            entry.reason,
            entry.subject_count,
            entry.objects.join(" ")
        ));
    }
    serde_json::json!({
        "sequence": entry.sequence, "time": entry.time.to_string(), "operation": entry.operation,
        "outcome": entry.outcome, "operator": entry.operator, "department": entry.department,
        "terminal": entry.terminal, "reason": entry.reason, "subjects": entry.subjects,
        "subject_count": entry.subject_count, "objects": entry.objects,
    })
    .to_string()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
