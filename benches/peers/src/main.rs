//! Prints one table: what Tegata takes, what other libraries take for the same work in the same process, and the ratio.
//!
//! The two sides of a row take turns in short batches, so that whatever slows the machine slows both; medians of the
//! batches are compared. `cargo xtask bench` runs this and puts the table into `benches/README.md`.

// A tool for a person at a terminal: printing is its purpose.
#![allow(clippy::print_stdout)]

mod readme;
mod rows;
mod side;

use std::fmt::Write as _;

use rows::Row;

/// How often the sides of a row take turns.
const TURNS: usize = 101;

fn main() {
    let table = measure();
    print!("{table}");
    if std::env::args().any(|argument| argument == "--write") {
        readme::write(&table);
    }
}

fn measure() -> String {
    let mut table =
        String::from("| work | on | ours, µs | peer | peer, µs | ours ÷ peer |\n|---|---|---:|---|---:|---:|\n");
    for Row { work, on, mut ours, mut peers } in rows::all() {
        for _ in 0..TURNS {
            ours.turn();
            for (_, peer) in &mut peers {
                peer.turn();
            }
        }
        let own = ours.median();
        for (name, peer) in &mut peers {
            let other = peer.median();
            writeln!(table, "| {work} | {on} | {own:.2} | {name} | {other:.2} | {:.2} |", own / other).unwrap();
        }
    }
    table
}
