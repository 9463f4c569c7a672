//! The checks, as a table: what each needs and which commands it is.

use std::path::PathBuf;

use crate::c_library;
use crate::fuzz;
use crate::need::{self, DEBIAN_CARGO, DEBIAN_RUSTC, Need, WasmWay};
use crate::wasm;
use crate::web;
use crate::workspace::{Package, Workspace};

/// How long the smoke test fuzzes each target: long enough to meet what a broken target does at once.
pub(crate) const SMOKE_SECONDS: u32 = 5;

/// One check.
pub(crate) struct Step {
    /// Its name, as `--only` and the list of allowed skips have it.
    pub(crate) name: String,
    /// What it needs beyond the Rust toolchain.
    pub(crate) needs: Vec<Need>,
    /// What single tests of it say they are skipped without.
    pub(crate) wants: Vec<Need>,
    /// Its commands; the first that fails ends the step.
    pub(crate) commands: Vec<Invocation>,
}

/// One start of a program, of cargo as a rule, from the repository's root.
pub(crate) struct Invocation {
    /// Another program than cargo.
    pub(crate) program: Option<String>,
    /// The arguments.
    pub(crate) arguments: Vec<String>,
    /// Environment variables beside those of this process.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// Whether the output is that of Rust's test runner, whose tests are then counted one by one.
    pub(crate) runs_tests: bool,
    /// A folder that must exist before.
    pub(crate) folder: Option<PathBuf>,
}

impl Invocation {
    /// Cargo with these arguments.
    pub(crate) fn cargo(arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { program: None, arguments, environment: Vec::new(), runs_tests: false, folder: None }
    }

    /// Another program with these arguments.
    pub(crate) fn program(program: &str, arguments: &[&str]) -> Self {
        Self { program: Some(program.to_owned()), ..Self::cargo(arguments) }
    }

    /// Cargo building a WebAssembly module, for size; ends with the file it makes.
    pub(crate) fn wasm(package: &str, way: WasmWay, workspace: &Workspace) -> (Self, PathBuf) {
        let target_dir = workspace.target_dir.join("wasm");
        let folder = target_dir.to_string_lossy().into_owned();
        let arguments =
            ["build", "-p", package, "--locked", "--profile", "wasm", "--target", WASM, "--target-dir", &folder];
        let build = match way {
            WasmWay::Rustup => Self::cargo(&arguments).with("RUSTFLAGS", SMALL_HASH),
            WasmWay::Debian => {
                // The flags belong to nightly compilers; the variable lets a stable one take them. A standard
                // library that is built here can leave out what formats the message of a panic, which nobody sees.
                let std = ["-Zbuild-std=std", "-Zbuild-std-features=optimize_for_size"];
                Self::program(DEBIAN_CARGO, &[&arguments[..], &std].concat())
                    .with("RUSTC", DEBIAN_RUSTC)
                    .with("RUSTC_BOOTSTRAP", "1")
                    .with("RUSTFLAGS", &format!("-Zunstable-options -Cpanic=immediate-abort {SMALL_HASH}"))
                    .with("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld")
            }
        };
        let module = target_dir.join(WASM).join("wasm").join(format!("{}.wasm", package.replace('-', "_")));
        (build, module)
    }

    /// The program's name, for people.
    pub(crate) fn program_name(&self) -> &str {
        self.program.as_deref().unwrap_or("cargo")
    }

    /// The same with an environment variable.
    pub(crate) fn with(mut self, variable: &'static str, value: &str) -> Self {
        self.environment.push((variable, value.to_owned()));
        self
    }

    fn tests(mut self) -> Self {
        self.runs_tests = true;
        self
    }
}

/// A step of commands that need the Rust toolchain alone.
fn step(name: &str, commands: Vec<Invocation>) -> Step {
    step_needing(name, &[], commands)
}

fn step_needing(name: &str, needs: &[Need], commands: Vec<Invocation>) -> Step {
    Step { name: name.to_owned(), needs: needs.to_vec(), wants: Vec::new(), commands }
}

