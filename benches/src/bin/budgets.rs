//! Counts the instructions of every stage with valgrind and holds them against `benches/budgets.toml`.
//!
//! Counts, unlike times, do not depend on what else the machine does. They do depend on the compiler and, slightly, on
//! the processor features that valgrind shows the program; the headroom is for the latter.

// A tool for a person at a terminal and for the tests: printing is its purpose.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use tegata_benches::stages::{SHARES, STAGES, Work};

/// How often a stage runs while its instructions are counted.
const RUNS: u64 = 16;

/// By how many percent a count may exceed its budget.
const HEADROOM: u64 = 3;

/// By how many percent a count may stay under its budget before the budget is told to be loose.
const LOOSE: u64 = 10;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--run", name] => run_stage(name),
        [] => check(&[]),
        ["--only", names @ ..] if !names.is_empty() => check(names),
        ["--write"] => write(),
        _ => {
            eprintln!("usage: budgets [--only STAGE… | --write]");
            ExitCode::from(2)
        }
    }
}

/// What runs under valgrind.
fn run_stage(name: &str) -> ExitCode {
    let Some((_, ready)) = STAGES.iter().find(|(stage, _)| *stage == name) else { return ExitCode::from(2) };
    let mut work = ready();
    // What is filled on first use is none of the budget.
    work();
    counted_stage_runs(&mut work);
    ExitCode::SUCCESS
}

/// Valgrind counts inside this function only; its name says which.
#[inline(never)]
fn counted_stage_runs(work: &mut Work) {
    for _ in 0..RUNS {
        work();
    }
}

fn check(only: &[&str]) -> ExitCode {
    let budgets = read();
    println!("{:<32} {:>12} {:>12} {:>8}", "stage", "instructions", "budget", "delta");
    let mut failures = Vec::new();
    let mut counts = BTreeMap::new();
    for (name, _) in STAGES.iter().filter(|(name, _)| only.is_empty() || only.contains(name)) {
        let count = count(name);
        counts.insert(*name, count);
        let Some(&budget) = budgets.get(*name) else {
            println!("{name:<32} {count:>12} {:>12}", "none");
            failures.push(format!("{name} has no budget"));
            continue;
        };
        let delta = (count as f64 / budget as f64 - 1.0) * 100.0;
        let verdict = if count * 100 > budget * (100 + HEADROOM) {
            failures.push(format!("{name} takes {delta:+.1} % of its budget"));
            "  TOO MUCH"
        } else if count * 100 < budget * (100 - LOOSE) {
            "  loose: tighten it"
        } else {
            ""
        };
        println!("{name:<32} {count:>12} {budget:>12} {delta:>+7.1}%{verdict}");
    }
    for (whole, part, most) in SHARES {
        let (Some(&count), Some(&of)) = (counts.get(whole), counts.get(part)) else { continue };
        println!("{whole:<32} {:>11.1}% of {part}, at most {most} %", count as f64 / of as f64 * 100.0);
        if count * 100 > of * most {
            failures.push(format!("{whole} takes more than {most} % of {part}"));
        }
    }
    for name in budgets.keys().filter(|name| STAGES.iter().all(|(stage, _)| stage != name)) {
        failures.push(format!("{name} is budgeted and no stage"));
    }
    if failures.is_empty() {
        return ExitCode::SUCCESS;
    }
    for failure in failures {
        eprintln!("{failure}");
    }
    eprintln!("If the change is worth it: cargo run --release -p tegata-benches --bin budgets -- --write");
    ExitCode::FAILURE
}

fn write() -> ExitCode {
    let mut text = String::from(HEADER);
    for (name, _) in STAGES {
        let count = count(name);
        println!("{name:<32} {count:>12}");
        writeln!(text, "{name} = {count}").expect("writing to a String");
    }
    std::fs::write(path(), text).expect("benches/ can be written");
    ExitCode::SUCCESS
}

const HEADER: &str = "\
# Instructions of one run of each stage, as valgrind's callgrind counts them in the release profile; see README.md.
# Written by `cargo run --release -p tegata-benches --bin budgets -- --write`, held by `cargo xtask test --only budgets`.

";

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("budgets.toml")
}

/// The lines `name = number`; this much of TOML is all there is in the file.
fn read() -> BTreeMap<String, u64> {
    let text = std::fs::read_to_string(path()).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, number) = line.split_once(" = ").expect("a line `name = number`");
            (name.to_owned(), number.parse().expect("a number of instructions"))
        })
        .collect()
}

/// The instructions of one run.
fn count(name: &str) -> u64 {
    let out = std::env::temp_dir().join(format!("tegata-budget-{}-{name}", std::process::id()));
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*counted_stage_runs*"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(std::env::current_exe().expect("this program has a path"))
        .args(["--run", name])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("valgrind starts");
    assert!(status.success(), "valgrind ended with {status} in stage {name}");
    let profile = std::fs::read_to_string(&out).expect("callgrind writes its profile");
    // A leftover in the folder for temporary files harms nobody.
    let _ = std::fs::remove_file(&out);
    let total = profile.lines().find_map(|line| line.strip_prefix("totals: ").or(line.strip_prefix("summary: ")));
    let total: u64 = total.and_then(|total| total.trim().parse().ok()).expect("callgrind's profile has a total");
    assert!(total > 0, "nothing was counted in stage {name}: is the function's name in the symbol table?");
    total / RUNS
}
