//! Writes the demonstration of the verifier page into a folder: `page-demo FOLDER [TIME]`, by default as it is now.
//! `page-demo --camera FILE [TIME]` writes what a camera sees that is held over the accepted certificate.

use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use tegata::Timestamp;
use tegata_conformance::vectors::demo;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let time = |given: Option<&&str>| match given {
        Some(text) => Timestamp::parse_rfc3339(text).unwrap(),
        None => {
            let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            Timestamp::from_seconds(i64::try_from(elapsed.as_secs()).unwrap()).unwrap()
        }
    };
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--camera", file, rest @ ..] if rest.len() < 2 => {
            std::fs::write(file, demo::camera(&demo::demo(time(rest.first())).samples[0].text)).unwrap();
        }
        [folder, rest @ ..] if !folder.starts_with('-') && rest.len() < 2 => {
            demo::write(Path::new(folder), time(rest.first()));
        }
        _ => {
            eprintln!("usage: page-demo FOLDER [TIME] | --camera FILE [TIME]");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
