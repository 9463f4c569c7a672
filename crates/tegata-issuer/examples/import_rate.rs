//! Measures an import into a new ledger: rows a second and, on Linux, peak memory.
//! `cargo run --release -p tegata-issuer --example import_rate -- records.csv`
//!
//! The file is one of `synthetic_records`; the ledger is made in a folder that is removed afterwards.

use std::error::Error;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Instant;

use tegata::Timestamp;
use tegata::crypto::{RandomError, SecureRandom};
use tegata_issuer::audit::{Operation, Operator};
use tegata_issuer::exchange::import;
use tegata_issuer::ledger::Ledger;
use tegata_issuer::municipality::{EXAMPLE_SETTINGS, Municipality};
use tegata_issuer::vault::MasterKey;

#[derive(Debug)]
struct OsRandom;

impl SecureRandom for OsRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|_| RandomError)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name a file of records")?;
    let settings = Municipality::parse(EXAMPLE_SETTINGS)?;
    let folder = tempfile::tempdir_in(std::env::current_dir()?)?;
    let ledger = Ledger::open_sqlite(folder.path(), MasterKey::generate(&OsRandom)?, Arc::new(OsRandom))?;
    ledger.create(settings.code())?;
    let operation = Operation::new("import", Operator::new("measure", "-", "-")?, "-")?;
    let now = Timestamp::parse_rfc3339("2026-11-21T09:00:00+09:00")?;
    let mut out = std::io::stdout().lock();
    let begun = Instant::now();
    let mut last = Instant::now();
    let file = std::fs::File::open(path)?;
    let imported = import(&ledger, &settings, file, operation, now, &mut |progress| {
        if last.elapsed().as_secs() >= 5 {
            last = Instant::now();
            // Who measures is not kept from the figures by a display that fails.
            _ = writeln!(out, "{} rows after {:.1} s", progress.rows, begun.elapsed().as_secs_f64());
        }
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    let rate = f64::from(u32::try_from(imported.rows)?) / seconds;
    writeln!(out, "{} rows, {} people in {seconds:.1} s: {rate:.0} rows a second", imported.rows, imported.persons)?;
    let peak = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in peak.lines().filter(|line| line.starts_with("VmHWM")) {
        writeln!(out, "peak memory: {line}")?;
    }
    Ok(())
}
