//! A bill of materials of a library, as CycloneDX 1.5: every crate that is linked into it, by cargo's own account.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Value, json};

use super::{Library, output};
use crate::workspace::{Workspace, cargo};

/// The document for one library: components with versions, licences, package URLs and what depends on what.
pub(super) fn of(workspace: &Workspace, library: &Library) -> Result<String, String> {
    let mut tree = Command::new(cargo());
    tree.args(["tree", "--locked", "-p", library.package, "--edges", "normal,no-proc-macro", "--prefix", "depth"]);
    tree.args(["--no-dedupe", "--target", "x86_64-unknown-linux-gnu", "--format", "\t{p}\t{l}"]);
    let lines = output(tree.current_dir(&workspace.root))?;
    let hashes = checksums(&super::read(&workspace.root.join("Cargo.lock"))?);
    let compiler = output(Command::new("rustc").arg("--version").current_dir(&workspace.root))?;
    let compiler = compiler.split(' ').nth(1).unwrap_or_default();
    document(library, &lines, &hashes, compiler).ok_or_else(|| "cargo tree has an unknown form".into())
}

/// The standard library, which is linked into everything: not of a registry but of the compiler.
const STANDARD: &str = "rust-std";

/// A crate of the tree.
struct Component {
    name: String,
    version: String,
    licence: String,
    depends_on: Vec<String>,
}

/// `compiler` is the version of the compiler, which brings the standard library.
fn document(library: &Library, tree: &str, hashes: &BTreeMap<String, String>, compiler: &str) -> Option<String> {
    let mut components: BTreeMap<String, Component> = BTreeMap::new();
    let mut above: Vec<String> = Vec::new();
    let mut root = None;
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let mut parts = line.split('\t');
        let depth: usize = parts.next()?.parse().ok()?;
        let (package, licence) = (parts.next()?, parts.next()?);
        let mut words = package.split_whitespace();
        let (name, version) = (words.next()?, words.next()?.trim_start_matches('v'));
        let id = format!("{name}@{version}");
        above.truncate(depth);
        match above.last().and_then(|parent| components.get_mut(parent)) {
            Some(parent) if !parent.depends_on.contains(&id) => parent.depends_on.push(id.clone()),
            Some(_) => {}
            None => root = Some(id.clone()),
        }
        above.push(id.clone());
        components.entry(id).or_insert_with(|| Component {
            name: name.to_owned(),
            version: version.to_owned(),
            licence: licence.replace('/', " OR "),
            depends_on: Vec::new(),
        });
    }
    let root = root?;
    let standard = format!("{STANDARD}@{compiler}");
    components.get_mut(&root)?.depends_on.push(standard.clone());
    let of_compiler = Component {
        name: STANDARD.to_owned(),
        version: compiler.to_owned(),
        licence: "MIT OR Apache-2.0".to_owned(),
        depends_on: Vec::new(),
    };
    components.insert(standard, of_compiler);
    let listed: Vec<Value> = components
        .iter()
        .filter(|(id, _)| **id != root)
        .map(|(id, component)| component.describe(id, hashes))
        .collect();
    let relations: Vec<Value> = components
        .iter()
        .map(|(id, component)| json!({ "ref": reference(id), "dependsOn": references(&component.depends_on) }))
        .collect();
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": reference(&root),
                "name": format!("lib{}", library.name),
                "version": env!("CARGO_PKG_VERSION"),
                "licenses": [{ "expression": "Apache-2.0 OR MIT" }],
            },
        },
        "components": listed,
        "dependencies": relations,
    });
    Some(serde_json::to_string_pretty(&document).ok()? + "\n")
}

impl Component {
    fn describe(&self, id: &str, hashes: &BTreeMap<String, String>) -> Value {
        let mut component = json!({
            "type": "library",
            "bom-ref": reference(id),
            "name": self.name,
            "version": self.version,
            "purl": reference(id),
            "licenses": [{ "expression": self.licence }],
        });
        // Crates of this repository have none.
        if let (Some(hash), Some(members)) = (hashes.get(id), component.as_object_mut()) {
            members.insert("hashes".into(), json!([{ "alg": "SHA-256", "content": hash }]));
        }
        component
    }
}

fn reference(id: &str) -> String {
    // The standard library is no package of cargo's.
    let kind = if id.starts_with("rust-std@") { "generic" } else { "cargo" };
    format!("pkg:{kind}/{id}")
}

fn references(ids: &[String]) -> Vec<String> {
    ids.iter().map(|id| reference(id)).collect()
}

/// The hashes of the crates' archives, by name and version, from the lock file.
fn checksums(lock: &str) -> BTreeMap<String, String> {
    let value = |table: &str, key: &str| {
        let line = table.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""))?;
        Some(line.trim_end_matches('"').to_owned())
    };
    lock.split("[[package]]")
        .filter_map(|table| {
            Some((format!("{}@{}", value(table, "name")?, value(table, "version")?), value(table, "checksum")?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::KIOSK;
    use super::*;

    #[test]
    fn a_tree_becomes_components_and_relations() {
        let tree = "0\ttegata-c v0.1.0 (/x)\tMIT\n1\ta v1.0.0\tMIT/Apache-2.0\n2\tb v2.0.0\tISC\n1\tb v2.0.0\tISC\n";
        let lock = format!("[[package]]\nname = \"b\"\nversion = \"2.0.0\"\nchecksum = \"{}\"\n", "0f".repeat(32));
        let text = document(&KIOSK, tree, &checksums(&lock), "1.95.0").unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["components"].as_array().unwrap().len(), 3);
        assert_eq!(value["components"][2]["purl"], "pkg:generic/rust-std@1.95.0");
        super::super::bill_check::form(&text).unwrap();
        assert_eq!(value["components"][0]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(value["components"][1]["hashes"][0]["content"], "0f".repeat(32));
        let direct = json!(["pkg:cargo/a@1.0.0", "pkg:cargo/b@2.0.0", "pkg:generic/rust-std@1.95.0"]);
        assert_eq!(value["dependencies"][3]["dependsOn"], direct);
        assert!(document(&KIOSK, "nonsense", &BTreeMap::new(), "1.95.0").is_none());
    }
}
