//! The `tegata` command: issues and verifies vaccination certificates.
//!
//! Results go to standard output, diagnostics to standard error. Exit status 0 means accepted or
//! done, 1 not accepted (malformed input included), 2 a usage error or a file that cannot be
//! opened or written.

#[cfg(feature = "office")]
mod account;
#[cfg(feature = "office")]
mod application;
mod arguments;
#[cfg(feature = "office")]
mod audit;
#[cfg(feature = "office")]
mod backup;
mod batch;
mod card;
mod card_files;
#[cfg(feature = "pcsc")]
mod card_read;
mod card_simulate;
mod checks;
mod decode;
mod demo;
mod demo_card;
#[cfg(feature = "office")]
mod erase;
mod error;
#[cfg(feature = "office")]
mod exchange;
mod files;
mod input;
mod interrupt;
mod issue;
mod keys;
#[cfg(feature = "office")]
mod municipality;
#[cfg(feature = "office")]
mod office;
mod output;
#[cfg(feature = "paper")]
mod paper;
#[cfg(not(feature = "paper"))]
#[path = "paper_absent.rs"]
mod paper;
mod passphrase;
mod provider;
#[cfg(feature = "pcsc")]
mod reader;
#[cfg(feature = "service")]
mod serve;
mod token;
mod trust;
mod trust_build;
mod trust_bundle;
mod trust_lists;
mod usage;
mod verify;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use arguments::{Arguments, Command, Format, Keys};
use error::Exit;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage::explain(&error).into(),
    };
    let output = output::Output::new(arguments.format, arguments.language);
    // Whose result is a text or a file gives JSON only when asked to, in success and failure.
    let json = match &arguments.command {
        Command::Issue(_) | Command::Keys(Keys::Csr(_) | Keys::SelfSigned(_) | Keys::Public(_)) => {
            arguments.format == Some(Format::Json)
        }
        _ => !output.is_human(),
    };
    let result = match arguments.command {
        Command::Demo(options) => demo::run(&options, &output),
        Command::Issue(options) => issue::run(&options, json, &output),
        Command::Verify(options) => verify::run(&options, &output),
        Command::Decode(options) => decode::run(&options, &output),
        Command::Keys(command) => keys::run(&command, json, &output),
        Command::Trust(command) => trust_lists::run(&command, &output),
        Command::Card(command) => card::run(&command, &output),
        #[cfg(feature = "office")]
        Command::Municipality(command) => municipality::run(&command, &output),
        #[cfg(feature = "office")]
        Command::Import(options) => exchange::import(&options, &output),
        #[cfg(feature = "office")]
        Command::Export(options) => exchange::export(&options, &output),
        #[cfg(feature = "office")]
        Command::Account(command) => account::run(&command, &output),
        #[cfg(feature = "office")]
        Command::Application(command) => application::run(&command, &output),
        #[cfg(feature = "office")]
        Command::Revoke(options) => application::revoke(&options, &output),
        #[cfg(feature = "office")]
        Command::Erase(options) => erase::run(&options, &output),
        #[cfg(feature = "office")]
        Command::Audit(command) => audit::run(&command, &output),
        #[cfg(feature = "office")]
        Command::Backup(options) => backup::back_up(&options, &output),
        #[cfg(feature = "office")]
        Command::Restore(options) => backup::restore(&options, &output),
        #[cfg(feature = "service")]
        Command::Serve(options) => serve::run(&options, &output),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "tegata", &mut script);
            output.bytes(&script).map(|()| Exit::Done)
        }
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            output.error(&error);
            if let (true, Some(result)) = (json, error.to_json()) {
                // Without standard output there is nobody left to tell.
                _ = output.line(&result.to_string());
            }
            error.exit().into()
        }
    }
}