/// Every check, the quick ones first.
pub(crate) fn all(workspace: &Workspace) -> Vec<Step> {
    let mut steps = vec![step(
        "fmt",
        vec![
            Invocation::cargo(&["fmt", "--all", "--check"]),
            Invocation::cargo(&["fmt", "--manifest-path", fuzz::MANIFEST, "--check"]),
            Invocation::cargo(&["fmt", "--manifest-path", PEERS, "--check"]),
            Invocation::cargo(&["fmt", "--manifest-path", CARD_PEER, "--check"]),
        ],
    )];
    steps.extend(workspace.packages.iter().map(clippy));
    steps.extend(features());
    let tests = Invocation::cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]).tests();
    // What runs on PostgreSQL has a step of its own.
    let tests = tests.with("TEGATA_POSTGRESQL", "own-step");
    let wants = vec![Need::Curl, Need::OpenSslCommand, Need::SoftHsm, Need::PdfTools, Need::JapaneseTypeface];
    steps.push(Step { wants, ..step("test", vec![tests]) });
    let token = together("test", &["--test", "token"]).tests();
    steps.push(step_needing("softhsm", &[Need::SoftHsm], vec![token]));
    steps.push(postgres());
    steps.push(schemathesis());
    let paper = together("test", &["--test", "paper"]).tests();
    steps.push(step_needing("paper", &[Need::PdfTools, Need::JapaneseTypeface], vec![paper]));
    steps.push(doc(workspace));
    steps.extend(examples(workspace));
    steps.push(budgets());
    steps.push(peers(workspace));
    steps.push(card_peer(workspace));
    steps.push(card_reader(workspace));
    steps.push(fuzz_replay(workspace));
    steps.push(c_library(workspace));
    let (core, _) = Invocation::wasm("tegata", WasmWay::of_this_machine(), workspace);
    steps.push(step_needing("wasm-library", &[Need::WasmToolchain], vec![core]));
    steps.push(fast_verify_wasm(workspace));
    steps.push(npm_package(workspace));
    steps.push(browser(workspace));
    steps.extend(deny());
    steps.push(fuzz_smoke(SMOKE_SECONDS));
    steps
}

/// Cargo on one part of the workspace with the features that all of it has together. By itself a package gives the
/// libraries beneath other features, and they would be built again for it, which is what the lints are for.
fn together(command: &str, what: &[&str]) -> Invocation {
    Invocation::cargo(&[&[command, "--workspace", "--locked"], what].concat())
}

/// The steps that were asked for: `clippy-tegata` is that step alone, `clippy` every step whose name starts so.
pub(crate) fn chosen(steps: Vec<Step>, wanted: &[String]) -> Result<Vec<Step>, String> {
    let names: Vec<String> = steps.iter().map(|step| step.name.clone()).collect();
    let mut keep = vec![false; names.len()];
    for wanted in wanted {
        let exact = names.contains(wanted);
        let mut found = false;
        for (keep, name) in keep.iter_mut().zip(&names) {
            if if exact { name == wanted } else { name.starts_with(wanted.as_str()) } {
                *keep = true;
                found = true;
            }
        }
        if !found {
            return Err(format!("no step is called {wanted}; see cargo xtask test --list"));
        }
    }
    Ok(steps.into_iter().zip(keep).filter_map(|(step, keep)| keep.then_some(step)).collect())
}

/// One package at a time, so that no package lives on features another one switches on.
fn clippy(package: &Package) -> Step {
    let arguments = ["clippy", "-p", &package.name, "--all-targets", "--locked", "--", "-D", "warnings"];
    step(&format!("clippy-{}", package.name), vec![Invocation::cargo(&arguments)])
}

/// The library with fewer features than by default: no provider at all, a verifier alone, an issuer with another provider,
/// lists without a provider, every profile, authorities, and every certificate, each and nothing else.
fn features() -> Vec<Step> {
    [
        ("none", ""),
        ("rustcrypto", "rustcrypto"),
        ("issue", "issue"),
        ("lists", "lists"),
        ("profiles", "profiles"),
        ("authorities", "authorities"),
        ("x509-full", "x509-full"),
    ]
    .map(|(name, features)| {
        let library = ["clippy", "-p", "tegata", "--lib", "--locked", "--no-default-features"];
        let arguments = [&library[..], &["--features", features, "--", "-D", "warnings"]].concat();
        step(&format!("features-{name}"), vec![Invocation::cargo(&arguments)])
    })
    .into_iter()
    .chain([features_pdf()])
    .chain(features_command())
    .collect()
}

