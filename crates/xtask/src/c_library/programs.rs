//! The C programs: compiled as vendors compile, in C and C++, and run plainly, under Valgrind and with sanitizers.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::{ISSUER, KIOSK, SIMULATOR, STATIC_NEEDS, read, run, symbols, write};
use crate::need::{JNA, Need};
use crate::workspace::{Workspace, cargo};

/// A test and how it is run.
struct Program {
    /// Its file, relative to `bindings/c`, without the ending.
    source: &'static str,
    libraries: &'static [&'static str],
    /// The arguments of each run.
    runs: &'static [&'static [&'static str]],
    /// Whether it runs where memory is managed by other hands. What looks at all of memory, or is locked in by the
    /// kernel, does not.
    instrumented: bool,
}

/// The program through which `tegata-conformance` runs its suites: the variable that names it to the test, its file
/// within `target/c-check`, and how it is compiled beside the usual.
pub(crate) const SURFACES: [(&str, &str, &[&str]); 2] =
    [("TEGATA_C_SURFACE", "surface-c", &[]), ("TEGATA_C_ISSUER_SURFACE", "surface-issuer", &["-DWITH_ISSUER"])];

/// The folder with the example's certificate and card.
const DATA: &str = "crates/tegata/examples/data";

const PROGRAMS: [Program; 5] = [
    Program { source: "tests/verify", libraries: &["tegata"], runs: &[&["DATA"]], instrumented: true },
    Program { source: "tests/card", libraries: &["tegata", "tegata-simulator"], runs: &[&[]], instrumented: true },
    Program { source: "tests/misuse", libraries: &["tegata"], runs: &[&["DATA", "SECONDS"]], instrumented: true },
    Program {
        source: "tests/traces",
        libraries: &["tegata", "tegata-simulator"],
        runs: &[&["DATA", "quiet"], &["DATA", "memory"]],
        instrumented: false,
    },
    Program {
        source: "issuer/tests/issue",
        libraries: &["tegata-issuer"],
        runs: &[&["DATA", "KEYS"]],
        instrumented: true,
    },
];

const WARNINGS: [&str; 4] = ["-Wall", "-Wextra", "-Werror", "-pedantic"];

