//! What a step needs from the machine: how to see whether it is there, and how to install it.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::workspace::cargo;

/// The versions the steps were written against.
const CARGO_DENY: &str = "0.20.2";
const CARGO_FUZZ: &str = "0.13.2";

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
    /// A C++ compiler, for libFuzzer.
    CxxCompiler,
    /// Chromium, for the verifier page.
    Chromium,
    /// `wasm-opt` of Binaryen, which makes WebAssembly modules smaller.
    Binaryen,
    /// Node, to run WebAssembly modules in.
    Node,
    /// Noto Sans CJK, to print with.
    JapaneseTypeface,
    /// `npm`, to pack and install packages for Node.
    Npm,
    /// The `openssl` command, as a witness by other hands.
    OpenSslCommand,
    /// Poppler's tools and qpdf, to look at printed certificates with.
    PdfTools,
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
/// The driver of the virtual reader, where Debian puts it.
const VIRTUAL_READER_DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const DEBIAN_LIBRARY_SOURCES: &str = "/usr/lib/rustlib/src/rust/library/std/src/lib.rs";

impl Need {
    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::CargoDeny => "cargo-deny",
            Self::CargoFuzz => "cargo-fuzz",
            Self::CxxCompiler => "a C++ compiler",
            Self::Chromium => "chromium",
            Self::Binaryen => "wasm-opt",
            Self::Node => "node",
            Self::JapaneseTypeface => "the typeface Noto Sans CJK",
            Self::Npm => "npm",
            Self::OpenSslCommand => "the openssl command",
            Self::PdfTools => "poppler-utils and qpdf",
            Self::SoftHsm => "SoftHSM2",
            Self::Valgrind => "valgrind",
            Self::VirtualReader => "pcscd with a virtual card reader",
            Self::WasmToolchain => "a toolchain for WebAssembly",
            Self::WasmTarget => "the standard library for wasm32-unknown-unknown",
        }
    }

    /// Whether the machine has it.
    pub(crate) fn present(self) -> bool {
        match self {
            Self::CargoDeny => runs(Command::new(cargo()).args(["deny", "--version"])),
            Self::CargoFuzz => runs(Command::new(cargo()).args(["fuzz", "--version"])),
            Self::CxxCompiler => runs(Command::new("c++").arg("--version")),
            Self::Chromium => runs(Command::new("chromium").arg("--version")),
            Self::Binaryen => runs(Command::new("wasm-opt").arg("--version")),
            Self::Node => runs(Command::new("node").arg("--version")),
            Self::JapaneseTypeface => Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").is_file(),
            Self::Npm => runs(Command::new("npm").arg("--version")),
            Self::OpenSslCommand => runs(Command::new("openssl").arg("version")),
            Self::PdfTools => {
                let poppler = ["pdftoppm", "pdftotext", "pdffonts"];
                poppler.iter().all(|tool| runs(Command::new(tool).arg("-v")))
                    && runs(Command::new("qpdf").arg("--version"))
            }
            Self::SoftHsm => runs(Command::new("softhsm2-util").arg("--version")),
            Self::Valgrind => runs(Command::new("valgrind").arg("--version")),
            Self::VirtualReader => {
                Path::new(VIRTUAL_READER_DRIVER).is_file()
                    && runs(Command::new("pcscd").arg("--version"))
                    && runs(Command::new("unshare").arg("--version"))
                    && runs(Command::new("pkg-config").args(["--exists", "libpcsclite"]))
            }
            Self::WasmToolchain => {
                Self::WasmTarget.present()
                    || Path::new(DEBIAN_LIBRARY_SOURCES).is_file()
                        && runs(Command::new(DEBIAN_RUSTC).arg("--version"))
                        && runs(Command::new(DEBIAN_CARGO).arg("--version"))
                        && runs(Command::new("wasm-ld").arg("--version"))
            }
            Self::WasmTarget => {
                let asked = Command::new("rustc")
                    .args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"])
                    .stdin(Stdio::null())
                    .output();
                asked.is_ok_and(|answer| {
                    answer.status.success() && Path::new(String::from_utf8_lossy(&answer.stdout).trim_end()).is_dir()
                })
            }
        }
    }

    /// The commands that install it, run in order; empty when this tool does not.
    fn installation(self) -> Vec<Vec<String>> {
        let cargo = cargo().to_string_lossy().into_owned();
        match self {
            Self::CargoDeny => {
                vec![words(&[&cargo, "install", "cargo-deny", "--locked", "--version", CARGO_DENY])]
            }
            Self::CargoFuzz => {
                vec![words(&[&cargo, "install", "cargo-fuzz", "--locked", "--version", CARGO_FUZZ])]
            }
            Self::Valgrind => debian_packages(&["valgrind"]),
            Self::VirtualReader => {
                debian_packages(&["pcscd", "vsmartcard-vpcd", "libpcsclite-dev", "pkg-config", "util-linux"])
            }
            Self::CxxCompiler => debian_packages(&["g++"]),
            Self::Chromium => debian_packages(&["chromium"]),
            Self::Binaryen => debian_packages(&["binaryen"]),
            Self::Node => debian_packages(&["nodejs"]),
            Self::JapaneseTypeface => debian_packages(&["fonts-noto-cjk"]),
            Self::Npm => debian_packages(&["npm"]),
            Self::OpenSslCommand => debian_packages(&["openssl"]),
            Self::PdfTools => debian_packages(&["poppler-utils", "qpdf"]),
            Self::SoftHsm => debian_packages(&["softhsm2"]),
            Self::WasmToolchain => debian_packages(&["rustc-web", "cargo-web", "rust-web-src", "lld"]),
            // A toolchain's parts come with the toolchain; some machines can reach no server that has them.
            Self::WasmTarget => Vec::new(),
        }
    }

    /// How a person gets it, where this tool does not install it.
    fn hint(self) -> &'static str {
        match self {
            Self::WasmTarget => "rustup target add wasm32-unknown-unknown",
            Self::CargoDeny
            | Self::CargoFuzz
            | Self::CxxCompiler
            | Self::JapaneseTypeface
            | Self::Chromium
            | Self::Binaryen
            | Self::Node
            | Self::Npm
            | Self::OpenSslCommand
            | Self::PdfTools
            | Self::SoftHsm
            | Self::Valgrind
            | Self::VirtualReader
            | Self::WasmToolchain => "cargo xtask test --all",
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

fn words(line: &[&str]) -> Vec<String> {
    line.iter().map(|&word| word.to_owned()).collect()
}

/// Packages of Debian and its relatives.
fn debian_packages(names: &[&str]) -> Vec<Vec<String>> {
    let install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"];
    vec![words(&["apt-get", "update", "-qq"]), words(&[&install, names].concat())]
}

fn runs(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn agreed() -> bool {
    print!("Install now? [y/N] ");
    // A prompt nobody saw would still be answered or not; there is nothing to do about it.
    let _ = std::io::stdout().flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}
