//! Rules that the sources keep: where unsafe code may stand, that no export lacks the boundary, which symbols there are.

use std::collections::BTreeSet;
use std::path::Path;

/// The committed list of exported functions.
const SYMBOLS: &str = include_str!("../../symbols.txt");

#[test]
fn every_export_runs_inside_the_boundary_and_stands_in_the_list() {
    let mut found = BTreeSet::new();
    for (name, text) in sources() {
        for export in text.split("#[unsafe(no_mangle)]").skip(1) {
            let function = export.split("fn ").nth(1).unwrap().split('(').next().unwrap();
            assert!(function.starts_with("tegata_"), "{function}");
            assert!(found.insert(function.to_owned()), "{function} stands there twice");
            let end = export.find("\n}\n").unwrap_or_else(|| panic!("{name}: {function} has no end"));
            let body = &export[..end];
            assert!(body.contains("extern \"C\""), "{function}");
            let body = body.split_once(" {\n").unwrap().1;
            let wrapped = ["boundary(", "boundary_of_secrets(", "boundary_of_content(", "boundary_or(", "free("]
                .iter()
                .filter(|call| body.contains(**call))
                .count();
            assert!(wrapped > 0, "{name}: {function} runs outside of the boundary");
            assert!(body.lines().count() <= 45, "{name}: {function} does more than convert");
        }
    }
    let listed: BTreeSet<String> = SYMBOLS.lines().map(str::to_owned).collect();
    assert_eq!(found, listed, "symbols.txt");
}

#[test]
fn raw_memory_is_touched_in_one_place() {
    for (name, text) in sources() {
        if name == "ffi.rs" {
            continue;
        }
        for call in ["from_raw", ".read(", "copy_nonoverlapping", "write_bytes", "transmute", "as_ref()?", "Box::leak"]
        {
            assert!(!text.contains(call), "{name}: {call} belongs to ffi.rs");
        }
    }
}

fn sources() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let sources: Vec<_> = files
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    assert!(sources.len() > 5);
    sources
}
