//! The verifier page: put together as a folder of static files, and served on this machine.

mod bundle;
mod server;

use std::fs;
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding as _};
use clap::Args;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::runner;
use crate::steps::Invocation;
use crate::wasm;
use crate::workspace::Workspace;

/// Where the page's sources are, from the repository's root.
const SOURCES: &str = "bindings/wasm/web";
/// The tests of the page in a browser.
pub(crate) const TESTS: &str = "bindings/wasm/web/test";
/// What of the sources makes the page; the rest is documentation and tests.
const PAGE: &[&str] =
    &["index.html", "app.css", "config.json", "manifest.webmanifest", "service-worker.js", "_headers", "js", "icons"];
/// What the page fetches anew whenever it can, and keeps in a place of its own: never part of a version of the page.
const NOT_PRECACHED: &[&str] = &["_headers", "service-worker.js", "precache.js", "trust", "demo"];

#[derive(Args)]
#[command(
    after_help = "The folder is target/web, ready to be put onto any server of static files with the headers of \
    its file _headers.\n\nExample: cargo xtask web --port 8000"
)]
pub(crate) struct WebArgs {
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// Put the folder together and serve nothing.
    #[arg(long, conflicts_with = "serve_only")]
    build_only: bool,
    /// Serve the folder as it is.
    #[arg(long)]
    serve_only: bool,
    /// Take the npm package as `cargo xtask wasm` left it, where it did.
    #[arg(long)]
    keep_package: bool,
    /// Leave the page's modules as they are, to look into them with a browser's tools.
    #[arg(long, conflicts_with = "serve_only")]
    unbundled: bool,
    /// The folder, other than target/web.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// A page of your own instead of the demonstration: the trust bundle it starts with. Its samples are left out.
    #[arg(long, value_name = "FILE", requires = "anchor", conflicts_with = "at")]
    bundle: Option<PathBuf>,
    /// The certificate of the key that signs the bundles of a page of your own.
    #[arg(long, value_name = "FILE", requires = "bundle")]
    anchor: Option<PathBuf>,
    /// The time of the demonstration's certificates, RFC 3339; by default now.
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

/// Builds, puts together and serves.
///
/// # Errors
/// When the folder cannot be made or the port not be opened.
pub(crate) fn run(workspace: &Workspace, args: &WebArgs) -> Result<bool, String> {
    let folder = args.folder.clone().unwrap_or_else(|| workspace.target_dir.join("web"));
    if !args.serve_only {
        let is_built = workspace.root.join(wasm::DIST).join("camera.wasm").is_file();
        let keeps = args.keep_package && is_built;
        if !keeps && !wasm::build(workspace)? {
            return Ok(false);
        }
        put_together(workspace, &folder)?;
        if !args.unbundled {
            bundle::bundle(&folder)?;
        }
        match (&args.bundle, &args.anchor) {
            (Some(bundle), Some(anchor)) => put_in_trust(&folder, bundle, anchor)?,
            _ => put_in_demonstration(workspace, &folder, args.at.as_deref())?,
        }
        write_precache(&folder)?;
    }
    if args.build_only {
        println!("{}", folder.display());
        return Ok(true);
    }
    server::serve(&folder, args.port).map(|()| true)
}

/// The files of the page's tests, from the repository's root.
pub(crate) fn test_files(workspace: &Workspace) -> Vec<String> {
    let entries = fs::read_dir(workspace.root.join(TESTS));
    let names = entries.into_iter().flatten().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut files: Vec<_> =
        names.filter(|name| name.ends_with(".test.js")).map(|name| format!("{TESTS}/{name}")).collect();
    files.sort();
    files
}

/// Copies the page and the package into a new folder.
fn put_together(workspace: &Workspace, folder: &Path) -> Result<(), String> {
    // What is replaced is an earlier page, and nothing else that somebody may have named.
    if folder.join("index.html").exists() {
        fs::remove_dir_all(folder).map_err(|error| failed(folder, &error))?;
    } else if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(format!("{} is not empty and holds no page", folder.display()));
    }
    for name in PAGE {
        copy(&workspace.root.join(SOURCES).join(name), &folder.join(name), &|_| true)?;
    }
    let package = workspace.root.join(wasm::DIST);
    copy(&package, &folder.join("package"), &is_for_browsers)
}

