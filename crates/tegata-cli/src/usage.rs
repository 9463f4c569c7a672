//! Explaining a command line that cannot be understood, without repeating what may be personal.

use std::io::{IsTerminal as _, Write as _};

use crate::error::Exit;

/// Longer arguments than this are certificates' texts rather than misspelt words.
const MAX_REPEATED_BYTES: usize = 60;

/// Prints help where help was asked for, else the error. The parser repeats the argument it
/// stumbled on, which may be a certificate or an individual number: such a one is left out.
pub(crate) fn explain(error: &clap::Error) -> Exit {
    if !error.use_stderr() {
        // A reader that stops early has seen what it wanted.
        _ = error.print();
        return Exit::Done;
    }
    let rendered = error.render();
    let mut text = if std::io::stderr().is_terminal() { rendered.ansi().to_string() } else { rendered.to_string() };
    for argument in std::env::args_os().skip(1) {
        let argument = argument.to_string_lossy();
        for part in [Some(&*argument), argument.split_once('=').map(|(_, value)| value)].into_iter().flatten() {
            if part.len() > MAX_REPEATED_BYTES
                || part.to_ascii_uppercase().starts_with("HC1:")
                || tegata::model::contains_individual_number(part)
            {
                text = text.replace(part, "…");
            }
        }
    }
    _ = std::io::stderr().lock().write_all(text.as_bytes());
    Exit::Usage
}
