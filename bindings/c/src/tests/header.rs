//! `include/tegata.h` is made from the sources and the outcome table. `TEGATA_WRITE_HEADER=1 cargo test -p tegata-c`
//! writes it anew; without the variable, it is compared.

use std::fmt::Write as _;
use std::path::Path;

use tegata::report::Language;
use tegata::{Code, Stage};

#[test]
fn the_header_is_as_the_sources_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("include/tegata.h");
    let wanted = header(root);
    if std::env::var_os("TEGATA_WRITE_HEADER").is_some() {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    let line = committed.lines().zip(wanted.lines()).position(|(old, new)| old != new);
    assert!(committed == wanted, "include/tegata.h is stale from line {line:?}: see src/tests/header.rs");
}

fn header(root: &Path) -> String {
    let mut config = cbindgen::Config::from_root_or_default(root);
    config.header = Some(INTRODUCTION.trim().to_owned());
    config.after_includes = Some(codes());
    let mut out = Vec::new();
    cbindgen::Builder::new().with_crate(root).with_config(config).generate().unwrap().write(&mut out);
    let text = String::from_utf8(out).unwrap();
    // Written for readers of Rust.
    let lines = text.lines().filter(|line| line.trim() != "* # Safety").map(|line| line.trim_end().replace('`', ""));
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// The numbers of the outcome table.
fn codes() -> String {
    let mut out =
        String::from("\n/*\n * What a function returns: 0 or one of these. The number of a code never changes.\n");
    out.push_str(
        " *\n * 0 accepted or done, 1000-1899 rejected, 1900-1999 undetermined (not accepted), 2000-2999 bad input\n",
    );
    out.push_str(" * from the caller, 3000-3999 misuse of this interface, 9000-9999 a fault of this library.\n */\n");
    out.push_str("typedef enum tegata_code {\n    /* accepted; done */\n    TEGATA_OK = 0,\n");
    for code in Code::ALL {
        let (meaning, name) = (code.meaning(Language::English), code.name().to_uppercase().replace('-', "_"));
        writeln!(out, "    /* {}: {meaning} */\n    TEGATA_{name} = {},", code.stage().name(), code.number()).unwrap();
    }
    // No comma after the last, which C++ of old and `-pedantic` do not like.
    out.truncate(out.trim_end().trim_end_matches(',').len());
    out.push_str("\n} tegata_code;\n\n/* The stages, as tegata_code_stage and the reports name them. */\n");
    for stage in Stage::ALL {
        writeln!(out, "#define TEGATA_STAGE_{} \"{}\"", stage.name().to_uppercase(), stage.name()).unwrap();
    }
    out
}

const INTRODUCTION: &str = r#"
/*
 * libtegata: verifies vaccination certificates and drives the dialogue with an Individual Number Card. It cannot sign.
 *
 * Conventions
 * - A function that can fail returns int32_t: 0 when it is done or the certificate is accepted, else a number of
 *   tegata_code. "rc == 0" is the one test that a program needs.
 * - Outputs come last. They are set to NULL or 0 first and filled only on success; exceptions are named. Each is a
 *   variable of its own, no other output and no input, unless it is said otherwise.
 * - A handle has one owner, the program, which gives it back to its _free function once. NULL is allowed there. What a
 *   function takes as const, it leaves unchanged; nothing that is passed in changes its owner, except to _free.
 * - Text is UTF-8 with a length in bytes and no closing NUL, unless it is said otherwise.
 * - What is copied into a buffer: "length" always receives the length that is needed. NULL with a capacity of 0 asks
 *   for the length and returns 0; a buffer that is too short returns TEGATA_BUFFER_TOO_SMALL and stays as it is.
 * - Trust sets, verifiers, certificates, identities and reports may be used by any number of threads at once; builders,
 *   sessions and card files by one thread at a time.
 * - No function reads a clock, a file, the environment or the network, writes anywhere but into its outputs, or calls
 *   back. Nothing needs to be initialised. Memory of the library is wiped when it is freed.
 *
 * Made from bindings/c/src by cbindgen: do not edit.
 */
"#;