/// Printing with all of it; without, it is linted as each package is.
fn features_pdf() -> Step {
    let package = ["clippy", "-p", "tegata-print", "--all-targets", "--locked", "--features", "pdf"];
    step("features-pdf", vec![Invocation::cargo(&[&package[..], &["--", "-D", "warnings"]].concat())])
}

/// The command without cryptography in C, ledger and service, as the demonstration in the README is built, and with a
/// ledger and no service; and of the service what its clients send, alone.
fn features_command() -> [Step; 3] {
    let lints = |name: &str, package: &[&str]| {
        let arguments = [&["clippy", "--locked", "-p"], package, &["--", "-D", "warnings"]].concat();
        step(&format!("features-{name}"), vec![Invocation::cargo(&arguments)])
    };
    [
        lints("command", &["tegata-cli", "--bins", "--no-default-features"]),
        lints("office", &["tegata-cli", "--bins", "--no-default-features", "--features", "office"]),
        lints("clients", &["tegata-service", "--lib", "--no-default-features"]),
    ]
}

/// Libraries only: the documentation of a binary is its `--help`, and one of ours bears its library's name.
fn doc(workspace: &Workspace) -> Step {
    let mut arguments = vec!["doc", "--no-deps", "--locked", "--lib"];
    for package in workspace.packages.iter().filter(|package| package.has_library) {
        arguments.extend(["-p", &package.name]);
    }
    step("doc", vec![Invocation::cargo(&arguments).with("RUSTDOCFLAGS", "-Dwarnings")])
}

/// The ledger's suite, what clients do with the service, and the service under storm, each on a cluster of its own.
fn postgres() -> Step {
    // Here a server that is not found is a failure, and no skip.
    let suites = together("test", &["--tests", "on_postgresql"]).tests().with("TEGATA_POSTGRESQL", "required");
    step_needing("postgres", &[Need::PostgreSql], vec![suites])
}

/// Requests that are made of the OpenAPI document, sent to a running service.
fn schemathesis() -> Step {
    let tests = together("test", &["--features", "tegata-service/schemathesis", "--test", "schemathesis"]);
    let program = need::schemathesis().to_string_lossy().into_owned();
    let tests = tests.tests().with("TEGATA_SCHEMATHESIS", &program);
    step_needing("schemathesis", &[Need::Schemathesis], vec![tests])
}

/// Each example is run.
fn examples(workspace: &Workspace) -> Vec<Step> {
    let examples = workspace.packages.iter().flat_map(|package| &package.examples);
    examples
        .map(|example| {
            let program = workspace.target_dir.join("debug/examples").join(&example.name);
            let run = Invocation::program(&program.to_string_lossy(), &[]);
            step(&format!("example-{}", example.name), vec![programs(workspace), run])
        })
        .collect()
}

/// Builds the examples, and the programs that make what other steps need, as the tests were built: what stands beside
/// them is built already.
fn programs(workspace: &Workspace) -> Invocation {
    let examples = workspace.packages.iter().flat_map(|package| {
        package.examples.iter().flat_map(|example| &example.required_features).map(|feature| (&package.name, feature))
    });
    let features: Vec<_> = examples.map(|(package, feature)| format!("{package}/{feature}")).collect();
    let mut arguments = vec!["--profile", "test", "--examples"];
    for program in MADE_WITH {
        arguments.extend(["--bin", program]);
    }
    for feature in &features {
        arguments.extend(["--features", feature]);
    }
    together("build", &arguments)
}

/// The programs of `tegata-conformance` that make inputs of other steps.
const MADE_WITH: [&str; 3] = ["cases", "es256-cases", "page-demo"];

