#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tegata_fuzz::client_token(data));
