//! Long fuzzing. The last results are committed as text, `fuzz/SOAK.md`.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use clap::Args;

use crate::fuzz;
use crate::need::{Installing, Need};
use crate::runner;
use crate::steps::Invocation;
use crate::workspace::Workspace;

/// Where the results stand.
const RESULTS: &str = "fuzz/SOAK.md";

/// What soaking finds is kept here, outside version control, and is where the next soak starts.
const CORPORA: &str = "fuzz/corpus";

/// The options of `cargo xtask soak`.
#[derive(Args)]
#[command(after_help = "Example: cargo xtask soak --minutes 60 --targets cbor,cose")]
pub(crate) struct SoakArgs {
    /// How long each target runs.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=1440))]
    minutes: u32,
    /// The targets; all of them by default.
    #[arg(long, value_delimiter = ',', value_parser = clap::builder::PossibleValuesParser::new(fuzz::TARGETS))]
    targets: Vec<String>,
    /// How often the processes that issue are killed, on each database.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    kill_rounds: u32,
    /// Install cargo-fuzz and a C++ compiler when they are missing.
    #[arg(long)]
    install: bool,
}

/// What one target came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Soaked {
    executions: Option<u64>,
    per_second: Option<u64>,
    covered_edges: Option<u64>,
    corpus: Option<u64>,
    peak_megabytes: Option<u64>,
    succeeded: bool,
}

/// Soaks one target after another and writes the table. True when no target found a defect.
pub(crate) fn run(workspace: &Workspace, args: &SoakArgs) -> Result<bool, String> {
    let installing = if args.install { Installing::AskIfAttended } else { Installing::Never };
    for need in [Need::CargoFuzz, Need::CxxCompiler] {
        need.ensure(installing)?;
    }
    let ledger_survives = kill(workspace, args.kill_rounds)?;
    let targets: Vec<&str> = match args.targets.as_slice() {
        [] => fuzz::TARGETS.to_vec(),
        chosen => chosen.iter().map(String::as_str).collect(),
    };
    let seconds = args.minutes.saturating_mul(60);
    let mut rows = Vec::with_capacity(targets.len());
    for target in targets {
        println!("\n==> {target}: {} minutes", args.minutes);
        let soaked = soak(workspace, target, seconds)?;
        rows.push((target, soaked));
    }
    let table = table(&rows, args.minutes, &circumstances(workspace));
    print!("\n{table}");
    fs::write(workspace.root.join(RESULTS), table).map_err(|error| format!("{RESULTS}: {error}"))?;
    Ok(ledger_survives && rows.iter().all(|(_, soaked)| soaked.succeeded))
}

/// Kills the processes that issue again and again, the ledger's own and the served one under storm, with SQLite and, where
/// it is installed, PostgreSQL. True when nothing acknowledged was lost and nothing was done twice.
fn kill(workspace: &Workspace, rounds: u32) -> Result<bool, String> {
    if rounds == 0 {
        return Ok(true);
    }
    println!("\n==> killing the processes that issue, {rounds} rounds on each database");
    let mut all_well = true;
    for suite in [["tegata-issuer", "--lib"].as_slice(), &["tegata-cli", "--test", "storm"]] {
        let tests = ["--", "on_sqlite", "on_postgresql", "--nocapture"];
        let test = Invocation::cargo(&[&["test", "--locked", "-p"], suite, &tests].concat());
        let test = test.with("TEGATA_KILL_ROUNDS", &rounds.to_string());
        let status = runner::command(workspace, &test)?.status().map_err(|error| error.to_string())?;
        all_well &= status.success();
    }
    Ok(all_well)
}