/// Builds and runs one of them.
fn made_with(workspace: &Workspace, program: &str, arguments: &[&str]) -> [Invocation; 2] {
    let path = workspace.target_dir.join("debug").join(program);
    [programs(workspace), Invocation::program(&path.to_string_lossy(), arguments)]
}

/// The fuzz targets as plain functions over their seeds: needs neither a sanitizer nor libFuzzer.
/// Built beside the main workspace, so that the dependencies both have are built once.
fn fuzz_replay(workspace: &Workspace) -> Step {
    let target_dir = workspace.target_dir.to_string_lossy();
    let arguments =
        ["test", "--manifest-path", fuzz::MANIFEST, "--locked", "--no-default-features", "--target-dir", &target_dir];
    let lints = [
        "clippy",
        "--manifest-path",
        fuzz::MANIFEST,
        "--locked",
        "--all-targets",
        "--target-dir",
        &target_dir,
        "--",
        "-D",
        "warnings",
    ];
    // The binaries are looked at, and not linked: nothing of libFuzzer itself is needed.
    let lints = Invocation::cargo(&lints).with("CUSTOM_LIBFUZZER_PATH", "none/libfuzzer.a");
    step("fuzz-replay", vec![lints, Invocation::cargo(&arguments).tests()])
}

/// The workspace that measures other libraries beside ours.
const PEERS: &str = "benches/peers/Cargo.toml";

/// Instruction counts against benches/budgets.toml: they do not depend on what else the machine does. Valgrind counts
/// differently on other architectures, for which there are no budgets.
fn budgets() -> Step {
    let run = ["run", "--release", "--locked", "--quiet", "-p", "tegata-benches", "--bin", "budgets"];
    step_needing("budgets", &[Need::Valgrind], vec![Invocation::cargo(&run)])
}

/// The comparison with other libraries compiles; it is run by `cargo xtask bench`.
fn peers(workspace: &Workspace) -> Step {
    let target_dir = workspace.target_dir.to_string_lossy();
    let lints = ["clippy", "--manifest-path", PEERS, "--locked", "--target-dir", &target_dir, "--", "-D", "warnings"];
    step_needing("clippy-peers", &[Need::CxxCompiler], vec![Invocation::cargo(&lints)])
}

/// The workspace that holds another library for Individual Number Cards against ours.
const CARD_PEER: &str = "benches/card-peer/Cargo.toml";

/// Both libraries give the same verdicts, and the other one reads a simulated card as if it were real.
fn card_peer(workspace: &Workspace) -> Step {
    step("card-peer", card_peer_commands(workspace, &[]))
}

/// Lints and tests of that workspace.
fn card_peer_commands(workspace: &Workspace, more: &[&str]) -> Vec<Invocation> {
    let target_dir = workspace.target_dir.to_string_lossy();
    let common = [&["--manifest-path", CARD_PEER, "--locked", "--target-dir", &target_dir], more].concat();
    let lints = [&["clippy"], &common[..], &["--all-targets", "--", "-D", "warnings"]].concat();
    let tests = [&["test"], &common[..]].concat();
    vec![Invocation::cargo(&lints), Invocation::cargo(&tests).tests()]
}

/// `tegata card read` and the other library, both reading a simulated card through the system's PC/SC service and a
/// virtual reader.
fn card_reader(workspace: &Workspace) -> Step {
    let package = ["-p", "tegata-cli", "--features", "pcsc", "--locked"];
    let lints = [&["clippy"], &package[..], &["--all-targets", "--", "-D", "warnings"]].concat();
    // The unit tests too: some are of what is built with this feature alone.
    let tests = together("test", &["--features", "tegata-cli/pcsc", "--bin", "tegata", "--test", "card_reader"]);
    let mut commands = vec![Invocation::cargo(&lints), tests.tests()];
    commands.extend(card_peer_commands(workspace, &["--features", "reader", "--test", "reader"]));
    step_needing("card-reader", &[Need::VirtualReader], commands)
}

