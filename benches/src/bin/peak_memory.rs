//! Prints how the peak of this process's memory grows while it issues and verifies many different certificates: not
//! at all after the first. Linux only, as `/proc` tells it.

// A tool for a person at a terminal: printing is its purpose.
#![allow(clippy::print_stdout)]

use tegata::Profile;
use tegata_benches::Fixture;

/// After how many certificates the peak is printed.
const MARKS: [u64; 4] = [0, 1_000, 10_000, 100_000];

fn main() {
    let fixture = Fixture::default();
    let verifier = fixture.verifier();
    println!("| certificates | peak kB |\n|---:|---:|");
    let mut done = 0;
    for mark in MARKS {
        for number in done..mark {
            let profile = if number % 2 == 0 { Profile::Jp } else { Profile::Dcc };
            let mut request = fixture.request(profile);
            request.certificate_id = format!("BENCH{number:011}");
            let issued = fixture.issuer.issue(&fixture.record, &request, &fixture.signer).unwrap();
            let report = verifier.verify(issued.text(), fixture.now);
            assert!(report.is_accepted() && !report.to_json().is_empty());
        }
        done = mark;
        println!("| {done} | {} |", peak_kilobytes());
    }
}

/// The high-water mark of resident memory, proc_pid_status(5).
fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("proc_pid_status(5)");
    line.trim_end_matches("kB").trim().parse().expect("kilobytes")
}