/// Adds made-up certificates and the trust data that goes with them.
fn put_in_demonstration(workspace: &Workspace, folder: &Path, at: Option<&str>) -> Result<(), String> {
    let out = folder.to_string_lossy();
    let demo = ["run", "--quiet", "--locked", "-p", "tegata-conformance", "--bin", "page-demo", "--", &out];
    if runner::pass_on(workspace, &Invocation::cargo(&[&demo[..], at.as_slice()].concat()))? {
        Ok(())
    } else {
        Err("the demonstration was not made".into())
    }
}

/// Adds the trust data of a page that is no demonstration.
fn put_in_trust(folder: &Path, bundle: &Path, anchor: &Path) -> Result<(), String> {
    copy(bundle, &folder.join("trust/bundle.cbor"), &|_| true)?;
    copy(anchor, &folder.join("anchor.pem"), &|_| true)?;
    let path = folder.join("config.json");
    let text = fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
    let mut config: serde_json::Value = serde_json::from_str(&text).map_err(|error| format!("config.json: {error}"))?;
    if let Some(members) = config.as_object_mut() {
        members.remove("samples");
    }
    fs::write(&path, format!("{config:#}\n")).map_err(|error| failed(&path, &error))
}

/// Lists what a browser keeps.
fn write_precache(folder: &Path) -> Result<(), String> {
    let mut files = Vec::new();
    list(folder, "", &mut files)?;
    let precache = precache(folder, files)?;
    let path = folder.join("precache.js");
    fs::write(&path, precache).map_err(|error| failed(&path, &error))
}

/// Modules and what they load, not the documentation, the types or what only Node reads.
fn is_for_browsers(name: &str) -> bool {
    let node = name.contains("node") || name.ends_with(".d.ts") || name.ends_with(".cjs");
    !node && [".js", ".mjs", ".wasm"].iter().any(|ending| name.ends_with(ending))
}

fn copy(from: &Path, to: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<(), String> {
    if from.is_dir() {
        for entry in fs::read_dir(from).map_err(|error| failed(from, &error))? {
            let entry = entry.map_err(|error| failed(from, &error))?;
            copy(&entry.path(), &to.join(entry.file_name()), wanted)?;
        }
        return Ok(());
    }
    if from.file_name().is_some_and(|name| wanted(&name.to_string_lossy())) {
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).map_err(|error| failed(parent, &error))?;
        }
        fs::copy(from, to).map_err(|error| failed(from, &error))?;
    }
    Ok(())
}

/// Every file below a folder, as addresses relative to it.
fn list(folder: &Path, prefix: &str, files: &mut Vec<String>) -> Result<(), String> {
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, &error))? {
        let entry = entry.map_err(|error| failed(folder, &error))?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.push(name);
        }
    }
    Ok(())
}

