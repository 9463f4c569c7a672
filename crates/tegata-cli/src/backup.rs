//! `tegata backup` and `tegata restore`.

use std::io::BufReader;

use tegata::report::Language;
use tegata_issuer::backup::{BackupError, JournalUse};

use crate::arguments::{Backup, Restore};
use crate::error::{Error, Exit};
use crate::files;
use crate::output::Output;

pub(crate) fn back_up(options: &Backup, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = options.office.open()?;
    let (operation, now) = options.staff.operation("backup")?;
    let failed = |reason| Error::file(&options.out, "write", reason);
    let exported = files::write_new(&options.out, |file| {
        let mut writer = files::Durable::new(file);
        ledger.back_up(settings.code(), &mut writer, operation, now).map_err(|error| match error {
            BackupError::Unavailable => failed(std::io::Error::other("not all of it could be written")),
            error => Error::refused(options.office.name(), error),
        })
    })?;
    let journal = ledger.journal().path(settings.code()).display().to_string();
    if output.is_human() {
        let rows = exported.rows;
        output.line(&match output.language() {
            Language::Japanese => format!("バックアップしました: {rows}行"),
            _ => format!("Backed up: {rows} rows"),
        })?;
        let note = output.choose(
            "Copy the journal too, as often as you can: restoring needs it as it is then.",
            "記録簿も可能な限り頻繁に複製してください。復元にはその時点の最新のものが必要です:",
        );
        output.line(&format!("{note} {journal}"))?;
        return Ok(Exit::Done);
    }
    let result = serde_json::json!({
        "status": "done", "file": options.out.display().to_string(), "municipality": settings.code().as_str(),
        "rows": exported.rows, "audit_entries": exported.audit_entries, "journal": journal,
    });
    output.line(&result.to_string()).map(|()| Exit::Done)
}

pub(crate) fn restore(options: &Restore, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = options.office.open()?;
    let (operation, now) = options.staff.operation("restore")?;
    let file = std::fs::File::open(&options.backup).map_err(|reason| Error::file(&options.backup, "read", reason))?;
    let journal = match (&options.journal, options.journal_lost) {
        (Some(path), _) => JournalUse::Copy(path),
        (None, true) => JournalUse::Lost,
        (None, false) => JournalUse::Beside,
    };
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let restored = ledger.restore(settings.code(), &mut reader, journal, operation, now);
    let restored = restored.map_err(|error| Error::refused(options.backup.display().to_string(), error))?;
    if options.journal_lost {
        output.warning(
            "without the journal, what came after the backup is undone: people who were erased are there again, revoked \
             certificates are valid, revoked accounts open, and applications that were issued wait again: do each anew",
        );
    }
    if output.is_human() {
        let (rows, erased, revoked) = (restored.rows, restored.erased, restored.revoked);
        let at = restored.taken_at;
        return output
            .line(&match output.language() {
                Language::Japanese => format!(
                    "{at}時点を復元しました: {rows}行。その後の消去{erased}人、失効{revoked}件を再適用しました"
                ),
                _ => format!(
                    "Restored as of {at}: {rows} rows; {erased} people erased again, {revoked} certificates revoked again"
                ),
            })
            .map(|()| Exit::Done);
    }
    let result = serde_json::json!({
        "status": "done", "municipality": settings.code().as_str(), "taken_at": restored.taken_at.to_string(),
        "rows": restored.rows, "audit_entries": restored.audit_entries, "erased": restored.erased,
        "revoked": restored.revoked,
    });
    output.line(&result.to_string()).map(|()| Exit::Done)
}
