//! The header is as the sources say; see tegata-c's own test.

use std::path::Path;

#[test]
fn the_header_is_as_the_sources_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("include/tegata_issuer.h");
    let mut config = cbindgen::Config::from_root_or_default(root);
    config.header = Some(INTRODUCTION.trim().to_owned());
    let mut out = Vec::new();
    cbindgen::Builder::new().with_crate(root).with_config(config).generate().unwrap().write(&mut out);
    let text = String::from_utf8(out).unwrap();
    let lines = text.lines().filter(|line| line.trim() != "* # Safety").map(|line| line.trim_end().replace('`', ""));
    let wanted = lines.collect::<Vec<_>>().join("\n") + "\n";
    if std::env::var_os("TEGATA_WRITE_HEADER").is_some() {
        std::fs::write(&path, wanted).unwrap();
        return;
    }
    assert!(std::fs::read_to_string(&path).unwrap() == wanted, "include/tegata_issuer.h is stale");
}

const INTRODUCTION: &str = r#"
/*
 * libtegata-issuer: everything of libtegata, and signing, for backends in other languages. Link it instead of
 * libtegata, never both. Conventions are those of tegata.h. A kiosk has no use for it.
 *
 * Made from bindings/c/issuer/src by cbindgen: do not edit.
 */
"#;
