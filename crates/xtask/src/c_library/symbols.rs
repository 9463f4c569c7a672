//! What the binaries hold: the exported symbols of the committed list, no code that signs, and no more than their size.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::{ISSUER, KIOSK, Library, copy, output, read, run};
use crate::workspace::Workspace;

/// Names that only code which signs or holds private keys brings, as they stand in mangled symbols.
const SIGNING_SYMBOLS: [&str; 6] =
    ["SigningKey", "SoftwareSigner", "SecretKey", "sign_prehash", "RsaPrivateKey", "tegata_signing_key"];

/// Texts that only such code brings.
const SIGNING_TEXTS: [&str; 2] = ["PRIVATE KEY", "signing failed"];

/// The exports are exactly those of the committed list.
pub(super) fn exports(workspace: &Workspace, library: &Library, shared: &Path) -> Result<(), String> {
    let listed = read(&workspace.root.join(library.folder).join("symbols.txt"))?;
    let listed: BTreeSet<&str> = listed.lines().collect();
    let names = output(Command::new("nm").args(["--dynamic", "--defined-only", "--format=just-symbols"]).arg(shared))?;
    let exported: BTreeSet<&str> = names.lines().map(str::trim).filter(|name| !name.is_empty()).collect();
    let unlisted: Vec<_> = exported.difference(&listed).collect();
    let missing: Vec<_> = listed.difference(&exported).collect();
    if unlisted.is_empty() && missing.is_empty() {
        println!("    lib{}: {} symbols, as listed", library.name, listed.len());
        return Ok(());
    }
    Err(format!("lib{}: exported and not listed {unlisted:?}, listed and not exported {missing:?}", library.name))
}

/// A kiosk's library has no code that signs; an issuer's, looked at in the same way, has.
pub(super) fn signing(kiosk: &[&Path], issuer: &Path) -> Result<(), String> {
    for file in kiosk {
        let traces = signing_traces(file)?;
        if !traces.is_empty() {
            return Err(format!("{} can sign: {traces:?}", file.display()));
        }
    }
    if signing_traces(issuer)?.len() < 3 {
        return Err("lib of the issuer shows no code that signs, so that not finding any proves nothing".into());
    }
    println!("    lib{} has no code that signs, lib{} has", KIOSK.name, ISSUER.name);
    Ok(())
}

fn signing_traces(file: &Path) -> Result<Vec<&'static str>, String> {
    let symbols = output(Command::new("nm").args(["--format=just-symbols"]).arg(file))?;
    if symbols.lines().count() < 100 {
        return Err(format!("{} was stripped, so that it shows nothing", file.display()));
    }
    let content = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut traces: Vec<_> = SIGNING_SYMBOLS.into_iter().filter(|name| symbols.contains(name)).collect();
    let holds = |text: &&str| content.windows(text.len()).any(|window| window == text.as_bytes());
    traces.extend(SIGNING_TEXTS.into_iter().filter(holds));
    Ok(traces)
}

/// Stripped, each shared library is no larger than its budget.
pub(super) fn sizes(workspace: &Workspace, folder: &Path, libraries: &[(&Library, &Path)]) -> Result<(), String> {
    let budgets = read(&workspace.root.join("bindings/c/size-budget.txt"))?;
    for (library, shared) in libraries {
        let stripped = folder.join(format!("{}.stripped", library.name));
        copy(shared, &stripped)?;
        run(Command::new("strip").arg(&stripped))?;
        let size = fs::metadata(&stripped).map_err(|error| error.to_string())?.len();
        let lines = budgets.lines().filter(|line| !line.starts_with('#'));
        let budget = lines.filter_map(|line| line.split_once(' ')).find(|(name, _)| *name == library.name);
        let budget: u64 = budget
            .and_then(|(_, bytes)| bytes.trim().parse().ok())
            .ok_or_else(|| format!("size-budget.txt says nothing of {}", library.name))?;
        println!("    lib{}: {size} bytes stripped, of {budget}", library.name);
        if size > budget {
            return Err(format!("lib{} is {} bytes larger than its budget", library.name, size - budget));
        }
    }
    Ok(())
}
