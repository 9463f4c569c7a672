//! Writes our own vectors, and the fuzz seeds made from them, anew: `cargo xtask vectors`.

use std::process::ExitCode;

use tegata_conformance::vectors;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let count = vectors::write();
            println!("{count} vectors written to {}", vectors::folder().display());
            ExitCode::SUCCESS
        }
        ["--check"] => {
            let stale = vectors::stale();
            for path in &stale {
                eprintln!("stale: {}", path.display());
            }
            if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        _ => {
            eprintln!("usage: tegata-conformance [--check]");
            ExitCode::from(2)
        }
    }
}
