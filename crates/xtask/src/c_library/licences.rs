//! The licences of what a library is made of besides this repository: the texts that each crate brings, in one file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{output, read};
use crate::workspace::{Workspace, cargo};

/// How the names of files begin that hold a licence or a notice.
const NAMES: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];

/// One text for all crates in bills of materials: who is used under what licence, and then each text once, with those
/// who bring it.
pub(super) fn of(workspace: &Workspace, bills: &[String]) -> Result<String, String> {
    let mut metadata = Command::new(cargo());
    metadata.args(["metadata", "--locked", "--format-version", "1"]).current_dir(&workspace.root);
    let metadata: Value = serde_json::from_str(&output(&mut metadata)?).map_err(|error| error.to_string())?;
    let folders = folders(&metadata).ok_or("cargo metadata has an unknown form")?;
    let mut licences = BTreeMap::new();
    for bill in bills {
        let bill: Value = serde_json::from_str(bill).map_err(|error| error.to_string())?;
        licences.extend(components(&bill));
    }
    let mut texts: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut list = String::new();
    for (id, licence) in &licences {
        // What is not of a registry is of this repository, or comes with the compiler.
        let Some(folder) = folders.get(id) else { continue };
        let found = licence_files(folder)?;
        let without = if found.is_empty() { ", whose package holds no text of it" } else { "" };
        writeln!(list, "{id}: {licence}{without}").map_err(|error| error.to_string())?;
        for file in found {
            // Some are not UTF-8: an author's name in an older encoding.
            let text = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            let text = String::from_utf8_lossy(&text).replace("\r\n", "\n");
            texts.entry(text.trim().to_owned()).or_default().insert(id);
        }
    }
    let mut all = format!("{INTRODUCTION}\n{list}");
    let mut texts: Vec<_> = texts.into_iter().map(|(text, ids)| (ids, text)).collect();
    texts.sort();
    for (ids, text) in texts {
        let ids: Vec<_> = ids.into_iter().collect();
        write!(all, "\n{}\n{}\n\n{text}\n", "=".repeat(100), ids.join(", ")).map_err(|error| error.to_string())?;
    }
    Ok(all)
}

/// What stands above the list.
const INTRODUCTION: &str = "The libraries are made of this repository, whose licences stand beside this file, of the \
standard library of Rust\n(MIT OR Apache-2.0, https://www.rust-lang.org), and of these packages:\n";

/// Where the sources of the packages of a registry are, by name and version.
fn folders(metadata: &Value) -> Option<BTreeMap<String, PathBuf>> {
    let mut folders = BTreeMap::new();
    for package in metadata.get("packages")?.as_array()? {
        if package.get("source")?.is_null() {
            continue;
        }
        let (name, version) = (package.get("name")?.as_str()?, package.get("version")?.as_str()?);
        let folder = Path::new(package.get("manifest_path")?.as_str()?).parent()?;
        folders.insert(format!("{name} {version}"), folder.to_owned());
    }
    Some(folders)
}

/// Name, version and licence of each component.
fn components(bill: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let listed = bill.get("components").and_then(Value::as_array).into_iter().flatten();
    listed
        .filter_map(|component| {
            let id = format!("{} {}", text(component, "/name")?, text(component, "/version")?);
            Some((id, text(component, "/licenses/0/expression")?))
        })
        .collect()
}

/// The files of a package that hold its licences, sorted.
fn licence_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let is_licence = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_uppercase()).unwrap_or_default();
        path.is_file() && NAMES.iter().any(|begin| name.starts_with(begin))
    };
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_licence).collect();
    files.sort();
    Ok(files)
}

/// Every package of a registry in the bills is named, and nothing else is in the list.
pub(super) fn check(file: &Path, bills: &[String]) -> Result<(), String> {
    let text = read(file)?;
    for bill in bills {
        let bill: Value = serde_json::from_str(bill).map_err(|error| error.to_string())?;
        for (id, licence) in components(&bill) {
            let named = text.lines().any(|line| line.starts_with(&format!("{id}: {licence}")));
            if !named && !id.starts_with("tegata") && !id.starts_with("rust-std ") {
                return Err(format!("{}: nothing of {id}", file.display()));
            }
        }
    }
    Ok(())
}
