//! What a step needs from the machine: how to see whether it is there, and how to install it.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workspace::cargo;

/// The versions the steps were written against.
const CARGO_DENY: &str = "0.20.2";
const CARGO_FUZZ: &str = "0.13.2";
const SCHEMATHESIS: &str = "4.32.5";

/// JNA's classes, where Debian puts them.
pub(crate) const JNA: &str = "/usr/share/java/jna.jar";

/// How this run treats the machine.
#[derive(Clone, Copy)]
pub(crate) struct Mode {
    /// Under continuous integration a skip is a failure unless it is allowed.
    pub(crate) ci: bool,
    /// Whether missing tools are installed.
    pub(crate) installing: Installing,
}

/// Whether missing tools are installed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Installing {
    /// Nothing on the machine is changed.
    Never,
    /// Everything needed is installed.
    Always,
    /// As `Always`, but a person at the terminal is asked first.
    AskIfAttended,
}

/// Something a step needs beyond the Rust toolchain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// `cargo deny`.
    CargoDeny,
    /// `cargo fuzz`.
    CargoFuzz,
    /// `curl`, with which the commands of demonstrations are tried.
    Curl,
    /// A C++ compiler, for libFuzzer.
    CxxCompiler,
    /// Chromium, for the verifier page.
    Chromium,
    /// `wasm-opt` of Binaryen, which makes WebAssembly modules smaller.
    Binaryen,
    /// `esbuild`, which puts the modules of the verifier page together.
    Esbuild,
    /// Node, to run WebAssembly modules in.
    Node,
    /// A Java development kit and JNA, by which Java calls C.
    Java,
    /// Noto Sans CJK, to print with.
    JapaneseTypeface,
    /// `npm`, to pack and install packages for Node.
    Npm,
    /// The `openssl` command, as a witness by other hands.
    OpenSslCommand,
    /// Poppler's tools and qpdf, to look at printed certificates with.
    PdfTools,
    /// PostgreSQL's server; a private cluster is started from it.
    PostgreSql,
    /// `pkg-config`, by which programs find libraries.
    PkgConfig,
    /// Schemathesis, which makes requests of an OpenAPI document.
    Schemathesis,
    /// SoftHSM2, a token in software by other hands.
    SoftHsm,
    /// `valgrind`, which counts instructions.
    Valgrind,
    /// A PC/SC service, the library of its clients, and a reader in software.
    VirtualReader,
    /// The standard library for WebAssembly.
    WasmTarget,
    /// Whatever builds WebAssembly modules: rustup's standard library for it or, where that cannot be
    /// had, Debian's compiler with the sources of the standard library, and a linker. See [`WasmWay`].
    WasmToolchain,
}

/// How WebAssembly modules are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WasmWay {
    /// With the toolchain in use and its standard library for `wasm32-unknown-unknown`.
    Rustup,
    /// With Debian's compiler, building the standard library from its sources.
    Debian,
}

impl WasmWay {
    /// The first where it works.
    pub(crate) fn of_this_machine() -> Self {
        if Need::WasmTarget.present() { Self::Rustup } else { Self::Debian }
    }
}

/// Debian's Rust for browsers: `rustc-web`, `cargo-web` and `rust-web-src`.
pub(crate) const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
/// See [`DEBIAN_RUSTC`].
pub(crate) const DEBIAN_CARGO: &str = "/usr/bin/cargo";

/// How one need is met.
struct Means {
    /// What it is called.
    name: &'static str,
    /// Commands that all end well where it is there.
    runs: &'static [&'static [&'static str]],
    /// Files that are all there then.
    files: &'static [&'static str],
    /// What brings it.
    source: Source,
}

/// Where something comes from.
enum Source {
    /// Packages of Debian and its relatives.
    Debian(&'static [&'static str]),
    /// A package of crates.io, in this version.
    CratesIo(&'static str, &'static str),
    /// A package of PyPI, in this version, in an environment of its own.
    PyPi(&'static str, &'static str),
    /// Not for this tool to install: what a person may do.
    Elsewhere(&'static str),
}

