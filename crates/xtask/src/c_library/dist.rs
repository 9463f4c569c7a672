//! The archive that vendors get: headers, libraries, pkg-config files, guide, licences, examples, bills of materials.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::programs::with_input;
use super::{
    ISSUER, KIOSK, Library, SIMULATOR, bill_check, bill_of_materials, copy, licences, make, output, read, run, write,
};
use crate::workspace::Workspace;

/// Leaves `target/c-dist/` and an archive of it beside it, which is then tried as a vendor would.
pub(crate) fn dist(workspace: &Workspace) -> Result<bool, String> {
    let folder = workspace.target_dir.join("c-dist");
    empty(&folder)?;
    let (include, lib, share) = (folder.join("include"), folder.join("lib"), folder.join("share/tegata"));
    for folder in [&include, &lib.join("pkgconfig"), &share.join("examples"), &share.join("simulator")] {
        make(folder)?;
    }
    let root = &workspace.root;
    let mut bills = Vec::new();
    for library in [&KIOSK, &ISSUER] {
        let built = library.build(workspace)?;
        library.install(&built, &lib)?;
        // Names of functions are of no use to a vendor's users, and a static library has to keep its own.
        run(Command::new("strip").arg("--strip-unneeded").arg(lib.join(library.file_name())))?;
        run(Command::new("strip").arg("--strip-debug").arg(lib.join(format!("lib{}.a", library.name))))?;
        let header = format!("{}.h", library.name.replace('-', "_"));
        copy(&root.join(library.folder).join("include").join(&header), &include.join(&header))?;
        write(&lib.join("pkgconfig").join(format!("{}.pc", library.name)), &pkg_config(library))?;
        let bill = bill_of_materials::of(workspace, library)?;
        let mut names = bill_check::form(&bill)?;
        names.insert(library.package.to_owned());
        let crates = bill_check::covers(&names, &library.shared(&built))?;
        println!(
            "    lib{}: {} components, and all {crates} crates with symbols are among them",
            library.name,
            names.len()
        );
        write(&share.join(bill_name(library)), &bill)?;
        bills.push(bill);
    }
    SIMULATOR.install(&SIMULATOR.build(workspace)?, &share.join("simulator"))?;
    let simulator = share.join("simulator");
    copy(&root.join("bindings/c/simulator/include/tegata_simulator.h"), &simulator.join("tegata_simulator.h"))?;
    for (from, to) in [
        ("bindings/c/README.md", "README.md"),
        ("bindings/c/examples/kiosk.c", "examples/kiosk.c"),
        ("bindings/c/examples/Kiosk.java", "examples/Kiosk.java"),
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
    let texts = share.join("LICENSES-OF-OTHERS.txt");
    write(&texts, &licences::of(workspace, &bills)?)?;
    licences::check(&texts, &bills)?;

    let name = format!("tegata-c-{}-{}-linux", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH);
    let archive = workspace.target_dir.join(format!("{name}.tar.gz"));
    pack(&folder, &name, &archive)?;
    let again = workspace.target_dir.join(format!("{name}.again.tar.gz"));
    pack(&folder, &name, &again)?;
    let differs = bytes(&archive)? != bytes(&again)?;
    fs::remove_file(&again).map_err(|error| format!("{}: {error}", again.display()))?;
    if differs {
        return Err("the same files make another archive the second time".into());
    }
    try_out(workspace, &archive, &name)?;
    println!("{}\n{}", folder.display(), archive.display());
    Ok(true)
}

/// What a library's bill of materials is called.
fn bill_name(library: &Library) -> String {
    format!("lib{}.cdx.json", library.name)
}

/// Packs a folder under a name. Nothing of this machine or moment goes in: no order of files, owner, mask or time.
fn pack(folder: &Path, name: &str, archive: &Path) -> Result<(), String> {
    let mut tar = Command::new("tar");
    tar.args(["--create", "--format=gnu", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"]);
    tar.args(["--mtime=@0", "--mode=u+rwX,go+rX,go-w", "--use-compress-program=gzip --no-name"]);
    // Names alone are changed: links lead to their neighbours.
    tar.arg(format!("--transform=flags=r;s,^c-dist,{name},")).arg("--file").arg(archive);
    run(tar.arg("-C").arg(folder.parent().unwrap_or(folder)).arg("c-dist"))
}

/// Unpacks the archive at another place, and builds and runs the example from that alone, as the guide says: with the
/// shared library and with the static one.
fn try_out(workspace: &Workspace, archive: &Path, name: &str) -> Result<(), String> {
    let place = workspace.target_dir.join("c-dist-tried");
    empty(&place)?;
    make(&place)?;
    run(Command::new("tar").arg("--extract").arg("--file").arg(archive).arg("-C").arg(&place))?;
    let unpacked = place.join(name);
    let (lib, share) = (unpacked.join("lib"), unpacked.join("share/tegata"));
    for library in [&KIOSK, &ISSUER] {
        bill_check::form(&read(&share.join(bill_name(library)))?)?;
    }
    let asked = |words: &[&str]| {
        let mut asked = Command::new("pkg-config");
        let told = output(asked.args(words).arg(KIOSK.name).env("PKG_CONFIG_PATH", lib.join("pkgconfig")))?;
        Ok::<_, String>(told.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    };
    // The static library by its path: by its name the linker would prefer the shared one.
    let whole = asked(&["--static", "--libs"])?;
    let whole = whole.into_iter().filter(|word| *word != format!("-l{}", KIOSK.name));
    let static_words = std::iter::once(lib.join("libtegata.a").to_string_lossy().into_owned()).chain(whole).collect();
    for (kind, words) in [("shared", asked(&["--libs"])?), ("static", static_words)] {
        let binary = place.join(format!("kiosk-{kind}"));
        let mut compiler = Command::new("cc");
        compiler.arg(share.join("examples/kiosk.c")).args(asked(&["--cflags"])?).args(words);
        compiler.arg(format!("-I{0}/simulator", share.display())).arg(format!("-L{0}/simulator", share.display()));
        run(compiler.arg("-ltegata-simulator").arg("-o").arg(&binary))?;
        // What is linked statically needs no shared library beside it.
        let simulator = share.join("simulator");
        let paths = if kind == "shared" {
            format!("{}:{}", lib.display(), simulator.display())
        } else {
            simulator.display().to_string()
        };
        let image = place.join(format!("{kind}.png"));
        let mut kiosk = Command::new(&binary);
        kiosk.env("LD_LIBRARY_PATH", paths);
        kiosk.arg(share.join("examples/signer.pem")).arg(share.join("examples/certificate.txt")).arg(&image);
        let status = with_input(&mut kiosk, "y\n1234\n")?;
        if status != Some(0) || !bytes(&image)?.starts_with(b"\x89PNG") {
            return Err(format!("the kiosk of the archive, {kind}, ended with {status:?}"));
        }
    }
    println!("    the archive builds and runs a kiosk, shared and static");
    Ok(())
}

/// Removes a folder with all that it holds.
fn empty(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    Ok(())
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
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
