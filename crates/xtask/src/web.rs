//! The verifier page: put together as a folder of static files, and served on this machine.

mod server;

use std::fs;
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding as _};
use clap::Args;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::runner;
use crate::steps::Invocation;
use crate::workspace::Workspace;

/// Where the page's sources are, from the repository's root.
const SOURCES: &str = "bindings/wasm/web";
/// Where the npm package is after its build.
const PACKAGE: &str = "bindings/wasm/dist";
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
    /// The folder, other than target/web.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
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
        put_together(workspace, &folder, args.at.as_deref())?;
    }
    if args.build_only {
        println!("{}", folder.display());
        return Ok(true);
    }
    server::serve(&folder, args.port).map(|()| true)
}

/// Copies the page and the package into a new folder, adds the demonstration, and lists what a browser keeps.
fn put_together(workspace: &Workspace, folder: &Path, at: Option<&str>) -> Result<(), String> {
    // What is replaced is an earlier page, and nothing else that somebody may have named.
    if folder.join("precache.js").exists() {
        fs::remove_dir_all(folder).map_err(|error| failed(folder, &error))?;
    } else if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(format!("{} is not empty and holds no page", folder.display()));
    }
    for name in PAGE {
        copy(&workspace.root.join(SOURCES).join(name), &folder.join(name), &|_| true)?;
    }
    let package = workspace.root.join(PACKAGE);
    copy(&package, &folder.join("package"), &is_for_browsers)?;
    let out = folder.to_string_lossy();
    let demo = ["run", "--quiet", "--locked", "-p", "tegata-conformance", "--bin", "page-demo", "--", &out];
    if !runner::pass_on(workspace, &Invocation::cargo(&[&demo[..], at.as_slice()].concat()))? {
        return Err("the demonstration was not made".into());
    }
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
    Ok(format!("self.precache = {:#};\n", json!({ "version": version, "files": digests })))
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
        let first = made();
        assert!(first.contains("\"js/main.js\": \"sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s=\""), "{first}");
        assert!(!first.contains("bundle") && !first.contains("samples") && !first.contains("service-worker"));
        put("trust/bundle.cbor", "2");
        assert_eq!(made(), first);
        for name in ["js/main.js", "service-worker.js"] {
            let before = made();
            put(name, "2");
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
}
