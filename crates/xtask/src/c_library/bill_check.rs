//! That a bill of materials is one: of the form of CycloneDX 1.5 as far as we use it, closed in itself, and naming
//! every crate whose code the library holds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::output;

/// Crates that come with the standard library, whose version is the compiler's.
const STANDARD: [&str; 18] = [
    "addr2line",
    "adler2",
    "alloc",
    "cfg_if",
    "compiler_builtins",
    "core",
    "getopts",
    "gimli",
    "hashbrown",
    "libc",
    "memchr",
    "miniz_oxide",
    "object",
    "panic_unwind",
    "rustc_demangle",
    "std",
    "std_detect",
    "unwind",
];

/// Checks a bill by itself; ends with the names of its components.
pub(super) fn form(text: &str) -> Result<BTreeSet<String>, String> {
    let bill: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
    for (member, wanted) in [("bomFormat", Value::from("CycloneDX")), ("specVersion", "1.5".into())] {
        if bill.get(member) != Some(&wanted) {
            return Err(format!("{member} is not {wanted}"));
        }
    }
    if bill.get("version").and_then(Value::as_u64) != Some(1) {
        return Err("version is not 1".into());
    }
    let root = bill.pointer("/metadata/component").ok_or("no metadata.component")?;
    let listed = bill.get("components").and_then(Value::as_array).ok_or("no components")?;
    let mut references = BTreeSet::new();
    let mut names = BTreeSet::new();
    for component in std::iter::once(root).chain(listed) {
        let (reference, name) = self::component(component)?;
        if !references.insert(reference.clone()) {
            return Err(format!("{reference} stands there twice"));
        }
        names.insert(name);
    }
    relations(&bill, &references, &text_of(root, "/bom-ref")?)?;
    Ok(names)
}

/// Checks a component; ends with its reference and its name.
fn component(component: &Value) -> Result<(String, String), String> {
    let (reference, name) = (text_of(component, "/bom-ref")?, text_of(component, "/name")?);
    let fault = |what: &str| Err(format!("{reference}: {what}"));
    if text_of(component, "/type")? != "library" {
        return fault("is no library");
    }
    let version = text_of(component, "/version")?;
    if version.split('.').count() < 3 || !version.starts_with(|first: char| first.is_ascii_digit()) {
        return fault("has no version");
    }
    let words = text_of(component, "/licenses/0/expression")?;
    let words = words.split([' ', '(', ')']).filter(|word| !word.is_empty());
    for word in words {
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-.+".contains(letter);
        if !word.chars().all(allowed) || matches!(word, "or" | "and" | "NOASSERTION") {
            return fault("has no licence that is an SPDX expression");
        }
    }
    for hash in component.get("hashes").and_then(Value::as_array).into_iter().flatten() {
        let content = text_of(hash, "/content")?;
        let is_hex = content.len() == 64 && content.bytes().all(|byte| byte.is_ascii_hexdigit());
        if text_of(hash, "/alg")? != "SHA-256" || !is_hex {
            return fault("has a hash that is no SHA-256");
        }
    }
    Ok((reference, name))
}

/// Each component has its dependencies told, all of them are components, and all are reached from the library.
fn relations(bill: &Value, references: &BTreeSet<String>, root: &str) -> Result<(), String> {
    let mut edges: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for relation in bill.get("dependencies").and_then(Value::as_array).ok_or("no dependencies")? {
        let on = relation.get("dependsOn").and_then(Value::as_array).ok_or("a dependency without dependsOn")?;
        let on = on.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
        edges.insert(text_of(relation, "/ref")?, on.ok_or("dependsOn holds other than text")?);
    }
    let known: BTreeSet<String> = edges.keys().cloned().collect();
    if known != *references {
        let differing: Vec<_> = known.symmetric_difference(references).collect();
        return Err(format!("components and dependencies differ in {differing:?}"));
    }
    let mut reached = BTreeSet::new();
    let mut open = vec![root.to_owned()];
    while let Some(next) = open.pop() {
        let on = edges.get(&next).ok_or_else(|| format!("{next} is depended on and no component"))?;
        if reached.insert(next) {
            open.extend(on.iter().cloned());
        }
    }
    let lost: Vec<_> = references.difference(&reached).collect();
    if lost.is_empty() { Ok(()) } else { Err(format!("nothing depends on {lost:?}")) }
}

