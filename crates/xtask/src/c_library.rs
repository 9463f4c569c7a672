//! The C library: building it as it is shipped, and what its binary must and must not have.

mod bill_check;
mod bill_of_materials;
mod dist;
mod licences;
mod programs;
mod symbols;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workspace::{Workspace, cargo};

pub(crate) use dist::dist;
pub(crate) use programs::{SURFACES, check};

/// A library as its files are called: the package, the name within the archive, and how cargo calls it.
pub(crate) struct Library {
    pub(crate) package: &'static str,
    pub(crate) name: &'static str,
    crate_name: &'static str,
    /// The folder of its package.
    pub(crate) folder: &'static str,
    /// Whether there is a static library of it too.
    is_archived: bool,
}

/// What a kiosk links.
pub(crate) const KIOSK: Library =
    Library { package: "tegata-c", name: "tegata", crate_name: "tegata_c", folder: "bindings/c", is_archived: true };
/// What a backend links.
pub(crate) const ISSUER: Library = Library {
    package: "tegata-c-issuer",
    name: "tegata-issuer",
    crate_name: "tegata_c_issuer",
    folder: "bindings/c/issuer",
    is_archived: true,
};
/// What tests and the example link beside it.
pub(crate) const SIMULATOR: Library = Library {
    package: "tegata-c-simulator",
    name: "tegata-simulator",
    crate_name: "tegata_c_simulator",
    folder: "bindings/c/simulator",
    is_archived: false,
};

impl Library {
    /// Builds it in release, by itself: no other package may bring features along, and only here are shared and static
    /// libraries made of it. Ends with the folder of its files.
    pub(crate) fn build(&self, workspace: &Workspace) -> Result<PathBuf, String> {
        let mut build = Command::new(cargo());
        build.args(["rustc", "--release", "--locked", "-p", self.package, "--lib", "--crate-type", "cdylib"]);
        if self.is_archived {
            build.args(["--crate-type", "staticlib"]);
        }
        // The name by which programs ask for it: before 1.0 every minor version may break the interface.
        let name = format!("link-arg=-Wl,-soname,lib{}.so.{}", self.name, interface_version());
        run(build.args(["--", "-C", &name]).current_dir(&workspace.root))?;
        Ok(workspace.target_dir.join("release"))
    }

    /// The shared library as it is shipped.
    pub(crate) fn file_name(&self) -> String {
        format!("lib{}.so.{}", self.name, env!("CARGO_PKG_VERSION"))
    }

    /// The shared library as cargo calls it.
    pub(crate) fn shared(&self, built: &Path) -> PathBuf {
        built.join(format!("lib{}.so", self.crate_name))
    }

    /// The static library as cargo calls it.
    pub(crate) fn archive(&self, built: &Path) -> PathBuf {
        built.join(format!("lib{}.a", self.crate_name))
    }

    /// Puts the files into a folder under the names they are shipped by: `libNAME.so.VERSION` with the links that
    /// linkers and programs look for, and `libNAME.a`.
    pub(crate) fn install(&self, built: &Path, folder: &Path) -> Result<(), String> {
        make(folder)?;
        let interface = interface_version();
        let file = self.file_name();
        copy(&self.shared(built), &folder.join(&file))?;
        for link in [format!("lib{}.so.{interface}", self.name), format!("lib{}.so", self.name)] {
            let link = folder.join(link);
            let _ = fs::remove_file(&link);
            std::os::unix::fs::symlink(&file, &link).map_err(|error| format!("{}: {error}", link.display()))?;
        }
        if self.is_archived {
            copy(&self.archive(built), &folder.join(format!("lib{}.a", self.name)))?;
        }
        Ok(())
    }
}

/// The part of the version that the interface depends on.
fn interface_version() -> &'static str {
    let version = env!("CARGO_PKG_VERSION");
    version.rsplit_once('.').map_or(version, |(interface, _)| interface)
}

/// The libraries of the system that a static library of Rust's needs, as `rustc --print native-static-libs` says.
pub(crate) const STATIC_NEEDS: [&str; 6] = ["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"];

/// Runs a program that says by itself what is wrong.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let shown = shown(command);
    println!("    {shown}");
    let status = command.stdin(Stdio::null()).status().map_err(|error| format!("{shown}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{shown}: {status}")) }
}

/// Runs a program for what it prints.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let shown = shown(command);
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{shown}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{shown}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

pub(crate) fn make(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(|_| ()).map_err(|error| format!("{} to {}: {error}", from.display(), to.display()))
}

pub(crate) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
