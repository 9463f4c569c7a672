//! Measures an import into a new ledger: rows a second and, on Linux, peak memory.
//! `cargo run --release -p tegata-issuer --example import_rate -- 1000000`
//!
//! File and ledger are made in a folder that is removed afterwards. Three rows a person, every number made up: the
//! people do not exist.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::time::Instant;

use tegata::Timestamp;
use tegata::crypto::{RandomError, SecureRandom};
use tegata::model::individual_number_check_digit;
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
    let rows = std::env::args().nth(1).map_or(Ok(1_000), |rows| rows.parse())?;
    let settings = Municipality::parse(EXAMPLE_SETTINGS)?;
    let folder = tempfile::tempdir_in(std::env::current_dir()?)?;
    let path = folder.path().join("records.csv");
    write_records(File::create(&path)?, rows)?;
    let ledger = Ledger::open_sqlite(folder.path(), MasterKey::generate(&OsRandom)?, Arc::new(OsRandom))?;
    ledger.create(settings.code())?;
    let operation = Operation::new("import", Operator::new("measure", "-", "-")?, "-")?;
    let now = Timestamp::parse_rfc3339("2026-11-21T09:00:00+09:00")?;
    let mut out = io::stdout().lock();
    let begun = Instant::now();
    let mut last = Instant::now();
    let file = File::open(path)?;
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

/// Writes a file of records, as a municipality would export them.
fn write_records(file: File, rows: u64) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, file);
    writeln!(
        out,
        "個人番号,宛名番号,自治体コード,接種券番号,氏名,フリガナ,生年月日,性別,住所,接種状況,接種回,接種日,ワクチン種類,\
         メーカー,製品名,ロット番号,接種場所,医師名,転出フラグ,死亡フラグ,支援措置フラグ"
    )?;
    for row in 0..rows {
        let (person, dose) = (row / 3, row % 3 + 1);
        let day = 19_300_101 + person % 80 * 10_000 + person % 12 * 100 + person % 28;
        let sex = if person % 2 == 0 { "男" } else { "女" };
        let house = person % 30 + 1;
        writeln!(
            out,
            "{},{person:015},131202,{person:010},手形　人{person},テガタ　ヒト,{day},{sex},\
             東京都練馬区豊玉北６丁目{house}番１号,実施,{dose},2021{:02}01,mRNAワクチン,ファイザー,コミナティ,EX{:04},\
             手形医院,医師　太郎,0,0,0",
            number(person),
            6 + dose,
            person % 10_000,
        )?;
    }
    out.flush()
}

/// A number with a right check digit.
fn number(person: u64) -> String {
    let eleven = format!("{:011}", 10_000_000_000 + person);
    let mut digits = [0; 11];
    digits.iter_mut().zip(eleven.bytes()).for_each(|(to, digit)| *to = digit - b'0');
    format!("{eleven}{}", individual_number_check_digit(&digits))
}