/// What `cargo xtask bench` starts: measures, and puts the table into benches/README.md.
pub(crate) fn bench(workspace: &Workspace) -> Invocation {
    let target_dir = workspace.target_dir.to_string_lossy();
    let run = ["run", "--release", "--locked", "--manifest-path", PEERS, "--target-dir", &target_dir, "--", "--write"];
    Invocation::cargo(&run)
}

/// The C libraries: everything with a C compiler, our own vectors and the public corpora through them, and the archive
/// that vendors get.
fn c_library(workspace: &Workspace) -> Step {
    let xtask = |task: &str| Invocation::cargo(&["run", "--quiet", "--locked", "-p", "xtask", "--", task]);
    let lints = ["clippy", "-p", "tegata-conformance", "--locked", "--test", "c_library", "--", "-D", "warnings"];
    let mut tests = together("test", &["--test", "c_library"]).tests();
    for (variable, file, _) in c_library::SURFACES {
        tests = tests.with(variable, &workspace.target_dir.join("c-check").join(file).to_string_lossy());
    }
    let commands = vec![xtask("c-check"), Invocation::cargo(&lints), tests, xtask("c-dist")];
    step_needing("c", &[Need::CxxCompiler, Need::Valgrind, Need::Java, Need::PkgConfig], commands)
}

/// Verification by tables in WebAssembly: the cases that the native tests decide, through Node.
fn fast_verify_wasm(workspace: &Workspace) -> Step {
    let cases = workspace.state_dir().join("es256-cases");
    let cases = cases.to_string_lossy();
    let (build, module) = Invocation::wasm("tegata-fast-verify-wasm", WasmWay::of_this_machine(), workspace);
    let [programs, write] = made_with(workspace, "es256-cases", &[&cases]);
    let run = ["crates/tegata-fast-verify/wasm/run.mjs", &module.to_string_lossy(), &cases];
    let commands = vec![programs, write, build, Invocation::program("node", &run)];
    step_needing("fast-verify-wasm", &[Need::WasmToolchain, Need::Node], commands)
}