/// Everything about the C library that takes a C compiler.
pub(crate) fn check(workspace: &Workspace, seconds: u32) -> Result<bool, String> {
    let folder = workspace.target_dir.join("c-check");
    let lib = folder.join("lib");
    let mut built = PathBuf::new();
    for library in [&KIOSK, &ISSUER, &SIMULATOR] {
        built = library.build(workspace)?;
        library.install(&built, &lib)?;
    }
    let (kiosk, issuer) = (KIOSK.shared(&built), ISSUER.shared(&built));
    symbols::exports(workspace, &KIOSK, &kiosk)?;
    symbols::exports(workspace, &ISSUER, &issuer)?;
    symbols::signing(&[&kiosk, &KIOSK.archive(&built)], &issuer)?;
    symbols::sizes(workspace, &folder, &[(&KIOSK, &kiosk), (&ISSUER, &issuer)])?;

    let bench = Bench { root: workspace.root.clone(), folder, lib };
    bench.headers()?;
    for program in &PROGRAMS {
        let plain = bench.compile(program, "c", &["cc", "-std=c99"], false)?;
        let _ = bench.compile(program, "cxx", &["c++", "-x", "c++", "-std=c++17"], false)?;
        for arguments in program.runs {
            bench.run(Command::new(&plain), arguments, seconds)?;
            if program.instrumented && Need::Valgrind.present() {
                let mut valgrind = Command::new("valgrind");
                valgrind.args(["--quiet", "--error-exitcode=9", "--leak-check=full"]);
                valgrind.args(["--show-leak-kinds=definite,indirect,possible"]);
                valgrind.args(["--errors-for-leak-kinds=definite,indirect,possible"]).arg(&plain);
                bench.run(valgrind, arguments, 0)?;
            }
        }
        if program.instrumented {
            let sanitized = bench.compile(
                program,
                "sanitized",
                &["cc", "-std=c99", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
                true,
            )?;
            for arguments in program.runs {
                bench.run(Command::new(&sanitized), arguments, seconds.min(2))?;
            }
        }
    }
    bench.surfaces()?;
    bench.kiosk()?;
    bench.java()?;
    bench.cost()?;
    Ok(true)
}

struct Bench {
    root: PathBuf,
    folder: PathBuf,
    lib: PathBuf,
}

impl Bench {
    /// Compiles a program, against the shared libraries or, where it can, the static ones.
    fn compile(&self, program: &Program, kind: &str, compiler: &[&str], statically: bool) -> Result<PathBuf, String> {
        let name = program.source.rsplit('/').next().unwrap_or(program.source);
        let binary = self.folder.join(format!("{name}-{kind}"));
        let source = self.root.join("bindings/c").join(format!("{}.c", program.source));
        let mut command = self.compiler(compiler);
        command.args(WARNINGS).args(["-g", "-O1", "-D_POSIX_C_SOURCE=200809L"]).arg(source);
        // What follows is no longer in the language of the source.
        command.args(["-x", "none", "-o"]).arg(&binary);
        for library in program.libraries {
            let archive = self.lib.join(format!("lib{library}.a"));
            if statically && archive.is_file() {
                command.arg(archive);
            } else {
                command.arg(format!("-l{library}"));
            }
        }
        // The test's own `getenv` is to be found before the C library's.
        command.args(STATIC_NEEDS).arg("-rdynamic");
        run(&mut command)?;
        Ok(binary)
    }

    /// A compiler that knows where headers and libraries are.
    fn compiler(&self, words: &[&str]) -> Command {
        let (program, arguments) = words.split_first().unwrap_or((&"cc", &[]));
        let mut command = Command::new(program);
        let folder = |name: &str| format!("-I{}", self.root.join("bindings/c").join(name).display());
        command.args(arguments);
        command.args([folder("include"), folder("simulator/include"), folder("issuer/include"), folder("tests")]);
        command.arg(format!("-L{}", self.lib.display())).arg(format!("-Wl,-rpath,{}", self.lib.display()));
        command
    }

    fn run(&self, mut command: Command, arguments: &[&str], seconds: u32) -> Result<(), String> {
        for argument in arguments {
            match *argument {
                "DATA" => command.arg(self.root.join(DATA)),
                "KEYS" => command.arg(self.root.join(ISSUER.folder).join("tests")),
                "SECONDS" => command.arg(seconds.to_string()),
                other => command.arg(other),
            };
        }
        run(&mut command)
    }

    /// Both headers by themselves in both languages, and each macro and number evaluated.
    fn headers(&self) -> Result<(), String> {
        for library in [&KIOSK, &ISSUER] {
            let header = format!("{}.h", library.name.replace('-', "_"));
            let text = read(&self.root.join(library.folder).join("include").join(&header))?;
            let source = self.folder.join(format!("every-{}.c", library.name));
            write(&source, &every_number(&header, &text)?)?;
            let binary = self.folder.join(format!("every-{}", library.name));
            for compiler in [&["cc", "-std=c99"][..], &["c++", "-x", "c++", "-std=c++17"]] {
                let mut command = self.compiler(compiler);
                command.args(WARNINGS).arg(&source).args(["-x", "none", "-o"]).arg(&binary);
                run(command.arg(format!("-l{}", library.name)))?;
                run(&mut Command::new(&binary))?;
            }
        }
        Ok(())
    }

    /// The program that makes the calls it is asked for, with each library.
    fn surfaces(&self) -> Result<(), String> {
        for ((_, file, more), library) in SURFACES.into_iter().zip([&["tegata"], &["tegata-issuer"]]) {
            let program = Program { source: "tests/surface", libraries: library, runs: &[], instrumented: false };
            let kind = file.trim_start_matches("surface-");
            let _ = self.compile(&program, "cxx", &[&["c++", "-x", "c++", "-std=c++17"], more].concat(), false)?;
            let _ = self.compile(&program, kind, &[&["cc", "-std=c99"], more].concat(), false)?;
        }
        Ok(())
    }

    /// The example, as a vendor would build it and a person would use it.
    fn kiosk(&self) -> Result<(), String> {
        let binary = self.folder.join("kiosk");
        let mut command = self.compiler(&["cc"]);
        command.arg(self.root.join("bindings/c/examples/kiosk.c")).arg("-o").arg(&binary);
        run(command.args(["-ltegata", "-ltegata-simulator"]))?;
        let source = read(&self.root.join("bindings/c/examples/kiosk.c"))?;
        if source.lines().count() >= 200 {
            return Err("examples/kiosk.c has 200 lines or more".into());
        }
        self.kiosk_flow("kiosk.c", || Command::new(&binary))?;
        let image = self.folder.join("certificate.png");
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--quiet", "--error-exitcode=9", "--leak-check=full"]).arg(&binary);
        valgrind
            .arg(self.root.join(DATA).join("signer.pem"))
            .arg(self.root.join(DATA).join("certificate.txt"))
            .arg(&image);
        if Need::Valgrind.present() && with_input(&mut valgrind, "y\n1234\n")? != Some(0) {
            return Err("Valgrind objects to the kiosk".into());
        }
        Ok(())
    }
}

impl Bench {
    /// A kiosk's program with a person who does not agree, a wrong PIN, a forged certificate, and all as it should be.
    fn kiosk_flow(&self, name: &str, program: impl Fn() -> Command) -> Result<(), String> {
        let image = self.folder.join("certificate.png");
        let _ = fs::remove_file(&image);
        for (typed, certificate, expected) in [
            ("n\n", "certificate.txt", 0),
            ("y\n9999\n", "certificate.txt", 1),
            ("y\n1234\n", "forged.txt", 1),
            ("y\n1234\n", "certificate.txt", 0),
        ] {
            if image.exists() {
                return Err(format!("{name} printed although {typed:?} and {certificate} allow it not"));
            }
            let mut command = program();
            command
                .arg(self.root.join(DATA).join("signer.pem"))
                .arg(self.root.join(DATA).join(certificate))
                .arg(&image);
            let status = with_input(&mut command, typed)?;
            if status != Some(expected) {
                return Err(format!("{name} ended with {status:?} instead of {expected}"));
            }
        }
        let drawn = fs::read(&image).map_err(|error| format!("{}: {error}", image.display()))?;
        if drawn.starts_with(b"\x89PNG") { Ok(()) } else { Err(format!("{name} printed no PNG")) }
    }

    /// The samples in Java, which accept what is genuine and nothing else.
    fn java(&self) -> Result<(), String> {
        if !Need::Java.present() {
            println!("    no samples in Java: {} is missing", Need::Java.name());
            return Ok(());
        }
        for (certificate, expected) in [("certificate.txt", 0), ("forged.txt", 1), ("no-such-file", 1)] {
            let mut java = self.java_of("Verify");
            java.arg(self.root.join(DATA).join("signer.pem")).arg(self.root.join(DATA).join(certificate));
            let output = java.stdin(Stdio::null()).output().map_err(|error| format!("java: {error}"))?;
            let accepted = String::from_utf8_lossy(&output.stdout).starts_with("accepted\n{\"status\":\"accepted\"");
            if output.status.code() != Some(expected) || accepted != (expected == 0) {
                return Err(format!("Verify.java ended with {} on {certificate}", output.status));
            }
        }
        println!("    Verify.java accepts what is genuine");
        self.kiosk_flow("Kiosk.java", || self.java_of("Kiosk"))
    }

    /// A sample in Java, run from its source.
    fn java_of(&self, name: &str) -> Command {
        let mut java = Command::new("java");
        java.args(["-cp", JNA]).arg(format!("-Djna.library.path={}", self.lib.display()));
        java.arg(self.root.join(format!("bindings/c/examples/{name}.java")));
        java
    }

    /// Instructions of a verification through the C library, against those of the same call in Rust.
    fn cost(&self) -> Result<(), String> {
        let cost = Program { source: "tests/cost", libraries: &["tegata"], runs: &[], instrumented: false };
        let program = self.compile(&cost, "c", &["cc", "-std=c99"], false)?;
        let mut compare = Command::new(cargo());
        compare.args(["run", "--release", "--locked", "--quiet", "-p", "tegata-benches", "--bin", "c-cost", "--"]);
        run(compare.arg(program).current_dir(&self.root))
    }
}

pub(super) fn with_input(command: &mut Command, typed: &str) -> Result<Option<i32>, String> {
    let mut child = command.stdin(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that has heard enough closes its end.
        let _ = stdin.write_all(typed.as_bytes());
    }
    child.wait().map(|status| status.code()).map_err(|error| error.to_string())
}

/// A program that evaluates every number of a header, and asks the library for the name of each that is a code.
fn every_number(header: &str, text: &str) -> Result<String, String> {
    let mut source = format!("#include \"{header}\"\n#include <string.h>\n\nint main(void) {{\n");
    let mut count = 0_usize;
    for line in text.lines() {
        let evaluated = if let Some(definition) = line.strip_prefix("#define TEGATA_") {
            let Some((name, value)) = definition.split_once(' ') else { continue };
            if value.starts_with('"') {
                writeln!(source, "    if (strlen(TEGATA_{name}) == 0) return 1;")
            } else {
                writeln!(source, "    if ((unsigned long)TEGATA_{name} != {value}) return 1;")
            }
        } else if let Some((name, value)) = line.trim().strip_prefix("TEGATA_").and_then(|rest| rest.split_once(" = "))
        {
            let value = value.trim_end_matches(',');
            let wrong = if value == "0" { "!=" } else { "==" };
            writeln!(
                source,
                "    if (TEGATA_{name} != {value} || tegata_code_name(TEGATA_{name}) {wrong} NULL) return 1;"
            )
        } else {
            continue;
        };
        evaluated.map_err(|error| error.to_string())?;
        count += 1;
    }
    source.push_str("    return tegata_abi_version() == TEGATA_ABI_VERSION ? 0 : 1;\n}\n");
    // The issuer's header brings few of its own.
    if count == 0 && header == "tegata.h" { Err("tegata.h has no numbers".into()) } else { Ok(source) }
}
