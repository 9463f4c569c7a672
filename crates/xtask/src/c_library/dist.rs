//! The archive that vendors get: headers, libraries, pkg-config files, guide, licences, example, bills of materials.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{ISSUER, KIOSK, Library, SIMULATOR, bill_of_materials, copy, make, read, run, write};
use crate::workspace::Workspace;

/// Leaves `target/c-dist/` and an archive of it beside it.
pub(crate) fn dist(workspace: &Workspace) -> Result<bool, String> {
    let folder = workspace.target_dir.join("c-dist");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let (include, lib, share) = (folder.join("include"), folder.join("lib"), folder.join("share/tegata"));
    for folder in [&include, &lib.join("pkgconfig"), &share.join("examples"), &share.join("simulator")] {
        make(folder)?;
    }
    let root = &workspace.root;
    for library in [&KIOSK, &ISSUER] {
        library.install(&library.build(workspace)?, &lib)?;
        // Names of functions are of no use to a vendor's users, and a static library has to keep its own.
        run(Command::new("strip").arg("--strip-unneeded").arg(lib.join(library.file_name())))?;
        run(Command::new("strip").arg("--strip-debug").arg(lib.join(format!("lib{}.a", library.name))))?;
        let header = format!("{}.h", library.name.replace('-', "_"));
        copy(&root.join(library.folder).join("include").join(&header), &include.join(&header))?;
        write(&lib.join("pkgconfig").join(format!("{}.pc", library.name)), &pkg_config(library))?;
        write(&share.join(format!("lib{}.cdx.json", library.name)), &bill_of_materials::of(workspace, library)?)?;
    }
    SIMULATOR.install(&SIMULATOR.build(workspace)?, &share.join("simulator"))?;
    let simulator = share.join("simulator");
    copy(&root.join("bindings/c/simulator/include/tegata_simulator.h"), &simulator.join("tegata_simulator.h"))?;
    for (from, to) in [
        ("bindings/c/README.md", "README.md"),
        ("bindings/c/examples/kiosk.c", "examples/kiosk.c"),
        ("bindings/c/examples/Verify.java", "examples/Verify.java"),
        ("crates/tegata/examples/data/signer.pem", "examples/signer.pem"),
        ("crates/tegata/examples/data/certificate.txt", "examples/certificate.txt"),
        ("crates/tegata/src/manual/outcomes.md", "outcomes.md"),
        ("LICENSE-APACHE", "LICENSE-APACHE"),
        ("LICENSE-MIT", "LICENSE-MIT"),
        ("CHANGELOG.md", "CHANGELOG.md"),
    ] {
        copy(&root.join(from), &share.join(to))?;
    }
    the_example_builds(&folder)?;
    let name = format!("tegata-c-{}-{}-linux", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH);
    let archive = workspace.target_dir.join(format!("{name}.tar.gz"));
    let mut tar = Command::new("tar");
    tar.args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner"]);
    tar.arg(format!("--transform=s,^c-dist,{name},")).arg("-czf").arg(&archive);
    run(tar.arg("-C").arg(&workspace.target_dir).arg("c-dist"))?;
    println!("{}\n{}", folder.display(), archive.display());
    Ok(true)
}

/// The archive is complete: the example is built from it alone, as the guide says, and runs.
fn the_example_builds(folder: &Path) -> Result<(), String> {
    let (share, binary) = (folder.join("share/tegata"), folder.with_extension("kiosk"));
    let configuration = Command::new("pkg-config")
        .args(["--cflags", "--libs", "tegata"])
        .env("PKG_CONFIG_PATH", folder.join("lib/pkgconfig"))
        .output();
    // Where there is no pkg-config, the same by hand.
    let arguments = match configuration {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        _ => format!("-I{0}/include -L{0}/lib -ltegata", folder.display()),
    };
    let mut compiler = Command::new("cc");
    compiler.arg(share.join("examples/kiosk.c")).args(arguments.split_whitespace());
    compiler.arg(format!("-I{0}/simulator", share.display())).arg(format!("-L{0}/simulator", share.display()));
    compiler.arg("-ltegata-simulator").arg("-o").arg(&binary);
    run(&mut compiler)?;
    let paths = format!("{}:{}", folder.join("lib").display(), share.join("simulator").display());
    // Nobody consents, so nothing is read; that it starts shows that it finds its libraries.
    let mut kiosk = Command::new(&binary);
    kiosk.env("LD_LIBRARY_PATH", paths).arg(share.join("examples/signer.pem")).args(["-", "-"]);
    run(&mut kiosk)?;
    fs::remove_file(&binary).map_err(|error| format!("{}: {error}", binary.display()))
}

fn pkg_config(library: &Library) -> String {
    let what =
        if library.name == KIOSK.name { "verification and card dialogue for kiosks" } else { "signing, for backends" };
    format!(
        "prefix=${{pcfiledir}}/../..\nlibdir=${{prefix}}/lib\nincludedir=${{prefix}}/include\n\n\
         Name: {0}\nDescription: Vaccination certificates: {what}\nVersion: {1}\n\
         Libs: -L${{libdir}} -l{0}\nLibs.private: {2}\nCflags: -I${{includedir}}\n",
        library.name,
        env!("CARGO_PKG_VERSION"),
        super::STATIC_NEEDS.join(" "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pkg_config_file_names_its_library() {
        let text = pkg_config(&ISSUER);
        assert!(text.contains("-ltegata-issuer") && text.contains(concat!("Version: ", env!("CARGO_PKG_VERSION"))));
        assert!(read(Path::new("/no/such/file")).is_err());
    }
}
