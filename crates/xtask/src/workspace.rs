//! What the repository holds, asked of cargo itself so that a new crate or example is checked without being listed here.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The repository and the packages of its main workspace.
pub(crate) struct Workspace {
    /// The repository's root.
    pub(crate) root: PathBuf,
    /// Where the main workspace builds.
    pub(crate) target_dir: PathBuf,
    /// The packages, in the order of the manifest.
    pub(crate) packages: Vec<Package>,
}

/// One package of the main workspace.
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its examples.
    pub(crate) examples: Vec<Example>,
    /// Whether it has a library.
    pub(crate) has_library: bool,
}

/// One example of a package.
pub(crate) struct Example {
    /// Its name.
    pub(crate) name: String,
    /// The features it is built with beside the default ones.
    pub(crate) required_features: Vec<String>,
}

impl Workspace {
    /// Asks cargo about the workspace this tool was built from.
    pub(crate) fn find() -> Result<Self, String> {
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("cargo does not start: {error}"))?;
        if !output.status.success() {
            return Err("cargo metadata failed".into());
        }
        let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
        Self::from_metadata(&metadata).ok_or_else(|| "cargo metadata has an unknown form".into())
    }

    fn from_metadata(metadata: &Value) -> Option<Self> {
        let packages = metadata.get("packages")?.as_array()?.iter().map(package).collect::<Option<Vec<_>>>()?;
        Some(Self {
            root: PathBuf::from(metadata.get("workspace_root")?.as_str()?),
            target_dir: PathBuf::from(metadata.get("target_directory")?.as_str()?),
            packages,
        })
    }

    /// Where this tool keeps its own files: the skip log and the last summary.
    pub(crate) fn state_dir(&self) -> PathBuf {
        self.target_dir.join("xtask")
    }

    /// The summary of the last run.
    pub(crate) fn summary_path(&self) -> PathBuf {
        self.state_dir().join("summary.txt")
    }
}

fn package(value: &Value) -> Option<Package> {
    let targets = value.get("targets")?.as_array()?;
    let is = |target: &Value, wanted: &str| {
        target.get("kind").and_then(Value::as_array).is_some_and(|kinds| kinds.iter().any(|kind| kind == wanted))
    };
    let examples = targets.iter().filter(|target| is(target, "example")).map(example).collect::<Option<Vec<_>>>()?;
    Some(Package {
        name: value.get("name")?.as_str()?.to_owned(),
        examples,
        has_library: targets.iter().any(|target| is(target, "lib")),
    })
}

fn example(value: &Value) -> Option<Example> {
    let features = value.get("required-features").and_then(Value::as_array);
    Some(Example {
        name: value.get("name")?.as_str()?.to_owned(),
        required_features: features.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
    })
}

/// The cargo that started this tool, so that every step uses one toolchain.
pub(crate) fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_names_packages_and_examples() {
        let metadata = serde_json::json!({
            "workspace_root": "/r", "target_directory": "/t",
            "packages": [
                {"name": "a", "targets": [
                    {"kind": ["lib"], "name": "a"},
                    {"kind": ["example"], "name": "issue", "required-features": ["issue"]},
                    {"kind": ["example"], "name": "verify"}]},
                {"name": "b", "targets": [{"kind": ["bin"], "name": "b"}]}
            ]
        });
        let workspace = Workspace::from_metadata(&metadata).unwrap();
        assert_eq!(workspace.packages.iter().map(|package| package.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        let a = &workspace.packages[0];
        assert!(a.has_library && !workspace.packages[1].has_library);
        assert_eq!(a.examples.iter().map(|example| example.name.as_str()).collect::<Vec<_>>(), ["issue", "verify"]);
        assert_eq!(a.examples[0].required_features, ["issue"]);
        assert_eq!(workspace.summary_path(), Path::new("/t/xtask/summary.txt"));
    }

    #[test]
    fn other_forms_are_refused() {
        assert!(Workspace::from_metadata(&serde_json::json!({})).is_none());
        assert!(Workspace::from_metadata(&serde_json::json!({"packages": [{}]})).is_none());
    }
}
