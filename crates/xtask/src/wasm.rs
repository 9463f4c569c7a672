//! The npm package: its WebAssembly modules are built, made small, weighed, and put together with its scripts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::need::WasmWay;
use crate::runner;
use crate::steps::Invocation;
use crate::workspace::Workspace;

mod attribute;

/// The modules of the package.
const MODULES: [&str; 3] = ["core", "more", "camera"];

/// What the package says of itself and holds beside its modules.
const SOURCES: &str = "bindings/wasm/package";

/// Where the package is put, ready for `npm install ./bindings/wasm/dist`.
pub(crate) const DIST: &str = "bindings/wasm/dist";

/// How large each module may be, in bytes after gzip -9.
const BUDGETS: &str = "bindings/wasm/size-budget.json";

/// The proposals to WebAssembly that the modules use; Debian's wasm-opt has to be told.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds the package. True when every module is within its budget.
///
/// # Errors
/// When a module cannot be built or a file not be written.
pub(crate) fn build(workspace: &Workspace) -> Result<bool, String> {
    let way = WasmWay::of_this_machine();
    println!("way: {}", description(way));
    let dist = workspace.root.join(DIST);
    if dist.is_dir() {
        fs::remove_dir_all(&dist).map_err(|error| format!("{}: {error}", dist.display()))?;
    }
    fs::create_dir_all(&dist).map_err(|error| format!("{}: {error}", dist.display()))?;
    let mut sizes = Vec::new();
    for module in MODULES {
        let built = module_of(workspace, way, module, &[])?;
        let path = dist.join(format!("{module}.wasm"));
        optimise(&built, &path, &["--strip-debug", "--strip-producers", "--strip-target-features"])?;
        sizes.push((module, size_of(&path)?));
    }
    let sources = workspace.root.join(SOURCES);
    let licences = ["LICENSE-APACHE", "LICENSE-MIT"].map(|name| workspace.root.join(name));
    let entries = fs::read_dir(&sources).map_err(|error| format!("{}: {error}", sources.display()))?;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())).chain(licences) {
        let name = path.file_name().ok_or("a file without a name")?;
        fs::copy(&path, dist.join(name)).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    println!("package: {DIST}");
    within_budgets(&workspace.root.join(BUDGETS), way, &sizes)
}

/// Builds the core module with a text that makes it trap, for the test of the loader, and returns its file.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn build_trapping(workspace: &Workspace) -> Result<PathBuf, String> {
    let built = module_of(workspace, WasmWay::of_this_machine(), "core", &["--features", "deliberate-trap"])?;
    let folder = workspace.state_dir();
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let path = folder.join("trapping.wasm");
    fs::copy(&built, &path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

/// Builds the core module and prints where its bytes come from.
///
/// # Errors
/// When it cannot be built or read.
pub(crate) fn attribute(workspace: &Workspace) -> Result<(), String> {
    let built = module_of(workspace, WasmWay::of_this_machine(), "core", &[])?;
    let folder = workspace.state_dir();
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let path = folder.join("core-with-names.wasm");
    optimise(&built, &path, &["--debuginfo"])?;
    attribute::print(&path)
}

fn description(way: WasmWay) -> &'static str {
    match way {
        WasmWay::Rustup => "rustup's standard library for wasm32-unknown-unknown",
        WasmWay::Debian => "Debian's rustc-web, building the standard library from its sources",
    }
}

/// Builds a module and returns its file.
fn module_of(workspace: &Workspace, way: WasmWay, module: &str, options: &[&str]) -> Result<PathBuf, String> {
    let package = format!("tegata-wasm-{module}");
    let (mut build, path) = Invocation::wasm(&package, way, workspace);
    build.arguments.extend(options.iter().map(|&option| option.to_owned()));
    if runner::pass_on(workspace, &build)? { Ok(path) } else { Err(format!("{package} could not be built")) }
}

/// Makes a module small; without `wasm-opt` it is taken as it is, which is said.
fn optimise(from: &Path, to: &Path, names: &[&str]) -> Result<(), String> {
    let status = Command::new("wasm-opt")
        .args(FEATURES)
        .args(names)
        // Twice, since the first round makes room for the second. No object lies in the lowest kilobyte: it is the far
        // end of the stack.
        .args(["-Oz", "--low-memory-unused", "-Oz"])
        .arg(from)
        .arg("-o")
        .arg(to)
        .stdin(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("wasm-opt ended with {status}")),
        Err(_) => {
            println!("wasm-opt is missing (Debian: binaryen): {} is larger than it need be", to.display());
            fs::copy(from, to).map(|_| ()).map_err(|error| format!("{}: {error}", from.display()))
        }
    }
}

/// The size of a file, as it is and after `gzip -9`, in bytes.
struct Size {
    raw: i64,
    gzip: i64,
}

fn size_of(path: &Path) -> Result<Size, String> {
    let length = |bytes: usize| i64::try_from(bytes).map_err(|error| error.to_string());
    let content = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let packed = Command::new("gzip").args(["-9", "-n", "-c"]).arg(path).stdin(Stdio::null()).output();
    let packed = packed.map_err(|error| format!("gzip: {error}"))?;
    if !packed.status.success() {
        return Err(format!("gzip ended with {}", packed.status));
    }
    Ok(Size { raw: length(content.len())?, gzip: length(packed.stdout.len())? })
}

/// Prints each size beside its budget.
fn within_budgets(path: &Path, way: WasmWay, sizes: &[(&str, Size)]) -> Result<bool, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let budgets: serde_json::Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let way = match way {
        WasmWay::Rustup => "rustup",
        WasmWay::Debian => "debian",
    };
    let number = |kind: &str, module: &str| budgets.get(kind)?.get(module)?.as_i64();
    let mut within = true;
    println!("{:<8} {:>9} {:>9} {:>9} {:>9}", "module", "bytes", "gzip", "budget", "delta");
    for (module, size) in sizes {
        let budget = number(way, module).ok_or_else(|| format!("{}: no budget for {module}", path.display()))?;
        let gzip = size.gzip;
        let delta = gzip - budget;
        let over = if delta > 0 { "  OVER ITS BUDGET" } else { "" };
        println!("{module:<8} {:>9} {gzip:>9} {budget:>9} {delta:>+9}{over}", size.raw);
        if let Some(goal) = number("goal", module).filter(|goal| gzip > *goal) {
            println!("{module:<8} is {:+} from its goal of {goal}", gzip - goal);
        }
        within &= delta <= 0;
    }
    Ok(within)
}
