//! What a verification costs through the C library beyond the call in Rust, in instructions. `cargo xtask c-check`
//! builds the C program and passes its path.

// A tool for the tests and for a person at a terminal: printing is its purpose.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use tegata::crypto::rustcrypto;
use tegata::x509::certificates_from;
use tegata::{Timestamp, TrustSet, Verifier};
use tegata_fast_verify::{FastProvider, Tables};

/// How often the certificate is verified while instructions are counted, here and in `bindings/c/tests/cost.c`.
const RUNS: u64 = 16;

/// By how many hundredths of a percent the C library may cost more.
const BUDGET: u64 = 100;

/// The certificate that both verify, as in the C program.
const SIGNER: &[u8] = include_bytes!("../../../crates/tegata/examples/data/signer.pem");
const TEXT: &str = include_str!("../../../crates/tegata/examples/data/certificate.txt");

/// The provider that the C library has.
static PROVIDER: FastProvider = FastProvider::over(&rustcrypto::PROVIDER, Tables::OVER_PORTABLE);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--run"] => {
            run();
            ExitCode::SUCCESS
        }
        [program] => compare(Path::new(program)),
        _ => {
            eprintln!("usage: c-cost PROGRAM");
            ExitCode::from(2)
        }
    }
}

fn run() {
    let mut trust = TrustSet::builder(PROVIDER.provider());
    for certificate in certificates_from(SIGNER).unwrap() {
        trust.trust_certificate(&certificate).unwrap();
    }
    let verifier = Verifier::new(trust.build());
    let now = Timestamp::from_seconds(1_780_272_000).unwrap();
    // By then the signer's key has its table.
    for _ in 0..8 {
        assert!(verifier.verify(TEXT, now).is_accepted());
    }
    counted_rust_calls(&verifier, now);
}

#[inline(never)]
fn counted_rust_calls(verifier: &Verifier, now: Timestamp) {
    for _ in 0..RUNS {
        assert!(verifier.verify(TEXT, now).is_accepted());
    }
}

fn compare(program: &Path) -> ExitCode {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/tegata/examples/data");
    let this = std::env::current_exe().expect("this program has a path");
    let rust = count(&this, &[PathBuf::from("--run")], "*counted_rust_calls*");
    let c = count(program, &[data], "counted_c_calls");
    let over = (c as f64 / rust as f64 - 1.0) * 100.0;
    println!("verification: {rust} instructions in Rust, {c} through the C library: {over:+.2} %");
    if c * 10_000 <= rust * (10_000 + BUDGET) {
        ExitCode::SUCCESS
    } else {
        eprintln!("the C library may cost 1 % more, no more");
        ExitCode::FAILURE
    }
}

/// The instructions of one run within a function.
fn count(program: &Path, arguments: &[PathBuf], function: &str) -> u64 {
    let out = std::env::temp_dir().join(format!("tegata-c-cost-{}", std::process::id()));
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no"])
        .arg(format!("--toggle-collect={function}"))
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("valgrind starts");
    assert!(status.success(), "valgrind ended with {status}");
    let profile = std::fs::read_to_string(&out).expect("callgrind writes its profile");
    // A leftover in the folder for temporary files harms nobody.
    let _ = std::fs::remove_file(&out);
    let total = profile.lines().find_map(|line| line.strip_prefix("totals: ").or(line.strip_prefix("summary: ")));
    let total: u64 = total.and_then(|total| total.trim().parse().ok()).expect("callgrind's profile has a total");
    assert!(total > 0, "nothing was counted in {function}: is its name in the symbol table?");
    total / RUNS
}
