//! `tegata import` and `tegata export`: a municipality's records as CSV.

use std::io::Read;
use std::path::Path;

use tegata::Failure;
use tegata::report::Language;
use tegata_issuer::exchange::{self, ExportError, ImportError, RowError};

use crate::arguments::{Encoding, Export, Import};
use crate::error::{Error, Exit};
use crate::files;
use crate::office::Progress;
use crate::output::Output;

pub(crate) fn import(options: &Import, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = options.office.open()?;
    let (operation, now) = options.staff.operation("import")?;
    let failed = |reason| Error::file(&options.file, "read", reason);
    let (input, length): (Box<dyn Read>, _) = if options.file == Path::new("-") {
        (Box::new(std::io::stdin()), None)
    } else {
        let file = std::fs::File::open(&options.file).map_err(failed)?;
        let length = file.metadata().ok().map(|metadata| metadata.len()).filter(|length| *length > 0);
        (Box::new(file), length)
    };
    let mut shown = Progress::new();
    let share = |bytes: u64| length.map(|length| part(bytes, length));
    let imported = exchange::import(&ledger, &settings, input, operation, now, &mut |progress| {
        shown.advance(progress.rows, share(progress.bytes));
    });
    shown.finish();
    let name = options.file.display().to_string();
    let imported = match imported {
        Ok(imported) => imported,
        Err(ImportError::Input(reason)) => return Err(failed(reason)),
        Err(ImportError::Rows(errors)) => return refused(&name, &errors, output),
        Err(error) => return Err(Error::refused(name, error)),
    };
    if output.is_human() {
        let (rows, persons, doses) = (imported.rows, imported.persons, imported.vaccinations);
        output.line(&match output.language() {
            Language::Japanese => format!("取り込みました: {rows}行、{persons}人、接種{doses}件"),
            _ => format!("Imported: {rows} rows, {persons} people, {doses} doses"),
        })?;
    } else {
        let result = serde_json::json!({
            "status": "imported", "rows": imported.rows, "persons": imported.persons,
            "vaccinations": imported.vaccinations, "issues": imported.issues,
            "erased_issues": imported.erased_issues, "encoding": imported.encoding.name(),
        });
        output.line(&result.to_string())?;
    }
    Ok(Exit::Done)
}

/// How much of a whole: for a display alone.
fn part(bytes: u64, length: u64) -> f64 {
    let thousandths = bytes.saturating_mul(1_000) / length.max(1);
    f64::from(u32::try_from(thousandths).unwrap_or(1_000)) / 1_000.0
}

/// Every row that is wrong, by line and column.
fn refused(name: &str, errors: &[RowError], output: &Output) -> Result<Exit, Error> {
    if output.is_human() {
        for error in errors {
            output.warning(&format!("{name}: {error} [{}]", error.kind.code().name()));
        }
        let count = errors.len();
        output.line(&match output.language() {
            Language::Japanese => format!("取り込みませんでした: {count}件の誤りがあります"),
            _ => format!("Nothing was imported: {count} errors"),
        })?;
        return Ok(Exit::NotAccepted);
    }
    let errors: Vec<_> = errors
        .iter()
        .map(|error| {
            serde_json::json!({
                "line": error.line, "column": error.column.map(exchange::Column::header),
                "code": error.kind.code().name(), "message": error.kind.to_string(),
            })
        })
        .collect();
    let code = errors.first().and_then(|error| error.get("code").cloned());
    let result = serde_json::json!({"status": "failed", "source": name, "code": code, "errors": errors});
    output.line(&result.to_string()).map(|()| Exit::NotAccepted)
}

pub(crate) fn export(options: &Export, output: &Output) -> Result<Exit, Error> {
    let (settings, ledger) = options.office.open()?;
    let (operation, now) = options.staff.operation("export")?;
    let failed = |reason| Error::file(&options.out, "write", reason);
    let encoding = match options.encoding {
        Encoding::Utf8 => exchange::Encoding::Utf8,
        Encoding::Cp932 => exchange::Encoding::Cp932,
    };
    let mut shown = Progress::new();
    let exported = files::write_new(&options.out, |file| {
        let mut writer = files::Durable::new(file);
        let exported = exchange::export(&ledger, &settings, &mut writer, encoding, operation, now, &mut |progress| {
            shown.advance(progress.rows, None);
        });
        exported.map_err(|error| match error {
            ExportError::Output(reason) => failed(reason),
            ExportError::Ledger(error) => Error::refused(options.office.name(), Failure::from(error)),
            other => Error::Usage(other.to_string()),
        })
    })?;
    shown.finish();
    if exported.replaced > 0 {
        let replaced = exported.replaced;
        output.warning(&format!(
            "{replaced} fields hold 〓 for characters that CP932 does not have; use --encoding utf-8"
        ));
    }
    if output.is_human() {
        let (rows, persons) = (exported.rows, exported.persons);
        output.line(&match output.language() {
            Language::Japanese => format!("書き出しました: {rows}行、{persons}人"),
            _ => format!("Exported: {rows} rows, {persons} people"),
        })?;
    } else {
        let result = serde_json::json!({
            "status": "exported", "rows": exported.rows, "persons": exported.persons, "replaced": exported.replaced,
            "file": options.out.display().to_string(),
        });
        output.line(&result.to_string())?;
    }
    Ok(Exit::Done)
}
