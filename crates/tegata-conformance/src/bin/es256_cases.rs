//! Writes ES256 cases into a file, for verifiers in other languages: `es256-cases FILE`.

use std::process::ExitCode;

use tegata_conformance::es256;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: es256-cases FILE");
        return ExitCode::from(2);
    };
    let mut cases = es256::wycheproof("es256-cases").unwrap_or_default();
    let of_wycheproof = cases.len();
    cases.extend(es256::selection());
    let bytes: Vec<u8> = cases.iter().flat_map(|case| case.to_bytes()).collect();
    std::fs::write(&path, bytes).unwrap();
    println!("{} cases, {of_wycheproof} of them Wycheproof's", cases.len());
    ExitCode::SUCCESS
}
