//! What the system must do has a test that says so: each requirement of issuing stands in the name of one.

use std::fs;
use std::path::Path;

/// The requirements of the application, of matching and content, of storage, of staff and log, and of the exchange.
const REQUIREMENTS: [(&str, u32); 4] = [("a", 9), ("b", 10), ("c", 6), ("d", 3)];

/// The names of all functions that are tests.
fn tests_below(folder: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            tests_below(&path, names);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let source = fs::read_to_string(&path).unwrap();
            // What follows the attribute, and other attributes after it.
            let parts = source.split("#[test]").skip(1);
            names.extend(parts.filter_map(|part| {
                let name = part.split_once("fn ")?.1.split_once('(')?.0;
                Some(name.to_owned())
            }));
        }
    }
}

#[test]
fn each_requirement_is_named_by_the_test_that_proves_it() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut names = Vec::new();
    for package in ["tegata-issuer", "tegata-service", "tegata-cli"] {
        tests_below(&crates.join(package), &mut names);
    }
    let numbered =
        REQUIREMENTS.into_iter().flat_map(|(part, count)| (1..=count).map(move |number| format!("{part}{number}")));
    let missing: Vec<_> = numbered
        .chain(["e".to_owned()])
        .filter(|requirement| {
            // Requirements stand before what the test says of them: `b10_d2_an_application_is_shown…`.
            !names.iter().any(|name| name.split('_').take(3).any(|word| word == requirement))
        })
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}
