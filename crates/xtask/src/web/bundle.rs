//! Puts the page's modules together: until it can verify, a browser has three files to ask for instead of two dozen, each
//! of which waits for the service worker's cache.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::web::failed;

/// The modules that the page's HTML names, from the folder of the page's modules.
const ENTRIES: [&str; 2] = ["start", "main"];
/// Where they are put together, in the page's folder.
const MADE: &str = ".bundled";
/// What runs in a worker; a module of its own, since a worker shares nothing with its page that would be loaded already.
const WORKER: &str = "reader-worker";

/// Puts together what is in `js` and `package` of a finished page, in `package`, where the modules of WebAssembly are
/// that it looks for beside itself. Leaves everything as it is, and says so, where there is no `esbuild`.
///
/// # Errors
/// When `esbuild` finds the modules wrong, or the page does not name them.
pub(super) fn bundle(folder: &Path) -> Result<(), String> {
    let entries = ENTRIES.map(|name| format!("js/{name}.js"));
    if !esbuild(folder, &["--splitting", &entries[0], &entries[1]])? {
        println!("esbuild is missing (Debian: esbuild): the page loads every module by itself, and starts slower");
        return Ok(());
    }
    esbuild(folder, &[&format!("js/{WORKER}.js")])?;
    remove(&folder.join("js"))?;
    for path in files_in(&folder.join("package"))? {
        if path.extension().is_some_and(|ending| ending == "js") {
            fs::remove_file(&path).map_err(|error| failed(&path, &error))?;
        }
    }
    let mut shared = Vec::new();
    let made = folder.join(MADE);
    for path in files_in(&made)? {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        fs::rename(&path, folder.join("package").join(&name)).map_err(|error| failed(&path, &error))?;
        if name.starts_with("chunk-") {
            shared.push(name);
        }
    }
    remove(&made)?;
    let index = folder.join("index.html");
    let page = fs::read_to_string(&index).map_err(|error| failed(&index, &error))?;
    fs::write(&index, with_bundles(&page, &shared)?).map_err(|error| failed(&index, &error))
}

/// Runs `esbuild` in the page's folder; false where there is none.
fn esbuild(folder: &Path, arguments: &[&str]) -> Result<bool, String> {
    let status = Command::new("esbuild")
        .args(["--bundle", "--format=esm", "--minify", "--log-level=warning", "--entry-names=[name]"])
        .arg(format!("--outdir={MADE}"))
        .args(arguments)
        .current_dir(folder)
        .status();
    match status {
        Ok(status) if status.success() => Ok(true),
        Ok(status) => Err(format!("esbuild ended with {status}")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(format!("esbuild: {error}")),
    }
}

/// The page's HTML with the bundles in the place of the modules, and with what both share asked for at once.
fn with_bundles(page: &str, shared: &[String]) -> Result<String, String> {
    let mut made = String::with_capacity(page.len());
    let mut named = 0;
    for line in page.lines().filter(|line| !line.starts_with(PRELOAD)) {
        let is_script = line.starts_with("<script") && line.contains(SOURCE);
        if is_script && named == 0 {
            for name in shared {
                made.push_str(&format!("{PRELOAD}package/{name}\">\n"));
            }
        }
        if is_script {
            named += 1;
            made.push_str(&line.replace(SOURCE, " src=\"package/"));
        } else {
            made.push_str(line);
        }
        made.push('\n');
    }
    if named == ENTRIES.len() { Ok(made) } else { Err(format!("index.html names {named} modules of the page")) }
}

/// How a line begins by which a page asks for a module that another will import.
pub(super) const PRELOAD: &str = "<link rel=\"modulepreload\" href=\"";
/// How a script names a module of the page.
const SOURCE: &str = " src=\"js/";

fn files_in(folder: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| failed(folder, &error))?;
    entries.map(|entry| Ok(entry.map_err(|error| failed(folder, &error))?.path())).collect()
}

fn remove(folder: &Path) -> Result<(), String> {
    fs::remove_dir_all(folder).map_err(|error| failed(folder, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_the_bundles_and_what_they_share() {
        let page = "<a>\n<script type=\"module\" async src=\"js/start.js\"></script>\n<link rel=\"modulepreload\" href=\"js/dom.js\">\n\
            <script type=\"module\" src=\"js/main.js\"></script>\n<body>\n";
        assert_eq!(
            with_bundles(page, &["chunk-A.js".into()]).unwrap(),
            "<a>\n<link rel=\"modulepreload\" href=\"package/chunk-A.js\">\n\
            <script type=\"module\" async src=\"package/start.js\"></script>\n\
            <script type=\"module\" src=\"package/main.js\"></script>\n<body>\n"
        );
        assert!(with_bundles("<script type=\"module\" src=\"js/main.js\"></script>\n", &[]).is_err());
    }
}
