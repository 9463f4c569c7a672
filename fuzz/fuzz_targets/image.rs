#![no_main]

use std::sync::Once;

static QUIET: Once = Once::new();

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    // The reading library's own panics are stopped inside `read_symbols`. libFuzzer's hook would end the process
    // before that; without it, a panic that gets out of the target still does.
    QUIET.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            let ours = panic.location().is_some_and(|at| at.file().starts_with("src/") || at.file().contains("tegata"));
            if ours {
                eprintln!("{panic}");
            }
        }));
    });
    tegata_fuzz::image(data);
});