fn soak(workspace: &Workspace, target: &str, seconds: u32) -> Result<Soaked, String> {
    let corpora = workspace.root.join(CORPORA);
    let mut command = runner::command(workspace, &fuzz::run_one(target, &corpora, seconds))?;
    let mut child = command.stderr(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
    let mut soaked = Soaked::default();
    if let Some(output) = child.stderr.take() {
        for line in BufReader::new(output).split(b'\n') {
            // A line that cannot be read ends the output; the exit status decides.
            let Ok(line) = line else { break };
            let line = String::from_utf8_lossy(&line);
            soaked.read_line(&line);
            eprintln!("{line}");
        }
    }
    soaked.succeeded = child.wait().map_err(|error| error.to_string())?.success();
    Ok(soaked)
}

impl Soaked {
    /// Takes one line of libFuzzer's output into account; the last word on each number stands.
    fn read_line(&mut self, line: &str) {
        let number = |text: &str| text.trim().parse::<u64>().ok();
        if let Some(rest) = line.strip_prefix("stat::number_of_executed_units:") {
            self.executions = number(rest);
        } else if let Some(rest) = line.strip_prefix("stat::average_exec_per_sec:") {
            self.per_second = number(rest);
        } else if let Some(rest) = line.strip_prefix("stat::peak_rss_mb:") {
            self.peak_megabytes = number(rest);
        } else if line.starts_with('#') {
            // "#2048 NEW    cov: 123 ft: 456 corp: 12/345b …"
            let words: Vec<&str> = line.split_whitespace().collect();
            for pair in words.windows(2) {
                match pair {
                    ["cov:", value] => self.covered_edges = number(value).or(self.covered_edges),
                    ["corp:", value] => {
                        self.corpus = value.split('/').next().and_then(number).or(self.corpus);
                    }
                    _ => {}
                }
            }
        }
    }
}

/// When, on what, with which compiler.
fn circumstances(workspace: &Workspace) -> String {
    let say = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(&workspace.root).stdin(Stdio::null()).output();
        output
            .ok()
            .filter(|output| output.status.success())
            .map_or_else(|| "unknown".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or_else(|_| "unknown".to_owned(), |cores| cores.to_string());
    format!(
        "{}, commit {}, {}, AddressSanitizer, one process on a machine of {cores} cores ({})",
        say("date", &["-u", "+%Y-%m-%d"]),
        say("git", &["rev-parse", "--short", "HEAD"]),
        say("rustc", &["--version"]),
        std::env::consts::ARCH,
    )
}

fn table(rows: &[(&str, Soaked)], minutes: u32, circumstances: &str) -> String {
    let mut table = format!(
        "# Last soak\n\nWritten by `cargo xtask soak --minutes {minutes}`: {circumstances}.\n\n\
        | target | minutes | executions | per second | edges covered | corpus | peak MB | result |\n\
        |---|---:|---:|---:|---:|---:|---:|---|\n"
    );
    let cell = |value: Option<u64>| value.map_or_else(|| "–".to_owned(), |value| value.to_string());
    for (target, soaked) in rows {
        let result = if soaked.succeeded { "no defect" } else { "**failed**: see fuzz/artifacts" };
        // Writing to a String does not fail.
        let _ = writeln!(
            table,
            "| {target} | {minutes} | {} | {} | {} | {} | {} | {result} |",
            cell(soaked.executions),
            cell(soaked.per_second),
            cell(soaked.covered_edges),
            cell(soaked.corpus),
            cell(soaked.peak_megabytes),
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
        INFO: seed corpus: files: 3\n\
        #4\tINITED cov: 40 ft: 41 corp: 3/21b exec/s: 0 rss: 40Mb\n\
        #812\tNEW    cov: 55 ft: 71 corp: 9/90b lim: 4 exec/s: 0 rss: 41Mb L: 4/4 MS: 1 ChangeBit-\n\
        #4096\tDONE   cov: 60 ft: 80 corp: 11/99b lim: 4 exec/s: 400 rss: 41Mb\n\
        Done 4096 runs in 10 second(s)\n\
        stat::number_of_executed_units: 4096\n\
        stat::average_exec_per_sec:     409\n\
        stat::peak_rss_mb:              41\n";

    #[test]
    fn the_last_numbers_stand() {
        let mut soaked = Soaked::default();
        OUTPUT.lines().for_each(|line| soaked.read_line(line));
        let expected = Soaked {
            executions: Some(4096),
            per_second: Some(409),
            covered_edges: Some(60),
            corpus: Some(11),
            peak_megabytes: Some(41),
            succeeded: false,
        };
        assert_eq!(soaked, expected);
    }

    #[test]
    fn a_target_that_failed_is_seen_in_the_table() {
        let fine = Soaked { executions: Some(7), succeeded: true, ..Soaked::default() };
        let table = table(&[("cbor", fine), ("cose", Soaked::default())], 5, "today");
        assert!(table.contains("| cbor | 5 | 7 | – | – | – | – | no defect |"));
        assert!(table.contains("| cose | 5 | – | – | – | – | – | **failed**: see fuzz/artifacts |"));
    }
}
