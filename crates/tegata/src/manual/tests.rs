//! The manual does not drift from the code.

use core::fmt::Write as _;

use crate::report::{Code, Language};

/// The outcome table as Markdown.
fn outcomes() -> String {
    let mut out = String::from(
        "# Outcomes\n\nEvery stage and code, as every surface names them. This page is made from the table in the source; a test keeps \
         the two equal. The number is what the C library returns: 0 means accepted and nothing else does.\n\n\
         | number | code | stage | meaning | 意味 | advice | 対応 |\n|---|---|---|---|---|---|---|\n",
    );
    for code in Code::ALL {
        let (english, japanese) = (Language::English, Language::Japanese);
        writeln!(
            out,
            "| {} | `{}` | `{}` | {} | {} | {} | {} |",
            code.number(),
            code.name(),
            code.stage().name(),
            code.meaning(english),
            code.meaning(japanese),
            code.advice().text(english),
            code.advice().text(japanese),
        )
        .unwrap();
    }
    out
}

/// Set `TEGATA_WRITE_MANUAL` to write the page anew.
#[test]
fn the_outcomes_page_is_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/manual/outcomes.md");
    if std::env::var_os("TEGATA_WRITE_MANUAL").is_some() {
        std::fs::write(path, outcomes()).unwrap();
    }
    // Not compared by `assert_eq`, which would print both pages.
    assert!(include_str!("outcomes.md") == outcomes(), "run this test once with TEGATA_WRITE_MANUAL=1");
}

/// Every public limit stands on the page with its number, as the source has it: a limit that is
/// added, changed or removed fails here until the page says so.
#[test]
fn the_limits_page_has_every_number() {
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut limits = limits_below(&crates.join("src"));
    assert!(limits.contains(&("MAX_INFLATED".to_owned(), 65_536)), "the source is not read as it should be");
    let mut rows = limit_rows(include_str!("limits.md"));
    for package in ["tegata-print", "tegata-fast-verify", "tegata-issuer", "tegata-service"] {
        let sources = crates.join("..").join(package).join("src");
        if sources.is_dir() {
            limits.extend(limits_below(&sources));
        } else {
            // Absent where this package stands alone.
            rows.retain(|(name, _)| !name.starts_with(&package.replace('-', "_")));
        }
    }
    let mut written: Vec<_> = rows.iter().map(|(name, value)| (last_segment(name).to_owned(), *value)).collect();
    limits.sort();
    written.sort();
    assert_eq!(written, limits, "left: limits.md; right: the source");
}

fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// Name and number of each row of the page's tables.
fn limit_rows(page: &str) -> Vec<(String, u64)> {
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| `")?.split('|');
        let name = cells.next()?.trim().strip_suffix('`')?.to_owned();
        let digits: String = cells.next()?.chars().filter(char::is_ascii_digit).collect();
        Some((name, digits.parse().ok()?))
    };
    page.lines().filter_map(row).collect()
}

/// Name and value of each public constant of an integer type that says `MAX` or `MIN`.
fn limits_below(folder: &std::path::Path) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(limits_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let source = std::fs::read_to_string(&path).unwrap();
            found.extend(source.lines().filter_map(limit));
        }
    }
    found
}

fn limit(line: &str) -> Option<(String, u64)> {
    let (name, rest) = line.trim_start().strip_prefix("pub const ")?.split_once(": ")?;
    let (kind, value) = rest.strip_suffix(';')?.split_once(" = ")?;
    let is_limit = name.split('_').any(|word| word == "MAX" || word == "MIN");
    if !is_limit || !["u8", "u16", "u32", "u64", "usize"].contains(&kind) {
        return None;
    }
    let number = |text: &str| text.trim().replace('_', "").parse::<u64>();
    let value = match (value.split_once(" * "), value.split_once(" << ")) {
        (Some((a, b)), _) => number(a).unwrap() * number(b).unwrap(),
        (_, Some((a, b))) => number(a).unwrap() << number(b).unwrap(),
        _ => number(value).unwrap_or_else(|_| panic!("{name}: {value} is not understood here")),
    };
    Some((name.to_owned(), value))
}