impl Need {
    /// The table of what every need is, how it is recognised and where it comes from.
    const fn means(self) -> Means {
        use Source::{CratesIo, Debian, Elsewhere, PyPi};

        /// A single Debian package, recognised by a command.
        const fn package(
            name: &'static str,
            runs: &'static [&'static [&'static str]],
            packages: &'static [&'static str],
        ) -> Means {
            Means { name, runs, files: &[], source: Debian(packages) }
        }

        match self {
            Self::Binaryen => package("wasm-opt", &[&["wasm-opt", "--version"]], &["binaryen"]),
            Self::CargoDeny => Means {
                name: "cargo-deny",
                runs: &[&["cargo", "deny", "--version"]],
                files: &[],
                source: CratesIo("cargo-deny", CARGO_DENY),
            },
            Self::CargoFuzz => Means {
                name: "cargo-fuzz",
                runs: &[&["cargo", "fuzz", "--version"]],
                files: &[],
                source: CratesIo("cargo-fuzz", CARGO_FUZZ),
            },
            Self::Chromium => package("chromium", &[&["chromium", "--version"]], &["chromium"]),
            Self::CxxCompiler => package("a C++ compiler", &[&["c++", "--version"]], &["g++"]),
            Self::Curl => package("curl", &[&["curl", "--version"]], &["curl"]),
            Self::Esbuild => package("esbuild", &[&["esbuild", "--version"]], &["esbuild"]),
            Self::Java => Means {
                name: "a Java development kit with JNA",
                runs: &[&["javac", "-version"]],
                files: &[JNA],
                source: Debian(&["default-jdk-headless", "libjna-java"]),
            },
            Self::JapaneseTypeface => Means {
                name: "the typeface Noto Sans CJK",
                runs: &[],
                files: &["/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"],
                source: Debian(&["fonts-noto-cjk"]),
            },
            Self::Node => package("node", &[&["node", "--version"]], &["nodejs"]),
            Self::Npm => package("npm", &[&["npm", "--version"]], &["npm"]),
            Self::OpenSslCommand => package("the openssl command", &[&["openssl", "version"]], &["openssl"]),
            Self::PdfTools => package(
                "poppler-utils and qpdf",
                &[&["pdftoppm", "-v"], &["pdftotext", "-v"], &["pdffonts", "-v"], &["qpdf", "--version"]],
                &["poppler-utils", "qpdf"],
            ),
            Self::PostgreSql => Means {
                name: "PostgreSQL",
                // A server refuses to run as root, and is then started as another user.
                runs: &[&["psql", "--version"], &["setpriv", "--version"]],
                files: &[],
                source: Debian(&["postgresql", "util-linux"]),
            },
            Self::PkgConfig => package("pkg-config", &[&["pkg-config", "--version"]], &["pkg-config"]),
            Self::Schemathesis => {
                Means { name: "schemathesis", runs: &[], files: &[], source: PyPi("schemathesis", SCHEMATHESIS) }
            }
            Self::SoftHsm => package("SoftHSM2", &[&["softhsm2-util", "--version"]], &["softhsm2"]),
            Self::Valgrind => package("valgrind", &[&["valgrind", "--version"]], &["valgrind"]),
            Self::VirtualReader => Means {
                name: "pcscd with a virtual card reader",
                runs: &[&["pcscd", "--version"], &["unshare", "--version"], &["pkg-config", "--exists", "libpcsclite"]],
                // The driver of the virtual reader, where Debian puts it.
                files: &["/usr/lib/pcsc/drivers/serial/libifdvpcd.so"],
                source: Debian(&["pcscd", "vsmartcard-vpcd", "libpcsclite-dev", "pkg-config", "util-linux"]),
            },
            // A toolchain's parts come with the toolchain; some machines can reach no server that has them.
            Self::WasmTarget => Means {
                name: "the standard library for wasm32-unknown-unknown",
                runs: &[],
                files: &[],
                source: Elsewhere("rustup target add wasm32-unknown-unknown"),
            },
            Self::WasmToolchain => Means {
                name: "a toolchain for WebAssembly",
                runs: &[&[DEBIAN_RUSTC, "--version"], &[DEBIAN_CARGO, "--version"], &["wasm-ld", "--version"]],
                files: &["/usr/lib/rustlib/src/rust/library/std/src/lib.rs"],
                source: Debian(&["rustc-web", "cargo-web", "rust-web-src", "lld"]),
            },
        }
    }

