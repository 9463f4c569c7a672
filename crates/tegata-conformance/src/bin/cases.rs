//! Writes verifications and their reports into a file, for verifiers in other languages: `cases FILE`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: cases FILE");
        return ExitCode::from(2);
    };
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    let count = tegata_conformance::cases::write(&mut file);
    std::io::Write::flush(&mut file).unwrap();
    println!("{count} cases");
    ExitCode::SUCCESS
}