/// The script that tells the service worker what to keep: each file with its digest, so that a half-finished
/// deployment is refused as a whole, and a version, which changes with any of them.
fn precache(folder: &Path, mut files: Vec<String>) -> Result<String, String> {
    files.retain(|name| !NOT_PRECACHED.contains(&name.split('/').next().unwrap_or_default()));
    files.sort();
    let mut of_all = Sha256::new();
    let mut digests = serde_json::Map::new();
    // What the service worker keeps it hands out with the headers that a server should send and may not.
    let mut headers = serde_json::Map::new();
    for (name, value) in server::wanted_headers(folder)? {
        of_all.update(format!("{name}: {value}\n"));
        headers.insert(name, json!(value));
    }
    for name in files {
        let path = folder.join(&name);
        let digest = Sha256::digest(fs::read(&path).map_err(|error| failed(&path, &error))?);
        let integrity = format!("sha256-{}", Base64::encode_string(&digest));
        of_all.update(format!("{name} {integrity}\n"));
        digests.insert(name, json!(integrity));
    }
    // The service worker belongs to the version, too.
    let path = folder.join("service-worker.js");
    of_all.update(fs::read(&path).map_err(|error| failed(&path, &error))?);
    let version: String = of_all.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("self.precache = {:#};\n", json!({ "version": version, "headers": headers, "files": digests })))
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_changes_with_every_file_that_is_kept_and_with_no_other() {
        let folder = std::env::temp_dir().join(format!("tegata-web-{}", std::process::id()));
        let put = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let made = || {
            let mut files = Vec::new();
            list(&folder, "", &mut files).unwrap();
            precache(&folder, files).unwrap()
        };
        for name in ["index.html", "js/main.js", "service-worker.js", "trust/bundle.cbor", "demo/samples.json"] {
            put(name, "1");
        }
        put("_headers", "/*\n  Referrer-Policy: no-referrer\n");
        let first = made();
        assert!(first.contains("\"js/main.js\": \"sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s=\""), "{first}");
        assert!(!first.contains("bundle") && !first.contains("samples") && !first.contains("service-worker"));
        put("trust/bundle.cbor", "2");
        assert_eq!(made(), first);
        assert!(first.contains("\"Referrer-Policy\": \"no-referrer\""), "{first}");
        for (name, text) in [("js/main.js", "2"), ("service-worker.js", "2"), ("_headers", "/*\n  A: b\n")] {
            let before = made();
            put(name, text);
            assert_ne!(made(), before, "{name}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_page_and_the_server_tell_the_same_policy() {
        let sources = Workspace::find().unwrap().root.join(SOURCES);
        let headers = fs::read_to_string(sources.join("_headers")).unwrap();
        let sent = headers.lines().find_map(|line| line.trim().strip_prefix("Content-Security-Policy: ")).unwrap();
        // Only a header may say who may frame a page.
        let (policy, frames) = sent.rsplit_once("; ").unwrap();
        assert_eq!(frames, "frame-ancestors 'none'");
        let page = fs::read_to_string(sources.join("index.html")).unwrap();
        assert!(page.contains(&format!("http-equiv=\"Content-Security-Policy\" content=\"{policy}\"")), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains("http"));
    }

    /// What a module imports, by its address from the page; modules of the package are found in its sources.
    fn add_imports(root: &Path, address: &str, found: &mut std::collections::BTreeSet<String>) {
        let source = match address.strip_prefix("package/") {
            Some(name) => root.join("bindings/wasm/package").join(name),
            None => root.join(SOURCES).join(address),
        };
        let folder = address.rsplit_once('/').unwrap().0;
        for line in fs::read_to_string(&source).unwrap().lines() {
            let Some((_, quoted)) = line.split_once(" from \"") else { continue };
            let name = quoted.strip_suffix("\";").unwrap_or_else(|| panic!("{address}: {line}"));
            let imported = match name.strip_prefix("./") {
                Some(name) => format!("{folder}/{name}"),
                None => name.strip_prefix("../").unwrap().to_owned(),
            };
            if found.insert(imported.clone()) {
                add_imports(root, &imported, found);
            }
        }
    }

    #[test]
    fn every_module_of_the_page_is_asked_for_at_once() {
        let root = Workspace::find().unwrap().root;
        let mut imported = std::collections::BTreeSet::new();
        add_imports(&root, "js/main.js", &mut imported);
        let page = fs::read_to_string(root.join(SOURCES).join("index.html")).unwrap();
        let preloaded: std::collections::BTreeSet<_> = page
            .lines()
            .filter_map(|line| line.strip_prefix(bundle::PRELOAD)?.strip_suffix("\">"))
            .map(str::to_owned)
            .collect();
        assert_eq!(preloaded, imported);
        assert!(imported.len() > 15);
    }
}
