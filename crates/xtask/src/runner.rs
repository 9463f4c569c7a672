//! Runs steps one after another. A step that fails does not stop the next.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::need::{Installing, Mode};
use crate::skips::{self, AllowedSkips, LOG_VARIABLE};
use crate::steps::{Invocation, Step};
use crate::summary::{Outcome, StepResult, Summary, TestCounts};
use crate::workspace::{Workspace, cargo};

/// Prints the steps and what they need.
pub(crate) fn list(steps: &[Step]) {
    for step in steps {
        let needs: Vec<_> = step.needs.iter().chain(&step.wants).map(|need| need.name()).collect();
        println!("{:<28} {}", step.name, needs.join(", "));
    }
}

/// Runs the steps, prints the summary and keeps it. True when nothing failed.
pub(crate) fn run(workspace: &Workspace, steps: Vec<Step>, mode: Mode) -> Result<bool, String> {
    let allowed = AllowedSkips::committed()?;
    let state = workspace.state_dir();
    fs::create_dir_all(&state).map_err(|error| format!("{}: {error}", state.display()))?;
    let count = steps.len();
    let mut results = Vec::with_capacity(count);
    for (index, step) in steps.iter().enumerate() {
        println!("\n==> {} ({} of {count})", step.name, index + 1);
        let result = run_step(workspace, step, mode)?;
        println!("==> {}: {} in {:.1} s", result.name, result.outcome.word(), result.seconds);
        results.push(result);
    }
    let summary = Summary::new(results, &allowed, mode.ci).to_string();
    print!("\n{summary}");
    let path = workspace.summary_path();
    fs::write(&path, &summary).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(crate::summary::ended_well(&summary))
}

fn run_step(workspace: &Workspace, step: &Step, mode: Mode) -> Result<StepResult, String> {
    let started = Instant::now();
    let mut tests = TestCounts::default();
    let log = workspace.state_dir().join("skips.log");
    // A log of an earlier step would be counted twice.
    fs::write(&log, "").map_err(|error| format!("{}: {error}", log.display()))?;
    if mode.installing != Installing::Never {
        for missing in step.wants.iter().filter_map(|want| want.ensure(mode.installing).err()) {
            println!("{missing}: some tests will be skipped");
        }
    }
    let outcome = match step.needs.iter().try_for_each(|need| need.ensure(mode.installing)) {
        Err(missing) => Outcome::Skipped(missing),
        Ok(()) => {
            let first_failure = step.commands.iter().find_map(|command| {
                let ran = start(workspace, command, &mut tests);
                ran.err().map(|why| format!("{} {}: {why}", command.program_name(), command.arguments.join(" ")))
            });
            first_failure.map_or(Outcome::Passed, Outcome::Failed)
        }
    };
    tests.skipped.extend(skips::read_log(&log));
    let runs_tests = step.commands.iter().any(|command| command.runs_tests);
    Ok(StepResult {
        name: step.name.clone(),
        outcome,
        seconds: started.elapsed().as_secs_f64(),
        tests: runs_tests.then_some(tests),
    })
}

/// Starts one command and waits for it.
fn start(workspace: &Workspace, invocation: &Invocation, tests: &mut TestCounts) -> Result<(), String> {
    println!("    {} {}", invocation.program_name(), invocation.arguments.join(" "));
    let mut command = command(workspace, invocation)?;
    if invocation.runs_tests {
        command.stdout(Stdio::piped());
    }
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    if let Some(output) = child.stdout.take() {
        follow(output, tests);
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(status.to_string()) }
}

/// Runs one command that speaks for itself. True when it succeeded.
pub(crate) fn pass_on(workspace: &Workspace, invocation: &Invocation) -> Result<bool, String> {
    let status = command(workspace, invocation)?.status().map_err(|error| error.to_string())?;
    Ok(status.success())
}

/// The command, without standard input: nothing a step starts may wait for a person.
pub(crate) fn command(workspace: &Workspace, invocation: &Invocation) -> Result<Command, String> {
    if let Some(folder) = &invocation.folder {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut command = Command::new(invocation.program.as_ref().map_or_else(cargo, PathBuf::from));
    command
        .args(&invocation.arguments)
        .current_dir(&workspace.root)
        .env(LOG_VARIABLE, workspace.state_dir().join("skips.log"))
        .envs(invocation.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null());
    Ok(command)
}

/// Counts tests while their output passes by. Lines of single tests that passed are left out: there are thousands.
fn follow(output: impl Read, tests: &mut TestCounts) {
    let mut lines = BufReader::new(output);
    let mut line = Vec::new();
    // A test may print what is no UTF-8; a read that fails ends the output, and the exit status decides.
    while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        tests.read_line(text);
        if !(text.starts_with("test ") && text.ends_with(" ... ok")) {
            println!("{text}");
        }
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_counted_line_by_line_whatever_bytes_it_has() {
        let output = b"running 2 tests\ntest a ... ok\n\xFF\xFE\ntest b ... FAILED\n\
            test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        let mut tests = TestCounts::default();
        follow(output.as_slice(), &mut tests);
        assert_eq!((tests.passed, tests.failed, tests.skipped.len()), (1, 1, 0));
    }
}
