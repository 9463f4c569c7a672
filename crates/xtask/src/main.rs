//! Developer tasks: `cargo xtask test` and its relatives. Continuous integration runs nothing else.

// A tool for a person at a terminal: printing is its purpose.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod c_library;
mod fuzz;
mod need;
mod runner;
mod skips;
mod soak;
mod steps;
mod summary;
mod wasm;
mod web;
mod workspace;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use need::{Installing, Mode};
use workspace::Workspace;

/// Tasks of the Tegata repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run the checks. Changes nothing on the machine unless --all is given.
    Test(TestArgs),
    /// Generate our own vectors (test-vectors/) and the fuzz seeds made from them. The tests compare, too.
    Vectors(VectorsArgs),
    /// Build the npm package into bindings/wasm/dist, and compare the sizes of its modules with their budgets.
    Wasm(WasmArgs),
    /// Measure Tegata and other libraries beside each other, and put the table into benches/README.md.
    Bench,
    /// Fuzz every target for long and write the results to fuzz/SOAK.md.
    Soak(soak::SoakArgs),
    /// Build the C libraries as they are shipped, and run their C programs; needs a C++ compiler and Valgrind.
    CCheck(CCheckArgs),
    /// Make target/c-dist/ and its archive: what vendors get of the C libraries.
    CDist,
    /// Fuzz every target for some seconds.
    FuzzSmoke(SmokeArgs),
    /// Run every fuzz target in the binary that was built for all of them.
    #[command(hide = true)]
    FuzzTargets {
        /// How long each target runs.
        #[arg(long)]
        seconds: u32,
    },
    /// Check licences, banned crates and sources of both workspaces.
    Deny(InstallArgs),
    /// Put the verifier page together and serve it on this machine.
    Web(web::WebArgs),
    /// Print the summary of the last run again.
    CiSummary,
}

#[derive(Args)]
#[command(
    after_help = "The closing line counts single tests where a step runs tests, and the step itself elsewhere.\n\
    With CI=true a skip is a failure unless crates/xtask/allowed-skips.txt names it.\n\n\
    Example: cargo xtask test --only clippy,test"
)]
struct TestArgs {
    /// Install what the checks need, then run all of them.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    install: YesArgs,
    /// Run only the steps of these names, or whose names start so.
    #[arg(long, value_delimiter = ',', value_name = "STEP")]
    only: Vec<String>,
    /// Print the steps and what they need, and run nothing.
    #[arg(long)]
    list: bool,
}

#[derive(Args)]
struct YesArgs {
    /// Do not ask before installing.
    #[arg(long)]
    yes: bool,
}

#[derive(Args)]
struct InstallArgs {
    /// Install the tool when it is missing.
    #[arg(long)]
    install: bool,
    #[command(flatten)]
    yes: YesArgs,
}

#[derive(Args)]
struct CCheckArgs {
    /// How long sixteen threads share one verifier.
    #[arg(long, default_value_t = 3)]
    seconds: u32,
}

#[derive(Args)]
#[command(after_help = "Example: cargo xtask vectors --check")]
struct VectorsArgs {
    /// Write nothing; name the files that are not as generated, and fail if there are any.
    #[arg(long)]
    check: bool,
}

#[derive(Args)]
struct WasmArgs {
    /// Build the module that traps on purpose, too, for the test of the loader.
    #[arg(long)]
    trapping: bool,
    /// Build the core module alone, and print where its bytes come from: by path, by export, by function.
    #[arg(long, conflicts_with = "trapping")]
    attribute: bool,
}

#[derive(Args)]
struct SmokeArgs {
    /// How long each target runs.
    #[arg(long, default_value_t = steps::SMOKE_SECONDS, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    #[command(flatten)]
    install: InstallArgs,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<bool, String> {
    let workspace = Workspace::find()?;
    let ci = std::env::var("CI").is_ok_and(|value| value == "true" || value == "1");
    let mode = |install: bool, yes: &YesArgs| Mode {
        ci,
        installing: match install {
            false => Installing::Never,
            true if yes.yes || ci => Installing::Always,
            true => Installing::AskIfAttended,
        },
    };
    match task {
        Task::Test(args) => {
            let mut steps = steps::all(&workspace);
            if !args.only.is_empty() {
                steps = steps::chosen(steps, &args.only)?;
            }
            if args.list {
                runner::list(&steps);
                return Ok(true);
            }
            runner::run(&workspace, steps, mode(args.all, &args.install))
        }
        Task::Vectors(args) => runner::pass_on(&workspace, &steps::vectors(args.check)),
        Task::Wasm(args) if args.attribute => wasm::attribute(&workspace).map(|()| true),
        Task::Wasm(args) => {
            let within = wasm::build(&workspace)?;
            if args.trapping {
                println!("trapping: {}", wasm::build_trapping(&workspace)?.display());
            }
            Ok(within)
        }
        Task::Bench => runner::pass_on(&workspace, &steps::bench(&workspace)),
        Task::CCheck(args) => c_library::check(&workspace, args.seconds),
        Task::CDist => c_library::dist(&workspace),
        Task::Soak(args) => soak::run(&workspace, &args),
        Task::FuzzSmoke(args) => {
            let steps = vec![steps::fuzz_smoke(args.seconds)];
            runner::run(&workspace, steps, mode(args.install.install, &args.install.yes))
        }
        Task::FuzzTargets { seconds } => fuzz::run_all(&workspace, seconds),
        Task::Deny(args) => runner::run(&workspace, steps::deny(), mode(args.install, &args.yes)),
        Task::Web(args) => web::run(&workspace, &args),
        Task::CiSummary => {
            let path = workspace.summary_path();
            let text = std::fs::read_to_string(&path).map_err(|_| "no run yet: cargo xtask test writes the summary")?;
            print!("{text}");
            Ok(summary::ended_well(&text))
        }
    }
}