    /// What it is called.
    pub(crate) const fn name(self) -> &'static str {
        self.means().name
    }

    /// Whether the machine has it.
    pub(crate) fn present(self) -> bool {
        match self {
            Self::WasmTarget => has_wasm_target(),
            Self::WasmToolchain if has_wasm_target() => true,
            Self::Schemathesis => schemathesis().is_file(),
            _ => {
                let means = self.means();
                means.files.iter().all(|file| Path::new(file).is_file()) && means.runs.iter().all(|line| runs(line))
            }
        }
    }

    /// The commands that install it, run in order; empty when this tool does not.
    fn installation(self) -> Vec<Vec<String>> {
        let words = |line: &[&str]| line.iter().map(|&word| word.to_owned()).collect();
        match self.means().source {
            Source::Debian(packages) => {
                let install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"];
                vec![words(&["apt-get", "update", "-qq"]), words(&[&install, packages].concat())]
            }
            Source::CratesIo(package, version) => {
                let cargo = cargo().to_string_lossy().into_owned();
                vec![words(&[&cargo, "install", package, "--locked", "--version", version])]
            }
            Source::PyPi(package, version) => {
                let folder = python_tools(package, version).to_string_lossy().into_owned();
                let pip = format!("{folder}/bin/pip");
                vec![
                    words(&["python3", "-m", "venv", &folder]),
                    words(&[&pip, "install", "--quiet", &format!("{package}=={version}")]),
                ]
            }
            Source::Elsewhere(_) => Vec::new(),
        }
    }

    /// How a person gets it.
    const fn hint(self) -> &'static str {
        match self.means().source {
            Source::Debian(_) | Source::CratesIo(..) | Source::PyPi(..) => "cargo xtask test --all",
            Source::Elsewhere(command) => command,
        }
    }

    /// Makes sure it is there, or says why it is not.
    pub(crate) fn ensure(self, installing: Installing) -> Result<(), String> {
        if self.present() {
            return Ok(());
        }
        let commands = self.installation();
        if installing == Installing::Never || commands.is_empty() {
            return Err(format!("{} is missing; get it with `{}`", self.name(), self.hint()));
        }
        println!("{} is missing. To install:", self.name());
        for command in &commands {
            println!("    {}", command.join(" "));
        }
        if installing == Installing::AskIfAttended && std::io::stdin().is_terminal() && !agreed() {
            return Err(format!("{} is missing and was not to be installed", self.name()));
        }
        for command in &commands {
            let Some((program, arguments)) = command.split_first() else { continue };
            let status = Command::new(program)
                .args(arguments)
                .env("DEBIAN_FRONTEND", "noninteractive")
                // Tools are built for themselves, not with the flags of the run that needs them.
                .env_remove("RUSTFLAGS")
                .env_remove("CARGO_TARGET_DIR")
                .stdin(Stdio::null())
                .status();
            match status {
                Ok(status) if status.success() => {}
                Ok(status) => {
                    return Err(format!("{} could not be installed: {program} ended with {status}", self.name()));
                }
                Err(error) => return Err(format!("{} could not be installed: {program}: {error}", self.name())),
            }
        }
        if self.present() { Ok(()) } else { Err(format!("{} was installed but does not run", self.name())) }
    }
}

/// The program of [`Need::Schemathesis`].
pub(crate) fn schemathesis() -> PathBuf {
    python_tools("schemathesis", SCHEMATHESIS).join("bin/schemathesis")
}

/// Where a package of PyPI is installed with what it needs, apart from the system's own.
fn python_tools(package: &str, version: &str) -> PathBuf {
    let home = std::env::var_os("HOME").map_or_else(std::env::temp_dir, PathBuf::from);
    home.join(".cache/tegata").join(format!("{package}-{version}"))
}

/// Whether a command ends well.
fn runs(line: &[&str]) -> bool {
    let Some((&program, arguments)) = line.split_first() else { return false };
    // The cargo that runs this task, whatever the path says.
    let program = if program == "cargo" { cargo() } else { program.into() };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Whether the toolchain in use has the standard library for WebAssembly.
fn has_wasm_target() -> bool {
    let asked = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"])
        .stdin(Stdio::null())
        .output();
    asked.is_ok_and(|answer| {
        answer.status.success() && Path::new(String::from_utf8_lossy(&answer.stdout).trim_end()).is_dir()
    })
}

fn agreed() -> bool {
    print!("Install now? [y/N] ");
    // A prompt nobody saw would still be answered or not; there is nothing to do about it.
    let _ = std::io::stdout().flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}