fn text_of(value: &Value, pointer: &str) -> Result<String, String> {
    let text = value.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| format!("no {pointer} in {value}"))
}

/// Every crate that has a symbol in a library is among the names.
pub(super) fn covers(names: &BTreeSet<String>, shared: &Path) -> Result<usize, String> {
    let symbols = output(Command::new("nm").args(["--format=just-symbols"]).arg(shared))?;
    let found = crates_of(&symbols);
    if found.len() < 10 {
        return Err(format!("{} names few crates, so that it shows nothing: {found:?}", shared.display()));
    }
    let names: BTreeSet<String> = names.iter().map(|name| name.replace('-', "_")).collect();
    let missing: Vec<_> =
        found.iter().filter(|name| !names.contains(*name) && !STANDARD.contains(&name.as_str())).collect();
    if missing.is_empty() {
        Ok(found.len())
    } else {
        Err(format!("{} holds code of crates that no bill names: {missing:?}", shared.display()))
    }
}

/// The crates that symbols are of, where the name of one begins with its crate's: `_ZN4core...` and `..Cs1234_4core..`.
fn crates_of(symbols: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for symbol in symbols.lines() {
        let name = match symbol.strip_prefix("_ZN") {
            Some(path) => identifier(path),
            None if symbol.starts_with("_R") => symbol.split_once("Cs").and_then(|(_, rest)| {
                let (disambiguator, name) = rest.split_once('_')?;
                disambiguator.bytes().all(|byte| byte.is_ascii_alphanumeric()).then(|| identifier(name))?
            }),
            None => None,
        };
        // What is implemented for a type has the type in the place of the crate.
        let plain = |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        found.extend(name.filter(plain).filter(|name| !name.starts_with('_')).map(str::to_owned));
    }
    found
}

/// A name after its length.
fn identifier(text: &str) -> Option<&str> {
    let digits = text.len() - text.trim_start_matches(|first: char| first.is_ascii_digit()).len();
    let (length, rest) = text.split_at_checked(digits)?;
    rest.get(..length.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_tell_their_crates() {
        let symbols = "_ZN4core3fmt5write17h01E\n_ZN65_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$core..fmt..Debug$GT$3fmt17hE\n\
            _RNvNtCsjrHSEGnQ3l9_3std4path3new\nmain\n_ZN10serde_json2de17hE\n_ZN9";
        let found: Vec<_> = crates_of(symbols).into_iter().collect();
        assert_eq!(found, ["core", "serde_json", "std"]);
    }

    #[test]
    fn a_bill_with_a_fault_is_refused() {
        let good = serde_json::json!({
            "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
            "metadata": { "component": { "type": "library", "bom-ref": "r", "name": "libr", "version": "0.1.0",
                "licenses": [{ "expression": "MIT" }] } },
            "components": [{ "type": "library", "bom-ref": "a", "name": "a", "version": "1.0.0",
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
                "hashes": [{ "alg": "SHA-256", "content": "00".repeat(32) }] }],
            "dependencies": [{ "ref": "r", "dependsOn": ["a"] }, { "ref": "a", "dependsOn": [] }],
        });
        assert_eq!(form(&good.to_string()).unwrap().len(), 2);
        for (pointer, value) in [
            ("/bomFormat", Value::from("SPDX")),
            ("/specVersion", "1.4".into()),
            ("/components/0/type", "file".into()),
            ("/components/0/version", "*".into()),
            ("/components/0/bom-ref", "r".into()),
            ("/components/0/licenses/0/expression", "MIT/Apache-2.0".into()),
            ("/components/0/hashes/0/content", "00".into()),
            ("/dependencies/0/dependsOn", Value::Array(Vec::new())),
            ("/dependencies/0/dependsOn/0", "b".into()),
            ("/dependencies/1/ref", "b".into()),
        ] {
            let mut bad = good.clone();
            *bad.pointer_mut(pointer).unwrap() = value;
            assert!(form(&bad.to_string()).is_err(), "{pointer}");
        }
    }
}
