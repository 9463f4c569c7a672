//! Runs every target over its seeds, and over what is one step away from them, without libFuzzer.

use std::path::{Path, PathBuf};

use tegata_fuzz::{TARGETS, Target};

/// Seeds longer than this are replayed as they are: their neighbours are too many for an ordinary test.
const LONGEST_MUTATED: usize = 4096;

/// About how many neighbours of each kind a seed gets.
const NEIGHBOURS: usize = 256;

fn seeds(target: &Target) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target.name);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut seeds: Vec<_> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            (path, bytes)
        })
        .collect();
    seeds.sort();
    seeds
}

#[test]
fn every_target_survives_its_seeds() {
    for target in TARGETS {
        let seeds = seeds(target);
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        for (path, seed) in seeds {
            println!("{}", path.display());
            (target.run)(&seed);
        }
        (target.run)(&[]);
    }
}

#[test]
fn every_target_survives_truncated_and_damaged_seeds() {
    for target in TARGETS {
        for (path, seed) in seeds(target).into_iter().filter(|(_, seed)| seed.len() <= LONGEST_MUTATED) {
            println!("{}", path.display());
            let step = (seed.len() / NEIGHBOURS).max(1);
            for at in (0..seed.len()).step_by(step) {
                (target.run)(&seed[..at]);
                let mut damaged = seed.clone();
                for value in [damaged[at] ^ 0x01, damaged[at] ^ 0x80, 0x00, 0xFF] {
                    damaged[at] = value;
                    (target.run)(&damaged);
                }
            }
        }
    }
}
