//! Puts the table into `benches/README.md`, with the machine and the day.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use tegata::Timestamp;

/// Between these two lines of the file stands what is written here.
const BEGIN: &str = "<!-- peers: written by cargo xtask bench -->\n";
const END: &str = "<!-- peers: end -->\n";

/// Replaces what stands between the two lines.
pub(crate) fn write(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).expect("benches/README.md has a place for the table");
    let (_, after) = rest.split_once(END).expect("benches/README.md has an end of the table");
    std::fs::write(&path, format!("{before}{BEGIN}\n{}\n\n{table}\n{END}{after}", conditions())).unwrap();
}

/// The day and the machine, in one line.
fn conditions() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let today = Timestamp::from_seconds(seconds.try_into().unwrap()).unwrap().date();
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": processor unknown");
    let model = model.trim_start_matches([' ', '\t', ':']);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown").to_owned();
    format!("{today}, {model}, {cores} cores, load {load} (others' work): compare the ratios.")
}
