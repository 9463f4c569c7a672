//! The target that the variable TEGATA_FUZZ_TARGET names: one binary to build where every target is run for seconds.
#![no_main]

use std::sync::LazyLock;

use tegata_fuzz::{TARGETS, Target};

static CHOSEN: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("TEGATA_FUZZ_TARGET").expect("TEGATA_FUZZ_TARGET names a target");
    TARGETS.iter().find(|target| target.name == name).expect("TEGATA_FUZZ_TARGET names a target there is")
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| (CHOSEN.run)(data));