/// The npm package: built, weighed, and tried in Node as it would be installed.
fn npm_package(workspace: &Workspace) -> Step {
    let state = workspace.state_dir();
    let [cases, trapping] = ["wasm-cases", "trapping.wasm"].map(|name| state.join(name).to_string_lossy().into_owned());
    let node = |arguments: &[&str]| Invocation::program("node", arguments);
    let npm = ["--prefix", WASM_TESTS, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    let [programs, write] = made_with(workspace, "cases", &[&cases]);
    let commands = vec![
        Invocation::cargo(&["xtask", "wasm", "--trapping"]),
        programs,
        write,
        node(&["bindings/wasm/tests/modules.mjs", wasm::DIST, &cases]),
        node(&["bindings/wasm/tests/cases.mjs", wasm::DIST, &cases]),
        node(&["bindings/wasm/tests/interface.mjs", wasm::DIST, &trapping]),
        node(&["bindings/wasm/tests/damaged.mjs", wasm::DIST, &cases]),
        Invocation::program("npm", &npm),
        node(&["bindings/wasm/tests/packed.mjs", wasm::DIST]),
    ];
    step_needing("wasm", &[Need::WasmToolchain, Need::Node, Need::Npm, Need::Binaryen], commands)
}

/// The tests of the npm package, which have a compiler of TypeScript as their one dependency.
const WASM_TESTS: &str = "bindings/wasm/tests";

/// The verifier page in Chromium, with a film of a certificate for a camera.
fn browser(workspace: &Workspace) -> Step {
    let state = workspace.state_dir();
    let [page, film] = ["page", "film.y4m"].map(|name| state.join(name).to_string_lossy().into_owned());
    let demo = workspace.target_dir.join("debug/page-demo");
    let this = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("xtask"));
    let npm = ["--prefix", web::TESTS, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    let options = ["--test", "--test-concurrency=1", "--test-reporter=spec"].map(str::to_owned);
    let tests = Invocation {
        arguments: [options.to_vec(), web::test_files(workspace)].concat(),
        ..Invocation::program("node", &[])
    };
    let [programs, make_film] = made_with(workspace, "page-demo", &["--camera", &film]);
    let commands = vec![
        Invocation::cargo(&["xtask", "web", "--build-only", "--keep-package", "--folder", &page]),
        programs,
        make_film,
        Invocation::program("npm", &npm),
        tests
            .with("TEGATA_WEB", &page)
            .with("TEGATA_FILM", &film)
            .with("TEGATA_DEMO", &demo.to_string_lossy())
            .with("TEGATA_XTASK", &this.to_string_lossy()),
    ];
    let needs = [Need::WasmToolchain, Need::Binaryen, Need::Esbuild, Need::Node, Need::Npm, Need::Chromium];
    step_needing("browser", &needs, commands)
}

/// The target of all WebAssembly modules.
const WASM: &str = "wasm32-unknown-unknown";

/// SHA-256 in a loop instead of written out: 2 kB less, and a microsecond more for a certificate.
const SMALL_HASH: &str = "--cfg sha2_backend_soft=\"compact\"";

/// What `cargo xtask vectors` starts.
pub(crate) fn vectors(check: bool) -> Invocation {
    let mut arguments = vec!["run", "--quiet", "--locked", "-p", "tegata-conformance"];
    if check {
        arguments.extend(["--", "--check"]);
    }
    Invocation::cargo(&arguments)
}

/// The steps of `cargo xtask deny`.
pub(crate) fn deny() -> Vec<Step> {
    let check = ["--config", "deny.toml", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"];
    let with = |head: &[&str]| Invocation::cargo(&[head, &check].concat());
    let fuzz = ["deny", "--locked", "--manifest-path", fuzz::MANIFEST];
    vec![step_needing("deny", &[Need::CargoDeny], vec![with(&["deny", "--locked"]), with(&fuzz)])]
}

/// Some seconds of real fuzzing of each target, as many at a time as there are cores.
pub(crate) fn fuzz_smoke(seconds: u32) -> Step {
    let run = ["run", "--quiet", "--locked", "-p", "xtask", "--", "fuzz-targets", "--seconds", &seconds.to_string()];
    step_needing("fuzz-smoke", &[Need::CargoFuzz, Need::CxxCompiler], vec![fuzz::build_any(), Invocation::cargo(&run)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_names_are_unique_and_every_step_does_something() {
        let workspace = Workspace::find().unwrap();
        let steps = all(&workspace);
        for (index, step) in steps.iter().enumerate() {
            assert!(!step.commands.is_empty(), "{}", step.name);
            assert!(steps.iter().skip(index + 1).all(|other| other.name != step.name), "{}", step.name);
        }
        assert!(steps.iter().any(|step| step.name == "clippy-xtask"));
    }

    #[test]
    fn steps_are_chosen_by_name_or_beginning() {
        let choose = |wanted: &[&str]| {
            let steps = ["clippy-tegata", "clippy-tegata-cli", "test"].map(|name| step(name, Vec::new())).into();
            let wanted: Vec<String> = wanted.iter().map(|&name| name.to_owned()).collect();
            chosen(steps, &wanted).map(|steps| steps.into_iter().map(|step| step.name).collect::<Vec<_>>())
        };
        assert_eq!(choose(&["clippy-tegata"]).unwrap(), ["clippy-tegata"]);
        assert_eq!(choose(&["test", "clip"]).unwrap(), ["clippy-tegata", "clippy-tegata-cli", "test"]);
        assert!(choose(&["test", "tests"]).is_err());
    }

    #[test]
    fn what_builds_a_workspace_uses_its_lock_file() {
        let workspace = Workspace::find().unwrap();
        for step in all(&workspace) {
            for command in &step.commands {
                // Formatting resolves nothing, and cargo-fuzz has no such option: the replay before it holds the lock.
                let first = command.arguments.first().map_or("", String::as_str);
                let exempt = matches!(first, "fmt" | "fuzz" | "xtask")
                    || command.program.as_deref().is_some_and(|program| program != DEBIAN_CARGO);
                assert!(exempt || command.arguments.iter().any(|argument| argument == "--locked"), "{}", step.name);
            }
        }
    }
}
